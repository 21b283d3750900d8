//! A method that only reads its receiver leaves nothing of it on the tape, whether or not the receiver
//! can change.

use std::sync::atomic::{AtomicUsize, Ordering};

use chainrule::{Differentiable, differentiable};

/// How often a grid was copied: what the tape saves of one is a copy.
static COPIES: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, Differentiable)]
struct Grid {
    data: Vec<f64>,
}

impl Clone for Grid {
    fn clone(&self) -> Grid {
        COPIES.fetch_add(1, Ordering::Relaxed);
        Grid { data: self.data.clone() }
    }
}

#[differentiable]
impl Grid {
    fn value(&self, i: usize) -> f64 {
        self.data[i] * self.data[i]
    }

    fn scale(&mut self, k: f64) {
        for v in self.data.iter_mut() {
            *v *= k;
        }
    }
}

mod asked {
    use super::*;

    #[differentiable]
    pub fn read_often(grid: &Grid, k: f64) -> f64 {
        let mut grid = grid.clone();
        grid.scale(k);
        let mut sum = 1.0;
        for i in 0..grid.data.len() {
            sum = (sum + grid.value(i)).sin();
        }
        grid.scale(sum);
        sum * grid.value(0)
    }
}

mod not_asked {
    use super::*;

    #[differentiable(no_opt)]
    pub fn read_often(grid: &Grid, k: f64) -> f64 {
        let mut grid = grid.clone();
        grid.scale(k);
        let mut sum = 1.0;
        for i in 0..grid.data.len() {
            sum = (sum + grid.value(i)).sin();
        }
        grid.scale(sum);
        sum * grid.value(0)
    }
}

#[test]
fn methods_that_read_save_nothing() {
    let grid = Grid { data: (0..100).map(|i| 0.5 + f64::from(i % 7)).collect() };
    let copies = |gradient: &dyn Fn() -> (GridTangent, f64)| {
        let before = COPIES.load(Ordering::Relaxed);
        let (grid_bar, k_bar) = gradient();
        (grid_bar.data, k_bar, COPIES.load(Ordering::Relaxed) - before)
    };
    let asked = copies(&|| asked::read_often::grad(&grid, 0.25));
    let not_asked = copies(&|| not_asked::read_often::grad(&grid, 0.25));
    assert!(asked.2 <= 4, "{} copies", asked.2);
    assert!(not_asked.2 >= 100, "{} copies", not_asked.2);
    assert_eq!((asked.0, asked.1), (not_asked.0, not_asked.1));
}
