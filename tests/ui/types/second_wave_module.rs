use chainrule::differentiable;

#[differentiable]
mod physics {
    #[differentiable]
    pub fn drag(speed: f64) -> f64 {
        async { speed };
        speed
    }

    #[differentiable]
    pub fn lift(speed: f64) -> f64 {
        drag(speed) * 2.0
    }
}

fn main() {
    println!("{} {}", physics::drag::grad(1.0), physics::lift::grad(1.0));
}
