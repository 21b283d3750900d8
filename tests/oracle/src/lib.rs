//! The reference that chainrule's compiler is tested against.
//!
//! [`corpus`] takes a module of annotated functions and compiles its source three times: as it
//! stands, with `f32` for `f64`, and with [`Dual`] for `f64` and without chainrule. The third gives
//! derivatives by operator overloading, with no part of the compiler involved; [`check`] holds the
//! generated code of the first two against it.

mod check;
mod dual;
mod elementary;
mod generic;
mod leaves;
mod ops;
mod second;

pub use chainrule_oracle_macros::corpus;
pub use check::{Answer, Case, Derivatives, Subject, check};
pub use dual::{Cast, Dual, cast, consts, detach, lift};
pub use generic::{Float, Real};
pub use leaves::{
    Leaves, Plain, Scalar, all, collect, count, curvature, duals, fill, filled, perturb,
    perturb_twice, shift, values,
};
pub use second::{Along, Curvature, Product, Second, check_second};
