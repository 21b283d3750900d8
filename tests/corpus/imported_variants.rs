//! Variants that are named without their enum.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub enum Phase {
        Idle,
        Heating { temp: f64, rate: f64 },
        Holding(f64, usize),
        Done(f64),
    }
    #[differentiable]
    impl Phase {
        fn next(self, power: f64) -> Phase {
            use Phase::*;
            match self {
                Idle => Heating { temp: 0.0, rate: power },
                Heating { temp, .. } if temp > 1.0 => Holding(temp, 2),
                Heating { temp, rate } => {
                    Heating { temp: temp + rate * (2.0 - temp), rate: 0.9 * rate }
                }
                Holding(t, 0) => Done(t),
                Holding(t, n) => Holding(t - 0.125 * t * power, n - 1),
                Done(t) => Done(t),
            }
        }
        fn value(&self) -> f64 {
            use Phase::*;
            match self {
                Idle => 0.0,
                Heating { temp, .. } => *temp,
                Holding(t, _) | Done(t) => *t,
            }
        }
        fn change(&mut self, k: f64) {
            use Phase::{Done, Holding};
            *self = match *self {
                Holding(t, n) if n > 0 => Holding(t * k, n - 1),
                Holding(t, _) => Done(t),
                other => other,
            };
        }
    }
    #[differentiable]
    #[at(0.375, 7)]
    #[at(0.375, 3)]
    fn machine(power: f64, n: usize) -> f64 {
        let mut phase = Phase::Idle;
        let mut heat = 0.0;
        for _ in 0..n {
            phase = phase.next(power);
            phase.change(power);
            heat += phase.value();
        }
        heat
    }
    #[differentiable]
    #[at(0.375)]
    fn started(power: f64) -> Phase {
        use Phase::Heating;
        Heating { temp: power, rate: power * power }
    }
    #[differentiable]
    #[at(0.375)]
    #[at(-0.375)]
    fn imported(power: f64) -> f64 {
        use self::Phase::{Done, Holding};
        let p = if power > 0.0 { Holding(power, 1) } else { Done(-power) };
        match p {
            Holding(t, n) => t * n as f64 * 2.0,
            Done(t) => t * t,
            _ => 0.0,
        }
    }
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pt {
        pub x: f64,
        pub y: f64,
    }
    #[differentiable]
    #[at(Some(0.375), Phase::Done(0.5))]
    #[at(None, Phase::Holding(1.5, 2))]
    fn structs_beside(p: Option<f64>, ph: Phase) -> Pt {
        let q = match p {
            Some(x) => Pt { x, y: x * x },
            None => Pt { x: 1.0, y: 2.0 },
        };
        let Pt { x, y } = q;
        let r = match q {
            Pt { x, .. } if x > 1.0 => Pt { x: y, y: x },
            Pt { x, y } => Pt { x, y: y + x },
        };
        match ph {
            Phase::Done(t) => Pt { x: r.x * t, y },
            Phase::Holding(t, _) => Pt { x: x * t, ..r },
            _ => r,
        }
    }

    mod inner {
        use super::Phase::{self, *};
        use chainrule::{Differentiable, differentiable};
        #[differentiable]
        pub fn only_one(p: &Phase, k: f64) -> f64 {
            match p {
                Holding(t, n) => t * k * *n as f64,
                _ => k,
            }
        }
        #[differentiable]
        pub fn if_let(p: &Phase, k: f64) -> f64 {
            if let Heating { temp, rate } = p {
                temp * rate * k
            } else if let Done(t) = p {
                *t
            } else {
                k * k
            }
        }
        #[differentiable]
        pub fn made(k: f64) -> Phase {
            let p = if k > 0.0 { Phase::Done(k) } else { Phase::Holding(k, 2) };
            match p {
                Done(t) => Holding(t * t, 1),
                Holding(t, n) => Done(t * n as f64),
                other => other,
            }
        }
    }
    #[differentiable]
    #[at(Phase::Heating { temp: 0.5, rate: 1.5 }, 0.5)]
    #[at(Phase::Holding(0.5, 3), 0.5)]
    #[at(Phase::Done(0.5), -0.5)]
    fn in_module(p: &Phase, k: f64) -> f64 {
        inner::only_one(p, k)
            + inner::if_let(p, k) * 3.0
            + inner::only_one(&inner::made(k), k) * 5.0
    }
}
