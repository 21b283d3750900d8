//! What a name keeps of an accumulator, of a state, or of what is behind a reference, when that changes: it is a copy.

use chainrule_oracle::corpus;

#[corpus]
#[allow(unused_assignments, clippy::suspicious_map, clippy::match_single_binding)]
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
    fn scanned(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter()
            .scan(0.0, |st, v| {
                let t = *st;
                *st += v;
                Some(t * v)
            })
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn folded(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter().fold(1.0, |mut a, v| {
            let old = a;
            a += v;
            0.5 * a + old
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn reduced(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = &[x, k, x * k];
        x.iter()
            .copied()
            .reduce(|mut a, b| {
                let old = a;
                a += b;
                0.5 * a + old
            })
            .unwrap()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn behind_a_reference(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        let p = &mut (x[0] * 2.0);
        let t = *p;
        *p += 1.0;
        t * *p
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn lent_to_a_closure(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        let g = |a: &mut f64| {
            let t = *a;
            *a += 1.0;
            t * *a
        };
        g(&mut (x[0] * x[1]))
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn integer(x: f64, k: f64) -> f64 {
        let n = if x > 0.0 { 1 } else { 2 };
        let x = &[x, k, x * k];
        let g = |k: &mut usize| {
            let j = *k;
            *k += 1;
            x[j] * x[*k]
        };
        g(&mut (n - 1))
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn option(x: f64, k: f64) -> f64 {
        let a = &mut Some(x);
        let t = *a;
        *a = None;
        t.unwrap()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn mutable_copy(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = &[x, k, x * k];
        x.iter().fold(1.0, |a, v| {
            let mut b = a;
            b *= v;
            a + b
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn cloned(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter().fold(1.0, |mut a, v| {
            let t = a.clone();
            a *= v;
            a + t
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn by_a_block(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter().fold(1.0, |mut a, v| {
            let t = { a };
            a *= v;
            a + t
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn by_a_tuple(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter().fold(1.0, |mut a, v| {
            let (t, u) = (a, v);
            a *= u;
            a + t
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn by_a_match(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter().fold(1.0, |mut a, v| match a {
            t => {
                a *= v;
                a + t
            }
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn exchanged(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = &[x, k, x * k];
        x.iter()
            .fold((1.0, 1.0), |(mut a, mut b), v| {
                let t = a;
                a = b * v;
                b = t;
                (a, b)
            })
            .0
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn runge_kutta(x: f64, k: f64) -> f64 {
        (0..3).fold(x, |mut y, i| {
            let y0 = y;
            y += k * y0;
            y += 0.5 * y0 * y;
            if i > 1 { y0 } else { y }
        })
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn structs(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let v = Pair { b, y: k };
        let g = |v: &mut Pair| {
            let t = *v;
            v.y *= x;
            t.y * v.y
        };
        g(&mut v.clone())
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn parts_of_temporaries(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let g = |v: &mut f64| {
            let t = *v;
            *v *= x;
            t * *v
        };
        g(&mut { b[1] }) + g(&mut b.clone()[0])
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn lists_of_literals(x: f64, k: f64) -> f64 {
        let g = |v: &mut [f64]| {
            let t = v[0];
            v[0] *= x;
            t * v[0]
        };
        g(&mut [x, k]) + g(&mut vec![k, x])
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn arrays(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter().fold([1.0, 0.0], |mut a, v| {
            let t = a;
            a[0] *= v;
            a[1] += t[0];
            a
        })[1]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn folded_structs(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = &[x, k, x * k];
        x.iter()
            .fold(Pair { b, y: 1.0 }, |mut a, v| {
                let t = a;
                a.y *= v;
                a.b[1] += t.y;
                a
            })
            .b[1]
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn scanned_pairs(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter()
            .scan((0.0, 1.0), |st, v| {
                let t = *st;
                st.0 += v;
                st.1 *= t.0 + 1.0;
                Some(t.0 * st.1)
            })
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn scanned_arrays(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter()
            .scan([0.0, 1.0], |st, v| {
                let t = *st;
                st[0] += v;
                st[1] *= t[0] + 1.0;
                Some(t[0] * st[1])
            })
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn shared_reference(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        let r = &(x[0] * 2.0);
        let mut t = *r;
        t += 1.0;
        t * *r
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn moved_list(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter()
            .fold(Vec::new(), |acc: Vec<f64>, v| {
                let mut acc = acc;
                acc.push(*v * acc.len() as f64);
                acc
            })
            .iter()
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn cloned_list(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter()
            .fold(vec![k], |mut acc: Vec<f64>, v| {
                let old = acc.clone();
                acc.push(*v * old[0]);
                acc[0] += v;
                acc
            })
            .iter()
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn items(x: f64, k: f64) -> f64 {
        let x = &[x, k, x * k];
        x.iter()
            .map(|v| {
                let mut u = *v;
                u *= k;
                u * v
            })
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn owned_items(x: f64, k: f64) -> f64 {
        let x = [x, k, x * k];
        x.into_iter()
            .map(|mut v| {
                let t = v;
                v *= k;
                t * v
            })
            .sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn next_items(x: f64, k: f64) -> f64 {
        let mut it = [x, k].into_iter();
        let mut s = 0.0;
        while let Some(mut v) = it.next() {
            let t = v;
            v *= k;
            s += t * v;
        }
        s
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn maximum(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = [x, k, x * k];
        let m = x.iter().copied().fold(f64::MIN, |a, b| {
            let c = a;
            c.max(b)
        });
        m * m
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn result_of_reduce(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = [x, k, x * k];
        let mut best = x.iter().copied().reduce(|a, b| if a > b { a } else { b }).unwrap();
        let old = best;
        best *= 2.0;
        old * best
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn result_of_sum(x: f64, k: f64) -> f64 {
        let x = [x, k, x * k];
        let mut total: f64 = x.iter().sum();
        let old = total;
        total *= 2.0;
        old * total
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn parts(x: f64, k: f64) -> f64 {
        let x = [x, k, x * k];
        let s = x.iter().fold((0.0, 0), |mut st, v| {
            let old = st;
            st.0 += v;
            st.1 += 1;
            if st.1 > 2 { old } else { st }
        });
        s.0 * s.1 as f64
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn largest(x: f64, k: f64) -> f64 {
        let b = [x, x * k];
        let x = [x, k, x * k];
        let v = x.iter().zip(&x).map(|(a, b)| a * b).max_by(|a, b| a.total_cmp(b)).unwrap();
        let mut w = v;
        w *= 2.0;
        v * w
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn captured(x: f64, k: f64) -> f64 {
        let mut s = 0.0;
        let mut f = |v: f64| {
            let old = s;
            s += v;
            old * v
        };
        f(x) + f(k) + f(x)
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    #[at(-0.625, 1.25)]
    fn scanned_options(x: f64, k: f64) -> f64 {
        let x = [x, k, x * k];
        let v: Vec<f64> = x
            .iter()
            .scan(None, |last: &mut Option<f64>, v| {
                let old = *last;
                *last = Some(*v);
                Some(old.unwrap_or(1.0) * v)
            })
            .collect();
        v.iter().sum()
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    fn mapped_array(x: f64, k: f64) -> f64 {
        let mut b = [x, x * k];
        let mut pair = Pair { b, y: k };
        let squares = b.map(|v| {
            b[1] = k;
            v * v
        });
        let scaled = pair.b.map(|v| {
            pair.y *= 2.0;
            v * v
        });
        squares[0] + squares[1] * b[1] + scaled[0] * scaled[1] * pair.y
    }

    /// `len` calls no closure.
    #[differentiable]
    #[at(0.625, 1.25)]
    fn length(x: f64, k: f64) -> f64 {
        let list = [x, k, x * k];
        let mut sum = x;
        let n = list
            .iter()
            .map(|v| {
                sum += v;
                *v
            })
            .len();
        let count = list.iter().map(|v| sum += v).count();
        sum * n as f64 * count as f64
    }

    #[differentiable]
    #[at(0.625, 1.25)]
    fn zipped(x: f64, k: f64) -> f64 {
        let list = [x, k, x * k];
        let mut sum = x;
        let running = list.iter().map(|v| {
            sum += v;
            sum
        });
        let product: f64 = running.zip(&list).map(|(a, b)| a * b).sum();
        sum * product
    }

    /// A list that a name takes over is moved, unless the accumulator gets another one.
    #[differentiable]
    #[at(0.625, 1.25)]
    fn lists(x: f64, k: f64) -> f64 {
        let values = [x, k, x * k];
        let given_anew = values.iter().fold(vec![k], |mut list, v| {
            let mut before = list;
            list = vec![*v];
            before.push(*v * 2.0);
            list.push(before[0] * before.len() as f64);
            list
        });
        let moved = values.iter().fold((vec![k], 1.0), |(list, scale), v| {
            let mut list = list;
            let before = scale;
            list.push(*v * before);
            (list, before * v)
        });
        given_anew.iter().sum::<f64>() * moved.0.iter().sum::<f64>() + moved.1
    }
}
