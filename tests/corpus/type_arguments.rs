//! Arguments of generic types and functions that only the type of the value tells: at a `let`, in a field's, or
//! as the function's result.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::marker::PhantomData;

    use chainrule::{Differentiable, Real, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Matrix<const R: usize, const C: usize> {
        pub data: [[f64; C]; R],
    }

    #[differentiable]
    impl<const R: usize, const C: usize> Matrix<R, C> {
        pub fn constant(k: f64) -> Self {
            Matrix { data: [[k; C]; R] }
        }

        pub fn of_rows(data: [[f64; C]; R]) -> Self {
            Matrix { data }
        }

        pub fn transposed(&self) -> Matrix<C, R> {
            let mut t: Matrix<C, R> = Matrix::constant(self.data[0][0]);
            for i in 0..R {
                for j in 0..C {
                    t.data[j][i] = self.data[i][j];
                }
            }
            t
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Km;

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Mile;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Length<U> {
        pub value: f64,
        pub unit: PhantomData<U>,
    }

    #[differentiable]
    impl<U: Copy + 'static> Length<U> {
        pub fn new(value: f64) -> Self {
            Length { value, unit: PhantomData }
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub enum Reading<U> {
        One { value: f64, unit: PhantomData<U> },
        Two(f64, f64, PhantomData<U>),
    }

    #[differentiable]
    #[at(0.7)]
    fn constant_matrix(x: f64) -> f64 {
        let a: Matrix<2, 3> = Matrix::constant(x);
        let b: Matrix<3, 1> = Matrix::of_rows([[x * x], [2.0], [x]]);
        let c: Matrix<3, 2> = Matrix::transposed(&a);
        a.data[0][1] * b.data[0][0] * c.data[2][1]
    }

    #[differentiable]
    #[at(0.7)]
    fn in_branches(x: f64) -> f64 {
        let a: Matrix<2, 2> = if x > 0.0 { Matrix::constant(x) } else { Matrix::constant(-x) };
        let b: Option<Matrix<1, 2>> = None;
        let mut sum = b.map_or(0.0, |b| b.data[0][0]);
        for i in 0..2 {
            let c: Matrix<1, 2> = Matrix::constant(x * i as f64);
            sum += c.data[0][i] * a.data[i][1 - i];
        }
        sum
    }

    #[differentiable]
    fn as_a_result(x: f64) -> Matrix<1, 2> {
        Matrix::constant(x * x)
    }

    #[differentiable]
    #[at(0.7)]
    fn phantom_literal(x: f64) -> f64 {
        let a: Length<Km> = Length { value: x, unit: PhantomData };
        let b: Length<Mile> = Length { value: a.value * x, unit: PhantomData };
        let c: Length<Km> = Length::new(x.sin());
        a.value * b.value * c.value
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    fn phantom_variants(x: f64) -> f64 {
        let a: Reading<Km> = if x > 0.0 {
            Reading::One { value: x, unit: PhantomData }
        } else {
            Reading::Two(x, x * x, PhantomData)
        };
        match a {
            Reading::One { value, .. } => value * value,
            Reading::Two(a, b, _) => a * b,
        }
    }

    #[differentiable]
    fn phantom_result(x: f64) -> Length<Km> {
        Length { value: x * x, unit: PhantomData }
    }

    #[differentiable]
    #[at(0.7)]
    fn from_functions(x: f64) -> f64 {
        as_a_result(x).data[0][1] * phantom_result(x).value
    }

    #[differentiable]
    fn powers<const N: usize>(x: f64) -> [f64; N] {
        let mut all = [1.0; N];
        for i in 1..N {
            all[i] = all[i - 1] * x;
        }
        all
    }

    #[differentiable]
    #[at(0.7)]
    fn of_a_function(x: f64) -> f64 {
        let p: [f64; 4] = powers(x);
        p[3] + p[2]
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Complex<T> {
        pub re: T,
        pub im: T,
    }

    #[differentiable]
    impl<T: Real> Complex<T> {
        pub fn polar(r: T, phi: T) -> Self {
            Complex { re: r * phi.cos(), im: r * phi.sin() }
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn of_floats(x: f64) -> f64 {
        let z: Complex<f64> = Complex::polar(x, x * 2.0);
        let w: Complex<f64> = Complex { re: z.im, im: x };
        w.re * w.im
    }
}
