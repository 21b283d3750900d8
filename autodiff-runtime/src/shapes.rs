//! The shapes of tangents that have no components: those of `Option`s and lists of integers.

use alloc::vec::Vec;

/// A tangent that takes the shape of another: that of a field, which is `()` where the field is constant.
pub trait Shaped<Tangent> {
    /// Takes the shape, and the components.
    fn shape_as(&mut self, tangent: Tangent);
}

macro_rules! shaped {
    ($([$($param:tt)*] $tangent:ty)*) => {$(
        impl<T, $($param)*> Shaped<$tangent> for $tangent {
            #[inline]
            fn shape_as(&mut self, tangent: $tangent) {
                *self = tangent;
            }
        }

        impl<T, $($param)*> Shaped<$tangent> for () {
            #[inline]
            fn shape_as(&mut self, _: $tangent) {}
        }
    )*};
}
shaped!([] Option<T> [] Vec<T> [const N: usize] [T; N]);

/// Gives the tangent of a field without a derivative its shape anew, when the field was given another value.
///
/// ```
/// use autodiff_runtime::__private::reshape;
///
/// let mut tangent: Option<()> = None;
/// reshape(&mut tangent, Some(()));
/// assert!(tangent.is_some());
/// reshape(&mut (), Some(()));
/// ```
#[inline]
pub fn reshape<T, S: Shaped<T> + ?Sized>(tangent: &mut S, shape: T) {
    tangent.shape_as(shape);
}
