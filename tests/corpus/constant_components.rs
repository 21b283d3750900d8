//! Constant fields that a literal has of another struct, and that are numbers in the function besides; and
//! functions in whose signatures no float is named, some of whose fields are constant.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Growth {
        pub size: f64,
        #[constant]
        pub rate: f64,
        #[constant]
        pub limit: f64,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pair(pub f64, #[constant] pub f64);

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Colony {
        pub cells: Vec<Growth>,
        #[constant]
        pub weights: [f64; 2],
    }

    #[differentiable]
    impl Growth {
        fn stepped(&self, dt: f64) -> Self {
            let slope = self.rate * self.size * (1.0 - self.size / self.limit);
            Self { size: self.size + dt * slope, rate: self.rate, limit: self.limit }
        }

        fn doubled(self) -> Growth {
            Growth { size: self.size * self.rate, ..self }
        }

        fn beside(&self, other: &Growth) -> Growth {
            Growth {
                size: self.rate * other.size * self.size / other.rate,
                rate: other.rate,
                limit: self.limit,
            }
        }

        fn step(&mut self, dt: f64) {
            *self = Growth { size: self.size * (1.0 + dt * self.rate), rate: self.rate, ..*self };
            self.size *= self.limit.sqrt() * self.size;
        }
    }

    #[differentiable]
    impl Pair {
        fn next(self) -> Pair {
            Pair(self.0 * self.1 + self.1, self.1)
        }
    }

    #[differentiable]
    impl Colony {
        fn grown(&self) -> Colony {
            let mut cells = Vec::new();
            for cell in &self.cells {
                let size = cell.size * cell.rate + self.weights[0] * cell.size;
                cells.push(Growth { size, rate: cell.rate, limit: cell.limit });
            }
            Colony { cells, weights: self.weights }
        }

        fn head(&self) -> Growth {
            let mut cell = self.cells[0];
            cell.size *= self.cells[1].rate * self.cells[1].size + self.weights[1];
            cell
        }
    }

    #[differentiable]
    #[at(Growth { size: 0.5, rate: 1.25, limit: 2.0 }, 0.25)]
    fn over_steps(start: Growth, dt: f64) -> f64 {
        let mut growth = start;
        for _ in 0..3 {
            growth = growth.stepped(dt).doubled();
            growth.step(dt);
        }
        growth.size * growth.rate
    }

    #[differentiable]
    #[at(Growth { size: 0.5, rate: 1.25, limit: 2.0 }, Growth { size: 1.5, rate: 0.25, limit: 3.0 })]
    fn of_two(a: &Growth, b: &Growth) -> Growth {
        let c = a.beside(b);
        Growth { size: c.size * b.size * c.rate, rate: c.rate, limit: b.limit }
    }

    #[differentiable]
    #[at(Growth { size: 0.5, rate: 1.25, limit: 2.0 }, 3)]
    fn in_a_loop(start: Growth, count: usize) -> Growth {
        let mut growth = start;
        for _ in 0..count {
            growth = Growth {
                size: growth.size * growth.rate + growth.rate,
                rate: growth.rate,
                limit: start.limit,
            };
        }
        growth
    }

    #[differentiable]
    #[at(Pair(0.5, 1.25), 3)]
    fn of_pairs(start: Pair, count: usize) -> Pair {
        let mut pair = start;
        for _ in 0..count {
            pair = pair.next();
        }
        Pair(pair.0 * pair.0 / pair.1, pair.1)
    }

    #[differentiable]
    #[at(Colony { cells: vec![Growth { size: 0.5, rate: 1.25, limit: 2.0 }, Growth { size: 1.5, rate: 0.25, limit: 3.0 }], weights: [0.5, 0.75] })]
    fn of_a_list(colony: &Colony) -> Growth {
        let grown = colony.grown().grown();
        grown.head().beside(&grown.cells[1])
    }
}
