//! Variables of a macro with the names of variables of its caller.

use chainrule::differentiable;

macro_rules! with_y {
    ($name:ident, $p:ident, $b:expr) => {
        #[differentiable]
        fn $name($p: f64) -> f64 {
            let y = $p * 2.0;
            let r = $b;
            r + y
        }
    };
}

with_y!(shadowed, y, y * y);

macro_rules! sum {
    ($name:ident, $p:ident, $n:expr, $b:expr) => {
        #[differentiable]
        fn $name($p: f64) -> f64 {
            let mut s = 0.0;
            for i in 0..$n {
                s += $b * (i as f64 + 1.0);
            }
            s
        }
    };
}

sum!(summed, s, 3, s * s);

#[differentiable]
fn scale(x: f64) -> f64 {
    x * 2.0
}

macro_rules! scaled {
    ($name:ident, $p:ident, $b:expr) => {
        #[differentiable]
        fn $name($p: f64) -> f64 {
            let scale = $p * 3.0;
            vec![scale, $b][1]
        }
    };
}

scaled!(hidden, x, x * scale(x));

fn main() {}
