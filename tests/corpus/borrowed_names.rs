//! Structs of one's own that are called like floats, or like types of the standard library.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Scalar {
        pub value: f64,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Option {
        pub strike: f64,
        pub years: f64,
    }

    #[differentiable]
    impl Option {
        fn of(strike: f64) -> Option {
            Option { strike, years: strike * strike }
        }

        fn payoff(&self, price: f64) -> f64 {
            (price - self.strike).max(0.0) * (-self.years).exp()
        }
    }

    #[differentiable]
    fn of_scalars(s: Scalar, k: f64) -> f64 {
        let scaled = Scalar { value: s.value * k };
        scaled.value * s.value
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn scalars(x: f64, y: f64) -> f64 {
        of_scalars(Scalar { value: x * y }, y)
    }

    #[differentiable]
    fn value(option: &Option, price: f64) -> f64 {
        let later = Option { years: option.years + 1.0, ..*option };
        later.payoff(price) * option.payoff(price * price)
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn options(x: f64, y: f64) -> f64 {
        value(&Option { strike: x, years: x * y }, y) + Option::of(x).payoff(y)
    }

    mod plane {
        use chainrule::{Differentiable, differentiable};

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Vec {
            pub x: f64,
            pub y: f64,
        }

        #[differentiable]
        impl Vec {
            pub fn dot(&self, other: &Vec) -> f64 {
                self.x * other.x + self.y * other.y
            }

            pub fn of(x: f64) -> Vec {
                Vec { x, y: x * x }
            }
        }

        #[differentiable]
        pub fn turned(v: Vec, k: f64) -> f64 {
            let w = Vec { x: v.y * k, y: -v.x };
            w.dot(&v) * Vec::of(k).y
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn vectors(x: f64, y: f64) -> f64 {
        plane::turned(plane::Vec { x, y: x * y }, y)
    }

    /// Variants called like what the traits of tangents have.
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Op {
        Dot,
        Tangent(f64),
        Output { value: f64 },
    }

    #[differentiable]
    fn applied(op: &Op, x: f64) -> f64 {
        match op {
            Op::Dot => x * x,
            Op::Tangent(slope) => slope * x,
            Op::Output { value } => value * value,
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn variants(x: f64) -> f64 {
        let last = if x > 0.0 { Op::Output { value: x } } else { Op::Dot };
        applied(&Op::Dot, x) * applied(&Op::Tangent(x.sin()), x) + applied(&last, x)
    }
}
