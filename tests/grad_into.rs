//! Gradients in the caller's buffers, whatever was there.

use chainrule::differentiable;

#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
    largest + sum.ln()
}

#[differentiable]
fn distances(x: &[f32], y: &[f32], scale: f32, shift: [f32; 2]) -> f32 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let d = (x[i] - y[i]).powi(2) * scale + shift[0];
        sum += (d + shift[1]).sqrt();
    }
    sum * sum
}

/// Nothing is overwritten as a whole.
#[differentiable]
fn every_other(x: &[f64], #[constant] w: &[f64]) -> f64 {
    x.iter().step_by(2).zip(w).map(|(x, w)| x * x * w).sum()
}

/// What is behind `&mut` is read, and changed.
#[differentiable]
fn halve(x: &[f64], y: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i].exp() * y[i];
    }
    for y in y.iter_mut() {
        *y *= 0.5;
    }
    sum.ln()
}

/// Another element than the iteration's gets a share of each.
#[differentiable]
fn beside_another(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[n];
    }
    sum
}

/// Each element gets shares of its neighbours.
#[differentiable]
fn neighbours(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let next = if i + 1 < x.len() { x[i + 1] } else { 0.5 };
        sum += x[i] * next;
    }
    sum
}

#[differentiable(no_opt)]
fn plain(x: &[f64]) -> f64 {
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    sum.ln()
}

#[test]
fn whatever_was_there() {
    for n in [0, 1, 2, 7, 100] {
        let x: Vec<f64> = (0..n).map(|i| ((i * 37) % 11) as f64 * 0.25 - 1.0).collect();
        let mut x_bar = vec![f64::NAN; n];
        let value = log_sum_exp::grad_into(&x, &mut x_bar);
        let mut added = vec![0.0; n];
        assert_eq!(value, log_sum_exp::adjoint(&x, 1.0, &mut added));
        assert_eq!(x_bar, added);
        assert_eq!(log_sum_exp::value_and_grad(&x), (value, added));
        // Again, in the same memory.
        assert_eq!(log_sum_exp::grad_into(&x, &mut x_bar), value);
        assert_eq!(log_sum_exp::grad(&x), x_bar);
    }
}

#[test]
fn several_buffers_and_other_arguments() {
    let (x, y) = ([1.0_f32, 2.0, 3.0], [0.5_f32, 4.0, -1.0]);
    let (mut x_bar, mut y_bar) = ([f32::NAN; 3], [f32::INFINITY; 3]);
    let (mut scale_bar, mut shift_bar) = (f32::NAN, [f32::NAN; 2]);
    let value = distances::grad_into(
        &x,
        &y,
        2.0,
        [0.5, 0.25],
        &mut x_bar,
        &mut y_bar,
        &mut scale_bar,
        &mut shift_bar,
    );
    let (expected, by) = distances::value_and_grad(&x, &y, 2.0, [0.5, 0.25]);
    assert_eq!(value, expected);
    assert_eq!((x_bar.to_vec(), y_bar.to_vec(), scale_bar, shift_bar), by);
}

#[test]
fn more_than_the_iterations_own() {
    let x = [1.0, 2.0, 3.0];
    let mut x_bar = [f64::NAN; 3];
    assert_eq!(beside_another::grad_into(&x, 1, &mut x_bar), 12.0);
    assert_eq!(x_bar, [2.0, 8.0, 2.0]);
    let mut x_bar = [f64::NAN; 3];
    assert_eq!(neighbours::grad_into(&x, &mut x_bar), 9.5);
    assert_eq!(x_bar, [2.0, 4.0, 2.5]);
}

#[test]
fn where_nothing_is_overwritten() {
    let (x, w) = ([1.0, 2.0, 3.0, 4.0], [3.0, 0.5]);
    let mut x_bar = [f64::NAN; 4];
    assert_eq!(every_other::grad_into(&x, &w, &mut x_bar), 3.0 + 4.5);
    assert_eq!(x_bar, [6.0, 0.0, 3.0, 0.0]);
    let mut x_bar = [f64::NAN; 4];
    let value = plain::grad_into(&x, &mut x_bar);
    assert_eq!((value, x_bar.to_vec()), plain::value_and_grad(&x));
}

#[test]
fn buffers_that_change() {
    let x = [0.1, 0.7];
    let (mut y, mut x_bar, mut y_bar) = ([2.0, 3.0], [f64::NAN; 2], [f64::NAN; 2]);
    let value = halve::grad_into(&x, &mut y, &mut x_bar, &mut y_bar);
    assert_eq!(y, [1.0, 1.5]);
    let mut y = [2.0, 3.0];
    let (expected, (by_x, by_y)) = halve::value_and_grad(&x, &mut y);
    assert_eq!((value, x_bar.to_vec(), y_bar.to_vec()), (expected, by_x, by_y));
}

#[test]
#[should_panic = "length"]
fn of_another_length() {
    log_sum_exp::grad_into(&[1.0, 2.0], &mut [0.0]);
}
