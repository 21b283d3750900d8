//! The derivatives of operators, found by the types of their operands.
//!
//! What `a * b` means rustc decides by the types of `a` and `b`, which a macro does not see. So the
//! attribute on an `impl Mul<f64> for Vector` names the derivatives by an impl of [`Operator`] for the
//! same two types, and derived code asks for those of its operands.

/// An operator of two types that is differentiated: `#[differentiable]` stands on its `impl`. `Op` is one
/// of the types of [`ops`]; the operand on the right of a negation is `()`.
#[diagnostic::on_unimplemented(
    message = "an operator of `{Self}` has no derivative",
    label = "this operator cannot be differentiated",
    note = "put `#[differentiable]` on the `impl` of the operator, or call an annotated function",
    note = "if `{Self}` is a float under another name, or what an operator gave, say so: `let x: f64 = ..`"
)]
pub trait Operator<Op, Rhs> {
    /// Has the derivatives for methods.
    type Rule;
    /// The value to call them on.
    fn rule() -> Self::Rule;
}

/// The derivatives of the operator for operands like these.
///
/// ```
/// use autodiff_runtime::__private::{Operator, operator, ops};
///
/// struct Length(f64);
/// struct Doubled;
///
/// impl Operator<ops::Mul, f64> for Length {
///     type Rule = Doubled;
///     fn rule() -> Doubled {
///         Doubled
///     }
/// }
///
/// let _: Doubled = operator::<ops::Mul, _, _>(&Length(1.0), &2.0);
/// ```
#[inline(always)]
pub fn operator<Op, A: Operator<Op, B>, B>(_a: &A, _b: &B) -> A::Rule {
    A::rule()
}

/// Which operator.
pub mod ops {
    macro_rules! operators {
        ($($name:ident)*) => {$(
            #[doc = concat!("[`core::ops::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub enum $name {}
        )*};
    }
    operators! {
        Add Sub Mul Div Rem BitAnd BitOr BitXor Shl Shr Neg Not
        AddAssign SubAssign MulAssign DivAssign RemAssign
        BitAndAssign BitOrAssign BitXorAssign ShlAssign ShrAssign
    }
}
