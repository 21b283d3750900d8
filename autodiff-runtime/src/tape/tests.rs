use super::Tape;
use alloc::string::String;
use alloc::vec::Vec;

#[test]
fn values_of_many_types_come_back_in_reverse() {
    let mut tape = Tape::take();
    tape.push(1u8);
    tape.push(2.5f64);
    tape.push((true, 3.5f32, 'x', ()));
    tape.push([1u16, 2, 3]);
    tape.push(Some(7.0f64));
    tape.push(None::<f64>);
    tape.push((1.0, (2usize, -3i64), [false, true]));
    assert_eq!(tape.pop::<(f64, (usize, i64), [bool; 2])>(), (1.0, (2, -3), [false, true]));
    assert_eq!(tape.pop::<Option<f64>>(), None);
    assert_eq!(tape.pop::<Option<f64>>(), Some(7.0));
    assert_eq!(tape.pop::<[u16; 3]>(), [1, 2, 3]);
    assert_eq!(tape.pop::<(bool, f32, char, ())>(), (true, 3.5, 'x', ()));
    assert_eq!(tape.pop::<f64>(), 2.5);
    assert_eq!(tape.pop::<u8>(), 1);
    assert!(tape.is_empty());
}

#[test]
fn bits_of_floats_are_kept() {
    let mut tape = Tape::take();
    let values = [f64::NAN, -0.0, f64::NEG_INFINITY, f64::MIN_POSITIVE / 2.0];
    tape.push_slice(&values);
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&tape.pop_vec()), bits(&values));
    tape.push_slice(&values);
    let mut other = vec![0.5; 1];
    tape.pop_vec_into(&mut other);
    assert_eq!(bits(&other), bits(&values));
}

#[test]
fn it_grows_and_keeps_what_it_holds() {
    let mut tape = Tape::take();
    for i in 0..5000 {
        tape.push((i, i as f64, i % 3 == 0));
        tape.push_slice(&[i as f32; 3][..i % 4]);
    }
    for i in (0..5000).rev() {
        let mut slice = [0.0f32; 3];
        tape.pop_slice_into(&mut slice[..i % 4]);
        assert!(slice[..i % 4].iter().all(|value| *value == i as f32));
        assert_eq!(tape.pop::<(usize, f64, bool)>(), (i, i as f64, i % 3 == 0));
    }
    assert!(tape.is_empty());
}

#[test]
fn saved_values_of_several_types_interleave() {
    let mut tape = Tape::take();
    for i in 0..4 {
        tape.save(&alloc::vec![i; i]);
        tape.push(i);
        tape.save(&alloc::format!("{i}"));
    }
    assert!(!tape.is_empty());
    for i in (0..4usize).rev() {
        assert_eq!(tape.restore::<String>(), alloc::format!("{i}"));
        assert_eq!(tape.pop::<usize>(), i);
        assert_eq!(tape.restore::<Vec<usize>>(), alloc::vec![i; i]);
    }
    assert!(tape.is_empty());
}

#[test]
fn saved_values_that_are_plain_interleave_with_all_others() {
    let mut tape = Tape::take();
    for i in 0..4u8 {
        let float = f64::from(i);
        tape.save(&[float, -0.0, f64::NAN]);
        tape.push(i);
        tape.save(&alloc::vec![float]);
        tape.save(&(float, 2.0 * float));
        tape.push_slice(&[float; 2]);
        tape.save(&[i; 3]);
        tape.save(&float);
        tape.save(&(i > 1));
    }
    let mut replay = tape.replay();
    for tape in [&mut replay, &mut tape] {
        for i in (0..4u8).rev() {
            let float = f64::from(i);
            assert_eq!(tape.restore::<bool>(), i > 1);
            assert_eq!(tape.restore::<f64>(), float);
            assert_eq!(tape.restore_like(|| -> [u8; 3] { unreachable!() }), [i; 3]);
            assert_eq!(tape.pop_vec::<f64>(), [float; 2]);
            assert_eq!(tape.restore::<(f64, f64)>(), (float, 2.0 * float));
            assert_eq!(tape.restore::<Vec<f64>>(), [float]);
            assert_eq!(tape.pop::<u8>(), i);
            let saved = tape.restore::<[f64; 3]>();
            assert_eq!(saved.map(f64::to_bits), [float, -0.0, f64::NAN].map(f64::to_bits));
        }
        assert!(tape.is_empty());
    }
}

#[test]
#[should_panic(expected = "the tape holds less")]
fn restoring_what_was_not_saved_panics() {
    Tape::take().restore::<[f64; 3]>();
}

#[test]
fn a_replay_leaves_the_original_even_if_it_pushes() {
    let mut tape = Tape::take();
    tape.push((1.0, 2.0));
    tape.save(&String::from("saved"));
    for _ in 0..3 {
        let mut replay = tape.replay();
        assert_eq!(replay.pop::<(f64, f64)>(), (1.0, 2.0));
        replay.push_slice(&[9.0; 100]);
        assert_eq!(replay.pop_vec::<f64>(), [9.0; 100]);
        assert_eq!(replay.restore::<String>(), "saved");
        assert!(replay.is_empty());
    }
    assert_eq!(tape.pop::<(f64, f64)>(), (1.0, 2.0));
}

#[test]
fn a_tape_from_the_pool_is_empty() {
    let mut tape = Tape::take();
    tape.push(1.0);
    tape.save(&String::from("left"));
    drop(tape);
    assert!(Tape::take().is_empty());
}

#[test]
fn any_bytes_are_a_value() {
    let mut tape = Tape::take();
    tape.push([0xFFu8; 1]);
    assert!(tape.pop::<bool>());
    tape.push([0xFFu8; 5]);
    assert_eq!(tape.pop::<Option<char>>(), Some(char::REPLACEMENT_CHARACTER));
}

#[test]
#[should_panic = "the tape holds less"]
fn popping_an_empty_tape_panics() {
    Tape::take().pop::<f64>();
}

#[test]
#[cfg_attr(debug_assertions, should_panic = "no value of the type")]
#[cfg_attr(not(debug_assertions), should_panic = "the tape holds less")]
fn popping_a_slice_longer_than_the_tape_panics() {
    let mut tape = Tape::take();
    tape.push(usize::MAX);
    tape.pop_vec::<f64>();
}

#[cfg(debug_assertions)]
#[test]
#[should_panic = "no value of the type"]
fn popping_another_size_panics() {
    let mut tape = Tape::take();
    tape.push((1.0, 2.0));
    tape.push((3.0, [4.0; 8]));
    tape.pop::<(f64, f64)>();
}

#[cfg(debug_assertions)]
#[test]
#[should_panic = "no value of the type"]
fn popping_a_value_as_a_slice_panics() {
    let mut tape = Tape::take();
    tape.push(1usize);
    tape.push(0usize);
    tape.pop_vec::<usize>();
}

#[test]
#[should_panic = "a slice changed its length"]
fn popping_into_another_length_panics() {
    let mut tape = Tape::take();
    tape.push_slice(&[1.0, 2.0]);
    tape.pop_slice_into(&mut [0.0; 3]);
}

#[test]
#[should_panic = "no value of the type"]
fn restoring_another_type_panics() {
    let mut tape = Tape::take();
    tape.save(&1.0f64);
    tape.restore::<f32>();
}

#[cfg(feature = "std")]
#[test]
fn the_peak_counts_the_tapes_in_use() {
    Tape::reset_peak();
    let mut outer = Tape::take();
    outer.push_slice(&[0u8; 1000]);
    let inner = outer.replay();
    drop(inner);
    outer.pop_vec::<u8>();
    outer.push(1u8);
    assert_eq!(Tape::peak_bytes(), 2 * 1024);
    drop(outer);
    Tape::reset_peak();
    assert_eq!(Tape::peak_bytes(), 0);
    Tape::release();
    assert!(Tape::take().is_empty());
}
