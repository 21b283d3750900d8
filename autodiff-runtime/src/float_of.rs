//! The float that a type is made of.

/// Names the float type inside a type, for derived code about fields whose types its macro cannot
/// see: what is computed from them is taken to be of this type, and rustc checks that it is.
#[diagnostic::on_unimplemented(
    message = "what float `{Self}` is made of cannot be told",
    note = "annotate the values in the function: their type decides their derivative"
)]
pub trait FloatOf {
    /// `f32` or `f64`.
    type Float;
}

macro_rules! itself {
    ($($float:ty)*) => {$(
        impl FloatOf for $float {
            type Float = $float;
        }
    )*};
}
itself!(f32 f64);

impl<T: FloatOf + ?Sized> FloatOf for &T {
    type Float = T::Float;
}

impl<T: FloatOf> FloatOf for [T] {
    type Float = T::Float;
}

impl<T: FloatOf, const N: usize> FloatOf for [T; N] {
    type Float = T::Float;
}

impl<T: FloatOf> FloatOf for alloc::vec::Vec<T> {
    type Float = T::Float;
}

impl<T: FloatOf> FloatOf for Option<T> {
    type Float = T::Float;
}

impl<T: FloatOf, E> FloatOf for Result<T, E> {
    type Float = T::Float;
}
