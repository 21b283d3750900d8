//! The tapes that a thread is not using, and how many bytes those in use hold.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use std::thread::LocalKey;

use super::bytes::{Bytes, Memory};
use super::{Objects, Tape};

/// More are in use at a time only in recursions through closures; those are freed.
const KEPT: usize = 8;

std::thread_local! {
    static MEMORY: Pool<Memory> = const { RefCell::new(Vec::new()) };
    static OBJECTS: Pool<Objects> = const { RefCell::new(Vec::new()) };
    static IN_USE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

type Pool<T> = RefCell<Vec<T>>;

/// Memory for plain values.
pub fn memory() -> Memory {
    take(&MEMORY)
}

/// Stacks of other values.
pub fn objects() -> Objects {
    take(&OBJECTS)
}

fn take<T: Default>(pool: &'static LocalKey<Pool<T>>) -> T {
    // During the thread's destruction, when there is no pool, or within `release`: fresh memory.
    let kept = pool.try_with(|pool| pool.try_borrow_mut().ok()?.pop()).ok().flatten();
    kept.unwrap_or_default()
}

/// A tape that holds nothing costs nothing: it has taken no memory.
#[inline]
pub fn give_back(tape: &mut Tape) {
    if tape.bytes.has_memory() {
        give_bytes_back(&mut tape.bytes);
    }
    if tape.objects.has_stacks() {
        // Drops the user's values, whose destructors may take tapes: before the pool is borrowed.
        tape.objects.clear();
        keep(&OBJECTS, core::mem::take(&mut tape.objects));
    }
}

#[inline(never)]
fn give_bytes_back(bytes: &mut Bytes) {
    shrunk(bytes.peak());
    keep(&MEMORY, core::mem::take(bytes).into_memory());
}

fn keep<T>(pool: &'static LocalKey<Pool<T>>, part: T) {
    // Where there is no pool any more, the part is dropped with the closure.
    let _no_pool = pool.try_with(move |pool| {
        if let Ok(mut pool) = pool.try_borrow_mut()
            && pool.len() < KEPT
        {
            pool.push(part);
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
    let kept = (MEMORY.try_with(RefCell::take), OBJECTS.try_with(RefCell::take));
    drop(kept);
}
