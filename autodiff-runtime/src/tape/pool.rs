//! The tapes that a thread is not using, and how many bytes those in use hold.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::{Bytes, Objects, Tape};

/// More are in use at a time only in recursions through closures; those are freed.
const KEPT: usize = 8;

std::thread_local! {
    static POOL: RefCell<Vec<(Bytes, Objects)>> = const { RefCell::new(Vec::new()) };
    static IN_USE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

pub fn take() -> Tape {
    // During the thread's destruction, when there is no pool, or within `release`: fresh memory.
    let kept = POOL.try_with(|pool| pool.try_borrow_mut().ok()?.pop()).ok().flatten();
    let (bytes, objects) = kept.unwrap_or_default();
    Tape { bytes, objects }
}

pub fn give_back(tape: &mut Tape) {
    shrunk(tape.bytes.peak());
    tape.bytes.clear();
    // Drops the user's values, whose destructors may take tapes: before the pool is borrowed.
    tape.objects.clear();
    let parts = (core::mem::take(&mut tape.bytes), core::mem::take(&mut tape.objects));
    // Where there is no pool any more, the parts are dropped with the closure.
    let _no_pool = POOL.try_with(move |pool| {
        if let Ok(mut pool) = pool.try_borrow_mut()
            && pool.len() < KEPT
        {
            pool.push(parts);
        }
    });
}

/// `bytes` more are in use.
pub fn grown(bytes: usize) {
    let in_use = IN_USE.get() + bytes;
    IN_USE.set(in_use);
    PEAK.set(PEAK.get().max(in_use));
}

/// `bytes` fewer are in use. Another thread may have begun to use them.
pub fn shrunk(bytes: usize) {
    IN_USE.set(IN_USE.get().saturating_sub(bytes));
}

pub fn in_use() -> usize {
    IN_USE.get()
}

pub fn peak() -> usize {
    PEAK.get()
}

/// The peak is at least so much.
pub fn raise_peak(least: usize) {
    PEAK.set(PEAK.get().max(least));
}

pub fn reset_peak() {
    PEAK.set(IN_USE.get());
}

pub fn release() {
    let kept = POOL.try_with(RefCell::take);
    drop(kept);
}
