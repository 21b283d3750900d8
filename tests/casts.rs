//! `as` between the widths of floats where the macro sees no type: fields, elements, results of calls.
//! The points and slopes are exact in both widths, so that every check is for equality.

#![allow(missing_docs)]
#![allow(clippy::unnecessary_cast, reason = "casts are what is tested")]

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Mixed {
    pub single: f32,
    pub double: f64,
    pub count: i32,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Outer {
    pub inner: Mixed,
    pub array: [f32; 3],
    pub list: Vec<f32>,
    pub pair: (f32, f64),
    pub parts: [Mixed; 2],
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub enum Shape {
    Disc(f32),
    Box { width: f32, height: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Generic<T> {
    pub value: T,
    pub factor: f64,
}

#[differentiable]
impl Mixed {
    pub fn square(&self) -> f32 {
        self.single * self.single
    }

    pub fn widened(&self) -> f64 {
        self.square() as f64 * self.double + self.single as f64
    }

    pub fn narrow(&mut self) {
        self.single = (self.single as f64 * self.double) as f32;
        self.double += self.single as f64;
    }
}

#[differentiable]
fn square(x: f32) -> f32 {
    x * x
}

#[differentiable(order = 2)]
fn field(m: &Mixed) -> f64 {
    (m.single as f64) * m.double * m.double
}

#[differentiable]
fn to_single(m: &Mixed) -> f32 {
    m.double as f32 * m.single
}

#[differentiable]
fn to_its_own_width(m: &Mixed) -> f64 {
    m.double as f64 * m.double
}

#[differentiable]
fn integer(m: &Mixed) -> f64 {
    let count = m.count;
    count as f64 * m.double + m.count as f64
}

#[differentiable]
fn nested(o: &Outer) -> f64 {
    o.inner.single as f64 * o.inner.double + o.parts[1].single as f64 * o.parts[0].double
}

#[differentiable]
fn elements(o: &Outer) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += o.array[i] as f64 * o.list[i] as f64;
    }
    sum
}

#[differentiable]
fn iterated(o: &Outer) -> f64 {
    o.list.iter().map(|v| *v as f64).sum::<f64>() * o.pair.1
}

#[differentiable]
fn tuple_field(o: &Outer) -> f64 {
    o.pair.0 as f64 * o.pair.1
}

#[differentiable]
fn closure(m: Mixed) -> f64 {
    let widened = |m: Mixed| m.single as f64 + m.double;
    widened(m) * m.double
}

#[differentiable]
fn method(m: &Mixed) -> f64 {
    m.square() as f64 * m.double
}

#[differentiable]
fn called(x: f32) -> f64 {
    square(x) as f64 * 2.0
}

#[differentiable]
fn bound(m: &Mixed) -> f64 {
    let single = m.single;
    let again = m.double as f32;
    single as f64 * again as f64
}

#[differentiable]
fn float_method(m: &Mixed) -> f64 {
    m.single.recip() as f64 * (m.double.mul_add(2.0, 1.0) as f32) as f64
}

#[differentiable]
fn payload(s: &Shape) -> f64 {
    match s {
        Shape::Disc(r) => *r as f64 * 2.0,
        Shape::Box { width, height } => *width as f64 * height,
    }
}

#[differentiable]
fn generic(g: &Generic<f32>) -> f64 {
    g.value as f64 * g.factor
}

#[differentiable]
fn built(x: f64) -> f64 {
    let m = Mixed { single: x as f32, double: x, count: 1 };
    m.single as f64 * m.double
}

#[differentiable]
fn stepped(m: &Mixed) -> f64 {
    let mut m = *m;
    m.narrow();
    m.double
}

#[differentiable]
fn looped(parts: &[Mixed], steps: usize) -> f64 {
    let mut sum = 0.0;
    for _ in 0..steps {
        for part in parts {
            sum = 0.5 * sum + part.single as f64 * part.double;
        }
    }
    sum
}

const POINT: Mixed = Mixed { single: 0.5, double: 3.0, count: 4 };

fn outer() -> Outer {
    Outer {
        inner: POINT,
        array: [1.0, 2.0, 3.0],
        list: vec![4.0, 5.0, 6.0],
        pair: (7.0, 8.0),
        parts: [POINT, Mixed { single: 0.25, double: 2.0, count: 1 }],
    }
}

/// Twice each, as whatever was left behind must not matter; and the value as by the function itself.
macro_rules! slopes {
    ($function:ident($argument:expr) => $($field:ident).+ $(, $($more:ident).+)* = $slopes:expr) => {
        for _ in 0..2 {
            let argument = $argument;
            let (value, slope) = $function::value_and_grad(&argument);
            assert_eq!(value, $function(&argument));
            let found = (slope.$($field).+.clone(), $(slope.$($more).+.clone()),*);
            assert_eq!(found, $slopes, stringify!($function));
            let (_, pullback) = $function::vjp(&argument);
            assert_eq!(pullback(1.0), slope, "pullback of {}", stringify!($function));
            let still = Differentiable::zero_tangent(&argument);
            assert_eq!($function::jvp(&argument, &still), (value, 0.0));
            // Forward mode along the gradient gives its squared length.
            let (_, along) = $function::jvp(&argument, &slope);
            let squared = squared_length(&slope);
            assert_eq!(along as f64, squared, "forward mode of {}", stringify!($function));
        }
    };
}

/// The squared length of a tangent, from its parts as they are printed: no code of the crate.
fn squared_length(tangent: &impl std::fmt::Debug) -> f64 {
    let text = format!("{tangent:?}");
    let is_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    text.split(|c| !is_number(c)).filter_map(|word| word.parse::<f64>().ok()).map(|x| x * x).sum()
}

#[test]
fn fields_of_the_other_width() {
    slopes!(field(POINT) => single, double = (9.0, 3.0));
    slopes!(to_single(POINT) => single, double = (3.0, 0.5));
    slopes!(to_its_own_width(POINT) => single, double = (0.0, 6.0));
    slopes!(bound(POINT) => single, double = (3.0, 0.5));
    slopes!(float_method(POINT) => single, double = (-28.0, 4.0));
    slopes!(generic(Generic { value: 2.0_f32, factor: 3.0 }) => value, factor = (3.0, 2.0));
}

#[test]
fn a_field_that_is_an_integer() {
    slopes!(integer(POINT) => single, double = (0.0, 4.0));
}

#[test]
fn parts_of_parts() {
    slopes!(nested(outer()) => inner.single, inner.double = (3.0, 0.5));
    let slope = nested::grad(&outer());
    assert_eq!((slope.parts[1].single, slope.parts[0].double), (3.0, 0.25));
    slopes!(elements(outer()) => array, list = ([4.0, 5.0, 6.0], vec![1.0, 2.0, 3.0]));
    slopes!(iterated(outer()) => list, pair = (vec![8.0; 3], (0.0, 15.0)));
    slopes!(tuple_field(outer()) => pair = ((8.0, 7.0),));
}

#[test]
fn results_of_calls() {
    slopes!(method(POINT) => single, double = (3.0, 0.25));
    slopes!(stepped(POINT) => single, double = (3.0, 1.5));
    assert_eq!(called::grad(3.0), 12.0);
    assert_eq!(called::jvp(3.0, 1.0), (18.0, 12.0));
    assert_eq!(
        POINT.widened_grad(),
        MixedTangent { single: 4.0, double: 0.25, ..Default::default() }
    );
}

#[test]
fn payloads_closures_and_literals() {
    let payload_of = |shape: &Shape| format!("{:?}", payload::grad(shape));
    assert!(payload_of(&Shape::Disc(2.0)).contains("2.0"));
    let slope = payload_of(&Shape::Box { width: 5.0, height: 7.0 });
    assert!(slope.contains("width: 7.0") && slope.contains("height: 5.0"), "{slope}");
    let slope = closure::grad(POINT);
    assert_eq!((slope.single, slope.double), (3.0, 6.5));
    assert_eq!(built::grad(3.0), 6.0);
    assert_eq!(built::jvp(3.0, 1.0), (9.0, 6.0));
}

#[test]
fn in_loops_and_with_lanes() {
    let parts = [POINT, Mixed { single: 0.25, double: 2.0, count: 1 }];
    let slope = looped::grad(&parts, 2);
    let expected = [(0.625 * 3.0, 0.625 * 0.5), (1.25 * 2.0, 1.25 * 0.25)];
    for (slope, (single, double)) in slope.iter().zip(expected) {
        assert_eq!((f64::from(slope.single), slope.double), (single, double));
    }
    let rows = looped::jacfwd(&parts, 2);
    assert_eq!(rows, looped::jacrev(&parts, 2));
    assert_eq!(rows.into_raw_vec_and_offset().0, [1.875, 0.3125, 2.5, 0.3125]);
}

#[test]
fn second_order() {
    let hessian = field::hessian(&POINT);
    assert_eq!(hessian.into_raw_vec_and_offset().0, [0.0, 6.0, 6.0, 1.0]);
}
