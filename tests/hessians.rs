//! Hessians: blocks by arguments, exact symmetry, the diagonal, Gauss–Newton products.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::batch::vmap;
use chainrule::ndarray::{Array2, array};
use chainrule::{Differentiable, HessianMode, Real, differentiable};

#[differentiable(order = 2)]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

#[differentiable(order = 2)]
fn chain(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        sum += (x[i] * x[i + 1]).sin() + x[i].exp() / 7.0;
    }
    sum
}

#[differentiable(order = 2)]
fn quadratic(m: [f64; 2], x: &[f64], scale: f64) -> f64 {
    scale * (m[0] * x[0] * x[0] + m[1] * x[1] * x[1] * x[1])
}

#[differentiable(order = 2)]
fn dense(x: &[f64]) -> f64 {
    let mut sum = 1.0;
    for i in 0..x.len() {
        sum += x[i] * (i as f64 + 1.0) / (x.len() as f64);
    }
    sum.sin() + sum.powi(3)
}

#[differentiable(order = 2)]
fn cubes<T: Real>(x: &[T]) -> T {
    let mut sum = T::zero();
    for i in 0..x.len() {
        sum += x[i] * x[i] * x[i];
    }
    sum
}

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, length: f64) -> f64 {
        0.5 * self.stiffness * (length - self.rest) * (length - self.rest)
    }
}

#[differentiable]
fn residuals(x: &[f64], t: f64) -> Vec<f64> {
    vec![x[0] * t - 1.0, x[1] * x[1], x[0] * x[1]]
}

#[differentiable(order = 2)]
fn neuron(x: &[f64], w: &[f64], b: f64) -> f64 {
    let mut sum = b;
    for j in 0..x.len() {
        sum += w[j] * x[j];
    }
    sum.tanh()
}

#[test]
fn blocks_by_arguments() {
    let (x, y) = (1.5, 2.0);
    let mixed = -400.0 * x;
    let want = ((2.0 - 400.0 * (y - 3.0 * x * x), mixed), (mixed, 200.0));
    assert_eq!(rosenbrock::hessian(x, y), want);
    assert_eq!(rosenbrock::hessian_diagonal(x, y), (want.0.0, want.1.1));
    let (of_m, of_x, of_scale) = quadratic::hessian([2.0, 3.0], &[5.0, 7.0], 0.5);
    assert_eq!(of_m.0, [[0.0; 2]; 2]);
    assert_eq!(of_m.1, array![[5.0, 0.0], [0.0, 73.5]]);
    assert_eq!(of_m.2, [25.0, 343.0]);
    assert_eq!(of_x.0, array![[5.0, 0.0], [0.0, 73.5]]);
    assert_eq!(of_x.1, array![[2.0, 0.0], [0.0, 63.0]]);
    assert_eq!(of_x.2, array![[20.0], [441.0]]);
    assert_eq!(of_scale, ([25.0, 343.0], array![[20.0, 441.0]], 0.0));
    assert_eq!(cubes::hessian(&[1.0_f32, 2.0]), array![[6.0, 0.0], [0.0, 12.0]]);
}

#[test]
fn exactly_symmetric_and_what_the_products_say() {
    let x: Vec<f64> = (0..9).map(|i| (i as f64 * 0.7).cos()).collect();
    let hessian: Array2<f64> = chain::hessian(&x);
    assert_eq!(hessian, hessian.t());
    let diagonal = chain::hessian_diagonal(&x);
    for i in 0..9 {
        let mut direction = vec![0.0; 9];
        direction[i] = 1.0;
        for (j, product) in chain::hvp(&x, &direction).into_iter().enumerate() {
            assert!((product - hessian[[i, j]]).abs() < 1e-14);
        }
        assert!((diagonal[i] - hessian[[i, i]]).abs() < 1e-14);
    }
}

/// A product of its own for each column of a dense Hessian, for three of them together in a band, for
/// all of a separable function: the diagonal is that of the whole.
#[test]
fn diagonals_of_any_structure() {
    for n in [0, 1, 7, 8, 9, 33, 100] {
        let x: Vec<f64> = (0..n).map(|i| (i as f64 * 0.7).cos()).collect();
        let close = |found: &[f64], want: &Array2<f64>| {
            assert_eq!(found.len(), n);
            for (found, want) in found.iter().zip(want.diag()) {
                assert!((found - want).abs() < 1e-13 * want.abs().max(1.0), "{found} {want}");
            }
        };
        close(&dense::hessian_diagonal(&x), &dense::hessian(&x));
        close(&cubes::hessian_diagonal(&x), &cubes::hessian(&x));
        if n > 0 {
            close(&chain::hessian_diagonal(&x), &chain::hessian(&x));
            let (of_m, of_x, of_scale) = quadratic::hessian_diagonal([2.0, 3.0], &[5.0, 7.0], 0.5);
            assert_eq!((of_m, of_x, of_scale), ([0.0, 0.0], vec![2.0, 63.0], 0.0));
        }
    }
}

#[test]
fn methods() {
    let spring = Spring { stiffness: 10.0, rest: 1.0 };
    let (of_spring, of_length) = spring.energy_hessian(1.5);
    assert_eq!(of_spring.0, array![[0.0, -0.5], [-0.5, 10.0]]);
    assert_eq!(of_spring.1, array![[0.5], [-10.0]]);
    assert_eq!(of_length.1, 10.0);
}

#[test]
fn gauss_newton_products() {
    let (x, t) = ([2.0, 3.0], 0.5);
    let (of_x, of_t) = residuals::jacobian(&x, t);
    let along = of_x.dot(&array![1.0, -2.0]) + of_t.column(0).to_owned() * 0.25;
    let (by_x, by_t) = residuals::gauss_newton(&x, t, &[1.0, -2.0], 0.25);
    assert_eq!(by_x, of_x.t().dot(&along).to_vec());
    assert_eq!(by_t, of_t.column(0).dot(&along));
}

#[test]
fn hessians_of_a_tanh_layer_over_a_batch() {
    let filled = |rows, columns| {
        Array2::from_shape_fn((rows, columns), |(i, j)| ((i * columns + j) as f64 * 0.37).sin())
    };
    let (w, x, b) = (filled(33, 31), filled(4, 31), filled(1, 33));
    let b = b.as_slice().unwrap();
    let of_layer = |x: &[f64]| vmap((&w, b), |(w, b)| neuron::hessian(x, w, *b).0.0);
    let hessians = vmap(&x, of_layer);
    assert_eq!(hessians.dim(), (4, 33, 31, 31));
    // d² tanh(u) = -2·tanh(u)·(1 - tanh(u)²)·w·wᵀ.
    let x = x.row(2);
    let y = (w.row(5).dot(&x) + b[5]).tanh();
    let want = -2.0 * y * (1.0 - y * y) * w[[5, 7]] * w[[5, 11]];
    assert!((hessians[[2, 5, 7, 11]] - want).abs() < 1e-12);
}

/// Loops on the tape, branches, all kinds of arguments: the same four times.
#[differentiable(order = 2)]
fn recurrence(start: f64, w: &[f64], m: [[f64; 2]; 2], n: usize) -> f64 {
    let (mut s, mut t) = (start, start * w[0]);
    for i in 0..n {
        let next = (m[0][0] * s + m[0][1] * t).tanh() * w[i % w.len()];
        t = if s > 0.0 { m[1][0] * s + (m[1][1] * t).sin() } else { m[1][1] * t * s };
        s = next;
    }
    s * t + s.exp()
}

fn assert_close(found: &Array2<f64>, want: &Array2<f64>, what: impl std::fmt::Debug) {
    assert_eq!(found.dim(), want.dim());
    for (found, want) in found.iter().zip(want) {
        assert!(
            (found - want).abs() <= 1e-13 * (1.0 + want.abs()),
            "{what:?}: {found}, not {want}"
        );
    }
}

#[test]
fn four_compositions() {
    let (w, m) = ([0.7, -1.2, 0.4], [[0.9, -0.3], [0.5, 1.1]]);
    let want = recurrence::hessian(0.8, &w, m, 7);
    // Ten components: two sweeps of lanes.
    let x: Vec<f64> = (0..10).map(|i| (i as f64 * 0.7).cos()).collect();
    let of_chain = chain::hessian(&x);
    let spring = Spring { stiffness: 10.0, rest: 1.0 };
    for mode in HessianMode::ALL {
        let found = recurrence::hessian_with(mode, 0.8, &w, m, 7);
        assert_close(&found.1.1, &want.1.1, mode);
        assert_close(&found.1.0, &want.1.0, mode);
        let (a, b) = (array![[found.0.0]], array![[want.0.0]]);
        assert_close(&a, &b, mode);
        for i in 0..2 {
            for j in 0..2 {
                let rows = |h: [[[[f64; 2]; 2]; 2]; 2]| array![h[i][j][0], h[i][j][1]];
                assert_close(&rows(found.2.2), &rows(want.2.2), mode);
            }
        }
        let found = chain::hessian_with(mode, &x);
        assert_eq!(found, found.t(), "{mode:?}");
        assert_close(&found, &of_chain, mode);
        assert_eq!(cubes::hessian_with(mode, &[1.0_f32, 2.0]), array![[6.0, 0.0], [0.0, 12.0]]);
        let (of_spring, of_length) = spring.energy_hessian_with(mode, 1.5);
        assert_eq!(of_spring.0, array![[0.0, -0.5], [-0.5, 10.0]], "{mode:?}");
        assert_eq!(of_length.1, 10.0);
        let want = rosenbrock::hessian(1.5, 2.0);
        assert_eq!(rosenbrock::hessian_with(mode, 1.5, 2.0), want, "{mode:?}");
    }
}
