//! Fields and payloads of tangents whose types the macro does not see.
//!
//! A struct's tangent has its field names, and `()` where a field is marked `#[constant]`. Which of a
//! field's fields are meant is then rustc's to tell: `self.config.step` has a derivative if `config` has
//! one, and none if it is constant.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// A tangent that has fields, or payloads, of which `NAME` tells one; those of `()`, the tangent of what
/// is inactive, are `()`. `#[derive(Differentiable)]` implements it.
///
/// ```
/// use autodiff_runtime::__private::{get, member, member_mut, name};
///
/// let mut tangent = (1.0, [2.0, 3.0]);
/// *member_mut::<{ name("0") }, _>(&mut tangent) += 2.0;
/// assert_eq!(get::<f64, _>(member::<{ name("0") }, _>(&tangent)), 3.0);
/// assert_eq!(get::<f64, _>(member::<{ name("width") }, _>(&())), 0.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field or payload of this name that has a derivative",
    label = "its derivative is asked for here"
)]
pub trait Member<const NAME: u128> {
    /// The tangent's type of the field.
    type Of;
    /// The tangent of the field.
    fn of(&self) -> &Self::Of;
    /// The same, to be changed.
    fn of_mut(&mut self) -> &mut Self::Of;
}

/// The number by which [`Member`] knows a name: that of its bytes, of a long one a hash (FNV-1a). If two
/// names of one struct had the same, rustc would refuse the second `impl`.
pub const fn name(name: &str) -> u128 {
    let bytes = name.as_bytes();
    let short = bytes.len() < 16;
    let mut number: u128 = if short { 0 } else { 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d };
    let mut index = 0;
    while index < bytes.len() {
        let byte = bytes[index] as u128;
        number = match short {
            true => number << 8 | byte,
            false => (number ^ byte).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b),
        };
        index += 1;
    }
    number
}

impl<const NAME: u128> Member<NAME> for () {
    type Of = ();
    #[inline(always)]
    fn of(&self) -> &() {
        self
    }
    #[inline(always)]
    fn of_mut(&mut self) -> &mut () {
        self
    }
}

impl<const NAME: u128, M: Member<NAME> + ?Sized> Member<NAME> for Box<M> {
    type Of = M::Of;
    #[inline(always)]
    fn of(&self) -> &M::Of {
        (**self).of()
    }
    #[inline(always)]
    fn of_mut(&mut self) -> &mut M::Of {
        (**self).of_mut()
    }
}

macro_rules! tuple_members {
    ($($index:tt $field:ident),*) => {
        tuple_members!(@each ($($field)*) $($index $field),*);
    };
    (@each $all:tt $($index:tt $field:ident),*) => {
        $(tuple_members!(@one $all $index $field);)*
    };
    (@one ($($all:ident)*) $index:tt $field:ident) => {
        impl<$($all),*> Member<{ name(stringify!($index)) }> for ($($all,)*) {
            type Of = $field;
            #[inline(always)]
            fn of(&self) -> &$field {
                &self.$index
            }
            #[inline(always)]
            fn of_mut(&mut self) -> &mut $field {
                &mut self.$index
            }
        }
    };
}
tuple_members!(0 A);
tuple_members!(0 A, 1 B);
tuple_members!(0 A, 1 B, 2 C);
tuple_members!(0 A, 1 B, 2 C, 3 D);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K);
tuple_members!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L);

/// [`Member::of`], for what has a type that the macro does not see.
#[inline(always)]
pub fn member<const NAME: u128, M: Member<NAME> + ?Sized>(tangent: &M) -> &M::Of {
    tangent.of()
}

/// [`Member::of_mut`].
#[inline(always)]
pub fn member_mut<const NAME: u128, M: Member<NAME> + ?Sized>(tangent: &mut M) -> &mut M::Of {
    tangent.of_mut()
}

/// The tangents of fields without derivatives, where that is what they were taken for.
#[diagnostic::on_unimplemented(
    message = "a field with a derivative is used as only values without one are",
    label = "integers, collections, text and what is marked `#[constant]` are used so",
    note = "of a method, bind the field by `let` with its type: `let table: &Table = &self.table;`",
    note = "`#[constant]` at a `let` is for fields that are `#[constant]` in their struct"
)]
pub trait Underived {}

/// Has rustc check that a field has no derivative.
pub fn without_derivative<T: Underived + ?Sized>(_tangent: &T) {}

impl Underived for () {}
impl<T: Underived> Underived for Vec<T> {}
impl<T: Underived, const N: usize> Underived for [T; N] {}
impl<T: Underived> Underived for Option<T> {}
impl<T: Underived> Underived for Box<T> {}

macro_rules! underived {
    ($first:ident $($name:ident)*) => {
        impl<$first: Underived, $($name: Underived),*> Underived for ($first, $($name,)*) {}
        underived!($($name)*);
    };
    () => {};
}
underived!(A B C D E F G H I J K L);
