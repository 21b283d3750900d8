//! `partials(x = …)`.
//!
//! Each partial becomes a function of the arguments and the result, and the modes are those of any
//! primitive: `ẏ = Σᵢ ẋᵢ·∂y/∂xᵢ` and `x̄ᵢ += ȳ·∂y/∂xᵢ`, where a zero (co)tangent counts as zero
//! whatever the partial is. The primal value is the user's own function's.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::Rule;
use super::build::{self, Partials};
use crate::constants;
use crate::diagnostics::Diagnostics;
use crate::emit::companion;
use crate::emit::signature::{Param, Signature, unraw};
use crate::expand;
use crate::ir::{Function, Passing};
use crate::options::{Options, Partial};
use crate::parse::Source;

pub fn rule(
    signature: &Signature<'_>,
    primal: &Function,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Rule> {
    let partials = &options.partials;
    check(signature, partials, diagnostics)?;
    let path = |param: &Ident| {
        let name = helper_name(signature, param);
        // Beside the companion, if it has derivatives of its own.
        match options.order > 1 && signature.source.self_ty.is_none() {
            true => syn::parse_quote!(#name),
            false => syn::parse_quote!(Self::#name),
        }
    };
    let derived = build::derived(signature, primal, &Partials::ClosedForms(&path));
    let parts = derived.parts(&signature.rt, options).expect("the sums of a rule are linear");
    let (mut helpers, mut items) = (TokenStream::new(), TokenStream::new());
    for partial in partials {
        let mut helper = helper(signature, primal, partial);
        if options.order > 1 {
            items.extend(differentiable(&helper, signature, options, diagnostics));
        }
        constants::strip_arguments(&mut helper.sig);
        match options.order > 1 && signature.source.self_ty.is_none() {
            true => items.extend(quote!(#[inline] #helper)),
            false => helpers.extend(quote!(#[inline] #helper)),
        }
    }
    Some(Rule { parts, helpers, items, derived: Some(derived) })
}

/// The derivatives of a partial, for second order.
fn differentiable(
    helper: &syn::ItemFn,
    signature: &Signature<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let source = Source {
        self_ty: signature.source.self_ty,
        impl_generics: signature.source.impl_generics,
        ..Source::function(helper)
    };
    let options = Options {
        krate: options.krate.clone(),
        rules: options.rules.clone(),
        order: options.order - 1,
        no_opt: options.no_opt,
        ..Options::default()
    };
    let companion = companion::companion_type(&source, &options);
    let derived = expand::derive(&source, &options, diagnostics);
    quote!(#companion #derived)
}

/// Floats in, one float out, a partial for each active argument and none for another.
fn check(
    signature: &Signature<'_>,
    partials: &[Partial],
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let before = diagnostics.len();
    let name = &signature.source.sig.ident;
    if signature.result.scalar().is_none() {
        diagnostics
            .error(name, "`partials(..)` needs a function that returns one float")
            .help("for other results give `jvp = …` and `vjp = …`");
    }
    for param in signature.active() {
        if !param.ty.is_float() || param.passing == Passing::RefMut {
            diagnostics
                .error(&param.ident, "`partials(..)` is for arguments that are floats")
                .help(match param.passing {
                    Passing::RefMut => "return the new value instead",
                    _ => "mark this one `#[constant]`, or give `jvp = …` and `vjp = …`",
                });
        } else if !partials.iter().any(|partial| is_for(partial, param)) {
            diagnostics
                .error(&param.ident, format!("no partial for `{}`", param.ident))
                .help("add it to `partials(..)`, or mark the parameter `#[constant]`");
        }
    }
    for (index, partial) in partials.iter().enumerate() {
        if !signature.active().any(|param| is_for(partial, param)) {
            let active: Vec<String> =
                signature.active().map(|param| format!("`{}`", param.ident)).collect();
            diagnostics
                .error(
                    &partial.param,
                    format!("`{}` is no active parameter of this function", partial.param),
                )
                .help(format!("the active parameters are {}", active.join(", ")));
        }
        if partials[..index].iter().any(|earlier| earlier.param == partial.param) {
            diagnostics.error(&partial.param, format!("two partials for `{}`", partial.param));
        }
    }
    (diagnostics.len() == before).then_some(())
}

fn is_for(partial: &Partial, param: &Param<'_>) -> bool {
    partial.param == param.ident
}

fn helper_name(signature: &Signature<'_>, param: &Ident) -> Ident {
    signature.internal_name(&format!("partial_{}", unraw(param)))
}

/// `fn __partial_x(x: f64, y: f64, result: f64) -> f64 { … }`
fn helper(signature: &Signature<'_>, primal: &Function, partial: &Partial) -> syn::ItemFn {
    let name = helper_name(signature, &partial.param);
    let (generics, clause) = signature.generics(primal);
    let inputs = signature.params.iter().map(|param| {
        let declaration = param.declaration(false);
        // A partial is active in what the function is active in.
        match param.is_constant() && param.declared_ty().is_some() {
            true => quote!(#[constant] #declaration),
            false => declaration,
        }
    });
    let taken = signature.params.iter().any(|param| param.ident == "result");
    let result = match taken {
        true => format_ident!("_result", span = Span::mixed_site()),
        false => Ident::new("result", partial.param.span()),
    };
    let (ty, value) = (&signature.result.ty, &partial.value);
    syn::parse_quote! {
        fn #name #generics(#(#inputs,)* #result: #ty) -> #ty #clause { #value }
    }
}
