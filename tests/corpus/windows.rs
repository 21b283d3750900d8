//! Names for a part of a slice that are given another part of it.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct S {
        pub v: Vec<f64>,
        pub rows: Vec<[f64; 3]>,
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5])]
    fn heads_and_tails(x: &[f64]) -> f64 {
        let inner = |v: &[f64]| -> f64 { v.iter().sum() };
        let mut s = 0.0;
        let mut rest = x;
        while let [head, tail @ ..] = rest {
            s += head * inner(tail);
            rest = tail;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5])]
    fn first_by_first(x: &[f64]) -> f64 {
        let mut s = 1.0;
        let mut rest = &x[..];
        while let Some((head, tail)) = rest.split_first() {
            s = s * head + tail.len() as f64;
            rest = tail;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5])]
    fn a_wider_part_again(x: &[f64]) -> f64 {
        let mut s = 1.0;
        let mut rest = &x[1..];
        let mut k = 0;
        while !rest.is_empty() {
            let old = rest;
            rest = &rest[1..];
            s = s * old[0] + rest.iter().sum::<f64>() * rest.len() as f64;
            k += 1;
            if k == 2 {
                rest = &x[..2];
            }
            if k > 4 {
                break;
            }
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5, 0.25], [2, 1, 2])]
    fn blocks(x: &[f64], sizes: [usize; 3]) -> f64 {
        let mut left = x;
        let mut s = 0.0;
        for n in sizes {
            let (block, rest) = left.split_at(n);
            s += block.iter().product::<f64>();
            left = rest;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5, 0.25], 0.75)]
    fn a_parameter(mut x: &[f64], k: f64) -> f64 {
        let mut s = k;
        while let [a, b, rest @ ..] = x {
            s += a * b * s;
            x = rest;
        }
        for v in x {
            s *= v;
        }
        s
    }

    #[differentiable]
    #[at(S { v: vec![0.5, 1.5, 2.5], rows: vec![[1.0, 2.0, 3.0], [0.5, 0.25, 0.125]] })]
    fn a_part_by_a_condition(s: &S) -> f64 {
        let mut lo = &s.v[..];
        let mut out = 1.0;
        while lo.len() > 1 {
            let mid = lo.len() / 2;
            let (a, b) = (&lo[..mid], &lo[mid..]);
            out *= a[0] + b[0];
            lo = if out > 100.0 { a } else { b };
        }
        out
    }

    #[differentiable]
    #[at(S { v: vec![0.5, 1.5, 2.5], rows: vec![[1.0, 2.0, 3.0], [0.5, 0.25, 0.125]] })]
    fn rows_one_by_one(s: &S) -> f64 {
        let mut out = 1.0;
        for row in &s.rows {
            let mut r: &[f64] = row;
            while let [h, t @ ..] = r {
                out = out * h + 1.0;
                r = t;
            }
        }
        out
    }

    #[differentiable]
    #[at([0.0, 1.0, 2.0, 4.0, 8.0], 3.0)]
    fn halved(x: &[f64], at: f64) -> f64 {
        let mut part = x;
        while part.len() > 2 {
            let mid = part.len() / 2;
            if part[mid] <= at {
                part = &part[mid..];
            } else {
                part = &part[..=mid];
            }
        }
        (at - part[0]) / (part[1] - part[0])
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5])]
    fn changed_in_loop(x: &[f64]) -> f64 {
        let mut rest = x;
        let mut s = 0.0;
        for (i, v) in rest.iter().enumerate() {
            if i < 2 {
                rest = &rest[1..];
            }
            s += v * rest.len() as f64 * rest[0];
        }
        for v in rest {
            rest = &rest[..rest.len() - 1];
            s += v.sin() * s;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5])]
    fn kept_iterators(x: &[f64]) -> f64 {
        let mut rest = x;
        let it = rest.iter().map(|v| v * v);
        let w = rest.windows(2);
        let mut cur = rest.iter();
        let head = &rest[0];
        let [a, b, ..] = rest else { return 0.0 };
        let first = rest.first();
        let pair = (rest, &rest[1..]);
        rest = &rest[2..];
        let s: f64 = it.sum();
        let t: f64 = w.map(|w| w[0] * w[1]).sum();
        let c = cur.next().unwrap() * cur.next().unwrap();
        s * t
            + c
            + head * rest[0]
            + a.sin() * b
            + first.unwrap() * 3.0
            + pair.0[0] * 5.0
            + pair.1[0] * 7.0
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5])]
    fn lent_before_and_after(x: &[f64]) -> f64 {
        fn total(v: &[f64], w: &[f64]) -> f64 {
            v.iter().sum::<f64>() * w[0]
        }
        let mut rest = x;
        let old = rest;
        let s = total(rest, {
            rest = &rest[1..];
            rest
        }) + old[0];
        let f = |v: &[f64]| v[0] * v.len() as f64;
        s + f(rest) * f(old)
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5], 2)]
    fn of_a_vector(x: &[f64], k: usize) -> f64 {
        let mut v = x.to_vec();
        let mut total = 0.0;
        for round in 0..k {
            let mut rest = &v[round..];
            while rest.len() > 1 {
                total += rest[0] * rest[1];
                rest = &rest[1..];
            }
            v[round] *= total;
        }
        total
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5], [1.0, 2.0])]
    fn merged(a: &[f64], b: &[f64]) -> Vec<f64> {
        let (mut a, mut b) = (a, b);
        let mut out = Vec::new();
        loop {
            match (a.first(), b.first()) {
                (Some(x), Some(y)) if x < y => {
                    out.push(x * 2.0);
                    a = &a[1..];
                }
                (_, Some(y)) => {
                    out.push(*y);
                    b = &b[1..];
                }
                (Some(x), None) => {
                    out.push(x * x);
                    a = &a[1..];
                }
                (None, None) => break,
            }
        }
        out
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5], &[2, 0, 1])]
    fn of_integers(x: &[f64], order: &[usize]) -> f64 {
        let mut rest = order;
        let mut s = 0.0;
        while let [first, tail @ ..] = rest {
            s = s * x[*first] + rest.len() as f64 * x[0];
            rest = tail;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5], [0.5, 2.0])]
    fn of_constants(x: &[f64], #[constant] table: &[f64]) -> f64 {
        let mut rest = table;
        let mut s = 1.0;
        for v in x {
            if let Some((w, tail)) = rest.split_first() {
                s += v * w;
                rest = tail;
            } else {
                rest = table;
                s *= v;
            }
        }
        s
    }

    #[differentiable]
    #[at([[1.0, 2.0], [3.0, 4.0], [0.5, 0.25]])]
    fn of_rows(m: &[[f64; 2]]) -> f64 {
        let mut rest = m;
        let mut s = 1.0;
        while let Some(([a, b], tail)) = rest.split_first() {
            s = s * a + b * tail.iter().map(|r| r[0]).sum::<f64>();
            rest = tail;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5, 0.25])]
    fn halves_and_recursion(x: &[f64]) -> f64 {
        let mut lo = x;
        let mut acc = 0.0;
        loop {
            if lo.len() < 2 {
                return acc + lo.first().copied().unwrap_or(0.0);
            }
            let (l, r) = lo.split_at(lo.len() / 2);
            acc += halves_and_recursion(l) * r[0];
            lo = r;
        }
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5, -0.5, 0.25, 1.25])]
    fn read_by_a_closure(p: &[f64]) -> f64 {
        let mut cursor = p;
        let mut take = |n: usize| {
            let (a, b) = cursor.split_at(n);
            cursor = b;
            a
        };
        let w = take(2);
        let b = take(1);
        let c = take(3);
        w[0] * w[1] + b[0] * c.iter().sum::<f64>() + c[2]
    }
}
