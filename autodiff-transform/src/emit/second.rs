//! The public second derivatives: `hvp`, `hvp_reverse`, `jvp2`.
//!
//! All are calls of compositions ([`composed`](super::composed)), or of the tangent of a public
//! derivative. A function of first order has functions of the same names that take arguments which
//! do not exist, so that rustc says what to write.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Printer;
use super::api::{Api, local};
use super::bounds;
use super::companion::companion_name;
use super::internal::{receiver, visibility};
use super::signature::{Param, Signature};
use super::sweeps::kept;
use super::types::any_lanes;
use crate::ir::callee::PULLBACK;
use crate::ir::{Passing, Ty};
use crate::options::Options;
use crate::parse::Source;

/// What a function of first order does not have, and what it takes beside the arguments.
const NAMES: [(&str, Beside); 6] = [
    ("hvp", Beside::Direction),
    ("hvp_reverse", Beside::Direction),
    ("jvp2", Beside::Direction),
    ("hessian", Beside::Nothing),
    ("hessian_with", Beside::Mode),
    ("hessian_diagonal", Beside::Nothing),
];

#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    Mode,
    /// A tangent of each active argument.
    Direction,
}

impl Api<'_> {
    /// ```text
    /// pub fn hvp(x: &[f64], n: usize, x_dot: &[f64]) -> Vec<f64> {
    ///     <Self as Order2>::of().__value_and_grad_tangent(x, n, Active(x_dot), Inactive).1.1
    /// }
    /// ```
    pub fn hvp(&self) -> TokenStream {
        let signature = self.signature;
        if signature.result.scalar().is_none() {
            return TokenStream::new();
        }
        let rt = &signature.rt;
        let mut inputs = self.primals();
        let mut args = self.forwarded();
        for param in &signature.params {
            if !param.active {
                args.push(quote!(#rt::Inactive));
                continue;
            }
            let dot = Self::derived(param, "dot");
            inputs.push(param.tangent_declaration(&dot));
            args.push(quote!(#rt::Active(#dot)));
        }
        args.push(quote!(#rt::One));
        let call = self.composed_in_lanes("value_and_grad_tangent", &args);
        let doc = format!(
            "Hessian-vector product: the derivative of the gradient of {} along a direction, {}.",
            signature.doc_name(),
            self.shapes()
        );
        self.function("hvp", &doc, &inputs, &self.gradient_ty(), quote!(#call.1.1))
    }

    /// ```text
    /// pub fn hvp_reverse(x: &[f64], n: usize, x_dot: &[f64]) -> Vec<f64> {
    ///     let mut tape = Tape::take();
    ///     let (_, record) = <Self as Order2>::of().__value_and_grad_forward(x, n, &mut tape);
    ///     let mut x_bar = zeros(x);
    ///     let seed = (0.0, x_dot.to_vec());
    ///     <Self as Order2>::of().__value_and_grad_reverse(
    ///         x, n, record, Active(seed), Active(&mut x_bar), Inactive, &mut tape,
    ///     );
    ///     x_bar
    /// }
    /// ```
    pub fn hvp_reverse(&self) -> TokenStream {
        let signature = self.signature;
        let Some(float) = signature.result.scalar() else { return TokenStream::new() };
        let rt = &signature.rt;
        let printer = Printer::new(self.primal, rt);
        let zero = printer.float_literal("0.0", 0.0, float, Span::call_site(), true);
        let (tape, record) = (local("tape"), local("record"));
        let mut inputs = self.primals();
        let (mut zeros, mut seeds) = (TokenStream::new(), Vec::new());
        let (mut slots, mut bars) = (Vec::new(), Vec::new());
        let (mut states, mut args) = (TokenStream::new(), Vec::new());
        for param in &signature.params {
            // The reverse sweep takes what is behind `&mut` back to where it was.
            let (ident, state) = (&param.ident, kept(param));
            if param.passing == Passing::RefMut {
                let copy = param.owned_copy();
                states.extend(quote!(let mut #state = #copy;));
                args.push(quote!(&mut #state));
            } else {
                args.push(quote!(#ident));
            }
            if !param.active {
                slots.push(quote!(#rt::Inactive));
                continue;
            }
            let (dot, bar) = (Self::derived(param, "dot"), Self::derived(param, "bar"));
            inputs.push(param.tangent_declaration(&dot));
            seeds.push(match (param.passing, &param.ty) {
                (Passing::Value, _) => quote!(#dot),
                (_, Ty::Slice(_)) => quote!(#dot.to_vec()),
                _ => quote!(#dot.clone()),
            });
            let start = match param.passing {
                Passing::RefMut => param.zero_of_kept(&state, rt),
                Passing::Value | Passing::Ref => param.zero(&printer),
            };
            zeros.extend(quote!(let mut #bar = #start;));
            slots.push(quote!(#rt::Active(&mut #bar)));
            bars.push(quote!(#bar));
        }
        let once = signature.params.iter().map(Param::copy);
        let once: Vec<TokenStream> = once.chain([quote!(&mut #tape)]).collect();
        let forward = self.composed("value_and_grad_forward", &once);
        let seed = super::tuple(&seeds);
        args.extend([quote!(#record), quote!(#rt::Active((#zero, #seed)))]);
        args.extend(slots);
        args.extend([quote!(&mut #tape), quote!(#rt::One)]);
        let reverse = self.composed_in_lanes("value_and_grad_reverse", &args);
        let bars = super::tuple(&bars);
        let doc = format!(
            "Hessian-vector product by reverse mode over reverse mode: as `hvp` of {}, {}.",
            signature.doc_name(),
            self.shapes()
        );
        let body = quote! {
            let mut #tape = #rt::Tape::take();
            let (_, #record) = #forward;
            #states
            #zeros
            #reverse;
            #bars
        };
        let (ty, bounds) = (self.gradient_ty(), bounds::used_up(signature));
        self.function_where("hvp_reverse", &doc, &inputs, &ty, &bounds, body)
    }

    /// ```text
    /// pub fn jvp2(x: f64, n: usize, x_dot: f64) -> (f64, f64, f64) {
    ///     let (value, first, _, second) = <Self as Order2>::of().__tangent_tangent(
    ///         x, n, Active(x_dot), Inactive, Active(x_dot), Inactive, Inactive, Inactive,
    ///     );
    ///     (value, first, second)
    /// }
    /// ```
    pub fn jvp2(&self) -> TokenStream {
        let signature = self.signature;
        if !signature.result.is_active() {
            return TokenStream::new();
        }
        let rt = &signature.rt;
        let mut inputs = self.primals();
        let mut args = self.forwarded();
        let (mut dots, mut again) = (Vec::new(), Vec::new());
        for param in &signature.params {
            if !param.active {
                dots.push(quote!(#rt::Inactive));
                again.push(quote!(#rt::Inactive));
                continue;
            }
            let dot = Self::derived(param, "dot");
            inputs.push(param.tangent_declaration(&dot));
            let once = match (param.passing, &param.ty) {
                (Passing::RefMut, Ty::Slice(_)) => quote!(&mut *#dot.to_vec()),
                (Passing::RefMut, _) => quote!(&mut #dot.clone()),
                _ if param.is_moved() => quote!(#dot.clone()),
                _ => quote!(#dot),
            };
            dots.push(quote!(#rt::Active(#once)));
            again.push(quote!(#rt::Active(#dot)));
        }
        let none = signature.params.iter().map(|_| quote!(#rt::Inactive));
        args.extend(dots.into_iter().chain(again).chain(none));
        args.push(quote!(#rt::One));
        let call = self.composed_in_lanes("tangent_tangent", &args);
        let (value, first, second) = (local("value"), local("first"), local("second"));
        let (ty, tangent_ty) = (&signature.result.ty, &signature.result.tangent_ty);
        let doc = format!(
            "The value of {}, and its first and second derivative along a direction.",
            signature.doc_name()
        );
        self.function(
            "jvp2",
            &doc,
            &inputs,
            &quote!((#ty, #tangent_ty, #tangent_ty)),
            quote! {
                let (#value, #first, _, #second) = #call;
                (#value, #first, #second)
            },
        )
    }

    pub(super) fn composed(&self, name: &str, args: &[TokenStream]) -> TokenStream {
        match self.signature.source.self_ty {
            Some(_) => self.internal(name, args),
            None => self.of_second(name, &self.signature.turbofish(), args),
        }
    }

    /// The same for a function that is generic over its lanes.
    pub(super) fn composed_in_lanes(&self, name: &str, args: &[TokenStream]) -> TokenStream {
        match self.signature.source.self_ty {
            Some(_) => self.internal_in_lanes(name, args),
            None => self.of_second(name, &self.signature.turbofish_and(&any_lanes()), args),
        }
    }

    fn of_second(&self, name: &str, turbofish: &TokenStream, args: &[TokenStream]) -> TokenStream {
        let (rt, name) = (&self.signature.rt, self.signature.internal_name(name));
        quote!(<Self as #rt::Order2>::of().#name #turbofish(#(#args),*))
    }

    /// What rustc finds in the place of second derivatives where there are none.
    pub fn without_second(&self) -> TokenStream {
        let missing = NAMES.iter().map(|(name, beside)| self.missing(name, *beside));
        missing.chain([self.method_orders()]).collect()
    }

    /// ```text
    /// fn __energy_order2(&self, _: Asking) -> &Self { self }
    /// fn __energy_order3<__A: MethodOrder3>(&self, _: __A) -> __A::Of { unreachable!() }
    /// ```
    ///
    /// What other functions ask a method for its derivatives of each order with. See the runtime's
    /// `Asking`.
    pub fn method_orders(&self) -> TokenStream {
        let signature = self.signature;
        let Some(receiver) = signature.source.sig.receiver() else { return TokenStream::new() };
        let (receiver, gives) = match (&receiver.reference, receiver.mutability) {
            (None, _) => (quote!(self), quote!(Self)),
            (Some(_), None) => (quote!(&self), quote!(&Self)),
            (Some(_), Some(_)) => (quote!(&mut self), quote!(&mut Self)),
        };
        let (rt, vis) = (&signature.rt, visibility(signature));
        let order = |order: u32| {
            let name = signature.internal_name(&order_name(order));
            if order <= self.order {
                return quote! {
                    #[doc(hidden)]
                    #[inline(always)]
                    #vis fn #name(#receiver, _: #rt::Asking) -> #gives { self }
                };
            }
            let missing = match signature.derivative {
                Some(_) => quote::format_ident!("DerivativeOrder"),
                None => quote::format_ident!("MethodOrder{order}"),
            };
            quote! {
                #[doc(hidden)]
                #vis fn #name<__A: #rt::#missing>(#receiver, _: __A) -> __A::Of {
                    ::core::unreachable!()
                }
            }
        };
        // Nobody asks for more than one order beyond those that there are.
        (2..=(self.order + 1).min(3)).map(order).collect()
    }

    fn missing(&self, name: &str, beside: Beside) -> TokenStream {
        let signature = self.signature;
        let rt = &signature.rt;
        let name = signature.public_name(name);
        let beside = match beside {
            Beside::Nothing => 0,
            Beside::Mode => 1,
            Beside::Direction => signature.active().count(),
        };
        let given = signature.params.len() + beside;
        let receiver = signature.params.first().filter(|param| param.declared_ty().is_none());
        let taken = usize::from(receiver.is_some());
        let receiver = receiver.map(|param| param.declaration(false)).into_iter();
        let others = (taken..given).map(|index| match index == taken {
            true => quote!(_: impl #rt::SecondDerivative),
            false => quote!(_: impl Sized),
        });
        let inputs = receiver.chain(others);
        let (generics, clause) = signature.generics(self.primal);
        let vis = visibility(signature);
        quote! {
            #[doc(hidden)]
            #vis fn #name #generics(#(#inputs),*) -> ! #clause { loop {} }
        }
    }
}

/// `order2`, for [`Api::method_orders`].
pub fn order_name(order: u32) -> String {
    format!("order{order}")
}

/// Makes functions the derivatives of an order of the companion.
pub fn order(
    order: u32,
    functions: TokenStream,
    source: &Source<'_>,
    options: &Options,
    rt: &Ident,
) -> TokenStream {
    let companion = companion_name(source, options);
    let (order, of) = match order {
        2 => ("Order2", "SecondOrder"),
        _ => ("Order3", "ThirdOrder"),
    };
    let (order, of) = (Ident::new(order, Span::call_site()), local(of));
    quote! {
        pub struct #of;
        impl #rt::#order for #companion {
            type Of = #of;
            #[inline(always)]
            fn of() -> #of { #of }
        }
        impl #of { #functions }
    }
}

/// The user's signature, with the tangents of the active arguments after the others, and the value
/// with its tangent for a result.
pub fn jvp_signature(signature: &Signature<'_>) -> syn::Signature {
    let mut jvp = signature.source.sig.clone();
    for param in signature.active() {
        let dot = Api::derived(param, "dot");
        let declaration = param.tangent_declaration(&dot);
        jvp.inputs.push(syn::parse_quote!(#declaration));
    }
    if signature.result.is_active() {
        let (ty, tangent_ty) = (&signature.result.ty, &signature.result.tangent_ty);
        jvp.output = syn::parse_quote!(-> (#ty, #tangent_ty));
    }
    jvp
}

/// The user's signature, with the value and the gradient for a result.
pub fn value_and_grad_signature(signature: &Signature<'_>) -> syn::Signature {
    let (ty, gradient) = (&signature.result.ty, gradient_ty(signature));
    let output = syn::parse_quote!(-> (#ty, #gradient));
    syn::Signature { output, ..signature.source.sig.clone() }
}

/// The user's signature, with the gradient for a result.
pub fn grad_signature(signature: &Signature<'_>) -> syn::Signature {
    let gradient = gradient_ty(signature);
    syn::Signature { output: syn::parse_quote!(-> #gradient), ..signature.source.sig.clone() }
}

/// The user's signature, with the seed and the bars that `adjoint` takes after the others.
pub fn adjoint_signature(signature: &Signature<'_>) -> syn::Signature {
    let mut adjoint = with_seed(signature);
    add_bars(&mut adjoint, signature.active());
    adjoint
}

/// The user's signature, with what the pullback of `vjp` takes after the others, and the bars that it
/// gives for a result.
pub fn pullback_signature(signature: &Signature<'_>) -> syn::Signature {
    let in_place = |param: &&Param<'_>| param.passing == Passing::RefMut;
    let mut pullback = with_seed(signature);
    add_bars(&mut pullback, signature.active().filter(in_place));
    let others = signature.active().filter(|param| !in_place(param));
    let types: Vec<TokenStream> =
        others.map(|param| param.owned_tangent_ty(&signature.rt)).collect();
    pullback.output = match types.is_empty() {
        true => syn::ReturnType::Default,
        false => {
            let bars = super::tuple(&types);
            syn::parse_quote!(-> #bars)
        }
    };
    pullback
}

/// ```text
/// fn vjp_pullback(self, x: f64, n: usize, seed: f64) -> f64 { f::vjp(x, n).1(seed) }
/// ```
///
/// What the derivatives of it are derivatives of, where a call has none.
pub fn pullback(
    of: &Signature<'_>,
    companion: &Ident,
    sig: &syn::Signature,
    function: &crate::ir::Function,
) -> TokenStream {
    let source = Source { sig, ..*of.source };
    let signature = Signature::new(&source, function, &of.rt);
    let inputs = signature.params.iter().map(|param| param.declaration(false));
    let names: Vec<&Ident> = signature.params.iter().map(|param| &param.ident).collect();
    let (args, seeds) = names.split_at(of.params.len());
    let (vjp, turbofish) = (of.public_name("vjp"), of.turbofish());
    let path = match of.source.self_ty {
        Some(_) => quote!(Self),
        None => quote!(#companion),
    };
    let name = signature.public_name(PULLBACK);
    let (generics, clause) = signature.generics(function);
    let (vis, receiver) = (visibility(of), receiver(of));
    let output = &sig.output;
    quote! {
        #[doc(hidden)]
        #[inline]
        #vis fn #name #generics(#receiver #(#inputs),*) #output #clause {
            #path::#vjp #turbofish(#(#args),*).1(#(#seeds),*)
        }
    }
}

/// The user's signature and a seed. Both sweeps are given the arguments, which has to be possible only
/// where the derivative is called.
fn with_seed(signature: &Signature<'_>) -> syn::Signature {
    let mut with_seed = signature.source.sig.clone();
    if signature.result.is_active() {
        let (seed, ty) = (local("seed"), &signature.result.tangent_ty);
        with_seed.inputs.push(syn::parse_quote!(#seed: #ty));
    }
    let clause = with_seed.generics.make_where_clause();
    for bound in bounds::used_up(signature) {
        clause.predicates.push(syn::parse_quote!(#bound));
    }
    with_seed
}

fn add_bars<'a>(sig: &mut syn::Signature, of: impl Iterator<Item = &'a Param<'a>>) {
    for param in of {
        let (bar, ty) = (Api::derived(param, "bar"), &param.tangent_ty);
        sig.inputs.push(syn::parse_quote!(#bar: &mut #ty));
    }
}

fn gradient_ty(signature: &Signature<'_>) -> TokenStream {
    let types: Vec<TokenStream> =
        signature.active().map(|param| param.owned_tangent_ty(&signature.rt)).collect();
    super::tuple(&types)
}
