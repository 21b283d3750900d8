//! Sums.

use super::*;

same! {
    fn plain(x: &[f64]) -> f64 { x.iter().sum() }
    (vec![]) (vec![-0.0]) (vec![0.1, 0.2, 0.3, 1e17, -1e17])
}
same! {
    fn turbofish(x: &[f64]) -> f64 { x.iter().sum::<f64>() * 2.0 }
    (vec![]) (vec![0.1, 0.2])
}
same! {
    fn annotated(x: &[f64]) -> f64 { let s: f64 = x.iter().copied().sum(); s + 1.0 }
    (vec![0.1, 0.7])
}
same! {
    fn product(x: &[f64]) -> f64 { x.iter().product() }
    (vec![]) (vec![3.0, -0.0, 2.0]) (vec![1.1, 1.3, 1.7])
}
same! {
    fn mapped(x: &[f64]) -> f64 { x.iter().map(|v| v * v).sum::<f64>() }
    (vec![]) (vec![0.1, 0.2, 0.3])
}
same! {
    fn by_pattern(x: &[f64]) -> f64 { x.iter().map(|&v| v * v - 1.0).product::<f64>() }
    (vec![]) (vec![0.1, 0.2, 0.3])
}
same! {
    fn array_by_value(x: [f64; 3]) -> f64 { x.into_iter().map(|v| v * 0.5).sum() }
    ([1.0, 2.0, 3.5])
}
same! {
    fn array_by_ref(x: &[f64; 3]) -> f64 { x.iter().sum() }
    ([1.0, 2.0, 3.5])
}
same! {
    fn vec_by_value(x: Vec<f64>) -> f64 { x.into_iter().sum() }
    (vec![1.0, 2.0, 3.5])
}
same! {
    fn sub_slice(x: &[f64]) -> f64 { x[1..].iter().sum::<f64>() + x[..2].iter().sum::<f64>() }
    (vec![1.0, 2.0, 3.5])
}
same! {
    fn dot(x: &[f64], y: &[f64]) -> f64 { x.iter().zip(y).map(|(a, b)| a * b).sum() }
    (vec![1.0, 2.0, 3.5], vec![0.1, 0.2]) (vec![], vec![1.0]) (vec![1.0], vec![2.0])
}
same! {
    fn dot_iter(x: &[f64], y: &[f64]) -> f64 { x.iter().zip(y.iter()).map(|(&a, &b)| a * b).sum() }
    (vec![1.0, 2.0, 3.5], vec![0.1, 0.2])
}
same! {
    fn zip_three(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
        x.iter().zip(y).zip(z).map(|((a, b), c)| a * b - c).sum()
    }
    (vec![1.0, 2.0, 3.5], vec![0.1, 0.2, 9.0], vec![3.0])
}
same! {
    fn enumerated(x: &[f64]) -> f64 { x.iter().enumerate().map(|(i, v)| i as f64 * v).sum() }
    (vec![1.0, 2.0, 3.5])
}
same! {
    fn filtered(x: &[f64]) -> f64 { x.iter().filter(|v| **v > 0.0).sum() }
    (vec![1.0, -2.0, 3.5]) (vec![-1.0])
}
same! {
    fn filtered_pattern(x: &[f64]) -> f64 { x.iter().filter(|&&v| v > 0.0).map(|v| v.ln()).sum() }
    (vec![1.0, -2.0, 3.5])
}
same! {
    fn filtered_enumerated(x: &[f64]) -> f64 {
        x.iter().filter(|v| **v > 0.0).enumerate().map(|(i, v)| v * i as f64).sum()
    }
    (vec![1.0, -2.0, 3.5, 4.0])
}
same! {
    fn reversed(x: &[f64]) -> f64 { x.iter().rev().fold(1.0, |a, v| a / (v + a)) }
    (vec![1.0, 2.0, 3.5]) (vec![])
}
same! {
    fn reversed_enumerate(x: &[f64]) -> f64 {
        x.iter().rev().enumerate().map(|(i, v)| v * i as f64).sum()
    }
    (vec![1.0, 2.0, 3.5])
}
same! {
    fn enumerate_reversed(x: &[f64]) -> f64 {
        x.iter().enumerate().rev().fold(0.5, |a, (i, v)| a * v + i as f64)
    }
    (vec![1.0, 2.0, 3.5])
}
same! {
    fn zip_reversed(x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y).rev().fold(0.5, |a, (p, q)| a * p + q)
    }
    (vec![1.0, 2.0, 3.5], vec![7.0, 8.0]) (vec![1.0], vec![2.0, 3.0, 4.0])
}
same! {
    fn zip_with_reversed(x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y.iter().rev()).map(|(p, q)| p * q).sum()
    }
    (vec![1.0, 2.0, 3.5], vec![7.0, 8.0])
}
same! {
    fn skipped(x: &[f64], n: usize) -> f64 { x.iter().skip(n).sum() }
    (vec![1.0, 2.0, 3.5], 1) (vec![1.0, 2.0], 2) (vec![1.0], 5) (vec![], 0)
}
same! {
    fn taken(x: &[f64], n: usize) -> f64 { x.iter().take(n).sum() }
    (vec![1.0, 2.0, 3.5], 1) (vec![1.0, 2.0], 2) (vec![1.0], 5) (vec![], 0) (vec![2.0], 0)
}
same! {
    fn skip_take(x: &[f64]) -> f64 { x.iter().skip(1).take(2).map(|v| v * 3.0).sum() }
    (vec![1.0, 2.0, 3.5, 9.0]) (vec![1.0]) (vec![])
}
same! {
    fn take_skip_rev(x: &[f64]) -> f64 {
        x.iter().take(4).skip(1).rev().fold(0.1, |a, v| a * v + 1.0)
    }
    (vec![1.0, 2.0, 3.5, 9.0, 11.0]) (vec![1.0]) (vec![])
}
same! {
    fn stepped(x: &[f64]) -> f64 { x.iter().step_by(3).sum() }
    (vec![1.0, 2.0, 3.5, 9.0, 11.0, 12.0, 13.0]) (vec![1.0]) (vec![])
}
same! {
    fn stepped_rev(x: &[f64]) -> f64 {
        x.iter().step_by(2).rev().fold(0.1, |a, v| a * v + 1.0)
            + x.iter().rev().step_by(2).fold(0.1, |a, v| a * v + 1.0)
    }
    (vec![1.0, 2.0, 3.5, 9.0]) (vec![1.0, 2.0, 3.0]) (vec![])
}
same! {
    fn filter_skip_take_step(x: &[f64]) -> f64 {
        x.iter().filter(|v| **v > 0.0).skip(1).step_by(2).take(2).sum()
    }
    (vec![1.0, -2.0, 3.5, 9.0, 11.0, -1.0, 12.0, 13.0, 14.0]) (vec![1.0]) (vec![])
}
same! {
    fn windows(x: &[f64]) -> f64 { x.windows(2).map(|w| w[1] - w[0]).map(|d| d * d).sum() }
    (vec![1.0, 2.0, 3.5]) (vec![1.0]) (vec![])
}
same! {
    fn windows_by(x: &[f64], n: usize) -> f64 {
        x.windows(n).map(|w| w.iter().product::<f64>()).sum()
    }
    (vec![1.0, 2.0, 3.5, 0.1], 3) (vec![1.0, 2.0], 3) (vec![1.0, 2.0], 1)
}
same! {
    fn windows_rev(x: &[f64]) -> f64 {
        x.windows(2).rev().enumerate().fold(0.0, |a, (i, w)| a * 0.5 + w[0] * w[1] * i as f64)
    }
    (vec![1.0, 2.0, 3.5, 0.1]) (vec![1.0])
}
same! {
    fn chunks(x: &[f64]) -> f64 {
        x.chunks(3).map(|c| c.iter().sum::<f64>() * c.len() as f64).product()
    }
    (vec![1.0, 2.0, 3.5, 0.1, 7.0]) (vec![1.0, 2.0, 3.0]) (vec![1.0]) (vec![])
}
same! {
    fn chunks_rev(x: &[f64], n: usize) -> f64 {
        x.chunks(n).rev().fold(1.0, |a, c| a * 0.3 + c[0] * c.len() as f64)
    }
    (vec![1.0, 2.0, 3.5, 0.1, 7.0], 2) (vec![1.0, 2.0, 3.0], 3)
}
same! {
    fn chunks_exact(x: &[f64]) -> f64 { x.chunks_exact(2).map(|c| c[0] * c[1]).sum() }
    (vec![1.0, 2.0, 3.5, 0.1, 7.0]) (vec![1.0]) (vec![])
}
same! {
    fn chained(x: &[f64], y: &[f64]) -> f64 {
        x.iter().chain(y.iter()).map(|v| v.sin()).sum()
    }
    (vec![1.0, 2.0], vec![3.0]) (vec![], vec![1.0]) (vec![], vec![])
}
same! {
    fn chained_stateful(x: &[f64], y: &[f64]) -> f64 {
        x.iter().chain(y).enumerate().skip(1).take(3).fold(0.0, |a, (i, v)| a * 0.5 + v * i as f64)
    }
    (vec![1.0, 2.0], vec![3.0, 4.0, 5.0]) (vec![], vec![1.0]) (vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![6.0])
}
same! {
    fn chained_rev(x: &[f64], y: &[f64]) -> f64 {
        x.iter().chain(y).rev().fold(0.0, |a, v| a * 0.5 + v)
    }
    (vec![1.0, 2.0], vec![3.0, 4.0, 5.0])
}
same! {
    fn once_chained(x: &[f64], y: f64) -> f64 {
        std::iter::once(y).chain(x.iter().copied()).fold(1.0, |a, v| a * v + 0.1)
    }
    (vec![1.0, 2.0], 0.5)
}
same! {
    fn taken_while(x: &[f64]) -> f64 { x.iter().take_while(|v| **v > 0.0).map(|v| v * 2.0).sum() }
    (vec![1.0, 2.0, -1.0, 4.0]) (vec![-1.0]) (vec![1.0])
}
same! {
    fn skipped_while(x: &[f64]) -> f64 { x.iter().skip_while(|v| **v > 0.0).sum() }
    (vec![1.0, 2.0, -1.0, 4.0]) (vec![-1.0, 2.0]) (vec![1.0])
}
same! {
    fn chained_taken_while(x: &[f64], y: &[f64]) -> f64 {
        x.iter().chain(y).take_while(|v| **v > 0.0).sum()
    }
    (vec![1.0, 2.0], vec![4.0, -1.0, 5.0]) (vec![-1.0], vec![2.0])
}
same! {
    fn range_map(n: usize, x: f64) -> f64 { (0..n).map(|i| x.powi(i as i32)).sum() }
    (0, 2.0) (5, 1.1)
}
same! {
    fn range_inclusive(n: i32, x: f64) -> f64 { (1..=n).map(|k| x.powi(k) / k as f64).sum() }
    (0, 2.0) (5, 1.1) (-3, 2.0)
}
same! {
    fn range_rev(n: usize, x: f64) -> f64 {
        (1..n).rev().fold(x, |a, i| a * x + 1.0 / i as f64)
    }
    (0, 2.0) (5, 1.1)
}
same! {
    fn range_steps(n: usize) -> f64 {
        (0..n).step_by(3).rev().fold(0.5, |a, i| a * 0.7 + i as f64)
            + (0..n).rev().step_by(3).fold(0.5, |a, i| a * 0.7 + i as f64)
    }
    (9) (10) (0) (1)
}
same! {
    fn range_skip_zip(x: &[f64]) -> f64 {
        (0..10).skip(2).zip(x).map(|(i, v)| v * i as f64).sum()
    }
    (vec![1.0, 2.0, 3.5])
}
same! {
    fn endless_zip(x: &[f64]) -> f64 { (1..).zip(x).map(|(i, v)| v / i as f64).sum() }
    (vec![1.0, 2.0, 3.5]) (vec![])
}
same! {
    fn endless_take(x: f64, n: usize) -> f64 { (1..).map(|i| x / i as f64).take(n).sum() }
    (1.5, 4) (1.5, 0)
}
same! {
    fn endless_filter_take(x: f64) -> f64 {
        (0usize..).filter(|i| i % 3 == 1).map(|i| x * i as f64).take(3).sum()
    }
    (1.5)
}
same! {
    fn nested(a: &[Vec<f64>], x: &[f64]) -> f64 {
        a.iter().map(|row| row.iter().zip(x).map(|(p, q)| p * q).sum::<f64>()).map(|v| v * v).sum()
    }
    (vec![vec![1.0, 2.0], vec![3.0, -1.0]], vec![0.5, 0.25])
}
same! {
    fn flat_mapped(a: &[Vec<f64>]) -> f64 {
        a.iter().flat_map(|row| row.iter().map(|v| v + 1.0)).fold(0.0, |s, v| s * 0.5 + v)
    }
    (vec![vec![1.0, 2.0], vec![], vec![3.0, -1.0]])
}
same! {
    fn flattened(a: &[Vec<f64>]) -> f64 { a.iter().flatten().take(3).sum() }
    (vec![vec![1.0, 2.0], vec![], vec![3.0, -1.0]])
}
same! {
    fn flat_ranges(n: usize, x: f64) -> f64 {
        (0..n).flat_map(|i| (0..i).map(move |j| i * 10 + j)).map(|k| x * k as f64).sum()
    }
    (4, 0.3)
}
same! {
    fn integers(x: &[f64], k: &[usize]) -> f64 {
        let n: usize = k.iter().sum();
        let m = k.iter().map(|&i| i * 2).sum::<usize>();
        x[0] * n as f64 + m as f64
    }
    (vec![1.5], vec![1, 2, 3])
}
same! {
    fn literal_array(a: f64, b: f64) -> f64 { [a, b, a * b].iter().map(|v| v.exp()).sum() }
    (0.1, 0.2)
}
same! {
    fn inspected(x: &[f64]) -> f64 {
        let mut n = 0;
        let s: f64 = x.iter().inspect(|_| n += 1).sum();
        s * n as f64
    }
    (vec![1.0, 2.0])
}
same! {
    fn split(x: &[f64]) -> f64 {
        let (a, b) = (&x[..2], &x[2..]);
        a.iter().zip(b).map(|(p, q)| p * q).sum()
    }
    (vec![1.0, 2.0, 3.0, 4.0, 5.0])
}
