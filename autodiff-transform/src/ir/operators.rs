//! Operators of structs.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ops::Prim;

/// An operator whose meaning is a trait's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Neg,
    AddAssign,
    SubAssign,
    MulAssign,
    DivAssign,
    RemAssign,
}

const ALL: [Operator; 11] = [
    Operator::Add,
    Operator::Sub,
    Operator::Mul,
    Operator::Div,
    Operator::Rem,
    Operator::Neg,
    Operator::AddAssign,
    Operator::SubAssign,
    Operator::MulAssign,
    Operator::DivAssign,
    Operator::RemAssign,
];

impl Operator {
    /// The operator that a trait of `core::ops` is of.
    pub fn of_trait(name: &str) -> Option<Operator> {
        ALL.into_iter().find(|operator| operator.trait_name() == name)
    }

    /// What stands for arithmetic on floats where the operands are structs.
    pub fn of_prim(prim: Prim) -> Option<Operator> {
        Some(match prim {
            Prim::Add => Operator::Add,
            Prim::Sub => Operator::Sub,
            Prim::Mul => Operator::Mul,
            Prim::Div => Operator::Div,
            Prim::Rem => Operator::Rem,
            Prim::Neg => Operator::Neg,
            _ => return None,
        })
    }

    /// `+=` for `+`.
    pub fn assigning(self) -> Option<Operator> {
        Some(match self {
            Operator::Add => Operator::AddAssign,
            Operator::Sub => Operator::SubAssign,
            Operator::Mul => Operator::MulAssign,
            Operator::Div => Operator::DivAssign,
            Operator::Rem => Operator::RemAssign,
            Operator::Neg
            | Operator::AddAssign
            | Operator::SubAssign
            | Operator::MulAssign
            | Operator::DivAssign
            | Operator::RemAssign => return None,
        })
    }

    /// The trait in `core::ops`.
    pub fn trait_name(self) -> &'static str {
        match self {
            Operator::Add => "Add",
            Operator::Sub => "Sub",
            Operator::Mul => "Mul",
            Operator::Div => "Div",
            Operator::Rem => "Rem",
            Operator::Neg => "Neg",
            Operator::AddAssign => "AddAssign",
            Operator::SubAssign => "SubAssign",
            Operator::MulAssign => "MulAssign",
            Operator::DivAssign => "DivAssign",
            Operator::RemAssign => "RemAssign",
        }
    }

    /// As it is written.
    pub fn symbol(self) -> TokenStream {
        match self {
            Operator::Add => quote!(+),
            Operator::Sub | Operator::Neg => quote!(-),
            Operator::Mul => quote!(*),
            Operator::Div => quote!(/),
            Operator::Rem => quote!(%),
            Operator::AddAssign => quote!(+=),
            Operator::SubAssign => quote!(-=),
            Operator::MulAssign => quote!(*=),
            Operator::DivAssign => quote!(/=),
            Operator::RemAssign => quote!(%=),
        }
    }
}
