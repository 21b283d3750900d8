//! Fields that are marked `#[constant]` as arguments of functions and methods, whose parameters may be constant
//! or not. At second order those of them that are passed twice, or beside their struct, are bound before, and otherwise
//! refused (`tests/ui/order/constant_field.rs`).

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, Real, differentiable};

    #[derive(Clone, Debug)]
    pub struct Settings {
        rates: Vec<f64>,
        scale: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Body {
        x: f64,
        v: f64,
        #[constant]
        dt: f64,
        #[constant]
        steps: usize,
        #[constant]
        settings: Settings,
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct Filter<T> {
        state: T,
        #[constant]
        gain: T,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Chain {
        bodies: Vec<Body>,
        filters: [Filter<f64>; 2],
    }

    #[differentiable]
    fn active(y: f64, k: f64) -> f64 {
        y * y * k + k
    }

    #[differentiable]
    fn constant(y: f64, #[constant] k: f64) -> f64 {
        (y * k).sin()
    }

    #[differentiable]
    fn constant_reference(y: f64, #[constant] k: &f64) -> f64 {
        y * y * k
    }

    #[differentiable]
    fn of_settings(y: f64, #[constant] settings: &Settings) -> f64 {
        let mut y = y;
        for rate in &settings.rates {
            y = (y * rate).sin() * settings.scale;
        }
        y
    }

    #[differentiable]
    fn counted(y: f64, n: usize) -> f64 {
        y.powi(n as i32)
    }

    #[differentiable]
    fn filtered<T: Real>(y: T, gain: T, #[constant] bias: T) -> T {
        (y * gain).tanh() + bias * y
    }

    #[differentiable]
    impl Body {
        fn drift(&mut self, dt: f64) {
            self.x += self.v * dt;
            self.v -= self.x * dt;
        }

        fn energy(&self, k: f64) -> f64 {
            self.v * self.v + k * self.x
        }

        fn run(&mut self) -> f64 {
            for _ in 0..self.steps {
                self.drift(self.dt);
            }
            self.energy(self.dt) + counted(self.x, self.steps)
        }

        fn all(&self) -> f64 {
            active(self.x, self.dt)
                + constant(self.v, self.dt) * constant_reference(self.x, &self.dt)
                + of_settings(self.x, &self.settings)
                + active(self.v, self.settings.scale)
        }
    }

    #[differentiable]
    impl<T: Real> Filter<T> {
        fn advance(&mut self, y: T) -> T {
            self.state = filtered(self.state * y, self.gain, self.gain);
            self.state * y
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn stepped(p: f64) -> f64 {
        let settings = Settings { rates: vec![1.5, 0.5], scale: 0.75 };
        let mut b = Body { x: p, v: p * p, dt: 0.1, steps: 3, settings };
        let y = b.run();
        y * b.run() + b.all() * b.x
    }

    #[differentiable]
    #[at(0.7)]
    fn generic(p: f64) -> f64 {
        let mut f = Filter { state: p, gain: 0.5 };
        let y = f.advance(p * p);
        f.advance(y) * f.state
    }

    #[differentiable]
    #[at(0.7)]
    fn of_elements(p: f64) -> f64 {
        let settings = Settings { rates: vec![1.5, 0.5], scale: 0.75 };
        let one = Body { x: p, v: p * p, dt: 0.1, steps: 3, settings };
        let mut other = one.clone();
        other.x *= p;
        let filters = [Filter { state: p, gain: 0.5 }, Filter { state: p * p, gain: 0.25 }];
        let mut chain = Chain { bodies: vec![one, other], filters };
        let mut y = p;
        for i in 0..2 {
            y += active(chain.bodies[i].x, chain.bodies[i].dt) * chain.bodies[i].run();
            y += active(y, chain.filters[i].gain);
            y *= chain.filters[i].advance(y);
        }
        y
    }
}
