//! The functions that users call: `jvp`, `vjp`, `adjoint`; for gradients see [`gradients`](super::gradients).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::GenericParam;

use super::bounds;
use super::internal::visibility;
use super::part::Part;
use super::signature::{Param, Signature, unraw};
use super::types::any_lanes;
use super::{Printer, returns, tuple};
use crate::ir::{Function, Passing, Ty};

/// Writes the public functions of one annotated function.
pub struct Api<'a> {
    pub signature: &'a Signature<'a>,
    pub primal: &'a Function,
    /// Whether the functions are methods of the value that `differentiate!` gives.
    pub of_closure: bool,
    /// How many times the function can be differentiated.
    pub order: u32,
}

/// A local of a generated body; it cannot meet the user's names.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

impl<'a> Api<'a> {
    /// `x_dot`, for the public signatures.
    pub(super) fn derived(param: &Param<'_>, suffix: &str) -> Ident {
        format_ident!("{}_{suffix}", unraw(&param.ident), span = Span::mixed_site())
    }

    pub(super) fn primals(&self) -> Vec<TokenStream> {
        self.signature.params.iter().map(|param| param.declaration(false)).collect()
    }

    /// `x`, for each parameter.
    pub(super) fn forwarded(&self) -> Vec<TokenStream> {
        self.signature
            .params
            .iter()
            .map(|param| {
                let ident = &param.ident;
                quote!(#ident)
            })
            .collect()
    }

    /// ```text
    /// pub fn jvp(x: f64, n: usize, x_dot: f64) -> (f64, f64) {
    ///     Self::__tangent(x, n, Active(x_dot), Inactive)
    /// }
    /// ```
    pub fn jvp(&self) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let mut inputs = self.primals();
        let mut args = self.forwarded();
        let mut docs = Vec::new();
        for param in &signature.params {
            if !param.active {
                args.push(quote!(#rt::Inactive));
                continue;
            }
            let dot = Self::derived(param, "dot");
            inputs.push(param.tangent_declaration(&dot));
            args.push(quote!(#rt::Active(#dot)));
            docs.push(format!("`{dot}`"));
        }
        args.push(quote!(#rt::One));
        let call = self.internal_in_lanes("tangent", &args);
        let (ty, tangent_ty) = (&signature.result.ty, &signature.result.tangent_ty);
        let name = signature.doc_name();
        let docs = docs.join(", ");
        if !signature.result.is_active() {
            let doc = format!(
                "Forward mode: the value of {name}. The tangents of its `&mut` arguments are \
                 updated along the tangents {docs}."
            );
            return self.function("jvp", &doc, &inputs, ty, quote!(#call.0));
        }
        let doc = format!(
            "Forward mode: the value of {name}, and its derivative along the tangents {docs} \
             (each of the shape of its argument)."
        );
        self.function("jvp", &doc, &inputs, &quote!((#ty, #tangent_ty)), call)
    }

    /// ```text
    /// pub fn adjoint(x: f64, n: usize, seed: f64, x_bar: &mut f64) -> f64
    /// ```
    pub fn adjoint(&self, part: &Part) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let params = &signature.params;
        let mut inputs: Vec<TokenStream> =
            params.iter().map(|param| param.declaration(part.is_mutable(param.var))).collect();
        let mut body = TokenStream::new();
        if signature.result.is_active() {
            let (seed, opened) = self.seed(part);
            inputs.push(seed);
            body.extend(opened);
        }
        let mut docs = Vec::new();
        for param in signature.active() {
            let (ident, ty) = (self.bar_ident(part, param), &param.tangent_ty);
            inputs.push(quote!(#ident: &mut #ty));
            body.extend(param.as_long(&ident, Passing::RefMut, rt));
            docs.push(format!("`{ident}`"));
        }
        body.extend(self.both_sweeps(part));
        let slices = signature.active().any(|param| matches!(param.ty, Ty::Slice(_)));
        let panics = if slices { " Panics if a slice is not as long as its argument." } else { "" };
        let doc = format!(
            "Reverse mode: adds `Jᵀ·seed` to the cotangents {} and returns the value of {}.{panics}",
            docs.join(", "),
            signature.doc_name()
        );
        self.function("adjoint", &doc, &inputs, &signature.result.ty, body)
    }

    /// The body of the joint sweeps, of which the arguments are there.
    pub(super) fn both_sweeps(&self, part: &Part) -> TokenStream {
        let rt = &self.signature.rt;
        let tape = part.uses_tape.then(|| {
            let tape = part.tape();
            quote!(let #tape = &mut #rt::Tape::take();)
        });
        let (statements, results) = (&part.statements, tuple(&part.results));
        let results = (!part.results.is_empty()).then_some(results);
        quote!(#tape #statements #results)
    }

    pub(super) fn bar_ident(&self, part: &Part, param: &Param<'_>) -> Ident {
        part.cotangent(param.var).map_or_else(|| Self::derived(param, "bar"), |(ident, _)| ident)
    }

    /// The seed's declaration; a tuple is taken apart.
    pub(super) fn seed(&self, part: &Part) -> (TokenStream, TokenStream) {
        let parts = self.signature.result.parts.len();
        self.seed_of((0..parts).map(|index| part.seed(index)).collect())
    }

    /// The same for these bindings of its parts.
    pub(super) fn seed_of(
        &self,
        seeds: Vec<Option<(Ident, TokenStream)>>,
    ) -> (TokenStream, TokenStream) {
        let ty = &self.signature.result.tangent_ty;
        match seeds.as_slice() {
            [Some((_, binding))] => (quote!(#binding: #ty), TokenStream::new()),
            seeds => {
                let seed = local("seed");
                let bindings: Vec<TokenStream> = seeds
                    .iter()
                    .map(|seed| seed.as_ref().map_or(quote!(_), |(_, binding)| binding.clone()))
                    .collect();
                let pattern = tuple(&bindings);
                (quote!(#seed: #ty), quote!(let #pattern = #seed;))
            }
        }
    }

    /// Where the function may leave an argument with another length or variant: its cotangent starts
    /// as a zero of the state that is left, and ends as one of the state that was given.
    pub(super) fn gradient_by_sweeps(&self, one: &TokenStream) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let (value, record, tape) = (local("value"), local("record"), local("tape"));
        let seed = local("seed");
        let Pullback { keep, restore, zeros, bars, seed_slot, primals, before, .. } =
            self.pullback();
        let forward_args: Vec<TokenStream> =
            self.forwarded().into_iter().chain([quote!(&mut #tape)]).collect();
        let forward = self.internal("forward", &forward_args);
        let mut reverse_args = primals;
        reverse_args.extend([quote!(#record), seed_slot]);
        reverse_args.extend(bars);
        reverse_args.extend([quote!(&mut #tape), quote!(#rt::One)]);
        let reverse = self.internal_in_lanes("reverse", &reverse_args);
        let mut states = TokenStream::new();
        let mut gradient = Vec::new();
        for param in signature.active() {
            let bar = Self::derived(param, "bar");
            if param.passing == Passing::RefMut {
                let zero = param.zero_of_kept(&kept(param), rt);
                let state = Self::derived(param, "gradient");
                states.extend(quote!(let mut #state = #zero; let #bar = &mut #state;));
                gradient.push(quote!(#state));
            } else {
                gradient.push(quote!(#bar));
            }
        }
        let gradient = tuple(&gradient);
        quote! {
            let mut #tape = #rt::Tape::take();
            #before
            let (#value, #record) = #forward;
            #keep
            #restore
            let #seed = #one;
            #zeros
            #states
            #reverse;
            (#value, #gradient)
        }
    }

    /// "with respect to `x: f64` and `w: &[f64]`".
    pub(super) fn shapes(&self) -> String {
        let names: Vec<String> =
            self.signature.active().map(|param| format!("`{}`", param.ident)).collect();
        match names.split_last() {
            None => "(of no argument)".into(),
            Some((last, [])) => format!("with respect to {last}, of its shape"),
            Some((last, rest)) => {
                format!(
                    "with respect to {} and {last}, each of its argument's shape",
                    rest.join(", ")
                )
            }
        }
    }

    /// The owned cotangents of the active arguments.
    pub(super) fn gradient_ty(&self) -> TokenStream {
        let rt = &self.signature.rt;
        let types: Vec<TokenStream> =
            self.signature.active().map(|param| param.owned_tangent_ty(rt)).collect();
        tuple(&types)
    }

    /// ```text
    /// pub fn vjp(x: f64, n: usize) -> (f64, impl Fn(f64) -> f64) {
    ///     let mut tape = Tape::take();
    ///     let (value, record) = Self::__forward(x, n, &mut tape);
    ///     let pullback = move |seed| {
    ///         let mut tape = tape.replay();
    ///         let mut x_bar = 0.0_f64;
    ///         Self::__reverse(x, n, record, Active(seed), Active(&mut x_bar), Inactive, &mut tape);
    ///         x_bar
    ///     };
    ///     (value, pullback)
    /// }
    /// ```
    pub fn vjp(&self) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let (value, record, pullback) = (local("value"), local("record"), local("pullback"));
        let tape = local("tape");
        let pieces = self.pullback();
        let (keep, restore) = (&pieces.keep, &pieces.restore);
        let mut forward_args = self.forwarded();
        forward_args.push(quote!(&mut #tape));
        let forward = self.internal("forward", &forward_args);
        let mut reverse_args = pieces.primals.clone();
        reverse_args.push(quote!(#record));
        reverse_args.push(pieces.seed_slot.clone());
        reverse_args.extend(pieces.bars.iter().cloned());
        reverse_args.push(quote!(&mut #tape));
        reverse_args.push(quote!(#rt::One));
        let reverse = self.internal_in_lanes("reverse", &reverse_args);
        let (inputs, zeros, results) = (&pieces.inputs, &pieces.zeros, tuple(&pieces.results));
        let before = &pieces.before;
        let body = quote! {
            let mut #tape = #rt::Tape::take();
            #before
            let (#value, #record) = #forward;
            #keep
            let #pullback = move |#(#inputs),*| {
                let mut #tape = #tape.replay();
                #restore
                #zeros
                #reverse;
                #results
            };
            (#value, #pullback)
        };
        let (ty, output) = (&signature.result.ty, self.pullback_ty());
        let doc = format!(
            "Reverse mode: the value of {}, and the pullback from the cotangent of the value to the \
             cotangents {}.",
            signature.doc_name(),
            self.shapes()
        );
        self.with_named_lifetime("vjp", &doc, &quote!((#ty, #output)), body)
    }

    /// The type of the pullback; `&mut` arguments give their cotangents back in place.
    fn pullback_ty(&self) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let mut inputs = Vec::new();
        if signature.result.is_active() {
            inputs.push(signature.result.tangent_ty.clone());
        }
        let mut outputs = Vec::new();
        for param in signature.active() {
            let ty = &param.tangent_ty;
            match param.passing {
                Passing::RefMut => inputs.push(quote!(&mut #ty)),
                Passing::Value | Passing::Ref => outputs.push(param.owned_tangent_ty(rt)),
            }
        }
        let outputs = tuple(&outputs);
        let captures = self.captures();
        quote!(impl Fn(#(#inputs),*) -> #outputs + #captures)
    }

    /// `use<'a, T, N>`, since a crate of an edition before 2024 does not capture by itself.
    fn captures(&self) -> TokenStream {
        let source = self.signature.source;
        let generics = source.impl_generics.into_iter().chain([&source.sig.generics]);
        let mut lifetimes = Vec::new();
        let mut names = Vec::new();
        if self.borrows_anonymously() {
            lifetimes.push(named_lifetime());
        }
        for param in generics.flat_map(|generics| &generics.params) {
            match param {
                GenericParam::Lifetime(param) => lifetimes.push(param.lifetime.clone()),
                GenericParam::Type(param) => names.push(&param.ident),
                GenericParam::Const(param) => names.push(&param.ident),
            }
        }
        quote!(use<#(#lifetimes,)* #(#names),*>)
    }

    fn borrows_anonymously(&self) -> bool {
        self.signature.params.iter().any(has_anonymous_lifetime)
    }

    /// What the pullback keeps of the arguments, and gives to the reverse sweep.
    fn pullback(&self) -> Pullback {
        let signature = self.signature;
        let rt = &signature.rt;
        let printer = Printer::new(self.primal, rt);
        let mut pieces = Pullback { seed_slot: quote!(#rt::Inactive), ..Pullback::default() };
        if signature.result.is_active() {
            let (seed, ty) = (local("seed"), &signature.result.tangent_ty);
            pieces.inputs.push(quote!(#seed: #ty));
            pieces.seed_slot = quote!(#rt::Active(#seed));
        }
        for param in &signature.params {
            pieces.keep_argument(param);
            if !param.active {
                pieces.bars.push(quote!(#rt::Inactive));
                continue;
            }
            let bar = Self::derived(param, "bar");
            let ty = &param.tangent_ty;
            if param.passing == Passing::RefMut {
                pieces.inputs.push(quote!(#bar: &mut #ty));
                pieces.bars.push(quote!(#rt::Active(#bar)));
                continue;
            }
            let kept = kept(param);
            let zero =
                param.zero_like(if param.is_moved() { &kept } else { &param.ident }, &printer);
            pieces.zeros.extend(quote!(let mut #bar = #zero;));
            pieces.bars.push(quote!(#rt::Active(&mut #bar)));
            pieces.results.push(quote!(#bar));
        }
        pieces
    }

    /// `Self::__tangent::<T>(args)`.
    pub(super) fn internal(&self, name: &str, args: &[TokenStream]) -> TokenStream {
        self.call(&self.signature.internal_name(name), args)
    }

    /// The same for a function that is generic over its lanes.
    pub(super) fn internal_in_lanes(&self, name: &str, args: &[TokenStream]) -> TokenStream {
        let turbofish = self.signature.turbofish_and(&any_lanes());
        self.call_with(&self.signature.internal_name(name), &turbofish, args)
    }

    pub(super) fn call(&self, name: &Ident, args: &[TokenStream]) -> TokenStream {
        self.call_with(name, &self.signature.turbofish(), args)
    }

    fn call_with(
        &self,
        name: &Ident,
        turbofish: &TokenStream,
        args: &[TokenStream],
    ) -> TokenStream {
        if self.of_closure {
            return quote!(self.#name(#(#args),*));
        }
        quote!(Self::#name #turbofish(#(#args),*))
    }

    pub(super) fn function(
        &self,
        name: &str,
        doc: &str,
        inputs: &[TokenStream],
        output: &TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        self.function_where(name, doc, inputs, output, &[], body)
    }

    /// The same with more bounds.
    pub(super) fn function_where(
        &self,
        name: &str,
        doc: &str,
        inputs: &[TokenStream],
        output: &TokenStream,
        bounds: &[TokenStream],
        body: TokenStream,
    ) -> TokenStream {
        let name = self.signature.public_name(name);
        let (generics, clause) = self.signature.generics(self.primal);
        let clause = bounds::and(clause, bounds);
        let vis = visibility(self.signature);
        let receiver = self.of_closure.then(|| quote!(&self,));
        let output = returns(output);
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics(#receiver #(#inputs),*) #output #clause { #body }
        }
    }

    /// Like [`Api::function`], with a name for the lifetime that references leave out.
    fn with_named_lifetime(
        &self,
        name: &str,
        doc: &str,
        output: &TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let inputs: Vec<TokenStream> =
            self.signature.params.iter().map(declaration_with_lifetime).collect();
        let name = self.signature.public_name(name);
        let (mut generics, clause) = self.signature.generics(self.primal);
        let clause = bounds::and(clause, &bounds::used_up(self.signature));
        if self.borrows_anonymously() {
            let params = &self.signature.source.sig.generics.params;
            let lifetime = named_lifetime();
            generics = quote!(<#lifetime, #params>);
        }
        let vis = visibility(self.signature);
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics(#(#inputs),*) -> #output #clause { #body }
        }
    }
}

/// The name of the copy that a pullback keeps of an argument.
fn kept(param: &Param<'_>) -> Ident {
    format_ident!("{}_kept", unraw(&param.ident), span = Span::mixed_site())
}

/// The parts of a pullback closure.
#[derive(Default)]
struct Pullback {
    /// Run before the forward sweep, after it, and in the closure.
    before: TokenStream,
    keep: TokenStream,
    restore: TokenStream,
    inputs: Vec<TokenStream>,
    zeros: TokenStream,
    primals: Vec<TokenStream>,
    seed_slot: TokenStream,
    bars: Vec<TokenStream>,
    results: Vec<TokenStream>,
}

impl Pullback {
    /// An argument that the forward sweep consumes or changes is kept as a copy, from which each
    /// call of the closure starts.
    fn keep_argument(&mut self, param: &Param<'_>) {
        let ident = &param.ident;
        match param.passing {
            Passing::Ref => self.primals.push(quote!(#ident)),
            Passing::Value if param.ty.is_copy() => self.primals.push(quote!(#ident)),
            Passing::Value => {
                let kept = kept(param);
                self.before.extend(quote!(let #kept = #ident.clone();));
                self.primals.push(quote!(#kept.clone()));
            }
            Passing::RefMut => {
                let kept = kept(param);
                let copy = match param.ty {
                    Ty::Slice(_) => quote!(#ident.to_vec()),
                    _ => quote!((*#ident).clone()),
                };
                self.keep.extend(quote!(let #kept = #copy;));
                self.restore.extend(quote!(let mut #kept = #kept.clone();));
                self.primals.push(quote!(&mut #kept));
            }
        }
    }
}

pub(super) fn named_lifetime() -> syn::Lifetime {
    syn::Lifetime::new("'arg", Span::mixed_site())
}

/// Whether a shared reference without a named lifetime is kept by the pullback.
fn has_anonymous_lifetime(param: &Param<'_>) -> bool {
    if param.passing != Passing::Ref {
        return false;
    }
    match param.input {
        syn::FnArg::Receiver(receiver) => {
            matches!(&receiver.reference, Some((_, None)))
        }
        syn::FnArg::Typed(typed) => {
            matches!(&*typed.ty, syn::Type::Reference(syn::TypeReference { lifetime: None, .. }))
        }
    }
}

pub(super) fn declaration_with_lifetime(param: &Param<'_>) -> TokenStream {
    if !has_anonymous_lifetime(param) {
        return param.declaration(false);
    }
    let lifetime = named_lifetime();
    match param.user_ty {
        Some(ty) => {
            let ident = &param.ident;
            quote!(#ident: &#lifetime #ty)
        }
        None => quote!(&#lifetime self),
    }
}
