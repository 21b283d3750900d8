//! `__sweeps`: a function's sweeps at one point, handed to whoever makes a matrix of them.
//!
//! ```text
//! pub fn __sweeps<K: Lanes, V: Consumer<K, (Vec<f64>,), (f64,)>>(
//!     x: &[f64], n: usize, consumer: V, lanes: K,
//! ) -> V::Output {
//!     consumer.consume(
//!         (zeros(x),),
//!         |dots| (Self::__tangent(x, n, Active(&dots.0), Inactive, lanes).1,),
//!         |tape| {
//!             let (value, record) = Self::__forward(x, n, tape);
//!             ((0.0_f64,), (record,))
//!         },
//!         |state, seed, bars, tape| {
//!             Self::__reverse(
//!                 x, n, state.0, Active(seed.0), Active(&mut bars.0), Inactive, tape, lanes,
//!             );
//!         },
//!         |state, seed, bars, tape| { … }, // the same with `One` for `lanes`
//!     )
//! }
//! ```
//!
//! Of a function whose result is a float no reverse sweep of several directions is asked for, but of
//! bits, and so no single one in the place of such: there `never_single` stands for the last.
//!
//! Each sweep starts from copies of what it would change, so that the arguments stay as they are.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Index;

use super::api::{Api, local};
use super::bounds;
use super::internal::visibility;
use super::signature::{Param, unraw};
use super::types::{any_lanes, family, lane_params, lanes};
use super::{Printer, nested};
use crate::ir::Passing;
use crate::lifetimes;

/// Writes `__sweeps` and calls of it.
pub struct Sweeps<'a> {
    pub api: &'a Api<'a>,
}

/// The arguments of one sweep.
#[derive(Default)]
pub(super) struct Arguments {
    /// Copies of what the sweep changes.
    pub copies: TokenStream,
    pub primals: Vec<TokenStream>,
}

/// The parts of a function that is generic over what is made of sweeps.
pub(super) struct Frame {
    /// Its parameters of types, the last of them `Sweeps`.
    pub generics: TokenStream,
    /// The parameter for the lanes, or a variable in its place.
    pub lanes: TokenStream,
    pub fixed: TokenStream,
    pub clause: TokenStream,
}

/// What stands for the parameters of a [`Frame`] in a call: those for lanes, and `Sweeps`.
pub(super) fn sweeps_params() -> Vec<TokenStream> {
    any_lanes().into_iter().chain([quote!(_)]).collect()
}

impl<'a> Sweeps<'a> {
    pub(super) fn rt(&self) -> &Ident {
        &self.api.signature.rt
    }

    fn active(&self) -> Vec<&Param<'a>> {
        self.api.signature.active().collect()
    }

    /// The active `&mut` arguments: what is left there is a result too.
    pub(super) fn buffers(&self) -> Vec<&Param<'a>> {
        let active = self.api.signature.active();
        active.filter(|param| param.passing == Passing::RefMut).collect()
    }

    /// The tangents of the active arguments, as a tuple.
    pub fn inputs_ty(&self) -> TokenStream {
        let types: Vec<_> =
            self.active().iter().map(|param| param.owned_tangent_ty(self.rt())).collect();
        nested::tuple(&types)
    }

    /// The tangents of the results, as a tuple.
    pub fn outputs_ty(&self) -> TokenStream {
        let result = &self.api.signature.result;
        let mut types = Vec::new();
        if result.is_active() {
            types.push(result.tangent_ty.clone());
        }
        types.extend(self.buffers().iter().map(|param| param.owned_tangent_ty(self.rt())));
        nested::tuple(&types)
    }

    /// Whether there are rows and columns, and their types can be named in bounds.
    pub fn exist(&self) -> bool {
        let rows = self.api.signature.result.is_active() || !self.buffers().is_empty();
        let columns = !self.active().is_empty();
        rows && columns && !is_anonymous(self.inputs_ty()) && !is_anonymous(self.outputs_ty())
    }

    pub fn function(&self) -> TokenStream {
        let api = self.api;
        let rt = self.rt();
        let signature = api.signature;
        let name = signature.internal_name("sweeps");
        let Frame { generics, lanes: lanes_param, fixed, clause } =
            self.frame(&quote!(#rt::Consumer));
        let lanes = lanes();
        let vis = visibility(signature);
        let receiver = api.of_closure.then(|| quote!(&self,));
        let (params, consumer) = (api.primals(), local("consumer"));
        let printer = Printer::new(api.primal, rt);
        let zeros: Vec<_> = self.active().iter().map(|param| param.zero(&printer)).collect();
        let zeros = nested::tuple(&zeros);
        let (tangent, forward) = (self.tangent(), self.forward());
        let reverse = self.reverse(&lanes);
        let single = match self.has_lanes() && !self.has_one_row() {
            true => self.reverse(&quote!(#rt::One)),
            false => quote!(#rt::never_single),
        };
        quote! {
            #[doc(hidden)]
            #[inline]
            #vis fn #name<#generics>(
                #receiver #(#params,)* #consumer: Sweeps, #lanes_param
            ) -> Sweeps::Output #clause {
                #fixed
                #consumer.consume(#zeros, #tangent, #forward, #reverse, #single)
            }
        }
    }

    /// A function that hands sweeps to a consumer, whose trait is `consumer`.
    pub(super) fn frame(&self, consumer: &TokenStream) -> Frame {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let (inputs_ty, outputs_ty) = (self.inputs_ty(), self.outputs_ty());
        let own = signature.source.sig.generics.params.iter();
        let (own, lanes) = (quote!(#(#own,)*), lanes());
        let (frame, family) = match self.has_lanes() {
            true => {
                let family = family().into_token_stream();
                let frame = Frame {
                    generics: {
                        let params = lane_params(rt);
                        quote!(#own #params,)
                    },
                    lanes: quote!(#lanes: #family),
                    fixed: TokenStream::new(),
                    clause: signature.generics_in_family(self.api.primal).1,
                };
                (frame, family)
            }
            false => {
                let family = quote!(#rt::One);
                let frame = Frame {
                    generics: own,
                    lanes: TokenStream::new(),
                    fixed: quote!(let #lanes = #family;),
                    clause: signature.generics(self.api.primal).1,
                };
                (frame, family)
            }
        };
        let Frame { generics, lanes, fixed, clause } = frame;
        Frame {
            generics: quote!(#generics Sweeps: #consumer<#family, #inputs_ty, #outputs_ty>),
            lanes,
            fixed,
            clause: bounds::and(clause, &bounds::used_up(signature)),
        }
    }

    /// Whether the sweeps may carry any number of directions.
    pub fn has_lanes(&self) -> bool {
        !self.api.of_closure && !self.api.signature.is_bound_to_one(self.api.primal)
    }

    /// Whether there is one row, of which [`Matrices`](super::matrices::Matrices) asks for reverse sweeps
    /// of one direction, or of bits.
    pub fn has_one_row(&self) -> bool {
        self.api.signature.result.scalar().is_some() && self.buffers().is_empty()
    }

    /// `Self::__sweeps(x, n, consumer, lanes)`.
    pub fn call(&self, consumer: &TokenStream, lanes: &TokenStream) -> TokenStream {
        self.call_with(&self.api.forwarded(), consumer, lanes)
    }

    /// The same where the arguments are used again.
    pub fn call_with_copies(&self, consumer: &TokenStream, lanes: &TokenStream) -> TokenStream {
        let copies: Vec<_> = self.api.signature.params.iter().map(Param::copy).collect();
        self.call_with(&copies, consumer, lanes)
    }

    fn call_with(
        &self,
        args: &[TokenStream],
        consumer: &TokenStream,
        lanes: &TokenStream,
    ) -> TokenStream {
        let (callee, lanes) = (self.callee(), self.has_lanes().then_some(lanes).into_iter());
        quote!(#callee(#(#args,)* #consumer #(, #lanes)*))
    }

    /// `Self::__sweeps`
    pub fn callee(&self) -> TokenStream {
        let signature = self.api.signature;
        let name = signature.internal_name("sweeps");
        if self.api.of_closure {
            return quote!(self.#name);
        }
        let turbofish = match self.has_lanes() {
            true => signature.turbofish_and(&sweeps_params()),
            false => signature.turbofish_and(&[quote!(_)]),
        };
        quote!(Self::#name #turbofish)
    }

    /// The primal arguments, from their values as `start` has them.
    pub(super) fn arguments(&self, start: impl Fn(usize, &Param<'_>) -> TokenStream) -> Arguments {
        let mut arguments = Arguments::default();
        let mut mutable = 0;
        for param in &self.api.signature.params {
            let ident = &param.ident;
            arguments.primals.push(match param.passing {
                Passing::Ref => quote!(#ident),
                Passing::Value if param.ty.is_copy() => quote!(#ident),
                Passing::Value => quote!(#ident.clone()),
                Passing::RefMut => {
                    let (kept, start) = (kept(param), start(mutable, param));
                    mutable += 1;
                    arguments.copies.extend(quote!(let mut #kept = #start;));
                    quote!(&mut #kept)
                }
            });
        }
        arguments
    }

    pub(super) fn initial_arguments(&self) -> Arguments {
        self.arguments(|_, param| param.owned_copy())
    }

    /// For each active argument, its place in a tuple of tangents, and what `slot` makes of that.
    fn slots(
        &self,
        tuple: &Ident,
        slot: impl Fn(&Param<'_>, TokenStream) -> TokenStream,
    ) -> Vec<TokenStream> {
        let rt = self.rt();
        let count = self.active().len();
        let mut index = 0;
        let mut slots = Vec::new();
        for param in &self.api.signature.params {
            if !param.active {
                // A closure's derivatives have no slots for what is inactive.
                if !self.api.of_closure {
                    slots.push(quote!(#rt::Inactive));
                }
                continue;
            }
            let derivative = slot(param, component(tuple, index, count));
            slots.push(match self.api.of_closure {
                true => derivative,
                false => quote!(#rt::Active(#derivative)),
            });
            index += 1;
        }
        slots
    }

    /// `|dots| (dR, final tangents…)`
    fn tangent(&self) -> TokenStream {
        let (dots, results) = (local("dots"), local("results"));
        let Arguments { mut copies, primals } = self.initial_arguments();
        let count = self.active().len();
        for (index, param) in self.active().into_iter().enumerate() {
            if param.passing == Passing::RefMut {
                let (dot, start) = (Api::derived(param, "dot"), component(&dots, index, count));
                copies.extend(quote!(let mut #dot = #start.clone();));
            }
        }
        let slots = self.slots(&dots, |param, dot| match param.passing {
            Passing::Ref => quote!(&#dot),
            Passing::Value if param.ty.is_float() => dot,
            Passing::Value => quote!(#dot.clone()),
            Passing::RefMut => {
                let dot = Api::derived(param, "dot");
                quote!(&mut #dot)
            }
        });
        let mut args: Vec<TokenStream> = primals.into_iter().chain(slots).collect();
        let call = if self.api.of_closure {
            quote!(self.jvp(#(#args),*))
        } else {
            args.push(lanes().into_token_stream());
            self.api.internal_in_lanes("tangent", &args)
        };
        let mut outputs = Vec::new();
        if self.api.signature.result.is_active() {
            outputs.push(quote!(#results.1));
        }
        outputs.extend(self.buffers().into_iter().map(|param| {
            let dot = Api::derived(param, "dot");
            quote!(#dot)
        }));
        let outputs = nested::tuple(&outputs);
        quote!(|#dots| { #copies let #results = #call; #outputs })
    }

    /// `|tape| ((zero of R, zeros of final states…), (record, final states…))`
    fn forward(&self) -> TokenStream {
        let (tape, value, record) = (local("tape"), local("value"), local("record"));
        let Arguments { copies, primals } = self.initial_arguments();
        let (call, args) = (local("call"), &primals);
        let run = match self.api.of_closure {
            true => quote!(let #value = self.value(#(#args),*); let #record = ();),
            false => {
                let mut args = primals.clone();
                args.push(quote!(#tape));
                let run = self.api.internal("forward", &args);
                quote!(let #call = #run; let (#value, #record) = #call;)
            }
        };
        let zeros = self.output_zeros(&value);
        let params = self.api.signature.params.iter();
        let states = params.filter(|param| param.passing == Passing::RefMut).map(kept);
        quote!(|#tape| { #copies #run (#zeros, (#record, #(#states),*)) })
    }

    pub(super) fn output_zeros(&self, value: &Ident) -> TokenStream {
        let rt = self.rt();
        let printer = Printer::new(self.api.primal, rt);
        let parts = &self.api.signature.result.parts;
        let mut zeros = Vec::new();
        if self.api.signature.result.is_active() {
            let parts: Vec<TokenStream> = parts
                .iter()
                .enumerate()
                .map(|(index, part)| {
                    let index = Index::from(index);
                    printer.zero(&part.tangent(), true).unwrap_or_else(|| match parts.len() {
                        1 => quote!(#rt::zero_tangent(&#value)),
                        _ => quote!(#rt::zero_tangent(&#value.#index)),
                    })
                })
                .collect();
            zeros.push(super::tuple(&parts));
        }
        zeros.extend(self.buffers().into_iter().map(|param| param.zero_of_kept(&kept(param), rt)));
        nested::tuple(&zeros)
    }

    /// `|state, seed, bars, tape| { … }`
    fn reverse(&self, lanes: &impl ToTokens) -> TokenStream {
        let rt = self.rt();
        let (state, seed, bars, tape) =
            (local("state"), local("seed"), local("bars"), local("tape"));
        // A closure keeps nothing between the sweeps: its reverse sweep starts anew.
        let Arguments { copies, mut primals } = match self.api.of_closure {
            true => self.initial_arguments(),
            false => self.arguments(|index, _| {
                let index = Index::from(index + 1);
                quote!(#state.#index.clone())
            }),
        };
        let active_result = self.api.signature.result.is_active();
        let (buffers, count) = (self.buffers(), self.active().len());
        let outputs = buffers.len() + usize::from(active_result);
        let mut set = TokenStream::new();
        for (index, param) in self.active().into_iter().enumerate() {
            let Some(at) = buffers.iter().position(|buffer| buffer.var == param.var) else {
                continue;
            };
            let bar = component(&bars, index, count);
            let given = component(&seed, at + usize::from(active_result), outputs);
            set.extend(quote!(#bar.clone_from(&#given);));
        }
        let given = active_result.then(|| {
            let given = component(&seed, 0, outputs);
            match self.api.signature.result.scalar() {
                Some(_) => given,
                None => quote!(#given.clone()),
            }
        });
        let slots = self.slots(&bars, |_, bar| quote!(&mut #bar));
        let call = if self.api.of_closure {
            primals.push(given.unwrap_or(quote!(())));
            primals.extend(slots);
            quote!(self.adjoint(#(#primals),*))
        } else {
            primals.push(quote!(#state.0));
            primals.push(given.map_or(quote!(#rt::Inactive), |seed| quote!(#rt::Active(#seed))));
            primals.extend(slots);
            primals.push(quote!(#tape));
            primals.push(lanes.to_token_stream());
            self.api.internal_in_lanes("reverse", &primals)
        };
        quote!(|#state, #seed, #bars, #tape| { #copies #set #call; })
    }
}

/// `dots.0`
pub(super) fn component(tuple: &impl ToTokens, index: usize, count: usize) -> TokenStream {
    let fields = nested::fields(index, count).into_iter().map(Index::from);
    quote!(#tuple #(.#fields)*)
}

/// The name of a copy of an argument.
pub(super) fn kept(param: &Param<'_>) -> Ident {
    format_ident!("{}_kept", unraw(&param.ident), span = Span::mixed_site())
}

/// Whether a type has a lifetime without a name, which a bound cannot mention.
pub(super) fn is_anonymous(ty: TokenStream) -> bool {
    syn::parse2::<syn::Type>(ty).map_or(true, |ty| lifetimes::are_left_out(&ty))
}
