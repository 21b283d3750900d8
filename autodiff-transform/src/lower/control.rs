//! Control flow: branches, loops and exits.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::block::constant_bool;
use super::place::peel;
use super::{Access, Exit, Head, Lowered, Lowerer, OpenBlock, TargetKind};
use crate::checkpoint;
use crate::ir::{Expr, LoopKind, Origin, Rvalue, StmtKind, Ty, VarId};
use crate::ops::Prim;

/// Blocks and branches with a value.
impl Lowerer<'_> {
    /// Lowers an expression into a new block and assigns its value, if it has one, to `result`.
    pub fn branch(
        &mut self,
        result: Option<VarId>,
        ty: &Ty,
        span: Span,
        lower: impl FnOnce(&mut Self) -> Lowered,
    ) -> OpenBlock {
        let (_, block) = self.in_block(|l| {
            let value = lower(l);
            l.give(result, ty, value, span);
        });
        block
    }

    /// Assigns a value to a join variable, if there is one and the end of the block is reached.
    pub fn give(&mut self, result: Option<VarId>, ty: &Ty, value: Lowered, span: Span) {
        if self.diverged() {
            return;
        }
        let value = match value {
            exclusive if exclusive.is_exclusive() && result.is_some() => {
                self.refuse_choice_of_reference(&Ty::Unknown, result, span);
                return;
            }
            Lowered::Place(place, Access::Ref) if result.is_some() => {
                self.refuse_choice_of_reference(&place.ty.clone(), result, span);
                Lowered::Place(place, Access::Owned)
            }
            other => other,
        };
        let Some(result) = result else { return };
        if let Lowered::Unit = value {
            return self.unify(ty, &Ty::Unit);
        }
        let value = self.to_rvalue(value, span);
        let value_ty = self.rvalue_ty(&value);
        self.unify(&value_ty, ty);
        let place = self.function.place(result);
        self.note_cut(result, &value);
        self.note_poison(result, &value);
        self.push(StmtKind::Assign { place, value }, span);
    }

    /// A reference to one of several places has no IR form; a shared one to a number is as good as
    /// the number.
    fn refuse_choice_of_reference(&mut self, ty: &Ty, result: Option<VarId>, span: Span) {
        let first = self.references_refused.insert(result);
        if first && !self.infer.resolve(ty).is_scalar() {
            self.diagnostics
                .error_at(span, "which value this reference points to depends on a condition")
                .help("use the value inside the branches, or `.clone()` it");
        }
    }

    /// A branching expression: `build` makes the branches, with the variable that takes the value
    /// unless the expression's type is `()`.
    pub fn branching(
        &mut self,
        want: &Ty,
        span: Span,
        has_value: bool,
        build: impl FnOnce(&mut Self, Option<VarId>, &Ty),
    ) -> Lowered {
        let ty = self.fresh();
        self.unify(&ty, want);
        let has_value = has_value && !matches!(self.infer.shallow(&ty), Ty::Unit);
        let result = has_value.then(|| self.join_var("value", &ty, span));
        build(self, result, &ty);
        match result {
            _ if self.diverged() => Lowered::Never,
            _ if matches!(self.infer.shallow(&ty), Ty::Unit) => Lowered::Unit,
            Some(result) => Lowered::Value(Expr { span, ..self.function.read(result) }),
            None => Lowered::Unit,
        }
    }

    /// `{ … }`, `'label: { … }`.
    pub fn lower_block_expr(&mut self, block: &syn::ExprBlock, want: &Ty) -> Lowered {
        match &block.label {
            None => self.lower_scope(&block.block, want),
            Some(label) => {
                let label = Some(label.name.ident.to_string());
                let span = block.span();
                self.lower_target(TargetKind::Block, label, want, span, |l, ty| {
                    l.lower_scope(&block.block, ty)
                })
            }
        }
    }

    /// Lowers code that `return` (of an inlined body) or `break 'label` can leave with a value.
    pub fn lower_target(
        &mut self,
        kind: TargetKind,
        label: Option<String>,
        want: &Ty,
        span: Span,
        build: impl FnOnce(&mut Self, &Ty) -> Lowered,
    ) -> Lowered {
        let ty = self.fresh();
        self.unify(&ty, want);
        let (value, result) = self.in_target(
            kind,
            label,
            &ty,
            span,
            |l| build(l, &ty),
            |l, value| {
                let result = l.targets.last().and_then(|target| target.result);
                l.give(result, &ty, value, span);
                Lowered::Unit
            },
        );
        match result {
            Some(result) => Lowered::Value(self.function.read(result)),
            None => value,
        }
    }

    /// The statements of a block in a scope of their own, in the current IR block.
    pub fn lower_scope(&mut self, block: &syn::Block, want: &Ty) -> Lowered {
        self.scopes.enter();
        let value = self.lower_stmts(&block.stmts, want);
        self.scopes.leave();
        value
    }

    /// `if`, with `else`, `let` conditions and chains of both.
    pub fn lower_if(&mut self, if_: &syn::ExprIf, want: &Ty) -> Lowered {
        let span = if_.if_token.span;
        let has_value = if_.else_branch.is_some();
        self.branching(want, span, has_value, |l, result, ty| {
            let then = |l: &mut Self| {
                let value = l.lower_scope(&if_.then_branch, ty);
                l.give(result, ty, value, value_span(&if_.then_branch));
            };
            let els = |l: &mut Self| {
                if let Some((_, els)) = &if_.else_branch {
                    let value = l.lower(els, ty);
                    let span = match &**els {
                        syn::Expr::Block(block) => value_span(&block.block),
                        other => other.span(),
                    };
                    l.give(result, ty, value, span);
                }
            };
            l.lower_condition(&if_.cond, span, then, els);
        })
    }

    /// Branches on a condition, which may bind names for `then`.
    pub fn lower_condition(
        &mut self,
        cond: &syn::Expr,
        span: Span,
        then: impl FnOnce(&mut Self),
        els: impl FnOnce(&mut Self),
    ) {
        if has_let(cond) {
            return self.lower_let_chain(cond, span, then, els);
        }
        let cond = self.value(cond, &Ty::Bool);
        match constant_bool(&cond) {
            Some(true) => then(self),
            Some(false) => els(self),
            None => {
                let ((), then) = self.in_block(then);
                let ((), els) = self.in_block(els);
                self.push_if(cond, then, els, span);
            }
        }
    }
}

/// Loops.
impl Lowerer<'_> {
    pub fn lower_while(&mut self, while_: &syn::ExprWhile) -> Lowered {
        let head = head_of(&while_.label, &while_.attrs);
        let span = while_.while_token.span;
        let simple = (!has_let(&while_.cond)).then(|| self.pure_condition(&while_.cond)).flatten();
        match simple {
            Some(cond) => {
                self.push_loop(LoopKind::While { cond }, head, &Ty::Unit, span, |l| {
                    l.lower_scope(&while_.body, &Ty::Unit);
                });
            }
            None => {
                self.push_loop(LoopKind::Forever, head, &Ty::Unit, span, |l| {
                    let leave = |l: &mut Self| {
                        let target = l.targets.len() - 1;
                        l.leave(Exit { target, again: false }, span);
                    };
                    let body = |l: &mut Self| {
                        l.lower_scope(&while_.body, &Ty::Unit);
                    };
                    l.lower_condition(&while_.cond, span, body, leave);
                });
            }
        }
        Lowered::Unit
    }

    /// The condition, if it can be evaluated without statements; otherwise nothing remains of the
    /// attempt.
    fn pure_condition(&mut self, cond: &syn::Expr) -> Option<Expr> {
        let errors = self.diagnostics.len();
        let (value, block) = self.in_block(|l| l.value(cond, &Ty::Bool));
        let pure_ = block.close().stmts.is_empty();
        if !pure_ {
            self.diagnostics.truncate(errors);
        }
        pure_.then_some(value)
    }

    pub fn lower_loop(&mut self, loop_: &syn::ExprLoop, want: &Ty) -> Lowered {
        let head = head_of(&loop_.label, &loop_.attrs);
        let span = loop_.loop_token.span;
        let ty = self.fresh();
        self.unify(&ty, want);
        let result = self.push_loop(LoopKind::Forever, head, &ty, span, |l| {
            l.lower_scope(&loop_.body, &Ty::Unit);
        });
        match result {
            _ if self.diverged() => Lowered::Never,
            Some(result) => Lowered::Value(Expr { span, ..self.function.read(result) }),
            None => Lowered::Unit,
        }
    }

    pub fn lower_for(&mut self, for_: &syn::ExprForLoop) -> Lowered {
        let done = is_of_chars(&for_.expr) && self.for_inactive(for_);
        if done {
            return Lowered::Unit;
        }
        if let Some(range) = self.lower_range(&for_.expr) {
            let head = head_of(&for_.label, &for_.attrs);
            self.push_range_loop(&for_.pat, range, head, for_.for_token.span, |l| {
                l.lower_scope(&for_.body, &Ty::Unit);
            });
        } else if !self.lower_for_iter(for_) {
            self.reject(
                &for_.expr,
                "this cannot be iterated over in differentiated code",
                "iterate over a range, a slice, an array, a `Vec` or their iterators",
            );
        }
        Lowered::Unit
    }

    /// Appends a loop over a range.
    pub fn push_range_loop(
        &mut self,
        pat: &syn::Pat,
        range: Range,
        head: Head,
        span: Span,
        body: impl FnOnce(&mut Self),
    ) {
        let Range { start, end, step, reverse } = range;
        let ident = match peel_pat(pat) {
            syn::Pat::Ident(ident) => Some(ident),
            _ => None,
        };
        let name = ident.map_or_else(|| "index".to_owned(), |ident| ident.ident.to_string());
        let name = name.trim_start_matches('_').to_owned();
        let name = if name.is_empty() { "index".to_owned() } else { name };
        let var = self.variable(&name, start.ty.clone(), false, Origin::User, pat.span());
        let kind = LoopKind::For { var, start, end, step, reverse };
        self.push_loop(kind, head, &Ty::Unit, span, |l| {
            let value = Expr { span: pat.span(), ..l.function.read(var) };
            match ident {
                Some(ident) if ident.mutability.is_none() => {
                    l.bind_var(&ident.ident.to_string(), var, Access::Owned);
                }
                _ => l.bind(pat, Lowered::Value(value)),
            }
            body(l);
        });
    }

    /// `a..b`, `a..=b`, with `.rev()` and `.step_by(n)`.
    pub fn lower_range(&mut self, expr: &syn::Expr) -> Option<Range> {
        match peel(expr) {
            syn::Expr::Range(syn::ExprRange {
                start: Some(start), end: Some(end), limits, ..
            }) => {
                let (start, mut end) = {
                    let (start, end) = self.pair(start, &Ty::Unknown, end);
                    self.unify(&start.ty, &end.ty);
                    (start, end)
                };
                if let syn::RangeLimits::Closed(_) = limits {
                    end = self.plus_one(end);
                }
                Some(Range { start, end, step: None, reverse: false })
            }
            syn::Expr::MethodCall(call) if is_range(&call.receiver) => {
                let method = call.method.to_string();
                match (method.as_str(), call.args.first()) {
                    ("rev", None) => {
                        let range = self.lower_range(&call.receiver)?;
                        Some(Range { reverse: !range.reverse, ..range })
                    }
                    // After `rev` a step counts from the other end: that is a chain.
                    ("step_by", Some(step))
                        if matches!(peel(&call.receiver), syn::Expr::Range(_)) =>
                    {
                        let mut range = self.lower_range(&call.receiver)?;
                        let bounds = [&mut range.start, &mut range.end];
                        let step = self.after(bounds, |l| l.value(step, &Ty::usize()));
                        Some(Range { step: Some(step), ..range })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `'a'..='z'`, which is counted through by no number.
fn is_of_chars(expr: &syn::Expr) -> bool {
    let is_char = |bound: &Option<Box<syn::Expr>>| {
        let lit = bound.as_deref().map(peel);
        matches!(lit, Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Char(_), .. })))
    };
    match peel(expr) {
        syn::Expr::Range(range) => is_char(&range.start) || is_char(&range.end),
        syn::Expr::MethodCall(call) => is_of_chars(&call.receiver),
        _ => false,
    }
}

/// Where a block's value stands.
fn value_span(block: &syn::Block) -> Span {
    match block.stmts.last() {
        Some(syn::Stmt::Expr(value, None)) => value.span(),
        _ => block.span(),
    }
}

/// The numbers that a `for` loop runs over.
pub struct Range {
    pub start: Expr,
    /// Exclusive.
    pub end: Expr,
    pub step: Option<Expr>,
    pub reverse: bool,
}

/// Exits.
impl Lowerer<'_> {
    /// The function, or the closure that is inlined.
    fn innermost_body(&self) -> usize {
        self.targets
            .iter()
            .rposition(|target| target.kind == TargetKind::Body)
            .expect("a function is a target")
    }

    /// The type of what `return` gives here.
    pub fn return_ty(&self) -> Ty {
        self.targets[self.innermost_body()].ty.clone()
    }

    pub fn lower_return(&mut self, return_: &syn::ExprReturn) -> Lowered {
        let target = self.innermost_body();
        self.exit_with(target, return_.expr.as_deref(), return_.return_token.span);
        Lowered::Never
    }

    pub fn lower_break(&mut self, break_: &syn::ExprBreak) -> Lowered {
        if let Some(target) = self.find_target(break_.label.as_ref()) {
            self.exit_with(target, break_.expr.as_deref(), break_.break_token.span);
        }
        Lowered::Never
    }

    pub fn lower_continue(&mut self, continue_: &syn::ExprContinue) -> Lowered {
        if let Some(target) = self.find_target(continue_.label.as_ref()) {
            self.leave(Exit { target, again: true }, continue_.continue_token.span);
        }
        Lowered::Never
    }

    fn exit_with(&mut self, target: usize, value: Option<&syn::Expr>, span: Span) {
        let (result, ty) = (self.targets[target].result, self.targets[target].ty.clone());
        if let Some(value) = value {
            let lowered = self.lower(value, &ty);
            let result = match self.infer.shallow(&ty) {
                Ty::Unit => None,
                _ => result,
            };
            self.give(result, &ty, lowered, value.span());
        }
        if !self.diverged() {
            self.leave(Exit { target, again: false }, span);
        }
    }

    /// The loop (or labelled block) that `break` and `continue` speak of; rustc reports where there
    /// is none.
    fn find_target(&mut self, label: Option<&syn::Lifetime>) -> Option<usize> {
        let first = self.targets.iter().rposition(|target| target.kind == TargetKind::Body)?;
        let wanted = label.map(|label| label.ident.to_string());
        (first + 1..self.targets.len()).rev().find(|&index| {
            let target = &self.targets[index];
            match &wanted {
                Some(_) => target.label == wanted,
                None => target.kind == TargetKind::Loop,
            }
        })
    }
}

pub fn label_of(label: &Option<syn::Label>) -> Option<String> {
    label.as_ref().map(|label| label.name.ident.to_string())
}

/// What stands at the head of a user's loop.
pub fn head_of(label: &Option<syn::Label>, attrs: &[syn::Attribute]) -> Head {
    Head { label: label_of(label), checkpoint: checkpoint::of(attrs) }
}

/// Whether a condition has a `let` in its chain of `&&`.
pub fn has_let(cond: &syn::Expr) -> bool {
    match cond {
        syn::Expr::Let(_) => true,
        syn::Expr::Paren(paren) => has_let(&paren.expr),
        syn::Expr::Group(group) => has_let(&group.expr),
        syn::Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::And(_), right, .. }) => {
            has_let(left) || has_let(right)
        }
        _ => false,
    }
}

/// Whether an expression is a range, or one with `.rev()` and `.step_by()`.
pub fn is_range(expr: &syn::Expr) -> bool {
    match peel(expr) {
        syn::Expr::Range(range) => range.start.is_some() && range.end.is_some(),
        syn::Expr::MethodCall(call) => {
            (call.method == "rev" || call.method == "step_by") && is_range(&call.receiver)
        }
        _ => false,
    }
}

pub fn peel_pat(pat: &syn::Pat) -> &syn::Pat {
    match pat {
        syn::Pat::Paren(paren) => peel_pat(&paren.pat),
        syn::Pat::Type(typed) => peel_pat(&typed.pat),
        other => other,
    }
}

/// `!cond`.
pub fn not(cond: Expr) -> Expr {
    let span = cond.span;
    Expr::prim(Prim::Not, vec![cond], Ty::Bool, span)
}

/// The zero that a variable starts from where not every path assigns it.
pub fn initial_value(ty: &Ty, span: Span) -> Option<Rvalue> {
    use crate::ir::Shape;
    match ty {
        Ty::Float(_) => Some(Rvalue::Expr(Expr::zero(ty.clone(), span))),
        Ty::Array(elem, _) if elem.is_float() || matches!(**elem, Ty::Array(..)) => {
            initial_value(elem, span)?;
            Some(Rvalue::Expr(Expr::zero(ty.clone(), span)))
        }
        Ty::Int(_) => Some(Rvalue::Expr(Expr::int(0, ty.clone(), span))),
        Ty::Bool => Some(Rvalue::Expr(Expr::bool(false, span))),
        Ty::Vec(_) => {
            Some(Rvalue::Aggregate { shape: Shape::Vec, fields: Vec::new(), ty: ty.clone() })
        }
        Ty::Option(_) => {
            Some(Rvalue::Aggregate { shape: Shape::Option, fields: Vec::new(), ty: ty.clone() })
        }
        Ty::Tuple(elems) => {
            let fields = elems.iter().map(|elem| match initial_value(elem, span)? {
                Rvalue::Expr(expr) => Some(expr),
                _ => None,
            });
            let fields = fields.collect::<Option<Vec<Expr>>>()?;
            Some(Rvalue::Aggregate { shape: Shape::Tuple, fields, ty: ty.clone() })
        }
        _ => None,
    }
}
