// The value read before the swap is in the other variable after it.
fn swap_in_loop(x: f64, state: &mut f64) -> f64 {
    let mut y = 0.5;
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += (y * x).sin();
        std::mem::swap(&mut y, state);
        y = x * 0.5;
    }
    sum
}
