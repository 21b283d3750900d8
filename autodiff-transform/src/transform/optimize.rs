//! Shorter and faster derived code: which passes run, and in which order.
//!
//! None is needed for a derivative to be right, and each can be left out: gradients are then the
//! same but for the last bits.

use super::adjoint::Loops;
use super::factors::derivatives_last;
use super::fission::divide;
use super::gather::gather;
use super::like_terms::like_terms;
use super::merge::merge_bars;
use super::registers::sum_in_registers;
use super::simplify::{renumber, simplify};
use super::standing::sum_up_elements;
use super::sums::leave_order_open;
use crate::ir::Function;

/// A switch for each pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passes {
    /// [`simplify`]
    pub simplify: bool,
    /// [`gather`](super::gather)
    pub gather: bool,
    /// [`like_terms`](super::like_terms)
    pub like_terms: bool,
    /// [`registers`](super::registers)
    pub registers: bool,
    /// [`standing`](super::standing)
    pub standing: bool,
    /// [`merge`](super::merge)
    pub merge: bool,
    /// [`factors`](super::factors)
    pub factors: bool,
    /// [`fission`](super::fission)
    pub fission: bool,
    /// [`sums`](super::sums)
    pub sums: bool,
    /// [`fresh`](super::fresh())
    pub fresh: bool,
    /// What [`adjoint_with`](super::adjoint_with) does with certain loops.
    pub loops: Loops,
}

impl Passes {
    pub const ALL: Passes = Passes::all(true);

    /// What the option `no_opt` leaves.
    pub const NONE: Passes = Passes::all(false);

    const fn all(on: bool) -> Passes {
        Passes {
            simplify: on,
            gather: on,
            like_terms: on,
            registers: on,
            standing: on,
            merge: on,
            factors: on,
            fission: on,
            sums: on,
            fresh: on,
            loops: Loops::all(on),
        }
    }
}

/// Runs the passes on a derived function.
pub fn optimize(function: &mut Function, passes: Passes) {
    let simplified = |function: &mut Function| {
        if passes.simplify {
            simplify(function);
        }
    };
    simplified(function);
    if passes.gather && gather(function) {
        simplified(function);
    }
    if passes.like_terms {
        like_terms(function);
    }
    if passes.registers {
        sum_in_registers(function);
    }
    if passes.standing {
        sum_up_elements(function);
    }
    if passes.like_terms || passes.registers || passes.standing {
        simplified(function);
    }
    if passes.merge {
        merge_bars(function);
    }
    if passes.factors {
        derivatives_last(function);
    }
    if passes.fission {
        divide(function);
    }
    if passes.sums {
        leave_order_open(function);
    }
    if passes.simplify {
        renumber(function);
    }
}
