//! Gradients of functions that change the length, or the variant, of what they take by `&mut`: the
//! cotangent starts as a zero of what is left, and has the shape of what was given in the end.
#![deny(warnings, unsafe_code)]
#![allow(clippy::ptr_arg, reason = "what is behind `&mut` is what is tested")]
#![allow(missing_docs)]

use chainrule::{Differentiable, HessianMode, assert_gradients, differentiable};

#[differentiable]
fn pushes(x: f64, log: &mut Vec<f64>) -> f64 {
    log.push(x * x);
    x * log[0]
}

#[differentiable]
fn pops(x: f64, stack: &mut Vec<f64>) -> f64 {
    let top = stack.pop().unwrap_or(x);
    top * x
}

#[differentiable]
fn takes(x: f64, slot: &mut Option<f64>) -> f64 {
    slot.take().map_or(x, |v| v * x)
}

#[differentiable(order = 2)]
fn toggles(slot: &mut Option<f64>, x: f64) -> f64 {
    if let Some(v) = slot {
        let value = *v * x;
        *slot = None;
        value
    } else {
        *slot = Some(x * x);
        x * x * x
    }
}

/// Options among what else the argument holds.
#[differentiable(order = 2)]
fn fills(slots: &mut [(Option<f64>, f64)], x: f64) -> f64 {
    let mut sum = 0.0;
    for (slot, weight) in slots.iter_mut() {
        sum += toggles(slot, x * *weight);
    }
    sum
}

#[derive(Clone, Debug, Differentiable)]
struct History {
    values: Vec<f64>,
}

#[differentiable]
impl History {
    fn step(&mut self, x: f64) -> f64 {
        let last = self.values.last().copied().unwrap_or(x);
        self.values.push(last * x);
        last * x * x
    }
}

#[test]
fn the_gradient_has_the_shape_of_what_was_given() {
    for _ in 0..2 {
        let mut log = vec![2.0];
        assert_eq!(pushes::value_and_grad(3.0, &mut log), (6.0, (2.0, vec![3.0])));
        assert_eq!(log, [2.0, 9.0]);
        let mut stack = vec![2.0, 5.0];
        assert_eq!(pops::grad(3.0, &mut stack), (5.0, vec![0.0, 3.0]));
        assert_eq!(pops::grad(3.0, &mut Vec::new()), (6.0, vec![]));
        assert_eq!(takes::grad(3.0, &mut Some(4.0)), (4.0, Some(3.0)));
        assert_eq!(takes::grad(3.0, &mut None), (1.0, None));
        assert_eq!(toggles::grad(&mut Some(4.0), 3.0), (Some(3.0), 4.0));
        let mut slot = None;
        assert_eq!(toggles::grad(&mut slot, 3.0), (None, 27.0));
        assert_eq!(slot, Some(9.0));
        let mut slots = [(None, 2.0), (Some(5.0), 1.0)];
        let (by_slots, by_x) = fills::grad(&mut slots, 3.0);
        assert_eq!((by_slots, by_x), (vec![(None, 324.0), (Some(3.0), 15.0)], 221.0));
        assert_eq!(slots, [(Some(36.0), 2.0), (None, 1.0)]);
        let mut history = History { values: vec![2.0] };
        let (by_history, by_x) = history.step_grad(3.0);
        assert_eq!((by_history.values, by_x), (vec![9.0], 12.0));
        assert_eq!(history.values, [2.0, 6.0]);
    }
    assert_gradients!(pushes(3.0, &mut vec![2.0]));
    assert_gradients!(pops(3.0, &mut vec![2.0, 5.0]));
    assert_gradients!(toggles(&mut None, 0.7));
    assert_gradients!(toggles(&mut Some(0.3), 0.7));
    assert_gradients!(fills(&mut [(None, 2.0), (Some(0.5), 1.0)], 0.7));
}

#[differentiable(order = 2)]
impl History {
    fn weighted(&mut self, x: f64) -> f64 {
        let last = self.values[self.values.len() - 1];
        self.values.push(last * x);
        last * x * x * self.values[0]
    }
}

#[differentiable(order = 2)]
fn grows(v: &mut Vec<f64>, k: f64) -> f64 {
    let t = v[0] * k;
    v.push(t);
    t * t
}

#[differentiable(order = 2)]
fn shrinks(v: &mut Vec<f64>, k: f64) -> f64 {
    let top = v.pop().unwrap_or(k);
    v[0] *= top;
    top * top * k * v[0]
}

#[differentiable(order = 2)]
fn empties(v: &mut Option<f64>, k: f64) -> f64 {
    let t = v.take().map_or(k, |v| v * k * k);
    t * t
}

/// Gradients inside of what is differentiated, against differences of the functions as written.
mod inside {
    use super::{History, differentiable, empties, grows, shrinks};

    #[differentiable]
    pub fn of_growing(a: f64) -> f64 {
        let (by_v, by_k) = grows::grad(&mut vec![a, 0.6], a);
        by_v[0] * by_k
    }

    #[differentiable]
    pub fn of_shrinking(a: f64) -> f64 {
        let mut v = vec![a, a * a];
        let (by_v, by_k) = shrinks::grad(&mut v, a);
        by_v[0] * by_k * v[0] * by_v[1]
    }

    #[differentiable]
    pub fn of_emptying(a: f64) -> f64 {
        let mut slot = Some(a);
        let (full, by_k) = empties::grad(&mut slot, a);
        let (_, again) = empties::grad(&mut slot, a);
        full.unwrap() * by_k * again
    }

    #[differentiable]
    pub fn of_a_method(a: f64) -> f64 {
        let mut history = History { values: vec![a] };
        let (first, by_x) = history.weighted_grad(a);
        let (second, again) = history.weighted_grad(a);
        first.values[0] * by_x * again * second.values[0] * second.values[1]
    }
}

#[test]
fn gradients_inside_of_another_derivative() {
    for a in [0.7, -1.3] {
        assert_gradients!(inside::of_growing(a));
        assert_gradients!(inside::of_shrinking(a));
        assert_gradients!(inside::of_emptying(a));
        assert_gradients!(inside::of_a_method(a));
    }
    assert_eq!(inside::of_growing(1.0), 4.0);
    // by_v[0] = 2 a³, by_k = 2 a³: their product has the derivative 24 a⁵.
    assert!((inside::of_growing::grad(0.5) - 24.0 * 0.5_f64.powi(5)).abs() < 1e-14);
}

/// A function and the same with its callees written out, whose Hessians by all four compositions
/// are equal.
macro_rules! hessians_as_inline {
    ($($name:ident: $callee:item $by_call:item $inline:item)*) => {$(
        mod $name {
            use chainrule::{HessianMode, differentiable};

            #[differentiable(order = 2)]
            $callee

            #[differentiable(order = 2)]
            $by_call

            #[differentiable(order = 2)]
            $inline

            #[test]
            fn hessians() {
                for (v, k) in [([0.4, 0.6], 0.7), ([-1.5, 0.3], 1.1)] {
                    let right = inline::hessian(&v, k);
                    for mode in HessianMode::ALL {
                        for _ in 0..2 {
                            let found = by_call::hessian_with(mode, &v, k);
                            let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
                            let rows = [(&found.0.0, &right.0.0), (&found.0.1, &right.0.1)];
                            for (found, right) in rows {
                                assert!(found.iter().zip(right).all(|(a, b)| near(*a, *b)));
                            }
                            assert!(near(found.1.1, right.1.1), "{found:?} {right:?}");
                        }
                    }
                    assert_eq!(by_call::hvp_reverse(&v, k, &[1.0, 2.0], 3.0).0.len(), 2);
                }
            }
        }
    )*};
}

hessians_as_inline! {
    pushed: fn callee(v: &mut Vec<f64>, k: f64) { let t = v[0] * k; v.push(t * v[1]); }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut v = v.to_vec(); callee(&mut v, k); v[2] * v[1] }
        fn inline(v: &[f64], k: f64) -> f64 { v[0] * k * v[1] * v[1] }
    popped: fn callee(v: &mut Vec<f64>, k: f64) -> f64 { let t = v.pop().unwrap_or(k); v[0] *= k * t; t * t * k }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut v = v.to_vec(); let s = callee(&mut v, k); v[0] * s }
        fn inline(v: &[f64], k: f64) -> f64 { v[0] * k * v[1] * v[1] * v[1] * k }
    replaced: fn callee(v: &mut Vec<f64>, k: f64) { let t = v[0] * v[1]; *v = vec![t * k, k * k, v[1]]; }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut v = v.to_vec(); callee(&mut v, k); v[0] * v[1] * v[2] }
        fn inline(v: &[f64], k: f64) -> f64 { v[0] * v[1] * k * k * k * v[1] }
    cleared: fn callee(v: &mut Vec<f64>, k: f64) -> f64 { let t = v[0] * v[1]; v.clear(); t * k * k }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut v = v.to_vec(); let s = callee(&mut v, k); v.push(s); s * callee(&mut vec![v[0], k], s) }
        fn inline(v: &[f64], k: f64) -> f64 { let s = v[0] * v[1] * k * k; s * (s * k * s * s) }
    tuples: fn callee(v: &mut Vec<(f64, f64)>, k: f64) { let t = v[0]; v.push((t.1 * k, t.0 * t.0)); }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut v = vec![(v[0], v[1])]; callee(&mut v, k); v[1].0 * v[1].1 }
        fn inline(v: &[f64], k: f64) -> f64 { v[1] * k * v[0] * v[0] }
    in_a_loop: fn callee(v: &mut Vec<f64>, k: f64) { let t = v[v.len() - 1]; v.push(t * t * k); }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut w = v.to_vec(); let mut s = 0.0; for i in 0..3 { callee(&mut w, k); s += w[i + 1] * w[0]; if i == 1 { w.pop(); } } s }
        fn inline(v: &[f64], k: f64) -> f64 { let a = v[1] * v[1] * k; let b = a * a * k; v[0] * (v[1] + a + b) }
    by_recursion: fn callee(v: &mut Vec<f64>, k: f64, n: usize) { let t = v[v.len() - 1]; v.push(t * t * k); if n > 0 { callee(v, k * t, n - 1); } }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut w = v.to_vec(); callee(&mut w, k, 1); w.iter().map(|x| x * x).sum::<f64>() }
        fn inline(v: &[f64], k: f64) -> f64 { let a = v[1] * v[1] * k; let b = a * a * (k * v[1]); v[0] * v[0] + v[1] * v[1] + a * a + b * b }
    variants: fn callee(v: &mut Option<Vec<f64>>, k: f64) { let t = if let Some(v) = &v { v[0] * v[1] } else { k }; *v = Some(vec![t * k, k, t]); }
        fn by_call(v: &[f64], k: f64) -> f64 { let mut w = Some(v.to_vec()); callee(&mut w, k); match &w { Some(w) => w[0] * w[2], None => 0.0 } }
        fn inline(v: &[f64], k: f64) -> f64 { let t = v[0] * v[1]; t * k * t }
}

/// A callee without result at third order, whose callee has nothing on its record that has a derivative.
#[differentiable(order = 3)]
fn squares(v: &mut Vec<f64>, k: f64) {
    let last = v[v.len() - 1];
    v.push(last * last * k);
}

#[differentiable(order = 3)]
fn product(v: &[f64], k: f64) -> f64 {
    let mut v = v.to_vec();
    squares(&mut v, k);
    v[0] * v[1] * v[2]
}

#[differentiable(order = 2)]
fn of_a_product(a: f64) -> f64 {
    let (by_v, by_k) = product::grad(&[a, a], a);
    by_v[0] * by_k
}

#[test]
fn third_order() {
    // v₀ v₁³ k: by v₀ it is a⁴, by k too; the second derivative of a⁸ is 56 a⁶.
    let a = 0.7_f64;
    assert!((of_a_product::hvp(a, 1.0) - 56.0 * a.powi(6)).abs() < 1e-13);
    assert!((of_a_product::hvp_reverse(a, 1.0) - 56.0 * a.powi(6)).abs() < 1e-13);
    assert_gradients!(of_a_product(a));
}

/// Variants and lengths of what lies in slices, arrays, vectors and tuples.
mod elements {
    use super::toggles;
    use chainrule::{assert_gradients, differentiable};

    #[differentiable(order = 2)]
    fn of_slice(slots: &mut [Option<f64>], x: f64) -> f64 {
        toggles(&mut slots[0], x)
    }

    #[differentiable(order = 2)]
    fn of_array(slots: &mut [Option<f64>; 2], x: f64) -> f64 {
        toggles(&mut slots[0], x)
    }

    #[differentiable(order = 2)]
    fn of_vector(slots: &mut Vec<Option<f64>>, x: f64) -> f64 {
        toggles(&mut slots[0], x)
    }

    #[differentiable(order = 2)]
    fn of_tuple(slots: &mut (Option<f64>, f64), x: f64) -> f64 {
        toggles(&mut slots.0, x * slots.1)
    }

    #[differentiable(order = 2)]
    fn in_place(slots: &mut [Option<f64>], x: f64) -> f64 {
        let value = slots[0].map_or(x, |v| v * x);
        slots[0] = if slots[0].is_some() { None } else { Some(x * x) };
        value
    }

    #[differentiable(order = 2)]
    fn lengths(rows: &mut [Vec<f64>], x: f64) -> f64 {
        let mut sum = 0.0;
        for row in rows.iter_mut() {
            row.push(x * x);
            sum += row[0] * x;
        }
        sum
    }

    /// Other shapes are copied in, as a whole.
    #[differentiable(order = 2)]
    fn copied(slots: &mut [Option<f64>], x: f64) -> f64 {
        let before = slots[0].map_or(x, |v| v * x);
        slots.clone_from_slice(&[Some(x * x), None]);
        before * slots[0].unwrap_or(1.0)
    }

    #[test]
    fn shapes_come_back() {
        for slot in [None, Some(0.4)] {
            assert_gradients!(of_slice(&mut [slot, Some(0.3)], 0.7));
            assert_gradients!(of_array(&mut [slot, None], 0.7));
            assert_gradients!(of_vector(&mut vec![slot, None], 0.7));
            assert_gradients!(of_tuple(&mut (slot, 0.4), 0.7));
            assert_gradients!(in_place(&mut [slot, Some(0.3)], 0.7));
            assert_gradients!(copied(&mut [slot, Some(0.3)], 0.7));
        }
        assert_gradients!(lengths(&mut [vec![0.3], vec![0.4, 0.2]], 0.7));
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Weight {
    w: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Weights {
    all: Vec<Weight>,
    first: Option<Weight>,
}

#[differentiable(order = 2)]
fn put_elsewhere(weights: &mut Weights, x: f64) -> f64 {
    weights.first = Some(weights.all[0]);
    weights.all[1] = Weight { w: weights.all[0].w * x };
    weights.all[0] = Weight { w: weights.all[1].w * x };
    weights.all[0].w * weights.all[1].w + weights.first.unwrap().w
}

#[differentiable(order = 2)]
fn of_put_elsewhere(x: f64, y: f64) -> f64 {
    let all = vec![Weight { w: x }, Weight { w: y }];
    put_elsewhere(&mut Weights { all, first: None }, y)
}

/// Elements of fields that are structs: what is moved out of their cotangents has their type.
#[test]
fn elements_of_fields_are_replaced() {
    // x² y³ + x
    let (x, y) = (0.5_f64, 2.0_f64);
    for mode in HessianMode::ALL {
        let ((xx, xy), (yx, yy)) = of_put_elsewhere::hessian_with(mode, x, y);
        let expected = [2.0 * y.powi(3), 6.0 * x * y * y, 6.0 * x * y * y, 6.0 * x * x * y];
        for (found, expected) in [xx, xy, yx, yy].into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12 * expected, "{found}, not {expected}");
        }
    }
}
