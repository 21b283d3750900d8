//! Closures: bound and called by name, inline, capturing active values; `from_fn`, array `map`.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5)]
    fn called_by_name(x: f64) -> f64 {
        let square = |v: f64| v * v;
        square(x) + square(square(x) + 1.0)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn captures_active(x: f64, k: f64) -> f64 {
        let scaled = |v: f64| v * k + x;
        scaled(x) * scaled(2.0)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn captures_a_value_that_is_shadowed(x: f64, k: f64) -> f64 {
        let scaled = |v: f64| v * k;
        let k = x * x;
        scaled(k) + k
    }

    #[differentiable]
    #[at(0.5)]
    fn without_annotations(x: f64) -> f64 {
        let f = |a, b| a * b + x;
        f(x, 2.0) * f(1.0, x)
    }

    #[differentiable]
    #[at(0.5)]
    fn with_return_type(x: f64) -> f64 {
        let f = |v: f64| -> f64 {
            if v > 1.0 {
                return v.ln();
            }
            v * v
        };
        f(x) + f(x + 1.0)
    }

    #[differentiable]
    #[at(0.5)]
    fn of_several_values(x: f64) -> f64 {
        let rotate = |(a, b): (f64, f64), angle: f64| {
            let (s, c) = angle.sin_cos();
            (c * a - s * b, s * a + c * b)
        };
        let (a, b) = rotate((x, 1.0), x);
        let (c, _) = rotate((a, b), 0.5);
        a * b + c
    }

    #[differentiable]
    #[at(0.5)]
    fn that_call_closures(x: f64) -> f64 {
        let f = |v: f64| v.sin() + x;
        let g = |v: f64| f(v) * f(v + 1.0);
        g(x) + g(f(x))
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn in_a_loop(x: &[f64]) -> f64 {
        let penalty = |a: f64, b: f64| (a - b) * (a - b);
        let mut s = 0.0;
        for i in 1..x.len() {
            s += penalty(x[i], x[i - 1]) * s + penalty(x[i], 0.0);
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn over_indices(x: &[f64]) -> f64 {
        let at = |i: usize| x[i % x.len()];
        at(0) * at(1) + at(5) * at(3)
    }

    #[differentiable]
    #[at(0.5)]
    fn that_change_what_they_capture(x: f64) -> f64 {
        let mut total = x;
        let mut add = |v: f64| total += v * v;
        add(x);
        add(2.0 * x);
        total * x
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn passed_to_map(x: &[f64]) -> f64 {
        let logistic = |v: &f64| 1.0 / (1.0 + (-v).exp());
        x.iter().map(logistic).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn passed_by_path(x: &[f64]) -> f64 {
        x.iter().copied().map(f64::sin).sum::<f64>() * x.iter().copied().map(f64::abs).sum::<f64>()
    }

    #[differentiable]
    #[at(0.5)]
    fn inactive(x: f64) -> f64 {
        let next = |n: usize| n * 2 + 1;
        x * next(3) as f64 + x.powi(next(1) as i32)
    }

    #[differentiable]
    #[at(0.5)]
    fn moved(x: f64) -> f64 {
        let k = x * x;
        let f = move |v: f64| v * k;
        f(x) + k
    }

    #[differentiable]
    #[at(0.5)]
    fn array_from_fn(x: f64) -> f64 {
        let a: [f64; 4] = std::array::from_fn(|i| x * i as f64 + 1.0);
        a[0] * a[1] + a[2] * a[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn from_fn_result(x: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|i| x[i] * x[(i + 1) % 3])
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25]])]
    fn nested_from_fn(m: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
        std::array::from_fn(|i| std::array::from_fn(|j| (0..2).map(|k| m[i][k] * m[k][j]).sum()))
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_map(x: [f64; 3]) -> f64 {
        let y = x.map(|v| v * v + x[0]);
        let z = y.map(f64::sqrt);
        z[0] * z[1] * z[2]
    }

    #[differentiable]
    #[at(Some(0.5))]
    #[at(None)]
    fn option_map(x: Option<f64>) -> f64 {
        x.map(|v| v * v).unwrap_or(1.0)
    }

    #[differentiable]
    #[at(0.5, 1.25)]
    fn closure_from_closure(x: f64, y: f64) -> f64 {
        let scaled = |a: f64| move |b: f64| a * b + x;
        let once = scaled(y);
        once(x) + scaled(x)(y * y) * scaled(x * y)(once(y))
    }
}
