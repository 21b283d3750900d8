//! Refusals: what lowering reports, at what, and with which help.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use proc_macro2::TokenStream;
use quote::quote;

fn messages(item: TokenStream) -> Vec<String> {
    let item: syn::ItemFn = syn::parse2(item).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let output = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    assert_eq!(output.is_none(), !diagnostics.is_empty());
    diagnostics.messages().collect()
}

/// Checks that a body over `x: f64`, `y: &[f64]`, `n: usize` is refused once, with these words.
#[track_caller]
fn refused(body: TokenStream, words: &[&str]) {
    let found = messages(quote! { fn f(x: f64, y: &[f64], n: usize) -> f64 #body });
    assert_eq!(found.len(), 1, "{found:#?}");
    for word in words {
        assert!(found[0].contains(word), "no `{word}` in: {}", found[0]);
    }
}

#[track_caller]
fn accepted(body: TokenStream) {
    let found = messages(quote! { fn f(x: f64, y: &[f64], n: usize) -> f64 #body });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn syntax_outside_the_language() {
    refused(quote!({ unsafe { x } }), &["`unsafe` blocks", "function of its own"]);
    refused(
        quote!({
            let g = async { 1 };
            x
        }),
        &["`async` blocks"],
    );
    refused(
        quote!({
            let o = Some(x);
            Some(o? + 1.0).unwrap()
        }),
        &["`?`", "type that a closure returns"],
    );
    refused(
        quote!({
            let p = &raw const x;
            x
        }),
        &["raw pointers"],
    );
    refused(
        quote!({
            static K: f64 = 2.0;
            x * K
        }),
        &["`static`", "`const`"],
    );
    refused(
        quote!({
            let p: *const f64 = &x;
            x
        }),
        &["raw pointers"],
    );
}

#[test]
fn unknown_methods_name_the_nearest() {
    refused(quote!({ x.sqr() }), &["`sqr` of a float", "nearest known method is `sqrt`"]);
    refused(quote!({ x.tann() }), &["`tann`", "`tan`"]);
    refused(
        quote!({
            y.to_vex();
            x
        }),
        &["`to_vex`", "array, slice or `Vec`"],
    );
    refused(quote!({ Some(x).unwrap_ore(1.0) }), &["`unwrap_ore` of an `Option`", "`unwrap_or`"]);
}

#[test]
fn active_values_do_not_vanish() {
    refused(
        quote!({
            let b = Box::new(x);
            x
        }),
        &["cannot be put into a `Box`"],
    );
    refused(
        quote!({
            let c = std::cell::Cell::new(x);
            x
        }),
        &["`Cell`"],
    );
    refused(
        quote!({
            let k = x as i64;
            k as f64
        }),
        &["becomes an integer", "`.trunc()`"],
    );
    refused(
        quote!({
            let k = (2.0 * x) as usize + n;
            (k * 2) as f64
        }),
        &["becomes an integer"],
    );
    refused(quote!({ f64::from_bits(x.to_bits()) }), &["becomes an integer"]);
    refused(
        quote!({
            let t = (x * 2.0) as i32;
            f64::from(t)
        }),
        &["becomes an integer"],
    );
    refused(quote!({ mine!(x) }), &["the macro `mine!`", "expands to"]);
    refused(
        quote!({
            let s = tricks![a => x];
            1.0
        }),
        &["the macro `tricks!`"],
    );
}

#[test]
fn inactive_values_may() {
    accepted(quote!({
        let k = n as f64;
        x * k
    }));
    accepted(quote!({
        let k = (x * 4.0) as usize;
        y[k]
    }));
    accepted(quote!({
        let k = helper(n, 3) as f64;
        x * k
    }));
    accepted(quote!({
        let k = chainrule::detach(x) as i64;
        k as f64 * x
    }));
    accepted(quote!({
        let v: Vec<usize> = table!(n);
        x * v.len() as f64
    }));
}

#[test]
fn unknown_functions() {
    let found = messages(quote! {
        fn f(#[constant] g: impl Fn(f64) -> f64, x: f64) -> f64 { g(x) }
    });
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("known at run time only"), "{}", found[0]);
    let found = messages(quote! {
        fn f(g: &dyn Fn(f64) -> f64, x: f64) -> f64 { x * g(2.0) }
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn references_that_depend_on_control_flow() {
    refused(
        quote!({
            let a = [x, 1.0];
            let b = [2.0, x];
            let r = if n > 2 { &a } else { &b };
            r[0]
        }),
        &["depends on a condition", "inside the branches"],
    );
    // Of one list it may be another part, of another list it may not.
    accepted(quote!({
        let mut r = &y[1..];
        r = &y[2..];
        r[0]
    }));
    refused(
        quote!({
            let b = [x, 2.0];
            let mut r = &y[1..];
            r = &b[1..];
            r[0]
        }),
        &["another part of that slice only", "by `let`"],
    );
}

#[test]
fn parameters() {
    let one = |item: TokenStream, words: &[&str]| {
        let found = messages(item);
        assert_eq!(found.len(), 1, "{found:#?}");
        for word in words {
            assert!(found[0].contains(word), "no `{word}` in: {}", found[0]);
        }
    };
    one(quote! { fn f(x: &[&[f64]]) -> f64 { x[0][0] } }, &["reference inside", "`&[Vec<f64>]`"]);
    one(
        quote! { fn f(x: &std::cell::RefCell<f64>, y: f64) -> f64 { y } },
        &["RefCell<f64>", "shared"],
    );
    one(quote! { async fn f(x: f64) -> f64 { x } }, &["`async` function"]);
    one(quote! { unsafe fn f(x: f64) -> f64 { x } }, &["`unsafe` function"]);
    one(quote! { fn f(x: &f64) -> &f64 { x } }, &["reference cannot be a differentiable result"]);
}

#[test]
fn kinds_that_cannot_be_told() {
    let found = messages(quote! {
        fn f(p: &Body, x: f64, y: f32) -> f64 { let q = p.a * p.b; x }
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("bind `p.a` by `let`"), "{}", found[0]);
    let found = messages(quote! { fn f<T: Copy>(p: T, q: T) -> T { p * q } });
    assert!(found[0].contains("`T: chainrule::Real`"), "{}", found[0]);
}

#[test]
fn several_errors_are_reported_together() {
    let found = messages(quote! {
        fn f(x: f64) -> f64 {
            let a = x.sqr();
            let b = unsafe { a };
            let c = mine!(x);
            a + b + c
        }
    });
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn derivatives_of_closures() {
    accepted(quote!({ differentiate!(|z: f64| -> f64 { z * x }).grad(x) }));
    refused(
        quote!({
            let f = differentiate!(|z| -> f64 { z * x });
            f.grad(x)
        }),
        &["the type of this argument decides", "|x: f64|"],
    );
    refused(
        quote!({
            let f = differentiate!(|z: f64| z * x);
            f.grad(x)
        }),
        &["the closure's result needs a type"],
    );
    refused(
        quote!({
            let f = differentiate!(|z: &mut f64| -> f64 {
                *z *= x;
                *z
            });
            let mut w = x;
            f.value(&mut w)
        }),
        &["changes its arguments"],
    );
    refused(
        quote!({
            let f = differentiate!(|z: f64| -> f64 { z * x });
            f.jacobian(x)
        }),
        &["`jacobian` of a closure", "`value`, `grad`"],
    );
}
