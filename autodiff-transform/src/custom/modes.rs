//! `jvp = path`, `vjp = path`.
//!
//! `jvp(args…, tangents…) -> (R, dR)` and `vjp(args…) -> (R, pullback)`, with the arguments and
//! results of the functions of the same names that chainrule generates. Where arguments and result
//! are single floats one of the two is enough: `ẏ = Σᵢ x̄ᵢ(1)·ẋᵢ` and `x̄ᵢ += ȳ·ẏ(eᵢ)`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::build::{self, Partials};
use super::{Rule, primal_path};
use crate::diagnostics::Diagnostics;
use crate::emit::companion::Parts;
use crate::emit::part::Part;
use crate::emit::signature::{Param, Signature, unraw};
use crate::emit::tuple;
use crate::emit::types::{family, lanes};
use crate::ir::{Function, Passing, Role, Ty, VarId};
use crate::options::Options;

pub fn rule(
    signature: &Signature<'_>,
    primal: &Function,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Rule> {
    check(signature, options, diagnostics)?;
    let modes = Modes { signature, primal, jvp: options.jvp.as_ref(), vjp: options.vjp.as_ref() };
    let parts = Parts {
        tangent: modes.tangent(),
        joint: modes.joint(),
        fresh: None,
        forward: modes.forward(),
        reverse: modes.reverse(),
    };
    let derived = options
        .jvp
        .as_ref()
        .filter(|_| is_scalar(signature))
        .map(|jvp| build::derived(signature, primal, &Partials::Jvp(jvp)));
    if derived.is_none() && options.order > 1 {
        let given = options.jvp.as_ref().or(options.vjp.as_ref());
        diagnostics.error(given, "this rule does not tell the second derivative").help(
            "that takes an annotated `jvp = …` of a function from floats to a float, or \
                 `partials(..)`",
        );
    }
    let (helpers, items) = (TokenStream::new(), TokenStream::new());
    Some(Rule { parts, helpers, items, derived })
}

fn check(
    signature: &Signature<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let before = diagnostics.len();
    for param in signature.params.iter().filter(|param| param.passing == Passing::RefMut) {
        diagnostics
            .error(&param.ident, "a function with a rule of its own cannot take `&mut` arguments")
            .help("return the new value instead, or let chainrule differentiate the body");
    }
    let scalar = is_scalar(signature);
    let missing = match (&options.jvp, &options.vjp) {
        (Some(jvp), None) => Some((jvp, "vjp")),
        (None, Some(vjp)) => Some((vjp, "jvp")),
        (Some(_), Some(_)) | (None, None) => None,
    };
    if let (Some((given, missing)), false) = (missing, scalar) {
        diagnostics.error(given, format!("this rule does not tell `{missing}`")).help(format!(
            "add `{missing} = …`; one of the two is enough where arguments and result are floats"
        ));
    }
    (diagnostics.len() == before).then_some(())
}

/// Whether the function takes floats to a float.
fn is_scalar(signature: &Signature<'_>) -> bool {
    signature.result.scalar().is_some() && signature.active().all(|param| param.ty.is_float())
}

struct Modes<'a> {
    signature: &'a Signature<'a>,
    primal: &'a Function,
    jvp: Option<&'a syn::Path>,
    vjp: Option<&'a syn::Path>,
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn derived(param: &Param<'_>, suffix: &str) -> Ident {
    format_ident!("{}_{suffix}", unraw(&param.ident), span = Span::mixed_site())
}

impl Modes<'_> {
    /// The arguments; copies of those that `again` needs once more.
    fn args(&self, again: bool) -> Vec<TokenStream> {
        let params = self.signature.params.iter();
        params
            .map(|param| {
                let ident = &param.ident;
                if again { param.copy() } else { quote!(#ident) }
            })
            .collect()
    }

    fn names(&self, suffix: &str, role: fn(VarId) -> Role) -> Vec<(Role, VarId, Ident)> {
        self.signature
            .active()
            .map(|param| (role(param.var), param.var, derived(param, suffix)))
            .collect()
    }

    fn float(&self, value: f64) -> TokenStream {
        let printer = crate::emit::Printer::new(self.primal, &self.signature.rt);
        match self.signature.result.scalar() {
            Some(float) => {
                printer.float_literal(&format!("{value:?}"), value, float, Span::call_site(), true)
            }
            None => TokenStream::new(),
        }
    }

    fn tangent(&self) -> Part {
        let rt = &self.signature.rt;
        let names = self.names("dot", Role::Tangent);
        let args = self.args(false);
        let statements = match (self.jvp, self.vjp) {
            (Some(jvp), _) => self.by_lane(jvp),
            (None, Some(vjp)) => {
                let one = self.float(1.0);
                let (value, pullback) = (local("value"), local("pullback"));
                let bars: Vec<TokenStream> = self.bars();
                let pattern = tuple(&bars);
                // Reads of `&f64` tangents.
                let dots = self.signature.active().map(|param| deref(param, derived(param, "dot")));
                let sum = quote!(#(#rt::scale(#dots, #bars))+*);
                quote! {
                    let (#value, #pullback) = #vjp(#(#args),*);
                    let #pattern = #pullback(#one);
                    (#value, #sum)
                }
            }
            (None, None) => TokenStream::new(),
        };
        Part::by_hand(names, statements)
    }

    /// The user's `jvp` for each lane.
    ///
    /// ```text
    /// let mut found = None;
    /// for lane in 0..runs(lanes) {
    ///     let (value, tangent) = jvp(x, lane_of::<K, f64>(&x, &x_dot, lane));
    ///     let (_, dots) = found.get_or_insert_with(|| …);
    ///     add_lane::<K, R>(dots, &tangent, lane);
    /// }
    /// ```
    fn by_lane(&self, jvp: &syn::Path) -> TokenStream {
        let (rt, family, lanes) = (&self.signature.rt, family(), lanes());
        let (found, value, tangent, dots, lane, all) = (
            local("found"),
            local("value"),
            local("tangent"),
            local("dots"),
            local("lane"),
            local("all"),
        );
        let args = self.args(true);
        let tangents = self.signature.active().map(|param| {
            let (ident, dot) = (&param.ident, derived(param, "dot"));
            let of = self.of_lane(param, &borrowed(param, ident), &borrowed(param, &dot), &lane);
            match param.passing {
                Passing::Value => of,
                Passing::Ref | Passing::RefMut => quote!(&#of),
            }
        });
        let gathered = self.signature.active().map(|param| self.gathered(param, "dot", &all));
        let ty = &self.signature.result.ty;
        quote! {
            let mut #found = None;
            for #lane in 0..#rt::runs(#lanes) {
                let (#value, #tangent) = #jvp(#(#args,)* #(#tangents),*);
                let (_, #dots) = #found.get_or_insert_with(|| {
                    let #dots = #rt::zero_tangent_in(#lanes, &#value);
                    (#value, #dots)
                });
                #rt::add_lane::<#family, #ty>(#dots, &#tangent, #lane);
            }
            let (#value, mut #dots) = #found.expect("at least one lane");
            let mut #all = #rt::none_of(#lanes);
            #(#gathered)*
            #rt::spread::<#family, #ty>(::core::slice::from_mut(&mut #dots), #all);
            (#value, #dots)
        }
    }

    /// The tangent of an argument, or its cotangent, along one lane.
    fn of_lane(
        &self,
        param: &Param<'_>,
        value: &TokenStream,
        dot: &TokenStream,
        lane: &Ident,
    ) -> TokenStream {
        let (rt, family) = (&self.signature.rt, family());
        match element(param) {
            Some(elem) => quote!(#rt::lane_of_slice::<#family, #elem>(#value, #dot, #lane)),
            None => {
                let ty = user_ty(param);
                quote!(#rt::lane_of::<#family, #ty>(#value, #dot, #lane))
            }
        }
    }

    /// Adds the directions of an argument's pattern to `all`.
    fn gathered(&self, param: &Param<'_>, suffix: &str, all: &Ident) -> TokenStream {
        let (rt, family) = (&self.signature.rt, family());
        let dot = borrowed(param, &derived(param, suffix));
        match element(param) {
            Some(elem) => quote!(#rt::gather::<#family, #elem>(#dot, &mut #all);),
            None => {
                let ty = user_ty(param);
                quote!(#rt::gather::<#family, #ty>(::core::slice::from_ref(#dot), &mut #all);)
            }
        }
    }

    fn bars(&self) -> Vec<TokenStream> {
        self.signature
            .active()
            .map(|param| {
                let ident = derived(param, "cotangent");
                quote!(#ident)
            })
            .collect()
    }

    fn forward(&self) -> Part {
        let primal = primal_path(self.signature.source);
        let args = self.args(false);
        Part::by_hand(Vec::new(), quote!((#primal(#(#args),*), ())))
    }

    fn reverse(&self) -> Part {
        let adds = match self.vjp {
            Some(vjp) => self.pull_by_lane(vjp),
            None => self.pull().1,
        };
        Part::by_hand(self.reverse_names(), adds)
    }

    fn joint(&self) -> Part {
        let (value, adds) = self.pull();
        Part::by_hand(self.reverse_names(), quote!(#adds #value))
    }

    fn reverse_names(&self) -> Vec<(Role, VarId, Ident)> {
        let mut names = self.names("bar", Role::Cotangent);
        names.push((Role::Seed(0), VarId(0), local("seed")));
        names
    }

    /// The user's `vjp` once, and its pullback for each lane.
    fn pull_by_lane(&self, vjp: &syn::Path) -> TokenStream {
        let (rt, family, lanes) = (&self.signature.rt, family(), lanes());
        let (value, pullback, seed, lane, all) =
            (local("value"), local("pullback"), local("seed"), local("lane"), local("all"));
        let (args, pattern) = (self.args(false), tuple(&self.bars()));
        let ty = &self.signature.result.ty;
        let adds = self.signature.active().map(|param| {
            let (bar, cotangent) = (derived(param, "bar"), derived(param, "cotangent"));
            match element(param) {
                Some(elem) => {
                    quote!(#rt::add_lane_slice::<#family, #elem>(#bar, &#cotangent[..], #lane);)
                }
                None => {
                    let ty = user_ty(param);
                    quote!(#rt::add_lane::<#family, #ty>(#bar, &#cotangent, #lane);)
                }
            }
        });
        let spread = self.signature.active().map(|param| {
            let bar = derived(param, "bar");
            match element(param) {
                Some(elem) => quote!(#rt::spread::<#family, #elem>(#bar, #all);),
                None => {
                    let ty = user_ty(param);
                    quote!(#rt::spread::<#family, #ty>(::core::slice::from_mut(#bar), #all);)
                }
            }
        });
        quote! {
            let (#value, #pullback) = #vjp(#(#args),*);
            for #lane in 0..#rt::runs(#lanes) {
                let #pattern = #pullback(#rt::lane_of::<#family, #ty>(&#value, &#seed, #lane));
                #(#adds)*
            }
            let mut #all = #rt::none_of(#lanes);
            #rt::gather::<#family, #ty>(::core::slice::from_ref(&#seed), &mut #all);
            #(#spread)*
        }
    }

    /// The primal value, and what adds to the bars.
    fn pull(&self) -> (TokenStream, TokenStream) {
        let rt = &self.signature.rt;
        let (value, pullback, seed) = (local("value"), local("pullback"), local("seed"));
        if let Some(vjp) = self.vjp {
            let args = self.args(false);
            let bars = self.bars();
            let pattern = tuple(&bars);
            let adds = self.signature.active().map(|param| self.add(param));
            let adds = quote! {
                let (#value, #pullback) = #vjp(#(#args),*);
                let #pattern = #pullback(#seed);
                #(#adds)*
            };
            return (quote!(#value), adds);
        }
        let primal = primal_path(self.signature.source);
        let args = self.args(true);
        let jvp = self.jvp;
        let adds = self.signature.active().map(|param| {
            let directions = self.signature.active().map(|other| {
                let direction = self.float(if other.var == param.var { 1.0 } else { 0.0 });
                match other.passing {
                    Passing::Value => direction,
                    Passing::Ref | Passing::RefMut => quote!(&#direction),
                }
            });
            let bar = derived(param, "bar");
            quote!(*#bar += #rt::scale(#seed, #jvp(#(#args,)* #(#directions),*).1);)
        });
        (quote!(#value), quote!(let #value = #primal(#(#args),*); #(#adds)*))
    }

    /// Adds what the pullback gave for an argument.
    fn add(&self, param: &Param<'_>) -> TokenStream {
        let rt = &self.signature.rt;
        let (bar, cotangent) = (derived(param, "bar"), derived(param, "cotangent"));
        match &param.ty {
            Ty::Float(_) => quote!(*#bar += #cotangent;),
            Ty::Slice(_) => quote!(#rt::accumulate(#bar, &#cotangent[..]);),
            _ => quote!(#rt::accumulate(#bar, &#cotangent);),
        }
    }
}

/// The type of an argument, without the reference.
fn user_ty(param: &Param<'_>) -> TokenStream {
    param.user_ty.map_or(quote!(Self), ToTokens::to_token_stream)
}

/// The type of the elements of a slice.
fn element<'a>(param: &Param<'a>) -> Option<&'a syn::Type> {
    match param.user_ty {
        Some(syn::Type::Slice(slice)) => Some(&*slice.elem),
        _ => None,
    }
}

fn borrowed(param: &Param<'_>, ident: &Ident) -> TokenStream {
    match param.passing {
        Passing::Value => quote!(&#ident),
        Passing::Ref | Passing::RefMut => quote!(#ident),
    }
}

fn deref(param: &Param<'_>, ident: Ident) -> TokenStream {
    match param.passing {
        Passing::Value => quote!(#ident),
        Passing::Ref | Passing::RefMut => quote!(*#ident),
    }
}
