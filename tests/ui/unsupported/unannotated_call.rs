use chainrule::differentiable;

fn air_drag(speed: f64) -> f64 {
    0.5 * speed * speed
}

#[differentiable]
fn deceleration(speed: f64, mass: f64) -> f64 {
    air_drag(speed) / mass
}

fn main() {}
