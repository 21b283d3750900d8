use chainrule::differentiable;

mod physics {
    pub fn air_drag(speed: f64) -> f64 {
        0.5 * speed * speed
    }
}

#[differentiable]
fn deceleration(speed: f64, mass: f64) -> f64 {
    physics::air_drag(speed) / mass
}

fn main() {}
