//! Fields that are said to have no derivative, and have one.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Spring {
    rate: f64,
}

#[derive(Clone, Differentiable)]
struct Body {
    x: f64,
    spring: Spring,
    #[constant]
    settings: Settings,
}

#[derive(Clone)]
struct Settings(f64);

impl Settings {
    fn changed(&mut self) -> f64 {
        self.0 += 1.0;
        self.0
    }

    fn scale(&self) -> f64 {
        self.0
    }
}

#[differentiable]
impl Body {
    fn force(&self) -> f64 {
        #[constant]
        let spring = &self.spring;
        self.x * spring.rate
    }
}

#[differentiable]
fn changing(body: &mut Body) -> f64 {
    #[constant]
    let settings = &body.settings;
    let scale = settings.scale();
    body.x *= scale * body.settings.changed();
    body.x
}

fn main() {}
