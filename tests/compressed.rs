//! Jacobians by groups of columns: equal to those column by column, and in fewer sweeps.

use std::cell::Cell;

use chainrule::ndarray::Array1;
use chainrule::{Differentiable, Real, differentiable};

thread_local! {
    static RUNS: Cell<usize> = const { Cell::new(0) };
}

fn run() {
    RUNS.set(RUNS.get() + 1);
}

/// How often the function runs, or its tangent.
fn runs<R>(matrix: impl FnOnce() -> R) -> (usize, R) {
    let before = RUNS.get();
    let found = matrix();
    (RUNS.get() - before, found)
}

fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| (1.7 * i as f64).sin() + 0.1).collect()
}

/// Two diagonals.
#[differentiable]
fn chain(x: &[f64]) -> Vec<f64> {
    run();
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] = x[i].sin();
        if i + 1 < x.len() {
            y[i] *= x[i + 1] * x[i + 1];
        }
    }
    y
}

#[test]
fn a_band_takes_a_sweep_of_bits_for_64_columns_and_one_more() {
    for (count, bits) in [(1, 1), (2, 1), (63, 1), (64, 1), (65, 2), (130, 3)] {
        let x = numbers(count);
        let (sweeps, found) = runs(|| chain::jacfwd_compressed(&x));
        assert_eq!(sweeps, bits + 1, "{count} columns");
        assert_eq!(found, chain::jacfwd(&x), "{count} columns");
    }
    assert_eq!(chain::jacfwd_compressed(&[]).dim(), (0, 0));
}

/// A full row, a full column and the diagonal: no two columns go together.
#[differentiable]
fn arrow(x: &[f64]) -> Vec<f64> {
    run();
    let mut y: Vec<f64> = x.iter().map(|xi| xi * x[0]).collect();
    y[0] = x.iter().sum();
    y
}

#[test]
fn where_no_two_columns_go_together_there_are_as_many_sweeps_as_for_each() {
    for count in [8, 20, 70] {
        let x = numbers(count);
        let (sweeps, found) = runs(|| arrow::jacfwd_compressed(&x));
        assert_eq!(sweeps, count.div_ceil(64) + count.div_ceil(8), "{count} columns");
        assert_eq!(found, arrow::jacfwd(&x), "{count} columns");
    }
}

#[derive(Clone, Differentiable)]
struct Segment {
    ends: [[f64; 2]; 2],
    width: f64,
}

#[differentiable]
impl Segment {
    fn moved(&self, by: &[f64; 2], gain: f64) -> [f64; 3] {
        let [[_, _], [x, y]] = self.ends;
        [x + by[0] * gain, y * by[1], self.width]
    }
}

#[differentiable]
fn stretched(segments: Vec<Segment>, by: &[[f64; 2]], factor: &mut f64) -> Vec<Segment> {
    let mut stretched = segments;
    for i in 0..by.len() {
        for k in 0..2 {
            stretched[i].ends[1][k] *= by[i][k];
        }
        stretched[i].width *= *factor;
    }
    *factor *= 2.0;
    stretched
}

#[differentiable]
fn scaled<T: Real>(x: &[T], factor: T) -> Vec<T> {
    x.iter().map(|x| *x * *x * factor).collect()
}

#[differentiable]
fn turned(x: [f64; 2], angle: f64) -> [f64; 2] {
    [x[0] * angle.cos(), x[1] * angle.sin()]
}

#[test]
fn whatever_the_arguments_are() {
    let segment = Segment { ends: [[1.0, 2.0], [3.0, 4.0]], width: 0.5 };
    let by = [2.0, 3.0];
    assert_eq!(segment.moved_jacfwd_compressed(&by, 0.7), segment.moved_jacfwd(&by, 0.7));
    let segments = vec![segment.clone(), segment];
    let (by, mut factor) = ([[2.0, 3.0], [5.0, 7.0]], 1.5);
    let expected = stretched::jacfwd(segments.clone(), &by, &mut factor);
    assert_eq!(stretched::jacfwd_compressed(segments, &by, &mut factor), expected);
    assert_eq!(factor, 1.5);

    let x: Vec<f32> = (0..11).map(|i| i as f32).collect();
    assert_eq!(scaled::jacfwd_compressed(&x, 3.0), scaled::jacfwd(&x, 3.0));
    assert_eq!(turned::jacfwd_compressed([2.0, 3.0], 0.3), turned::jacfwd([2.0, 3.0], 0.3));
}

/// What the path that runs cannot depend on is zero, also where a product would be none.
#[differentiable]
fn branches(x: &[f64; 3], first: bool) -> [f64; 2] {
    let y = if first { x[0] } else { x[1] };
    [y * x[2], 1.0 / x[2]]
}

#[test]
fn the_groups_are_those_of_the_path_that_runs() {
    for first in [false, true] {
        let x = [2.0, 3.0, 5.0];
        assert_eq!(branches::jacfwd_compressed(&x, first), branches::jacfwd(&x, first));
    }
    let at_pole = branches::jacfwd_compressed(&[2.0, 3.0, 0.0], true);
    assert_eq!(at_pole, [[0.0, 0.0, 2.0], [0.0, 0.0, f64::NEG_INFINITY]]);
}

fn length_jvp(v: &[f64], v_dot: &[f64]) -> (f64, f64) {
    let length = length(v);
    (length, v.iter().zip(v_dot).map(|(v, d)| v * d).sum::<f64>() / length)
}

fn length_vjp(v: &[f64]) -> (f64, impl Fn(f64) -> Vec<f64>) {
    let (v, length) = (v.to_vec(), length(v));
    (length, move |seed| v.iter().map(|v| seed * v / length).collect())
}

#[differentiable(jvp = length_jvp, vjp = length_vjp)]
fn length(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Rules that tell nothing of zeros, arrays of `ndarray`, and a loop that is run again.
#[differentiable]
fn lengths(v: &Array1<f64>, scale: &Array1<f64>) -> Array1<f64> {
    let mut out = scale * scale;
    #[checkpoint]
    for i in 0..scale.len() {
        let part = [v[2 * i], v[2 * i + 1]];
        out[i] *= length(&part) + (if i > 0 { out[i - 1] } else { 0.0 });
    }
    out
}

#[test]
fn rules_and_arrays_have_groups_too() {
    let (v, scale) = (Array1::from(numbers(20)), Array1::from(numbers(10)));
    let expected = lengths::jacfwd(&v, &scale);
    assert_eq!(lengths::jacfwd_compressed(&v, &scale), expected);
}
