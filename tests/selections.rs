//! Loops that select the largest or smallest of elements: reverse mode against forward mode, which does
//! not treat them in particular.

use chainrule::differentiable;

#[differentiable]
fn largest(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[differentiable]
fn least_from(x: &[f64], start: f64) -> f64 {
    x.iter().fold(start, |least, v| v.min(least))
}

/// The value from before is overwritten, and selected from other places each time.
#[differentiable]
fn of_parts(x: &[f64], y: f64) -> f64 {
    let mut total = 1.0;
    for start in 0..3 {
        let mut largest = y * total;
        for k in 1..x.len() - start {
            largest = largest.max(x[start + k]);
        }
        total = total * 0.5 + largest.sin();
        let least = x[start..].iter().rev().fold(largest * 0.7, |least, v| v.min(least));
        total += least * least;
        largest = x[start + 1];
        total *= 1.0 + 0.1 * largest;
    }
    total
}

#[differentiable]
fn of_rows(x: &[[f64; 3]; 2], y: f64) -> f64 {
    let widest = x.iter().map(|row| row.iter().copied().fold(f64::MIN, f64::max)).sum::<f64>();
    let mut all = y;
    for row in x {
        for v in row {
            all = f64::max(*v, all);
        }
    }
    if widest > 0.0 {
        all = x[1].iter().fold(all * widest, |all, v| all.min(*v));
    }
    all * widest
}

/// The bound is the selected value itself.
#[differentiable]
fn of_as_many_as_selected(x: &[f64]) -> f64 {
    let mut largest: f64 = 2.0;
    for i in 0..largest as usize {
        largest = largest.max(x[i]);
    }
    largest
}

/// One tangent at a time.
fn columns(count: usize, mut jvp: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let unit = |i: usize| (0..count).map(move |j| if i == j { 1.0 } else { 0.0 });
    (0..count).map(|i| jvp(&unit(i).collect::<Vec<f64>>())).collect()
}

const NAN: f64 = f64::NAN;

#[test]
fn ties_zeros_and_nans() {
    let points: [[f64; 4]; 11] = [
        [0.5, 2.0, -1.0, 1.5],
        [2.0, 2.0, -1.0, 2.0],
        [-1.0, 2.0, 2.0, 1.0],
        [0.0, -0.0, 0.0, -0.0],
        [-0.0, 0.0, -0.0, -3.0],
        [NAN, 1.0, NAN, 1.0],
        [1.0, NAN, 3.0, NAN],
        [NAN; 4],
        [f64::NEG_INFINITY; 4],
        [f64::INFINITY, 1.0, f64::INFINITY, NAN],
        [1.0, 0.0, -0.0, 0.0],
    ];
    for x in points {
        assert_eq!(largest::grad(&x), columns(4, |dot| largest::jvp(&x, dot).1), "{x:?}");
        for start in [0.0, -0.0, 2.0, -2.0, 1.0, NAN, f64::INFINITY] {
            let (x_bar, start_bar) = least_from::grad(&x, start);
            let expected = columns(5, |dot| least_from::jvp(&x, start, &dot[..4], dot[4]).1);
            assert_eq!([&x_bar[..], &[start_bar]].concat(), expected, "{x:?}, {start}");
            let (value, pullback) = least_from::vjp(&x, start);
            assert!(value.to_bits() == least_from(&x, start).to_bits());
            let (x_bar, start_bar) = pullback(2.0);
            let twice: Vec<f64> = expected.iter().map(|dot| 2.0 * dot).collect();
            assert_eq!([&x_bar[..], &[start_bar]].concat(), twice, "{x:?}, {start}");
        }
    }
    assert_eq!(largest::grad(&[]), Vec::<f64>::new());
}

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-13 * expected.abs().max(1.0), "{found} {expected}");
    }
}

#[test]
fn selections_in_loops() {
    for y in [-2.0, 0.25, 3.0] {
        for x in [[0.5, 2.0, -1.0, 1.5], [3.0, 2.0, -1.0, 7.5], [2.0, 2.0, -1.0, 2.0]] {
            let (mut x_bar, mut y_bar) = (vec![0.0; 4], 0.0);
            for _ in 0..2 {
                of_parts::adjoint(&x, y, 0.5, &mut x_bar, &mut y_bar);
            }
            let expected = columns(5, |dot| of_parts::jvp(&x, y, &dot[..4], dot[4]).1);
            close(&[x_bar, vec![y_bar]].concat(), &expected);
        }
        for x in [[[0.5, 2.0, -1.0], [1.0, -3.0, 0.25]], [[-0.5, -2.0, -1.0], [-1.0, 1.5, 1.5]]] {
            let (x_bar, y_bar) = of_rows::grad(&x, y);
            let expected = columns(7, |dot| {
                let rows = [[dot[0], dot[1], dot[2]], [dot[3], dot[4], dot[5]]];
                of_rows::jvp(&x, y, &rows, dot[6]).1
            });
            close(&[x_bar.concat(), vec![y_bar]].concat(), &expected);
        }
    }
    assert_eq!(of_as_many_as_selected::grad(&[1.0, 4.0, 9.0, 9.0]), [0.0, 1.0, 0.0, 0.0]);
}

#[differentiable(order = 2)]
fn powers(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for _ in 0..2 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        s *= x.iter().fold(largest, |least, v| v.min(least)) * largest;
    }
    s
}

#[test]
fn at_second_order() {
    // The square of the product of the largest and the smallest.
    let (x, v) = ([2.0, 3.0, 2.5], [0.5, -1.0, 4.0]);
    let expected = [[18.0, 24.0, 0.0], [24.0, 8.0, 0.0], [0.0; 3]];
    let product: Vec<f64> =
        expected.iter().map(|row| row.iter().zip(v).map(|(h, v)| h * v).sum()).collect();
    close(&powers::grad(&x), &[36.0, 24.0, 0.0]);
    close(&powers::hvp(&x, &v), &product);
    close(&powers::hvp_reverse(&x, &v), &product);
    close(powers::hessian(&x).as_slice().expect("contiguous"), &expected.concat());
}

/// A search of the user's own: what stands beside each element that is equal, and beside the first.
#[differentiable]
fn beside(x: &[f64], #[constant] v: f64, w: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        if x[i] == v && w[i] != 5.0 {
            sum += w[i] * x[i];
        }
    }
    for i in 0..x.len() {
        if x[i] == v {
            sum += 100.0 * w[i];
            break;
        }
    }
    sum
}

#[test]
fn in_blocks() {
    for n in [1, 31, 32, 33, 64, 100] {
        for at in [0, n / 3, n / 2, n - 1] {
            let mut x: Vec<f64> = (0..n).map(|i| (i % 7) as f64).collect();
            x[at] = 9.0;
            let unit = |places: &[usize], value: f64| {
                let mut unit = vec![0.0; n];
                places.iter().for_each(|place| unit[*place] += value);
                unit
            };
            assert_eq!(largest::grad(&x), unit(&[at], 1.0));
            let tie = (at + 40).min(n - 1);
            x[tie] = 9.0;
            assert_eq!(largest::grad(&x), unit(&[at], 1.0));

            let w: Vec<f64> = (0..n).map(|i| (i % 11) as f64).collect();
            let (by_x, by_w) = beside::grad(&x, 9.0, &w);
            let mut both = vec![at, tie];
            both.dedup();
            both.retain(|place| w[*place] != 5.0);
            let mut expected = unit(&both, 9.0);
            expected[at] += 100.0;
            assert_eq!(by_w, expected);
            let expected: Vec<f64> = unit(&both, 1.0).iter().zip(&w).map(|(e, w)| e * w).collect();
            assert_eq!(by_x, expected);
            let (value, change) = beside::jvp(&x, 9.0, &w, &unit(&[at], 1.0), &unit(&[at], 0.0));
            assert_eq!((value, change), (beside(&x, 9.0, &w), by_x[at]));
        }
    }
    // Nothing is equal to a NaN.
    assert_eq!(beside::grad(&[f64::NAN; 70], f64::NAN, &[1.0; 70]).1, [0.0; 70]);
}
