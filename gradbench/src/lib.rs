//! A tool for the [GradBench](https://github.com/gradbench/gradbench) suite.
//!
//! An *eval* sends messages, the tool answers each with a response; both are JSON objects, one a line.
//! [`serve`] is the conversation, [`evals`] has the functions that an eval may ask for: each primal is
//! plain Rust with `#[differentiable]` on it, each derivative a call of what the attribute made.

pub mod evals;
mod evaluation;
mod protocol;

pub use evaluation::{Evaluation, Failure, Function};
pub use protocol::{respond, serve};
