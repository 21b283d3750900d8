//! The transforms: IR to IR.

mod adjoint;
mod lanes;
mod normalize;
pub mod public;
mod separate;
mod simplify;
mod tangent;
mod visit;

pub use adjoint::{Adjoint, adjoint};
pub use lanes::lanes;
pub use normalize::normalize;
pub use separate::separate;
pub use simplify::simplify;
pub use tangent::tangent;
