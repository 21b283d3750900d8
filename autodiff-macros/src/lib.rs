//! Entry points of chainrule's procedural macros. The compiler behind them is `autodiff-transform`;
//! their documentation is that of the `chainrule` crate, which re-exports them.

use proc_macro::TokenStream;

/// Differentiates a function, or the functions of an `impl` block. An inline module has its options stand for
/// all that is annotated inside; by itself it differentiates nothing.
///
/// Beside the function `f` stands a type `f` with the derivatives: `f::grad`, `f::value_and_grad`,
/// `f::grad_into`, `f::jvp`, `f::vjp`, `f::adjoint`. Methods have theirs as `energy_grad` and so on.
///
/// | option | meaning |
/// | --- | --- |
/// | `wrt(a, b)` | derivatives with respect to these arguments only |
/// | `companion = Name` | another name for the type with the derivatives |
/// | `partials(x = …)` | the partial derivatives in closed form, in the arguments and `result` |
/// | `jvp = path`, `vjp = path` | functions that compute the derivatives |
/// | `rules(path = wrapper)` | calls of `path` are differentiated as calls of `wrapper` |
/// | `order = n` | how many times the function can be differentiated |
/// | `crate = path` | where the `chainrule` crate is found |
/// | `no_opt` | derivatives as the transforms write them, with no optimisation |
/// | `dump` | prints the intermediate representation and the expansion |
///
/// An argument, or a variable at its `let`, that is marked `#[constant]` has no derivative, and its type
/// needs none. A loop marked `#[checkpoint]`, or `#[checkpoint(n)]`, keeps only some of its states for
/// the reverse sweep, at most `n` at a time, and runs the rest again.
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    autodiff_transform::expand(options.into(), item.into()).into()
}

/// Differentiates a closure: a value with the methods `value`, `grad`, `value_and_grad`, `jvp`, `vjp`
/// and `adjoint`, those for Jacobians, and `hvp`, `jvp2`, `hessian` and `hessian_diagonal`. What the closure
/// captures is constant.
///
/// The methods of second order are there where the types of all values in the closure are known and
/// it calls functions only, or where they are asked for: `differentiate!(order = 2, |x: f64| …)`. What the
/// closure calls then needs `order = 2`, too. `order = 1` leaves them out.
///
/// In a generic function, the parameters that the closure mentions stand in front of it:
/// `differentiate!(for<T: Real, const N: usize> |x: [T; N]| -> T { … })`. In an annotated function they are
/// written there by the attribute.
///
/// Where the crate has another name, `differentiate!(crate = path, |x: f64| …)` says which.
#[proc_macro]
pub fn differentiate(closure: TokenStream) -> TokenStream {
    autodiff_transform::expand_closure(closure.into()).into()
}

/// Gives a struct or enum a tangent type: `Body` gets `BodyTangent`, with the same fields.
///
/// * `#[constant]` on a field: it has no derivative, and its type needs none; in the tangent it is
///   `()`.
/// * `#[differentiable(tangent = Name)]`, after the derive: another name for the tangent type.
/// * `#[differentiable(crate = path)]`, after the derive: where the crate `chainrule` is found.
#[proc_macro_derive(Differentiable, attributes(constant, differentiable))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    autodiff_transform::derive::expand(item.into()).into()
}
