// The callee replaces the bar of what it is lent by `&mut`: nothing may stand in for that bar.
fn overwritten(x: &mut f64) -> f64 {
    let before = *x;
    *x = 0.5;
    before.sin()
}

fn bar_replaced_in_loop(x: &mut f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for _ in 0..n {
        sum += overwritten(x);
    }
    sum
}
