//! Makes derived code shorter without changing what it computes.
//!
//! Repeated until nothing changes:
//! 1. a variable that nothing writes after its declaration is not `mut`;
//! 2. `let a = b` of an immutable variable, or of a literal, makes `a` another name for it;
//! 3. a temporary that is used once, further down in its own block, goes where it is used, if
//!    nothing that it reads is written in between ([`inline`]);
//! 4. a variable that nothing reads goes, with what only it needed;
//! 5. `x_bar = 0` and, before anything else touches it, `x_bar += v`, become `x_bar = v`;
//! 6. `a + -b` becomes `a - b` ([`signs`]);
//! 7. `let a = b` of a mutable variable makes `a` another name for it as far as nothing writes to it
//!    ([`copies`]).
//!
//! Rewrite 5 leaves out `0 + v`; but for that the operations on floats and their order stay, and values
//! are bit-equal up to the sign of a zero.
//! Variables that the user named keep their names and places. After the last pass the numbers in ours are
//! closed up ([`names`]).

mod copies;
mod inline;
mod names;
mod signs;

pub use names::renumber;

use std::collections::BTreeMap;

use super::visit::{count_reads, exprs_mut, substitute};
use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, ExprKind, Function, Loop, LoopKind, Origin, Passing, Rvalue, Stmt, StmtKind,
    VarId, VarSet,
};

/// How large an expression may grow by having temporaries put into it.
pub const LARGEST: usize = 16;

/// Simplifies a derived function in place.
pub fn simplify(function: &mut Function) {
    shorten(function);
    declare_late(&mut function.body);
}

/// A declaration without a value moves to where the variable is first mentioned.
fn declare_late(block: &mut Block) {
    for index in (0..block.stmts.len()).rev() {
        let StmtKind::Let { var, value: None } = block.stmts[index].kind else { continue };
        let first = block.stmts[index + 1..].iter().position(|stmt| effects::mentions(stmt, var));
        block.stmts[index..=index + first.unwrap_or(0)].rotate_left(1);
    }
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(declare_late);
    }
}

fn shorten(function: &mut Function) {
    for _ in 0..8 {
        let mut uses = Uses::of(function);
        let mut names = Mentions::of(&mut function.body);
        unmut(function, &uses, &names);
        let mut body = std::mem::take(&mut function.body);
        let mut results = std::mem::take(&mut function.results);
        let mut changed = rename(function, &mut body, &mut results, &names);
        changed |= remove_unread(function, &mut body, &uses);
        if changed {
            uses = Uses::count(function, &body, &results);
        }
        changed |= inline::inline(function, &mut body, Some(&mut results), &uses);
        changed |= first_share(&mut body);
        changed |= signs::shorten(&mut body);
        results.iter_mut().for_each(|result| changed |= signs::signs(result));
        if changed {
            names = Mentions::of(&mut body);
        }
        changed |= copies::follow(function, &mut body, &results, names);
        function.body = body;
        function.results = results;
        if !changed {
            return;
        }
    }
}

/// What decides whether a variable may be another's name.
struct Mentions {
    /// Variables that opaque code names, which nothing can be put in place of, and those that
    /// statements refer to as a place or a flag.
    opaque: VarSet,
    /// Those with one declaration.
    once: VarSet,
    /// Those that are declared without a value.
    without_value: VarSet,
}

impl Mentions {
    fn of(body: &mut Block) -> Mentions {
        let mut opaque = VarSet::new();
        opaque_reads(body, &mut opaque);
        let mut without_value = VarSet::new();
        let once = declared_once(body, &mut |var| {
            without_value.insert(var);
        });
        Mentions { opaque, once, without_value }
    }
}

/// The variables with one declaration; both sweeps of a joint adjoint may declare the same one. Visits
/// those that are declared without a value.
pub fn declared_once(block: &Block, without_value: &mut impl FnMut(VarId)) -> VarSet {
    let (mut once, mut twice) = (VarSet::new(), VarSet::new());
    declared(block, &mut |var, has_value| {
        if !has_value {
            without_value(var);
        }
        if !once.insert(var) {
            twice.insert(var);
        }
    });
    once.retain(|var| !twice.contains(var));
    once
}

/// How often each variable is read, and which are written after their declaration.
pub struct Uses {
    reads: Vec<usize>,
    writes: VarSet,
}

impl Uses {
    pub fn of(function: &Function) -> Uses {
        Uses::count(function, &function.body, &function.results)
    }

    fn count(function: &Function, body: &Block, results: &[Expr]) -> Uses {
        let mut reads = vec![0; function.vars.len()];
        let mut read = |root: VarId| reads[root.0 as usize] += 1;
        count_reads(body, &mut read);
        // What a `Pop` overwrites must be there, read or not.
        popped_into(body, &mut read);
        used_tapes(body, &mut read);
        for result in results {
            result.for_each_root(&mut read);
        }
        // What stands behind a `&mut` parameter is an output.
        for param in function.params.iter().filter(|param| param.passing == Passing::RefMut) {
            read(param.var);
        }
        Uses { reads, writes: effects::block_writes(body) }
    }

    pub fn reads(&self, var: VarId) -> usize {
        self.reads[var.0 as usize]
    }
}

fn popped_into(block: &Block, visit: &mut impl FnMut(VarId)) {
    for stmt in &block.stmts {
        if let StmtKind::Pop { into, declare: false, .. } = &stmt.kind {
            into.iter().for_each(|place| visit(place.root));
        }
        stmt.kind.blocks().for_each(|inner| popped_into(inner, visit));
    }
}

fn used_tapes(block: &Block, visit: &mut impl FnMut(VarId)) {
    for stmt in &block.stmts {
        if let StmtKind::Push { tape, .. } | StmtKind::Pop { tape, .. } = &stmt.kind {
            visit(*tape);
        }
        stmt.kind.blocks().for_each(|inner| used_tapes(inner, visit));
    }
}

fn unmut(function: &mut Function, uses: &Uses, names: &Mentions) {
    for (index, var) in function.vars.iter_mut().enumerate() {
        let id = VarId(index as u32);
        if var.mutable
            && var.origin != Origin::User
            && names.once.contains(&id)
            && !names.without_value.contains(&id)
            && !uses.writes.contains(&id)
        {
            var.mutable = false;
        }
    }
}

fn declared(block: &Block, visit: &mut impl FnMut(VarId, bool)) {
    for stmt in &block.stmts {
        let has_value = !matches!(stmt.kind, StmtKind::Let { value: None, .. });
        effects::for_each_declared(&stmt.kind, &mut |var| visit(var, has_value));
        // The reverse of a counted loop declares by a `let` what the forward loop counts by.
        if let StmtKind::Loop(Loop { kind: LoopKind::For { var, .. }, .. }) = &stmt.kind {
            visit(*var, true);
        }
        stmt.kind.blocks().for_each(|inner| declared(inner, visit));
    }
}

/// Whether the function may do without the variable's declaration.
pub fn is_ours(function: &Function, var: VarId) -> bool {
    function.var(var).origin != Origin::User && function.param(var).is_none()
}

/// Whether nothing changes the variable as long as it is in scope.
pub fn is_fixed(function: &Function, var: VarId) -> bool {
    let by_mut = function.param(var).is_some_and(|param| param.passing == Passing::RefMut);
    !function.var(var).mutable && !by_mut
}

/// Rewrite 2, for the whole function at once.
fn rename(
    function: &Function,
    body: &mut Block,
    results: &mut [Expr],
    mentions: &Mentions,
) -> bool {
    let mut names: BTreeMap<VarId, Expr> = BTreeMap::new();
    collect_names(function, body, mentions, &mut names);
    if names.is_empty() {
        return false;
    }
    let value = |var: VarId| names.get(&var);
    let mut put = |expr: &mut Expr| {
        substitute(expr, &value);
    };
    rename_in(body, &mut put);
    results.iter_mut().for_each(put);
    retain(
        body,
        &mut |stmt| !matches!(&stmt.kind, StmtKind::Let { var, .. } if names.contains_key(var)),
    );
    true
}

fn collect_names(
    function: &Function,
    block: &Block,
    mentions: &Mentions,
    names: &mut BTreeMap<VarId, Expr>,
) {
    for stmt in &block.stmts {
        if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind {
            let copied = || {
                value.as_var().is_some_and(|from| {
                    is_fixed(function, from) && from != *var && function.var(from).ty.is_scalar()
                })
            };
            let literal = matches!(value.kind, ExprKind::Int(..) | ExprKind::Bool(_));
            if (literal || copied())
                && is_ours(function, *var)
                && is_fixed(function, *var)
                && !mentions.opaque.contains(var)
                && mentions.once.contains(var)
            {
                // What it is a name of may itself be another's.
                let mut value = value.clone();
                substitute(&mut value, &|var| names.get(&var));
                names.insert(*var, value);
            }
        }
        for inner in stmt.kind.blocks() {
            collect_names(function, inner, mentions, names);
        }
    }
}

/// Variables that opaque code names, which nothing can be put in place of, and those that
/// statements refer to as a place or a flag.
fn opaque_reads(block: &mut Block, roots: &mut VarSet) {
    fn in_expr(expr: &Expr, roots: &mut VarSet) {
        match &expr.kind {
            ExprKind::Opaque(code) => roots.extend(&code.reads),
            ExprKind::Prim(_, args) => args.iter().for_each(|arg| in_expr(arg, roots)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => in_expr(inner, roots),
            ExprKind::Read(place) | ExprKind::Len(place) => {
                if !place.path.is_empty() || matches!(expr.kind, ExprKind::Len(_)) {
                    roots.insert(place.root);
                }
                place.operands().for_each(|operand| in_expr(operand, roots));
            }
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => {}
        }
    }
    for stmt in &mut block.stmts {
        match &stmt.kind {
            StmtKind::Opaque { code, .. } => roots.extend(&code.reads),
            StmtKind::Call(call) => call.args.iter().for_each(|arg| arg_roots(arg, roots)),
            StmtKind::Push { values, .. } => roots.extend(values.iter().map(|place| place.root)),
            StmtKind::Swap { a, b } => roots.extend([a.root, b.root]),
            StmtKind::Loop(loop_) => roots.extend(loop_.exit),
            StmtKind::Let { value: Some(Rvalue::ZeroLike(place)), .. }
            | StmtKind::Assign { value: Rvalue::ZeroLike(place), .. } => {
                roots.insert(place.root);
            }
            _ => {}
        }
        exprs_mut(&mut stmt.kind, &mut |expr| in_expr(expr, roots));
        stmt.kind.blocks_mut().for_each(|inner| opaque_reads(inner, roots));
    }
}

fn arg_roots(arg: &Arg, roots: &mut VarSet) {
    match arg {
        Arg::Ref(place) | Arg::RefMut(place) => {
            roots.insert(place.root);
        }
        Arg::Opaque(code) => roots.extend(&code.reads),
        Arg::Active(inner) => arg_roots(inner, roots),
        Arg::Value(_) | Arg::Inactive | Arg::Constant(_) => {}
    }
}

fn rename_in(block: &mut Block, put: &mut impl FnMut(&mut Expr)) {
    for stmt in &mut block.stmts {
        exprs_mut(&mut stmt.kind, put);
        stmt.kind.blocks_mut().for_each(|inner| rename_in(inner, put));
    }
}

fn retain(block: &mut Block, keep: &mut impl FnMut(&Stmt) -> bool) -> bool {
    let before = block.stmts.len();
    block.stmts.retain(|stmt| keep(stmt));
    let mut changed = block.stmts.len() != before;
    for stmt in &mut block.stmts {
        for inner in stmt.kind.blocks_mut() {
            changed |= retain(inner, keep);
        }
    }
    changed
}

/// Rewrite 5.
fn first_share(block: &mut Block) -> bool {
    let mut changed = false;
    let mut index = 0;
    while index < block.stmts.len() {
        changed |= merge_zero(block, index);
        for inner in block.stmts[index].kind.blocks_mut() {
            changed |= first_share(inner);
        }
        index += 1;
    }
    changed
}

/// Merges the zero that statement `index` gives a whole variable with the first addition to it.
fn merge_zero(block: &mut Block, index: usize) -> bool {
    let (root, declares) = match &block.stmts[index].kind {
        StmtKind::Assign { place, value: Rvalue::Expr(Expr { kind: ExprKind::Zero, .. }) }
            if place.path.is_empty() =>
        {
            (place.root, false)
        }
        StmtKind::Let { var, value: Some(Rvalue::Expr(Expr { kind: ExprKind::Zero, .. })) } => {
            (*var, true)
        }
        _ => return false,
    };
    for next in index + 1..block.stmts.len() {
        let stmt = &mut block.stmts[next];
        if let StmtKind::Accumulate { place, value } = &stmt.kind {
            let mut self_reading = false;
            value.for_each_root(&mut |read| self_reading |= read == root);
            if place.root == root && place.path.is_empty() && !self_reading {
                let (place, value) = (place.clone(), Rvalue::Expr(value.clone()));
                stmt.kind = match declares {
                    true => StmtKind::Let { var: root, value: Some(value) },
                    false => StmtKind::Assign { place, value },
                };
                block.stmts.remove(index);
                return true;
            }
        }
        if effects::mentions(stmt, root) {
            return false;
        }
    }
    false
}

/// Rewrite 4. A statement that only gives a value to an unread variable has no effect, for a float
/// or an integer whether it is a declaration or a later write.
fn remove_unread(function: &Function, body: &mut Block, uses: &Uses) -> bool {
    let mut kept = VarSet::new();
    impurely_assigned(body, &mut kept);
    let unread =
        |var: VarId| uses.reads(var) == 0 && is_ours(function, var) && !kept.contains(&var);
    retain(body, &mut |stmt| match &stmt.kind {
        StmtKind::Let { var, value } => !(unread(*var) && value.as_ref().is_none_or(is_pure_value)),
        StmtKind::Assign { place, value } => {
            !(place.path.is_empty() && unread(place.root) && is_pure_value(value))
        }
        StmtKind::Loop(loop_) => {
            let endless = !matches!(loop_.kind, LoopKind::For { .. });
            endless || !loop_.body.stmts.is_empty()
        }
        StmtKind::If { then, els, .. } => !(then.stmts.is_empty() && els.stmts.is_empty()),
        StmtKind::Switch { arms, .. } => arms.iter().any(|arm| !arm.stmts.is_empty()),
        StmtKind::Accumulate { .. }
        | StmtKind::Call(_)
        | StmtKind::Swap { .. }
        | StmtKind::Fill { .. }
        | StmtKind::VecPush { .. }
        | StmtKind::VecPop { .. }
        | StmtKind::Push { .. }
        | StmtKind::Pop { .. }
        | StmtKind::Opaque { .. } => true,
    })
}

/// The variables with an assignment that has to stay, and the declaration with it.
fn impurely_assigned(block: &Block, kept: &mut VarSet) {
    for stmt in &block.stmts {
        match &stmt.kind {
            StmtKind::Assign { place, value } if !is_pure_value(value) => {
                kept.insert(place.root);
            }
            kind => kind.blocks().for_each(|inner| impurely_assigned(inner, kept)),
        }
    }
}

fn is_pure_value(value: &Rvalue) -> bool {
    match value {
        Rvalue::Expr(expr) => is_pure(expr),
        Rvalue::Aggregate { fields, .. } => fields.iter().all(is_pure),
        Rvalue::Repeat { value, len, .. } => is_pure(value) && is_pure(len),
        Rvalue::ZeroLike(_) => true,
    }
}

fn is_pure(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Opaque(code) => code.pure_,
        ExprKind::Prim(_, args) => args.iter().all(is_pure),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => is_pure(inner),
        // An index out of bounds or a payload of another variant panics, as the user meant it to.
        ExprKind::Read(place) | ExprKind::Len(place) => place.path.is_empty(),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
    }
}

/// Whether `value`, in place of `var`, would be evaluated while the statement has borrowed what it
/// reads: `f(&mut a, a.sin())`, or `a[a.len() - 1] = 0.0` of a `Vec`.
pub fn reads_what_is_lent(kind: &StmtKind, var: VarId, value: &Expr) -> bool {
    let written = effects::own_writes(kind);
    let mut overlaps = false;
    value.for_each_root(&mut |root| overlaps |= written.contains(&root));
    overlaps
        && match kind {
            StmtKind::Assign { place, .. } | StmtKind::Accumulate { place, .. } => {
                let mut indexes = false;
                place.operands().for_each(|operand| {
                    operand.for_each_root(&mut |root| indexes |= root == var);
                });
                indexes
            }
            _ => true,
        }
}
