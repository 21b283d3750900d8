//! Calls of annotated functions and of what is derived from them.
//!
//! The convention between caller and callee is one of values of the annotated function's own
//! result type `R`: the tangent function returns `(R, dR)`, the forward sweep `(R, Record)`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::disjoint::Splits;
use super::light::{most, question_by_name};
use super::part::mentions;
use super::second::order_name;
use super::seeds::with_seeds;
use super::signature::unraw;
use super::types::{any_lanes, lanes};
use super::{Access, Printer, runtime_at, runtime_span};
use crate::ir::callee::{PULLBACK, is_associated, is_public_derivative};
use crate::ir::{
    Arg, Block, Call, Callee, Expr, ExprKind, Operator, Origin, Passing, Place, Rvalue, Stage,
    StmtKind, Target, Ty, VarId,
};

/// `__tangent`, `__reverse_tangent`: the name of a derived function.
pub fn stage_name(stages: &[Stage]) -> String {
    stages
        .iter()
        .map(|stage| match stage {
            Stage::Tangent => "tangent",
            Stage::Forward => "forward",
            Stage::Reverse => "reverse",
            Stage::IsLight => "is_light",
        })
        .fold("_".to_owned(), |name, stage| format!("{name}_{stage}"))
}

/// `__h_tangent`, for methods and associated functions.
pub fn method_stage_name(name: &Ident, stages: &[Stage]) -> Ident {
    let stage = stage_name(stages);
    let name = name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    Ident::new(&format!("__{name}{}", &stage[1..]), Span::call_site())
}

impl Printer<'_> {
    pub(super) fn call(&self, call: &Call, span: Span) -> TokenStream {
        let outer = self.several.replace(borrows_several(&call.args));
        let called = self.called(call, span);
        self.several.set(outer);
        if call.results.is_empty() {
            return quote!(#called;);
        }
        let returned = results_of(&call.callee);
        let has_values = call.results.len() == returned.len();
        let mut results = call.results.iter();
        let bindings: Vec<TokenStream> = returned
            .iter()
            .map(|returned| match (returned, has_values) {
                // A caller without use for the value still takes the record.
                (Returned::Value, false) => quote!(_),
                _ => results
                    .next()
                    .map_or(quote!(_), |result| self.binding(*result).into_token_stream()),
            })
            .collect();
        let bindings = super::tuple(&bindings);
        let types = self.result_types(call, &returned);
        quote!(let #bindings #types = #called;)
    }

    /// `: (T, _)`, where nothing else may tell the types of the results.
    fn result_types(&self, call: &Call, returned: &[Returned]) -> Option<TokenStream> {
        let probes = self.probes(&call.callee);
        let is_written = |var: &VarId| self.function.var(*var).written.is_some();
        if !probes && !call.results.iter().any(is_written) {
            return None;
        }
        let has_values = call.results.len() == returned.len();
        let mut results = call.results.iter();
        let types = returned.iter().map(|returned| match (returned, has_values) {
            (Returned::Value, false) => quote!(_),
            _ => results.next().map_or(quote!(_), |result| {
                match &self.function.var(*result).written {
                    Some(written) => quote!(#written),
                    None if probes => self.probed_ty(*result),
                    None => quote!(_),
                }
            }),
        });
        let types = super::tuple(&types.collect::<Vec<_>>());
        Some(quote!(: #types))
    }

    pub(super) fn called(&self, call: &Call, span: Span) -> TokenStream {
        let Callee { target, stages } = &call.callee;
        if let Some(question) = question_by_name(&call.callee) {
            return question;
        }
        let slots = with_seeds(call);
        let Splits { mut prelude, references, .. } = self.splits(&slots);
        let at = match target {
            Target::Path(path) => path.segments.last().map_or(span, |last| last.ident.span()),
            Target::Method(name) => name.span(),
            Target::Operator(_) => span,
        };
        let arg = |(index, arg)| match self.bar_of_field(&slots, arg) {
            Some(field) => self.field_bar(field),
            None => self.arg_by(references.get(&index), arg, at),
        };
        let mut args: Vec<TokenStream> = slots.iter().enumerate().map(arg).collect();
        if !prelude.is_empty() {
            self.values_first(&slots, &mut args, &mut prelude);
        }
        if let (Target::Method(_), [Arg::RefMut(receiver), rest @ ..], [_, _, ..]) =
            (target, &slots[..], &stages[..])
            && rest.iter().any(|arg| mentions(arg, receiver.root))
        {
            // The receiver is borrowed before, to ask it for the order.
            self.values_first(&slots, &mut args, &mut prelude);
        }
        if let Target::Operator(_) = target {
            self.operands_first(&slots, &mut args, &mut prelude);
        }
        let values = args.len();
        args.extend(self.lanes_of(call));
        let called = match target {
            Target::Method(name) => {
                let Some((receiver, rest)) = slots.split_first() else {
                    return quote_spanned!(span=> compile_error!("a method call without receiver"));
                };
                let receiver = self.of_order(self.receiver(receiver), name, stages.len());
                let args = &args[values - rest.len()..];
                let name = match stages.as_slice() {
                    [] => name.clone(),
                    stages => located(method_stage_name(name, stages), name.span()),
                };
                if let [Stage::IsLight] = stages[..] {
                    let most = most();
                    return quote_spanned!(span=> #receiver.#name(#most));
                }
                quote_spanned!(span=> #receiver.#name(#(#args),*))
            }
            Target::Operator(operator) => self.operator(*operator, stages, &slots, &args, span),
            Target::Path(path) if stages.is_empty() => {
                let path = primal_path(path, &self.rt);
                quote_spanned!(span=> #path(#(#args),*))
            }
            Target::Path(path) if self.probes(&call.callee) => {
                self.probed(path, stages, &args, span)
            }
            Target::Path(path) => {
                let path = derived_path(path, stages, &self.rt);
                quote_spanned!(span=> #path(#(#args),*))
            }
        };
        if prelude.is_empty() { called } else { quote!({ #prelude #called }) }
    }

    /// Evaluates what is passed by value before anything is split, since it may read what is.
    fn values_first(&self, slots: &[Arg], args: &mut [TokenStream], prelude: &mut TokenStream) {
        let mut values = TokenStream::new();
        for (index, (slot, arg)) in slots.iter().zip(args).enumerate() {
            let inner = if let Arg::Active(inner) = slot { inner } else { slot };
            if matches!(inner, Arg::Value(_) | Arg::Opaque(_)) {
                let name = format_ident!("value_{index}", span = Span::mixed_site());
                values.extend(quote!(let #name = #arg;));
                *arg = quote!(#name);
            }
        }
        values.extend(std::mem::take(prelude));
        *prelude = values;
    }

    /// Names the operands of an operator that are no places or literals: they stand twice.
    fn operands_first(&self, slots: &[Arg], args: &mut [TokenStream], prelude: &mut TokenStream) {
        for (index, (slot, arg)) in slots.iter().zip(args).enumerate().take(2) {
            let stands_twice = match slot {
                Arg::Value(value) => value.as_place().is_none() && !is_literal(value),
                Arg::Opaque(_) => true,
                Arg::Ref(_)
                | Arg::RefMut(_)
                | Arg::Active(_)
                | Arg::Inactive
                | Arg::Constant(_) => false,
            };
            if stands_twice {
                let name = format_ident!("operand_{index}", span = Span::mixed_site());
                prelude.extend(quote!(let #name = #arg;));
                *arg = quote!(#name);
            }
        }
    }

    /// `a * b`, `rt::operator::<rt::ops::Mul, _, _>(&a, &b).__tangent(a, b, ..)`.
    fn operator(
        &self,
        operator: Operator,
        stages: &[Stage],
        slots: &[Arg],
        args: &[TokenStream],
        span: Span,
    ) -> TokenStream {
        let symbol = operator.symbol();
        if stages.is_empty() {
            return match (operator, args) {
                (operator, [operand, ..]) if operator.is_unary() => {
                    quote_spanned!(span=> #symbol #operand)
                }
                (_, [left, right, ..]) => {
                    let left = match &slots[0] {
                        Arg::RefMut(place) => self.place(place, Access::Mut).into_token_stream(),
                        _ => left.clone(),
                    };
                    quote_spanned!(span=> #left #symbol #right)
                }
                _ => quote_spanned!(span=> compile_error!("an operator without operands")),
            };
        }
        let count = if operator.is_unary() { 1 } else { 2 };
        let mut types: Vec<TokenStream> =
            slots.iter().zip(args).take(count).map(|(slot, arg)| self.seen(slot, arg)).collect();
        if operator.is_unary() {
            types.push(quote!(&()));
        }
        let runtime = runtime_span(span);
        let (rt, stage) = (runtime_at(&self.rt, runtime), format_ident!("{}", stage_name(stages)));
        let name = Ident::new(operator.trait_name(), Span::call_site());
        let rule = quote_spanned!(runtime=> #rt::operator::<#rt::ops::#name, _, _>(#(#types),*));
        let rule = match stages.len().min(3) as u32 {
            0 | 1 => rule,
            order => {
                let asked = format_ident!("__{}", order_name(order), span = runtime);
                quote_spanned!(runtime=> #rule.#asked(#rt::Asking))
            }
        };
        match stages {
            [Stage::IsLight] => {
                let most = most();
                quote_spanned!(runtime=> #rule.#stage(#most))
            }
            _ => quote_spanned!(runtime=> #rule.#stage(#(#args),*)),
        }
    }

    /// A reference to an operand, for its type.
    fn seen(&self, slot: &Arg, arg: &TokenStream) -> TokenStream {
        let place = match slot {
            Arg::Value(value) => value.as_place(),
            Arg::RefMut(place) => Some(place),
            _ => None,
        };
        match place {
            Some(place) => self.borrow(place, Access::Shared).into_token_stream(),
            None => quote!(&#arg),
        }
    }

    /// The family of lanes that the called function is to run in: ours, if it is given any of our
    /// lanes, else one direction. A function whose last stage has no directions takes none.
    fn lanes_of(&self, call: &Call) -> Option<TokenStream> {
        if !has_lanes(&call.callee.stages) {
            return None;
        }
        let rt = &self.rt;
        let ours = call.args.iter().any(|arg| match arg {
            Arg::Active(slot) => match &**slot {
                Arg::Value(value) => value.ty.has_lanes(),
                Arg::Ref(place) | Arg::RefMut(place) => place.ty.has_lanes(),
                Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => false,
            },
            Arg::Value(_)
            | Arg::Ref(_)
            | Arg::RefMut(_)
            | Arg::Opaque(_)
            | Arg::Inactive
            | Arg::Constant(_) => false,
        });
        let lanes = lanes();
        Some(if ours { quote!(#lanes) } else { quote!(#rt::One) })
    }

    /// The receiver of a method call, borrowed by rustc as the method asks.
    fn receiver(&self, arg: &Arg) -> TokenStream {
        match arg {
            // A method that changes what is only lent is for rustc to refuse.
            Arg::Ref(place) if self.can_change(place.root) => {
                let place = self.borrow(place, Access::Shared);
                quote!((#place))
            }
            Arg::Ref(place) | Arg::RefMut(place) if place.is_var().is_some() => {
                self.root(place).into_token_stream()
            }
            Arg::Ref(place) => self.place(place, Access::Shared).into_token_stream(),
            Arg::RefMut(place) => self.place(place, Access::Mut).into_token_stream(),
            Arg::Value(value) => self.postfix_operand(value).into_token_stream(),
            Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {
                let receiver = self.arg(arg);
                quote!((#receiver))
            }
        }
    }

    /// Whether a method could borrow the variable mutably.
    fn can_change(&self, var: VarId) -> bool {
        match self.passing(var) {
            Passing::Value => self.function.var(var).mutable,
            Passing::Ref => false,
            Passing::RefMut => true,
        }
    }

    /// `body.__energy_order2(rt::Asking)`: the receiver, if its method has the order.
    fn of_order(&self, receiver: TokenStream, method: &Ident, order: usize) -> TokenStream {
        if order < 2 {
            return receiver;
        }
        let order = order_name(order.min(3) as u32);
        let span = runtime_span(method.span());
        let rt = runtime_at(&self.rt, span);
        let name = format_ident!("__{}_{order}", unraw(method), span = span);
        quote_spanned!(span=> #receiver.#name(#rt::Asking))
    }

    /// Whether the place is part of a vector that is lent in slices.
    fn is_lent_slice(&self, place: &Place) -> bool {
        self.function.var(place.root).sliced && matches!(place.ty, Ty::Slice(_))
    }

    /// An argument of a call that stands at `span`, or the reference that was made to it before.
    fn arg_by(&self, reference: Option<&TokenStream>, arg: &Arg, span: Span) -> TokenStream {
        match (reference, arg) {
            (Some(reference), Arg::Active(_)) => {
                let rt = &self.rt;
                quote!(#rt::Active(#reference))
            }
            (Some(reference), _) => reference.clone(),
            // What rustc says of a cotangent that is missing points to the call.
            (None, Arg::Inactive) => {
                let span = runtime_span(span);
                let rt = runtime_at(&self.rt, span);
                quote_spanned!(span=> #rt::Inactive)
            }
            (None, arg) => self.arg(arg),
        }
    }

    fn arg(&self, arg: &Arg) -> TokenStream {
        let rt = &self.rt;
        match arg {
            Arg::Value(value) => self.expr(value).into_token_stream(),
            Arg::Ref(place) => self.borrow(place, Access::Shared).into_token_stream(),
            Arg::RefMut(place) => {
                let slice = self.borrow(place, Access::Mut).into_token_stream();
                if self.is_lent_slice(place) { quote!(#rt::lent(#slice)) } else { slice }
            }
            Arg::Opaque(code) => self.opaque(&code.tokens),
            Arg::Active(inner) => {
                if let Arg::RefMut(place) = &**inner
                    && self.is_lent_slice(place)
                {
                    let slice = self.borrow(place, Access::Mut);
                    return quote!(#rt::ActiveSlice(#slice));
                }
                let (wanted, given) = match &**inner {
                    Arg::RefMut(place) => (self.wanted(place.root), None),
                    Arg::Ref(place) => (None, self.given(place.root)),
                    _ => (None, None),
                };
                let inner = match self.popped_record_of(inner) {
                    Some(record) => {
                        let (record, bar) = (self.ident(record), self.arg(inner));
                        match inner_ty(inner) {
                            Some(Ty::Dot(_)) => {
                                let lanes = lanes();
                                quote!(#rt::derivative_in(#lanes, &#record, #bar))
                            }
                            _ => quote!(#rt::derivative_of(&#record, #bar)),
                        }
                    }
                    None => self.arg(inner),
                };
                if let Some(wanted) = wanted {
                    return quote!(#wanted.part(|| #inner));
                }
                if let Some(given) = given {
                    return quote!(#given.part_of(|| #inner));
                }
                // What rustc says of the slot points to the argument.
                let span = runtime_span(span_of(arg));
                let rt = runtime_at(rt, span);
                quote_spanned!(span=> #rt::Active(#inner))
            }
            Arg::Inactive => quote!(#rt::Inactive),
            Arg::Constant(span) => {
                let span = runtime_span(*span);
                let rt = runtime_at(rt, span);
                quote_spanned!(span=> #rt::Constant)
            }
        }
    }
}

impl Printer<'_> {
    /// The record that an argument is the cotangent of, if that comes from the tape: then nothing but
    /// the record tells rustc its type.
    fn popped_record_of(&self, arg: &Arg) -> Option<VarId> {
        let Arg::RefMut(place) = arg else { return None };
        let bar = place.is_var().filter(|_| place.ty.is_record())?;
        let record = match self.function.var(bar).origin {
            Origin::Cotangent(of) | Origin::Tangent(of) | Origin::Share(of) => of,
            Origin::User
            | Origin::Temp
            | Origin::Again(_)
            | Origin::Popped(_)
            | Origin::Scratch => return None,
        };
        pops(&self.function.body, bar).then_some(record)
    }
}

/// The type of what is passed by reference.
fn inner_ty(arg: &Arg) -> Option<&Ty> {
    match arg {
        Arg::RefMut(place) => Some(&place.ty),
        _ => None,
    }
}

/// Whether a variable is declared by what comes from a tape.
fn pops(block: &Block, var: VarId) -> bool {
    block.stmts.iter().any(|stmt| match &stmt.kind {
        // `let mut bar = share;`
        StmtKind::Let { var: declared, value: Some(Rvalue::Expr(value)) } if *declared == var => {
            value.as_var().is_some_and(|share| pops(block, share))
        }
        StmtKind::Pop { into, declare: true, .. } => {
            into.iter().any(|place| place.is_var() == Some(var))
        }
        kind => kind.blocks().any(|block| pops(block, var)),
    })
}

/// What a derived function returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Returned {
    /// The annotated function's value, or a derivative of it.
    Value,
    Record,
}

/// Where an argument stands in the user's source.
fn span_of(arg: &Arg) -> Span {
    match arg {
        Arg::Value(value) => value.span,
        Arg::Ref(place) | Arg::RefMut(place) => place.span,
        Arg::Active(inner) => span_of(inner),
        Arg::Constant(span) => *span,
        Arg::Opaque(_) | Arg::Inactive => Span::call_site(),
    }
}

fn is_literal(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_))
}

/// What the called function returns: a tuple, if it is not one.
pub(super) fn results_of(callee: &Callee) -> Vec<Returned> {
    callee.stages.iter().fold(vec![Returned::Value], |results, stage| match stage {
        Stage::Tangent => results.repeat(2),
        Stage::Forward => results.into_iter().chain([Returned::Record]).collect(),
        Stage::Reverse => Vec::new(),
        Stage::IsLight => vec![Returned::Value],
    })
}

/// Whether a function of these stages is generic over lanes: if the last has directions.
pub fn has_lanes(stages: &[Stage]) -> bool {
    matches!(stages.last(), Some(Stage::Tangent | Stage::Reverse))
}

/// The arguments, with those for the lanes to be inferred. Lifetimes alone leave all else to
/// be inferred already.
fn with_family(arguments: &mut syn::AngleBracketedGenericArguments) {
    let named = |arg: &syn::GenericArgument| !matches!(arg, syn::GenericArgument::Lifetime(_));
    if arguments.args.iter().any(named) {
        let any = any_lanes().map(|any| syn::GenericArgument::Type(syn::Type::Verbatim(any)));
        arguments.args.extend(any);
    }
}

/// `m::g::<N>` to `m::g::__tangent::<N>`, `Type::h` to `Type::__h_tangent`. More than once is
/// differentiated what has the order, `<m::g as Order2>::of().__reverse_tangent::<N>`.
pub(super) fn derived_path(path: &syn::Path, stages: &[Stage], rt: &Ident) -> TokenStream {
    let mut path = path.clone();
    let associated = is_associated(&path);
    let is_public = !associated && is_public_derivative(&path);
    let Some(last) = path.segments.last_mut() else { return quote!(#path) };
    let span = last.ident.span();
    if let (syn::PathArguments::AngleBracketed(generics), true) =
        (&mut last.arguments, has_lanes(stages))
    {
        with_family(generics);
    }
    if associated {
        last.ident = located(method_stage_name(&last.ident, stages), span);
        return quote!(#path);
    }
    let generics = match std::mem::take(&mut last.arguments) {
        syn::PathArguments::AngleBracketed(mut generics) => {
            generics.colon2_token = Some(Default::default());
            quote!(#generics)
        }
        syn::PathArguments::None | syn::PathArguments::Parenthesized(_) => TokenStream::new(),
    };
    let mut stage = located(format_ident!("{}", stage_name(stages)), span);
    let mut order = stages.len();
    if is_public && let Some(derivative) = path.segments.pop() {
        // A derivative of a derivative: `<m::g as Order2>::of().__jvp_tangent`.
        path.segments.pop_punct();
        stage = located(method_stage_name(&derivative.value().ident, stages), span);
        order += 1;
    }
    match order {
        0 | 1 => quote!(#path::#stage #generics),
        order => path_of_order(&path, order, &stage, &generics, rt),
    }
}

/// The path as it is called without derivatives. A pullback has no such function in the companion.
pub(super) fn primal_path(path: &syn::Path, rt: &Ident) -> TokenStream {
    let mut owner = path.clone();
    match owner.segments.pop().map(|last| last.into_value()) {
        Some(last) if last.ident == PULLBACK && !is_associated(path) => {
            owner.segments.pop_punct();
            path_of_order(&owner, 2, &last.ident, &last.arguments.to_token_stream(), rt)
        }
        _ => quote!(#path),
    }
}

/// `<m::g as Order2>::of().name::<N>`.
fn path_of_order(
    path: &syn::Path,
    order: usize,
    name: &Ident,
    generics: &TokenStream,
    rt: &Ident,
) -> TokenStream {
    let span = name.span();
    let order = if order == 2 { "Order2" } else { "Order3" };
    // All at one place, so that a callee without the order is reported once.
    let order = Ident::new(order, runtime_span(span));
    let path = quote!(#path).into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    let path: TokenStream = path.collect();
    let rt = runtime_at(rt, runtime_span(span));
    quote_spanned!(runtime_span(span)=> <#path as #rt::#order>::of().#name #generics)
}

fn located(mut ident: Ident, span: Span) -> Ident {
    ident.set_span(Span::call_site().located_at(span));
    ident
}

/// Whether arguments have more of a variable of which one has a part exclusively.
fn borrows_several(args: &[Arg]) -> bool {
    args.iter().enumerate().any(|(index, arg)| {
        let inner = if let Arg::Active(inner) = arg { inner } else { arg };
        let Arg::RefMut(place) = inner else { return false };
        let mut others = args.iter().enumerate().filter(|(other, _)| *other != index);
        others.any(|(_, other)| mentions(other, place.root))
    })
}
