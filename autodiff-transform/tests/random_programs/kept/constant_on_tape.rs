// What a push and its pop, in different functions, took to be active was not the same.
fn constant_on_tape(x: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let mut y = 0.5;
        for _ in 0..2 {
            sum += y * x;
            y = x.atan2(0.5_f64.tanh() + i as f64);
        }
        sum += y.sin();
    }
    sum
}
