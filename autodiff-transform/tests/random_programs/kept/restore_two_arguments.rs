// Two arguments saved before a call were restored in the same order.
fn advance(x: f64, xs: &mut [f64], y: &mut f64) -> f64 {
    xs[0] = (xs[1] * x).sin();
    *y *= xs[0];
    xs[0] + *y
}

fn restore_two_arguments(xs: &mut [f64], y: f64) -> f64 {
    let mut y = y;
    let first = advance(0.5, xs, &mut y);
    let second = advance(first, xs, &mut y);
    first * second
}
