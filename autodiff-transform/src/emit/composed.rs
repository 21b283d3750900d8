//! Functions derived more than once: `__tangent_tangent`, `__reverse_tangent` and their like.
//!
//! Each transform adds to the parameters and results of what it is applied to, so that those of a
//! composition follow from the order of its stages:
//!
//! | stage | parameters | results |
//! | --- | --- | --- |
//! | tangent | all, a slot for each | all, a tangent of each |
//! | forward | all, tape | all, record |
//! | reverse | all, record, a seed slot for each result, a bar slot for each parameter, tape | none |
//!
//! Results stand side by side: `__forward_tangent` returns `(R, Record, dR, dRecord)`. A tape has no
//! tangent; its cotangent is a tape, to which the adjoint of a pop pushes and from which the adjoint
//! of a push pops. The tangents, seeds and bars of the last stage are those that carry lanes. A
//! reverse sweep does not touch the tape of the function that it reverses: that is
//! empty by then, and `Inactive` is passed in its place.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::call::{has_lanes, stage_name};
use super::internal::{receiver, visibility};
use super::signature::{Param, Signature};
use super::types::{family, lanes};
use super::{Printer, returns, tuple};
use crate::ir::{self, Expr, Function, Passing, Role, Stage, Stmt, Ty, VarId};

/// What a parameter or result is, or is a derivative of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Param(usize),
    Result,
    Record,
    Tape,
}

/// How a parameter of a derived function is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As the user declares it; a record by value, a tape by `&mut`.
    Plain,
    /// In a slot, as a tangent that is passed like this.
    Slot(Passing),
    /// `Inactive`: the derivative of what has none.
    Empty,
}

#[derive(Clone, Copy)]
struct Formal {
    base: Base,
    form: Form,
    /// Whether the last stage introduced it: then it carries lanes.
    last: bool,
}

/// Parameters and results of a composition of transforms.
struct Shape {
    params: Vec<Formal>,
    results: Vec<Returned>,
}

#[derive(Clone, Copy)]
struct Returned {
    base: Base,
    derived: bool,
    /// As of a parameter.
    last: bool,
}

impl Shape {
    fn of(count: usize, stages: &[Stage]) -> Shape {
        let plain = |index| Formal { base: Base::Param(index), form: Form::Plain, last: false };
        let result = Returned { base: Base::Result, derived: false, last: false };
        let primal = Shape { params: (0..count).map(plain).collect(), results: vec![result] };
        stages.iter().fold(primal, Shape::derived)
    }

    fn derived(self, stage: &Stage) -> Shape {
        let Shape { mut params, mut results } = self;
        let plain = |base| Formal { base, form: Form::Plain, last: false };
        params.iter_mut().for_each(|param| param.last = false);
        results.iter_mut().for_each(|result| result.last = false);
        match stage {
            Stage::Tangent => {
                let slots: Vec<Formal> = params.iter().map(Formal::tangent).collect();
                params.extend(slots);
                let dot = |result: &Returned| Returned { derived: true, last: true, ..*result };
                let dots: Vec<Returned> = results.iter().map(dot).collect();
                results.extend(dots);
            }
            Stage::Forward => {
                params.push(plain(Base::Tape));
                results.push(Returned { base: Base::Record, derived: false, last: false });
            }
            Stage::IsLight => params.clear(),
            Stage::Reverse => {
                let bars: Vec<Formal> = params.iter().map(Formal::bar).collect();
                params.iter_mut().for_each(Formal::leave_tape);
                params.push(plain(Base::Record));
                let form = Form::Slot(Passing::Value);
                let seed = |result: Returned| Formal { base: result.base, form, last: true };
                params.extend(results.drain(..).map(seed));
                params.extend(bars);
                params.push(plain(Base::Tape));
            }
        }
        Shape { params, results }
    }
}

impl Formal {
    fn tangent(&self) -> Formal {
        let form = match (self.base, self.form) {
            (Base::Tape, _) | (_, Form::Empty) => Form::Empty,
            (_, Form::Slot(passing)) => Form::Slot(passing),
            // By value, or, for a parameter, as it is declared.
            (_, Form::Plain) => Form::Slot(Passing::Value),
        };
        Formal { form, last: true, ..*self }
    }

    fn bar(&self) -> Formal {
        let form = match (self.base, self.form) {
            (_, Form::Empty) => Form::Empty,
            (Base::Tape, _) => Form::Plain,
            _ => Form::Slot(Passing::RefMut),
        };
        Formal { form, last: true, ..*self }
    }

    fn leave_tape(&mut self) {
        if self.base == Base::Tape {
            self.form = Form::Empty;
        }
    }
}

/// Writes the compositions of one annotated function.
pub struct Composed<'a> {
    pub signature: &'a Signature<'a>,
    pub primal: &'a Function,
    /// The function that has the attribute: `primal`, or what that is a derivative of.
    pub annotated: &'a Function,
    pub sources: &'a [Stmt],
}

impl Composed<'_> {
    /// The function that these transforms made, innermost first.
    pub fn function(&self, stages: &[Stage], function: &Function) -> TokenStream {
        let signature = self.signature;
        let mut printer = Printer::derived(function, self.annotated, &signature.rt, self.sources);
        let shape = Shape::of(signature.params.len(), stages);
        let mut vars = function.params.iter();
        let mut inputs = Vec::new();
        let mut opened = TokenStream::new();
        for formal in &shape.params {
            let count = if formal.base == Base::Result { signature.result.parts.len() } else { 1 };
            let vars: Vec<&ir::Param> = vars.by_ref().take(count).collect();
            let opening = Opening { composed: self, printer: &printer, formal: *formal, vars };
            let (input, open) = opening.tokens();
            inputs.push(input);
            opened.extend(open);
        }
        let statements = printer.body();
        let mut values = printer.results().into_iter();
        let mut exprs = function.results.iter();
        let (mut results, mut types) = (Vec::new(), Vec::new());
        for Returned { base, derived, last } in shape.results {
            let count = if base == Base::Result { signature.result.parts.len() } else { 1 };
            let parts: Vec<TokenStream> = values.by_ref().take(count).collect();
            let exprs: Vec<&Expr> = exprs.by_ref().take(count).collect();
            types.push(match (base, derived) {
                (Base::Result, false) => signature.result.ty.clone(),
                (Base::Result, true) if last => signature.result.lanes_ty.clone(),
                (Base::Result, true) => signature.result.tangent_ty.clone(),
                _ => printer.ty(&exprs[0].ty).unwrap_or_else(|| quote!(())),
            });
            results.push(tuple(&parts));
        }
        let (results, output) = match results.is_empty() {
            true => (TokenStream::new(), quote!(())),
            false => (tuple(&results), tuple(&types)),
        };
        let output = returns(&output);
        let name = signature.internal_name(&stage_name(stages)[2..]);
        let (generics, clause) = match has_lanes(stages) {
            true => {
                let (lanes, family) = (lanes(), family());
                inputs.push(quote!(#lanes: #family));
                signature.generics_in_family(self.primal)
            }
            false => signature.generics(self.primal),
        };
        let vis = visibility(signature);
        let receiver = receiver(signature);
        quote! {
            #[doc(hidden)]
            #[inline]
            #vis fn #name #generics(#receiver #(#inputs),*) #output #clause { #opened #statements #results }
        }
    }
}

/// One parameter, and the statements that take its value out of its slot.
struct Opening<'a> {
    composed: &'a Composed<'a>,
    printer: &'a Printer<'a>,
    formal: Formal,
    /// Those of the IR: one for each part of a result.
    vars: Vec<&'a ir::Param>,
}

impl Opening<'_> {
    fn tokens(&self) -> (TokenStream, TokenStream) {
        let rt = &self.composed.signature.rt;
        match (self.formal.base, self.formal.form) {
            (_, Form::Empty) => (quote!(_: #rt::Inactive), TokenStream::new()),
            (Base::Param(index), Form::Plain) => {
                let param = &self.composed.signature.params[index];
                let mutable = self.vars.first().is_some_and(|var| self.var(var.var).mutable);
                (param.declaration(mutable), TokenStream::new())
            }
            (Base::Tape, _) => {
                let ident = self.ident(self.vars[0].var);
                (quote!(#ident: &mut #rt::Tape), TokenStream::new())
            }
            (Base::Record, Form::Plain) => {
                let (binding, ty) = (self.binding(), self.record_ty());
                (quote!(#binding: #ty), TokenStream::new())
            }
            (Base::Result, Form::Plain) => (TokenStream::new(), TokenStream::new()),
            (_, Form::Slot(passing)) => self.slot(passing),
        }
    }

    fn slot(&self, passing: Passing) -> (TokenStream, TokenStream) {
        let rt = &self.composed.signature.rt;
        let param = self.param();
        let passing = match (param, passing) {
            // A parameter's tangent is passed like the parameter.
            (Some(param), Passing::Value) => param.passing,
            (_, passing) => passing,
        };
        if param.is_some_and(Param::is_constant) {
            return (quote!(_: impl #rt::ConstantSlot), TokenStream::new());
        }
        // The derivative of a tuple has the tuple's shape, of whatever it is one.
        let has_none =
            self.formal.base == Base::Result && !self.composed.signature.result.is_active();
        let is_some = |var: VarId| !matches!(self.var(var).ty, Ty::Unit);
        let used = !has_none && self.vars.iter().any(|param| is_some(param.var));
        // A record comes from where its type is not known, so that it is named here; no caller
        // leaves it out.
        let given = self.formal.base == Base::Record && passing == Passing::Value;
        let zero = if used && !given { self.zero() } else { None };
        let ty = self.ty();
        let slot = match passing {
            Passing::Value if given => quote!(#rt::Active<#ty>),
            // The first seed has nothing to take its shape from.
            Passing::Value if used && zero.is_none() => quote!(impl #rt::SeedSlot<#ty>),
            Passing::Value => quote!(impl #rt::ValueSlot<#ty>),
            Passing::Ref => quote!(impl #rt::RefSlot<#ty>),
            Passing::RefMut => quote!(impl #rt::MutSlot<#ty>),
        };
        if !used {
            return (quote!(_: #slot), TokenStream::new());
        }
        let ident = match self.vars.as_slice() {
            [var] => self.ident(var.var),
            vars => format_ident!("{}_slot", self.ident(vars[0].var), span = Span::mixed_site()),
        };
        let opened = match (passing, zero) {
            (Passing::Value, Some(zero)) => {
                let binding = self.binding();
                quote!(let #binding = #ident.open(|| #zero);)
            }
            (Passing::Value, None) => {
                let binding = self.binding();
                let given = if given { quote!(#ident.0) } else { quote!(#ident.seed()) };
                quote!(let #binding = #given;)
            }
            (Passing::Ref | Passing::RefMut, zero) => {
                let opened = self.open(&ident, zero);
                let as_long = param.and_then(|param| param.as_long(&ident, passing, rt));
                quote!(#opened #as_long)
            }
        };
        (quote!(#ident: #slot), opened)
    }

    /// Takes what is passed by reference out of its slot.
    fn open(&self, ident: &Ident, zero: Option<TokenStream>) -> TokenStream {
        let scratch = format_ident!("{ident}_scratch", span = Span::mixed_site());
        let taken = quote! {
            let mut #scratch = None;
            let #ident = #ident.open(&mut #scratch, || #zero);
        };
        if let [_] = self.vars.as_slice() {
            return taken;
        }
        let parts = self.vars.iter().map(|var| match self.var(var.var).ty {
            Ty::Unit => quote!(_),
            _ => {
                let ident = self.ident(var.var);
                quote!(#ident)
            }
        });
        let pattern = tuple(&parts.collect::<Vec<_>>());
        quote!(#taken let #pattern = #ident;)
    }

    /// A zero of the derivative: as its type tells, or else as the value it is a derivative of.
    fn zero(&self) -> Option<TokenStream> {
        if let Some(param) = self.param() {
            return Some(match self.formal.last {
                true => param.zero_lanes(self.printer),
                false => param.zero(self.printer),
            });
        }
        let (rt, lanes) = (&self.composed.signature.rt, lanes());
        let zeros: Option<Vec<TokenStream>> = self
            .vars
            .iter()
            .map(|param| {
                let by_type = self.printer.zero(&self.var(param.var).ty, true);
                by_type.or_else(|| match param.role {
                    Role::Tangent(of) | Role::Cotangent(of) => {
                        let of = self.borrowed(of);
                        Some(match self.formal.last {
                            true => quote!(#rt::zero_tangent_in(#lanes, #of)),
                            false => quote!(#rt::zero_tangent(#of)),
                        })
                    }
                    _ => None,
                })
            })
            .collect();
        zeros.map(|zeros| tuple(&zeros))
    }

    /// A reference to a parameter, which may be one itself: the bar of a seed is.
    fn borrowed(&self, var: VarId) -> TokenStream {
        let ident = self.ident(var);
        let params = &self.printer.function.params;
        match params.iter().find(|param| param.var == var).map(|param| param.passing) {
            Some(Passing::RefMut) => quote!(&*#ident),
            Some(Passing::Ref) => quote!(#ident),
            Some(Passing::Value) | None => quote!(&#ident),
        }
    }

    fn ty(&self) -> TokenStream {
        let result = &self.composed.signature.result;
        match (self.param(), self.formal.base) {
            (Some(param), _) if self.formal.last => param.lanes_ty.clone(),
            (Some(param), _) => param.tangent_ty.clone(),
            (None, Base::Result) if self.formal.last => result.lanes_ty.clone(),
            (None, Base::Result) => result.tangent_ty.clone(),
            (None, _) => self.record_ty(),
        }
    }

    fn record_ty(&self) -> TokenStream {
        let ty = self.vars.first().and_then(|param| self.shape_of(param.var, param.role));
        ty.unwrap_or_else(|| quote!(()))
    }

    /// The type of a record or of what is derived of one. Of one without derivative the caller gives
    /// the derivative in the record's shape, however often it is derived.
    fn shape_of(&self, var: VarId, role: Role) -> Option<TokenStream> {
        let ty = &self.var(var).ty;
        let (Role::Tangent(of) | Role::Cotangent(of), Ty::Unit) = (role, ty) else {
            return self.printer.ty(ty);
        };
        let role = self.printer.function.param(of).map_or(Role::Active, |param| param.role);
        let (rt, record) = (&self.composed.signature.rt, self.shape_of(of, role)?);
        Some(quote!(<#record as #rt::Differentiable>::Tangent))
    }

    fn param(&self) -> Option<&Param<'_>> {
        match self.formal.base {
            Base::Param(index) => self.composed.signature.params.get(index),
            Base::Result | Base::Record | Base::Tape => None,
        }
    }

    fn var(&self, var: VarId) -> &ir::Var {
        self.printer.function.var(var)
    }

    fn ident(&self, var: VarId) -> Ident {
        self.printer.ident(var)
    }

    /// The pattern that binds the value or its parts.
    fn binding(&self) -> TokenStream {
        let parts = self.vars.iter().map(|param| match self.var(param.var).ty {
            Ty::Unit => quote!(_),
            _ => self.printer.binding(param.var).into_token_stream(),
        });
        tuple(&parts.collect::<Vec<_>>())
    }
}
