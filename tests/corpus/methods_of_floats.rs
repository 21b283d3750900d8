//! Every differentiable method of the standard float types, as a method and as a path.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5)]
    #[at(-1.5)]
    #[kink(0.0)]
    fn integer_powers(x: f64) -> f64 {
        x.powi(0) + x.powi(1) + x.powi(2) + x.powi(3) + x.powi(7) * 0.5
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-1.5)]
    fn negative_powers(x: f64) -> f64 {
        x.powi(-1) + x.powi(-2) - x.powi(-3)
    }

    #[differentiable]
    #[at(1.5, 0)]
    #[at(1.5, 1)]
    #[at(1.5, 5)]
    #[at(-1.5, -3)]
    #[at(0.0, 0)]
    #[at(0.0, 3)]
    fn power_by_argument(x: f64, n: i32) -> f64 {
        x.powi(n)
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    #[at(2.0, -0.75)]
    #[at(2.0, 0.0)]
    #[kink(0.0, 2.0)]
    #[kink(0.0, 1.0)]
    fn float_power(x: f64, p: f64) -> f64 {
        x.powf(p)
    }

    #[differentiable]
    #[at(0.5)]
    #[at(3.0)]
    fn float_power_by_literal(x: f64) -> f64 {
        x.powf(2.5) + x.powf(-0.5) + x.powf(0.0) + x.powf(1.0) + x.powf(2.0)
    }

    #[differentiable]
    #[at(0.5)]
    #[at(2.0)]
    fn float_power_of_constant(x: f64) -> f64 {
        2.0_f64.powf(x)
    }

    #[differentiable]
    #[at(0.25)]
    #[at(9.0)]
    #[kink(0.0)]
    fn square_root(x: f64) -> f64 {
        x.sqrt()
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-9.0)]
    fn cube_root(x: f64) -> f64 {
        x.cbrt()
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-1.0)]
    #[at(0.0)]
    fn exponentials(x: f64) -> f64 {
        x.exp() + x.exp2() * 0.5 - x.exp_m1()
    }

    #[differentiable]
    #[at(0.25)]
    #[at(5.0)]
    fn logarithms(x: f64) -> f64 {
        x.ln() + 2.0 * x.log2() + 3.0 * x.log10() + 4.0 * x.ln_1p()
    }

    #[differentiable]
    #[at(0.25, 3.0)]
    #[at(5.0, 0.5)]
    fn logarithm_to_base(x: f64, b: f64) -> f64 {
        x.log(b) + x.log(10.0)
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-2.0)]
    fn sine_cosine_tangent(x: f64) -> f64 {
        x.sin() + 2.0 * x.cos() + 3.0 * x.tan()
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-0.75)]
    fn inverse_trigonometric(x: f64) -> f64 {
        x.asin() + 2.0 * x.acos() + 3.0 * x.atan()
    }

    #[differentiable]
    #[at(0.25, 1.0)]
    #[at(0.25, -1.0)]
    #[at(-0.25, -1.0)]
    #[at(1.0, 0.0)]
    fn quadrant_arc_tangent(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-2.0)]
    fn sine_and_cosine(x: f64) -> f64 {
        let (s, c) = x.sin_cos();
        s * c + 2.0 * s
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-1.5)]
    fn hyperbolic(x: f64) -> f64 {
        x.sinh() + 2.0 * x.cosh() + 3.0 * x.tanh()
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-2.0)]
    fn inverse_hyperbolic_sine(x: f64) -> f64 {
        x.asinh()
    }

    #[differentiable]
    #[at(1.25)]
    #[at(3.0)]
    fn inverse_hyperbolic_cosine(x: f64) -> f64 {
        x.acosh()
    }

    #[differentiable]
    #[at(0.25)]
    #[at(-0.75)]
    fn inverse_hyperbolic_tangent(x: f64) -> f64 {
        x.atanh()
    }

    #[differentiable]
    #[at(3.0, 4.0)]
    #[at(-1.0, 0.5)]
    #[kink(0.0, 0.0)]
    #[at(2.0, 0.0)]
    fn hypotenuse(x: f64, y: f64) -> f64 {
        x.hypot(y)
    }

    #[differentiable]
    #[at(3.0)]
    #[at(-3.0)]
    #[kink(0.0)]
    #[kink(-0.0)]
    fn absolute(x: f64) -> f64 {
        x.abs() * x + x.abs()
    }

    #[differentiable]
    #[at(3.0, 2.0)]
    #[at(-3.0, 2.0)]
    #[at(3.0, -2.0)]
    fn signs(x: f64, y: f64) -> f64 {
        x.signum() * y + x.copysign(y) * 2.0
    }

    #[differentiable]
    #[at(3.25)]
    #[at(-3.75)]
    fn roundings(x: f64) -> f64 {
        x.floor() * x + 2.0 * x.ceil() * x + x.round() * x + x.trunc() * x * x + x.fract() * x
    }

    #[differentiable]
    #[at(3.25, 1.0)]
    #[at(-3.75, 2.0)]
    #[kink(2.0, 2.0)]
    fn smaller_and_greater(x: f64, y: f64) -> f64 {
        x.min(y) * 2.0 + x.max(y) * 3.0 + x.min(0.5) + y.max(-0.5)
    }

    #[differentiable]
    #[at(3.0, 1.0, 2.0)]
    #[at(0.5, 1.0, 2.0)]
    #[at(1.5, 1.0, 2.0)]
    #[kink(1.0, 1.0, 2.0)]
    #[kink(2.0, 1.0, 2.0)]
    fn clamped(x: f64, low: f64, high: f64) -> f64 {
        x.clamp(low, high) * x
    }

    #[differentiable]
    #[at(3.0, 1.5, 2.0)]
    fn fused(x: f64, y: f64, z: f64) -> f64 {
        x.mul_add(y, z) * z.mul_add(2.0, x)
    }

    #[differentiable]
    #[at(3.0)]
    #[at(-0.5)]
    fn reciprocal(x: f64) -> f64 {
        x.recip()
    }

    #[differentiable]
    #[at(3.0)]
    fn angles(x: f64) -> f64 {
        x.to_degrees() * x.to_radians() + x.to_radians().sin()
    }

    #[differentiable]
    #[at(7.25, 2.0)]
    #[at(-7.25, 2.0)]
    #[at(-7.25, -2.0)]
    fn euclidean(x: f64, y: f64) -> f64 {
        x.rem_euclid(y) * 2.0 + x.div_euclid(y) * x
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn as_paths(x: f64, y: f64) -> f64 {
        f64::sin(x) + f64::powi(x, 3) + f64::powf(y, x) + f64::max(x, y) + f64::hypot(x, y)
            - f64::exp(-f64::abs(y))
            + f64::mul_add(x, y, x)
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn on_references(x: f64, y: f64) -> f64 {
        let (a, b) = (&x, &y);
        a.sin() + b.sqrt() * a.powi(2) + a.max(*b)
    }

    #[differentiable]
    #[at(0.5)]
    fn chained(x: f64) -> f64 {
        x.sin().exp().sqrt().ln_1p().tanh().abs().powi(2).recip()
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn on_expressions(x: f64) -> f64 {
        (x * x + 1.0).sqrt() * (-x).exp() + (2.0 - x).ln() + (x + 1.0).powf(x)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(-0.5, 2.0)]
    fn predicates(x: f64, y: f64) -> f64 {
        if x.is_nan() || y.is_infinite() || !x.is_finite() {
            return 0.0;
        }
        if x.is_sign_negative() {
            x * y
        } else if y.is_sign_positive() {
            x / y
        } else {
            x
        }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(1.0, -3.0)]
    fn unused_poles(x: f64, y: f64) -> f64 {
        let _angle = (x * 2.0).acos();
        let _root = (x - 0.5).sqrt();
        let _log = (x - 0.5).ln();
        let _quotient = y / (x - 0.5);
        x * y
    }
}
