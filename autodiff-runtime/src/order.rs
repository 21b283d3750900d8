//! How often a function can be differentiated, as far as rustc can be told.
//!
//! Macros share no state, so that a caller's macro does not know whether the callee has second
//! derivatives. It asks by a trait: derived code of second order names the callee's functions as
//! `<g as Order2>::of().__reverse_tangent(..)`, where `g` is the companion type. Without
//! `#[differentiable(order = 2)]` the companion does not implement the trait, and rustc says so at the
//! call. (That the functions are methods of a value keeps rustc from saying more: what a method of
//! something of unknown type is, it does not ask.)

use core::marker::PhantomData;

/// The companion of a function with `order = 2` or more.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can be differentiated once only",
    label = "this function needs `#[differentiable(order = 2)]`",
    note = "a second derivative, or the derivative of a derivative, differentiates each function that is called twice"
)]
pub trait Order2 {
    /// Has the derivatives for methods.
    type Of;

    /// The value to call them on.
    fn of() -> Self::Of;
}

/// The companion of a function with `order = 3`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be differentiated three times",
    label = "this function needs `#[differentiable(order = 3)]`",
    note = "a third derivative differentiates each function that is called three times"
)]
pub trait Order3 {
    /// Has the derivatives for methods.
    type Of;

    /// The value to call them on.
    fn of() -> Self::Of;
}

/// What stands for the second derivatives of a function without them takes arguments of this kind,
/// and there are none.
#[diagnostic::on_unimplemented(
    message = "this function has no second derivatives",
    label = "needs `#[differentiable(order = 2)]` on the function",
    note = "write `#[differentiable(order = 2)]` on the function, and on those that it calls"
)]
pub trait SecondDerivative {}

/// What derived code asks a method for its derivatives of an order with: it calls them on what
/// `body.__energy_order2(Asking)` gives, which is the receiver. A method without the order takes
/// arguments of a kind that there is none of, and gives what has no type, so that rustc reports each
/// call of it once.
#[derive(Clone, Copy, Debug)]
pub struct Asking;

/// What a method without `order = 2` takes in the place of [`Asking`].
#[diagnostic::on_unimplemented(
    message = "this method can be differentiated once only",
    label = "this method needs `#[differentiable(order = 2)]`",
    note = "write `order = 2` on the method or on its `impl`: a second derivative, or the derivative of a derivative, differentiates each method that is called twice"
)]
pub trait MethodOrder2 {
    /// There is none.
    type Of;
}

/// What a method without `order = 3` takes in the place of [`Asking`].
#[diagnostic::on_unimplemented(
    message = "this method cannot be differentiated three times",
    label = "this method needs `#[differentiable(order = 3)]`",
    note = "write `order = 3` on the method or on its `impl`: a third derivative differentiates each method that is called three times"
)]
pub trait MethodOrder3 {
    /// There is none.
    type Of;
}

/// What an operator without `order = 2` takes in the place of [`Asking`].
#[diagnostic::on_unimplemented(
    message = "this operator can be differentiated once only",
    label = "the `impl` of this operator needs `#[differentiable(order = 2)]`",
    note = "a second derivative, or the derivative of a derivative, differentiates each operator that is used twice"
)]
pub trait OperatorOrder2 {
    /// There is none.
    type Of;
}

/// What an operator without `order = 3` takes in the place of [`Asking`].
#[diagnostic::on_unimplemented(
    message = "this operator cannot be differentiated three times",
    label = "the `impl` of this operator needs `#[differentiable(order = 3)]`",
    note = "a third derivative differentiates each operator that is used three times"
)]
pub trait OperatorOrder3 {
    /// There is none.
    type Of;
}

/// What a method's derivative takes in the place of [`Asking`], asked for an order beyond its own.
#[diagnostic::on_unimplemented(
    message = "a derivative can be differentiated once less than its method",
    label = "the method of this derivative needs a higher order",
    note = "write an `order` on the method, or on its `impl`, that is one more than this function's"
)]
pub trait DerivativeOrder {
    /// There is none.
    type Of;
}

/// Asks whether the companion `T` has the order, where it may do without. Code that is derived of a
/// closure has second derivatives in case they are called; a function that it calls need not. The
/// generated code has a trait with a method of the same name, which gives what stands for them; rustc
/// takes that of this type if it can.
pub struct Asked<T>(PhantomData<T>);

impl<T> Asked<T> {
    /// Of this type.
    #[inline(always)]
    #[allow(clippy::new_without_default, reason = "written by generated code only")]
    pub fn new() -> Asked<T> {
        Asked(PhantomData)
    }
}

impl<T: Order2> Asked<T> {
    /// Has the derivatives for methods.
    #[inline(always)]
    pub fn of(self) -> T::Of {
        T::of()
    }
}

/// What stands for the second derivatives of a closure without them takes arguments of this kind, and
/// there are none.
#[diagnostic::on_unimplemented(
    message = "this closure has no second derivatives",
    label = "needs `differentiate!(order = 2, |…| …)`",
    note = "write `differentiate!(order = 2, |…| …)`, and `#[differentiable(order = 2)]` on what the closure calls"
)]
pub trait ClosureDerivative {}
