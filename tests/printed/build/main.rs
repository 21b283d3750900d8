//! Writes the random programs as Rust, each with a test.
//!
//! The programs are those of `autodiff-transform/tests/random_programs`. What their derivatives have
//! to be is computed here, on dual numbers by the interpreter, and stands in the tests as literals.

mod expected;
#[path = "../../../autodiff-transform/tests/random_programs/generate/mod.rs"]
#[allow(dead_code)]
mod generate;
mod rust;

use std::fmt::Write;

/// Programs printed.
const PROGRAMS: usize = 250;

/// Longer programs, in lines, would take long to compile and show little more.
const LONGEST: usize = 60;

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=../../autodiff-transform/tests/random_programs/generate");
    let mut text = String::new();
    let mut printed = 0;
    for seed in 0.. {
        let case = generate::case(seed);
        let Some(expected) = expected::Expected::of(&case, seed) else { continue };
        let Some(functions) = rust::functions(&case) else { continue };
        if functions.lines().count() > LONGEST {
            continue;
        }
        let test = rust::test(&case, &expected);
        let _ =
            writeln!(text, "mod program_{seed} {{\n    use super::*;\n\n{functions}\n{test}}}\n");
        printed += 1;
        if printed == PROGRAMS {
            break;
        }
    }
    let folder = std::env::var("OUT_DIR").expect("cargo sets it");
    std::fs::write(format!("{folder}/programs.rs"), text).expect("a writable folder");
}
