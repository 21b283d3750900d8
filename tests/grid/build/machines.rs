//! Methods that change their struct: floats, lists, options, structs and enums in fields.

use crate::sequences::Theme;

pub const MACHINES: Theme = Theme {
    name: "machines",
    items: "
#[derive(Clone, Copy, Differentiable)]
struct Pair { a: f64, b: f64 }

#[derive(Clone, Copy, Differentiable)]
enum Kind { One(f64), Two(f64, f64), Nothing }

#[derive(Clone, Differentiable)]
struct Machine {
    t: f64, l: Vec<f64>, o: Option<f64>, h: [f64; 3], p: Pair, e: Kind, list: Vec<Pair>, n: usize, ids: Vec<usize>,
}

#[differentiable]
impl Machine {
    fn new(x: f64, y: f64, z: f64) -> Machine {
        let p = Pair { a: x, b: y };
        Machine {
            t: x, l: vec![y, z], o: Some(x), h: [x, y, z], p, e: Kind::Two(z, y), list: vec![p], n: 1, ids: vec![2],
        }
    }
    fn total(&self) -> f64 {
        let o = self.o.unwrap_or(0.3);
        let e = match &self.e { Kind::One(a) => *a, Kind::Two(a, b) => a * b, Kind::Nothing => 0.5 };
        let pairs: f64 = self.list.iter().map(|q| q.a * q.b).sum();
        let h = self.h[0] * self.h[1] + self.h[2];
        self.t + self.l.iter().sum::<f64>() + o * h + self.p.a * self.p.b + e + pairs * (self.n + self.ids.len()) as f64
    }
    fn grow(&mut self, k: f64) {
        self.t = (self.t + k * self.h[0]).sin();
        self.l.push(self.t);
    }
}
",
    before: "let mut machine = Machine::new(x, y, z); machine.$name(y); machine.$name(x * z);",
    result: "machine.total()",
    method: Some("fn $name(&mut self, k: f64)"),
    statements: &[
        "self.t = (self.t * k).sin();",
        "self.l.push(self.t);",
        "if let Some(a) = self.l.pop() { self.t += a; }",
        "self.o = Some(self.t * k);",
        "self.t += self.o.take().unwrap_or(k);",
        "if let Some(a) = self.o { self.t = (self.t * a).sin(); }",
        "if let Some(a) = &mut self.o { *a = (*a * k).cos(); }",
        "let old = self.o.replace(self.t); self.t = old.unwrap_or(k) + k;",
        "self.h[$i % 3] = (self.h[$i % 3] * k).sin();",
        "self.h.swap(0, 2);",
        "for a in self.h.iter_mut() { *a = (*a + k).sin(); }",
        "self.t += self.h.iter().sum::<f64>();",
        "self.n += 1;",
        "self.ids.push(self.n % 3);",
        "self.t += self.h[self.ids[0] % 3];",
        "let at = self.n % 3; self.t = self.h[at] * k;",
        "self.p.a = self.t; self.p.b += k;",
        "let p = self.p; self.t = (self.t + p.a * p.b).sin();",
        "let Pair { a, b } = self.p; self.t = a.cos() + b;",
        "std::mem::swap(&mut self.p.a, &mut self.t);",
        "self.p = Pair { a: k, ..self.p };",
        "self.e = match self.e {
            Kind::One(a) => Kind::Two(a, k),
            Kind::Two(a, b) => Kind::One((a * b).sin()),
            Kind::Nothing => Kind::One(k),
        };",
        "if let Kind::Two(a, _) = &mut self.e { *a += k; }",
        "self.t = match &self.e { Kind::One(a) => a.sin(), Kind::Two(a, b) => (a * b).sin(), Kind::Nothing => 0.5 };",
        "if self.n % 4 == 3 { self.e = Kind::Nothing; }",
        "self.list.push(self.p);",
        "for q in &mut self.list { q.a = (q.a * k).cos(); }",
        "if let Some(q) = self.list.last_mut() { q.b = (q.b + self.t).sin(); }",
        "if let Some(q) = self.list.first() { self.t += q.a; }",
        "if self.list.len() > 1 { self.list.swap_remove(0); }",
        "self.grow(k);",
        "let v = self.total(); self.t = (v * k).atan();",
        "let f = |a: f64| a * self.t + k; let b = f(k); self.t = b.sin();",
        "self.l.iter_mut().for_each(|a| *a = (*a * k).sin());",
        "self.l.retain(|a| *a < 5.0);",
        "self.l.truncate(2);",
        "self.l.insert(0, k);",
        "self.l.reverse();",
        "let (a, b) = (self.t, k); self.t = a * b;",
        "let best = self.l.iter().cloned().fold(self.t, f64::max); self.t = best * k;",
        "let mut copy = self.h; copy[0] += k; self.h = copy;",
        "let whole = self.clone(); self.t = (whole.t * whole.h[0]).cos();",
        "if self.t > 0.4 { self.n += 2; }",
    ],
    blocks: &[
        "for i in 0..2 { self.n += i; $B }",
        "if self.n % 2 == 0 { $B } else { $B }",
        "if let Some(a) = self.o { self.t = (self.t + a).sin(); $B }",
        "match self.n % 3 { 0 => { $B } 1 => { $B } _ => {} }",
        "let mut fuel = 2; while self.n % 4 != 0 && fuel > 0 { fuel -= 1; self.n += 1; $B }",
        "let mut turns = 0;
        loop { turns += 1; if turns > 2 { break; } $B if self.n % 5 == 4 { continue; } $B }",
    ],
};
