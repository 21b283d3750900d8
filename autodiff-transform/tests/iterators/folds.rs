//! Folds, reductions and searches.

use super::*;

same! {
    fn horner(c: &[f64], x: f64) -> f64 { c.iter().rev().fold(0.0, |acc, c| acc * x + c) }
    (vec![1.0, 2.0, 3.0], 0.3) (vec![], 1.0)
}
same! {
    fn added(x: &[f64]) -> f64 { x.iter().fold(0.0, |s, v| s + v * v) }
    (vec![1.0, 2.0, 3.0]) (vec![])
}
same! {
    fn pair(x: &[f64]) -> f64 {
        let (s, p) = x.iter().fold((0.0, 1.0), |(s, p), v| (s + v, p * v));
        s * p
    }
    (vec![1.1, 2.0, 3.0]) (vec![])
}
same! {
    fn swapped(x: &[f64]) -> f64 {
        let (a, b) = x.iter().fold((0.0, 1.0), |(a, b), v| (b, a + b * v));
        a - b
    }
    (vec![1.1, 2.0, 3.0]) (vec![])
}
same! {
    fn whole_pair(x: &[f64]) -> (f64, f64) {
        x.iter().fold((0.0, 1.0), |acc, v| (acc.1, acc.0 + acc.1 * v))
    }
    (vec![1.1, 2.0, 3.0])
}
same! {
    fn nested_pair(x: &[f64]) -> f64 {
        let ((a, b), n) = x.iter().fold(((0.0, 1.0), 0), |((a, b), n), v| ((a + v, b * v), n + 1));
        (a + b) / n as f64
    }
    (vec![1.1, 2.0, 3.0])
}
same! {
    fn array_accumulator(x: &[f64]) -> f64 {
        let m = x.iter().enumerate().fold([0.0; 3], |mut acc, (i, v)| {
            acc[i % 3] += v * v;
            acc
        });
        m[0] + 2.0 * m[1] + 3.0 * m[2]
    }
    (vec![1.1, 2.0, 3.0, 4.0])
}
same! {
    fn mutable_scalar(x: &[f64]) -> f64 {
        x.iter().fold(1.0, |mut acc, v| { acc += v; acc *= 0.5; acc })
    }
    (vec![1.1, 2.0, 3.0, 4.0])
}
same! {
    fn from_variable(x: &[f64], start: f64) -> f64 {
        let mut init = start * 2.0;
        let s = x.iter().fold(init, |acc, v| acc * v);
        init += s;
        init
    }
    (vec![1.1, 2.0], 0.4)
}
same! {
    fn maximum(x: &[f64]) -> f64 {
        x.iter().fold(-1e308, |a, &b| if b > a { b } else { a })
    }
    (vec![1.1, 2.0, -3.0])
}
same! {
    fn branches(x: &[f64]) -> f64 {
        x.iter().fold(1.0, |a, &b| if b > 0.0 { a * b } else { a - b })
    }
    (vec![1.1, 2.0, -3.0, 4.0])
}
same! {
    fn early_return(x: &[f64]) -> f64 {
        x.iter().map(|&v| { if v < 0.0 { return 0.5; } let w = v.sqrt(); w * 2.0 }).sum()
    }
    (vec![1.1, -2.0, 3.0])
}
same! {
    fn counted(x: &[f64]) -> f64 {
        let n = x.iter().count();
        let m = x.iter().filter(|v| **v > 0.0).count();
        x[0] * n as f64 + m as f64
    }
    (vec![1.1, -2.0, 3.0])
}
same! {
    fn all_any(x: &[f64]) -> f64 {
        let mut s = x[0];
        if x.iter().all(|v| *v > 0.0) { s += 1.0; }
        if x.iter().any(|&v| v > 2.0) { s += 10.0; }
        if x.iter().chain(x.iter()).any(|&v| v > 2.5) { s += 100.0; }
        s
    }
    (vec![1.1, -2.0, 3.0]) (vec![0.1, 1.0]) (vec![2.2])
}
