//! The example pages, run as tests: each asserts its own numbers.

#[path = "../examples/custom_layer.rs"]
mod custom_layer;
#[path = "../examples/in_place.rs"]
mod in_place;
#[path = "../examples/jacobian_hessian.rs"]
mod jacobian_hessian;
#[path = "../examples/newton.rs"]
mod newton;
#[path = "../examples/nn_jacobian.rs"]
mod nn_jacobian;
#[path = "../examples/quickstart.rs"]
mod quickstart;
#[path = "../examples/sparse_pde.rs"]
mod sparse_pde;
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
fn jacobian_hessian_page() {
    jacobian_hessian::main();
}

#[test]
fn newton_page() {
    newton::main();
}

#[test]
fn nn_jacobian_page() {
    nn_jacobian::main();
}

#[test]
fn quickstart_page() {
    quickstart::main();
}

#[test]
fn sparse_pde_page() {
    sparse_pde::main();
}

#[test]
fn stable_inverse_exp_page() {
    stable_inverse_exp::main();
}

#[test]
fn structs_page() {
    structs::main();
}
