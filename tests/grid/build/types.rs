//! The types of the values.

/// A type of values.
pub struct Type {
    pub name: &'static str,
    /// As it is written.
    pub ty: &'static str,
    /// A value of two floats `$1` and `$2`.
    literal: &'static str,
    /// A float of the value behind `t: &T`.
    total: &'static str,
    /// What changes `t: &mut T` by `k`.
    change: &'static str,
}

pub const TYPES: &[Type] = &[
    Type {
        name: "structs",
        ty: "Parts",
        literal: "Parts { a: $1, b: [$2, $1], v: vec![$1 * $2] }",
        total: "t.a * t.b[0] + t.b[1] * t.v[0]",
        change: "t.a *= k; t.v[0] += k; t.b[1] *= t.a;",
    },
    Type {
        name: "vectors",
        ty: "Vec<f64>",
        literal: "vec![$1, $2, $1 * $2]",
        total: "t[0] * t[1] + t[2] * t[2]",
        change: "t[0] *= k; t[2] += t[0];",
    },
    Type {
        name: "options",
        ty: "Option<f64>",
        literal: "Some($1 * $2)",
        total: "match t { Some(v) => v * v, None => 0.5 }",
        change: "if let Some(v) = t { *v *= k; }",
    },
    Type {
        name: "arrays",
        ty: "[f64; 2]",
        literal: "[$1 * $2, $2]",
        total: "t[0] * t[1] + t[1]",
        change: "t[0] *= k; t[1] += t[0];",
    },
    Type {
        name: "enums",
        ty: "Kind",
        literal: "Kind::One($1 * $2)",
        total: "match t { Kind::One(v) => v * v, Kind::Many { w, n } => w[0] * *n as f64, Kind::None => 0.5 }",
        change: "if let Kind::One(v) = t { *v *= k; }",
    },
];

impl Type {
    /// Code with the type in the place of `$T`, `$TOTAL` and `$CHANGE`, and literals for `$L(a, b)`.
    pub fn fill(&self, code: &str) -> String {
        let code = code.replace("$TOTAL", self.total).replace("$CHANGE", self.change);
        let mut rest = code.as_str();
        let mut filled = String::new();
        while let Some((before, after)) = rest.split_once("$L(") {
            let (args, after) = after.split_once(')').expect("a literal's arguments are names");
            let (first, second) = args.split_once(", ").expect("a literal has two arguments");
            filled += before;
            filled += &self.literal.replace("$1", first).replace("$2", second);
            rest = after;
        }
        (filled + rest).replace("$T", self.ty)
    }
}

/// What all functions of a type use.
pub const ITEMS: &str = "
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Parts { pub a: f64, pub b: [f64; 2], pub v: Vec<f64> }

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub enum Kind { One(f64), Many { w: Vec<f64>, n: usize }, None }

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Holder { pub t: $T, pub k: f64, pub n: usize }

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Nested { pub h: Holder, pub l: Vec<Holder>, pub o: Option<$T> }

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub enum Choice { First($T), Second { t: $T, k: f64 }, Neither }

#[differentiable]
fn make(a: f64, b: f64) -> $T { $L(a, b) }

#[differentiable]
fn total(t: &$T) -> f64 { $TOTAL }

#[differentiable]
fn take(t: $T) -> f64 { total(&t) }

#[differentiable]
fn change(t: &mut $T, k: f64) { $CHANGE }

#[differentiable]
fn step(t: $T, k: f64) -> $T { let mut t = t; change(&mut t, k); t }

#[differentiable]
fn list(a: f64, b: f64) -> Vec<$T> { vec![make(a, b), make(b, a)] }

#[differentiable]
fn holder(a: f64, b: f64) -> Holder { Holder { t: make(a, b), k: b, n: 2 } }

#[differentiable]
fn nested(a: f64, b: f64) -> Nested {
    Nested { h: holder(a, b), l: vec![holder(b, a), holder(a, a)], o: Some(make(b, b)) }
}

#[differentiable]
impl Holder {
    fn get(&self) -> $T { self.t.clone() }

    fn sum(&self) -> f64 { total(&self.t) * self.k }

    fn set(&mut self, t: $T) { self.t = t; }

    fn swap(&mut self, t: $T) -> $T { std::mem::replace(&mut self.t, t) }
}
";
