//! What functions give of every kind, by calls that are made again in the reverse sweep and by calls that are not:
//! which of them, only the callee knows.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Model {
        w: f64,
        list: Vec<f64>,
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct Pair {
        a: f64,
        b: f64,
    }

    #[differentiable]
    impl Model {
        fn heavy(&self, x: &[f64]) -> Vec<f64> {
            x.iter().map(|x| (x * self.w).sin()).collect()
        }

        fn light(&self, x: f64) -> Vec<f64> {
            vec![x * self.w, x]
        }

        fn array(&self, x: f64) -> [f64; 2] {
            [x * self.w, x * x]
        }

        fn pair(&self, x: f64) -> Pair {
            Pair { a: x * self.w, b: x }
        }

        fn pairs(&self, x: f64) -> Vec<Pair> {
            vec![Pair { a: x * self.w, b: x }, Pair { a: x, b: self.w }]
        }

        fn nested(&self, x: &[f64]) -> Vec<Vec<f64>> {
            x.iter().map(|v| vec![v * self.w, *v]).collect()
        }

        fn both(&self, x: f64) -> (Vec<f64>, f64) {
            (vec![x, self.w * x], x * x)
        }

        fn maybe(&self, x: f64) -> Option<f64> {
            if x > 0.0 { Some(x * self.w) } else { None }
        }

        fn model(&self, x: f64) -> Model {
            Model { w: self.w * x, list: vec![x, self.list[0]] }
        }

        fn arrays(&self, x: f64) -> Vec<[f64; 2]> {
            vec![[x, self.w], [x * x, 1.0]]
        }
    }

    #[differentiable]
    fn squares(v: &[f64]) -> f64 {
        v.iter().map(|v| v * v).sum()
    }

    #[differentiable]
    #[at(0.7)]
    fn vectors(p: f64) -> f64 {
        let m = Model { w: p, list: vec![p, 2.0] };
        let out = m.heavy(&m.list);
        let largest = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum = out.iter().map(|o| (o - largest).exp()).sum::<f64>().ln();
        let two = m.light(sum);
        let mut y = sum - out[0] * two[0];
        for v in &two {
            y += (v * y).sin();
        }
        y * squares(&two) + squares(&out)
    }

    #[differentiable]
    #[at(0.7)]
    fn of_structs(p: f64) -> f64 {
        let m = Model { w: p, list: vec![p, 2.0] };
        let (array, pair, pairs) = (m.array(p), m.pair(p * p), m.pairs(p));
        let mut y = array[0] * pair.a + pair.b;
        for pair in &pairs {
            y = (y * pair.a).sin() + pair.b * array[1];
        }
        y * pairs[0].a
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    fn of_lists(p: f64) -> f64 {
        let m = Model { w: p, list: vec![p, 2.0] };
        let nested = m.nested(&[p, p * p]);
        let (list, square) = m.both(p);
        let arrays = m.arrays(p);
        let mut y = square;
        for row in &nested {
            y += squares(row) * y;
        }
        for (row, v) in arrays.iter().zip(&list) {
            y += row[0] * row[1] * v * y;
        }
        if let Some(more) = m.maybe(p) {
            y *= more;
        }
        y * m.maybe(p * p).unwrap_or(1.0)
    }

    #[differentiable]
    #[at(0.7, 3)]
    fn in_loops(p: f64, n: usize) -> f64 {
        let mut m = Model { w: p, list: vec![p, 2.0] };
        let mut y = p;
        for i in 0..n {
            let out = m.heavy(&[y, p]);
            let two = m.light(out[i % 2]);
            y = (squares(&two) * out[0]).sin() * 0.5 + squares(&out) * 0.25;
            if i == 1 {
                let other = m.model(y);
                y *= other.list[1] * other.w;
                m = other;
            }
            let pairs = m.pairs(y);
            y += pairs[i % 2].a * pairs.len() as f64 * 0.25;
        }
        y * squares(&m.list)
    }
}
