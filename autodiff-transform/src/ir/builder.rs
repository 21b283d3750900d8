//! Short ways to make IR.

use proc_macro2::Span;

use super::parts::{Blocks, BlocksMut, Operands, OperandsMut};
use super::*;

impl Function {
    pub fn var(&self, id: VarId) -> &Var {
        &self.vars[id.0 as usize]
    }

    /// Appends a variable; `name` is made unique by a number if it is taken.
    pub fn add_var(
        &mut self,
        name: &str,
        ty: Ty,
        mutable: bool,
        origin: Origin,
        span: Span,
    ) -> VarId {
        let name = self.names.unique(name, &self.vars);
        let (part, written) = (None, None);
        let (sliced, constant) = (false, false);
        let var = Var { name, ty, mutable, span, origin, part, sliced, constant, written };
        self.vars.push(var);
        VarId(self.vars.len() as u32 - 1)
    }

    /// Appends a derivative of a place, of which `whole` is the origin where that is a variable.
    pub fn add_derivative(
        &mut self,
        name: &str,
        of: &Place,
        mutable: bool,
        whole: fn(VarId) -> Origin,
        span: Span,
    ) -> VarId {
        let ty = match of.ty.tangent() {
            Ty::Slice(elem) => Ty::Vec(elem),
            ty => ty,
        };
        if of.path.is_empty() {
            return self.add_var(name, ty, mutable, whole(of.root), span);
        }
        let var = self.add_var(name, ty, mutable, Origin::Share(of.root), span);
        self.vars[var.0 as usize].part = Some(Box::new(of.clone()));
        var
    }

    /// Whether a derivative goes with the place wherever its value goes: on a tape, active or not, since
    /// what saves a value and what takes it back may stand in different functions.
    pub fn carries(&self, place: &Place) -> bool {
        place.ty.can_be_active() && !self.var(place.root).constant
    }

    /// A whole variable as a place.
    pub fn place(&self, var: VarId) -> Place {
        Place {
            root: var,
            path: Vec::new(),
            ty: self.var(var).ty.clone(),
            span: self.var(var).span,
        }
    }

    /// The value of a whole variable.
    pub fn read(&self, var: VarId) -> Expr {
        Expr::read(self.place(var))
    }

    pub fn param(&self, var: VarId) -> Option<&Param> {
        self.params.iter().find(|param| param.var == var)
    }

    /// Whether two places can be borrowed at once, as far as fields tell: those of other variables, or other fields
    /// of a struct whose type is known, or of its derivative.
    pub fn are_apart(&self, a: &Place, b: &Place) -> bool {
        let fields = match (a.path.first(), b.path.first()) {
            (Some(Proj::Field(a)), Some(Proj::Field(b))) => a != b,
            _ => false,
        };
        let of = match &self.var(a.root).ty {
            Ty::Tangent(of) | Ty::Dot(of) => of,
            ty => ty,
        };
        a.root != b.root || fields && matches!(of, Ty::Adt(_))
    }

    /// Whether a variable may hold references, of what the IR does not tell the type of.
    pub fn may_hold_references(&self, var: VarId) -> bool {
        let declared = self.var(var);
        let may = declared.of_references().is_some() || declared.ty.is_of_unknown();
        may && self.param(var).is_none()
    }
}

impl Place {
    /// The value of the place, where it is known whether that depends on no active argument of the function, at
    /// whatever order. Not for what may become a part of another function, whose arguments are others.
    pub fn value_for(self, constant: bool) -> Expr {
        let read = Expr::read(self);
        match constant && read.ty.is_float() {
            true => {
                let (ty, span) = (read.ty.clone(), read.span);
                Expr::new(ExprKind::Detach(Box::new(read)), ty, span)
            }
            false => read,
        }
    }

    pub fn is_var(&self) -> Option<VarId> {
        self.path.is_empty().then_some(self.root)
    }

    /// Whether the place has the same length for as long as its operands have the same values, whatever
    /// its root is changed to. What ends where a `Vec` ends has not.
    pub fn has_fixed_length(&self) -> bool {
        let sliced = match self.path.last() {
            Some(Proj::Range(_, end)) => end.is_some(),
            Some(Proj::Index(_) | Proj::Field(_) | Proj::Variant(..)) | None => true,
        };
        sliced && matches!(self.ty, Ty::Slice(_) | Ty::Array(..))
    }

    /// The same projections on another root, as the tangent of a place is a place of the tangent.
    pub fn on(&self, root: VarId) -> Place {
        Place { root, path: self.path.clone(), ty: self.ty.tangent(), span: self.span }
    }

    pub fn index(mut self, index: Expr) -> Place {
        self.ty = self.ty.element().unwrap_or(Ty::Unknown);
        self.path.push(Proj::Index(index));
        self
    }

    /// The expressions in its projections.
    pub fn operands(&self) -> Operands<'_> {
        Operands { path: self.path.iter(), end: None }
    }

    pub fn operands_mut(&mut self) -> OperandsMut<'_> {
        OperandsMut { path: self.path.iter_mut(), end: None }
    }

    /// What the place, an element, is an element of: the projections but for the last.
    pub fn outer(&self) -> &[Proj] {
        &self.path[..self.path.len().saturating_sub(1)]
    }

    /// The expressions in these.
    pub fn outer_operands(&self) -> Operands<'_> {
        Operands { path: self.outer().iter(), end: None }
    }
}

impl Expr {
    pub fn new(kind: ExprKind, ty: Ty, span: Span) -> Expr {
        Expr { kind, ty, span }
    }

    pub fn read(place: Place) -> Expr {
        Expr { ty: place.ty.clone(), span: place.span, kind: ExprKind::Read(place) }
    }

    pub fn prim(prim: Prim, args: Vec<Expr>, ty: Ty, span: Span) -> Expr {
        Expr { kind: ExprKind::Prim(prim, args), ty, span }
    }

    pub fn float(value: f64, ty: Ty, span: Span) -> Expr {
        Expr { kind: ExprKind::Float(value, format!("{value:?}")), ty, span }
    }

    pub fn int(value: u128, ty: Ty, span: Span) -> Expr {
        Expr { kind: ExprKind::Int(value, value.to_string()), ty, span }
    }

    pub fn bool(value: bool, span: Span) -> Expr {
        Expr { kind: ExprKind::Bool(value), ty: Ty::Bool, span }
    }

    pub fn zero(ty: Ty, span: Span) -> Expr {
        Expr { kind: ExprKind::Zero, ty, span }
    }

    /// The place it reads, if that is all it does.
    pub fn as_place(&self) -> Option<&Place> {
        match &self.kind {
            ExprKind::Read(place) => Some(place),
            _ => None,
        }
    }

    /// The variable it reads, if that is all it does.
    pub fn as_var(&self) -> Option<VarId> {
        self.as_place().and_then(Place::is_var)
    }

    /// Calls `visit` with every place read, lengths and projections included.
    pub fn for_each_place<'a>(&'a self, visit: &mut impl FnMut(&'a Place)) {
        match &self.kind {
            ExprKind::Read(place) | ExprKind::Len(place) => {
                visit(place);
                place.operands().for_each(|operand| operand.for_each_place(visit));
            }
            ExprKind::Prim(_, args) => args.iter().for_each(|arg| arg.for_each_place(visit)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => inner.for_each_place(visit),
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => {}
        }
    }

    /// Whether the expression reads the variable, its length included.
    pub fn reads(&self, var: VarId) -> bool {
        let mut found = false;
        self.for_each_root(&mut |root| found |= root == var);
        found
    }

    /// Whether the expression reads one of the variables.
    pub fn reads_any(&self, vars: &VarSet) -> bool {
        let mut found = false;
        self.for_each_root(&mut |root| found |= vars.contains(&root));
        found
    }

    /// Calls `visit` with the root of every place read, opaque code included.
    pub fn for_each_root(&self, visit: &mut impl FnMut(VarId)) {
        match &self.kind {
            ExprKind::Read(place) | ExprKind::Len(place) => {
                visit(place.root);
                for operand in place.operands() {
                    operand.for_each_root(visit);
                }
            }
            ExprKind::Prim(_, args) => {
                for arg in args {
                    arg.for_each_root(visit);
                }
            }
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => inner.for_each_root(visit),
            ExprKind::Opaque(opaque) => opaque.reads.iter().copied().for_each(visit),
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => {}
        }
    }
}

impl Rvalue {
    /// The expressions in it.
    pub fn operands(&self) -> Vec<&Expr> {
        match self {
            Rvalue::Expr(expr) => vec![expr],
            Rvalue::Aggregate { shape: Shape::VecWithCapacity(capacity), .. } => vec![capacity],
            Rvalue::Aggregate { fields, .. } => fields.iter().collect(),
            Rvalue::Repeat { value, len, .. } => vec![value, len],
            Rvalue::ZeroLike(place) => place.operands().collect(),
        }
    }

    pub fn operands_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Rvalue::Expr(expr) => vec![expr],
            Rvalue::Aggregate { shape: Shape::VecWithCapacity(capacity), .. } => vec![capacity],
            Rvalue::Aggregate { fields, .. } => fields.iter_mut().collect(),
            Rvalue::Repeat { value, len, .. } => vec![value, len],
            Rvalue::ZeroLike(place) => place.operands_mut().collect(),
        }
    }
}

impl Block {
    pub fn push(&mut self, kind: StmtKind, span: Span) {
        self.stmts.push(Stmt { kind, span });
    }

    pub fn let_(&mut self, var: VarId, value: Expr) {
        let span = value.span;
        self.push(StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }, span);
    }

    pub fn assign(&mut self, place: Place, value: Expr) {
        let span = value.span;
        self.push(StmtKind::Assign { place, value: Rvalue::Expr(value) }, span);
    }

    pub fn extend(&mut self, other: Block) {
        self.stmts.extend(other.stmts);
    }

    /// Whether its end is never reached, because it panics.
    pub fn diverges(&self) -> bool {
        self.stmts.iter().any(|stmt| match &stmt.kind {
            StmtKind::Opaque { code, .. } => code.panics(),
            StmtKind::If { then, els, .. } => then.diverges() && els.diverges(),
            StmtKind::Switch { arms, .. } => arms.iter().all(Block::diverges),
            _ => false,
        })
    }
}

impl Opaque {
    /// Whether it is the call of a macro that does not return.
    pub fn panics(&self) -> bool {
        let first = self.tokens.clone().into_iter().find_map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
        let never = ["panic", "unreachable", "todo", "unimplemented"];
        first.is_some_and(|first| never.contains(&first.as_str()))
    }
}

/// Whether code calls a method that does what the type asked of it wants.
pub fn decides_by_result(code: &proc_macro2::TokenStream) -> bool {
    code.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(name) => {
            ["parse", "into", "try_into", "sum", "product", "default"]
                .iter()
                .any(|known| name == known)
        }
        proc_macro2::TokenTree::Group(group) => decides_by_result(&group.stream()),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

impl StmtKind {
    /// The blocks nested in it.
    pub fn blocks(&self) -> Blocks<'_> {
        let (first, rest): (_, &[Block]) = match self {
            StmtKind::If { then, els, .. } => (Some(then), std::slice::from_ref(els)),
            StmtKind::Switch { arms, .. } => (None, arms),
            StmtKind::Loop(loop_) => (Some(&loop_.body), &[]),
            _ => (None, &[]),
        };
        Blocks { first, rest }
    }

    pub fn blocks_mut(&mut self) -> BlocksMut<'_> {
        let (first, rest): (_, &mut [Block]) = match self {
            StmtKind::If { then, els, .. } => (Some(then), std::slice::from_mut(els)),
            StmtKind::Switch { arms, .. } => (None, arms),
            StmtKind::Loop(loop_) => (Some(&mut loop_.body), &mut []),
            _ => (None, &mut []),
        };
        BlocksMut { first, rest }
    }
}
