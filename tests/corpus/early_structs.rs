//! Structs and enums that an early exit leaves: of no type with a zero to start from.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct State {
        pub position: f64,
        pub velocity: f64,
        pub path: Vec<f64>,
        pub steps: usize,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub enum Shape {
        Point,
        Disk(f64),
        Box { width: f64, height: f64 },
    }

    #[differentiable]
    #[at(0.5, 3.0, 20)]
    #[at(0.5, 3.0, 2)]
    #[at(2.0, 0.0, 0)]
    fn until_an_event(position: f64, velocity: f64, n: usize) -> f64 {
        let last = flown(position, velocity, n);
        last.position * last.velocity + last.path.iter().sum::<f64>() * last.steps as f64
    }

    #[differentiable]
    fn flown(position: f64, velocity: f64, n: usize) -> State {
        let mut state = State { position, velocity, path: Vec::new(), steps: 0 };
        for _ in 0..n {
            if state.position > 1.5 {
                return state;
            }
            let dt = 0.1;
            let mut path = state.path.clone();
            path.push(state.position * state.velocity);
            state = State {
                position: state.position + dt * state.velocity,
                velocity: state.velocity - dt * state.position.sin(),
                path,
                steps: state.steps + 1,
            };
        }
        state
    }

    #[differentiable]
    #[at(0.5, 3)]
    #[at(2.5, 3)]
    fn broken_with_a_struct(x: f64, n: usize) -> f64 {
        let mut state = State { position: x, velocity: x * x, path: vec![x], steps: 0 };
        let mut left = n;
        let mut last = loop {
            let grown = State { position: state.position * x + 1.0, ..state.clone() };
            if grown.position > 9.0 {
                break State { velocity: grown.velocity * grown.position, ..grown };
            }
            if left == 0 {
                break grown;
            }
            left -= 1;
            state = grown;
        };
        last.path.push(last.velocity);
        last.position * last.path[1] + last.path[0]
    }

    #[differentiable]
    #[at(0.5, 1.0)]
    #[at(1.5, 1.0)]
    #[at(3.0, 1.0)]
    fn of_an_enum(x: f64, y: f64) -> f64 {
        let shape = 'found: {
            for k in 1..4 {
                if x * k as f64 > 4.0 {
                    break 'found Shape::Disk(x * y * k as f64);
                }
                if x * k as f64 > 2.5 {
                    break 'found Shape::Box { width: x, height: y * x };
                }
            }
            Shape::Point
        };
        match shape {
            Shape::Point => x,
            Shape::Disk(radius) => radius * radius,
            Shape::Box { width, height } => width * height,
        }
    }

    /// Why a matrix is refused.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Negative;

    #[differentiable]
    fn rooted<const N: usize>(a: &[[f64; N]; N]) -> Result<[[f64; N]; N], Negative> {
        let mut lower = *a;
        for i in 0..N {
            for j in 0..i {
                lower[i][j] *= lower[j][j];
            }
            if lower[i][i] < 0.0 {
                return Err(Negative);
            }
            lower[i][i] = lower[i][i].sqrt();
        }
        Ok(lower)
    }

    #[differentiable]
    fn state_or_not(x: f64) -> Result<State, Negative> {
        for k in 0..3 {
            if x < 0.1 * k as f64 {
                return Err(Negative);
            }
        }
        Ok(State { position: x, velocity: x * x, path: vec![x], steps: 2 })
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    #[at(-0.7, 1.3)]
    #[at(0.15, 1.3)]
    fn results_left_early(x: f64, y: f64) -> f64 {
        let mut sum = x * y;
        if let Ok(lower) = rooted(&[[x, y], [x * y, y]]) {
            sum += lower[1][0] * lower[1][1] * lower[0][0];
        }
        if let Ok(state) = state_or_not(x) {
            sum += state.position * state.velocity * state.path[0];
        }
        sum
    }
}
