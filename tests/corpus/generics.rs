//! Functions generic over the float, over lengths, and both.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, Real, differentiable};

    #[differentiable]
    #[at(0.5, 2.0)]
    fn elementary<T: Real>(x: T, y: T) -> T {
        x.sin() * y.exp() + (x * y).sqrt() / (x + y).ln()
    }

    #[differentiable]
    #[at(0.5)]
    fn literals<T: Real>(x: T) -> T {
        T::from_f64(2.0) * x * x + T::from_f64(0.5)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn norm<T: Real>(x: &[T]) -> T {
        let mut s = T::from_f64(0.0);
        for &v in x {
            s += v * v;
        }
        s.sqrt()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [1.0, 0.25, 3.0])]
    fn dot_by_iterators<T: Real>(x: &[T], y: &[T]) -> T {
        x.iter().zip(y).map(|(&a, &b)| a * b).sum()
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn branches<T>(x: T) -> T
    where
        T: Real,
    {
        let zero = T::from_f64(0.0);
        if x > zero { x.powi(3) } else { zero - x.abs() }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_of_any_length<const N: usize>(x: [f64; N]) -> f64 {
        let mut s = 1.0;
        for i in 0..N {
            s = s * x[i] + i as f64 * x[0];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_to_array<const N: usize>(x: &[f64; N]) -> [f64; N] {
        let mut out = [0.0; N];
        for i in 0..N {
            out[i] = x[i] * x[N - 1 - i];
        }
        out
    }

    #[differentiable]
    #[at([[0.5, 2.0, 1.0], [-1.0, 3.0, 0.25]], [1.0, 2.0, 3.0])]
    fn matrix_times_vector<const M: usize, const N: usize>(
        a: &[[f64; N]; M],
        x: &[f64; N],
    ) -> [f64; M] {
        let mut out = [0.0; M];
        for i in 0..M {
            for j in 0..N {
                out[i] += a[i][j] * x[j];
            }
        }
        out
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn both<T: Real, const N: usize>(x: [T; N]) -> T {
        let mut s = T::from_f64(1.0);
        for v in x {
            s = s * v + v.cos();
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn in_place<T: Real>(x: &mut [T]) {
        let k = x[0];
        for v in x.iter_mut() {
            *v = *v * k;
        }
    }

    #[differentiable]
    #[at(0.5)]
    fn calls_generic(x: f64) -> f64 {
        let a = literals(x);
        let b = norm(&[x, a, 2.0]);
        a * b + array_of_any_length([x, a])
    }

    #[differentiable]
    #[at(0.5)]
    fn calls_generic_by_turbofish(x: f64) -> f64 {
        literals::<f64>(x) * array_of_any_length::<2>([x, x * x])
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn generic_inactive<I: Into<i64> + Copy>(x: f64, #[constant] n: I) -> f64 {
        let n: i64 = n.into();
        x * x * n as f64
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Complex<T> {
        pub re: T,
        pub im: T,
    }

    #[differentiable]
    #[at(Complex { re: 0.5, im: 2.0 }, Complex { re: 1.5, im: -1.0 })]
    fn complex_product(a: Complex<f64>, b: Complex<f64>) -> Complex<f64> {
        Complex { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn lifetimes<'a>(x: &'a f64, y: &'a f64) -> f64 {
        let larger: &'a f64 = if x > y { x } else { y };
        larger * larger + x * y
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Planar<T> {
        x: T,
        y: T,
    }

    #[differentiable]
    impl<T: Real> Planar<T> {
        fn times(self, other: Self) -> Self {
            Planar {
                x: self.x * other.x - self.y * other.y,
                y: self.x * other.y + self.y * other.x,
            }
        }
    }

    #[differentiable]
    #[at(0.5, 2.0, 3)]
    fn powers_of_generic_structs(x: f64, y: f64, n: usize) -> f64 {
        let z = Planar::<f64> { x, y };
        let mut power = z;
        for _ in 1..n {
            power = power.times(z);
        }
        power.x * power.y
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Point<const N: usize>([f64; N]);

    #[derive(Clone, Debug, Differentiable)]
    struct Couple<A, B> {
        first: A,
        second: B,
    }

    #[derive(Clone, Debug, Differentiable)]
    enum Tree<T> {
        Leaf(T),
        Node { left: T, right: T, weight: f64 },
        Empty,
    }

    #[differentiable]
    impl<const N: usize> Point<N> {
        fn dot(&self, other: &Point<N>) -> f64 {
            let mut s = 0.0;
            for i in 0..N {
                s += self.0[i] * other.0[i];
            }
            s
        }

        fn shifted(mut self, k: f64, by: Point<N>) -> Point<N> {
            for i in 0..N {
                self.0[i] += k * by.0[i];
            }
            self
        }
    }

    /// Nothing but the fields says what the parameters of the structs are.
    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn literals_of_generic_structs(x: [f64; 4]) -> f64 {
        let a = Point([x[0], x[1], x[2]]);
        let mut b = Point([x[3], 1.0, x[0]]);
        for k in 0..3 {
            b = b.shifted(x[k], a);
            if b.dot(&a) > 3.0 {
                b = Point([0.5, x[1], b.0[0]]);
            }
        }
        let p = Couple { first: x[0], second: [x[1], x[2]] };
        let q = Couple { first: p.clone(), second: Point([x[3]; 2]) };
        let mut list = Vec::new();
        for i in 0..3 {
            list.push(Couple { first: p.second[i % 2] * x[i], second: q.first.first });
        }
        let mut s = b.dot(&a);
        while let Some(Couple { first, second }) = list.pop() {
            s = s * first + second;
        }
        s + q.second.dot(&Point([p.first, p.second[0]]))
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn literals_of_generic_enums(x: [f64; 4]) -> f64 {
        let node = Tree::Node { left: x[1], right: x[2], weight: 0.5 };
        let trees = [Tree::Leaf(x[0]), node, Tree::Empty, Tree::Leaf(x[3])];
        let mut s = 1.0;
        for tree in trees.iter().rev() {
            s *= match tree {
                Tree::Leaf(v) => v + s,
                Tree::Node { left, right, weight } if *weight > 0.1 => left * right * weight,
                Tree::Node { .. } => 1.0,
                Tree::Empty => 0.9,
            };
        }
        s
    }
}
