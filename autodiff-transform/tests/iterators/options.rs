//! Terminals that give an `Option`.

use super::*;

same! {
    fn reduced(x: &[f64]) -> f64 { x.iter().copied().reduce(|a, b| a * 0.5 + b).unwrap() }
    (vec![1.0]) (vec![1.0, 2.0, 3.0])
}
same! {
    fn reduced_or(x: &[f64]) -> f64 { x.iter().copied().reduce(f64::max).unwrap_or(-7.0) }
    (vec![]) (vec![1.0, 2.0, -3.0])
}
same! {
    fn reduced_filtered(x: &[f64]) -> f64 {
        x.iter().copied().filter(|v| *v > 0.0).reduce(|a, b| a * b).unwrap_or(0.5)
    }
    (vec![]) (vec![1.5, -2.0, 3.0])
}
same! {
    fn last(x: &[f64]) -> f64 { *x.iter().last().unwrap() }
    (vec![1.0, 2.0])
}
same! {
    fn last_filtered(x: &[f64]) -> f64 {
        if let Some(v) = x.iter().filter(|v| **v > 0.0).last() { v * 2.0 } else { 0.5 }
    }
    (vec![1.0, 2.0, -1.0]) (vec![])
}
same! {
    fn max_by(x: &[f64]) -> f64 {
        let m = x.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        let n = x.iter().copied().min_by(|a, b| b.partial_cmp(a).unwrap()).unwrap();
        m * 10.0 + n
    }
    (vec![1.0, 2.0, -1.0]) (vec![2.0])
}
same! {
    fn arg_max(x: &[f64]) -> f64 {
        let (i, v) = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
        v * i as f64
    }
    (vec![1.0, 2.0, 2.0, -1.0]) (vec![2.0])
}
same! {
    fn arg_min(x: &[f64]) -> f64 {
        let (i, v) = x
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap())
            .unwrap();
        v * i as f64
    }
    (vec![1.0, -2.0, -2.0, 1.0])
}
same! {
    fn position(x: &[f64]) -> f64 {
        match x.iter().position(|v| *v > 1.5) { Some(i) => x[i] * i as f64, None => -1.0 }
    }
    (vec![1.0, 2.0, 3.0]) (vec![1.0])
}
same! {
    fn filter_mapped(x: &[f64]) -> f64 {
        x.iter().filter_map(|&v| if v > 0.0 { Some(v * 2.0) } else { None }).sum()
    }
    (vec![1.0, -2.0, 3.0])
}

same! {
    fn nth(x: &[f64], n: usize) -> f64 {
        x.iter().nth(n).copied().unwrap_or(-1.0) + x.iter().map(|v| v * 2.0).nth(1).unwrap_or(0.5)
    }
    (vec![1.0, 2.0, 3.0], 2) (vec![1.0], 1)
}
same! {
    fn find(x: &[f64]) -> f64 {
        match x.iter().find(|v| **v > 1.5) { Some(v) => v * 3.0, None => 0.25 }
    }
    (vec![1.0, 2.0, 3.0]) (vec![1.0])
}
