//! What an early exit leaves, of a type that has no zero to declare it with, is held in an `Option`.

use super::control::initial_value;
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, Function, Loop, LoopKind, Origin, Place, Proj, Rvalue, Shape, Stmt, StmtKind, Ty,
    VarId,
};
use crate::transform::visit::{places_in, places_mut, rename_uses};

/// Holds the variable, which is declared without a value and always assigned as a whole before it is read, in
/// an `Option`. Where code that is kept as it stands mentions it, that is not possible.
pub(super) fn hold(function: &mut Function, body: &mut Block, var: VarId) -> bool {
    let held = function.var(var).clone();
    let ty = Ty::Option(Box::new(held.ty.clone()));
    let holder = function.add_var(&held.name, ty, true, held.origin, held.span);
    let holder = function.place(holder);
    assign(function, body, var, &holder);
    let some = Proj::Variant(syn::parse_quote!(Some), syn::Member::from(0));
    let mut payload = |place: &mut Place| {
        if place.root == var {
            place.root = holder.root;
            place.path.insert(0, some.clone());
        }
    };
    places_mut(body, &mut payload);
    function.results.iter_mut().for_each(|result| places_in(result, &mut payload));
    let whole = Place { path: vec![some.clone()], ty: held.ty, ..holder };
    take_out(function, body, var, &whole);
    !body.stmts.iter().any(|stmt| effects::mentions(stmt, var))
}

/// Declares the holder and assigns to it for the variable.
fn assign(function: &mut Function, block: &mut Block, var: VarId, holder: &Place) {
    for mut stmt in std::mem::take(&mut block.stmts) {
        for inner in stmt.kind.blocks_mut() {
            assign(function, inner, var, holder);
        }
        let span = stmt.span;
        let kind = match stmt.kind {
            StmtKind::Let { var: declared, value: None } if declared == var => {
                let value = initial_value(&holder.ty, span);
                StmtKind::Let { var: holder.root, value }
            }
            StmtKind::Assign { place, value } if place.root == var && place.path.is_empty() => {
                let value = match value {
                    Rvalue::Expr(value) => value,
                    built => {
                        let name = function.var(var).name.clone();
                        let ty = place.ty.clone();
                        let temp = function.add_var(&name, ty, false, Origin::Temp, span);
                        let kind = StmtKind::Let { var: temp, value: Some(built) };
                        block.stmts.push(Stmt { kind, span });
                        function.read(temp)
                    }
                };
                StmtKind::Assign { place: holder.clone(), value: some(value, holder) }
            }
            kind => kind,
        };
        block.stmts.push(Stmt { kind, span });
    }
}

/// For code that is kept as it stands the variable is taken out of its holder.
fn take_out(function: &mut Function, block: &mut Block, var: VarId, whole: &Place) {
    for mut stmt in std::mem::take(&mut block.stmts) {
        for inner in stmt.kind.blocks_mut() {
            take_out(function, inner, var, whole);
        }
        let mut reads = false;
        effects::own_reads(&stmt.kind, &mut |root| reads |= root == var);
        // The condition of a `while` reads it each time anew.
        if reads && !matches!(&stmt.kind, StmtKind::Loop(Loop { kind: LoopKind::While { .. }, .. }))
        {
            let name = function.var(var).name.clone();
            let out = function.add_var(&name, whole.ty.clone(), false, Origin::Temp, stmt.span);
            block.let_(out, Expr::read(whole.clone()));
            rename_uses(&mut stmt.kind, &|read| if read == var { out } else { read });
        }
        block.stmts.push(stmt);
    }
}

fn some(value: Expr, holder: &Place) -> Rvalue {
    Rvalue::Aggregate { shape: Shape::Option, fields: vec![value], ty: holder.ty.clone() }
}
