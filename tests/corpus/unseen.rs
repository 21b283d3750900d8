//! Values whose types the macro does not see: results of calls, in further calls, kept for the reverse
//! sweep, and results that have no derivative.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Rotation {
        pub rows: [[f64; 2]; 2],
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Arm {
        pub joints: Vec<Rotation>,
        pub base: Rotation,
    }

    #[differentiable]
    impl Rotation {
        pub fn by(angle: f64) -> Rotation {
            let (s, c) = angle.sin_cos();
            Rotation { rows: [[c, -s], [s, c]] }
        }

        pub fn apply(&self, v: [f64; 2]) -> [f64; 2] {
            let mut out = [0.0; 2];
            for i in 0..2 {
                for j in 0..2 {
                    out[i] += self.rows[i][j] * v[j];
                }
            }
            out
        }

        pub fn inverse(self) -> Rotation {
            let [[a, b], [c, d]] = self.rows;
            Rotation { rows: [[a, c], [b, d]] }
        }

        #[at(Rotation { rows: [[1.0, 0.5], [0.25, 2.0]] }, 1.5)]
        pub fn scaled(mut self, factor: f64) -> Self {
            for row in self.rows.iter_mut() {
                row[0] *= factor;
                row[1] *= row[0];
            }
            self
        }
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0])]
    fn method_on_result(angle: f64, v: [f64; 2]) -> f64 {
        let rotation = Rotation::by(angle);
        let w = rotation.apply(v);
        w[0] * w[1]
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0])]
    fn method_on_result_of_method(angle: f64, v: [f64; 2]) -> f64 {
        let rotation = Rotation::by(angle * angle);
        let inverse = rotation.inverse();
        let w = inverse.apply(v);
        let u = rotation.apply(w);
        w[0] * u[1]
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0], 3)]
    fn method_on_result_in_loop(angle: f64, v: [f64; 2], n: usize) -> f64 {
        let mut v = v;
        let mut s = 0.0;
        for k in 0..n {
            let rotation = Rotation::by(angle + k as f64);
            let w = rotation.apply(v);
            s += w[0] * w[1];
            v = w;
        }
        s
    }

    #[differentiable]
    #[at(Arm {
        joints: vec![Rotation { rows: [[1.0, 0.5], [0.25, 2.0]] }, Rotation { rows: [[0.5, 1.0], [-1.0, 0.5]] }],
        base: Rotation { rows: [[0.0, 1.0], [-1.0, 0.0]] },
    }, [1.0, 2.0])]
    fn method_on_field(arm: &Arm, v: [f64; 2]) -> f64 {
        let mut reach = 0.0;
        for i in 0..arm.joints.len() {
            let w = arm.joints[i].apply(v);
            let u = arm.base.apply(w);
            reach += w[0] * u[1];
        }
        reach
    }

    #[differentiable]
    #[at([1.0, -2.0, 3.0])]
    fn positive(x: &[f64]) -> Vec<bool> {
        let mut mask = Vec::new();
        for v in x {
            mask.push(*v > 0.0);
        }
        mask
    }

    #[differentiable]
    #[at([1.0, -2.0, 3.0])]
    fn squares_and_signs(x: &[f64]) -> (f64, Vec<bool>) {
        let signs = positive(x);
        (x.iter().map(|v| v * v).sum(), signs)
    }

    #[differentiable]
    fn descending(x: [f64; 3]) -> [usize; 3] {
        let mut order = [0, 1, 2];
        if x[order[1]] > x[order[0]] {
            order.swap(0, 1);
        }
        if x[order[2]] > x[order[1]] {
            order.swap(1, 2);
        }
        order
    }

    #[differentiable]
    fn chosen(x: &[f64], mask: &[bool]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            if mask[i] {
                s += x[i].sin();
            }
        }
        s
    }

    #[differentiable]
    #[at([1.0, -2.0, 3.0])]
    fn results_without_derivative(x: [f64; 3]) -> f64 {
        let order = descending(x);
        let mask = positive(&x);
        let (squares, signs) = squares_and_signs(&x);
        let mut s = squares * chosen(&x, &mask);
        for i in 0..3 {
            if signs[order[i]] {
                s += x[order[i]] * i as f64;
            }
        }
        s
    }

    impl Rotation {
        const HALF: Rotation = Rotation { rows: [[0.5, 0.0], [0.0, 0.5]] };
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0], 3)]
    fn constant_of_a_type(angle: f64, v: [f64; 2], n: usize) -> f64 {
        let mut rotation = Rotation::HALF;
        let mut kept = Vec::new();
        for k in 0..n {
            rotation = rotation.scaled(angle + k as f64).inverse();
            kept.push(rotation);
        }
        let mut s = 0.0;
        while let Some(last) = kept.pop() {
            let w = last.apply(v);
            s = s * 0.5 + w[0] * w[1];
        }
        s + rotation.rows[0][1]
    }

    #[differentiable]
    fn product<const R: usize, const C: usize>(m: &[[f64; C]; R], v: &[f64; C]) -> [f64; R] {
        let mut out = [0.0; R];
        for (out, row) in out.iter_mut().zip(m) {
            *out = row.iter().zip(v).map(|(a, b)| a * b).sum();
        }
        out
    }

    #[differentiable]
    fn normalized<const N: usize>(v: [f64; N]) -> Option<[f64; N]> {
        let norm = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        if norm < 1e-12 {
            return None;
        }
        Some(v.map(|v| v / norm))
    }

    /// What tells the lengths are the arguments.
    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn results_of_any_length(x: [f64; 4]) -> f64 {
        let y = product(&[[x[0], x[1]], [x[2], 1.0], [x[3], x[0]]], &[x[3], x[1]]);
        let [a, b, c] = y;
        match normalized([a, b * c]) {
            Some(unit) => unit[0] * y[0] + unit[1],
            None => a,
        }
    }

    /// Characters, bytes and texts are kept for the reverse sweep as well.
    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn programs_as_texts(x: &[f64]) -> f64 {
        let (from, to) = ("kitten".as_bytes(), "sit".as_bytes());
        let mut stack = Vec::new();
        let mut next = 0;
        for op in ['p', 'p', '*', 'p', '+', 's'] {
            match op {
                'p' => {
                    stack.push(x[next]);
                    next += 1;
                }
                's' => {
                    if let Some(top) = stack.last_mut() {
                        *top = top.sin();
                    }
                }
                _ => {
                    let (Some(b), Some(a)) = (stack.pop(), stack.pop()) else { return 0.0 };
                    stack.push(if op == '*' { a * b } else { a + b });
                }
            }
        }
        let mut cost = x[3];
        for (i, a) in from.iter().enumerate() {
            for b in to {
                cost = if a == b { cost * x[0] } else { cost + stack[0] * i as f64 };
            }
        }
        for (name, v) in ["double", "square"].iter().zip(x) {
            cost += match *name {
                "double" => 2.0 * v * cost,
                _ => v * v,
            };
        }
        cost
    }
    #[differentiable]
    fn squares(x: &[f64]) -> Vec<[f64; 2]> {
        x.iter().map(|v| [v * v, v.sin()]).collect()
    }

    /// The variable hides the function.
    #[differentiable]
    #[at([1.0, -2.0, 3.0])]
    fn result_of_the_functions_name(x: &[f64]) -> f64 {
        let squares = squares(x);
        let mut s = 0.0;
        for i in 0..x.len() {
            let [a, b] = squares[i];
            s += Rotation::by(a).apply([b, s])[0];
        }
        s
    }
}
