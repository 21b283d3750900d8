//! The bytes of a tape: a stack of plain values of different sizes, packed without gaps.
//!
//! The unsafe code in this module rests on two facts:
//!
//! 1. `top <= limit <= memory.len()`. Only this module changes the three.
//! 2. Every byte below `top` is initialised, since each push writes all of its bytes
//!    ([`Plain`]'s contract) before it raises `top`.
//!
//! Any initialised bytes are a valid [`Plain`] value, so a pop of another type than was pushed gives
//! a meaningless value, not undefined behaviour. With debug assertions each value is followed by its size
//! ([`MARK`]), so that a pop of another size panics.

use alloc::vec::Vec;
use core::mem::MaybeUninit;

/// A value that a tape stores as bytes.
///
/// # Safety
/// `write` initialises exactly `SIZE` bytes and `read` accepts any `SIZE` initialised bytes.
pub unsafe trait Plain: Copy {
    /// Bytes it takes on the tape.
    const SIZE: usize;

    /// Stores it.
    ///
    /// # Safety
    /// `to` is valid for writes of `SIZE` bytes; any alignment will do.
    unsafe fn write(self, to: *mut u8);

    /// Loads what `write` stored.
    ///
    /// # Safety
    /// `from` is valid for reads of `SIZE` initialised bytes; any alignment will do.
    unsafe fn read(from: *const u8) -> Self;
}

macro_rules! plain_number {
    ($($number:ty)*) => {$(
        // SAFETY: a number has no padding and every bit pattern is one.
        unsafe impl Plain for $number {
            const SIZE: usize = size_of::<$number>();
            #[inline(always)]
            unsafe fn write(self, to: *mut u8) {
                // SAFETY: by the caller; the access is unaligned.
                unsafe { to.cast::<$number>().write_unaligned(self) }
            }
            #[inline(always)]
            unsafe fn read(from: *const u8) -> Self {
                // SAFETY: by the caller; the access is unaligned.
                unsafe { from.cast::<$number>().read_unaligned() }
            }
        }
    )*};
}
plain_number!(f32 f64 u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

// SAFETY: one byte, of which any value but zero reads as `true`.
unsafe impl Plain for bool {
    const SIZE: usize = 1;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: by the caller.
        unsafe { to.write(self as u8) }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: by the caller.
        unsafe { from.read() != 0 }
    }
}

// SAFETY: a `u32`, checked when it is read.
unsafe impl Plain for char {
    const SIZE: usize = u32::SIZE;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: by the caller.
        unsafe { u32::write(self as u32, to) }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: by the caller.
        char::from_u32(unsafe { u32::read(from) }).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

// SAFETY: no bytes.
unsafe impl Plain for () {
    const SIZE: usize = 0;
    #[inline(always)]
    unsafe fn write(self, _to: *mut u8) {}
    #[inline(always)]
    unsafe fn read(_from: *const u8) -> Self {}
}

// SAFETY: a flag and a payload; where there is none, zeros are written.
unsafe impl<T: Plain> Plain for Option<T> {
    const SIZE: usize = 1 + T::SIZE;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: the flag and the payload are within the caller's `SIZE` bytes.
        unsafe {
            self.is_some().write(to);
            match self {
                Some(value) => value.write(to.add(1)),
                None => to.add(1).write_bytes(0, T::SIZE),
            }
        }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: the flag and the payload are within the caller's `SIZE` bytes.
        unsafe { bool::read(from).then(|| T::read(from.add(1))) }
    }
}

// SAFETY: the elements one after the other.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {
    const SIZE: usize = N * T::SIZE;
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        for (i, value) in self.into_iter().enumerate() {
            // SAFETY: `i < N`, so the element is within the caller's `SIZE` bytes.
            unsafe { value.write(to.add(i * T::SIZE)) }
        }
    }
    #[inline(always)]
    unsafe fn read(from: *const u8) -> Self {
        // SAFETY: `i < N`, so the element is within the caller's `SIZE` bytes.
        core::array::from_fn(|i| unsafe { T::read(from.add(i * T::SIZE)) })
    }
}

macro_rules! plain_tuple {
    ($($name:ident $index:tt),+) => {
        // SAFETY: the elements one after the other.
        unsafe impl<$($name: Plain),+> Plain for ($($name,)+) {
            const SIZE: usize = 0 $(+ $name::SIZE)+;
            #[inline(always)]
            unsafe fn write(self, to: *mut u8) {
                let mut offset = 0;
                $(
                    // SAFETY: the offsets add up to `SIZE`.
                    unsafe { self.$index.write(to.add(offset)) };
                    offset += $name::SIZE;
                )+
                debug_assert_eq!(offset, Self::SIZE);
            }
            #[inline(always)]
            unsafe fn read(from: *const u8) -> Self {
                let mut offset = 0;
                let value = ($({
                    // SAFETY: the offsets add up to `SIZE`.
                    let element = unsafe { $name::read(from.add(offset)) };
                    offset += $name::SIZE;
                    element
                },)+);
                debug_assert_eq!(offset, Self::SIZE);
                value
            }
        }
    };
}
plain_tuple!(A 0);
plain_tuple!(A 0, B 1);
plain_tuple!(A 0, B 1, C 2);
plain_tuple!(A 0, B 1, C 2, D 3);
plain_tuple!(A 0, B 1, C 2, D 3, E 4);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
plain_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

/// How far `limit` runs ahead of `top`, and with it the resolution of the peak.
const PAGE: usize = 1024;

/// Bytes of the size behind a value: none without debug assertions.
const MARK: usize = if cfg!(debug_assertions) { u32::SIZE } else { 0 };

/// Tells the mark of a slice from that of a value as large as its elements.
const SLICE: u32 = 1 << 31;

/// What the bytes lie in.
pub type Memory = Vec<MaybeUninit<u8>>;

/// The stack.
#[derive(Default)]
pub struct Bytes {
    /// All of the capacity is in use as far as `Vec` is concerned: it moves as a whole.
    memory: Memory,
    top: usize,
    /// The end of the pages in use. Only raised, in steps of [`PAGE`], on the path that makes room,
    /// so that a push needs one comparison and the peak is known all the same.
    limit: usize,
}

impl Bytes {
    /// Bytes in use, in whole pages: the most since the last [`Bytes::clear`].
    #[cfg(feature = "std")]
    #[inline(always)]
    pub fn has_memory(&self) -> bool {
        !self.memory.is_empty()
    }

    #[cfg(feature = "std")]
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    #[cfg(feature = "std")]
    pub fn peak(&self) -> usize {
        self.limit
    }

    /// Bytes stored.
    pub fn len(&self) -> usize {
        self.top
    }

    /// Appends a value; tells `on_grow` how many bytes of pages came into use, if any.
    #[inline(always)]
    pub fn push<T: Plain>(&mut self, value: T, on_grow: fn(usize)) {
        if self.limit - self.top < T::SIZE + MARK {
            self.make_room(T::SIZE + MARK, on_grow);
        }
        debug_assert!(self.top + T::SIZE + MARK <= self.limit && self.limit <= self.memory.len());
        // SAFETY: `top + SIZE <= limit <= memory.len()`, by the comparison or by `make_room`.
        unsafe { value.write(self.memory.as_mut_ptr().add(self.top).cast()) };
        self.top += T::SIZE;
        self.mark(T::SIZE as u32);
    }

    /// Writes a mark, for which there is room.
    #[inline(always)]
    fn mark(&mut self, size: u32) {
        if MARK > 0 {
            // SAFETY: as for the value, with which `push` and `push_slice` have made room for `MARK` bytes.
            unsafe { size.write(self.memory.as_mut_ptr().add(self.top).cast()) };
            self.top += MARK;
        }
    }

    /// Takes a mark back, which must be this.
    #[inline(always)]
    fn check_mark(&mut self, size: u32) {
        if MARK > 0 {
            let Some(start) = self.top.checked_sub(MARK) else { underflow() };
            self.top = start;
            debug_assert!(self.top + MARK <= self.memory.len());
            // SAFETY: `top .. top + MARK` was below the old `top`, so it is in `memory` and initialised.
            let pushed = unsafe { u32::read(self.memory.as_ptr().add(self.top).cast()) };
            if pushed != size {
                super::no_value();
            }
        }
    }

    /// Removes the last value.
    ///
    /// # Panics
    /// If fewer bytes are left than a `T` has; with debug assertions, if another size was pushed.
    #[inline(always)]
    pub fn pop<T: Plain>(&mut self) -> T {
        self.check_mark(T::SIZE as u32);
        if self.top < T::SIZE {
            underflow();
        }
        self.top -= T::SIZE;
        debug_assert!(self.top + T::SIZE <= self.memory.len());
        // SAFETY: `top .. top + SIZE` was below the old `top`, so it is in `memory` and initialised.
        unsafe { T::read(self.memory.as_ptr().add(self.top).cast()) }
    }

    /// Appends the elements of a slice, and how many they are.
    #[inline]
    pub fn push_slice<T: Plain>(&mut self, values: &[T], on_grow: fn(usize)) {
        let size = values.len().checked_mul(T::SIZE);
        let size = size.and_then(|size| size.checked_add(usize::SIZE + MARK));
        let size = size.unwrap_or_else(|| too_large());
        if self.limit - self.top < size {
            self.make_room(size, on_grow);
        }
        debug_assert!(self.top + size <= self.limit && self.limit <= self.memory.len());
        // SAFETY: as in `push`, for all elements at once; the i-th is written at `i * SIZE`, their number
        // behind the last.
        unsafe {
            let to: *mut u8 = self.memory.as_mut_ptr().add(self.top).cast();
            values.iter().enumerate().for_each(|(i, value)| value.write(to.add(i * T::SIZE)));
            values.len().write(to.add(values.len() * T::SIZE));
        }
        self.top += size - MARK;
        self.mark(T::SIZE as u32 | SLICE);
    }

    /// Removes the values of the last slice, as a sequence in the order in which they were appended.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    pub fn pop_slice<T: Plain>(&mut self) -> impl ExactSizeIterator<Item = T> + '_ {
        self.check_mark(T::SIZE as u32 | SLICE);
        let Some(end) = self.top.checked_sub(usize::SIZE) else { underflow() };
        debug_assert!(self.top <= self.memory.len());
        // The address is taken once: what the values are written to might be where `memory` keeps it, for
        // all rustc knows.
        let memory: *const u8 = self.memory.as_ptr().cast();
        // SAFETY: `end .. end + SIZE` is below the old `top`, so it is in `memory` and initialised.
        let count = unsafe { usize::read(memory.add(end)) };
        let start = count.checked_mul(T::SIZE).and_then(|size| end.checked_sub(size));
        let Some(start) = start else { underflow() };
        self.top = start;
        // SAFETY: `start .. end` was below the old `top`, so it is in `memory` and initialised; `i < count`,
        // and `memory` is borrowed for as long as the iterator lives.
        (0..count).map(move |i| unsafe { T::read(memory.add(start + i * T::SIZE)) })
    }

    /// A copy of what `other` stores in place of this.
    pub fn copy_from(&mut self, other: &Bytes, on_grow: fn(usize)) {
        self.top = 0;
        if self.limit < other.top {
            self.make_room(other.top, on_grow);
        }
        self.memory[..other.top].copy_from_slice(&other.memory[..other.top]);
        self.top = other.top;
    }

    /// Raises `limit` so that `size` bytes fit above `top`, and reports by how much.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, size: usize, on_grow: fn(usize)) {
        let needed = self.top.checked_add(size).and_then(|end| end.checked_next_multiple_of(PAGE));
        let needed = needed.unwrap_or_else(|| too_large());
        if self.memory.is_empty() {
            self.memory = super::pool::memory();
        }
        if needed > self.memory.len() {
            // Doubling keeps the cost of growing proportional to what is stored.
            let capacity = needed.max(self.memory.len().saturating_mul(2));
            self.memory.reserve_exact(capacity - self.memory.len());
            // SAFETY: the capacity is reserved, and `MaybeUninit` needs no initialisation.
            unsafe { self.memory.set_len(capacity) };
        }
        let added = needed.saturating_sub(self.limit);
        self.limit += added;
        on_grow(added);
    }
}

#[cold]
#[inline(never)]
fn underflow() -> ! {
    panic!("chainrule: the tape holds less than the reverse sweep takes from it")
}

#[cold]
#[inline(never)]
fn too_large() -> ! {
    panic!("chainrule: the tape exceeds the address space")
}
