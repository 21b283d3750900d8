//! Values of any shape seen as the list of their floats, in the order in which they are declared.

use crate::Dual;

/// A float of any of the three kinds.
pub trait Scalar {
    /// The value, exactly (an `f32` is also an `f64`).
    fn value(&self) -> f64;
    /// Overwrites the value.
    fn set(&mut self, value: f64);
    /// The dual parts `[a, b, ab]`; a plain float has none.
    fn dual(&self) -> [f64; 3];
    /// Overwrites the dual parts.
    fn set_dual(&mut self, parts: [f64; 3]);
}

macro_rules! plain {
    ($($float:ty)*) => {$(
        impl Scalar for $float {
            fn value(&self) -> f64 {
                f64::from(*self)
            }
            fn set(&mut self, value: f64) {
                *self = value as $float;
            }
            fn dual(&self) -> [f64; 3] {
                [0.0; 3]
            }
            fn set_dual(&mut self, _: [f64; 3]) {
                panic!("a plain float has no dual parts")
            }
        }
    )*};
}
plain!(f32 f64);

impl Scalar for Dual {
    fn value(&self) -> f64 {
        self.re
    }
    fn set(&mut self, value: f64) {
        *self = Dual::new(value);
    }
    fn dual(&self) -> [f64; 3] {
        [self.a, self.b, self.ab]
    }
    fn set_dual(&mut self, [a, b, ab]: [f64; 3]) {
        *self = Dual { re: self.re, a, b, ab };
    }
}

/// A value made of floats (and of things without a derivative, which have no leaves).
pub trait Leaves {
    /// Calls `f` with each float in turn.
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar));
}

macro_rules! float_leaves {
    ($($float:ty)*) => {$(
        impl Leaves for $float {
            fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
                f(self)
            }
        }
    )*};
}
float_leaves!(f32 f64 Dual);

macro_rules! no_leaves {
    ($($inert:ty)*) => {$(
        impl Leaves for $inert {
            fn visit(&mut self, _: &mut dyn FnMut(&mut dyn Scalar)) {}
        }
    )*};
}
no_leaves!(() bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize String &str);

impl<T: ?Sized> Leaves for std::marker::PhantomData<T> {
    fn visit(&mut self, _: &mut dyn FnMut(&mut dyn Scalar)) {}
}

impl<T: Leaves> Leaves for [T] {
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
        for item in self {
            item.visit(f);
        }
    }
}

impl<T: Leaves, const N: usize> Leaves for [T; N] {
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
        self[..].visit(f);
    }
}

impl<T: Leaves> Leaves for Vec<T> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
        self[..].visit(f);
    }
}

impl<T: Leaves> Leaves for Option<T> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
        if let Some(item) = self {
            item.visit(f);
        }
    }
}

impl<T: Leaves, E> Leaves for Result<T, E> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
        if let Ok(item) = self {
            item.visit(f);
        }
    }
}

impl<T: Leaves + ?Sized> Leaves for &mut T {
    fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
        (**self).visit(f);
    }
}

macro_rules! tuple_leaves {
    ($($name:ident)*) => {
        impl<$($name: Leaves),*> Leaves for ($($name,)*) {
            #[allow(non_snake_case)]
            fn visit(&mut self, f: &mut dyn FnMut(&mut dyn Scalar)) {
                let ($($name,)*) = self;
                $($name.visit(f);)*
            }
        }
    };
}
tuple_leaves!(A);
tuple_leaves!(A B);
tuple_leaves!(A B C);
tuple_leaves!(A B C D);
tuple_leaves!(A B C D E);
tuple_leaves!(A B C D E F);
tuple_leaves!(A B C D E F G);
tuple_leaves!(A B C D E F G H);

/// The floats of a value.
pub fn values(value: &mut impl Leaves) -> Vec<f64> {
    let mut out = Vec::new();
    value.visit(&mut |leaf| out.push(leaf.value()));
    out
}

/// The first-order dual parts of a value.
pub fn duals(value: &mut impl Leaves) -> Vec<f64> {
    let mut out = Vec::new();
    value.visit(&mut |leaf| out.push(leaf.dual()[0]));
    out
}

/// Overwrites the floats of `value` by `from`, which must be as many.
pub fn fill(value: &mut impl Leaves, from: &mut std::slice::Iter<'_, f64>) {
    value.visit(&mut |leaf| leaf.set(*from.next().expect("as many leaves as numbers")));
}

/// Sets the first dual part of the floats of `value`.
pub fn perturb(value: &mut impl Leaves, direction: &mut std::slice::Iter<'_, f64>) {
    value.visit(&mut |leaf| {
        let a = *direction.next().expect("as many leaves as numbers");
        leaf.set_dual([a, 0.0, 0.0]);
    });
}

/// Sets both first-order dual parts of the floats of `value`.
pub fn perturb_twice(
    value: &mut impl Leaves,
    v: &mut std::slice::Iter<'_, f64>,
    w: &mut std::slice::Iter<'_, f64>,
) {
    value.visit(&mut |leaf| {
        let next = |along: &mut std::slice::Iter<'_, f64>| *along.next().expect("as many");
        leaf.set_dual([next(v), next(w), 0.0]);
    });
}

/// The second-order dual part of a float.
pub fn curvature(mut value: impl Leaves) -> f64 {
    let mut second = 0.0;
    value.visit(&mut |leaf| second = leaf.dual()[2]);
    second
}

/// Adds to the floats of `value`; an exhausted `by` adds nothing.
pub fn shift(value: &mut impl Leaves, by: &mut std::slice::Iter<'_, f64>) {
    value.visit(&mut |leaf| {
        if let Some(step) = by.next() {
            leaf.set(leaf.value() + step);
        }
    });
}

/// The number of floats in a value.
pub fn count(value: &mut impl Leaves) -> usize {
    values(value).len()
}

/// A fresh tangent's floats, all set to `number`.
pub fn all<T: Leaves>(mut tangent: T, number: f64) -> T {
    tangent.visit(&mut |leaf| leaf.set(number));
    tangent
}

/// A fresh tangent's floats, taken from `from`.
pub fn filled<T: Leaves>(mut tangent: T, from: &mut std::slice::Iter<'_, f64>) -> T {
    fill(&mut tangent, from);
    tangent
}

/// Adds the floats of a cotangent, less `offset` each, to a list.
pub fn collect(out: &mut Vec<f64>, value: &mut impl Leaves, offset: f64) {
    out.extend(values(value).into_iter().map(|value| value - offset));
}

/// `f64`, under a name that the dual version of a module leaves alone.
pub type Plain = f64;
