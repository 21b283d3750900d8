//! References to slices, and to text, in lists, tuples and `Vec`s.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    fn total(p: &[f64]) -> f64 {
        p.iter().sum()
    }

    #[differentiable]
    fn weighted(p: &[f64], k: f64) -> f64 {
        p.iter().map(|x| x * x * k).sum()
    }

    #[differentiable]
    #[at(&[0.3, 0.5, 0.7, 0.2, 0.9, 0.4])]
    fn listed(p: &[f64]) -> f64 {
        let s: [&[f64]; 2] = [&p[0..3], &p[3..6]];
        let t = [&p[..2], &p[2..5]];
        s[0][1] * s[1][2] + total(t[0]) * total(t[1]) * t[1].len() as f64
    }

    #[differentiable]
    #[at(&[0.3, 0.5, 0.7], &[0.2, 0.9])]
    fn in_tuples(p: &[f64], q: &[f64]) -> f64 {
        let mut t = 0.0;
        for (a, k) in [(p, 2.0), (q, 3.0)] {
            t += a[0] * k * total(a);
        }
        for (a, k) in [(&p[1..], p[0]), (q, q[1])].iter() {
            t += a.iter().map(|x| x * k).sum::<f64>() * a.len() as f64 + weighted(a, *k);
        }
        t
    }

    #[differentiable]
    #[at(&[0.3, 0.5, 0.7, 0.2, 0.9, 0.4], 2)]
    fn in_vectors(p: &[f64], n: usize) -> f64 {
        let mut s: Vec<&[f64]> = Vec::new();
        for i in 0..3 {
            s.push(&p[i..i + n]);
        }
        let r = vec![&p[0..3], &p[3..6]];
        let mut t = 0.0;
        for (a, b) in s.iter().zip(&r) {
            t += weighted(a, a[1]) * b[0] + total(b);
        }
        t
    }

    #[differentiable]
    #[at(&[0.3, 0.5, 0.7, 0.2], true)]
    #[at(&[0.3, 0.5, 0.7, 0.2], false)]
    fn chosen_pair(p: &[f64], low: bool) -> f64 {
        let (near, far) = if low { (&p[..1], &p[1..]) } else { (&p[1..], &p[..1]) };
        let again = match near.len() {
            1 => (far, near),
            _ => (near, far),
        };
        total(near) + 2.0 * total(far) * near[0] + again.0[1] * weighted(again.1, far[0])
    }

    #[differentiable]
    #[at(&[0.7, 0.2, 0.9, 0.4, 0.3], 0.5)]
    fn nearest(p: &[f64], q: f64) -> f64 {
        if p.len() <= 1 {
            return p.iter().map(|x| (x - q) * (x - q)).sum();
        }
        let m = p.len() / 2;
        let (near, far) = if q < p[m] { (&p[..m], &p[m..]) } else { (&p[m..], &p[..m]) };
        nearest(near, q) + 0.5 * nearest(far, q)
    }

    #[differentiable]
    #[at(&[0.3, 0.5, 0.7])]
    fn ragged_integers(r: &[f64]) -> f64 {
        let out: [&[usize]; 3] = [&[1, 2], &[2], &[0]];
        let mut s = 0.0;
        for (i, targets) in out.iter().enumerate() {
            for &t in targets.iter() {
                s += r[t] * r[i] / targets.len() as f64;
            }
        }
        s
    }

    #[differentiable]
    #[at(0.3)]
    fn quadrature(x: f64) -> f64 {
        let rules: [(&[f64], &[f64]); 2] =
            [(&[0.0], &[2.0]), (&[-0.5773502691896257, 0.5773502691896257], &[1.0, 1.0])];
        let mut s = 0.0;
        for (nodes, weights) in rules {
            for (node, weight) in nodes.iter().zip(weights) {
                s += weight * (node * x).exp() * x;
            }
        }
        s
    }

    #[differentiable]
    #[at(0.3, 0.8)]
    fn named_operations(x: f64, y: f64) -> f64 {
        let ops: [(&str, f64); 3] = [("add", x), ("mul", y), ("add", x * y)];
        let mut acc = 1.0;
        for (op, v) in ops.iter() {
            acc = match *op {
                "add" => acc + v,
                "mul" => acc * v,
                _ => unreachable!(),
            };
        }
        acc
    }

    #[differentiable]
    #[at(0.3)]
    fn named_constants(x: f64) -> f64 {
        const PAIRS: &[(&str, f64)] = &[("a", 1.5), ("b", 2.5)];
        let mut s = 0.0;
        for (name, w) in PAIRS {
            if *name == "b" {
                s += w * x * x;
            }
        }
        s
    }
}
