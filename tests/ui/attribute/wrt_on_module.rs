use chainrule::differentiable;

#[differentiable(wrt(x), rules(libm::erf = erf))]
mod physics {
    #[chainrule::differentiable]
    pub fn drag(x: f64, y: f64) -> f64 {
        x * y
    }
}

fn main() {}
