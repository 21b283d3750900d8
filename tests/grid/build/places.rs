//! Places that a value may stand in.

/// A place for a value.
pub struct Place {
    pub name: &'static str,
    /// The function's body, with `$S` for the value, or `$I` for the call of an inner function.
    pub code: &'static str,
    /// The inner function's result, and what it gives.
    pub inner: Option<(&'static str, &'static str)>,
    /// The value is in a closure, which may be called again.
    pub is_closure: bool,
    /// It is evaluated again and again.
    pub repeats: bool,
}

const fn place(name: &'static str, code: &'static str) -> Place {
    Place { name, code, inner: None, is_closure: false, repeats: false }
}

const fn result(
    name: &'static str,
    result: &'static str,
    value: &'static str,
    code: &'static str,
) -> Place {
    Place { inner: Some((result, value)), ..place(name, code) }
}

pub const PLACES: &[Place] = &[
    place("a_name", "let r = $S; total(&r)"),
    place("an_argument", "take($S)"),
    place("a_field", "let q = Holder { t: $S, k: y, n: 1 }; total(&q.t) * q.k"),
    place("a_field_of_self", "let q = Holder { t: $S, k: y, n: 1 }; q.sum() * q.k"),
    place("a_part", "let q = ($S, y); total(&q.0) * q.1"),
    place("an_element", "let l = vec![$S, $L(y, x)]; total(&l[0]) * total(&l[1])"),
    place("one_of_array", "let l = [$S, $L(y, x)]; total(&l[0]) * total(&l[1])"),
    place("some", "let o = Some($S); o.map(|v| total(&v)).unwrap_or(0.0)"),
    place("some_matched", "let o = Some($S); if let Some(v) = &o { total(v) * z } else { 0.0 }"),
    place(
        "pushed",
        "let mut l = Vec::new(); l.push($S); l.push($L(y, x)); let mut s = 0.0; for v in &l { s = s * y + total(v); } s",
    ),
    place("assigned", "let mut r = $L(y, x); let a = total(&r); r = $S; total(&r) * a"),
    place(
        "an_assigned_field",
        "let mut g = holder(y, z); let a = g.sum(); g.t = $S; total(&g.t) * a * g.k",
    ),
    place("a_set_field", "let mut g = holder(y, z); let a = g.sum(); g.set($S); g.sum() * a"),
    place(
        "an_assigned_element",
        "let mut g = vec![$L(y, x), $L(x, z)]; let a = total(&g[0]); g[0] = $S; total(&g[0]) * a * total(&g[1])",
    ),
    Place {
        repeats: true,
        ..place(
            "in_a_loop",
            "let mut s = 0.0; for i in 0..3 { let r = $S; s = s * x + total(&r); } s",
        )
    },
    place("captured", "let r = $S; let c = |k: f64| total(&r) * k; c(x) + c(y)"),
    result("result", "$T", "$S", "let r = $I; total(&r)"),
    result("early_result", "$T", "if x > 0.5 { return $S; } $L(y, z)", "total(&$I) * y"),
    result("result_in_pair", "($T, f64)", "($S, y)", "let (r, k) = $I; total(&r) * k"),
    result(
        "optional_result",
        "Option<$T>",
        "Some($S)",
        "match $I { Some(r) => total(&r), None => 0.0 }",
    ),
    result(
        "fallible_result",
        "Result<$T, String>",
        "Ok($S)",
        "match $I { Ok(r) => total(&r) * z, Err(_) => 0.0 }",
    ),
    place(
        "a_state",
        "let mut r = $S; let mut i = 0; while i < 3 { r = step(r, y); i += 1; } total(&r)",
    ),
    place("shadowed", "let r = $S; let r = step(r, y); total(&r)"),
    place("lent", "total(&$S)"),
    place("a_reference", "let r = &$S; total(r)"),
    place(
        "changed_after",
        "let mut r = $S; change(&mut r, y); let a = total(&r); change(&mut r, z); total(&r) * a",
    ),
    place(
        "a_payload",
        "let e = Choice::First($S); match e { Choice::First(v) => total(&v), Choice::Second { t, k } => total(&t) * k, \
         Choice::Neither => 0.0 }",
    ),
    place(
        "a_named_payload",
        "let e = Choice::Second { t: $S, k: x }; match &e { Choice::First(v) => total(v), Choice::Second { t, k } => \
         total(t) * k, Choice::Neither => 0.0 }",
    ),
    place(
        "nested",
        "let b = Nested { h: Holder { t: $S, k: y, n: 1 }, l: vec![], o: None }; total(&b.h.t) * b.h.k",
    ),
    place(
        "optional_field",
        "let b = Nested { h: holder(x, y), l: vec![], o: Some($S) }; match &b.o { Some(v) => total(v) * b.h.k, None => \
         0.0 }",
    ),
    place("one_of_a_sum", "[$S, $L(y, z)].iter().map(|v| total(v)).sum()"),
    place("folded", "let r = (0..3).fold($S, |r, i| step(r, x)); total(&r)"),
    place(
        "swapped",
        "let mut r = $S; let mut q = $L(y, z); std::mem::swap(&mut r, &mut q); total(&q) * x + total(&r)",
    ),
    place("chosen", "let r = if y > 0.0 { $S } else { $L(y, z) }; total(&r) * x"),
    place("twice", "let r = $S; let q = r.clone(); total(&r) * total(&q)"),
    place("destructured", "let (r, k) = ($S, z); total(&r) * k"),
    place("assigned_late", "let r; if x > 0.5 { r = $S; } else { r = make(z, y); } total(&r)"),
    place(
        "an_option_assigned",
        "let mut o: Option<$T> = None; o = Some($S); total(o.as_ref().unwrap()) * x",
    ),
    Place {
        is_closure: true,
        repeats: true,
        ..place("given_by_closure", "let g = || $S; total(&g()) * x")
    },
];
