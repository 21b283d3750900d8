//! `check_gradients`: the function's derivatives, compared with differences of its values.
//!
//! ```text
//! pub fn check_gradients(x: &[f64], n: usize) -> Report {
//!     let derivatives = Self::__sweeps(x, n, InBothModes);
//!     derivatives.check(|probe| {
//!         let mut x_kept = x.to_vec();
//!         probe.argument("x", &mut x_kept);
//!         let value = Self::__forward(&x_kept, n, &mut Tape::take()).0;
//!         probe.result(&value);
//!     })
//! }
//! ```
//!
//! Of a function of second order with a float for result also the derivatives of the gradient, which are
//! compared with its differences:
//!
//! ```text
//! derivatives.check(…).second(
//!     (zeros(x),),
//!     |probe| {
//!         let mut x_kept = x.to_vec();
//!         probe.argument("x", &mut x_kept);
//!         probe.result(&Self::grad(&x_kept, n));
//!     },
//!     |dots| Self::hvp(x, n, &dots.0),
//!     |dots| Self::hvp_reverse(x, n, &dots.0),
//! )
//! ```
//!
//! Of a closure the second way is a pair of directions for each component of the product.
//!
//! The differences are those of the user's own function where its name means it here. A method's are those
//! of its forward sweep, whose value is the same.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Index;

use super::api::local;
use super::bounds;
use super::hessians::Hessians;
use super::internal::visibility;
use super::signature::{Signature, unraw};
use super::sweeps::{Arguments, Sweeps, kept};
use crate::ir::{Passing, Ty};
use crate::universals;

/// The function; nothing where the values cannot be read or copied by what the macro knows.
pub fn function(sweeps: &Sweeps<'_>) -> TokenStream {
    let api = sweeps.api;
    let signature = api.signature;
    let rt = sweeps.rt();
    let parts = &signature.result.parts;
    let Some(copied) = bounds::all(signature).filter(|_| parts.iter().all(is_readable)) else {
        return TokenStream::new();
    };
    let probe = local("probe");
    let Arguments { copies, primals } = arguments(sweeps);
    let value = local("value");
    let second = second(sweeps, &copies, &primals);
    let run = if api.of_closure {
        quote!(self.value(#(#primals),*))
    } else if let Some(own) = own_function(signature) {
        quote!(#own(#(#primals),*))
    } else {
        let mut args = primals;
        args.push(quote!(&mut #rt::Tape::take()));
        let run = api.internal("forward", &args);
        quote!(#run.0)
    };
    let mut results = TokenStream::new();
    for (index, _) in parts.iter().enumerate().filter(|(_, part)| part.can_be_active()) {
        let index = (parts.len() > 1).then(|| Index::from(index)).into_iter();
        results.extend(quote!(#probe.result(&#value #(.#index)*);));
    }
    for buffer in sweeps.buffers() {
        let kept = kept(buffer);
        results.extend(quote!(#probe.result(&#kept);));
    }
    let call = sweeps.call_with_copies(&quote!(#rt::InBothModes), &quote!(#rt::One));
    let name = signature.public_name("check_gradients");
    let (generics, clause) = signature.generics(api.primal);
    let clause = bounds::and(clause, &copied);
    let vis = visibility(signature);
    let receiver = api.of_closure.then(|| quote!(&self,));
    let inputs = api.primals();
    let second_too = if second.is_some() { ", of second order too" } else { "" };
    let doc = format!(
        "Compares the derivatives of {} by forward mode, by reverse mode and by differences{second_too}.",
        signature.doc_name()
    );
    quote! {
        #[doc = #doc]
        #[inline]
        #vis fn #name #generics(#receiver #(#inputs),*) -> #rt::Report #clause {
            #call.check(|#probe: &mut #rt::Probe| {
                #copies
                let #value = #run;
                #results
            })#second
        }
    }
}

/// The user's function by its name: of a method nobody knows here whether a trait must be in scope for
/// it, and a parameter may have the function's name.
fn own_function(signature: &Signature<'_>) -> Option<TokenStream> {
    let source = signature.source;
    let name = &source.sig.ident;
    let hidden = source.self_ty.is_some()
        || signature.params.iter().any(|param| param.ident == *name)
        || source.sig.generics.type_params().any(|param| universals::is_named(&param.ident));
    let turbofish = signature.turbofish();
    (!hidden).then(|| quote!(#name #turbofish))
}

/// `.second(…)`, where there are second derivatives.
fn second(
    sweeps: &Sweeps<'_>,
    copies: &TokenStream,
    primals: &[TokenStream],
) -> Option<TokenStream> {
    let api = sweeps.api;
    let (signature, rt, hessians) = (api.signature, sweeps.rt(), Hessians { api });
    if api.order < 2 || signature.result.scalar().is_none() || !hessians.exist() {
        return None;
    }
    let (probe, dots, inputs_ty) = (local("probe"), local("dots"), sweeps.inputs_ty());
    let gradient = api.call(&signature.public_name("grad"), primals);
    let forward = hessians.along("hvp", &dots);
    let reverse = match api.of_closure {
        // A closure has no reverse mode twice.
        true => hessians.closure_product_by_pairs(&dots),
        false => hessians.along("hvp_reverse", &dots),
    };
    let zeros = hessians.zeros();
    Some(quote! {
        .second(
            #zeros,
            |#probe: &mut #rt::Probe| {
                #copies
                #probe.result(&#gradient);
            },
            |#dots: &#inputs_ty| #forward,
            |#dots: &#inputs_ty| #reverse,
        )
    })
}

/// Copies of the arguments, the active ones as the probe changes them.
fn arguments(sweeps: &Sweeps<'_>) -> Arguments {
    let probe = local("probe");
    let mut arguments = Arguments::default();
    for param in &sweeps.api.signature.params {
        let (ident, kept) = (&param.ident, kept(param));
        if !param.active && param.passing == Passing::Ref {
            arguments.primals.push(quote!(#ident));
            continue;
        }
        let copy = match (param.passing, &param.ty) {
            (Passing::Value, ty) if ty.is_copy() => quote!(#ident),
            (Passing::Value, _) => quote!(#ident.clone()),
            (Passing::Ref | Passing::RefMut, _) => param.owned_copy(),
        };
        arguments.copies.extend(quote!(let mut #kept = #copy;));
        if param.active {
            let name = unraw(ident);
            arguments.copies.extend(quote!(#probe.argument(#name, &mut #kept);));
        }
        arguments.primals.push(match param.passing {
            Passing::Value => quote!(#kept),
            Passing::Ref => quote!(&#kept),
            Passing::RefMut => quote!(&mut #kept),
        });
    }
    arguments
}

/// Whether a result implements `Differentiable`, as long as what the macro cannot see does.
fn is_readable(ty: &Ty) -> bool {
    match ty {
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            is_readable(elem)
        }
        Ty::Tuple(elems) => elems.iter().all(is_readable),
        Ty::Float(_) | Ty::Lane(_) | Ty::Int(_) | Ty::Bool | Ty::Unit => true,
        Ty::Adt(_) | Ty::Unknown => true,
        Ty::Inert(_) | Ty::Infer(_) | Ty::Tangent(_) | Ty::Dot(_) => false,
        Ty::Record | Ty::Tape => false,
    }
}
