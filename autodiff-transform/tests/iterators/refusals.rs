//! What is refused, at which token and in which words.

use super::*;

/// The only error of a function.
fn refused(source: &str) -> String {
    match lowered(source) {
        Ok(function) => panic!("accepted:\n{function}"),
        Err(errors) => {
            assert_eq!(errors.len(), 1, "{errors:#?}");
            errors[0].clone()
        }
    }
}

#[track_caller]
fn refuses(source: &str, part: &str) {
    let message = refused(source);
    assert!(message.contains(part), "{message}");
}

#[test]
fn unknown_methods() {
    refuses(
        "fn f(x: &[f64]) -> f64 { x.iter().map(|v| v * 2.0).is_sorted(); x[0] }",
        "the iterator method `is_sorted` cannot be differentiated",
    );
}

#[test]
fn iterators_consumed_in_part() {
    for chain in [
        "x.iter().chain(&[1.0])",
        "x.iter().take_while(|v| **v > 0.0)",
        "x.iter().skip_while(|v| **v > 0.0)",
        "x.windows(2).flatten()",
        "x.iter().filter(|v| **v > 0.0).enumerate().map(|(_, v)| v)",
    ] {
        for rest in ["it.next().unwrap()", "it.by_ref().sum::<f64>()", "it.find(|_| true).unwrap()"]
        {
            refuses(
                &format!("fn f(x: &[f64]) -> f64 {{ let mut it = {chain}; x[0] * {rest} }}"),
                "this takes items off the iterator `it` and leaves the rest",
            );
        }
    }
    refuses(
        "fn f(x: &[f64]) -> f64 {
            let mut it = x.iter().chain(x);
            let mut s = 0.0;
            for v in &mut it { s += v; break; }
            s * it.sum::<f64>()
        }",
        "this takes items off the iterator",
    );
}

#[test]
fn chains_without_an_end_to_start_from() {
    refuses(
        "fn f(x: &[f64]) -> f64 { x.iter().filter(|v| **v > 0.0).skip(1).rev().sum() }",
        "this chain cannot be reversed",
    );
    refuses(
        "fn f(x: &[f64], y: &[f64]) -> f64 {
            let a = x.iter().filter(|v| **v > 0.0);
            a.zip(y.iter().filter(|v| **v > 0.0)).map(|(p, q)| p * q).sum()
        }",
        "both chains of this `zip`",
    );
}

#[test]
fn breaks_out_of_several_loops() {
    refuses(
        "fn f(x: &[f64], y: &[f64]) -> f64 {
            let mut s = 0.0;
            for v in x.iter().chain(y) { if *v < 0.0 { break; } s += v; }
            s
        }",
        "`break` out of a loop over `chain`",
    );
}

#[test]
fn collections_other_than_vec() {
    refuses(
        "fn f(x: &[f64]) -> f64 {
            let y: std::collections::VecDeque<f64> = x.iter().map(|v| v * 2.0).collect();
            x[0]
        }",
        "`collect` makes a `Vec`",
    );
    refuses(
        "fn f(x: &[f64]) -> f64 {
            let y: Vec<_> = x.chunks(2).collect();
            y[0][0]
        }",
        "a `Vec` of references",
    );
}

#[test]
fn comparisons_without_a_form() {
    refuses(
        "fn f(x: &[f64]) -> f64 { *x.iter().max_by(|a, b| order(a, b)).unwrap() }",
        "this comparison is not understood",
    );
}

#[test]
fn vectors_overwritten_while_walked() {
    refuses(
        "fn f(x: &[f64]) -> f64 {
            let mut y = x.to_vec();
            let mut s = 0.0;
            for v in y { s += v; y = vec![s]; }
            s
        }",
        "`y` is assigned to while its elements are walked",
    );
}

#[test]
fn lengths_that_cannot_be_told() {
    refuses(
        "fn f(x: f64) -> f64 { let a = std::array::from_fn(|i| x * i as f64); a[0] }",
        "the length of this array cannot be told",
    );
}
