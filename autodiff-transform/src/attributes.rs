//! The attribute on items inside of an annotated one.

use proc_macro2::{TokenStream, TokenTree};

use crate::diagnostics::Diagnostics;
use crate::options::Options;

/// Whether the attribute is named somewhere in it.
pub fn mentions_attribute(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions_attribute(group.stream()),
        TokenTree::Ident(ident) => ident == "differentiable",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The attributes of an item that the attribute can be put on.
pub fn attributes(item: &mut syn::Item) -> Option<&mut Vec<syn::Attribute>> {
    match item {
        syn::Item::Fn(item) => Some(&mut item.attrs),
        syn::Item::Impl(item) => Some(&mut item.attrs),
        syn::Item::Mod(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// Removes an inner `#[differentiable(..)]` and reads it on top of the defaults around it.
pub fn take_options(
    attrs: &mut Vec<syn::Attribute>,
    defaults: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Options> {
    let is_ours = |attr: &syn::Attribute| {
        attr.path().segments.last().is_some_and(|last| last.ident == "differentiable")
    };
    let attr = attrs.remove(attrs.iter().position(is_ours)?);
    let tokens = match attr.meta {
        syn::Meta::List(list) => list.tokens,
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => TokenStream::new(),
    };
    let mut options = Options::parse(tokens, diagnostics);
    let krate = &options.krate;
    if *krate == Options::default().krate {
        options.krate = defaults.krate.clone();
    }
    options.rules.extend(defaults.rules.iter().cloned());
    options.dump |= defaults.dump;
    options.no_opt |= defaults.no_opt;
    options.order = options.order.max(defaults.order);
    Some(options)
}
