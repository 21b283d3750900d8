//! `for` loops over chains.

use super::*;

same! {
    fn slice(x: &[f64]) -> f64 { let mut s = 0.0; for v in x { s += v * v; } s }
    (vec![1.1, -2.0, 3.0]) (vec![])
}
same! {
    fn reference(x: Vec<f64>) -> f64 { let mut s = 1.0; for v in &x { s *= v + 1.0; } s + x[0] }
    (vec![1.1, -2.0, 3.0])
}
same! {
    fn array(x: [f64; 3]) -> f64 { let mut s = 1.0; for v in x { s = s * v - 0.5; } s }
    ([1.1, -2.0, 3.0])
}
same! {
    fn array_written_meanwhile(x: [f64; 3]) -> f64 {
        let mut y = x;
        let mut s = 0.0;
        for v in y { y[1] = 100.0; y[2] += v; s += v; }
        s + y[1] + y[2]
    }
    ([1.1, -2.0, 3.0])
}
same! {
    fn pattern(x: &[(f64, f64)]) -> f64 { let mut s = 0.0; for &(a, b) in x { s += a * b; } s }
    (vec![(1.1, -2.0), (3.0, 4.0)])
}
same! {
    fn iter_mut(x: &mut [f64], k: f64) { for v in x.iter_mut() { *v *= k; } }
    (vec![1.1, -2.0, 3.0], 0.3)
}
same! {
    fn by_mut_reference(x: &mut [f64], k: f64) { for v in &mut x[1..] { *v = k - *v; } }
    (vec![1.1, -2.0, 3.0], 0.3)
}
same! {
    fn reborrowed(x: &mut [f64], k: f64) {
        for v in &mut *x { *v += k; }
        for v in x { *v *= *v; }
    }
    (vec![1.1, -2.0, 3.0], 0.3)
}
same! {
    fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
        for (y, x) in y.iter_mut().zip(x) { *y += a * x; }
    }
    (0.5, vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]) (0.5, vec![1.0], vec![4.0, 5.0])
}
same! {
    fn enumerated(x: &[f64], y: &mut [f64]) {
        for (i, v) in x.iter().enumerate() { y[i] = v * i as f64; }
    }
    (vec![1.0, 2.0, 3.0], vec![0.0; 3])
}
same! {
    fn exits(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, &v) in x.iter().enumerate() {
            if v < 0.0 { continue; }
            if i > 3 { break; }
            s += v * (i + 1) as f64;
        }
        s
    }
    (vec![1.0, -2.0, 3.0, 4.0, 5.0])
}
same! {
    fn filtered_exits(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, &v) in x.iter().filter(|v| **v > 0.0).enumerate() {
            if i == 1 { continue; }
            s += v * (i + 1) as f64;
            if s > 15.0 { break; }
        }
        s
    }
    (vec![1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
}
same! {
    fn returns(x: &[f64]) -> f64 {
        for w in x.windows(2) { if w[1] < w[0] { return w[0] * 10.0; } }
        x[0]
    }
    (vec![1.0, 2.0, -3.0, 4.0]) (vec![1.0, 2.0])
}
same! {
    fn labelled(a: &[Vec<f64>]) -> f64 {
        let mut s = 0.0;
        'rows: for row in a {
            for v in row.iter() {
                if *v < 0.0 { continue 'rows; }
                if *v > 9.0 { break 'rows; }
                s += v;
            }
            s *= 0.5;
        }
        s
    }
    (vec![vec![1.0, 2.0], vec![3.0, -1.0, 5.0], vec![4.0], vec![10.0], vec![6.0]])
}
same! {
    fn chunks_mut(x: &mut [f64]) {
        for c in x.chunks_mut(2) { let first = c[0]; for v in c.iter_mut() { *v += first; } }
    }
    (vec![1.0, 2.0, 3.0]) (vec![1.0, 2.0]) (vec![])
}
same! {
    fn chunks_exact_mut(x: &mut [f64], k: &[f64]) {
        for (c, k) in x.chunks_exact_mut(2).zip(k) { c[0] *= k; c[1] -= c[0]; }
    }
    (vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![0.5, 0.25])
}
same! {
    fn rows_mut(a: &mut [Vec<f64>], x: &[f64]) {
        for (row, k) in a.iter_mut().zip(x) { for v in row.iter_mut() { *v *= k; } }
    }
    (vec![vec![1.0, 2.0], vec![3.0]], vec![0.5, 0.25])
}
same! {
    fn reversed_range(x: &mut [f64]) {
        for i in (1..x.len()).rev() { x[i - 1] += 0.5 * x[i]; }
    }
    (vec![1.0, 2.0, 3.0]) (vec![])
}
same! {
    fn rev_then_step(x: &[f64]) -> f64 {
        let mut s = 0.1;
        for i in (0..x.len()).rev().step_by(2) { s = s * 0.5 + x[i]; }
        for i in (0..x.len()).step_by(2).rev() { s = s * 0.5 + x[i]; }
        s
    }
    (vec![1.0, 2.0, 3.0, 4.0]) (vec![1.0, 2.0, 3.0])
}
same! {
    fn bound_chain(x: &[f64], y: &[f64]) -> f64 {
        let pairs = x.iter().zip(y);
        let mut s = 0.0;
        for (a, b) in pairs { s += a * b; }
        s
    }
    (vec![1.0, 2.0, 3.0], vec![4.0, 5.0])
}
same! {
    fn bound_then_adapted(x: &[f64], n: usize) -> f64 {
        let mut n = n;
        let it = x.iter().skip(n);
        n = 0;
        it.map(|v| v * 2.0).sum::<f64>() + n as f64
    }
    (vec![1.0, 2.0, 3.0], 1)
}
same! {
    fn over_chain(x: &[f64], y: &[f64]) -> f64 {
        let mut s = 0.0;
        for v in x.iter().chain(y) { if *v < 0.0 { continue; } s = s * 0.5 + v; }
        s
    }
    (vec![1.0, -2.0], vec![3.0])
}
same! {
    fn mutable_item(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for mut v in x.iter().copied() { v *= 2.0; v += 1.0; s += v; }
        for (mut i, v) in x.iter().enumerate() { i += 1; s += v * i as f64; }
        s
    }
    (vec![1.0, -2.0])
}
same! {
    fn mutable_index(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for mut i in (0..x.len()).rev() { s += x[i]; i += 1; s *= i as f64; }
        s
    }
    (vec![1.0, -2.0])
}
same! {
    fn for_each(x: &mut [f64], y: &[f64]) -> f64 {
        let mut s = 0.0;
        x.iter_mut().zip(y).for_each(|(a, b)| { *a += b; s += *a; });
        s
    }
    (vec![1.0, -2.0, 3.0], vec![0.5, 0.25])
}
same! {
    fn side_effects_in_zip(x: &[f64], y: &[f64]) -> f64 {
        let mut n = 0;
        let s: f64 = x.iter().map(|v| { n += 1; v * 2.0 }).zip(y).map(|(a, b)| a * b).sum();
        s + n as f64
    }
    (vec![1.0, -2.0], vec![0.5, 0.75]) (vec![1.0], vec![0.5, 0.25])
}
same! {
    fn side_effects_in_skip(x: &[f64]) -> f64 {
        let mut n = 0;
        let s: f64 = x.iter().map(|v| { n += 1; v * n as f64 }).skip(2).sum();
        s * n as f64
    }
    (vec![1.0, -2.0, 3.0, 4.0])
}
