//! Operators of structs: found by the types of their operands, several of one name, on references, of
//! generic types, and on fields whose types the macro does not see.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::ops::{
        Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
    };

    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vector {
        pub x: f64,
        pub y: f64,
    }

    #[differentiable]
    impl Vector {
        pub const ZERO: Vector = Vector { x: 0.0, y: 0.0 };

        pub fn new(x: f64, y: f64) -> Vector {
            Vector { x, y }
        }

        pub fn zero() -> Vector {
            Vector { x: 0.0, y: 0.0 }
        }

        pub fn dot(self, other: Vector) -> f64 {
            self.x * other.x + self.y * other.y
        }

        pub fn turned(&self) -> Vector {
            Vector { x: -self.y, y: self.x }
        }
    }

    #[differentiable]
    impl Add for Vector {
        type Output = Vector;
        fn add(self, other: Vector) -> Vector {
            Vector { x: self.x + other.x, y: self.y + other.y }
        }
    }

    #[differentiable]
    impl Sub for Vector {
        type Output = Self;
        fn sub(self, other: Self) -> Self::Output {
            Self::new(self.x - other.x, self.y - other.y)
        }
    }

    #[differentiable]
    impl<'a> Sub<&'a Vector> for &'a Vector {
        type Output = Vector;
        fn sub(self, other: &Vector) -> Vector {
            *self - *other
        }
    }

    #[differentiable]
    impl Mul<f64> for Vector {
        type Output = Vector;
        fn mul(self, factor: f64) -> Vector {
            Vector { x: self.x * factor, y: self.y * factor }
        }
    }

    #[differentiable]
    impl Mul<Vector> for f64 {
        type Output = Vector;
        fn mul(self, vector: Vector) -> Vector {
            vector * self
        }
    }

    #[differentiable]
    impl Mul for Vector {
        type Output = f64;
        fn mul(self, other: Vector) -> f64 {
            self.dot(other)
        }
    }

    #[differentiable]
    impl Div<f64> for Vector {
        type Output = Vector;
        fn div(self, divisor: f64) -> Vector {
            let this = 1.0 / divisor;
            self * this
        }
    }

    #[differentiable]
    impl Rem<f64> for Vector {
        type Output = Vector;
        fn rem(self, modulus: f64) -> Vector {
            Vector { x: self.x % modulus, y: self.y % modulus }
        }
    }

    #[differentiable]
    impl Neg for Vector {
        type Output = Vector;
        fn neg(self) -> Vector {
            Vector { x: -self.x, y: -self.y }
        }
    }

    #[differentiable]
    impl AddAssign for Vector {
        fn add_assign(&mut self, other: Vector) {
            self.x += other.x;
            self.y += other.y;
        }
    }

    #[differentiable]
    impl SubAssign<&Vector> for Vector {
        fn sub_assign(&mut self, other: &Vector) {
            *self = *self - *other;
        }
    }

    /// Along the first axis.
    #[differentiable]
    impl AddAssign<f64> for Vector {
        fn add_assign(&mut self, shift: f64) {
            self.x += shift;
        }
    }

    #[differentiable]
    impl SubAssign<f64> for Vector {
        fn sub_assign(&mut self, shift: f64) {
            self.x -= shift;
        }
    }

    #[differentiable]
    impl MulAssign<f64> for Vector {
        fn mul_assign(&mut self, factor: f64) {
            self.x *= factor;
            self.y *= factor;
        }
    }

    #[differentiable]
    impl DivAssign<f64> for Vector {
        fn div_assign(&mut self, divisor: f64) {
            *self *= 1.0 / divisor;
        }
    }

    #[differentiable]
    impl RemAssign<f64> for Vector {
        fn rem_assign(&mut self, modulus: f64) {
            *self = *self % modulus;
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Body {
        pub mass: f64,
        pub at: Vector,
        pub velocity: Vector,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Row(pub Vec<f64>);

    #[differentiable]
    impl Add for Row {
        type Output = Row;
        fn add(self, other: Row) -> Row {
            let mut sum = self.0;
            for i in 0..other.0.len() {
                sum[i] += other.0[i];
            }
            Row(sum)
        }
    }

    #[differentiable]
    impl Mul<f64> for &Row {
        type Output = Row;
        fn mul(self, factor: f64) -> Row {
            Row(self.0.iter().map(|v| v * factor).collect())
        }
    }

    #[differentiable]
    #[at(Vector { x: 1.0, y: 2.0 }, Vector { x: 0.5, y: -0.25 })]
    fn mixed(a: Vector, b: Vector) -> f64 {
        let c = a + b * 2.0;
        let d = 3.0 * c - a / 4.0;
        let product: f64 = d * b;
        product + (-d).x
    }

    #[differentiable]
    #[at(Vector { x: 1.0, y: 2.0 }, Vector { x: 0.5, y: -0.25 })]
    fn of_references(a: &Vector, b: &Vector) -> f64 {
        let d = a - b;
        let mut e = *a;
        e -= b;
        d.dot(e) * (a - b).x
    }

    #[differentiable]
    #[at(Vector { x: 1.0, y: 2.0 }, 1.5)]
    fn assigning(a: Vector, k: f64) -> f64 {
        let mut b = a + a;
        b += b;
        b *= a.x;
        b /= k;
        b %= 5.0;
        b.x * b.y
    }

    /// A literal on the right does not make a struct of it, nor does what is wanted of it.
    #[differentiable]
    #[at(Vector { x: 1.0, y: 2.0 }, 1.5)]
    fn shifted(a: Vector, k: f64) -> f64 {
        let mut b = a;
        for i in 1..3 {
            b -= 0.5 * k;
            b += (2.0 + 1.0) * k * i as f64;
            b += 2.0;
            b -= -k;
            b *= 0.5 * k;
            b += 0.5 * a;
            b += k.sin();
            b += a * (0.5 * k);
        }
        b.x * b.y
    }

    #[differentiable]
    #[at([Vector { x: 1.0, y: 2.0 }, Vector { x: 0.5, y: -0.25 }], 1.5)]
    fn elements(list: [Vector; 2], k: f64) -> [f64; 2] {
        let mut list = list;
        let mut i = 0;
        while i < 2 {
            list[i] = list[1 - i] * (i as f64 + k);
            list[i] += list[0] * list[i].y;
            i += 1;
        }
        [list[0].x * k, list[1].y]
    }

    #[differentiable]
    #[at(&[Vector { x: 1.0, y: 2.0 }, Vector { x: 0.5, y: -0.25 }])]
    fn folded(list: &[Vector]) -> f64 {
        let sum = list.iter().fold(Vector::zero(), |sum, v| sum + *v * v.x);
        let mut again = Vector::new(1.0, 0.5);
        for v in list {
            again = again * 0.5 + *v;
        }
        sum.dot(again)
    }

    #[differentiable]
    #[at(Vector { x: 1.0, y: 2.0 }, 3)]
    fn recursive(a: Vector, n: u32) -> f64 {
        if n == 0 { a.x } else { recursive(a * 0.5 + a.turned(), n - 1) + a.y }
    }

    #[differentiable]
    #[at(Body { mass: 2.0, at: Vector { x: 1.0, y: 2.0 }, velocity: Vector { x: 0.5, y: -0.25 } }, 0.5)]
    fn fields(body: &Body, dt: f64) -> f64 {
        // Only what is done with the results shows that these are no floats.
        let sum = body.at - body.velocity;
        let turned = body.at.turned() * dt;
        let moved = body.velocity * dt;
        sum.dot(turned) * turned.y + moved.x * body.mass * body.mass
    }

    #[differentiable]
    fn accelerate(bodies: &mut [Body], dt: f64) {
        for i in 0..bodies.len() {
            let mut acceleration = Vector::zero();
            for j in 0..bodies.len() {
                if i != j {
                    let d = bodies[j].at - bodies[i].at;
                    let r2 = d.dot(d) + 0.25;
                    acceleration += d * (bodies[j].mass / (r2 * r2.sqrt()));
                }
            }
            bodies[i].velocity += acceleration * dt;
        }
        for body in bodies.iter_mut() {
            let velocity: Vector = body.velocity;
            body.at += velocity * dt;
        }
    }

    #[differentiable]
    #[at(&[
        Body { mass: 1.0, at: Vector { x: 0.0, y: 0.5 }, velocity: Vector { x: 0.25, y: 0.0 } },
        Body { mass: 0.5, at: Vector { x: 1.0, y: 0.0 }, velocity: Vector { x: 0.0, y: -0.5 } },
        Body { mass: 0.25, at: Vector { x: -1.0, y: 0.25 }, velocity: Vector { x: 0.5, y: 0.5 } },
    ], 0.125)]
    fn bodies_in_motion(bodies: &[Body], dt: f64) -> f64 {
        let mut bodies = bodies.to_vec();
        for _ in 0..4 {
            accelerate(&mut bodies, dt);
        }
        let mut energy = 0.0;
        for i in 0..bodies.len() {
            energy += 0.5 * bodies[i].mass * bodies[i].velocity.dot(bodies[i].velocity);
            for j in 0..i {
                let d = bodies[i].at - bodies[j].at;
                energy -= bodies[i].mass * bodies[j].mass / d.dot(d).sqrt();
            }
        }
        energy
    }

    #[differentiable]
    #[at(Row(vec![1.0, 2.0]), Row(vec![0.5, 0.25]))]
    fn of_vectors(a: Row, b: Row) -> Row {
        let sum = a.clone() + b;
        let scaled = &sum * a.0[0];
        scaled + sum
    }

    #[differentiable]
    #[at(Vector { x: 1.0, y: 2.0 })]
    fn inactive_operands(a: Vector) -> f64 {
        let shift = Vector { x: 1.0, y: 2.0 } + Vector { x: 0.5, y: 0.0 };
        let mut sum = a + shift;
        sum += shift * 2.0;
        let scale = std::f64::consts::PI * 2.0;
        sum.dot(shift * scale)
    }

    /// What a constant of a type is, and the quotient that is to be a struct, what is done with them tells.
    #[differentiable]
    #[at(&[Body { mass: 1.0, at: Vector { x: 0.5, y: 2.0 }, velocity: Vector { x: 1.0, y: 0.0 } }, Body { mass: 3.0, at: Vector { x: 1.5, y: -1.0 }, velocity: Vector { x: 0.0, y: -0.5 } }])]
    fn centre_of_mass(bodies: &[Body]) -> Vector {
        let total: f64 = bodies.iter().map(|body| body.mass).sum();
        let sum = bodies.iter().fold(Vector::ZERO, |sum, body| sum + body.at * body.mass);
        let mut drift = Vector::ZERO;
        for body in bodies {
            drift += body.velocity * body.mass;
        }
        (sum + drift * 0.5) / total
    }
}
