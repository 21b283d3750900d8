//! Operators and methods of the standard library that are called by their paths, as functions that are
//! handed on are: `fold(0.0, std::ops::Add::add)`, `map(<[f64]>::to_vec)`, `map(Vec::len)`.

use syn::{Expr, ExprCall, ExprPath, Type, parse_quote};

use super::place::peel;
use super::{Lowered, Lowerer};
use crate::ir::Ty;
use crate::ops::Prim;

/// Types whose methods are known; what makes a value of them is none.
const OWNERS: &[&str] = &["Vec", "Option", "Result", "String", "str"];
const CONSTRUCTORS: &[&str] =
    &["new", "with_capacity", "from", "from_iter", "default", "from_utf8", "from_raw_parts"];

impl Lowerer<'_> {
    /// Lowers the call as the operator or method that it stands for.
    pub(super) fn lower_method_by_path(
        &mut self,
        call: &ExprCall,
        path: &ExprPath,
        want: &Ty,
    ) -> Option<Lowered> {
        let owner = path.path.segments.iter().nth_back(1).map(|owner| owner.ident.to_string());
        if owner.is_some_and(|owner| self.is_own_name(&owner)) {
            return None;
        }
        let operator = operator(call, path);
        if operator.is_some() {
            self.check_operator(&path.path);
        }
        let written = operator.or_else(|| method(call, path))?;
        Some(self.lower(&written, want))
    }
}

/// `a + b` for `std::ops::Add::add(a, b)`. A trait that is only called `Add` may be the user's.
fn operator(call: &ExprCall, path: &ExprPath) -> Option<Expr> {
    let names: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
    let [.., module, owner, name] = &names[..] else { return None };
    if module != "ops" {
        return None;
    }
    let args: Vec<&Expr> = call.args.iter().collect();
    Some(match (owner.as_str(), name.as_str(), &args[..]) {
        ("Add", "add", [a, b]) => parse_quote!((#a) + (#b)),
        ("Sub", "sub", [a, b]) => parse_quote!((#a) - (#b)),
        ("Mul", "mul", [a, b]) => parse_quote!((#a) * (#b)),
        ("Div", "div", [a, b]) => parse_quote!((#a) / (#b)),
        ("Rem", "rem", [a, b]) => parse_quote!((#a) % (#b)),
        ("Neg", "neg", [a]) => parse_quote!(-(#a)),
        _ => return None,
    })
}

/// `v.to_vec()` for `<[f64]>::to_vec(v)`.
fn method(call: &ExprCall, path: &ExprPath) -> Option<Expr> {
    let name = &path.path.segments.last()?.ident;
    let of_type = match &path.qself {
        Some(qself) if qself.position == 0 => is_known(&qself.ty),
        Some(_) => false,
        None => match path.path.segments.iter().nth_back(1) {
            Some(owner) if owner.ident == "Clone" => name == "clone",
            Some(owner) => OWNERS.iter().any(|known| owner.ident == known),
            None => false,
        },
    };
    // A struct of the user's may be called `Option`, and have a function `sqrt`.
    let of_floats = Prim::method(&name.to_string()).is_some();
    if !of_type || of_floats || CONSTRUCTORS.iter().any(|made| name == made) {
        return None;
    }
    let mut args = call.args.iter();
    let receiver = match peel(args.next()?) {
        Expr::Reference(reference) => &*reference.expr,
        other => other,
    };
    Some(parse_quote!((#receiver).#name(#(#args),*)))
}

fn is_known(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::Array(_) => true,
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| OWNERS.iter().any(|known| last.ident == known)),
        _ => false,
    }
}
