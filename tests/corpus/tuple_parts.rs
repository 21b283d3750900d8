//! Tuples that hold tuples, parts that are declared before they have a value, types at tuple patterns.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::collections::{BTreeMap, HashMap};

    use chainrule::{Differentiable, differentiable};

    #[differentiable]
    #[at(0.7, 0.4)]
    #[at(0.4, 0.7)]
    fn declared_later(a: f64, b: f64) -> f64 {
        let (mut p, mut q);
        let (r, (s, n)): (f64, (f64, usize));
        if a > b {
            p = a * b;
            q = a;
            r = p;
            (s, n) = (q * q, 2);
        } else {
            p = b;
            q = a * a;
            r = q;
            (s, n) = (p, 3);
        }
        p *= q;
        q += p;
        p + q * r + s * n as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn typed_parts(c: f64) -> f64 {
        let (a, b): (Vec<char>, Vec<char>) =
            ("kitten".chars().collect(), "sitting".chars().collect());
        let mut s = 0.0;
        for i in 0..a.len() {
            for j in 0..b.len() {
                if a[i] == b[j] {
                    s += c * c * (i + 1) as f64;
                }
            }
        }
        s
    }

    #[differentiable]
    #[at(&[0.3, 0.9, 0.5])]
    fn best_and_where(x: &[f64]) -> f64 {
        let mut best = (0.0, (0, 0));
        for i in 0..3 {
            if x[i] > best.0 {
                best = (x[i] * x[0], (i, i + 1));
            }
        }
        let mut t = ((x[0], 1.0), x[1]);
        t.0.0 = 3.0 * x[2];
        t.0.1 *= x[0];
        t.1 += t.0.1;
        (t.1, t.0) = (t.0.0, (t.1, t.0.1));
        for k in 0..2 {
            t = ((t.0.0 + x[0], t.0.1 * 0.5), t.1 * k as f64 + x[2]);
        }
        best.0 * best.1.1 as f64 + t.0.0 * t.0.1 + t.1
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    fn guarded_elements(p: f64) -> f64 {
        let s = vec![p, p * 2.0, p * 3.0];
        match s.as_slice() {
            [a, .., c] if *c > *a => a * c,
            [a, ..] => *a,
            _ => 0.0,
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn nested_constant(p: f64) -> f64 {
        fn bits() -> u64 {
            1
        }
        fn shift(n: u32) -> u32 {
            n + 3
        }
        p * p * (bits() << 40) as f64 + p / (bits() << shift(2)) as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn typed_results(p: f64) -> f64 {
        let o: Result<(f64, (f64, i32)), String> = Ok((p, (p, 2)));
        match o {
            Ok((a, (b, k))) if k > 1 => a * b,
            _ => 0.0,
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn maps_of_constants(p: f64) -> f64 {
        let mut m: BTreeMap<i32, f64> = BTreeMap::new();
        m.insert(1, 0.5);
        let mut h: HashMap<String, Vec<f64>> = HashMap::new();
        h.entry("a".into()).or_default().push(2.0);
        let w: HashMap<&str, f64> = HashMap::from([("a", 0.5), ("b", 2.0)]);
        let mut s = m.get(&1).map_or(p, |w| p * *w);
        for (_, v) in &h {
            s += v[0] * p * p;
        }
        s + h["a"][0] * p * w["b"]
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Table {
        pub rows: Vec<Vec<f64>>,
    }

    #[differentiable]
    fn exchange(a: &mut f64, b: &mut f64) {
        std::mem::swap(a, b);
        *a *= *b;
    }

    #[differentiable]
    fn halves(t: &mut Table) {
        let (a, b) = t.rows.split_at_mut(1);
        exchange(&mut a[0][1], &mut b[0][0]);
        let (c, d) = b.split_at_mut(1);
        exchange(&mut c[0][1], &mut d[0][0]);
    }

    #[differentiable]
    #[at(0.7)]
    fn parts_of_halves(x: f64) -> f64 {
        let mut t = Table { rows: vec![vec![x, 2.0 * x], vec![x * x, x], vec![x + 1.0, 1.0]] };
        halves(&mut t);
        t.rows[0][1] * t.rows[1][0] + t.rows[1][1] * t.rows[2][0]
    }

    #[differentiable]
    fn checked(x: f64) -> Result<f64, String> {
        if x < 0.0 {
            Err("negative")?
        }
        if x > 5.0 {
            Err(format!("larger than {}", 5))?;
        }
        Ok(x * x)
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    #[at(7.0)]
    fn early_errors(x: f64) -> f64 {
        match checked(x) {
            Ok(v) => v * x,
            Err(_) => -x,
        }
    }
}
