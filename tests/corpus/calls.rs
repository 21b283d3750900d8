//! Calls of annotated functions: plain, nested, recursive, with buffers, in modules.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5)]
    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn swish(x: f64, beta: f64) -> f64 {
        x * sigmoid(beta * x)
    }

    #[differentiable]
    #[at(0.5)]
    fn three_levels(x: f64) -> f64 {
        swish(x, 2.0) + swish(sigmoid(x), x)
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn call_in_loop(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            s = swish(s, x) + i as f64 * sigmoid(s);
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn call_in_condition(x: f64) -> f64 {
        if sigmoid(x) > 0.5 { sigmoid(x) * x } else { x }
    }

    #[differentiable]
    #[at(0.5)]
    fn calls_as_arguments(x: f64) -> f64 {
        swish(sigmoid(x), sigmoid(sigmoid(x) + x))
    }

    #[differentiable]
    #[at(0.5, 5)]
    #[at(0.5, 0)]
    fn power(x: f64, n: usize) -> f64 {
        if n == 0 {
            return 1.0;
        }
        x * power(x, n - 1)
    }

    #[differentiable]
    #[at(0.5, 9)]
    fn power_by_squaring(x: f64, n: u32) -> f64 {
        if n == 0 {
            1.0
        } else if n % 2 == 0 {
            let h = power_by_squaring(x, n / 2);
            h * h
        } else {
            x * power_by_squaring(x, n - 1)
        }
    }

    #[differentiable]
    #[at(0.5, 4)]
    fn even(x: f64, n: usize) -> f64 {
        if n == 0 { x } else { odd(x * x, n - 1) + x }
    }

    #[differentiable]
    #[at(0.5, 4)]
    fn odd(x: f64, n: usize) -> f64 {
        if n == 0 { x.sin() } else { even(x + 1.0, n - 1) * x }
    }

    #[differentiable]
    #[at(0.5, 6)]
    fn tree_recursion(x: f64, n: usize) -> f64 {
        match n {
            0 => x,
            1 => x * x,
            _ => tree_recursion(x, n - 1) * 0.5 + tree_recursion(x, n - 2).sin(),
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn pairwise_sum(x: &[f64]) -> f64 {
        if x.len() == 1 {
            return x[0] * x[0];
        }
        let (left, right) = x.split_at(x.len() / 2);
        pairwise_sum(left) + pairwise_sum(right)
    }

    #[differentiable]
    #[at(40.0)]
    #[at(3.0)]
    fn active_recursion_depth(x: f64) -> f64 {
        if x < 2.0 { x } else { active_recursion_depth(x.sqrt()) * x }
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0, 3.0])]
    fn scale_in_place(k: f64, y: &mut [f64]) {
        for v in y.iter_mut() {
            *v *= k;
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn passes_a_buffer(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        scale_in_place(x[1], &mut y);
        scale_in_place(2.0, &mut y[1..]);
        y[0] * y[1] + y[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 3)]
    fn passes_its_own_buffer(y: &mut [f64], rounds: usize) {
        for i in 0..rounds {
            let k = y[i % y.len()];
            scale_in_place(k, y);
            scale_in_place(0.5, &mut y[..2]);
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [0.0, 0.0, 0.0])]
    fn both_kinds_of_buffer(x: &[f64], out: &mut [f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            out[i] += sigmoid(x[i]);
            s += out[i];
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn calls_with_buffers(x: &[f64]) -> f64 {
        let mut out = vec![0.0; x.len()];
        let s = both_kinds_of_buffer(x, &mut out);
        let t = both_kinds_of_buffer(&out.clone(), &mut out);
        s * t + out[2]
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn pair(x: f64, y: f64) -> (f64, f64) {
        (x * y, x + y)
    }

    #[differentiable]
    #[at(0.5)]
    fn uses_a_pair(x: f64) -> f64 {
        let (a, b) = pair(x, 2.0);
        let both = pair(a, b);
        both.0 * both.1
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn doubled(x: [f64; 3]) -> [f64; 3] {
        [2.0 * x[0], x[1] * x[2], x[2]]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn uses_an_array(x: [f64; 3]) -> f64 {
        let y = doubled(doubled(x));
        y[0] * y[1] + doubled(y)[2]
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn powers(x: f64, n: usize) -> Vec<f64> {
        let mut out = vec![1.0];
        for i in 0..n {
            out.push(out[i] * x);
        }
        out
    }

    #[differentiable]
    #[at(0.5)]
    fn uses_a_vector(x: f64) -> f64 {
        let v = powers(x, 4);
        v[2] * v[4] + powers(v[1], 2)[2]
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn checked_root(x: f64) -> Option<f64> {
        if x < 0.0 { None } else { Some(x.sqrt()) }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn uses_an_option(x: f64) -> f64 {
        match checked_root(x) {
            Some(root) => root * x,
            None => x * x,
        }
    }

    pub mod inner {
        use super::differentiable;

        #[differentiable]
        #[at(0.5)]
        pub fn cube(x: f64) -> f64 {
            x * x * x
        }

        pub mod deeper {
            #[chainrule::differentiable]
            #[at(0.5)]
            pub fn calls_up(x: f64) -> f64 {
                super::cube(x) + super::super::sigmoid(x)
            }
        }
    }

    #[differentiable]
    #[at(0.5)]
    fn calls_into_modules(x: f64) -> f64 {
        use inner::deeper::calls_up;
        inner::cube(x) * calls_up(x) + self::inner::cube(2.0 * x)
    }

    #[differentiable]
    #[at(0.5)]
    fn nested_functions(x: f64) -> f64 {
        const SHIFT: f64 = 0.5;
        fn inner(v: f64) -> f64 {
            v * v + SHIFT
        }
        inner(x) * inner(inner(x))
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn inactive_call(x: f64, n: usize) -> f64 {
        fn next(n: usize) -> usize {
            n * n + 1
        }
        x * next(n) as f64
    }

    #[differentiable]
    #[at(0.5)]
    fn unused_result(x: f64) -> f64 {
        let _ = sigmoid(x);
        pair(x, x);
        x * x
    }

    #[differentiable]
    #[at(0.5)]
    fn constant_arguments(x: f64) -> f64 {
        swish(1.5, 2.0) * x + power(2.0, 3) * x * x
    }

    #[differentiable]
    #[at(0.5)]
    fn by_reference(x: &f64) -> f64 {
        x * x
    }

    #[differentiable]
    #[at(0.5)]
    fn passes_references(x: f64) -> f64 {
        let y = x.sin();
        by_reference(&x) * by_reference(&y) + by_reference(&(x * y))
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn bump(x: f64, y: &mut f64) -> f64 {
        *y += x * *y;
        *y * x
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0])]
    fn passes_elements(x: f64, v: [f64; 2]) -> f64 {
        let mut v = v;
        let mut s = x;
        let a = bump(x, &mut s);
        let b = bump(a, &mut v[1]);
        s * b + v[0] * v[1]
    }

    #[differentiable]
    #[at(0.5)]
    fn constant_buffers_become_active(x: f64) -> f64 {
        let mut s = 2.0;
        bump(x, &mut s);
        let mut v = [1.0, 2.0];
        scale_in_place(x, &mut v[1..]);
        let mut w = vec![3.0; 2];
        scale_in_place(s, &mut w);
        s + v[0] * v[1] + w[0] * w[1]
    }

    #[differentiable]
    fn mix(k: f64, from: &[f64], left: &mut [f64], right: &mut [f64]) {
        for i in 0..left.len() {
            left[i] += k * right[i] * right[i];
            right[i] *= left[i] + from[i];
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0, 0.25, 1.5])]
    fn passes_both_halves(y: &mut [f64]) -> f64 {
        for pair in y.chunks_exact_mut(2) {
            let (left, right) = pair.split_at_mut(1);
            mix(left[0], &[0.5], left, right);
        }
        let (left, rest) = y.split_at_mut(2);
        let (middle, right) = rest.split_at_mut(2);
        mix(middle[1], middle, right, left);
        mix(0.75, &right[..2], &mut middle[..1], &mut left[1..]);
        y[0] * y[3] + y[5]
    }
}
