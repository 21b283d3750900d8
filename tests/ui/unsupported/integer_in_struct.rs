use chainrule::differentiable;

struct Grid {
    steps: usize,
}

#[differentiable]
fn on_grid(x: f64) -> f64 {
    let grid = Grid { steps: (x * 8.0) as usize };
    grid.steps as f64 / 8.0
}

fn main() {}
