//! The example pages, run as tests: each asserts its own numbers.

#[path = "../examples/custom_layer.rs"]
mod custom_layer;
#[path = "../examples/in_place.rs"]
mod in_place;
#[path = "../examples/quickstart.rs"]
mod quickstart;
#[path = "../examples/stable_inverse_exp.rs"]
mod stable_inverse_exp;
#[path = "../examples/structs.rs"]
mod structs;

#[test]
fn custom_layer_page() {
    custom_layer::main();
}

#[test]
fn in_place_page() {
    in_place::main();
}

#[test]
fn quickstart_page() {
    quickstart::main();
}

#[test]
fn stable_inverse_exp_page() {
    stable_inverse_exp::main();
}

#[test]
fn structs_page() {
    structs::main();
}
