//! `&mut` arguments that are constant: what a function changes, and no derivative is left in. They may be
//! lent to functions that take them as constant, too, and are at every order what they are at the first.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, assert_gradients, differentiable};

/// A generator of numbers, which has no derivative type.
#[derive(Clone, Debug)]
struct Random(u64);

impl Random {
    fn number(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 40) as f64 / 16_777_216.0
    }
}

#[differentiable(order = 2)]
fn noisy(x: f64, #[constant] random: &mut Random) -> f64 {
    x * x * (1.0 + random.number())
}

/// Lends it on, in a loop.
#[differentiable(order = 2)]
fn path(x: f64, steps: usize, #[constant] random: &mut Random) -> f64 {
    let mut y = x;
    for _ in 0..steps {
        y += 0.1 * noisy(y, random);
    }
    y
}

/// A generator of its own, which is marked at its `let`.
#[differentiable(order = 2)]
fn seeded(x: f64, steps: usize, seed: u64) -> f64 {
    #[constant]
    let mut random = Random(seed);
    let mut y = x;
    for _ in 0..steps {
        y += 0.1 * noisy(y, &mut random);
    }
    y
}

/// Numbers that a loop draws and saves.
#[differentiable(order = 2)]
fn until(x: f64, #[constant] random: &mut Random) -> f64 {
    let mut y = x;
    while y < 3.0 {
        if random.number() < 0.25 {
            y = y * 1.5 + noisy(y, random);
        } else {
            y += (1.0 + x * y) * random.number();
        }
    }
    y * noisy(y, random)
}

#[differentiable(order = 2)]
fn counted(x: f64, calls: &mut usize, log: &mut String, #[constant] scale: &mut f64) -> f64 {
    *calls += 1;
    log.push('c');
    *scale += 1.0;
    x * x * *calls as f64 * *scale
}

#[differentiable(order = 2)]
fn thrice(
    x: f64,
    calls: &mut usize,
    log: &mut String,
    #[constant] scale: &mut f64,
    #[constant] scales: &mut [f64],
) -> f64 {
    let first = counted(x, calls, log, scale);
    first * counted(x, calls, log, scale) * counted(x, calls, log, &mut scales[1])
}

#[derive(Clone, Debug, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.stiffness * x * x
    }
}

/// A method that only reads may be called through a constant `&mut`.
#[differentiable(order = 2)]
fn stored(x: f64, #[constant] spring: &mut Spring) -> f64 {
    spring.energy(x) * x
}

#[test]
fn derivatives_by_the_rest() {
    for seed in [1, 7] {
        let (a, b) = (Random(seed).number(), {
            let mut random = Random(seed);
            random.number();
            random.number()
        });
        let mut random = Random(seed);
        assert_eq!(noisy::grad(0.7, &mut random), 2.0 * 0.7 * (1.0 + a));
        assert_eq!(random.number(), b);
        // y₁ = x + c₁ x², y₂ = y₁ + c₂ y₁².
        let (c1, c2, x) = (0.1 * (1.0 + a), 0.1 * (1.0 + b), 0.7);
        let (y, slope) = (x + c1 * x * x, 1.0 + 2.0 * c1 * x);
        let gradient = slope * (1.0 + 2.0 * c2 * y);
        let second = 2.0 * c1 * (1.0 + 2.0 * c2 * y) + slope * 2.0 * c2 * slope;
        let near =
            |found: f64, right: f64| assert!((found - right).abs() < 1e-14, "{found} {right}");
        near(path::grad(x, 2, &mut Random(seed)), gradient);
        near(path::jvp(x, 2, &mut Random(seed), 1.0).1, gradient);
        near(path::hvp(x, 2, &mut Random(seed), 1.0), second);
        assert_gradients!(path(x, 3, &mut Random(seed)));
        near(seeded::grad(x, 2, seed), gradient);
        near(seeded::hvp(x, 2, seed, 1.0), second);
        near(seeded::hvp_reverse(x, 2, seed, 1.0), second);
        assert_gradients!(seeded(x, 3, seed));
    }
    for seed in 1..6 {
        assert_gradients!(until(0.5, &mut Random(seed)));
    }
    let (mut calls, mut log, mut scale, mut scales) = (0, String::new(), 1.0, [0.0, 3.0]);
    let slope = thrice::grad(0.5, &mut calls, &mut log, &mut scale, &mut scales);
    // x⁶ · (1 · 2) · (2 · 3) · (3 · 4)
    assert_eq!(slope, 6.0 * 0.5_f64.powi(5) * 144.0);
    assert_eq!((calls, log.as_str(), scale, scales), (3, "ccc", 3.0, [0.0, 4.0]));
    let second = thrice::hvp(0.5, &mut 0, &mut log, &mut 1.0, &mut [0.0, 3.0], 1.0);
    assert_eq!(second, 30.0 * 0.5_f64.powi(4) * 144.0);
    assert_eq!(stored::grad(0.5, &mut Spring { stiffness: 2.0 }), 1.5);
    assert_eq!(stored::hvp(0.5, &mut Spring { stiffness: 2.0 }, 1.0), 6.0);
}

macro_rules! drawing {
    ($name:ident, $($checkpoint:tt)*) => {
        mod $name {
            use super::*;

            #[differentiable(order = 2)]
            pub fn local(x: f64, n: usize) -> f64 {
                let mut random = Random(7);
                let mut y = x;
                $($checkpoint)*
                for _ in 0..n {
                    y = (y * random.number() + x).sin();
                }
                y
            }

            #[differentiable(order = 2)]
            pub fn constant(x: f64, n: usize) -> f64 {
                #[constant]
                let mut random = Random(7);
                let mut y = x;
                $($checkpoint)*
                for _ in 0..n {
                    y = (y * random.number() + x).sin();
                }
                y
            }
        }
    };
}

drawing!(recorded,);
drawing!(checkpointed, #[checkpoint]);

/// What draws numbers is taken back to where it was before a loop is run again, at each order.
#[test]
fn generators_in_checkpointed_loops() {
    for n in [0, 1, 5, 37] {
        let expected = recorded::local::grad(0.3, n);
        assert_eq!(recorded::constant::grad(0.3, n), expected);
        assert_eq!(checkpointed::local::grad(0.3, n), expected);
        assert_eq!(checkpointed::constant::grad(0.3, n), expected);
        for mode in chainrule::HessianMode::ALL {
            let expected = recorded::local::hessian(0.3, n);
            let near = |found: f64| assert!((found - expected).abs() <= 1e-12 * expected.abs());
            near(recorded::constant::hessian_with(mode, 0.3, n));
            near(checkpointed::local::hessian_with(mode, 0.3, n));
            near(checkpointed::constant::hessian_with(mode, 0.3, n));
        }
    }
}
