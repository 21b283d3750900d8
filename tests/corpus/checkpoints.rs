//! Loops that keep some of their states for the reverse sweep, and run the rest again.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[differentiable]
    #[at(0.5, 0)]
    #[at(0.5, 1)]
    #[at(0.5, 9)]
    fn counted(x: f64, n: usize) -> f64 {
        let mut s = x;
        #[checkpoint(2)]
        for i in 0..n {
            s = s / 2.0 + (s * x).sin() / (i + 1) as f64;
        }
        s * x
    }

    #[differentiable]
    #[at(0.5, 0)]
    #[at(0.5, 17)]
    fn logarithmic(x: f64, n: usize) -> f64 {
        let mut s = x;
        #[checkpoint]
        for _ in 0..n {
            s = (s * x).cos();
        }
        s
    }

    #[differentiable]
    #[at(0.5, 7)]
    fn one_state(x: f64, n: usize) -> f64 {
        let mut s = x;
        #[checkpoint = 1]
        for _ in 0..n {
            s = (s + x).tanh();
        }
        s
    }

    #[differentiable]
    #[at(0.5, -3, 8)]
    #[at(0.5, 8, -3)]
    fn signed_bounds(x: f64, a: i32, b: i32) -> f64 {
        let mut s = x;
        #[checkpoint(3)]
        for i in a..=b {
            s = (s * x).sin() + i as f64;
        }
        s
    }

    #[differentiable]
    #[at(0.5, 11)]
    fn in_steps(x: f64, n: usize) -> f64 {
        let mut s = x;
        #[checkpoint(2)]
        for i in (1..n).step_by(3) {
            s = (s * x).sin() + i as f64;
        }
        #[checkpoint(2)]
        for i in (2..n).rev() {
            s = (s + x).cos() / i as f64;
        }
        s
    }

    #[differentiable]
    #[at([0.5, -0.3, 0.8, 1.2, 0.1])]
    fn over_elements(x: &[f64]) -> f64 {
        let mut s = 1.0;
        #[checkpoint(2)]
        for (i, v) in x.iter().enumerate() {
            s = (s * v).exp() / (i + 2) as f64;
        }
        s
    }

    #[differentiable]
    #[at(20.0)]
    fn by_condition(x: f64) -> f64 {
        let mut s = x;
        let mut k = 0;
        #[checkpoint(2)]
        while s > 1.0 {
            s = s * 0.7 + (s / x).sin() * 0.1;
            k += 1;
        }
        s * k as f64
    }

    #[differentiable]
    #[at(0.5, 3)]
    #[at(0.5, 30)]
    fn left_early(x: f64, n: usize) -> f64 {
        let mut s = x;
        let mut steps = 0;
        #[checkpoint(3)]
        for i in 0..n {
            if s > 4.0 {
                break;
            }
            if i % 3 == 1 {
                continue;
            }
            s = s * 1.3 + s.sin();
            steps = i;
        }
        s + steps as f64 * x
    }

    #[differentiable]
    #[at(0.5)]
    fn with_value(x: f64) -> f64 {
        let mut s = x;
        let y = #[checkpoint]
        loop {
            s = s * 1.5 + 0.1;
            if s > 6.0 {
                break s * x;
            }
        };
        y + s
    }

    #[differentiable]
    #[at(0.5, 40)]
    #[at(0.5, 3)]
    fn returns_from_inside(x: f64, n: usize) -> f64 {
        let mut s = x;
        #[checkpoint(2)]
        for i in 0..n {
            s = s * 1.2 + (x * i as f64).sin();
            if s > 3.0 {
                return s * s;
            }
        }
        s.sqrt()
    }

    #[differentiable]
    #[at(0.5, 3, 4)]
    fn labelled(x: f64, n: usize, m: usize) -> f64 {
        let mut s = x;
        #[checkpoint(2)]
        'outer: for i in 0..n {
            #[checkpoint(2)]
            for j in 0..m {
                s = (s + x * j as f64).sin();
                if s > 0.9 {
                    continue 'outer;
                }
                if i > 1 && s < -0.9 {
                    break 'outer;
                }
            }
            s *= x;
        }
        s
    }

    #[differentiable]
    #[at([0.5, -0.3, 0.8, 1.2], 0.1, 6)]
    fn heat(u: &mut [f64], c: f64, steps: usize) {
        #[checkpoint(2)]
        for _ in 0..steps {
            let mut left = u[0];
            for i in 1..u.len() - 1 {
                let now = u[i];
                u[i] = now + c * (left - 2.0 * now * now + u[i + 1]);
                left = now;
            }
        }
    }

    #[differentiable]
    #[at([0.5, -0.3, 0.8], 5)]
    fn arrays(x: [f64; 3], n: usize) -> [f64; 3] {
        let mut a = x;
        let mut b = [[0.0; 2]; 3];
        #[checkpoint(2)]
        for i in 0..n {
            for j in 0..3 {
                b[j][i % 2] += a[j] * x[(j + i) % 3];
                a[j] = (a[j] + b[(j + 1) % 3][0]).sin();
            }
            a.swap(0, 2);
        }
        [a[0] + b[0][1], a[1] * b[1][0], a[2]]
    }

    #[differentiable]
    #[at([0.5, -0.3, 0.8], 7)]
    fn stacks(x: &[f64], n: usize) -> f64 {
        let mut stack = x.to_vec();
        #[checkpoint(2)]
        for i in 0..n {
            let top = stack[stack.len() - 1];
            if i % 3 == 2 {
                stack.pop();
            } else {
                stack.push(top * x[i % x.len()] + i as f64);
            }
            let last = stack.len() - 1;
            stack[last] = stack[last].sin();
        }
        stack.iter().sum()
    }

    #[differentiable]
    #[at(0.5, 6)]
    fn state_that_is_not_active(x: f64, n: usize) -> f64 {
        let mut s = x;
        let mut seed = 12345_u32;
        let mut flips = [false; 4];
        #[checkpoint(2)]
        for i in 0..n {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            flips[i % 4] = !flips[i % 4];
            let noise = seed as f64 / 4294967296.0;
            s = if flips[(i + 1) % 4] { (s * noise).sin() } else { s + noise * x };
        }
        s
    }

    #[differentiable]
    fn inner(a: f64, b: f64) -> f64 {
        (a * b).sin() + a
    }

    #[differentiable]
    fn advance(y: &mut [f64], h: f64) {
        for v in y.iter_mut() {
            *v += h * inner(*v, h);
        }
    }

    #[differentiable]
    #[at([0.5, -0.3], 0.1, 5)]
    fn calls(y: &mut [f64], h: f64, n: usize) -> f64 {
        let mut energy = 0.0;
        #[checkpoint(2)]
        for _ in 0..n {
            advance(y, h);
            energy += inner(y[0], y[1]);
        }
        energy * h
    }

    #[differentiable]
    #[at(0.5, 4)]
    fn nested_function(x: f64, n: usize) -> f64 {
        fn power(x: f64, n: usize) -> f64 {
            let mut p = 1.0;
            #[checkpoint(1)]
            for _ in 0..n {
                p *= x + 0.5 * p;
            }
            p
        }
        let mut s = x;
        #[checkpoint(2)]
        for i in 0..n {
            s = power(s, i % 3) / 2.0;
        }
        s
    }

    #[derive(Clone, Differentiable)]
    struct Body {
        position: [f64; 2],
        velocity: [f64; 2],
        steps: usize,
    }

    #[differentiable]
    fn moved(body: &mut Body, h: f64) {
        let r = (body.position[0] * body.position[0] + body.position[1] * body.position[1]).sqrt();
        for k in 0..2 {
            body.velocity[k] -= h * body.position[k] / (r * r * r);
            body.position[k] += h * body.velocity[k];
        }
        body.steps += 1;
    }

    #[differentiable]
    #[at(1.0, 0.8, 0.1, 6)]
    fn structs(x: f64, v: f64, h: f64, n: usize) -> f64 {
        let mut body = Body { position: [x, 0.0], velocity: [0.0, v], steps: 0 };
        #[checkpoint(2)]
        for _ in 0..n {
            moved(&mut body, h);
        }
        body.position[0] * body.velocity[1] + body.steps as f64
    }

    #[differentiable]
    #[at(0.7, 5)]
    fn state_needed_before_and_after(x: f64, n: usize) -> f64 {
        let mut s = x * x;
        let before = s.sin();
        #[checkpoint(2)]
        for _ in 0..n {
            s = s * before + 0.1;
        }
        let between = s.exp();
        #[checkpoint]
        for _ in 0..n {
            s = (s * between).cos();
        }
        s * before * between
    }

    #[differentiable]
    #[at(0.7, 2, 5)]
    fn within_a_loop(x: f64, m: usize, n: usize) -> f64 {
        let mut total = 0.0;
        for j in 0..m {
            let mut s = x + j as f64;
            if j != 1 {
                #[checkpoint(2)]
                for _ in 0..n {
                    s = (s * x + total).sin();
                }
            }
            total += s;
        }
        total
    }

    #[differentiable]
    #[at(0.7, 5)]
    fn only_sums(x: f64, n: usize) -> f64 {
        let mut total = 0.0;
        #[checkpoint(2)]
        for i in 0..n {
            total += (x * i as f64).sin();
        }
        total
    }

    #[differentiable]
    #[at(0.7, 9)]
    fn shows_once(x: f64, n: usize) -> f64 {
        let mut s = x;
        #[checkpoint(2)]
        for i in 0..n {
            assert!(s < 10.0, "step {i}");
            s = s.sin() + x;
            debug_assert!(s.is_finite());
        }
        s
    }
}
