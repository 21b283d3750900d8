//! Closures.

use super::*;

same! {
    fn named(x: f64, y: f64) -> f64 { let f = |v: f64| v * v + y; f(x) + f(2.0) * f(x + y) }
    (1.5, 0.3)
}
same! {
    fn two_arguments(x: f64, y: f64) -> f64 { let f = |a, b| a * x - b; f(x, y) + f(y, x) }
    (1.5, 0.3)
}
same! {
    fn shadowed(x: f64) -> f64 {
        let k = x * 2.0;
        let f = |v: f64| v * k;
        let k = 100.0;
        f(3.0) + k
    }
    (1.5)
}
same! {
    fn moved_copy(x: f64) -> f64 {
        let mut k = x;
        let f = move |v: f64| v * k;
        k += 10.0;
        f(3.0) + k
    }
    (1.5)
}
same! {
    fn moved_state(x: f64) -> f64 {
        let mut k = x;
        let mut f = move || { k += 1.0; k };
        let (a, b) = (f(), f());
        a * b + k
    }
    (1.5)
}
same! {
    fn mutating(x: &[f64]) -> f64 {
        let mut s = 0.0;
        let mut add = |v: f64| s += v * v;
        add(x[0]);
        add(x[1]);
        for v in x { add(*v); }
        s
    }
    (vec![1.0, 2.0, 3.0])
}
same! {
    fn early(x: f64) -> f64 {
        let f = |v: f64| -> f64 { if v < 0.0 { return -1.0; } v * 3.0 };
        f(x) + f(-x)
    }
    (1.5)
}
same! {
    fn calling_another(x: f64) -> f64 {
        let f = |v: f64| v * x;
        let g = |v: f64| f(f(v)) + 1.0;
        g(2.0) + g(x)
    }
    (1.5)
}
same! {
    fn in_a_map(x: &[f64], k: f64) -> f64 {
        let f = |v: &f64| v * k;
        let g = |v: f64| v + k;
        x.iter().map(f).map(|v| g(v)).map(g).sum()
    }
    (vec![1.0, 2.0], 0.5)
}
same! {
    fn with_loops(x: f64, n: usize) -> f64 {
        let power = |base: f64, n: usize| {
            let mut p = 1.0;
            for _ in 0..n { p *= base; }
            p
        };
        power(x, n) + power(2.0, 3)
    }
    (1.5, 4)
}
same! {
    fn tuples(x: f64, y: f64) -> f64 {
        let f = |(a, b): (f64, f64)| (a * b, a + b);
        let (p, s) = f((x, y));
        p / s
    }
    (1.5, 0.3)
}
same! {
    fn slices(x: &[f64]) -> f64 {
        let norm = |v: &[f64]| v.iter().map(|a| a * a).sum::<f64>();
        norm(x) + norm(&x[1..])
    }
    (vec![1.0, 2.0])
}
same! {
    fn arguments_are_copies(x: f64) -> f64 {
        let mut k = x;
        let mut f = |mut v: f64| { v += 1.0; v };
        let a = f(k);
        k += a;
        f(k) + k
    }
    (1.5)
}
same! {
    fn arguments_in_order(x: f64) -> f64 {
        let mut n = x;
        let mut next = || { n *= 2.0; n };
        let f = |a: f64, b: f64| a - b;
        f(next(), next()) + x
    }
    (1.5)
}
same! {
    fn returned_from_block(x: f64) -> f64 {
        let f = { let k = x * x; move |v: f64| v * k };
        f(2.0)
    }
    (1.5)
}
same! {
    fn function_values(x: &[f64]) -> f64 {
        let g = f64::sqrt;
        g(x[0]) + x.iter().copied().map(f64::sqrt).sum::<f64>() + x.iter().map(|v| g(*v)).sum::<f64>()
    }
    (vec![1.0, 2.0])
}
same! {
    fn largest(x: &[f64]) -> f64 { x.iter().copied().fold(-1e308, f64::max) }
    (vec![1.0, 2.0, -1.0]) (vec![])
}
same! {
    fn smallest_by_closure(x: &[f64]) -> f64 { x.iter().fold(1e308, |a, &b| a.min(b)) }
    (vec![1.0, 2.0, -1.0])
}
same! {
    fn array_map(x: [f64; 3], k: f64) -> [f64; 3] { x.map(|v| v * k) }
    ([1.0, 2.0, 3.0], 0.5)
}
same! {
    fn array_map_pairs(x: [f64; 3]) -> f64 {
        let y = x.map(|v| (v, v * v));
        y[0].0 + y[1].1 * y[2].0
    }
    ([1.0, 2.0, 3.0])
}
same! {
    fn from_fn(x: &[f64]) -> f64 {
        let y: [f64; 3] = std::array::from_fn(|i| x[i] * i as f64);
        y.iter().sum()
    }
    (vec![1.0, 2.0, 3.0])
}
same! {
    fn from_fn_matrix(x: f64) -> [[f64; 2]; 3] {
        std::array::from_fn(|i| std::array::from_fn(|j| x * (i * 10 + j) as f64))
    }
    (0.3)
}
same! {
    fn from_fn_turbofish(x: f64) -> f64 {
        let y = core::array::from_fn::<f64, 4, _>(|i| x + i as f64);
        y[3] * y[1]
    }
    (0.3)
}
