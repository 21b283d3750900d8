//! chainrule differentiates plain Rust functions at compile time.
pub use autodiff_macros::differentiable;
#[doc(hidden)]
pub use autodiff_runtime::__private;
pub use autodiff_runtime::{Differentiable, Real, Tangent, Tape, detach};
