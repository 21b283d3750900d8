//! Arrays that a loop's record is kept in, their memory used again by the next call.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use crate::tape;

/// A slice of values, in memory that this thread has used for one before, if there is any. Dropping it
/// gives the memory back to the thread.
///
/// What the values are is not said: a loop writes all of them before anything reads one, so that
/// nothing has to be cleared.
///
/// ```
/// use autodiff_runtime::__private::Scratch;
///
/// let each = &mut *Scratch::new(0.0, 3);
/// for i in 0..3 {
///     each[i] = i as f64;
/// }
/// assert_eq!(each, [0.0, 1.0, 2.0]);
/// ```
pub struct Scratch<T: Copy + 'static> {
    /// At least as many as are lent.
    values: Vec<T>,
    len: usize,
}

impl<T: Copy + 'static> Scratch<T> {
    /// `len` values. `any` is one to fill fresh memory with.
    #[inline]
    pub fn new(any: T, len: usize) -> Scratch<T> {
        let values = pool::take();
        let values = if values.len() < len { longer(values, any, len) } else { values };
        tape::grown(len * size_of::<T>());
        Scratch { values, len }
    }
}

#[cold]
#[inline(never)]
fn longer<T: Copy>(mut values: Vec<T>, any: T, len: usize) -> Vec<T> {
    values.resize(len, any);
    values
}

impl<T: Copy + 'static> Deref for Scratch<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.values[..self.len]
    }
}

impl<T: Copy + 'static> DerefMut for Scratch<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[..self.len]
    }
}

#[cfg(feature = "std")]
impl<T: Copy + 'static> Drop for Scratch<T> {
    #[inline]
    fn drop(&mut self) {
        tape::shrunk(self.len * size_of::<T>());
        pool::give_back(core::mem::take(&mut self.values));
    }
}

#[cfg(feature = "std")]
mod pool {
    //! The vectors that a thread is not using. Each stays in a box of its own type, so that a steady
    //! state allocates nothing: taking a vector leaves an empty one, giving it back fills that.

    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use core::any::Any;
    use core::cell::RefCell;

    /// More are freed.
    const KEPT: usize = 64;

    std::thread_local! {
        static POOL: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
    }

    pub fn take<T: 'static>() -> Vec<T> {
        let find = |pool: &RefCell<Vec<Box<dyn Any>>>| {
            let mut pool = pool.borrow_mut();
            let mut kept = pool.iter_mut().filter_map(|kept| kept.downcast_mut::<Vec<T>>());
            kept.find(|kept| kept.capacity() > 0).map(core::mem::take)
        };
        // During the thread's destruction there is no pool: fresh memory.
        POOL.try_with(find).ok().flatten().unwrap_or_default()
    }

    pub fn give_back<T: 'static>(values: Vec<T>) {
        let _no_pool = POOL.try_with(move |pool| {
            let mut pool = pool.borrow_mut();
            let room = pool.len() < KEPT;
            let mut kept = pool.iter_mut().filter_map(|kept| kept.downcast_mut::<Vec<T>>());
            match kept.find(|kept| kept.capacity() == 0) {
                Some(empty) => *empty = values,
                None if room => pool.push(Box::new(values)),
                None => {}
            }
        });
    }
}

#[cfg(not(feature = "std"))]
mod pool {
    //! Without threads to keep memory for, each vector is a fresh one.

    pub fn take<T>() -> alloc::vec::Vec<T> {
        alloc::vec::Vec::new()
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::Scratch;
    use crate::Tape;

    #[test]
    fn memory_is_used_again_and_never_shared() {
        let first = Scratch::new(1.0_f64, 100).as_ptr();
        let a = &mut *Scratch::new(2.0_f64, 50);
        assert_eq!((a.as_ptr(), a.len()), (first, 50));
        let b = &mut *Scratch::new(3.0_f64, 60);
        a.fill(4.0);
        b.fill(5.0);
        assert!(a.iter().all(|value| *value == 4.0));
        assert_eq!(b.len(), 60);
        let flags = Scratch::new(true, 3);
        assert_eq!(*flags, [true; 3]);
    }

    #[test]
    fn it_counts_among_the_bytes_of_the_tape() {
        let outer = Scratch::new(0_u8, 100);
        let (_, bytes) = Tape::measured(|| {
            drop(Scratch::new(0.0_f64, 1000));
            drop(Scratch::new(0.0_f32, 500));
        });
        assert_eq!(bytes, 8000);
        drop(outer);
        let (sizes, bytes) = Tape::measured(|| Scratch::new(0.0_f64, 10).len());
        assert_eq!((sizes, bytes), (10, 80));
    }
}
