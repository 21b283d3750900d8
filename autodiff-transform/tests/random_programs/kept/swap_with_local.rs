// Swapping back read a local that the reverse sweep did not have.
fn swap_with_local(x: f64, xs: &mut [f64]) {
    let mut x = x.sin();
    std::mem::swap(&mut x, &mut xs[0]);
    xs[1] *= x;
}
