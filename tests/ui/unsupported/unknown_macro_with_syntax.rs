use chainrule::differentiable;

macro_rules! power {
    ($x:ident to $n:literal) => {
        $x.powi($n)
    };
}

#[differentiable]
fn volume(radius: f64) -> f64 {
    4.0 / 3.0 * power!(radius to 3)
}

fn main() {}
