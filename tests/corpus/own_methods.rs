//! Methods of structs that are called like those which give the same value, and operators called as methods.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Frame {
        x: f64,
        y: f64,
        held: Option<f64>,
    }

    #[differentiable]
    impl Frame {
        fn as_ref(&self) -> Frame {
            Frame { x: self.x * 2.0, y: self.y * 3.0, held: None }
        }

        fn borrow(&self) -> Frame {
            Frame { x: self.y, y: self.x * self.x, held: None }
        }

        fn copied(&self) -> Frame {
            Frame { x: self.x.sin(), y: self.y, held: None }
        }

        fn deref(&self) -> f64 {
            self.x * self.y
        }

        fn as_mut(&mut self) -> f64 {
            self.x *= 2.0;
            self.x
        }

        fn all(&self) -> f64 {
            self.as_ref().y + self.borrow().y * self.copied().x + self.deref()
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn of_a_local(a: f64) -> f64 {
        let mut p = Frame { x: a, y: a * a, held: Some(a) };
        let first = p.as_ref().y + p.borrow().y * p.copied().x + p.deref() + p.all();
        first * p.as_mut() + p.x
    }

    #[differentiable]
    #[at(Frame { x: 0.7, y: 0.3, held: Some(1.5) })]
    fn of_an_argument(p: &Frame) -> f64 {
        let twice: Frame = p.as_ref();
        twice.borrow().y + p.held.as_ref().map_or(1.0, |v| *v * *v)
    }

    #[differentiable]
    #[at(0.7, 0.3)]
    fn operators(a: f64, b: f64) -> f64 {
        use std::ops::{Add, Div, Mul, Neg, Sub};
        a.add(b).mul(a).sub(b.neg()).div(b)
    }

    /// Has methods that change it, by the names of those of lists, options and floats that change nothing.
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Tank {
        pub level: f64,
    }

    #[differentiable]
    impl Tank {
        fn first(&mut self) -> f64 {
            self.level *= 2.0;
            self.level
        }

        fn len(&mut self) -> usize {
            self.level += self.level * self.level;
            1
        }

        fn iter(&mut self) {
            self.level *= 1.5;
        }

        fn is_some(&mut self) -> bool {
            self.level = self.level.sin();
            true
        }

        fn ok(&mut self) {
            self.level *= self.level;
        }

        fn round(&mut self) -> f64 {
            self.level += 0.5;
            self.level
        }

        fn sqrt(&mut self) {
            self.level *= 0.5;
        }

        fn windows(&mut self, by: f64) {
            self.level *= by;
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Plant {
        pub tank: Tank,
        pub tanks: Vec<Tank>,
        pub spare: Option<Tank>,
    }

    #[differentiable]
    fn tank(level: f64) -> Tank {
        Tank { level }
    }

    #[differentiable]
    impl Plant {
        fn run(&mut self, by: f64) {
            self.tank.first();
            self.tank.is_some();
            self.tank.iter();
            self.tank.round();
            self.tank.windows(by);
            for tank in self.tanks.iter_mut() {
                tank.len();
                tank.ok();
            }
            self.tanks[0].sqrt();
            if let Some(tank) = self.spare.as_mut() {
                tank.iter();
                tank.is_some();
            }
            let _ = self.tank.first();
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn called_for_nothing(x: f64, y: f64) -> f64 {
        let tanks = vec![tank(y), tank(x * y)];
        let mut plant = Plant { tank: tank(x), tanks, spare: Some(tank(x + y)) };
        plant.run(y);
        let mut last = tank(x);
        last.round();
        last.is_some();
        last.len();
        let spare = plant.spare.map_or(1.0, |tank| tank.level);
        plant.tank.level * plant.tanks[0].level * plant.tanks[1].level * spare + last.level
    }
}
