//! Ways to get a value.

/// A way to get a value.
pub struct Source {
    pub name: &'static str,
    /// Statements before.
    pub before: &'static str,
    /// The expression.
    pub code: &'static str,
    /// The expression may return from the function.
    pub returns: bool,
    /// The expression moves what there is one of.
    pub is_used_up: bool,
}

const fn source(name: &'static str, before: &'static str, code: &'static str) -> Source {
    Source { name, before, code, returns: false, is_used_up: false }
}

const fn once(name: &'static str, before: &'static str, code: &'static str) -> Source {
    Source { is_used_up: true, ..source(name, before, code) }
}

const T: &str = "let t = $L(x, y);";
const HOLDER: &str = "let h = Holder { t: $L(x, z), k: y, n: 3 };";
const MADE: &str = "let h = holder(x, z);";
const LIST: &str = "let list = vec![$L(x, y), $L(z, y)];";
const GIVEN: &str = "let list = list(x, y);";
const SOME: &str = "let o = Some($L(z, y));";
const NESTED: &str = "let n = nested(x, y);";
const CHOICE: &str = "let c = Choice::Second { t: $L(x, y), k: z };";

pub const SOURCES: &[Source] = &[
    source("call", "", "make(x, y)"),
    source("clone", T, "t.clone()"),
    once("moved", T, "t"),
    source("field", HOLDER, "h.t.clone()"),
    source("field_of_call", MADE, "h.t.clone()"),
    once("moved_field", HOLDER, "h.t"),
    source("element", LIST, "list[1].clone()"),
    source("element_of_call", GIVEN, "list[1].clone()"),
    source("method", MADE, "h.get()"),
    source(
        "exchanged",
        "",
        "{ let mut h = holder(x, z); let old = h.swap($L(y, z)); if x > 5.0 { old } else { h.get() } }",
    ),
    source("unwrapped", SOME, "o.clone().unwrap()"),
    once("or_other", SOME, "o.unwrap_or(make(x, y))"),
    source("of_pair", "let p = ($L(z, y), x);", "p.0.clone()"),
    source("last", LIST, "list.last().unwrap().clone()"),
    source("last_of_call", GIVEN, "list.last().unwrap().clone()"),
    source("by_reference", "let t = $L(x, y); let at = &t;", "at.clone()"),
    source("changed", T, "{ let mut u = t.clone(); change(&mut u, z); u }"),
    source("branch", T, "if x > 0.0 { t.clone() } else { make(y, x) }"),
    source("arm", HOLDER, "match h.n { 0 => make(x, x), 3 => h.t.clone(), _ => make(y, y) }"),
    source("closure", "let made = |a: f64| $L(a, z);", "made(y)"),
    source("popped", "", "{ let mut list = list(x, y); list.pop().unwrap() }"),
    source("broken_out", T, "{ let mut k = 0; loop { k += 1; if k > 2 { break t.clone(); } } }"),
    source("deep", NESTED, "n.l[1].t.clone()"),
    source("deep_option", NESTED, "n.o.clone().unwrap()"),
    source("as_ref", NESTED, "n.o.as_ref().unwrap().clone()"),
    source(
        "payload",
        CHOICE,
        "match &c { Choice::First(t) | Choice::Second { t, .. } => t.clone(), Choice::Neither => make(x, x) }",
    ),
    once(
        "moved_payload",
        CHOICE,
        "match c { Choice::Second { t, .. } => t, Choice::First(t) => t, Choice::Neither => make(x, x) }",
    ),
    Source {
        returns: true,
        ..once("let_else", SOME, "{ let Some(v) = o else { return 0.0 }; v }")
    },
    source("found", GIVEN, "list.iter().find(|c| total(c) > 100.0).cloned().unwrap_or(make(y, x))"),
    once("stepped", T, "step(t, z)"),
];
