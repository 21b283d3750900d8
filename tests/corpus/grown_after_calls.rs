//! Vectors in fields that grow or shrink after an annotated function has read them, behind `&mut`.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Stack {
        pub items: Vec<f64>,
        pub rows: Vec<Vec<f64>>,
        pub scale: f64,
        pub count: usize,
    }

    #[differentiable]
    fn stack(x: f64, y: f64) -> Stack {
        let rows = vec![vec![x, y], vec![y]];
        Stack { items: vec![x, y, x * y], rows, scale: x, count: 0 }
    }

    #[differentiable]
    fn tip(items: &[f64]) -> f64 {
        items[items.len() - 1]
    }

    #[differentiable]
    fn ends(items: &[f64]) -> (f64, f64) {
        (items[0], items[items.len() - 1])
    }

    #[differentiable]
    impl Stack {
        fn top(&self) -> f64 {
            self.items[self.items.len() - 1] * self.scale
        }

        fn duplicate(&mut self) {
            let top = self.top();
            self.items.push(top);
        }

        fn ends_multiplied(&mut self) {
            let (first, last) = ends(&self.items);
            self.items.push(first * last);
            self.count += 1;
        }

        fn inserted(&mut self) {
            let top = self.top();
            self.items.insert(1, top * self.scale);
        }

        fn extended(&mut self) {
            let top = self.top();
            self.items.extend([top, top * top]);
            let first = self.rows[0][0];
            self.rows[1].push(top * first);
        }

        fn replaced(&mut self) {
            let top = tip(&self.items);
            self.items.pop();
            let next = tip(&self.items);
            self.items.push(top * next);
        }

        fn repeated(&mut self, times: usize) {
            for _ in 0..times {
                let top = tip(&self.items);
                self.items.push(top * self.scale);
                self.rows.push(vec![top, self.rows[0][1]]);
            }
        }

        fn shrunk(&mut self) -> f64 {
            let top = self.top();
            self.items.pop();
            let last = self.items.remove(0);
            self.rows.truncate(1);
            top * last
        }

        fn total(&self) -> f64 {
            let mut total = 0.0;
            for item in self.items.iter().chain(self.rows.iter().flatten()) {
                total = total * self.scale + item;
            }
            total
        }
    }

    #[differentiable]
    fn grown(stack: &mut Stack) {
        let top = tip(&stack.items);
        stack.items.push(2.0 * top);
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn by_function(x: f64, y: f64) -> f64 {
        let mut stack = stack(x, y);
        grown(&mut stack);
        stack.items[3] * stack.items[1]
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn by_methods(x: f64, y: f64) -> f64 {
        let mut stack = stack(x, y);
        stack.duplicate();
        stack.ends_multiplied();
        stack.inserted();
        stack.extended();
        stack.total() * stack.count as f64
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn taken_out(x: f64, y: f64) -> f64 {
        let mut stack = stack(x, y);
        stack.replaced();
        stack.repeated(3);
        let taken = stack.shrunk();
        stack.total() * taken
    }
}
