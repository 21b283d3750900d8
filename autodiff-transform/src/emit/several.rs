//! `hessian` and `hessian_with` of functions with several results: a matrix for each of them.
//!
//! ```text
//! pub fn hessian(x: &[f64], n: usize) -> Array3<f64> {
//!     let blocks = Self::__second_sweeps(x, n, CheaperHessians::<((Array3<f64>,),)>::new(), Wide::<8>);
//!     blocks.0.0
//! }
//! ```
//!
//! The sweeps are those of `second_sweeps`.

use proc_macro2::TokenStream;
use quote::quote;

use super::api::local;
use super::hessians::Hessians;
use super::matrices::Matrices;
use super::nested;
use super::sweeps::{Sweeps, sweeps_params};

impl Hessians<'_> {
    pub(super) fn of_several(&self) -> TokenStream {
        let matrices = Matrices { api: self.api };
        let Some(types) = matrices.blocks_of_several() else {
            return TokenStream::new();
        };
        let rt = &self.api.signature.rt;
        let rows: Vec<TokenStream> = types.iter().map(|row| nested::tuple(row)).collect();
        let (all, mode) = (nested::tuple(&rows), local("mode"));
        let name = self.api.signature.doc_name();
        let doc = format!(
            "The Hessians of {name}, one for each component of its results{}, which is the first dimension; \
             each exactly symmetric. For each argument its blocks by each argument: the rows and columns, \
             the other dimensions, are the arguments' components in the order of declaration.",
            matrices.of_buffers()
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
}
