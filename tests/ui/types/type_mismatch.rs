use chainrule::differentiable;

#[differentiable]
fn volume(width: f64, height: f32) -> f64 {
    let wide: f32 = width;
    wide as f64 * height as f64
}

fn main() {}
