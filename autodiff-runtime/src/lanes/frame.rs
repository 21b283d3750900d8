//! What every lane is by what a lane can do: a tangent, a component, and a leaf of its own.

/// The implementations for a lane of directions of `$float`, which a constant `$n` counts.
macro_rules! frame {
    ($lane:ty, $n:ident, $float:ty) => {
        impl<const $n: usize> Default for $lane {
            #[inline(always)]
            fn default() -> Self {
                Self::ZERO
            }
        }
        impl<const $n: usize> $crate::Tangent for $lane {
            #[inline(always)]
            fn accumulate(&mut self, other: &Self) {
                *self += *other;
            }
            #[inline(always)]
            fn set_zero(&mut self) {
                *self = Self::ZERO;
            }
        }
        impl<const $n: usize> super::Component for $lane {
            #[inline(always)]
            fn component_as<F, L: super::Lane<F>>(&self) -> L {
                L::lane_cast::<$float, Self>(*self)
            }
            #[inline(always)]
            fn component_add<F, L: super::Lane<F>>(&mut self, share: L) {
                *self += <Self as super::Lane<$float>>::lane_cast(share);
            }
        }
        impl<const $n: usize> $crate::values::AddsTo<Self> for $lane {
            #[inline(always)]
            fn add_to(self, leaf: &mut Self) {
                *leaf += self;
            }
        }
        impl<const $n: usize> $crate::values::Leaf<Self> for $lane {
            #[inline(always)]
            fn leaf_get(&self) -> Self {
                *self
            }
            #[inline(always)]
            fn leaf_add(&mut self, value: Self) {
                *self += value;
            }
            #[inline(always)]
            fn leaf_clear(&mut self) {
                *self = Self::ZERO;
            }
        }
    };
}
pub(super) use frame;
