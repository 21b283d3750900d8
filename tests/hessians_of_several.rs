//! Hessians of functions with several results: one matrix for each, by all four compositions.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::batch::vmap;
use chainrule::ndarray::{Array2, Array3, Axis};
use chainrule::{Differentiable, HessianMode, Real, differentiable};

#[differentiable(order = 2)]
fn layer(#[constant] w: &[f64], x: &[f64], #[constant] b: &[f64]) -> Vec<f64> {
    let mut out = b.to_vec();
    for i in 0..b.len() {
        for j in 0..x.len() {
            out[i] += w[i * x.len() + j] * x[j];
        }
        out[i] = out[i].tanh();
    }
    out
}

#[differentiable(order = 2)]
fn polar(p: [f64; 2], turn: f64) -> [f64; 2] {
    [p[0] * (p[1] + turn).cos(), p[0] * (p[1] + turn).sin()]
}

#[differentiable(order = 2)]
fn powers(x: f64) -> [f64; 3] {
    [x, x * x, x * x * x]
}

/// Calls, a loop that overwrites, an early return, arguments of different kinds.
#[differentiable(order = 2)]
fn mixture(x: &[f64], scale: f64, m: [f64; 2], rounds: usize) -> Vec<f64> {
    let mut state = x.to_vec();
    if rounds == 0 {
        return state;
    }
    for round in 0..rounds {
        for i in 1..state.len() {
            state[i] = (state[i - 1] * state[i] * scale).sin() + m[round % 2] * state[i];
        }
        state[0] = softened(state[0], m[1]) / (1.0 + scale * scale);
    }
    state.push(scale * m[0] * m[1]);
    state
}

#[differentiable(order = 2)]
fn softened(x: f64, by: f64) -> f64 {
    if x > 0.0 { (x * by).exp().ln_1p() } else { x * by.atan() }
}

/// One result of `mixture`.
#[differentiable(order = 2)]
fn one_of_mixture(x: &[f64], scale: f64, m: [f64; 2], rounds: usize, index: usize) -> f64 {
    let all = mixture(x, scale, m, rounds);
    all[index]
}

#[differentiable(order = 2)]
fn pair<T: Real>(x: &[T]) -> (T, T) {
    let mut product = T::one();
    for i in 0..x.len() {
        product *= x[i];
    }
    (product, product * product)
}

#[derive(Clone, Differentiable)]
struct Lens {
    focus: f64,
    power: f32,
    name: String,
}

#[differentiable(order = 2)]
impl Lens {
    fn images(&self, x: &[f64], n: usize) -> Vec<f64> {
        let mut out = vec![0.0; n];
        for i in 0..n {
            out[i] = x[i % x.len()] * x[0] / self.focus;
        }
        out
    }
}

#[differentiable(order = 2)]
fn squares_of<P: Differentiable + Clone>(#[constant] _tag: &P, x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * v * x[0]).collect()
}

fn filled(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * columns + j) as f64 * 0.37).sin())
}

#[test]
fn of_a_tanh_layer_alone_and_over_a_batch() {
    let (w, x, b) = (filled(33, 31), filled(3, 31), filled(1, 33));
    let (weights, b) = (w.as_slice().unwrap(), b.as_slice().unwrap());
    let hessians = vmap(&x, |x| layer::hessian(weights, x, b));
    assert_eq!(hessians.dim(), (3, 33, 31, 31));
    for (at, x) in x.outer_iter().enumerate() {
        let x = x.as_slice().unwrap();
        let y = layer(weights, x, b);
        let found: Array3<f64> = layer::hessian(weights, x, b);
        assert_eq!(hessians.index_axis(Axis(0), at), found);
        for ((k, i, j), found_here) in found.indexed_iter() {
            let want = -2.0 * y[k] * (1.0 - y[k] * y[k]) * w[[k, i]] * w[[k, j]];
            assert!((found_here - want).abs() < 1e-14);
            assert_eq!(*found_here, found[[k, j, i]]);
        }
    }
}

#[test]
fn arrays_where_all_sizes_are_known() {
    let (r, a, turn) = (1.5, 0.4_f64, 0.3);
    let (s, c) = (a + turn).sin_cos();
    let of_first = [[0.0, -s], [-s, -r * c]];
    let of_second = [[0.0, c], [c, -r * s]];
    for mode in HessianMode::ALL {
        let ((pp, pt), (tp, tt)) = polar::hessian_with(mode, [r, a], turn);
        let found: [[[f64; 2]; 2]; 2] = pp;
        for (found, want) in found.iter().zip([of_first, of_second]) {
            for (found, want) in found.as_flattened().iter().zip(want.as_flattened()) {
                assert!((found - want).abs() < 1e-15, "{mode:?} {found} {want}");
            }
        }
        for result in 0..2 {
            assert_eq!(pt[result], tp[result]);
            assert_eq!(pt[result], pp[result][1]);
            assert_eq!(tt[result], pp[result][1][1]);
        }
        assert_eq!(powers::hessian_with(mode, 2.0), [0.0, 2.0, 12.0]);
    }
    assert_eq!(powers::hessian(2.0), [0.0, 2.0, 12.0]);
}

#[test]
fn each_matrix_is_the_hessian_of_its_result() {
    let (x, scale, m) = ([0.5, -0.7, 0.9, 1.1], 0.8, [0.3, 1.2]);
    let close = |found: &Array3<f64>, result: usize, want: &Array2<f64>| {
        let found = found.index_axis(Axis(0), result);
        assert_eq!(found.dim(), want.dim());
        for (found, want) in found.iter().zip(want) {
            assert!((found - want).abs() < 1e-12 * want.abs().max(1.0), "{found} {want}");
        }
    };
    for rounds in [0, 1, 3] {
        let results = mixture(&x, scale, m, rounds).len();
        let default = mixture::hessian(&x, scale, m, rounds);
        let by_modes =
            HessianMode::ALL.map(|mode| mixture::hessian_with(mode, &x, scale, m, rounds));
        for found in by_modes.iter().chain([&default]) {
            assert_eq!(found.0.0.dim(), (results, 4, 4));
            assert_eq!(found.0.2.dim(), (results, 4, 2));
            assert_eq!(found.2.1.dim(), (results, 2, 1));
            for result in 0..results {
                let want = one_of_mixture::hessian(&x, scale, m, rounds, result);
                close(&found.0.0, result, &want.0.0);
                close(&found.0.1, result, &want.0.1);
                close(&found.0.2, result, &want.0.2);
                close(&found.1.0, result, &want.1.0);
                close(&found.2.0, result, &want.2.0);
                let of_scale = found.1.1[[result, 0, 0]];
                assert!((of_scale - want.1.1).abs() < 1e-12);
                for i in 0..2 {
                    assert!((found.1.2[[result, 0, i]] - want.1.2[i]).abs() < 1e-12);
                    for j in 0..2 {
                        assert!((found.2.2[[result, i, j]] - want.2.2[i][j]).abs() < 1e-12);
                    }
                }
            }
        }
    }
}

/// Few results of many arguments are computed by results, many of few by pairs of arguments.
#[test]
fn the_way_is_no_matter() {
    for (rows, columns) in [(1, 40), (40, 3), (0, 3), (3, 0), (2, 17)] {
        let (w, x, b) = (filled(rows, columns), filled(1, columns), filled(1, rows));
        let (w, x, b) = (w.as_slice().unwrap(), x.as_slice().unwrap(), b.as_slice().unwrap());
        let found = layer::hessian(w, x, b);
        assert_eq!(found.dim(), (rows, columns, columns));
        for mode in HessianMode::ALL {
            let by_mode = layer::hessian_with(mode, w, x, b);
            assert_eq!(by_mode.dim(), found.dim());
            assert!(by_mode.iter().zip(&found).all(|(a, b)| (a - b).abs() < 1e-14), "{mode:?}");
        }
    }
}

#[test]
fn tuples_and_other_floats() {
    for mode in HessianMode::ALL {
        let found: Array3<f32> = pair::hessian_with(mode, &[2.0_f32, 3.0]);
        assert_eq!(found.as_slice().unwrap(), [0.0, 1.0, 1.0, 0.0, 18.0, 24.0, 24.0, 8.0]);
    }
    assert_eq!(pair::hessian(&[2.0, 3.0])[[1, 0, 1]], 24.0);
    assert_eq!(squares_of::hessian(&1.5, &[2.0, 3.0])[[1, 0, 1]], 6.0);
}

#[test]
fn methods() {
    let lens = Lens { focus: 2.0, power: 1.0, name: "lens".into() };
    assert_eq!((lens.power, lens.name.len()), (1.0, 4));
    for mode in HessianMode::ALL {
        let (of_lens, of_x) = lens.images_hessian_with(mode, &[3.0, 5.0], 3);
        // x₁·x₀/f, twice by the focus: 2·x₁·x₀/f³; the power matters to none.
        let by_lens: Array3<f64> = of_lens.0;
        assert_eq!(by_lens.dim(), (3, 2, 2));
        assert_eq!(by_lens[[1, 0, 0]], 2.0 * 15.0 / 8.0);
        assert_eq!(by_lens[[1, 1, 1]], 0.0);
        assert_eq!((of_x.1[[1, 0, 1]], of_x.1[[1, 1, 1]], of_x.1[[2, 0, 0]]), (0.5, 0.0, 1.0));
        assert_eq!(of_x.0[[1, 1, 0]], -3.0 / 4.0);
    }
    assert_eq!(lens.images_hessian(&[3.0, 5.0], 3).1.1[[1, 0, 1]], 0.5);
}

/// At third order the bar of a seed, which is behind a reference, has a derivative of its own.
#[differentiable(order = 3)]
fn of_third_order(x: &[f64], n: usize) -> Vec<f64> {
    let mut state: Vec<f64> = x.iter().map(|v| v * v * v * x[0]).collect();
    for i in 0..n {
        state[i] *= x[i];
    }
    state
}

#[test]
fn functions_of_third_order_have_them_too() {
    for mode in HessianMode::ALL {
        // x₀⁵ and x₀·x₁³.
        let found = of_third_order::hessian_with(mode, &[2.0, 3.0], 1);
        let want = [160.0, 0.0, 0.0, 0.0, 0.0, 27.0, 27.0, 36.0];
        assert_eq!(found.as_slice().unwrap(), want);
    }
}
