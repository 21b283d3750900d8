//! `hessian_with`: the Hessian by each of the four compositions of the two modes.
//!
//! ```text
//! pub fn hessian_with(mode: HessianMode, x: &[f64], n: usize) -> Array2<f64> {
//!     let blocks = match mode {
//!         HessianMode::ForwardOverReverse => hessian::<Wide<8>, _, B>((zeros(x),), |dots| …),
//!         HessianMode::ReverseOverForward => hessian::<One, _, B>((zeros(x),), |dots| …),
//!         HessianMode::ReverseOverReverse => hessian::<One, _, B>((zeros(x),), |dots| …),
//!         HessianMode::ForwardOverForward => {
//!             hessian_of_pairs::<Wide<8>, _, f64, B>((zeros(x),), |dot, dots| …)
//!         }
//!     };
//!     blocks.0.0
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Index;

use super::Printer;
use super::api::local;
use super::hessians::{Hessians, copied_tangent};
use super::nested;
use super::signature::Param;
use super::sweeps::{Sweeps, kept};
use crate::ir::Passing;

impl Hessians<'_> {
    pub(super) fn with_mode(&self, types: &[Vec<TokenStream>]) -> TokenStream {
        let rt = &self.api.signature.rt;
        let rows: Vec<TokenStream> = types.iter().map(|row| nested::tuple(row)).collect();
        let all = nested::tuple(&rows);
        let (mode, one) = (local("mode"), quote!(#rt::One));
        let forward_over_reverse = self.products(&self.lanes(), &all);
        let reverse_over_forward =
            self.hessian_of(&one, &all, |dots| self.reverse_over_forward(dots));
        let reverse_over_reverse =
            self.hessian_of(&one, &all, |dots| self.tupled(self.along("hvp_reverse", dots)));
        let forward_over_forward = self.pairs(&all);
        let found = quote! {
            match #mode {
                #rt::HessianMode::ForwardOverReverse => #forward_over_reverse,
                #rt::HessianMode::ReverseOverForward => #reverse_over_forward,
                #rt::HessianMode::ReverseOverReverse => #reverse_over_reverse,
                #rt::HessianMode::ForwardOverForward => #forward_over_forward,
            }
        };
        let doc = format!(
            "The Hessian of {}, as `hessian` gives it, by one of the four compositions of forward and \
             reverse mode.",
            self.api.signature.doc_name()
        );
        let mode = quote!(#mode: #rt::HessianMode);
        self.matrix("hessian_with", &doc, Some(mode), types, &found)
    }

    /// The derivative slots for these tangents of the active arguments.
    pub(super) fn slots(&self, dots: &Ident) -> Vec<TokenStream> {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let mut indices = (0..).map(Index::from);
        let slot = |param: &Param<'_>| {
            if !param.active {
                return quote!(#rt::Inactive);
            }
            let index = indices.next();
            match param.passing {
                Passing::Value => quote!(#rt::Active(#dots.#index.clone())),
                Passing::Ref => quote!(#rt::Active(&#dots.#index)),
                Passing::RefMut => {
                    let copy = copied_tangent(param, dots);
                    quote!(#rt::Active(&mut #copy))
                }
            }
        };
        signature.params.iter().map(slot).collect()
    }

    /// ```text
    /// {
    ///     let mut tape = Tape::take();
    ///     let mut bars = (zeros(x),);
    ///     let (_, record) = <Self as Order2>::of().__jvp_forward(x, n, &dots.0, &mut tape);
    ///     <Self as Order2>::of().__jvp_reverse(
    ///         x, n, &dots.0, record, Active((0.0, 1.0)), Active(&mut bars.0), Inactive, Inactive,
    ///         &mut tape, One,
    ///     );
    ///     bars
    /// }
    /// ```
    fn reverse_over_forward(&self, dots: &Ident) -> TokenStream {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let (tape, record, bars) = (local("tape"), local("record"), local("bars"));
        let zeros = self.final_zeros();
        let mut args = self.primals();
        args.extend(self.directions(dots));
        let forward_args: Vec<_> = args.iter().cloned().chain([quote!(&mut #tape)]).collect();
        let forward = self.api.composed("jvp_forward", &forward_args);
        let slots = self.bars(&bars);
        let of_directions = self.active().into_iter().map(|_| quote!(#rt::Inactive));
        let (zero, one) = self.units();
        args.extend([quote!(#record), quote!(#rt::Active((#zero, #one)))]);
        args.extend(slots.into_iter().chain(of_directions));
        args.extend([quote!(&mut #tape), quote!(#rt::One)]);
        let reverse = self.api.composed_in_lanes("jvp_reverse", &args);
        let body = quote! {
            let mut #tape = #rt::Tape::take();
            let (_, #record) = #forward;
            let mut #bars = #zeros;
            #reverse;
            #bars
        };
        match signature.changes_arguments() {
            true => self.on_copies(&[dots], body),
            false => quote!({ #body }),
        }
    }

    /// Zeros in the shapes that the arguments have after a run, which those behind `&mut` are kept in.
    fn final_zeros(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        let printer = Printer::new(self.api.primal, rt);
        let zero = |param: &Param<'_>| match param.passing {
            Passing::RefMut => param.zero_of_kept(&kept(param), rt),
            Passing::Value | Passing::Ref => param.zero(&printer),
        };
        nested::tuple(&self.active().into_iter().map(zero).collect::<Vec<_>>())
    }

    /// 0 and 1 in the type of the result.
    fn units(&self) -> (TokenStream, TokenStream) {
        let signature = self.api.signature;
        let printer = Printer::new(self.api.primal, &signature.rt);
        let Some(float) = signature.result.scalar() else { return (quote!(0.0), quote!(1.0)) };
        let number =
            |text, value| printer.float_literal(text, value, float, Span::call_site(), true);
        (number("0.0", 0.0), number("1.0", 1.0))
    }

    fn pairs(&self, blocks: &TokenStream) -> TokenStream {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let (lanes, inputs_ty) = (self.lanes(), Sweeps { api: self.api }.inputs_ty());
        let (zeros, dot, dots) = (self.zeros(), local("dot"), local("dots"));
        let mut args = self.primals();
        args.extend(self.slots(&dot));
        args.extend(self.slots(&dots));
        args.extend(signature.params.iter().map(|_| quote!(#rt::Inactive)));
        args.push(lanes.clone());
        let call = self.api.composed_in_lanes("tangent_tangent", &args);
        let second = self.on_copies(&[&dot, &dots], quote!(#call.3));
        let tangent_ty = &signature.result.tangent_ty;
        quote! {
            #rt::hessian_of_pairs::<#lanes, _, #tangent_ty, #blocks>(
                #zeros,
                |#dot: &#inputs_ty, #dots: &<#inputs_ty as #rt::Laned>::Dot<#lanes>| #second,
            )
        }
    }
}
