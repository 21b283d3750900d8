//! Where the record of a function goes that calls itself.
//!
//! A forward sweep returns the record of its function's own block, and the caller, whose reverse sweep
//! will need it, keeps it. If rustc puts the one function into the other, the record stays in registers.
//! A function that calls itself stays a function: it writes its record to memory, number by number, from
//! where the caller reads it at once, several numbers in one vector, to put it on the tape. A processor
//! waits for such a read until the writes have left its store buffer (measured: six tenths of the forward
//! sweep of an expansion by minors). So such a function puts its record on the tape itself.
//!
//! That a function calls itself is read off names: a method of another type by the same name counts as
//! well, which costs no more than the place of its record.

use crate::ir::{Function, Stmt, StmtKind, Target};

/// Whether the function, or something by its name, is called in it.
pub(super) fn calls_its_name(function: &Function) -> bool {
    calls(&function.name, &function.body.stmts)
}

fn calls(name: &str, stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Call(call) => match &call.callee.target {
            Target::Path(path) => path.segments.last().is_some_and(|last| last.ident == name),
            Target::Method(method) => method == name,
            Target::Operator(_) => false,
        },
        kind => kind.blocks().into_iter().any(|block| calls(name, &block.stmts)),
    })
}
