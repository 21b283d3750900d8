//! The corpus: functions over the whole language, one file for each feature, every one of them
//! checked in both modes, at both precisions and at several points against hyper-dual numbers. See
//! `tests/oracle` for what is checked and how.

mod arithmetic;
mod bindings;
mod branches;
mod buffers;
mod calls;
mod checkpoints;
mod closures;
mod constants;
mod constructed;
mod counters;
mod cursors;
mod custom;
mod early_structs;
mod evaluation_order;
mod generics;
mod grown_fields;
mod in_place;
mod inert_fields;
mod inferred;
mod iterators;
mod known_failures;
mod loops;
mod matching;
mod methods;
mod methods_of_floats;
mod mutation;
mod nested;
mod numerics;
mod operators;
mod outputs;
mod printing;
mod private_buffers;
mod references;
mod results;
mod searches;
mod slices;
mod sorting;
mod structs;
mod sums;
mod unseen;
mod unusual;
mod upper_case;
mod vectors;
