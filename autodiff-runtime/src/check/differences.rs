//! Central differences, extrapolated: C. J. F. Ridders, "Accurate computation of F'(x) and
//! F'(x) F''(x)", Advances in Engineering Software 4 (1982).
//!
//! The step is halved again and again, and each time the differences so far are extrapolated to a
//! step of zero (Neville's scheme in h²). The best value is the one that differs least from its
//! neighbours in the scheme; by how much is its uncertainty, and never less than what the rounding
//! of the function's values makes of a difference: two estimates may agree by chance.

use alloc::vec;
use alloc::vec::Vec;

use super::Probe;

/// Roundings that a function's value is taken to have gone through.
const ROUNDINGS: f64 = 4.0;

/// How often the step is halved.
const HALVINGS: usize = 16;

/// How often it is halved before that, at a point near the end of the function's domain.
const MOST_HALVINGS_BEFORE: usize = 32;

/// Each result's derivative by one component of the arguments, and its uncertainty.
pub(super) fn column(
    component: usize,
    start: &Probe,
    function: &mut impl FnMut(&mut Probe),
) -> Vec<(f64, f64)> {
    let at = start.inputs[component];
    let (epsilon, least) =
        if start.single { (f64::from(f32::EPSILON), 0.03) } else { (f64::EPSILON, 1e-3) };
    let mut step = (at.abs() / 16.0).max(least);
    let rows = start.outputs.len();
    // For each row the last line of the scheme, and the best value.
    let mut lines: Vec<Vec<f64>> = vec![Vec::new(); rows];
    let mut best = vec![(f64::NAN, f64::INFINITY); rows];
    let (mut halvings, mut before) = (0, 0);
    while halvings < HALVINGS {
        let above = Probe::run(Some((component, at + step)), function);
        let below = Probe::run(Some((component, at - step)), function);
        // As far apart as the argument's type could tell them.
        let width = above.inputs[component] - below.inputs[component];
        let are_finite = |probe: &Probe| probe.outputs.iter().all(|output| output.is_finite());
        let outside = are_finite(start) && !(are_finite(&above) && are_finite(&below));
        match outside && before < MOST_HALVINGS_BEFORE {
            true => before += 1,
            false => halvings += 1,
        }
        for row in 0..rows {
            let (change, size) = match (above.outputs.get(row), below.outputs.get(row)) {
                (Some(above), Some(below)) => (above - below, above.abs().max(below.abs())),
                // Another branch with another shape: no derivative to be had with this step.
                (None, _) | (_, None) => (f64::NAN, f64::NAN),
            };
            let noise = ROUNDINGS * epsilon * size / width.abs();
            extend(&mut lines[row], change / width, noise, &mut best[row]);
        }
        step /= 2.0;
    }
    best
}

/// Adds a line to the scheme; by as much as `noise` the difference is a matter of rounding.
fn extend(line: &mut Vec<f64>, difference: f64, noise: f64, best: &mut (f64, f64)) {
    if !difference.is_finite() {
        line.clear();
        return;
    }
    let mut new = vec![difference];
    let mut factor = 1.0;
    for order in 0..line.len() {
        factor *= 4.0;
        let extrapolated = (factor * new[order] - line[order]) / (factor - 1.0);
        let uncertainty =
            (extrapolated - new[order]).abs().max((extrapolated - line[order]).abs()).max(noise);
        if uncertainty < best.1 {
            *best = (extrapolated, uncertainty);
        }
        new.push(extrapolated);
    }
    *line = new;
}
