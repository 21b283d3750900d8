//! Closures and function values: inlined at each call.
//!
//! A closure keeps its syntax and the scopes of its *definition*, so that a name bound later does
//! not leak into its body. What it captures it acts on in place, as a reference would; only a `move`
//! closure takes a copy of the variables that change and that it names, when it is made. A call binds the
//! parameters, lowers the body into the block under construction, and returns what the body was
//! lowered to. A function that is passed as a value is called by its path.

use std::collections::BTreeSet;
use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::iter::Effects;
use super::place::peel;
use super::vjp::VjpCall;
use super::{Access, Binding, Lowered, Lowerer, Scopes, TargetKind};
use crate::ir::{Expr, ExprKind, Opaque, Place, Rvalue, Ty};
use crate::transform::nested::Input;

/// A closure that has a name or stands as an argument.
#[derive(Clone)]
pub struct Closure {
    pub params: Vec<syn::Pat>,
    body: syn::Expr,
    pub output: Option<syn::Type>,
    scopes: Scopes,
    /// The names of what it has copied, which belongs to it.
    state: Vec<String>,
    /// The body contains a `return`, which leaves the closure only.
    returns: bool,
    /// The body may do more than compute a value.
    pub effects: bool,
    pub derivative: Derivative,
}

/// What a closure has to do with derivatives of it; see [`nested`](super::nested).
#[derive(Clone)]
pub enum Derivative {
    /// Nothing: it is called.
    None,
    /// It stands in `differentiate!`, and its derivatives are called.
    Asked,
    /// A call gives the cotangents of these arguments.
    Pullback(Vec<Input>),
    /// It is the pullback that this call of a `vjp` gave; see [`vjp`](super::vjp). It has no body.
    PullbackOf(VjpCall),
}

impl Closure {
    pub fn body(&self) -> &syn::Expr {
        &self.body
    }

    /// The closure as an expression, for its scopes.
    pub fn written(&self, span: Span) -> syn::ExprClosure {
        let (params, body) = (&self.params, &self.body);
        match &self.output {
            Some(ty) => syn::parse_quote_spanned!(span=> |#(#params),*| -> #ty { #body }),
            None => syn::parse_quote_spanned!(span=> |#(#params),*| #body),
        }
    }

    /// Whether it is called and nothing else.
    pub fn is_plain(&self) -> bool {
        matches!(self.derivative, Derivative::None)
    }

    /// The same, with other derivatives.
    pub fn with(&self, derivative: Derivative) -> Closure {
        Closure { derivative, ..self.clone() }
    }

    /// A reference to it, whose copies have one state.
    pub fn lent(&self) -> Closure {
        Closure { state: Vec::new(), ..self.clone() }
    }
}

/// Hooks of the lowering.
impl Lowerer<'_> {
    /// Captures a closure expression.
    pub fn lower_closure(&mut self, closure: &syn::ExprClosure) -> Lowered {
        if let Some(async_) = &closure.asyncness {
            return self.reject(
                async_,
                "an `async` closure cannot be differentiated",
                "compute in a plain closure",
            );
        }
        let mut scopes = self.scopes.clone();
        let state = match closure.capture {
            Some(_) => {
                let mut names = Names::default();
                names.visit_expr(&closure.body);
                self.copy_captures(names.found, closure.span(), &mut scopes)
            }
            None => Vec::new(),
        };
        let output = match &closure.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
        };
        Lowered::Closure(Rc::new(Closure {
            params: closure.inputs.iter().cloned().collect(),
            returns: returns(&closure.body),
            effects: Effects::of(&closure.body, &|name| self.call_has_effects(name)),
            body: (*closure.body).clone(),
            output,
            scopes,
            state,
            derivative: Derivative::None,
        }))
    }

    /// What is called like a closure and has no body.
    pub fn closure_of_derivative(&self, derivative: Derivative) -> Closure {
        Closure {
            params: Vec::new(),
            body: syn::parse_quote!({}),
            output: None,
            scopes: self.scopes.clone(),
            state: Vec::new(),
            returns: false,
            effects: false,
            derivative,
        }
    }

    /// Whether a call of this name may do more than compute a value: only a local closure can,
    /// since a function has no captures and its `&mut` arguments are seen at the call.
    pub fn call_has_effects(&self, name: &syn::Ident) -> bool {
        match self.scopes.find(&name.to_string()) {
            Some(Binding::Local { value: Lowered::Closure(closure), .. }) => closure.effects,
            Some(
                Binding::Local { .. }
                | Binding::Function(_)
                | Binding::Const(_)
                | Binding::Verbatim
                | Binding::Behind,
            )
            | None => false,
        }
    }

    /// Rebinds the variables that change and that a `move` closure names to copies made now. What cannot be
    /// copied is gone from the variable, so that a copy is as good. Which they are.
    fn copy_captures(
        &mut self,
        names: impl IntoIterator<Item = String>,
        span: Span,
        scopes: &mut Scopes,
    ) -> Vec<String> {
        let mut copied = Vec::new();
        scopes.enter();
        for name in names {
            let Some(Binding::Local { value, mutable: true }) = scopes.find(&name).cloned() else {
                continue;
            };
            let value = match value {
                Lowered::Closure(closure) if !closure.state.is_empty() => {
                    self.closure_copied(closure)
                }
                value if self.is_owned(&value) => value,
                _ => continue,
            };
            let ident = syn::Ident::new(&name, span);
            let outer = std::mem::replace(&mut self.scopes, std::mem::take(scopes));
            self.bind(&syn::parse_quote!(mut #ident), value);
            *scopes = std::mem::replace(&mut self.scopes, outer);
            copied.push(name);
        }
        copied
    }

    /// A closure that is copied or moved, with the state that it has now. What becomes of the copy's is not seen
    /// in the other.
    pub fn closure_copied(&mut self, closure: Rc<Closure>) -> Lowered {
        if closure.state.is_empty() {
            return Lowered::Closure(closure);
        }
        let mut copy = (*closure).clone();
        self.copy_captures(closure.state.clone(), closure.body.span(), &mut copy.scopes);
        Lowered::Closure(Rc::new(copy))
    }

    /// The closure that an expression names.
    pub fn named_closure(&self, expr: &syn::Expr) -> Option<Rc<Closure>> {
        let syn::Expr::Path(path) = peel(expr) else { return None };
        match self.scopes.find(&path.path.get_ident()?.to_string())? {
            Binding::Local { value: Lowered::Closure(closure), .. } => Some(closure.clone()),
            _ => None,
        }
    }

    /// Whether a variable's value is its own.
    fn is_owned(&self, value: &Lowered) -> bool {
        match value {
            Lowered::Place(_, Access::Owned) => true,
            Lowered::Tuple(parts) => parts.iter().all(|part| self.is_owned(part)),
            _ => false,
        }
    }

    /// Inlines a call of a closure.
    pub fn call_closure(&mut self, closure: &Closure, call: &syn::ExprCall, want: &Ty) -> Lowered {
        let args = self.arguments(closure, call);
        self.inline(closure, args, want, call.func.span())
    }

    /// Lowers the arguments of a call in order.
    fn arguments(&mut self, closure: &Closure, call: &syn::ExprCall) -> Vec<Lowered> {
        let declared = |l: &mut Self, pat: &syn::Pat| match pat {
            syn::Pat::Type(typed) => l.ty(&typed.ty),
            _ => Ty::Unknown,
        };
        let types = closure.params.iter().map(|pat| declared(self, pat)).collect();
        let tuple = syn::Expr::Tuple(syn::ExprTuple {
            attrs: Vec::new(),
            paren_token: call.paren_token,
            elems: call.args.clone(),
        });
        match self.lower(&tuple, &Ty::Tuple(types)) {
            Lowered::Tuple(args) => args,
            _ => Vec::new(),
        }
    }

    /// Calls a function value, a closure or a path, with arguments that are lowered already.
    pub fn apply(
        &mut self,
        function: &Lowered,
        args: Vec<Lowered>,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        match function {
            Lowered::Closure(closure) => self.inline(closure, args, want, span),
            Lowered::Function(path) => self.call_path(path, args, want),
            Lowered::Value(_)
            | Lowered::Built(_)
            | Lowered::Place(..)
            | Lowered::Tuple(_)
            | Lowered::Option { .. }
            | Lowered::Iter(_)
            | Lowered::Unit => {
                self.diagnostics
                    .error_at(span, "what this value does when it is called is not known here")
                    .help("write a closure or the name of an annotated function");
                self.poison()
            }
            Lowered::Never => Lowered::Never,
        }
    }

    fn inline(&mut self, closure: &Closure, args: Vec<Lowered>, want: &Ty, span: Span) -> Lowered {
        match &closure.derivative {
            Derivative::None | Derivative::Asked => self.inline_body(closure, args, want, span),
            Derivative::Pullback(inputs) => self.pull_back(closure, inputs, args, span),
            Derivative::PullbackOf(call) => self.pull_back_of(call, args, want, span),
        }
    }

    /// The value of the closure for these arguments.
    pub fn inline_body(
        &mut self,
        closure: &Closure,
        args: Vec<Lowered>,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let bind = |l: &mut Self| l.bind_params(closure, args);
        self.in_scope_of(closure, bind, |l| l.lower_body(closure, want, span))
    }

    /// Lowers something in the scope of a closure's body, after `bind` has given the parameters
    /// their meaning.
    pub fn in_scope_of<R>(
        &mut self,
        closure: &Closure,
        bind: impl FnOnce(&mut Self),
        lower: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let caller = std::mem::replace(&mut self.scopes, closure.scopes.clone());
        self.scopes.enter();
        bind(self);
        let result = lower(self);
        self.scopes = caller;
        result
    }

    pub fn bind_params(&mut self, closure: &Closure, args: Vec<Lowered>) {
        for (pat, arg) in closure.params.iter().zip(args) {
            let arg = self.item_by_reference([pat], arg, pat.span());
            let arg = self.as_text(pat, arg);
            self.bind(pat, arg);
        }
    }

    /// A `&String` for a parameter `name: &str`, as which Rust takes it.
    fn as_text(&mut self, pat: &syn::Pat, arg: Lowered) -> Lowered {
        let syn::Pat::Type(typed) = pat else { return arg };
        let syn::Type::Reference(reference) = &*typed.ty else { return arg };
        let is_str = matches!(&*reference.elem, syn::Type::Path(path) if path.path.is_ident("str"));
        if !is_str || !matches!(arg, Lowered::Place(_, Access::Ref)) {
            return arg;
        }
        let (span, mut reads) = (pat.span(), Vec::new());
        let Some(tokens) = self.name_tokens(arg.clone(), span, &mut reads) else { return arg };
        let code = Opaque { tokens, reads, pure_: true, through: false };
        let ty = Ty::Inert(Some(typed.ty.clone()));
        let text = Rvalue::Expr(Expr::new(ExprKind::Opaque(code), ty, span));
        let text = self.temp_var("text", text, span);
        self.function.vars[text.0 as usize].written = Some(typed.ty.clone());
        Lowered::Value(self.function.read(text))
    }

    fn lower_body(&mut self, closure: &Closure, want: &Ty, span: Span) -> Lowered {
        let ty = match &closure.output {
            Some(ty) => self.ty(ty),
            None => self.fresh(),
        };
        self.unify(&ty, want);
        if closure.returns {
            return self.lower_target(TargetKind::Body, None, &ty, span, |l, ty| {
                l.lower(&closure.body, ty)
            });
        }
        let value = self.lower(&closure.body, &ty);
        self.annotate(value, &ty)
    }

    /// `cond.then(f)`, `cond.then_some(value)`.
    pub fn then(&mut self, cond: Lowered, call: &syn::ExprMethodCall, want: &Ty) -> Lowered {
        let span = call.method.span();
        let is_some = self.to_expr(cond, span);
        let is_some = match self.is_stable(&is_some) {
            true => is_some,
            false => self.temp("is_some", is_some),
        };
        let elem = self.fresh();
        let ty = Ty::Option(Box::new(elem.clone()));
        self.unify(&ty, want);
        if call.method == "then_some" {
            let payload = self.value(&call.args[0], &elem);
            let payload = self.temp("payload", payload);
            return Lowered::Option { is_some, payload: Box::new(Lowered::Value(payload)) };
        }
        let function = self.lower(&call.args[0], &Ty::Unknown);
        let option = self.join_var("option", &ty, span);
        let shape = || crate::ir::Shape::Option;
        let (_, some) = self.in_block(|l| {
            let payload = l.apply(&function, Vec::new(), &elem, span);
            let payload = l.to_expr(payload, span);
            l.unify(&payload.ty, &elem);
            let value = Rvalue::Aggregate { shape: shape(), fields: vec![payload], ty: ty.clone() };
            l.give(Some(option), &ty, Lowered::Built(value), span);
        });
        let (_, none) = self.in_block(|l| {
            let value = Rvalue::Aggregate { shape: shape(), fields: Vec::new(), ty: ty.clone() };
            l.give(Some(option), &ty, Lowered::Built(value), span);
        });
        self.push_if(is_some, some, none, span);
        Lowered::Value(Expr { span, ..self.function.read(option) })
    }

    /// Calls a step of a fold: the first parameter names the accumulator itself, which a closure
    /// owns while it runs.
    pub fn apply_to_accumulator(
        &mut self,
        function: &Lowered,
        accumulator: Lowered,
        item: Lowered,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let Lowered::Closure(closure) = function else {
            return self.apply(function, vec![accumulator, item], want, span);
        };
        let bind = |l: &mut Self| {
            if let [first, second, ..] = &closure.params[..] {
                l.bind_owner(first, accumulator);
                l.bind(second, item);
            }
        };
        self.in_scope_of(closure, bind, |l| l.lower_body(closure, want, span))
    }

    /// Binds names to variables that nobody else will use: no copy is needed.
    fn bind_owner(&mut self, pat: &syn::Pat, value: Lowered) {
        match (pat, value) {
            (syn::Pat::Ident(ident), Lowered::Place(place, access)) if ident.subpat.is_none() => {
                let mutable = ident.mutability.is_some();
                // `let mut list = list;`, of a name that gets no other value: a list is moved.
                if mutable || !matches!(self.infer.shallow(&place.ty), Ty::Vec(_)) {
                    self.named.insert(place.root);
                }
                let value = Lowered::Place(Place { span: ident.ident.span(), ..place }, access);
                self.scopes.bind(ident.ident.to_string(), Binding::Local { value, mutable });
            }
            (syn::Pat::Tuple(tuple), Lowered::Tuple(parts)) if tuple.elems.len() == parts.len() => {
                for (pat, part) in tuple.elems.iter().zip(parts) {
                    self.bind_owner(pat, part);
                }
            }
            (syn::Pat::Paren(paren), value) => self.bind_owner(&paren.pat, value),
            (syn::Pat::Type(typed), value) => {
                let ty = self.ty(&typed.ty);
                let value = self.annotate(value, &ty);
                self.bind_owner(&typed.pat, value);
            }
            (pat, value) => self.bind(pat, value),
        }
    }

    /// `path(args…)`, written with names that stand for the arguments.
    pub fn call_path(&mut self, path: &syn::ExprPath, args: Vec<Lowered>, want: &Ty) -> Lowered {
        self.with_names(args, path.span(), |l, names| {
            let call: syn::Expr = syn::parse_quote!(#path(#(#names),*));
            l.lower(&call, want)
        })
    }
}

/// Looks for a `return`, or a `?`, that belongs to this body.
#[derive(Default)]
struct Returns {
    found: bool,
}

/// Whether a closure's body has a `return`, or a `?`, that belongs to it.
pub fn returns(body: &syn::Expr) -> bool {
    let mut returns = Returns::default();
    returns.visit_expr(body);
    returns.found
}

impl<'ast> Visit<'ast> for Returns {
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.found = true;
    }

    fn visit_expr_try(&mut self, _: &'ast syn::ExprTry) {
        self.found = true;
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The names that a body mentions, those in macros included.
#[derive(Default)]
struct Names {
    found: BTreeSet<String>,
}

impl Names {
    fn in_tokens(&mut self, tokens: proc_macro2::TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(ident) => {
                    self.found.insert(ident.to_string());
                }
                proc_macro2::TokenTree::Group(group) => self.in_tokens(group.stream()),
                proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.found.extend(path.path.get_ident().map(ToString::to_string));
        visit::visit_expr_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.in_tokens(mac.tokens.clone());
    }
}
