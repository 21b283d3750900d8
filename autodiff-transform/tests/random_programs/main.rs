//! Random programs: derivative code against hyper-dual numbers, by interpretation.

mod generate;

use std::collections::BTreeMap;

use autodiff_transform::ir::interp::{Interpreter, Program};
use autodiff_transform::ir::verify::verify;

#[test]
fn programs_are_well_formed() {
    let mut errors: BTreeMap<String, usize> = BTreeMap::new();
    let mut stmts = 0;
    for seed in 0..std::env::var("N").map_or(1000, |n| n.parse().unwrap()) {
        let case = generate::case(seed);
        let mut program = Program::default();
        for function in &case.functions {
            if let Err(error) = verify(function) {
                panic!("seed {seed}: {error}\n{function}");
            }
            program.insert(&[], function.clone());
        }
        let mut interpreter = Interpreter::<f64>::new(&program, 100_000);
        match interpreter.run(case.entry(), case.args.clone()) {
            Ok(_) => stmts += 100_000 - interpreter.fuel(),
            Err(error) => {
                let count = errors.entry(error.to_string()).or_default();
                *count += 1;
                if *count == 1 {
                    println!("seed {seed}: {error}\n{}", case.entry());
                }
            }
        }
    }
    println!("{errors:?} {stmts}");
}
