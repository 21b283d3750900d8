//! The passes over derived code, one by one: what each makes of a function, what it must leave alone,
//! and that it changes nothing where it is switched off.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::{Function, verify};
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{
    Callees, Loops, Passes, adjoint, adjoint_with, normalize, optimize, tangent,
};

const GATHER: Passes = Passes { gather: true, ..Passes::NONE };
const LIKE_TERMS: Passes =
    Passes { simplify: true, gather: true, like_terms: true, ..Passes::NONE };
const FACTORS: Passes = Passes { simplify: true, factors: true, ..Passes::NONE };
const REGISTERS: Passes = Passes { registers: true, ..Passes::NONE };
const STANDING: Passes = Passes { simplify: true, standing: true, ..Passes::NONE };

fn primal(source: &str) -> Function {
    let item: syn::ItemFn = syn::parse_str(source).expect("a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    normalize(&lowered.expect("in the language").function)
}

fn optimized(mut function: Function, passes: Passes) -> String {
    optimize(&mut function, passes);
    verify::verify(&function).unwrap_or_else(|error| panic!("{error}\n{function}"));
    function.to_string()
}

fn joint(source: &str, passes: Passes) -> String {
    optimized(adjoint(&primal(source), Callees::KNOWN).joint, passes)
}

fn dot(source: &str, passes: Passes) -> String {
    optimized(tangent(&primal(source)), passes)
}

/// How many lines of a function's body have this text.
fn count(text: &str, part: &str) -> usize {
    let body = text.lines().skip_while(|line| !line.starts_with(") ->"));
    body.filter(|line| line.contains(part)).count()
}

#[track_caller]
fn has(text: &str, line: &str) {
    assert!(text.lines().any(|it| it.trim() == line), "no `{line}` in\n{text}");
}

#[test]
fn shares_of_one_bar_are_gathered() {
    let product = "fn f(x: &[f64], i: usize) -> f64 { x[i] * x[i].sin() }";
    assert_eq!(count(&joint(product, Passes::NONE), "x_now_bar +="), 1);
    let gathered = joint(product, GATHER);
    assert_eq!(count(&gathered, "x_now_bar +="), 0);
    has(&gathered, "let mut x_now_bar: f64 = t_2_bar * t + t_bar * x_now.cos();");
}

#[test]
fn a_share_stays_in_front_of_what_writes_the_bar() {
    // Between the two, the bar is cleared where `y[0]` is overwritten.
    let source = "fn f(x: f64, y: &mut [f64]) { y[1] = x * y[0]; y[0] = 2.0; y[2] = x * y[0]; }";
    assert_eq!(count(&joint(source, GATHER), "y_bar[0] +="), 2);
}

#[test]
fn like_terms_are_added_up() {
    has(&joint("fn f(a: f64) -> f64 { a * a }", LIKE_TERMS), "a_bar += 2.0 * seed * a;");
    has(&dot("fn f(a: f64) -> f64 { a * a }", LIKE_TERMS), "(a * a, 2.0 * a_dot * a)");
}

#[test]
fn a_name_stands_for_its_product() {
    let text = joint("fn f(a: f64, c: f64) -> f64 { a * (c * a) }", LIKE_TERMS);
    has(&text, "let t: f64 = c * a;");
    has(&text, "a_bar += 2.0 * seed * t;");
}

#[test]
fn what_a_recurrence_waits_for_becomes_one_factor() {
    let source = "fn f(mut s: f64, a: f64, b: f64, n: usize) -> f64 {
        for _ in 0..n { s = s * a + b * s; }
        s
    }";
    let text = joint(source, LIKE_TERMS);
    has(&text, "s_bar_2 = s_bar_2 * (b + a);");
}

#[test]
fn selections_of_opposite_branches_become_one() {
    has(
        &dot("fn f(a: f64, b: f64) -> f64 { a.max(b) }", LIKE_TERMS),
        "(a.max(b), if a >= b || b.is_nan() { a_dot } else { b_dot })",
    );
}

#[test]
fn values_of_the_function_itself_stay_as_they_are() {
    let text = joint("fn f(a: f64, b: f64) -> f64 { a * b + a * b }", LIKE_TERMS);
    has(&text, "(a * b + a * b)");
}

#[test]
fn a_cotangent_is_multiplied_last() {
    let text = joint("fn f(a: f64, b: f64) -> f64 { a * 3.0 * b * 2.0 }", FACTORS);
    has(&text, "a_bar += seed * (2.0 * b * 3.0);");
}

#[test]
fn a_product_of_which_two_are_made_goes_into_both() {
    let text = joint("fn f(a: f64, b: f64, c: f64) -> f64 { a * b * c }", FACTORS);
    has(&text, "a_bar += seed * (c * b);");
    has(&text, "b_bar += seed * (c * a);");
    has(&text, "c_bar += seed * t;");
}

#[test]
fn a_product_that_is_wanted_itself_stays() {
    let text = joint("fn f(a: f64, b: f64, c: f64) -> f64 { (a * b + c) * c }", FACTORS);
    has(&text, "a_bar += t_bar * b;");
}

#[test]
fn a_constant_stays_with_a_seed_that_a_loop_does_not_change() {
    let source = "fn f(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() { s += x[i] * x[i]; }
        s
    }";
    let text = joint(source, Passes::ALL);
    assert_eq!(count(&text, "+= 2.0 * seed * x_now;"), 1, "{text}");
}

#[test]
fn values_of_iterations_that_depend_on_each_other_lie_together() {
    let source = "fn f(x: f64, n: usize) -> f64 {
        let mut s = x;
        for _ in 0..n { s = s.sin() * x.exp() + (s * x).cos(); }
        s
    }";
    assert!(joint(source, Passes::ALL).contains("values_each"));
}

#[test]
fn a_fused_loop_keeps_the_records_of_its_inner_loops_in_arrays_declared_once() {
    let source = "fn f(x: &[f64], t: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..t.len() {
            let mut miss = 0.0;
            let mut power = 1.0;
            for j in 0..x.len() { miss += x[j] * power; power *= t[i]; }
            s += miss * miss;
        }
        s
    }";
    let text = joint(source, Passes::ALL);
    let array = text.find("power_now_each: Vec<f64> =").expect("an array for the powers");
    assert!(array < text.find("for ").expect("the loop"), "{text}");
    assert_eq!(count(&text, "push("), 0, "{text}");
    // How long the array has to be each iteration tells; the first length may be out of bounds.
    let text = joint(&source.replace("0..x.len()", "0..i"), Passes::ALL);
    assert!(text.find("for ") < text.find("power_now_each: Vec<f64> ="), "{text}");
}

#[test]
fn of_a_loop_that_selects_only_the_place_is_kept() {
    let source = "fn f(x: &[f64], rows: &[Vec<f64>]) -> f64 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for i in 0..rows.len() {
            let mut least = x[i];
            for j in 0..rows[i].len() { least = rows[i][j].min(least); }
            sum += least * least;
        }
        sum * largest
    }";
    let function = primal(source);
    let text = adjoint(&function, Callees::KNOWN).joint.to_string();
    assert_eq!(count(&text, "if found"), 2, "{text}");
    assert_eq!(count(&text, "now_each"), 0, "{text}");
    let general = adjoint_with(&function, Loops { select: false, ..Loops::ALL }, Callees::KNOWN);
    assert_eq!(count(&general.joint.to_string(), "found"), 0);
}

#[test]
fn a_loop_that_does_more_than_select_is_reversed_step_by_step() {
    for body in [
        // Where the element is depends on what was selected before.
        "s = s.max(x[s as usize]);",
        // The value is looked at.
        "t += s; s = s.max(x[i]);",
        // What is selected from is computed.
        "s = s.max(x[i] * t);",
        "s = s.max(s * s);",
    ] {
        let source = format!(
            "fn f(x: &[f64]) -> f64 {{
                let mut s = x[0];
                let mut t = 0.0;
                for i in 0..x.len() {{ {body} }}
                s + t
            }}"
        );
        let text = adjoint(&primal(&source), Callees::KNOWN).joint.to_string();
        assert_eq!(count(&text, "found"), 0, "{text}");
    }
}

#[test]
fn loops_sum_up_in_a_register() {
    let source = "fn f(a: f64, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() { s += a * x[i]; }
        s
    }";
    let text = joint(source, REGISTERS);
    has(&text, "let mut a_bar_sum: f64 = zero::<f64>();");
    has(&text, "a_bar += a_bar_sum;");
    assert_eq!(count(&text, "a_bar +="), 1, "{text}");
    // Without a loop there is nothing to wait for.
    assert_eq!(count(&joint("fn f(a: f64) -> f64 { a * a }", REGISTERS), "sum"), 0);
}

#[test]
fn a_callee_may_add_to_a_register() {
    let text = joint("fn f(a: f64, n: usize) { for _ in 0..n { g(a); } }", REGISTERS);
    assert_eq!(count(&text, "active(&mut a_bar_sum)"), 1, "{text}");
}

#[test]
fn a_bar_that_is_replaced_is_not_summed_up_elsewhere() {
    // `g` takes the cotangent of what it left in `a`, and leaves that of what it found there.
    for source in [
        "fn f(a: &mut f64, n: usize) { for _ in 0..n { g(a); } }",
        "fn f(mut a: f64, n: usize) -> f64 { for _ in 0..n { g(&mut a); } a }",
    ] {
        assert_eq!(count(&joint(source, REGISTERS), "sum"), 0);
    }
}

#[test]
fn shares_of_one_element_are_summed_up_in_a_register() {
    let column = "fn f(x: &[f64], a: &[f64], y: &mut [f64], n: usize, j: usize) {
        for i in 0..n { y[i] += a[i] * x[j]; }
    }";
    let text = joint(column, STANDING);
    has(&text, "let mut x_bar_sum: f64 = zero::<f64>();");
    has(&text, "x_bar[j] += x_bar_sum;");
    assert_eq!(count(&text, "x_bar[j] +="), 1, "{text}");
    has(&text, "if 0 < n {");
    // A field is one, too.
    let field = "fn f(p: (f64, f64), a: &[f64], y: &mut [f64], n: usize) {
        for i in 0..n { y[i] += a[i] * p.0; }
    }";
    has(&joint(field, STANDING), "p_bar.0 += p_bar_sum;");
    // Others of the same variable get theirs meanwhile.
    let pairs = "fn f(x: &[f64], y: &mut [f64], n: usize, j: usize) {
        for i in 0..n { y[i] += x[j] * x[i] * x[0]; }
    }";
    let text = joint(pairs, STANDING);
    has(&text, "x_bar[j] += x_bar_sum;");
    has(&text, "x_bar[0] += x_bar_sum_2;");
    assert_eq!(count(&text, "x_bar[i] +="), 1, "{text}");
    // Those of parts, each with one sum.
    let parts = "fn f(x: &[f64], y: &mut [f64], n: usize) {
        let tail = &x[n..];
        for i in 0..n { y[i] += tail[0] * x[i] + tail[0]; }
    }";
    let text = joint(parts, STANDING);
    has(&text, "x_bar[n..][0] += x_bar_sum;");
    assert_eq!(count(&text, "x_bar[n..][0] +="), 1, "{text}");
    assert_eq!(count(&text, "x_bar_sum +="), 2, "{text}");
}

#[test]
fn elements_that_are_not_the_same_all_along_are_left_alone() {
    for body in [
        // Another element in each iteration, or more than additions at the top of the body.
        "for i in 0..n { y[i] += a[i] * x[i]; }",
        "for i in 0..n { y[i] += x[j]; for k in 0..i { y[k] += a[k] * x[k]; } }",
        "for i in 0..n { let k = i / 2; y[i] += a[i] * x[k]; }",
        // Not in each iteration.
        "for i in 0..n { if a[i] > 0.0 { y[i] += a[i] * x[j]; } }",
        // Iterations that rustc writes out.
        "for i in 0..3 { y[i] += a[i] * x[j]; }",
    ] {
        let source =
            format!("fn f(x: &[f64], a: &[f64], y: &mut [f64], n: usize, j: usize) {{ {body} }}");
        assert_eq!(count(&joint(&source, STANDING), "sum"), 0, "{body}");
    }
    // Sums of the function itself, in the order in which it adds.
    let own = "fn f(x: &[f64], y: &mut [f64], n: usize, j: usize) {
        for i in 0..n { y[j] += x[i]; }
    }";
    assert_eq!(count(&joint(own, STANDING), "y[j] += x[i];"), 1);
}

#[test]
fn what_is_switched_off_changes_nothing() {
    let source = primal("fn f(x: &[f64], i: usize) -> f64 { x[i] * x[i].sin() }");
    let function = adjoint(&source, Callees::KNOWN).joint;
    assert_eq!(optimized(function.clone(), Passes::NONE), function.to_string());
}
