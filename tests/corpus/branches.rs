//! `if`, `else if`, `if let`, `let … else`, early `return`, conditions over active values.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    #[kink(0.0)]
    fn two_branches(x: f64) -> f64 {
        if x > 0.0 { x * x } else { -3.0 * x }
    }

    #[differentiable]
    #[at(-2.0)]
    #[at(0.5)]
    #[at(1.5)]
    #[at(7.0)]
    #[kink(1.0)]
    fn chain(x: f64) -> f64 {
        if x < 0.0 {
            x.sin()
        } else if x < 1.0 {
            x * x * x
        } else if x < 5.0 {
            x.sqrt()
        } else {
            x.ln()
        }
    }

    #[differentiable]
    #[at(0.5, 1.0)]
    #[at(-0.5, 1.0)]
    #[at(0.5, -1.0)]
    #[at(-0.5, -1.0)]
    fn nested(x: f64, y: f64) -> f64 {
        if x > 0.0 {
            let z = x * y;
            if y > 0.0 { z * z } else { z }
        } else {
            let w = x + y;
            if w > 0.0 {
                w * y
            } else {
                let z = w * w;
                z * x
            }
        }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn without_else(x: f64) -> f64 {
        let mut y = x;
        if x > 0.0 {
            y = y * y + 1.0;
        }
        y * x
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn several_variables(x: f64) -> f64 {
        let (mut a, mut b, mut c) = (x, 2.0 * x, 1.0);
        if x > 0.0 {
            a *= b;
            c = a;
        } else {
            b = b * b * a;
        }
        a * b * c
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(2.5, 2.0)]
    fn condition_of_computed_values(x: f64, y: f64) -> f64 {
        let sum = x + y;
        let close = (sum - 3.0).abs() < 1.0 && !(x > y) || sum == 0.0;
        if close { sum * x } else { sum / x }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    #[at(1.5)]
    fn early_return(x: f64) -> f64 {
        if x < 0.0 {
            return x * x;
        }
        let y = x.sin();
        if y > 0.9 {
            return y;
        }
        y * x
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn return_in_both_branches(x: f64) -> f64 {
        let y = x * x;
        if x > 0.0 {
            return y * x;
        } else {
            return y;
        }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn return_inside_an_expression(x: f64) -> f64 {
        let y = if x > 0.0 { x * 2.0 } else { return x.exp() };
        y * y
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn constant_branch(x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { x * x }
    }

    #[differentiable]
    #[at(0.5, Some(2.0))]
    #[at(0.5, None)]
    fn if_let_some(x: f64, y: Option<f64>) -> f64 {
        if let Some(y) = y { x * y } else { x }
    }

    #[differentiable]
    #[at(0.5, Some(2.0))]
    #[at(0.5, None)]
    fn let_else(x: f64, y: Option<f64>) -> f64 {
        let Some(y) = y else {
            return x * x;
        };
        x * y * y
    }

    #[differentiable]
    #[at(0.5, Some(3))]
    #[at(0.5, None)]
    fn if_let_inactive(x: f64, n: Option<usize>) -> f64 {
        if let Some(n) = n { x * n as f64 } else { x.sin() }
    }

    #[differentiable]
    #[at(0.5, Some(2.0))]
    #[at(0.5, Some(-2.0))]
    #[at(0.5, None)]
    fn let_chain(x: f64, y: Option<f64>) -> f64 {
        if let Some(y) = y
            && y > 0.0
        {
            x * y
        } else {
            x
        }
    }

    #[differentiable]
    #[at(0.5, 0.25)]
    #[at(-0.5, 0.25)]
    fn branch_yields_a_tuple(x: f64, y: f64) -> f64 {
        let (a, b) = if x > 0.0 { (x * y, y) } else { (y, x * x) };
        a * b + a
    }

    #[differentiable]
    #[at(0.5, 0.25)]
    #[at(-0.5, 0.25)]
    fn branch_yields_an_array(x: f64, y: f64) -> f64 {
        let v = if x > 0.0 { [x * y, y] } else { [y, x * x] };
        v[0] * v[1] + v[0]
    }

    #[differentiable]
    #[at(0.5, 0.25)]
    #[at(0.25, 0.5)]
    fn branch_picks_a_reference(x: f64, y: f64) -> f64 {
        let larger = if x > y { &x } else { &y };
        larger * larger * x
    }

    #[differentiable]
    #[at(0.5, true)]
    #[at(0.5, false)]
    fn branch_on_inactive(x: f64, cubed: bool) -> f64 {
        let y = x * x;
        if cubed { y * x } else { y }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn flags(x: f64) -> f64 {
        let positive = x > 0.0;
        let mut seen = false;
        let mut y = x;
        if positive {
            y *= 2.0;
            seen = true;
        }
        if seen != positive {
            y = 0.0;
        }
        if seen { y * x } else { y }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn unreachable_branch(x: f64) -> f64 {
        if x > 0.0 {
            x * x
        } else if x <= 0.0 {
            -x
        } else {
            unreachable!("x is not a number: {x}")
        }
    }

    #[differentiable]
    #[at(0.5)]
    fn panicking_branch(x: f64) -> f64 {
        if x < 0.0 {
            panic!("negative: {}", x);
        }
        x.sqrt()
    }

    #[differentiable]
    #[at(0.75, 4.0)]
    #[at(3.0, 4.0)]
    fn overwritten_after_branch(x: f64, y: f64) -> f64 {
        let mut a = x * y;
        if a > 4.0 {
            a = a.sqrt();
        }
        let b = a * x;
        a = b * b;
        if b > 1.0 {
            a += y;
        }
        a * b
    }

    #[differentiable]
    #[at(0.4, 1.0, 1)]
    #[at(1.4, 1.0, 3)]
    #[at(3.5, 1.0, 7)]
    #[at(1.25, 1.0, 0)]
    fn range_contains(x: f64, y: f64, n: i32) -> f64 {
        let scaled = if (1..4).contains(&n) { x * n as f64 } else { x };
        if (0.0..y).contains(&scaled) {
            scaled * scaled * y
        } else if (y..=2.0 * y + x).contains(&scaled) && !(..0).contains(&n) {
            scaled.sqrt() + y
        } else {
            -scaled
        }
    }
}
