//! The tangents of the standard library's types, and what is done with them.

use std::marker::PhantomData;
use std::panic::catch_unwind;

use autodiff_runtime::__private::{
    Accumulate, Leaf, add, clear, get, payload, payload_mut, scale, unwrapped,
};
use autodiff_runtime::{
    Differentiable, Tangent, accumulate, detach, set_zero, zero_tangent, zeros,
};

/// The laws that each tangent obeys, at a value and two of its tangents; and that addition is
/// linear in both operands.
fn obeys_the_laws<D: Differentiable>(value: &D, a: &D::Tangent, b: &D::Tangent) {
    let zero = value.zero_tangent();
    assert_ne!(a, &zero, "the test needs a tangent that is not zero");
    let sum = |left: &D::Tangent, right: &D::Tangent| {
        let mut sum = left.clone();
        sum.accumulate(right);
        sum
    };
    assert_eq!(sum(a, b), sum(b, a));
    assert_eq!(sum(a, &zero), *a);
    assert_eq!(sum(&zero, a), *a);
    assert_eq!(sum(&sum(a, b), b), sum(a, &sum(b, b)));
    assert_eq!(a.zero_tangent(), zero, "a tangent of a tangent has its type and shape");
    let mut cleared = a.clone();
    cleared.set_zero();
    assert_eq!(cleared, zero);
}

#[test]
fn floats() {
    obeys_the_laws(&1.0f64, &2.0, &3.5);
    obeys_the_laws(&1.0f32, &2.0, &3.5);
}

#[test]
fn arrays() {
    obeys_the_laws(&[[7.0; 2]; 3], &[[1.0, 2.0]; 3], &[[4.0, -2.0]; 3]);
    obeys_the_laws(&[(1.0, 2u8); 50], &[(1.0, ()); 50], &[(2.0, ()); 50]);
}

#[test]
fn vectors() {
    let value = vec![vec![1.0], vec![], vec![2.0, 3.0]];
    assert_eq!(value.zero_tangent(), [vec![0.0], vec![], vec![0.0, 0.0]]);
    obeys_the_laws(&value, &vec![vec![1.0], vec![], vec![2.0, 3.0]], &value.clone());
    obeys_the_laws(&vec![1.0f32; 100], &vec![2.0; 100], &vec![3.0; 100]);
}

#[test]
fn options_and_boxes() {
    obeys_the_laws(&Some((1.0, true)), &Some((2.0, ())), &Some((3.0, ())));
    assert_eq!(None::<f64>.zero_tangent(), None);
    let mut none = None::<f64>;
    none.accumulate(&None);
    assert_eq!(none, None);
    obeys_the_laws(&Box::new([1.0, 2.0]), &Box::new([3.0, 4.0]), &Box::new([5.0, 6.0]));
}

#[test]
fn tuples() {
    obeys_the_laws(&(1.0,), &(2.0,), &(3.0,));
    let value = (1.0, 2f32, [3.0; 2], 4usize, vec![5.0], "six", 7.0, 8.0, 9.0, 10.0, 11.0, 12.0);
    let a = (1.0, 2f32, [3.0; 2], (), vec![5.0], (), 7.0, 8.0, 9.0, 10.0, 11.0, 12.0);
    obeys_the_laws(&value, &a, &a.clone());
}

#[test]
fn what_has_no_derivative() {
    fn inactive<D: Differentiable<Tangent = ()> + ?Sized>(value: &D) {
        value.zero_tangent();
    }
    inactive(&true);
    inactive(&'c');
    inactive("str");
    inactive(&String::from("string"));
    inactive(&(0u8, 0u128, 0isize, 0i16).0);
    inactive(&[1usize, 2][..]);
    inactive(&&[1usize, 2][..]);
    inactive(&&&"str");
    inactive(&PhantomData::<f64>);
    inactive(&(0..3usize));
    inactive(&std::cmp::Ordering::Less);
    let mut unit = ();
    unit.accumulate(&());
    unit.set_zero();
}

#[test]
fn tangents_of_different_shapes_do_not_add_up() {
    let panics = |what: fn()| {
        let message = catch_unwind(what).expect_err("it panics");
        let message = message.downcast::<String>().expect("it has a formatted message");
        assert!(message.contains("differ in length or variant"), "{message}");
    };
    panics(|| vec![1.0].accumulate(&vec![1.0, 2.0]));
    panics(|| Some(1.0).accumulate(&None));
    panics(|| None.accumulate(&Some(1.0)));
    panics(|| accumulate(&mut [1.0, 2.0][..], &[1.0][..]));
    panics(|| {
        payload(&None::<f64>);
    });
    panics(|| {
        payload_mut(&mut None::<f64>);
    });
}

#[test]
#[should_panic = "called `unwrap()` on a `None` or an `Err`"]
fn nothing_to_unwrap() {
    unwrapped(&Err::<f64, &str>("no float"));
}

#[test]
fn functions_take_slices_and_tangents() {
    assert_eq!(zeros(&[(1.0, 2usize), (3.0, 4)]), [(0.0, ()), (0.0, ())]);
    assert_eq!(zeros::<f64>(&[]), []);
    assert_eq!(zero_tangent("str"), ());
    let mut sum = vec![vec![1.0], vec![2.0]];
    accumulate(&mut sum[..1], &[vec![10.0]]);
    assert_eq!(sum, [[11.0], [2.0]]);
    set_zero(&mut sum[1..]);
    assert_eq!(sum, [[11.0], [0.0]]);
    accumulate(&mut sum, &vec![vec![1.0], vec![1.0]]);
    assert_eq!(sum, [[12.0], [1.0]]);
    sum.clear_all();
    assert_eq!(sum, [[0.0], [0.0]]);
    assert_eq!(detach("same"), "same");
}

#[test]
fn a_zero_cotangent_stays_zero_at_a_pole() {
    for pole in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        assert_eq!(scale(0.0, pole).to_bits(), 0);
        assert_eq!(scale(-0.0, pole).to_bits(), 0);
        assert_eq!(scale(2.0, pole).to_bits(), (2.0 * pole).to_bits());
    }
    assert!(scale(f64::NAN, 0.0).is_nan());
    assert_eq!(scale(3.0f32, 0.5), 1.5);
}

#[test]
fn leaves() {
    fn round_trip<L: Leaf<f32>>(leaf: &mut L) -> [f32; 3] {
        let before = get(leaf);
        add(leaf, 2.0);
        let after = get(leaf);
        clear(leaf);
        [before, after, get(leaf)]
    }
    assert_eq!(round_trip(&mut 1.5f32), [1.5, 3.5, 0.0]);
    assert_eq!(round_trip(&mut ()), [0.0; 3]);
    assert_eq!(get::<f64, _>(&2.5), 2.5);
}
