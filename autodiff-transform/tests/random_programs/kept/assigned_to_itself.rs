// The cotangent was zeroed after it had been handed on to the same variable.
fn assigned_to_itself(x: f64, rows: &mut [[f64; 2]; 2], i: usize) -> f64 {
    rows[i % 2] = rows[0];
    rows[1] = rows[i % 2];
    x * rows[0][0] + rows[1][1].sin()
}
