//! The transforms: IR to IR.

mod adjoint;
mod derivatives;
mod factors;
mod fission;
mod fresh;
mod gather;
mod lanes;
mod like_terms;
mod merge;
pub mod nested;
mod normalize;
mod optimize;
pub mod public;
mod registers;
mod separate;
mod simplify;
mod standing;
pub(crate) mod sums;
pub mod sweeps;
mod tangent;
mod values;
pub(crate) mod visit;

pub use adjoint::{Adjoint, Assumption, Callees, Conditional, Loops, adjoint, adjoint_with};
pub use fresh::{Fresh, fresh};
pub use lanes::lanes;
pub use normalize::normalize;
pub use optimize::{Passes, optimize};
pub use separate::separate;
pub use simplify::simplify;
pub use tangent::tangent;
pub use values::values_alone;
