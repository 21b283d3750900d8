//! Calls of the functions before this one, and of itself.

use autodiff_transform::ir::{
    Arg, Block, Call, Callee, Expr, ExprKind, Param, Passing, Place, Proj, Role, Rvalue, Shape,
    StmtKind, Target, Ty, VarId,
};
use autodiff_transform::ops::Prim;

use super::{Generator, array, number, span};

impl Generator<'_> {
    pub fn call(&mut self, block: &mut Block) {
        if self.callees.is_empty() || self.loops > 1 {
            return self.assign_float(block);
        }
        let callee = self.callees[self.rng.usize(..self.callees.len())].clone();
        let params: Vec<(Param, Ty)> = callee
            .params
            .iter()
            .map(|param| (param.clone(), callee.var(param.var).ty.clone()))
            .collect();
        let results: Vec<Ty> = callee.results.iter().map(|result| result.ty.clone()).collect();
        self.call_of(&callee.name, &params, &results, None, block);
    }

    /// Declares the array of constants, if a function that may be called is lent one.
    pub fn table(&mut self, block: &mut Block) {
        let callable = self.callees.iter().chain(std::iter::once(&self.function));
        let mut params = callable.flat_map(|function| &function.params);
        if !params.any(is_lent_constants) {
            return;
        }
        let table = self.new_var("table", array(3), true);
        let fields = (0..3).map(|_| self.number()).collect();
        let value = Rvalue::Aggregate { shape: Shape::Array, fields, ty: array(3) };
        block.push(StmtKind::Let { var: table, value: Some(value) }, span());
        self.table = Some(table);
    }

    /// `table[i] = table[j] * 0.5;`
    fn change_table(&mut self, table: VarId, block: &mut Block) {
        let mut element = || {
            let index = Expr::int(self.rng.u128(..3), Ty::usize(), span());
            Place { path: vec![Proj::Index(index)], ty: Ty::F64, ..self.function.place(table) }
        };
        let (place, other) = (element(), Expr::read(element()));
        let factor = Expr::float(0.5 * number(self.rng), Ty::F64, span());
        let value = Expr::prim(Prim::Mul, vec![other, factor], Ty::F64, span());
        block.push(StmtKind::Assign { place, value: Rvalue::Expr(value) }, span());
    }

    /// At the head of a recursive function: `if n > 0 { … f(n − 1, …) … }`.
    pub fn recursion(&mut self, block: &mut Block) {
        let Some(fuel) = self.fuel else { return };
        let zero = Expr::int(0, Ty::usize(), span());
        let cond = Expr::prim(Prim::Gt, vec![self.function.read(fuel), zero], Ty::Bool, span());
        let params: Vec<(Param, Ty)> = self
            .function
            .params
            .iter()
            .map(|param| (param.clone(), self.ty(param.var).clone()))
            .collect();
        let results: Vec<Ty> =
            self.function.results.iter().map(|result| result.ty.clone()).collect();
        let name = self.function.name.clone();
        let visible = self.scope.len();
        let mut then = Block::default();
        self.statement(&mut then);
        self.call_of(&name, &params, &results, Some(fuel), &mut then);
        self.assign_float(&mut then);
        self.scope.truncate(visible);
        block.push(StmtKind::If { cond, then, els: Block::default() }, span());
    }

    fn call_of(
        &mut self,
        name: &str,
        params: &[(Param, Ty)],
        results: &[Ty],
        fuel: Option<VarId>,
        block: &mut Block,
    ) {
        let mut args: Vec<Arg> = Vec::new();
        let mut lent: Vec<VarId> = Vec::new();
        for (param, ty) in params {
            let arg = match param.passing {
                _ if fuel == Some(param.var) => self.less(param.var),
                Passing::Value => Arg::Value(self.by_value(param, ty, block)),
                Passing::Ref if is_lent_constants(param) => {
                    Arg::Ref(self.function.place(self.table.expect("there is one to lend")))
                }
                Passing::Ref => Arg::Ref(self.lend(ty, false, &lent, block)),
                Passing::RefMut => Arg::RefMut(self.lend(ty, true, &lent, block)),
            };
            if let Arg::Ref(place) | Arg::RefMut(place) = &arg {
                lent.push(place.root);
            }
            args.push(arg);
        }
        let results: Vec<VarId> =
            results.iter().map(|ty| self.new_var("r", ty.clone(), false)).collect();
        let path = syn::parse_str(name).expect("a name is a path");
        let callee = Callee { target: Target::Path(path), stages: Vec::new() };
        block.push(StmtKind::Call(Call { callee, args, results: results.clone() }), span());
        self.scope.extend(results);
        if let Some(table) = self.table
            && params.iter().any(|(param, _)| is_lent_constants(param))
        {
            self.change_table(table, block);
        }
    }

    fn less(&self, fuel: VarId) -> Arg {
        let one = Expr::int(1, Ty::usize(), span());
        let less = Expr::prim(Prim::Sub, vec![self.function.read(fuel), one], Ty::usize(), span());
        Arg::Value(less)
    }

    fn by_value(&mut self, param: &Param, ty: &Ty, block: &mut Block) -> Expr {
        match ty {
            Ty::Float(_) if param.role == Role::Inactive => {
                let value = if self.rng.bool() { self.float(1) } else { self.number() };
                Expr::new(ExprKind::Detach(Box::new(value)), Ty::F64, span())
            }
            Ty::Float(_) if self.chance(10) => self.number(),
            Ty::Float(_) => self.float(2),
            Ty::Int(_) => self.int_below(3),
            Ty::Bool => self.bool(1),
            ty => match self.place_of(ty, false) {
                Some(place) => Expr::read(place),
                None => {
                    let var = self.let_of(ty, false, block);
                    self.function.read(var)
                }
            },
        }
    }

    fn number(&mut self) -> Expr {
        Expr::float(number(self.rng).abs(), Ty::F64, span())
    }

    /// `f0(&xs, .., &mut buffer)`
    pub fn handed_over(&mut self, buffer: VarId, xs: VarId, block: &mut Block) {
        let callee = self.callees[0].name.clone();
        let args = vec![
            Arg::Ref(self.function.place(xs)),
            Arg::Value(self.float(1)),
            Arg::RefMut(self.function.place(buffer)),
        ];
        let result = self.new_var("r", Ty::F64, false);
        let path = syn::parse_str(&callee).expect("a name is a path");
        let callee = Callee { target: Target::Path(path), stages: Vec::new() };
        block.push(StmtKind::Call(Call { callee, args, results: vec![result] }), span());
        self.scope.push(result);
    }

    /// A place of a variable that is not lent yet; one is declared if there is none.
    fn lend(&mut self, ty: &Ty, write: bool, lent: &[VarId], block: &mut Block) -> Place {
        for _ in 0..3 {
            match self.lendable(ty, write) {
                Some(place) if !lent.contains(&place.root) => return place,
                _ => {}
            }
        }
        let sized = match ty {
            Ty::Slice(_) => super::array(3),
            ty => ty.clone(),
        };
        let var = self.let_of(&sized, true, block);
        self.function.place(var)
    }
}

fn is_lent_constants(param: &Param) -> bool {
    param.role == Role::Inactive && param.passing == Passing::Ref
}
