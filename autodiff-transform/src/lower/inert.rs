//! Fields without derivatives, of structs whose definitions a macro does not see.
//!
//! `self.count.pow(2)` and `self.table["a"]` look like a method and an element of something with a
//! derivative, until it shows that nothing with a derivative has such: integers have, collections, text. The
//! function is then lowered once more, with that knowledge of the field, whose values are inactive: code with
//! them may be any Rust. Rustc checks that the field's derivative is `()`; what has the methods and a
//! derivative as well is bound by `let` with its type.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;

use super::keeper::Keeper;
use super::opaque::Use;
use super::place::{is_key, peel};
use super::structs::Origin;
use super::{Infer, Kind, Lowered, Lowerer};
use crate::ir::{Block, Expr, ExprKind, Opaque, Stmt, StmtKind, Ty};

/// What a field without derivative is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inert {
    Integer,
    /// A collection, text, or whatever else.
    Other,
}

/// A field, or a field of what is in one, by the type that it is a part of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Part {
    of: String,
    steps: Vec<Step>,
}

/// From a value to what is in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Step {
    Field(String),
    Element,
}

impl Part {
    fn then(mut self, step: Step) -> Part {
        self.steps.push(step);
        self
    }

    /// The field whose elements, if any, this is.
    fn field(mut self) -> Part {
        while let Some(Step::Element) = self.steps.last() {
            self.steps.pop();
        }
        self
    }

    /// A check that its derivative is `()`.
    pub(super) fn check(&self, span: Span) -> Option<Stmt> {
        let code = Opaque {
            tokens: self.checking(span)?,
            reads: Vec::new(),
            pure_: false,
            through: false,
        };
        Some(Stmt { kind: StmtKind::Opaque { code, writes: Vec::new() }, span })
    }

    /// A check that it is a list.
    pub(super) fn check_listed(&self, span: Span) -> Option<Stmt> {
        let check = self.listed(span)?;
        let tokens = quote_spanned!(span=> let _ = #check;);
        let code = Opaque { tokens, reads: Vec::new(), pure_: false, through: false };
        Some(Stmt { kind: StmtKind::Opaque { code, writes: Vec::new() }, span })
    }

    /// The same as an item, which knows no parameters of the function's.
    pub(super) fn listed_item(&self, span: Span) -> Option<syn::Item> {
        let check = self.listed(span).filter(|_| !self.of.contains('<') && self.of != "Self")?;
        let of = syn::parse_str::<syn::Type>(&self.of).ok()?;
        Some(syn::parse_quote_spanned!(span=> const _: fn(&#of) = #check;))
    }

    fn listed(&self, span: Span) -> Option<TokenStream> {
        let of = syn::parse_str::<syn::Type>(&self.of).ok()?;
        let span = Span::call_site().located_at(span);
        let owner = quote_spanned!(span=> owner);
        let part = self.steps.iter().try_fold(owner.clone(), |of, step| match step {
            Step::Field(name) => {
                let name = syn::parse_str::<syn::Member>(name).ok()?;
                Some(quote_spanned!(span=> #of.#name))
            }
            Step::Element => Some(quote_spanned!(span=> #of[0])),
        })?;
        Some(quote_spanned!(span=> |#owner: &#of| __rt::is_listed(&#part)))
    }

    fn checking(&self, span: Span) -> Option<TokenStream> {
        let of = syn::parse_str::<syn::Type>(&self.of).ok()?;
        let span = Span::call_site().located_at(span);
        let tangent = quote_spanned!(span=> tangent);
        let of_part = self.steps.iter().fold(tangent.clone(), |of, step| match step {
            Step::Field(name) => {
                quote_spanned!(span=> __rt::member::<{ __rt::name(#name) }, _>(#of))
            }
            Step::Element => quote_spanned!(span=> __rt::at(#of, 0)),
        });
        Some(quote_spanned! {span=>
            let _ = |#tangent: &<#of as __rt::Differentiable>::Tangent| {
                __rt::without_derivative(#of_part)
            };
        })
    }
}

/// What is known of parts, with where it showed.
pub type InertParts = HashMap<Part, (Inert, Span)>;

/// Methods of integers, which floats have not.
const OF_INTEGERS: &[&str] = &[
    "abs_diff",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_pow",
    "checked_rem",
    "checked_sub",
    "count_ones",
    "count_zeros",
    "div_ceil",
    "ilog",
    "ilog10",
    "ilog2",
    "is_multiple_of",
    "is_power_of_two",
    "isqrt",
    "leading_ones",
    "leading_zeros",
    "next_multiple_of",
    "next_power_of_two",
    "overflowing_add",
    "overflowing_mul",
    "overflowing_sub",
    "reverse_bits",
    "saturating_add",
    "saturating_mul",
    "saturating_pow",
    "saturating_sub",
    "swap_bytes",
    "trailing_ones",
    "trailing_zeros",
    "unsigned_abs",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_neg",
    "wrapping_pow",
    "wrapping_sub",
];

/// Methods of collections whose elements have a total order or are hashed, of maps, of text and of durations.
const OF_OTHERS: &[&str] = &[
    "as_bytes",
    "as_micros",
    "as_millis",
    "as_nanos",
    "as_secs",
    "as_secs_f32",
    "as_secs_f64",
    "as_str",
    "bytes",
    "char_indices",
    "chars",
    "contains_key",
    "contains_value",
    "difference",
    "entry",
    "eq_ignore_ascii_case",
    "intersection",
    "is_alphabetic",
    "is_alphanumeric",
    "is_ascii",
    "is_ascii_digit",
    "is_disjoint",
    "is_lowercase",
    "is_numeric",
    "is_subset",
    "is_superset",
    "is_uppercase",
    "is_whitespace",
    "lines",
    "parse",
    "push_str",
    "range",
    "rfind",
    "rsplit",
    "sort",
    "sort_unstable",
    "split_ascii_whitespace",
    "split_once",
    "split_whitespace",
    "strip_prefix",
    "strip_suffix",
    "subsec_nanos",
    "symmetric_difference",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "to_digit",
    "to_lowercase",
    "to_uppercase",
    "trim",
    "trim_end",
    "trim_start",
    "union",
];

/// What the receiver of a method is, if nothing with a derivative has the method.
fn shown_by(call: &syn::ExprMethodCall) -> Option<Inert> {
    let is = |name: &str| call.method == name;
    if OF_INTEGERS.iter().any(|name| is(name)) {
        return Some(Inert::Integer);
    }
    let of_key = call.method == "get" && call.args.len() == 1 && call.args.iter().all(is_key);
    (of_key || OF_OTHERS.iter().any(|name| is(name))).then_some(Inert::Other)
}

/// The type of what a method tells of what has it, whether or not that has a derivative.
fn told_type(call: &syn::ExprMethodCall) -> Option<(TokenStream, Option<Ty>)> {
    match call.method.to_string().as_str() {
        "contains" | "starts_with" | "ends_with" => Some((quote!(bool), Some(Ty::Bool))),
        "as_str" => Some((quote!(&str), Some(Ty::Inert(Some(syn::parse_quote!(&str)))))),
        "partition_point" => Some((quote!(usize), Some(Ty::usize()))),
        "binary_search" | "binary_search_by" | "binary_search_by_key" => {
            Some((quote!(::core::result::Result<usize, usize>), None))
        }
        _ => None,
    }
}

/// Whether a method tells something without derivative, whatever it is of.
pub(super) fn tells(call: &syn::ExprMethodCall) -> bool {
    told_type(call).is_some()
}

/// Such a call, of which rustc sees that it changes nothing and tells what it should.
pub(super) fn told_of(call: &syn::ExprMethodCall) -> syn::Expr {
    let Some((told, _)) = told_type(call) else { return syn::Expr::MethodCall(call.clone()) };
    let mut call = call.clone();
    let receiver = &call.receiver;
    call.receiver = syn::parse_quote_spanned!(receiver.span()=> (&#receiver));
    syn::parse_quote_spanned!(call.span()=> ::core::convert::identity::<#told>(#call))
}

impl Infer {
    /// Learns that the fields which a value of the type comes from have no derivative; whether that is news.
    fn learn_inert(&mut self, ty: &Ty, inert: Inert, span: Span) -> bool {
        if !matches!(self.shallow(ty), Ty::Infer(_)) || self.is_marked_struct(ty) {
            return false;
        }
        let origins = self.origins(ty);
        origins.iter().fold(false, |news, origin| {
            let inert = match origin {
                Origin::Elements(_) => Inert::Other,
                _ => inert,
            };
            let parts = self.parts(origin, 0).into_iter().map(Part::field);
            parts.fold(news, |news, part| self.structs.learn_inert(part, inert, span) || news)
        })
    }

    /// The type of a field that has no derivative, if that is known.
    pub(super) fn inert_field(&mut self, owner: &str, member: &str) -> Option<Ty> {
        if !self.structs.knows_inert() {
            return None;
        }
        let step = || Step::Field(member.to_owned());
        let parts = self.owners_as_parts(owner, 0).into_iter().map(|part| part.then(step()));
        let inert = parts.filter_map(|part| self.structs.inert_part(part)).next()?;
        Some(match inert {
            Inert::Integer => self.fresh(Kind::Int),
            Inert::Other => Ty::Inert(None),
        })
    }

    /// A field of something that has a type with a name.
    pub(super) fn part_of(&self, owner: &str, field: &str) -> Option<Part> {
        let owner = self.owners_as_parts(owner, 0).into_iter().next()?;
        Some(owner.then(Step::Field(field.to_owned())))
    }

    /// The same as parts of what has a type with a name.
    fn parts(&self, origin: &Origin, depth: usize) -> Vec<Part> {
        let (parts, step) = match origin {
            Origin::Field(owner, member) => {
                (self.owners_as_parts(owner, depth), Step::Field(member.clone()))
            }
            Origin::Elements(of) => (self.parts(of, depth), Step::Element),
            Origin::Method(_) | Origin::Function(_) | Origin::Named(_) => return Vec::new(),
        };
        parts.into_iter().map(|part| part.then(step.clone())).collect()
    }

    /// A type with a name, or what a variable that stands for a type is a part of.
    fn owners_as_parts(&self, owner: &str, depth: usize) -> Vec<Part> {
        /// A list of a tree's nodes would be a part of itself.
        const DEEPEST: usize = 4;
        if is_nameable(owner) {
            return vec![Part { of: owner.to_owned(), steps: Vec::new() }];
        }
        match owner.strip_prefix('?').and_then(|id| id.parse().ok()) {
            Some(id) if depth < DEEPEST => {
                let origins = self.origins(&Ty::Infer(id));
                origins.iter().flat_map(|origin| self.parts(origin, depth + 1)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether the name under which fields are known is that of a type: of no variable, and of no variant.
fn is_nameable(owner: &str) -> bool {
    let is_variant = owner.replace(" :: ", "").contains("::");
    !owner.contains('?') && !is_variant && syn::parse_str::<syn::Type>(owner).is_ok()
}

impl Lowerer<'_> {
    /// Learns that a value of unknown type has no derivative, if the method shows it.
    pub(super) fn learn_inert(&mut self, of: &Lowered, call: &syn::ExprMethodCall) -> bool {
        let ty = self.lowered_ty(of);
        shown_by(call).is_some_and(|inert| self.infer.learn_inert(&ty, inert, call.method.span()))
    }

    /// The same of what is indexed by the key of a map.
    pub(super) fn learn_map(&mut self, ty: &Ty, span: Span) -> bool {
        self.infer.learn_inert(ty, Inert::Other, span)
    }

    /// The same of a field that an operator of bits is taken to be of.
    pub(super) fn learn_integer(&mut self, ty: &Ty, span: Span) -> bool {
        self.infer.learn_inert(ty, Inert::Integer, span)
    }

    /// Notes a method that integers have, and structs may have as well: what is made of its result tells.
    pub(super) fn note_power(&mut self, of: &Ty, call: &syn::ExprMethodCall, result: &Ty) {
        if call.method == "pow" {
            self.powers.push((of.clone(), result.clone(), call.method.span()));
        }
    }

    /// Learns of those whose results turned out to be integers, or are cast to floats.
    pub(super) fn learn_powers(&mut self) {
        for (of, result, span) in std::mem::take(&mut self.powers) {
            let found = self.infer.shallow(&result);
            let is_cast = |l: &mut Self| {
                let casts: Vec<Ty> = l.casts.iter().map(|(value, ..)| value.ty.clone()).collect();
                casts.iter().any(|cast| match (&found, l.infer.shallow(cast)) {
                    (Ty::Infer(found), Ty::Infer(cast)) => *found == cast,
                    _ => false,
                })
            };
            if self.infer.kind(&found) == Kind::Int || is_cast(self) {
                self.infer.learn_inert(&of, Inert::Integer, span);
            }
        }
    }

    /// A method that looks at what may have a derivative, and tells something that has none.
    pub(super) fn told(&mut self, call: &syn::ExprMethodCall) -> Option<Lowered> {
        let (_, ty) = told_type(call)?;
        let code = self.code(&told_of(call), Use::Inspect);
        if !code.writes.is_empty() {
            return None;
        }
        let ty = match ty {
            Some(ty) => ty,
            None => self.fresh(),
        };
        let pure_ = code.opaque.pure_;
        let value = Expr::new(ExprKind::Opaque(code.opaque), ty, call.span());
        Some(Lowered::Value(if pure_ { value } else { self.kept_value(value) }))
    }

    /// Has rustc check, at the beginning of the body, that the fields taken to have no derivative have none.
    pub(super) fn check_inert(&self, body: &mut Block) {
        for (part, span) in self.infer.structs.inert_parts_used() {
            body.stmts.splice(0..0, part.check(*span));
        }
    }
}

/// Parts without derivative, of what has one, in code that is kept as it stands.
impl Keeper<'_, '_> {
    /// Whether a method looks at a part that may have a derivative, and tells something that has none.
    pub(super) fn tells(&mut self, call: &syn::ExprMethodCall) -> bool {
        if self.use_ != Use::Compute || told_type(call).is_none() {
            return false;
        }
        if self.part_ty(&call.receiver).is_some_and(|ty| self.lowerer.may_be_active(&ty)) {
            return true;
        }
        // What is compared with its elements may be active.
        let errors = self.lowerer.diagnostics.len();
        let _ = self.lowerer.in_block(|l| {
            let mut own = Keeper::new(l, Use::Compute);
            call.args.iter().for_each(|arg| own.visit_expr_mut(&mut arg.clone()));
        });
        let active = self.lowerer.diagnostics.len() > errors;
        self.lowerer.diagnostics.truncate(errors);
        active
    }

    /// Whether an expression is such a part.
    pub(super) fn is_inert_part(&mut self, expr: &syn::Expr) -> bool {
        let is_part = matches!(expr, syn::Expr::Field(_) | syn::Expr::Index(_));
        let has_type =
            |k: &mut Self, expr| k.part_ty(expr).is_some_and(|ty| !k.lowerer.may_be_active(&ty));
        is_part && (has_type(self, expr) || self.is_marked_part(expr))
    }

    fn part_ty(&mut self, expr: &syn::Expr) -> Option<Ty> {
        match peel(expr) {
            syn::Expr::Path(path) => match self.find(&path.path.get_ident()?.to_string())? {
                value @ (Lowered::Place(..) | Lowered::Value(_)) => {
                    Some(self.lowerer.lowered_ty(&value))
                }
                _ => None,
            },
            syn::Expr::Field(field) => {
                let of = self.part_ty(&field.base)?;
                Some(self.lowerer.field_ty(&of, &field.member))
            }
            syn::Expr::Index(index) if !matches!(peel(&index.index), syn::Expr::Range(_)) => {
                let of = self.part_ty(&index.expr)?;
                let known = self.lowerer.infer.shallow(&of);
                let listed = matches!(known, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
                match known {
                    Ty::Inert(_) => Some(Ty::Inert(None)),
                    _ => listed.then(|| self.lowerer.infer.element(&of)),
                }
            }
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => {
                self.part_ty(expr)
            }
            _ => None,
        }
    }

    /// Of what it is a part only the part is read.
    pub(super) fn visit_inert_part(&mut self, expr: &mut syn::Expr) {
        match expr {
            syn::Expr::Field(field) => self.visit_inert_part(&mut field.base),
            syn::Expr::Paren(paren) => self.visit_inert_part(&mut paren.expr),
            syn::Expr::Index(index) => {
                self.visit_inert_part(&mut index.expr);
                self.visit_expr_mut(&mut index.index);
            }
            other => self.inspecting(|k| k.visit_expr_mut(other)),
        }
    }
}
