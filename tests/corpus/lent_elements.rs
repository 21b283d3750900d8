//! What has no name, or stands behind `as_ref`, lent to functions that take references: elements of literals, the
//! payloads of options.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Spring {
        pub rest: f64,
        pub ends: Vec<f64>,
    }

    #[differentiable]
    fn energy(spring: &Spring) -> f64 {
        let stretch = spring.ends[1] - spring.ends[0] - spring.rest;
        stretch * stretch * spring.ends[0]
    }

    #[differentiable]
    fn spring(x: f64, y: f64) -> Spring {
        Spring { rest: x * y, ends: vec![x, y] }
    }

    #[differentiable]
    fn stretch(spring: &mut Spring, by: f64) {
        spring.ends[1] *= by;
        spring.rest += by;
    }

    #[differentiable]
    fn square(value: &f64) -> f64 {
        value * value
    }

    #[differentiable]
    fn last(values: &[f64]) -> f64 {
        values[values.len() - 1]
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn mapped(x: f64, y: f64) -> f64 {
        let sum: f64 = [spring(x, y), spring(y, x)].iter().map(|s| energy(s)).sum();
        let by_name: f64 = [spring(x, y), spring(y, x)].iter().map(energy).sum();
        let of_vec: f64 =
            vec![Spring { rest: x, ends: vec![y, x] }].iter().map(|s| energy(s)).sum();
        sum * by_name + of_vec
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn looped(x: f64, y: f64) -> f64 {
        let mut sum = 0.0;
        for s in &[spring(x, y), Spring { rest: y, ends: vec![x, x * y] }] {
            sum = sum * x + energy(s);
        }
        for s in [spring(y, y), spring(x, x * y)].iter() {
            sum = sum * y + energy(s);
        }
        for s in &mut [spring(y, y), spring(x, x * y)] {
            stretch(s, x);
            sum = sum * y + energy(s);
        }
        sum
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_floats(x: f64, y: f64) -> f64 {
        let mut sum: f64 = [x, 2.0 * y].iter().map(|v| square(v)).sum();
        sum += [y, x].iter().map(square).sum::<f64>();
        for v in &[x * y, y] {
            sum += square(v) * *v;
        }
        let some = Some(x * y);
        sum + square(some.as_ref().unwrap())
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_options(x: f64, y: f64) -> f64 {
        let mut found = None;
        for i in 0..3 {
            if let Some(s) = &found
                && energy(s) > 100.0
            {
                break;
            }
            found = Some(spring(x * i as f64, y));
        }
        let whole = energy(found.as_ref().unwrap());
        let mapped = found.as_ref().map(|s| energy(s) * x).unwrap_or(0.0);
        let expected = energy(found.as_ref().expect("there is one"));
        stretch(found.as_mut().unwrap(), x);
        whole + mapped * expected + found.as_ref().map_or(y, energy)
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_lists(x: f64, y: f64) -> f64 {
        let list = Some(vec![x, y, x * y]);
        let none: Option<Vec<f64>> = None;
        let seen = last(list.as_deref().unwrap()) * last(list.as_ref().unwrap());
        seen + last(none.as_deref().unwrap_or(&[y, x]))
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_literals(x: f64, y: f64) -> f64 {
        let literal = energy(Some(Spring { rest: x, ends: vec![y, x] }).as_ref().unwrap());
        let maybe = Some(Spring { rest: y, ends: vec![x, x + y] });
        let other = spring(y, y);
        let none: Option<Spring> = None;
        let literal = literal * energy(none.as_ref().unwrap_or(&other));
        let literal = literal * energy(maybe.as_ref().unwrap_or(&other));
        let chosen = maybe.as_ref().unwrap_or(&other);
        let literal = literal * chosen.rest + energy(chosen);
        let literal = literal * square(none.as_ref().map(|s| s.rest).as_ref().unwrap_or(&x));
        literal * energy(maybe.as_ref().unwrap()) + energy(&maybe.unwrap())
    }
}
