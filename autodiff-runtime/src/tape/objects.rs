//! The values of a tape that are not plain bytes: a stack for each type.
//!
//! What is taken back last in, first out from the tape as a whole is so from each type's own stack
//! too. One `Vec` for each type, kept when it runs empty, means that a reverse sweep in steady state
//! allocates nothing for the stacks themselves.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;

/// A `Vec<T>` of a type forgotten.
trait Stack: Any {
    #[cfg(feature = "std")]
    fn forget(&mut self);
    fn duplicate(&self) -> Box<dyn Stack>;
    fn is_empty(&self) -> bool;
}

impl<T: Clone + 'static> Stack for Vec<T> {
    #[cfg(feature = "std")]
    fn forget(&mut self) {
        self.clear();
    }
    fn duplicate(&self) -> Box<dyn Stack> {
        Box::new(self.clone())
    }
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

/// The stacks, found by their type; a function saves values of very few types.
#[derive(Default)]
pub struct Objects {
    stacks: Vec<Box<dyn Stack>>,
}

impl Objects {
    pub fn push<T: Clone + 'static>(&mut self, value: T) {
        match self.stack() {
            Some(stack) => stack.push(value),
            None => self.add_stack(value),
        }
    }

    /// Another stack; the first value of all takes those that the thread has kept.
    fn add_stack<T: Clone + 'static>(&mut self, value: T) {
        if self.stacks.is_empty() {
            *self = super::pool::objects();
            if let Some(stack) = self.stack() {
                return stack.push(value);
            }
        }
        self.stacks.push(Box::new(alloc::vec![value]));
    }

    #[cfg(feature = "std")]
    #[inline(always)]
    pub fn has_stacks(&self) -> bool {
        !self.stacks.is_empty()
    }

    /// The last value of type `T`.
    ///
    /// # Panics
    /// If there is none.
    pub fn pop<T: Clone + 'static>(&mut self) -> T {
        self.stack().and_then(Vec::pop).unwrap_or_else(|| super::no_value())
    }

    pub fn is_empty(&self) -> bool {
        self.stacks.iter().all(|stack| (**stack).is_empty())
    }

    /// Drops the values; keeps the memory of the stacks.
    #[cfg(feature = "std")]
    pub fn clear(&mut self) {
        self.stacks.iter_mut().for_each(|stack| stack.forget());
    }

    pub fn copy_from(&mut self, other: &Objects) {
        self.stacks.clear();
        self.stacks.extend(other.stacks.iter().map(|stack| (**stack).duplicate()));
    }

    fn stack<T: Clone + 'static>(&mut self) -> Option<&mut Vec<T>> {
        self.stacks.iter_mut().find_map(|stack| {
            let stack: &mut dyn Any = &mut **stack;
            stack.downcast_mut()
        })
    }
}
