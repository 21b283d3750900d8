//! Second derivatives of closures: `hvp`, `jvp2`, `hessian`, `hessian_diagonal`.
//!
//! Two more closures stand in the value that `differentiate!` gives:
//!
//! ```text
//! pair: |x: &[f64], x_dot: &[f64], x_dot_2: &[f64]| -> (f64, f64, f64) {
//!     /* the value, the derivative along the first direction, the second one along both */
//! },
//! products: |x: &[f64], seed: f64, x_dot: &[f64]| -> Vec<f64> {
//!     /* the derivative along the direction of the cotangents for this seed */
//! },
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::api::{Api, local};
use super::closure::Closure;
use super::hessians::Hessians;
use super::part::Part;
use super::signature::Param;
use super::{Printer, tuple};
use crate::ir::{Passing, VarId};

/// The closures' bodies, and their parameters beside those of a tangent.
pub struct Second {
    /// Whether whoever asks for them gets them: no function that the closure calls may lack the order.
    pub is_certain: bool,
    pub pair: Part,
    /// The first direction, for each active argument.
    pub directions: Vec<VarId>,
    pub products: Part,
    /// One for each part of the result.
    pub seeds: Vec<VarId>,
}

/// A closure that is printed.
pub(super) struct Printed {
    pub name: Ident,
    pub ty: Ident,
    pub closure: TokenStream,
    /// The type as a bound.
    pub bound: TokenStream,
}

impl Closure<'_> {
    /// The closures of second order, if there are any.
    pub(super) fn second_closures(&self) -> Vec<Printed> {
        let Some(second) = &self.second else { return Vec::new() };
        let name = |name| Ident::new(name, Span::call_site());
        let (pair, pair_bound) = self.pair(second);
        let (products, products_bound) = self.products(second);
        vec![
            Printed { name: name("pair"), ty: name("Pair"), closure: pair, bound: pair_bound },
            Printed {
                name: name("products"),
                ty: name("Products"),
                closure: products,
                bound: products_bound,
            },
        ]
    }

    fn pair(&self, second: &Second) -> (TokenStream, TokenStream) {
        let (part, result) = (&second.pair, &self.signature.result);
        let mut inputs = self.primals(part);
        for (param, direction) in self.signature.active().zip(&second.directions) {
            let binding = part.param(*direction).map_or(quote!(_), |(_, binding)| binding);
            inputs.push(param.tangent_declaration_as(&binding));
        }
        inputs.extend(self.last_directions(part));
        let (ty, tangent_ty) = (&result.ty, &result.tangent_ty);
        let output = quote!((#ty, #tangent_ty, #tangent_ty));
        let (statements, results) = (&part.statements, &part.results);
        let (value, first, last) = (&results[0], &results[1], &results[3]);
        let (primals, dots) = (self.primal_types(), self.dot_types());
        (
            quote!(|#(#inputs),*| -> #output { #statements (#value, #first, #last) }),
            quote!(Fn(#(#primals,)* #(#dots,)* #(#dots),*) -> #output),
        )
    }

    fn products(&self, second: &Second) -> (TokenStream, TokenStream) {
        let (part, api) = (&second.products, self.api());
        let mut inputs = self.primals(part);
        let seeds = second.seeds.iter().map(|seed| part.param(*seed)).collect();
        let (seed, opened) = api.seed_of(seeds);
        inputs.push(seed);
        inputs.extend(self.last_directions(part));
        let output = api.gradient_ty();
        let (statements, results) = (&part.statements, &part.results);
        let results = tuple(&results[results.len() / 2..]);
        let (primals, dots) = (self.primal_types(), self.dot_types());
        let seed_ty = &self.signature.result.tangent_ty;
        (
            quote!(|#(#inputs),*| -> #output { #opened #statements #results }),
            quote!(Fn(#(#primals,)* #seed_ty, #(#dots),*) -> #output),
        )
    }

    /// The tangents of the last stage.
    fn last_directions(&self, part: &Part) -> Vec<TokenStream> {
        let declared = self.signature.active().map(|param| {
            let binding = part.tangent(param.var).map_or(quote!(_), |(_, binding)| binding);
            param.tangent_declaration_as(&binding)
        });
        declared.collect()
    }

    /// The methods on top of these closures.
    pub(super) fn second_methods(&self) -> TokenStream {
        let (api, signature) = (self.api(), self.signature);
        if self.second.is_none() {
            return self.without_second();
        }
        let (ty, tangent_ty) = (&signature.result.ty, &signature.result.tangent_ty);
        let mut inputs = api.primals();
        let (mut once, mut again) = (Vec::new(), Vec::new());
        for param in signature.active() {
            let dot = Api::derived(param, "dot");
            inputs.push(param.tangent_declaration(&dot));
            once.push(match param.is_moved() {
                true => quote!(#dot.clone()),
                false => quote!(#dot),
            });
            again.push(quote!(#dot));
        }
        let args = api.forwarded();
        let jvp2 = api.function(
            "jvp2",
            "The value, and its first and second derivative along a direction.",
            &inputs,
            &quote!((#ty, #tangent_ty, #tangent_ty)),
            quote!((self.pair)(#(#args,)* #(#once,)* #(#again),*)),
        );
        let hessians = Hessians { api: &api };
        let hvp = hessians.one().map(|one| {
            let doc = "Hessian-vector product: the derivative of the gradient along a direction.";
            let body = quote!((self.products)(#(#args,)* #one, #(#again),*));
            api.function("hvp", doc, &inputs, &api.gradient_ty(), body)
        });
        let functions = hessians.functions();
        quote!(#jvp2 #hvp #functions)
    }

    /// What rustc finds in the place of the methods where there are none.
    fn without_second(&self) -> TokenStream {
        let rt = &self.signature.rt;
        let inputs = self.signature.params.len();
        let dots = self.signature.active().count();
        let missing = [("hvp", inputs + dots), ("jvp2", inputs + dots), ("hessian", inputs)];
        let missing = missing.into_iter().filter(|(_, given)| *given > 0).map(|(name, given)| {
            let name = Ident::new(name, Span::call_site());
            let others = (1..given).map(|_| quote!(_: impl Sized));
            quote! {
                fn #name(&self, _: impl #rt::ClosureDerivative, #(#others),*) -> ! {
                    ::core::unreachable!()
                }
            }
        });
        missing.collect()
    }

    pub(super) fn primal_types(&self) -> Vec<TokenStream> {
        self.signature.params.iter().filter_map(Param::declared_ty).collect()
    }

    pub(super) fn dot_types(&self) -> Vec<TokenStream> {
        let dots = self.signature.active().map(|param| {
            let ty = &param.tangent_ty;
            match param.passing {
                Passing::Value => quote!(#ty),
                Passing::Ref => quote!(&#ty),
                Passing::RefMut => quote!(&mut #ty),
            }
        });
        dots.collect()
    }
}

impl Hessians<'_> {
    /// 1 in the type of the result, if that is a float.
    fn one(&self) -> Option<TokenStream> {
        let signature = self.api.signature;
        let float = signature.result.scalar()?;
        let printer = Printer::new(self.api.primal, &signature.rt);
        Some(printer.float_literal("1.0", 1.0, float, Span::call_site(), true))
    }

    /// `((self.products)(x, 1.0, &dots.0),)`
    pub(super) fn closure_products(&self, dots: &Ident) -> TokenStream {
        let seed = self.one();
        self.tupled(self.closure_product(&quote!(#seed), dots))
    }

    /// The product by the second derivatives along the direction and each other:
    /// `along_basis((zeros(x),), |dot| (self.pair)(x, &dot.0, &dots.0).2)`
    pub(super) fn closure_product_by_pairs(&self, dots: &Ident) -> TokenStream {
        let (rt, dot, zeros) = (&self.api.signature.rt, local("dot"), self.zeros());
        let inputs = super::sweeps::Sweeps { api: self.api }.inputs_ty();
        let args = self.api.signature.params.iter().map(Param::copy);
        let (once, again) = (self.directions(&dot), self.directions(dots));
        quote! {
            #rt::along_basis(#zeros, |#dot: &#inputs| {
                (self.pair)(#(#args,)* #(#once,)* #(#again),*).2
            })
        }
    }

    fn closure_product(&self, seed: &TokenStream, dots: &Ident) -> TokenStream {
        let args = self.api.signature.params.iter().map(Param::copy);
        let dots = self.directions(dots);
        quote!((self.products)(#(#args,)* #seed, #(#dots),*))
    }

    /// ```text
    /// cheaper_hessians::<One, (Vec<f64>,), _, (), B>(
    ///     (zeros(x),),
    ///     |dot, dots| ((self.pair)(x, &dot.0, &dots.0).2,),
    ///     |_, _| { let value = self.value(x); ((zeros(&value),), ()) },
    ///     |_, dots, seed, products, _| *products = ((self.products)(x, seed.0.clone(), &dots.0),),
    /// )
    /// ```
    ///
    /// or `cheaper_hessians_into`, which takes the blocks.
    pub(super) fn closure_of_several(
        &self,
        name: &TokenStream,
        into: Option<TokenStream>,
        blocks: &TokenStream,
    ) -> TokenStream {
        let rt = &self.api.signature.rt;
        let into = into.map(|into| quote!(#into,));
        let sweeps = super::sweeps::Sweeps { api: self.api };
        let (dot, dots, value) = (local("dot"), local("dots"), local("value"));
        let (seed, products) = (local("seed"), local("products"));
        let args: Vec<TokenStream> = self.api.signature.params.iter().map(Param::copy).collect();
        let (once, again) = (self.directions(&dot), self.directions(&dots));
        let (inputs, outputs) = (sweeps.inputs_ty(), sweeps.outputs_ty());
        let (inputs_zero, zeros) = (self.zeros(), sweeps.output_zeros(&value));
        let product = self.tupled(self.closure_product(&quote!(#seed.0.clone()), &dots));
        quote! {
            #rt::#name::<#rt::One, #inputs, #outputs, (), #blocks>(
                #inputs_zero,
                #into
                |#dot, #dots| ((self.pair)(#(#args,)* #(#once,)* #(#again),*).2,),
                |_, _| {
                    let #value = self.value(#(#args),*);
                    (#zeros, ())
                },
                |_, #dots, #seed, #products, _| *#products = #product,
            )
        }
    }
}
