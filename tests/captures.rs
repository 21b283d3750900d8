//! What `differentiate!` closures capture: values, references to them, and collections, of types that the
//! macro does not see.
#![allow(missing_docs)]
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};

use chainrule::{Differentiable, differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Line {
    slope: f64,
    offset: f64,
}

#[differentiable(order = 2)]
fn scaled(w: f64, t: f64) -> f64 {
    w * w * t
}

#[differentiable]
fn on_line(w: f64, line: Line) -> f64 {
    w * w * line.slope + line.offset * w
}

#[differentiable]
fn product(w: f64, row: [f64; 2]) -> f64 {
    w * w * row[0] * row[1]
}

/// References to numbers, dereferenced wherever a value stands.
#[test]
fn dereferenced_numbers() {
    let w = 3.0;
    for t in [1.0, 2.0].iter() {
        let argument = differentiate!(|w: f64| -> f64 { scaled(w, *t) });
        assert_eq!(argument.grad(w), 2.0 * w * t);
        let operand = differentiate!(|w: f64| -> f64 { w * *t + -*t * w * w });
        assert_eq!(operand.grad(w), t - 2.0 * t * w);
        let named = differentiate!(|w: f64| -> f64 {
            let k = *t;
            scaled(w, k) * k
        });
        assert_eq!(named.grad(w), 2.0 * w * t * t);
        let changed = differentiate!(|w: f64| -> f64 {
            let mut s = *t;
            s *= w;
            s * w
        });
        assert_eq!(changed.grad(w), 2.0 * w * t);
        let of_methods = differentiate!(|w: f64| -> f64 { (*t).sqrt() * w + t.powi(2) * w });
        assert_eq!(of_methods.grad(w), t.sqrt() + t.powi(2));
        let compared = differentiate!(|w: f64| -> f64 { if *t > 1.5 { w } else { -*t * w } });
        assert_eq!(compared.grad(w), if *t > 1.5 { 1.0 } else { -t });
        let twice = differentiate!(order = 2, |w: f64| -> f64 { scaled(w, *t) * w });
        assert_eq!(twice.hessian(w), 6.0 * t * w);
        let (_, along) = twice.jvp(w, 1.0);
        assert_eq!(along, 3.0 * t * w * w);
    }
    let n = &3;
    let counted = differentiate!(|w: f64| -> f64 {
        let mut s = 0.0;
        for i in 0..*n {
            s += w * i as f64;
        }
        s * w.powi(*n)
    });
    assert_eq!(counted.grad(2.0), 4.0 * 3.0 * 8.0);
}

/// References to structs, arrays and vectors.
#[test]
fn dereferenced_values() {
    let w = 3.0;
    for line in &[Line { slope: 2.0, offset: 0.5 }, Line { slope: -1.0, offset: 0.25 }] {
        let f = differentiate!(|w: f64| -> f64 { on_line(w, *line) + (*line).slope * w });
        assert_eq!(f.grad(w), 2.0 * w * line.slope + line.offset + line.slope);
    }
    for row in &[[1.5, 2.0], [-0.5, 4.0]] {
        let f = differentiate!(|w: f64| -> f64 { product(w, *row) + (*row)[1] * w });
        assert_eq!(f.grad(w), 2.0 * w * row[0] * row[1] + row[1]);
    }
    let rows = vec![vec![1.5, 2.0], vec![0.5, -1.0]];
    for row in &rows {
        let f = differentiate!(|w: f64| -> f64 {
            w * (*row).len() as f64 + (*row).iter().map(|v| v * w).sum::<f64>() + (*row)[0]
        });
        assert_eq!(f.grad(w), 2.0 + row[0] + row[1]);
    }
}

/// Elements of maps, by their keys.
#[test]
fn maps() {
    let names = HashMap::from([("mass", 2.0)]);
    let numbers = BTreeMap::from([(3, 4.0)]);
    let f = differentiate!(|w: f64| -> f64 { w * w * names["mass"] + w * numbers[&3] });
    assert_eq!(f.grad(3.0), 12.0 + 4.0);
    let f = differentiate!(|w: f64| -> f64 {
        let mass = names.get("mass").unwrap();
        w * w * mass * numbers.get(&3).copied().unwrap_or(1.0)
    });
    assert_eq!(f.grad(3.0), 2.0 * 3.0 * 8.0);
}
