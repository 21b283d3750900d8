// The index of the restored element was a temporary that the reverse sweep did not have.
fn restore_by_index(x: f64, xs: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        let k = (i + 1) % xs.len();
        sum += (xs[k] * x).sin();
        xs[k] = x.cos();
    }
    sum
}
