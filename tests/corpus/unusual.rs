//! What nobody writes twice: names that meet those of generated code, shadowing, worklists, labelled
//! blocks with values, closures that move, literals that leave their type open.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    // Names that generated code uses.
    #[differentiable]
    #[at(0.5, 2.0)]
    fn clashing_names(x_dot: f64, tape: f64) -> f64 {
        let seed = x_dot * tape;
        let value = seed.sin() + x_dot;
        let rt = value * value;
        let x_bar = rt + seed;
        let record = x_bar * 2.0;
        let held = record.exp() * 0.1;
        let payload = held + value;
        let pullback = payload * seed;
        let t = pullback + x_dot;
        let t_2 = t * t;
        let index = t_2 * 0.5;
        let count = index - tape;
        count * t_2
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 3)]
    fn clashing_in_loops(tape: &[f64], count: usize) -> f64 {
        let mut value = 1.0;
        let mut s_bar = 0.5;
        for trip in 0..count {
            let index = tape[trip] * value;
            let t = index.sin() * s_bar;
            value = t + value * 0.5;
            s_bar = s_bar * 0.9 + value * index;
        }
        value * s_bar
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn raw_names(r#type: f64, r#match: f64) -> f64 {
        let r#fn = r#type * r#match;
        let mut r#loop = r#fn;
        for _ in 0..3 {
            r#loop = r#loop.sin() + r#type;
        }
        r#loop * r#match
    }

    #[differentiable]
    #[at(0.5)]
    fn shadow_chain(x: f64) -> f64 {
        let x = x * x;
        let x = {
            let x = x.sin();
            x * x
        };
        let y = x;
        let x = if y > 0.0 {
            let x = y.exp();
            x
        } else {
            y
        };
        let (x, y) = (y, x);
        x * 2.0 + y * y
    }

    fn t(n: usize) -> usize {
        n + 1
    }
    fn index(n: usize) -> f64 {
        n as f64
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn functions_named_like_ours(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..t(n) {
            s = s * 0.5 + x * index(i);
        }
        s * s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn pop_all(x: &[f64]) -> f64 {
        let mut stack: Vec<f64> = Vec::new();
        for v in x {
            stack.push(*v * 2.0);
        }
        let mut s = 1.0;
        while let Some(top) = stack.pop() {
            s = s * 0.5 + top * top;
            if s > 1.0e6 {
                break;
            }
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn worklist(x: &[f64]) -> f64 {
        let mut stack = vec![(0usize, 1.0)];
        let mut total = 0.0;
        while let Some((node, weight)) = stack.pop() {
            total += weight * x[node];
            if node * 2 + 1 < x.len() {
                stack.push((node * 2 + 1, weight * x[node]));
            }
            if node * 2 + 2 < x.len() {
                stack.push((node * 2 + 2, weight * 0.5));
            }
        }
        total
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0], 1.5)]
    fn labelled_value(x: &[f64], limit: f64) -> f64 {
        let mut acc = 0.0;
        let found = 'outer: loop {
            for i in 0..x.len() {
                for j in i..x.len() {
                    acc += x[i] * x[j];
                    if acc > limit {
                        break 'outer acc * x[j];
                    }
                    if x[j] < 0.0 {
                        continue;
                    }
                }
            }
            break acc;
        };
        found * 2.0 + acc
    }

    #[differentiable]
    #[at(0.5, 2)]
    #[at(0.5, 0)]
    fn labelled_block(x: f64, n: usize) -> f64 {
        let y = 'done: {
            if n == 0 {
                break 'done x * 3.0;
            }
            let z = x.sin();
            if n == 1 {
                break 'done z;
            }
            z * x
        };
        y * y
    }

    #[differentiable]
    #[at([[0.5, 2.0], [1.0, -1.0], [0.25, 3.0]])]
    fn continue_outer(m: [[f64; 2]; 3]) -> f64 {
        let mut s = 0.0;
        'rows: for row in &m {
            for v in row.iter() {
                if *v < 0.0 {
                    s += *v * 0.1;
                    continue 'rows;
                }
                s += v * v;
            }
            s *= 0.5;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn move_closure(x: f64, y: f64) -> f64 {
        let scale = x * y;
        let f = move |z: f64| scale * z.sin() + x;
        let mut s = 0.0;
        for i in 0..3 {
            s += f(y * i as f64) * f(s);
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 2.0)]
    fn closure_of_closure(x: &[f64], y: f64) -> f64 {
        let square = |v: f64| v * v;
        let apply = |a: f64, b: f64| square(a) * b + y;
        x.iter().zip(x.iter().rev()).map(|(a, b)| apply(*a, *b)).sum()
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn literals_of_branches(x: f64, y: f64) -> f64 {
        let k = if x > 1.0 { 0.5 } else { 1.5 };
        let a = [0.25, 0.75, 1.25];
        let pair = (2.0, 3.0);
        let base = if y > 1.0 { 2.0 } else { 3.0 };
        x.powf(k) + y.log(base) + x.max(a[1]) * pair.0 + x.atan2(pair.1) + k * y
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn last_of_vec(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let n = v.len();
        v[n - 1] *= 2.0;
        v.push(x[0] * x[1]);
        let m = v.len() - 1;
        v[m] += v[m - 1];
        v[m] * v[0]
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Point {
        x: f64,
        y: f64,
    }

    #[derive(Clone, Differentiable)]
    struct Cloud {
        points: [Point; 2],
        weights: Vec<f64>,
        origin: Option<f64>,
        id: usize,
    }

    #[differentiable]
    #[at(Cloud { points: [Point { x: 0.5, y: 2.0 }, Point { x: -1.0, y: 0.25 }], weights: vec![0.5, 1.5], origin: Some(0.75), id: 3 }, 0.5)]
    fn nested_data(c: &Cloud, k: f64) -> f64 {
        let mut s = match c.origin {
            Some(o) if o > 0.5 => o * k,
            Some(o) => o,
            None => k,
        };
        for (p, w) in c.points.iter().zip(c.weights.iter()) {
            s += (p.x * p.x + p.y * k) * w;
        }
        s * c.id as f64
    }

    #[differentiable]
    #[at([Point { x: 0.5, y: 2.0 }, Point { x: -1.0, y: 0.25 }], 0.1)]
    fn array_of_points(mut p: [Point; 2], h: f64) -> f64 {
        for _ in 0..3 {
            for i in 0..2 {
                let q = p[1 - i];
                p[i].x += h * q.y;
                p[i].y -= h * p[i].x * q.x;
            }
        }
        p[0].x * p[1].y
    }

    #[differentiable]
    #[at(0.5, Some(2.0))]
    #[at(0.5, None)]
    fn optional(x: f64, y: Option<f64>) -> f64 {
        let Some(y) = y else { return x.sin() };
        let z = if let Some(v) = Some(x * y) { v * v } else { 0.0 };
        z + y
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(3.0, 2.0)]
    fn guards(x: f64, y: f64) -> f64 {
        match (x * y, x) {
            (p, _) if p > 5.0 => p * x,
            (p, q) if p > q => p.sin() * q,
            (p, q) => p + q,
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0, 0.25])]
    fn windows_and_chunks(x: &[f64]) -> f64 {
        let a: f64 = x.windows(3).map(|w| w[0] * w[1] - w[2]).sum();
        let b: f64 = x.chunks(2).rev().map(|c| c.iter().product::<f64>()).sum();
        let c = x
            .iter()
            .rev()
            .zip(x.iter().skip(1))
            .enumerate()
            .fold(0.0, |s, (i, (p, q))| s * 0.5 + p * q * i as f64);
        a * b + c
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0], [0.0, 1.0, 2.0, 3.0], [0.5; 4])]
    fn several_buffers(x: &[f64], y: &mut [f64], z: &mut [f64]) -> f64 {
        let mut e = 0.0;
        for i in 0..x.len() {
            let old = y[i];
            y[i] = x[i] * z[i];
            z[i] += old * y[i];
            e += z[i];
        }
        let n = y.len();
        y[..n / 2].copy_from_slice(&z[n / 2..]);
        z[0] = 0.0;
        e * y[0]
    }

    #[differentiable]
    fn smooth(u: &mut [f64], depth: usize) -> f64 {
        if depth == 0 || u.len() < 2 {
            return u[0];
        }
        let half = u.len() / 2;
        let (left, right) = u.split_at_mut(half);
        let a = smooth(left, depth - 1);
        let b = smooth(right, depth - 1);
        left[0] += 0.25 * b;
        right[0] *= a;
        a * b
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn recursion_over_halves(x: &[f64]) -> f64 {
        let mut u = x.to_vec();
        let s = smooth(&mut u, 3);
        s + u[0] * u[1] + u[2] * u[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 2.0)]
    fn generic_caller(x: [f64; 3], p: f64) -> f64 {
        weighted::<3>(&x, p) + weighted(&[p, p * p], x[0])
    }

    #[differentiable]
    fn weighted<const N: usize>(x: &[f64; N], p: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..N {
            s += x[i] * p.powi(i as i32);
        }
        s / N as f64
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn inner_function(x: f64, y: f64) -> f64 {
        fn scaled(v: f64, k: f64) -> f64 {
            const HALF: f64 = 0.5;
            v * k * HALF
        }
        let y = scaled(x, y) * y;
        scaled(y, scaled(x, y))
    }

    #[differentiable]
    #[at(0.5, 7)]
    fn collatz(x: f64, n: u64) -> f64 {
        let (mut n, mut v) = (n, x);
        while n != 1 {
            (n, v) = if n % 2 == 0 { (n / 2, v * 0.5 + x) } else { (3 * n + 1, v.sin()) };
        }
        v
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn call_before_borrow(x: f64, y: f64) -> f64 {
        let mut a = x * y;
        let b = bump(a.sin() * a, &mut a, x);
        a * b
    }

    #[differentiable]
    fn bump(by: f64, to: &mut f64, k: f64) -> f64 {
        let old = *to;
        *to = old * k + by;
        old * by
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn early_exits(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, v) in x.iter().enumerate() {
            if *v < 0.0 {
                if i > 5 {
                    return 0.0;
                }
                return s * v;
            }
            s += v.exp();
        }
        s
    }

    #[differentiable]
    fn bump_first(to: &mut f64, by: f64) -> f64 {
        let old = *to;
        *to = old * by;
        old + by
    }

    /// The tangent of `by` must not be evaluated while `a` is lent.
    #[differentiable]
    #[at(0.5, 2.0)]
    fn argument_made_of_what_is_lent(x: f64, y: f64) -> f64 {
        let mut a = x * y;
        let by = a.sin() * a;
        let b = bump_first(&mut a, by);
        a * b
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn methods_of_open_literals(x: f64, y: f64) -> f64 {
        let mut pair: (f64, f64) = (1.25, 2.0);
        let s = (if x > y { 0.5_f64 } else { 1.5_f64 }).sin() * y;
        let z = pair.0.max(pair.1).sin() * x;
        pair.0 = pair.1.tanh() * x;
        -(-s) + z * pair.0
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at([2.5, 2.0, 1.0])]
    fn methods_of_options(x: &[f64]) -> f64 {
        let mut best: Option<f64> = None;
        for v in x {
            if best.is_none_or(|b| v * v > b) {
                best = Some(v * v);
            }
        }
        let log = best.and_then(|b| if b > 5.0 { Some(b.ln()) } else { None });
        let scale = if best.is_some_and(|b| b > 5.0) { x[0] } else { x[1] };
        log.unwrap_or(x[2]) * scale
    }
}
