//! chainrule differentiates plain Rust functions at compile time.
pub use autodiff_macros::differentiable;
