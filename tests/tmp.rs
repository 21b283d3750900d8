#[path = "corpus/grown_after_calls.rs"]
mod grown_after_calls;
