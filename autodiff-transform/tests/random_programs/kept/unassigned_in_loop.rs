// The value that a variable does not have yet was saved.
fn unassigned_in_loop(x: f64, state: &mut f64) {
    let mut count = 0;
    while count < 3 {
        let mut y;
        y = x * count as f64;
        for _ in 0..2 {
            *state += if y <= 0.5 { x.sin() } else { y * *state * 0.1 };
            y = y.cos();
        }
        count += 1;
    }
}
