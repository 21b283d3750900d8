//! Floats whose width is told by the suffix of a literal, or by a cast, alone. Each function is `p` times a
//! number, which shows whether derived code computes it as the function does.

#![allow(missing_docs)]
#![allow(clippy::all, reason = "what is written in a roundabout way is what is tested")]

use chainrule::differentiable;

macro_rules! multiples {
    ($float:ident, $test:ident: $($name:ident($p:ident) $body:block)*) => {
        $(
            #[differentiable(order = 2)]
            fn $name($p: $float) -> $float $body
        )*

        #[test]
        fn $test() {
            $(
                let (value, factor) = ($name(1.5), ($name(3.0) - $name(1.5)) / 1.5);
                assert_eq!($name::value_and_grad(1.5).0, value, stringify!($name));
                assert_eq!($name::jvp(1.5, 1.0).0, value, stringify!($name));
                for slope in [$name::grad(1.5), $name::jvp(1.5, 1.0).1] {
                    assert!((slope - factor).abs() < 3.0 * $float::EPSILON * slope.abs(), stringify!($name));
                }
            )*
        }
    };
}

multiples! {
    f64, in_double_width:
    suffixed(p) { p * 0.1f32 as f64 }
    added_up(p) { p * (0.1f32 + 0.2f32) as f64 }
    named(p) { let k = 0.1f32; p * k as f64 }
    typed(p) { let k: f32 = 0.1; p * k as f64 }
    converted(p) { p * f64::from(0.1f32) }
    typed_and_converted(p) { let k: f32 = 0.1; p * f64::from(k) }
    into(p) { let k: f64 = 0.1f32.into(); p * k }
    integer_as_float(p) { p * (16777217 as f32 as f64) }
    integer_with_suffix(p) { p * (16777217f32 as f64) }
    inferred_by_cast(p) { p * (0.1 as f32 as f64) }
    negated(p) { p * (-0.1f32 as f64) }
    negated_and_converted(p) { p * f64::from(-0.1f32) }
    rooted(p) { p * f64::from(0.1f32.sqrt()) }
    chosen(p) { p * (0.1_f32.max(0.3) as f64) }
    elements(p) { let l = [0.1f32, 0.2]; p * (l[0] * l[1]) as f64 }
    elements_of_one_suffix(p) { let l = [0.1, 0.2f32]; p * (l[0] * l[1]) as f64 }
    looped(p) { let mut s = 0.0; for k in [0.1f32, 0.3] { s += p * k as f64; } s }
    counted(p) { let mut s = 0.0; for i in 0..3 { let k = 0.1 * i as f32; s += p * k as f64; } s }
    branched(p) { let k = if p > 1.0 { 0.1f32 } else { 0.2 }; p * k as f64 }
    matched(p) { p * match p > 1.0 { true => 0.1f32, _ => 0.2 } as f64 }
    sum_as_float(p) { let c = 0.1 + 0.2; p * c as f32 as f64 }
    rounded_down(p) { p * ((0.1f64 * 3.0) as f32) as f64 }
    times_an_active_one(p) { p * ((p * 0.0 + 1.0) as f32 * 0.1f32) as f64 }
    paired(p) { let t = (0.1f32, 2.0); p * t.0 as f64 * t.1 }
    closed_over(p) { let f = |x: f32| x * 0.1; p * f(0.3) as f64 }
    changed(p) { let mut k = 0.1f32; k += 0.2; p * k as f64 }
    constant(p) { const K: f32 = 0.1; p * (K * 3.0) as f64 }
    large_integer(p) { p * (9007199791611905u64 as f32) as f64 }
    optional(p) { let k = Some(0.1f32); p * k.unwrap_or(0.0) as f64 }
    assigned_late(p) { let k; if p > 0.0 { k = 0.1f32 } else { k = 0.2 }; p * k as f64 }
    mapped(p) { p * [0.1f32, 0.2].iter().map(|k| *k as f64).sum::<f64>() }
    summed(p) { p * [0.1f32, 0.2].iter().sum::<f32>() as f64 }
    squared(p) { p * (1.0f32 / 3.0).powi(2) as f64 }
    divided(p) { p * (1f32 / 3f32) as f64 }
    integer_converted(p) { p * f64::from(16777217i32 as f32) }
    filled(p) { let k = vec![0.1f32; 3]; p * (k[0] + k[1] + k[2]) as f64 }
    carried(p) { let mut s = p; for _ in 0..3 { let k = 0.1f32 + 0.2; s = s * s * k as f64; } s / s * p }
    power(p) { p * (0.1f32 as f64).powi(2) }
    compared(p) { p * if 0.1f32 as f64 > 0.1 { 2.0 } else { 3.0 } }
    double(p) { p * 0.1f64 + p * 1f64 }
    narrowed(p) { p * (0.1f64 as f32 as f64) }
}

multiples! {
    f32, in_single_width:
    sum_of_doubles(p) { p * ((0.1 + 0.2) as f64 * 1e-3) as f32 }
    product_of_doubles(p) { let k = 16777217f64 * 3.0; p * k as f32 }
    named_without_a_type(p) { let c = 0.1 + 0.2; p * (c as f64 - 0.3) as f32 }
    difference_of_doubles(p) { p * (16777217f64 - 16777216.0) as f32 }
    of_integers(p) { p * (16777217 as f64 - 16777216.0) as f32 }
    compared_open(p) { let c = 0.1 + 0.2; if c > 0.3 { p * 2.0 } else { p * 3.0 } }
    compared_in_place(p) { if 0.1 + 0.2 > 0.3 { p * 2.0 } else { p * 3.0 } }
    counted_up(p) { let mut s = 0.0; for i in 0..10 { s += i as f64 * 0.1; } if s == 4.5 { p * 2.0 } else { p * 3.0 } }
    looped_openly(p) { let mut s = 0.0; for _ in 0..10 { s += 0.1; } if s == 1.0 { p * 2.0 } else { p * 3.0 } }
    through_the_other(p) { p * (0.1f32 as f64 - 0.1) as f32 }
}
