//! Structs that are given new values made of their old ones, as a whole: the components change places.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pair {
        pub a: f64,
        pub b: f64,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Shape {
        Corner { x: f64, y: f64 },
        Edge(f64, f64),
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Held {
        pub v: Vec<f64>,
        pub w: Vec<f64>,
        pub o: Option<f64>,
        pub p: Option<f64>,
        pub q: Pair,
        pub r: Pair,
        pub shape: Shape,
    }

    #[differentiable]
    impl Pair {
        fn turn(&mut self) {
            *self = Pair { a: self.b, b: self.a };
        }

        fn step(&mut self, k: f64) {
            *self = Self { a: self.b * k, ..*self };
            *self = Self { b: self.a, a: self.b, ..*self };
        }
    }

    #[differentiable]
    #[at(Pair { a: 0.5, b: 1.25 }, 0.75)]
    fn turned(pair: Pair, k: f64) -> f64 {
        let mut pair = pair;
        pair = Pair { a: pair.b, b: pair.a };
        pair.turn();
        pair.step(k);
        pair = Pair { a: pair.b, b: pair.a * k };
        let other = std::mem::replace(&mut pair, Pair { a: k, b: 2.0 });
        pair = Pair { a: other.b, b: pair.a };
        pair = if k > 0.5 { Pair { a: pair.b, b: pair.a } } else { pair };
        pair.a * pair.a * pair.b + other.a
    }

    #[differentiable]
    #[at([0.5, 1.25, -0.75])]
    fn in_folds(x: [f64; 3]) -> f64 {
        let folded = x.iter().fold(Pair { a: 1.0, b: 2.0 }, |s, v| Pair { a: s.b, b: s.a * v });
        let scanned: Vec<f64> = x
            .iter()
            .scan(Pair { a: 1.0, b: 2.0 }, |s, v| {
                *s = Pair { a: s.b, b: s.a * v };
                Some(s.b)
            })
            .collect();
        folded.a * folded.a * folded.b * scanned.iter().product::<f64>()
    }

    #[differentiable]
    #[at(&[Pair { a: 0.5, b: 1.25 }, Pair { a: -0.75, b: 2.0 }])]
    fn elements(pairs: &[Pair]) -> f64 {
        let mut list = pairs.to_vec();
        list[0] = Pair { a: list[1].a, b: list[0].a };
        for pair in list.iter_mut() {
            *pair = Pair { a: pair.b, b: pair.a };
        }
        list[1] = Pair { a: list[1].b, ..list[0] };
        list.iter().map(|pair| pair.a * pair.a * pair.b).sum()
    }

    #[differentiable]
    #[at(Held {
        v: vec![0.5], w: vec![1.25], o: Some(0.75), p: Some(-0.5), q: Pair { a: 0.25, b: 1.5 },
        r: Pair { a: 2.0, b: -1.0 }, shape: Shape::Edge(0.5, 1.75),
    })]
    fn of_all_kinds(held: Held) -> f64 {
        let mut h = held;
        h = Held { v: h.w, w: h.v, o: h.p, p: h.o, q: h.r, r: h.q, shape: h.shape };
        let first = h.v[0] * h.v[0] * h.w[0] * h.o.unwrap() + h.q.a * h.q.a * h.r.b;
        h.shape = match h.shape {
            Shape::Corner { x, y } => Shape::Edge(y, x),
            Shape::Edge(x, y) => Shape::Corner { x: y, y: x },
        };
        h.q = Pair { a: h.q.b, b: h.r.a };
        h.shape = Shape::Edge(h.q.b, h.q.a);
        match &h.shape {
            Shape::Corner { x, y } => x * y * first,
            Shape::Edge(x, y) => x * x * y * first * h.p.unwrap(),
        }
    }

    #[differentiable]
    #[at(Pair { a: 0.5, b: 1.25 }, 3)]
    fn in_a_loop(pair: Pair, count: usize) -> Pair {
        let mut pair = pair;
        for _ in 0..count {
            pair = Pair { a: pair.b, b: pair.a + pair.b * pair.b };
        }
        pair
    }
}
