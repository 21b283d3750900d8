//! Jacobians by groups of columns that are kept: equal to those column by column at each point, in as few sweeps
//! as there can be, and by others where these are not right.

use std::cell::Cell;

use chainrule::ndarray::{Array1, Array2, ArrayViewMut2, s};
use chainrule::sparse::Groups;
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

/// The matrix that is written to a buffer, and how often the function runs for it.
fn written(shape: (usize, usize), write: impl FnOnce(&mut Array2<f64>)) -> (usize, Array2<f64>) {
    let mut matrix = Array2::from_elem(shape, f64::NAN);
    let (taken, ()) = runs(|| write(&mut matrix));
    (taken, matrix)
}

fn by_band(x: &[f64], others: usize, groups: &mut Groups) -> (usize, Array2<f64>) {
    written((x.len(), x.len()), |matrix| {
        band::jacfwd_compressed_into(x, others, groups, matrix);
    })
}

fn by_picked(x: &[f64], at: &[usize], groups: &mut Groups) -> (usize, Array2<f64>) {
    written((at.len(), x.len()), |matrix| picked::jacfwd_compressed_into(x, at, groups, matrix))
}

fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| (1.7 * i as f64).sin() + 0.1).collect()
}

/// As many diagonals as there are `others`, and one.
#[differentiable]
fn band(x: &[f64], others: usize) -> Vec<f64> {
    run();
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] = x[i].sin();
        for j in 1..others + 1 {
            if i + j < x.len() {
                y[i] *= x[i + j];
            }
        }
    }
    y
}

#[test]
fn from_the_second_point_on_a_band_takes_one_sweep() {
    for (count, words) in [(1, 1), (2, 1), (64, 1), (65, 2), (130, 3), (700, 11)] {
        let mut groups = Groups::new();
        for (point, others) in [words + 1, 1, 1].into_iter().enumerate() {
            let mut x = numbers(count);
            x[0] += point as f64;
            let (sweeps, found) = by_band(&x, 1, &mut groups);
            assert_eq!(sweeps, others, "{count} columns, point {point}");
            assert_eq!(found, band::jacfwd(&x, 1), "{count} columns, point {point}");
        }
        assert_eq!(groups.count(), count.min(2));
    }
    assert_eq!(by_band(&[], 1, &mut Groups::new()).1.dim(), (0, 0));
}

/// Eight groups fill the lanes of a sweep, and up to 70 columns in each their notes.
#[test]
fn many_groups_and_many_columns_in_each_take_more_sweeps() {
    for (count, others, sweeps) in [(560, 7, 1), (561, 7, 2), (100, 8, 2), (70, 69, 9), (400, 0, 1)]
    {
        let (mut groups, x) = (Groups::new(), numbers(count));
        by_band(&x, others, &mut groups);
        let (taken, found) = by_band(&x, others, &mut groups);
        assert_eq!(taken, sweeps, "{count} columns, {others} others");
        assert_eq!(found, band::jacfwd(&x, others), "{count} columns, {others} others");
        assert_eq!(groups.count(), others + 1);
    }
}

/// Which elements a result is made of depends on the point.
#[differentiable]
fn picked(x: &[f64], at: &[usize]) -> Vec<f64> {
    run();
    let mut y = vec![0.0; at.len()];
    for i in 0..at.len() {
        y[i] = x[at[i]] * x[i];
        if x[i] < 0.0 {
            y[i] += x[0];
        }
    }
    y
}

#[test]
fn where_results_depend_on_other_columns_the_groups_are_found_again() {
    let (mut groups, mut random) = (Groups::new(), 1_usize);
    for point in 0..200 {
        let x: Vec<f64> = numbers(20).iter().map(|x| x + 0.01 * point as f64).collect();
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 33) % 20
        };
        let at: Vec<usize> = (0..9).map(|_| next()).collect();
        assert_eq!(by_picked(&x, &at, &mut groups).1, picked::jacfwd(&x, &at));
    }
}

/// Two columns of one group change places, in one row: what the lanes have then looks as before.
#[test]
fn a_column_that_takes_the_place_of_another_is_noticed() {
    let (mut groups, x) = (Groups::new(), [1.0; 20]);
    for at in [[7, 8], [8, 7], [3, 3], [0, 1]] {
        assert_eq!(by_picked(&x, &at, &mut groups).1, picked::jacfwd(&x, &at));
    }
}

#[test]
fn what_was_known_stays_known_where_that_costs_nothing() {
    let (mut groups, x) = (Groups::new(), numbers(20));
    let points = [[3, 4, 5], [6, 7, 8], [3, 4, 5], [6, 7, 8]];
    let taken = points.map(|at| by_picked(&x, &at, &mut groups).0);
    assert_eq!(taken, [2, 3, 1, 1]);
}

#[test]
fn sizes_may_change() {
    let mut groups = Groups::new();
    for count in [5, 9, 5, 0, 70, 3] {
        let x = numbers(count);
        assert_eq!(by_band(&x, 1, &mut groups).1, band::jacfwd(&x, 1));
    }
    // More rows of as many columns, into a buffer of the size that is right.
    let x = numbers(20);
    for rows in [2, 3, 1] {
        let at = vec![4; rows];
        assert_eq!(by_picked(&x, &at, &mut groups).1, picked::jacfwd(&x, &at));
    }
}

/// The same groups for another function.
#[test]
fn groups_of_one_function_are_noticed_in_another() {
    let (mut groups, x) = (Groups::new(), numbers(20));
    let at: Vec<usize> = (0..20).rev().collect();
    for _ in 0..3 {
        assert_eq!(by_band(&x, 2, &mut groups).1, band::jacfwd(&x, 2));
        assert_eq!(by_picked(&x, &at, &mut groups).1, picked::jacfwd(&x, &at));
    }
}

/// The caller's buffers hold something else before.
#[test]
fn all_entries_of_a_buffer_are_written() {
    let (x, mut groups) = (numbers(12), Groups::new());
    let expected = band::jacfwd(&x, 1);
    let mut matrix = Array2::from_elem((12, 12), f64::NAN);
    for _ in 0..2 {
        band::jacfwd_compressed_into(&x, 1, &mut groups, &mut matrix);
        assert_eq!(matrix, expected);
    }
    let mut slice = [7.0; 144];
    band::jacfwd_compressed_into(&x, 1, &mut groups, &mut slice[..]);
    assert_eq!(&slice[..], expected.as_slice().unwrap());
    // A part of a wider matrix, and a transposed one, whose rows lie apart.
    let mut wide = Array2::from_elem((12, 15), 7.0);
    band::jacfwd_compressed_into(&x, 1, &mut groups, wide.slice_mut(s![.., 2..14]));
    assert_eq!(wide.slice(s![.., 2..14]), expected);
    assert!(wide.column(1).iter().chain(wide.column(14)).all(|other| *other == 7.0));
    let view: ArrayViewMut2<f64> = matrix.view_mut().reversed_axes();
    band::jacfwd_compressed_into(&x, 1, &mut groups, view);
    assert_eq!(matrix, expected.t());
}

#[test]
#[should_panic(expected = "has 12 rows and 12 columns")]
fn a_buffer_of_another_shape_is_refused() {
    let mut groups = Groups::new();
    band::jacfwd_compressed_into(&numbers(12), 1, &mut groups, &mut Array2::<f64>::zeros((12, 11)));
}

#[test]
fn unchecked_groups_are_found_once() {
    let (mut groups, x) = (Groups::unchecked(), numbers(20));
    let taken = [0, 1, 2].map(|_| {
        let (taken, found) = by_band(&x, 1, &mut groups);
        assert_eq!(found, band::jacfwd(&x, 1));
        taken
    });
    assert_eq!(taken, [2, 1, 1]);
    // Checked again, they are right at another point, too.
    groups.set_checked(true);
    let (taken, found) = by_band(&x, 2, &mut groups);
    assert_eq!((taken, found), (3, band::jacfwd(&x, 2)));
    groups.set_checked(false);
    assert_eq!(by_band(&x, 2, &mut groups), (1, band::jacfwd(&x, 2)));
}

#[test]
#[should_panic(expected = "unchecked groups are those of a matrix of another size")]
fn unchecked_groups_of_another_size_are_refused() {
    let mut groups = Groups::unchecked();
    by_band(&numbers(12), 1, &mut groups);
    by_band(&numbers(11), 1, &mut groups);
}

#[test]
#[should_panic(expected = "unchecked groups are those of a matrix of another size")]
fn unchecked_groups_of_fewer_rows_are_refused() {
    let mut groups = Groups::unchecked();
    by_picked(&numbers(12), &[1, 2], &mut groups);
    by_picked(&numbers(12), &[1, 2, 3], &mut groups);
}

/// Depends on something else each time.
#[differentiable]
fn fickle(x: &[f64; 3]) -> f64 {
    run();
    let at = RUNS.get() % 3;
    x[at]
}

#[test]
#[should_panic(expected = "what results depend on differs from run to run")]
fn a_function_that_depends_on_something_else_each_time_is_refused() {
    fickle::jacfwd_compressed_into(&[1.0, 2.0, 3.0], &mut Groups::new(), &mut [0.0; 3]);
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
fn square<T: Real>(x: T) -> T {
    x * x
}

#[differentiable]
fn turned(x: [f64; 2], angle: f64) -> [f64; 2] {
    [x[0] * angle.cos(), x[1] * angle.sin()]
}

#[differentiable]
fn cube(x: f64) -> f64 {
    x * x * x
}

#[test]
fn whatever_the_arguments_are() {
    let segment = Segment { ends: [[1.0, 2.0], [3.0, 4.0]], width: 0.5 };
    let by = [2.0, 3.0];
    let mut groups = Groups::new();
    for gain in [0.7, 0.8] {
        let expected = segment.moved_jacfwd(&by, gain);
        let (mut of_self, mut of_by, mut of_gain) = expected.clone();
        of_self.fill(f64::NAN);
        let blocks = (&mut of_self, &mut of_by, &mut of_gain);
        segment.moved_jacfwd_compressed_into(&by, gain, &mut groups, blocks.0, blocks.1, blocks.2);
        assert_eq!((of_self, of_by, of_gain), expected);
    }
    let segments = vec![segment.clone(), segment];
    let (by, mut factor) = ([[2.0, 3.0], [5.0, 7.0]], 1.5);
    let expected = stretched::jacfwd(segments.clone(), &by, &mut factor);
    for _ in 0..2 {
        let (mut of_segments, mut of_by, mut of_factor) = expected.clone();
        of_by.fill(f64::NAN);
        let blocks = (&mut of_segments, &mut of_by, &mut of_factor);
        stretched::jacfwd_compressed_into(
            segments.clone(),
            &by,
            &mut factor,
            &mut groups,
            blocks.0,
            blocks.1,
            blocks.2,
        );
        assert_eq!((of_segments, of_by, of_factor), expected);
        assert_eq!(factor, 1.5);
    }
    let x: Vec<f32> = (0..11).map(|i| i as f32).collect();
    for factor in [3.0, 4.0] {
        let expected = scaled::jacfwd(&x, factor);
        let (mut of_x, mut of_factor) = expected.clone();
        of_x.fill(f32::NAN);
        scaled::jacfwd_compressed_into(&x, factor, &mut groups, &mut of_x, &mut of_factor);
        assert_eq!((of_x, of_factor), expected);
    }
    for x in [2.0, 3.0] {
        let (mut of_x, mut of_angle) = ([[f64::NAN; 2]; 2], [f64::NAN; 2]);
        turned::jacfwd_compressed_into([x, 3.0], 0.3, &mut groups, &mut of_x, &mut of_angle);
        assert_eq!((of_x, of_angle), turned::jacfwd([x, 3.0], 0.3));
        let mut of_cube = f64::NAN;
        cube::jacfwd_compressed_into(x, &mut Groups::unchecked(), &mut of_cube);
        assert_eq!(of_cube, cube::jacfwd(x));
        let mut of_square = f64::NAN;
        square::jacfwd_compressed_into(x, &mut Groups::new(), &mut of_square);
        assert_eq!(of_square, square::jacfwd(x));
    }
}

/// What the path that runs cannot depend on is zero, also where a product would be none.
#[differentiable]
fn branches(x: &[f64; 3], first: bool) -> [f64; 2] {
    let y = if first { x[0] } else { x[1] };
    [y * x[2], 1.0 / x[2]]
}

#[test]
fn what_the_path_does_not_depend_on_is_zero() {
    let mut groups = Groups::new();
    for first in [false, true, false] {
        let x = [2.0, 3.0, 5.0];
        let mut matrix = [[f64::NAN; 3]; 2];
        branches::jacfwd_compressed_into(&x, first, &mut groups, &mut matrix);
        assert_eq!(matrix, branches::jacfwd(&x, first));
    }
    // The groups know of the second column, whose part is `0 · ∞`.
    let mut at_pole = [[f64::NAN; 3]; 2];
    let x = [2.0, 3.0, f64::INFINITY];
    branches::jacfwd_compressed_into(&x, true, &mut groups, &mut at_pole);
    assert_eq!(at_pole[0][..2], [f64::INFINITY, 0.0]);
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

/// Rules that tell nothing of where a derivative comes from, arrays of `ndarray`, floats of another width, and a
/// loop that is run again.
#[differentiable]
fn lengths(v: &Array1<f64>, scale: &Array1<f32>, by: usize) -> Array1<f64> {
    let mut out = Array1::zeros(scale.len());
    #[checkpoint]
    for i in 0..scale.len() {
        let at = (2 * i + by) % v.len();
        let part = [v[at], v[(at + 1) % v.len()]];
        out[i] = length(&part) * (scale[i] as f64) + (if i > 0 { out[i - 1] } else { 0.0 });
    }
    out
}

#[test]
fn rules_and_arrays_tell_where_derivatives_come_from() {
    let v = Array1::from(numbers(20));
    let scale: Array1<f32> = numbers(10).iter().map(|x| *x as f32).collect();
    let mut groups = Groups::new();
    for by in [0, 1, 7] {
        let expected = lengths::jacfwd(&v, &scale, by);
        let (mut of_v, mut of_scale) = expected.clone();
        of_v.fill(f64::NAN);
        of_scale.fill(f32::NAN);
        lengths::jacfwd_compressed_into(&v, &scale, by, &mut groups, &mut of_v, &mut of_scale);
        assert_eq!((of_v, of_scale), expected);
    }
}
