//! `scan`, `unzip`, `extend`, functions.

use super::*;

same! {
    fn scanned(x: &[f64]) -> Vec<f64> {
        x.iter().scan(0.5, |acc, v| { *acc += v; Some(*acc) }).collect()
    }
    (vec![]) (vec![1.0, 2.0, 3.0])
}
same! {
    fn scanned_until(x: &[f64]) -> f64 {
        x.iter().scan(1.0, |p, &v| { *p *= v; if *p > 5.0 { None } else { Some(*p) } }).sum()
    }
    (vec![1.0, 2.0, 3.0, 0.1])
}
same! {
    fn unzipped(x: &[f64]) -> f64 {
        let (a, b): (Vec<f64>, Vec<f64>) = x.iter().map(|v| (v * 2.0, v * v)).unzip();
        a[0] * b[1]
    }
    (vec![1.5, 2.5])
}
same! {
    fn extended(x: &[f64], y: &[f64]) -> Vec<f64> {
        let mut z = Vec::new();
        z.extend(x.iter().map(|v| v + 1.0));
        z.extend(y);
        z.extend(y.iter().rev());
        z
    }
    (vec![1.5, 2.5], vec![0.5, 0.25])
}
