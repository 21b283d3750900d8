use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Memory {
    last: f64,
}

impl Memory {
    fn slot(&mut self) -> &mut f64 {
        &mut self.last
    }
}

#[differentiable]
fn changed(memory: &mut Memory, x: f64) -> f64 {
    let held = memory.slot();
    *held *= x;
    memory.last
}

fn main() {}
