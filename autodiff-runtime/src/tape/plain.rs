//! Values of types that the code generator does not know, and that are plain all the same.
//!
//! What a call returns has a type that only rustc knows. Often that is a float or a small array of
//! floats, and a stack for its type costs more than what the function does with it (measured: the `ba`
//! eval takes 9.2 times its primal, and 7.1 with three floats among the bytes). So values of these types
//! are stored as bytes. Which it is depends on the type alone, so that a value is found where it was
//! put, and the comparisons of types are constants to rustc's optimiser. A byte behind the value says
//! which type it is: what is taken as another panics, as on the stacks of types. All of them are types of
//! which any bytes are a value, since the byte is looked at when they have been taken: no `bool`.

use core::any::Any;

use super::Tape;

macro_rules! plain_types {
    ($($ty:ty),* $(,)?) => {
        /// Stores the value among the bytes, if it has one of the types; whether it has.
        #[inline(always)]
        pub fn push<T: 'static>(tape: &mut Tape, value: &T) -> bool {
            let value: &dyn Any = value;
            let mut number = 0_u8;
            $(
                number += 1;
                if let Some(value) = value.downcast_ref::<$ty>() {
                    tape.push((*value, number));
                    return true;
                }
            )*
            false
        }

        /// Takes the value from the bytes, if it has one of the types.
        ///
        /// # Panics
        /// If the last value has another type.
        #[inline(always)]
        pub fn pop<T: 'static>(tape: &mut Tape) -> Option<T> {
            let mut value: Option<T> = None;
            let place: &mut dyn Any = &mut value;
            let mut number = 0_u8;
            $(
                number += 1;
                if let Some(place) = place.downcast_mut::<Option<$ty>>() {
                    let (popped, is) = tape.pop::<($ty, u8)>();
                    if is != number {
                        super::no_value();
                    }
                    *place = Some(popped);
                    return value;
                }
            )*
            None
        }
    };
}

plain_types!(
    f64,
    [f64; 1],
    [f64; 2],
    [f64; 3],
    [f64; 4],
    [f64; 5],
    [f64; 6],
    [f64; 7],
    [f64; 8],
    [f64; 9],
    [f64; 12],
    [f64; 16],
    [[f64; 2]; 2],
    [[f64; 3]; 3],
    [[f64; 4]; 4],
    (f64, f64),
    (f64, f64, f64),
    (f64, f64, f64, f64),
    f32,
    [f32; 1],
    [f32; 2],
    [f32; 3],
    [f32; 4],
    [f32; 9],
    [f32; 16],
    [[f32; 2]; 2],
    [[f32; 3]; 3],
    [[f32; 4]; 4],
    (f32, f32),
    (f32, f32, f32),
    usize,
    u32,
    u64,
    i32,
    i64,
);
