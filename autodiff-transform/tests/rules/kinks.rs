//! `docs/kinks.md` holds exact values; this reads its tables and compares.
//!
//! A line `` | `powi(0, 1)` | `1`, `–` | … | `` states what each operand contributes for `d = 1`; in
//! the section on zero times infinity, for `d = 0`. Everywhere else `d = 0` has to give zero.

use autodiff_transform::ops::{Form, Prim, TABLE};

use crate::Rule;

/// A line of a table.
struct Line<'a> {
    text: &'a str,
    prim: Prim,
    point: Vec<f64>,
    /// For each operand; `None` where it has no derivative.
    contributions: Vec<Option<f64>>,
    /// What they are for.
    d: f64,
}

fn lines(document: &str) -> Vec<Line<'_>> {
    let mut d = 1.0;
    let mut lines = Vec::new();
    for text in document.lines() {
        if text.starts_with("## ") {
            d = if text.contains("Zero times infinity") { 0.0 } else { 1.0 };
        }
        if text.starts_with("| `") {
            lines.push(line(text, d));
        }
    }
    lines
}

fn line(text: &str, d: f64) -> Line<'_> {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    let &[_, call, contributions, ..] = &cells[..] else { panic!("too few cells: {text}") };
    let (prim, point) = call_of(call.trim_matches('`'));
    let contributions = contributions.split(',').map(|cell| {
        let cell = cell.trim().trim_matches('`');
        (cell != "–").then(|| number(cell))
    });
    Line { text, prim, point, contributions: contributions.collect(), d }
}

/// `sqrt(0)` or `1 / 0`.
fn call_of(call: &str) -> (Prim, Vec<f64>) {
    if let [left, operator, right] = call.split(' ').collect::<Vec<_>>()[..]
        && !call.contains('(')
    {
        let infix =
            |row: &&autodiff_transform::ops::Row| row.form == Form::Infix(operator_of(operator));
        let row = TABLE.iter().find(infix).unwrap_or_else(|| panic!("no operator in {call}"));
        return (row.prim, vec![number(left), number(right)]);
    }
    let (name, args) = call.split_once('(').unwrap_or_else(|| panic!("no call: {call}"));
    let args = args.trim_end_matches(')').split(',').map(|arg| number(arg.trim())).collect();
    (Prim::method(name).unwrap_or_else(|| panic!("no method {name}")), args)
}

fn operator_of(text: &str) -> &'static str {
    ["+", "-", "*", "/", "%"].into_iter().find(|known| *known == text).unwrap_or("no operator")
}

fn number(text: &str) -> f64 {
    match text {
        "∞" => f64::INFINITY,
        "-∞" => f64::NEG_INFINITY,
        "NaN" => f64::NAN,
        "π" => std::f64::consts::PI,
        _ => text.parse().unwrap_or_else(|_| panic!("no number: {text}")),
    }
}

/// Zeros by their signs; any NaN is a NaN.
fn identical(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

#[test]
fn the_documented_values_are_exact() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/kinks.md");
    let document = std::fs::read_to_string(path).expect("docs/kinks.md is there");
    let lines = lines(&document);
    assert!(lines.len() > 60, "the tables of docs/kinks.md are read, {} lines", lines.len());
    let mut wrong = Vec::new();
    for line in &lines {
        assert_eq!(line.contributions.len(), line.point.len(), "{}", line.text);
        let literals = (0..line.point.len()).map(Some).chain([None]);
        for as_literal in literals {
            let rule = Rule { prim: line.prim, point: &line.point, as_literal };
            for (index, expected) in line.contributions.iter().enumerate() {
                let found = rule.contribution(index, line.d);
                let same = match (found, expected) {
                    (Some(found), Some(expected)) => identical(found, *expected),
                    (found, expected) => found.is_none() && expected.is_none(),
                };
                if !same {
                    wrong.push(format!("{rule}: {found:?} for operand {index}, not {expected:?}"));
                }
                if line.d != 0.0 && found.is_some() {
                    let at_zero = rule.contribution(index, 0.0);
                    if at_zero != Some(0.0) {
                        wrong.push(format!("{rule}: {at_zero:?} for operand {index} and d = 0"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_value_would_be_found() {
    let line = line("| `abs(-0)` | `1` | |", 1.0);
    let rule = Rule { prim: line.prim, point: &line.point, as_literal: None };
    assert!(identical(line.point[0], -0.0));
    assert!(!identical(rule.contribution(0, line.d).unwrap_or(f64::NAN), 1.0));
    assert!(!identical(0.0, -0.0));
}
