//! How many directions a sweep carries.
//!
//! A derivative function is linear in its tangents, or in its cotangents. So the generated code says
//! nothing about what one component of them is but that it can be added and multiplied by a float,
//! and the caller chooses by a zero-sized value of a family of lanes:
//!
//! | family | a component | what a sweep gives |
//! | --- | --- | --- |
//! | [`One`] | a float | the derivative along one direction |
//! | [`Wide<N>`] | a [`Pack`] of `N` floats | those along `N` directions, for one evaluation of the primal |
//! | [`Bits<W>`] | a [`Pattern`] of `64·W` bits | on which of so many inputs each output depends |
//! | [`Noted<N>`] | a [`NotedPack`] of both | derivatives along `N` directions, and what they come from |
//!
//! The lanes of a `Wide` never meet, and each is computed by the operations, in the order, of a sweep
//! of its own: the results are equal to the last bit.

mod bits;
mod each;
mod float;
mod frame;
mod laned;
mod noted;
mod vector;
mod wide;

use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use crate::Tangent;
use crate::tape::Plain;
use crate::values::{AddsTo, Leaf};

pub use bits::{Bits, Pattern};
pub use each::{add_lane, add_lane_slice, gather, lane_of, lane_of_slice, none_of, runs, spread};
pub(crate) use each::{count_lanes, each_lane, numbered_lanes, unit_lanes};
pub use laned::{
    Laned, Visit, VisitMut, cleared, cleared_slice, derivative_in, zero_tangent_in, zeros_in,
};
pub use noted::{Noted, NotedPack};
pub use wide::{Pack, Wide};

/// A family of lanes: what stands for a float in the derivatives of a sweep.
pub trait Lanes: Copy + Default + Debug + Send + Sync + 'static {
    /// The directions that a sweep carries.
    const COUNT: usize;
    /// Whether a direction only says if there is a derivative along it.
    const IS_PATTERN: bool = false;
    /// Whether values note what they are made of.
    const HAS_NOTES: bool = false;
    /// The derivatives of an `f64`.
    type F64: Lane<f64>;
    /// The derivatives of an `f32`.
    type F32: Lane<f32>;
}

/// The plain derivative: one direction, whose components are floats.
#[derive(Clone, Copy, Debug, Default)]
pub struct One;

impl Lanes for One {
    const COUNT: usize = 1;
    type F64 = f64;
    type F32 = f32;
}

/// The derivatives of one float `F` along all directions of a sweep: a vector space over `F`.
pub trait Lane<F>:
    Zero
    + Component
    + Copy
    + Default
    + Send
    + Sync
    + 'static
    + Tangent
    + Plain
    + Leaf<Self>
    + AddsTo<Self>
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<F, Output = Self>
    + Div<F, Output = Self>
    + AddAssign
    + SubAssign
{
    /// `self · partial`, and zero where `self` is zero whatever the partial is.
    fn lane_scale(self, partial: F) -> Self;
    /// The first where the condition holds, else the second.
    fn lane_select(condition: bool, first: Self, second: Self) -> Self;
    /// [`f64::to_degrees`], which is linear.
    fn lane_to_degrees(self) -> Self;
    /// [`f64::to_radians`].
    fn lane_to_radians(self) -> Self;
    /// The derivative along one direction.
    fn lane_get(&self, lane: usize) -> f64;
    /// Makes `value` the derivative along one direction.
    fn lane_set(&mut self, lane: usize, value: f64);
    /// Hands `sink` the first `count` directions and the derivatives along them, or at least those
    /// that differ from zero.
    fn lane_each(&self, count: usize, sink: impl FnMut(usize, f64));
    /// The derivatives of a float, given those of the float of another type that was cast to it.
    fn lane_cast<G, L: Lane<G>>(from: L) -> Self;
    /// What it notes; nothing, but for lanes of [`Noted`].
    #[inline(always)]
    fn lane_notes(&self) -> u64 {
        0
    }
    /// Adds to what it notes.
    #[inline(always)]
    fn lane_note(&mut self, _notes: u64) {}
}

/// The derivative of what is cast to a float, where the macro does not see what that is: lanes of either
/// float, or `()` for an integer.
pub trait Component {
    /// The derivative of the float that it is cast to.
    fn component_as<F, L: Lane<F>>(&self) -> L;
    /// Adds the share that comes back from that float.
    fn component_add<F, L: Lane<F>>(&mut self, share: L);
}

impl Component for () {
    #[inline(always)]
    fn component_as<F, L: Lane<F>>(&self) -> L {
        L::ZERO
    }
    #[inline(always)]
    fn component_add<F, L: Lane<F>>(&mut self, _share: L) {}
}

/// A component of a value of unseen type, as a float of another width; none of an integer.
#[inline(always)]
pub fn cast_component<L: Lane<F>, F>(component: &impl Component) -> L {
    component.component_as()
}

/// Adds a cotangent to a component of unseen type, in its width; an integer has none.
#[inline(always)]
pub fn add_cast<L: Lane<F>, F>(component: &mut impl Component, share: L) {
    component.component_add(share);
}

/// A share that comes back from a float, for what was cast to it.
#[inline(always)]
pub fn cast_back<C: Component + Default, L: Lane<F>, F>(share: L) -> C {
    let mut component = C::default();
    component.component_add(share);
    component
}

/// The zero of a lane, as a constant.
pub trait Zero {
    /// Zero.
    const ZERO: Self;
    /// What a sum starts from: negative zeros, as `-0.0 + v` is `v` to the last bit.
    const EMPTY_SUM: Self;
}

/// [`Zero::ZERO`].
#[inline(always)]
pub fn zero_lane<L: Zero>() -> L {
    L::ZERO
}

/// [`Zero::EMPTY_SUM`].
#[inline(always)]
pub fn empty_sum<L: Zero>() -> L {
    L::EMPTY_SUM
}

/// `d · p`, and `0` for `d = 0` whatever `p` is, so that an unused value cannot poison a gradient
/// at a pole.
///
/// ```
/// use autodiff_runtime::__private::scale;
///
/// assert_eq!(scale(2.0, 3.0), 6.0);
/// assert_eq!(scale(0.0, f64::INFINITY), 0.0);
/// ```
#[inline(always)]
pub fn scale<L: Lane<F>, F>(d: L, p: F) -> L {
    d.lane_scale(p)
}

/// [`Lane::lane_select`].
#[inline(always)]
pub fn select_lane<L: Lane<F>, F>(condition: bool, first: L, second: L) -> L {
    L::lane_select(condition, first, second)
}

/// [`Lane::lane_to_degrees`].
#[inline(always)]
pub fn to_degrees<L: Lane<F>, F>(d: L) -> L {
    d.lane_to_degrees()
}

/// [`Lane::lane_to_radians`].
#[inline(always)]
pub fn to_radians<L: Lane<F>, F>(d: L) -> L {
    d.lane_to_radians()
}

/// [`Lane::lane_cast`].
#[inline(always)]
pub fn cast_lane<To: Lane<G>, G, From: Lane<F>, F>(from: From) -> To {
    To::lane_cast(from)
}
