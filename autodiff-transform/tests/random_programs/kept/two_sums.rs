// The second loop was reversed while it ran, and the first before the second's cotangents.
fn two_sums(x: f64, xs: &[f64]) -> f64 {
    let mut first = x;
    for i in 0..xs.len() {
        first += xs[i].sin();
    }
    let mut second = 0.0;
    for i in 0..xs.len() {
        second += first * xs[i];
    }
    second
}
