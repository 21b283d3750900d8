//! A float as the lane of one direction.

use super::{Component, Lane, Zero};

macro_rules! float {
    ($($float:ty)*) => {$(
        impl Zero for $float {
            const ZERO: $float = 0.0;
            const EMPTY_SUM: $float = -0.0;
        }

        impl Component for $float {
            #[inline(always)]
            fn component_as<F, L: Lane<F>>(&self) -> L {
                L::lane_cast::<$float, Self>(*self)
            }
            #[inline(always)]
            fn component_add<F, L: Lane<F>>(&mut self, share: L) {
                *self += <Self as Lane<$float>>::lane_cast(share);
            }
        }

        impl Lane<$float> for $float {
            #[inline(always)]
            fn lane_scale(self, partial: $float) -> $float {
                if self == 0.0 { 0.0 } else { self * partial }
            }
            #[inline(always)]
            fn lane_select(condition: bool, first: $float, second: $float) -> $float {
                if condition { first } else { second }
            }
            #[inline(always)]
            fn lane_to_degrees(self) -> $float {
                self.to_degrees()
            }
            #[inline(always)]
            fn lane_to_radians(self) -> $float {
                self.to_radians()
            }
            #[inline(always)]
            fn lane_get(&self, _lane: usize) -> f64 {
                f64::from(*self)
            }
            #[inline(always)]
            fn lane_set(&mut self, _lane: usize, value: f64) {
                *self = value as $float;
            }
            #[inline(always)]
            fn lane_each(&self, count: usize, mut sink: impl FnMut(usize, f64)) {
                if count > 0 {
                    sink(0, f64::from(*self));
                }
            }
            #[inline(always)]
            fn lane_cast<G, L: Lane<G>>(from: L) -> $float {
                from.lane_get(0) as $float
            }
        }
    )*};
}
float!(f32 f64);
