//! Functions of the standard library by imported names, which rustc is made to check.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;
    use std::{array, cmp, iter, mem, ops};

    #[differentiable]
    #[at(0.7)]
    fn of_mem(p: f64) -> f64 {
        let (mut x, mut y) = (p, p * p);
        mem::swap(&mut x, &mut y);
        let z = mem::replace(&mut x, p) + mem::replace(&mut y, 1.0);
        let list = vec![y];
        drop(list);
        let other = vec![z];
        core::mem::drop(other);
        z * x
    }

    #[differentiable]
    #[at(0.7, 3)]
    #[at(0.7, 1)]
    fn of_cmp(p: f64, n: usize) -> f64 {
        p * p * cmp::max(n, 2) as f64 + p * self::cmp::min(n, 2) as f64
    }

    #[differentiable]
    #[at(0.7, 3)]
    fn of_iter(p: f64, n: usize) -> f64 {
        let mut s = 0.0;
        for (x, y) in iter::zip([p, 2.0], iter::repeat(p)) {
            s += x * y;
        }
        s += iter::once(p).chain(iter::empty::<f64>()).sum::<f64>();
        s += iter::repeat_n(p, n).sum::<f64>();
        s += iter::successors(Some(p), |x| Some(x * x)).take(n).sum::<f64>();
        s += iter::from_fn(|| Some(p)).take(2).sum::<f64>();
        s * iter::repeat_with(|| p).take(2).sum::<f64>()
    }

    #[differentiable]
    #[at(0.7)]
    fn of_array_and_ops(p: f64) -> f64 {
        let list: [f64; 3] = array::from_fn(|i| p * i as f64);
        let sum = list.iter().copied().fold(0.0, ops::Add::add);
        sum * array::from_fn::<f64, 2, _>(|_| p)[0]
    }
}
