//! References into what changes afterwards: patterns of slices whose length changes, `as_mut`, payloads of
//! what calls give.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Slot {
        pub held: Option<f64>,
        pub more: Vec<f64>,
    }

    #[differentiable]
    #[at(&[0.4, 0.6, 0.9, 0.7], 0.8)]
    fn ends_of_what_gets_shorter(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        if let [a, .., b] = &mut v[..] {
            *a += *b * x;
        }
        v.pop();
        v[0] * v[1]
    }

    #[differentiable]
    #[at(&[0.4, 0.6, 0.9, 0.7], 0.8)]
    #[at(&[0.4], 0.8)]
    fn ends_in_a_loop(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        let mut s = 0.0;
        loop {
            let [a, .., b] = &mut v[..] else { break };
            *a *= *b;
            s = s * *a + x;
            *b = s;
            v.pop();
        }
        s
    }

    #[differentiable]
    #[at(&[0.4, 0.6], 0.8)]
    #[at(&[], 0.8)]
    fn end_of_what_gets_longer(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        let [.., b] = &mut v[..] else { return 0.0 };
        *b *= x;
        v.push(x);
        v[0] * v[1] * v[2] * x
    }

    #[differentiable]
    #[at(&[0.4, 0.6, 0.9], 0.8)]
    fn rest_of_what_gets_shorter(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        let mut s = x;
        while let [rest @ .., b] = &v[..] {
            s = s * b + x * rest.len() as f64;
            v.pop();
        }
        s
    }

    #[differentiable]
    #[at(&[0.4, 0.6, 0.9, 0.7], 0.8)]
    fn lengths_of_tails(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        let before = v[1..].len();
        for w in &mut v[2..] {
            *w *= x;
        }
        v.push(x);
        let after = v[1..].len();
        v[before] * v[after] * (before * after) as f64
    }

    #[differentiable]
    #[at(&[0.4, 0.6, 0.9], 0.8)]
    fn tails_while_it_grows(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        let mut s = 0.0;
        for k in 0..3 {
            let part = &mut v[k..];
            let n = part.len();
            part[n - 1] *= x * part[0];
            s += part[n - 1] * n as f64;
            v.push(s);
        }
        s
    }

    #[differentiable]
    #[at(Some(vec![0.4, 0.6]))]
    #[at(Some(vec![0.4]))]
    #[at(None)]
    fn pattern_of_a_payload(v: Option<Vec<f64>>) -> f64 {
        match v {
            Some(v) => match &v[..] {
                [a, b] => a * b,
                _ => 0.0,
            },
            None => 1.0,
        }
    }

    #[differentiable]
    #[at(vec![0.4, 0.6])]
    #[at(vec![0.4, 0.6, 0.9])]
    fn pattern_of_a_slice(v: Vec<f64>) -> f64 {
        match v.as_slice() {
            [a, b] => a * b,
            [first, .., last] => first * last * last,
            _ => 0.0,
        }
    }

    #[differentiable]
    #[at(&[0.4, 0.6], 0.7)]
    fn exclusive_slices(v: &[f64], x: f64) -> f64 {
        let mut v = v.to_vec();
        {
            let w = v.as_mut_slice();
            w[0] *= x;
        }
        if let [a, b, ..] = v.as_mut_slice() {
            *a *= *b;
        }
        v[0]
    }

    #[differentiable]
    #[at(Some(0.3), 0.7)]
    #[at(None, 0.7)]
    fn as_mut_of_a_local(o: Option<f64>, x: f64) -> f64 {
        let mut o = o;
        match o.as_mut() {
            Some(a) => *a *= x,
            None => {}
        }
        let s = o.as_mut().map(|v| {
            *v += x;
            *v
        });
        s.unwrap_or(2.0 * x) * o.unwrap_or(x)
    }

    #[differentiable]
    #[at(Slot { held: Some(0.4), more: vec![0.7] }, 0.6)]
    #[at(Slot { held: None, more: vec![0.7] }, 0.6)]
    fn as_mut_of_a_field(slot: &mut Slot, x: f64) -> f64 {
        if let Some(a) = slot.held.as_mut() {
            *a *= x;
        }
        slot.held.unwrap_or(2.0) * slot.more[0]
    }

    #[differentiable]
    #[at(0.3, 0.7)]
    fn reference_in_an_option(a: f64, x: f64) -> f64 {
        let mut a = a;
        if let Some(r) = Some(&mut a) {
            *r *= x;
        }
        a
    }

    #[differentiable]
    #[at(0.7)]
    fn array_to_vec(x: f64) -> f64 {
        product([x, x * x].to_vec())
    }

    #[differentiable]
    #[at(vec![0.4, 0.6])]
    fn product(v: Vec<f64>) -> f64 {
        v[0] * v[1]
    }

    #[differentiable]
    #[at(0.7)]
    fn counted_by_letters(x: f64) -> f64 {
        let mut s: f64 = 0.0;
        for c in 'a'..='c' {
            s += (c as u8 - b'a') as f64 * x * s.cos();
            s += x;
        }
        s
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    fn logarithm(x: f64) -> Result<f64, String> {
        if x > 0.0 { Ok(x.ln()) } else { Err("negative".to_string()) }
    }

    #[differentiable]
    #[at(0.7)]
    #[at(-0.7)]
    fn root(x: f64) -> Option<f64> {
        if x > 0.0 { Some(x.sqrt()) } else { None }
    }

    #[differentiable]
    #[at(1.3)]
    fn unwrapped_calls(x: f64) -> f64 {
        logarithm(x).unwrap() * x + root(x * x).expect("a square") * root(x).unwrap()
    }

    #[differentiable]
    #[at(0.3)]
    #[at(-0.3)]
    fn unwrapped_or(x: f64) -> f64 {
        logarithm(x).unwrap_or(x * x) * x + root(x).unwrap_or(2.0 * x)
    }

    #[differentiable]
    #[at(0.3, 4)]
    fn unwrapped_in_a_loop(x: f64, n: usize) -> f64 {
        let mut y = x;
        for _ in 0..n {
            let next = logarithm(y + 2.0);
            y = next.unwrap();
        }
        y
    }

    #[differentiable]
    #[at(Slot { held: Some(0.4), more: vec![0.7] }, 0.6)]
    fn pairs(slot: &Slot, x: f64) -> Option<(f64, usize)> {
        Some((slot.more[0] * x, slot.more.len()))
    }

    #[differentiable]
    #[at(Slot { held: Some(0.4), more: vec![0.7] }, 0.6)]
    fn unwrapped_pairs(slot: &Slot, x: f64) -> f64 {
        let (y, n) = pairs(slot, x).unwrap();
        y * n as f64 * x
    }

    #[differentiable]
    #[at(0.3, [0.5, 0.7])]
    fn swapped_with_a_copy(x: f64, k: [f64; 2]) -> f64 {
        let mut k = k;
        let mut y = x;
        std::mem::swap(&mut k[0], &mut { y });
        y *= 2.0;
        k[0] * k[1] + y
    }

    #[differentiable]
    #[at(0.3)]
    fn references_to_copies(x: f64) -> f64 {
        let mut y = x;
        let mut pair = [x, 1.0];
        let kept = &{ y };
        let cloned = &y.clone();
        let changed = &mut { pair };
        let part = &mut (y, x * 2.0).0;
        changed[0] += *kept;
        *part *= 3.0;
        y += *part * changed[0];
        pair[1] = y * x;
        *kept * y * pair[0] * pair[1] + *cloned
    }

    #[differentiable]
    #[at([0.3, 0.8])]
    fn items_of_copies(pair: [f64; 2]) -> f64 {
        let mut sum = 1.0;
        for v in { pair }.iter_mut() {
            *v += 1.0;
            sum *= *v;
        }
        for v in pair[..1].to_vec().iter_mut() {
            *v *= sum;
            sum += *v * *v;
        }
        sum * pair[0] + pair[1]
    }
}
