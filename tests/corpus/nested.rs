//! Nested containers: arrays of arrays, slices of vectors, tuples of arrays, options of structs.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Point {
        pub x: f64,
        pub y: f64,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Path {
        pub points: Vec<Point>,
        pub weights: [[f64; 2]; 2],
        pub ends: (f64, Option<Point>),
    }

    #[differentiable]
    #[at([[0.5, 2.0, 1.0], [-1.0, 0.25, 3.0]])]
    fn array_of_arrays(m: [[f64; 3]; 2]) -> f64 {
        let mut s = 0.0;
        for i in 0..2 {
            for j in 0..3 {
                s += m[i][j] * m[1 - i][2 - j] * (i + j) as f64;
            }
        }
        s
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]])]
    fn slice_of_arrays(m: &[[f64; 2]]) -> f64 {
        let mut s = 1.0;
        for row in m {
            s *= row[0] + row[1] * row[1];
        }
        s
    }

    #[differentiable]
    #[at([vec![0.5, 2.0], vec![-1.0], vec![]])]
    fn slice_of_vectors(m: &[Vec<f64>]) -> f64 {
        let mut s = 0.0;
        for i in 0..m.len() {
            for j in 0..m[i].len() {
                s += m[i][j] * m[i][j] + m[0][0];
            }
        }
        s
    }

    #[differentiable]
    #[at([vec![0.5, 2.0], vec![-1.0], vec![]], 0.75)]
    fn slice_of_vectors_changed(m: &mut [Vec<f64>], x: f64) -> f64 {
        for row in m.iter_mut() {
            for v in row.iter_mut() {
                *v *= x;
            }
            row.push(x);
        }
        m[0][0] * m[1][1]
    }

    #[differentiable]
    #[at(vec![vec![0.5, 2.0], vec![-1.0, 3.0]])]
    fn vector_of_vectors(m: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let n = m.len();
        let mut out = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..n {
                out[j][i] = m[i][j] * m[0][0];
            }
        }
        out
    }

    #[differentiable]
    #[at(([0.5, 2.0], -1.0))]
    fn tuple_of_array(p: ([f64; 2], f64)) -> f64 {
        let (v, k) = p;
        v[0] * k + v[1] * p.1
    }

    #[differentiable]
    #[at([(0.5, [2.0, 1.0]), (-1.0, [0.25, 3.0])])]
    fn array_of_tuples(p: [(f64, [f64; 2]); 2]) -> f64 {
        let mut s = 1.0;
        for (k, v) in p {
            s = s * k + v[0] * v[1];
        }
        s + p[0].1[1] * p[1].0
    }

    #[differentiable]
    #[at(Some([0.5, 2.0]))]
    #[at(None)]
    fn option_of_array(v: Option<[f64; 2]>) -> f64 {
        if let Some([a, b]) = v { a * b } else { 0.0 }
    }

    #[differentiable]
    #[at([Some(0.5), None, Some(2.0)])]
    fn array_of_options(v: [Option<f64>; 3]) -> f64 {
        let mut s = 1.0;
        for x in v {
            if let Some(x) = x {
                s = s * x + x;
            }
        }
        s
    }

    #[differentiable]
    #[at(Some(Point { x: 0.5, y: 2.0 }))]
    #[at(None)]
    fn option_of_struct(p: Option<Point>) -> f64 {
        match p {
            Some(Point { x, y }) => x * y,
            None => 1.0,
        }
    }

    #[differentiable]
    #[at(Path {
        points: vec![Point { x: 0.5, y: 2.0 }, Point { x: -1.0, y: 3.0 }],
        weights: [[0.5, 1.0], [2.0, 0.25]],
        ends: (0.75, Some(Point { x: 1.0, y: 1.5 })),
    })]
    fn everything(path: &Path) -> f64 {
        let mut s = path.ends.0;
        for (i, p) in path.points.iter().enumerate() {
            s += p.x * p.y * path.weights[i][1 - i];
        }
        if let Some(end) = path.ends.1 {
            s *= end.x - end.y;
        }
        s
    }

    #[differentiable]
    #[at(Path {
        points: vec![Point { x: 0.5, y: 2.0 }, Point { x: -1.0, y: 3.0 }],
        weights: [[0.5, 1.0], [2.0, 0.25]],
        ends: (0.75, None),
    }, 0.5)]
    fn everything_changed(path: &mut Path, x: f64) {
        for p in path.points.iter_mut() {
            p.x += x * p.y;
        }
        path.weights[0] = path.weights[1];
        path.weights[1][0] *= path.points[0].x;
        path.ends = (x * x, Some(path.points[1]));
        path.points.push(Point { x, y: 0.5 });
    }

    #[differentiable]
    #[at(Path {
        points: vec![Point { x: 0.5, y: 2.0 }, Point { x: -1.0, y: 3.0 }],
        weights: [[0.5, 1.0], [2.0, 0.25]],
        ends: (0.75, None),
    }, 0.5)]
    fn what_changed(path: &Path, x: f64) -> f64 {
        let mut path = path.clone();
        for _ in 0..2 {
            everything_changed(&mut path, x);
        }
        let Some(end) = path.ends.1 else { return x };
        let last = path.points.len() - 1;
        path.points[last].x * path.points[0].x * path.weights[1][0] + path.ends.0 * end.x * end.y
    }

    #[differentiable]
    #[at([[[0.5, 2.0], [1.0, -1.0]], [[0.25, 3.0], [1.5, 0.125]]])]
    fn three_levels(t: [[[f64; 2]; 2]; 2]) -> f64 {
        let mut m = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    m[i][j] += t[i][j][k] * t[k][i][j];
                }
            }
        }
        m[0][0] * m[1][1] - m[0][1] * m[1][0]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]], 1)]
    fn row_as_alias(m: [[f64; 2]; 2], i: usize) -> f64 {
        let mut m = m;
        let row = &mut m[i];
        row[0] *= row[1];
        row[1] = 3.0 * row[0];
        let other = &m[1 - i];
        other[0] * m[i][1] + other[1] * m[i][0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 3.0, 1.5])]
    fn flat_matrix(m: &[f64]) -> f64 {
        let row = |i: usize| &m[3 * i..3 * i + 3];
        let (a, b) = (row(0), row(1));
        a[0] * b[1] - a[1] * b[0] + a[2] * b[2]
    }
}
