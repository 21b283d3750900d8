//! Whether a method is that of a trait of the standard library's: rustc, which knows the traits that are in
//! scope, finds it for a type that has these alone.

use core::borrow::{Borrow, BorrowMut};
use core::ops::{Add, Deref, DerefMut, Div, Mul, Neg, Rem, Sub};

/// What the methods of the standard library's traits give for [`Receiver`], and no others.
#[derive(Debug)]
pub struct OfStd;

/// Has methods of traits of the standard library's which floats have, too, if these are in scope.
///
/// ```
/// use autodiff_runtime::__private::{Receiver, OfStd};
/// use std::ops::Add;
/// let _ = || {
///     let _: OfStd = Receiver.add(Receiver);
/// };
/// ```
///
/// ```compile_fail
/// use autodiff_runtime::__private::{Receiver, OfStd};
/// trait Twice: Sized {
///     fn add(self, other: Self) -> Self {
///         other
///     }
/// }
/// impl<T> Twice for T {}
/// let _ = || {
///     let _: OfStd = Receiver.add(Receiver);
/// };
/// ```
#[derive(Debug)]
pub struct Receiver;

macro_rules! operators {
    ($($operator:ident $method:ident;)*) => {
        $(
            impl $operator for Receiver {
                type Output = OfStd;

                fn $method(self, _: Receiver) -> OfStd {
                    OfStd
                }
            }
        )*
    };
}

operators! {
    Add add;
    Sub sub;
    Mul mul;
    Div div;
    Rem rem;
}

impl Neg for Receiver {
    type Output = OfStd;

    fn neg(self) -> OfStd {
        OfStd
    }
}

impl Deref for Receiver {
    type Target = OfStd;

    fn deref(&self) -> &OfStd {
        &OfStd
    }
}

impl DerefMut for Receiver {
    fn deref_mut(&mut self) -> &mut OfStd {
        unreachable!("this is asked for when code is compiled")
    }
}

impl Borrow<OfStd> for Receiver {
    fn borrow(&self) -> &OfStd {
        &OfStd
    }
}

impl BorrowMut<OfStd> for Receiver {
    fn borrow_mut(&mut self) -> &mut OfStd {
        unreachable!("this is asked for when code is compiled")
    }
}
