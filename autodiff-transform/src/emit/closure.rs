//! `differentiate!(|x: &[f64]| -> f64 { … })`: a value with the derivatives as methods.
//!
//! ```text
//! {
//!     struct Differentiated<Value, Jvp, Adjoint> { value: Value, jvp: Jvp, adjoint: Adjoint }
//!     impl<Value: Fn(&[f64]) -> f64, Jvp: …, Adjoint: …> Differentiated<Value, Jvp, Adjoint> {
//!         fn grad(&self, x: &[f64]) -> Vec<f64> { … }
//!     }
//!     Differentiated { value: |x: &[f64]| -> f64 { … }, jvp: |…| { … }, adjoint: |…| { … } }
//! }
//! ```
//!
//! What the closure captures is captured by each of the three closures, so rustc infers its types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::GenericParam;

use super::api::{Api, declaration_with_lifetime, local, named_lifetime};
pub use super::closure_second::Second;
use super::companion::quiet;
use super::matrices::Matrices;
use super::part::Part;
use super::signature::{Param, Signature};
use super::{Printer, tuple};
use crate::ir::{Function, Passing};

/// Writes the block expression.
pub struct Closure<'a> {
    pub signature: &'a Signature<'a>,
    pub primal: &'a Function,
    /// Those of the closure's body, which its derivatives refer to.
    pub items: TokenStream,
    /// The user's own.
    pub closure: &'a syn::ExprClosure,
    /// What there is of second order.
    pub second: Option<Second>,
}

impl Closure<'_> {
    /// `import` makes the runtime known.
    pub fn block(&self, import: &TokenStream, tangent: &Part, joint: &Part) -> TokenStream {
        let lints = quiet();
        let (items, closure) = (&self.items, self.closure);
        let (jvp, adjoint) = (self.jvp_closure(tangent), self.adjoint_closure(joint));
        let (value_bound, jvp_bound, adjoint_bound) = self.bounds();
        let (methods, second) = (self.methods(), self.second_closures());
        let types: Vec<_> = second.iter().map(|closure| &closure.ty).collect();
        let names: Vec<_> = second.iter().map(|closure| &closure.name).collect();
        let bounds = second.iter().map(|closure| &closure.bound);
        let closures = second.iter().map(|closure| &closure.closure);
        let (params, args) = (self.params(), self.args());
        let (mark, marked) = self.mark();
        quote! {{
            #lints
            #import
            #items
            #lints
            struct Differentiated<#params Value, Jvp, Adjoint, #(#types),*> {
                value: Value,
                jvp: Jvp,
                adjoint: Adjoint,
                #(#names: #types,)*
                #mark
            }
            #lints
            impl<#params Value, Jvp, Adjoint, #(#types),*>
                Differentiated<#args Value, Jvp, Adjoint, #(#types),*>
            where
                Value: #value_bound,
                Jvp: #jvp_bound,
                Adjoint: #adjoint_bound,
                #(#types: #bounds,)*
            {
                #methods
            }
            #lints
            let differentiated = Differentiated {
                value: #closure,
                jvp: #jvp,
                adjoint: #adjoint,
                #(#names: #closures,)*
                #marked
            };
            differentiated
        }}
    }

    /// The parameters of the function around the closure, which its derivatives are generic over.
    fn generics(&self) -> impl Iterator<Item = &GenericParam> {
        self.signature.source.impl_generics.into_iter().flat_map(|generics| &generics.params)
    }

    fn params(&self) -> TokenStream {
        let params = self.generics();
        quote!(#(#params,)*)
    }

    fn args(&self) -> TokenStream {
        let args = self.generics().filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        });
        quote!(#(#args,)*)
    }

    /// The field that mentions the types among them, and its value.
    fn mark(&self) -> (TokenStream, TokenStream) {
        let types = self.generics().filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(_) | GenericParam::Lifetime(_) => None,
        });
        let types: Vec<_> = types.map(|ty| quote!(*const #ty)).collect();
        if types.is_empty() {
            return (TokenStream::new(), TokenStream::new());
        }
        let mark = quote!(::core::marker::PhantomData);
        (quote!(generics: #mark<(#(#types,)*)>,), quote!(generics: #mark::<(#(#types,)*)>,))
    }

    pub(super) fn api(&self) -> Api<'_> {
        let order = 1 + u32::from(self.second.as_ref().is_some_and(|second| second.is_certain));
        Api { signature: self.signature, primal: self.primal, of_closure: true, order }
    }

    /// `|x: &[f64], x_dot: &[f64]| -> (f64, f64) { … }`
    fn jvp_closure(&self, part: &Part) -> TokenStream {
        let result = &self.signature.result;
        let mut inputs = self.primals(part);
        for param in self.signature.active() {
            if let Some((_, binding)) = part.tangent(param.var) {
                inputs.push(param.tangent_declaration_as(&binding));
            }
        }
        let (values, dots) = part.results.split_at(result.parts.len());
        let (values, dots) = (tuple(values), tuple(dots));
        let (ty, tangent_ty, statements) = (&result.ty, &result.tangent_ty, &part.statements);
        quote!(|#(#inputs),*| -> (#ty, #tangent_ty) { #statements (#values, #dots) })
    }

    /// `|x: &[f64], seed: f64, x_bar: &mut [f64]| -> f64 { … }`
    fn adjoint_closure(&self, part: &Part) -> TokenStream {
        let rt = &self.signature.rt;
        let mut inputs = self.primals(part);
        let (seed, mut opened) = self.api().seed(part);
        inputs.push(seed);
        for param in self.signature.active() {
            let (ident, ty) = (self.api().bar_ident(part, param), &param.tangent_ty);
            inputs.push(quote!(#ident: &mut #ty));
        }
        if part.uses_tape {
            let tape = part.tape();
            opened.extend(quote!(let #tape = &mut #rt::Tape::take();));
        }
        let (ty, statements, results) =
            (&self.signature.result.ty, &part.statements, tuple(&part.results));
        quote!(|#(#inputs),*| -> #ty { #opened #statements #results })
    }

    pub(super) fn primals(&self, part: &Part) -> Vec<TokenStream> {
        let params = self.signature.params.iter();
        params.map(|param| param.declaration(part.is_mutable(param.var))).collect()
    }

    /// The `Fn` bounds of the three closures.
    fn bounds(&self) -> (TokenStream, TokenStream, TokenStream) {
        let signature = self.signature;
        let (primals, dots) = (self.primal_types(), self.dot_types());
        let (ty, tangent_ty) = (&signature.result.ty, &signature.result.tangent_ty);
        let bars = signature.active().map(|param| &param.tangent_ty);
        (
            quote!(Fn(#(#primals),*) -> #ty),
            quote!(Fn(#(#primals,)* #(#dots),*) -> (#ty, #tangent_ty)),
            quote!(Fn(#(#primals,)* #tangent_ty, #(&mut #bars),*) -> #ty),
        )
    }

    fn methods(&self) -> TokenStream {
        let api = self.api();
        let signature = self.signature;
        let (ty, tangent_ty) = (&signature.result.ty, &signature.result.tangent_ty);
        let primals = api.primals();
        let args = api.forwarded();
        let value =
            api.function("value", "The value.", &primals, ty, quote!((self.value)(#(#args),*)));
        let (mut jvp_inputs, mut jvp_args) = (primals.clone(), args.clone());
        let (mut adjoint_inputs, mut adjoint_args) = (primals, args);
        let seed = local("seed");
        adjoint_inputs.push(quote!(#seed: #tangent_ty));
        adjoint_args.push(quote!(#seed));
        for param in signature.active() {
            let (dot, bar) = (Api::derived(param, "dot"), Api::derived(param, "bar"));
            let bar_ty = &param.tangent_ty;
            jvp_inputs.push(param.tangent_declaration(&dot));
            jvp_args.push(quote!(#dot));
            adjoint_inputs.push(quote!(#bar: &mut #bar_ty));
            adjoint_args.push(quote!(#bar));
        }
        let jvp = api.function(
            "jvp",
            "The value and its derivative along the tangents.",
            &jvp_inputs,
            &quote!((#ty, #tangent_ty)),
            quote!((self.jvp)(#(#jvp_args),*)),
        );
        let adjoint = api.function(
            "adjoint",
            "Adds `Jᵀ·seed` to the cotangents and returns the value.",
            &adjoint_inputs,
            ty,
            quote!((self.adjoint)(#(#adjoint_args),*)),
        );
        let (gradients, vjp) = (api.gradients(None), self.vjp());
        let matrices = Matrices { api: &api }.functions();
        let second = self.second_methods();
        quote!(#value #jvp #adjoint #gradients #vjp #matrices #second)
    }

    /// The pullback runs the adjoint from the start each time: the captures are all it can keep.
    fn vjp(&self) -> TokenStream {
        let (api, signature) = (self.api(), self.signature);
        if signature.params.iter().any(|param| param.passing == Passing::RefMut) {
            return TokenStream::new();
        }
        let printer = Printer::new(self.primal, &signature.rt);
        let (ty, tangent_ty, gradient_ty) =
            (&signature.result.ty, &signature.result.tangent_ty, api.gradient_ty());
        let (value, seed, lifetime) = (local("value"), local("seed"), named_lifetime());
        let inputs = signature.params.iter().map(declaration_with_lifetime);
        let kept: Vec<TokenStream> = signature.params.iter().map(Param::copy).collect();
        let bars: Vec<TokenStream> = signature
            .active()
            .map(|param| {
                let bar = Api::derived(param, "bar");
                quote!(#bar)
            })
            .collect();
        let zeros = signature.active().map(|param| param.zero(&printer));
        let results = tuple(&bars);
        let second = self.second_closures().into_iter().map(|closure| closure.ty);
        let generics = self.args();
        quote! {
            fn vjp<#lifetime>(
                &#lifetime self,
                #(#inputs),*
            ) -> (#ty, impl Fn(#tangent_ty) -> #gradient_ty + use<#lifetime, #generics Value, Jvp, Adjoint, #(#second),*>) {
                let #value = (self.value)(#(#kept),*);
                (#value, move |#seed: #tangent_ty| {
                    #(let mut #bars = #zeros;)*
                    (self.adjoint)(#(#kept,)* #seed, #(&mut #bars),*);
                    #results
                })
            }
        }
    }
}
