//! Constant fields of any type that are passed by value, each in a call where nothing else is of the same field.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Clock {
        t: f64,
        #[constant]
        dt: f64,
    }

    #[differentiable]
    fn grown(t: f64, dt: f64) -> f64 {
        t * t * dt + dt
    }

    #[differentiable]
    fn ticked(clock: &Clock) -> f64 {
        grown(clock.t, clock.dt)
    }

    #[differentiable]
    #[at(0.7)]
    fn of_clocks(t: f64) -> f64 {
        let clock = Clock { t, dt: 0.3 };
        ticked(&clock) * ticked(&Clock { t: t * t, dt: 0.2 })
    }

    #[derive(Clone, Copy, Debug)]
    pub enum Activation {
        Tanh,
        Leaky(f64),
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Layer {
        weights: Vec<f64>,
        bias: f64,
        #[constant]
        activation: Activation,
        #[constant]
        limit: Option<f64>,
        #[constant]
        taps: [f64; 3],
    }

    #[differentiable]
    fn activated(x: f64, #[constant] activation: Activation) -> f64 {
        match activation {
            Activation::Tanh => x.tanh(),
            Activation::Leaky(slope) => {
                if x > 0.0 {
                    x
                } else {
                    slope * x
                }
            }
        }
    }

    #[differentiable]
    fn limited(x: f64, #[constant] limit: Option<f64>) -> f64 {
        match limit {
            Some(limit) if x > limit => limit + 0.1 * (x - limit),
            _ => x,
        }
    }

    #[differentiable]
    fn tapped(x: f64, #[constant] taps: [f64; 3]) -> f64 {
        taps[0] + x * (taps[1] + x * taps[2])
    }

    /// Of constant fields and others, of one struct.
    #[differentiable]
    fn biased(x: f64, bias: f64, #[constant] activation: Activation, weights: &[f64]) -> f64 {
        activated(x * weights[0] + bias, activation) * weights[1]
    }

    #[differentiable]
    impl Layer {
        fn forward(&self, x: f64) -> f64 {
            let z = activated(x * self.weights[0] + self.bias, self.activation);
            let activation = self.activation;
            limited(z, self.limit) * tapped(activated(x, activation), self.taps)
        }

        fn again(&mut self, x: f64) -> f64 {
            let y = biased(x, self.bias, self.activation, &self.weights);
            self.bias *= y;
            biased(y, self.bias, self.activation, &self.weights) + limited(y, self.limit)
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    #[at(-0.7, 1.3)]
    fn of_layers(x: f64, y: f64) -> f64 {
        let (activation, limit, taps) = (Activation::Tanh, Some(0.25), [0.5, 1.5, -0.5]);
        let mut first = Layer { weights: vec![x, y], bias: x * y, activation, limit, taps };
        let second = Layer { activation: Activation::Leaky(0.1), limit: None, ..first.clone() };
        first.forward(y) * second.forward(-x) + first.again(y) * first.bias
    }
}
