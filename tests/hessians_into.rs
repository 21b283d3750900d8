//! Hessians in the caller's buffers: the same to the last bit as those that are returned, whatever was in
//! the buffers. What those are is tested in `hessians.rs`, `hessians_of_several.rs` and
//! `closures_second.rs`.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::ndarray::{Array2, Array3, s};
use chainrule::{Differentiable, differentiable, differentiate};

const NAN: f64 = f64::NAN;

#[differentiable(order = 2)]
fn wave(x: f64, y: f64) -> f64 {
    x * x * y + (x * y).sin()
}

#[differentiable(order = 2)]
fn chain(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        sum += (x[i] - x[i - 1] * x[i - 1]).powi(2) * x[0].exp();
    }
    sum
}

#[differentiable(order = 2)]
fn mixed(m: [f64; 2], x: &[f64], #[constant] k: f64, n: usize, scale: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum += k * (m[i % 2] * x[i]).sin() * scale * x[0];
    }
    sum
}

#[differentiable(order = 2)]
fn single(x: &[f32]) -> f32 {
    x[0] * x[0] * x[1] + x[1].exp()
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    rest: f64,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * (x - self.rest).powi(2) * x
    }
}

#[test]
fn one_argument() {
    for n in [0, 1, 3, 8, 9, 20] {
        let x: Vec<f64> = (0..n).map(|i| (i as f64 * 0.7).cos()).collect();
        if n == 0 {
            chain_of_nothing();
            continue;
        }
        let want: Array2<f64> = chain::hessian(&x);
        let mut matrix = Array2::from_elem((n, n), NAN);
        chain::hessian_into(&x, &mut matrix);
        assert_eq!(matrix, want);
        let mut slice = vec![NAN; n * n];
        chain::hessian_into(&x, &mut slice[..]);
        assert!(slice.iter().eq(want.iter()));
        let mut larger = Array2::from_elem((n + 2, n + 1), NAN);
        chain::hessian_into(&x, larger.slice_mut(s![1..=n, ..n]));
        assert_eq!(larger.slice(s![1..=n, ..n]), want);
        assert!(larger.row(0).iter().chain(larger.column(n)).all(|value| value.is_nan()));
    }
    let mut matrix = Array2::from_elem((2, 2), f32::NAN);
    single::hessian_into(&[0.5, 0.25], &mut matrix);
    assert_eq!(matrix, single::hessian(&[0.5, 0.25]));
}

#[differentiable(order = 2)]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

fn chain_of_nothing() {
    squares::hessian_into(&[], &mut [0.0; 0][..]);
}

#[test]
fn several_arguments() {
    let want = wave::hessian(0.7, 1.3);
    let mut found = ((NAN, NAN), (NAN, NAN));
    let (of_x, of_y) = (&mut found.0, &mut found.1);
    wave::hessian_into(0.7, 1.3, (&mut of_x.0, &mut of_x.1), (&mut of_y.0, &mut of_y.1));
    assert_eq!(found, want);

    let (m, x) = ([0.5, -1.0], [0.3, 0.7, -0.2]);
    let (of_m, of_x, of_scale) = mixed::hessian(m, &x, 2.0, 3, 0.5);
    let mut row_m = ([[NAN; 2]; 2], Array2::from_elem((2, 3), NAN), [NAN; 2]);
    let mut row_x = ([NAN; 6], Array2::from_elem((3, 3), NAN), [NAN; 3]);
    let mut row_scale = ([NAN; 2], [NAN; 3], NAN);
    mixed::hessian_into(
        m,
        &x,
        2.0,
        3,
        0.5,
        (&mut row_m.0, &mut row_m.1, &mut row_m.2),
        (&mut row_x.0[..], &mut row_x.1, &mut row_x.2[..]),
        (&mut row_scale.0, &mut row_scale.1[..], &mut row_scale.2),
    );
    assert_eq!(row_m, of_m);
    assert!(row_x.0.iter().eq(of_x.0.iter()) && row_x.2.iter().eq(of_x.2.iter()));
    assert_eq!(row_x.1, of_x.1);
    assert!(row_scale.1.iter().eq(of_scale.1.iter()));
    assert_eq!((row_scale.0, row_scale.2), (of_scale.0, of_scale.2));
}

#[test]
fn methods() {
    let spring = Spring { k: 3.0, rest: 0.5 };
    let (of_spring, of_x) = spring.energy_hessian(1.25);
    let (mut ss, mut sx) = (Array2::from_elem((2, 2), NAN), [NAN; 2]);
    let (mut xs, mut xx) = ([NAN; 2], NAN);
    spring.energy_hessian_into(1.25, (&mut ss, &mut sx[..]), (&mut xs[..], &mut xx));
    assert_eq!((ss, xx), (of_spring.0, of_x.1));
    assert!(sx.iter().eq(of_spring.1.iter()) && xs.iter().eq(of_x.0.iter()));
}

/// Of few results by forward over reverse mode, of many by pairs of directions.
#[differentiable(order = 2)]
fn results(x: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n];
    for i in 0..n {
        for j in 0..x.len() {
            out[i] += (x[j] * (i + j) as f64).sin() * x[0];
        }
    }
    out
}

#[differentiable(order = 2)]
fn two(x: [f64; 2], t: f64) -> [f64; 2] {
    [x[0] * x[1] * t, (x[0] * t).exp()]
}

#[test]
fn several_results() {
    let x: Vec<f64> = (0..11).map(|i| (i as f64 * 0.7).cos()).collect();
    for n in [0, 1, 2, 40] {
        let want: Array3<f64> = results::hessian(&x, n);
        let mut found = Array3::from_elem((n, 11, 11), NAN);
        results::hessian_into(&x, n, &mut found);
        assert_eq!(found, want);
        let mut slice = vec![NAN; n * 121];
        results::hessian_into(&x, n, &mut slice[..]);
        assert!(slice.iter().eq(want.iter()));
    }
    let (of_x, of_t) = two::hessian([0.3, 0.7], 1.1);
    let mut row_x = ([[[NAN; 2]; 2]; 2], [[NAN; 2]; 2]);
    let mut row_t = ([[NAN; 2]; 2], [NAN; 2]);
    two::hessian_into([0.3, 0.7], 1.1, (&mut row_x.0, &mut row_x.1), (&mut row_t.0, &mut row_t.1));
    assert_eq!((row_x, row_t), (of_x, of_t));
}

#[test]
fn closures() {
    let k = 1.5;
    let one = differentiate!(|x: &[f64]| -> f64 { (k * x[0] * x[1]).sin() });
    let mut found = [[NAN; 2]; 2];
    one.hessian_into(&[0.3, 0.7], &mut found);
    assert!(found.as_flattened().iter().eq(one.hessian(&[0.3, 0.7]).iter()));
    let several = differentiate!(|x: &[f64]| -> Vec<f64> { vec![k * x[0] * x[1], x[0].exp()] });
    let mut found = Array3::from_elem((2, 2, 2), NAN);
    several.hessian_into(&[0.3, 0.7], &mut found);
    assert_eq!(found, several.hessian(&[0.3, 0.7]));
}

#[test]
#[should_panic(expected = "a block of the matrix has 3 rows and 3 columns")]
fn of_another_shape() {
    chain::hessian_into(&[1.0, 2.0, 3.0], &mut [0.0; 8][..]);
}

#[test]
#[should_panic(expected = "a block of the matrix has 6 rows and 3 columns")]
fn of_several_results_and_another_shape() {
    results::hessian_into(&[1.0, 2.0, 3.0], 2, &mut Array3::from_elem((3, 3, 3), NAN));
}
