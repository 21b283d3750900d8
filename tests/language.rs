//! Every example in the tables of `docs/language.md` compiles with the attribute on it.
//!
//! The test writes a program with one module for each row, after the page's own code blocks, and has
//! it compiled.

use std::fmt::Write;
use std::path::Path;

const PAGE: &str = include_str!("../docs/language.md");

/// The page up to the forms that are refused.
fn accepted() -> &'static str {
    PAGE.split("\n## Refused\n").next().expect("there is a first part")
}

/// The page's code blocks, one after the other.
fn shared_items() -> String {
    let blocks = accepted().split("```rust\n").skip(1);
    blocks.map(|block| block.split("```").next().expect("there is a first part")).collect()
}

/// The examples in the tables' last cells, bars inside them being escaped.
fn examples() -> impl Iterator<Item = String> {
    let rows = accepted().lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    rows.map(|row| {
        let start = row.find(" | `").expect("a row ends in an example") + 4;
        row[start..row.len() - 3].replace("\\|", "|")
    })
}

/// A program of all examples, each in a module of its own.
fn program() -> String {
    let mut program = String::from("#![allow(unused, clippy::all)]\n");
    program += "use chainrule::ndarray::{Array1, Array2, Axis, array, s};\n\
                use chainrule::{Differentiable, Real, differentiable};\n\n";
    program += &shared_items();
    for (number, example) in examples().enumerate() {
        let attribute = if example.starts_with("#[") { "" } else { "#[differentiable]\n    " };
        writeln!(program, "mod row_{number} {{\n    use super::*;\n    {attribute}{example}\n}}")
            .expect("a string takes everything");
    }
    program + "fn main() {}\n"
}

#[test]
fn every_row_compiles() {
    assert!(examples().count() > 75, "{} rows were found", examples().count());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("language.rs");
    std::fs::write(&file, program()).expect("the target folder can be written to");
    trybuild::TestCases::new().pass(file);
}
