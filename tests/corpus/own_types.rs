//! Types of one's own with names of the standard library's.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Range {
        lo: f64,
        hi: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Box {
        w: f64,
        h: f64,
    }

    #[differentiable]
    impl Range {
        fn new(lo: f64, hi: f64) -> Range {
            Range { lo, hi }
        }

        fn width(&self) -> f64 {
            self.hi - self.lo
        }
    }

    #[differentiable]
    impl Box {
        fn new(w: f64, h: f64) -> Box {
            Box { w, h }
        }

        fn area(&self) -> f64 {
            self.w * self.h
        }
    }

    #[differentiable]
    fn span(r: &Range, scale: Range) -> f64 {
        r.hi * r.lo * scale.width()
    }

    #[differentiable]
    #[at(0.7)]
    fn ranges(p: f64) -> f64 {
        let r = Range { lo: p, hi: p * p };
        let wide = Range::new(p, 3.0 * p);
        let mut sum = 0.0;
        for i in 0..3 {
            sum += span(&wide, r.clone()) * i as f64;
        }
        sum * wide.width()
    }

    #[differentiable]
    #[at(0.7)]
    fn boxes(p: f64) -> f64 {
        let b = Box::new(p, p + 1.0);
        let typed: Box = Box::new(p * p, 2.0);
        b.area() * typed.area() + Box { w: p, h: b.w }.area()
    }
}
