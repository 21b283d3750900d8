//! Second derivatives where a value that is not used has a pole, by each composition of the modes: the
//! same as without the value, exactly.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{HessianMode, differentiable};

/// At `x = 2` the value of the expression, or its derivatives, are not finite; there it is not used, and
/// the function is `x²y + y³`.
macro_rules! unused {
    ($($name:ident |$x:ident, $y:ident| $value:expr;)*) => {
        $(
            #[differentiable(order = 2)]
            fn $name($x: f64, $y: f64) -> f64 {
                let value = $value;
                if $x < 1.0 { value * $y } else { $x * $x * $y + $y * $y * $y }
            }
        )*

        #[test]
        fn poles_of_values_that_are_not_used() {
            $(
                let (x, y) = (2.0, 3.0);
                assert_eq!($name::grad(x, y), (2.0 * x * y, x * x + 3.0 * y * y), stringify!($name));
                let want = ((2.0 * y, 2.0 * x), (2.0 * x, 6.0 * y));
                for mode in HessianMode::ALL {
                    let found = $name::hessian_with(mode, x, y);
                    assert_eq!(found, want, "{} {mode:?}", stringify!($name));
                }
                assert_eq!($name::hvp(x, y, 1.0, 0.0), want.0, stringify!($name));
                assert_eq!($name::hvp_reverse(x, y, 0.0, 1.0), want.1, stringify!($name));
                assert_eq!($name::jvp2(x, y, 1.0, 0.0).2, want.0.0, stringify!($name));
            )*
        }
    };
}

unused! {
    square_root |x, y| (1.0 - x * y).sqrt();
    square_root_at_zero |x, y| ((x - 2.0) * y).sqrt();
    cube_root |x, y| ((x - 2.0) * y).cbrt();
    logarithm |x, y| (1.0 - x * y).ln();
    logarithm_at_zero |x, y| ((x - 2.0) * y).ln();
    binary_logarithm |x, y| (1.0 - x * y).log2();
    decimal_logarithm |x, y| ((x - 2.0) * y).log10();
    logarithm_of_one_more |x, y| (-x * y).ln_1p();
    to_a_base |x, y| (x - 2.0).log(y);
    quotient |x, y| y / (x - 2.0);
    reciprocal |x, y| ((x - 2.0) * y).recip();
    tangent |x, y| (y / (x - 2.0)).tan();
    logarithm_to_a_negative_base |x, y| y.log(1.0 - x);
    arcsine |x, y| (x * y).asin();
    arccosine |x, y| (x + 0.0 * y).acos();
    arccosine_at_one |x, y| ((x - 1.0) * y.powi(0)).acos();
    hyperbolic_arccosine |x, y| (x - y).acosh();
    hyperbolic_arctangent |x, y| (x * y).atanh();
    power |x, y| (x - 2.0).powf(y - 2.75);
    power_of_a_negative |x, y| (1.0 - x).powf(0.5 * y);
    negative_power |x, y| ((x - 2.0) * y).powi(-2);
    length |x, y| (x - 2.0).hypot(y - 3.0);
    angle |x, y| (x - 2.0).atan2(y - 3.0);
    nested |x, y| (((x - 2.0) * y).sqrt().ln() / (x - 2.0)).asin();
}
