//! Whether a closure's body can do anything but compute a value.
//!
//! An adapter may skip, repeat or reorder calls of a closure only if nobody can tell. The answer is
//! conservative: what is not known to be harmless has an effect.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

use crate::ops::Prim;

/// Methods without effect besides the primitives.
const HARMLESS: &[&str] = &[
    "all",
    "any",
    "as_ref",
    "as_slice",
    "chain",
    "chunks",
    "chunks_exact",
    "clone",
    "cloned",
    "collect",
    "contains",
    "copied",
    "count",
    "enumerate",
    "filter",
    "filter_map",
    "first",
    "flat_map",
    "flatten",
    "fold",
    "get",
    "into_iter",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "last",
    "len",
    "map",
    "max",
    "max_by",
    "min",
    "min_by",
    "partial_cmp",
    "position",
    "product",
    "reduce",
    "rev",
    "skip",
    "step_by",
    "sum",
    "take",
    "take_while",
    "to_vec",
    "total_cmp",
    "unwrap",
    "unwrap_or",
    "windows",
    "zip",
];

/// Macros without effect besides a panic.
const MACROS: &[&str] = &["assert", "debug_assert", "assert_eq", "assert_ne", "panic", "vec"];

/// Looks for effects.
pub struct Effects<'a> {
    /// Whether a call of a function of this name has effects besides those of its arguments.
    call: &'a dyn Fn(&syn::Ident) -> bool,
    found: bool,
}

impl Effects<'_> {
    /// Whether running `body` may be seen in any other way than by its value.
    pub fn of(body: &Expr, call: &dyn Fn(&syn::Ident) -> bool) -> bool {
        let mut effects = Effects { call, found: false };
        effects.visit_expr(body);
        effects.found
    }
}

impl<'ast> Visit<'ast> for Effects<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(_) | Expr::Await(_) | Expr::Yield(_) => self.found = true,
            Expr::Binary(binary) if is_compound(&binary.op) => self.found = true,
            Expr::Reference(reference) if reference.mutability.is_some() => self.found = true,
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                self.found |= Prim::method(&name).is_none() && !HARMLESS.contains(&name.as_str());
            }
            Expr::Call(call) => {
                self.found |= matches!(&*call.func, Expr::Path(path)
                    if path.path.get_ident().is_some_and(self.call));
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string());
        let parser = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let args = parser.parse2(mac.tokens.clone());
        match (name.as_deref().is_some_and(|name| MACROS.contains(&name)), args) {
            (true, Ok(args)) => {
                self.found |= args.iter().any(|arg| Effects::of(arg, self.call));
            }
            _ => self.found = true,
        }
    }
}

fn is_compound(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
