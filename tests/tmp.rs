#[path = "corpus/kept_references.rs"]
mod kept_references;
