//! `Real` gives what the floats' own methods give, and is enough to write generic code with.

#![cfg(any(feature = "std", feature = "libm"))]

use std::fmt::Debug;

use autodiff_runtime::Real;

const POINTS: &[f64] = &[
    0.0,
    -0.0,
    0.3,
    -0.7,
    1.0,
    1.5,
    -2.25,
    1e-300,
    7e18,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Bitwise, but any NaN equals any other; in `libm` within a few units in the last place.
fn same<T: Real + Debug>(name: &str, x: &[T], found: T, expected: T) {
    let close = (found - expected).abs() <= T::from_f64(4.0) * T::epsilon() * expected.abs();
    let equal = found.to_f64().to_bits() == expected.to_f64().to_bits()
        || cfg!(not(feature = "std")) && close;
    assert!(
        equal || found.is_nan() && expected.is_nan(),
        "{name} at {x:?}: {found:?} instead of {expected:?}"
    );
}

macro_rules! check_methods {
    ($float:ty; $($unary:ident)*; $($binary:ident)*) => {{
        let points: Vec<$float> = POINTS.iter().map(|&x| x as $float).collect();
        for &x in &points {
            $(same(stringify!($unary), &[x], Real::$unary(x), <$float>::$unary(x));)*
            let pair = Real::sin_cos(x);
            same("sin_cos.0", &[x], pair.0, x.sin_cos().0);
            same("sin_cos.1", &[x], pair.1, x.sin_cos().1);
            assert_eq!(Real::is_nan(x), x.is_nan());
            assert_eq!(Real::is_finite(x), x.is_finite());
            assert_eq!(Real::is_infinite(x), x.is_infinite());
            assert_eq!(Real::is_sign_positive(x), x.is_sign_positive());
            assert_eq!(Real::is_sign_negative(x), x.is_sign_negative());
            for n in [-3, 0, 1, 2, 7, i32::MIN] {
                same("powi", &[x], Real::powi(x, n), x.powi(n));
            }
            same("clamp", &[x], Real::clamp(x, -1.0, 1.25), x.clamp(-1.0, 1.25));
            for &y in &points {
                $(same(stringify!($binary), &[x, y], Real::$binary(x, y), x.$binary(y));)*
                same("mul_add", &[x, y], Real::mul_add(x, y, 0.1), x.mul_add(y, 0.1));
            }
        }
    }};
}

macro_rules! check_all_methods {
    ($($float:ident)*) => {$(
        #[test]
        fn $float() {
            check_methods!($float;
                abs signum recip to_degrees to_radians sqrt cbrt exp exp2 exp_m1 ln log2 log10 ln_1p
                sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
                floor ceil round trunc fract;
                copysign min max hypot log powf atan2 rem_euclid div_euclid
            );
            assert_eq!(<$float as Real>::pi(), std::$float::consts::PI);
            assert_eq!(<$float as Real>::e(), std::$float::consts::E);
            assert_eq!(<$float as Real>::epsilon(), $float::EPSILON);
            assert_eq!(<$float as Real>::infinity(), $float::INFINITY);
            assert_eq!(<$float as Real>::neg_infinity(), $float::NEG_INFINITY);
            assert_eq!(<$float as Real>::max_value(), $float::MAX);
            assert_eq!(<$float as Real>::min_value(), $float::MIN);
            assert_eq!(<$float as Real>::min_positive_value(), $float::MIN_POSITIVE);
            assert!(<$float as Real>::nan().is_nan());
            assert_eq!(<$float as Real>::from_f64(0.1), 0.1);
        }
    )*};
}
check_all_methods!(f32 f64);

/// Everything a numeric function does with its type.
fn generic<T: Real>(x: &[T]) -> T {
    let mean = x.iter().sum::<T>() / T::from_f64(x.len() as f64);
    let mut acc = T::default();
    for &value in x {
        let centred = value - mean;
        if centred > T::zero() && !centred.is_nan() {
            acc += centred.powi(2) * T::from_f64(0.5);
        } else {
            acc -= -centred.abs().sqrt();
        }
        acc *= T::one();
        acc /= T::from_f64(2.0);
        acc %= T::from_f64(10.0);
    }
    let product: T = x.iter().product();
    let scaled: T = x.iter().map(|&value| value * T::pi()).sum();
    let (sin, cos) = scaled.sin_cos();
    assert_eq!(format!("{acc} {acc:?} {acc:e}").split(' ').count(), 3);
    acc.max(product.tanh()) % T::e() + sin.hypot(cos)
}

#[test]
fn generic_code_compiles_and_agrees() {
    let wide: f64 = generic(&[1.0, 2.5, -0.5]);
    let narrow: f32 = generic(&[1.0, 2.5, -0.5]);
    assert!((wide - f64::from(narrow)).abs() < 1e-6, "{wide} {narrow}");
}
