//! Methods of fields without derivatives, and such fields as constant arguments: `#[constant] let` says of the
//! field that it has none.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug)]
    pub struct Settings {
        rates: Vec<f64>,
        scale: f64,
    }

    impl Settings {
        fn rate(&self, i: usize) -> f64 {
            self.rates[i] * self.scale
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Activation {
        Relu,
        Leaky(f64),
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Simulation {
        x: f64,
        #[constant]
        settings: Settings,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Layer {
        w: Vec<f64>,
        #[constant]
        activation: Activation,
    }

    #[differentiable]
    impl Simulation {
        fn look(&self, y: f64) -> f64 {
            #[constant]
            let settings = &self.settings;
            let mut y = y;
            for i in 0..settings.rates.len() {
                y = (y * self.x * settings.rate(i)).sin();
            }
            // What is known of the field counts wherever it stands.
            y * self.settings.rate(0)
        }

        fn advance(&mut self, steps: usize) -> f64 {
            #[constant]
            let settings = &self.settings;
            for i in 0..steps {
                self.x = (self.x * settings.rate(i % 2)).sin() + self.x;
            }
            self.x * settings.rate(1)
        }
    }

    #[differentiable]
    fn activate(x: f64, #[constant] activation: Activation) -> f64 {
        match activation {
            Activation::Relu => x.max(0.0),
            Activation::Leaky(slope) => x.max(x * slope),
        }
    }

    #[differentiable]
    impl Layer {
        fn apply(&self, x: f64) -> f64 {
            #[constant]
            let activation = self.activation;
            let mut sum = 0.0;
            for w in &self.w {
                sum += activate(w * x, activation) * activate(-x, self.activation);
            }
            sum
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn read(p: f64) -> f64 {
        let settings = Settings { rates: vec![1.0, 0.5], scale: 1.5 };
        let s = Simulation { x: p * p, settings };
        s.look(p) * s.x
    }

    #[differentiable]
    #[at(0.7, 3)]
    #[at(0.2, 0)]
    fn beside_changes(p: f64, n: usize) -> f64 {
        let mut s = Simulation { x: p, settings: Settings { rates: vec![1.0, 0.5], scale: 1.5 } };
        let first = s.advance(n);
        first * s.advance(n) + s.look(first)
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    fn passed_on(p: f64) -> f64 {
        let layers = [
            Layer { w: vec![p, 2.0], activation: Activation::Leaky(0.1) },
            Layer { w: vec![0.5], activation: Activation::Relu },
        ];
        layers.iter().fold(p, |y, layer| layer.apply(y) + y * p)
    }

    #[differentiable]
    #[at(0.7)]
    fn of_a_parameter(p: f64) -> f64 {
        let s = Simulation { x: p, settings: Settings { rates: vec![0.3, 0.5], scale: 1.5 } };
        weighted(&s, p)
    }

    #[differentiable]
    fn weighted(s: &Simulation, y: f64) -> f64 {
        #[constant]
        let settings = &s.settings;
        let weigh = |v: f64, i: usize| v * settings.rate(i);
        let values: Vec<f64> = (0..2).map(|i| weigh(y * s.x, i)).collect();
        values.iter().sum::<f64>() * settings.rates.iter().map(|r| r * y).sum::<f64>()
    }

    #[differentiable]
    impl Simulation {
        fn grown(&mut self, y: f64) -> f64 {
            #[constant]
            let scale = self.settings.scale;
            self.x = weigh(self.x * y, scale, scale);
            self.x * y
        }
    }

    #[differentiable]
    fn weigh(y: f64, gain: f64, #[constant] bias: f64) -> f64 {
        (y * gain).tanh() + bias * y
    }

    #[differentiable]
    #[at(0.7)]
    fn bound_before(p: f64) -> f64 {
        let mut s = Simulation { x: p, settings: Settings { rates: vec![0.3], scale: 1.5 } };
        let y = s.grown(p * p);
        s.grown(y) * s.x
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct World {
        all: Vec<Simulation>,
        factor: f64,
    }

    #[differentiable]
    fn worlds(world: &mut World, list: &[Simulation]) -> f64 {
        let mut sum = 0.0;
        for one in &world.all {
            #[constant]
            let settings = &one.settings;
            sum += one.x * one.x * settings.rate(0);
        }
        for one in world.all.iter_mut() {
            #[constant]
            let settings = &one.settings;
            one.x *= one.x * settings.rate(1);
        }
        for i in 0..list.len() {
            let one = &list[i];
            #[constant]
            let settings = &one.settings;
            sum *= one.x + settings.rate(0) * world.all[0].x;
        }
        sum + list
            .iter()
            .map(|one| {
                #[constant]
                let settings = &one.settings;
                one.x * settings.rate(1) * world.factor
            })
            .sum::<f64>()
    }

    #[differentiable]
    #[at(0.7)]
    fn of_elements(p: f64) -> f64 {
        let settings = Settings { rates: vec![0.3, 0.5], scale: 1.5 };
        let one = Simulation { x: p, settings };
        let mut other = one.clone();
        other.x *= p;
        let mut world = World { all: vec![one.clone(), other.clone()], factor: p };
        worlds(&mut world, &[other, one])
    }

    #[differentiable]
    #[at(0.7)]
    fn numbers(p: f64) -> f64 {
        let s = Simulation { x: p, settings: Settings { rates: vec![0.3, 0.5], scale: 1.5 } };
        scaled(&s, p)
    }

    #[differentiable]
    fn scaled(s: &Simulation, y: f64) -> f64 {
        #[constant]
        let scale = s.settings.scale;
        #[constant]
        let rates = &s.settings.rates;
        let last = rates.partition_point(|rate| *rate < scale);
        let mut y = y * scale.max(1.0);
        for rate in rates {
            y = (y * rate * s.x).sin();
        }
        for i in 0..rates.len() {
            y += rates[i] * s.x;
        }
        y * s.x.powi(last as i32) + activate(y, Activation::Leaky(scale))
    }
}
