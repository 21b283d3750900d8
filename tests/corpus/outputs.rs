//! Results other than one float: tuples, arrays, vectors, structs, options, nothing active.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Polar {
        pub radius: f64,
        pub angle: f64,
        pub sheet: i32,
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn pair(x: f64, y: f64) -> (f64, f64) {
        (x * y, x / y)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn pair_with_count(x: f64, y: f64) -> (f64, usize, f64) {
        (x * y, 3, x.sin())
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn nested_tuple(x: f64, y: f64) -> ((f64, f64), f64) {
        ((x * y, y), x * x)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn array(x: f64, y: f64) -> [f64; 3] {
        [x * y, x + y, 1.0]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [1.0, -1.0]])]
    fn matrix(m: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
        let mut out = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    out[i][j] += m[i][k] * m[k][j];
                }
            }
        }
        out
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn vector(x: f64, n: usize) -> Vec<f64> {
        let mut out = vec![1.0; n];
        for i in 1..n {
            out[i] = out[i - 1] * x;
        }
        out
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn structure(x: f64, y: f64) -> Polar {
        Polar { radius: x.hypot(y), angle: y.atan2(x), sheet: 1 }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(-0.5, 2.0)]
    fn option(x: f64, y: f64) -> Option<f64> {
        if x > 0.0 { Some(x.sqrt() * y) } else { None }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(-0.5, 2.0)]
    fn option_of_pair(x: f64, y: f64) -> Option<(f64, f64)> {
        if x < 0.0 {
            return None;
        }
        Some((x * y, y))
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(-0.5, 2.0)]
    fn tuple_by_branches(x: f64, y: f64) -> (f64, f64) {
        if x > 0.0 {
            return (x, y * x);
        }
        let z = x * y;
        (z, z * z)
    }

    #[differentiable]
    #[at(0.5)]
    fn same_value_twice(x: f64) -> (f64, f64) {
        let y = x * x;
        (y, y)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn arguments_passed_through(x: f64, y: f64) -> (f64, f64, f64) {
        (y, x, x)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_passed_through(v: [f64; 3]) -> [f64; 3] {
        v
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn vectors_in_a_tuple(v: &[f64]) -> (Vec<f64>, f64) {
        let mut out = v.to_vec();
        out[0] *= v[1];
        let s = out[0] + out[2];
        (out, s)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [0.0, 0.0])]
    fn tuple_beside_a_buffer(v: &[f64], out: &mut [f64]) -> (f64, f64) {
        out[0] = v[0] * v[1];
        out[1] += v[2];
        (v[0], out[0] * out[1])
    }

    #[differentiable]
    #[at(0.5)]
    fn constant_result(x: f64) -> (f64, f64) {
        (2.0, x)
    }
}
