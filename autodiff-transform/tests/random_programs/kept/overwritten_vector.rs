// A parameter whose shape changes: its bar has the shape that the argument had.
fn overwritten_vector(mut xs: Vec<f64>, x: f64) -> f64 {
    let before = xs[0] * xs[1];
    xs = vec![x, before];
    xs.push(xs[0] * xs[1]);
    xs[2].sin()
}
