//! Numbers that may stand behind references.

/// A number, or a reference to one.
pub trait MaybeLent {
    /// The type of the number.
    type Number;
    /// The number itself.
    fn number(&self) -> Self::Number;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl MaybeLent for $number {
            type Number = $number;
            #[inline(always)]
            fn number(&self) -> $number {
                *self
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 }

impl<T: MaybeLent + ?Sized> MaybeLent for &T {
    type Number = T::Number;
    #[inline(always)]
    fn number(&self) -> T::Number {
        T::number(self)
    }
}

impl<T: MaybeLent + ?Sized> MaybeLent for &mut T {
    type Number = T::Number;
    #[inline(always)]
    fn number(&self) -> T::Number {
        T::number(self)
    }
}

/// The number that an item of an iterator is, or refers to: the items of `map.keys()` are references, those of
/// `0..n` are not.
///
/// ```
/// use autodiff_runtime::__private::number;
///
/// assert_eq!(number(&&3_usize), 3);
/// assert_eq!(number(&0.5), 0.5);
/// ```
#[inline(always)]
pub fn number<T: MaybeLent>(item: &T) -> T::Number {
    item.number()
}
