//! Statements.

use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::pattern_syntax::mutable_names;
use super::written::parts_of_type;
use super::{Access, Binding, BodyItem, Kind, Lowered, Lowerer, TargetKind};
use crate::constants;
use crate::ir::{Expr, Operator, Origin, Place, Rvalue, Shape, StmtKind, Ty};
use crate::ops::Prim;
use crate::parse::Source;

impl Lowerer<'_> {
    /// Lowers the whole function; [`finish`](super::finish) completes it.
    pub fn lower_function(&mut self, source: &Source<'_>) {
        self.refuse_conditional_code(source);
        self.refuse_hiding_items(source);
        if self.refuse_mixed_names(source) {
            return;
        }
        let ty = self.lower_signature(source);
        let span = source.sig.ident.span();
        let value = self.lower_target(TargetKind::Body, None, &ty, span, |l, ty| {
            l.lower_scope(source.block, ty)
        });
        if !matches!(ty, Ty::Unit) {
            let value = match value {
                Lowered::Never => self.never(&ty, span),
                other => self.to_expr(other, span),
            };
            self.unify(&value.ty, &ty);
            self.check_result(&value.ty, &ty, span);
            self.function.results.push(value);
        }
    }

    /// The result of a function that does not return: any value of the type.
    fn never(&mut self, ty: &Ty, span: Span) -> Expr {
        match super::control::initial_value(ty, span) {
            Some(Rvalue::Expr(value)) => value,
            // A built value would need a statement, and none is reached.
            _ => {
                let never = match &self.signature.output {
                    syn::ReturnType::Type(_, ty) => quote::quote! {
                        { let never: #ty = ::core::unreachable!(); never }
                    },
                    syn::ReturnType::Default => quote::quote!(::core::unreachable!()),
                };
                self.opaque_tokens(never, ty.clone(), span)
            }
        }
    }

    /// A float of another type than the signature has.
    fn check_result(&mut self, found: &Ty, declared: &Ty, span: Span) {
        if let (Ty::Float(found), Ty::Float(declared)) =
            (self.infer.shallow(found), self.infer.shallow(declared))
            && found != declared
        {
            let text = format!("the result is a `{found}` where `{declared}` is declared");
            self.diagnostics.leave_to_rustc(span, text);
        }
    }

    /// Statements in order, in the current scope; the value of the last.
    pub fn lower_stmts(&mut self, stmts: &[syn::Stmt], want: &Ty) -> Lowered {
        self.declare_items(stmts);
        let mut value = Lowered::Unit;
        for (index, stmt) in stmts.iter().enumerate() {
            if self.diverged() {
                return Lowered::Never;
            }
            let last = index + 1 == stmts.len();
            value = match stmt {
                syn::Stmt::Local(local) => {
                    self.lower_local(local);
                    Lowered::Unit
                }
                syn::Stmt::Item(_) => Lowered::Unit,
                syn::Stmt::Expr(expr, None) if last => self.lower(expr, want),
                syn::Stmt::Expr(expr, _) => self.lower_effect(expr),
                syn::Stmt::Macro(mac) if last && mac.semi_token.is_none() => {
                    self.lower_macro(&mac.mac, want)
                }
                syn::Stmt::Macro(mac) => {
                    self.lower_macro(&mac.mac, &Ty::Unit);
                    Lowered::Unit
                }
            };
        }
        match self.diverged() {
            true => Lowered::Never,
            false => value,
        }
    }

    /// An expression for its effect.
    fn lower_effect(&mut self, expr: &syn::Expr) -> Lowered {
        let own = self.lower_own_effect(expr, &Ty::Unit);
        match own.unwrap_or_else(|| self.lower(expr, &Ty::Unit)) {
            Lowered::Never => Lowered::Never,
            _ => Lowered::Unit,
        }
    }

    /// Items are visible in the whole block.
    fn declare_items(&mut self, stmts: &[syn::Stmt]) {
        for stmt in stmts {
            let syn::Stmt::Item(item) = stmt else { continue };
            match item {
                syn::Item::Fn(function) => {
                    let name = &function.sig.ident;
                    if *name == self.function.name && self.self_ty.is_none() {
                        self.reject(
                            name,
                            "a function in the body has the name of the function itself, by which its \
                             derivatives are found",
                            "give it another name",
                        );
                    }
                    self.scopes
                        .bind(name.to_string(), Binding::Function(Rc::new(function.sig.clone())));
                }
                syn::Item::Const(constant) => self.scopes.bind(
                    constant.ident.to_string(),
                    Binding::Const(Rc::new((*constant.ty).clone())),
                ),
                syn::Item::Type(alias) => {
                    self.aliases.insert(alias.ident.to_string(), (*alias.ty).clone());
                }
                syn::Item::Static(static_) => {
                    self.reject(
                        static_.static_token,
                        "a `static` cannot be used in differentiated code",
                        "use a `const`, or pass the value as an argument",
                    );
                }
                _ => {}
            }
            self.keep_item(item);
        }
    }

    /// Once, however often a closure that it stands in is inlined.
    pub(super) fn keep_item(&mut self, item: &syn::Item) {
        let depth = self.depth;
        match self.items.iter_mut().find(|known| known.item == *item) {
            Some(known) => known.depth = known.depth.max(depth),
            None => self.items.push(BodyItem { item: item.clone(), depth }),
        }
    }

    fn lower_local(&mut self, local: &syn::Local) {
        let errors = self.diagnostics.len();
        if constants::is_marked(&local.attrs) {
            return self.lower_constant(local);
        }
        let (pat, annotated) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, self.ty_of_let(&typed.ty)),
            pat => (pat, self.infer.fresh(Kind::Any)),
        };
        if self.diagnostics.len() > errors {
            return self.bind_poison(pat);
        }
        let written = match &local.pat {
            syn::Pat::Type(typed) => Some(&*typed.ty),
            _ => None,
        };
        let Some(init) = &local.init else {
            return self.declare_later(pat, annotated, written);
        };
        if let Some((_, els)) = &init.diverge {
            let value = (&*init.expr, &annotated);
            return self.lower_let_else(pat, value, written, (els, local.let_token.span));
        }
        let own = match pat {
            syn::Pat::Wild(_) => self.lower_own_effect(&init.expr, &annotated),
            _ => None,
        };
        let value = match own.or_else(|| self.kept_range(&init.expr)) {
            Some(value) => value,
            None => self.lower(&init.expr, &annotated),
        };
        if !self.diverged() {
            let value = self.annotate(value, &annotated);
            self.note_written(&value, written);
            if matches!(pat, syn::Pat::Ident(ident) if ident.mutability.is_some()) {
                self.note_iterator(&value, &init.expr);
            }
            let value = self.by_reference([pat], &init.expr, value);
            self.bind(pat, value);
        }
    }

    /// `#[constant] let mut random = Random::new(seed);`: kept as it stands, and without derivative.
    fn lower_constant(&mut self, local: &syn::Local) {
        self.check_constant(&local.attrs);
        let (pat, ty) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(typed.ty.clone())),
            pat => (pat, None),
        };
        let errors = self.diagnostics.len();
        let known = ty.as_ref().map(|ty| self.ty(ty));
        // It may be what no other variable is: a pointer to what is shared, a cell.
        self.diagnostics.truncate(errors);
        if let (Some(ty), Some(known)) = (&ty, &known)
            && !matches!(known, Ty::Adt(_) | Ty::Inert(_) | Ty::Unknown)
        {
            self.reject(
                ty,
                "`#[constant]` is for values of types without a derivative",
                "remove it; to cut a derivative, write `chainrule::detach(..)`",
            );
            return self.bind_poison(pat);
        }
        match &local.init {
            Some(init) if init.diverge.is_none() => {
                let changes = !mutable_names(pat).is_empty();
                let value = match self.lower_marked(&init.expr) {
                    Some(part) => self.annotate(part, &known.unwrap_or(Ty::Unknown)),
                    None if changes || ty.is_some() => self.opaque(&init.expr, &Ty::Inert(ty)),
                    None => self.lower_unchanging(&init.expr),
                };
                self.bind(pat, value);
            }
            _ => {
                self.reject(
                    local.let_token,
                    "a constant without a value of its own",
                    "write `#[constant] let name = value;`",
                );
                self.bind_poison(pat);
            }
        }
    }

    /// A constant that stays as it is: a list is seen through, so that it is walked by index, and of what
    /// other code gives, its uses tell the type.
    fn lower_unchanging(&mut self, expr: &syn::Expr) -> Lowered {
        let ty = self.fresh();
        let errors = self.diagnostics.len();
        let (kept, block) = self.in_block(|l| l.opaque(expr, &ty));
        if self.diagnostics.len() == errors && is_list(expr) {
            return self.or_as_it_stands(expr, &ty, |l| l.lower(expr, &ty));
        }
        self.splice(block);
        kept
    }

    /// `let y;`
    fn declare_later(&mut self, pat: &syn::Pat, ty: Ty, written: Option<&syn::Type>) {
        let pat = super::control::peel_pat(pat);
        if let syn::Pat::Tuple(tuple) = pat {
            return self.declare_parts_later(tuple, &ty, written);
        }
        let syn::Pat::Ident(ident) = pat else {
            self.reject(pat, "a pattern without a value", "declare the names one by one");
            self.bind_poison(pat);
            return;
        };
        let mutable = ident.mutability.is_some();
        let place = self.declare(&ident.ident, ty, mutable, None);
        self.declare_written(place.root, written);
        self.bind_var(&ident.ident.to_string(), place.root, Access::Owned);
    }

    /// `let (mut p, mut q);`
    fn declare_parts_later(&mut self, tuple: &syn::PatTuple, ty: &Ty, written: Option<&syn::Type>) {
        let types = match self.infer.shallow(ty) {
            Ty::Tuple(types) => types,
            _ => Vec::new(),
        };
        let written = parts_of_type(written);
        for (index, pat) in tuple.elems.iter().enumerate() {
            let ty = types.get(index).cloned().unwrap_or_else(|| self.fresh());
            self.declare_later(pat, ty, written.get(index).copied());
        }
    }

    /// `place = value`.
    pub fn lower_assign(&mut self, assign: &syn::ExprAssign) -> Lowered {
        let left = super::place::peel(&assign.left);
        if let syn::Expr::Infer(_) = left {
            self.lower(&assign.right, &Ty::Unknown);
            return Lowered::Unit;
        }
        if let syn::Expr::Tuple(tuple) = left {
            return self.assign_parts(&tuple.elems.iter().collect::<Vec<_>>(), &assign.right);
        }
        if let syn::Expr::Array(array) = left {
            return self.assign_parts(&array.elems.iter().collect::<Vec<_>>(), &assign.right);
        }
        if let Some(assigned) = self.lower_window_assign(assign) {
            return assigned;
        }
        let ty = self.fresh();
        if let Some(known) = self.type_of_simple(left) {
            self.unify(&ty, &known);
        }
        let value = self.lower(&assign.right, &ty);
        let written = self.written_of(left);
        self.note_written(&value, written.as_deref());
        let span = assign.eq_token.span;
        let mut value = self.to_rvalue(value, assign.right.span());
        if self.diverged() {
            return Lowered::Never;
        }
        if let Some(place) = self.after(value.operands_mut(), |l| l.target_place(left)) {
            self.assign(place, value, span);
        }
        Lowered::Unit
    }

    /// The type of a local variable, to expect from what is assigned to it.
    fn type_of_simple(&self, expr: &syn::Expr) -> Option<Ty> {
        self.owned_local(expr).map(|place| place.ty.clone())
    }

    pub(super) fn owned_local(&self, expr: &syn::Expr) -> Option<&Place> {
        let syn::Expr::Path(path) = expr else { return None };
        match self.scopes.find(&path.path.get_ident()?.to_string())? {
            Binding::Local { value: Lowered::Place(place, Access::Owned), .. } => Some(place),
            _ => None,
        }
    }

    /// The place on the left-hand side of an assignment.
    pub fn target_place(&mut self, expr: &syn::Expr) -> Option<Place> {
        let rebinds = matches!(super::place::peel(expr), syn::Expr::Path(_));
        // `c.borrow_mut().n`, `*v` after `let v = c.get_mut();`: what a call gives, which the name here is a copy of.
        let is_copy = |l: &Self, place: &Place| {
            let var = l.function.var(place.root);
            let declared = var.origin == Origin::User && rebinds;
            !var.mutable && !declared && l.function.param(place.root).is_none()
        };
        match self.lower(expr, &Ty::Unknown) {
            Lowered::Place(place, _) if self.is_payload_of_kept(&place) => {
                self.refuse_change_of_payload(expr);
                None
            }
            Lowered::Place(place, _) if is_copy(self, &place) => {
                // What was refused before may be why.
                if self.diagnostics.is_empty() {
                    self.reject(
                        expr,
                        "what this assigns to is not known in differentiated code",
                        "assign to a variable, a field or an element",
                    );
                }
                None
            }
            Lowered::Place(place, Access::Owned) => Some(place),
            Lowered::Place(place, _) if !rebinds => Some(place),
            Lowered::Never => None,
            value if self.is_poisoned(&value) => None,
            _ if rebinds => {
                self.reject(
                    expr,
                    "a name for a reference cannot be given another one",
                    "bind a new name by `let`, or use an index",
                );
                None
            }
            _ => {
                self.reject(
                    expr,
                    "what this assigns to is not known in differentiated code",
                    "assign to a variable, a field or an element",
                );
                None
            }
        }
    }

    /// Appends an assignment; `a = a + e` of floats accumulates.
    pub fn assign(&mut self, place: Place, value: Rvalue, span: Span) {
        let ty = self.rvalue_ty(&value);
        self.unify(&place.ty, &ty);
        self.constant.remove(&place.root);
        self.note_cut(place.root, &value);
        self.note_poison(place.root, &value);
        self.push(StmtKind::Assign { place, value }, span);
    }

    /// `(a, b) = (b, a)`, `[a, b] = [b, a]`.
    fn assign_parts(&mut self, places: &[&syn::Expr], value: &syn::Expr) -> Lowered {
        let lowered = self.lower(value, &Ty::Unknown);
        let parts = match lowered {
            Lowered::Tuple(parts) => parts,
            Lowered::Built(Rvalue::Aggregate { shape: Shape::Array, fields, .. }) => {
                fields.into_iter().map(Lowered::Value).collect()
            }
            other => {
                let (place, _) = self.to_place(other, value.span());
                let place = self.freeze(place);
                let array = matches!(self.infer.shallow(&place.ty), Ty::Array(..));
                let part = |l: &mut Self, index: usize| match array {
                    true => {
                        let index = Expr::int(index as u128, Ty::usize(), value.span());
                        l.element_of(place.clone(), index)
                    }
                    false => l.field(place.clone(), &syn::Member::from(index), value.span()),
                };
                (0..places.len())
                    .map(|index| Lowered::Place(part(self, index), Access::Owned))
                    .collect()
            }
        };
        let saved: Vec<Expr> = parts
            .into_iter()
            .map(|part| {
                let value = self.to_expr(part, value.span());
                self.temp("new", value)
            })
            .collect();
        for (place, value) in places.iter().zip(saved) {
            if let syn::Expr::Infer(_) = place {
                continue;
            }
            if let Some(place) = self.target_place(place) {
                let span = value.span;
                self.assign(place, Rvalue::Expr(value), span);
            }
        }
        Lowered::Unit
    }

    /// `place op= value`.
    pub fn lower_compound(
        &mut self,
        left: &syn::Expr,
        prim: Prim,
        right: &syn::Expr,
        span: Span,
    ) -> Lowered {
        let want = match prim {
            Prim::Shl | Prim::Shr => self.fresh(),
            _ => self.type_of_simple(left).unwrap_or(Ty::Unknown),
        };
        // A factor of a struct is none.
        let want = match prim {
            Prim::Add | Prim::Sub => want,
            _ if self.is_struct(&want) => Ty::Unknown,
            _ => want,
        };
        // Of two numbers the right one is evaluated first.
        let (mut value, block) = self.in_block(|l| l.operand_of(right, &want));
        let written = |place: &Place| {
            let mut written = false;
            let mut visit = |root| written |= block.writes(root);
            place.operands().for_each(|operand| operand.for_each_root(&mut visit));
            written
        };
        let (place, left_block) = self.in_block(|l| l.target_place(left));
        let right_changes = place.as_ref().is_some_and(written);
        self.splice(block);
        let mut before = self.position();
        self.splice(left_block);
        let left_changes = self.changed_since(before);
        if left_changes {
            self.save_lowered(&mut before, &mut value);
        }
        let Some(place) = place else { return Lowered::Never };
        let operands = [Lowered::Place(place.clone(), Access::Owned), value];
        if let Some(plain) = Operator::of_prim(prim)
            && let Some(operator) = plain.assigning()
            && self.is_of_structs(&operands.each_ref(), &want)
        {
            if left_changes || right_changes {
                return self.reject(
                    right,
                    "an operand of this operator changes what the other one reads",
                    "bind it by `let` before",
                );
            }
            self.learn_summands(plain, &operands);
            let [_, value] = operands;
            return self.call_assigning_operator(operator, place, value, right, span);
        }
        let [_, value] = operands;
        let value = self.to_expr(value, right.span());
        self.unify(&value.ty, &want);
        if !matches!(prim, Prim::Shl | Prim::Shr) {
            self.unify(&place.ty, &value.ty);
        }
        self.push_compound(place, prim, value, span);
        Lowered::Unit
    }

    /// `place op= value;`
    fn push_compound(&mut self, place: Place, prim: Prim, value: Expr, span: Span) {
        self.constant.remove(&place.root);
        let ty = place.ty.clone();
        let is_float = self.infer.resolve(&ty).is_float() || self.infer.kind(&ty) == Kind::Float;
        match prim {
            Prim::Add if is_float => self.push(StmtKind::Accumulate { place, value }, span),
            Prim::Sub if is_float => {
                let value = Expr::prim(Prim::Neg, vec![value], ty, span);
                self.push(StmtKind::Accumulate { place, value }, span);
            }
            _ => {
                let place = self.freeze(place);
                let old = Expr::read(place.clone());
                let value = self.arithmetic(prim, old, value, span);
                self.push(StmtKind::Assign { place, value: Rvalue::Expr(value) }, span);
            }
        }
    }
}

/// Whether an expression lists the elements of an array or `Vec`.
fn is_list(expr: &syn::Expr) -> bool {
    match super::place::peel(expr) {
        syn::Expr::Array(_) | syn::Expr::Repeat(_) => true,
        syn::Expr::Macro(call) => call.mac.path.is_ident("vec"),
        syn::Expr::Reference(reference) => is_list(&reference.expr),
        _ => false,
    }
}
