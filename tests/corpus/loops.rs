//! `for` over ranges, `while`, `while let`, `loop` with values, labels.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.5, 0)]
    #[at(0.5, 1)]
    #[at(0.5, 6)]
    fn counted(x: f64, n: usize) -> f64 {
        let mut s = x;
        for _ in 0..n {
            s = s / 2.0 + s * s;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn with_counter(x: f64, n: usize) -> f64 {
        let mut s = 0.0;
        for i in 0..n {
            s += x.powi(i as i32) / (i + 1) as f64;
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    fn constant_trip(x: f64) -> f64 {
        let mut s = x;
        for i in 0..4 {
            s = s.sin() + i as f64 * x;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 1, 4)]
    #[at(0.5, 4, 1)]
    fn inclusive(x: f64, a: i32, b: i32) -> f64 {
        let mut s = 1.0;
        for i in a..=b {
            s *= x + i as f64;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn reversed(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in (0..n).rev() {
            s = s * x + i as f64;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 9)]
    #[at(0.5, 0)]
    fn stepped(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in (1..n).step_by(3) {
            s = (s + i as f64).sqrt() * x;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 8)]
    fn stepped_and_reversed(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in (0..n).step_by(3).rev() {
            s = s * x + i as f64;
        }
        for i in (0..=n).rev().step_by(3) {
            s = s * 0.5 + i as f64 * x;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn nested(x: f64, n: usize) -> f64 {
        let mut total = 0.0;
        for i in 0..n {
            let mut row = x;
            for j in 0..=i {
                row = row * x + j as f64;
            }
            total += row * row;
        }
        total
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn loop_carried_through_two(x: f64, n: usize) -> f64 {
        let (mut a, mut b) = (x, 1.0);
        for _ in 0..n {
            let t = a * b;
            b = a + t.sin();
            a = t;
        }
        a * b
    }

    #[differentiable]
    #[at(0.5, 6)]
    fn fibonacci_of_floats(x: f64, n: usize) -> f64 {
        let (mut a, mut b) = (x, x * x);
        for _ in 0..n {
            (a, b) = (b, a + 0.5 * b);
        }
        a
    }

    #[differentiable]
    #[at(0.5, 5)]
    #[at(2.5, 5)]
    fn branch_in_loop(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            if s > 2.0 {
                s = s.ln();
            } else if i % 2 == 0 {
                s = s * s + 1.0;
            } else {
                s += x;
            }
        }
        s
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn division_in_loop(x: f64, n: usize) -> f64 {
        let mut s = 1.0;
        for i in 0..n {
            s = s / (x + i as f64) + x / s;
        }
        s
    }

    #[differentiable]
    #[at(100.0)]
    #[at(0.5)]
    fn active_while(x: f64) -> f64 {
        let mut s = x;
        while s > 1.5 {
            s = s.sqrt();
        }
        s * x
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn while_counter(x: f64, n: usize) -> f64 {
        let mut i = 0;
        let mut s = x;
        while i < n {
            s = s * x + i as f64;
            i += 2;
        }
        s
    }

    #[differentiable]
    #[at(0.75, 5)]
    #[at(0.5, 0)]
    fn counter_that_counts_down(x: f64, n: usize) -> f64 {
        let mut left = n;
        let mut s = x;
        while left > 0 {
            left -= 1;
            s = (s * left as f64 + x).cos();
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    fn while_let(x: f64) -> f64 {
        let mut stack = vec![1.0, 2.0, 3.0];
        let mut s = x;
        while let Some(k) = stack.pop() {
            s = s * k + x;
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, 3.0])]
    fn while_let_over_active(v: [f64; 3]) -> f64 {
        let mut stack = vec![v[0], v[1] * v[2], v[2]];
        let mut s = 1.0;
        while let Some(k) = stack.pop() {
            s = s * k + v[0];
            if s > 1e3 {
                break;
            }
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    #[at(3.0)]
    fn loop_with_value(x: f64) -> f64 {
        let mut s = x;
        let found = loop {
            s = s * s + 0.25;
            if s > 10.0 {
                break s.ln();
            }
            s += 0.5;
        };
        found * x
    }

    #[differentiable]
    #[at(0.5)]
    fn loop_without_value(x: f64) -> f64 {
        let mut s = x;
        let mut n = 0;
        loop {
            s = s.sin() + x;
            n += 1;
            if n == 4 {
                break;
            }
        }
        s
    }

    #[differentiable]
    #[at(0.5, 10)]
    #[at(1.5, 10)]
    fn break_from_for(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            s *= 1.0 + x;
            if s > 3.0 {
                break;
            }
            s += i as f64 * 0.1;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 6)]
    fn continue_in_for(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            if i % 3 == 1 {
                continue;
            }
            s = s * x + 1.0;
            if s > 1.8 {
                s -= x;
                continue;
            }
            s *= 1.5;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 4)]
    #[at(1.5, 4)]
    fn labelled_break(x: f64, n: usize) -> f64 {
        let mut s = x;
        'rows: for i in 0..n {
            for j in 0..n {
                s = s * 1.1 + x * (i + j) as f64;
                if s > 10.0 {
                    break 'rows;
                }
            }
            s = s.sqrt();
        }
        s
    }

    #[differentiable]
    #[at(0.5, 4)]
    #[at(1.5, 4)]
    fn labelled_continue(x: f64, n: usize) -> f64 {
        let mut s = x;
        'rows: for i in 0..n {
            for j in 0..n {
                s += x * x * (j + 1) as f64;
                if j > i {
                    s *= 0.5;
                    continue 'rows;
                }
            }
            s = s.sin() + 1.0;
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    #[at(1.5)]
    fn labelled_loop_value(x: f64) -> f64 {
        let mut s = x;
        let answer = 'outer: loop {
            s += 1.0;
            loop {
                s *= 1.0 + x;
                if s > 20.0 {
                    break 'outer s * x;
                }
                if s > 5.0 {
                    break;
                }
            }
        };
        answer.sqrt()
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn labelled_block(x: f64) -> f64 {
        let y = 'decide: {
            let z = x * x;
            if x > 0.0 {
                break 'decide z * x;
            }
            z + 1.0
        };
        y * x
    }

    #[differentiable]
    #[at(0.5, 10)]
    #[at(1.5, 10)]
    fn return_from_loop(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            s = s * (1.0 + x);
            if s > 2.0 {
                return s * x + i as f64;
            }
        }
        s
    }

    #[differentiable]
    #[at(0.5, 4)]
    #[at(1.5, 4)]
    fn return_from_nested_loops(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            let mut t = s;
            while t < 50.0 {
                t = t * t + x;
                if t > 9.0 && i > 1 {
                    return t.ln() * s;
                }
            }
            s += t.sqrt();
        }
        s * s
    }

    #[differentiable]
    #[at(3.5)]
    #[at(2.25)]
    fn active_loop_bound(x: f64) -> f64 {
        let n = x.floor() as usize;
        let mut s = x;
        for _ in 0..n {
            s = s * x + 1.0;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn initialiser_uses_active(x: f64, n: usize) -> f64 {
        let mut s = x * x + 2.0;
        let mut i = n;
        while i > 0 {
            s = s.sqrt() + x / s;
            i /= 2;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn declared_in_body(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            let a = s * x;
            let b = a.sin() + i as f64;
            let mut c = b * a;
            c += s;
            s = c / (1.0 + c * c);
        }
        s
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn shadowing_in_body(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            let x = x + i as f64;
            let x = x * s;
            s = x.cos();
        }
        s * x
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn loop_that_overwrites_its_input(mut x: f64, n: usize) -> f64 {
        for _ in 0..n {
            let y = x * x;
            x = y + x;
            x = x * y.cos();
        }
        x
    }

    #[differentiable]
    #[at(0.5, 4)]
    fn counter_shadowed_and_changed(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            let mut i = i;
            i *= 2;
            i += 1;
            s = s * x + i as f64;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 4, 7)]
    fn bounds_by_expressions(x: f64, a: usize, b: usize) -> f64 {
        let mut s = x;
        for i in a.min(b)..(a + b) / 2 + 1 {
            for j in i..b.max(i) {
                s += x * (i * j) as f64 / s;
            }
        }
        s
    }
}
