//! The blocks in a statement and the expressions in a place, one after the other.
//!
//! Nearly all statements have no blocks, and nearly all places no projections. Every walk asks each of
//! them, and procedural macros are compiled without optimisation, where these iterators take a fraction
//! of what a `Vec` or adapters of iterators take.

use super::{Block, Expr, Proj};

/// The blocks of a statement.
pub struct Blocks<'a> {
    pub(super) first: Option<&'a Block>,
    pub(super) rest: &'a [Block],
}

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a Block;

    fn next(&mut self) -> Option<&'a Block> {
        if self.first.is_some() {
            return self.first.take();
        }
        let (next, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(next)
    }
}

/// The blocks of a statement, to be changed.
pub struct BlocksMut<'a> {
    pub(super) first: Option<&'a mut Block>,
    pub(super) rest: &'a mut [Block],
}

impl<'a> Iterator for BlocksMut<'a> {
    type Item = &'a mut Block;

    fn next(&mut self) -> Option<&'a mut Block> {
        if self.first.is_some() {
            return self.first.take();
        }
        let (next, rest) = std::mem::take(&mut self.rest).split_first_mut()?;
        self.rest = rest;
        Some(next)
    }
}

/// The expressions in the projections of a place.
pub struct Operands<'a> {
    pub(super) path: std::slice::Iter<'a, Proj>,
    /// The end of a range whose start was given last.
    pub(super) end: Option<&'a Expr>,
}

impl<'a> Iterator for Operands<'a> {
    type Item = &'a Expr;

    fn next(&mut self) -> Option<&'a Expr> {
        if self.end.is_some() {
            return self.end.take();
        }
        loop {
            match self.path.next()? {
                Proj::Index(index) => return Some(index),
                Proj::Range(Some(start), end) => {
                    self.end = end.as_ref();
                    return Some(start);
                }
                Proj::Range(None, Some(end)) => return Some(end),
                Proj::Range(None, None) | Proj::Field(_) | Proj::Variant(..) => {}
            }
        }
    }
}

/// The expressions in the projections of a place, to be changed.
pub struct OperandsMut<'a> {
    pub(super) path: std::slice::IterMut<'a, Proj>,
    /// The end of a range whose start was given last.
    pub(super) end: Option<&'a mut Expr>,
}

impl<'a> Iterator for OperandsMut<'a> {
    type Item = &'a mut Expr;

    fn next(&mut self) -> Option<&'a mut Expr> {
        if self.end.is_some() {
            return self.end.take();
        }
        loop {
            match self.path.next()? {
                Proj::Index(index) => return Some(index),
                Proj::Range(Some(start), end) => {
                    self.end = end.as_mut();
                    return Some(start);
                }
                Proj::Range(None, Some(end)) => return Some(end),
                Proj::Range(None, None) | Proj::Field(_) | Proj::Variant(..) => {}
            }
        }
    }
}
