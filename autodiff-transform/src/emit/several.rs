//! `hessian` and `hessian_with` of functions with several results: a matrix for each of them.
//!
//! ```text
//! pub fn __second_sweeps<K: Lanes, V: SecondConsumer<K, (Vec<f64>,), (Vec<f64>,)>>(
//!     x: &[f64], n: usize, consumer: V, lanes: K,
//! ) -> V::Output {
//!     consumer.consume(
//!         (zeros(x),),
//!         |dot, dots| (Self::__tangent_tangent(x, n, …, lanes).3,),
//!         |dots, tape| { … Self::__forward_tangent(x, n, tape, …, lanes) … },
//!         |state, dots, seed, products, tape| { … Self::__reverse_tangent(…) },
//!         |dot, tape| { … Self::__tangent_forward(x, n, …, tape) … },
//!         |state, dot, seeds, bars, tape| Self::__tangent_reverse(…),
//!         |none, seed, dots, products| { … },
//!     )
//! }
//!
//! pub fn hessian(x: &[f64], n: usize) -> Array3<f64> {
//!     let blocks = Self::__second_sweeps(x, n, CheaperHessians::<((Array3<f64>,),)>::new(), Wide::<8>);
//!     blocks.0.0
//! }
//! ```
//!
//! What each composition takes and returns, `composed` says.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Index;

use super::api::local;
use super::hessians::Hessians;
use super::internal::visibility;
use super::matrices::Matrices;
use super::nested;
use super::signature::Param;
use super::sweeps::{Sweeps, sweeps_params};
use super::types::lanes;

impl Hessians<'_> {
    pub(super) fn of_several(&self) -> TokenStream {
        let matrices = Matrices { api: self.api };
        let Some(types) = matrices.blocks_of_several().filter(|_| self.has_value()) else {
            return TokenStream::new();
        };
        let rt = &self.api.signature.rt;
        let rows: Vec<TokenStream> = types.iter().map(|row| nested::tuple(row)).collect();
        let (all, mode) = (nested::tuple(&rows), local("mode"));
        let name = self.api.signature.doc_name();
        let doc = format!(
            "The Hessians of {name}, one for each component of its value, which is the first dimension; \
             each exactly symmetric. For each argument its blocks by each argument: the rows and columns, \
             the other dimensions, are the arguments' components in the order of declaration."
        );
        if self.api.of_closure {
            let found = self.closure_of_several(&quote!(cheaper_hessians), None, &all);
            let hessian = self.matrix("hessian", &doc, None, &types, &found);
            let into = self.into(|blocks| {
                let name = quote!(cheaper_hessians_into);
                self.closure_of_several(&name, Some(blocks), &quote!(_))
            });
            return quote!(#hessian #into);
        }
        let cheaper = self.second_sweeps(&quote!(#rt::CheaperHessians::<#all>::new()));
        let hessian = self.matrix("hessian", &doc, None, &types, &cheaper);
        let doc = format!(
            "The Hessians of {name}, as `hessian` gives them, by one of the four compositions of forward \
             and reverse mode."
        );
        let by_mode = self.second_sweeps(&quote!(#rt::HessiansBy::<#all>::new(#mode)));
        let mode = quote!(#mode: #rt::HessianMode);
        let with_mode = self.matrix("hessian_with", &doc, Some(mode), &types, &by_mode);
        let into =
            self.into(|blocks| self.second_sweeps(&quote!(#rt::CheaperHessiansInto::new(#blocks))));
        let sweeps = self.second_sweeps_function();
        quote!(#sweeps #hessian #into #with_mode)
    }

    fn has_value(&self) -> bool {
        self.api.signature.result.is_active()
    }

    /// `Self::__second_sweeps(x, n, consumer, lanes)`
    fn second_sweeps(&self, consumer: &TokenStream) -> TokenStream {
        let signature = self.api.signature;
        let name = signature.internal_name("second_sweeps");
        let (args, lanes) = (self.api.forwarded(), self.lanes());
        match (Sweeps { api: self.api }).has_lanes() {
            true => {
                let turbofish = signature.turbofish_and(&sweeps_params());
                quote!(Self::#name #turbofish(#(#args,)* #consumer, #lanes))
            }
            false => {
                let turbofish = signature.turbofish_and(&[quote!(_)]);
                quote!(Self::#name #turbofish(#(#args,)* #consumer))
            }
        }
    }

    fn second_sweeps_function(&self) -> TokenStream {
        let signature = self.api.signature;
        let (rt, sweeps) = (&signature.rt, Sweeps { api: self.api });
        let name = signature.internal_name("second_sweeps");
        let consumer = local("consumer");
        let ty = quote!(#rt::SecondConsumer);
        let frame = sweeps.frame(&ty);
        let (generics, lanes, fixed, clause) =
            (frame.generics, frame.lanes, frame.fixed, frame.clause);
        let (vis, params, zeros) = (visibility(signature), self.api.primals(), self.zeros());
        let closures = [
            self.pair(),
            self.forward_tangent(&sweeps),
            self.reverse_tangent(),
            self.tangent_forward(&sweeps),
            self.tangent_reverse(),
            self.reverse_reverse(),
        ];
        quote! {
            #[doc(hidden)]
            #[inline]
            #vis fn #name<#generics>(#(#params,)* #consumer: Sweeps, #lanes) -> Sweeps::Output #clause {
                #fixed
                #consumer.consume(#zeros, #(#closures),*)
            }
        }
    }

    /// `|dot, dots| (Self::__tangent_tangent(…).3,)`
    fn pair(&self) -> TokenStream {
        let (dot, dots) = (local("dot"), local("dots"));
        let mut args = self.copies();
        args.extend(self.slots(&dot));
        args.extend(self.slots(&dots));
        args.extend(self.inactive());
        args.push(lanes().into_token_stream());
        let call = self.api.composed_in_lanes("tangent_tangent", &args);
        quote!(|#dot, #dots| (#call.3,))
    }

    /// `|dots, tape| ((zero of R,), (record, record_dot))`
    fn forward_tangent(&self, sweeps: &Sweeps<'_>) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (dots, tape) = (local("dots"), local("tape"));
        let (value, record, record_dot) = (local("value"), local("record"), local("record_dot"));
        let mut args = self.copies();
        args.push(quote!(#tape));
        args.extend(self.slots(&dots));
        args.extend([quote!(#rt::Inactive), lanes().into_token_stream()]);
        let call = self.api.composed_in_lanes("forward_tangent", &args);
        let zeros = sweeps.output_zeros(&value);
        quote!(|#dots, #tape| {
            let (#value, #record, _, #record_dot) = #call;
            (#zeros, (#record, #record_dot))
        })
    }

    /// `|state, dots, seed, products, tape| Self::__reverse_tangent(…)`
    fn reverse_tangent(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (state, dots, seed) = (local("state"), local("dots"), local("seed"));
        let (products, tape, bars) = (local("products"), local("tape"), local("bars"));
        let mut args = self.copies();
        args.extend([quote!(#state.0), quote!(#rt::Active(#seed.0.clone()))]);
        args.extend(self.bars(&bars));
        args.push(quote!(#tape));
        args.extend(self.slots(&dots));
        args.extend([quote!(#rt::Active(#state.1)), quote!(#rt::Inactive)]);
        args.extend(self.bars(&products));
        args.extend([quote!(#rt::Inactive), lanes().into_token_stream()]);
        let (call, zeros) = (self.api.composed_in_lanes("reverse_tangent", &args), self.zeros());
        quote!(|#state, #dots, #seed, #products, #tape| {
            let mut #bars = #zeros;
            #call
        })
    }

    /// `|dot, tape| ((zero of R,), record)`
    fn tangent_forward(&self, sweeps: &Sweeps<'_>) -> TokenStream {
        let (dot, tape) = (local("dot"), local("tape"));
        let (value, record) = (local("value"), local("record"));
        let mut args = self.copies();
        args.extend(self.slots(&dot));
        args.push(quote!(#tape));
        let call = self.api.composed("tangent_forward", &args);
        let zeros = sweeps.output_zeros(&value);
        quote!(|#dot, #tape| {
            let (#value, _, #record) = #call;
            (#zeros, #record)
        })
    }

    /// `|state, dot, seeds, bars, tape| Self::__tangent_reverse(…)`
    fn tangent_reverse(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (state, dot, seeds) = (local("state"), local("dot"), local("seeds"));
        let (bars, tape) = (local("bars"), local("tape"));
        let mut args = self.copies();
        args.extend(self.slots(&dot));
        args.push(quote!(*#state));
        args.extend(
            (0..2).map(Index::from).map(|index| quote!(#rt::Active(#seeds[#index].0.clone()))),
        );
        args.extend(self.bars(&bars));
        args.extend(self.inactive());
        args.extend([quote!(#tape), lanes().into_token_stream()]);
        let call = self.api.composed_in_lanes("tangent_reverse", &args);
        quote!(|#state, #dot, #seeds, #bars, #tape| #call)
    }

    /// Both sweeps, what reversing them needs going to a second tape; and their reverse, in which the
    /// first one's tape is the shadow of the one before.
    fn reverse_reverse(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (none, seed, dots, products) =
            (local("none"), local("seed"), local("dots"), local("products"));
        let (tape, second, shadow) = (local("tape"), local("second_tape"), local("shadow_tape"));
        let (bars, record, record_bar) = (local("bars"), local("record"), local("record_bar"));
        let (of_forward, of_reverse) = (local("record_of_forward"), local("record_of_reverse"));
        let (lanes, inactive) = (lanes(), quote!(#rt::Inactive));
        let (copies, seed_slot) = (self.copies(), quote!(#rt::Active(#seed.0.clone())));
        let with = |more: Vec<Vec<TokenStream>>| {
            [copies.clone()].into_iter().chain(more).flatten().collect::<Vec<_>>()
        };
        let forward_forward = with(vec![vec![quote!(&mut #tape), quote!(&mut #second)]]);
        let given = vec![quote!(#record), seed_slot];
        let reverse_forward = with(vec![
            given.clone(),
            self.bars(&bars),
            vec![quote!(&mut #tape), quote!(&mut #second)],
        ]);
        let tapes = vec![quote!(&mut #shadow), quote!(&mut #second), quote!(#lanes)];
        let reverse_reverse = with(vec![
            given,
            self.bars(&bars),
            vec![inactive.clone(), quote!(#of_reverse)],
            self.bars(&products),
            vec![quote!(#rt::Active(&mut #record_bar)), inactive.clone()],
            self.bars(&dots),
            tapes.clone(),
        ]);
        let forward_reverse = with(vec![
            vec![inactive, quote!(#of_forward), quote!(#rt::Active(#none.0.clone()))],
            vec![quote!(#rt::Active(#record_bar))],
            self.bars(&products),
            tapes,
        ]);
        let forward_forward = self.api.composed("forward_forward", &forward_forward);
        let reverse_forward = self.api.composed("reverse_forward", &reverse_forward);
        let reverse_reverse = self.api.composed_in_lanes("reverse_reverse", &reverse_reverse);
        let forward_reverse = self.api.composed_in_lanes("forward_reverse", &forward_reverse);
        let zeros = self.zeros();
        quote!(|#none, #seed, #dots, #products| {
            let (mut #tape, mut #second, mut #shadow) =
                (#rt::Tape::take(), #rt::Tape::take(), #rt::Tape::take());
            let (_, #record, #of_forward) = #forward_forward;
            let mut #bars = #zeros;
            let #of_reverse = #reverse_forward;
            let mut #record_bar = #rt::zero_tangent_in(#lanes, &#record);
            #reverse_reverse;
            #forward_reverse;
        })
    }

    fn copies(&self) -> Vec<TokenStream> {
        self.api.signature.params.iter().map(Param::copy).collect()
    }

    fn inactive(&self) -> Vec<TokenStream> {
        let rt = &self.api.signature.rt;
        self.api.signature.params.iter().map(|_| quote!(#rt::Inactive)).collect()
    }

    /// The slots for these bars of the active arguments.
    pub(super) fn bars(&self, bars: &Ident) -> Vec<TokenStream> {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let mut indices = (0..).map(Index::from);
        let slot = |param: &Param<'_>| match param.active {
            true => {
                let index = indices.next();
                quote!(#rt::Active(&mut #bars.#index))
            }
            false => quote!(#rt::Inactive),
        };
        signature.params.iter().map(slot).collect()
    }
}
