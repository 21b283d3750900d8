//! The printed body of a derived function, and the names of its parameters.
//!
//! A caller that does not need the cotangent of a slice passes no bar for it. A reverse sweep that
//! does nothing with such a bar but add to it asks first whether it is *wanted*, so that no scratch
//! memory is needed.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::{Printer, disjoint};
use crate::analysis::effects;
use crate::ir::{Arg, Block, Expr, Function, Role, Stmt, StmtKind, Ty, VarId};

/// A derived function, printed but for its signature.
pub struct Part {
    params: Vec<Name>,
    pub statements: TokenStream,
    /// One for each of the IR function's results.
    pub results: Vec<TokenStream>,
    /// What the last result is, for a forward sweep.
    pub record_ty: TokenStream,
    pub uses_tape: bool,
    /// The bars that are added to only if they are wanted, and the variable that tells.
    wanted: Vec<(VarId, Ident)>,
    /// The tangents that are multiplied only if they are given, and the variable that tells.
    given: Vec<(VarId, Ident)>,
}

struct Name {
    role: Role,
    /// The variable in the IR, if the body was printed from it.
    own: Option<VarId>,
    var: VarId,
    ident: Ident,
    mutable: bool,
}

impl Part {
    pub fn new(function: &Function, rt: &Ident) -> Part {
        Part::printed(Printer::new(function, rt))
    }

    /// A derived function.
    pub fn of_derived(printer: Printer<'_>) -> Part {
        Part::printed(printer)
    }

    /// A forward sweep, whose slots may be empty.
    pub fn tangent_sweep(mut printer: Printer<'_>) -> Part {
        printer.given = printer.given_in(printer.function);
        let function = printer.function;
        let tangents =
            function.params.iter().filter(|param| matches!(param.role, Role::Tangent(_)));
        // The only one is given wherever the sweep is called.
        if !printer.given.is_empty() && tangents.count() > 1 {
            printer.note_given(&function.body);
        }
        Part::printed(printer)
    }

    /// The body of a closure with these captures.
    pub fn of_closure(
        function: &Function,
        rt: &Ident,
        sources: &[Stmt],
        captures: &[VarId],
    ) -> Part {
        Part::of_second_closure(function, rt, sources, captures, false)
    }

    /// The same of second order; `probes` if what it calls need not have that.
    pub fn of_second_closure(
        function: &Function,
        rt: &Ident,
        sources: &[Stmt],
        captures: &[VarId],
        probes: bool,
    ) -> Part {
        let mut printer = Printer::new(function, rt);
        printer.sources = sources;
        printer.captures = captures.to_vec();
        printer.probes = probes;
        Part::printed(printer)
    }

    /// A parameter by its variable.
    pub fn param(&self, var: VarId) -> Option<(Ident, TokenStream)> {
        Self::binding(self.params.iter().find(|name| name.own == Some(var)))
    }

    /// A reverse sweep, whose slots may be empty.
    pub fn reverse(mut printer: Printer<'_>) -> Part {
        let function = printer.function;
        printer.wanted = function
            .params
            .iter()
            .filter(|param| matches!(param.role, Role::Cotangent(_)))
            .map(|param| param.var)
            .filter(|bar| matches!(function.var(*bar).ty, Ty::Slice(_) | Ty::Vec(_)))
            .filter(|bar| only_added_to(*bar, &function.body))
            .map(|bar| {
                let wanted =
                    format_ident!("{}_wanted", printer.ident(bar), span = Span::mixed_site());
                (bar, wanted)
            })
            .collect();
        Part::printed(printer)
    }

    fn printed(mut printer: Printer<'_>) -> Part {
        let function = printer.function;
        let params = function
            .params
            .iter()
            .map(|param| Name {
                role: param.role,
                own: Some(param.var),
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
        let record_ty = record.and_then(|ty| printer.ty(ty)).unwrap_or_else(|| quote!(()));
        Part {
            params,
            statements: printer.body(),
            results: printer.results(),
            record_ty,
            uses_tape: uses_tape(function, &function.body),
            wanted: printer.wanted,
            given: printer.given,
        }
    }

    /// A body written by hand: `names` tells its parameters besides the primal ones.
    pub fn by_hand(names: Vec<(Role, VarId, Ident)>, statements: TokenStream) -> Part {
        let params = names
            .into_iter()
            .map(|(role, var, ident)| Name { role, own: None, var, ident, mutable: false })
            .collect();
        Part {
            params,
            statements,
            results: Vec::new(),
            record_ty: quote!(()),
            uses_tape: false,
            wanted: Vec::new(),
            given: Vec::new(),
        }
    }

    /// The body that does what `other` does where the answer to all questions is yes.
    pub fn unless(self, questions: impl Iterator<Item = TokenStream>, other: Part) -> Part {
        let names = |part: &Part| -> Vec<String> {
            part.params.iter().map(|name| name.ident.to_string()).collect()
        };
        // What follows from the parameters' names would be declared for one of the bodies only.
        if names(&self) != names(&other) {
            return self;
        }
        let results: Vec<Ident> = (0..self.results.len())
            .map(|index| format_ident!("result_{}", index, span = Span::mixed_site()))
            .collect();
        let (own, others) = (&self.results, &other.results);
        let (own_statements, other_statements) = (&self.statements, &other.statements);
        let statements = quote! {
            let (#(#results,)*) = if #(#questions)&&* {
                #other_statements
                (#(#others,)*)
            } else {
                #own_statements
                (#(#own,)*)
            };
        };
        let mut params = self.params;
        for (own, other) in params.iter_mut().zip(&other.params) {
            own.mutable |= other.mutable;
        }
        Part {
            params,
            statements,
            results: results.iter().map(|result| quote!(#result)).collect(),
            uses_tape: self.uses_tape || other.uses_tape,
            ..self
        }
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

    /// The variable that tells whether the bar of a primal parameter is wanted.
    pub fn wanted(&self, of: VarId) -> Option<&Ident> {
        let bar = self.name(|role| role == Role::Cotangent(of))?;
        let bar = bar.own?;
        self.wanted.iter().find(|(var, _)| *var == bar).map(|(_, wanted)| wanted)
    }

    /// The variable that tells whether the tangent of a primal parameter is given.
    pub fn given(&self, of: VarId) -> Option<&Ident> {
        let dot = self.name(|role| role == Role::Tangent(of))?.own?;
        self.given.iter().find(|(var, _)| *var == dot).map(|(_, given)| given)
    }

    /// Those of the names that the body does not use.
    pub fn without_mentioned(&self, mut names: Vec<String>) -> Vec<String> {
        for tokens in self.results.iter().chain([&self.statements]) {
            remove_mentioned(tokens.clone(), &mut names);
        }
        names
    }

    /// Whether the body asks if a slot is filled.
    pub fn asks(&self) -> bool {
        !self.wanted.is_empty() || !self.given.is_empty()
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

/// Whether the bar is accumulated into and passed on as a bar, and nothing else.
fn only_added_to(bar: VarId, block: &Block) -> bool {
    let reads = |expr: &Expr| expr.reads(bar);
    block.stmts.iter().all(|stmt| match &stmt.kind {
        StmtKind::Accumulate { place, value } => !reads(value) && !place.operands().any(reads),
        StmtKind::Call(call) if disjoint::contends(&call.args, bar) => false,
        StmtKind::Call(call) => call.args.iter().all(|arg| match arg {
            Arg::Active(inner) => match &**inner {
                Arg::RefMut(place) => !place.operands().any(reads),
                inner => !mentions(inner, bar),
            },
            arg => !mentions(arg, bar),
        }),
        kind => {
            let mut found = effects::own_writes(kind).contains(&bar);
            effects::own_reads(kind, &mut |root| found |= root == bar);
            !found && kind.blocks().into_iter().all(|block| only_added_to(bar, block))
        }
    })
}

fn remove_mentioned(tokens: TokenStream, names: &mut Vec<String>) {
    for token in tokens {
        if names.is_empty() {
            return;
        }
        match token {
            TokenTree::Group(group) => remove_mentioned(group.stream(), names),
            TokenTree::Ident(ident) => {
                let ident = ident.to_string();
                names.retain(|name| *name != ident);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether the argument is made of the variable.
pub(super) fn mentions(arg: &Arg, var: VarId) -> bool {
    match arg {
        Arg::Value(value) => value.reads(var),
        Arg::Ref(place) | Arg::RefMut(place) => place.root == var,
        Arg::Opaque(code) => code.reads.contains(&var),
        Arg::Active(inner) => mentions(inner, var),
        Arg::Inactive | Arg::Constant(_) => false,
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
        Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => false,
    }
}
