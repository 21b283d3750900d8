//! `ref` and `ref mut`, and references, to what has no name: a tuple that is written out has copies, and so have a
//! block, a clone and what is given by value. What is done to these leaves the variable as it was.

use chainrule_oracle::corpus;

#[corpus]
#[allow(unused_mut, unused_assignments, clippy::toplevel_ref_arg, clippy::unnecessary_unwrap)]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pair {
        pub b: [f64; 2],
        pub y: f64,
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_tuple(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let (ref mut r, s) = (b, x);
        r[0] *= k;
        b[0] + r[0] * s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn in_a_match(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        match (b, k) {
            (ref mut r, s) if s > 0.0 => {
                r[0] *= k;
                b[0] + r[0] * s
            }
            _ => 0.0,
        }
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn in_a_condition(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let n = if x > 0.0 { 1 } else { 2 };
        if let (ref mut r, 1) = (b, n) {
            r[0] *= k;
            b[0] + r[0]
        } else {
            b[1]
        }
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_option(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        if let Some(ref mut r) = Some(b) {
            r[0] *= k;
            b[0] + r[0]
        } else {
            b[1]
        }
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_borrowed_tuple(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let (r, s) = &mut (b, x);
        r[0] *= k;
        b[0] + r[0] * *s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_struct(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let Pair { b: ref mut r, y } = Pair { b, y: k };
        r[0] *= y;
        b[0] + r[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_array(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let [ref mut r, ref q] = [b, b];
        r[0] *= k;
        b[0] + r[0] * q[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_borrowed_option(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        if let Some(r) = &mut Some(b) {
            r[0] *= k;
            b[0] + r[0]
        } else {
            b[1]
        }
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn nested(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let (ref mut r, (ref mut q, s)) = (b, (b, x));
        r[0] *= k;
        q[0] *= r[0];
        b[0] + r[0] * s + q[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_struct_in_a_tuple(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut v = Pair { b, y: k };
        let (ref mut r, s) = (v, x);
        r.b[0] *= k;
        v.b[0] + r.b[0] * s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn shared(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let (ref r, s) = (b, x);
        b[0] *= k;
        b[0] + r[0] * s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn shared_number(x: f64, k: f64) -> f64 {
        let mut y = x;
        let (ref r, s) = (y, k);
        y *= s;
        y * *r
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn number(x: f64, k: f64) -> f64 {
        let mut y = x;
        let (ref mut r, s) = (y, k);
        *r *= s;
        y * *r
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_block(x: f64, k: f64) -> f64 {
        let mut y = x;
        let r = &mut { y };
        *r *= k;
        y * *r
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_argument(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let f = |(ref mut r, s): (&mut [f64; 2], f64)| {
            r[0] *= s;
            r[0]
        };
        let z = f((&mut b, k));
        b[0] * z
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_item(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut s = 0.0;
        for (ref mut r, q) in [(b, k), (b, x)] {
            r[0] *= q;
            s += r[0] * b[0];
        }
        s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_element(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut s = 0.0;
        for ref mut r in [b, b] {
            r[0] *= k;
            s += r[0] * b[0];
        }
        s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn in_a_loop(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut s = 0.0;
        while let (ref mut r, true) = (b, s < 1.0) {
            r[0] *= k;
            s += r[0] * r[0] + 0.3;
        }
        s * b[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn with_an_else(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let Some((ref mut r, s)) = Some((b, k)) else {
            return x;
        };
        r[0] *= s;
        b[0] + r[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_the_variable(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let ref mut r = b;
        r[0] *= k;
        b[0] + b[1]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_block_by_pattern(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let ref mut r = { b };
        r[0] *= k;
        b[0] + r[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_a_clone(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let ref mut r = b.clone();
        r[0] *= k;
        b[0] + r[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_element_in_a_tuple(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut v = [b, b];
        let (ref mut r, s) = (v[0], k);
        r[0] *= s;
        v[0][0] + r[0]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn of_an_element_by_its_index_then(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut i = 0;
        let mut v = [b, [k, x]];
        let (ref mut r, s) = (v[i], k);
        i = 1;
        r[0] *= s;
        v[0][0] + r[0] * v[i][0]
    }
}
