// The copy of a mutable parameter was inactive in normal form.
fn mutable_parameter(mut x: f64) -> (f64, f64) {
    x += 1.0 + x * x;
    (0.5, x)
}
