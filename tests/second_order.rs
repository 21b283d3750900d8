//! Second derivatives: what users call, on one function for each feature of the language, and third
//! order. `corpus_second` crosses the corpus with second order.

use chainrule::{Differentiable, differentiable};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{found}, not {expected}");
}

#[differentiable(order = 2)]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

#[test]
fn straight_line() {
    let (x, y) = (1.2, 0.7);
    let h = [[2.0 - 400.0 * (y - 3.0 * x * x), -400.0 * x], [-400.0 * x, 200.0]];
    let (v, w) = (0.3, -0.8);
    let (hx, hy) = rosenbrock::hvp(x, y, v, w);
    close(hx, h[0][0] * v + h[0][1] * w);
    close(hy, h[1][0] * v + h[1][1] * w);
    let (rx, ry) = rosenbrock::hvp_reverse(x, y, v, w);
    close(rx, hx);
    close(ry, hy);
    let (value, first, second) = rosenbrock::jvp2(x, y, v, w);
    assert_eq!(value, rosenbrock(x, y));
    assert_eq!(first, rosenbrock::jvp(x, y, v, w).1);
    close(second, v * (h[0][0] * v + h[0][1] * w) + w * (h[1][0] * v + h[1][1] * w));
}

#[differentiable(order = 2)]
fn chain(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n - 1 {
        sum += rosenbrock(x[i], x[i + 1]);
    }
    sum
}

#[test]
fn calls_in_loops() {
    let x = [0.3, -1.2, 0.9, 2.0];
    let v = [1.0, 0.5, -0.25, 2.0];
    let found = chain::hvp(&x, 4, &v);
    let h = 1e-5;
    let moved = |s: f64| -> Vec<f64> { x.iter().zip(&v).map(|(x, v)| x + s * v).collect() };
    let (up, down) = (chain::grad(&moved(h), 4), chain::grad(&moved(-h), 4));
    for i in 0..4 {
        let expected = (up[i] - down[i]) / (2.0 * h);
        assert!((found[i] - expected).abs() < 1e-4, "{found:?}, not {expected} at {i}");
    }
    let reverse = chain::hvp_reverse(&x, 4, &v);
    (0..4).for_each(|i| close(reverse[i], found[i]));
    let along: f64 = found.iter().zip(&v).map(|(h, v)| h * v).sum();
    close(chain::jvp2(&x, 4, &v).2, along);
}

#[differentiable(order = 2)]
fn recurrence(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        s = (s * x).sin() / (i as f64 + 1.0);
        if s > 0.2 {
            s *= s;
        }
    }
    s
}

#[test]
fn recurrences_on_the_tape() {
    let h = 1e-5;
    let second = recurrence::hvp(0.8, 6, 1.0);
    let expected = (recurrence::grad(0.8 + h, 6) - recurrence::grad(0.8 - h, 6)) / (2.0 * h);
    assert!((second - expected).abs() < 1e-8, "{second}, not {expected}");
    close(recurrence::jvp2(0.8, 6, 1.0).2, second);
    close(recurrence::hvp_reverse(0.8, 6, 1.0), second);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
    turns: usize,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, length: f64) -> f64 {
        0.5 * self.stiffness * self.stretch(length).powi(2)
    }

    fn stretch(&self, length: f64) -> f64 {
        length - self.rest
    }
}

#[test]
fn methods() {
    let spring = Spring { stiffness: 3.0, rest: 0.5, turns: 7 };
    let direction = SpringTangent { stiffness: 1.0, rest: 2.0, turns: () };
    let (spring_h, length_h) = spring.energy_hvp(2.0, &direction, 0.0);
    assert_eq!(spring.energy_hvp_reverse(2.0, &direction, 0.0), (spring_h, length_h));
    // energy = k (l - r)² / 2
    close(spring_h.stiffness, -1.5 * 2.0);
    close(spring_h.rest, -1.5 + 3.0 * 2.0);
    close(length_h, 1.5 - 3.0 * 2.0);
    close(spring.energy_jvp2(2.0, &direction, 0.0).2, -3.0 + 2.0 * (-1.5 + 6.0));
}

/// Deliberately not what differentiation would give, so that the rule is seen to be used.
#[differentiable(order = 2, partials(x = -2.0 * result * y, y = x.sin()))]
fn ruled(x: f64, y: f64) -> f64 {
    (-x).exp() * y
}

#[differentiable(order = 2)]
fn through_rule(x: f64, y: f64) -> f64 {
    ruled(x, y) * x
}

#[test]
fn partials_are_differentiated() {
    let (x, y): (f64, f64) = (0.7, 1.3);
    let f = (-x).exp() * y;
    let (fx, fy) = (-2.0 * f * y, x.sin());
    // fxx = -2 (fx y), fxy = -2 (fy y + f), fyx = cos x, fyy = 0
    let (hx, hy) = ruled::hvp(x, y, 1.0, 0.0);
    close(hx, -2.0 * fx * y);
    close(hy, x.cos());
    // The rule is no gradient, so that reverse over reverse gives the transposed matrix.
    let (hx, hy) = ruled::hvp_reverse(x, y, 1.0, 0.0);
    close(hx, -2.0 * fx * y);
    close(hy, -2.0 * (fy * y + f));
    let (hx, hy) = ruled::hvp(x, y, 0.0, 1.0);
    close(hx, -2.0 * (fy * y + f));
    close(hy, 0.0);
    let (hx, _) = through_rule::hvp(x, y, 1.0, 0.0);
    close(hx, -2.0 * fx * y * x + 2.0 * fx);
}

#[differentiable]
fn cube_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (x * x * x, 3.0 * x * x * x_dot)
}

#[differentiable(order = 2, jvp = cube_jvp)]
fn cube(x: f64) -> f64 {
    x.powi(3)
}

#[test]
fn a_rule_for_jvp_is_differentiated() {
    close(cube::hvp(1.5, 2.0), 6.0 * 1.5 * 2.0);
    close(cube::hvp_reverse(1.5, 2.0), 6.0 * 1.5 * 2.0);
    close(cube::jvp2(1.5, 2.0).2, 6.0 * 1.5 * 4.0);
}

#[differentiable(order = 3)]
fn spiral(x: f64, y: f64) -> f64 {
    let mut s = x;
    for i in 0..3 {
        s = s * y.sin() + x * i as f64;
    }
    s * s
}

#[differentiable(order = 2)]
fn slope_of_spiral(x: f64, y: f64) -> f64 {
    let (value, (_, slope)) = spiral::value_and_grad(x, y);
    slope + value
}

#[test]
fn third_order() {
    // s = x (u³ + u + 2) with u = sin y; the value is x² p with p = (u³ + u + 2)².
    let (x, y): (f64, f64) = (0.7, 0.3);
    let (u, c) = y.sin_cos();
    let q = [u.powi(3) + u + 2.0, 3.0 * u * u + 1.0, 6.0 * u, 6.0];
    let p = [
        q[0] * q[0],
        2.0 * q[0] * q[1],
        2.0 * (q[1] * q[1] + q[0] * q[2]),
        2.0 * (3.0 * q[1] * q[2] + q[0] * q[3]),
    ];
    // Derivatives of p by y, by the chain rule.
    let by_y =
        [p[0], p[1] * c, p[2] * c * c - p[1] * u, p[3] * c.powi(3) - 3.0 * p[2] * u * c - p[1] * c];
    let h = [
        [2.0 * (by_y[1] + by_y[0]), 2.0 * x * (by_y[2] + by_y[1])],
        [2.0 * x * (by_y[2] + by_y[1]), x * x * (by_y[3] + by_y[2])],
    ];
    for (v, w) in [(1.0, 0.0), (0.0, 1.0), (0.5, -2.0)] {
        let expected = (h[0][0] * v + h[0][1] * w, h[1][0] * v + h[1][1] * w);
        let forward = slope_of_spiral::hvp(x, y, v, w);
        close(forward.0, expected.0);
        close(forward.1, expected.1);
        let reverse = slope_of_spiral::hvp_reverse(x, y, v, w);
        close(reverse.0, expected.0);
        close(reverse.1, expected.1);
        let (_, _, along) = slope_of_spiral::jvp2(x, y, v, w);
        close(along, v * expected.0 + w * expected.1);
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Formula {
    Constant(f64),
    Sine(Box<Formula>),
    Product(Box<Formula>, Box<Formula>),
    Sum(Vec<Formula>),
}

/// By recursion over boxes.
#[differentiable(order = 2)]
fn evaluate(formula: &Formula) -> f64 {
    match formula {
        Formula::Constant(value) => *value,
        Formula::Sine(inner) => evaluate(inner).sin(),
        Formula::Product(a, b) => evaluate(a) * evaluate(b),
        Formula::Sum(terms) => {
            let mut sum = 0.0;
            for term in terms {
                sum += evaluate(term);
            }
            sum
        }
    }
}

#[test]
fn trees_of_boxes() {
    let constant = |value| Formula::Constant(value);
    let boxed = |value| Box::new(constant(value));
    // x · sin y + z · x', each a constant of its own.
    let sine = Formula::Sine(boxed(0.7));
    let formula = Formula::Sum(vec![
        Formula::Product(boxed(2.0), Box::new(sine)),
        Formula::Product(boxed(0.3), boxed(-1.5)),
    ]);
    let (s, c) = 0.7f64.sin_cos();
    let expected =
        [[0.0, c, 0.0, 0.0], [c, -2.0 * s, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]];
    let hessian = evaluate::hessian(&formula);
    for (row, expected) in hessian.outer_iter().zip(expected) {
        for (found, expected) in row.iter().zip(expected) {
            close(*found, expected);
        }
    }
    chainrule::assert_gradients!(evaluate(&formula));
}

/// States that reach the reverse sweep by way of the tape alone: the body does not read an argument.
#[differentiable(order = 2)]
fn carried_by_checkpoints(x: f64, y: f64, n: usize) -> f64 {
    let mut v = x * x;
    let mut w = [y, 1.0];
    #[checkpoint(2)]
    for i in 0..n {
        v = (v * 0.9).sin();
        w = [w[1].cos() + i as f64 * 0.1, w[0] * 0.5];
    }
    v * v * w[0] + w[1]
}

#[test]
fn states_kept_for_another_sweep_carry_derivatives() {
    for n in [0, 1, 2, 3, 7, 20] {
        chainrule::assert_gradients!(carried_by_checkpoints(0.7, 0.4, n));
    }
}

const TABLE: [f64; 2] = [1.0, 2.0];

#[differentiable(order = 2)]
fn weighted(x: &[f64], #[constant] weights: &[f64]) -> f64 {
    x.iter().zip(weights).map(|(x, w)| x * x * x * w).sum()
}

/// Tables of numbers are lent to a constant argument: neither sweep takes them for active.
#[differentiable(order = 2)]
fn with_tables(x: f64, n: usize) -> f64 {
    let own = [-0.5, 1.25];
    let mut sum = weighted(&[x, x * x], &own) + weighted(&[x, 1.0], &TABLE);
    for _ in 0..n {
        let inner = [0.5, 3.0];
        sum += weighted(&[x, x], &inner) * weighted(&[x], &[2.0]);
    }
    sum
}

#[test]
fn tables_for_constant_arguments() {
    for (x, n) in [(0.7_f64, 0), (-1.3, 1), (1.1, 3)] {
        // -x³/2 + 5x⁶/4 + x³ + 2 + 7n·x⁶
        let k = 1.25 + 7.0 * n as f64;
        let (slope, curvature) =
            (1.5 * x * x + 6.0 * k * x.powi(5), 3.0 * x + 30.0 * k * x.powi(4));
        let near = |found: f64, right: f64| {
            assert!((found - right).abs() <= 1e-12 * right.abs().max(1.0), "{found} {right}");
        };
        near(with_tables::grad(x, n), slope);
        for mode in chainrule::HessianMode::ALL {
            near(with_tables::hessian_with(mode, x, n), curvature);
        }
    }
}
