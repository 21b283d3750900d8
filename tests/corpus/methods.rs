//! Methods and associated functions: `&self`, `&mut self`, `self`, trait impls, generic types.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Spring {
        pub stiffness: f64,
        pub rest: f64,
    }

    pub trait Potential {
        fn potential(&self, x: f64) -> f64;
    }

    #[differentiable]
    impl Spring {
        #[at(Spring { stiffness: 2.0, rest: 0.5 }, 1.5)]
        pub fn energy(&self, x: f64) -> f64 {
            let d = x - self.rest;
            0.5 * self.stiffness * d * d
        }

        #[at(Spring { stiffness: 2.0, rest: 0.5 }, 1.5)]
        pub fn force(self, x: f64) -> f64 {
            self.stiffness * (self.rest - x)
        }

        #[at(Spring { stiffness: 2.0, rest: 0.5 }, 0.25)]
        pub fn wear(&mut self, amount: f64) -> f64 {
            self.stiffness *= 1.0 - amount;
            self.rest += amount * self.stiffness;
            self.stiffness * self.rest
        }

        #[at(2.0)]
        pub fn with_stiffness(stiffness: f64) -> Spring {
            Spring { stiffness, rest: stiffness * 0.25 }
        }

        #[at(2.0, 0.5)]
        pub fn period(mass: f64, stiffness: f64) -> f64 {
            std::f64::consts::TAU * (mass / stiffness).sqrt()
        }

        #[at(Spring { stiffness: 2.0, rest: 0.5 }, 1.5)]
        pub fn calls_itself(&self, x: f64) -> f64 {
            let e = self.energy(x);
            e * self.energy(e) + Self::period(x, self.stiffness)
        }

        #[at(Spring { stiffness: 2.0, rest: 0.5 }, 1.5, 3)]
        pub fn worn(&mut self, x: f64, rounds: usize) -> f64 {
            let mut s = 0.0;
            for _ in 0..rounds {
                s += self.wear(0.125 * x);
            }
            s + self.energy(x)
        }

        #[at(Spring { stiffness: 2.0, rest: 0.5 })]
        pub fn stiffer(&self) -> Self {
            Self { stiffness: self.stiffness * self.rest, ..*self }
        }
    }

    #[differentiable]
    impl Potential for Spring {
        #[at(Spring { stiffness: 2.0, rest: 0.5 }, 1.5)]
        fn potential(&self, x: f64) -> f64 {
            self.energy(x) + x.sin()
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Polynomial {
        pub coefficients: Vec<f64>,
    }

    #[differentiable]
    impl Polynomial {
        #[at(Polynomial { coefficients: vec![1.0, 0.5, -2.0] }, 0.75)]
        pub fn at(&self, x: f64) -> f64 {
            self.coefficients.iter().rev().fold(0.0, |p, c| p * x + c)
        }

        #[at(Polynomial { coefficients: vec![1.0, 0.5, -2.0] }, 0.75)]
        pub fn raise(&mut self, c: f64) {
            for v in self.coefficients.iter_mut() {
                *v *= c;
            }
            self.coefficients.push(c);
        }

        #[at(0.75, 1.0)]
        pub fn linear(a: f64, b: f64) -> Self {
            Polynomial { coefficients: vec![b, a] }
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Line<T> {
        pub slope: T,
        pub offset: T,
    }

    #[differentiable]
    impl Line<f64> {
        #[at(Line { slope: 2.0, offset: 0.5 }, 1.5)]
        pub fn value(&self, x: f64) -> f64 {
            self.slope * x + self.offset
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub enum Activation {
        Linear,
        Scaled(f64),
        Bump { centre: f64, width: f64 },
    }

    #[differentiable]
    impl Activation {
        #[at(Activation::Linear, 0.5)]
        #[at(Activation::Scaled(3.0), 0.5)]
        #[at(Activation::Bump { centre: 0.25, width: 2.0 }, 0.5)]
        pub fn apply(&self, x: f64) -> f64 {
            match self {
                Activation::Linear => x,
                Activation::Scaled(k) => k * x * x,
                Activation::Bump { centre, width } => {
                    let d = (x - centre) / width;
                    (-d * d).exp()
                }
            }
        }

        #[at(Activation::Scaled(3.0), 0.5)]
        #[at(Activation::Bump { centre: 0.25, width: 2.0 }, 0.5)]
        pub fn tune(&mut self, by: f64) {
            match self {
                Self::Linear => {}
                Self::Scaled(k) => *k *= by,
                Self::Bump { centre, width } => {
                    *centre += by * *width;
                    *width = by;
                }
            }
        }
    }

    #[differentiable]
    #[at(Spring { stiffness: 2.0, rest: 0.5 }, 1.5)]
    fn method_called_from_function(spring: &Spring, x: f64) -> f64 {
        spring.energy(x) * spring.force(x)
    }

    #[differentiable]
    #[at(2.0, 1.5)]
    fn method_of_a_local(k: f64, x: f64) -> f64 {
        let mut spring = Spring::with_stiffness(k);
        let before = spring.energy(x);
        let worn = spring.wear(0.25);
        before * worn + spring.energy(x * 2.0)
    }

    #[differentiable]
    #[at(2.0, 1.5)]
    fn method_by_path(k: f64, x: f64) -> f64 {
        let spring = Spring { stiffness: k, rest: 0.5 };
        Spring::energy(&spring, x) + Spring::period(x, k)
    }

    #[differentiable]
    #[at(Activation::Scaled(3.0), [0.5, 1.0])]
    fn method_in_loop(activation: Activation, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for v in x {
            s += activation.apply(*v);
        }
        s * activation.apply(s)
    }

    #[differentiable]
    #[at(0.5)]
    fn constant_receiver_becomes_active(x: f64) -> f64 {
        let mut spring = Spring { stiffness: 2.0, rest: 3.0 };
        let worn = spring.wear(x);
        worn + spring.stiffness * spring.rest
    }

    #[differentiable]
    #[at(0.5)]
    fn effect_without_result(x: f64) -> f64 {
        let mut spring = Spring { stiffness: 2.0, rest: 3.0 };
        spring.wear(x);
        let mut activation = Activation::Scaled(2.0);
        activation.tune(x);
        activation.apply(spring.stiffness)
    }

    #[differentiable]
    #[at([Spring { stiffness: 2.0, rest: 0.5 }, Spring { stiffness: 1.0, rest: 0.25 }], 0.5)]
    fn elements_as_receivers(springs: &mut [Spring], x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..springs.len() {
            s += springs[i].wear(x) * s + springs[i].energy(x);
        }
        for spring in springs.iter_mut() {
            s += spring.wear(0.25);
        }
        s
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Grid {
        pub data: Vec<f64>,
        #[constant]
        pub columns: usize,
    }

    #[differentiable]
    impl Grid {
        #[at(Grid { data: vec![0.5, 1.5, -0.25, 2.0, 0.75, 1.0], columns: 2 }, 1, 0)]
        pub fn value(&self, i: usize, j: usize) -> f64 {
            self.data[i * self.columns + j]
        }

        pub fn set(&mut self, i: usize, j: usize, value: f64) {
            self.data[i * self.columns + j] = value;
        }

        pub fn rows(&self) -> usize {
            self.data.len() / self.columns
        }

        pub fn any_above(&self, limit: f64) -> bool {
            self.data.iter().any(|v| *v > limit)
        }

        pub fn scaled(&mut self, k: f64) -> f64 {
            for v in self.data.iter_mut() {
                *v *= k;
            }
            self.data[0] * k
        }
    }

    #[differentiable]
    #[at(Grid { data: vec![0.5, 1.5, -0.25, 2.0, 0.75, 1.0], columns: 2 }, 1.75)]
    #[at(Grid { data: vec![0.5, 1.5, -0.25, 2.0, 0.75, 1.0], columns: 2 }, 5.0)]
    fn methods_without_derivative(grid: &Grid, limit: f64) -> f64 {
        let rows = grid.rows();
        let mut sum = 0.0;
        for i in 0..rows {
            sum += grid.value(i, 0) * grid.value(rows - 1 - i, 1);
        }
        if grid.any_above(limit) { sum * sum } else { sum * limit }
    }

    #[differentiable]
    #[at(Grid { data: vec![0.5, 1.5, -0.25, 2.0, 0.75, 1.0], columns: 2 }, 0.5)]
    fn receivers_in_arguments(grid: &Grid, k: f64) -> f64 {
        let mut grid = grid.clone();
        for i in 1..grid.rows() {
            for j in 0..grid.columns {
                grid.set(i, j, grid.value(i - 1, j).sin() * grid.value(i, 1 - j));
            }
            grid.set(0, i % 2, grid.value(i, 0) + k * grid.value(grid.rows() - 1, 1));
        }
        grid.scaled(grid.value(1, 1)) * grid.value(0, 0)
    }

    #[differentiable]
    #[at(&mut [Grid { data: vec![0.5, 1.5, -0.25, 2.0], columns: 2 }], 0.5)]
    fn readers_and_writers(grids: &mut [Grid], k: f64) -> f64 {
        let mut sum = k;
        for round in 0..3 {
            sum *= grids[0].value(round % 2, 0);
            sum += grids[0].scaled(sum) * grids[0].value(0, 1);
            let mut own = grids[0].clone();
            sum += own.value(1, 1) * own.scaled(k);
            own.set(0, 0, own.value(0, 1) * sum);
            sum += own.value(0, 0);
        }
        sum
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vector {
        pub x: f64,
        pub y: f64,
    }

    #[differentiable]
    impl Vector {
        pub fn dot(&self, other: &Vector) -> f64 {
            self.x * other.x + self.y * other.y
        }

        pub fn map(&self, factor: f64) -> Vector {
            Vector { x: self.x * factor, y: self.y }
        }

        pub fn iter(&self) -> [f64; 2] {
            [self.x, self.y * self.x]
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Planet {
        pub position: Vector,
        pub velocity: Vector,
        pub mass: f64,
    }

    /// Methods that are called like those of arrays and iterators.
    #[differentiable]
    #[at(0.7, 1.3)]
    fn named_like_those_of_arrays(x: f64, y: f64) -> f64 {
        let vector = Vector { x, y: x * y };
        let parts = vector.iter();
        vector.map(y).x * parts[0] + parts[1]
    }

    /// The receiver's part is the argument, too.
    #[differentiable]
    #[at(Planet { position: Vector { x: 0.5, y: -0.25 }, velocity: Vector { x: 1.5, y: 2.0 }, mass: 0.75 })]
    fn a_part_twice(planet: &Planet) -> f64 {
        planet.mass * planet.velocity.dot(&planet.velocity) + planet.position.dot(&planet.velocity)
    }

    /// A closure's argument refers to an element of what may change elsewhere.
    #[differentiable]
    #[at(&[Planet { position: Vector { x: 0.5, y: -0.25 }, velocity: Vector { x: 1.5, y: 2.0 }, mass: 0.75 }, Planet { position: Vector { x: -1.5, y: 0.125 }, velocity: Vector { x: 0.25, y: -0.5 }, mass: 2.0 }], 0.5)]
    fn parts_of_elements_twice(planets: &[Planet], k: f64) -> f64 {
        let mut planets = planets.to_vec();
        for planet in planets.iter_mut() {
            planet.velocity.x *= k;
        }
        let energy: f64 =
            planets.iter().map(|planet| planet.mass * planet.velocity.dot(&planet.velocity)).sum();
        let mut along = 0.0;
        for planet in &planets {
            along += planet.position.dot(&planet.velocity) * planet.position.dot(&planet.position);
        }
        planets[0].velocity.y = energy;
        along * energy + planets[0].velocity.dot(&planets[0].velocity)
    }
}
