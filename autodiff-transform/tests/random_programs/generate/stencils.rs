//! Functions of neighbours, as text that is lowered.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;

use super::*;

/// A function that computes elements from their neighbours, step by step, from a seed.
pub fn stencils(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let text = format!(
        "fn f0(x: &[f64], w: &[f64], v: f64, steps: usize) -> f64 {{
            let n = x.len();
            let mut u = x.to_vec();
            let mut next = w.to_vec();
            let mut sum = v;
            for _ in 0..steps {{ {} {} }}
            for k in 0..n {{ sum += u[k] * u[k] * w[k]; }}
            sum
        }}",
        sweep(&mut rng),
        update(&mut rng),
    );
    let function = lowered(&text);
    let numbers = |rng: &mut Rng| Value::Array((0..7).map(|_| Value::Float(number(rng))).collect());
    let args = vec![
        numbers(&mut rng),
        numbers(&mut rng),
        Value::Float(number(&mut rng)),
        Value::Int(rng.i128(0..4)),
    ];
    Case { functions: vec![function], args }
}

/// The loop over all elements that have neighbours.
fn sweep(rng: &mut Rng) -> String {
    let bounds = ["2..n - 2", "(2..n - 2).rev()", "2..x.len() - 2"];
    let written = ["next[i] = value", "next[i] += value", "u[i] = value", "next[i - 1] = value"];
    let sums = ["", "", "sum += value * u[i + 1];", "sum += next[i] * x[i];"];
    format!(
        "for i in {} {{
            let left = if i > 2 {{ u[i - 1] }} else {{ v }};
            let right = if u[i + 1] > 0.0 {{ u[i + 1] * x[i] }} else {{ w[i] }};
            let value = {};
            {};
            {}
        }}",
        some(rng, &bounds),
        sum(rng),
        some(rng, &written),
        some(rng, &sums),
    )
}

/// What follows the loop.
fn update(rng: &mut Rng) -> &'static str {
    some(
        rng,
        &[
            "u[1..n - 1].copy_from_slice(&next[1..n - 1]);",
            "for j in 1..n { u[j] += 0.1 * next[j]; sum += u[j] * v; }",
            "for j in 0..n - 3 { u[1..n - 1][j] = next[j] * u[j]; }",
            "for j in 0..n { next[j] = u[j]; u[j] = w[j] * next[j]; }",
        ],
    )
}

fn sum(rng: &mut Rng) -> String {
    let terms: Vec<String> = (0..rng.usize(2..6)).map(|_| product(rng)).collect();
    terms.join(some(rng, &[" + ", " - "]))
}

fn product(rng: &mut Rng) -> String {
    let factors = [
        "u[i - 2]",
        "u[i - 1]",
        "u[i]",
        "u[i + 1]",
        "u[i + 2]",
        "x[i - 1]",
        "x[i + 1]",
        "left",
        "right",
        "w[i]",
        "v",
        "0.5",
        "u[i].sin()",
    ];
    let factors: Vec<&str> = (0..rng.usize(1..3)).map(|_| some(rng, &factors)).collect();
    factors.join(" * ")
}

/// The function that the text is of.
pub fn lowered(text: &str) -> Function {
    let item: syn::ItemFn = syn::parse_str(text).expect("a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    lowered.unwrap_or_else(|| panic!("not in the language: {text}")).function
}

pub fn some(rng: &mut Rng, of: &[&'static str]) -> &'static str {
    of[rng.usize(0..of.len())]
}
