//! Arithmetic of integers that searches in active values give, by the methods of integers.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[differentiable]
    #[at([0.0, 1.0, 2.0, 4.0], [1.0, -1.0, 0.5, 2.0], 1.5)]
    #[at([0.0, 1.0, 2.0, 4.0], [1.0, -1.0, 0.5, 2.0], -1.5)]
    #[at([0.0, 1.0, 2.0, 4.0], [1.0, -1.0, 0.5, 2.0], 7.5)]
    fn interpolated(knots: &[f64], values: &[f64], t: f64) -> f64 {
        let i = knots.partition_point(|k| *k < t).saturating_sub(1).min(knots.len() - 2);
        let u = (t - knots[i]) / (knots[i + 1] - knots[i]);
        values[i] + u * (values[i + 1] - values[i])
    }

    #[differentiable]
    #[at([0.5, 1.0, 2.0, 4.0], 1.5)]
    #[at([0.5, 1.0, 2.0, 4.0], 9.5)]
    fn of_a_position(knots: &[f64], t: f64) -> f64 {
        let i = knots.iter().position(|k| *k > t).unwrap_or(1).clamp(1, knots.len() - 1);
        let above = knots.iter().filter(|k| **k > t).count().saturating_sub(1);
        let j = i.saturating_sub(2);
        knots[i] * t + knots[j] * knots[above].powi(i.abs_diff(3) as i32)
    }

    #[differentiable]
    #[at([1.5, 1.0, 2.0, 4.0], 1.2)]
    #[at([1.5, 1.0, 2.0, 4.0], -1.2)]
    fn of_a_rounded_value(x: &[f64], t: f64) -> f64 {
        let n = x.len() as isize;
        let k = ((t * 3.0) as isize).rem_euclid(n) as usize;
        let j = ((t * 2.0).round() as i32).clamp(0, 2) as usize;
        let l = (t as usize).saturating_sub(1);
        x[k] * x[j] * x[l] * t
    }

    /// The integer is read before its argument changes it.
    #[differentiable]
    #[at([1.5, 1.0, 2.0, 4.0])]
    fn changed_by_an_argument(x: &[f64]) -> f64 {
        let mut i = x.len() - 1;
        let j = i.abs_diff({
            i -= 2;
            i
        });
        x[i] * x[j].sin()
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Grid {
        pub width: usize,
        pub cells: Vec<f64>,
    }

    #[differentiable]
    #[at(Grid { width: 3, cells: vec![0.5, 1.5, -2.0] }, 4)]
    #[at(Grid { width: 3, cells: vec![0.5, 1.5, -2.0] }, -1)]
    fn around_a_grid(grid: &Grid, i: isize) -> f64 {
        let right = (i + 1).rem_euclid(grid.width as isize) as usize;
        let inside = i.clamp(0, grid.width as isize - 1) as usize;
        let back = 2_usize.saturating_sub(grid.width - 1);
        grid.cells[right] * grid.cells[inside] * grid.cells[inside] + grid.cells[back].sin()
    }

    const KNOTS: [f64; 4] = [0.0, 1.0, 2.5, 4.0];

    /// The active value is what is searched for.
    #[differentiable]
    #[at(1.5)]
    #[at(3.2)]
    #[at(9.5)]
    fn in_constants(x: f64) -> f64 {
        let i = match KNOTS.binary_search_by(|knot| knot.partial_cmp(&x).unwrap()) {
            Ok(i) | Err(i) => i.min(3),
        };
        let j = KNOTS.partition_point(|knot| *knot < x).saturating_sub(1);
        let k = KNOTS.binary_search_by(|knot| knot.total_cmp(&x)).unwrap_or_else(|k| k.min(3));
        x * x * KNOTS[i] + x * KNOTS[j] - KNOTS[k] / x
    }

    /// Lists of the function's own, which searching does not change.
    #[differentiable]
    #[at([0.5, 1.0, 2.0], 1.25)]
    #[at([0.5, 1.0, 2.0], 9.0)]
    fn in_lists_of_its_own(steps: [f64; 3], t: f64) -> f64 {
        let mut times = vec![0.0];
        for step in steps {
            times.push(times[times.len() - 1] + step);
        }
        let i = times.partition_point(|&time| time < t).min(3);
        let scaled: Vec<f64> = times.iter().map(|time| time * 0.5).collect();
        let j = match scaled.binary_search_by(|time| time.partial_cmp(&t).unwrap()) {
            Ok(j) => j,
            Err(j) => j.min(3),
        };
        let k =
            scaled[1..].binary_search_by(|time| time.total_cmp(&t)).unwrap_or_else(|k| k.min(2));
        let sorted = if scaled.is_sorted() { scaled[k] } else { t };
        times[i] * t + scaled[j] * sorted
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25], 1.25)]
    fn inserted_in_order(values: &[f64], t: f64) -> f64 {
        let mut sorted: Vec<f64> = Vec::new();
        for &value in values {
            let at = sorted.partition_point(|&before| before < value);
            sorted.insert(at, value * t);
        }
        sorted.iter().enumerate().map(|(i, value)| value * value * i as f64).sum()
    }

    #[differentiable]
    #[at(Grid { width: 3, cells: vec![0.5, 1.5, 2.0] }, 1.25)]
    fn in_a_field(grid: &Grid, t: f64) -> f64 {
        let mut grid = grid.clone();
        grid.cells[1] *= t;
        let i = grid.cells.partition_point(|&cell| cell < t).min(2);
        grid.cells[i] *= grid.cells[0];
        grid.cells[i] + t * grid.cells.partition_point(|&cell| cell < 0.75) as f64
    }
}
