//! `vjp` and `adjoint` inside of functions that are differentiated themselves, by both modes, against
//! the same functions with the inner derivatives written out.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, HessianMode, Real, differentiable, differentiate};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{found}, not {expected}");
}

fn all_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(found, expected)| close(*found, *expected));
}

#[differentiable(order = 2)]
fn sum(x: f64, y: f64) -> f64 {
    x + y
}

/// `d/dx [x · d/dy (x + y)]` is 1; perturbations that mix give 2.
#[differentiable]
fn perturbed(x: f64) -> f64 {
    let (_, pullback) = sum::vjp(x, 1.0);
    let (_, dy) = pullback(1.0);
    x * dy
}

#[differentiable]
fn perturbed_in_place(x: f64) -> f64 {
    let (mut dx, mut dy) = (0.0, 0.0);
    sum::adjoint(x, 1.0, 1.0, &mut dx, &mut dy);
    let _ = dx;
    x * dy
}

/// The same with an active cotangent: `x · d/dy (x + y) · x`.
#[differentiable]
fn perturbed_seed(x: f64) -> f64 {
    let (value, pullback) = sum::vjp(x, x);
    x * pullback(x).1 + value
}

#[test]
fn perturbations_do_not_mix() {
    assert_eq!(perturbed::jvp(3.0, 1.0), (3.0, 1.0));
    assert_eq!(perturbed::value_and_grad(3.0), (3.0, 1.0));
    assert_eq!(perturbed_in_place::jvp(3.0, 1.0), (3.0, 1.0));
    assert_eq!(perturbed_in_place::value_and_grad(3.0), (3.0, 1.0));
    assert_eq!(perturbed_seed::jvp(3.0, 1.0), (15.0, 8.0));
    assert_eq!(perturbed_seed::value_and_grad(3.0), (15.0, 8.0));
}

#[differentiable(order = 3)]
fn wave(x: f64, y: f64) -> f64 {
    x * x * y + (x * y).sin()
}

/// A pullback called twice in each iteration, its seed the variable of the loop.
#[differentiable(order = 2)]
fn looped(x: f64, y: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        let (value, pullback) = wave::vjp(s, y);
        let (ds, dy) = pullback(s * y);
        let again = pullback(1.0);
        s = 0.1 * (value + ds) + dy / (i as f64 + 2.0) + again.0 * again.1 * 0.01;
    }
    s
}

#[differentiable(order = 2)]
fn looped_in_place(x: f64, y: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        let (mut ds, mut dy, mut again) = (0.0, 0.0, (0.0, 0.0));
        let value = wave::adjoint(s, y, s * y, &mut ds, &mut dy);
        wave::adjoint(s, y, 1.0, &mut again.0, &mut again.1);
        s = 0.1 * (value + ds) + dy / (i as f64 + 2.0) + again.0 * again.1 * 0.01;
    }
    s
}

#[differentiable(order = 2)]
fn looped_by_hand(x: f64, y: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        let value = s * s * y + (s * y).sin();
        let (by_s, by_y) = (2.0 * s * y + y * (s * y).cos(), s * s + s * (s * y).cos());
        let (ds, dy) = (by_s * (s * y), by_y * (s * y));
        s = 0.1 * (value + ds) + dy / (i as f64 + 2.0) + by_s * by_y * 0.01;
    }
    s
}

#[test]
fn pullbacks_in_loops() {
    for (x, y) in [(0.9, 0.8), (-0.4, 1.1), (0.0, 0.5)] {
        let expected = looped_by_hand::grad(x, y, 4);
        for found in [looped::grad(x, y, 4), looped_in_place::grad(x, y, 4)] {
            close(found.0, expected.0);
            close(found.1, expected.1);
        }
        for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (0.3, -2.0)] {
            let (value, slope) = looped_by_hand::jvp(x, y, 4, dx, dy);
            let jvps = [looped::jvp(x, y, 4, dx, dy), looped_in_place::jvp(x, y, 4, dx, dy)];
            for found in jvps {
                close(found.0, value);
                close(found.1, slope);
            }
        }
    }
}

#[test]
fn second_derivatives_of_pullbacks() {
    let (x, y) = (0.9, 0.8);
    let (xx, xy, yx, yy) = {
        let ((xx, xy), (yx, yy)) = looped_by_hand::hessian(x, y, 3);
        (xx, xy, yx, yy)
    };
    for mode in HessianMode::ALL {
        for ((a, b), (c, d)) in
            [looped::hessian_with(mode, x, y, 3), looped_in_place::hessian_with(mode, x, y, 3)]
        {
            all_close(&[a, b, c, d], &[xx, xy, yx, yy]);
        }
    }
}

/// Several results, a constant, integers, slices.
#[differentiable(order = 2)]
fn layer(w: &[f64], x: &[f64], #[constant] scale: f64, n: usize) -> (Vec<f64>, f64) {
    let mut out = vec![0.0; n];
    let mut sum = 0.0;
    for i in 0..n {
        for j in 0..x.len() {
            out[i] += w[i * x.len() + j] * x[j] * scale;
        }
        out[i] = out[i].tanh();
        sum += out[i] * x[0];
    }
    (out, sum)
}

#[differentiable]
fn backward(w: &[f64], x: &[f64], s: f64) -> f64 {
    let ((out, sum), pullback) = layer::vjp(w, x, 0.5, 2);
    let (dw, dx) = pullback((vec![s, out[0]], sum));
    let mut total = s;
    for i in 0..dw.len() {
        total += dw[i] * (i as f64 - 1.5);
    }
    for i in 0..dx.len() {
        total += dx[i] * dx[i] * out[1];
    }
    total
}

/// The buffers are added to, twice.
#[differentiable]
fn backward_in_place(w: &[f64], x: &[f64], s: f64) -> f64 {
    let (mut dw, mut dx) = (vec![0.0; w.len()], vec![0.0; x.len()]);
    let (out, sum) = layer(w, x, 0.5, 2);
    layer::adjoint(w, x, 0.5, 2, (vec![s, 0.0], sum), &mut dw, &mut dx);
    layer::adjoint(w, x, 0.5, 2, (vec![0.0, out[0]], 0.0), &mut dw, &mut dx);
    let mut total = s;
    for i in 0..dw.len() {
        total += dw[i] * (i as f64 - 1.5);
    }
    for i in 0..dx.len() {
        total += dx[i] * dx[i] * out[1];
    }
    total
}

#[differentiable]
fn backward_by_hand(w: &[f64], x: &[f64], s: f64) -> f64 {
    let (d, n, scale) = (x.len(), 2, 0.5);
    let mut out = vec![0.0; n];
    let mut sum = 0.0;
    for i in 0..n {
        let mut z = 0.0;
        for j in 0..d {
            z += w[i * d + j] * x[j] * scale;
        }
        out[i] = z.tanh();
        sum += out[i] * x[0];
    }
    let seeds = [s, out[0]];
    let mut total = s;
    let mut dx = vec![0.0; d];
    for i in 0..n {
        dx[0] += sum * out[i];
        let dz = (seeds[i] + sum * x[0]) * (1.0 - out[i] * out[i]) * scale;
        for j in 0..d {
            total += dz * x[j] * ((i * d + j) as f64 - 1.5);
            dx[j] += dz * w[i * d + j];
        }
    }
    for i in 0..d {
        total += dx[i] * dx[i] * out[1];
    }
    total
}

#[test]
fn slices_and_several_results() {
    let (w, x, s) = ([0.4, -0.3, 0.7, 0.2, 0.9, -0.6], [0.5, -1.0, 0.8], 0.3);
    close(backward(&w, &x, s), backward_by_hand(&w, &x, s));
    close(backward_in_place(&w, &x, s), backward_by_hand(&w, &x, s));
    let (dw, dx, ds) = backward_by_hand::grad(&w, &x, s);
    for found in [backward::grad(&w, &x, s), backward_in_place::grad(&w, &x, s)] {
        all_close(&found.0, &dw);
        all_close(&found.1, &dx);
        close(found.2, ds);
    }
    let (w_dot, x_dot) = ([1.0, 0.5, -0.2, 0.0, 0.3, 2.0], [0.1, 0.0, -1.0]);
    let slope = backward_by_hand::jvp(&w, &x, s, &w_dot, &x_dot, 0.7).1;
    close(backward::jvp(&w, &x, s, &w_dot, &x_dot, 0.7).1, slope);
    close(backward_in_place::jvp(&w, &x, s, &w_dot, &x_dot, 0.7).1, slope);
}

/// In place: the cotangent of the final state on entry, of the first on exit.
#[differentiable(order = 2)]
fn step(state: &mut [f64], k: f64) -> f64 {
    let mut energy = 0.0;
    for i in 0..state.len() {
        energy += 0.5 * k * state[i] * state[i];
        state[i] -= 0.1 * k * state[i] * state[i];
    }
    energy
}

#[differentiable]
fn through_steps(start: &[f64], k: f64) -> f64 {
    let mut state = start.to_vec();
    let mut state_bar = vec![k; start.len()];
    let mut k_bar = 0.0;
    let energy = step::adjoint(&mut state, k, k * k, &mut state_bar, &mut k_bar);
    let mut total = energy * k_bar;
    for i in 0..state.len() {
        total += state[i] * state_bar[i];
    }
    total
}

/// The pullback starts from the first state each time.
#[differentiable]
fn through_pullback(start: &[f64], k: f64) -> f64 {
    let mut state = start.to_vec();
    let (energy, pullback) = step::vjp(&mut state, k);
    let mut unused = vec![1.0; start.len()];
    let _ = pullback(0.5, &mut unused);
    let mut state_bar = vec![k; start.len()];
    let k_bar = pullback(k * k, &mut state_bar);
    let mut total = energy * k_bar;
    for i in 0..state.len() {
        total += state[i] * state_bar[i];
    }
    total
}

#[differentiable]
fn steps_by_hand(start: &[f64], k: f64) -> f64 {
    let (mut energy, mut k_bar) = (0.0, 0.0);
    let mut last = 0.0;
    for x in start {
        energy += 0.5 * k * x * x;
        // The new state is x - k x²/10, whose cotangent is k; that of the energy is k².
        k_bar += 0.5 * x * x * (k * k) - 0.1 * x * x * k;
        last += (x - 0.1 * k * x * x) * (k * (1.0 - 0.2 * k * x) + k * k * (k * x));
    }
    energy * k_bar + last
}

#[test]
fn states_in_place() {
    let (start, k) = ([1.0, -0.5, 0.3], 0.7);
    let value = steps_by_hand(&start, k);
    let (by_start, by_k) = steps_by_hand::grad(&start, k);
    close(through_steps(&start, k), value);
    close(through_pullback(&start, k), value);
    for found in [through_steps::grad(&start, k), through_pullback::grad(&start, k)] {
        all_close(&found.0, &by_start);
        close(found.1, by_k);
    }
    let dots = [0.2, -1.0, 0.5];
    let slope = steps_by_hand::jvp(&start, k, &dots, 0.3).1;
    close(through_steps::jvp(&start, k, &dots, 0.3).1, slope);
    close(through_pullback::jvp(&start, k, &dots, 0.3).1, slope);
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    rest: f64,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * self.rest * x * x * x
    }
    fn of_rest(rest: f64, x: f64) -> f64 {
        rest * rest * x * x
    }
}

#[differentiable]
impl Spring {
    fn by_pullback(&self, x: f64) -> f64 {
        let (e, pullback) = self.energy_vjp(x);
        let (ds, dx) = pullback(x);
        ds.k * dx + e + Self::of_rest_vjp(self.rest, x).1(e).0
    }
}

#[differentiable]
fn by_adjoint(s: &Spring, x: f64) -> f64 {
    let mut ds = SpringTangent { k: 0.0, rest: 0.0 };
    let mut dx = 0.0;
    let e = s.energy_adjoint(x, x, &mut ds, &mut dx);
    let (mut d_rest, mut again) = (0.0, 0.0);
    Spring::of_rest_adjoint(s.rest, x, e, &mut d_rest, &mut again);
    ds.k * dx + e + d_rest + 0.0 * again
}

#[differentiable]
fn by_vjp(s: &Spring, x: f64) -> f64 {
    let (e, pullback) = s.energy_vjp(x);
    let (ds, dx) = pullback(x);
    ds.k * dx + e + Spring::of_rest_vjp(s.rest, x).1(e).0
}

#[differentiable]
fn spring_by_hand(k: f64, rest: f64, x: f64) -> f64 {
    let e = k * rest * x * x * x;
    (rest * x * x * x * x) * (3.0 * k * rest * x * x * x) + e + 2.0 * rest * x * x * e
}

#[test]
fn methods_and_associated_functions() {
    let s = Spring { k: 3.0, rest: 2.0 };
    let x = 0.7;
    let (dk, drest, dx) = spring_by_hand::grad(s.k, s.rest, x);
    close(by_vjp(&s, x), spring_by_hand(s.k, s.rest, x));
    close(by_adjoint(&s, x), spring_by_hand(s.k, s.rest, x));
    for (ds, d) in [by_vjp::grad(&s, x), by_adjoint::grad(&s, x)] {
        all_close(&[ds.k, ds.rest, d], &[dk, drest, dx]);
    }
    let along = SpringTangent { k: 1.0, rest: -0.5 };
    let slope = dk - 0.5 * drest + 2.0 * dx;
    close(by_vjp::jvp(&s, x, &along, 2.0).1, slope);
    close(by_adjoint::jvp(&s, x, &along, 2.0).1, slope);
    close(s.by_pullback(x), spring_by_hand(s.k, s.rest, x));
}

/// Generic functions, one with a length, one over floats.
#[differentiable(order = 2)]
fn squares<const N: usize>(x: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += x[i] * x[i] * x[(i + 1) % N];
    }
    sum
}

#[differentiable]
fn of_squares<const N: usize>(x: [f64; N]) -> f64 {
    let slopes = squares::vjp::<N>(x).1(x[0]);
    let mut again = [0.0; N];
    squares::adjoint(x, 2.0, &mut again);
    let mut sum = 0.0;
    for i in 0..N {
        sum += slopes[i] * again[i];
    }
    sum
}

#[differentiable]
fn of_squares_by_hand<const N: usize>(x: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        let before = x[(i + N - 1) % N];
        let slope = 2.0 * x[i] * x[(i + 1) % N] + before * before;
        sum += slope * x[0] * (2.0 * slope);
    }
    sum
}

#[test]
fn generic_functions() {
    let x = [0.5, -1.5, 0.8, 2.0];
    close(of_squares(x), of_squares_by_hand(x));
    all_close(&of_squares::grad(x), &of_squares_by_hand::grad(x));
    let dot = [1.0, -0.5, 0.0, 0.3];
    close(of_squares::jvp(x, dot).1, of_squares_by_hand::jvp(x, dot).1);
}

/// Only the cotangent is active, or nothing is.
#[differentiable]
fn linear(seed: f64) -> f64 {
    let (value, pullback) = wave::vjp(0.5, 2.0);
    let (constant, _) = pullback(1.0);
    pullback(seed).0 * value + constant
}

#[test]
fn constant_arguments() {
    let (s, c) = (1.0_f64.sin(), 1.0_f64.cos());
    let slope = (2.0 + 2.0 * c) * (0.5 + s);
    close(linear::grad(3.0), slope);
    close(linear::jvp(3.0, 1.0).1, slope);
    close(linear(3.0), 3.0 * slope + 2.0 + 2.0 * c);
}

/// A function without a result.
#[differentiable(order = 2)]
fn scale(y: &mut [f64], k: f64) {
    for v in y.iter_mut() {
        *v *= k * k;
    }
}

#[differentiable]
fn scaled(x: f64, k: f64) -> f64 {
    let mut y = [x, 2.0 * x];
    let mut y_bar = [1.0, x];
    let mut k_bar = 0.0;
    scale::adjoint(&mut y, k, &mut y_bar, &mut k_bar);
    y[0] * y_bar[0] + y[1] * y_bar[1] + k_bar * x
}

#[differentiable]
fn scaled_by_hand(x: f64, k: f64) -> f64 {
    let (s, y, y_bar) = (k * k, [x, 2.0 * x], [1.0, x]);
    let k_bar = 2.0 * k * (y[0] * y_bar[0] + y[1] * y_bar[1]);
    (y[0] * y_bar[0] + y[1] * y_bar[1]) * s * s + k_bar * x
}

#[test]
fn functions_without_result() {
    close(scaled(0.7, 1.3), scaled_by_hand(0.7, 1.3));
    let (found, expected) = (scaled::grad(0.7, 1.3), scaled_by_hand::grad(0.7, 1.3));
    all_close(&[found.0, found.1], &[expected.0, expected.1]);
    close(scaled::jvp(0.7, 1.3, 1.0, 0.0).1, expected.0);
    close(scaled::jvp(0.7, 1.3, 0.0, 1.0).1, expected.1);
}

/// Over floats; the pullback in a tuple, in a branch, in closures of both kinds.
#[differentiable(order = 2)]
fn cubic<T: Real>(x: T, y: T) -> T {
    x * x * y
}

#[differentiable]
fn of_cubic<T: Real>(x: T, y: T) -> T {
    let both = cubic::vjp(x, y);
    let (dx, dy) = if x > y { both.1(y) } else { (both.1)(x) };
    both.0 + dx * dy
}

#[differentiable]
fn in_closures(x: f64, y: f64) -> f64 {
    let plain = |s: f64| cubic::vjp(x, s).1(s).0;
    let f = differentiate!(|s: f64| -> f64 {
        let (value, pullback) = wave::vjp(s, y);
        value * pullback(s).0
    });
    plain(y) + f.grad(x)
}

/// The same, with the derivative of the closure by hand.
#[differentiable]
fn in_closures_by_hand(x: f64, y: f64) -> f64 {
    let (value, slope) = (x * x * y + (x * y).sin(), 2.0 * x * y + y * (x * y).cos());
    let curve = 2.0 * y - y * y * (x * y).sin();
    2.0 * x * y * y + (slope * slope * x + value * curve * x + value * slope)
}

#[test]
fn floats_branches_and_closures() {
    let expected = |x: f64, y: f64| {
        let s = if x > y { y } else { x };
        x * x * y + 2.0 * x * y * x * x * s * s
    };
    for (x, y) in [(1.5, 0.5), (0.5, 1.5)] {
        close(of_cubic(x, y), expected(x, y));
        // 2x³y·s² with s the lesser one.
        let (dx, dy) = match x > y {
            true => (6.0 * x * x * y * y * y, 6.0 * x * x * x * y * y),
            false => (10.0 * x.powi(4) * y, 2.0 * x.powi(5)),
        };
        let (dx, dy) = (dx + 2.0 * x * y, dy + x * x);
        let found = of_cubic::grad(x, y);
        all_close(&[found.0, found.1], &[dx, dy]);
        close(of_cubic::jvp(x, y, 1.0, 0.0).1, dx);
        close(of_cubic::jvp(x, y, 0.0, 1.0).1, dy);
        let single = of_cubic::grad(x as f32, y as f32);
        assert!((f64::from(single.0) - dx).abs() < 1e-5 * (1.0 + dx.abs()));
        let (found, expected) = (in_closures::grad(x, y), in_closures_by_hand::grad(x, y));
        close(in_closures(x, y), in_closures_by_hand(x, y));
        all_close(&[found.0, found.1], &[expected.0, expected.1]);
        close(in_closures::jvp(x, y, 1.0, 0.5).1, expected.0 + 0.5 * expected.1);
        let outside = differentiate!(|s: f64| -> f64 { wave::vjp(s, y).1(s).0 });
        let s = x;
        close(outside.grad(s), {
            let (slope, curve) = (2.0 * s * y + y * (s * y).cos(), 2.0 * y - y * y * (s * y).sin());
            slope + s * curve
        });
    }
}
