//! Files of the corpus at second order: every function of it that returns a float, with `order = 2`,
//! against hyper-dual numbers. `#[corpus]` compiles the modules for that in this crate.
//!
//! Clippy reads the modules in `corpus` already, and twice would take it two minutes more.

#![cfg(not(clippy))]

#[path = "../corpus/accumulators.rs"]
mod accumulators;
#[path = "../corpus/arithmetic.rs"]
mod arithmetic;
#[path = "../corpus/bindings.rs"]
mod bindings;
#[path = "../corpus/bit_operators.rs"]
mod bit_operators;
#[path = "../corpus/borrowed_names.rs"]
mod borrowed_names;
#[path = "../corpus/branches.rs"]
mod branches;
#[path = "../corpus/buffers.rs"]
mod buffers;
#[path = "../corpus/called_again.rs"]
mod called_again;
#[path = "../corpus/calls.rs"]
mod calls;
#[path = "../corpus/checkpoints.rs"]
mod checkpoints;
#[path = "../corpus/closures.rs"]
mod closures;
#[path = "../corpus/constant_components.rs"]
mod constant_components;
#[path = "../corpus/constant_field_methods.rs"]
mod constant_field_methods;
#[path = "../corpus/constant_fields_by_value.rs"]
mod constant_fields_by_value;
#[path = "../corpus/constants.rs"]
mod constants;
#[path = "../corpus/constructed.rs"]
mod constructed;
#[path = "../corpus/conversions.rs"]
mod conversions;
#[path = "../corpus/counters.rs"]
mod counters;
#[path = "../corpus/cursors.rs"]
mod cursors;
#[path = "../corpus/custom.rs"]
mod custom;
#[path = "../corpus/defaults.rs"]
mod defaults;
#[path = "../corpus/early_structs.rs"]
mod early_structs;
#[path = "../corpus/evaluation_order.rs"]
mod evaluation_order;
#[path = "../corpus/generics.rs"]
mod generics;
#[path = "../corpus/grown_after_calls.rs"]
mod grown_after_calls;
#[path = "../corpus/grown_fields.rs"]
mod grown_fields;
#[path = "../corpus/imported_variants.rs"]
mod imported_variants;
#[path = "../corpus/in_place.rs"]
mod in_place;
#[path = "../corpus/inert_fields.rs"]
mod inert_fields;
#[path = "../corpus/inert_shapes.rs"]
mod inert_shapes;
#[path = "../corpus/inferred.rs"]
mod inferred;
#[path = "../corpus/integer_arguments.rs"]
mod integer_arguments;
#[path = "../corpus/iterators.rs"]
mod iterators;
#[path = "../corpus/kept_references.rs"]
mod kept_references;
#[path = "../corpus/known_failures.rs"]
mod known_failures;
#[path = "../corpus/known_functions.rs"]
mod known_functions;
#[path = "../corpus/late_shapes.rs"]
mod late_shapes;
#[path = "../corpus/lent_elements.rs"]
mod lent_elements;
#[path = "../corpus/lent_parts.rs"]
mod lent_parts;
#[path = "../corpus/literal_types.rs"]
mod literal_types;
#[path = "../corpus/lookups.rs"]
mod lookups;
#[path = "../corpus/loops.rs"]
mod loops;
#[path = "../corpus/matching.rs"]
mod matching;
#[path = "../corpus/methods.rs"]
mod methods;
#[path = "../corpus/methods_of_floats.rs"]
mod methods_of_floats;
#[path = "../corpus/moving_closures.rs"]
mod moving_closures;
#[path = "../corpus/mutation.rs"]
mod mutation;
#[path = "../corpus/nested.rs"]
mod nested;
#[path = "../corpus/numerics.rs"]
mod numerics;
#[path = "../corpus/operators.rs"]
mod operators;
#[path = "../corpus/option_references.rs"]
mod option_references;
#[path = "../corpus/options_of_enums.rs"]
mod options_of_enums;
#[path = "../corpus/outputs.rs"]
mod outputs;
#[path = "../corpus/own_methods.rs"]
mod own_methods;
#[path = "../corpus/own_types.rs"]
mod own_types;
#[path = "../corpus/printing.rs"]
mod printing;
#[path = "../corpus/private_buffers.rs"]
mod private_buffers;
#[path = "../corpus/reassigned_structs.rs"]
mod reassigned_structs;
#[path = "../corpus/references.rs"]
mod references;
#[path = "../corpus/results.rs"]
mod results;
#[path = "../corpus/returned_parameters.rs"]
mod returned_parameters;
#[path = "../corpus/searches.rs"]
mod searches;
#[path = "../corpus/slices.rs"]
mod slices;
#[path = "../corpus/sorting.rs"]
mod sorting;
#[path = "../corpus/stencils.rs"]
mod stencils;
#[path = "../corpus/stored_slices.rs"]
mod stored_slices;
#[path = "../corpus/structs.rs"]
mod structs;
#[path = "../corpus/sums.rs"]
mod sums;
#[path = "../corpus/taken_items.rs"]
mod taken_items;
#[path = "../corpus/temporaries.rs"]
mod temporaries;
#[path = "../corpus/tuple_parts.rs"]
mod tuple_parts;
#[path = "../corpus/type_arguments.rs"]
mod type_arguments;
#[path = "../corpus/unseen.rs"]
mod unseen;
#[path = "../corpus/unusual.rs"]
mod unusual;
#[path = "../corpus/upper_case.rs"]
mod upper_case;
#[path = "../corpus/vectors.rs"]
mod vectors;
#[path = "../corpus/windows.rs"]
mod windows;
