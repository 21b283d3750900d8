//! The operators of bits, on structs that give them another meaning, and on flags.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::ops::{BitAnd, BitOr, BitOrAssign, BitXor, BitXorAssign, Not, Shl, ShrAssign};

    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vector {
        pub x: f64,
        pub y: f64,
    }

    /// The perpendicular.
    #[differentiable]
    impl Not for Vector {
        type Output = Vector;
        fn not(self) -> Vector {
            Vector { x: -self.y, y: self.x }
        }
    }

    /// The inner product.
    #[differentiable]
    impl BitOr for Vector {
        type Output = f64;
        fn bitor(self, other: Vector) -> f64 {
            self.x * other.x + self.y * other.y
        }
    }

    /// The outer product.
    #[differentiable]
    impl BitXor for Vector {
        type Output = f64;
        fn bitxor(self, other: Vector) -> f64 {
            self.x * other.y - self.y * other.x
        }
    }

    /// By components.
    #[differentiable]
    impl BitAnd for Vector {
        type Output = Vector;
        fn bitand(self, other: Vector) -> Vector {
            Vector { x: self.x * other.x, y: self.y * other.y }
        }
    }

    #[differentiable]
    impl Shl<f64> for Vector {
        type Output = Vector;
        fn shl(self, by: f64) -> Vector {
            Vector { x: self.x + by, y: self.y * by }
        }
    }

    #[differentiable]
    impl BitXorAssign<f64> for Vector {
        fn bitxor_assign(&mut self, power: f64) {
            self.x = self.x.powf(power);
            self.y *= power;
        }
    }

    #[differentiable]
    impl BitOrAssign for Vector {
        fn bitor_assign(&mut self, other: Vector) {
            self.x += other.x * self.y;
        }
    }

    #[differentiable]
    impl ShrAssign<f64> for Vector {
        fn shr_assign(&mut self, by: f64) {
            self.y -= by * self.x;
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Flags(pub u8);

    impl Not for Flags {
        type Output = Flags;
        fn not(self) -> Flags {
            Flags(!self.0)
        }
    }

    impl BitAnd for Flags {
        type Output = Flags;
        fn bitand(self, other: Flags) -> Flags {
            Flags(self.0 & other.0)
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn turned(p: f64) -> f64 {
        let a = Vector { x: p, y: 2.0 };
        let b: Vector = !a;
        b.x * b.y * p
    }

    #[differentiable]
    #[at(Vector { x: 0.7, y: -1.2 }, 0.4)]
    fn by_reference(a: &Vector, k: f64) -> f64 {
        let b = !*a;
        (b.x + k) * b.y
    }

    #[differentiable]
    #[at(Vector { x: 0.7, y: -1.2 }, Vector { x: 0.3, y: 0.9 }, 0.4)]
    fn products(a: Vector, b: Vector, k: f64) -> f64 {
        let inner: f64 = a | b;
        let outer: f64 = a ^ !b;
        let c = (a & b) << k;
        inner * outer + c.x * c.y
    }

    #[differentiable]
    #[at(Vector { x: 0.7, y: -1.2 }, 1.4, 3)]
    fn assigned(a: Vector, k: f64, n: usize) -> f64 {
        let mut v = a;
        for _ in 0..n {
            v |= a;
            v >>= k;
        }
        v.x = v.x * v.x + 1.0;
        v ^= k;
        v.x * v.y
    }

    #[differentiable]
    #[at(0.7, Flags(5))]
    #[at(0.7, Flags(2))]
    fn flags(x: f64, #[constant] flags: Flags) -> f64 {
        let rest = !flags & Flags(7);
        if rest == Flags(2) { x * x } else { x.sin() * (!flags).0 as f64 }
    }
}
