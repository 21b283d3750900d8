use chainrule::differentiable;

#[differentiable]
fn best(p: &[f64]) -> f64 {
    let cost = |x: &[f64; 2]| (x[0] - p[0]).powi(2) + (x[1] - p[1]).powi(2);
    let mut simplex = [[0.0, 0.0], [1.0, 0.1], [0.2, 1.3]];
    simplex.sort_by(|a, b| cost(a).partial_cmp(&cost(b)).unwrap());
    cost(&simplex[0])
}

fn main() {}
