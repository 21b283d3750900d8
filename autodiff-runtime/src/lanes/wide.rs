//! Several directions in a sweep.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use super::frame::frame;
use super::vector::{
    self, Minus, Negative, Operand, Over, Plus, Same, Scaled, Step, Times, Widths,
};
use super::{Lane, Lanes, Zero};
use crate::tape::Plain;

/// `N` directions at once.
///
/// ```
/// use autodiff_runtime::__private::{Lanes, Pack, Wide};
///
/// let d: <Wide<4> as Lanes>::F64 = Pack([1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(d * 2.0 + d, Pack([3.0, 6.0, 9.0, 12.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Wide<const N: usize>;

impl<const N: usize> Lanes for Wide<N> {
    const COUNT: usize = N;
    type F64 = Pack<f64, N>;
    type F32 = Pack<f32, N>;
}

/// The derivatives of one float along `N` directions; component-wise arithmetic, which the compiler
/// turns into vector instructions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Pack<F, const N: usize>(pub [F; N]);

impl<F: Copy, const N: usize> Pack<F, N> {
    #[inline(always)]
    fn map(mut self, each: impl Fn(F) -> F) -> Self {
        for lane in &mut self.0 {
            *lane = each(*lane);
        }
        self
    }
}

impl<F: Widths, const N: usize> Pack<F, N> {
    #[inline(always)]
    fn with(mut self, other: &impl Operand<F>, step: impl Step) -> Self {
        vector::run(&mut self.0, other, step);
        self
    }
}

// SAFETY: as the array, which it is.
unsafe impl<F: Plain, const N: usize> Plain for Pack<F, N> {
    const SIZE: usize = <[F; N]>::SIZE;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: by the caller.
        unsafe { self.0.write(to) }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: by the caller.
        Pack(unsafe { <[F; N]>::read(from) })
    }
}

macro_rules! pack {
    ($($float:ty)*) => {$(
        impl<const N: usize> Zero for Pack<$float, N> {
            const ZERO: Self = Pack([0.0; N]);
            const EMPTY_SUM: Self = Pack([-0.0; N]);
        }
        frame!(Pack<$float, N>, N, $float);
        impl<const N: usize> Neg for Pack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                self.with(&Same(0.0), Negative)
            }
        }
        impl<const N: usize> Add for Pack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self.with(&other.0, Plus)
            }
        }
        impl<const N: usize> Sub for Pack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self.with(&other.0, Minus)
            }
        }
        impl<const N: usize> AddAssign for Pack<$float, N> {
            #[inline(always)]
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }
        impl<const N: usize> SubAssign for Pack<$float, N> {
            #[inline(always)]
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }
        impl<const N: usize> Mul<$float> for Pack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn mul(self, factor: $float) -> Self {
                self.with(&Same(factor), Times)
            }
        }
        impl<const N: usize> Div<$float> for Pack<$float, N> {
            type Output = Self;
            #[inline(always)]
            fn div(self, divisor: $float) -> Self {
                self.with(&Same(divisor), Over)
            }
        }
        impl<const N: usize> Lane<$float> for Pack<$float, N> {
            #[inline(always)]
            fn lane_scale(self, partial: $float) -> Self {
                self.with(&Same(partial), Scaled)
            }
            #[inline(always)]
            fn lane_select(condition: bool, first: Self, second: Self) -> Self {
                if condition { first } else { second }
            }
            #[inline(always)]
            fn lane_to_degrees(self) -> Self {
                self.map(<$float>::to_degrees)
            }
            #[inline(always)]
            fn lane_to_radians(self) -> Self {
                self.map(<$float>::to_radians)
            }
            #[inline(always)]
            fn lane_get(&self, lane: usize) -> f64 {
                f64::from(self.0[lane])
            }
            #[inline(always)]
            fn lane_set(&mut self, lane: usize, value: f64) {
                self.0[lane] = value as $float;
            }
            #[inline(always)]
            fn lane_each(&self, count: usize, mut sink: impl FnMut(usize, f64)) {
                for (lane, value) in self.0.iter().take(count).enumerate() {
                    sink(lane, f64::from(*value));
                }
            }
            #[inline(always)]
            fn lane_cast<G, L: Lane<G>>(from: L) -> Self {
                Pack(core::array::from_fn(|lane| from.lane_get(lane) as $float))
            }
        }
    )*};
}
pack!(f32 f64);
