//! What an empty slot costs, counted in allocations, and what a filled one accepts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use autodiff_runtime::__private::{Active, Filled, Inactive, MutSlot, RefSlot, ValueSlot};
#[cfg(feature = "std")]
use autodiff_runtime::Tape;
use autodiff_runtime::zeros;

/// Counts the allocations of a thread.
struct Counting;

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

// SAFETY: forwards to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that is ending has no counter, and nothing to measure.
        let _ending = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(run: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    run();
    ALLOCATIONS.get() - before
}

/// The reverse sweep of `out = w · x`, as the macro writes it: each bar costs nothing unless wanted.
fn affine_reverse(
    w: &[f64],
    x: &[f64],
    seed: f64,
    w_bar: impl MutSlot<[f64]>,
    x_bar: impl MutSlot<[f64]>,
) {
    let (w_wanted, x_wanted) = (w_bar.wanted(), x_bar.wanted());
    let (mut w_scratch, mut x_scratch) = (None, None);
    let w_bar = w_bar.open(&mut w_scratch, Vec::new);
    let x_bar = x_bar.open(&mut x_scratch, Vec::new);
    for i in 0..x.len() {
        if w_wanted.is() {
            w_bar[i] += seed * x[i];
        }
        if x_wanted.is() {
            x_bar[i] += seed * w[i];
        }
    }
}

/// Two of them, each on one half, to pass parts of bars on.
fn halves_reverse(
    w: &[f64],
    x: &[f64],
    seed: f64,
    w_bar: impl MutSlot<[f64]>,
    x_bar: impl MutSlot<[f64]>,
) {
    let (w_wanted, x_wanted) = (w_bar.wanted(), x_bar.wanted());
    let (mut w_scratch, mut x_scratch) = (None, None);
    let w_bar = w_bar.open(&mut w_scratch, Vec::new);
    let x_bar = x_bar.open(&mut x_scratch, Vec::new);
    let half = x.len() / 2;
    for (start, end) in [(half, x.len()), (0, half)] {
        affine_reverse(
            &w[start..end],
            &x[start..end],
            seed,
            w_wanted.part(|| &mut w_bar[start..end]),
            x_wanted.part(|| &mut x_bar[start..end]),
        );
    }
}

#[test]
fn an_unwanted_bar_is_neither_allocated_nor_touched() {
    let (w, x) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]);
    let (mut w_bar, mut x_bar) = ([0.0; 4], [0.0; 4]);
    let count = allocations(|| {
        halves_reverse(&w, &x, 2.0, Active(&mut w_bar), Inactive);
        halves_reverse(&w, &x, 3.0, Inactive, Active(&mut x_bar));
        halves_reverse(&w, &x, 4.0, Inactive, Inactive);
    });
    assert_eq!(count, 0);
    assert_eq!(w_bar, [10.0, 12.0, 14.0, 16.0]);
    assert_eq!(x_bar, [3.0, 6.0, 9.0, 12.0]);
}

#[test]
fn an_empty_slot_opens_as_zero() {
    let x = [1.0, 2.0];
    let mut scratch = None;
    let x_dot: &[f64] = RefSlot::open(Inactive, &mut scratch, || zeros(&x));
    assert_eq!(x_dot, [0.0, 0.0]);
    let mut scratch = None;
    let bar: &mut f64 = MutSlot::<f64>::open(Inactive, &mut scratch, || 0.0);
    *bar += 1.0;
    assert_eq!(scratch, Some(1.0));
    assert_eq!(ValueSlot::<f32>::open(Inactive, || 0.0), 0.0);
    ValueSlot::<()>::open(Inactive, || ());
}

#[test]
fn a_filled_slot_takes_what_derefs_to_the_parameter() {
    fn first(slot: impl RefSlot<[f64]>) -> f64 {
        slot.open(&mut None::<Vec<f64>>, Vec::new)[0]
    }
    fn add(slot: impl MutSlot<[f64]>) {
        slot.open(&mut None::<Vec<f64>>, Vec::new)[0] += 1.0;
    }
    let (mut vec, mut array) = (vec![1.0, 2.0], [3.0, 4.0]);
    assert_eq!(first(Active(&vec)), 1.0);
    assert_eq!(first(Active(&array)), 3.0);
    assert_eq!(first(Active(&array[1..])), 4.0);
    add(Active(&mut vec));
    add(Active(&mut array));
    add(Active(&mut array[1..]));
    assert_eq!((vec, array), (vec![2.0, 2.0], [4.0, 5.0]));
}

#[cfg(feature = "std")]
#[test]
fn tapes_in_a_steady_state_allocate_nothing() {
    let use_tapes = || {
        let mut outer = Tape::take();
        for i in 0..10_000 {
            outer.push((i, i as f64));
        }
        outer.push_slice(&[1.0; 1000]);
        let mut inner = Tape::take();
        inner.push_slice(&[2.0f32; 100]);
        inner.save(&Some(1.0));
        let mut slice = [0.0f32; 100];
        inner.pop_slice_into(&mut slice);
        assert_eq!(inner.restore::<Option<f64>>(), Some(1.0));
        let mut slice = [0.0; 1000];
        outer.pop_slice_into(&mut slice);
    };
    use_tapes();
    assert_eq!(allocations(use_tapes), 0);
}
