//! `collect`.

use super::*;

same! {
    fn annotated(x: &[f64]) -> f64 {
        let y: Vec<f64> = x.iter().map(|v| v * v).collect();
        y[0] + y.iter().sum::<f64>()
    }
    (vec![1.0, -2.0])
}
same! {
    fn turbofish(x: &[f64]) -> f64 {
        let y = x.iter().filter(|v| **v > 0.0).map(|v| v.sqrt()).collect::<Vec<_>>();
        y.iter().product()
    }
    (vec![1.0, -2.0, 3.0]) (vec![])
}
same! {
    fn returned(x: &[f64], k: f64) -> Vec<f64> { x.iter().map(|v| v * k).collect() }
    (vec![1.0, -2.0], 0.1) (vec![], 1.0)
}
same! {
    fn mutable(x: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = x.iter().copied().collect();
        for v in y.iter_mut() { *v += 1.0; }
        y[0] *= 2.0;
        y
    }
    (vec![1.0, -2.0])
}
same! {
    fn pairs(x: &[f64]) -> Vec<(f64, f64)> { x.iter().map(|&v| (v, v * v)).collect() }
    (vec![1.0, -2.0])
}
same! {
    fn vectors(x: &[f64], n: usize) -> Vec<Vec<f64>> {
        (0..n).map(|i| x.iter().map(|v| v * i as f64).collect()).collect()
    }
    (vec![1.0, -2.0], 2)
}
same! {
    fn reversed_evens(x: &[f64]) -> Vec<f64> { x.iter().step_by(2).rev().cloned().collect() }
    (vec![1.0, -2.0, 3.0, 4.0])
}

same! {
    fn kept_while_overwritten(x: &[f64]) -> f64 {
        let mut y: Vec<f64> = x.iter().map(|v| v + 1.0).collect();
        let it = y.into_iter().map(|v| v * 2.0);
        y = vec![100.0];
        it.sum::<f64>() + y[0]
    }
    (vec![1.0, -2.0])
}
