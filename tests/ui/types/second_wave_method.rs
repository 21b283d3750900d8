use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    position: [f64; 3],
}

#[differentiable]
impl Body {
    fn height(&self, ground: f64) -> f64 {
        unsafe { self.position.get_unchecked(2) - ground }
    }

    fn of_mass(mass: Option<f64>) -> Option<Body> {
        Some(Body { mass: mass.xor(None).unwrap(), position: [0.0; 3] })
    }

    fn energy(&self, gravity: f64) -> f64 {
        gravity * self.mass * self.height(0.0)
    }
}

fn main() {
    let body = Body::of_mass(Some(1.0)).unwrap();
    let (bar, ground): (BodyTangent, f64) = body.height_grad(2.0);
    let _: (f64, f64) = body.energy_jvp(2.0, &bar, ground);
    let _ = Body::of_mass_jvp(Some(1.0), Some(1.0));
}
