//! The end of lowering: types get their final form, and what exits left behind is tidied up.
//!
//! 1. Operands of arithmetic whose type stayed unknown are reported.
//! 2. Every type is resolved.
//! 3. Flags that nobody reads are removed, with their assignments.
//! 4. A variable declared without a value, that not every path assigns, gets an initial one.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;

use super::block::assigns;
use super::control::initial_value;
use super::held::hold;
use super::result::default_result;
use super::stored::{as_stored, sized};
use super::{Infer, Kind, Lowerer, Output};
use crate::ir::{
    Arg, Block, Expr, ExprKind, FloatTy, Function, LoopKind, Opaque, Place, Role, Rvalue, Shape,
    StmtKind, Ty, VarId, VarSet,
};
use crate::transform::visit::{places_in, places_mut};

impl Lowerer<'_> {
    /// Completes the function.
    pub(super) fn finish(mut self) -> Output {
        let mut body = std::mem::replace(&mut self.open, super::OpenBlock::new()).close();
        self.own_kept(&mut body);
        self.note_types_decided_elsewhere(&body);
        self.settle_casts();
        self.report_unknown_receivers();
        self.report_unknown_bits();
        let only_float = self.only_float();
        self.report_unknown_operands(only_float.as_ref());
        let mut finish = Finish { infer: &mut self.infer, only_float, stored: Vec::new() };
        let params = self.function.params.iter().map(|param| param.var).collect::<VarSet>();
        for (id, var) in self.function.vars.iter_mut().enumerate() {
            finish.ty(&mut var.ty);
            let is_param = params.contains(&VarId(id as u32));
            if !is_param {
                let of_copies = var.of_references().is_none();
                sized(&mut var.ty, of_copies);
            }
            finish.stored.push((!is_param).then(|| var.ty.clone()));
        }
        finish.block(&mut body);
        for result in &mut self.function.results {
            finish.expr(result);
        }
        self.remove_unread(&mut body);
        let mut late = Vec::new();
        self.initialise(&mut body, &mut late);
        for var in late {
            if !hold(&mut self.function, &mut body, var) {
                self.refuse_late(var);
            }
        }
        self.check_inert(&mut body);
        self.check_marked(&mut body);
        self.check_listed(&mut body);
        self.function.body = body;
        constants_without_derivative(&mut self.function);
        Output { function: self.function, items: self.items }
    }

    /// Types that flow from and to code that is kept as it stands, calls and struct fields.
    fn note_types_decided_elsewhere(&mut self, body: &Block) {
        self.infer.note_fields();
        let mut types = Vec::new();
        self.types_decided_elsewhere(body, &mut types);
        for ty in types {
            self.infer.note_decided_elsewhere(&ty);
        }
    }

    fn types_decided_elsewhere(&self, block: &Block, types: &mut Vec<Ty>) {
        let of = |var: &VarId| self.function.var(*var).ty.clone();
        for stmt in &block.stmts {
            for_each_expr(&stmt.kind, &mut |expr| opaque_types(expr, &of, types));
            match &stmt.kind {
                StmtKind::Opaque { code, writes } if !writes.is_empty() || calls(&code.tokens) => {
                    types.extend(code.reads.iter().chain(writes).map(of));
                }
                StmtKind::Call(call) => {
                    types.extend(call.results.iter().map(of));
                    for arg in &call.args {
                        match arg {
                            Arg::Value(value) => types.push(value.ty.clone()),
                            Arg::Ref(place) | Arg::RefMut(place) => types.push(place.ty.clone()),
                            Arg::Opaque(code) => types.extend(code.reads.iter().map(of)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            for nested in stmt.kind.blocks() {
                self.types_decided_elsewhere(nested, types);
            }
        }
    }

    /// The float type of the function, if there is one choice: the only one that it names, or `f64`
    /// where it names none, as for a literal. Rustc checks it by the types of the derived code.
    fn only_float(&mut self) -> Option<FloatTy> {
        let mut found: Vec<FloatTy> = self.floats.iter().cloned().map(FloatTy::Param).collect();
        let types: Vec<Ty> = self.function.vars.iter().map(|var| var.ty.clone()).collect();
        for ty in types {
            let ty = self.infer.resolve(&ty);
            collect_floats(&ty, &mut found);
        }
        match &found[..] {
            [] => Some(self.float_of_structs()),
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// The float that the first name stands for, or is made of, that stands for another type; or that the
    /// first active struct is made of; without one, `f64`.
    fn float_of_structs(&mut self) -> FloatTy {
        if let Some(named) = self.infer.named_float() {
            return FloatTy::Of(Box::new(named));
        }
        let active = self.function.params.iter().filter(|param| param.role == Role::Active);
        let params: Vec<VarId> = active.map(|param| param.var).collect();
        let others = (0..self.function.vars.len() as u32).map(VarId);
        for var in params.into_iter().chain(others) {
            let ty = self.function.var(var).ty.clone();
            if let Some(ty) = first_struct(&self.infer.resolve(&ty)) {
                return FloatTy::Of(ty);
            }
        }
        FloatTy::F64
    }

    /// What is cast is not of the type it is cast to: a float that is not known is the other one, which
    /// rustc checks. A number may as well be an integer.
    fn settle_casts(&mut self) {
        for (value, name, to) in std::mem::take(&mut self.casts) {
            if !self.infer.is_decided_elsewhere(&value.ty) {
                continue;
            }
            match (self.infer.kind(&value.ty), to) {
                (Kind::Float, FloatTy::F64) => self.unify(&value.ty, &Ty::Float(FloatTy::F32)),
                (Kind::Float, FloatTy::F32) => self.unify(&value.ty, &Ty::F64),
                (Kind::Number, _) => self.report_unknown(value.span, name),
                _ => {}
            }
        }
    }

    /// Reports a value whose type would have to be known.
    pub(super) fn report_unknown(&mut self, span: Span, name: Option<String>) {
        let (what, help) = match name {
            Some(field) if field.contains('.') => {
                (format!("`{field}`"), format!("bind `{field}` by `let` with its type"))
            }
            Some(name) => (format!("`{name}`"), format!("annotate `{name}`")),
            None => ("this value".to_owned(), "bind it by `let` with its type".to_owned()),
        };
        self.diagnostics
            .error_at(span, format!("the type of {what} cannot be told here"))
            .help(format!("{help}: its type decides its derivative"));
    }

    fn report_unknown_operands(&mut self, only_float: Option<&FloatTy>) {
        if only_float.is_some() || !self.diagnostics.is_empty() {
            return;
        }
        let mut reported = HashSet::new();
        for (ty, span, name) in std::mem::take(&mut self.operands) {
            let unknown = matches!(self.infer.shallow(&ty), Ty::Infer(_));
            if unknown && self.infer.kind(&ty) == Kind::Number && reported.insert(name.clone()) {
                self.report_unknown(span, name);
            }
        }
    }

    /// Removes flags and join variables that are never read, until none is left.
    fn remove_unread(&mut self, body: &mut Block) {
        loop {
            let mut read = VarSet::new();
            reads(body, &mut read);
            for result in &self.function.results {
                result.for_each_root(&mut |root| {
                    read.insert(root);
                });
            }
            let unread: VarSet =
                self.flags.iter().copied().filter(|flag| !read.contains(flag)).collect();
            let before = self.flags.len();
            self.flags.retain(|flag| !unread.contains(flag));
            remove(body, &unread, &read);
            if self.flags.len() == before {
                return;
            }
        }
    }

    /// Gives initial values where rustc could not see that every path assigns. Variables of types without
    /// one are added to `late`.
    fn initialise(&mut self, block: &mut Block, late: &mut Vec<VarId>) {
        for index in 0..block.stmts.len() {
            let (head, rest) = block.stmts.split_at_mut(index + 1);
            let stmt = &mut head[index];
            if let StmtKind::Let { var, value: value @ None } = &mut stmt.kind {
                let rest = Block { stmts: rest.to_vec() };
                if !assigns(&rest, *var) {
                    *value = self.initial(*var);
                    late.extend(value.is_none().then_some(*var));
                }
            }
            for nested in stmt.kind.blocks_mut() {
                self.initialise(nested, late);
            }
        }
    }

    fn initial(&mut self, var: VarId) -> Option<Rvalue> {
        let declared = &mut self.function.vars[var.0 as usize];
        declared.mutable = true;
        let (ty, span) = (declared.ty.clone(), declared.span);
        match self.is_result(&ty) {
            true if self.has_default(&ty) => Some(Rvalue::Expr(default_result(ty, span))),
            true => None,
            false => initial_value(&ty, span),
        }
    }

    fn refuse_late(&mut self, var: VarId) {
        let span = self.function.var(var).span;
        self.diagnostics
            .error_at(
                span,
                "this value is left by an early exit, and its type has no plain zero to start from",
            )
            .help("declare a `let mut` variable with an initial value before, and assign to it");
    }
}

/// Whether code calls a function or method, which may decide the types of its arguments; printing
/// and comparing do not.
fn calls(tokens: &TokenStream) -> bool {
    let mut after_name = false;
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => {
            let call = after_name && group.delimiter() == Delimiter::Parenthesis;
            after_name = false;
            call || calls(&group.stream())
        }
        token => {
            after_name = matches!(token, TokenTree::Ident(_));
            false
        }
    })
}

/// The types that opaque code inside an expression gives and takes.
fn opaque_types(expr: &Expr, of: &impl Fn(&VarId) -> Ty, types: &mut Vec<Ty>) {
    for_each_code(expr, &mut |code, ty| {
        types.push(ty.clone());
        types.extend(code.reads.iter().map(of));
    });
}

/// Visits the code in an expression that is kept as it stands, with the types of what it gives.
pub(super) fn for_each_code(expr: &Expr, visit: &mut impl FnMut(&Opaque, &Ty)) {
    match &expr.kind {
        ExprKind::Opaque(code) => visit(code, &expr.ty),
        ExprKind::Prim(_, args) => args.iter().for_each(|arg| for_each_code(arg, visit)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => for_each_code(inner, visit),
        ExprKind::Read(place) | ExprKind::Len(place) => {
            place.operands().for_each(|operand| for_each_code(operand, visit));
        }
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => {}
    }
}

fn collect_floats(ty: &Ty, found: &mut Vec<FloatTy>) {
    match ty {
        Ty::Float(float) if !found.contains(float) => found.push(float.clone()),
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            collect_floats(elem, found);
        }
        Ty::Tuple(elems) => elems.iter().for_each(|elem| collect_floats(elem, found)),
        // `Complex<f32>`.
        Ty::Adt(ty) => {
            let named = [("f32", FloatTy::F32), ("f64", FloatTy::F64)];
            let tokens = ty.to_token_stream().to_string();
            for (name, float) in named {
                let written = tokens.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
                if written && !found.contains(&float) {
                    found.push(float);
                }
            }
        }
        _ => {}
    }
}

fn first_struct(ty: &Ty) -> Option<Box<syn::Type>> {
    match ty {
        Ty::Adt(ty) => Some(ty.clone()),
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            first_struct(elem)
        }
        Ty::Tuple(elems) => elems.iter().find_map(first_struct),
        _ => None,
    }
}

/// Collects the variables that are read.
fn reads(block: &Block, read: &mut VarSet) {
    for stmt in &block.stmts {
        for_each_expr(&stmt.kind, &mut |expr| {
            expr.for_each_root(&mut |root| {
                read.insert(root);
            });
        });
        match &stmt.kind {
            StmtKind::Loop(loop_) => read.extend(loop_.exit),
            StmtKind::Assign { place, .. } if place.is_var().is_none() => {
                read.insert(place.root);
            }
            StmtKind::Opaque { code, writes } => {
                read.extend(&code.reads);
                read.extend(writes);
            }
            StmtKind::Accumulate { place, .. }
            | StmtKind::Fill { place, .. }
            | StmtKind::VecPush { vec: place, .. }
            | StmtKind::VecPop { vec: place, .. } => {
                read.insert(place.root);
            }
            StmtKind::Swap { a, b } => read.extend([a.root, b.root]),
            StmtKind::Call(call) => {
                for arg in &call.args {
                    match arg {
                        Arg::Ref(place) | Arg::RefMut(place) => read.extend([place.root]),
                        Arg::Opaque(code) => read.extend(&code.reads),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        for nested in stmt.kind.blocks() {
            reads(nested, read);
        }
    }
}

/// Removes the assignments to `flags`, their declarations, declarations of variables that are
/// neither assigned nor read, and `if`s that have become empty.
fn remove(block: &mut Block, flags: &VarSet, read: &VarSet) {
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(|nested| remove(nested, flags, read));
    }
    let mut assigned = VarSet::new();
    assignments(block, &mut assigned);
    block.stmts.retain(|stmt| match &stmt.kind {
        StmtKind::Let { var, value: None } => assigned.contains(var) || read.contains(var),
        StmtKind::Let { var, .. } => !flags.contains(var),
        StmtKind::Assign { place, .. } => !place.is_var().is_some_and(|var| flags.contains(&var)),
        StmtKind::If { then, els, .. } => !(then.stmts.is_empty() && els.stmts.is_empty()),
        _ => true,
    });
}

fn assignments(block: &Block, assigned: &mut VarSet) {
    for stmt in &block.stmts {
        if let StmtKind::Assign { place, .. } = &stmt.kind {
            assigned.insert(place.root);
        }
        stmt.kind.blocks().for_each(|nested| assignments(nested, assigned));
    }
}

/// Visits the expressions of a statement itself, those in its places included.
pub(super) fn for_each_expr<'s>(stmt: &'s StmtKind, visit: &mut impl FnMut(&'s Expr)) {
    let mut places: Vec<&'s Place> = Vec::new();
    match stmt {
        StmtKind::Let { value, .. } => {
            value.iter().flat_map(Rvalue::operands).for_each(&mut *visit);
        }
        StmtKind::Assign { place, value } => {
            places.push(place);
            value.operands().into_iter().for_each(&mut *visit);
        }
        StmtKind::Accumulate { place, value } | StmtKind::Fill { place, value } => {
            places.push(place);
            visit(value);
        }
        StmtKind::If { cond, .. } => visit(cond),
        StmtKind::Switch { tag, .. } => visit(tag),
        StmtKind::Loop(loop_) => match &loop_.kind {
            LoopKind::For { start, end, step, .. } => {
                [Some(start), Some(end), step.as_ref()].into_iter().flatten().for_each(&mut *visit);
            }
            LoopKind::While { cond } => visit(cond),
            LoopKind::Forever => {}
        },
        StmtKind::Call(call) => {
            for arg in &call.args {
                match arg {
                    Arg::Value(value) => visit(value),
                    Arg::Ref(place) | Arg::RefMut(place) => places.push(place),
                    _ => {}
                }
            }
        }
        StmtKind::Swap { a, b } => places.extend([a, b]),
        StmtKind::VecPush { vec, value } => {
            places.push(vec);
            visit(value);
        }
        StmtKind::VecPop { vec, .. } => places.push(vec),
        StmtKind::Push { .. } | StmtKind::Pop { .. } | StmtKind::Opaque { .. } => {}
    }
    places.into_iter().flat_map(Place::operands).for_each(visit);
}

/// A struct that is constant has no derivative type, for all that can be told.
fn constants_without_derivative(function: &mut Function) {
    for param in function.params.clone() {
        let Ty::Adt(ty) = &function.var(param.var).ty else { continue };
        if param.role != Role::Inactive {
            continue;
        }
        let inert = Ty::Inert(Some(ty.clone()));
        let mut whole = |place: &mut Place| {
            if place.is_var() == Some(param.var) {
                place.ty = inert.clone();
            }
        };
        places_mut(&mut function.body, &mut whole);
        function.results.iter_mut().for_each(|result| places_in(result, &mut whole));
        function.vars[param.var.0 as usize].ty = inert;
    }
}

/// Fills in the final types.
struct Finish<'i> {
    infer: &'i mut Infer,
    only_float: Option<FloatTy>,
    /// The types of variables that are not arguments.
    stored: Vec<Option<Ty>>,
}

impl Finish<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        *ty = self.infer.finish(ty, self.only_float.as_ref());
    }

    fn block(&mut self, block: &mut Block) {
        for stmt in &mut block.stmts {
            self.stmt(&mut stmt.kind);
            stmt.kind.blocks_mut().for_each(|nested| self.block(nested));
        }
    }

    fn stmt(&mut self, stmt: &mut StmtKind) {
        match stmt {
            StmtKind::Let { value, .. } => value.iter_mut().for_each(|value| self.rvalue(value)),
            StmtKind::Assign { place, value } => {
                self.place(place);
                self.rvalue(value);
            }
            StmtKind::Accumulate { place, value }
            | StmtKind::Fill { place, value }
            | StmtKind::VecPush { vec: place, value } => {
                self.place(place);
                self.expr(value);
            }
            StmtKind::If { cond, .. } => self.expr(cond),
            StmtKind::Switch { tag, .. } => self.expr(tag),
            StmtKind::Loop(loop_) => match &mut loop_.kind {
                LoopKind::For { start, end, step, .. } => {
                    [Some(start), Some(end), step.as_mut()]
                        .into_iter()
                        .flatten()
                        .for_each(|bound| self.expr(bound));
                }
                LoopKind::While { cond } => self.expr(cond),
                LoopKind::Forever => {}
            },
            StmtKind::Call(call) => {
                for arg in &mut call.args {
                    match arg {
                        Arg::Value(value) => self.expr(value),
                        Arg::Ref(place) | Arg::RefMut(place) => self.place(place),
                        _ => {}
                    }
                }
            }
            StmtKind::Swap { a, b } => {
                self.place(a);
                self.place(b);
            }
            StmtKind::VecPop { vec, .. } => self.place(vec),
            StmtKind::Push { .. } | StmtKind::Pop { .. } | StmtKind::Opaque { .. } => {}
        }
    }

    fn rvalue(&mut self, value: &mut Rvalue) {
        match value {
            Rvalue::Expr(expr) => self.expr(expr),
            Rvalue::Aggregate { shape, fields, ty } => {
                if let Shape::VecWithCapacity(capacity) = shape {
                    self.expr(capacity);
                }
                fields.iter_mut().for_each(|field| self.expr(field));
                self.ty(ty);
                sized(ty, true);
            }
            Rvalue::Repeat { value, len, ty } => {
                self.expr(value);
                self.expr(len);
                self.ty(ty);
                sized(ty, true);
            }
            Rvalue::ZeroLike(place) => self.place(place),
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        self.ty(&mut expr.ty);
        match &mut expr.kind {
            ExprKind::Read(place) => {
                self.place(place);
                as_stored(&mut expr.ty, &place.ty);
            }
            ExprKind::Len(place) => self.place(place),
            ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| self.expr(arg)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => self.expr(inner),
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => {}
        }
    }

    fn place(&mut self, place: &mut Place) {
        self.ty(&mut place.ty);
        let stored = self.stored.get(place.root.0 as usize).and_then(Option::as_ref);
        if let Some(stored) = stored.and_then(|ty| ty.projected(&place.path)) {
            as_stored(&mut place.ty, &stored);
        }
        place.operands_mut().for_each(|operand| self.expr(operand));
    }
}
