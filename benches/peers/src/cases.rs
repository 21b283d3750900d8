//! What is compared, and by what.

use ad_trait::reverse_ad::adr::{GlobalComputationGraph, adr};
use autodiff::F1;
use chainrule_gradbench::evals::{det, gmm, llsq, lse, ode};
use echidna::Reverse;
use num_dual::Dual64;

use crate::functions::{self, Mixture};
use crate::ours;

/// Writes the gradient at `x`.
pub type Gradient = Box<dyn FnMut(&[f64], &mut [f64])>;

/// A function at one size.
pub struct Case {
    pub name: String,
    pub x: Vec<f64>,
    pub primal: Box<dyn Fn(&[f64]) -> f64>,
    /// By library, chainrule first.
    pub gradients: Vec<(&'static str, Gradient)>,
    /// A place to write to.
    pub gradient: Vec<f64>,
}

/// A tape of every operation, and one sweep back over it.
fn by_ad_trait(x: &[f64], gradient: &mut [f64], f: impl Fn(&[adr]) -> adr) {
    GlobalComputationGraph::get().reset();
    let inputs: Vec<adr> = x.iter().map(|x| adr::new_variable(*x, false)).collect();
    let bars = f(&inputs).get_backwards_mode_grad();
    inputs.iter().zip(gradient).for_each(|(input, slot)| *slot = bars.wrt(input));
}

fn by_echidna(x: &[f64], gradient: &mut [f64], f: impl Fn(&[Reverse<f64>]) -> Reverse<f64>) {
    gradient.copy_from_slice(&echidna::grad(f, x));
}

/// A sweep of dual numbers for each input.
fn by_num_dual(x: &[f64], gradient: &mut [f64], f: impl Fn(&[Dual64]) -> Dual64) {
    let mut inputs: Vec<Dual64> = x.iter().map(|x| Dual64::from(*x)).collect();
    for (index, slot) in gradient.iter_mut().enumerate() {
        inputs[index].eps = 1.0;
        *slot = f(&inputs).eps;
        inputs[index].eps = 0.0;
    }
}

/// Likewise.
fn by_autodiff(x: &[f64], gradient: &mut [f64], f: impl Fn(&[F1]) -> F1) {
    let mut inputs: Vec<F1> = x.iter().map(|x| F1::cst(*x)).collect();
    for (index, slot) in gradient.iter_mut().enumerate() {
        inputs[index] = F1::var(x[index]);
        *slot = f(&inputs).deriv();
        inputs[index] = F1::cst(x[index]);
    }
}

/// A case: the primal and chainrule's gradient, then the function for the others.
macro_rules! case {
    ($name:expr, $x:expr, |$at:ident| $primal:expr, |$own:ident, $bar:ident| $adjoint:expr,
     |$any:ident| $generic:expr $(,)?) => {{
        let x: Vec<f64> = $x;
        let mut gradients: Vec<(&'static str, Gradient)> = Vec::new();
        gradients.push((
            "chainrule",
            Box::new(move |$own: &[f64], $bar: &mut [f64]| {
                $bar.fill(0.0);
                $adjoint;
            }),
        ));
        gradients.push((
            "echidna",
            Box::new(|x: &[f64], g: &mut [f64]| by_echidna(x, g, |$any| $generic)),
        ));
        gradients.push((
            "ad_trait",
            Box::new(|x: &[f64], g: &mut [f64]| by_ad_trait(x, g, |$any| $generic)),
        ));
        gradients.push((
            "num-dual",
            Box::new(|x: &[f64], g: &mut [f64]| by_num_dual(x, g, |$any| $generic)),
        ));
        gradients.push((
            "autodiff",
            Box::new(|x: &[f64], g: &mut [f64]| by_autodiff(x, g, |$any| $generic)),
        ));
        let gradient = vec![0.0; x.len()];
        Case {
            name: $name.to_owned(),
            x,
            primal: Box::new(move |$at| $primal),
            gradients,
            gradient,
        }
    }};
}

/// `count` numbers between −1 and 1, the same in every run.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count).map(|_| 2.0 * random.f64() - 1.0).collect()
}

pub fn all() -> Vec<Case> {
    vec![
        case!(
            "rosenbrock n=1000",
            numbers(1000, 1),
            |x| ours::rosenbrock(x),
            |x, bar| ours::rosenbrock::adjoint(x, 1.0, bar),
            |x| functions::rosenbrock(x),
        ),
        case!(
            "lse n=1000",
            numbers(1000, 2),
            |x| lse::log_sum_exp(x),
            |x, bar| lse::log_sum_exp::adjoint(x, 1.0, bar),
            |x| functions::log_sum_exp(x),
        ),
        case!(
            "llsq n=1024 m=16",
            numbers(16, 3),
            |x| llsq::misfit(x, 1024),
            |x, bar| llsq::misfit::adjoint(x, 1024, 1.0, bar),
            |x| functions::misfit(x, 1024),
        ),
        case!(
            "ode n=100 s=100",
            numbers(100, 4).iter().map(|x| 1.5 + x).collect(),
            |x| ode::integrate(x, 100)[x.len() - 1],
            |x, bar| {
                let mut seed = vec![0.0; x.len()];
                seed[x.len() - 1] = 1.0;
                ode::integrate::adjoint(x, 100, seed, bar)
            },
            |x| functions::integrate(x, 100),
        ),
        case!(
            "det ell=7",
            numbers(49, 5),
            |x| det::determinant(x, 7),
            |x, bar| det::determinant::adjoint(x, 7, 1.0, bar),
            |x| functions::determinant(x, 7),
        ),
        case!(
            "ba residual",
            vec![0.3, -0.2, 0.5, 0.1, 0.2, -3.0, 500.0, 2.0, 3.0, 0.01, 0.001, 0.7, -0.4, 1.2, 0.9],
            |x| ours::residual(x, &[0.3, 0.4]),
            |x, bar| ours::residual::adjoint(x, &[0.3, 0.4], 1.0, bar),
            |x| functions::residual(x, [0.3, 0.4]),
        ),
        case!(
            "lstm cell b=128",
            numbers(11 * 128, 6),
            |x| ours::cell(x, 128),
            |x, bar| ours::cell::adjoint(x, 128, 1.0, bar),
            |x| functions::cell(x, 128),
        ),
        mixture(10, 5, 200),
    ]
}

fn mixture(d: usize, k: usize, n: usize) -> Case {
    let prior = gmm::Wishart { gamma: 1.0, m: 0 };
    let constant = k as f64 * prior.constant(d);
    let points = numbers(n * d, 7);
    let of: &'static Mixture = Box::leak(Box::new(Mixture { d, k, points, constant }));
    case!(
        format!("gmm d={d} k={k} n={n}"),
        numbers(of.parameters(), 8),
        |x| {
            let (alpha, means, q, l) = parts(x, of);
            gmm::log_likelihood(alpha, means, q, l, &of.points, of.d, &prior)
        },
        |x, bar| {
            let (alpha, means, q, l) = parts(x, of);
            let (alpha_bar, rest) = bar.split_at_mut(of.k);
            let (means_bar, rest) = rest.split_at_mut(of.k * of.d);
            let (q_bar, l_bar) = rest.split_at_mut(of.k * of.d);
            gmm::log_likelihood::adjoint(
                alpha, means, q, l, &of.points, of.d, &prior, 1.0, alpha_bar, means_bar, q_bar,
                l_bar,
            )
        },
        |x| functions::log_likelihood(x, of),
    )
}

/// Weights, means, diagonals and what is below them.
fn parts<'x>(x: &'x [f64], of: &Mixture) -> (&'x [f64], &'x [f64], &'x [f64], &'x [f64]) {
    let (alpha, rest) = x.split_at(of.k);
    let (means, rest) = rest.split_at(of.k * of.d);
    let (q, l) = rest.split_at(of.k * of.d);
    (alpha, means, q, l)
}
