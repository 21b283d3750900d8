//! Jacobians: shapes, modes, several arguments, buffers, structs, closures.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs, clippy::ptr_arg, reason = "what users write")]

use chainrule::ndarray::{Array2, array, s};
use chainrule::{Differentiable, Real, differentiable, differentiate};

#[differentiable]
fn scalar(x: f64) -> f64 {
    x.powi(3)
}

#[differentiable]
fn plane(x: f64, y: f64) -> [f64; 3] {
    [x * y, x, y * y]
}

#[differentiable]
fn product(m: [[f64; 2]; 2], v: &[f64; 2]) -> [f64; 2] {
    [m[0][0] * v[0] + m[0][1] * v[1], m[1][0] * v[0] + m[1][1] * v[1]]
}

#[differentiable]
fn norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[differentiable]
fn layer(w: &[f64], x: &[f64], gain: f64) -> Vec<f64> {
    let mut out = vec![0.0; w.len() / x.len()];
    for i in 0..out.len() {
        let mut sum = 0.0;
        for j in 0..x.len() {
            sum += w[i * x.len() + j] * x[j];
        }
        out[i] = gain * sum;
    }
    out
}

#[differentiable]
fn step(state: &mut [f64], dt: f64) {
    for i in 0..state.len() {
        state[i] += dt * state[i] * state[i];
    }
}

#[differentiable]
fn step_and_energy(state: &mut [f64; 2], dt: f64) -> f64 {
    state[0] += dt * state[1];
    state[0] * state[1]
}

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    id: usize,
    at: [f64; 2],
}

#[differentiable]
impl Body {
    fn force(&self, g: f64) -> [f64; 2] {
        let _ = self.id;
        [self.mass * g * self.at[0], self.mass * g * self.at[1]]
    }
}

#[differentiable]
fn moved(body: &Body, by: &Vec<f64>) -> Body {
    Body { mass: body.mass, id: body.id, at: [body.at[0] + by[0], body.at[1] * by[1]] }
}

#[differentiable]
fn power<T: Real>(x: T, y: &[T]) -> [T; 2] {
    [x * y[0], x * x * y[1]]
}

#[differentiable]
fn single(x: f32, y: &[f32]) -> Vec<f32> {
    vec![x * y[0], y[1]]
}

#[differentiable]
fn filled<const N: usize>(x: [f64; N], n: usize) -> [f64; N] {
    let mut out = [0.0; N];
    for i in 0..n {
        out[i] = x[i] * x[i];
    }
    out
}

#[differentiable(partials(x = 2.0 * x))]
fn squared(x: f64) -> f64 {
    x * x
}

#[test]
fn constant_sizes_give_plain_arrays() {
    assert_eq!(scalar::jacobian(2.0), 12.0);
    let want = ([3.0, 1.0, 0.0], [2.0, 0.0, 6.0]);
    assert_eq!(plane::jacobian(2.0, 3.0), want);
    assert_eq!(plane::jacfwd(2.0, 3.0), want);
    assert_eq!(plane::jacrev(2.0, 3.0), want);
    let (of_m, of_v) = product::jacobian([[1.0, 2.0], [3.0, 4.0]], &[5.0, 6.0]);
    assert_eq!(of_m, [[[5.0, 6.0], [0.0, 0.0]], [[0.0, 0.0], [5.0, 6.0]]]);
    assert_eq!(of_v, [[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(product::jacrev([[1.0, 2.0], [3.0, 4.0]], &[5.0, 6.0]), (of_m, of_v));
    assert_eq!(filled::jacfwd([1.0, 2.0, 3.0], 2), [[2.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0; 3]]);
    assert_eq!(squared::jacobian(3.0), 6.0);
}

#[test]
fn other_sizes_give_matrices() {
    assert_eq!(norm::jacobian(&[1.0, 2.0]), array![[2.0, 4.0]]);
    assert_eq!(norm::jacfwd(&[1.0, 2.0]), array![[2.0, 4.0]]);
    let (w, x) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [7.0, 8.0, 9.0]);
    let forward = layer::jacfwd(&w, &x, 0.5);
    assert_eq!(forward, layer::jacrev(&w, &x, 0.5));
    assert_eq!(forward, layer::jacobian(&w, &x, 0.5));
    let (of_w, of_x, of_gain) = forward;
    assert_eq!(of_w, array![[3.5, 4.0, 4.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 3.5, 4.0, 4.5]]);
    assert_eq!(of_x, array![[0.5, 1.0, 1.5], [2.0, 2.5, 3.0]]);
    assert_eq!(of_gain, array![[50.0], [122.0]]);
    assert_eq!(single::jacobian(2.0, &[3.0, 4.0]).0, array![[3.0_f32], [0.0]]);
    assert_eq!(power::jacobian(2.0, &[3.0, 4.0]).1, array![[2.0, 0.0], [0.0, 4.0]]);
    assert_eq!(power::jacrev(2.0, &[3.0_f32, 4.0]).0, [3.0, 16.0]);
}

#[test]
fn no_component_is_no_row_or_column() {
    assert_eq!(norm::jacobian(&[]).dim(), (1, 0));
    assert_eq!(norm::jacfwd(&[]).dim(), (1, 0));
    assert_eq!(layer::jacobian(&[], &[1.0, 2.0], 1.0).1.dim(), (0, 2));
    assert_eq!(layer::jacrev(&[], &[1.0, 2.0], 1.0).1.dim(), (0, 2));
}

#[test]
fn what_is_left_behind_mutable_references_is_a_result() {
    let mut state = [1.0, 2.0];
    for jacobian in [step::jacobian, step::jacfwd, step::jacrev] {
        let (of_state, of_dt) = jacobian(&mut state, 0.25);
        assert_eq!(of_state, array![[1.5, 0.0], [0.0, 2.0]]);
        assert_eq!(of_dt, array![[1.0], [4.0]]);
        assert_eq!(state, [1.0, 2.0]);
    }
    for jacobian in [step_and_energy::jacfwd, step_and_energy::jacrev] {
        let (of_state, of_dt) = jacobian(&mut state, 0.5);
        // Rows: the value, then the state.
        assert_eq!(of_state, array![[2.0, 3.0], [1.0, 0.5], [0.0, 1.0]]);
        assert_eq!(of_dt, array![[4.0], [2.0], [0.0]]);
    }
}

#[test]
fn structs_and_methods() {
    let body = Body { mass: 2.0, id: 7, at: [3.0, 4.0] };
    let (of_body, of_g) = body.force_jacobian(10.0);
    assert_eq!(of_body, array![[30.0, 20.0, 0.0], [40.0, 0.0, 20.0]]);
    assert_eq!(of_g, [6.0, 8.0]);
    assert_eq!(body.force_jacrev(10.0), (of_body, of_g));
    let by = vec![1.0, 2.0];
    let want = (
        array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.0]],
        array![[0.0, 0.0], [1.0, 0.0], [0.0, 4.0]],
    );
    assert_eq!(moved::jacfwd(&body, &by), want);
    assert_eq!(moved::jacrev(&body, &by), want);
}

#[test]
fn into_the_callers_buffers() {
    let (mut of_w, mut of_gain) = (Array2::<f64>::zeros((2, 4)), [0.0; 2]);
    let mut all = Array2::<f64>::zeros((2, 7));
    let (w, x) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0]);
    layer::jacobian_into(&w, &x, 1.0, &mut of_w, all.slice_mut(s![.., 4..6]), &mut of_gain);
    let want = layer::jacobian(&w, &x, 1.0);
    assert_eq!(of_w, want.0);
    assert_eq!(all.slice(s![.., 4..6]), want.1);
    assert_eq!(of_gain, [17.0, 39.0]);
    let mut flat = [0.0; 8];
    layer::jacrev_into(&w, &x, 1.0, &mut flat[..], &mut [[0.0; 2]; 2], &mut [0.0; 2]);
    assert_eq!(flat, [5.0, 6.0, 0.0, 0.0, 0.0, 0.0, 5.0, 6.0]);
    let (mut of_m, mut of_v) = ([[[0.0; 2]; 2]; 2], [[0.0; 2]; 2]);
    let (m, v) = ([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]);
    product::jacfwd_into(m, &v, &mut of_m, &mut of_v);
    assert_eq!((of_m, of_v), product::jacobian(m, &v));
}

#[test]
#[should_panic(expected = "1 rows and 3 columns")]
fn a_buffer_of_another_shape_is_refused() {
    norm::jacobian_into(&[1.0, 2.0, 3.0], &mut Array2::<f64>::zeros((3, 1)));
}

#[test]
#[should_panic(expected = "2 rows and 3 columns")]
fn an_array_of_another_shape_is_refused() {
    layer::jacobian_into(
        &[0.0; 6],
        &[0.0; 3],
        1.0,
        &mut [0.0; 12][..],
        &mut [[0.0; 2]; 3],
        &mut [0.0; 2],
    );
}

#[test]
fn closures_select_their_arguments() {
    let (w, x) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0]);
    let (_, of_x, of_gain) = layer::jacobian(&w, &x, 2.0);
    let by_x = differentiate!(|x: &[f64]| -> Vec<f64> { layer(&w, x, 2.0) });
    assert_eq!(by_x.jacobian(&x), of_x);
    assert_eq!(by_x.jacfwd(&x), of_x);
    assert_eq!(by_x.jacrev(&x), of_x);
    let by_both = differentiate!(|gain: f64, x: &[f64]| -> Vec<f64> { layer(&w, x, gain) });
    assert_eq!(by_both.jacrev(2.0, &x), (of_gain, of_x));
}

thread_local! {
    static RUNS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
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

#[derive(Clone, Differentiable)]
struct Segment {
    ends: [[f64; 2]; 2],
    width: f64,
}

#[differentiable]
fn stretched(segments: &Vec<Segment>, by: &[[f64; 2]]) -> Vec<Segment> {
    run();
    let mut stretched = segments.to_vec();
    for i in 0..by.len() {
        for k in 0..2 {
            stretched[i].ends[1][k] *= by[i][k];
        }
        stretched[i].width *= by[i][0] * by[i][1];
    }
    stretched
}

#[differentiable]
fn scaled<T: Real>(x: &[T], factor: T) -> Vec<T> {
    run();
    let mut out = vec![T::zero(); x.len()];
    for i in 0..x.len() {
        out[i] = x[i] * x[i] * factor;
    }
    out
}

/// Nine to sixteen columns are two sweeps of eight lanes.
#[test]
fn whatever_the_arguments_are_made_of_there_are_lanes() {
    let segment = Segment { ends: [[1.0, 2.0], [3.0, 4.0]], width: 0.5 };
    let (segments, by) = (vec![segment.clone(), segment], [[2.0, 3.0], [5.0, 7.0]]);
    let (count, forward) = runs(|| stretched::jacfwd(&segments, &by));
    assert_eq!(count, 2);
    let (count, reverse) = runs(|| stretched::jacrev(&segments, &by));
    assert_eq!(count, 1);
    assert_eq!(forward, reverse);
    assert_eq!(forward.0.dim(), (10, 10));
    assert_eq!(forward.1.row(2).to_vec(), [3.0, 0.0, 0.0, 0.0]);
    assert_eq!(forward.1.row(4).to_vec(), [1.5, 1.0, 0.0, 0.0]);
    let pattern = stretched::jacobian_pattern(&segments, &by);
    assert_eq!((pattern.len(), pattern.row(4)), (18, &[4, 10, 11][..]));

    let x: Vec<f32> = (0..11).map(|i| i as f32).collect();
    let (count, (by_x, by_factor)) = runs(|| scaled::jacfwd(&x, 3.0));
    assert_eq!(count, 2);
    assert_eq!((by_x[[4, 4]], by_x[[4, 5]], by_factor[[4, 0]]), (24.0, 0.0, 16.0));
    assert_eq!(scaled::jacobian_pattern(&x, 3.0).len(), 22);
    // Within a generic function as well.
    fn trace<T: Real + chainrule::__private::Scalar>(x: &[T], factor: T) -> T {
        scaled::jacfwd(x, factor).0.diag().iter().copied().sum()
    }
    assert_eq!(trace(&[1.0, 2.0], 3.0), 18.0);
}

/// Where there are fewer directions than a sweep carries, and none is left over.
#[test]
fn few_directions_are_one_sweep() {
    #[differentiable]
    fn turned(x: [f64; 3], angle: f64) -> [f64; 2] {
        run();
        [x[0] * angle.cos() - x[1] * x[2], x[1] * angle.sin()]
    }
    let x = [2.0, 3.0, 5.0];
    let expected = ([[1.0, -5.0, -3.0], [0.0, 0.0, 0.0]], [0.0, 3.0]);
    for found in [turned::jacfwd(x, 0.0), turned::jacrev(x, 0.0), turned::jacobian(x, 0.0)] {
        assert_eq!(found, expected);
    }
    assert_eq!(runs(|| turned::jacfwd(x, 0.0)).0, 1);
}

/// Eight columns at once may lie in one block, from any column on, or in several.
#[test]
fn columns_of_a_sweep_may_be_those_of_several_arguments() {
    #[differentiable]
    fn sums(x: &[f64], y: &[f64], z: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; 3];
        for (i, x) in x.iter().enumerate() {
            sums[i % 3] += x * (1.0 + i as f64);
        }
        for (i, y) in y.iter().enumerate() {
            sums[i % 2] += y * (0.5 - i as f64);
        }
        for (i, z) in z.iter().enumerate() {
            sums[2 - i % 3] += z * (3.0 * i as f64);
        }
        sums
    }

    for lens in [[8, 8, 8], [3, 17, 4], [0, 9, 15], [20, 0, 1], [7, 1, 30], [16, 16, 0]] {
        let [x, y, z] = lens.map(|len| vec![1.0; len]);
        let expected = sums::jacrev(&x, &y, &z);
        assert_eq!(sums::jacfwd(&x, &y, &z), expected, "{lens:?}");
        let slices = lens.map(|len| vec![f64::NAN; 3 * len]);
        let [mut of_x, mut of_y, mut of_z] = slices;
        sums::jacfwd_into(&x, &y, &z, &mut of_x[..], &mut of_y[..], &mut of_z[..]);
        let found = [of_x, of_y, of_z].concat();
        let rows =
            [expected.0, expected.1, expected.2].map(|block| block.into_raw_vec_and_offset().0);
        assert_eq!(found, rows.concat(), "{lens:?}");
    }
}
