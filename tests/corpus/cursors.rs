//! Iterators that are taken from step by step: `next`, `peek`, `by_ref` and what is left.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at([0.5])]
    fn head_and_tail(x: &[f64]) -> f64 {
        let mut rest = x.iter();
        let first = rest.next().unwrap();
        rest.fold(*first, |s, v| s * 0.5 + v * v * first)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at(Vec::new())]
    fn while_let(x: &[f64]) -> f64 {
        let mut items = x.iter();
        let mut s = 1.0;
        while let Some(v) = items.next() {
            s = s * v + v.sin();
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn in_pairs(x: &[f64]) -> f64 {
        let mut items = x.iter();
        let mut s = 0.0;
        while let Some(a) = items.next() {
            let Some(b) = items.next() else {
                return s + a;
            };
            s += a * b;
        }
        s * x[0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn changed_on_the_way(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut items = v.iter_mut();
        while let Some(a) = items.next() {
            *a *= *a;
            if let Some(b) = items.next() {
                *b = b.sin() * *a;
            }
        }
        v[0] * v[1] + v[2] * v[3]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25], [3.0, 1.5]], 0.75)]
    fn rows_in_place(m: &mut [[f64; 2]], k: f64) {
        let mut rows = m.iter_mut();
        let first = rows.next().unwrap();
        for row in rows {
            row[0] += first[1] * k;
            first[0] *= row[1];
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    #[at([0.5, -2.0])]
    fn a_filter_between(x: &[f64]) -> f64 {
        let mut positive = x.iter().filter(|v| **v > 0.0);
        let mut s = 0.25;
        while let Some(v) = positive.next() {
            s = s * v + 1.0;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn mapped(x: &[f64]) -> f64 {
        let mut squares = x.iter().map(|v| v * v).enumerate();
        let (_, a) = squares.next().unwrap();
        let (i, b) = squares.next().unwrap();
        a * b * i as f64 + squares.map(|(i, v)| v * i as f64).sum::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn with_effects(x: &[f64]) -> f64 {
        let mut seen = 0.0;
        let mut items = x.iter().map(|v| {
            seen += v * v;
            v * seen
        });
        let a = items.next().unwrap();
        let b = items.nth(1).unwrap();
        a * b * seen
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 3.0])]
    fn by_reference(x: &[f64]) -> f64 {
        let mut items = x.iter();
        let a: f64 = items.by_ref().take(2).product();
        let b = items.by_ref().map(|v| v * v).next().unwrap();
        let mut s = a * b;
        for v in &mut items {
            s *= v;
            if s < 0.5 {
                break;
            }
        }
        s + items.sum::<f64>() * b
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, -3.0])]
    fn searched(x: &[f64]) -> f64 {
        let mut items = x.iter();
        let found = *items.find(|v| **v > 1.0).unwrap();
        let at = items.position(|v| *v < 0.0).unwrap();
        let rest = items.clone().fold(0.0, |s, v| s + v * v);
        let all = items.all(|v| *v > 0.0);
        found * rest * (at + 1) as f64 + items.len() as f64 * x[0] + if all { x[1] } else { x[2] }
    }

    #[differentiable]
    #[at([0.5, 2.0, 2.0, -1.0, -1.0, -1.0])]
    #[at([0.5])]
    fn runs_of_a_kind(x: &[f64]) -> f64 {
        let mut items = x.iter().peekable();
        let mut s = 0.0;
        while let Some(v) = items.next() {
            let mut run = *v;
            while let Some(next) = items.peek() {
                if (**next - v).abs() > 0.5 {
                    break;
                }
                run *= items.next().unwrap() * 2.0;
            }
            s += run * run;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25], 3)]
    #[at([0.5, 2.0, -1.0, 0.25], 0)]
    fn of_integers(x: &[f64], n: usize) -> f64 {
        let mut indices = (0..n).rev();
        let mut s = x[3];
        while let Some(i) = indices.next() {
            s = s * x[i] + i as f64;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn numbers_without_end(x: &[f64]) -> f64 {
        let mut ids = 1..;
        let mut s = 0.0;
        for v in x {
            s += v.powi(ids.next().unwrap());
            if *v > 1.0 {
                ids.next();
            }
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 1.5], [0.75, 0.125])]
    fn merged(x: &[f64], y: &[f64]) -> f64 {
        let (mut a, mut b) = (x.iter(), y.iter());
        let mut s = 1.0;
        loop {
            match (a.next(), b.next()) {
                (Some(p), Some(q)) => s = s * p + q,
                (Some(p), None) => s += p * p,
                (None, _) => break,
            }
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 1.5, 0.75])]
    fn windows_and_chunks(x: &[f64]) -> f64 {
        let mut windows = x.windows(2);
        let mut chunks = x.chunks(4);
        let w = windows.next().unwrap();
        let c = chunks.next().unwrap();
        let d = chunks.next().unwrap();
        w[0] * c[3] + d[0] * d[1] * windows.map(|w| w[0] * w[1]).sum::<f64>() * d.len() as f64
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 1.5, 0.75])]
    fn in_a_closure(x: &[f64]) -> f64 {
        let mut items = x.iter();
        let mut token = || items.next().copied().unwrap_or(1.0);
        let a = token();
        let b = token() * a;
        let c = token();
        a * b + c * token()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 1.5, 0.75])]
    fn one_anew_for_each_row(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..3 {
            let mut items = x[i..].iter().skip(1);
            let a = items.next().unwrap();
            if let Some(b) = items.next() {
                s += a * b;
            }
            s += items.map(|v| v * a).sum::<f64>();
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    #[at([-0.5, -2.0])]
    fn found_and_changed(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        if let Some(a) = v.iter_mut().find(|a| **a > 0.75) {
            *a *= *a * 3.0;
        }
        *v.iter_mut().min_by(|a, b| a.total_cmp(b)).unwrap() *= x[0];
        let last = v.iter_mut().last().unwrap();
        *last += x[1] * x[0];
        if let Some((i, a)) = v.iter_mut().enumerate().filter(|(_, a)| **a < 0.0).next() {
            *a *= (i + 2) as f64;
        }
        v.iter().map(|v| v * v * v).sum()
    }

    #[differentiable]
    #[at(vec![vec![0.5, 2.0], vec![-1.0], vec![0.25, 1.5, 3.0]], 0.75)]
    fn the_longest_changed(rows: &[Vec<f64>], k: f64) -> f64 {
        let mut rows = rows.to_vec();
        let longest = rows.iter_mut().max_by_key(|row| row.len()).unwrap();
        longest[0] *= k;
        longest.push(k * k);
        rows.iter().map(|row| row.iter().product::<f64>()).sum()
    }
    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]], 0.75)]
    fn one_of_each_row(rows: &mut [[f64; 2]], x: f64) {
        for row in rows.iter_mut() {
            if let Some(a) = row.iter_mut().nth(1) {
                *a *= x;
            }
        }
        let b = rows.iter_mut().next().unwrap();
        b[0] *= b[1];
        rows.iter_mut().last().map(|row| row[0] += x);
    }
    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 1.5])]
    #[at(Vec::new())]
    fn patterns_of_pieces(x: &[f64]) -> f64 {
        let mut pieces = x.chunks_exact(2);
        let mut s = 1.0;
        while let Some([a, b]) = pieces.next() {
            s += a * b;
        }
        let mut pieces = x.chunks(3);
        while let Some([a, rest @ ..]) = pieces.next() {
            s = s * a + rest.iter().sum::<f64>();
        }
        s
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]])]
    fn patterns_of_rows(x: &[[f64; 2]]) -> f64 {
        let mut rows = x.iter();
        let mut s = 1.0;
        while let Some([a, b]) = rows.next() {
            s = s * a + b;
        }
        if let Some(&[a, b]) = x.last() {
            s *= a * b;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 1.5], 2)]
    #[at([0.5, 2.0, -1.0], 2)]
    #[at([0.5], 2)]
    #[at(Vec::new(), 0)]
    fn parts_that_may_be_there(x: &[f64], n: usize) -> f64 {
        let mut v = x.to_vec();
        if let Some(part) = v.get_mut(n..n + 2) {
            part[0] *= part[1];
        }
        if let Some([a, b]) = v.get(..=1) {
            return a * b + v[1..].get(1..3).map_or(1.0, |part| part[0] * part[1]);
        }
        v.get(n..).and_then(|part| part.first()).copied().unwrap_or(2.0) * v.iter().sum::<f64>()
    }
}
