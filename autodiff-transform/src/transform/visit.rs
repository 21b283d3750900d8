//! Walks over the expressions of statements.

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, ExprKind, LoopKind, Opaque, Place, Rvalue, Shape, StmtKind, VarId,
};

/// Calls `visit` with every outermost expression of the statement, those in places included, blocks
/// left aside.
pub fn exprs_mut(kind: &mut StmtKind, visit: &mut impl FnMut(&mut Expr)) {
    match kind {
        StmtKind::Let { value: Some(value), .. } => rvalue(value, visit),
        StmtKind::Let { value: None, .. } => {}
        StmtKind::Assign { place: to, value } => {
            place(to, visit);
            rvalue(value, visit);
        }
        StmtKind::Accumulate { place: to, value }
        | StmtKind::Fill { place: to, value }
        | StmtKind::VecPush { vec: to, value } => {
            place(to, visit);
            visit(value);
        }
        StmtKind::If { cond, .. } => visit(cond),
        StmtKind::Switch { tag, .. } => visit(tag),
        StmtKind::Loop(loop_) => match &mut loop_.kind {
            LoopKind::For { start, end, step, .. } => {
                visit(start);
                visit(end);
                step.iter_mut().for_each(visit);
            }
            LoopKind::While { cond } => visit(cond),
            LoopKind::Forever => {}
        },
        StmtKind::Call(call) => call.args.iter_mut().for_each(|argument| arg(argument, visit)),
        StmtKind::Swap { a, b } => {
            place(a, visit);
            place(b, visit);
        }
        StmtKind::VecPop { vec, .. } => place(vec, visit),
        StmtKind::Push { values: places, .. } | StmtKind::Pop { into: places, .. } => {
            places.iter_mut().for_each(|it| place(it, visit));
        }
        StmtKind::Opaque { .. } => {}
    }
}

fn place(place: &mut Place, visit: &mut impl FnMut(&mut Expr)) {
    for operand in place.operands_mut() {
        visit(operand);
    }
}

fn rvalue(value: &mut Rvalue, visit: &mut impl FnMut(&mut Expr)) {
    match value {
        Rvalue::Expr(expr) => visit(expr),
        Rvalue::Aggregate { shape, fields, .. } => {
            if let Shape::VecWithCapacity(capacity) = shape {
                visit(capacity);
            }
            fields.iter_mut().for_each(visit);
        }
        Rvalue::Repeat { value, len, .. } => {
            visit(value);
            visit(len);
        }
        Rvalue::ZeroLike(like) => place(like, visit),
    }
}

fn arg(argument: &mut Arg, visit: &mut impl FnMut(&mut Expr)) {
    match argument {
        Arg::Value(expr) => visit(expr),
        Arg::Ref(it) | Arg::RefMut(it) => place(it, visit),
        Arg::Active(inner) => arg(inner, visit),
        Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => {}
    }
}

/// Puts the value that `values` has for a variable in place of each read of the whole of it; how
/// often it did.
pub fn substitute<'v>(expr: &mut Expr, values: &impl Fn(VarId) -> Option<&'v Expr>) -> usize {
    match &mut expr.kind {
        ExprKind::Read(from) if from.path.is_empty() => match values(from.root) {
            Some(value) => {
                *expr = Expr { span: expr.span, ..value.clone() };
                1
            }
            None => 0,
        },
        ExprKind::Read(from) | ExprKind::Len(from) => {
            from.operands_mut().map(|operand| substitute(operand, values)).sum()
        }
        ExprKind::Prim(_, args) => args.iter_mut().map(|arg| substitute(arg, values)).sum(),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => substitute(inner, values),
        ExprKind::Float(..)
        | ExprKind::Int(..)
        | ExprKind::Bool(_)
        | ExprKind::Opaque(_)
        | ExprKind::Zero => 0,
    }
}

/// How often [`substitute`] would put a value in place of the variable.
pub fn whole_reads(expr: &Expr, var: VarId) -> usize {
    match &expr.kind {
        ExprKind::Read(from) if from.path.is_empty() => usize::from(from.root == var),
        ExprKind::Read(from) | ExprKind::Len(from) => {
            from.operands().map(|operand| whole_reads(operand, var)).sum()
        }
        ExprKind::Prim(_, args) => args.iter().map(|arg| whole_reads(arg, var)).sum(),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => whole_reads(inner, var),
        ExprKind::Float(..)
        | ExprKind::Int(..)
        | ExprKind::Bool(_)
        | ExprKind::Opaque(_)
        | ExprKind::Zero => 0,
    }
}

/// Calls `visit` with the root of each read in the block, as often as it stands there.
pub fn count_reads(block: &Block, visit: &mut impl FnMut(VarId)) {
    for stmt in &block.stmts {
        effects::for_each_read(stmt, visit);
    }
}

/// Calls `visit` with every place in the block, read or written, those in other places included.
pub fn places_mut(block: &mut Block, visit: &mut impl FnMut(&mut Place)) {
    for stmt in &mut block.stmts {
        own_places_mut(&mut stmt.kind, visit);
        stmt.kind.blocks_mut().for_each(|inner| places_mut(inner, visit));
    }
}

/// As [`places_mut`], of one statement, its blocks left aside.
fn own_places_mut(kind: &mut StmtKind, visit: &mut impl FnMut(&mut Place)) {
    match kind {
        StmtKind::Assign { place, value } => {
            visit(place);
            zero_like(value, visit);
        }
        StmtKind::Let { value: Some(value), .. } => zero_like(value, visit),
        StmtKind::Accumulate { place, .. }
        | StmtKind::Fill { place, .. }
        | StmtKind::VecPush { vec: place, .. }
        | StmtKind::VecPop { vec: place, .. } => visit(place),
        StmtKind::Swap { a, b } => {
            visit(a);
            visit(b);
        }
        StmtKind::Push { values: places, .. } | StmtKind::Pop { into: places, .. } => {
            places.iter_mut().for_each(&mut *visit);
        }
        StmtKind::Call(call) => {
            call.args.iter_mut().for_each(|argument| lent(argument, visit));
        }
        StmtKind::Let { value: None, .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_)
        | StmtKind::Opaque { .. } => {}
    }
    exprs_mut(kind, &mut |expr| places_in(expr, visit));
}

/// Gives the variables that a statement uses other names, its blocks and what it declares left aside.
pub fn rename_uses(kind: &mut StmtKind, name: &impl Fn(VarId) -> VarId) {
    if let StmtKind::Pop { into, declare: true, tape } = kind {
        debug_assert!(into.iter().all(|place| place.path.is_empty()), "variables are declared");
        *tape = name(*tape);
        return;
    }
    own_places_mut(kind, &mut |place| place.root = name(place.root));
    exprs_mut(kind, &mut |expr| codes_in(expr, &mut |code| rename_code(code, name)));
    match kind {
        StmtKind::Push { tape, .. } | StmtKind::Pop { tape, .. } => *tape = name(*tape),
        StmtKind::Loop(loop_) => loop_.exit.iter_mut().for_each(|exit| *exit = name(*exit)),
        StmtKind::Opaque { code, writes } => {
            if code.reads.iter().chain(&*writes).any(|var| name(*var) != *var) {
                rename_tokens_of(code, name);
                writes.iter_mut().for_each(|var| *var = name(*var));
            }
        }
        StmtKind::Call(call) => call.args.iter_mut().for_each(|arg| {
            if let Arg::Opaque(code) = arg {
                rename_code(code, name);
            }
        }),
        StmtKind::Let { .. }
        | StmtKind::Assign { .. }
        | StmtKind::Accumulate { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Swap { .. }
        | StmtKind::Fill { .. }
        | StmtKind::VecPush { .. }
        | StmtKind::VecPop { .. } => {}
    }
}

/// Gives the variables that an expression reads other names.
pub fn rename_in(expr: &mut Expr, name: &impl Fn(VarId) -> VarId) {
    places_in(expr, &mut |place| place.root = name(place.root));
    codes_in(expr, &mut |code| rename_code(code, name));
}

fn codes_in(expr: &mut Expr, visit: &mut impl FnMut(&mut Opaque)) {
    match &mut expr.kind {
        ExprKind::Opaque(code) => visit(code),
        ExprKind::Read(place) | ExprKind::Len(place) => {
            place.operands_mut().for_each(|operand| codes_in(operand, visit));
        }
        ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| codes_in(arg, visit)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => codes_in(inner, visit),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => {}
    }
}

fn rename_code(code: &mut Opaque, name: &impl Fn(VarId) -> VarId) {
    if code.reads.iter().any(|var| name(*var) != *var) {
        rename_tokens_of(code, name);
    }
}

fn rename_tokens_of(code: &mut Opaque, name: &impl Fn(VarId) -> VarId) {
    code.reads.iter_mut().for_each(|var| *var = name(*var));
    code.tokens = rename_tokens(code.tokens.clone(), name);
}

fn rename_tokens(tokens: TokenStream, name: &impl Fn(VarId) -> VarId) -> TokenStream {
    let renamed = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let inner = rename_tokens(group.stream(), name);
            let mut renamed = Group::new(group.delimiter(), inner);
            renamed.set_span(group.span());
            TokenTree::Group(renamed)
        }
        TokenTree::Ident(ident) => TokenTree::Ident(match Opaque::var_of(&ident) {
            Some(var) => Opaque::placeholder(name(var), ident.span()),
            None => ident,
        }),
        TokenTree::Punct(_) | TokenTree::Literal(_) => token,
    });
    renamed.collect()
}

fn zero_like(value: &mut Rvalue, visit: &mut impl FnMut(&mut Place)) {
    if let Rvalue::ZeroLike(place) = value {
        visit(place);
    }
}

fn lent(argument: &mut Arg, visit: &mut impl FnMut(&mut Place)) {
    match argument {
        Arg::Ref(place) | Arg::RefMut(place) => visit(place),
        Arg::Active(inner) => lent(inner, visit),
        Arg::Value(_) | Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => {}
    }
}

/// The places that an expression reads.
pub fn places_in(expr: &mut Expr, visit: &mut impl FnMut(&mut Place)) {
    match &mut expr.kind {
        ExprKind::Read(place) | ExprKind::Len(place) => {
            visit(place);
            place.operands_mut().for_each(|operand| places_in(operand, visit));
        }
        ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| places_in(arg, visit)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => places_in(inner, visit),
        ExprKind::Float(..)
        | ExprKind::Int(..)
        | ExprKind::Bool(_)
        | ExprKind::Opaque(_)
        | ExprKind::Zero => {}
    }
}

/// How many operations and operands an expression has.
pub fn weight(expr: &Expr) -> usize {
    match &expr.kind {
        ExprKind::Prim(_, args) => 1 + args.iter().map(weight).sum::<usize>(),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => weight(inner),
        _ => 1,
    }
}

/// Whether the expression may as well be evaluated elsewhere, if what it reads is the same there.
pub fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Opaque(_) => false,
        ExprKind::Prim(_, args) => args.iter().all(is_plain),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => is_plain(inner),
        ExprKind::Read(place) | ExprKind::Len(place) => place.operands().all(is_plain),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
    }
}
