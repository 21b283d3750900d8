use chainrule::differentiable;

use std::arch::asm;

#[differentiable]
fn root(x: f64) -> f64 {
    let y: f64;
    unsafe {
        asm!("sqrtsd {0}, {1}", out(xmm_reg) y, in(xmm_reg) x);
    }
    y
}

fn main() {}
