//! Slices and arrays as arguments: indexing, sub-slices, `for` over them.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at([0.5])]
    fn sum_of_squares(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * x[i];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [1.0, 0.25, 3.0])]
    fn dot(x: &[f64], y: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * y[i];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn for_over_slice(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for v in x {
            s = s * v + 1.0;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn for_over_pattern(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for &v in x {
            s = s * v + v.sin();
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn for_over_array_by_value(x: [f64; 3]) -> f64 {
        let mut s = 1.0;
        for v in x {
            s = s * v + 1.0;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn for_over_array_reference(x: &[f64; 3]) -> f64 {
        let mut s = 1.0;
        for v in x {
            s = s * v + 1.0;
        }
        s + x[1]
    }

    #[differentiable]
    #[at(vec![0.5, 2.0, -1.0])]
    fn vector_by_value(x: Vec<f64>) -> f64 {
        let mut s = 1.0;
        for v in &x {
            s = s * v + 1.0;
        }
        for v in x {
            s += v * v;
        }
        s
    }

    #[differentiable]
    #[at(vec![0.5, 2.0, -1.0])]
    fn vector_by_reference(x: &Vec<f64>) -> f64 {
        x[0] * x[1] + x[x.len() - 1].powi(2)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0], 1, 3)]
    fn sub_slices(x: &[f64], a: usize, b: usize) -> f64 {
        let middle = &x[a..b];
        let head = &x[..a];
        let tail = &x[b..];
        let mut s = 0.0;
        for i in 0..middle.len() {
            s += middle[i] * head[0] * tail[0];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0, 3.0])]
    fn sub_slices_of_sub_slices(x: &[f64]) -> f64 {
        let a = &x[1..];
        let b = &a[..=2];
        let c = &b[1..];
        let all = &c[..];
        a[0] * b[1] + all[1] * all[0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0])]
    fn computed_indices(x: &[f64]) -> f64 {
        let n = x.len();
        let mut s = 0.0;
        for i in 0..n {
            s += x[i] * x[(i + 1) % n] / (1.0 + x[n - 1 - i] * x[n - 1 - i]);
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0], [2, 0, 3, 0])]
    fn indirect_indices(x: &[f64], index: &[usize]) -> f64 {
        let mut s = 1.0;
        for &i in index {
            s = s * x[i] + x[index[i % index.len()]];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0])]
    fn first_and_last(x: &[f64]) -> f64 {
        let first = x.first().copied().unwrap_or(0.0);
        let last = x[x.len() - 1];
        if x.is_empty() { 0.0 } else { first * last }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0])]
    fn split(x: &[f64]) -> f64 {
        let (left, right) = x.split_at(x.len() / 2);
        left[0] * right[1] + left[1] * right[0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 4.0, 3.0])]
    fn for_over_sub_slice(x: &[f64]) -> f64 {
        let mut s = 0.5;
        for v in &x[1..4] {
            s = s * s + v;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn prefix_maximum(x: &[f64]) -> f64 {
        let mut best = x[0];
        for i in 1..x.len() {
            if x[i] > best {
                best = x[i];
            }
        }
        best * best
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 0.25)]
    fn horner(coefficients: &[f64], x: f64) -> f64 {
        let mut p = 0.0;
        for &c in coefficients.iter().rev() {
            p = p * x + c;
        }
        p
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 1.5])]
    fn pairwise_energy(x: &[f64]) -> f64 {
        let mut energy = 0.0;
        for i in 0..x.len() {
            for j in i + 1..x.len() {
                let d = x[i] - x[j];
                energy += 1.0 / (d * d + 0.1);
            }
        }
        energy
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_in_local(x: &[f64]) -> f64 {
        let a = [x[0] * x[1], x[1] * x[2], 1.0];
        let mut s = 1.0;
        for v in a {
            s = s * v + x[0];
        }
        for v in &a {
            s += v;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn table_of_constants(x: &[f64]) -> f64 {
        let weights = [0.25, 0.5, 0.125];
        let mut s = 0.0;
        for (w, v) in weights.iter().zip(x) {
            s += w * v * v;
        }
        s * weights[1]
    }

    #[differentiable]
    #[at(&[0.5, 0.25, 2.0, 1.5], 1.25)]
    fn in_sorted_order(x: &[f64], k: f64) -> f64 {
        let scaled: Vec<f64> = x.iter().map(|v| v * k).collect();
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|&a, &b| scaled[b].partial_cmp(&scaled[a]).unwrap());
        let mut sum = 0.0;
        for (rank, i) in order.iter().enumerate() {
            sum += rank as f64 * scaled[*i] * x[*i];
        }
        sum
    }

    #[differentiable]
    #[at(&[0.5, 0.25, 2.0, 1.5], 5)]
    fn sorted_anew_in_each_step(x: &[f64], n: usize) -> f64 {
        let mut y = x.to_vec();
        let mut order: Vec<usize> = (0..x.len()).collect();
        let mut sum = 0.0;
        for k in 0..n {
            order.sort_by(|a, b| y[*a].partial_cmp(&y[*b]).unwrap());
            order.retain(|i| *i != 7);
            let i = order[k % order.len()];
            y[i] = y[i].sin() + y[order[0]];
            sum += y[i] * k as f64;
        }
        sum
    }

    #[differentiable]
    #[at(&[0.0, 1.0, 2.5], &[3.0, 1.0, 2.0], 1.75)]
    fn interpolated(x: &[f64], y: &[f64], t: f64) -> f64 {
        if x.contains(&t) || !x.is_sorted() {
            return t;
        }
        let i = x.partition_point(|v| *v < t);
        let i = i.clamp(1, x.len() - 1);
        let part = (t - x[i - 1]) / (x[i] - x[i - 1]);
        y[i - 1] * (1.0 - part) + y[i] * part
    }

    #[differentiable]
    #[at(&[0.0, 1.0, 2.5, 3.0], &[1.0, 3.0, -1.0, 2.0], 1.7)]
    #[at(&[0.0, 1.0, 2.5, 3.0], &[1.0, 3.0, -1.0, 2.0], -1.0)]
    #[at(&[0.0, 1.0, 2.5, 3.0], &[1.0, 3.0, -1.0, 2.0], 4.0)]
    fn between_knots(knots: &[f64], values: &[f64], x: f64) -> f64 {
        let i = match knots.binary_search_by(|knot| knot.partial_cmp(&x).unwrap()) {
            Ok(i) => return values[i],
            Err(0) => return values[0],
            Err(i) if i == knots.len() => return values[i - 1],
            Err(i) => i - 1,
        };
        let weight = (x - knots[i]) / (knots[i + 1] - knots[i]);
        values[i] * (1.0 - weight) + values[i + 1] * weight
    }

    #[differentiable]
    #[at(&[2, 5, 9], &[1.0, 3.0, -1.0], 5)]
    #[at(&[2, 5, 9], &[1.0, 3.0, -1.0], 4)]
    #[at(&[2, 5, 9], &[1.0, 3.0, -1.0], 12)]
    fn looked_up(ids: &[u32], values: &[f64], id: u32) -> f64 {
        let next = match ids.binary_search(&id) {
            Ok(i) => return values[i] * values[i],
            Err(next) => next,
        };
        if next < values.len() { values[next].sin() } else { values[next - 1] * values[0] }
    }
}
