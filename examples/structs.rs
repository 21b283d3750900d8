//! Derivatives of structs, enums and methods.
//!
//! `#[derive(Differentiable)]` on a struct makes a tangent struct with the same field names; gradients
//! come in it.
//!
//! `cargo run --example structs`

use chainrule::{Differentiable, differentiable};

/// A body on a spring.
#[derive(Clone, Debug, Differentiable)]
pub struct Body {
    /// In kg.
    pub mass: f64,
    /// In m, from where the spring is at rest.
    pub position: [f64; 2],
    /// In m/s.
    pub velocity: [f64; 2],
    /// Carries no derivative.
    pub id: u32,
}

/// What pulls the body back.
#[derive(Clone, Debug, Differentiable)]
pub enum Spring {
    /// Hooke's law.
    Linear(f64),
    /// A spring that stiffens: `energy = ½·k·r² + ¼·hardening·r⁴`.
    Hardening {
        /// For small displacements.
        stiffness: f64,
        /// What it gains with the square of the displacement.
        hardening: f64,
    },
}

#[differentiable]
impl Body {
    /// ½·m·v².
    pub fn kinetic_energy(&self) -> f64 {
        let [vx, vy] = self.velocity;
        0.5 * self.mass * (vx * vx + vy * vy)
    }

    /// Kinetic and potential energy.
    pub fn energy(&self, spring: &Spring) -> f64 {
        let r2 = self.position[0] * self.position[0] + self.position[1] * self.position[1];
        let potential = match spring {
            Spring::Linear(stiffness) => 0.5 * stiffness * r2,
            Spring::Hardening { stiffness, hardening } => {
                0.5 * stiffness * r2 + 0.25 * hardening * r2 * r2
            }
        };
        self.kinetic_energy() + potential
    }
}

/// Runs the page and checks its numbers.
pub fn main() {
    let body = Body { mass: 2.0, position: [3.0, 4.0], velocity: [1.0, -2.0], id: 7 };

    // A method's derivatives are methods, told apart by a suffix.
    let slope = body.kinetic_energy_grad();
    println!("gradient of the kinetic energy: {slope:?}");
    assert_eq!((slope.mass, slope.velocity, slope.position), (2.5, [2.0, -4.0], [0.0, 0.0]));

    // The cotangent of an enum is in the variant of the value.
    let spring = Spring::Hardening { stiffness: 10.0, hardening: 0.4 };
    let (energy, (body_slope, spring_slope)) = body.energy_value_and_grad(&spring);
    println!("energy of body {}: {energy}, gradient in the spring: {spring_slope:?}", body.id);
    assert_eq!(energy, 5.0 + 125.0 + 62.5);
    assert_eq!(body_slope.position, [60.0, 80.0]);
    let SpringTangent::Hardening { stiffness, hardening } = spring_slope else {
        panic!("a gradient in another variant than its value");
    };
    assert_eq!((stiffness, hardening), (12.5, 156.25));

    let (_, SpringTangent::Linear(stiffness)) = body.energy_grad(&Spring::Linear(10.0)) else {
        panic!("a gradient in another variant than its value");
    };
    assert_eq!(stiffness, 12.5);
}
