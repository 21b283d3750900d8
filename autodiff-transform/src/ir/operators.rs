//! Operators of structs.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ops::Prim;

macro_rules! operators {
    ($($name:ident $symbol:tt)*) => {
        /// An operator whose meaning is a trait's.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Operator {
            $($name,)*
        }

        const ALL: &[Operator] = &[$(Operator::$name),*];

        impl Operator {
            /// The trait in `core::ops`.
            pub fn trait_name(self) -> &'static str {
                match self {
                    $(Operator::$name => stringify!($name),)*
                }
            }

            /// As it is written.
            pub fn symbol(self) -> TokenStream {
                match self {
                    $(Operator::$name => quote!($symbol),)*
                }
            }
        }
    };
}

operators! {
    Add + Sub - Mul * Div / Rem % BitAnd & BitOr | BitXor ^ Shl << Shr >>
    Neg - Not !
    AddAssign += SubAssign -= MulAssign *= DivAssign /= RemAssign %=
    BitAndAssign &= BitOrAssign |= BitXorAssign ^= ShlAssign <<= ShrAssign >>=
}

impl Operator {
    /// The operator that a trait of `core::ops` is of.
    pub fn of_trait(name: &str) -> Option<Operator> {
        ALL.iter().copied().find(|operator| operator.trait_name() == name)
    }

    /// What stands for arithmetic on floats, or on bits, where the operands are structs.
    pub fn of_prim(prim: Prim) -> Option<Operator> {
        Some(match prim {
            Prim::Add => Operator::Add,
            Prim::Sub => Operator::Sub,
            Prim::Mul => Operator::Mul,
            Prim::Div => Operator::Div,
            Prim::Rem => Operator::Rem,
            Prim::BitAnd => Operator::BitAnd,
            Prim::BitOr => Operator::BitOr,
            Prim::BitXor => Operator::BitXor,
            Prim::Shl => Operator::Shl,
            Prim::Shr => Operator::Shr,
            Prim::Neg => Operator::Neg,
            Prim::Not => Operator::Not,
            _ => return None,
        })
    }

    /// `+=` for `+`.
    pub fn assigning(self) -> Option<Operator> {
        Operator::of_trait(&format!("{}Assign", self.trait_name()))
    }

    /// `-a`, `!a`.
    pub fn is_unary(self) -> bool {
        matches!(self, Operator::Neg | Operator::Not)
    }
}
