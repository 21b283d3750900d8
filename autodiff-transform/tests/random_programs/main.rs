//! Random programs: derivative code against hyper-dual numbers, by interpretation.

mod generate;
mod oracle;
mod shrink;

use std::collections::BTreeMap;

use autodiff_transform::transform::{adjoint, normalize, simplify, tangent};
use oracle::{Order, Transforms, Verdict, check};

const OURS: Transforms = Transforms { normalize, tangent, adjoint, simplify };

#[test]
fn derivatives_of_random_programs() {
    let n: u64 = std::env::var("N").map_or(1000, |n| n.parse().unwrap());
    let from: u64 = std::env::var("FROM").map_or(0, |n| n.parse().unwrap());
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for seed in from..from + n {
        let case = generate::case(seed);
        let order = if seed % 4 == 0 { Order::Second } else { Order::First };
        let verdict = check(&case, OURS, order, seed);
        let (key, text) = match verdict {
            Verdict::Passed => ("passed".to_owned(), None),
            Verdict::Skipped(why) => (format!("skipped: {why}"), None),
            Verdict::Failed(why) => {
                (format!("FAILED: {}", why.chars().take(40).collect::<String>()), Some(why))
            }
        };
        let count = verdicts.entry(key.clone()).or_default();
        *count += 1;
        if let Some(text) = text
            && *count <= 2
        {
            let fails = |case: &generate::Case| match check(case, OURS, order, seed) {
                Verdict::Failed(why) => why.chars().take(25).eq(text.chars().take(25)),
                _ => false,
            };
            let small = shrink::shrink(&case, fails);
            let verdict = check(&small, OURS, order, seed);
            println!("== seed {seed} {:?}", small.args);
            small.functions.iter().for_each(|function| println!("{function}"));
            if let Verdict::Failed(why) = verdict {
                if !why.contains("verifier") && !why.contains("panics") {
                    let f = small.entry();
                    let stage = |mut f: autodiff_transform::ir::Function| {
                        simplify(&mut f);
                        println!("{f}");
                        f
                    };
                    let t = stage(tangent(f));
                    if order == Order::Second {
                        stage(tangent(&t));
                    }
                    let a = adjoint(f);
                    stage(a.joint);
                    let (fo, re) = (stage(a.forward), stage(a.reverse));
                    if order == Order::Second {
                        stage(tangent(&fo));
                        stage(tangent(&re));
                    }
                }
                println!("{why}");
            }
        }
    }
    println!("{verdicts:#?}");
}
#[test]
fn show() {
    let Ok(seed) = std::env::var("SEED") else { return };
    let seed: u64 = seed.parse().unwrap();
    let case = generate::case(seed);
    let order = if seed % 4 == 0 { Order::Second } else { Order::First };
    let fails = |case: &generate::Case| matches!(check(case, OURS, order, seed), Verdict::Failed(why) if !why.contains("verifier"));
    let small = shrink::shrink(&case, fails);
    let f = small.entry();
    println!("{f}\n{}\n{}", normalize(f), tangent(f));
}
