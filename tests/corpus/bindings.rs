//! `let` with patterns, shadowing, late initialisation, blocks as values.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5)]
    fn shadowing(x: f64) -> f64 {
        let x = x * x;
        let x = x + x.sin();
        let x = x * 2.0;
        x * x
    }

    #[differentiable]
    #[at(0.5)]
    fn shadowing_in_a_block(x: f64) -> f64 {
        let y = {
            let x = x * x;
            let x = x + 1.0;
            x * 3.0
        };
        x * y
    }

    #[differentiable]
    #[at(0.5, -1.0)]
    fn tuple_pattern(x: f64, y: f64) -> f64 {
        let (a, b) = (x * y, x - y);
        let (c, (d, e)) = (a + b, (a * b, 2.0));
        c * d * e
    }

    #[differentiable]
    #[at(0.5, -1.0)]
    fn wildcard_and_rest(x: f64, y: f64) -> f64 {
        let (a, _) = (x * y, x - y);
        let (first, .., last) = (x, y, a, x * 2.0);
        first * last + a
    }

    #[differentiable]
    #[at([0.5, -1.0, 2.0])]
    fn array_pattern(v: [f64; 3]) -> f64 {
        let [a, b, c] = v;
        a * b + b * c + c * a
    }

    #[differentiable]
    #[at([0.5, -1.0, 2.0, 3.0])]
    fn array_pattern_with_rest(v: [f64; 4]) -> f64 {
        let [first, .., last] = v;
        first * last + v[1]
    }

    #[differentiable]
    #[at((0.5, -1.0))]
    fn pattern_in_the_signature((a, b): (f64, f64)) -> f64 {
        a * a * b
    }

    #[differentiable]
    #[at([0.5, -1.0], (2.0, 3.0))]
    fn patterns_in_the_signature([a, b]: [f64; 2], (c, d): (f64, f64)) -> f64 {
        a * c + b * d * a
    }

    #[differentiable]
    #[at(0.5)]
    fn mutable_parameter(mut x: f64) -> f64 {
        x *= x;
        x += 1.0;
        x * x
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn late_initialisation(x: f64, y: f64) -> f64 {
        let z;
        let w: f64;
        z = x * y;
        w = z + x;
        z * w
    }

    #[differentiable]
    #[at(0.5)]
    #[at(1.5)]
    fn late_initialisation_by_branch(x: f64) -> f64 {
        let z;
        if x > 1.0 {
            z = x * x;
        } else {
            z = x.sin();
        }
        z * x
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn blocks_as_operands(x: f64, y: f64) -> f64 {
        let product = {
            let a = x + y;
            a * a
        } * {
            let b = x - y;
            b
        };
        product + { x * { y * y } }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn block_with_effects(x: f64, y: f64) -> f64 {
        let mut total = x;
        let last = {
            total += y * y;
            total *= x;
            total * 2.0
        };
        total * last
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn order_of_evaluation(x: f64, y: f64) -> f64 {
        let mut a = x;
        let b =
            a + {
                a = a * y;
                a
            } + a;
        a * b
    }

    #[differentiable]
    #[at(0.5)]
    fn if_as_operand(x: f64) -> f64 {
        2.0 * if x > 0.0 { x * x } else { -x } + (if x < 1.0 { 3.0 } else { x })
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn destructuring_assignment(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x, y);
        (a, b) = (b, a * b);
        (a, b) = (a + b, a - b);
        [a, b] = [b * b, a];
        a * b + b
    }

    #[differentiable]
    #[at(0.5)]
    fn tuple_fields(x: f64) -> f64 {
        let pair = (x, x * x);
        let nested = (pair, (x + 1.0, 2.0));
        pair.0 * pair.1 + nested.0.1 * nested.1.0 * nested.1.1
    }

    #[differentiable]
    #[at(0.5)]
    fn mutable_tuple(x: f64) -> f64 {
        let mut pair = (x, 1.0);
        pair.0 *= x;
        pair.1 += pair.0 * x;
        pair.0 = pair.1 * pair.0;
        pair.0 + pair.1
    }

    #[differentiable]
    #[at(0.5)]
    fn raw_and_underscored_names(x: f64) -> f64 {
        let r#type = x * x;
        let _hidden = r#type + 1.0;
        let __double = _hidden * x;
        let dot = __double;
        let tape = dot + x;
        let x_dot = tape * 2.0;
        let x_bar = x_dot * x;
        x_bar + r#type
    }

    #[differentiable]
    #[at(0.5, 2, true, "label")]
    #[at(0.5, 3, false, "label")]
    fn inactive_arguments(x: f64, n: usize, flag: bool, label: &str) -> f64 {
        let shifted = n + 1;
        let size = label.len() as f64;
        let factor = if flag { shifted as f64 } else { -(n as f64) };
        x * x * factor + size * x
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn references_to_floats(x: &f64, y: &f64) -> f64 {
        let a = *x;
        let b: &f64 = y;
        a * b + x * y + (*x).sin()
    }

    #[differentiable]
    #[at(0.5)]
    fn reference_patterns(x: f64) -> f64 {
        let &a = &x;
        let ref b = a;
        let &(c, d) = &(x * *b, x);
        a * b + c * d
    }

    #[differentiable]
    #[at(0.5)]
    fn mutable_reference_to_local(x: f64) -> f64 {
        let mut value = x;
        let alias = &mut value;
        *alias *= 3.0;
        *alias += x * *alias;
        value * value
    }

    #[differentiable]
    #[at(0.5)]
    fn type_aliases_and_casts(x: f64) -> f64 {
        type Scalar = f64;
        let y: Scalar = x * 2.0;
        let n = (3.7_f64) as usize;
        y * n as Scalar + true as u8 as f64 * x
    }
}
