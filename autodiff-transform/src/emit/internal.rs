//! The functions that generated code calls: `__tangent`, `__forward`, `__reverse`.
//!
//! ```text
//! fn __tangent<K: Lanes<F64 = L>, L: Lane<f64>>(x: f64, n: usize, x_dot: impl ValueSlot<L>,
//!                        _: impl ValueSlot<()>, lanes: K) -> (R, dR)
//! fn __forward(x: f64, n: usize, tape: &mut Tape) -> (R, Record)
//! fn __reverse<K: Lanes<F64 = L>, L: Lane<f64>>(x: f64, n: usize, record: Record,
//!                        seed: impl ValueSlot<dR>, x_bar: impl MutSlot<L>, _: impl MutSlot<()>,
//!                        tape: &mut Tape, lanes: K)
//! ```
//!
//! The outermost derivative is generic over the lanes that a sweep carries; the caller tells the
//! family by a value, so that it need not know the other parameters.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::light::light_question;
use super::part::Part;
use super::signature::{Param, Signature};
use super::types::{family, lanes};
use super::{Printer, returns, tuple};
use crate::analysis::overwrites::Overwrites;
use crate::analysis::reads::{ALWAYS, Reads};
use crate::analysis::weight::Weight;
use crate::ir::{Function, Passing, Ty, VarId};

/// What callers may ask about a function.
pub struct Effects {
    pub reads: Reads,
    pub overwrites: Overwrites,
    /// Of functions that can be light.
    pub weight: Option<Weight>,
}

/// Writes the internal functions of one annotated function.
pub struct Internal<'a> {
    pub signature: &'a Signature<'a>,
    pub primal: &'a Function,
}

impl Internal<'_> {
    fn printer(&self) -> Printer<'_> {
        Printer::new(self.primal, &self.signature.rt)
    }

    /// The primal parameters, `mut` where the body assigns to them.
    fn primals(&self, part: &Part) -> Vec<TokenStream> {
        let params = &self.signature.params;
        params.iter().map(|param| param.declaration(part.is_mutable(param.var))).collect()
    }

    pub fn tangent(&self, part: &Part) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let mut inputs = self.primals(part);
        let import = part.asks().then(|| quote!(use #rt::Filled as _;));
        let mut opened = quote!(#import);
        let dots = self.opened(part, |var| part.tangent(var));
        for (param, dot) in signature.params.iter().zip(dots) {
            let slot = param.tangent_slot(rt);
            match dot {
                Some((ident, binding)) => {
                    inputs.push(quote!(#ident: #slot));
                    opened.extend(match part.given(param.var) {
                        Some(given) => self.open_given(param, &ident, given),
                        None => self.open(param, param.passing, &ident, &binding),
                    });
                }
                None => inputs.push(quote!(_: #slot)),
            }
        }
        let count = signature.result.parts.len();
        let results = match part.results.split_at_checked(count) {
            Some((values, dots)) => {
                let (values, dots) = (tuple(values), tuple(dots));
                quote!((#values, #dots))
            }
            None => TokenStream::new(),
        };
        let (ty, lanes_ty) = (&signature.result.ty, &signature.result.lanes_ty);
        let statements = &part.statements;
        let output = quote!((#ty, #lanes_ty));
        self.function_in_lanes("tangent", inputs, &output, quote!(#opened #statements #results))
    }

    pub fn forward(&self, part: &Part) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let tape = part.tape();
        let mut inputs = self.primals(part);
        inputs.push(quote!(#tape: &mut #rt::Tape));
        let results = match part.results.split_last() {
            Some((record, values)) => {
                let values = tuple(values);
                quote!((#values, #record))
            }
            None => TokenStream::new(),
        };
        let (ty, record_ty) = (&signature.result.ty, &part.record_ty);
        let statements = &part.statements;
        let output = quote!((#ty, #record_ty));
        self.function("forward", &inputs, &output, quote!(#statements #results))
    }

    pub fn reverse(&self, part: &Part) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let (record, record_ty, tape) = (part.record(), &part.record_ty, part.tape());
        let mut inputs = self.primals(part);
        inputs.push(quote!(#record: #record_ty));
        let (seed, seed_opened) = self.seed(part);
        let import = part.asks().then(|| quote!(use #rt::Filled as _;));
        let mut opened = quote!(#import #seed_opened);
        inputs.push(seed);
        let bars = self.opened(part, |var| part.cotangent(var));
        for (param, bar) in signature.params.iter().zip(bars) {
            let slot = param.bar_slot(rt);
            match bar {
                Some((ident, binding)) => {
                    inputs.push(quote!(#ident: #slot));
                    opened.extend(match part.wanted(param.var) {
                        Some(wanted) => self.open_wanted(param, &ident, wanted),
                        None => self.open(param, Passing::RefMut, &ident, &binding),
                    });
                }
                None => inputs.push(quote!(_: #slot)),
            }
        }
        inputs.push(quote!(#tape: &mut #rt::Tape));
        let statements = &part.statements;
        self.function_in_lanes("reverse", inputs, &quote!(()), quote!(#opened #statements))
    }

    /// Whether the reverse sweep reads the value of an argument, for the cotangents of some arguments
    /// or for no matter which:
    ///
    /// ```text
    /// pub const fn __reads(argument: usize, bars: u64) -> bool {
    ///     [0b10, 0, 1 << 63][argument] & (bars | 1 << 63) != 0
    /// }
    /// ```
    ///
    /// and whether the function overwrites an argument if some are as long as it:
    ///
    /// ```text
    /// pub const fn __overwrites(argument: usize, equal: u64) -> bool {
    ///     match argument { 1 => 0b101 & !equal == 0, _ => false }
    /// }
    /// ```
    ///
    /// Methods are asked whether they change their receiver instead.
    pub fn effects(&self, effects: &Option<Effects>) -> TokenStream {
        let is_light = self.is_light(effects.as_ref().and_then(|effects| effects.weight.as_ref()));
        if self.signature.source.self_ty.is_some() {
            let changes = self.changes();
            return quote!(#changes #is_light);
        }
        let body = match effects {
            None => quote!(true),
            Some(Effects { reads, .. }) if reads.masks().is_empty() => quote!(false),
            Some(Effects { reads, .. }) => {
                let masks = reads.masks().iter().map(|mask| Literal::u64_unsuffixed(*mask));
                let always = Literal::u64_unsuffixed(ALWAYS);
                quote!([#(#masks),*][argument] & (bars | #always) != 0)
            }
        };
        let conditions = effects.iter().flat_map(|effects| effects.overwrites.conditions());
        let overwritten = conditions.enumerate().filter_map(|(index, condition)| {
            let (index, condition) =
                (Literal::usize_unsuffixed(index), Literal::u64_unsuffixed((*condition)?));
            Some(quote!(#index => #condition & !equal == 0,))
        });
        quote! {
            #[doc(hidden)]
            #[inline]
            pub const fn __reads(argument: usize, bars: u64) -> bool { #body }
            #[doc(hidden)]
            #[inline]
            pub const fn __overwrites(argument: usize, equal: u64) -> bool {
                match argument {
                    #(#overwritten)*
                    _ => false,
                }
            }
            #is_light
        }
    }

    /// Whether a run of the forward sweep takes at most so many operations and leaves nothing on the tape:
    ///
    /// ```text
    /// pub const fn __is_light(most: u64) -> bool { 9 <= most && g::__is_light(most - 9) }
    /// ```
    fn is_light(&self, weight: Option<&Weight>) -> TokenStream {
        let source = self.signature.source;
        let receiver = match source.self_ty {
            Some(_) => source.sig.receiver().map(|_| quote!(&self,)),
            None => receiver(self.signature).filter(|_| source.only_internal),
        };
        let body = match weight {
            Some(weight) => {
                let own = Literal::u64_unsuffixed(weight.own);
                let callees = weight.callees.iter();
                let asked = callees.map(|path| light_question(path, &quote!(most - #own)));
                quote!(#own <= most #(&& #asked)*)
            }
            None => quote!(false),
        };
        let (name, vis) = (self.signature.internal_name("is_light"), visibility(self.signature));
        quote! {
            #[doc(hidden)]
            #[inline]
            #vis const fn #name(#receiver most: u64) -> bool { #body }
        }
    }

    /// Whether a method takes `&mut self`:
    ///
    /// ```text
    /// pub fn __step_changes(&self) -> bool { true }
    /// ```
    pub fn changes(&self) -> TokenStream {
        let Some(receiver) = self.signature.source.sig.receiver() else {
            return TokenStream::new();
        };
        let changes = receiver.reference.is_some() && receiver.mutability.is_some();
        let (name, vis) = (self.signature.internal_name("changes"), visibility(self.signature));
        quote! {
            #[doc(hidden)]
            #[inline(always)]
            #vis fn #name(&self) -> bool { #changes }
        }
    }

    /// For each parameter the name and binding of what is in its slot, by `slot`, where that is looked
    /// into: where the body uses it, or its length is to be checked.
    fn opened(
        &self,
        part: &Part,
        slot: impl Fn(VarId) -> Option<(Ident, TokenStream)>,
    ) -> Vec<Option<(Ident, TokenStream)>> {
        let params = self.signature.params.iter();
        let mut slots: Vec<_> =
            params.clone().map(|param| slot(param.var).filter(|_| param.active)).collect();
        let checked = params.map(|param| matches!(param.ty, Ty::Slice(_)));
        let used: Vec<_> = slots
            .iter_mut()
            .zip(checked)
            .filter(|(_, checked)| !checked)
            .map(|(slot, _)| slot)
            .collect();
        let names = used.iter().filter_map(|slot| Some(slot.as_ref()?.0.to_string())).collect();
        let unused = part.without_mentioned(names);
        for slot in used {
            slot.take_if(|(ident, _)| unused.contains(&ident.to_string()));
        }
        slots
    }

    /// The seed's parameter and what takes it out of its slot.
    fn seed(&self, part: &Part) -> (TokenStream, TokenStream) {
        let rt = &self.signature.rt;
        let result = &self.signature.result;
        let ty = &result.lanes_ty;
        let of_part = |(index, ty): (usize, &Ty)| part.seed(index).filter(|_| ty.can_be_active());
        let seeds: Vec<_> = result.parts.iter().enumerate().map(of_part).collect();
        if seeds.iter().all(Option::is_none) {
            return (quote!(_: impl #rt::ValueSlot<#ty>), TokenStream::new());
        }
        let bindings: Vec<TokenStream> = seeds
            .iter()
            .map(|seed| seed.as_ref().map_or(quote!(_), |(_, binding)| binding.clone()))
            .collect();
        let pattern = tuple(&bindings);
        let ident = match seeds.as_slice() {
            [Some((ident, _))] => ident.clone(),
            _ => Ident::new("seed", Span::mixed_site()),
        };
        let printer = self.printer();
        let zero = |part: &Ty| match part {
            // Nobody reads it, so that its length does not matter.
            Ty::Vec(elem) if !elem.can_be_active() => Some(quote!(#rt::Vec::new())),
            Ty::Option(elem) if !elem.can_be_active() => Some(quote!(None)),
            part => printer.zero(&part.tangent().lanes(), true),
        };
        let zeros: Option<Vec<TokenStream>> = result.parts.iter().map(zero).collect();
        match zeros {
            Some(zeros) => {
                let zero = match result.parts.as_slice() {
                    [Ty::Float(float)] => printer.zero_of_lane(float),
                    _ => {
                        let zero = tuple(&zeros);
                        quote!(|| #zero)
                    }
                };
                (
                    quote!(#ident: impl #rt::ValueSlot<#ty>),
                    quote!(let #pattern = #ident.open(#zero);),
                )
            }
            // A zero of this type needs a value to take its shape from: the caller has to bring it.
            None => {
                (quote!(#ident: impl #rt::SeedSlot<#ty>), quote!(let #pattern = #ident.seed();))
            }
        }
    }

    /// Takes a tangent or bar out of its slot.
    fn open(
        &self,
        param: &Param<'_>,
        passing: Passing,
        ident: &Ident,
        binding: &TokenStream,
    ) -> TokenStream {
        let zero = param.zero_of_lanes(&self.printer());
        if passing == Passing::Value {
            return quote!(let #binding = #ident.open(#zero););
        }
        let opened = self.open_with(ident, &zero);
        let as_long = param.as_long(ident, passing, &self.signature.rt);
        quote!(#opened #as_long)
    }

    /// Takes what is passed by reference out of its slot; `zero` makes what stands for an empty one.
    fn open_with(&self, ident: &Ident, zero: &TokenStream) -> TokenStream {
        let scratch = format_ident!("{ident}_scratch", span = Span::mixed_site());
        quote! {
            let mut #scratch = None;
            let #ident = #ident.open(&mut #scratch, #zero);
        }
    }

    /// Takes a bar out of its slot that is left alone where it is not wanted.
    fn open_wanted(&self, param: &Param<'_>, ident: &Ident, wanted: &Ident) -> TokenStream {
        let owned = param.owned_lanes_ty(&self.signature.rt);
        let opened = self.open_with(ident, &quote!(<#owned>::new));
        let primal = &param.ident;
        let as_long = matches!(param.ty, Ty::Slice(_))
            .then(|| quote!(let #ident = #wanted.as_long(#ident, #primal.len());));
        quote! {
            let #wanted = #ident.wanted();
            #opened
            #as_long
        }
    }

    /// Takes a tangent out of its slot that nothing is multiplied with where it is not given.
    fn open_given(&self, param: &Param<'_>, ident: &Ident, given: &Ident) -> TokenStream {
        let rt = &self.signature.rt;
        let opened = match &param.ty {
            Ty::Slice(_) => {
                let (owned, primal) = (param.owned_lanes_ty(rt), &param.ident);
                let opened = self.open_with(ident, &quote!(<#owned>::new));
                quote!(#opened let #ident = #given.as_long_as(#ident, #primal.len());)
            }
            _ => self.open(param, Passing::Ref, ident, &quote!(#ident)),
        };
        quote! {
            let #given = #ident.given();
            #opened
        }
    }

    fn function(
        &self,
        name: &str,
        inputs: &[TokenStream],
        output: &TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let generics = self.signature.generics(self.primal);
        self.function_of(name, generics, inputs, output, body)
    }

    /// A function that is generic over its lanes.
    fn function_in_lanes(
        &self,
        name: &str,
        mut inputs: Vec<TokenStream>,
        output: &TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let (lanes, family) = (lanes(), family());
        inputs.push(quote!(#lanes: #family));
        let generics = self.signature.generics_in_family(self.primal);
        self.function_of(name, generics, &inputs, output, body)
    }

    fn function_of(
        &self,
        name: &str,
        (generics, clause): (TokenStream, TokenStream),
        inputs: &[TokenStream],
        output: &TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let name = self.signature.internal_name(name);
        let vis = visibility(self.signature);
        let output = returns(output);
        let of_value = self.signature.derivative.is_some() || self.signature.source.only_internal;
        let receiver = receiver(self.signature).filter(|_| of_value);
        quote! {
            #[doc(hidden)]
            #[inline]
            #vis fn #name #generics(#receiver #(#inputs),*) #output #clause { #body }
        }
    }
}

/// `self,`: what an annotated function, other than a method, has of second order are methods of a
/// value, as all is that an operator has; see the runtime's `Order2` and `Operator`.
pub fn receiver(signature: &Signature<'_>) -> Option<TokenStream> {
    signature.source.self_ty.is_none().then(|| quote!(self,))
}

/// As visible as the user's function; methods of traits have no visibility of their own.
pub fn visibility(signature: &Signature<'_>) -> TokenStream {
    let source = signature.source;
    let vis = source.vis;
    match (source.self_ty, vis) {
        // Functions of a private function's companion are reached through it only.
        (None, _) => quote!(pub),
        (Some(_), vis) => quote!(#vis),
    }
}
