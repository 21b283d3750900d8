//! Elements that are found by `find`, `max_by` and their kin, of any type.
#![allow(missing_docs)]
#![deny(warnings)]
#![allow(clippy::iter_nth, clippy::filter_next, reason = "the forms are what is tested")]

use chainrule::{Differentiable, assert_gradients, differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Body {
    id: usize,
    mass: f64,
    path: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
struct World {
    bodies: Vec<Body>,
    weights: Vec<f64>,
}

#[differentiable(order = 2)]
fn by_id(bodies: &[Body], id: usize, x: f64) -> f64 {
    match bodies.iter().find(|body| body.id == id) {
        Some(body) => body.mass * body.path[0] * x,
        None => x * x,
    }
}

#[differentiable]
fn heaviest(bodies: &[Body], x: f64) -> f64 {
    let heavy = bodies.iter().max_by(|a, b| a.mass.total_cmp(&b.mass)).unwrap();
    let light = bodies.iter().min_by(|a, b| a.mass.partial_cmp(&b.mass).unwrap()).unwrap();
    let first = bodies.iter().min_by_key(|body| body.id).map(|body| body.mass).unwrap_or(x);
    heavy.mass * light.path[1] * x + light.mass * first
}

#[differentiable]
fn ends(rows: &[Vec<f64>], x: f64) -> f64 {
    let last = rows.iter().last().unwrap();
    let Some(second) = rows.iter().nth(1) else { return x };
    let found = rows.iter().rev().skip(1).find(|row| row.len() > 1 && row[0] > 0.2);
    let next = rows.iter().filter(|row| row[0] < 0.5).next().map_or(x, |row| row[0] * x);
    found.map_or(x * x, |row| row[0] * row[1]) * x + last[0] * second[0] + next
}

#[differentiable]
impl World {
    fn of(&self, id: usize) -> f64 {
        let (at, body) = self.bodies.iter().enumerate().find(|(_, body)| body.id == id).unwrap();
        let weighted =
            self.bodies.iter().zip(&self.weights).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        body.mass * self.weights[at]
            + weighted.0.mass * weighted.1 * self.weights.iter().last().unwrap()
    }

    fn moved(&mut self, x: f64) -> f64 {
        let mut sum = 0.0;
        for step in 0..3 {
            let lightest = self.bodies.iter().min_by(|a, b| a.mass.total_cmp(&b.mass)).unwrap();
            sum += lightest.mass * x;
            let id = lightest.id;
            for body in self.bodies.iter_mut() {
                if body.id == id {
                    body.mass *= 3.0 + x * step as f64;
                }
            }
        }
        sum
    }
}

#[differentiable]
fn in_windows(x: &[f64], k: f64) -> f64 {
    let steepest = x.windows(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    let piece = x.chunks(2).find(|piece| piece[0] > 0.25).unwrap();
    steepest.map_or(k, |pair| pair[0] * pair[1] * k) + piece[0] * k
}

fn bodies() -> Vec<Body> {
    vec![
        Body { id: 3, mass: 0.7, path: vec![0.1, 0.2] },
        Body { id: 1, mass: 1.3, path: vec![0.3, -0.4] },
        Body { id: 2, mass: 0.4, path: vec![0.6, 0.9] },
    ]
}

#[test]
fn elements_have_their_derivatives() {
    for id in 0..4 {
        assert_gradients!(by_id(&bodies(), id, 0.8));
    }
    assert_eq!(by_id::grad(&bodies(), 2, 0.5).0[2].mass, 0.6 * 0.5);
    assert_gradients!(heaviest(&bodies(), 0.8));
    let rows = [vec![0.4, 0.6], vec![0.9, 0.1, 0.2], vec![0.3]];
    assert_gradients!(ends(&rows, 0.8));
    assert_gradients!(ends(&rows[..2], 0.8));
    assert_gradients!(ends(&rows[..1], 0.8));
    assert_gradients!(in_windows(&[0.1, 0.4, 0.3, 0.9, 1.0], 0.8));
    let mut world = World { bodies: bodies(), weights: vec![0.5, 0.2, 0.9] };
    for id in 1..4 {
        let report = world.of_check_gradients(id);
        assert!(report.is_ok(), "{report}");
    }
    let report = world.moved_check_gradients(0.6);
    assert!(report.is_ok(), "{report}");
}
