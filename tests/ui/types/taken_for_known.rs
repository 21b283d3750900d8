//! Functions of one's own, in modules that are called like those of the standard library, and a `detach`.

use chainrule::differentiable;

mod mem {
    use chainrule::differentiable;

    #[differentiable]
    pub fn swap(a: &mut f64, b: &mut f64) {
        let t = *a;
        *a = *b * 2.0;
        *b = t * 3.0;
    }
}

mod cmp {
    use chainrule::differentiable;

    #[differentiable]
    pub fn max(a: f64, b: f64) -> f64 {
        a * b
    }
}

mod iter {
    pub fn repeat_with<F: FnMut() -> f64>(mut f: F) -> std::vec::IntoIter<f64> {
        vec![f(), f()].into_iter()
    }
}

mod ops {
    pub trait Add {
        fn add(self, other: Self) -> Self;
    }

    impl Add for f64 {
        fn add(self, other: f64) -> f64 {
            self * other
        }
    }
}

mod array {
    pub fn from_fn<F: Fn(usize) -> f64>(f: F) -> [f64; 2] {
        [f(1), f(2)]
    }
}

mod util {
    use chainrule::differentiable;

    #[differentiable]
    pub fn detach(a: f64) -> f64 {
        a * 2.0
    }
}

#[differentiable]
fn of_mem(a: f64) -> f64 {
    let (mut x, mut y) = (a, a * a);
    mem::swap(&mut x, &mut y);
    x
}

#[differentiable]
fn of_cmp(a: f64) -> f64 {
    self::cmp::max(a, 2.0)
}

#[differentiable]
fn of_iter(a: f64) -> f64 {
    iter::repeat_with(|| a).take(3).sum::<f64>()
}

#[differentiable]
fn of_ops(a: f64) -> f64 {
    [a, 2.0].iter().copied().fold(1.0, ops::Add::add)
}

#[differentiable]
fn of_array(a: f64) -> f64 {
    let list: [f64; 2] = array::from_fn(|i| a * i as f64);
    list[0]
}

#[differentiable]
fn imported_inside(a: f64) -> f64 {
    use util::detach;
    detach(a)
}

fn drop(_: f64) {}

#[differentiable]
fn dropped(a: f64) -> f64 {
    drop(a);
    a
}

fn main() {}
