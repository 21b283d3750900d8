//! Inactive user code, kept as tokens.
//!
//! What has no IR form and no derivative is kept verbatim, with the local variables in it replaced
//! by placeholders ([`Opaque::placeholder`]). The replacement respects scopes: names that closures,
//! patterns and blocks inside the code bind are left alone. A name for a part of a variable stands
//! in the code as a reference to that part.
//!
//! An active value in such code would lose its derivative without a word, so it is reported, unless
//! the caller says that only the value matters ([`Use::Inspect`]: printing, assertions,
//! comparisons).

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;

use super::keeper::Keeper;
use super::{Access, Lowered, Lowerer};
use crate::ir::{
    Expr, ExprKind, FloatTy, Opaque, Passing, Place, Proj, Rvalue, StmtKind, Ty, VarId,
    decides_by_result,
};
use crate::ops::Form;

/// What opaque code does with values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// It makes a value from them: none may be active.
    Compute,
    /// It looks at them; its result has no derivative.
    Inspect,
}

/// Code with placeholders.
pub struct Code {
    pub opaque: Opaque,
    pub writes: Vec<VarId>,
}

/// Macros that take a format string.
pub const FORMATTING: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "unreachable",
    "todo",
    "unimplemented",
    "format_args",
];

/// Macros that do not return.
pub const PANICKING: &[&str] = &["panic", "unreachable", "todo", "unimplemented"];

/// Whether an expression is `items.collect()`, without a type.
fn collects(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::MethodCall(call) if call.method == "collect" && call.turbofish.is_none())
}

/// The type of a number, where it is known.
pub fn number_name(ty: &Ty) -> Option<syn::Ident> {
    let name = match ty {
        Ty::Float(FloatTy::F64) => "f64",
        Ty::Float(FloatTy::F32) => "f32",
        Ty::Float(FloatTy::Param(name)) | Ty::Int(Some(name)) => name,
        _ => return None,
    };
    Some(syn::Ident::new(name, Span::call_site()))
}

/// The type that decides what code gives, where it is known.
fn type_to_decide(ty: &Ty) -> Option<TokenStream> {
    match ty {
        Ty::Adt(ty) => Some(ty.to_token_stream()),
        Ty::Vec(elem) => number_name(elem).map(|elem| quote!(__rt::Vec<#elem>)),
        number => number_name(number).map(ToTokens::into_token_stream),
    }
}

impl Lowerer<'_> {
    /// Keeps an expression as it stands, for its inactive value.
    pub fn opaque(&mut self, expr: &syn::Expr, want: &Ty) -> Lowered {
        self.opaque_for(expr, want, Use::Compute)
    }

    pub fn opaque_for(&mut self, expr: &syn::Expr, want: &Ty, use_: Use) -> Lowered {
        let code = self.code(expr, use_);
        let span = expr.span();
        let ty = match want {
            Ty::Unknown => self.fresh(),
            known => known.clone(),
        };
        let effect = !code.opaque.pure_ && matches!(self.infer.shallow(&ty), Ty::Unit);
        if effect || !code.writes.is_empty() {
            return self.opaque_with_writes(code, ty, span);
        }
        let mut code = code;
        if (decides_by_result(&code.opaque.tokens) || collects(expr))
            && let Some(ty) = type_to_decide(&self.infer.resolve(&ty))
        {
            let tokens = code.opaque.tokens;
            code.opaque.tokens = quote!(::core::convert::identity::<#ty>(#tokens));
        }
        let pure_ = code.opaque.pure_;
        let value = Expr::new(ExprKind::Opaque(code.opaque), ty, span);
        match pure_ {
            true => Lowered::Value(value),
            false => Lowered::Value(self.kept_value(value)),
        }
    }

    /// What `lower` gives; where that is refused, the expression as it stands, if it has no active value
    /// in it: then it may be any Rust.
    pub(super) fn or_as_it_stands(
        &mut self,
        expr: &syn::Expr,
        want: &Ty,
        lower: impl FnOnce(&mut Self) -> Lowered,
    ) -> Lowered {
        let errors = self.diagnostics.len();
        let constant = self.constant.clone();
        let (lowered, block) = self.in_block(lower);
        if self.diagnostics.len() > errors {
            let known = std::mem::replace(&mut self.constant, constant);
            if let Some(kept) = self.inactive_instead(expr, want, errors) {
                return kept;
            }
            self.constant = known;
        }
        self.splice(block);
        lowered
    }

    pub(super) fn kept_value(&mut self, value: Expr) -> Expr {
        let reads = match &value.kind {
            ExprKind::Opaque(code) => code.reads.clone(),
            _ => Vec::new(),
        };
        let read = self.temp("inactive", value);
        if let Some(var) = read.as_var() {
            self.kept.insert(var);
            self.note_owners(var, &[], &reads);
        }
        read
    }

    /// Whether kept code gives a value.
    pub(super) fn is_of_kept_code(&self, value: &Expr) -> bool {
        let kept = value.as_var().is_some_and(|var| self.kept.contains(&var));
        kept || matches!(value.kind, ExprKind::Opaque(_))
    }

    /// Whether a place is in an `Option` of what may be a reference into something: a copy of it.
    pub(super) fn is_payload_of_kept(&self, place: &Place) -> bool {
        let is_payload = place.path.iter().any(|step| matches!(step, Proj::Variant(..)));
        is_payload && self.owners.contains_key(&place.root)
    }

    /// Refuses to change what is behind a reference that kept code gives in an `Option`.
    pub(super) fn refuse_change_of_payload(&mut self, changed: &impl ToTokens) -> Lowered {
        self.reject(
            changed,
            "what this changes is behind a reference in an `Option` that code kept as it stands gives",
            "bind the reference by `let`, `let n = counts.get_mut(key).unwrap();`, or change it by its owner: \
             `*counts.entry(key).or_insert(0) += 1`",
        )
    }

    /// Whether a variable may be a reference into what changes: what it refers to is to be asked for when the
    /// function does, not later.
    pub(super) fn may_refer(&mut self, var: VarId) -> bool {
        let ty = self.function.var(var).ty.clone();
        self.owners.contains_key(&var) && matches!(self.infer.shallow(&ty), Ty::Infer(_))
    }

    /// Notes what a value of kept code may be a reference into: what the code changes, and what it reads refers to.
    fn note_owners(&mut self, var: VarId, changed: &[VarId], reads: &[VarId]) {
        let further = reads.iter().filter_map(|read| self.owners.get(read)).flatten();
        let owners: Vec<VarId> = changed.iter().chain(further).copied().collect();
        if !owners.is_empty() {
            self.owners.insert(var, owners);
        }
    }

    /// The place of a value that kept code gives, whose type nothing tells: it may be a reference.
    pub(super) fn kept_place(&mut self, value: &Lowered) -> Option<Place> {
        let place = match value {
            Lowered::Place(place, Access::Owned) => place,
            Lowered::Value(Expr { kind: ExprKind::Read(place), .. }) => place,
            _ => return None,
        };
        let is_element = place.path.iter().any(|proj| matches!(proj, Proj::Index(_)));
        let unknown = matches!(self.infer.shallow(&place.ty), Ty::Infer(_));
        (self.kept.contains(&place.root) && unknown && !is_element).then(|| place.clone())
    }

    /// `*value` and the pattern `&value`. Places stand for what is behind references; a value that kept
    /// code gives is a reference if the user says so, and followed where it stands.
    pub(super) fn behind(&mut self, value: Lowered, span: Span) -> Lowered {
        if let Some(place) = self.kept_place(&value) {
            if self.is_kept_payload(&place) {
                self.dereferenced.insert(place.root);
                return Lowered::Place(place, Access::Owned);
            }
            let var = match place.is_var() {
                Some(var) => var,
                None => self.kept_value(Expr::read(place)).as_var().expect("a temporary is read"),
            };
            let reference = Opaque::placeholder(var, span);
            let code = Opaque {
                tokens: quote!(*#reference),
                reads: vec![var],
                pure_: !self.may_refer(var),
                through: false,
            };
            let ty = self.fresh();
            return Lowered::Value(self.kept_value(Expr::new(ExprKind::Opaque(code), ty, span)));
        }
        match value {
            Lowered::Place(place, _) => Lowered::Place(place, Access::Owned),
            other => other,
        }
    }

    /// Code that changes variables and has a value: `let t; t = code;`.
    fn opaque_with_writes(&mut self, code: Code, ty: Ty, span: Span) -> Lowered {
        let Code { mut opaque, mut writes } = code;
        if let Ty::Unit = self.infer.shallow(&ty) {
            self.push(StmtKind::Opaque { code: opaque, writes }, span);
            return Lowered::Unit;
        }
        let var = self.join_var("inactive", &ty, span);
        self.constant.insert(var);
        self.kept.insert(var);
        // What may be active later is a variable of its own: code gives no derivative to begin with.
        if self.may_be_active(&ty) {
            self.shared.insert(var);
        }
        self.note_owners(var, &writes, &opaque.reads);
        opaque.through = false;
        let name = Opaque::placeholder(var, span);
        let tokens = opaque.tokens;
        opaque.tokens = quote!(#name = #tokens;);
        writes.push(var);
        self.push(StmtKind::Opaque { code: opaque, writes }, span);
        Lowered::Value(self.function.read(var))
    }

    /// An expression that is a piece of code without variables.
    pub fn opaque_tokens(&mut self, tokens: TokenStream, ty: Ty, span: Span) -> Expr {
        let code = Opaque { tokens, reads: Vec::new(), pure_: true, through: false };
        Expr::new(ExprKind::Opaque(code), ty, span)
    }

    /// Replaces the local variables in an expression by placeholders.
    pub fn code(&mut self, expr: &syn::Expr, use_: Use) -> Code {
        let mut expr = expr.clone();
        let mut keeper = Keeper::new(self, use_);
        keeper.visit_expr_mut(&mut expr);
        let through = keeper.writes.iter().all(|root| keeper.through.contains(root));
        let (pure_, reads, writes) = (keeper.pure_, keeper.reads, keeper.writes);
        let refers = reads.iter().any(|&read| self.may_refer(read));
        let pure_ = pure_ && writes.is_empty() && !refers;
        let opaque = Opaque { tokens: expr.into_token_stream(), reads, pure_, through };
        Code { opaque, writes }
    }

    /// Appends a macro call as a statement.
    pub fn opaque_macro(&mut self, mac: &syn::Macro, use_: Use) {
        let mut mac = mac.clone();
        let mut keeper = Keeper::new(self, use_);
        keeper.visit_macro_mut(&mut mac);
        let (reads, writes) = (keeper.reads, keeper.writes);
        let span = mac.path.span();
        let opaque = Opaque { tokens: quote!(#mac;), reads, pure_: false, through: false };
        self.push(StmtKind::Opaque { code: opaque, writes }, span);
    }

    /// The tokens of a place, where they can be written.
    fn place_tokens(&mut self, place: &Place) -> Option<TokenStream> {
        let root = Opaque::placeholder(place.root, place.span);
        let mut tokens = root.to_token_stream();
        for proj in &place.path {
            tokens = match proj {
                Proj::Field(member) => quote!(#tokens.#member),
                Proj::Index(index) => {
                    let index = self.expr_tokens(index)?;
                    quote!(#tokens[#index])
                }
                Proj::Range(start, end) => {
                    let bound = |l: &mut Self, bound: &Option<Expr>| match bound {
                        Some(bound) => l.expr_tokens(bound),
                        None => Some(TokenStream::new()),
                    };
                    let (start, end) = (bound(self, start)?, bound(self, end)?);
                    quote!(#tokens[#start..#end])
                }
                Proj::Variant(..) => return None,
            };
        }
        Some(tokens)
    }

    /// The tokens of an inactive expression.
    fn expr_tokens(&mut self, expr: &Expr) -> Option<TokenStream> {
        match &expr.kind {
            ExprKind::Int(value, _) => {
                Some(proc_macro2::Literal::u128_unsuffixed(*value).to_token_stream())
            }
            ExprKind::Bool(value) => Some(value.to_token_stream()),
            ExprKind::Read(place) => {
                let tokens = self.place_tokens(place)?;
                let by_ref = self
                    .function
                    .param(place.root)
                    .is_some_and(|param| param.passing != Passing::Value);
                match place.path.is_empty() && by_ref {
                    true => Some(quote!((*#tokens))),
                    false => Some(tokens),
                }
            }
            ExprKind::Len(place) => {
                let tokens = self.place_tokens(place)?;
                Some(quote!(#tokens.len()))
            }
            ExprKind::Prim(prim, args) => {
                let Form::Infix(op) = prim.row().form else { return None };
                let op: TokenStream = op.parse().ok()?;
                let (a, b) = (self.expr_tokens(&args[0])?, self.expr_tokens(&args[1])?);
                Some(quote!((#a #op #b)))
            }
            _ => None,
        }
    }

    /// A place that can be written, as what its name stands for.
    fn reference_tokens(
        &mut self,
        tokens: TokenStream,
        place: Place,
        access: Access,
        span: Span,
        reads: &mut Vec<VarId>,
    ) -> TokenStream {
        let param = self.function.param(place.root).filter(|_| place.path.is_empty());
        let by_ref = param.is_some_and(|param| param.passing != Passing::Value);
        let stored = access == Access::Owned && self.is_stored_slice(&place);
        let read = Expr::read(place);
        read.for_each_root(&mut |root| reads.push(root));
        match (access, by_ref) {
            (Access::Owned, _) if stored => quote_spanned!(span=> (&#tokens[..])),
            (Access::Owned, true) => quote_spanned!(span=> (*#tokens)),
            (Access::Owned, false) | (_, true) => tokens,
            (Access::Ref, false) => quote_spanned!(span=> (&#tokens)),
            (Access::RefMut, false) => quote_spanned!(span=> (&mut #tokens)),
        }
    }

    /// A copy of a place that cannot.
    fn copy_tokens(
        &mut self,
        place: Place,
        access: Access,
        span: Span,
        reads: &mut Vec<VarId>,
    ) -> TokenStream {
        let slice = matches!(self.infer.shallow(&place.ty), Ty::Slice(_));
        let copy = match slice {
            // Of a slice the copy is a `Vec`.
            true => self.copied(place, span),
            false => self.temp_var("part", Rvalue::Expr(Expr::read(place)), span),
        };
        reads.push(copy);
        let name = Opaque::placeholder(copy, span).to_token_stream();
        let name = if slice { quote!(#name[..]) } else { name };
        match access {
            Access::Owned => name,
            Access::Ref | Access::RefMut => quote!((&#name)),
        }
    }

    /// What a local name stands for, as tokens; with the variables they read.
    pub fn name_tokens(
        &mut self,
        value: Lowered,
        span: Span,
        reads: &mut Vec<VarId>,
    ) -> Option<TokenStream> {
        match value {
            Lowered::Place(place, access) => match self.place_tokens(&place) {
                Some(tokens) => Some(self.reference_tokens(tokens, place, access, span, reads)),
                None => Some(self.copy_tokens(place, access, span, reads)),
            },
            Lowered::Value(value) => {
                let value = match value.as_var() {
                    Some(_) => value,
                    None => self.temp("part", value),
                };
                reads.extend(value.as_var());
                value.as_var().map(|var| Opaque::placeholder(var, span).to_token_stream())
            }
            Lowered::Tuple(parts) => {
                let parts = parts
                    .into_iter()
                    .map(|part| self.name_tokens(part, span, reads))
                    .collect::<Option<Vec<_>>>()?;
                Some(quote!((#(#parts),*)))
            }
            Lowered::Unit => Some(quote!(())),
            Lowered::Iter(chain) => {
                let (start, end) = chain.as_range()?;
                let bounds = [Some(start), end].into_iter().flatten();
                bounds.for_each(|bound| bound.for_each_root(&mut |root| reads.push(root)));
                let start = self.expr_tokens(start)?;
                let end = match end {
                    Some(end) => self.expr_tokens(end)?,
                    None => TokenStream::new(),
                };
                Some(quote!((#start..#end)))
            }
            Lowered::Built(_)
            | Lowered::Option { .. }
            | Lowered::Closure(_)
            | Lowered::Function(_)
            | Lowered::Never => None,
        }
    }
}
