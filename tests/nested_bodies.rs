//! Derivatives of closures inside of functions that are differentiated themselves, for closures whose
//! bodies change, move and hide what they are given: as those of the same body as a function of its own.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]
#![allow(
    clippy::misrefactored_assign_op,
    clippy::while_let_on_iterator,
    clippy::useless_vec,
    reason = "written like that on purpose"
)]

use chainrule::{Differentiable, HessianMode, differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    a: f64,
    v: Vec<f64>,
}

/// The derivatives of `f(x, y)`, first by reverse and then by forward mode.
fn slopes(
    (x, y): (f64, f64),
    grad: fn(f64, f64) -> (f64, f64),
    jvp: fn(f64, f64, f64, f64) -> (f64, f64),
) -> [f64; 5] {
    let ((value, by_x), (_, by_y), (dx, dy)) =
        (jvp(x, y, 1.0, 0.0), jvp(x, y, 0.0, 1.0), grad(x, y));
    [value, dx, dy, by_x, by_y]
}

fn close(found: &[f64], expected: &[f64], what: &str) {
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs();
        assert!(error <= 1e-10 * (1.0 + expected.abs()), "{what}: {found}, not {expected}");
    }
}

const POINT: (f64, f64) = (0.9, 0.6);

/// For each body `what`: in a straight line, in a loop and in a branch, all derivatives of it as a closure
/// and as a function; and its gradient in a function of order 2.
macro_rules! bodies {
    ($x:ident, $y:ident, $g:ident; $(
        $name:ident$(<$lend:tt>)?: [$($param:tt)+] $arg:expr, $dot:expr => $sum:expr; { $($body:tt)* }
    )+) => { $(
        mod $name {
            use super::*;

            #[differentiable(order = 3)]
            fn whole($($param)+, $y: f64) -> f64 { $($body)* }

            contexts! { $x, $y; closures; {
                let part = differentiate!(|$($param)+| -> f64 { $($body)* });
                let $g = part.grad($($lend)? $arg);
                let first = $sum;
                let (second, $g) = part.value_and_grad($($lend)? $arg);
                let second = second * $sum;
                let (value, slope) = part.jvp($($lend)? $arg, $($lend)? $dot);
                let given = $arg;
                let (fourth, pullback) = part.vjp($($lend)? given);
                let $g = pullback($x);
                first + 2.0 * second + value * $y + 3.0 * slope + fourth * $sum
            } }

            contexts! { $x, $y; functions; {
                let ($g, _) = whole::grad($($lend)? $arg, $y);
                let first = $sum;
                let (second, ($g, _)) = whole::value_and_grad($($lend)? $arg, $y);
                let second = second * $sum;
                let (value, slope) = whole::jvp($($lend)? $arg, $y, $($lend)? $dot, 0.0);
                let given = $arg;
                let (fourth, pullback) = whole::vjp($($lend)? given, $y);
                let ($g, _) = pullback($x);
                first + 2.0 * second + value * $y + 3.0 * slope + fourth * $sum
            } }

            #[differentiable(order = 2)]
            fn curved($x: f64, $y: f64) -> f64 {
                let part = differentiate!(|$($param)+| -> f64 { $($body)* });
                let $g = part.grad($($lend)? $arg);
                $sum
            }

            #[differentiable(order = 2)]
            fn curved_function($x: f64, $y: f64) -> f64 {
                let ($g, _) = whole::grad($($lend)? $arg, $y);
                $sum
            }

            #[test]
            fn derivatives() {
                close(&closures::all(POINT), &functions::all(POINT), stringify!($name));
                let (x, y) = POINT;
                for mode in HessianMode::ALL {
                    let found = curved::hessian_with(mode, x, y);
                    let expected = curved_function::hessian_with(mode, x, y);
                    let flat = |h: ((f64, f64), (f64, f64))| [h.0.0, h.0.1, h.1.0, h.1.1];
                    close(&flat(found), &flat(expected), stringify!($name));
                }
            }
        }
    )+ };
}

/// One expression in a straight line, in a loop and in a branch.
macro_rules! contexts {
    ($x:ident, $y:ident; $name:ident; { $($derivatives:tt)* }) => {
        mod $name {
            use super::*;

            #[differentiable]
            fn straight($x: f64, $y: f64) -> f64 {
                $($derivatives)*
            }

            #[differentiable]
            fn in_loop($x: f64, $y: f64) -> f64 {
                let mut total = 0.0;
                let mut $x = $x;
                for _ in 0..2 {
                    total = 0.5 * total * $x + { $($derivatives)* };
                    $x = 0.7 * $x + 0.2 * $y;
                }
                total
            }

            #[differentiable]
            fn in_branch($x: f64, $y: f64) -> f64 {
                if $x > $y { $y * { $($derivatives)* } } else { $x }
            }

            pub fn all(point: (f64, f64)) -> Vec<f64> {
                let straight = slopes(point, straight::grad, straight::jvp);
                let in_loop = slopes(point, in_loop::grad, in_loop::jvp);
                let in_branch = slopes(point, in_branch::grad, in_branch::jvp);
                [straight, in_loop, in_branch].concat()
            }
        }
    };
}

bodies! { x, y, g;
    changed: [mut p: f64] x * y, y => g; {
        for _ in 0..2 {
            p = p * p + y;
        }
        p
    }
    hidden: [p: f64] x * y, y => g; {
        let mut p = p;
        p *= p * y;
        let p = p.sin() * p;
        p * p
    }
    moved: [p: f64] x * y, y => g; {
        let mut q = p;
        q += q * q * y;
        q * p * p
    }
    constants_changed: [p: f64] x * y, y => g; {
        let mut w = vec![y, 0.5 * y];
        let mut s = p;
        for k in 0..2 {
            s = s * p * w[k] + w[0].sin() * s;
            w[k] *= w[1 - k] + y;
            w.swap(0, 1);
        }
        s * w[0]
    }
    constants_left_early: [p: f64] x * y, y => g; {
        let (mut step, mut s) = (y, p);
        for i in 0..5 {
            let w = [step, step * y];
            s = s * w[0] + p * w[1] * w[0];
            if i == 3 {
                return s * w[0];
            }
            step *= 0.7;
        }
        s
    }
    array_changed: [mut p: [f64; 2]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        p[0] *= y * p[1];
        p[1] += p[0] * p[0];
        p[0] * p[1]
    }
    array_moved: [p: [f64; 2]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        let mut q = p;
        for i in 0..2 {
            q[i] *= q[1 - i] * y;
        }
        q[0] * q[1] * p[0]
    }
    array_taken_apart: [[mut a, b]: [f64; 2]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        a *= a * b;
        a * b * y
    }
    tuple_taken_apart: [(mut a, b): (f64, f64)] (x, x * y), (y, 1.0) => g.0 * g.1; {
        a *= a * b;
        a * b * y
    }
    vector_pushed: [mut v: Vec<f64>] vec![x, x * y], vec![y, 1.0] => g[0] * g[1]; {
        v.push(y * v[0]);
        v[0] * v[1] * v[2]
    }
    vector_popped: [v: Vec<f64>] vec![x, x * y], vec![y, 1.0] => g[0] * g[1]; {
        let mut v = v;
        let mut s = y;
        while let Some(a) = v.pop() {
            s = s * a * a + y;
        }
        s
    }
    vector_moved_twice: [v: Vec<f64>] vec![x, x * y], vec![y, 1.0] => g[0] * g[1]; {
        let u = v;
        let mut w = u;
        w.insert(1, y * w[0]);
        let mut rest = w.split_off(2);
        rest.push(w.remove(0));
        rest[0] * rest[1] * rest[1] * w[0]
    }
    vector_written: [mut v: Vec<f64>] vec![x, x * y], vec![y, 1.0] => g[0] * g[1]; {
        for a in v.iter_mut() {
            *a *= *a * y;
        }
        v.iter().product()
    }
    vector_consumed: [v: Vec<f64>] vec![x, x * y], vec![y, 1.0] => g[0] * g[1]; {
        let mut s = y;
        for a in v {
            s = s * a * a + y;
        }
        s
    }
    struct_changed: [mut s: Pair] Pair { a: x, v: vec![x * y] }, PairTangent { a: y, v: vec![1.0] } => g.a * g.v[0]; {
        s.a *= s.a * y;
        s.v.push(y);
        s.a * s.v[1] * s.v[0] * s.v[0]
    }
    struct_moved: [s: Pair] Pair { a: x, v: vec![x * y] }, PairTangent { a: y, v: vec![1.0] } => g.a * g.v[0]; {
        let mut s = s;
        s.a *= s.v[0] * y;
        s.v[0] += s.a * s.a;
        s.a * s.v[0]
    }
    struct_taken_apart: [Pair { mut a, v }: Pair] Pair { a: x, v: vec![x * y] }, PairTangent { a: y, v: vec![1.0] }
        => g.a * g.v[0]; {
        a *= a * y;
        let mut v = v;
        v.push(a * v[0]);
        v[0] * v[1] * a
    }
    slice_copied<&>: [p: &[f64]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        let mut v = p.to_vec();
        v.push(y * p[0]);
        v[1] *= v[2];
        v[0] * v[1] * p[1]
    }
    slice_removed<&>: [p: &[f64]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        let mut v = p.to_vec();
        let a = v.remove(0);
        v.insert(0, a * y);
        v[0] * v[1] * a * a
    }
    slice_filtered<&>: [p: &[f64]] [x, x * y, -y], [y, 1.0, x] => g[0] * g[1] + g[2]; {
        let mut v = p.to_vec();
        v.retain(|a| *a > 0.0);
        v.iter().map(|a| a * a * y).sum::<f64>() * v[1]
    }
    slice_sorted<&>: [p: &[f64]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        let mut v = p.to_vec();
        v.sort_by(|a, b| a.total_cmp(b));
        v.truncate(1);
        v.extend(p.iter().map(|a| a * y));
        v[0] * v[0] * v[1]
    }
    cursor<&>: [p: &[f64]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        let mut rest = p.iter();
        let mut s = y;
        while let Some(a) = rest.next() {
            s = s * a * a + y;
        }
        s
    }
    cursor_of_pieces<&>: [p: &[f64]] [x, x * y, y], [y, 1.0, x] => g[0] * g[1] + g[2]; {
        let mut pieces = p.chunks(2);
        let mut s = y;
        while let Some(piece) = pieces.next() {
            s *= piece[0] * piece[0];
        }
        s * p[1] * p[1]
    }
    items: [p: f64] x * y, y => g; {
        use std::f64::consts::PI;
        const HALF: f64 = 0.5;
        fn square(a: f64) -> f64 {
            a * a
        }
        HALF * square(p) * p * y + PI * p * p
    }
    early_exit: [mut p: f64] x * y, y => g; {
        for i in 0..4 {
            p = p * p + y;
            if p > 1.0 {
                return p * p * f64::from(i);
            }
        }
        p
    }
    left_loop: [p: [f64; 2]] [x, x * y], [y, 1.0] => g[0] * g[1]; {
        let mut p = p;
        let last = loop {
            p[0] *= p[1] + y + 1.0;
            if p[0] > 1.5 {
                break p[0] * p[1];
            }
        };
        last * p[0]
    }
}

/// Items of a closure's body, where it is differentiated by whoever calls it.
#[test]
fn items_of_a_closure() {
    let k = 3.0;
    let cube = differentiate!(|x: f64| -> f64 {
        const TWO: f64 = 2.0;
        fn square(x: f64) -> f64 {
            x * x
        }
        TWO * k * square(x) * x
    });
    assert_eq!((cube.value(2.0), cube.grad(2.0), cube.jvp(2.0, 1.0)), (48.0, 72.0, (48.0, 72.0)));
    let cube = differentiate!(order = 2, |x: f64| -> f64 {
        fn square(x: f64) -> f64 {
            x * x
        }
        k * square(x) * x
    });
    assert_eq!((cube.grad(2.0), cube.hessian(2.0)), (36.0, 36.0));
}

/// Two closures deep, items are differentiated as often as that asks for.
#[differentiable]
fn deep(x: f64) -> f64 {
    let outer = differentiate!(|y: f64| -> f64 {
        let inner = differentiate!(|z: f64| -> f64 {
            fn square(x: f64) -> f64 {
                x * x
            }
            square(z) * square(z) * x
        });
        inner.grad(y)
    });
    outer.grad(x)
}

#[test]
fn items_two_deep() {
    // 12 x³
    assert_eq!((deep(2.0), deep::grad(2.0), deep::jvp(2.0, 1.0)), (96.0, 144.0, (96.0, 144.0)));
}
