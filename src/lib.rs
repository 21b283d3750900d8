//! chainrule differentiates plain Rust functions at compile time.
#![cfg_attr(not(feature = "std"), no_std)]

pub use autodiff_macros::{Differentiable, differentiable, differentiate};
#[doc(hidden)]
pub use autodiff_runtime::__private;
#[cfg(any(feature = "std", feature = "libm"))]
pub use autodiff_runtime::Real;
pub use autodiff_runtime::{Differentiable, Tangent, Tape, detach};
