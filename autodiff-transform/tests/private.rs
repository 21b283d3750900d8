//! Which loops are fused although their iterations have buffers in common.

use autodiff_transform::analysis::overwrites::Overwrites;
use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::Function;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Adjoint, Callees, Loops, adjoint_with, normalize};

fn lowered(source: &str) -> Function {
    let item: syn::ItemFn = syn::parse_str(source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    lowered.expect("the snippet lowers").function
}

/// The adjoint of `f(x, d, n)` with the body.
fn derived(body: &str, private: bool) -> Adjoint {
    let function = lowered(&format!("fn f(x: &[f64], d: usize, n: usize) -> f64 {{ {body} }}"));
    adjoint_with(&function, Loops { private, ..Loops::ALL }, Callees::KNOWN)
}

/// Whether the loop over `point`s is the only one in which something is done backwards.
fn is_fused(joint: &Function) -> bool {
    let text = joint.to_string();
    assert!(text.contains("for point: usize in"), "{text}");
    text.matches("for point: usize in").count() == 1
}

/// The loop is fused on these assumptions.
#[track_caller]
fn fused_if(body: &str, assumed: &[&str]) {
    let adjoint = derived(body, true);
    let (joint, found) = match &adjoint.conditional {
        None => (&adjoint.joint, Vec::new()),
        Some(conditional) => {
            assert!(!is_fused(&adjoint.joint), "{}", adjoint.joint);
            let questions = conditional
                .assumptions
                .iter()
                .map(|assumed| assumed.question().to_string().replace(' ', ""));
            (&conditional.function, questions.collect())
        }
    };
    assert!(is_fused(joint), "{joint}");
    assert_eq!(found, assumed);
    let without = derived(body, false);
    assert!(without.conditional.is_none() && !is_fused(&without.joint), "{}", without.joint);
}

#[track_caller]
fn fused(body: &str) {
    fused_if(body, &[]);
}

#[track_caller]
fn separate(body: &str) {
    let adjoint = derived(body, true);
    assert!(adjoint.conditional.is_none() && !is_fused(&adjoint.joint), "{}", adjoint.joint);
}

/// `y` of length `d`, and a loop over points with this body, which adds to `s`.
fn over_points(body: &str) -> String {
    format!("let mut s = 0.0; let mut y = vec![0.0; d]; for point in 0..n {{ {body} }} s")
}

const WRITE: &str = "for i in 0..d { y[i] = x[point * d + i].sin(); }";
const READ: &str = "for i in 1..d { s += y[i] * y[i - 1]; }";

#[test]
fn overwritten_by_a_loop() {
    fused(&over_points(&format!("{WRITE} {READ}")));
    fused(&over_points(&format!("for i in 0..y.len() {{ y[i] = x[i]; }} {READ}")));
    fused(&over_points(&format!("for i in (0..d).rev() {{ y[i] = x[i]; y[i] *= y[i]; }} {READ}")));
    fused(&over_points(&format!(
        "for (y, x) in y.iter_mut().zip(&x[point * d..(point + 1) * d]) {{ *y = x.sin(); }} {READ}"
    )));
    fused(&over_points(&format!(
        "let m = d + 2; let k = m - 2; for i in 0..k {{ y[i] = x[i]; }} {READ}"
    )));
    fused(&over_points(&format!("if point > 3 {{ {WRITE} {READ} }}")));
    fused(&over_points(&format!("for k in 0..n {{ {WRITE} {READ} }}")));
    fused(&over_points(&format!("y.fill(x[point]); y[1] *= x[0]; {READ}")));
    let array = "let mut s = 0.0; let mut y = [0.0; 3]; for point in 0..n { for i in 0..3 { y[i] = x[point] * x[i]; } s += y[0] * y[1]; } s";
    fused(array);
    fused(&array.replace("0..3 {", "0..y.len() {"));
}

#[test]
fn not_where_something_is_left_of_the_last_iteration() {
    let short = WRITE.replace("0..d", "0..d - 1");
    separate(&over_points(&format!("{short} {READ}")));
    separate(&over_points(&format!("{} {READ}", WRITE.replace("0..d", "1..d"))));
    separate(&over_points(&format!("{} {READ}", WRITE.replace("0..d", "0..x.len()"))));
    separate(&over_points(&format!("{} {READ}", WRITE.replace("0..d", "(0..d).step_by(2)"))));
    separate(&over_points(&format!("{READ} {WRITE}")));
    separate(&over_points(&format!("{WRITE} {READ}").replace("y[i] =", "y[i] +=")));
    separate(&over_points(&format!(
        "for i in 0..d {{ y[i] = x[i]; if i > 0 {{ y[i] *= y[i - 1]; }} }} {READ}"
    )));
    separate(&over_points(&format!("for i in 0..d {{ if x[i] > 0.0 {{ y[i] = x[i]; }} }} {READ}")));
    separate(&over_points(&format!(
        "for i in 0..d {{ if x[i] > 0.0 {{ break; }} y[i] = x[i]; }} {READ}"
    )));
    separate(&over_points(&format!("if point > 3 {{ {WRITE} }} {READ}")));
    separate(&over_points(&format!("for k in 0..point {{ {WRITE} }} {READ}")));
    separate(&over_points(&format!(
        "let m = (point + 1) % d; for i in 0..m {{ y[i] = x[i]; }} {READ}"
    )));
}

#[test]
fn not_where_the_buffer_is_of_use_elsewhere() {
    separate(&over_points(&format!("{WRITE} {READ}")).replace("} s", "} s * y[0]"));
    separate(&over_points(&format!("{WRITE} {READ}")).replace("} s", "} s += y[0]; s"));
    let carried = over_points(&format!("{WRITE} {READ}"));
    let outside = carried.replace("let mut y = vec![0.0; d];", "");
    let outside = outside
        .replace("let mut s = 0.0;", "let mut s = 0.0; let mut y = vec![0.0; d]; if n > 1 {");
    separate(&outside.replace("} s", "} } s"));
}

#[test]
fn not_where_its_length_changes() {
    separate(&over_points(&format!("{WRITE} {READ} y.push(1.0);")));
    separate(&over_points(&format!("{WRITE} {READ}")).replace("for point", "y.pop(); for point"));
    separate(
        &over_points(&format!("{WRITE} {READ} g(&mut y, s);"))
            .replace("g(&mut y, s)", "y = x.to_vec()"),
    );
}

#[test]
fn where_a_callee_overwrites_it() {
    let call = |args: &str| over_points(&format!("g({args}); {READ}"));
    fused_if(&call("&x[point..point + d], &mut y"), &["g::__overwrites(1,3)"]);
    fused_if(&call("&x[point * d..][..d], &mut y"), &["g::__overwrites(1,3)"]);
    fused_if(&call("&x[point..point + d + 1], &mut y"), &["g::__overwrites(1,2)"]);
    fused_if(&call("x, &mut y"), &["g::__overwrites(1,2)"]);
    fused_if(&call("&mut y, x").replace("g(", "m::g::<3>("), &["m::g::__overwrites(0,1)"]);
    // The second call may take the vector itself, and change its length.
    fused_if(&over_points(&format!("{WRITE} g(&mut y, x); {READ}")), &["g::__overwrites(0,1)"]);
    separate(&call("&mut y[1..], x"));
}

#[test]
fn what_a_function_overwrites() {
    let conditions =
        |source: &str| Overwrites::of(&normalize(&lowered(source))).conditions().to_vec();
    let of = |body: &str| {
        conditions(&format!("fn g(x: &[f64], k: usize, y: &mut [f64]) {{ {body} }}"))[2]
    };
    assert_eq!(of("for i in 0..y.len() { y[i] = x[0]; }"), Some(0));
    assert_eq!(of("for i in 0..x.len() { y[i] = x[i]; y[i] *= 2.0; }"), Some(1));
    assert_eq!(of("let n = x.len(); for i in 0..n { y[i] = x[i]; } y[0] = y[1];"), Some(1));
    assert_eq!(of("for (y, x) in y.iter_mut().zip(x) { *y = 2.0 * x; }"), Some(1));
    assert_eq!(of("y.fill(x[0]);"), Some(0));
    assert_eq!(of("y.copy_from_slice(x);"), Some(0));
    assert_eq!(
        of("if k > 1 { y.fill(1.0); } else { for i in 0..x.len() { y[i] = x[i]; } }"),
        Some(1)
    );
    assert_eq!(of("for i in 0..k { y[i] = x[i]; }"), None);
    assert_eq!(of("if k > 1 { y.fill(1.0); }"), None);
    assert_eq!(of("for j in 0..k { y.fill(1.0); }"), None);
    assert_eq!(of("for i in 0..x.len() - 1 { y[i] = x[i]; }"), None);
    assert_eq!(of("y[0] = y[1]; y.fill(1.0);"), None);
    assert_eq!(of("if y[0] > 1.0 { y.fill(1.0); } else { y.fill(2.0); }"), None);
    assert_eq!(of("for i in 0..y.len() { y[i] += x[i]; }"), None);
    assert_eq!(conditions("fn g(x: &[f64], y: &mut Vec<f64>) { y.fill(x[0]); }")[1], None);
}

#[test]
fn of_several_loops() {
    // The later loop has what it needs in front of it, which the earlier one shares.
    let two = "let mut s = 0.0; let mut t = 0.0;
        for point in 0..n { s += (x[point] * x[0]).sin(); }
        for i in 0..n { t += (x[i] * x[1]).cos(); }
        s * 2.0 - t * 2.0";
    assert!(is_fused(&derived(two, true).joint));
    // The cotangent of the earlier sum is made by the later loop.
    for end in ["t += s * x[i]; } t", "t += x[i]; } s * t"] {
        let dependent = format!(
            "let mut s = 0.0; let mut t = 0.0; for point in 0..n {{ s += x[point].sin(); }}
             for i in 0..n {{ {end}"
        );
        let joint = derived(&dependent, true).joint;
        assert!(!is_fused(&joint), "{joint}");
    }
}
