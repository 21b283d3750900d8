//! The printed body of a derived function, and the names of its parameters.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Printer;
use crate::ir::{Arg, Block, Function, Role, StmtKind, Ty, VarId};

/// A derived function, printed but for its signature.
pub struct Part {
    params: Vec<Name>,
    pub statements: TokenStream,
    /// One for each of the IR function's results.
    pub results: Vec<TokenStream>,
    /// What the last result is, for a forward sweep.
    pub record_ty: TokenStream,
    pub uses_tape: bool,
}

struct Name {
    role: Role,
    var: VarId,
    ident: Ident,
    mutable: bool,
}

impl Part {
    pub fn new(function: &Function, rt: &TokenStream) -> Part {
        let mut printer = Printer::new(function, rt);
        let params = function
            .params
            .iter()
            .map(|param| Name {
                role: param.role,
                var: param.var,
                ident: printer.ident(param.var),
                mutable: function.var(param.var).mutable,
            })
            .collect();
        let record = function
            .params
            .iter()
            .find(|param| param.role == Role::Record)
            .map(|param| &function.var(param.var).ty)
            .or(function.results.last().map(|result| &result.ty));
        let record_ty = record.and_then(|ty| printer.ty(ty)).unwrap_or_else(|| quote!(#rt::Record));
        Part {
            params,
            statements: printer.body(),
            results: printer.results(),
            record_ty,
            uses_tape: uses_tape(function, &function.body),
        }
    }

    /// A body written by hand: `names` tells its parameters besides the primal ones.
    pub fn by_hand(names: Vec<(Role, VarId, Ident)>, statements: TokenStream) -> Part {
        let params = names
            .into_iter()
            .map(|(role, var, ident)| Name { role, var, ident, mutable: false })
            .collect();
        Part { params, statements, results: Vec::new(), record_ty: quote!(()), uses_tape: false }
    }

    fn name(&self, wanted: impl Fn(Role) -> bool) -> Option<&Name> {
        self.params.iter().find(|name| wanted(name.role))
    }

    fn binding(name: Option<&Name>) -> Option<(Ident, TokenStream)> {
        name.map(|name| {
            let ident = &name.ident;
            let mutable = name.mutable.then(|| quote!(mut));
            (ident.clone(), quote!(#mutable #ident))
        })
    }

    /// Whether the body assigns to the primal parameter.
    pub fn is_mutable(&self, var: VarId) -> bool {
        self.params.iter().any(|name| name.var == var && name.mutable)
    }

    /// The tangent of a primal parameter, and how it is bound.
    pub fn tangent(&self, of: VarId) -> Option<(Ident, TokenStream)> {
        Self::binding(self.name(|role| role == Role::Tangent(of)))
    }

    pub fn cotangent(&self, of: VarId) -> Option<(Ident, TokenStream)> {
        Self::binding(self.name(|role| role == Role::Cotangent(of)))
    }

    pub fn seed(&self, result: usize) -> Option<(Ident, TokenStream)> {
        Self::binding(self.name(|role| role == Role::Seed(result)))
    }

    pub fn record(&self) -> Ident {
        self.name(|role| role == Role::Record)
            .map_or(Ident::new("record", Span::mixed_site()), |name| name.ident.clone())
    }

    pub fn tape(&self) -> Ident {
        self.name(|role| role == Role::Tape)
            .map_or(Ident::new("tape", Span::mixed_site()), |name| name.ident.clone())
    }
}

fn uses_tape(function: &Function, block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Push { .. } | StmtKind::Pop { .. } => true,
        StmtKind::Call(call) => call.args.iter().any(|arg| is_tape(function, arg)),
        kind => kind.blocks().into_iter().any(|block| uses_tape(function, block)),
    })
}

fn is_tape(function: &Function, arg: &Arg) -> bool {
    match arg {
        Arg::Value(value) => matches!(value.ty, Ty::Tape),
        Arg::Ref(place) | Arg::RefMut(place) => matches!(function.var(place.root).ty, Ty::Tape),
        Arg::Active(inner) => is_tape(function, inner),
        Arg::Opaque(_) | Arg::Inactive => false,
    }
}
