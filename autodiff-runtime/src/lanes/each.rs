//! One lane after the other: for rules that the user gives in plain floats.
//!
//! A pattern of bits has no value that such a rule could be asked for. There each output counts as
//! dependent on all that any input depends on.

use alloc::vec::Vec;
use core::slice;

use super::{Lane, Laned, Lanes, One, Visit, VisitMut, Zero};
use crate::Differentiable;

/// How often a rule runs.
#[inline(always)]
pub fn runs<K: Lanes>(_lanes: K) -> usize {
    if K::IS_PATTERN { 1 } else { K::COUNT }
}

/// The tangent along one lane.
#[inline(always)]
pub fn lane_of<K: Lanes, T: Differentiable>(value: &T, dot: &T::Dot<K>, lane: usize) -> T::Tangent {
    let mut tangent = value.zero_tangent();
    copy_lane::<K, T>(lane, slice::from_ref(dot), slice::from_mut(&mut tangent));
    tangent
}

/// The same for a slice.
#[inline]
pub fn lane_of_slice<K: Lanes, T: Differentiable>(
    values: &[T],
    dots: &[T::Dot<K>],
    lane: usize,
) -> Vec<T::Tangent> {
    let mut tangents = crate::zeros(values);
    copy_lane::<K, T>(lane, dots, &mut tangents);
    tangents
}

#[inline(always)]
fn copy_lane<K: Lanes, T: Differentiable>(
    lane: usize,
    dots: &[T::Dot<K>],
    tangents: &mut [T::Tangent],
) {
    let mut first = 0.0;
    let mut others = Vec::new();
    let mut count = 0;
    let mut read = Read {
        lane,
        found: |value| {
            if count == 0 {
                first = value;
            } else {
                others.push(value);
            }
            count += 1;
        },
    };
    dots.iter().for_each(|dot| T::visit::<K>(dot, &mut read));
    let mut values = core::iter::once(first).chain(others);
    let mut write = Write { lane: 0, update: |_| values.next().unwrap_or_default() };
    tangents.iter_mut().for_each(|tangent| T::visit_mut::<One>(tangent, &mut write));
}

/// Adds a cotangent, or a tangent, to one lane.
#[inline(always)]
pub fn add_lane<K: Lanes, T: Differentiable>(
    dot: &mut T::Dot<K>,
    tangent: &T::Tangent,
    lane: usize,
) {
    add_lane_slice::<K, T>(slice::from_mut(dot), slice::from_ref(tangent), lane);
}

/// The same for a slice.
#[inline(always)]
pub fn add_lane_slice<K: Lanes, T: Differentiable>(
    dots: &mut [T::Dot<K>],
    tangents: &[T::Tangent],
    lane: usize,
) {
    if K::IS_PATTERN {
        return;
    }
    if dots.len() != tangents.len() {
        crate::check_shapes(dots, tangents, "slice or `Vec`");
    }
    let mut first = 0.0;
    let mut others = Vec::new();
    let mut count = 0;
    let mut read = Read {
        lane: 0,
        found: |value| {
            if count == 0 {
                first = value;
            } else {
                others.push(value);
            }
            count += 1;
        },
    };
    tangents.iter().for_each(|tangent| T::visit::<One>(tangent, &mut read));
    let mut values = core::iter::once(first).chain(others);
    let mut write = Write { lane, update: |old| old + values.next().unwrap_or_default() };
    dots.iter_mut().for_each(|dot| T::visit_mut::<K>(dot, &mut write));
}

/// Adds to `all` the directions that anything in these patterns depends on.
#[inline(always)]
pub fn gather<K: Lanes, T: Laned>(dots: &[T::Dot<K>], all: &mut K::F64) {
    if K::IS_PATTERN || K::HAS_NOTES {
        dots.iter().for_each(|dot| T::visit(dot, &mut Gather::<K>(all)));
    }
}

/// Makes everything depend on these directions, besides those on which it did.
#[inline(always)]
pub fn spread<K: Lanes, T: Laned>(dots: &mut [T::Dot<K>], all: K::F64) {
    if K::IS_PATTERN || K::HAS_NOTES {
        dots.iter_mut().for_each(|dot| T::visit_mut(dot, &mut Spread::<K>(all)));
    }
}

struct Read<F> {
    lane: usize,
    found: F,
}

impl<K: Lanes, F: FnMut(f64)> Visit<K> for Read<F> {
    #[inline(always)]
    fn f64(&mut self, lane: &K::F64) {
        (self.found)(lane.lane_get(self.lane));
    }
    #[inline(always)]
    fn f32(&mut self, lane: &K::F32) {
        (self.found)(lane.lane_get(self.lane));
    }
}

struct Write<F> {
    lane: usize,
    update: F,
}

impl<K: Lanes, F: FnMut(f64) -> f64> VisitMut<K> for Write<F> {
    #[inline(always)]
    fn f64(&mut self, lane: &mut K::F64) {
        let value = (self.update)(lane.lane_get(self.lane));
        lane.lane_set(self.lane, value);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &mut K::F32) {
        let value = (self.update)(lane.lane_get(self.lane));
        lane.lane_set(self.lane, value);
    }
}

struct Gather<'a, K: Lanes>(&'a mut K::F64);

impl<K: Lanes> Visit<K> for Gather<'_, K> {
    fn f64(&mut self, lane: &K::F64) {
        match K::HAS_NOTES {
            true => self.0.lane_note(lane.lane_notes()),
            false => *self.0 += *lane,
        }
    }
    fn f32(&mut self, lane: &K::F32) {
        match K::HAS_NOTES {
            true => self.0.lane_note(lane.lane_notes()),
            false => *self.0 += super::cast_lane::<K::F64, f64, K::F32, f32>(*lane),
        }
    }
}

struct Spread<K: Lanes>(K::F64);

impl<K: Lanes> VisitMut<K> for Spread<K> {
    fn f64(&mut self, lane: &mut K::F64) {
        match K::HAS_NOTES {
            true => lane.lane_note(self.0.lane_notes()),
            false => *lane += self.0,
        }
    }
    fn f32(&mut self, lane: &mut K::F32) {
        match K::HAS_NOTES {
            true => lane.lane_note(self.0.lane_notes()),
            false => *lane += super::cast_lane::<K::F32, f32, K::F64, f64>(self.0),
        }
    }
}

/// What [`gather`] starts from.
#[inline(always)]
pub fn none_of<K: Lanes>(_lanes: K) -> K::F64 {
    K::F64::ZERO
}

/// Makes each lane a basis vector: lane 0 that of component `first`, and so on.
#[inline]
pub fn unit_lanes<K: Lanes, T: Laned>(dot: &mut T::Dot<K>, first: usize) {
    numbered_lanes::<K, T>(dot, |component| component, first);
}

/// Makes each lane a sum of basis vectors, those with the same number: lane 0 of number `first`, and so on.
#[inline]
pub fn numbered_lanes<K: Lanes, T: Laned>(
    dot: &mut T::Dot<K>,
    number: impl Fn(usize) -> usize,
    first: usize,
) {
    T::visit_mut(dot, &mut Unit { next: 0, number, first });
}

struct Unit<N> {
    next: usize,
    number: N,
    first: usize,
}

impl<N: Fn(usize) -> usize> Unit<N> {
    #[inline(always)]
    fn set<F, L: Lane<F>>(&mut self, lane: &mut L, count: usize) {
        *lane = L::ZERO;
        let number = (self.number)(self.next);
        if number >= self.first && number < self.first + count {
            lane.lane_set(number - self.first, 1.0);
        }
        self.next += 1;
    }
}

impl<K: Lanes, N: Fn(usize) -> usize> VisitMut<K> for Unit<N> {
    #[inline(always)]
    fn f64(&mut self, lane: &mut K::F64) {
        self.set::<f64, K::F64>(lane, K::COUNT);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &mut K::F32) {
        self.set::<f32, K::F32>(lane, K::COUNT);
    }
}

/// The number of components.
#[inline]
pub fn count_lanes<K: Lanes, T: Laned>(dot: &T::Dot<K>) -> usize {
    let mut count = Count(0);
    T::visit(dot, &mut count);
    count.0
}

struct Count(usize);

impl<K: Lanes> Visit<K> for Count {
    #[inline(always)]
    fn f64(&mut self, _lane: &K::F64) {
        self.0 += 1;
    }
    #[inline(always)]
    fn f32(&mut self, _lane: &K::F32) {
        self.0 += 1;
    }
}

/// Hands `sink` the index of each component, a lane, and the derivative along it, for the first
/// `count` lanes; zeros of a pattern are left out.
#[inline]
pub fn each_lane<K: Lanes, T: Laned>(
    dot: &T::Dot<K>,
    sink: impl FnMut(usize, usize, f64),
    count: usize,
) {
    T::visit(dot, &mut Each { next: 0, count, sink });
}

struct Each<F> {
    next: usize,
    count: usize,
    sink: F,
}

impl<S: FnMut(usize, usize, f64)> Each<S> {
    #[inline(always)]
    fn hand<F, L: Lane<F>>(&mut self, lane: &L) {
        let next = self.next;
        lane.lane_each(self.count, |index, value| (self.sink)(next, index, value));
        self.next += 1;
    }
}

impl<K: Lanes, S: FnMut(usize, usize, f64)> Visit<K> for Each<S> {
    #[inline(always)]
    fn f64(&mut self, lane: &K::F64) {
        self.hand::<f64, K::F64>(lane);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &K::F32) {
        self.hand::<f32, K::F32>(lane);
    }
}
