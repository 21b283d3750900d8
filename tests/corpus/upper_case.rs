//! Variables in upper case, as papers write them.
#![allow(non_snake_case)]

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    const K: usize = 2;

    #[differentiable]
    #[at(0.5, 3)]
    fn sizes(x: f64, n: usize) -> f64 {
        let N = n + 1;
        let mut S = 0.0;
        for I in 0..N {
            S += x * I as f64 * x;
        }
        S / N as f64
    }

    #[differentiable]
    #[at(0.5)]
    fn values(X: f64) -> f64 {
        let A = X * X;
        let mut R = [A, X];
        R[1] += A;
        let (P, mut Q) = (R[0] * R[1], A);
        Q *= P;
        Q + P
    }

    #[differentiable]
    #[at([0.5, 1.5, -0.5])]
    fn closures(x: &[f64]) -> f64 {
        let M = x[0].exp();
        let scale = |T: f64| T * M;
        x.iter().map(|V| scale(*V) * V).sum()
    }

    #[differentiable]
    #[at(0.5, 2)]
    #[at(0.5, 1)]
    fn beside_constants(x: f64, n: usize) -> f64 {
        let DT = 0.25;
        let kept = {
            let STEPS = n * 2;
            STEPS + 1
        };
        let y = match n {
            K => x * DT,
            _ => x * x,
        };
        let Z = if let Some(K) = Some(n) { y * y } else { y };
        Z * kept as f64
    }
}
