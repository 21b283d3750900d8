//! Entry points of chainrule's procedural macros.

use proc_macro::TokenStream;

/// Differentiates a function, or the functions of an `impl` block or inline module.
#[proc_macro_attribute]
pub fn differentiable(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
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
