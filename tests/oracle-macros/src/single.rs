//! The `f32` version: the word `f64` replaced, literal suffixes included.

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};

/// Replaces `f64` by `f32` throughout.
pub fn replace(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "f64" => {
                TokenTree::Ident(Ident::new("f32", ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Literal(literal) => TokenTree::Literal(single(&literal)),
            other => other,
        })
        .collect()
}

fn single(literal: &Literal) -> Literal {
    let text = literal.to_string();
    let Some(number) = text.strip_suffix("f64") else { return literal.clone() };
    let mut single: Literal = format!("{number}f32").parse().expect("a literal");
    single.set_span(literal.span());
    single
}
