// The tangent of the inactive slice was a local of unsized type.
fn inactive_slice_copied(x: f64) -> f64 {
    let mut a = [x, x * x, x.sin()];
    let b = [0.5, 0.25];
    a[1..3].copy_from_slice(&b[..2]);
    a[0] * a[1]
}
