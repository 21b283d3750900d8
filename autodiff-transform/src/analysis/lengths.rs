//! The lengths of slices and vectors, as polynomials.
//!
//! Whether a loop goes over all of a slice is a question about lengths: in `let d = x.len(); for i in
//! 0..d { y[i] = .. }` it does if `y` is as long as `x`. Integers that do not change are followed to what
//! they are made of by sums, differences and products; what is left are the *atoms*, integers that are
//! made otherwise, and the lengths of arguments. So `x[i * d..i * d + d]` is `d` long, and so is
//! `x[i * d..(i + 1) * d]`. Arithmetic that wraps around keeps such equations.

use std::collections::{BTreeMap, HashMap};

use crate::ir::{
    Block, Expr, ExprKind, Function, Passing, Place, Proj, Rvalue, StmtKind, Ty, VarId,
};
use crate::ops::Prim;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Atom {
    /// The value of a variable that does not change.
    Value(VarId),
    /// The length of a variable that keeps it.
    Length(VarId),
}

/// A polynomial: the coefficient of each product of atoms, none of them 0.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Polynomial {
    terms: BTreeMap<Vec<Atom>, i128>,
}

impl Polynomial {
    fn constant(value: i128) -> Polynomial {
        Polynomial::term(Vec::new(), value)
    }

    fn atom(atom: Atom) -> Polynomial {
        Polynomial::term(vec![atom], 1)
    }

    fn term(atoms: Vec<Atom>, coefficient: i128) -> Polynomial {
        let terms = (coefficient != 0).then_some((atoms, coefficient));
        Polynomial { terms: terms.into_iter().collect() }
    }

    /// `self + factor·other`
    fn plus(mut self, factor: i128, other: &Polynomial) -> Option<Polynomial> {
        for (atoms, coefficient) in &other.terms {
            let sum = self.terms.entry(atoms.clone()).or_insert(0);
            *sum = coefficient.checked_mul(factor)?.checked_add(*sum)?;
        }
        self.terms.retain(|_, coefficient| *coefficient != 0);
        Some(self)
    }

    fn times(&self, other: &Polynomial) -> Option<Polynomial> {
        let mut product = Polynomial::default();
        for (atoms, coefficient) in &self.terms {
            for (others, factor) in &other.terms {
                let mut atoms: Vec<Atom> = atoms.iter().chain(others).copied().collect();
                atoms.sort_unstable();
                let term = Polynomial::term(atoms, coefficient.checked_mul(*factor)?);
                product = product.plus(1, &term)?;
            }
        }
        Some(product)
    }

    /// The variable of which this is the length.
    pub fn is_length_of(&self) -> Option<VarId> {
        let mut terms = self.terms.iter();
        match (terms.next(), terms.next()) {
            (Some((atoms, 1)), None) => match atoms[..] {
                [Atom::Length(var)] => Some(var),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a function's integers and vectors are declared as.
#[derive(Clone, Default)]
pub struct Lengths {
    /// Integers that do not change.
    integers: HashMap<VarId, Expr>,
    /// The lengths that vectors are declared with.
    vectors: HashMap<VarId, Expr>,
}

impl Lengths {
    pub fn of(function: &Function) -> Lengths {
        let mut lengths = Lengths::default();
        lengths.declared(function, &function.body);
        lengths
    }

    /// The length that a vector is declared with, if it has the same value wherever it stands later.
    pub fn declared_length(&self, function: &Function, vec: VarId) -> Option<&Expr> {
        let is_fixed = |place: &Place| match &function.var(place.root).ty {
            _ if !place.path.is_empty() => false,
            Ty::Slice(_) => true,
            _ => is_fixed(function, place.root),
        };
        self.vectors.get(&vec).filter(|len| match &len.kind {
            ExprKind::Int(..) => true,
            ExprKind::Read(place) | ExprKind::Len(place) => is_fixed(place),
            ExprKind::Float(..)
            | ExprKind::Bool(_)
            | ExprKind::Zero
            | ExprKind::Prim(..)
            | ExprKind::Cast(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_) => false,
        })
    }

    fn declared(&mut self, function: &Function, block: &Block) {
        for stmt in &block.stmts {
            if let StmtKind::Let { var, value: Some(value) } = &stmt.kind {
                match (value, &function.var(*var).ty) {
                    (Rvalue::Expr(value), ty) if is_usize(ty) && is_fixed(function, *var) => {
                        self.integers.insert(*var, value.clone());
                    }
                    (Rvalue::Repeat { len, .. }, Ty::Vec(_)) => {
                        self.vectors.insert(*var, len.clone());
                    }
                    (Rvalue::Expr(value), Ty::Vec(_)) => {
                        if let ExprKind::Read(place) = &value.kind {
                            let len = ExprKind::Len(place.clone());
                            self.vectors.insert(*var, Expr::new(len, Ty::usize(), value.span));
                        }
                    }
                    _ => {}
                }
            }
            stmt.kind.blocks().for_each(|inner| self.declared(function, inner));
        }
    }
}

/// A function's lengths, where a vector is as long as it is declared.
#[derive(Clone, Copy)]
pub struct Measure<'a> {
    pub function: &'a Function,
    pub lengths: &'a Lengths,
    /// A vector that keeps its length although it changes.
    pub kept: Option<VarId>,
}

impl Measure<'_> {
    /// The value of an integer.
    pub fn value(&self, expr: &Expr) -> Option<Polynomial> {
        if !is_usize(&expr.ty) {
            return None;
        }
        match &expr.kind {
            ExprKind::Int(value, _) => Some(Polynomial::constant(i128::try_from(*value).ok()?)),
            ExprKind::Read(place) => {
                let var = place.is_var().filter(|var| self.is_fixed(*var))?;
                let value = self.lengths.integers.get(&var).and_then(|value| self.value(value));
                Some(value.unwrap_or_else(|| Polynomial::atom(Atom::Value(var))))
            }
            ExprKind::Len(place) => self.length(place),
            ExprKind::Prim(prim, args) => {
                let [a, b] = &args[..] else { return None };
                let (a, b) = (self.value(a)?, self.value(b)?);
                match prim {
                    Prim::Add => a.plus(1, &b),
                    Prim::Sub => a.plus(-1, &b),
                    Prim::Mul => a.times(&b),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The values of which the integer is the smallest.
    pub fn least_of(&self, expr: &Expr) -> Option<Vec<Polynomial>> {
        let inner = expr.as_var().filter(|var| self.is_fixed(*var));
        if let Some(value) = inner.and_then(|var| self.lengths.integers.get(&var))
            && matches!(value.kind, ExprKind::Prim(Prim::Min, _))
        {
            return self.least_of(value);
        }
        match &expr.kind {
            ExprKind::Prim(Prim::Min, args) => {
                let all = args.iter().map(|arg| self.least_of(arg));
                Some(all.collect::<Option<Vec<_>>>()?.concat())
            }
            _ => Some(vec![self.value(expr)?]),
        }
    }

    /// The length of a place whose variable keeps its length.
    pub fn length(&self, place: &Place) -> Option<Polynomial> {
        match place.path.split_last() {
            None => match &self.function.var(place.root).ty {
                Ty::Slice(_) => Some(Polynomial::atom(Atom::Length(place.root))),
                Ty::Array(_, len) => Some(match len.value {
                    Some(len) => Polynomial::constant(i128::try_from(len).ok()?),
                    None => Polynomial::atom(Atom::Length(place.root)),
                }),
                Ty::Vec(_) if self.keeps_length(place.root) => {
                    Some(self.declared_length(place.root))
                }
                _ => None,
            },
            Some((Proj::Range(start, end), outer)) => {
                let end = match end {
                    Some(end) => self.value(end)?,
                    None => {
                        let outer = Place { path: outer.to_vec(), ..place.clone() };
                        self.length(&outer)?
                    }
                };
                match start {
                    Some(start) => end.plus(-1, &self.value(start)?),
                    None => Some(end),
                }
            }
            Some((Proj::Field(_) | Proj::Index(_) | Proj::Variant(..), _)) => None,
        }
    }

    fn is_fixed(&self, var: VarId) -> bool {
        is_fixed(self.function, var)
    }

    fn keeps_length(&self, var: VarId) -> bool {
        self.is_fixed(var) || self.kept == Some(var)
    }

    /// The length of a vector that has the one that it is declared with.
    fn declared_length(&self, vec: VarId) -> Polynomial {
        let len = self.lengths.vectors.get(&vec).and_then(|len| self.value(len));
        len.unwrap_or_else(|| Polynomial::atom(Atom::Length(vec)))
    }
}

fn is_usize(ty: &Ty) -> bool {
    matches!(ty, Ty::Int(Some(name)) if name == "usize")
}

/// Whether the variable never changes.
fn is_fixed(function: &Function, var: VarId) -> bool {
    let behind = function.param(var).is_some_and(|param| param.passing == Passing::RefMut);
    !function.var(var).mutable && !behind
}
