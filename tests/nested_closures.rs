//! Derivatives of closures inside of functions that are differentiated themselves.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::ndarray::array;
use chainrule::{Differentiable, HessianMode, differentiable, differentiate};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{found}, not {expected}");
}

/// `d/dx [x · d/dy (x + y)]` is 1; perturbations that mix give 2.
#[differentiable]
fn perturbed(x: f64) -> f64 {
    let f = differentiate!(|y: f64| -> f64 { x + y });
    x * f.grad(1.0)
}

#[differentiable]
fn perturbed_forward(x: f64) -> f64 {
    let f = differentiate!(|y: f64| -> f64 { x + y });
    let (_, slope) = f.jvp(1.0, 1.0);
    x * slope
}

#[test]
fn perturbations_do_not_mix() {
    for (value, slope) in [perturbed::jvp(3.0, 1.0), perturbed_forward::jvp(3.0, 1.0)] {
        assert_eq!((value, slope), (3.0, 1.0));
    }
    assert_eq!(perturbed::grad(3.0), 1.0);
    assert_eq!(perturbed_forward::grad(3.0), 1.0);
}

/// The same name inside and out: `x² · ∂/∂y (y³·x)` at `y = x`, of which the captured `x` is active too.
#[differentiable]
fn same_point(x: f64) -> f64 {
    let f = differentiate!(|y: f64| -> f64 { y * y * y * x });
    x * x * f.grad(x)
}

#[test]
fn captured_and_given() {
    // x²·3x²·x = 3x⁵
    let x: f64 = 1.3;
    close(same_point(x), 3.0 * x.powi(5));
    close(same_point::grad(x), 15.0 * x.powi(4));
    close(same_point::jvp(x, 1.0).1, 15.0 * x.powi(4));
}

#[differentiable(order = 2)]
fn wave(x: f64, y: f64) -> f64 {
    x * x * y + (x * y).sin()
}

/// Two deep, the inner mode by the flag, through an annotated function of higher order.
#[differentiable(order = 2)]
fn two_deep(x: f64) -> f64 {
    let outer = differentiate!(|y: f64| -> f64 {
        let inner = differentiate!(|z: f64| -> f64 { (x * y * z).sin() * z + x * z });
        inner.grad(y) * y
    });
    outer.grad(x * x)
}

#[differentiable(order = 2)]
fn two_deep_forward(x: f64) -> f64 {
    let outer = differentiate!(|y: f64| -> f64 {
        let inner = differentiate!(|z: f64| -> f64 { (x * y * z).sin() * z + x * z });
        inner.jvp(y, 1.0).1 * y
    });
    outer.jvp(x * x, 1.0).1
}

/// By hand: the inner derivative at z = y is `sin(xy²) + xy²·cos(xy²) + x`; times y, by y.
fn two_deep_by_hand(x: f64) -> f64 {
    let y = x * x;
    let u = x * y * y;
    let (s, c) = u.sin_cos();
    let u_y = 2.0 * x * y;
    s + u * c + x + y * (c * u_y + u_y * c - u * s * u_y)
}

#[test]
fn nesting() {
    let x = 0.8;
    close(two_deep(x), two_deep_by_hand(x));
    close(two_deep_forward(x), two_deep_by_hand(x));
    let h = 1e-5;
    let slope = (two_deep_by_hand(x + h) - two_deep_by_hand(x - h)) / (2.0 * h);
    for found in [
        two_deep::grad(x),
        two_deep::jvp(x, 1.0).1,
        two_deep_forward::grad(x),
        two_deep_forward::jvp(x, 1.0).1,
    ] {
        assert!((found - slope).abs() < 1e-7, "{found}, not {slope}");
        close(found, two_deep::grad(x));
    }
    let second = two_deep::hessian(x);
    for mode in HessianMode::ALL {
        close(two_deep::hessian_with(mode, x), second);
        close(two_deep_forward::hessian_with(mode, x), second);
    }
    let curve = (two_deep::grad(x + h) - two_deep::grad(x - h)) / (2.0 * h);
    assert!((second - curve).abs() < 1e-5, "{second}, not {curve}");
}

/// Gradient descent on a sum of squares, parameters and gradients in slices and vectors.
#[differentiable]
fn descent(start: &[f64], data: &[f64], rate: f64, steps: usize) -> f64 {
    let loss = differentiate!(|p: &[f64]| -> f64 {
        let mut sum = 0.0;
        for (i, d) in data.iter().enumerate() {
            sum += 0.5 * (i as f64 + 1.0) * (p[i] - d) * (p[i] - d);
        }
        sum
    });
    let mut p = start.to_vec();
    for _ in 0..steps {
        let (_, slopes) = loss.value_and_grad(&p);
        for i in 0..p.len() {
            p[i] -= rate * slopes[i];
        }
    }
    loss.value(&p)
}

#[test]
fn optimisers() {
    let (start, data, rate, steps) = ([1.0, -2.0, 0.5], [0.3, 0.7, -1.0], 0.1, 6);
    let (by_start, by_data, by_rate) = descent::grad(&start, &data, rate, steps);
    let mut want_rate = 0.0;
    for i in 0..3 {
        let weight = i as f64 + 1.0;
        let gap: f64 = start[i] - data[i];
        let shrink: f64 = 1.0 - rate * weight;
        let n = steps as i32;
        close(by_start[i], weight * gap * shrink.powi(2 * n));
        close(by_data[i], -weight * gap * shrink.powi(2 * n));
        let of_shrink = f64::from(2 * n) * shrink.powi(2 * n - 1);
        want_rate += 0.5 * weight * gap * gap * of_shrink * -weight;
    }
    close(by_rate, want_rate);
    close(descent::jvp(&start, &data, rate, steps, &[0.0; 3], &[0.0; 3], 1.0).1, want_rate);
}

/// Calls, branches and loops in the closure; a pullback used twice; several arguments, one constant.
#[differentiable]
fn mixed(x: f64, y: f64, n: usize) -> f64 {
    let f = differentiate!(|a: f64, #[constant] b: f64, m: usize| -> f64 {
        let mut s = a;
        for i in 0..m {
            s = if s > 0.5 { wave(s, b) / (i as f64 + 2.0) } else { s * y + b };
        }
        s
    });
    let (value, pullback) = f.vjp(x, y, n);
    let (again, slope) = f.value_and_grad(x, y, n);
    value + pullback(2.0) + pullback(x) * again - slope
}

/// The derivative by the first argument, by hand, and its own derivatives by differences of it.
fn mixed_by_hand(x: f64, y: f64, n: usize) -> f64 {
    let (mut s, mut ds) = (x, 1.0);
    for i in 0..n {
        let scale = i as f64 + 2.0;
        (s, ds) = match s > 0.5 {
            true => (
                (s * s * y + (s * y).sin()) / scale,
                ds * (2.0 * s * y + y * (s * y).cos()) / scale,
            ),
            false => (s * y + y, ds * y),
        };
    }
    s + ds * 2.0 + ds * x * s - ds
}

#[test]
fn pullbacks_branches_and_calls() {
    let (x, y, n, h) = (0.9, 0.8, 4, 1e-5);
    close(mixed(x, y, n), mixed_by_hand(x, y, n));
    let (dx, dy) = mixed::grad(x, y, n);
    let by_x = (mixed_by_hand(x + h, y, n) - mixed_by_hand(x - h, y, n)) / (2.0 * h);
    let by_y = (mixed_by_hand(x, y + h, n) - mixed_by_hand(x, y - h, n)) / (2.0 * h);
    assert!((dx - by_x).abs() < 1e-8 && (dy - by_y).abs() < 1e-8, "{dx} {dy}, not {by_x} {by_y}");
    close(mixed::jvp(x, y, n, 1.0, 0.0).1, dx);
    close(mixed::jvp(x, y, n, 0.0, 1.0).1, dy);
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    rest: f64,
}

#[differentiable]
impl Spring {
    #[differentiable(order = 2)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * (x - self.rest).powi(2) * x
    }
    fn force_twice(&self, x: f64) -> f64 {
        let e = differentiate!(|y: f64| -> f64 { self.energy(y) });
        e.grad(x) * e.grad(2.0 * x)
    }
}
#[test]
fn methods() {
    let s = Spring { k: 3.0, rest: 0.5 };
    // d/dy [k/2 (y-r)^2 y] = k (y-r) y + k/2 (y-r)^2
    let g = |k: f64, r: f64, y: f64| k * (y - r) * y + 0.5 * k * (y - r) * (y - r);
    let x = 1.25;
    close(s.force_twice(x), g(3.0, 0.5, x) * g(3.0, 0.5, 2.0 * x));
    let (ds, dx) = s.force_twice_grad(x);
    let h = 1e-6;
    let f = |k: f64, r: f64, x: f64| g(k, r, x) * g(k, r, 2.0 * x);
    assert!((ds.k - (f(3.0 + h, 0.5, x) - f(3.0 - h, 0.5, x)) / (2.0 * h)).abs() < 1e-6);
    assert!((ds.rest - (f(3.0, 0.5 + h, x) - f(3.0, 0.5 - h, x)) / (2.0 * h)).abs() < 1e-6);
    assert!((dx - (f(3.0, 0.5, x + h) - f(3.0, 0.5, x - h)) / (2.0 * h)).abs() < 1e-6);
}

/// A struct for an argument, and so for the gradient.
#[differentiable]
fn by_struct(k: f64, x: f64) -> f64 {
    let s = Spring { k, rest: x };
    let e = differentiate!(|s: &Spring| -> f64 { s.energy(x) });
    let g = e.grad(&s);
    g.k * g.rest + s.k
}
#[test]
fn struct_gradient() {
    // s = (k, rest = x): g.k = 0.5 (x - rest)^2 x = 0 at rest = x; g.rest = -k (x - rest) x = 0
    let (dk, dx) = by_struct::grad(2.0, 3.0);
    close(by_struct(2.0, 3.0), 2.0);
    close(dk, 1.0);
    close(dx, 0.0);
}

/// Literals and arrays for arguments, and values that do not depend on them.
#[differentiable]
fn literals(x: f64) -> f64 {
    let f = differentiate!(|y: &[f64], z: [f64; 2]| -> f64 {
        let _ = z;
        y[0] * y[1] * x
    });
    let (g, h) = f.grad(&[1.0, x], [x, 2.0]);
    let k = differentiate!(|y: f64| -> f64 {
        let _ = y;
        3.0
    });
    g[0] + 10.0 * g[1] + h[0] + k.grad(x) + k.jvp(x, x).1
}
#[test]
fn literal_arguments() {
    // g = [x*x, x]; x^2 + 10 x
    close(literals(2.0), 24.0);
    close(literals::grad(2.0), 14.0);
    close(literals::jvp(2.0, 1.0).1, 14.0);
}

/// Several results.
#[differentiable]
fn vector(x: f64, w: &[f64]) -> f64 {
    let f = differentiate!(|y: &[f64]| -> Vec<f64> {
        let mut out = vec![0.0; y.len()];
        for i in 0..y.len() {
            out[i] = (y[i] * x).sin() * w[i];
        }
        out
    });
    let (v, dv) = f.jvp(w, &[1.0, x]);
    let (_, pb) = f.vjp(w);
    let back = pb(vec![x, 1.0]);
    v[0] * dv[1] + back[0] * dv[0] + back[1]
}
fn vector_by_hand(x: f64, w: &[f64]) -> f64 {
    let d = |i: usize| (w[i] * x).cos() * x * w[i];
    let v0 = (w[0] * x).sin() * w[0];
    v0 * d(1) * x + x * d(0) * d(0) + d(1)
}
#[test]
fn vectors() {
    let (x, w) = (0.9, [0.4, -1.2]);
    close(vector(x, &w), vector_by_hand(x, &w));
    let (dx, dw) = vector::grad(x, &w);
    let h = 1e-6;
    assert!(
        (dx - (vector_by_hand(x + h, &w) - vector_by_hand(x - h, &w)) / (2.0 * h)).abs() < 1e-8
    );
    for i in 0..2 {
        let (mut a, mut b) = (w, w);
        a[i] += h;
        b[i] -= h;
        assert!((dw[i] - (vector_by_hand(x, &a) - vector_by_hand(x, &b)) / (2.0 * h)).abs() < 1e-8);
    }
    close(vector::jvp(x, &w, 1.0, &[0.0; 2]).1, dx);
}

/// Newton's iteration for a cube root: the slope of the root by implicit differentiation.
#[differentiable]
fn root(a: f64, start: f64) -> f64 {
    let mut x = start;
    let mut n = 0;
    while n < 40 {
        let f = differentiate!(|y: f64| -> f64 { y * y * y - a });
        let (value, slope) = f.value_and_grad(x);
        if value.abs() < 1e-14 {
            break;
        }
        x -= value / slope;
        n += 1;
    }
    x
}
#[test]
fn newton() {
    let (da, _) = root::grad(5.0, 2.0);
    close(root(5.0, 2.0), 5f64.cbrt());
    assert!((da - 1.0 / (3.0 * 5f64.powf(2.0 / 3.0))).abs() < 1e-10, "{da}");
    assert!((root::jvp(5.0, 2.0, 1.0, 0.0).1 - da).abs() < 1e-12);
}

/// `differentiate!` in `differentiate!`.
#[test]
fn closures_in_closures() {
    let a = 1.5;
    let outer = differentiate!(|x: f64| -> f64 {
        let inner = differentiate!(|y: f64| -> f64 { a * y * y * x });
        inner.grad(x) * x
    });
    // 2 a x^3
    close(outer.grad(0.7), 6.0 * a * 0.49);
    close(outer.jvp(0.7, 1.0).1, 6.0 * a * 0.49);
}

/// A `move` closure with an early return.
#[differentiable]
fn returns(x: f64, y: f64) -> f64 {
    let mut acc = 0.0;
    let c = y * y;
    let f = differentiate!(move |z: f64| -> f64 {
        if z > c {
            return z * c;
        }
        z * z * c
    });
    for i in 0..3 {
        acc += f.grad(x * (i as f64 + 0.5)) * x;
    }
    acc
}
#[test]
fn early_returns() {
    // z = .5x,1.5x,2.5x with x=.8: .4,1.2,2.0; c=1: grads: 2*.4*c, c, c
    let (dx, dy) = returns::grad(0.8, 1.0);
    // acc = x (x c + 2c) = c x^2 + 2 c x
    close(dx, 2.0 * 0.8 + 2.0);
    close(dy, 2.0 * (0.64 + 1.6));
}

#[differentiable(order = 3)]
fn cubed(p: f64, k: f64) -> f64 {
    p * p * p * k
}

#[derive(Clone, Copy, Differentiable)]
struct Cubed(f64);

#[differentiable(order = 3)]
impl Cubed {
    fn at(&self, p: f64) -> f64 {
        p * p * p * self.0
    }
}

/// The closures' calls stand in branches, loops and after exits, so that what a second reverse sweep needs
/// of them goes on the tape.
#[differentiable(order = 2)]
fn calls_in_blocks(x: f64, k: f64) -> f64 {
    let mut p = x;
    let outside = differentiate!(|p: f64| -> f64 { cubed(p, k) });
    let in_loop = differentiate!(|p: f64| -> f64 {
        let mut sum = 0.0;
        for i in 0..2 {
            sum += cubed(p, k) * (i as f64 + 1.0);
        }
        sum
    });
    p -= 0.01 * in_loop.grad(p);
    for round in 0..3 {
        let inside = differentiate!(|p: f64| -> f64 { cubed(p, k) });
        p -= 0.01 * inside.grad(p);
        if p > 0.0 {
            let (value, slope) = outside.value_and_grad(p);
            p -= 0.02 * slope * value;
            if round == 1 && value > 100.0 {
                return p;
            }
            let (_, pullback) = inside.vjp(p);
            p += 0.01 * pullback(p);
        }
        let own: Cubed = Cubed(1.5);
        let of_method = differentiate!(|p: f64| -> f64 { own.at(p) });
        p += 0.001 * of_method.grad(p) * k;
    }
    p * p
}

/// The same, the slopes written out.
#[differentiable(order = 2)]
fn calls_in_blocks_by_hand(x: f64, k: f64) -> f64 {
    let mut p = x;
    p -= 0.01 * (9.0 * p * p * k);
    for round in 0..3 {
        p -= 0.01 * (3.0 * p * p * k);
        if p > 0.0 {
            let (value, slope) = (p * p * p * k, 3.0 * p * p * k);
            p -= 0.02 * slope * value;
            if round == 1 && value > 100.0 {
                return p;
            }
            p += 0.01 * (3.0 * p * p * k * p);
        }
        p += 0.001 * (3.0 * p * p * 1.5) * k;
    }
    p * p
}

#[test]
fn second_derivatives_around_closures_that_call() {
    for (x, k) in [(0.7, 0.9), (-0.8, 1.1), (1.2, 0.4)] {
        close(calls_in_blocks(x, k), calls_in_blocks_by_hand(x, k));
        let (found, right) = (calls_in_blocks::grad(x, k), calls_in_blocks_by_hand::grad(x, k));
        close(found.0, right.0);
        close(found.1, right.1);
        let right = calls_in_blocks_by_hand::hessian(x, k);
        for mode in HessianMode::ALL {
            let found = calls_in_blocks::hessian_with(mode, x, k);
            close(found.0.0, right.0.0);
            close(found.0.1, right.0.1);
            close(found.1.0, right.1.0);
            close(found.1.1, right.1.1);
        }
    }
}

/// A closure that is left from inside its loop: of what is not active there, the tangent goes on the tape.
#[differentiable(order = 2)]
fn left_early(x: f64, y: f64) -> f64 {
    let mut best = x;
    for _ in 0..3 {
        let l = differentiate!(|p: f64| -> f64 {
            let mut s = p;
            for _ in 0..3 {
                s = s * p * y;
                if s > 50.0 {
                    return s.ln();
                }
            }
            s
        });
        best += l.grad(best) * y;
    }
    best
}

/// The closure's slope written out: `s = p^n·y^(n-1)` after `n - 1` iterations.
#[differentiable(order = 2)]
fn left_early_by_hand(x: f64, y: f64) -> f64 {
    let mut best = x;
    for _ in 0..3 {
        let (mut s, mut n) = (best, 1);
        for _ in 0..3 {
            s = s * best * y;
            n += 1;
            if s > 50.0 {
                break;
            }
        }
        let slope = if s > 50.0 { n as f64 / best } else { n as f64 * s / best };
        best += slope * y;
    }
    best
}

#[test]
fn closures_that_are_left_early() {
    for (x, y) in [(0.4, 0.7), (1.9, 1.3), (4.0, 1.1), (0.9, 0.9)] {
        close(left_early(x, y), left_early_by_hand(x, y));
        let (found, right) = (left_early::grad(x, y), left_early_by_hand::grad(x, y));
        close(found.0, right.0);
        close(found.1, right.1);
        let right = left_early_by_hand::hessian(x, y);
        let default = left_early::hessian(x, y);
        let by_modes = HessianMode::ALL.map(|mode| left_early::hessian_with(mode, x, y));
        for found in by_modes.iter().chain([&default]) {
            close(found.0.0, right.0.0);
            close(found.0.1, right.0.1);
            close(found.1.0, right.1.0);
            close(found.1.1, right.1.1);
        }
    }
}

/// Closures that build arrays in a loop: the tangents of what goes on the tape there have lanes.
#[differentiable(order = 2)]
fn of_arrays(x: f64, y: f64) -> f64 {
    let mut r = 1.0;
    for _ in 0..2 {
        let product = differentiate!(|x: f64, y: f64| -> f64 {
            array![[x, y], [y, 1.0]].dot(&array![x, 2.0]).sum()
        });
        r += r * product.grad(x, y).0 * 0.5;
        let squares = differentiate!(|x: &[f64]| -> f64 {
            let mut v = Vec::with_capacity(x.len());
            v.extend(x.iter().map(|a| a * a));
            v[0] * y
        });
        r += r * squares.grad(&[x, y])[0];
    }
    r
}

/// The slopes written out.
#[differentiable(order = 2)]
fn of_arrays_by_hand(x: f64, y: f64) -> f64 {
    let mut r = 1.0;
    for _ in 0..2 {
        r += r * (2.0 * x + y) * 0.5;
        r += r * (2.0 * x * y);
    }
    r
}

#[test]
fn closures_that_build_arrays() {
    for (x, y) in [(0.4, 0.7), (1.2, 0.45), (0.9, -1.9)] {
        close(of_arrays(x, y), of_arrays_by_hand(x, y));
        let right = of_arrays_by_hand::hessian(x, y);
        let default = of_arrays::hessian(x, y);
        let by_modes = HessianMode::ALL.map(|mode| of_arrays::hessian_with(mode, x, y));
        for found in by_modes.iter().chain([&default]) {
            close(found.0.0, right.0.0);
            close(found.0.1, right.0.1);
            close(found.1.0, right.1.0);
            close(found.1.1, right.1.1);
        }
    }
}
