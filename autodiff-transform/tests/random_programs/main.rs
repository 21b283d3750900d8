//! Random programs: derivative code against dual and hyper-dual numbers, by interpretation.
//!
//! [`generate`] makes well-formed IR from a seed, [`oracle`] says what must hold of its derivatives,
//! [`shrink`] makes a failing program small enough to read. What a random program found is kept as a
//! Rust function in `kept/` ([`keep`]), and [`wrong`] sees to it that the oracle refuses wrong
//! transforms.
//!
//! `CHAINRULE_SEEDS=20000..30000 cargo test -p autodiff-transform --test random_programs` looks at
//! other programs than the usual ones.

mod checkpoints;
mod generate;
mod keep;
mod oracle;
mod shrink;
mod wrong;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use autodiff_transform::ir::Function;
use autodiff_transform::transform::{
    Adjoint, Callees, Conditional, Loops, Passes, adjoint, adjoint_with, fresh, normalize,
    optimize, tangent,
};
use oracle::{Order, Transforms, Verdict, check};

const OURS: Transforms = Transforms { normalize, tangent, adjoint, optimize: all_passes };

fn all_passes(function: &mut Function) {
    optimize(function, Passes::ALL);
}

/// The programs of every test run.
const SEEDS: Range<u64> = 0..10_000;

/// Of one program in so many the second derivatives are compared too.
const SECOND_ORDER: u64 = 8;

/// Failures shown by one run; shrinking takes its time.
const SHOWN: usize = 3;

fn order(seed: u64) -> Order {
    if seed.is_multiple_of(SECOND_ORDER) { Order::Second } else { Order::First }
}

fn seeds() -> Range<u64> {
    let bounds = std::env::var("CHAINRULE_SEEDS").ok();
    let bounds = bounds.as_deref().and_then(|bounds| bounds.split_once(".."));
    let parsed = bounds.map(|(start, end)| (start.trim().parse(), end.trim().parse()));
    match parsed {
        None => SEEDS,
        Some((Ok(start), Ok(end))) => start..end,
        Some(_) => panic!("CHAINRULE_SEEDS is a range of numbers, as 20000..30000"),
    }
}

/// What came of some of the programs.
#[derive(Default)]
struct Tally {
    passed: usize,
    skipped: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        for (why, count) in other.skipped {
            *self.skipped.entry(why).or_default() += count;
        }
        self.failures.extend(other.failures);
    }

    fn run(seeds: impl Iterator<Item = u64>, transforms: Transforms) -> Tally {
        Tally::run_cases(seeds, generate::case, transforms)
    }

    fn run_cases(
        seeds: impl Iterator<Item = u64>,
        case: fn(u64) -> generate::Case,
        transforms: Transforms,
    ) -> Tally {
        let mut tally = Tally::default();
        for seed in seeds {
            let case = case(seed);
            match check(&case, transforms, order(seed), seed) {
                Verdict::Passed => tally.passed += 1,
                Verdict::Skipped(why) => *tally.skipped.entry(why).or_default() += 1,
                Verdict::Failed(why) if tally.failures.len() < SHOWN => {
                    tally.failures.push(shrunk(&case, transforms, seed, &why));
                }
                Verdict::Failed(_) => tally.failures.push(format!("seed {seed}")),
            }
        }
        tally
    }

    fn run_parallel(seeds: Range<u64>, transforms: Transforms) -> Tally {
        let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
        let mut tally = Tally::default();
        // Programs take unequal times, so that each thread fetches the next when it is done with one.
        let next = AtomicU64::new(seeds.start);
        let fetch = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds.end);
        std::thread::scope(|scope| {
            let run = |_| scope.spawn(|| Tally::run(std::iter::from_fn(&fetch), transforms));
            let running: Vec<_> = (0..threads).map(run).collect();
            for thread in running {
                tally.add(thread.join().expect("a failing program is a verdict, not a panic"));
            }
        });
        tally
    }
}

/// The smallest program found that fails in the same way, as text.
fn shrunk(case: &generate::Case, transforms: Transforms, seed: u64, why: &str) -> String {
    let kind = |why: &str| why.split([':', '[']).next().unwrap_or_default().to_owned();
    let fails = |case: &generate::Case| {
        matches!(
            check(case, transforms, order(seed), seed),
            Verdict::Failed(other) if kind(&other) == kind(why)
        )
    };
    let small = shrink::shrink(case, fails);
    let verdict = check(&small, transforms, order(seed), seed);
    let why = if let Verdict::Failed(why) = verdict { why } else { why.to_owned() };
    let functions: Vec<String> = small.functions.iter().map(ToString::to_string).collect();
    format!("seed {seed}: {why}\nof\n{}with {:?}\n", functions.join("\n"), small.args)
}

#[test]
fn derivatives_of_random_programs() {
    let seeds = seeds();
    let count = (seeds.end - seeds.start) as usize;
    let tally = Tally::run_parallel(seeds, OURS);
    println!("{} passed, skipped: {:?}", tally.passed, tally.skipped);
    let failures = tally.failures.len();
    assert!(failures == 0, "{failures} programs fail\n{}", tally.failures.join("\n"));
    assert!(tally.passed * 10 >= count * 9, "too many programs are skipped: {:?}", tally.skipped);
}

/// Programs to look at with one pass left out.
const WITHOUT: Range<u64> = 0..30;

#[test]
fn each_pass_can_be_left_out() {
    let switches: [fn(&mut Function); 10] = [
        |function| optimize(function, Passes { simplify: false, ..Passes::ALL }),
        |function| optimize(function, Passes { gather: false, ..Passes::ALL }),
        |function| optimize(function, Passes { like_terms: false, ..Passes::ALL }),
        |function| optimize(function, Passes { registers: false, ..Passes::ALL }),
        |function| optimize(function, Passes { standing: false, ..Passes::ALL }),
        |function| optimize(function, Passes { sums: false, ..Passes::ALL }),
        |function| optimize(function, Passes { fission: false, ..Passes::ALL }),
        |function| optimize(function, Passes { merge: false, ..Passes::ALL }),
        |function| optimize(function, Passes { factors: false, ..Passes::ALL }),
        |function| optimize(function, Passes::NONE),
    ];
    for (index, optimize) in switches.into_iter().enumerate() {
        passes(&format!("pass {index}"), Transforms { optimize, ..OURS });
    }
}

#[test]
fn each_treatment_of_loops_can_be_left_out() {
    let switches: [fn(&Function, Callees) -> Adjoint; 15] = [
        |function, callees| adjoint_with(function, Loops { save: false, ..Loops::ALL }, callees),
        |function, callees| {
            adjoint_with(function, Loops { elements: false, ..Loops::ALL }, callees)
        },
        |function, callees| adjoint_with(function, Loops { upwards: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { reuse: false, ..Loops::ALL }, callees),
        |function, callees| {
            adjoint_with(function, Loops { recursion: false, ..Loops::ALL }, callees)
        },
        |function, callees| adjoint_with(function, Loops { invert: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { recount: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { copies: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { totals: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { slices: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { light: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { ahead: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { private: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { fuse: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { select: false, ..Loops::ALL }, callees),
    ];
    for (index, adjoint) in switches.into_iter().enumerate() {
        passes(&format!("treatment {index}"), Transforms { adjoint, ..OURS });
    }
}

#[track_caller]
fn passes(switch: &str, transforms: Transforms) {
    let tally = Tally::run(WITHOUT, transforms);
    assert!(tally.failures.is_empty(), "{switch}: {}", tally.failures.join("\n"));
    assert!(tally.passed * 10 >= 9 * WITHOUT.count(), "{:?}", tally.skipped);
}

#[test]
fn loops_over_elements() {
    let without = |function: &Function, callees: Callees| {
        adjoint_with(function, Loops { elements: false, ..Loops::ALL }, callees)
    };
    for adjoint in [adjoint as fn(&Function, Callees) -> Adjoint, without] {
        let seeds = 0..150;
        let count = seeds.end as usize;
        let tally =
            Tally::run_cases(seeds, generate::over_elements, Transforms { adjoint, ..OURS });
        assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
        assert!(tally.passed * 10 >= 9 * count, "{:?}", tally.skipped);
    }
}

#[test]
fn stencils() {
    let seeds = 0..1000;
    let mut divided = 0;
    for seed in seeds.clone() {
        let joint = adjoint(&normalize(generate::stencils(seed).entry()), Callees::KNOWN).joint;
        let loops = |fission| {
            let mut joint = joint.clone();
            optimize(&mut joint, Passes { fission, ..Passes::ALL });
            joint.to_string().matches("for i: usize").count()
        };
        divided += usize::from(loops(true) > loops(false));
    }
    assert!(divided >= 80, "{divided}");
    let tally = Tally::run_cases(seeds.clone(), generate::stencils, OURS);
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(tally.passed * 10 >= 9 * seeds.count(), "{:?}", tally.skipped);
}

#[test]
fn light_calls() {
    let without = |function: &Function, callees: Callees| {
        adjoint_with(function, Loops { light: false, ..Loops::ALL }, callees)
    };
    let seeds = 0..1000;

    let asked = seeds.clone().filter(|seed| {
        let case = generate::light(*seed);
        let asked = adjoint(&normalize(case.entry()), Callees::KNOWN);
        asked.forward.to_string().contains("f1::is_light")
    });
    assert!(asked.count() >= 600);
    for adjoint in [adjoint as fn(&Function, Callees) -> Adjoint, without] {
        let tally =
            Tally::run_cases(seeds.clone(), generate::light, Transforms { adjoint, ..OURS });
        assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
        assert!(tally.passed * 10 >= 9 * seeds.clone().count(), "{:?}", tally.skipped);
    }
}

#[test]
fn cotangents_are_overwritten() {
    let (mut overwritten, mut kept_there) = (0, 0);
    for seed in 0..150 {
        let mut joint = adjoint(generate::summing(seed).entry(), Callees::KNOWN).joint;
        all_passes(&mut joint);
        let Some(fresh) = fresh(&joint) else { continue };
        let statements = |function: &Function| function.body.stmts.len();
        overwritten += 1;
        kept_there += usize::from(statements(&fresh.function) < statements(&joint));
    }
    assert!(overwritten >= 50 && kept_there >= 20, "{overwritten}, {kept_there}");
    let tally = Tally::run_cases(0..600, generate::summing, OURS);
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(tally.passed >= 500, "{:?}", tally.skipped);
}

#[test]
fn loops_that_count() {
    let without = |function: &Function, callees: Callees| {
        adjoint_with(function, Loops { recount: false, ..Loops::ALL }, callees)
    };
    let counted_anew = |seed: &u64| {
        let case = generate::counting(*seed);
        let own = adjoint(case.entry(), Callees::KNOWN).reverse.to_string();
        own != without(case.entry(), Callees::KNOWN).reverse.to_string()
    };
    assert!((0..600).filter(counted_anew).count() >= 20);
    for adjoint in [adjoint as fn(&Function, Callees) -> Adjoint, without] {
        let seeds = 0..150;
        let count = seeds.end as usize;
        let tally = Tally::run_cases(seeds, generate::counting, Transforms { adjoint, ..OURS });
        assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
        assert!(tally.passed * 10 >= 9 * count, "{:?}", tally.skipped);
    }
}

#[test]
fn buffers_of_loops() {
    let switches: [fn(&Function, Callees) -> Adjoint; 4] = [
        adjoint,
        |function, callees| adjoint_with(function, Loops { private: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { slices: false, ..Loops::ALL }, callees),
        |function, callees| adjoint_with(function, Loops { copies: false, ..Loops::ALL }, callees),
    ];
    for adjoint in switches {
        let seeds = 0..150;
        let count = seeds.end as usize;
        let tally = Tally::run_cases(seeds, generate::with_buffers, Transforms { adjoint, ..OURS });
        assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
        assert!(tally.passed * 10 >= 9 * count, "{:?}", tally.skipped);
    }
}

#[test]
fn private_buffers_are_found() {
    let (mut conditional, mut certain, mut copied, mut sliced) = (0, 0, 0, 0);
    for seed in 0..400 {
        let case = generate::with_buffers(seed);
        let adjoint = adjoint(case.entry(), Callees::KNOWN);
        let loops = Loops { private: false, ..Loops::ALL };
        let without = adjoint_with(case.entry(), loops, Callees::KNOWN);
        conditional += usize::from(adjoint.conditional.is_some());
        certain += usize::from(adjoint.joint.to_string() != without.joint.to_string());
        let has_copies =
            |conditional: &Conditional| conditional.function.to_string().contains("buffer_each");
        copied += usize::from(adjoint.conditional.as_ref().is_some_and(has_copies));
        let has_slices = |conditional: &Conditional| {
            conditional.function.vars.iter().any(|var| var.sliced && var.name.ends_with("_bar"))
        };
        sliced += usize::from(adjoint.conditional.as_ref().is_some_and(has_slices));
    }
    let found = format!("{conditional}, {certain}, {copied}, {sliced}");
    assert!(conditional >= 50 && certain >= 5 && copied >= 10 && sliced >= 30, "{found}");
}
