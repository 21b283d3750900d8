//! Structs whose type is written nowhere: what functions, methods and constructors give, with operators
//! between them, and with methods that have the names of std's.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::ops::{Add, AddAssign, Mul, Neg, Sub};

    use chainrule::{Differentiable, Real, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vector {
        pub x: f64,
        pub y: f64,
    }

    #[differentiable]
    impl Vector {
        pub fn dot(&self, other: Vector) -> f64 {
            self.x * other.x + self.y * other.y
        }

        pub fn norm(&self) -> f64 {
            self.dot(*self).sqrt()
        }

        pub fn turned(&self, by: Vector) -> Vector {
            Vector { x: self.x * by.x - self.y * by.y, y: self.x * by.y + self.y * by.x }
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
        type Output = Vector;
        fn sub(self, other: Vector) -> Vector {
            Vector { x: self.x - other.x, y: self.y - other.y }
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
    fn on_parabola(k: f64) -> Vector {
        Vector { x: k, y: k * k }
    }

    #[differentiable]
    fn area(k: f64) -> f64 {
        k * k + 1.0
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, 0.75)]
    fn added_to_a_parameter(a: Vector, k: f64) -> Vector {
        on_parabola(k) * k + a
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, Vector { x: 1.5, y: 0.25 }, 0.75)]
    fn what_a_method_gives(a: Vector, b: Vector, k: f64) -> f64 {
        let n = a.turned(b) * k + a;
        let m = b.turned(a) * k;
        n.x * m.y
    }

    #[differentiable]
    #[at(0.75)]
    fn a_method_shows_it(k: f64) -> f64 {
        let n = on_parabola(k) * k;
        n.norm() * k
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, 0.75)]
    fn numbers_beside_structs(a: Vector, k: f64) -> Vector {
        a * area(k) + on_parabola(area(k)) * 2.0
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, 0.75)]
    fn steps(a: Vector, k: f64) -> Vector {
        let mut s = a;
        for _ in 0..3 {
            s = s + on_parabola(k) * 0.1;
        }
        s
    }

    #[differentiable]
    #[at(0.75)]
    fn a_field_shows_it(k: f64) -> f64 {
        (on_parabola(k) + on_parabola(k * 2.0)).x * k
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, 0.75)]
    fn differences(a: Vector, k: f64) -> f64 {
        let m = on_parabola(k) + on_parabola(k * 2.0);
        let d = m - a;
        d.norm()
    }

    #[differentiable]
    #[at([Vector { x: 0.5, y: -1.5 }, Vector { x: 1.5, y: 0.25 }], 0.75)]
    fn folded(vs: &[Vector], k: f64) -> f64 {
        let steps: f64 = vs.windows(2).map(|w| (w[1] - w[0]).norm() * k).sum();
        vs.iter().fold(on_parabola(k), |s, v| s + *v * k).norm() * steps
    }

    #[differentiable]
    #[at([Vector { x: 0.5, y: -1.5 }, Vector { x: 1.5, y: 0.25 }], 0.75)]
    fn normalised(vs: &[Vector], k: f64) -> f64 {
        let c = vs[0].turned(vs[1]);
        let d = c * (1.0 / c.norm());
        k * d.x
    }

    #[differentiable]
    #[at(0.75)]
    fn scaled_from_the_left(k: f64) -> f64 {
        let t = on_parabola(k);
        let r = 2.0 * t;
        r.y * k
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, 0.75)]
    #[at(Vector { x: 0.5, y: -1.5 }, -0.75)]
    #[at(Vector { x: -0.5, y: -1.5 }, -0.75)]
    fn of_branches(a: Vector, k: f64) -> Vector {
        match (k > 0.0, a.x > 0.0) {
            (true, _) => on_parabola(k) - on_parabola(k * k),
            (_, true) => a,
            _ => {
                let d = on_parabola(k) * k;
                d
            }
        }
    }

    #[differentiable]
    #[at(0.75)]
    fn collected(k: f64) -> f64 {
        let v: Vec<Vector> = (0..3).map(|i| on_parabola(k) * i as f64).collect();
        v[1].dot(v[2])
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Stack {
        pub items: Vec<f64>,
    }

    #[differentiable]
    impl Stack {
        pub fn new() -> Stack {
            Stack { items: Vec::new() }
        }

        pub fn with(x: f64) -> Stack {
            Stack { items: vec![x] }
        }

        pub fn push(&mut self, x: f64) {
            self.items.push(x * 2.0);
        }

        pub fn pop(&mut self) -> f64 {
            self.items.pop().unwrap()
        }

        pub fn len(&self) -> usize {
            self.items.len()
        }

        pub fn first(&self) -> f64 {
            self.items[0]
        }

        pub fn get(&self, i: usize) -> f64 {
            self.items[i]
        }

        pub fn fill(&mut self, x: f64) {
            for item in self.items.iter_mut() {
                *item = x;
            }
        }

        pub fn clear(&mut self) {
            self.items.clear();
        }
    }

    #[differentiable]
    #[at(0.5, 0.75)]
    fn push_and_pop(x: f64, y: f64) -> f64 {
        let mut s = Stack::new();
        s.push(x);
        s.push(y);
        s.pop() * s.pop()
    }

    #[differentiable]
    #[at(0.5, 0.75)]
    fn methods_named_like_those_of_vec(x: f64, y: f64) -> f64 {
        let mut s = Stack::with(x);
        s.push(y);
        let mut product = s.first() * s.get(1) * s.len() as f64;
        s.fill(x * y);
        product += s.get(0) * s.get(1);
        s.clear();
        s.push(y);
        product * s.first()
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct Jet {
        pub value: f64,
        pub slope: f64,
    }

    #[differentiable]
    impl Jet {
        pub fn at(x: f64) -> Jet {
            Jet { value: x, slope: 1.0 }
        }

        pub fn sin(&self) -> Jet {
            Jet { value: self.value.sin(), slope: self.slope * self.value.cos() }
        }

        pub fn sqrt(self) -> Jet {
            Jet { value: self.value.sqrt(), slope: self.slope * 0.5 / self.value.sqrt() }
        }

        pub fn powi(self, n: i32) -> Jet {
            Jet { value: self.value.powi(n), slope: self.slope * n as f64 * self.value.powi(n - 1) }
        }

        pub fn max(self, other: Jet) -> Jet {
            if self.value > other.value { self } else { other }
        }
    }

    #[differentiable]
    impl Mul for Jet {
        type Output = Jet;
        fn mul(self, other: Jet) -> Jet {
            Jet {
                value: self.value * other.value,
                slope: self.value * other.slope + self.slope * other.value,
            }
        }
    }

    #[differentiable]
    #[at(0.75)]
    fn methods_named_like_those_of_floats(x: f64) -> f64 {
        let e = Jet::at(x);
        let f = Jet::at(x * 2.0).sin();
        (e.sqrt() * e).slope * f.powi(2).slope + Jet::at(x).sin().slope
    }

    #[differentiable]
    #[at(Jet { value: 0.5, slope: 2.0 }, 0.75)]
    fn handed_to_a_method(e: Jet, x: f64) -> Jet {
        let f = e.sin() * Jet::at(x);
        f.max(Jet::at(x * x)).sqrt()
    }

    #[differentiable]
    impl Mul for Vector {
        type Output = Vector;
        fn mul(self, other: Vector) -> Vector {
            self.turned(other)
        }
    }

    #[differentiable]
    impl Vector {
        pub fn new(x: f64, y: f64) -> Vector {
            Vector { x, y }
        }
    }

    /// The fast Fourier transform: constants that no parameter's type tells the precision of.
    #[differentiable]
    #[at([
        Vector { x: 0.5, y: -1.5 },
        Vector { x: 1.5, y: 0.25 },
        Vector { x: -0.5, y: 2.0 },
        Vector { x: 0.75, y: 1.0 },
    ])]
    fn transformed(x: &[Vector]) -> Vec<Vector> {
        let n = x.len();
        if n == 1 {
            return vec![x[0]];
        }
        let even: Vec<Vector> = x.iter().step_by(2).copied().collect();
        let odd: Vec<Vector> = x.iter().skip(1).step_by(2).copied().collect();
        let (even, odd) = (transformed(&even), transformed(&odd));
        let mut out = vec![Vector { x: 0.0, y: 0.0 }; n];
        for k in 0..n / 2 {
            let angle: f64 = -2.0 * k as f64 / n as f64;
            let t = Vector::new(angle.cos(), angle.sin()) * odd[k];
            out[k] = even[k] + t;
            out[k + n / 2] = even[k] - t;
        }
        out
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: -1.5 }, 3)]
    fn turned_by_constants(a: Vector, n: usize) -> Vector {
        let turns: Vec<Vector> = (0..n).map(|i| Vector::new(i as f64, 0.5)).collect();
        let (sin, cos) = (n as f64).sin_cos();
        let mut t = a;
        for turn in &turns {
            t = *turn * t * Vector::new(sin, cos) + t;
        }
        t
    }

    #[differentiable]
    impl AddAssign for Vector {
        fn add_assign(&mut self, other: Vector) {
            self.x += other.x;
            self.y += other.y;
        }
    }

    #[differentiable]
    impl Neg for Vector {
        type Output = Vector;
        fn neg(self) -> Vector {
            Vector { x: -self.x, y: -self.y }
        }
    }

    /// Its methods know what the others give, and learn what its fields hold.
    #[derive(Clone, Debug, Differentiable)]
    pub struct Swarm {
        pub at: Vec<Vector>,
        pub velocity: Vec<Vector>,
        pub mass: Vec<f64>,
    }

    #[differentiable]
    impl Swarm {
        pub fn accelerations(&self) -> Vec<Vector> {
            let n = self.mass.len();
            let mut found = vec![Vector { x: 0.0, y: 0.0 }; n];
            for i in 0..n {
                for j in (i + 1)..n {
                    let d = self.at[j] - self.at[i];
                    let inverse = 1.0 / (d.dot(d) + 0.25).powf(1.5);
                    found[i] += d * (self.mass[j] * inverse);
                    found[j] += -d * (self.mass[i] * inverse);
                }
            }
            found
        }

        pub fn step(&mut self, dt: f64) {
            let acceleration = self.accelerations();
            for (v, a) in self.velocity.iter_mut().zip(&acceleration) {
                *v += *a * dt;
            }
            for (p, v) in self.at.iter_mut().zip(&self.velocity) {
                let moved: Vector = *v * dt;
                *p += moved;
            }
        }

        pub fn spread(&self) -> f64 {
            let centre = self.middle() * 0.5;
            (self.at[0] - self.at[1]).norm() + Self::weight(&self.mass) * centre.x
        }

        pub fn middle(&self) -> Vector {
            self.at[0] * self.mass[0] + self.at[1] * self.mass[1]
        }

        pub fn weight(mass: &[f64]) -> f64 {
            mass.iter().sum()
        }
    }

    #[differentiable]
    #[at(Swarm {
        at: vec![Vector { x: 0.0, y: 0.5 }, Vector { x: 1.0, y: 0.0 }],
        velocity: vec![Vector { x: 0.25, y: 0.0 }, Vector { x: 0.0, y: -0.5 }],
        mass: vec![1.0, 0.5],
    }, 0.125)]
    fn a_swarm(swarm: &Swarm, dt: f64) -> f64 {
        let mut swarm = swarm.clone();
        for _ in 0..3 {
            swarm.step(dt);
        }
        swarm.spread()
    }

    #[differentiable]
    fn distance(of: Vector, along: Vector) -> Option<f64> {
        let t = of.dot(along);
        if t > 0.0 { Some(t) } else { None }
    }

    /// Of two unknown factors the first is the struct.
    #[differentiable]
    #[at(Vector { x: 0.5, y: 1.5 }, 0.75)]
    #[at(Vector { x: -0.5, y: -1.5 }, 0.75)]
    fn along_a_ray(from: Vector, u: f64) -> f64 {
        let along = on_parabola(u).turned(Vector { x: u, y: 1.0 });
        match distance(from, along) {
            Some(t) => {
                let p = from + along * t;
                p.x / (1.0 + t * t)
            }
            None => u,
        }
    }

    /// A struct that is called as a view of an array might be, with methods of one.
    #[derive(Clone, Debug, Differentiable)]
    pub struct View2<T> {
        pub first: T,
        pub second: T,
    }

    #[differentiable]
    impl<T: Real> View2<T> {
        pub fn row(&self, i: usize) -> T {
            if i == 0 { self.first } else { self.second }
        }

        pub fn sum(&self) -> T {
            self.first + self.second
        }
    }

    #[differentiable]
    #[at(0.5, 0.75)]
    fn no_view_of_an_array(x: f64, y: f64) -> f64 {
        let v = View2 { first: x * y, second: y };
        v.row(0) * v.sum()
    }
}
