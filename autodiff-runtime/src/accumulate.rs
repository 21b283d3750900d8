//! Sums of tangents, of any shape.

use crate::Tangent;
use crate::lanes::Zero;

/// Adds a tangent, or a slice of them, to another: `sum += value`.
///
/// ```
/// let mut sum = [1.0, 2.0, 3.0];
/// autodiff_runtime::accumulate(&mut sum[1..], &[10.0, 20.0][..]);
/// assert_eq!(sum, [1.0, 12.0, 23.0]);
/// ```
///
/// # Panics
/// If the shapes differ, and either has a component.
#[inline(always)]
pub fn accumulate<T: Accumulate + ?Sized>(sum: &mut T, value: &T) {
    sum.accumulate_from(value);
}

/// Adds the cotangent of what was read from a field to the field's, which is `()` where the field is constant.
///
/// ```
/// let (mut field, mut constant) = (1.0, ());
/// autodiff_runtime::__private::accumulate_part(&mut field, &2.0);
/// autodiff_runtime::__private::accumulate_part(&mut constant, &2.0);
/// assert_eq!((field, constant), (3.0, ()));
/// ```
#[inline(always)]
pub fn accumulate_part<S: ?Sized, T: AddsToPart<S>>(sum: &mut S, value: &T) {
    value.add_to_part(sum);
}

/// What [`accumulate_part`] adds.
#[diagnostic::on_unimplemented(
    message = "a field that is constant is passed on as if it were not",
    label = "its derivative is `{Self}`, and that of the parameter is `{S}`",
    note = "at second order such a field is bound before the call: `#[constant] let dt = self.dt;`"
)]
pub trait AddsToPart<S: ?Sized> {
    /// `sum += self`.
    fn add_to_part(&self, sum: &mut S);
}

impl<T: Accumulate> AddsToPart<T> for T {
    #[inline(always)]
    fn add_to_part(&self, sum: &mut T) {
        sum.accumulate_from(self);
    }
}

impl<L: Zero> AddsToPart<()> for L {
    #[inline(always)]
    fn add_to_part(&self, _sum: &mut ()) {}
}

/// Makes a tangent, or a slice of them, zero; its shape stays.
///
/// ```
/// let mut tangent = [1.0, 2.0, 3.0];
/// autodiff_runtime::set_zero(&mut tangent[1..]);
/// assert_eq!(tangent, [1.0, 0.0, 0.0]);
/// ```
#[inline(always)]
pub fn set_zero<T: Accumulate + ?Sized>(tangent: &mut T) {
    tangent.clear_all();
}

/// A [`Tangent`] or a slice of them: what [`accumulate`] and [`set_zero`] take.
///
/// ```
/// fn double<T: autodiff_runtime::__private::Accumulate + Clone>(tangent: &mut T) {
///     let once = tangent.clone();
///     tangent.accumulate_from(&once);
/// }
/// let mut x = [1.0, 2.0];
/// double(&mut x);
/// assert_eq!(x, [2.0, 4.0]);
/// ```
pub trait Accumulate {
    /// `self += value`.
    fn accumulate_from(&mut self, value: &Self);
    /// `self = 0`.
    fn clear_all(&mut self);
    /// Whether it has a component.
    fn is_varied(&self) -> bool;
}

impl<T: Tangent> Accumulate for T {
    #[inline(always)]
    fn accumulate_from(&mut self, value: &T) {
        self.accumulate(value);
    }
    #[inline(always)]
    fn clear_all(&mut self) {
        self.set_zero();
    }
    #[inline(always)]
    fn is_varied(&self) -> bool {
        self.has_components()
    }
}

impl<T: Tangent> Accumulate for [T] {
    #[inline]
    fn accumulate_from(&mut self, value: &[T]) {
        if self.len() != value.len() {
            check_shapes(self, value, "slice or `Vec`");
        }
        self.iter_mut().zip(value).for_each(|(sum, value)| sum.accumulate(value));
    }
    #[inline]
    fn clear_all(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }
    #[inline]
    fn is_varied(&self) -> bool {
        self.iter().any(T::has_components)
    }
}

/// Tangents of different shapes were added up: nothing to add is lost where neither has a component, as an
/// `Option` of an integer.
///
/// # Panics
/// If either has a component.
#[cold]
#[inline(never)]
#[track_caller]
pub fn check_shapes<S: Accumulate + ?Sized, T: Accumulate + ?Sized>(
    sum: &S,
    value: &T,
    what: &str,
) {
    if sum.is_varied() || value.is_varied() {
        shape_mismatch(what);
    }
}

/// Tangents of one type but of different shapes were added up.
#[cold]
#[inline(never)]
#[track_caller]
pub fn shape_mismatch(what: &str) -> ! {
    panic!(
        "chainrule: two tangents of a {what} differ in length or variant; \
         a tangent passed in must have the shape of its value, as `zero_tangent` gives it"
    )
}
