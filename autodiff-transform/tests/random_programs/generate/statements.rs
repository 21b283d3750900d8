//! Statements without nested blocks.

use autodiff_transform::ir::{
    Block, Expr, ExprKind, Len, Place, Proj, Rvalue, Shape, StmtKind, Ty, VarId,
};
use autodiff_transform::ops::Prim;

use super::{Generator, SHORTEST, alike, array, has_floats, slice, span, vec};

impl Generator<'_> {
    /// Statements until the budget is used up.
    pub fn statements(&mut self, block: &mut Block) {
        while self.budget > 0 {
            self.statement(block);
        }
    }

    /// A nested block of its own scope.
    pub fn nested(&mut self, statements: usize) -> Block {
        let mut block = Block::default();
        let visible = self.scope.len();
        for _ in 0..statements {
            self.statement(&mut block);
        }
        self.scope.truncate(visible);
        block
    }

    pub fn statement(&mut self, block: &mut Block) {
        if self.budget == 0 {
            return self.assign_float(block);
        }
        self.budget -= 1;
        if self.over_elements {
            return self.element(block);
        }
        match self.rng.u8(..100) {
            0..14 => self.let_float(block),
            14..34 => self.assign_float(block),
            34..44 => self.accumulate(block),
            44..50 => self.let_aggregate(block),
            50..54 => self.assign_aggregate(block),
            54..58 => self.integer(block),
            58..61 => self.flag(block),
            61..71 => self.branch(block),
            71..85 => self.any_loop(block),
            85..91 => self.call(block),
            91..94 => self.swap(block),
            94..96 => self.fill(block),
            _ => self.vector(block),
        }
    }

    /// What is done with elements, and what is not done with them alone.
    fn element(&mut self, block: &mut Block) {
        match self.rng.u8(..100) {
            0..40 => self.assign_float(block),
            40..55 => self.accumulate(block),
            55..80 => self.any_loop(block),
            80..85 => self.branch(block),
            85..90 => self.swap(block),
            _ => self.let_float(block),
        }
    }

    fn let_float(&mut self, block: &mut Block) {
        let value = self.float(3);
        let mutable = self.chance(50);
        self.let_value("y", value, mutable, block);
    }

    pub fn let_value(
        &mut self,
        name: &str,
        value: Expr,
        mutable: bool,
        block: &mut Block,
    ) -> VarId {
        let var = self.declare(name, value.ty.clone(), mutable);
        block.let_(var, value);
        var
    }

    pub fn assign_float(&mut self, block: &mut Block) {
        let Some(place) = self.target() else { return self.let_float(block) };
        let value = self.float(3);
        block.assign(place, value);
    }

    fn accumulate(&mut self, block: &mut Block) {
        let Some(place) = self.target() else { return self.let_float(block) };
        let tenth = Expr::float(0.1, Ty::F64, span());
        let value = Expr::prim(Prim::Mul, vec![tenth, self.float(2)], Ty::F64, span());
        if self.rng.bool() {
            return block.push(StmtKind::Accumulate { place, value }, span());
        }
        // `a = a + v`, the other way to write it.
        let sum = Expr::prim(Prim::Add, vec![Expr::read(place.clone()), value], Ty::F64, span());
        block.assign(place, sum);
    }

    /// A type that is copied as a whole.
    pub fn aggregate_type(&mut self) -> Ty {
        match self.rng.u8(..7) {
            0..2 => array(2),
            2 => array(3),
            3 => vec(),
            4 => Ty::Array(Box::new(array(2)), Len::literal(2)),
            5 => Ty::Tuple(vec![Ty::F64, array(2)]),
            _ => Ty::Tuple(vec![Ty::F64, Ty::usize(), Ty::F64]),
        }
    }

    fn let_aggregate(&mut self, block: &mut Block) {
        let ty = self.aggregate_type();
        let mutable = self.chance(70);
        self.let_of(&ty, mutable, block);
    }

    /// Declares a variable of the type.
    pub fn let_of(&mut self, ty: &Ty, mutable: bool, block: &mut Block) -> VarId {
        let value = self.value_of(ty, block);
        let var = self.declare("a", ty.clone(), mutable);
        block.push(StmtKind::Let { var, value: Some(value) }, span());
        var
    }

    /// A value of the type; what it is made from may be declared before.
    fn value_of(&mut self, ty: &Ty, block: &mut Block) -> Rvalue {
        if self.chance(25)
            && let Some(place) = self.place_of(ty, false)
        {
            return Rvalue::Expr(Expr::read(place));
        }
        let ty = ty.clone();
        match &ty {
            Ty::Vec(_) if self.chance(20) => {
                // `to_vec`.
                match self.array_like(false) {
                    Some(place) => Rvalue::Expr(Expr::read(place)),
                    None => self.repeat(ty.clone(), SHORTEST),
                }
            }
            Ty::Vec(_) if self.chance(40) => self.repeat(ty.clone(), SHORTEST + 1),
            Ty::Vec(_) => {
                let fields = (0..SHORTEST).map(|_| self.float(1)).collect();
                Rvalue::Aggregate { shape: Shape::Vec, fields, ty }
            }
            Ty::Array(elem, len) => {
                let len = len.value.unwrap_or(SHORTEST);
                if elem.is_float() && self.chance(30) {
                    return self.repeat(ty.clone(), len);
                }
                let fields = (0..len).map(|_| self.field_value(elem, block)).collect();
                Rvalue::Aggregate { shape: Shape::Array, fields, ty }
            }
            Ty::Tuple(elems) => {
                let fields = elems.iter().map(|elem| self.field_value(elem, block)).collect();
                Rvalue::Aggregate { shape: Shape::Tuple, fields, ty }
            }
            _ => Rvalue::Expr(self.field_value(&ty, block)),
        }
    }

    fn repeat(&mut self, ty: Ty, len: usize) -> Rvalue {
        let len = Expr::int(len as u128, Ty::usize(), span());
        Rvalue::Repeat { value: self.float(1), len, ty }
    }

    fn field_value(&mut self, ty: &Ty, block: &mut Block) -> Expr {
        match ty {
            Ty::Float(_) => self.float(1),
            Ty::Int(_) => self.int_below(5),
            Ty::Bool => self.bool(0),
            ty => match self.place_of(ty, false) {
                Some(place) => Expr::read(place),
                None => {
                    let var = self.let_of(ty, false, block);
                    self.function.read(var)
                }
            },
        }
    }

    fn assign_aggregate(&mut self, block: &mut Block) {
        let whole = |this: &Self, var: VarId| {
            let ty = this.ty(var);
            this.writable(var) && has_floats(ty) && !matches!(ty, Ty::Float(_) | Ty::Slice(_))
        };
        let vars = self.vars(whole);
        match self.pick(&vars) {
            Some(var) if self.chance(60) => {
                let mut place = self.function.place(var);
                if self.chance(30) && !matches!(place.ty, Ty::Vec(_)) {
                    place = self.part(place);
                }
                let value = self.value_of(&place.ty.clone(), block);
                block.push(StmtKind::Assign { place, value }, span());
            }
            _ => self.copy_slice(block),
        }
    }

    /// `a[i..j].copy_from_slice(&b[k..l])`.
    fn copy_slice(&mut self, block: &mut Block) {
        let (into, from) = (self.array_like(true), self.array_like(false));
        let (Some(into), Some(from)) = (into, from) else { return self.let_float(block) };
        if into.root == from.root {
            return self.let_float(block);
        }
        let (into, from) = (self.sub_slice(into), self.sub_slice(from));
        block.assign(into, Expr::read(from));
    }

    fn integer(&mut self, block: &mut Block) {
        let vars = self.vars(|this, var| matches!(this.ty(var), Ty::Int(_)) && this.writable(var));
        let value = self.int_below(5);
        match self.pick(&vars) {
            Some(var) if self.chance(60) => block.assign(self.function.place(var), value),
            _ => {
                self.let_value("k", value, true, block);
            }
        }
    }

    fn flag(&mut self, block: &mut Block) {
        let vars = self.vars(|this, var| matches!(this.ty(var), Ty::Bool) && this.writable(var));
        let value = self.bool(1);
        match self.pick(&vars) {
            Some(var) if self.chance(60) => block.assign(self.function.place(var), value),
            _ => {
                self.let_value("on", value, true, block);
            }
        }
    }

    fn swap(&mut self, block: &mut Block) {
        let Some(a) = self.target() else { return self.let_float(block) };
        let b = if a.path.is_empty() || self.rng.bool() {
            self.target()
        } else {
            // Two elements, which may be the same.
            Some(self.leaf(a.root))
        };
        match b {
            Some(b) if b.root != a.root || ends_alike(&a, &b) => {
                block.push(StmtKind::Swap { a, b }, span());
            }
            _ => self.assign_float(block),
        }
    }

    fn fill(&mut self, block: &mut Block) {
        let Some(place) = self.array_like(true) else { return self.let_float(block) };
        let place = if self.chance(40) { self.sub_slice(place) } else { place };
        let value = self.float(2);
        block.push(StmtKind::Fill { place, value }, span());
    }

    /// `push`, and `pop` where enough is left.
    fn vector(&mut self, block: &mut Block) {
        let is_vec = |this: &Self, var: VarId| alike(this.ty(var), &vec()) && this.writable(var);
        let vars = self.vars(is_vec);
        let Some(var) = self.pick(&vars) else { return self.let_of_vec(block) };
        let place = self.function.place(var);
        if self.chance(60) {
            let value = self.float(2);
            return block.push(StmtKind::VecPush { vec: place, value }, span());
        }
        let shortest = Expr::int(SHORTEST as u128, Ty::usize(), span());
        let len = Expr::new(ExprKind::Len(place.clone()), Ty::usize(), span());
        let cond = Expr::prim(Prim::Gt, vec![len, shortest], Ty::Bool, span());
        let visible = self.scope.len();
        let mut then = Block::default();
        let into = self.new_var("last", Ty::Option(Box::new(Ty::F64)), false);
        then.push(StmtKind::VecPop { vec: place, into }, span());
        let mut payload = self.function.place(into);
        let some = syn::parse_quote!(::core::option::Option::Some);
        payload.path.push(Proj::Variant(some, syn::Member::Unnamed(0.into())));
        payload.ty = Ty::F64;
        self.let_value("popped", Expr::read(payload), false, &mut then);
        self.assign_float(&mut then);
        self.scope.truncate(visible);
        block.push(StmtKind::If { cond, then, els: Block::default() }, span());
    }

    fn let_of_vec(&mut self, block: &mut Block) {
        self.let_of(&vec(), true, block);
    }

    pub fn result_type(&mut self) -> Ty {
        match self.rng.u8(..10) {
            0 => array(2),
            1 => vec(),
            2 => Ty::Tuple(vec![Ty::F64, array(2)]),
            _ => Ty::F64,
        }
    }

    /// An expression for a result.
    pub fn result(&mut self, ty: &Ty, block: &mut Block) -> Expr {
        if ty.is_float() {
            return if self.rng.bool() { self.atom() } else { self.float(2) };
        }
        match self.place_of(ty, false) {
            Some(place) if self.chance(70) => Expr::read(place),
            _ => {
                let var = self.let_of(ty, false, block);
                self.function.read(var)
            }
        }
    }

    /// An argument behind a reference that fits a parameter of the type.
    pub fn lendable(&mut self, ty: &Ty, write: bool) -> Option<Place> {
        if !alike(ty, &slice()) {
            return self.place_of(ty, write);
        }
        let place = self.array_like(write)?;
        let partly = self.chance(30);
        Some(if partly { self.sub_slice(place) } else { place })
    }
}

/// Whether two places of one variable are elements of the same array-like part, and so the same
/// or apart.
fn ends_alike(a: &Place, b: &Place) -> bool {
    let is_index = |proj: &Proj| matches!(proj, Proj::Index(_));
    let flat = |place: &Place| place.path.len() == 1 && place.path.iter().all(is_index);
    flat(a) && flat(b)
}
