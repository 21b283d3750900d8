//! Functions that call small ones, light and not, as text that is lowered.

use super::stencils::{lowered, some};
use super::*;

/// A loop that computes from what it carries by calls of small functions, from a seed.
pub fn light(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let callees = [
        "fn f0(a: f64, b: f64) -> f64 { let c = a * b; if c > 0.3 { c - 0.5 * a } else { c + b } }",
        "fn f1(p: [f64; 2], h: f64) -> [f64; 2] { [0.5 * p[0] + h * p[1], 0.6 * p[1] - h * p[0]] }",
        // Light, if what it calls is.
        "fn f2(p: [f64; 2], q: [f64; 2]) -> ([f64; 2], f64) {
            let d = f0(p[0], q[1]);
            ([0.4 * (p[0] + q[1]), 0.4 * (p[1] - q[0])], 0.3 * d)
        }",
        // Not light.
        "fn f3(a: f64, b: f64) -> f64 { (a * b).sin() }",
        "fn f4(p: [f64; 2], n: usize) -> [f64; 2] {
            let mut q = p;
            for _ in 0..n { q[0] = 0.7 * q[0] * q[1]; q[1] = 0.5 * q[1] + 0.2 * q[0]; }
            q
        }",
    ];
    let entry = format!(
        "fn f5(x: f64, v: &[f64], start: [f64; 2], steps: usize) -> f64 {{
            let mut p = start;
            let mut y = x;
            for i in 0..steps {{ {} }}
            y * y + p[0] - p[1] * x
        }}",
        (0..rng.usize(2..6)).map(|index| statement(&mut rng, index)).collect::<String>(),
    );
    let functions = callees.into_iter().chain([entry.as_str()]).map(lowered).collect();
    let two = |rng: &mut Rng| Value::Array((0..2).map(|_| Value::Float(number(rng))).collect());
    let args = vec![
        Value::Float(number(&mut rng)),
        two(&mut rng),
        two(&mut rng),
        Value::Int(rng.i128(0..4)),
    ];
    Case { functions, args }
}

fn statement(rng: &mut Rng, index: usize) -> String {
    let scalar = some(rng, &["y", "x", "v[i % 2]", "p[0]", "p[1] * 0.5", "0.3"]);
    let other = some(rng, &["y", "v[(i + 1) % 2]", "p[1]", "x"]);
    let pair = some(rng, &["p", "p", "start", "f1(p, y)", "f4(p, i)", "f1(f1(p, x), y)"]);
    let call = some(rng, &["f0", "f0", "f3"]);
    match rng.usize(0..8) {
        0 => format!("y = 0.5 * {call}({scalar}, {other});"),
        1 => format!("p = f1({pair}, {scalar});"),
        2 => {
            format!("let (q{index}, d{index}) = f2({pair}, p); p = q{index}; y += 0.3 * d{index};")
        }
        3 => format!("let t{index} = {call}({scalar}, {other}); y = 0.4 * {call}(t{index}, y);"),
        4 => format!("if y > 0.2 {{ p = f1({pair}, {other}); y -= 0.1 * {call}({scalar}, y); }}"),
        5 => format!("p[i % 2] = 0.5 * {call}({scalar}, {other});"),
        6 => format!("for _ in 0..2 {{ y = 0.6 * {call}(y, {scalar}); p = f1(p, y); }}"),
        _ => format!("let r{index} = f1(f1(p, {scalar}), {other}); p = f2(r{index}, p).0;"),
    }
}
