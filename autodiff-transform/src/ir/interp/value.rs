//! Values of the interpreter.

use super::{Error, Number, Outcome};
use crate::ir::{FloatTy, Ty};

/// A value of the IR.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<S> {
    Float(S),
    Int(i128),
    Bool(bool),
    Unit,
    /// Of fixed length: an array, or what is behind a slice.
    Array(Vec<Value<S>>),
    Vec(Vec<Value<S>>),
    Tuple(Vec<Value<S>>),
    Option(Option<Box<Value<S>>>),
    Record(Vec<Value<S>>),
    /// A handle of one of the interpreter's tapes.
    Tape(usize),
}

impl<S: Number> Value<S> {
    pub fn float(value: f64) -> Value<S> {
        Value::Float(S::constant(value))
    }

    pub fn floats(values: &[f64]) -> Value<S> {
        Value::Array(values.iter().map(|value| Value::float(*value)).collect())
    }

    /// The zero tangent of the same shape.
    pub fn zero_tangent(&self) -> Value<S> {
        let zeros = |elems: &[Value<S>]| elems.iter().map(Value::zero_tangent).collect();
        match self {
            Value::Float(_) => Value::float(0.0),
            Value::Int(_) | Value::Bool(_) | Value::Unit | Value::Tape(_) => Value::Unit,
            Value::Record(fields) => Value::Record(zeros(fields)),
            Value::Array(elems) => Value::Array(zeros(elems)),
            Value::Vec(elems) => Value::Vec(zeros(elems)),
            Value::Tuple(elems) => Value::Tuple(zeros(elems)),
            Value::Option(payload) => {
                Value::Option(payload.as_ref().map(|payload| Box::new(payload.zero_tangent())))
            }
        }
    }

    /// The zero of a type, where the type alone decides it.
    pub fn zero_of(ty: &Ty) -> Outcome<Value<S>> {
        match ty {
            Ty::Float(FloatTy::F64 | FloatTy::Param(_) | FloatTy::Of(_)) => Ok(Value::float(0.0)),
            Ty::Int(_) => Ok(Value::Int(0)),
            Ty::Bool => Ok(Value::Bool(false)),
            Ty::Unit => Ok(Value::Unit),
            Ty::Array(elem, len) => match len.value {
                Some(len) => Ok(Value::Array(vec![Value::zero_of(elem)?; len])),
                None => Err(Error::unsupported("a zero array of unknown length")),
            },
            Ty::Tuple(elems) => {
                Ok(Value::Tuple(elems.iter().map(Value::zero_of).collect::<Outcome<_>>()?))
            }
            ty => Err(Error::unsupported(format!("a zero of type `{ty}`"))),
        }
    }

    /// Replaces each number by one that no result can be made of unnoticed.
    pub fn spoil(&mut self) {
        match self {
            Value::Float(value) => *value = S::constant(f64::NAN),
            Value::Int(value) => *value = 127,
            Value::Bool(value) => *value = !*value,
            Value::Unit | Value::Tape(_) => {}
            Value::Array(elems)
            | Value::Vec(elems)
            | Value::Tuple(elems)
            | Value::Record(elems) => elems.iter_mut().for_each(Value::spoil),
            Value::Option(payload) => payload.iter_mut().for_each(|payload| payload.spoil()),
        }
    }

    /// Adds a tangent of the same shape.
    pub fn accumulate(&mut self, other: &Value<S>) -> Outcome {
        match (self, other) {
            (Value::Float(a), Value::Float(b)) => {
                *a = super::apply(crate::ops::Prim::Add, &[a.clone(), b.clone()])?;
                Ok(())
            }
            (Value::Unit, Value::Unit) | (Value::Option(None), Value::Option(None)) => Ok(()),
            (Value::Array(a) | Value::Vec(a), Value::Array(b) | Value::Vec(b))
            | (Value::Tuple(a) | Value::Record(a), Value::Tuple(b) | Value::Record(b)) => {
                if a.len() != b.len() {
                    return Err(Error::panic(format!("{} += {} elements", a.len(), b.len())));
                }
                a.iter_mut().zip(b).try_for_each(|(a, b)| a.accumulate(b))
            }
            (Value::Option(Some(a)), Value::Option(Some(b))) => a.accumulate(b),
            (Value::Option(_), Value::Option(_)) => Err(Error::panic("`None` += `Some`")),
            (a, b) => Err(Error::malformed(format!("{} += {}", a.kind(), b.kind()))),
        }
    }

    /// Overwrites it. What is of fixed length keeps it, a `Vec` becomes as long as the new value.
    pub fn replace(&mut self, value: Value<S>) -> Outcome {
        match (self, value) {
            (Value::Array(old), Value::Array(new) | Value::Vec(new)) => fill_all(old, new),
            // Inside a function a record is a tuple.
            (Value::Vec(old), Value::Array(new) | Value::Vec(new))
            | (Value::Record(old) | Value::Tuple(old), Value::Record(new) | Value::Tuple(new)) => {
                *old = new;
                Ok(())
            }
            (old, new) if std::mem::discriminant(old) == std::mem::discriminant(&new) => {
                *old = new;
                Ok(())
            }
            (old, new) => Err(Error::malformed(format!("{} = {}", old.kind(), new.kind()))),
        }
    }

    /// The value as one of this type: array-likes take the kind that the type has.
    pub fn coerced(self, ty: &Ty) -> Outcome<Value<S>> {
        let all = |elems: Vec<Value<S>>, elem: &Ty| -> Outcome<Vec<Value<S>>> {
            elems.into_iter().map(|value| value.coerced(elem)).collect()
        };
        match (ty, self) {
            (Ty::Float(FloatTy::F32), _) => Err(Error::unsupported("`f32`")),
            (Ty::Array(elem, len), Value::Array(elems) | Value::Vec(elems)) => {
                if len.value.is_some_and(|len| len != elems.len()) {
                    return Err(Error::panic(format!("{} elements for `{ty}`", elems.len())));
                }
                Ok(Value::Array(all(elems, elem)?))
            }
            (Ty::Slice(elem), Value::Array(elems) | Value::Vec(elems)) => {
                Ok(Value::Array(all(elems, elem)?))
            }
            (Ty::Vec(elem), Value::Array(elems) | Value::Vec(elems)) => {
                Ok(Value::Vec(all(elems, elem)?))
            }
            (Ty::Tuple(types), Value::Tuple(elems) | Value::Record(elems))
                if types.len() == elems.len() =>
            {
                let elems = types.iter().zip(elems).map(|(ty, value)| value.coerced(ty));
                Ok(Value::Tuple(elems.collect::<Outcome<_>>()?))
            }
            (Ty::Record, Value::Tuple(fields) | Value::Record(fields)) => Ok(Value::Record(fields)),
            (ty, value) if value.may_be(ty) => Ok(value),
            (ty, value) => Err(Error::malformed(format!("{} for `{ty}`", value.kind()))),
        }
    }

    fn may_be(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Float(_) | Ty::Lane(_) => matches!(self, Value::Float(_)),
            Ty::Int(_) => matches!(self, Value::Int(_)),
            Ty::Bool => matches!(self, Value::Bool(_)),
            Ty::Unit => matches!(self, Value::Unit),
            Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) | Ty::Tuple(_) => false,
            Ty::Option(_) => matches!(self, Value::Option(_)),
            Ty::Record => matches!(self, Value::Record(_) | Value::Unit),
            Ty::Tape => matches!(self, Value::Tape(_)),
            Ty::Inert(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Infer(_)
            | Ty::Tangent(_)
            | Ty::Dot(_) => true,
        }
    }

    /// Calls `visit` with every float in it, in order.
    pub fn for_each_float(&self, visit: &mut impl FnMut(&S)) {
        match self {
            Value::Float(value) => visit(value),
            Value::Int(_) | Value::Bool(_) | Value::Unit | Value::Tape(_) => {}
            Value::Array(elems)
            | Value::Vec(elems)
            | Value::Tuple(elems)
            | Value::Record(elems) => elems.iter().for_each(|elem| elem.for_each_float(visit)),
            Value::Option(payload) => {
                payload.iter().for_each(|payload| payload.for_each_float(visit));
            }
        }
    }

    /// The same value over other scalars, each made of the float that stands there.
    pub fn map<R>(&self, make: &mut impl FnMut(&S) -> R) -> Value<R> {
        let mut all = |elems: &[Value<S>]| elems.iter().map(|elem| elem.map(make)).collect();
        match self {
            Value::Array(elems) => Value::Array(all(elems)),
            Value::Vec(elems) => Value::Vec(all(elems)),
            Value::Tuple(elems) => Value::Tuple(all(elems)),
            Value::Record(elems) => Value::Record(all(elems)),
            Value::Float(value) => Value::Float(make(value)),
            Value::Int(value) => Value::Int(*value),
            Value::Bool(value) => Value::Bool(*value),
            Value::Unit => Value::Unit,
            Value::Option(payload) => {
                Value::Option(payload.as_ref().map(|payload| Box::new(payload.map(make))))
            }
            Value::Tape(handle) => Value::Tape(*handle),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Float(_) => "a float",
            Value::Int(_) => "an integer",
            Value::Bool(_) => "a bool",
            Value::Unit => "`()`",
            Value::Array(_) => "an array",
            Value::Vec(_) => "a `Vec`",
            Value::Tuple(_) => "a tuple",
            Value::Option(_) => "an option",
            Value::Record(_) => "a record",
            Value::Tape(_) => "a tape",
        }
    }
}

/// Overwrites elements by as many others.
pub(super) fn fill_all<S: Number>(old: &mut [Value<S>], new: Vec<Value<S>>) -> Outcome {
    if old.len() != new.len() {
        return Err(Error::panic(format!("{} elements = {}", old.len(), new.len())));
    }
    old.iter_mut().zip(new).try_for_each(|(old, new)| old.replace(new))
}
