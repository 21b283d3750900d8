//! Constants that a function makes and lends: what no argument flows into is constant at each order,
//! whatever it is made of, wherever it is changed, and on a tape too.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at([0.5, 2.0, -1.5], [1.0, 0.25, 2.0])]
    fn weighted(x: &[f64], #[constant] w: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += w[i] * x[i].sin() * x[(i + 1) % x.len()];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5])]
    fn filled_vector(x: &[f64]) -> f64 {
        let w = vec![2.5; x.len()];
        weighted(x, &w)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5])]
    fn filled_array(x: &[f64; 3]) -> f64 {
        let mut w = [0.0; 3];
        for i in 0..3 {
            w[i] = 1.0 / (i as f64 + 1.0);
        }
        weighted(x, &w)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5], 3)]
    #[at([0.5, 2.0, -1.5], 0)]
    fn changed_between_calls(x: &[f64], n: usize) -> f64 {
        let mut w = Vec::with_capacity(x.len());
        for i in 0..x.len() {
            w.push(i as f64 * 0.5);
        }
        let mut s = 1.0;
        for k in 0..n {
            w[k % 3] *= -2.0;
            s += weighted(x, &w) * s;
            w.swap(0, 1);
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5], 2)]
    #[at([0.5, 2.0, -1.5], 5)]
    fn made_in_branches(x: &[f64], n: usize) -> f64 {
        let mut s = 0.0;
        for k in 0..n {
            if k % 2 == 0 {
                let w = vec![k as f64; x.len()];
                s += weighted(x, &w);
                if s > 1.5 {
                    return s * weighted(x, &w);
                }
            } else {
                let w = [s.abs().floor(), 1.0, 0.5];
                s *= weighted(x, &w);
            }
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5])]
    fn parts_of_a_table(x: &[f64]) -> f64 {
        let mut rows = vec![vec![0.0; 3]; 2];
        for i in 0..2 {
            for j in 0..3 {
                rows[i][j] = (i + 2 * j) as f64;
            }
        }
        let mut s = 0.0;
        for row in &rows {
            s += weighted(x, row) * s + weighted(&x[1..], &row[..2]);
        }
        s
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0, 3.0], 0.5)]
    fn scaled(x: f64, #[constant] w: &[f64], #[constant] by: f64) -> f64 {
        (x * w[0]).exp() * by + x * w[w.len() - 1]
    }

    #[differentiable]
    #[at(0.5, 4)]
    #[at(-0.5, 1)]
    fn until_a_bound(x: f64, n: usize) -> f64 {
        let (mut v, mut step) = (x, 1.0);
        let mut table = vec![1.0];
        while table.len() < n {
            step *= 0.5;
            table.push(step);
            v = scaled(v, &table, step);
            if v > 3.0 {
                break;
            }
        }
        v * scaled(x, &table, step)
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn recursive(x: f64, n: usize) -> f64 {
        let w = vec![n as f64; n + 1];
        if n == 0 { x * x } else { scaled(recursive(x, n - 1), &w, 0.1) }
    }

    #[derive(Clone, Copy, Debug)]
    pub struct Term {
        pub index: usize,
        pub weight: f64,
    }

    /// Not to be copied, and without a derivative.
    pub struct Table {
        pub weights: Vec<f64>,
        pub first: usize,
    }

    impl Table {
        fn at(&self, i: usize) -> f64 {
            self.weights[i]
        }
    }

    fn terms() -> Vec<Term> {
        vec![Term { index: 1, weight: 0.5 }, Term { index: 0, weight: -2.0 }]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5])]
    fn lists_marked_constant(x: &[f64]) -> f64 {
        #[constant]
        let listed = [Term { index: 0, weight: 1.5 }, Term { index: 2, weight: 2.0 }];
        #[constant]
        let given = terms();
        let mut s = 0.0;
        for term in listed.iter() {
            s += term.weight * x[term.index] * x[term.index].sin();
        }
        for (k, term) in given.iter().enumerate() {
            s *= term.weight * x[term.index] + k as f64;
        }
        for term in &listed[1..] {
            s += s * term.weight * x[term.index];
        }
        s * given.iter().map(|term| term.weight * x[term.index]).sum::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5])]
    fn numbers_marked_constant(x: &[f64]) -> f64 {
        #[constant]
        let nodes = [0.25, 0.5, -1.0];
        #[constant]
        let [first, second] = [Term { index: 0, weight: 1.5 }, Term { index: 2, weight: 2.0 }];
        #[constant]
        let (list, scale) = (terms(), 3);
        let s: f64 = nodes.iter().map(|node| node * x[0] * x[1]).sum();
        let t: f64 = nodes.iter().zip(x).map(|(node, x)| (node + x) * x).product();
        let ends = first.weight * x[first.index] + second.weight * x[second.index];
        (s + t) * ends * list[1].weight * scale as f64
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn a_table_marked_constant(x: f64, n: usize) -> f64 {
        #[constant]
        let table = Table { weights: vec![0.5, 2.0, 1.0], first: 1 };
        let mut s = x;
        for i in 0..n {
            s += table.at(i) * s * x + table.weights[table.first];
        }
        s
    }

    #[differentiable]
    fn scale_first(x: f64, k: &mut (Vec<f64>, usize)) {
        k.0[0] *= x;
    }

    /// What is made of a constant may change.
    #[differentiable]
    #[at(0.5, 3)]
    fn moved_into_what_changes(x: f64, n: usize) -> f64 {
        #[constant]
        let k = vec![2.0, 1.5];
        let mut both = (k, 1);
        for _ in 0..n {
            scale_first(x, &mut both);
        }
        both.0[0] * both.0[both.1]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.5])]
    fn lists_in_a_map(x: &[f64]) -> f64 {
        let groups = std::collections::BTreeMap::from([(2_usize, terms()), (0, terms())]);
        let mut s = 0.0;
        for (k, group) in &groups {
            for term in group {
                s += term.weight * x[term.index] * x[*k] * x[*k];
            }
        }
        s
    }
}
