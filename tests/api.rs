//! The generated functions: names, signatures, and that calling twice gives the same answer.
use chainrule::differentiable;

/// Rosenbrock.
#[differentiable]
pub fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x) * (1.0 - x) + 100.0 * ((y - x * x) * (y - x * x))
}

#[test]
fn all_modes() {
    let (x, y) = (1.2, 1.0);
    let want = (-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x));
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * b.abs(), "{a} {b}");
    let (dx, dy) = rosenbrock::grad(x, y);
    close(dx, want.0);
    close(dy, want.1);
    let (v, (dx, dy)) = rosenbrock::value_and_grad(x, y);
    assert_eq!(v, rosenbrock(x, y));
    close(dx, want.0);
    close(dy, want.1);
    let (v, dv) = rosenbrock::jvp(x, y, 1.0, 0.5);
    assert_eq!(v, rosenbrock(x, y));
    close(dv, want.0 + 0.5 * want.1);
    let (v, pullback) = rosenbrock::vjp(x, y);
    assert_eq!(v, rosenbrock(x, y));
    for _ in 0..2 {
        let (dx, dy) = pullback(2.0);
        close(dx, 2.0 * want.0);
        close(dy, 2.0 * want.1);
    }
    let (mut x_bar, mut y_bar) = (10.0, 20.0);
    rosenbrock::adjoint(x, y, 1.0, &mut x_bar, &mut y_bar);
    close(x_bar, 10.0 + want.0);
    close(y_bar, 20.0 + want.1);
}
