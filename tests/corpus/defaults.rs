//! `Default::default()` where its place tells the type.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Default, PartialEq, Differentiable)]
    pub struct Controller {
        pub gain: f64,
        pub last: f64,
        pub history: Vec<f64>,
        pub steps: usize,
    }

    #[differentiable]
    fn controller(gain: f64) -> Controller {
        Controller { gain, ..Default::default() }
    }

    #[differentiable]
    fn assigned(gain: f64) -> Controller {
        let mut controller: Controller = Default::default();
        controller.gain = gain * gain;
        controller.history.push(gain);
        controller
    }

    #[differentiable]
    impl Controller {
        fn of(gain: f64, last: f64) -> Self {
            Self { gain: gain + last, last, ..Default::default() }
        }

        fn step(&mut self, error: f64) -> f64 {
            let value = self.gain * error + 0.5 * (error - self.last);
            self.last = error;
            self.history.push(value);
            self.steps += 1;
            value
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn stepped(x: f64, y: f64) -> f64 {
        let mut one = controller(x);
        let mut other = Controller::of(y, x);
        let third = assigned(x);
        let mut sum = third.gain * third.history[0] + third.last;
        for i in 0..3 {
            sum += one.step(y + i as f64) * other.step(x * i as f64);
        }
        sum * one.history[1] * other.steps as f64
    }

    /// The type of a field may show below.
    #[differentiable]
    impl Controller {
        fn flushed(&mut self) -> f64 {
            let history = std::mem::take(&mut self.history);
            let mut sum = 0.0;
            for value in &history {
                sum += value * self.gain;
                self.history.push(value * 2.0);
            }
            sum + history[0] * history.len() as f64 + std::mem::take(&mut self.last)
        }
    }

    #[differentiable]
    #[at(Controller { gain: 0.75, last: 0.5, history: vec![1.5, -0.5], steps: 2 })]
    fn taken(controller: &Controller) -> f64 {
        let mut controller = controller.clone();
        let flushed = controller.flushed() * controller.flushed();
        let history = std::mem::take(&mut controller.history);
        controller.history = history.iter().map(|value| value * controller.gain).collect();
        let steps = std::mem::take(&mut controller.steps);
        flushed + controller.history.iter().sum::<f64>() * steps as f64 + controller.last
    }
}
