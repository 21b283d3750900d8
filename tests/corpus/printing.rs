//! Macros and items in the body: assertions, printing, constants, statics' siblings, docs.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    const HALF: f64 = 0.5;
    const TABLE: [f64; 3] = [1.0, 0.5, 0.25];
    const ROUNDS: usize = 3;

    #[differentiable]
    #[at(0.5)]
    fn assertions(x: f64) -> f64 {
        assert!(x > 0.0);
        assert!(x.is_finite() && x < 10.0, "x out of range: {x}");
        let y = x.sqrt();
        assert_eq!(y.is_nan(), false);
        assert_ne!(y, 7.5, "never seven and a half: {}", y);
        debug_assert!(y >= 0.0, "{y:?}");
        debug_assert_eq!(ROUNDS, 3);
        y * x
    }

    #[differentiable]
    #[at(0.5, 2)]
    fn printing(x: f64, n: usize) -> f64 {
        println!("x = {x}, n = {}", n + 1);
        let y = x * x;
        eprintln!("{:.3} {:?} {y:>8}", y, n);
        print!("");
        eprint!("{}", "");
        for i in 0..n {
            println!("{i}: {}", y * i as f64);
        }
        y * x
    }

    #[differentiable]
    #[at(0.5)]
    fn formatting(x: f64) -> f64 {
        let label = format!("{:.1}", x);
        let size = label.len() as f64;
        x * x * size
    }

    #[differentiable]
    #[at(0.5)]
    fn module_constants(x: f64) -> f64 {
        let mut s = x * HALF;
        for k in 0..ROUNDS {
            s = s * x + TABLE[k];
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    fn inner_constants(x: f64) -> f64 {
        const N: usize = 3;
        const WEIGHTS: [f64; N] = [0.5, 0.25, 0.125];
        const SCALE: f64 = 2.0;
        let mut s = 0.0;
        for (i, w) in WEIGHTS.iter().enumerate() {
            s += w * x.powi(i as i32) * SCALE;
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    fn inner_use(x: f64) -> f64 {
        use std::f64::consts::{FRAC_PI_2, PI};
        (x * PI).sin() + FRAC_PI_2 * x
    }

    #[differentiable]
    #[at(0.5)]
    fn inner_items_after_use(x: f64) -> f64 {
        let y = helper(x) * LATE;
        return y * y;

        const LATE: f64 = 3.0;

        fn helper(v: f64) -> f64 {
            v * v
        }
    }

    /// Documented, and allowed to be shouted.
    #[differentiable]
    #[allow(clippy::needless_return)]
    #[inline]
    #[must_use]
    #[at(0.5)]
    pub fn documented(x: f64) -> f64 {
        // A comment.
        /* Another. */
        x * x
    }

    #[differentiable]
    #[at(0.5)]
    pub(crate) fn attributes_in_the_body(x: f64) -> f64 {
        #[allow(unused_variables)]
        let unused = 1.0;
        #[allow(clippy::let_and_return)]
        let y = x * x;
        y
    }

    #[differentiable]
    #[at(0.5)]
    fn empty_statements(x: f64) -> f64 {
        let y = x * x;
        {}
        ();
        if x > 0.0 {}
        y
    }

    #[differentiable]
    #[at([0.5, 2.0], "sum")]
    #[at([0.5, 2.0], "product")]
    fn messages(x: &[f64], what: &str) -> f64 {
        match what {
            "sum" => x[0] + x[1],
            "product" => x[0] * x[1],
            other => panic!("no such thing: {other}"),
        }
    }

    #[differentiable]
    #[at(0.5)]
    #[allow(unreachable_code)]
    fn statements_after_a_return(x: f64) -> f64 {
        let y = x * x;
        return y;
        let z = y * 3.0;
        z
    }

    #[differentiable]
    #[at(0.5)]
    fn unsafe_free_intrinsics(x: f64) -> f64 {
        let n = std::mem::size_of::<u32>();
        let k = usize::MAX.count_ones() as f64;
        x * n as f64 + x * x / k + i32::pow(2, 3) as f64 * x + 7_u32.saturating_sub(9) as f64
    }
}
