//! Whether a value whose type the macro does not see is a list of the standard library's.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

/// What methods of slices, of a value of unseen type, are taken to be methods of.
#[diagnostic::on_unimplemented(
    message = "a value of the type `{Self}` is taken for a list",
    label = "the type of this is not seen",
    note = "bind the value by `let` with its type, of a field without derivative by \
            `#[constant] let name: &Type = &field;`"
)]
pub trait Listed {}

/// Has rustc check that a value is a list, or another collection.
///
/// ```
/// autodiff_runtime::__private::is_listed(&vec![1.0, 2.0]);
/// ```
///
/// ```compile_fail
/// struct FromOne(Vec<f64>);
/// autodiff_runtime::__private::is_listed(&FromOne(vec![1.0]));
/// ```
pub fn is_listed<T: Listed + ?Sized>(_value: &T) {}

macro_rules! listed {
    ($([$($of:tt)*] $listed:ty;)*) => {
        $(impl<$($of)*> Listed for $listed {})*
    };
}

listed! {
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T] LinkedList<T>;
    [T] BinaryHeap<T>;
    [T] BTreeSet<T>;
    [K, V] BTreeMap<K, V>;
    [] str;
    [] String;
    [T] Range<T>;
    [T] RangeInclusive<T>;
    [L: Listed + ?Sized] &L;
    [L: Listed + ?Sized] &mut L;
    [L: Listed + ?Sized] Box<L>;
    [L: Listed + ?Sized] Rc<L>;
    [L: Listed + ?Sized] Arc<L>;
    [L: Listed + ToOwned + ?Sized] Cow<'_, L>;
}

#[cfg(feature = "std")]
impl<T, S> Listed for std::collections::HashSet<T, S> {}

#[cfg(feature = "std")]
impl<K, V, S> Listed for std::collections::HashMap<K, V, S> {}

#[cfg(feature = "ndarray")]
impl<S: ndarray::RawData, D> Listed for ndarray::ArrayBase<S, D> {}
