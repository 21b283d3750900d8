// The reverse sweep passed the value that the call had left behind.
fn overwrite(before: [f64; 2], xs: &mut [f64; 2]) -> f64 {
    xs[0] = (before[1] * xs[0]).sin();
    xs[0] * before[0] * before[0]
}

fn lent_and_passed(xs: &mut [f64; 2]) -> f64 {
    overwrite(*xs, xs)
}
