//! Copies of what is passed by reference, whole, as a function's result.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Stack {
        pub items: Vec<f64>,
        pub scale: f64,
    }

    #[differentiable]
    impl Stack {
        fn copy(&self) -> Self {
            self.clone()
        }

        fn grown(&mut self, by: f64) -> Self {
            self.scale *= by;
            self.clone()
        }

        fn if_positive(&self, x: f64) -> Stack {
            if x > 0.0 {
                return self.clone();
            }
            Stack { items: vec![x; 3], scale: x }
        }

        fn twice(&mut self) -> (Self, Self) {
            self.items[0] *= self.scale;
            (self.clone(), self.clone())
        }

        fn total(&self) -> f64 {
            self.scale * self.items.iter().map(|item| item * item).sum::<f64>()
        }
    }

    #[differentiable]
    fn one_of(first: &Stack, second: &mut Stack, x: f64) -> Stack {
        second.items[1] += x * x;
        if x > 1.0 { first.clone() } else { second.clone() }
    }

    #[differentiable]
    fn list(values: &Vec<f64>) -> Vec<f64> {
        values.clone()
    }

    #[differentiable]
    fn scaled(values: &mut Vec<f64>, by: f64) -> Vec<f64> {
        values[0] *= by;
        values.clone()
    }

    #[differentiable]
    fn option(value: &Option<f64>) -> Option<f64> {
        *value
    }

    #[differentiable]
    fn some_list(value: &Option<Vec<f64>>) -> Option<Vec<f64>> {
        value.clone()
    }

    #[differentiable]
    fn generic<T: num_traits::Float>(value: &[T; 3]) -> [T; 3] {
        value.clone()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array(v: &[f64; 3]) -> [f64; 3] {
        *v
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_cloned(v: &[f64; 3]) -> [f64; 3] {
        v.clone()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn slice(v: &[f64]) -> Vec<f64> {
        v.to_vec()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn changed_slice(v: &mut [f64]) -> Vec<f64> {
        v[0] *= v[1];
        v.to_vec()
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_structs(x: f64, y: f64) -> f64 {
        let mut stack = Stack { items: vec![x, y, x * y], scale: y };
        let copy = stack.copy();
        let grown = stack.grown(x * 2.0);
        stack.items[2] *= 3.0;
        let (first, second) = stack.twice();
        copy.total() + grown.total() * first.total() - second.total() * stack.total()
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    #[at(1.7, 1.3)]
    #[at(-0.7, 1.3)]
    fn by_branch(x: f64, y: f64) -> f64 {
        let first = Stack { items: vec![x, y, 0.5], scale: y };
        let mut second = first.if_positive(x);
        let third = one_of(&first, &mut second, x);
        third.total() * second.total()
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_lists(x: f64, y: f64) -> f64 {
        let mut values = vec![x, y, x * y];
        let copy = list(&values);
        let changed = scaled(&mut values, y);
        let some = some_list(&Some(changed.clone()));
        let same = generic(&[x, y, x * y]);
        let last = some.unwrap_or_default();
        copy[0] * changed[0] + values[0] * last[2] * option(&Some(x)).unwrap_or(1.0) + same[1]
    }
}
