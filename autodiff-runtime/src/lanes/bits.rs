//! Sparsity patterns by the same sweeps.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use super::frame::frame;
use super::{Lane, Lanes, Zero};
use crate::tape::Plain;

/// `64·W` inputs (or outputs, in reverse mode), of each of which a sweep tells what depends on it.
///
/// What is found is what the evaluated path may depend on: a product with a zero counts, and so do
/// both sides of `max` and its like; a branch that did not run does not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits<const W: usize>;

impl<const W: usize> Lanes for Bits<W> {
    const COUNT: usize = 64 * W;
    const IS_PATTERN: bool = true;
    type F64 = Pattern<W>;
    type F32 = Pattern<W>;
}

/// The directions along which a derivative may be other than zero.
///
/// ```
/// use autodiff_runtime::__private::{Lane, Pattern};
///
/// let mut x = Pattern::<2>::default();
/// Lane::<f64>::lane_set(&mut x, 70, 1.0);
/// let y: Pattern<2> = x * 0.0;
/// assert!(y.contains(70) && !y.contains(6));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<const W: usize>([u64; W]);

impl<const W: usize> Pattern<W> {
    /// Whether this direction is one of them.
    #[inline]
    pub fn contains(&self, lane: usize) -> bool {
        self.0[lane / 64] & (1 << (lane % 64)) != 0
    }

    /// The directions, 64 in each word.
    #[inline(always)]
    pub(crate) fn words(&self) -> &[u64; W] {
        &self.0
    }

    /// What depends on either: a sum, and just so a difference.
    #[inline(always)]
    fn join(&mut self, other: Self) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
    }

    /// The directions, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.0.into_iter().enumerate().filter(|(_, word)| *word != 0);
        words.flat_map(|(index, word)| {
            let next = |rest: &u64| (rest & (rest - 1) != 0).then(|| rest & (rest - 1));
            let lowest = core::iter::successors(Some(word), next);
            lowest.map(move |rest| 64 * index + rest.trailing_zeros() as usize)
        })
    }
}

impl<const W: usize> Zero for Pattern<W> {
    const ZERO: Self = Pattern([0; W]);
    const EMPTY_SUM: Self = Pattern([0; W]);
}

// SAFETY: as the array, which it is.
unsafe impl<const W: usize> Plain for Pattern<W> {
    const SIZE: usize = <[u64; W]>::SIZE;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: by the caller.
        unsafe { self.0.write(to) }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: by the caller.
        Pattern(unsafe { <[u64; W]>::read(from) })
    }
}

frame!(Pattern<W>, W, f64);

impl<const W: usize> Neg for Pattern<W> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self
    }
}

impl<const W: usize> AddAssign for Pattern<W> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.join(other);
    }
}

impl<const W: usize> SubAssign for Pattern<W> {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        self.join(other);
    }
}

impl<const W: usize> Add for Pattern<W> {
    type Output = Self;
    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        self.join(other);
        self
    }
}

impl<const W: usize> Sub for Pattern<W> {
    type Output = Self;
    #[inline(always)]
    fn sub(mut self, other: Self) -> Self {
        self.join(other);
        self
    }
}

impl<F, const W: usize> Mul<F> for Pattern<W> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, _factor: F) -> Self {
        self
    }
}

impl<F, const W: usize> Div<F> for Pattern<W> {
    type Output = Self;
    #[inline(always)]
    fn div(self, _divisor: F) -> Self {
        self
    }
}

macro_rules! pattern {
    ($($float:ty)*) => {$(
        impl<const W: usize> Lane<$float> for Pattern<W> {
            #[inline(always)]
            fn lane_scale(self, _partial: $float) -> Self {
                self
            }
            #[inline(always)]
            fn lane_select(_condition: bool, first: Self, second: Self) -> Self {
                first + second
            }
            #[inline(always)]
            fn lane_to_degrees(self) -> Self {
                self
            }
            #[inline(always)]
            fn lane_to_radians(self) -> Self {
                self
            }
            #[inline(always)]
            fn lane_get(&self, lane: usize) -> f64 {
                f64::from(u8::from(self.contains(lane)))
            }
            #[inline(always)]
            fn lane_set(&mut self, lane: usize, value: f64) {
                let bit = 1 << (lane % 64);
                match value == 0.0 {
                    true => self.0[lane / 64] &= !bit,
                    false => self.0[lane / 64] |= bit,
                }
            }
            #[inline(always)]
            fn lane_each(&self, count: usize, mut sink: impl FnMut(usize, f64)) {
                self.iter().take_while(|lane| *lane < count).for_each(|lane| sink(lane, 1.0));
            }
            #[inline(always)]
            fn lane_cast<G, L: Lane<G>>(from: L) -> Self {
                let mut pattern = Self::ZERO;
                for lane in 0..64 * W {
                    <Self as Lane<$float>>::lane_set(&mut pattern, lane, from.lane_get(lane));
                }
                pattern
            }
        }
    )*};
}
pattern!(f32 f64);
