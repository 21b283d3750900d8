//! Iterator chains: each adapter with each terminal, written as idiomatic code writes them.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at(Vec::new())]
    fn sum(x: &[f64]) -> f64 {
        x.iter().sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn sum_with_turbofish(x: &[f64]) -> f64 {
        x.iter().sum::<f64>() * x[0] + x.iter().copied().sum::<f64>().sin()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at([0.5, 0.0, -1.0])]
    #[at(Vec::new())]
    fn product(x: &[f64]) -> f64 {
        x.iter().product()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn map_sum(x: &[f64]) -> f64 {
        x.iter().map(|v| v * v).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn map_product(x: &[f64]) -> f64 {
        x.iter().map(|&v| 1.0 + v * v).product()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [1.0, 0.25, 3.0])]
    fn zip_map_sum(x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y.iter()).map(|(a, b)| a * b).sum::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [1.0, 0.25], [2.0, 3.0, 4.0])]
    fn zip_of_three(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
        x.iter().zip(y).zip(z).map(|((a, b), c)| a * b * c).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn enumerate(x: &[f64]) -> f64 {
        x.iter().enumerate().map(|(i, v)| v.powi(i as i32) * (i + 1) as f64).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn enumerate_in_for(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for (i, &v) in x.iter().enumerate() {
            s = s * v + i as f64;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn filter(x: &[f64]) -> f64 {
        x.iter().filter(|v| **v > 0.0).map(|v| v.ln()).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn filter_by_pattern(x: &[f64]) -> f64 {
        x.iter().copied().filter(|&v| v < 1.0).product::<f64>() + x[0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn filter_after_map(x: &[f64]) -> f64 {
        x.iter().map(|v| v * x[1]).filter(|v| v.abs() > 0.75).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn reversed_fold(x: &[f64]) -> f64 {
        x.iter().rev().fold(1.0, |s, v| s * v + 0.5)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn reversed_enumerate(x: &[f64]) -> f64 {
        let a: f64 = x.iter().enumerate().rev().fold(1.0, |s, (i, v)| s * v + i as f64);
        let b: f64 = x.iter().rev().enumerate().fold(1.0, |s, (i, v)| s * v + i as f64);
        a * b
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 3.0])]
    fn skip_and_take(x: &[f64]) -> f64 {
        let a: f64 = x.iter().skip(1).map(|v| v * v).sum();
        let b: f64 = x.iter().take(2).product();
        let c: f64 = x.iter().skip(1).take(3).fold(0.0, |s, v| s * 0.5 + v);
        let d: f64 = x.iter().take(9).skip(4).sum();
        a * b + c * d
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 3.0])]
    fn step_by(x: &[f64]) -> f64 {
        let a: f64 = x.iter().step_by(2).map(|v| v * v).sum();
        let b: f64 = x.iter().skip(1).step_by(2).product();
        let c: f64 = x.iter().step_by(2).rev().fold(1.0, |s, v| s * 0.5 + v);
        a * b * c
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn windows(x: &[f64]) -> f64 {
        x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn windows_of_three_in_for(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for w in x.windows(3) {
            s *= w[0] - 2.0 * w[1] + w[2];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 3.0])]
    fn chunks(x: &[f64]) -> f64 {
        x.chunks(2).map(|c| c[0] * c[c.len() - 1]).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25, 3.0])]
    fn chunks_exact(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for c in x.chunks_exact(2) {
            s += c[0] * c[1];
        }
        s * x.chunks_exact(2).map(|c| c.iter().sum::<f64>()).product::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn fold(x: &[f64]) -> f64 {
        x.iter().fold(0.0, |s, v| (s + v).sin())
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn fold_of_a_pair(x: &[f64]) -> f64 {
        let (s, p) = x.iter().fold((0.0, 1.0), |(s, p), v| (s + v * p, p * v));
        s * p
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[kink([0.5, 2.0, 2.0])]
    fn maximum_and_minimum(x: &[f64]) -> f64 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let smallest = x.iter().cloned().fold(f64::INFINITY, f64::min);
        let again = x.iter().fold(f64::MIN, |m, &v| m.max(v * 0.5));
        largest * 2.0 + smallest * 3.0 + again
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn for_each(x: &[f64]) -> f64 {
        let mut s = 1.0;
        x.iter().for_each(|v| s = s * v + 1.0);
        x.iter().enumerate().for_each(|(i, v)| {
            if i > 0 {
                s += v * v;
            }
        });
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn collect(x: &[f64]) -> f64 {
        let squares: Vec<f64> = x.iter().map(|v| v * v).collect();
        let both = squares.iter().zip(x).map(|(a, b)| a + b).collect::<Vec<_>>();
        squares[0] * both[1] + both[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn collected_result(x: &[f64]) -> Vec<f64> {
        x.iter().map(|v| v.tanh() * x[0]).collect()
    }

    #[differentiable]
    #[at(vec![0.5, 2.0, -1.0])]
    fn into_iter(x: Vec<f64>) -> f64 {
        x.into_iter().map(|v| v * v).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn into_iter_of_array(x: [f64; 3]) -> f64 {
        x.into_iter().enumerate().map(|(i, v)| v * i as f64).sum::<f64>() * x[0]
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn range_map_sum(x: f64, n: usize) -> f64 {
        (0..n).map(|k| x.powi(k as i32) / (k + 1) as f64).sum()
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn range_adapters(x: f64, n: usize) -> f64 {
        let a: f64 = (1..=n).rev().fold(x, |s, k| s / k as f64 + x);
        let b: f64 = (0..n).filter(|k| k % 2 == 0).map(|k| x + k as f64).product();
        let c: f64 = (0..n).step_by(2).map(|k| (x * k as f64).sin()).sum();
        a * b + c
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn range_over_indices(x: &[f64]) -> f64 {
        (0..x.len()).map(|i| x[i] * x[x.len() - 1 - i]).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn nested_chains(x: &[f64]) -> f64 {
        x.iter().map(|a| x.iter().map(|b| (a - b).powi(2)).sum::<f64>().sqrt()).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn pairs_below(x: &[f64]) -> f64 {
        x.iter().enumerate().map(|(i, a)| x.iter().skip(i + 1).map(|b| a * b).sum::<f64>()).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 0.25)]
    fn captures(x: &[f64], k: f64) -> f64 {
        let shift = k * k;
        x.iter().map(|v| (v - shift) * k).map(|d| d * d + shift).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn block_closures(x: &[f64]) -> f64 {
        x.iter()
            .map(|v| {
                let a = v * 2.0;
                let mut b = a.sin();
                if b > 0.5 {
                    b *= a;
                }
                a + b
            })
            .sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn mean_and_variance(x: &[f64]) -> (f64, f64) {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance)
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]])]
    fn rows(m: &[[f64; 2]]) -> f64 {
        m.iter().map(|row| row.iter().map(|v| v * v).sum::<f64>().sqrt()).sum()
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]])]
    fn rows_by_pattern(m: &[[f64; 2]]) -> f64 {
        let mut s = 0.0;
        for &[a, b] in m.iter() {
            s += a * b;
        }
        for [a, b] in m {
            s *= a + b;
        }
        s
    }

    #[differentiable]
    #[at([(0.5, 2.0), (-1.0, 0.25)])]
    fn slice_of_pairs(x: &[(f64, f64)]) -> f64 {
        x.iter().map(|(a, b)| a * b).sum::<f64>() + x.iter().map(|p| p.0 - p.1).product::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn windows_and_zip(x: &[f64]) -> f64 {
        x.windows(2).zip(x.iter().skip(1)).map(|(w, v)| w[0] * v).sum::<f64>()
            + x.windows(2).enumerate().map(|(i, w)| w[1] * i as f64 * w[0]).sum::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn chunks_and_zip(x: &[f64]) -> f64 {
        x.chunks(2).zip([2.0, 3.0]).map(|(c, k)| c[0] * c[1] * k).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn mutated_while_iterated(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        for (a, b) in y.iter_mut().zip(x.iter().rev()) {
            *a *= b;
        }
        y.iter_mut().enumerate().skip(1).for_each(|(i, v)| *v += i as f64 * x[0]);
        for pair in y.chunks_exact_mut(2) {
            pair.swap(0, 1);
            pair[0] *= 2.0;
        }
        y.iter().zip(x).map(|(a, b)| a * b).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25], [3, 1, 2, 0])]
    fn inactive_iterators(x: &[f64], order: &[usize]) -> f64 {
        order.iter().map(|&i| x[i] * i as f64).sum::<f64>()
            + order.iter().zip(x).filter(|(i, _)| **i > 1).map(|(_, v)| v * v).sum::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn counted(x: &[f64]) -> f64 {
        let positive = x.iter().filter(|v| **v > 0.0).count();
        let any = x.iter().any(|v| *v > 1.5);
        let all = x.iter().all(|v| v.is_finite());
        if any && all { x[0] * positive as f64 } else { x[1] }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25], [1.0, 2.0])]
    fn chained(x: &[f64], y: &[f64]) -> f64 {
        x.iter().chain(y.iter()).map(|v| v * v).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn last_and_nth(x: &[f64]) -> f64 {
        let last = x.iter().last().unwrap();
        let second = x.iter().nth(1).unwrap();
        last * second
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn take_while(x: &[f64]) -> f64 {
        x.iter().take_while(|v| **v > 0.0).map(|v| v * v).sum::<f64>()
            + x.iter().skip_while(|v| **v > 0.0).sum::<f64>()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn in_an_expression(x: &[f64]) -> f64 {
        let n = x.len();
        (x.iter().map(|v| v.exp()).sum::<f64>() / n as f64).ln()
            - x.iter().sum::<f64>() / (1.0 + x.iter().map(|v| v.abs()).sum::<f64>())
    }

    #[differentiable]
    #[at(0.7, 2)]
    #[at(0.7, 9)]
    fn generated_items(x: f64, n: usize) -> f64 {
        let halves: f64 = std::iter::successors(Some(x), |v| Some(v * 0.5)).take(n).sum();
        let until_small: f64 =
            std::iter::successors(Some(x), |v| (*v > 0.05).then(|| v * v)).map(|v| v.sin()).sum();
        let ends_at_once: f64 = std::iter::successors(None, |v: &f64| Some(v * x)).sum();
        let mut held = x;
        let counted: Vec<f64> = std::iter::from_fn(|| {
            held *= 0.5 * x;
            if held > 0.01 { Some(held) } else { None }
        })
        .collect();
        let same: f64 = std::iter::repeat_with(|| x * x).take(n).sum();
        halves * until_small + ends_at_once + counted.iter().sum::<f64>() * same
    }

    #[differentiable]
    #[at(&[2.0, 0.5, -1.0, 3.0], 0.4)]
    #[at(&[-2.0, 0.5], 0.4)]
    #[at(&[], 0.4)]
    fn items_that_may_be_missing(x: &[f64], k: f64) -> f64 {
        let root = |v: f64| if v > 0.0 { Some(v.sqrt() * k) } else { None };
        let present: Vec<Option<f64>> = x.iter().map(|v| root(*v)).collect();
        let all: f64 = present.iter().flatten().sum();
        let by_value: f64 = present.clone().into_iter().flatten().map(|v| v * v).sum();
        let first = x.iter().find_map(|v| if *v < 1.0 { Some(v * k) } else { None });
        let last = x.iter().rev().find_map(|v| root(*v)).unwrap_or(k);
        let leading: f64 = x.iter().map_while(|v| root(*v)).sum();
        all * by_value + first.unwrap_or(k) * last + leading
    }

    /// Functions that are handed on by their paths: methods and operators of the standard library.
    #[differentiable]
    #[at(&[0.5, 1.5, 2.0])]
    fn by_their_paths(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(<[f64]>::to_vec).collect();
        let lengths: usize = rows.iter().map(Vec::len).sum();
        let firsts: Vec<f64> = rows.iter().filter_map(|r| r.first()).map(Clone::clone).collect();
        let squares = x.iter().map(|v| v * v).fold(0.0, std::ops::Add::add);
        let product = x.iter().copied().reduce(core::ops::Mul::mul).unwrap();
        let negative: f64 = x.iter().copied().map(std::ops::Neg::neg).sum();
        let quotient = <f64 as std::ops::Div<f64>>::div(x[0], x[1]);
        let last = <[f64]>::last(x).unwrap();
        rows[0][1] * rows[0][0] * lengths as f64 * last
            + firsts[1] * squares * product
            + negative * quotient
    }
}
