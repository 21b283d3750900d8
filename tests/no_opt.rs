//! `no_opt` switches every optimisation off, and derivatives are what they were.

use chainrule::differentiable;

/// Each function twice, optimised and not; the texts of all.
macro_rules! twice {
    ($($name:ident $plain:ident: ($($args:tt)*) -> $result:ty $body:block)*) => {
        $(
            #[differentiable]
            fn $name($($args)*) -> $result $body

            #[differentiable(no_opt)]
            fn $plain($($args)*) -> $result $body
        )*

        const TEXTS: &[&str] = &[$(stringify!(fn f($($args)*) -> $result $body)),*];
    };
}

twice! {
    // A loop for each distance adds to the neighbours' cotangents.
    diffusion plain_diffusion: (x: &[f64]) -> f64 {
        let n = x.len();
        let mut u = x.to_vec();
        let mut next = x.to_vec();
        for _ in 0..3 {
            for i in 1..n - 1 {
                next[i] = u[i] + 0.1 * x[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
            }
            u[1..n - 1].copy_from_slice(&next[1..n - 1]);
        }
        u.iter().map(|u| u * u).sum()
    }
    // The loop is fused with its reverse.
    dot plain_dot: (x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += x[i] * x[i].sin();
        }
        sum
    }
    // Of the maximum only its place is kept.
    log_sum_exp plain_log_sum_exp: (x: &[f64]) -> f64 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        largest + x.iter().map(|x| (x - largest).exp()).sum::<f64>().ln()
    }
    // A fused loop with another one inside, whose records lie in an array.
    polynomial plain_polynomial: (x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..7 {
            let mut miss = 1.0;
            let mut power = 1.0;
            for coefficient in x {
                miss -= coefficient * power;
                power *= 0.25 * i as f64;
            }
            sum += miss * miss;
        }
        sum
    }
    // The cotangents of the coefficients are added up in several accumulators.
    columns plain_columns: (x: &[f64]) -> f64 {
        let n = x.len();
        let mut y = vec![0.0; 3 * n];
        for (j, x) in x.iter().enumerate() {
            for i in 0..3 * n {
                y[i] += (0.1 * (i * j) as f64).cos() * x;
            }
            let sines: Vec<f64> = y.iter().map(|y| y.sin()).collect();
            for i in 0..3 * n {
                y[i] += sines[i] * x;
            }
        }
        y.iter().map(|y| y * y).sum()
    }
    // The iterations of the first loop overwrite a buffer, and a later loop is fused as well.
    scaled_sums plain_scaled_sums: (x: &[f64]) -> f64 {
        let mut scaled = vec![0.0; x.len()];
        let mut sum = 0.0;
        for factor in x {
            for i in 0..x.len() {
                scaled[i] = x[i] * factor.sin();
            }
            sum += scaled.iter().product::<f64>();
        }
        let mut squares = 0.0;
        for v in x {
            squares += v * v;
        }
        sum - 0.5 * squares
    }
    // Iterations that depend on each other.
    carried plain_carried: (x: &[f64]) -> f64 {
        let mut s = 1.0;
        for v in x {
            s = 0.5 * s + (v * s) * (v * s) + v / s;
        }
        s
    }
}

#[test]
fn derivatives_are_written_differently() {
    let parsed = |text: &str| text.parse().expect("the text is Rust");
    for text in TEXTS {
        let [optimised, plain] = ["", "no_opt"]
            .map(|options| autodiff_transform::expand(parsed(options), parsed(text)).to_string());
        assert!(adjoint_of(&optimised).len() < adjoint_of(&plain).len(), "{text}");
    }
}

/// The text of `f::adjoint`: a function may have more of others.
fn adjoint_of(expansion: &str) -> &str {
    let start = expansion.find("pub fn adjoint").expect("it has an adjoint");
    let end = expansion[start..].find("pub fn value_and_grad").expect("and a gradient after it");
    &expansion[start..start + end]
}

type Gradient = fn(&[f64]) -> (f64, Vec<f64>);

#[test]
fn derivatives_are_the_same() {
    let pairs: [(Gradient, Gradient); 6] = [
        (dot::value_and_grad, plain_dot::value_and_grad),
        (log_sum_exp::value_and_grad, plain_log_sum_exp::value_and_grad),
        (polynomial::value_and_grad, plain_polynomial::value_and_grad),
        (scaled_sums::value_and_grad, plain_scaled_sums::value_and_grad),
        (diffusion::value_and_grad, plain_diffusion::value_and_grad),
        (carried::value_and_grad, plain_carried::value_and_grad),
    ];
    for x in [[0.3, -0.8, 1.5, 0.9], [2.0, 2.0, -0.0, 0.5]] {
        for (optimised, plain) in pairs {
            let ((value, gradient), (plain_value, plain_gradient)) = (optimised(&x), plain(&x));
            assert_eq!(value.to_bits(), plain_value.to_bits());
            for (a, b) in gradient.iter().zip(&plain_gradient) {
                assert!(
                    (a - b).abs() <= 1e-13 * b.abs().max(1.0),
                    "{gradient:?} {plain_gradient:?}"
                );
            }
        }
    }
}

/// The square root has a pole at the sum of nothing, to which nothing is added up.
#[test]
fn a_sum_of_nothing() {
    #[differentiable]
    fn norm(x: &[f64], shift: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            sum += (v - shift).exp();
        }
        sum.sqrt()
    }
    assert_eq!(norm::value_and_grad(&[], 0.5), (0.0, (vec![], 0.0)));
    let (value, (_, shift_bar)) = norm::value_and_grad(&[1.0, 2.0], 0.5);
    assert!((shift_bar + 0.5 * value).abs() < 1e-14);
}

/// `v = x^(n + 1)` by a loop up to an integer, with a vector beside it.
#[differentiable(order = 2, no_opt)]
fn power(x: f64, n: usize) -> f64 {
    let ones = vec![1.0; n];
    let mut power = x;
    for i in 0..n {
        power *= x * ones[i];
    }
    power
}

#[test]
fn second_derivatives_without_optimisation() {
    let second = 12.0 * 1.5f64.powi(2);
    assert_eq!(power::grad(1.5, 3), 4.0 * 1.5f64.powi(3));
    assert_eq!(power::hvp(1.5, 3, 2.0), 2.0 * second);
    assert_eq!(power::hvp_reverse(1.5, 3, 2.0), 2.0 * second);
    assert_eq!(power::jvp2(1.5, 3, 2.0).2, 4.0 * second);
}
