//! Searches in blocks of elements.

/// How many elements are compared at once.
const BLOCK: usize = 32;

/// Where the first block begins, of those before `end`, in which there is an element that is equal to the
/// value; or the last one, which is not whole.
///
/// ```
/// use autodiff_runtime::__private::block_with;
///
/// let mut x = [1.0; 100];
/// (x[70], x[99]) = (2.0, 3.0);
/// assert_eq!(block_with(&x, 1.0, 100), 0);
/// assert_eq!(block_with(&x, 2.0, 100), 64);
/// assert_eq!(block_with(&x, 2.0, 70), 64);
/// assert_eq!(block_with(&x, 3.0, 100), 96);
/// assert_eq!(block_with(&x, 4.0, 1000), 96);
/// ```
#[inline]
pub fn block_with<T: Copy + PartialEq>(elements: &[T], value: T, end: usize) -> usize {
    let (blocks, _) = elements[..end.min(elements.len())].as_chunks::<BLOCK>();
    let is_in = |block: &[T; BLOCK]| block.iter().fold(false, |is_in, &own| is_in | (own == value));
    BLOCK * blocks.iter().position(is_in).unwrap_or(blocks.len())
}
