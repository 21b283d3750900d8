//! What is refused, with the message pinned, next to what must compile.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages anew.

/// Each case has an error at the exact token, in the words of the user, and where there is one the
/// way out.
#[test]
fn refused() {
    let cases = trybuild::TestCases::new();
    for topic in ["unsupported", "signature", "attribute", "types", "order"] {
        cases.compile_fail(format!("tests/ui/{topic}/*.rs"));
    }
}

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}
