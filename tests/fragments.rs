//! Functions that `macro_rules!` writes, with expressions in place of `$a:expr`: the attribute leaves the function
//! as it is, and its derivatives are those of that function.
#![warn(unused_parens)]

use chainrule::{Differentiable, differentiable, differentiate};

macro_rules! twice {
    ($name:ident $plain:ident $closure:ident: $x:ident, $a:expr, $b:expr) => {
        #[differentiable(order = 2)]
        fn $name($x: f64) -> f64 {
            let first = $a;
            let list = vec![$a * 2.0; 2];
            assert!(-$a < 1e9 && 1.0 - $b * 0.5 < 1e9);
            first * 3.0 + $a * $b - $b / $a + list[0] * (1.0 - $a) + { $b }
        }

        fn $plain($x: f64) -> f64 {
            let first = $a;
            let list = vec![$a * 2.0; 2];
            first * 3.0 + $a * $b - $b / $a + list[0] * (1.0 - $a) + { $b }
        }

        fn $closure($x: f64) -> (f64, f64) {
            differentiate!(|$x: f64| -> f64 {
                let first = $a;
                let list = vec![$a * 2.0; 2];
                first * 3.0 + $a * $b - $b / $a + list[0] * (1.0 - $a) + { $b }
            })
            .value_and_grad($x)
        }
    };
}

twice!(sums plain_sums closed_sums: x, x + 1.5, x - 0.25);
twice!(negations plain_negations closed_negations: x, -x, -x * 0.5);
twice!(casts plain_casts closed_casts: x, x * (2u8 + 1) as f64, x + (1i32 + 1) as f64);
twice!(branches plain_branches closed_branches: x, if x > 1.0 { x } else { 2.0 }, x * x);
twice!(methods plain_methods closed_methods: x, x.sin(), f64::max(x, 0.5));

#[track_caller]
fn is_differentiated(
    name: fn(f64) -> f64,
    plain: fn(f64) -> f64,
    [derived, closed]: [fn(f64) -> (f64, f64); 2],
) {
    for x in [0.75, 1.375] {
        assert_eq!(name(x).to_bits(), plain(x).to_bits());
        let (value, slope) = derived(x);
        assert_eq!(value.to_bits(), plain(x).to_bits());
        assert_eq!(closed(x), (value, slope));
        let h = 1e-4;
        let at = |k: f64| plain(x + k * h);
        let expected = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
        assert!((slope - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{slope}, {expected}");
    }
}

#[test]
fn expressions_of_a_macro() {
    is_differentiated(sums, plain_sums, [sums::value_and_grad, closed_sums]);
    is_differentiated(negations, plain_negations, [negations::value_and_grad, closed_negations]);
    is_differentiated(casts, plain_casts, [casts::value_and_grad, closed_casts]);
    is_differentiated(branches, plain_branches, [branches::value_and_grad, closed_branches]);
    is_differentiated(methods, plain_methods, [methods::value_and_grad, closed_methods]);
}

macro_rules! matched {
    ($name:ident, $t:ty, $p:pat, $c:literal, $f:path) => {
        #[differentiable]
        fn $name(x: $t, n: i32) -> $t {
            match n {
                $p => $f(x * $c),
                _ => -x * $c,
            }
        }
    };
}

matched!(of_patterns, f64, 1 | 3..=5 | -2, 2.0, f64::sin);
matched!(of_others, f32, -1, -2.0, f32::cos);

#[test]
fn other_fragments() {
    for n in [1, 4, -2] {
        let (value, slope) = of_patterns::value_and_grad(0.5, n);
        assert_eq!(value, 1.0_f64.sin());
        assert_eq!(slope, 2.0 * 1.0_f64.cos());
    }
    assert_eq!(of_patterns::value_and_grad(0.5, 2), (-1.0, -2.0));
    assert_eq!(of_others::value_and_grad(0.5, -1).0, (-1.0_f32).cos());
    assert_eq!(of_others::value_and_grad(0.5, 0), (1.0, 2.0));
}

macro_rules! pairs {
    ($name:ident, $n:expr) => {
        #[derive(Clone, Debug, Differentiable)]
        struct $name {
            x: [f64; $n * 2],
        }
    };
}

pairs!(Pairs, 1 + 1);

#[differentiable]
fn last(x: f64) -> f64 {
    let pairs = Pairs { x: [x, x * x, 2.0 * x, x * x * x] };
    pairs.x[3]
}

#[test]
fn lengths_of_fields() {
    assert_eq!(last::value_and_grad(2.0), (8.0, 12.0));
}
