use chainrule::differentiable;

#[derive(Clone, Debug)]
struct TooLarge(f64);

#[differentiable]
fn root(x: f64) -> Result<f64, TooLarge> {
    if x > 100.0 { Err(TooLarge(x)) } else { Ok(x.sqrt()) }
}

#[differentiable]
fn scaled(x: f64, k: f64) -> Result<f64, TooLarge> {
    let root = root(x).map_err(|_| TooLarge(k))?;
    Ok(root * k)
}

fn main() {}
