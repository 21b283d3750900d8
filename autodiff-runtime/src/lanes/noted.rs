//! Several directions, and beside them what each value depends on.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use super::frame::frame;
use super::{Lane, Lanes, Pack, Wide, Zero};
use crate::tape::Plain;

/// `N` directions as those of [`Wide`], and 64 notes that a value inherits from all that it is made of, as
/// from one of [`Bits`](super::Bits): what a sweep finds it also tells the origin of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noted<const N: usize>;

impl<const N: usize> Lanes for Noted<N> {
    const COUNT: usize = N;
    const HAS_NOTES: bool = true;
    type F64 = NotedPack<f64, N>;
    type F32 = NotedPack<f32, N>;
}

impl<const N: usize> Wide<N> {
    /// As many directions, with notes.
    #[inline(always)]
    pub fn noted(self) -> Noted<N> {
        Noted
    }
}

impl super::One {
    /// One direction, with notes.
    #[inline(always)]
    pub fn noted(self) -> Noted<1> {
        Noted
    }
}

/// The derivatives of one float along `N` directions, and its notes.
///
/// ```
/// use autodiff_runtime::__private::{Lane, NotedPack, Pack};
///
/// let x = NotedPack { pack: Pack([1.0_f64, 2.0]), notes: 0b01 };
/// let y = NotedPack { pack: Pack([3.0_f64, 4.0]), notes: 0b10 };
/// assert_eq!(x * 2.0 + y, NotedPack { pack: Pack([5.0, 8.0]), notes: 0b11 });
/// assert_eq!((x * 0.0).notes, 0b01);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotedPack<F, const N: usize> {
    /// The derivatives.
    pub pack: Pack<F, N>,
    /// The notes.
    pub notes: u64,
}

// SAFETY: as the two parts one behind the other.
unsafe impl<F: Plain, const N: usize> Plain for NotedPack<F, N> {
    const SIZE: usize = <(Pack<F, N>, u64)>::SIZE;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: by the caller.
        unsafe { (self.pack, self.notes).write(to) }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: by the caller.
        let (pack, notes) = unsafe { <(Pack<F, N>, u64)>::read(from) };
        NotedPack { pack, notes }
    }
}

macro_rules! noted {
    ($($float:ty)*) => {$(
        impl<const N: usize> Zero for NotedPack<$float, N> {
            const ZERO: Self = NotedPack { pack: Pack::ZERO, notes: 0 };
            const EMPTY_SUM: Self = NotedPack { pack: Pack::EMPTY_SUM, notes: 0 };
        }
        frame!(NotedPack<$float, N>, N, $float);
        impl<const N: usize> Neg for NotedPack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                NotedPack { pack: -self.pack, ..self }
            }
        }
        impl<const N: usize> Add for NotedPack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                NotedPack { pack: self.pack + other.pack, notes: self.notes | other.notes }
            }
        }
        impl<const N: usize> Sub for NotedPack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                NotedPack { pack: self.pack - other.pack, notes: self.notes | other.notes }
            }
        }
        impl<const N: usize> AddAssign for NotedPack<$float, N> {
            #[inline(always)]
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }
        impl<const N: usize> SubAssign for NotedPack<$float, N> {
            #[inline(always)]
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }
        impl<const N: usize> Mul<$float> for NotedPack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn mul(self, factor: $float) -> Self {
                NotedPack { pack: self.pack * factor, ..self }
            }
        }
        impl<const N: usize> Div<$float> for NotedPack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn div(self, divisor: $float) -> Self {
                NotedPack { pack: self.pack / divisor, ..self }
            }
        }
        impl<const N: usize> Lane<$float> for NotedPack<$float, N> {
            #[inline(always)]
            fn lane_scale(self, partial: $float) -> Self {
                NotedPack { pack: self.pack.lane_scale(partial), ..self }
            }
            #[inline(always)]
            fn lane_select(condition: bool, first: Self, second: Self) -> Self {
                // As a pattern does: the other side may be the larger one at the next point.
                NotedPack {
                    pack: Lane::<$float>::lane_select(condition, first.pack, second.pack),
                    notes: first.notes | second.notes,
                }
            }
            #[inline(always)]
            fn lane_to_degrees(self) -> Self {
                NotedPack { pack: Lane::<$float>::lane_to_degrees(self.pack), ..self }
            }
            #[inline(always)]
            fn lane_to_radians(self) -> Self {
                NotedPack { pack: Lane::<$float>::lane_to_radians(self.pack), ..self }
            }
            #[inline(always)]
            fn lane_get(&self, lane: usize) -> f64 {
                Lane::<$float>::lane_get(&self.pack, lane)
            }
            #[inline(always)]
            fn lane_set(&mut self, lane: usize, value: f64) {
                Lane::<$float>::lane_set(&mut self.pack, lane, value);
            }
            #[inline(always)]
            fn lane_each(&self, count: usize, sink: impl FnMut(usize, f64)) {
                Lane::<$float>::lane_each(&self.pack, count, sink);
            }
            #[inline(always)]
            fn lane_cast<G, L: Lane<G>>(from: L) -> Self {
                let notes = from.lane_notes();
                NotedPack { pack: Lane::<$float>::lane_cast(from), notes }
            }
            #[inline(always)]
            fn lane_notes(&self) -> u64 {
                self.notes
            }
            #[inline(always)]
            fn lane_note(&mut self, notes: u64) {
                self.notes |= notes;
            }
        }
    )*};
}
noted!(f32 f64);
