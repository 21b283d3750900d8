//! `From` and `Into`, by the type that is written or returned; associated types in signatures.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Polar {
        pub r: f64,
        pub t: f64,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Cart {
        pub x: f64,
        pub y: f64,
    }

    #[differentiable]
    impl From<Polar> for Cart {
        fn from(p: Polar) -> Cart {
            Cart { x: p.r * p.t.cos(), y: p.r * p.t.sin() }
        }
    }

    #[differentiable]
    impl Cart {
        #[at(Cart { x: 0.3, y: 0.7 })]
        pub fn norm(&self) -> f64 {
            (self.x * self.x + self.y * self.y).sqrt()
        }
    }

    #[differentiable]
    fn returned(p: Polar) -> Cart {
        p.into()
    }

    #[differentiable]
    #[at(0.7, 0.4)]
    fn into_structs(a: f64, b: f64) -> f64 {
        let p = Polar { r: a, t: b };
        let c: Cart = p.into();
        let d: Cart = Polar { r: a * b, t: b }.into();
        c.x * c.y * d.norm() + returned(p).x
    }

    #[differentiable]
    #[at(&[0.3, 0.5, 0.7])]
    fn into_vectors(x: &[f64]) -> f64 {
        let mut a = Vec::from([x[0], x[1] * x[2]]);
        let b: Vec<f64> = x.into();
        let c = Vec::from(&x[1..]);
        let d: Vec<f64> = [x[0], 2.0].into();
        let e = Vec::from(b.clone());
        a.push(b[0] * c[1]);
        a[0] *= a[1];
        a.iter().sum::<f64>() * d[0] + d[1] * e[2] * c.len() as f64
    }

    pub trait Model {
        type Out;
        type Pair;
        fn eval(&self, x: f64) -> Self::Out;
        fn both(&self, p: Self::Pair) -> Option<Self::Pair>;
    }

    #[differentiable]
    impl Model for Polar {
        type Out = f64;
        type Pair = (Self::Out, usize);

        #[at(Polar { r: 0.3, t: 0.7 }, 0.5)]
        fn eval(&self, x: f64) -> Self::Out {
            let y: Self::Out = self.r * x;
            y * y + self.t
        }

        fn both(&self, p: Self::Pair) -> Option<Self::Pair> {
            if p.1 > 3 { None } else { Some((p.0 * self.r, p.1)) }
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Geometric {
        pub v: f64,
        pub n: usize,
    }

    #[differentiable]
    impl Iterator for Geometric {
        type Item = f64;

        fn next(&mut self) -> Option<Self::Item> {
            if self.n == 0 {
                return None;
            }
            self.n -= 1;
            let v: f64 = self.v;
            self.v = v * 1.5;
            Some(v)
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn associated(x: f64) -> f64 {
        let p = Polar { r: x, t: 0.5 };
        let y: f64 = p.eval(x);
        let both: Option<(f64, usize)> = p.both((x, 2));
        let mut g = Geometric { v: x, n: 2 };
        let first: Option<f64> = g.next();
        y * both.map_or(0.0, |b| b.0 * b.1 as f64) * first.unwrap_or(0.0)
    }

    /// Arrays of slices and lists, if they are as long.
    #[differentiable]
    #[at(&[0.5, 1.5, -0.75, 2.0], 1)]
    fn arrays_of_slices(x: &[f64], n: usize) -> f64 {
        let [a, b]: [f64; 2] = x[..2].try_into().unwrap();
        let mut pair: [f64; 2] = x[n..n + 2].try_into().expect("two");
        pair[0] *= a;
        let all: [f64; 4] = x.to_vec().try_into().unwrap();
        let mut sum = 0.0;
        for piece in x.chunks(2) {
            let [p, q]: [f64; 2] = piece.try_into().unwrap();
            sum += p * q;
        }
        sum * pair[0] * pair[1] + all[3] * b
    }
}
