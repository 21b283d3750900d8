//! Every row of the table of primitives: its value, the contributions of its operands against a
//! reference that shares no formula with them, and the exact values of `docs/kinks.md`.

mod cases;
mod kinks;
mod reference;
mod second;

use autodiff_transform::ir::interp::{Interpreter, Program, Value};
use autodiff_transform::ir::{Expr, Function, Names, Origin, Param, Passing, Role, Ty};
use autodiff_transform::ops::{Contribution, Prim, TABLE, Yields};
use cases::{CASES, Case, DISCRETE};
use proc_macro2::Span;
use reference::Num;

/// The type of an operand of a row from floats to a float.
fn operand_type(prim: Prim, index: usize) -> Ty {
    match (prim, index) {
        (Prim::Powi, 1) => Ty::Int(Some("i32".into())),
        (Prim::Select, 0) => Ty::Bool,
        _ => Ty::F64,
    }
}

/// An operand as a value.
fn operand(prim: Prim, index: usize, value: f64) -> Value<f64> {
    match operand_type(prim, index) {
        Ty::Int(_) => Value::Int(value as i128),
        Ty::Bool => Value::Bool(value == 1.0),
        _ => Value::float(value),
    }
}

/// An operand as a literal, which rules may look into.
fn literal(prim: Prim, index: usize, value: f64) -> Expr {
    let (ty, span) = (operand_type(prim, index), Span::call_site());
    match &ty {
        Ty::Int(_) if value < 0.0 => {
            let magnitude = Expr::int(-value as u128, ty.clone(), span);
            Expr::prim(Prim::Neg, vec![magnitude], ty, span)
        }
        Ty::Int(_) => Expr::int(value as u128, ty, span),
        Ty::Bool => Expr::bool(value == 1.0, span),
        _ => Expr::float(value, ty, span),
    }
}

/// Computes the value at a point, or what an operand contributes for `d`; the operands are
/// variables, but for the one in `as_literal`.
struct Rule<'a> {
    prim: Prim,
    point: &'a [f64],
    as_literal: Option<usize>,
}

impl Rule<'_> {
    fn value(&self) -> f64 {
        self.evaluate(0.0, |_, _, value| Some(value.clone())).expect("a row has a value")
    }

    fn contribution(&self, index: usize, d: f64) -> Option<f64> {
        self.evaluate(d, |args, d, value| self.prim.contribution(index, d.clone(), args, value))
    }

    /// Evaluates an expression made of the operands, `d` and the row's value.
    fn evaluate(
        &self,
        d: f64,
        make: impl FnOnce(&[Expr], &Expr, &Expr) -> Option<Expr>,
    ) -> Option<f64> {
        let (function, mut values) = self.function(make)?;
        values.push(Value::float(d));
        let program = Program::default();
        let finished = Interpreter::new(&program, 10).run(&function, values);
        let finished = finished.unwrap_or_else(|error| panic!("{self}: {error}"));
        match finished.results[..] {
            [Value::Float(value)] => Some(value),
            ref other => panic!("{self} gives {other:?}"),
        }
    }

    /// The function from the operands that are variables, and `d`, to such an expression; and the
    /// operands.
    fn function(
        &self,
        make: impl FnOnce(&[Expr], &Expr, &Expr) -> Option<Expr>,
    ) -> Option<(Function, Vec<Value<f64>>)> {
        let span = Span::call_site();
        let mut function = Function {
            name: "rule".into(),
            vars: Vec::new(),
            names: Names::default(),
            params: Vec::new(),
            body: Default::default(),
            results: Vec::new(),
            span,
        };
        let mut param = |name: &str, ty: Ty| {
            let var = function.add_var(name, ty, false, Origin::User, span);
            function.params.push(Param { var, passing: Passing::Value, role: Role::Active });
            function.read(var)
        };
        let mut values = Vec::new();
        let args = self.point.iter().enumerate().map(|(index, &value)| {
            if self.as_literal == Some(index) {
                return literal(self.prim, index, value);
            }
            values.push(operand(self.prim, index, value));
            param(&format!("x{index}"), operand_type(self.prim, index))
        });
        let args: Vec<Expr> = args.collect();
        let d = param("d", Ty::F64);
        let value = Expr::prim(self.prim, args.clone(), Ty::F64, span);
        function.results = vec![make(&args, &d, &value)?];
        Some((function, values))
    }
}

impl std::fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.prim, self.point)?;
        self.as_literal.map_or(Ok(()), |index| write!(f, ", operand {index} a literal"))
    }
}

/// To 1e-12, relative to the larger of the expected value and one part in a thousand.
fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-12 * expected.abs().max(1e-3)
}

fn check(case: &Case, rule: &Rule) {
    let operands = |chosen: Option<usize>| {
        let points = rule.point.iter().enumerate();
        points.map(|(i, &x)| Num::variable(x, chosen == Some(i))).collect::<Vec<_>>()
    };
    let (found, expected) = (rule.value(), (case.reference)(&operands(None)).re());
    assert!(close(found, expected), "{rule} is {found}, by definition {expected}");

    for index in 0..rule.point.len() {
        let expected = (case.reference)(&operands(Some(index))).dot;
        assert!(expected.im.abs() < 1e-12, "the reference is real");
        let Some(found) = rule.contribution(index, 1.0) else {
            let inactive = operand_type(rule.prim, index).tangent().can_be_active();
            assert!(!inactive || expected.re == 0.0, "{rule}: operand {index} has a derivative");
            continue;
        };
        assert!(
            close(found, expected.re),
            "{rule}: operand {index} contributes {found}, by definition {}",
            expected.re
        );
        let scaled = rule.contribution(index, -2.5);
        let linear = scaled.is_some_and(|scaled| close(scaled, -2.5 * found));
        assert!(linear, "{rule}: operand {index} contributes {scaled:?} for -2.5, {found} for 1");
        assert_eq!(rule.contribution(index, 0.0), Some(0.0), "{rule}: operand {index} for 0");
    }
}

#[test]
fn every_rule_agrees_with_the_definition() {
    for case in CASES {
        for point in case.points {
            check(case, &Rule { prim: case.prim, point, as_literal: None });
            for index in 0..point.len() {
                check(case, &Rule { prim: case.prim, point, as_literal: Some(index) });
            }
        }
    }
}

#[test]
fn every_row_has_a_case() {
    for (index, row) in TABLE.iter().enumerate() {
        assert_eq!(row.prim as usize, index, "the table is in the order of its names");
        let cases: Vec<_> = CASES.iter().filter(|case| case.prim == row.prim).collect();
        if DISCRETE.contains(&row.prim) {
            assert!(cases.is_empty(), "{:?} is listed twice", row.prim);
            continue;
        }
        assert_eq!(cases.len(), 1, "{:?} needs one case in tests/rules/cases.rs", row.prim);
        assert_eq!(row.yields, Yields::Operand, "{:?}", row.prim);
        assert!(cases[0].points.len() >= 2, "{:?} needs more points", row.prim);
        assert!(cases[0].points.iter().all(|point| point.len() == row.arity()), "{:?}", row.prim);
    }
}

#[test]
fn discrete_rows_contribute_nothing() {
    for prim in DISCRETE {
        let contributions = prim.row().contributions;
        assert!(
            contributions.iter().all(|contribution| matches!(contribution, Contribution::None)),
            "{prim:?}"
        );
    }
}

/// The reference itself, at derivatives known in closed form: a wrong one would prove nothing.
#[test]
fn the_reference_is_right() {
    let at = |f: fn(Num) -> Num, x: f64| f(Num::variable(x, true)).dot.re;
    assert!(close(at(|x| x * x * x, 2.0), 12.0));
    assert!(close(at(Num::sqrt, 4.0), 0.25));
    assert!(close(at(Num::asin, 0.6), 1.25));
    assert!(close(at(Num::acos, 0.6), -1.25));
    assert!(close(at(Num::atan, 3.0), 0.1));
    assert!(close(at(Num::acosh, 1.25), 4.0 / 3.0));
    assert!(!close(at(Num::atan, 3.0), 0.1 + 1e-12));
}
