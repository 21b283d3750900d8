//! Programs that once failed, kept as Rust: each file in `kept/` is lowered and checked at several
//! points, with derivatives of second order. The last function of a file is the one called.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::Function;
use autodiff_transform::lower::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;

use crate::OURS;
use crate::generate::{Case, arguments};
use crate::oracle::{Order, Verdict, check};

const POINTS: u64 = 5;

fn lowered(item: &syn::ItemFn) -> Function {
    let mut diagnostics = Diagnostics::new();
    let lowered = lower(&Source::function(item), &Options::default(), &mut diagnostics);
    let Some(lowered) = lowered else {
        let messages: Vec<String> = diagnostics.messages().collect();
        panic!("`{}` is refused: {}", item.sig.ident, messages.join("\n"));
    };
    lowered.function
}

#[test]
fn kept_programs() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/random_programs/kept");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of kept programs")
        .map(|entry| entry.expect("an entry of the folder").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let functions: Vec<Function> = parsed
            .items
            .iter()
            .map(|item| match item {
                syn::Item::Fn(item) => lowered(item),
                _ => panic!("{file:?} has an item that is no function"),
            })
            .collect();
        for point in 0..POINTS {
            let args = arguments(functions.last().expect("a function"), point);
            let case = Case { functions: functions.clone(), args };
            let verdict = check(&case, OURS, Order::Second, point);
            assert_eq!(verdict, Verdict::Passed, "{file:?} at {:?}", case.args);
        }
    }
}
