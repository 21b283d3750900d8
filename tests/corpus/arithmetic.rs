//! `+ - * / %`, negation, compound assignment, precedence, references, constants.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5)]
    #[at(-2.25)]
    fn identity(x: f64) -> f64 {
        x
    }

    #[differentiable]
    #[at(0.5)]
    fn constant(_x: f64) -> f64 {
        4.0
    }

    #[differentiable]
    #[at(0.5, -1.5)]
    fn sum_and_difference(x: f64, y: f64) -> f64 {
        x + y - (x - y - 2.0) - -x
    }

    #[differentiable]
    #[at(0.5, -1.5, 3.0)]
    #[at(0.0, 0.0, 1.0)]
    fn product_of_three(x: f64, y: f64, z: f64) -> f64 {
        x * y * z + 2.0 * x
    }

    #[differentiable]
    #[at(0.5, -1.5)]
    #[at(3.0, 0.25)]
    fn quotient(x: f64, y: f64) -> f64 {
        x / y + 1.0 / (x * x + y * y)
    }

    #[differentiable]
    #[at(7.25, 2.0)]
    #[at(-7.25, 2.0)]
    #[at(7.25, -2.0)]
    fn remainder(x: f64, y: f64) -> f64 {
        x % y
    }

    #[differentiable]
    #[at(0.75)]
    fn negation(x: f64) -> f64 {
        -(-x * -(x + 1.0))
    }

    #[differentiable]
    #[at(0.75, -0.5)]
    fn compound_assignment(x: f64, y: f64) -> f64 {
        let mut s = x;
        s += y * y;
        s -= 0.5 * x;
        s *= s;
        s /= 1.0 + y * y;
        s %= 10.0;
        s
    }

    #[differentiable]
    #[at(0.75)]
    fn assignment_of_itself(x: f64) -> f64 {
        let mut s = x;
        s = s * s + x;
        s = s * s - x;
        s += s;
        s *= s + s;
        s
    }

    #[differentiable]
    #[at(1.25)]
    fn same_operand_thrice(x: f64) -> f64 {
        x * x * x / (x + x) - (x - x)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn through_references(x: f64, y: f64) -> f64 {
        let a = &x;
        let b = &y;
        a * b + *a / *b - (a - y) + (x + b) * -a
    }

    #[differentiable]
    #[at(0.5)]
    fn integers_as_constants(x: f64) -> f64 {
        let n = 3_usize;
        let k = -2_i32;
        x * n as f64 + k as f64 * x * x + (n * 2) as f64
    }

    #[differentiable]
    #[at(0.5)]
    fn constants_of_std(x: f64) -> f64 {
        std::f64::consts::PI * x + std::f64::consts::E * x * x + f64::EPSILON
    }

    #[differentiable]
    #[at(0.5, -0.25)]
    fn deep_expression(x: f64, y: f64) -> f64 {
        ((x + 1.0) * (y + 2.0) / ((x - 3.0) * (y - 4.0)) - x / (1.0 + y / (2.0 + x / (3.0 + y))))
            * (x - y)
            / (1.0 + (x * y) * (x * y))
    }

    #[differentiable]
    #[at(2.0, 3.0)]
    fn unused_argument(x: f64, _y: f64) -> f64 {
        x * x
    }

    #[differentiable]
    #[at(2.0, 3.0)]
    fn unused_value(x: f64, y: f64) -> f64 {
        let _unused = x * y;
        let _ = y / x;
        x + y
    }

    #[differentiable]
    #[at(1.5)]
    fn suffixed_literals(x: f64) -> f64 {
        2f64 * x + 0.5_f64 * x * x + 1e-1 * x + 1_000.0 * x
    }

    #[differentiable]
    #[at(1.5)]
    fn explicit_return(x: f64) -> f64 {
        return x * x + 1.0;
    }

    #[differentiable]
    #[at(1.5, 0.5)]
    fn typed_temporaries(x: f64, y: f64) -> f64 {
        let a: f64 = x + y;
        let b: f64 = 3.0;
        let c: f64 = a * b;
        c * a - b
    }
}
