//! `Vec`: `vec!`, `push`, `pop`, `with_capacity`, `extend`, `truncate`, `clone`, vectors of vectors.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5, 4)]
    fn repeat(x: f64, n: usize) -> f64 {
        let mut v = vec![x; n];
        v[1] *= v[0];
        v[2] = v[1] * x;
        let mut s = 0.0;
        for i in 0..n {
            s += v[i] * v[i];
        }
        s
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn listed(x: f64, y: f64) -> f64 {
        let v = vec![x, y, x * y, 1.0];
        v[0] * v[1] + v[2] * v[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn scratch_of_zeros(x: &[f64]) -> f64 {
        let n = x.len();
        let mut partial = vec![0.0; n];
        partial[0] = x[0];
        for i in 1..n {
            partial[i] = partial[i - 1] * x[i] + x[i];
        }
        partial[n - 1] * partial[1]
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn push(x: f64, n: usize) -> f64 {
        let mut v = Vec::new();
        v.push(x);
        for i in 0..n {
            let last = v[i];
            v.push(last * x + 1.0);
        }
        v[n] * v[1] + v.len() as f64
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn with_capacity(x: f64, n: usize) -> f64 {
        let mut v: Vec<f64> = Vec::with_capacity(n);
        for i in 0..n {
            v.push(x.powi(i as i32));
        }
        v.iter().sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn push_and_pop(x: &[f64]) -> f64 {
        let mut stack = vec![x[0]];
        stack.push(x[1] * x[0]);
        stack.push(x[2]);
        let top = stack.pop().unwrap();
        stack.push(top * x[1]);
        let a = stack.pop().unwrap();
        let b = stack.pop().unwrap();
        a * b + stack[0] * stack.len() as f64
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn pop_as_option(x: &[f64]) -> f64 {
        let mut stack = Vec::new();
        for v in x {
            stack.push(v * v);
        }
        let mut s = 1.0;
        if let Some(top) = stack.pop() {
            s *= top;
        }
        match stack.pop() {
            Some(v) => s += v,
            None => s = 0.0,
        }
        s * stack.pop().unwrap_or(3.0) + stack.pop().unwrap_or(x[1])
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn extend(x: &[f64]) -> f64 {
        let mut v = vec![1.0];
        v.extend(x.iter().map(|a| a * a));
        v.extend_from_slice(x);
        v.extend([x[0] * 2.0, x[1]]);
        let mut s = 0.0;
        for i in 0..v.len() {
            s += v[i] * (i as f64 + 1.0);
        }
        s * v[1]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn copied(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let w = v.clone();
        v[0] *= w[1];
        v[2] += v[0];
        v[0] * v[2] + w[2] * w[0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn cleared_and_truncated(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        v.truncate(2);
        let s = v[0] * v[1];
        v.clear();
        v.push(s * x[2]);
        v[0] * s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 2)]
    fn vector_of_vectors(x: &[f64], n: usize) -> f64 {
        let mut rows = vec![vec![0.0; n]; 3];
        for i in 0..3 {
            for j in 0..n {
                rows[i][j] = x[i] * (j + 1) as f64;
            }
        }
        rows[1][0] *= rows[0][1];
        rows[2].push(x[0] * x[1]);
        let mut s = 0.0;
        for row in &rows {
            for v in row {
                s += v * v;
            }
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn pushed_rows(x: &[f64]) -> f64 {
        let mut rows: Vec<[f64; 2]> = Vec::new();
        for i in 0..x.len() {
            rows.push([x[i], x[i] * x[0]]);
        }
        rows[1][0] += rows[2][1];
        rows[0][0] * rows[1][0] + rows[2][0] * rows[1][1]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn result_vector(x: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(x.len());
        for (i, v) in x.iter().enumerate() {
            out.push(v * v + i as f64 * x[0]);
        }
        out
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn filtered_result(x: &[f64]) -> Vec<f64> {
        let mut out = vec![];
        for &v in x {
            if v > 0.0 {
                out.push(v.sqrt());
                out.push(v * x[2]);
            }
        }
        out
    }

    #[differentiable]
    #[at(vec![0.5, 2.0, -1.0], 0.25)]
    fn moved_in_and_out(mut v: Vec<f64>, x: f64) -> Vec<f64> {
        v[0] *= x;
        v.push(v[1] * x);
        v
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn swapped_and_inserted(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        v.swap(0, 2);
        v.insert(1, x[0] * x[1]);
        let removed = v.remove(0);
        v[0] * v[1] + removed * v[2]
    }

    #[differentiable]
    #[at(0.5, 6)]
    fn vector_of_indices(x: f64, n: usize) -> f64 {
        let mut picked = Vec::new();
        for i in 0..n {
            if i % 2 == 1 {
                picked.push(i);
            }
        }
        let mut s = 1.0;
        for &i in &picked {
            s = s * x + i as f64;
        }
        while let Some(i) = picked.pop() {
            s += x * i as f64;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn resized(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        v.resize(5, x[0] * x[1]);
        v[4] * v[3] + v[2]
    }

    /// The bars of `u` and of `states` are both added to by index.
    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9], 2.0)]
    fn arrays_replaced_in_a_loop(x: &[f64], k: f64) -> f64 {
        let mut states: Vec<[f64; 2]> = x.iter().map(|&v| [v, k * v]).collect();
        for i in 0..states.len() {
            let u = states[i];
            let v = states[(i + 1) % 4];
            states[i] = [u[0] * k + v[1], u[1] * v[0]];
        }
        states.iter().map(|s| s[0] * s[1]).sum()
    }

    /// The fast Fourier transform in place.
    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9, 0.2, 0.1, -1.0, 0.4])]
    fn butterflies(x: &[f64]) -> f64 {
        let n = x.len();
        let mut a: Vec<[f64; 2]> = x.iter().map(|&v| [v, 0.0]).collect();
        let bits = n.trailing_zeros();
        for i in 0..n {
            let j = i.reverse_bits() >> (usize::BITS - bits);
            if i < j {
                a.swap(i, j);
            }
        }
        let mut len = 2;
        while len <= n {
            let angle = -6.25 / len as f64;
            for start in (0..n).step_by(len) {
                for k in 0..len / 2 {
                    let (s, c) = (angle * k as f64).sin_cos();
                    let u = a[start + k];
                    let v = a[start + k + len / 2];
                    let t = [v[0] * c - v[1] * s, v[0] * s + v[1] * c];
                    a[start + k] = [u[0] + t[0], u[1] + t[1]];
                    a[start + k + len / 2] = [u[0] - t[0], u[1] - t[1]];
                }
            }
            len <<= 1;
        }
        let mut power = 0.0;
        for (k, [re, im]) in a.iter().enumerate() {
            power += (re * re + im * im) * (k as f64 + 1.0).sqrt();
        }
        power
    }

    #[differentiable]
    #[at(1.5)]
    #[at(0.5)]
    fn declared_before_and_grown(x: f64) -> f64 {
        let mut v;
        if x > 1.0 {
            v = vec![x, x * x];
            v.push(2.0 * x);
            v[0] = x * x;
        } else {
            v = vec![x];
            v[0] *= x;
        }
        v[0] * v[v.len() - 1]
    }

    #[differentiable]
    #[at(0.5)]
    fn declared_in_a_loop(x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..3 {
            let mut v: Vec<f64>;
            if i % 2 == 0 {
                v = vec![x, s];
                v[0] = x * s;
            } else {
                v = vec![s * x];
                v.push(x);
            }
            s += v[0] * v[1] + x;
            v = vec![s, x];
            s += v[0] * v[1];
        }
        s
    }

    #[differentiable]
    #[at(&[2.0, 0.5, -1.0, 3.0], 0.4)]
    #[at(&[-2.0, -0.5], 0.4)]
    #[at(&[2.0, 0.5], 0.4)]
    fn retained(x: &[f64], k: f64) -> f64 {
        let mut kept: Vec<f64> = x.iter().map(|v| v * k).collect();
        kept.retain(|v| *v > 0.0);
        for (i, v) in kept.iter_mut().enumerate() {
            *v *= (i + 1) as f64;
        }
        let mut rows = vec![kept.clone(), vec![k], x.to_vec()];
        rows.retain(|row| row.len() != 1);
        rows.iter().map(|row| row.iter().fold(k, |p, v| p * v + v)).sum::<f64>()
            + kept.len() as f64 * k
    }

    /// What is drained is gone.
    #[differentiable]
    #[at(0.625, 1.25)]
    fn drained(x: f64, k: f64) -> f64 {
        let mut list = vec![x, k, x * k, k * k];
        let cut: Vec<f64> = list.drain(2..).map(|v| v * v).collect();
        let mut sum = cut[0] * cut[1];
        for v in list.drain(..1) {
            sum += v * k;
        }
        for i in 0..3 {
            for v in list.drain(..) {
                sum *= 1.0 + v * v;
            }
            list.push(sum * 0.25);
            list.push(x * i as f64);
        }
        list.drain(1..);
        let mut indices = vec![1usize, 2, 0];
        for i in indices.drain(1..) {
            sum += cut.get(i).copied().unwrap_or(k) * x;
        }
        sum * list[0] + indices[0] as f64 * list.len() as f64
    }
}
