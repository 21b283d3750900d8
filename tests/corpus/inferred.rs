//! What the function's own text tells: that a name is a struct's again, what a range runs over, what is
//! parsed, and that a builder takes active values.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use core::ops::{Range, RangeInclusive};
    use std::num::ParseIntError;

    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pair {
        pub x: f64,
        pub q: f64,
    }

    #[differentiable]
    impl Pair {
        pub fn ones() -> Pair {
            Pair { x: 1.0, q: 1.0 }
        }

        #[at(Pair { x: 0.3, q: 0.7 }, 0.5)]
        pub fn with(self, x: f64) -> Pair {
            Pair { x: self.x * x, q: self.q + x }
        }

        #[at(Pair { x: 0.3, q: 0.7 })]
        pub fn product(self) -> f64 {
            self.x * self.q
        }
    }

    #[differentiable]
    #[at(0.5, Pair { x: 0.3, q: 0.7 }, Some(0.2))]
    #[at(0.5, Pair { x: 0.3, q: 0.7 }, None)]
    fn struct_after_a_match(x: f64, p: Pair, o: Option<f64>) -> f64 {
        let t = match o {
            Some(q) => q * x,
            None => x,
        };
        let Pair { x: px, q } = p;
        let s = if let Some(w) = o { w * t } else { t };
        let Pair { x: again, .. } = p;
        s + px * q * again
    }

    #[differentiable]
    #[at(0.5, 0.7)]
    fn built(x: f64, y: f64) -> f64 {
        Pair::ones().with(x).with(x * y).product()
    }

    #[differentiable]
    #[at(&[0.3, 0.4, 0.5], 1..3)]
    #[at(&[0.3, 0.4, 0.5], 1..1)]
    fn over_a_range(x: &[f64], r: Range<usize>) -> f64 {
        let mut s = 0.0;
        for i in r {
            s += x[i] * x[i] * i as f64;
        }
        s
    }

    #[differentiable]
    #[at(&[0.3, 0.4, 0.5], 0..=1)]
    fn over_an_inclusive_range(x: &[f64], r: RangeInclusive<usize>) -> f64 {
        let mut n = 0;
        for i in r {
            n += i;
        }
        x[n] * n as f64
    }

    #[differentiable]
    #[at(0.5, "3")]
    #[at(0.5, "three")]
    fn parsed(x: f64, text: &str) -> Result<f64, ParseIntError> {
        let n: i32 = text.trim().parse()?;
        Ok(x * x * n as f64)
    }
}
