//! Expressions.
//!
//! Operands are evaluated left to right; of `&&`, `||` and `Select` only those that Rust would
//! evaluate, so that an index out of bounds behind a condition is none.

use super::{Error, FloatOp, Frame, Interpreter, Number, Outcome, Value, apply};
use crate::ir::{Expr, ExprKind, Opaque, Rvalue, Shape, Ty, VarId};
use crate::ops::Prim;

impl<S: Number> Interpreter<'_, S> {
    pub(super) fn expr(&mut self, expr: &Expr, frame: &mut Frame<'_, S>) -> Outcome<Value<S>> {
        match &expr.kind {
            ExprKind::Float(value, _) => Value::float(*value).coerced(&expr.ty),
            ExprKind::Int(value, _) => {
                let value = i128::try_from(*value);
                in_range(value.map_err(|_| Error::unsupported("an integer above 2¹²⁷"))?, &expr.ty)
            }
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Read(place) => self.read(place, frame),
            ExprKind::Prim(prim, args) => self.prim(*prim, args, &expr.ty, frame),
            ExprKind::Len(place) => {
                Ok(Value::Int(self.slot(place, frame)?.elements()?.len() as i128))
            }
            ExprKind::Cast(inner) => {
                let value = self.expr(inner, frame)?;
                cast(value, &expr.ty)
            }
            ExprKind::Detach(inner) => {
                Ok(self.expr(inner, frame)?.map(&mut |value| S::constant(value.value())))
            }
            ExprKind::Opaque(code) => match option_tag(code) {
                Some((var, sought)) => match frame.slot(var)? {
                    Value::Option(payload) => Ok(Value::Bool(payload.is_some() == sought)),
                    other => Err(Error::malformed(format!("the tag of {}", other.kind()))),
                },
                None => self.answer(code),
            },
            ExprKind::Zero if matches!(expr.ty, Ty::Tape) => Ok(self.tape()),
            ExprKind::Zero => Value::zero_of(&expr.ty),
        }
    }

    /// What a caller asks of a callee.
    fn answer(&self, code: &Opaque) -> Outcome<Value<S>> {
        let (name, argument, bars) =
            question(code).ok_or_else(|| Error::unsupported("inactive user code"))?;
        let reads = self.program.reads(&name);
        Ok(Value::Bool(reads.is_none_or(|reads| reads.reads(argument, bars))))
    }

    pub(super) fn bool(&mut self, expr: &Expr, frame: &mut Frame<'_, S>) -> Outcome<bool> {
        match self.expr(expr, frame)? {
            Value::Bool(value) => Ok(value),
            other => Err(Error::Malformed(format!("{} as a condition", other.kind()))),
        }
    }

    pub(super) fn int(&mut self, expr: &Expr, frame: &mut Frame<'_, S>) -> Outcome<i128> {
        match self.expr(expr, frame)? {
            Value::Int(value) => Ok(value),
            other => Err(Error::Malformed(format!("{} as an integer", other.kind()))),
        }
    }

    pub(super) fn index(&mut self, expr: &Expr, frame: &mut Frame<'_, S>) -> Outcome<usize> {
        let index = self.int(expr, frame)?;
        usize::try_from(index).map_err(|_| Error::Panic(format!("the index is {index}")))
    }

    fn prim(
        &mut self,
        prim: Prim,
        args: &[Expr],
        ty: &Ty,
        frame: &mut Frame<'_, S>,
    ) -> Outcome<Value<S>> {
        match (prim, args) {
            (Prim::And, [a, b]) => Ok(Value::Bool(self.bool(a, frame)? && self.bool(b, frame)?)),
            (Prim::Or, [a, b]) => Ok(Value::Bool(self.bool(a, frame)? || self.bool(b, frame)?)),
            (Prim::Select, [cond, a, b]) => {
                let chosen = if self.bool(cond, frame)? { a } else { b };
                self.expr(chosen, frame)
            }
            _ => {
                let args = args.iter().map(|arg| self.expr(arg, frame));
                strict(prim, &args.collect::<Outcome<Vec<_>>>()?, ty)
            }
        }
    }

    pub(super) fn rvalue(&mut self, value: &Rvalue, frame: &mut Frame<'_, S>) -> Outcome<Value<S>> {
        match value {
            Rvalue::Expr(expr) => self.expr(expr, frame),
            Rvalue::Aggregate { shape, fields, ty } => {
                let fields = fields.iter().map(|field| self.expr(field, frame));
                let mut fields = fields.collect::<Outcome<Vec<_>>>()?;
                match shape {
                    Shape::Tuple if matches!(ty, Ty::Unit) => Ok(Value::Unit),
                    Shape::Tuple => Value::Tuple(fields).coerced(ty),
                    Shape::Array => Value::Array(fields).coerced(ty),
                    Shape::Vec => Value::Vec(fields).coerced(ty),
                    Shape::VecWithCapacity(capacity) => {
                        self.index(capacity, frame)?;
                        Ok(Value::Vec(Vec::new()))
                    }
                    Shape::Option => Ok(Value::Option(fields.pop().map(Box::new))),
                    Shape::Struct { .. } | Shape::Variant { .. } => {
                        Err(Error::unsupported("a struct or an enum"))
                    }
                }
            }
            Rvalue::Repeat { value, len, ty } => {
                let value = self.expr(value, frame)?;
                let len = self.index(len, frame)?;
                self.fuel = self.fuel.checked_sub(len as u64).ok_or(Error::OutOfFuel)?;
                Value::Vec(vec![value; len]).coerced(ty)
            }
            Rvalue::ZeroLike(place) => Ok(self.read(place, frame)?.zero_tangent()),
        }
    }
}

/// A primitive that evaluates all its operands.
fn strict<S: Number>(prim: Prim, args: &[Value<S>], ty: &Ty) -> Outcome<Value<S>> {
    match args {
        [Value::Float(x), Value::Int(n)] if prim == Prim::Powi => {
            let n = i32::try_from(*n).map_err(|_| Error::malformed("an exponent beyond `i32`"))?;
            let power = S::apply(FloatOp::Powi(n), std::slice::from_ref(x));
            power.map(Value::Float).ok_or_else(|| Error::malformed("`powi`"))
        }
        [Value::Float(x)] => match classify(prim, x.value()) {
            Some(class) => Ok(Value::Bool(class)),
            None => apply(prim, std::slice::from_ref(x)).map(Value::Float),
        },
        [Value::Float(x), Value::Float(y)] => match compare(prim, &x.value(), &y.value()) {
            Some(holds) => Ok(Value::Bool(holds)),
            None => apply(prim, &[x.clone(), y.clone()]).map(Value::Float),
        },
        [Value::Float(x), Value::Float(y), Value::Float(z)] => {
            apply(prim, &[x.clone(), y.clone(), z.clone()]).map(Value::Float)
        }
        [Value::Int(a), Value::Int(b)] => match compare(prim, a, b) {
            Some(holds) => Ok(Value::Bool(holds)),
            None => integer(prim, &[*a, *b], ty),
        },
        [Value::Int(a)] => integer(prim, &[*a], ty),
        [Value::Int(a), Value::Int(b), Value::Int(c)] => integer(prim, &[*a, *b, *c], ty),
        [Value::Bool(a), Value::Bool(b)] => {
            let holds = match prim {
                Prim::BitAnd => Some(*a & *b),
                Prim::BitOr => Some(*a | *b),
                Prim::BitXor => Some(*a ^ *b),
                prim => compare(prim, a, b),
            };
            holds.map(Value::Bool).ok_or_else(|| Error::Malformed(format!("{prim:?} of bools")))
        }
        [Value::Bool(a)] if prim == Prim::Not => Ok(Value::Bool(!a)),
        args => {
            let kinds: Vec<&str> = args.iter().map(Value::kind).collect();
            Err(Error::Malformed(format!("{prim:?} of {}", kinds.join(" and "))))
        }
    }
}

fn compare<T: PartialOrd>(prim: Prim, a: &T, b: &T) -> Option<bool> {
    match prim {
        Prim::Lt => Some(a < b),
        Prim::Le => Some(a <= b),
        Prim::Gt => Some(a > b),
        Prim::Ge => Some(a >= b),
        Prim::Eq => Some(a == b),
        Prim::Ne => Some(a != b),
        _ => None,
    }
}

fn classify(prim: Prim, x: f64) -> Option<bool> {
    match prim {
        Prim::IsNan => Some(x.is_nan()),
        Prim::IsFinite => Some(x.is_finite()),
        Prim::IsInfinite => Some(x.is_infinite()),
        Prim::IsSignPositive => Some(x.is_sign_positive()),
        Prim::IsSignNegative => Some(x.is_sign_negative()),
        _ => None,
    }
}

/// Integer arithmetic; overflow and division by zero are panics, as in a debug build.
fn integer<S: Number>(prim: Prim, args: &[i128], ty: &Ty) -> Outcome<Value<S>> {
    let bits = |count: i128| u32::try_from(count).ok().filter(|count| *count < 64);
    let value = match (prim, args) {
        (Prim::Add, [a, b]) => a.checked_add(*b),
        (Prim::Sub, [a, b]) => a.checked_sub(*b),
        (Prim::Mul, [a, b]) => a.checked_mul(*b),
        (Prim::Div, [a, b]) => a.checked_div(*b),
        (Prim::Rem, [a, b]) => a.checked_rem(*b),
        (Prim::DivEuclid, [a, b]) => a.checked_div_euclid(*b),
        (Prim::RemEuclid, [a, b]) => a.checked_rem_euclid(*b),
        (Prim::Min, [a, b]) => Some(*a.min(b)),
        (Prim::Max, [a, b]) => Some(*a.max(b)),
        (Prim::BitAnd, [a, b]) => Some(a & b),
        (Prim::BitOr, [a, b]) => Some(a | b),
        (Prim::BitXor, [a, b]) => Some(a ^ b),
        (Prim::Shl, [a, b]) => bits(*b).map(|b| a << b),
        (Prim::Shr, [a, b]) => bits(*b).map(|b| a >> b),
        (Prim::Neg, [a]) => a.checked_neg(),
        (Prim::Abs, [a]) => a.checked_abs(),
        (Prim::Signum, [a]) => Some(a.signum()),
        (Prim::Snapshots, [trips]) => Some(2 + trips.max(&1).ilog2() as i128),
        // Another schedule than that of the runtime: the choice changes no value.
        (Prim::Advance, [steps, free]) => {
            Some(if *free == 0 { *steps } else { (steps / 2).max(1) })
        }
        (Prim::Clamp, [x, lo, hi]) if lo <= hi => Some(*x.clamp(lo, hi)),
        _ => return Err(Error::Malformed(format!("{prim:?} of integers"))),
    };
    let value = value.ok_or_else(|| Error::Panic(format!("{prim:?} of {args:?}")))?;
    in_range(value, ty)
}

/// The least and the greatest value of an integer type.
fn range(ty: &Ty) -> (i128, i128) {
    let Ty::Int(Some(name)) = ty else { return (i128::MIN, i128::MAX) };
    match name.as_str() {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "u128" => (0, i128::MAX),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        _ => (i128::MIN, i128::MAX),
    }
}

fn in_range<S: Number>(value: i128, ty: &Ty) -> Outcome<Value<S>> {
    let (least, greatest) = range(ty);
    if (least..=greatest).contains(&value) {
        return Ok(Value::Int(value));
    }
    Err(Error::Panic(format!("{value} overflows `{ty}`")))
}

/// `as`.
fn cast<S: Number>(value: Value<S>, ty: &Ty) -> Outcome<Value<S>> {
    let (least, greatest) = range(ty);
    match (value, ty) {
        (Value::Float(x), Ty::Int(_)) => {
            // Saturates, and NaN becomes 0, first to `i128` and then to the type.
            Ok(Value::Int((x.value() as i128).clamp(least, greatest)))
        }
        (Value::Int(x), Ty::Int(_)) => {
            let width = greatest.wrapping_sub(least).wrapping_add(1);
            let wraps = least != i128::MIN && greatest != i128::MAX;
            Ok(Value::Int(if wraps { (x - least).rem_euclid(width) + least } else { x }))
        }
        (Value::Bool(x), Ty::Int(_)) => Ok(Value::Int(x.into())),
        (Value::Int(x), Ty::Float(_)) => Value::float(x as f64).coerced(ty),
        (value, ty) => value.coerced(ty),
    }
}

/// `f::__reads(argument, bars)`
fn question(code: &Opaque) -> Option<(String, usize, u64)> {
    let call: syn::ExprCall = syn::parse2(code.tokens.clone()).ok()?;
    let syn::Expr::Path(path) = &*call.func else { return None };
    let mut path: Vec<String> =
        path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let integer = |expr: &syn::Expr| match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(value), .. }) => {
            value.base10_parse::<u64>().ok()
        }
        _ => None,
    };
    let args: Vec<u64> = call.args.iter().map(integer).collect::<Option<_>>()?;
    match (path.pop()?.as_str(), args.as_slice()) {
        ("__reads", [argument, bars]) => Some((path.join("::"), *argument as usize, *bars)),
        _ => None,
    }
}

/// `var.is_some()` (with `true`) and `var.is_none()`, the only code that is understood but for [`question`]s.
fn option_tag(code: &Opaque) -> Option<(VarId, bool)> {
    let call: syn::ExprMethodCall = syn::parse2(code.tokens.clone()).ok()?;
    let syn::Expr::Path(path) = &*call.receiver else { return None };
    let var = Opaque::var_of(path.path.get_ident()?)?;
    match call.method.to_string().as_str() {
        "is_some" => Some((var, true)),
        "is_none" => Some((var, false)),
        _ => None,
    }
}
