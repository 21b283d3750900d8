//! `__second_sweeps`: a function's sweeps of second order at one point, handed to whoever makes Hessians of
//! them.
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
//! ```
//!
//! What each composition takes and returns, `composed` says. What is left behind `&mut` is a result, too:
//! each sweep starts from copies, which a forward sweep hands on to its reverse sweep beside the record.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Index;

use super::api::{Api, local};
use super::hessians::{Hessians, copied_tangent};
use super::internal::visibility;
use super::signature::Param;
use super::sweeps::{Arguments, Sweeps, component, kept};
use super::types::lanes;
use super::{Printer, nested};
use crate::ir::Passing;

/// An active `&mut` argument.
struct Buffer<'a> {
    param: &'a Param<'a>,
    /// Its place among the active arguments.
    input: usize,
    /// Its place among the results.
    output: usize,
}

impl Hessians<'_> {
    pub(super) fn second_sweeps_function(&self) -> TokenStream {
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
        let (dot, dots, results) = (local("dot"), local("dots"), local("results"));
        let second = |param: &Param<'_>| Api::derived(param, "second");
        let mut args = self.primals();
        args.extend(self.slots(&dot));
        args.extend(self.slots(&dots));
        args.extend(self.inactive_but(second));
        args.push(lanes().into_token_stream());
        let call = self.api.composed_in_lanes("tangent_tangent", &args);
        let buffers = self.buffers();
        if buffers.is_empty() {
            let outputs = self.outputs(&quote!(#call.3), second);
            let run = self.on_copies(&[&dot, &dots], outputs);
            return quote!(|#dot, #dots| #run);
        }
        let printer = Printer::new(self.api.primal, &self.api.signature.rt);
        let zeros = buffers.iter().map(|buffer| {
            let (second, zero) = (second(buffer.param), buffer.param.zero_lanes(&printer));
            quote!(let mut #second = #zero;)
        });
        let outputs = self.outputs(&quote!(#results.3), second);
        let body = quote!(#(#zeros)* let #results = #call; #outputs);
        let run = self.on_copies(&[&dot, &dots], body);
        quote!(|#dot, #dots| #run)
    }

    /// `|dots, tape| ((zero of R,), (record, record_dot))`
    fn forward_tangent(&self, sweeps: &Sweeps<'_>) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (dots, tape) = (local("dots"), local("tape"));
        let (value, record, record_dot) = (local("value"), local("record"), local("record_dot"));
        let mut args = self.primals();
        args.push(quote!(#tape));
        args.extend(self.slots(&dots));
        args.extend([quote!(#rt::Inactive), lanes().into_token_stream()]);
        let call = self.api.composed_in_lanes("forward_tangent", &args);
        let (zeros, finals) = (sweeps.output_zeros(&value), self.finals(&dots));
        let run = self.on_copies(
            &[&dots],
            quote! {
                let (#value, #record, _, #record_dot) = #call;
                (#zeros, (#record, #record_dot, #(#finals),*))
            },
        );
        quote!(|#dots, #tape| { #run })
    }

    /// `|state, dots, seed, products, tape| Self::__reverse_tangent(…)`
    fn reverse_tangent(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (state, dots, seed) = (local("state"), local("dots"), local("seed"));
        let (products, tape, bars) = (local("products"), local("tape"), local("bars"));
        let Arguments { copies, primals: mut args } = self.after_forward(&state, 2, &dots);
        args.extend([quote!(#state.0), self.seed_of_value(&quote!(#seed))]);
        args.extend(self.bars(&bars));
        args.push(quote!(#tape));
        args.extend(self.slots(&dots));
        args.extend([quote!(#rt::Active(#state.1)), quote!(#rt::Inactive)]);
        args.extend(self.bars(&products));
        args.extend([quote!(#rt::Inactive), lanes().into_token_stream()]);
        let (call, zeros) = (self.api.composed_in_lanes("reverse_tangent", &args), self.zeros());
        let given = self.seeds_of_buffers(&bars, &quote!(#seed));
        let resized = self.resized(&products, |buffer| {
            component(&quote!(#bars), buffer.input, self.active().len())
        });
        quote!(|#state, #dots, #seed, #products, #tape| {
            #copies
            let mut #bars = #zeros;
            #given
            #resized
            #call
        })
    }

    /// `|dot, tape| ((zero of R,), record)`
    fn tangent_forward(&self, sweeps: &Sweeps<'_>) -> TokenStream {
        let (dot, tape) = (local("dot"), local("tape"));
        let (value, record) = (local("value"), local("record"));
        let mut args = self.primals();
        args.extend(self.slots(&dot));
        args.push(quote!(#tape));
        let call = self.api.composed("tangent_forward", &args);
        let (zeros, finals) = (sweeps.output_zeros(&value), self.finals(&dot));
        let run = self.on_copies(
            &[&dot],
            quote! {
                let (#value, _, #record) = #call;
                (#zeros, (#record, #(#finals),*))
            },
        );
        quote!(|#dot, #tape| { #run })
    }

    /// `|state, dot, seeds, bars, tape| Self::__tangent_reverse(…)`
    fn tangent_reverse(&self) -> TokenStream {
        let (state, dot, seeds) = (local("state"), local("dot"), local("seeds"));
        let (bars, tape) = (local("bars"), local("tape"));
        let dot_bar = |param: &Param<'_>| Api::derived(param, "dot_bar");
        let Arguments { copies, primals: mut args } = self.after_forward(&state, 1, &dot);
        args.extend(self.slots(&dot));
        args.push(quote!(#state.0));
        let (of_value, of_tangent) = (quote!(#seeds[0]), quote!(#seeds[1]));
        args.extend([self.seed_of_value(&of_value), self.seed_of_value(&of_tangent)]);
        args.extend(self.bars(&bars));
        args.extend(self.inactive_but(dot_bar));
        args.extend([quote!(#tape), lanes().into_token_stream()]);
        let call = self.api.composed_in_lanes("tangent_reverse", &args);
        let given = self.seeds_of_buffers(&bars, &of_value);
        let outputs = self.outputs_count();
        let of_dots = self.buffers().into_iter().map(|buffer| {
            let (bar, given) =
                (dot_bar(buffer.param), component(&of_tangent, buffer.output, outputs));
            quote!(let mut #bar = #given.clone();)
        });
        quote!(|#state, #dot, #seeds, #bars, #tape| { #copies #given #(#of_dots)* #call })
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
        let seed_slot = self.seed_of_value(&quote!(#seed));
        // The sweeps of the forward sweep, and those of the reverse sweep, each go on with their copies.
        let (primals, again) = (self.primals(), self.again());
        let with = |primals: &[TokenStream], more: Vec<Vec<TokenStream>>| {
            [primals.to_vec()].into_iter().chain(more).flatten().collect::<Vec<_>>()
        };
        let forward_forward = with(&primals, vec![vec![quote!(&mut #tape), quote!(&mut #second)]]);
        let given = vec![quote!(#record), seed_slot];
        let both = vec![quote!(&mut #tape), quote!(&mut #second)];
        let reverse_forward = with(&again.primals, vec![given.clone(), self.bars(&bars), both]);
        let tapes = vec![quote!(&mut #shadow), quote!(&mut #second), quote!(#lanes)];
        let reverse_reverse = with(
            &again.primals,
            vec![
                given,
                self.bars(&bars),
                vec![inactive.clone(), quote!(#of_reverse)],
                self.bars(&products),
                vec![quote!(#rt::Active(&mut #record_bar)), inactive.clone()],
                self.bars_of_directions(&dots),
                tapes.clone(),
            ],
        );
        let none = quote!(#none);
        let forward_reverse = with(
            &primals,
            vec![
                vec![inactive, quote!(#of_forward), self.seed_of_value(&none)],
                vec![quote!(#rt::Active(#record_bar))],
                self.bars(&products),
                tapes,
            ],
        );
        let forward_forward = self.api.composed("forward_forward", &forward_forward);
        let reverse_forward = self.api.composed("reverse_forward", &reverse_forward);
        let reverse_reverse = self.api.composed_in_lanes("reverse_reverse", &reverse_reverse);
        let forward_reverse = self.api.composed_in_lanes("forward_reverse", &forward_reverse);
        let (zeros, copies) = (self.zeros(), again.copies);
        let of_buffers = self.seeds_of_buffers(&bars, &quote!(#seed));
        let resized = self
            .resized(&products, |buffer| Api::derived(buffer.param, "again").into_token_stream());
        let run = self.on_copies(
            &[&dots],
            quote! {
                let (mut #tape, mut #second, mut #shadow) =
                    (#rt::Tape::take(), #rt::Tape::take(), #rt::Tape::take());
                let (_, #record, #of_forward) = #forward_forward;
                let mut #bars = #zeros;
                #of_buffers
                #copies
                let #of_reverse = #reverse_forward;
                let mut #record_bar = #rt::zero_tangent_in(#lanes, &#record);
                #resized
                #reverse_reverse;
                #forward_reverse;
            },
        );
        quote!(|#none, #seed, #dots, #products| { #run })
    }

    /// The active `&mut` arguments.
    fn buffers(&self) -> Vec<Buffer<'_>> {
        let first = usize::from(self.api.signature.result.is_active());
        let active = self.active().into_iter().enumerate();
        let in_place = active.filter(|(_, param)| param.passing == Passing::RefMut);
        let buffer = |(output, (input, param))| Buffer { param, input, output };
        (first..).zip(in_place).map(buffer).collect()
    }

    fn outputs_count(&self) -> usize {
        self.buffers().len() + usize::from(self.api.signature.result.is_active())
    }

    /// The derivatives of all results: that of the value, and those of what is behind `&mut`.
    fn outputs(&self, value: &TokenStream, of_buffer: impl Fn(&Param<'_>) -> Ident) -> TokenStream {
        let value = self.api.signature.result.is_active().then(|| value.clone());
        let buffers = self.buffers().into_iter().map(|buffer| {
            let of_buffer = of_buffer(buffer.param);
            quote!(#of_buffer)
        });
        nested::tuple(&value.into_iter().chain(buffers).collect::<Vec<_>>())
    }

    /// What a forward sweep leaves for its reverse sweep: the copies of the `&mut` arguments, and of
    /// those that are active the tangents.
    fn finals(&self, dots: &Ident) -> Vec<Ident> {
        let params = self.api.signature.params.iter();
        let states = params.filter(|param| param.passing == Passing::RefMut).map(kept);
        let tangents = self.buffers().into_iter().map(|buffer| copied_tangent(buffer.param, dots));
        states.chain(tangents).collect()
    }

    /// Copies of these, which start at that place of `state`; and the arguments for a reverse sweep.
    fn after_forward(&self, state: &Ident, first: usize, dots: &Ident) -> Arguments {
        let sweeps = Sweeps { api: self.api };
        let mut arguments = sweeps.arguments(|index, _| {
            let index = Index::from(first + index);
            quote!(#state.#index.clone())
        });
        let states = self.finals(dots).len() - self.buffers().len();
        for (buffer, index) in self.buffers().into_iter().zip(first + states..) {
            let (copy, index) = (copied_tangent(buffer.param, dots), Index::from(index));
            arguments.copies.extend(quote!(let mut #copy = #state.#index.clone();));
        }
        arguments
    }

    /// The arguments from copies of what a first sweep has left.
    fn again(&self) -> Arguments {
        let mut arguments = Arguments::default();
        for (param, primal) in self.api.signature.params.iter().zip(self.primals()) {
            let (copy, kept) = (Api::derived(param, "again"), kept(param));
            arguments.primals.push(match param.passing {
                Passing::Value | Passing::Ref => primal,
                Passing::RefMut => {
                    arguments.copies.extend(quote!(let mut #copy = #kept.clone();));
                    quote!(&mut #copy)
                }
            });
        }
        arguments
    }

    /// The slot for the value's part of a cotangent of the results.
    fn seed_of_value(&self, seed: &TokenStream) -> TokenStream {
        let rt = &self.api.signature.rt;
        if !self.api.signature.result.is_active() {
            return quote!(#rt::Inactive);
        }
        let seed = component(seed, 0, self.outputs_count());
        quote!(#rt::Active(#seed.clone()))
    }

    /// Starts the cotangents of the `&mut` arguments from their part of one of the results.
    fn seeds_of_buffers(&self, bars: &Ident, seed: &TokenStream) -> TokenStream {
        let (inputs, outputs, bars) =
            (self.active().len(), self.outputs_count(), bars.to_token_stream());
        let given = self.buffers().into_iter().map(|buffer| {
            let bar = component(&bars, buffer.input, inputs);
            let given = component(seed, buffer.output, outputs);
            quote!(#bar.clone_from(&#given);)
        });
        given.collect()
    }

    /// Gives the products, which are zero, the shape of what a sweep starts from, where that may be another
    /// than the argument's.
    fn resized(&self, products: &Ident, like: impl Fn(&Buffer<'_>) -> TokenStream) -> TokenStream {
        let (rt, lanes, inputs) = (&self.api.signature.rt, lanes(), self.active().len());
        let resized = self.buffers().into_iter().filter(|buffer| buffer.param.can_be_resized());
        let resized = resized.map(|buffer| {
            let product = component(&products.to_token_stream(), buffer.input, inputs);
            let like = like(&buffer);
            quote!(#product = #rt::zero_tangent_in(#lanes, &#like);)
        });
        resized.collect()
    }

    /// Slots without derivatives, but for what is behind `&mut`.
    fn inactive_but(&self, of_buffer: impl Fn(&Param<'_>) -> Ident) -> Vec<TokenStream> {
        let rt = &self.api.signature.rt;
        let slot = |param: &Param<'_>| match param.active && param.passing == Passing::RefMut {
            true => {
                let derivative = of_buffer(param);
                quote!(#rt::Active(&mut #derivative))
            }
            false => quote!(#rt::Inactive),
        };
        self.api.signature.params.iter().map(slot).collect()
    }

    /// The slots for these bars of the active arguments.
    pub(super) fn bars(&self, bars: &Ident) -> Vec<TokenStream> {
        self.bar_slots(|index, _| {
            let index = Index::from(index);
            quote!(#bars.#index)
        })
    }

    /// The same for bars that are tangents, of which those behind `&mut` are copies.
    fn bars_of_directions(&self, dots: &Ident) -> Vec<TokenStream> {
        self.bar_slots(|index, param| match param.passing {
            Passing::RefMut => copied_tangent(param, dots).into_token_stream(),
            Passing::Value | Passing::Ref => {
                let index = Index::from(index);
                quote!(#dots.#index)
            }
        })
    }

    fn bar_slots(&self, bar: impl Fn(usize, &Param<'_>) -> TokenStream) -> Vec<TokenStream> {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let mut indices = 0..;
        let slot = |param: &Param<'_>| {
            if !param.active {
                return quote!(#rt::Inactive);
            }
            let bar = indices.next().map(|index| bar(index, param));
            quote!(#rt::Active(&mut #bar))
        };
        signature.params.iter().map(slot).collect()
    }
}
