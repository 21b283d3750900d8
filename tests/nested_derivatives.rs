//! Derivatives inside of functions that are differentiated themselves.

use chainrule::{Differentiable, differentiable};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{found}, not {expected}");
}

#[differentiable(order = 2)]
fn sum(x: f64, y: f64) -> f64 {
    x + y
}

/// `d/dx [x · d/dy (x + y)]` is 1; perturbations that mix give 2.
#[differentiable]
fn perturbed(x: f64) -> f64 {
    let (_, dy) = sum::jvp(x, 1.0, 0.0, 1.0);
    x * dy
}

#[test]
fn perturbations_do_not_mix() {
    assert_eq!(perturbed::jvp(3.0, 1.0), (3.0, 1.0));
    assert_eq!(perturbed::grad(3.0), 1.0);
}

#[differentiable(order = 2)]
fn loss(x: f64, target: f64) -> f64 {
    (x * x - target).powi(2)
}

/// The slope of `x · ∂/∂x loss`, all four ways.
#[differentiable]
fn by_reverse(x: f64, target: f64) -> f64 {
    let (slope, _) = loss::grad(x, target);
    x * slope
}

#[differentiable]
fn by_forward(x: f64, target: f64) -> f64 {
    let (_, slope) = loss::jvp(x, target, 1.0, 0.0);
    x * slope
}

#[test]
fn all_four_combinations() {
    // slope = 4x (x² - t), x·slope = 4x⁴ - 4x²t
    let (x, t) = (1.3, 0.7);
    let (dx, dt) = (16.0 * x * x * x - 8.0 * x * t, -4.0 * x * x);
    for (found_dx, found_dt) in [by_reverse::grad(x, t), by_forward::grad(x, t)] {
        close(found_dx, dx);
        close(found_dt, dt);
    }
    close(by_reverse::jvp(x, t, 1.0, 0.0).1, dx);
    close(by_forward::jvp(x, t, 0.0, 1.0).1, dt);
}

#[differentiable(order = 2)]
fn quadratic(x: f64, a: f64) -> f64 {
    0.5 * a * x * x - x
}

/// Gradient descent, of which the rate and the curvature are differentiated.
#[differentiable]
fn descent(start: f64, a: f64, rate: f64, steps: usize) -> f64 {
    let mut x = start;
    for _ in 0..steps {
        let (slope, _) = quadratic::grad(x, a);
        x -= rate * slope;
    }
    x
}

#[test]
fn gradient_descent() {
    // x ← (1 - r a) x + r
    let (start, a, rate) = (2.0, 1.5, 0.1);
    let shrink: f64 = 1.0 - rate * a;
    let steps = 7;
    let fixed = 1.0 / a;
    let expected = fixed + shrink.powi(steps) * (start - fixed);
    let (d_start, _, d_rate) = descent::grad(start, a, rate, steps as usize);
    close(descent(start, a, rate, steps as usize), expected);
    close(d_start, shrink.powi(steps));
    close(d_rate, -a * f64::from(steps) * shrink.powi(steps - 1) * (start - fixed));
    close(descent::jvp(start, a, rate, steps as usize, 1.0, 0.0, 0.0).1, d_start);
}

#[differentiable(order = 2)]
fn wave(x: f64, y: f64) -> f64 {
    x * x * y + (x * y).sin()
}

/// What rustc infers of a gradient: a part by its index, all parts, the value beside them.
#[differentiable]
fn parts(x: f64, y: f64) -> f64 {
    let both = wave::grad(x, y);
    let (value, (dx, _)) = wave::value_and_grad(x, y);
    both.0 * both.1 + value * dx + wave::grad(y, x).1
}

#[test]
fn parts_of_gradients() {
    let (x, y): (f64, f64) = (0.5, 0.7);
    let (s, c) = ((x * y).sin(), (x * y).cos());
    // The gradient at (x, y), its Jacobian, and the second component of the gradient at (y, x).
    let (gx, gy) = (2.0 * x * y + y * c, x * x + x * c);
    let (gxx, gxy, gyy) = (2.0 * y - y * y * s, 2.0 * x + c - x * y * s, -x * x * s);
    let value = x * x * y + s;
    let swapped = (2.0 * y + c - x * y * s, -y * y * s);
    let dx = gxx * gy + gx * gxy + gx * gx + value * gxx + swapped.1;
    let dy = gxy * gy + gx * gyy + gy * gx + value * gxy + swapped.0;
    let found = parts::grad(x, y);
    close(found.0, dx);
    close(found.1, dy);
    close(parts::jvp(x, y, 1.0, 0.0).1, dx);
    close(parts::jvp(x, y, 0.0, 1.0).1, dy);
}

#[differentiable(order = 2)]
fn energy(x: &[f64], stiffness: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += 0.5 * stiffness * (i as f64 + 1.0) * x[i] * x[i];
    }
    sum
}

/// Gradient descent in several variables.
#[differentiable]
fn relaxed(start: &[f64], stiffness: f64, steps: usize) -> f64 {
    let mut x = start.to_vec();
    for _ in 0..steps {
        let (force, _) = energy::grad(&x, stiffness);
        for i in 0..x.len() {
            x[i] -= 0.1 * force[i];
        }
    }
    energy(&x, stiffness)
}

#[test]
fn gradient_descent_in_several_variables() {
    let (start, k, steps) = ([1.0, -2.0, 0.5], 0.75, 5);
    let (by_start, by_stiffness) = relaxed::grad(&start, k, steps);
    let mut expected = 0.0;
    for (i, x) in start.iter().enumerate() {
        let weight = i as f64 + 1.0;
        let shrink: f64 = 1.0 - 0.1 * k * weight;
        let squared = shrink.powi(2 * steps as i32);
        close(by_start[i], k * weight * x * squared);
        let of_shrink = 2.0 * steps as f64 * shrink.powi(2 * steps as i32 - 1) * -0.1 * weight;
        expected += 0.5 * weight * x * x * (squared + k * of_shrink);
    }
    close(by_stiffness, expected);
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
}
#[differentiable]
fn by_grad(s: &Spring, x: f64) -> f64 {
    let (_, dx) = s.energy_grad(x);
    dx * x
}
#[differentiable]
fn by_both(s: &Spring, x: f64) -> f64 {
    let (_, (ds, dx)) = s.energy_value_and_grad(x);
    dx * x + ds.rest
}
#[differentiable]
fn by_jvp(k: f64, x: f64) -> f64 {
    let s = Spring { k, rest: 2.0 };
    let (_, dx) = s.energy_jvp(x, &SpringTangent { k: 0.0, rest: 0.0 }, 1.0);
    dx * x
}
#[test]
fn derivatives_of_methods() {
    let s = Spring { k: 3.0, rest: 2.0 };
    // 3 k r x^3
    let x: f64 = 0.7;
    let (ds, dx) = by_grad::grad(&s, x);
    close(ds.k, 6.0 * x.powi(3));
    close(ds.rest, 9.0 * x.powi(3));
    close(dx, 54.0 * x * x);
    close(by_grad::jvp(&s, x, &SpringTangent { k: 0.0, rest: 0.0 }, 1.0).1, dx);
    let (ds, dx) = by_both::grad(&s, x);
    close(ds.k, 6.0 * x.powi(3) + x.powi(3));
    close(ds.rest, 9.0 * x.powi(3));
    close(dx, 54.0 * x * x + 9.0 * x * x);
    let (dk, dx) = by_jvp::grad(3.0, x);
    close(dk, 6.0 * x.powi(3));
    close(dx, 54.0 * x * x);
}

/// What it changes are its only results.
#[differentiable(order = 3)]
fn damp(u: &mut [f64], k: f64) {
    for v in u.iter_mut() {
        *v = (*v * k).sin();
    }
}

#[differentiable(order = 2)]
fn along_a_change(x: f64) -> f64 {
    let mut u = [x, 2.0];
    let mut u_dot = [1.0, x];
    for _ in 0..2 {
        damp::jvp(&mut u, x, &mut u_dot, 1.0);
    }
    u[0] * u_dot[1] + u_dot[0]
}

/// The same, the tangents written out.
#[differentiable(order = 2)]
fn along_a_change_by_hand(x: f64) -> f64 {
    let (mut u, mut u_dot) = ([x, 2.0], [1.0, x]);
    for _ in 0..2 {
        for i in 0..2 {
            u_dot[i] = (u[i] * x).cos() * (u_dot[i] * x + u[i]);
            u[i] = (u[i] * x).sin();
        }
    }
    u[0] * u_dot[1] + u_dot[0]
}

#[test]
fn jvp_of_a_function_that_returns_nothing() {
    for x in [0.3, -1.1, 0.9] {
        close(along_a_change(x), along_a_change_by_hand(x));
        let right = along_a_change_by_hand::grad(x);
        close(along_a_change::grad(x), right);
        close(along_a_change::jvp(x, 1.0).1, right);
        let right = along_a_change_by_hand::hessian(x);
        for mode in chainrule::HessianMode::ALL {
            close(along_a_change::hessian_with(mode, x), right);
        }
    }
}
