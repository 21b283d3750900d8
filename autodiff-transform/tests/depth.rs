//! Code that is nested too deeply for the stack is refused, and what is just below the limit is not.

use std::thread;

/// What `expand` gives on a stack as large as that of rustc's thread.
fn expanded(attr: &'static str, body: String) -> String {
    let on_thread = move || {
        let item = format!("fn f(x: f64, y: f64) -> f64 {{ {body} }}");
        autodiff_transform::expand(attr.parse().unwrap(), item.parse().unwrap()).to_string()
    };
    thread::Builder::new().stack_size(8 << 20).spawn(on_thread).unwrap().join().unwrap()
}

type Shape = (&'static str, fn(usize) -> String);

/// Each way to nest, by how many levels.
const SHAPES: &[Shape] = &[
    ("terms", |n| vec!["x * y"; n].join(" + ")),
    ("methods", |n| format!("x{}", ".max(2.0 * y)".repeat(n))),
    ("else-ifs", |n| format!("{}{{ y }}", "if x < y { x * 2.0 } else ".repeat(n))),
    ("parentheses", |n| format!("{}x{}", "(".repeat(n), " * 2.0 + y)".repeat(n))),
    ("calls", |n| format!("{}x{}", "f64::max(".repeat(n), ", y)".repeat(n))),
    ("blocks", |n| format!("{}x{}", "{ let x = x * y; ".repeat(n), "}".repeat(n))),
    ("branches", |n| format!("{}y{}", "if x > y { x * ".repeat(n), "} else { x }".repeat(n))),
];

#[test]
fn deep_code_is_refused() {
    for (name, shape) in SHAPES {
        let tokens = expanded("", shape(1000));
        assert!(tokens.contains("this is nested too deeply"), "1000 {name}: {tokens:.200}");
    }
}

#[test]
fn the_deepest_code_that_is_accepted_fits() {
    for (name, shape) in SHAPES {
        for attr in ["", "order = 2"] {
            let accepted = |n| !expanded(attr, shape(n)).contains("nested too deeply");
            let (mut fits, mut refused) = (20, 1000);
            while refused - fits > 10 {
                let middle = (fits + refused) / 2;
                *if accepted(middle) { &mut fits } else { &mut refused } = middle;
            }
            assert!(fits >= 80, "{fits} {name}");
        }
    }
}
