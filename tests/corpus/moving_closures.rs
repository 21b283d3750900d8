//! `move` closures with a state of their own: the copies are made where the closure is made, once, and what
//! the closure does to them nobody else sees.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct State {
        a: f64,
        n: usize,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Owner {
        a: f64,
        v: Vec<f64>,
    }

    #[differentiable]
    impl State {
        fn bump(&mut self, k: f64) -> f64 {
            self.a += k;
            self.n += 1;
            self.a
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn fields(p: f64) -> f64 {
        let mut s = State { a: p, n: 1 };
        let mut f = move || {
            s.a *= 2.0;
            s.n += 1;
            s.a * s.n as f64
        };
        f() + f() * p + s.a * s.n as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn one_field_of_an_owner(p: f64) -> f64 {
        let mut s = Owner { a: p, v: vec![p, 2.0] };
        let mut f = move || {
            s.a *= 2.0;
            s.a
        };
        f() + f() * p + s.a * s.v[0]
    }

    #[differentiable]
    #[at(0.7)]
    fn methods(p: f64) -> f64 {
        let mut s = State { a: p, n: 1 };
        let mut f = move |k: f64| s.bump(k * k);
        f(1.0) + f(p) * p + s.a + s.n as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn parts_of_tuples(p: f64) -> f64 {
        let mut t = (p, 2.0, vec![p]);
        let mut f = move || {
            t.0 *= 2.0;
            t.1 += t.0;
            t.0 * t.1
        };
        f() + f() * p + t.0 * t.1 + t.2[0]
    }

    #[differentiable]
    #[at(0.7)]
    fn arrays_and_options(p: f64) -> f64 {
        let (mut a, mut o) = ([p, 2.0], Some(p));
        let mut f = move || {
            a[0] *= 2.0;
            a[0] * o.take().unwrap_or(p * p)
        };
        f() + f() * p + a[0] + o.unwrap_or(0.0)
    }

    #[differentiable]
    #[at(0.7)]
    fn a_vector_given_anew(p: f64) -> f64 {
        let mut v = vec![p, 2.0];
        let mut f = move || {
            v[0] *= 2.0;
            v[0]
        };
        let y = f();
        v = vec![p * p];
        y + f() * v[0]
    }

    #[differentiable]
    #[at(0.7, 4)]
    #[at(0.7, 0)]
    fn repeated(p: f64, n: usize) -> f64 {
        let mut c = p;
        let mut y = 0.0;
        for v in std::iter::repeat_with(move || {
            c *= 2.0;
            c
        })
        .take(n)
        {
            y += v * p;
        }
        y + c
            + std::iter::repeat_with(move || {
                c += p * p;
                c
            })
            .take(3)
            .sum::<f64>()
    }

    #[differentiable]
    #[at(0.7)]
    fn generated(p: f64) -> f64 {
        let mut c = 0;
        let list: Vec<f64> = std::iter::from_fn(move || {
            c += 1;
            if c < 4 { Some(c as f64 * p) } else { None }
        })
        .collect();
        list.iter().sum::<f64>() * p + c as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn generated_in_a_block(p: f64) -> f64 {
        std::iter::from_fn({
            let mut c = p;
            move || {
                c *= 2.0;
                if c < 40.0 { Some(c * p) } else { None }
            }
        })
        .sum::<f64>()
    }

    #[differentiable]
    #[at(0.7)]
    fn succeeding(p: f64) -> f64 {
        let mut k = 1;
        let first = {
            k += 1;
            p
        };
        std::iter::successors(Some(first), move |x| {
            k += 1;
            if k < 6 { Some(x * k as f64) } else { None }
        })
        .sum::<f64>()
            + k as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn handed_on(p: f64) -> f64 {
        let mut c = p;
        let next = move || {
            c *= 2.0;
            c
        };
        std::iter::repeat_with(next).take(3).sum::<f64>() + c
    }

    #[differentiable]
    #[at(0.7)]
    fn what_is_borrowed_is_shared(p: f64) -> f64 {
        let mut c = p;
        let y = std::iter::repeat_with(|| {
            c *= 2.0;
            c
        })
        .take(3)
        .sum::<f64>();
        y + c
    }

    #[differentiable]
    #[at(0.7)]
    fn without_derivatives(p: f64) -> f64 {
        let mut name = String::from("a");
        let mut letter = 'a';
        let mut f = move || {
            name.push('b');
            letter = if letter == 'a' { 'b' } else { 'c' };
            name.len() as f64 * p + letter as u32 as f64
        };
        f() + f() * p + letter as u32 as f64
    }

    #[differentiable]
    #[at(0.7, 4)]
    fn made_in_a_loop(p: f64, n: usize) -> f64 {
        let mut y = p;
        let mut c = p;
        for i in 0..n {
            let mut f = move |k: f64| {
                c += k;
                c
            };
            y = (f(y) * f(p)).sin() + c;
            c *= i as f64 * 0.5;
        }
        y
    }

    #[differentiable]
    #[at(0.7)]
    fn copies_have_states_of_their_own(p: f64) -> f64 {
        let mut sum = p;
        let mut g = move |x: f64| {
            sum += x * p;
            sum
        };
        let first = g(p * p);
        let mut h = g;
        let both = g(1.0) + h(2.0) * 10.0;
        let mut k = h;
        first + both * k(3.0) + h(4.0) * g(5.0) + sum
    }

    #[differentiable]
    #[at(0.7)]
    fn references_share_it(p: f64) -> f64 {
        let mut sum = p;
        let mut g = move |x: f64| {
            sum += x * p;
            sum
        };
        let lent = &mut g;
        let first = lent(p * p);
        let again = lent;
        first + again(2.0) * g(1.0)
    }

    #[differentiable]
    #[at(0.7)]
    fn copied_into_iterators(p: f64) -> f64 {
        let (mut count, mut scale) = (0, p);
        let mut next = move || {
            count += 1;
            scale *= p;
            scale * count as f64
        };
        let some = std::iter::repeat_with(next).take(3).sum::<f64>();
        let lent = std::iter::repeat_with(&mut next).take(2).sum::<f64>();
        let mut weigh = move |x: f64| {
            scale += x;
            scale
        };
        let list = [p, 2.0 * p, 3.0];
        let weighed = list.iter().copied().map(weigh).sum::<f64>();
        let by_reference = list.iter().copied().map(&mut weigh).sum::<f64>();
        some * next() + lent + weighed * weigh(p) + by_reference
    }

    #[differentiable]
    #[at(0.7)]
    fn copied_into_another(p: f64) -> f64 {
        let mut sum = p;
        let mut g = move |x: f64| {
            sum += x * p;
            sum
        };
        let mut twice = move |x: f64| {
            let y = g(x);
            g(y * p)
        };
        let first = twice(1.5);
        let mut lends = |x: f64| g(x) + 1.0;
        first * lends(2.0) + g(p)
    }

    #[differentiable]
    #[at(0.7, 3)]
    fn copied_in_a_loop(p: f64, n: usize) -> f64 {
        let mut state = [p, 2.0];
        let mut g = move |x: f64| {
            state[0] += x * p;
            state[1] = state[1] * 0.25 + state[0];
            state[1]
        };
        let mut y = p;
        for i in 0..n {
            let mut fresh = g;
            y = (fresh(y) * fresh(p)).sin();
            if i % 2 == 0 {
                y += g(0.5);
            }
        }
        y + g(y)
    }
}
