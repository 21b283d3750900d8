//! Types of structs and `Result`s whose arguments only an integer tells, or a literal: two-phase reverse mode keeps
//! such values on the tape.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Pair<A, B> {
        a: A,
        b: B,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Vector<const N: usize> {
        d: [f64; N],
    }

    #[differentiable]
    impl<const N: usize> Vector<N> {
        fn splat(v: f64) -> Self {
            Vector { d: [v; N] }
        }

        fn square(&self) -> f64 {
            let mut sum = 0.0;
            for i in 0..N {
                sum += self.d[i] * self.d[i];
            }
            sum
        }

        fn scaled(&self, k: f64) -> Self {
            let mut d = self.d;
            for i in 0..N {
                d[i] *= k;
            }
            Vector { d }
        }
    }

    #[differentiable]
    #[at(&[0.7, 1.5])]
    #[at(&[-0.7, 1.5, 2.0])]
    fn errors(x: &[f64]) -> f64 {
        let r = if x[0] > 0.0 { Ok(x[1] * x[1]) } else { Err(x.len()) };
        match r {
            Ok(v) => v * v,
            Err(n) => n as f64 * x[1] * x[1],
        }
    }

    #[differentiable]
    #[at(&[0.7, 1.5])]
    fn lengths(x: &[f64]) -> f64 {
        let p = Pair { a: x[0], b: x.len() };
        let q = Pair { a: x[1] * p.a, b: x.len() as u32 };
        let r = Pair { a: q.a * q.a, b: x.len().max(3) };
        let s = Pair { a: r.a * r.a, b: x.len() as i64 - 7 };
        s.a * s.a * p.b as f64 * q.b as f64 * r.b as f64 * s.b as f64
    }

    #[differentiable]
    #[at(&[0.7, 1.5])]
    fn counters(x: &[f64]) -> f64 {
        let mut y = 1.0;
        let mut count = 0u64;
        for (i, v) in x.iter().enumerate() {
            let p = Pair { a: *v, b: i };
            let q = p.a * p.a;
            y += (q * q * p.b as f64).sin();
            count += 2;
        }
        for i in 0..4u8 {
            let p = Pair { a: x[0], b: (i, 2usize) };
            let q = p.a * p.a;
            y += (q * q * p.b.0 as f64 * p.b.1 as f64).cos();
        }
        let p = Pair { a: y, b: count };
        p.a * p.a * p.b as f64
    }

    #[differentiable]
    #[at(&[0.7, 1.5])]
    fn literals(x: &[f64]) -> f64 {
        let (n, list, open) = (3u8, [1u8, 2], 1);
        let p = Pair { a: x[0], b: n + 1 };
        let q = Pair { a: p.a * p.a, b: list[1] };
        let r = Pair { a: q.a * q.a, b: open };
        let s = Pair { a: r.a * r.a, b: 7 };
        let t = Pair { a: s.a * x[1], b: Some(x.len()) };
        let known = p.b as f64 * q.b as f64 * s.b as f64 * t.b.unwrap_or(0) as f64;
        t.a * t.a * known * x[r.b]
    }

    #[differentiable]
    #[at(&[0.7, 1.5])]
    fn other_arguments_than_a_typed_one(x: &[f64]) -> f64 {
        let a: Vector<3> = Vector::splat(x[0]);
        let e = Vector { d: [x[1], x[0]] };
        let p: Pair<f64, usize> = Pair { a: x[0], b: 3 };
        let q = Pair { a: x[1] * x[0], b: x[1] };
        let r = q.a * p.a;
        a.square() + e.scaled(x[0]).square() + r * r * q.b * p.b as f64
    }
}
