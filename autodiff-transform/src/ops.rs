//! The one table of primitives.
//!
//! A row gives a primitive's name, how it is written in Rust, its arity, and one *contribution* for
//! each operand: the linear map `d ↦ ∂y/∂xᵢ · d` at operands `x` and value `y`. It is the whole
//! rule, since for scalars the map is its own transpose: forward mode adds up the contributions of
//! the operands' tangents, `ẏ = Σᵢ cᵢ(ẋᵢ)`; reverse mode hands each operand its own, `x̄ᵢ += cᵢ(ȳ)`.
//!
//! Contributions are expressions in the same primitives, so that they can be differentiated again.
//! What happens at kinks and poles is written down in `docs/kinks.md`; where a partial can be
//! infinite or NaN the contribution is written with `scale(d, p)`, which is zero for `d = 0`
//! whatever `p` is. Overflow is not a pole: `exp` and its kin have plain products, so that the
//! mechanical derivative of `1/exp(x)` is NaN where `exp(x)` is infinite.
//!
//! Formulas: Abramowitz & Stegun, §§ 4.1–4.6, unless a row says otherwise.

use crate::ir::{Expr, ExprKind, Ty};

/// How a primitive is written in Rust.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `a + b`.
    Infix(&'static str),
    /// `-a`.
    Prefix(&'static str),
    /// `a.sin()`, `a.powi(n)`; also `f64::sin(a)`.
    Method(&'static str),
    /// `if c { a } else { b }`.
    Select,
    /// A function of the runtime crate, in derived code only.
    Runtime(&'static str),
}

/// The type of a primitive's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Yields {
    /// The type of its first operand (of its second, for `Select`).
    Operand,
    Bool,
}

/// What an operand contributes.
#[derive(Clone, Copy)]
pub enum Contribution {
    /// The derivative is zero wherever it exists, or the operand has none (integers, conditions).
    None,
    /// `d ↦ ∂y/∂x · d`, from `d`, the operands and the value.
    Map(fn(Val, &[Val], &Val) -> Val),
}

/// A row of the table.
pub struct Row {
    pub prim: Prim,
    pub form: Form,
    pub yields: Yields,
    pub contributions: &'static [Contribution],
    /// Dear enough to be stored rather than computed again in the reverse sweep.
    pub dear: bool,
}

impl Row {
    pub fn arity(&self) -> usize {
        self.contributions.len()
    }
}

/// An expression under construction, so that rules read like the formulas they state.
#[derive(Clone)]
pub struct Val(pub Expr);

macro_rules! operator {
    ($($trait:ident $method:ident $prim:ident),*) => {$(
        impl std::ops::$trait<&Val> for Val {
            type Output = Val;
            fn $method(self, rhs: &Val) -> Val {
                let (ty, span) = (self.0.ty.clone(), self.0.span);
                Val(Expr::prim(Prim::$prim, vec![self.0, rhs.0.clone()], ty, span))
            }
        }
        impl std::ops::$trait<Val> for Val {
            type Output = Val;
            fn $method(self, rhs: Val) -> Val {
                std::ops::$trait::$method(self, &rhs)
            }
        }
        impl std::ops::$trait<&Val> for &Val {
            type Output = Val;
            fn $method(self, rhs: &Val) -> Val {
                std::ops::$trait::$method(self.clone(), rhs)
            }
        }
        impl std::ops::$trait<Val> for &Val {
            type Output = Val;
            fn $method(self, rhs: Val) -> Val {
                std::ops::$trait::$method(self.clone(), &rhs)
            }
        }
        impl std::ops::$trait<Val> for f64 {
            type Output = Val;
            fn $method(self, rhs: Val) -> Val {
                std::ops::$trait::$method(rhs.float(self), rhs)
            }
        }
        impl std::ops::$trait<&Val> for f64 {
            type Output = Val;
            fn $method(self, rhs: &Val) -> Val {
                std::ops::$trait::$method(rhs.float(self), rhs)
            }
        }
        impl std::ops::$trait<f64> for Val {
            type Output = Val;
            fn $method(self, rhs: f64) -> Val {
                let rhs = self.float(rhs);
                std::ops::$trait::$method(self, rhs)
            }
        }
        impl std::ops::$trait<f64> for &Val {
            type Output = Val;
            fn $method(self, rhs: f64) -> Val {
                std::ops::$trait::$method(self.clone(), rhs)
            }
        }
    )*};
}
operator!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div);

impl std::ops::Neg for Val {
    type Output = Val;
    fn neg(self) -> Val {
        self.apply(Prim::Neg, &[])
    }
}

impl Val {
    /// A literal of this value's type.
    pub fn float(&self, value: f64) -> Val {
        Val(Expr::float(value, self.0.ty.clone(), self.0.span))
    }

    fn int(&self, value: u128) -> Val {
        Val(Expr::int(value, self.0.ty.clone(), self.0.span))
    }

    fn zero(&self) -> Val {
        Val(Expr::zero(self.0.ty.clone(), self.0.span))
    }

    /// This value as the first operand of a primitive.
    pub fn apply(&self, prim: Prim, rest: &[&Val]) -> Val {
        let args: Vec<Expr> =
            std::iter::once(self).chain(rest.iter().copied()).map(|val| val.0.clone()).collect();
        let ty = match prim.row().yields {
            Yields::Bool => Ty::Bool,
            Yields::Operand if prim == Prim::Select => args[1].ty.clone(),
            Yields::Operand => self.0.ty.clone(),
        };
        Val(Expr::prim(prim, args, ty, self.0.span))
    }

    /// This integer as a float of `like`'s type.
    fn cast(&self, like: &Val) -> Val {
        if let ExprKind::Int(value, _) = self.0.kind {
            return like.float(value as f64);
        }
        Val(Expr::new(ExprKind::Cast(Box::new(self.0.clone())), like.0.ty.clone(), self.0.span))
    }

    fn select(&self, then: &Val, otherwise: &Val) -> Val {
        self.apply(Prim::Select, &[then, otherwise])
    }

    fn un(&self, prim: Prim) -> Val {
        self.apply(prim, &[])
    }

    fn bin(&self, prim: Prim, rhs: &Val) -> Val {
        self.apply(prim, &[rhs])
    }

    /// The value of a float or (negated) integer literal.
    fn literal(&self) -> Option<f64> {
        match &self.0.kind {
            ExprKind::Float(value, _) => Some(*value),
            ExprKind::Int(value, _) => Some(*value as f64),
            ExprKind::Prim(Prim::Neg, args) => Val(args[0].clone()).literal().map(|value| -value),
            _ => None,
        }
    }
}

/// `0` for `d = 0`, else `d · p`: a zero (co)tangent stays zero at a pole.
fn scale(d: Val, p: Val) -> Val {
    d.apply(Prim::Scale, &[&p])
}

/// Whether `p` is not finite and `d` is zero. Where `p` is finite, that `d` is zero is the zero of a product,
/// which has a derivative in `d`.
fn unused_pole(d: &Val, p: &Val) -> Val {
    let finite = p.un(Prim::IsFinite);
    d.bin(Prim::Eq, &d.float(0.0)).bin(Prim::And, &finite.un(Prim::Not))
}

/// `a · b` in a partial, where either may be infinite or NaN: a zero (co)tangent stays zero there too.
fn pole_times(a: &Val, b: &Val) -> Val {
    scale(a.clone(), b.clone())
}

/// `d / x`, which has a pole unless `x` is known not to be zero.
fn quotient_of(d: Val, x: &Val) -> Val {
    match x.literal() {
        Some(value) if value != 0.0 => d / x,
        _ => scale(d, 1.0 / x),
    }
}

/// `d·n·xⁿ⁻¹`; a positive power has no pole.
fn powi_contribution(d: Val, x: &Val, n: &Val) -> Val {
    let partial = powi_partial(x, n);
    match n.literal() {
        Some(1.0) => d,
        Some(2.0) => d * 2.0 * x,
        Some(value) if value > 0.0 => d * partial,
        _ => scale(d, partial),
    }
}

/// `n·xⁿ⁻¹`, and `0` for `n = 0` at every `x`.
fn powi_partial(x: &Val, n: &Val) -> Val {
    match n.literal() {
        Some(0.0) => x.zero(),
        Some(1.0) => x.float(1.0),
        Some(2.0) => 2.0 * x,
        Some(n_value) if n_value > 0.0 => {
            n.cast(x) * x.bin(Prim::Powi, &n.int(n_value as u128 - 1))
        }
        Some(_) | None => {
            let power = n.cast(x) * x.bin(Prim::Powi, &n.bin(Prim::Sub, &n.int(1)));
            n.bin(Prim::Eq, &n.int(0)).select(&x.zero(), &power)
        }
    }
}

/// `p·xᵖ⁻¹`, and `0` for `p = 0` at every `x`. Its own derivative in `p` is not 0 there, so the zero is
/// that of a product, not of a branch.
fn powf_base_partial(x: &Val, p: &Val) -> Val {
    match p.literal() {
        Some(0.0) => x.zero(),
        Some(value) => p * x.bin(Prim::Powf, &p.float(value - 1.0)),
        None => scale(p.clone(), x.bin(Prim::Powf, &(p - 1.0))),
    }
}

/// `xᵖ·ln x`, and at `x = 0` its limit `0` for `p ≥ 0`.
fn powf_exponent_partial(x: &Val, p: &Val, y: &Val) -> Val {
    let at_zero = x.bin(Prim::Eq, &x.float(0.0)).bin(Prim::And, &p.bin(Prim::Ge, &p.float(0.0)));
    at_zero.select(&x.zero(), &pole_times(&x.un(Prim::Ln), y))
}

/// Whether `a.max(b)` is `a`: ties go to the first operand, a NaN loses.
fn max_is_first(a: &Val, b: &Val) -> Val {
    a.bin(Prim::Ge, b).bin(Prim::Or, &b.un(Prim::IsNan))
}

fn min_is_first(a: &Val, b: &Val) -> Val {
    a.bin(Prim::Le, b).bin(Prim::Or, &b.un(Prim::IsNan))
}

/// The whole number that a remainder `y = a − b·q` leaves out. Not `trunc(a / b)`: a remainder is
/// exact, and the division may round up to the next whole number (`1 % 0.1` is `1 − 9·0.1`, but
/// `1 / 0.1` is 10).
fn quotient(a: &Val, b: &Val, y: &Val) -> Val {
    ((a - y) / b).un(Prim::Round)
}

/// `x / h`, and `0` at the origin.
fn hypot_partial(x: &Val, h: &Val) -> Val {
    h.bin(Prim::Eq, &h.float(0.0)).select(&h.zero(), &(x / h))
}

/// `d` where `x` and `like` have one sign, `−d` where they differ, `0` at `x = 0`.
fn with_sign_of(d: &Val, x: &Val, like: &Val) -> Val {
    let same = x.un(Prim::IsSignNegative).bin(Prim::Eq, &like.un(Prim::IsSignNegative));
    let signed = same.select(d, &-d.clone());
    x.bin(Prim::Eq, &x.float(0.0)).select(&d.zero(), &signed)
}

macro_rules! table {
    ($(
        $(#[$attr:meta])*
        $prim:ident $form:expr, $yields:ident, $cost:ident, [$($contribution:expr),*];
    )*) => {
        /// A primitive operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Prim { $($(#[$attr])* $prim),* }

        /// All rows, in the order of [`Prim`]'s variants.
        pub static TABLE: &[Row] = &[$(Row {
            prim: Prim::$prim,
            form: $form,
            yields: Yields::$yields,
            contributions: &[$($contribution),*],
            dear: table!(@dear $cost),
        }),*];
    };
    (@dear cheap) => { false };
    (@dear dear) => { true };
}

use Contribution::{Map, None as Nil};
use Form::{Infix, Method, Prefix, Runtime};

table! {
    Add Infix("+"), Operand, cheap, [Map(|d, _, _| d), Map(|d, _, _| d)];
    Sub Infix("-"), Operand, cheap, [Map(|d, _, _| d), Map(|d, _, _| -d)];
    Mul Infix("*"), Operand, cheap, [Map(|d, x, _| d * &x[1]), Map(|d, x, _| d * &x[0])];
    Div Infix("/"), Operand, dear, [
        Map(|d, x, _| quotient_of(d, &x[1])),
        Map(|d, x, y| scale(d, -(y / &x[1])))
    ];
    /// `a − b·q` with a whole `q`.
    Rem Infix("%"), Operand, dear, [
        Map(|d, _, _| d),
        Map(|d, x, y| scale(d, -quotient(&x[0], &x[1], y)))
    ];
    Neg Prefix("-"), Operand, cheap, [Map(|d, _, _| -d)];
    Powi Method("powi"), Operand, cheap, [Map(|d, x, _| powi_contribution(d, &x[0], &x[1])), Nil];
    Powf Method("powf"), Operand, dear, [
        Map(|d, x, _| scale(d, powf_base_partial(&x[0], &x[1]))),
        Map(|d, x, y| scale(d, powf_exponent_partial(&x[0], &x[1], y)))
    ];
    Sqrt Method("sqrt"), Operand, dear, [Map(|d, _, y| scale(d, 0.5 / y))];
    Cbrt Method("cbrt"), Operand, dear, [Map(|d, _, y| scale(d, 1.0 / (3.0 * (y * y))))];
    Exp Method("exp"), Operand, dear, [Map(|d, _, y| d * y)];
    Exp2 Method("exp2"), Operand, dear, [Map(|d, _, y| d * (y * std::f64::consts::LN_2))];
    ExpM1 Method("exp_m1"), Operand, dear, [Map(|d, x, _| d * x[0].un(Prim::Exp))];
    Ln Method("ln"), Operand, dear, [Map(|d, x, _| scale(d, 1.0 / &x[0]))];
    Log Method("log"), Operand, dear, [
        Map(|d, x, _| scale(d, 1.0 / pole_times(&x[1].un(Prim::Ln), &x[0]))),
        Map(|d, x, y| scale(d, -(y / pole_times(&x[1].un(Prim::Ln), &x[1]))))
    ];
    Log2 Method("log2"), Operand, dear, [Map(|d, x, _| scale(d, std::f64::consts::LOG2_E / &x[0]))];
    Log10 Method("log10"), Operand, dear, [Map(|d, x, _| scale(d, std::f64::consts::LOG10_E / &x[0]))];
    Ln1p Method("ln_1p"), Operand, dear, [Map(|d, x, _| scale(d, 1.0 / (1.0 + &x[0])))];
    Sin Method("sin"), Operand, dear, [Map(|d, x, _| d * x[0].un(Prim::Cos))];
    Cos Method("cos"), Operand, dear, [Map(|d, x, _| -(d * x[0].un(Prim::Sin)))];
    Tan Method("tan"), Operand, dear, [Map(|d, _, y| scale(d, 1.0 + pole_times(y, y)))];
    Asin Method("asin"), Operand, dear, [
        Map(|d, x, _| scale(d, 1.0 / pole_times(&(1.0 - &x[0]), &(1.0 + &x[0])).un(Prim::Sqrt)))
    ];
    Acos Method("acos"), Operand, dear, [
        Map(|d, x, _| scale(d, -1.0 / pole_times(&(1.0 - &x[0]), &(1.0 + &x[0])).un(Prim::Sqrt)))
    ];
    Atan Method("atan"), Operand, dear, [Map(|d, x, _| d / (1.0 + &x[0] * &x[0]))];
    /// `y.atan2(x)`.
    Atan2 Method("atan2"), Operand, dear, [
        Map(|d, x, _| scale(d, &x[1] / (&x[0] * &x[0] + &x[1] * &x[1]))),
        Map(|d, x, _| scale(d, -(&x[0] / (&x[0] * &x[0] + &x[1] * &x[1]))))
    ];
    Sinh Method("sinh"), Operand, dear, [Map(|d, x, _| d * x[0].un(Prim::Cosh))];
    Cosh Method("cosh"), Operand, dear, [Map(|d, x, _| d * x[0].un(Prim::Sinh))];
    Tanh Method("tanh"), Operand, dear, [Map(|d, _, y| d * (1.0 - y * y))];
    Asinh Method("asinh"), Operand, dear, [
        Map(|d, x, _| d / x[0].bin(Prim::Hypot, &x[0].float(1.0)))
    ];
    Acosh Method("acosh"), Operand, dear, [
        Map(|d, x, _| scale(d, 1.0 / pole_times(&(&x[0] - 1.0), &(&x[0] + 1.0)).un(Prim::Sqrt)))
    ];
    Atanh Method("atanh"), Operand, dear, [
        Map(|d, x, _| scale(d, 1.0 / pole_times(&(1.0 - &x[0]), &(1.0 + &x[0]))))
    ];
    Hypot Method("hypot"), Operand, dear, [
        Map(|d, x, y| scale(d, hypot_partial(&x[0], y))),
        Map(|d, x, y| scale(d, hypot_partial(&x[1], y)))
    ];
    Abs Method("abs"), Operand, cheap, [Map(|d, x, y| with_sign_of(&d, &x[0], y))];
    Signum Method("signum"), Operand, cheap, [Nil];
    /// `|x|` with the sign of the second operand.
    Copysign Method("copysign"), Operand, cheap, [Map(|d, x, y| with_sign_of(&d, &x[0], y)), Nil];
    Floor Method("floor"), Operand, cheap, [Nil];
    Ceil Method("ceil"), Operand, cheap, [Nil];
    Round Method("round"), Operand, cheap, [Nil];
    Trunc Method("trunc"), Operand, cheap, [Nil];
    Fract Method("fract"), Operand, cheap, [Map(|d, _, _| d)];
    Min Method("min"), Operand, cheap, [
        Map(|d, x, _| min_is_first(&x[0], &x[1]).select(&d, &d.zero())),
        Map(|d, x, _| min_is_first(&x[0], &x[1]).select(&d.zero(), &d))
    ];
    Max Method("max"), Operand, cheap, [
        Map(|d, x, _| max_is_first(&x[0], &x[1]).select(&d, &d.zero())),
        Map(|d, x, _| max_is_first(&x[0], &x[1]).select(&d.zero(), &d))
    ];
    Clamp Method("clamp"), Operand, cheap, [
        Map(|d, x, _| {
            let outside = x[0].bin(Prim::Lt, &x[1]).bin(Prim::Or, &x[0].bin(Prim::Gt, &x[2]));
            outside.select(&d.zero(), &d)
        }),
        Map(|d, x, _| x[0].bin(Prim::Lt, &x[1]).select(&d, &d.zero())),
        Map(|d, x, _| x[0].bin(Prim::Gt, &x[2]).select(&d, &d.zero()))
    ];
    MulAdd Method("mul_add"), Operand, cheap, [
        Map(|d, x, _| d * &x[1]), Map(|d, x, _| d * &x[0]), Map(|d, _, _| d)
    ];
    Recip Method("recip"), Operand, dear, [Map(|d, _, y| scale(d, -pole_times(y, y)))];
    ToDegrees Method("to_degrees"), Operand, cheap, [Map(|d, _, _| d.un(Prim::ToDegrees))];
    ToRadians Method("to_radians"), Operand, cheap, [Map(|d, _, _| d.un(Prim::ToRadians))];
    /// Likewise.
    RemEuclid Method("rem_euclid"), Operand, dear, [
        Map(|d, _, _| d),
        Map(|d, x, y| scale(d, -quotient(&x[0], &x[1], y)))
    ];
    DivEuclid Method("div_euclid"), Operand, dear, [Nil, Nil];

    /// `if c { a } else { b }`, both evaluated.
    Select Form::Select, Operand, cheap, [
        Nil,
        Map(|d, x, _| x[0].select(&d, &d.zero())),
        Map(|d, x, _| x[0].select(&d.zero(), &d))
    ];
    /// `d · p`, and `0` for `d = 0` whatever `p` is: at a pole it does not depend on `p` then, whose own
    /// derivative has a pole as well.
    Scale Runtime("scale"), Operand, cheap, [
        Map(|d, x, _| scale(d, x[1].clone())),
        Map(|d, x, _| unused_pole(&x[0], &x[1]).select(&d.zero(), &scale(d, x[0].clone())))
    ];

    /// The first, with the derivative of the second: of a value that is computed in another order than
    /// the expression that tells its derivative.
    Given Runtime("given"), Operand, cheap, [Nil, Map(|d, _, _| d)];

    /// How many iterations to run from one kept state of a checkpointed loop to the next, given how many
    /// there are and how many more states may be kept.
    Advance Runtime("advance"), Operand, cheap, [Nil, Nil];
    /// How many states to keep of a checkpointed loop with so many iterations.
    Snapshots Runtime("snapshots"), Operand, cheap, [Nil];

    Lt Infix("<"), Bool, cheap, [Nil, Nil];
    Le Infix("<="), Bool, cheap, [Nil, Nil];
    Gt Infix(">"), Bool, cheap, [Nil, Nil];
    Ge Infix(">="), Bool, cheap, [Nil, Nil];
    Eq Infix("=="), Bool, cheap, [Nil, Nil];
    Ne Infix("!="), Bool, cheap, [Nil, Nil];
    And Infix("&&"), Bool, cheap, [Nil, Nil];
    Or Infix("||"), Bool, cheap, [Nil, Nil];
    Not Prefix("!"), Operand, cheap, [Nil];
    BitAnd Infix("&"), Operand, cheap, [Nil, Nil];
    BitOr Infix("|"), Operand, cheap, [Nil, Nil];
    BitXor Infix("^"), Operand, cheap, [Nil, Nil];
    Shl Infix("<<"), Operand, cheap, [Nil, Nil];
    Shr Infix(">>"), Operand, cheap, [Nil, Nil];
    IsNan Method("is_nan"), Bool, cheap, [Nil];
    IsFinite Method("is_finite"), Bool, cheap, [Nil];
    IsInfinite Method("is_infinite"), Bool, cheap, [Nil];
    IsSignPositive Method("is_sign_positive"), Bool, cheap, [Nil];
    IsSignNegative Method("is_sign_negative"), Bool, cheap, [Nil];
}

impl Prim {
    /// Whether no derivative passes through it, though it gives what its operands are: `floor`.
    pub fn is_locally_constant(self) -> bool {
        let row = self.row();
        let passes_none = row.contributions.iter().all(|one| matches!(one, Contribution::None));
        matches!((&row.form, &row.yields), (Form::Method(_), Yields::Operand)) && passes_none
    }

    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The primitive called as a method of this name on a float.
    pub fn method(name: &str) -> Option<Prim> {
        TABLE
            .iter()
            .find(|row| matches!(row.form, Method(method) if method == name))
            .map(|row| row.prim)
    }

    /// What operand `index` contributes for `d`, a tangent or cotangent; `None` where it has no
    /// derivative.
    pub fn contribution(self, index: usize, d: Expr, args: &[Expr], value: &Expr) -> Option<Expr> {
        let args: Vec<Val> = args.iter().cloned().map(Val).collect();
        match self.row().contributions[index] {
            Nil => None,
            Map(map) => Some(map(Val(d), &args, &Val(value.clone())).0),
        }
    }
}
