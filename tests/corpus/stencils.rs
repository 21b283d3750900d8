//! Elements that depend on their neighbours: reverse sweeps that add to several elements, and boundaries that
//! branches look after.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Real, differentiable};

    /// What is copied into a part is saved at once.
    #[differentiable]
    #[at(&mut [0.5, -1.0, 2.0, 0.25, 1.5], &[0.1, 0.2, 0.3, 0.2, 0.1], 3)]
    #[at(&mut [0.5, -1.0, 2.0], &[0.1, 0.2, 0.3], 1)]
    #[at(&mut [0.5, -1.0], &[0.1, 0.2], 2)]
    fn heat(u: &mut [f64], k: &[f64], steps: usize) {
        let n = u.len();
        let mut next = vec![0.0; n];
        for _ in 0..steps {
            for i in 1..n - 1 {
                next[i] = u[i] + k[i] * u[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
            }
            u[1..n - 1].copy_from_slice(&next[1..n - 1]);
        }
    }

    #[differentiable]
    #[at(&mut [0.5, -1.0, 2.0, 0.25, 1.5], 0.3, 0.1, 3)]
    fn burgers(u: &mut [f64], nu: f64, dt: f64, steps: usize) {
        let n = u.len();
        for _ in 0..steps {
            let old = u.to_vec();
            for i in 1..n - 1 {
                let advection = old[i] * (old[i + 1] - old[i - 1]) * 0.5;
                let diffusion = nu * (old[i + 1] - 2.0 * old[i] + old[i - 1]);
                u[i] = old[i] + dt * (diffusion - advection);
            }
        }
    }

    /// Values that two branches give are computed again.
    #[differentiable]
    #[at(&mut [0.5, -1.0, 2.0, 0.25], &mut [0.1, 0.2, -0.3, 0.4], 0.7, 0.1, 3)]
    #[at(&mut [0.5], &mut [0.1], 0.7, 0.1, 2)]
    fn chain(at: &mut [f64], speed: &mut [f64], k: f64, dt: f64, steps: usize) {
        let n = at.len();
        let mut pull = vec![0.0; n];
        for _ in 0..steps {
            for i in 0..n {
                let left = if i > 0 { at[i - 1] } else { 0.0 };
                let right = if i + 1 < n { at[i + 1] } else { 0.0 };
                pull[i] = k * (left - 2.0 * at[i] + right) - 0.1 * at[i].powi(3);
            }
            for i in 0..n {
                speed[i] += dt * pull[i];
                at[i] += dt * speed[i];
            }
        }
    }

    /// A branch whose value is overwritten afterwards is not computed again.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25])]
    fn overwritten_branch(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        let mut sum = 0.0;
        for i in 0..x.len() {
            let limit = if y[i] > 0.0 { y[i] * 2.0 } else { y[i] - 1.0 };
            y[i] = limit * limit;
            sum += limit * y[i];
        }
        sum
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5, -0.75])]
    fn fourth_order(x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in (2..x.len() - 2).rev() {
            let slope = x[i - 2] - 8.0 * x[i - 1] + 8.0 * x[i + 1] - x[i + 2];
            sum += slope * slope * x[i];
        }
        sum
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5, -0.75, 0.3, 0.2, 0.1, 1.1, 1.2, 1.3], 3, 4)]
    fn five_points(x: &[f64], rows: usize, columns: usize) -> f64 {
        let mut y = x.to_vec();
        for i in 1..rows - 1 {
            for j in 1..columns - 1 {
                let at = i * columns + j;
                let around = x[at - columns] + x[at + columns] + x[at - 1] + x[at + 1];
                y[at] = x[at] * (around - 4.0 * x[at]);
            }
        }
        y.iter().map(|y| y * y).sum()
    }

    /// Dear in the middle, which stays.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5])]
    fn dear(x: &[f64]) -> f64 {
        let mut y = vec![0.0; x.len()];
        for i in 1..x.len() - 1 {
            y[i] = x[i - 1] * 0.5 + x[i].sin() - x[i + 1];
        }
        y.iter().map(|y| y * y * y).sum()
    }

    /// An element that the loop changes and its neighbours read.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5])]
    fn gauss_seidel(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        for _ in 0..3 {
            for i in 1..y.len() - 1 {
                y[i] = 0.5 * (y[i - 1] + y[i + 1]) + 0.1 * x[i] * y[i];
            }
        }
        y.iter().map(|y| y * y).sum()
    }

    /// One particle's share is a sum, its partners' are elements.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5, -0.75, 0.3, 0.2, 0.1], 3)]
    fn pairs(at: &[f64], n: usize) -> f64 {
        let mut energy = 0.0;
        for i in 0..n {
            for j in 0..i {
                let dx = at[3 * i] - at[3 * j];
                let dy = at[3 * i + 1] - at[3 * j + 1];
                let dz = at[3 * i + 2] - at[3 * j + 2];
                let r2 = dx * dx + dy * dy + dz * dz;
                energy += 1.0 / (r2 * r2 * r2);
            }
        }
        energy
    }

    /// The reverse reads what the loop left in the element, and what was there is restored late.
    #[differentiable]
    #[at(&mut [0.5, -1.0, 2.0], &[0.1, 0.2, -0.3], 0.7)]
    fn left_behind(y: &mut [f64], x: &[f64], rate: f64) -> f64 {
        let mut sum = 0.0;
        for j in 0..y.len() {
            sum += y[j] * y[j];
        }
        for i in 0..y.len() {
            y[i] += rate * x[i];
            let now = y[i];
            sum += rate * now * now;
        }
        sum
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25])]
    fn total_variation<T: Real>(x: &[T]) -> T {
        let mut sum = T::from_f64(0.0);
        for i in 0..x.len() - 1 {
            let step = x[i + 1] - x[i];
            sum += step * step * x[i];
        }
        sum
    }
}
