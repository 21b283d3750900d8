//! `Result` and `?`: values that may be missing, and why.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq)]
    enum Refused {
        Negative,
        TooLarge(String),
        At(usize),
    }

    impl From<String> for Refused {
        fn from(text: String) -> Refused {
            Refused::TooLarge(text)
        }
    }

    #[differentiable]
    #[at(2.0)]
    #[at(-1.0)]
    #[at(200.0)]
    fn root(x: f64) -> Result<f64, Refused> {
        if x < 0.0 {
            return Err(Refused::Negative);
        }
        if x > 100.0 {
            Err(Refused::TooLarge(format!("{x} is over {}", 100)))
        } else {
            Ok(x.sqrt())
        }
    }

    #[differentiable]
    #[at(2.0, 3.0)]
    #[at(-1.0, 3.0)]
    #[at(2.0, -3.0)]
    #[at(2.0, 2000.0)]
    fn product_of_roots(x: f64, y: f64) -> Result<f64, Refused> {
        let a = root(x)?;
        let b = root(y * a)?;
        Ok(a * b)
    }

    #[differentiable]
    #[at(2.0, 3.0)]
    #[at(-1.0, 3.0)]
    #[at(-1.0, 200.0)]
    fn by_match(x: f64, y: f64) -> f64 {
        let a = match root(x) {
            Ok(a) => a * y,
            Err(Refused::Negative) => x * x,
            Err(_) => 0.5 * x,
        };
        let b = if let Ok(b) = root(y) { b } else { a * y };
        let Ok(c) = root(a * a + 1.0) else { return a };
        a * b + c
    }

    #[differentiable]
    #[at(2.0, 3.0)]
    #[at(-1.0, 3.0)]
    #[at(2.0, -3.0)]
    fn methods_of_results(x: f64, y: f64) -> f64 {
        let first: Result<f64, Refused> = root(x);
        let second: Result<f64, Refused> = root(y);
        let sum = match (first.is_ok(), second.is_err()) {
            (true, true) => x * y,
            (true, false) => x + y,
            _ => x - y,
        };
        let a = first.clone().unwrap_or(x * y);
        let b = second.clone().map(|b| b * x).unwrap_or_else(|error| match error {
            Refused::Negative => y * y,
            _ => y,
        });
        let c = first.clone().map_err(|error| format!("{error:?}")).ok().unwrap_or_default();
        let d = second.clone().and_then(|b| root(b * 2.0)).or_else(|_| root(x * x)).unwrap();
        let e = first.ok().map_or(y, |a| a * y);
        sum + a * b + c * d + e
    }

    #[differentiable]
    #[at(&[2.0, 3.0, 0.5])]
    #[at(&[2.0, 3.0, -0.5])]
    #[at(&[2.0, 300.0, -0.5])]
    fn first_that_fails(x: &[f64]) -> Result<f64, Refused> {
        let mut product = 1.0;
        for (i, v) in x.iter().enumerate() {
            let checked = root(*v).map_err(|_| Refused::At(i))?;
            product *= checked + 0.25 * product;
        }
        Ok(product)
    }

    #[differentiable]
    #[at(&[2.0, 3.0, 0.5], "2")]
    #[at(&[2.0, 3.0, 0.5], "nothing")]
    #[at(&[2.0, 3.0, 0.5], "7")]
    fn converted_error(x: &[f64], text: &str) -> Result<f64, Refused> {
        let at: usize = text.parse::<usize>().map_err(|error| error.to_string())?;
        let last = x.get(at).copied().ok_or("no such element".to_string())?;
        let first = x.first().ok_or_else(|| Refused::At(0))?;
        Ok(last * first)
    }

    #[differentiable]
    #[at(&[2.0, 3.0, 0.5], 1)]
    #[at(&[2.0, 3.0, 0.5], 2)]
    #[at(&[2.0, 3.0, 0.5], 7)]
    fn neighbours(x: &[f64], i: usize) -> Option<f64> {
        let here = x.get(i)?;
        let next = x.get(i + 1)?;
        Some(here * next.sin())
    }

    #[differentiable]
    #[at(&[2.0, 3.0, 0.5], 1.5)]
    #[at(&[2.0], 1.5)]
    fn missing_neighbours(x: &[f64], k: f64) -> f64 {
        let mut sum = k;
        for i in 0..x.len() {
            sum += neighbours(x, i).map_or(k * sum, |v| v * k);
        }
        let whole = |i: usize| -> Option<f64> { Some(x.get(i)? * k + x.get(i + 2)? * sum) };
        sum + whole(0).unwrap_or(sum) * whole(1).unwrap_or(k)
    }

    #[differentiable]
    #[at(Ok(2.0), 3.0)]
    #[at(Err("none".to_string()), 3.0)]
    fn given(x: Result<f64, String>, k: f64) -> Result<(f64, f64), String> {
        let v = x?;
        if v * k > 100.0 {
            return Err(String::new());
        }
        Ok((v * k, v - k))
    }

    #[derive(Clone, Debug, Differentiable)]
    struct State {
        level: f64,
        rates: Vec<f64>,
    }

    #[differentiable]
    #[at(State { level: 1.5, rates: vec![0.5, 0.75] }, 0.25)]
    #[at(State { level: -1.5, rates: vec![0.5, 0.75] }, 0.25)]
    fn stepped(state: &State, dt: f64) -> Result<State, Refused> {
        if state.level < 0.0 {
            return Err(Refused::Negative);
        }
        let rates = state.rates.iter().map(|rate| rate * state.level).collect();
        Ok(State { level: state.level - dt * state.rates[0], rates })
    }

    #[differentiable]
    #[at(State { level: 1.5, rates: vec![0.5, 0.75] }, 0.25, 3)]
    #[at(State { level: 1.5, rates: vec![0.5, 0.75] }, 2.0, 9)]
    fn steps(start: &State, dt: f64, count: usize) -> Result<f64, Refused> {
        let mut state: State = start.clone();
        let mut sum = 0.0;
        for _ in 0..count {
            let next: State = stepped(&state, dt)?;
            sum += next.level * next.rates[1];
            state = next;
        }
        Ok(sum * state.rates.iter().product::<f64>())
    }

    #[differentiable]
    #[at(2.0, 3.0)]
    #[at(-2.0, 3.0)]
    fn pair(x: f64, y: f64) -> Result<(f64, f64), String> {
        (x > 0.0).then(|| (x.sqrt() * y, x.ln())).ok_or_else(|| format!("{x} is not positive"))
    }

    #[differentiable]
    #[at(2.3, 4)]
    #[at(0.3, 4)]
    fn while_ok(x: f64, most: usize) -> f64 {
        let (mut v, mut count) = (x, 0);
        while let Ok((a, b)) = pair(v, x) {
            v = a + b - 0.5;
            count += 1;
            if count >= most {
                break;
            }
        }
        v * (count + 1) as f64
    }

    #[differentiable]
    fn rooted(a: &mut f64) -> Option<()> {
        if *a <= 0.0 {
            return None;
        }
        *a = a.sqrt();
        Some(())
    }

    #[differentiable]
    fn rooted_first(a: &mut [f64]) -> Result<usize, String> {
        if a[0] <= 0.0 {
            return Err(format!("{} is not positive", a.len()));
        }
        a[0] = a[0].sqrt();
        Ok(3)
    }

    #[differentiable]
    fn rooted_and_told(a: &mut f64, v: &[usize]) -> (usize, Option<bool>) {
        *a = a.sqrt() * v[0] as f64;
        (v.len(), Some(*a > 1.0))
    }

    #[differentiable]
    fn rooted_and_listed(a: &mut f64, o: Option<usize>, t: (usize, bool)) -> Vec<usize> {
        *a = a.sqrt() * o.unwrap_or(2) as f64;
        vec![t.0, 7]
    }

    #[differentiable]
    fn rooted_in_place(a: &mut f64) -> [usize; 2] {
        *a = a.sqrt();
        [3, 2]
    }

    #[differentiable]
    fn cubed(a: f64, log: &mut Vec<usize>) -> (f64, Option<usize>, Vec<bool>) {
        log.push(3);
        (a * a * a, log.pop(), vec![a > 0.0; 2])
    }

    #[differentiable]
    #[at(2.0, 3)]
    #[at(0.25, 1)]
    fn told_in_many_ways(x: f64, n: usize) -> f64 {
        let mut a = x;
        let mut s = 1.0;
        let mut log = Vec::new();
        for i in 0..n {
            let (count, large): (usize, _) = rooted_and_told(&mut a, &[i + 1, 2]);
            let list: Vec<usize> = rooted_and_listed(&mut a, Some(i + 1), (i, true));
            s += a * (count + list[1]) as f64;
            if large.unwrap_or(false) {
                s *= rooted_in_place(&mut a)[0] as f64 * a;
            }
            let (third, popped, signs) = cubed(a, &mut log);
            s += third * (popped.unwrap_or(0) + signs.len()) as f64;
        }
        s
    }

    #[differentiable]
    fn counted(a: f64) -> (f64, Option<usize>, Option<bool>) {
        (a * a, if a > 0.0 { Some(1) } else { None }, None)
    }

    #[differentiable]
    #[at(2.0)]
    #[at(-2.0)]
    fn done_or_not(x: f64) -> f64 {
        let mut a = x;
        if rooted(&mut a).is_none() {
            return x * x;
        }
        let mut b = a * 2.0;
        match rooted(&mut b) {
            Some(()) => a * b * x,
            None => 0.0,
        }
    }

    #[differentiable]
    #[at(2.0)]
    #[at(-2.0)]
    fn done_or_left(x: f64) -> Option<f64> {
        let mut a = x;
        rooted(&mut a)?;
        Some(a * a * a)
    }

    #[differentiable]
    #[at(2.0)]
    #[at(-2.0)]
    fn counts_beside_values(x: f64) -> f64 {
        let mut v = vec![x, 2.0];
        let n = rooted_first(&mut v).unwrap_or(7);
        let (y, m, on) = counted(x);
        v[0] * v[1] * n as f64 * y * m.unwrap_or(2) as f64 + if on.is_none() { x } else { 0.0 }
    }
}
