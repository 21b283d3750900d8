//! Generates well-formed programs.
//!
//! A program is a handful of functions, each of which may call the ones before it, and sometimes
//! itself with an integer that decreases. What a generated program keeps to:
//!
//! * values stay tame, so that derivatives can be compared to many digits: what is assigned is
//!   bounded, or at most as large as what it was made from ([`exprs`]);
//! * array-likes always have [`SHORTEST`] elements or more: a literal index below it is in bounds
//!   everywhere, any other index is taken modulo the length;
//! * loops have few iterations, and counters and exit flags are written only by the loop itself.

mod buffers;
mod calls;
mod exprs;
mod flow;
mod light;
mod places;
mod statements;
mod stencils;
mod summing;

use autodiff_transform::ir::interp::Value;
use autodiff_transform::ir::{
    Block, Expr, FloatTy, Function, Len, Names, Origin, Param, Passing, Role, Ty, VarId,
};
use fastrand::Rng;
use proc_macro2::Span;

/// Every array-like has at least so many elements.
pub const SHORTEST: usize = 2;

/// A program and the arguments to call its last function with.
#[derive(Clone, Debug)]
pub struct Case {
    pub functions: Vec<Function>,
    pub args: Vec<Value<f64>>,
}

impl Case {
    /// The function that is called.
    pub fn entry(&self) -> &Function {
        self.functions.last().expect("a program has a function")
    }
}

/// The program of a seed.
pub fn case(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let mut functions: Vec<Function> = Vec::new();
    for index in 0..[1, 1, 2, 2, 3][rng.usize(..5)] {
        let generator = Generator::new(&mut rng, format!("f{index}"), &functions);
        let function = generator.function();
        functions.push(function);
    }
    let args = arguments_from(&mut rng, functions.last().expect("at least one"));
    Case { functions, args }
}

/// A function of little but loops over the elements of slices, from a seed.
pub fn over_elements(seed: u64) -> Case {
    over_elements_or(seed, false)
}

/// As [`over_elements`], of loops that count beside their own variable.
pub fn counting(seed: u64) -> Case {
    over_elements_or(seed, true)
}

fn over_elements_or(seed: u64, counting: bool) -> Case {
    let mut rng = Rng::with_seed(seed);
    let mut generator = Generator::new(&mut rng, "f0".to_owned(), &[]);
    generator.over_elements = true;
    generator.counting = counting;
    let function = generator.function();
    let args = arguments_from(&mut rng, &function);
    Case { functions: vec![function], args }
}

/// A function that computes elements from their neighbours, step by step, from a seed.
pub fn stencils(seed: u64) -> Case {
    stencils::stencils(seed)
}

/// A loop that calls small functions, from a seed.
pub fn light(seed: u64) -> Case {
    light::light(seed)
}

/// A function that adds up functions of elements, from a seed.
pub fn summing(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let function = Generator::new(&mut rng, "f0".to_owned(), &[]).summing();
    let args = arguments_from(&mut rng, &function);
    Case { functions: vec![function], args }
}

/// A function that loops over buffers, and one that it calls to overwrite them, from a seed.
pub fn with_buffers(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let mut functions = vec![Generator::new(&mut rng, "f0".to_owned(), &[]).overwriting()];
    let caller = Generator::new(&mut rng, "f1".to_owned(), &functions).looping();
    functions.push(caller);
    let args = arguments_from(&mut rng, &functions[1]);
    Case { functions, args }
}

/// Arguments for a function, from a seed.
pub fn arguments(function: &Function, seed: u64) -> Vec<Value<f64>> {
    arguments_from(&mut Rng::with_seed(seed), function)
}

fn arguments_from(rng: &mut Rng, function: &Function) -> Vec<Value<f64>> {
    let params = function.params.iter();
    params.map(|param| argument(rng, &function.var(param.var).ty)).collect()
}

/// A value for a parameter.
fn argument(rng: &mut Rng, ty: &Ty) -> Value<f64> {
    let some = |rng: &mut Rng, elem: &Ty, len: usize| {
        (0..len).map(|_| argument(rng, elem)).collect::<Vec<_>>()
    };
    match ty {
        Ty::Float(_) => Value::Float(number(rng)),
        Ty::Int(_) => Value::Int(rng.i128(0..4)),
        Ty::Bool => Value::Bool(rng.bool()),
        Ty::Array(elem, len) => Value::Array(some(rng, elem, len.value.unwrap_or(SHORTEST))),
        Ty::Slice(elem) => {
            let len = rng.usize(SHORTEST..5);
            Value::Array(some(rng, elem, len))
        }
        Ty::Vec(elem) => {
            let len = rng.usize(SHORTEST..5);
            Value::Vec(some(rng, elem, len))
        }
        Ty::Tuple(elems) => Value::Tuple(elems.iter().map(|elem| argument(rng, elem)).collect()),
        ty => unreachable!("no parameter has the type `{ty}`"),
    }
}

/// A number of moderate size, seldom exactly 0.
pub fn number(rng: &mut Rng) -> f64 {
    if rng.u8(..50) == 0 {
        return 0.0;
    }
    // Few digits make printed programs readable.
    (rng.f64() * 3000.0 - 1500.0).round() / 1000.0
}

/// One function under construction.
struct Generator<'p> {
    rng: &'p mut Rng,
    function: Function,
    callees: &'p [Function],
    /// Variables in scope and assigned.
    scope: Vec<VarId>,
    /// Of these, the ones that only their loop may write to.
    protected: Vec<VarId>,
    /// Loop variables that are below the length of a variable.
    bounded: Vec<(VarId, VarId)>,
    /// The integer parameter that decreases in recursive calls.
    fuel: Option<VarId>,
    /// The array of constants that constant parameters are lent; no statement mentions it but calls.
    table: Option<VarId>,
    /// How many more statements there may be.
    budget: usize,
    loops: usize,
    /// Whether there is little but loops over elements.
    over_elements: bool,
    /// Whether `for` loops may count beside their own variable.
    counting: bool,
}

impl<'p> Generator<'p> {
    fn new(rng: &'p mut Rng, name: String, callees: &'p [Function]) -> Generator<'p> {
        let budget = rng.usize(3..22);
        let function = Function {
            name,
            vars: Vec::new(),
            names: Names::default(),
            params: Vec::new(),
            body: Block::default(),
            results: Vec::new(),
            span: Span::call_site(),
        };
        Generator {
            rng,
            function,
            callees,
            scope: Vec::new(),
            protected: Vec::new(),
            bounded: Vec::new(),
            fuel: None,
            table: None,
            budget,
            loops: 0,
            over_elements: false,
            counting: false,
        }
    }

    fn function(mut self) -> Function {
        self.param(Ty::F64, Passing::Value, Role::Active);
        if self.over_elements {
            self.param(slice(), Passing::RefMut, Role::Active);
            self.param(slice(), Passing::RefMut, Role::Active);
        }
        for _ in 0..self.rng.usize(1..5) {
            self.any_param();
        }
        let recursive = !self.over_elements && self.chance(15);
        if recursive {
            self.fuel = Some(self.param(Ty::usize(), Passing::Value, Role::Inactive));
        }
        // The types are fixed before the body, for recursive calls; the values come after it.
        let results: Vec<Ty> = (0..self.rng.usize(1..3)).map(|_| self.result_type()).collect();
        self.function.results = results.iter().map(|ty| Expr::zero(ty.clone(), span())).collect();
        let mut body = Block::default();
        self.table(&mut body);
        if recursive {
            self.recursion(&mut body);
        }
        self.statements(&mut body);
        let values = results.iter().map(|ty| self.result(ty, &mut body)).collect();
        self.function.results = values;
        self.function.body = body;
        self.function
    }

    fn any_param(&mut self) {
        match self.rng.u8(..20) {
            0..5 => self.param(Ty::F64, Passing::Value, Role::Active),
            5 => self.param(Ty::F64, Passing::Ref, Role::Active),
            6..8 => self.param(Ty::F64, Passing::RefMut, Role::Active),
            8 => self.param(Ty::F64, Passing::Value, Role::Inactive),
            9..12 => self.param(slice(), Passing::Ref, Role::Active),
            12..15 => self.param(slice(), Passing::RefMut, Role::Active),
            15 => {
                let ty = self.aggregate_type();
                self.param(ty, Passing::Value, Role::Active)
            }
            16 => {
                let ty = self.aggregate_type();
                self.param(ty, Passing::Ref, Role::Active)
            }
            17 => {
                let ty = self.aggregate_type();
                self.param(ty, Passing::RefMut, Role::Active)
            }
            18 => self.param(Ty::Bool, Passing::Value, Role::Inactive),
            _ if self.rng.bool() => self.param(slice(), Passing::Ref, Role::Inactive),
            _ => self.param(Ty::usize(), Passing::Value, Role::Inactive),
        };
    }

    fn param(&mut self, ty: Ty, passing: Passing, role: Role) -> VarId {
        let by_value = passing == Passing::Value;
        let mutable = passing == Passing::RefMut || (by_value && self.rng.u8(..4) == 0);
        let name = match ty {
            Ty::Float(_) => "x",
            Ty::Int(_) => "n",
            Ty::Bool => "on",
            _ => "xs",
        };
        let var = self.declare(name, ty, mutable);
        self.function.params.push(Param { var, passing, role });
        var
    }

    /// A new variable; it comes into scope by [`Generator::enter`].
    fn new_var(&mut self, name: &str, ty: Ty, mutable: bool) -> VarId {
        self.function.add_var(name, ty, mutable, Origin::User, span())
    }

    fn declare(&mut self, name: &str, ty: Ty, mutable: bool) -> VarId {
        let var = self.new_var(name, ty, mutable);
        self.scope.push(var);
        var
    }

    /// With a probability in percent.
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.rng.usize(..from.len())].clone()) }
    }

    /// Variables in scope for which `holds`.
    fn vars(&self, holds: impl Fn(&Self, VarId) -> bool) -> Vec<VarId> {
        self.scope.iter().copied().filter(|var| holds(self, *var)).collect()
    }

    fn ty(&self, var: VarId) -> &Ty {
        &self.function.var(var).ty
    }

    /// Whether random statements may write to it.
    fn writable(&self, var: VarId) -> bool {
        let param = self.function.param(var).map(|param| param.passing);
        !self.protected.contains(&var)
            && param != Some(Passing::Ref)
            && self.function.var(var).mutable
            && self.fuel != Some(var)
    }
}

fn span() -> Span {
    Span::call_site()
}

fn array(len: usize) -> Ty {
    Ty::Array(Box::new(Ty::F64), Len::literal(len))
}

fn slice() -> Ty {
    Ty::Slice(Box::new(Ty::F64))
}

fn vec() -> Ty {
    Ty::Vec(Box::new(Ty::F64))
}

/// Whether a value of the type has floats in it.
fn has_floats(ty: &Ty) -> bool {
    match ty {
        Ty::Float(float) => *float == FloatTy::F64,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => has_floats(elem),
        Ty::Tuple(elems) => elems.iter().any(has_floats),
        _ => false,
    }
}

/// Whether the two types are written alike.
fn alike(a: &Ty, b: &Ty) -> bool {
    a.to_string() == b.to_string()
}
