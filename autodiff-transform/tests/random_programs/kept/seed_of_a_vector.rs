// A vector that nothing was done with had a seed without a length.
fn two(x: f64, y: f64) -> (f64, Vec<f64>) {
    (x * y, vec![x, y])
}

fn seed_of_a_vector(x: f64) -> f64 {
    let (product, _) = two(x, x.sin());
    product
}
