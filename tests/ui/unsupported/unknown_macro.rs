use chainrule::differentiable;

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[differentiable]
fn area(radius: f64) -> f64 {
    std::f64::consts::PI * square!(radius)
}

fn main() {}
