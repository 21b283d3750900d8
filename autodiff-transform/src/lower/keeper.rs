//! The walk over code that is kept as it stands: it replaces the local variables by placeholders, and
//! notes what the code reads, what it may change, and whether it is pure.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};

use super::arrays::shape_function;
use super::inert::told_of;
use super::opaque::{FORMATTING, Use};
use super::place::peel;
use super::slice::INSPECTING;
use super::{Access, Binding, Lowered, Lowerer};
use crate::ir::{Ty, VarId};

/// Methods that have no effect and give the same value each time, on the types whose values are
/// inactive.
pub(super) const PURE_METHODS: &[&str] = &[
    "cmp",
    "partial_cmp",
    "total_cmp",
    "len",
    "is_empty",
    "abs",
    "pow",
    "min",
    "max",
    "clamp",
    "rem_euclid",
    "div_euclid",
    "wrapping_add",
    "wrapping_sub",
    "wrapping_mul",
    "saturating_add",
    "saturating_sub",
    "saturating_mul",
    "checked_add",
    "checked_sub",
    "checked_mul",
    "checked_div",
    "checked_rem",
    "checked_pow",
    "abs_diff",
    "div_ceil",
    "isqrt",
    "leading_zeros",
    "trailing_zeros",
    "count_ones",
    "is_power_of_two",
    "signum",
    "swap_bytes",
    "is_some",
    "is_none",
    "is_nan",
    "is_finite",
    "to_bits",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "contains",
    "starts_with",
    "ends_with",
    "as_str",
    "clone",
    "next_multiple_of",
    "next_power_of_two",
    "ilog2",
    "ilog10",
];

/// Replaces variables and notes what the code does.
pub(super) struct Keeper<'l, 'a> {
    pub(super) lowerer: &'l mut Lowerer<'a>,
    pub(super) use_: Use,
    /// Names bound inside the code.
    shadows: Vec<HashSet<String>>,
    /// How many closures, and loops in the innermost of them, are around what is visited.
    closures: usize,
    loops: usize,
    pub(super) reads: Vec<VarId>,
    pub(super) writes: Vec<VarId>,
    /// Of these, what is written only through references into it.
    pub(super) through: Vec<VarId>,
    pub(super) pure_: bool,
}

impl<'l, 'a> Keeper<'l, 'a> {
    pub(super) fn new(lowerer: &'l mut Lowerer<'a>, use_: Use) -> Keeper<'l, 'a> {
        Keeper {
            lowerer,
            use_,
            shadows: Vec::new(),
            closures: 0,
            loops: 0,
            reads: Vec::new(),
            writes: Vec::new(),
            through: Vec::new(),
            pure_: true,
        }
    }

    /// What a name stands for outside the code.
    pub(super) fn find(&self, name: &str) -> Option<Lowered> {
        if self.shadows.iter().any(|scope| scope.contains(name)) {
            return None;
        }
        match self.lowerer.scopes.find(name)? {
            Binding::Local { value, .. } => Some(value.clone()),
            Binding::Function(_) | Binding::Const(_) | Binding::Verbatim | Binding::Behind => None,
        }
    }

    fn is_behind(&self, name: &str) -> bool {
        !self.shadows.iter().any(|scope| scope.contains(name))
            && matches!(self.lowerer.scopes.find(name), Some(Binding::Behind))
    }

    /// The tokens for a local name, noted as read.
    pub(super) fn replace(&mut self, ident: &syn::Ident) -> Option<TokenStream> {
        if self.is_behind(&ident.to_string()) {
            return Some(quote!((*#ident)));
        }
        let value = self.find(&ident.to_string())?;
        let is_closure = matches!(value, Lowered::Closure(_));
        let mut reads = Vec::new();
        let Some(tokens) = self.lowerer.name_tokens(value, ident.span(), &mut reads) else {
            self.lowerer.reject(
                ident,
                format!("`{ident}` cannot be used in code that is kept as it stands"),
                match is_closure {
                    true => "make the closure an annotated function, and pass it what it captures",
                    false => "use a plain value here",
                },
            );
            return None;
        };
        if self.use_ == Use::Compute
            && let Some(&var) = reads.first()
            && !self.lowerer.is_inactive_var(var)
            && !self.is_inactive_name(&ident.to_string())
        {
            self.lowerer.reject(
                ident,
                format!("`{ident}` may carry a derivative, which would be lost here"),
                format!(
                    "write this in differentiable code, or cut the derivative: \
                     `chainrule::detach({ident})`"
                ),
            );
        }
        for var in reads {
            if !self.reads.contains(&var) {
                self.reads.push(var);
            }
        }
        Some(tokens)
    }

    fn is_detach(&mut self, call: &syn::ExprCall) -> bool {
        let syn::Expr::Path(function) = &*call.func else { return false };
        self.lowerer.is_detach(&function.path)
    }

    /// Whether a method asks an array for its shape.
    fn asks_for_shape(&mut self, call: &syn::ExprMethodCall) -> bool {
        let syn::Expr::Path(receiver) = peel(&call.receiver) else { return false };
        let Some(name) = receiver.path.get_ident() else { return false };
        let Some(value) = self.find(&name.to_string()) else { return false };
        let ty = self.lowerer.lowered_ty(&value);
        self.lowerer.infer.is_ndarray(&ty) && shape_function(call).is_some()
    }

    /// `*name`, where the name stands for what is behind the reference.
    fn is_followed(&self, unary: &syn::ExprUnary) -> bool {
        let (syn::UnOp::Deref(_), syn::Expr::Path(path)) = (&unary.op, peel(&unary.expr)) else {
            return false;
        };
        let value = path.path.get_ident().and_then(|name| self.find(&name.to_string()));
        matches!(value, Some(Lowered::Place(place, _))
            if place.path.is_empty() && self.lowerer.followed.contains(&place.root))
    }

    /// Whether a method is one of slices that looks for something.
    fn looks_at_list(&mut self, call: &syn::ExprMethodCall) -> bool {
        let of = match inspects(call) {
            true => self.ty_of(&call.receiver),
            false => None,
        };
        let of = of.map(|of| self.lowerer.infer.shallow(&of));
        matches!(of, Some(Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)))
    }

    /// The type of a variable, field or stretch of a list.
    fn ty_of(&mut self, expr: &syn::Expr) -> Option<Ty> {
        match peel(expr) {
            syn::Expr::Path(path) => {
                let value = self.find(&path.path.get_ident()?.to_string())?;
                Some(self.lowerer.lowered_ty(&value))
            }
            syn::Expr::Field(field) => {
                let of = self.ty_of(&field.base)?;
                Some(self.lowerer.field_ty(&of, &field.member))
            }
            syn::Expr::Index(index) if matches!(peel(&index.index), syn::Expr::Range(_)) => {
                self.ty_of(&index.expr)
            }
            syn::Expr::Reference(reference) => self.ty_of(&reference.expr),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => {
                self.ty_of(expr)
            }
            _ => None,
        }
    }

    fn is_inactive_name(&mut self, name: &str) -> bool {
        match self.find(name) {
            Some(Lowered::Place(place, _)) => self.lowerer.is_inactive_place(&place),
            Some(Lowered::Value(value)) => self.lowerer.is_inactive(&value),
            _ => false,
        }
    }

    /// What is assigned to. What an `Option` of a reference holds is a copy here.
    fn note_assigned(&mut self, whole: &syn::Expr) {
        let place = match root_name(whole).and_then(|ident| self.find(&ident.to_string())) {
            Some(Lowered::Place(place, _)) => place,
            _ => return self.note_write(whole),
        };
        if self.lowerer.is_payload_of_kept(&place) {
            self.lowerer.refuse_change_of_payload(whole);
        }
        self.note_write(whole);
    }

    /// The variable that a place expression is part of, noted as written, and what it is a reference into.
    pub(super) fn note_write(&mut self, whole: &syn::Expr) {
        let Some(ident) = root_name(whole) else { return };
        if let Some(Lowered::Place(place, _)) = self.find(&ident.to_string())
            && let Some(owners) = self.lowerer.owners.get(&place.root)
        {
            let new = owners.iter().filter(|owner| !self.writes.contains(owner));
            let new: Vec<VarId> = new.copied().collect();
            self.through.extend(&new);
            self.writes.extend(new);
        }
        // Nothing is written through a shared reference.
        let Some(Lowered::Place(place, Access::Owned | Access::RefMut)) =
            self.find(&ident.to_string())
        else {
            return;
        };
        if !self.lowerer.function.var(place.root).mutable {
            return;
        }
        self.through.retain(|owner| *owner != place.root);
        if self.writes.contains(&place.root) {
            return;
        }
        if !self.lowerer.is_inactive_place(&place) {
            let help = match self.is_inert_part(whole) {
                true => {
                    "if it changes nothing, bind the field before: `#[constant] let name = &field;`; \
                         what changes is passed in, as a `#[constant]` argument"
                }
                false => {
                    "change it in differentiable code: assignments, annotated functions, known methods"
                }
            };
            let text = format!("`{ident}` may carry a derivative, and is changed by unknown code");
            self.lowerer.reject(ident, text, help);
        }
        self.writes.push(place.root);
    }

    /// A `&mut` passed on by its name.
    fn note_passed_on(&mut self, expr: &syn::Expr) {
        if let syn::Expr::Path(path) = expr
            && let Some(ident) = path.path.get_ident()
            && let Some(Lowered::Place(_, Access::RefMut)) = self.find(&ident.to_string())
        {
            self.note_write(expr);
        }
    }

    fn scoped(&mut self, names: HashSet<String>, visit: impl FnOnce(&mut Self)) {
        self.shadows.push(names);
        visit(self);
        self.shadows.pop();
    }

    /// Visits code that only looks at values.
    pub(super) fn inspecting(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.use_, Use::Inspect);
        visit(self);
        self.use_ = outer;
    }
}

impl Keeper<'_, '_> {
    /// What declares names, or repeats its body.
    fn visit_scope(&mut self, expr: &mut syn::Expr) {
        match expr {
            syn::Expr::Closure(closure) => {
                self.pure_ = false;
                let names = closure.inputs.iter().flat_map(shadowed_names).collect();
                let loops = std::mem::take(&mut self.loops);
                self.closures += 1;
                self.scoped(names, |k| k.visit_expr_mut(&mut closure.body));
                self.closures -= 1;
                self.loops = loops;
            }
            syn::Expr::Let(let_) => {
                self.visit_expr_mut(&mut let_.expr);
                let names = shadowed_names(&let_.pat);
                match self.shadows.last_mut() {
                    Some(scope) => scope.extend(names),
                    None => self.shadows.push(names.into_iter().collect()),
                }
            }
            syn::Expr::If(if_) => self.scoped(HashSet::new(), |k| {
                visit_mut::visit_expr_if_mut(k, if_);
            }),
            syn::Expr::ForLoop(for_) => {
                self.pure_ = false;
                self.visit_expr_mut(&mut for_.expr);
                let names = shadowed_names(&for_.pat).into_iter().collect();
                self.loops += 1;
                self.scoped(names, |k| k.visit_block_mut(&mut for_.body));
                self.loops -= 1;
            }
            _ => {
                self.pure_ = false;
                self.loops += 1;
                self.scoped(HashSet::new(), |k| visit_mut::visit_expr_mut(k, expr));
                self.loops -= 1;
            }
        }
    }

    fn visit_any_call(&mut self, expr: &mut syn::Expr) {
        match expr {
            syn::Expr::MethodCall(call) if self.asks_for_shape(call) => {
                self.inspecting(|k| k.visit_expr_mut(&mut call.receiver));
                if let Some(function) = shape_function(call) {
                    *expr = function;
                }
            }
            syn::Expr::MethodCall(call) if self.tells(call) => {
                self.inspecting(|k| k.visit_method(call));
                *expr = told_of(call);
            }
            syn::Expr::MethodCall(call) => self.visit_method(call),
            // Whatever it is made of has no derivative any more; the runtime's functions are asked for the
            // shapes of arrays.
            syn::Expr::Call(call) if self.is_detach(call) || is_runtime(&call.func) => {
                self.inspecting(|k| visit_mut::visit_expr_call_mut(k, call));
            }
            syn::Expr::Call(call) => {
                self.pure_ = false;
                call.args.iter().for_each(|arg| self.note_passed_on(arg));
                visit_mut::visit_expr_call_mut(self, call);
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}

impl VisitMut for Keeper<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut syn::Expr) {
        match expr {
            syn::Expr::Path(path) if path.qself.is_none() => {
                let Some(ident) = path.path.get_ident().cloned() else { return };
                if let Some(tokens) = self.replace(&ident) {
                    *expr = syn::Expr::Verbatim(tokens);
                }
            }
            _ if self.use_ == Use::Compute && self.is_inert_part(expr) => {
                self.visit_inert_part(expr);
            }
            syn::Expr::Unary(unary) if self.is_followed(unary) => {
                self.visit_expr_mut(&mut unary.expr);
                *expr = (*unary.expr).clone();
            }
            syn::Expr::Closure(_)
            | syn::Expr::Let(_)
            | syn::Expr::If(_)
            | syn::Expr::ForLoop(_)
            | syn::Expr::While(_)
            | syn::Expr::Loop(_) => self.visit_scope(expr),
            syn::Expr::Return(_)
            | syn::Expr::Try(_)
            | syn::Expr::Break(_)
            | syn::Expr::Continue(_) => {
                self.pure_ = false;
                self.refuse_leaving(expr);
                visit_mut::visit_expr_mut(self, expr);
            }
            syn::Expr::Assign(assign) => {
                self.note_assigned(&assign.left);
                visit_mut::visit_expr_assign_mut(self, assign);
            }
            syn::Expr::Binary(binary) => self.visit_binary(binary),
            syn::Expr::Reference(reference) => {
                if reference.mutability.is_some() {
                    self.note_assigned(&reference.expr);
                }
                self.visit_expr_mut(&mut reference.expr);
            }
            syn::Expr::MethodCall(_) | syn::Expr::Call(_) => self.visit_any_call(expr),
            syn::Expr::Lit(_)
            | syn::Expr::Paren(_)
            | syn::Expr::Group(_)
            | syn::Expr::Unary(_)
            | syn::Expr::Field(_)
            | syn::Expr::Index(_)
            | syn::Expr::Cast(_)
            | syn::Expr::Tuple(_)
            | syn::Expr::Array(_)
            | syn::Expr::Range(_)
            | syn::Expr::Match(_)
            | syn::Expr::Block(_) => visit_mut::visit_expr_mut(self, expr),
            _ => {
                self.pure_ = false;
                visit_mut::visit_expr_mut(self, expr);
            }
        }
    }

    fn visit_expr_struct_mut(&mut self, struct_: &mut syn::ExprStruct) {
        for field in &mut struct_.fields {
            self.visit_expr_mut(&mut field.expr);
            // `S { x }` became `S { x: placeholder }`.
            field.colon_token.get_or_insert_default();
        }
        if let Some(rest) = &mut struct_.rest {
            self.visit_expr_mut(rest);
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        let names = shadowed_names(&arm.pat).into_iter().collect();
        self.scoped(names, |k| {
            if let Some((_, guard)) = &mut arm.guard {
                k.inspecting(|k| k.visit_expr_mut(guard));
            }
            k.visit_expr_mut(&mut arm.body);
        });
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.scoped(HashSet::new(), |k| {
            for stmt in &mut block.stmts {
                k.visit_stmt_mut(stmt);
                if let syn::Stmt::Local(local) = stmt
                    && let Some(scope) = k.shadows.last_mut()
                {
                    scope.extend(shadowed_names(&local.pat));
                }
            }
        });
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        self.pure_ = false;
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if FORMATTING.contains(&name.as_str()) {
            return self.inspecting(|k| k.visit_format(mac));
        }
        self.visit_arguments(mac, &name);
    }

    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

impl Keeper<'_, '_> {
    fn visit_binary(&mut self, binary: &mut syn::ExprBinary) {
        use syn::BinOp::*;
        match binary.op {
            Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_) => {
                self.inspecting(|k| visit_mut::visit_expr_binary_mut(k, binary));
            }
            AddAssign(_) | SubAssign(_) | MulAssign(_) | DivAssign(_) | RemAssign(_)
            | BitXorAssign(_) | BitAndAssign(_) | BitOrAssign(_) | ShlAssign(_) | ShrAssign(_) => {
                self.note_assigned(&binary.left);
                visit_mut::visit_expr_binary_mut(self, binary);
            }
            _ => visit_mut::visit_expr_binary_mut(self, binary),
        }
    }

    /// What leaves the code that is kept would leave the derivative as well, whose reverse sweep is to
    /// come.
    fn refuse_leaving(&mut self, expr: &syn::Expr) {
        let (what, leaves) = match expr {
            syn::Expr::Try(_) => ("`?`", self.closures == 0),
            syn::Expr::Break(break_) => ("`break`", self.loops == 0 || break_.label.is_some()),
            syn::Expr::Continue(continue_) => {
                ("`continue`", self.loops == 0 || continue_.label.is_some())
            }
            _ => ("`return`", self.closures == 0),
        };
        if leaves {
            self.lowerer.reject(
                expr,
                format!("{what} inside of code that is kept as it stands"),
                "bind the value by `let` before, or write a `match`",
            );
        }
    }

    fn visit_method(&mut self, call: &mut syn::ExprMethodCall) {
        let name = call.method.to_string();
        let known = PURE_METHODS.contains(&name.as_str());
        if !known {
            self.pure_ = false;
            // It takes a value, which changes nothing.
            if name != "unwrap" && !self.looks_at_list(call) {
                self.note_write(&call.receiver);
            }
        }
        let looks = ["len", "is_empty", "is_nan", "is_finite", "is_some", "is_none", "to_bits"];
        if looks.contains(&name.as_str()) {
            self.inspecting(|k| k.visit_expr_mut(&mut call.receiver));
        } else {
            self.visit_expr_mut(&mut call.receiver);
        }
        for arg in &mut call.args {
            self.note_passed_on(arg);
            self.visit_expr_mut(arg);
        }
    }
}

/// Whether a method has the name of one of slices that looks for something.
fn inspects(call: &syn::ExprMethodCall) -> bool {
    call.method != "contains" && INSPECTING.iter().any(|known| call.method == known)
}

/// Whether a function is one of the runtime's, which the generator of code calls.
fn is_runtime(function: &syn::Expr) -> bool {
    matches!(function, syn::Expr::Path(path)
        if path.path.segments.first().is_some_and(|first| first.ident == "__rt"))
}

/// The name of the variable that a place expression is part of.
pub(super) fn root_name(expr: &syn::Expr) -> Option<&syn::Ident> {
    match expr {
        syn::Expr::Field(field) => root_name(&field.base),
        syn::Expr::Index(index) => root_name(&index.expr),
        syn::Expr::Unary(unary) => root_name(&unary.expr),
        syn::Expr::Paren(paren) => root_name(&paren.expr),
        // A position is no part of it.
        syn::Expr::MethodCall(call) if inspects(call) => None,
        syn::Expr::MethodCall(call) => root_name(&call.receiver),
        syn::Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// The names that a pattern binds.
pub fn bound_names(pat: &syn::Pat) -> Vec<String> {
    let mut names = shadowed_names(pat);
    // `None` and other constants are no bindings.
    names.retain(|name| !name.starts_with(char::is_uppercase));
    names
}

/// The names that a pattern binds, and those of constants in it: no local variable has them.
pub(super) fn shadowed_names(pat: &syn::Pat) -> Vec<String> {
    named(pat).into_iter().map(|pat| pat.ident.to_string()).collect()
}

/// The names in a pattern.
pub(super) fn named(pat: &syn::Pat) -> Vec<&syn::PatIdent> {
    struct Names<'p>(Vec<&'p syn::PatIdent>);
    impl<'p> syn::visit::Visit<'p> for Names<'p> {
        fn visit_pat_ident(&mut self, ident: &'p syn::PatIdent) {
            self.0.push(ident);
            syn::visit::visit_pat_ident(self, ident);
        }
        fn visit_expr(&mut self, _: &'p syn::Expr) {}
    }
    let mut names = Names(Vec::new());
    syn::visit::Visit::visit_pat(&mut names, pat);
    names.0
}
