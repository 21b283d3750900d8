//! Places: from projections to the slots they mean.

use super::value::fill_all;
use super::{Error, Number, Outcome, Value};

/// A projection with its operands evaluated.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Field(usize),
    Index(usize),
    Range(Option<usize>, Option<usize>),
    /// The payload of a `Some`.
    Payload,
}

/// What a place means: one value, or the elements of a sub-slice.
pub(super) enum Slot<'v, S> {
    One(&'v mut Value<S>),
    Many(&'v mut [Value<S>]),
}

impl<'v, S: Number> Slot<'v, S> {
    pub(super) fn project(self, steps: &[Step]) -> Outcome<Slot<'v, S>> {
        steps.iter().try_fold(self, Slot::step)
    }

    fn step(self, step: &Step) -> Outcome<Slot<'v, S>> {
        match step {
            Step::Field(index) => match self {
                Slot::One(Value::Tuple(elems) | Value::Record(elems)) => {
                    let elem = elems.get_mut(*index);
                    elem.map(Slot::One).ok_or_else(|| Error::malformed("no such field"))
                }
                other => Err(Error::malformed(format!("a field of {}", other.kind()))),
            },
            Step::Index(index) => {
                let elems = self.elements()?;
                let len = elems.len();
                elems.get_mut(*index).map(Slot::One).ok_or_else(|| {
                    Error::panic(format!("the index is {index}, the length is {len}"))
                })
            }
            Step::Range(start, end) => {
                let elems = self.elements()?;
                let len = elems.len();
                let (start, end) = (start.unwrap_or(0), end.unwrap_or(len));
                elems.get_mut(start..end).map(Slot::Many).ok_or_else(|| {
                    Error::panic(format!("the range is {start}..{end}, the length is {len}"))
                })
            }
            Step::Payload => match self {
                Slot::One(Value::Option(Some(payload))) => Ok(Slot::One(payload)),
                other => Err(Error::panic(format!("the payload of {}", other.kind()))),
            },
        }
    }

    pub(super) fn elements(self) -> Outcome<&'v mut [Value<S>]> {
        match self {
            Slot::One(Value::Array(elems) | Value::Vec(elems)) => Ok(elems),
            Slot::Many(elems) => Ok(elems),
            Slot::One(other) => Err(Error::malformed(format!("elements of {}", other.kind()))),
        }
    }

    pub(super) fn read(&self) -> Value<S> {
        match self {
            Slot::One(value) => (**value).clone(),
            Slot::Many(elems) => Value::Array(elems.to_vec()),
        }
    }

    pub(super) fn write(self, new: Value<S>) -> Outcome {
        match (self, new) {
            (Slot::One(old), new) => old.replace(new),
            (Slot::Many(old), Value::Array(new) | Value::Vec(new)) => fill_all(old, new),
            (Slot::Many(_), new) => Err(Error::malformed(format!("a slice = {}", new.kind()))),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Slot::One(value) => value.kind(),
            Slot::Many(_) => "a slice",
        }
    }
}
