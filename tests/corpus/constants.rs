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
}
