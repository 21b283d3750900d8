//! The checks that users run on their derivatives: right ones pass, wrong ones are found and named.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{
    Differentiable, Finding, Real, assert_gradients, check_gradient, differentiable, differentiate,
};

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
    #[constant]
    name: String,
}

#[differentiable]
impl Spring {
    fn energy(&self, length: f64) -> f64 {
        assert!(!self.name.is_empty());
        0.5 * self.stiffness * (length - self.rest).powi(2)
    }
}

#[differentiable]
fn filter(x: &[f64], state: &mut [f64; 2], gain: f32) -> (f64, f64) {
    for v in x {
        state[0] = 0.5 * state[0] + v.sin();
        state[1] += state[0] * state[0] * f64::from(gain);
    }
    (state[0] * state[1], x[0].exp())
}

#[differentiable]
fn ratio<T: Real>(x: T, y: &[T]) -> T {
    x.ln() / (y[0] * y[0] + y[1])
}

fn slope(x: f64, y: f64, x_dot: f64, y_dot: f64) -> (f64, f64) {
    (x * y * y, x_dot * y * y + 2.0 * x * y * y_dot)
}

fn wrong_pullback(x: f64, y: f64) -> (f64, impl Fn(f64) -> (f64, f64)) {
    (x * y * y, move |seed| (seed * y * y, seed * x * y))
}

#[differentiable(jvp = slope, vjp = wrong_pullback)]
fn wrong_in_reverse(x: f64, y: f64) -> f64 {
    x * y * y
}

#[differentiable(partials(x = y * y, y = 3.0 * x * y))]
fn wrong_in_both(x: f64, y: f64) -> f64 {
    x * y * y
}

#[differentiable]
fn hypotenuse(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v * v;
    }
    sum.sqrt()
}

#[test]
fn right_derivatives_pass() {
    assert_gradients!(hypotenuse(&[3.0, -4.0, 1e-4, 1e6]));
    assert_gradients!(filter(&[0.3, 1.5], &mut [0.25, 2.0], 0.75));
    assert_gradients!(ratio(1e-3_f64, &[0.5, 2.0]));
    assert_gradients!(ratio(7.0_f32, &[0.5, 2.0]));
    let spring = Spring { stiffness: 3.0, rest: 0.5, name: "left".into() };
    assert_gradients!(spring.energy_check_gradients(1.25));
    let w = [2.0, 3.0];
    let closure = differentiate!(|x: &[f64]| -> f64 { hypotenuse(x) * w[0] + x[1] * w[1] });
    assert_gradients!(closure.check_gradients(&[1.0, 2.0]));
}

#[test]
fn a_wrong_mode_is_named() {
    let report = wrong_in_reverse::check_gradients(2.0, 3.0);
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.argument, failure.component, failure.result), ("y", 0, 0));
    assert_eq!((failure.forward, failure.reverse), (Some(12.0), Some(6.0)));
    assert_eq!(report.finding(failure), Finding::ModesDisagree);
    let text = report.to_string();
    assert!(text.starts_with("1 of 2 derivatives disagree (tolerance 1e-6):\n"), "{text}");
    assert!(text.contains("d result[0] / d y[0]: forward 1.200000000e1, reverse"), "{text}");
    assert!(text.contains("the modes disagree"), "{text}");
}

#[test]
fn wrong_modes_that_agree_are_found_by_differences() {
    let report = wrong_in_both::check_gradients(2.0, 3.0);
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.argument, report.failures().count()), ("y", 1));
    assert_eq!(report.finding(failure), Finding::DifferencesDisagree);
    assert!((failure.differences - 12.0).abs() < 1e-8);
}

#[test]
fn errors_of_a_millionth_are_found_and_ten_millionths_of_tolerance_are_not() {
    let at = [0.7, -1.3, 2.1];
    let value = |x: &[f64]| (x[0] * x[1]).sin() + x[2].exp() * x[0];
    let gradient = |factor: f64| {
        move |x: &[f64]| {
            let cosine = (x[0] * x[1]).cos();
            vec![cosine * x[1] + x[2].exp(), cosine * x[0] * factor, x[2].exp() * x[0]]
        }
    };
    assert!(check_gradient(value, gradient(1.0), &at).with_tolerance(1e-9).is_ok());
    let report = check_gradient(value, gradient(1.0 + 3e-6), &at);
    assert_eq!(report.failures().map(|entry| entry.component).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_step_near_a_pole_shrinks() {
    let report = check_gradient(|x| x[0].sqrt(), |x| vec![0.5 / x[0].sqrt()], &[1e-4]);
    assert_gradients!(report);
}

#[test]
fn differences_across_a_jump_do_not_settle() {
    let jump = |x: &[f64]| if x[0] >= 1.0 { 5.0 } else { x[0] };
    let report = check_gradient(jump, |_| vec![0.0], &[1.0]);
    assert_eq!(report.finding(&report.entries()[0]), Finding::Unsettled);
}

#[test]
#[should_panic(expected = "1 of 2 derivatives disagree")]
fn the_assertion_panics_with_the_report() {
    assert_gradients!(wrong_in_both(2.0, 3.0));
}

/// First derivatives are right, second ones are cut.
#[differentiable(order = 2, partials(x = chainrule::detach(3.0 * x * x)))]
fn cut(x: f64) -> f64 {
    x * x * x
}

#[differentiable(order = 2)]
fn of_second_order(x: &[f64], y: f64, n: usize) -> f64 {
    let mut sum = y;
    for i in 0..n {
        sum = (sum * x[i]).sin() + x[i] * y;
    }
    sum
}

#[differentiable(order = 2)]
fn wrong_in_second(x: f64, y: f64) -> f64 {
    cut(x) * y
}

#[differentiable(order = 2)]
impl Spring {
    fn work(&self, length: f64) -> f64 {
        self.stiffness * (length - self.rest).powi(3)
    }
}

#[test]
fn second_derivatives_where_they_are() {
    let report = of_second_order::check_gradients(&[0.5, -1.2, 0.8], 0.7, 3);
    assert!(report.is_ok(), "{report}");
    assert_eq!(report.entries().len(), 4 + 16);
    assert_eq!(report.entries().iter().filter(|entry| entry.first.is_some()).count(), 16);
    let spring = Spring { stiffness: 2.0, rest: 1.0, name: "work".into() };
    let report = spring.work_check_gradients(3.0);
    assert!(report.is_ok(), "{report}");
    assert_eq!(report.entries().len(), 3 + 9);
    let report = wrong_in_second::check_gradients(2.0, 3.0);
    let failures: Vec<_> = report.failures().collect();
    let [failure] = failures.as_slice() else { panic!("{report}") };
    assert_eq!((failure.argument, failure.component, failure.first), ("x", 0, Some(("x", 0))));
    assert_eq!((failure.forward, failure.reverse), (Some(0.0), Some(0.0)));
    assert!((failure.differences - 36.0).abs() < 1e-6);
    assert_eq!(report.finding(failure), Finding::DifferencesDisagree);
    let text = report.to_string();
    assert!(text.contains("d² result[0] / d x[0] d x[0]: forward 0.0"), "{text}");
}

/// By Simpson's rule, an integral whose derivatives are small beside its value.
#[differentiable]
fn integral<T: num_traits::Float>(a: T, b: T, frequency: T, n: usize) -> T {
    let h = (b - a) / T::from(n).unwrap();
    let f = |x: T| (frequency * x).sin() / (T::one() + x * x);
    let mut sum = f(a) + f(b);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum = sum + T::from(weight).unwrap() * f(a + h * T::from(i).unwrap());
    }
    sum * h / T::from(3.0).unwrap()
}

/// Two differences of rounded values may agree by chance, and both be wrong.
#[test]
fn rounding_is_not_taken_for_a_wrong_derivative() {
    for point in 0..400 {
        let (a, b) = (point as f32 / 400.0, 1.3);
        let report = integral::check_gradients(a, b, 2.0, 10);
        assert!(report.is_ok(), "a = {a}: {report}");
        let report = ratio::check_gradients(a + 0.1, &[b, a + 0.5]);
        assert!(report.is_ok(), "a = {a}: {report}");
        let report = integral::check_gradients(f64::from(a), f64::from(b), 2.0, 10);
        assert!(report.is_ok(), "a = {a}: {report}");
    }
}

/// Linear, which the second derivatives show to rounding only.
#[differentiable(order = 2)]
fn in_polar_coordinates(x: f64, y: f64) -> f64 {
    let (radius, angle) = (x.hypot(y), y.atan2(x));
    radius * (angle.sin() + 2.0 * angle.cos())
}

#[test]
fn second_derivatives_that_cancel_out_pass() {
    for point in 1..100 {
        let report = in_polar_coordinates::check_gradients(f64::from(point) / 30.0, 0.7);
        assert!(report.is_ok(), "{report}");
    }
}

/// As many entries as for a function: the Jacobian's, and the Hessian's where its order is asked for or
/// nothing is called.
#[test]
fn closures_of_second_order() {
    let k = 1.5;
    let count = |report: chainrule::Report| {
        assert!(report.is_ok(), "{report}");
        report.to_string()
    };
    let f = differentiate!(|x: f64, v: &[f64]| -> f64 { x * x * k * v[0] + v[1].sin() });
    assert!(count(f.check_gradients(0.3, &[1.0, 0.4])).starts_with("12 derivatives agree"));
    let asked = differentiate!(order = 2, |x: f64| -> f64 { in_polar_coordinates(x, k) * x });
    assert!(count(asked.check_gradients(0.3)).starts_with("2 derivatives agree"));
    // What it calls is of first order: so is the check.
    let first = differentiate!(|x: f64| -> f64 { first_order(x) * k });
    assert!(count(first.check_gradients(0.3)).starts_with("1 derivatives agree"));
    let several = differentiate!(|x: f64| -> (f64, f64) { (x * x, x.sin()) });
    assert!(count(several.check_gradients(0.3)).starts_with("2 derivatives agree"));
}

#[differentiable]
fn first_order(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn one_sided(x: f64) -> f64 {
    (1.0 - x).sqrt() + (1.0 + x).ln()
}

/// Steps that lead out of the domain are no reason to complain.
#[test]
fn points_near_the_end_of_the_domain() {
    for distance in [1e-2, 1e-4, 1e-6, 1e-8] {
        let report = one_sided::check_gradients(1.0 - distance);
        assert!(report.is_ok(), "{report}");
        let report = one_sided::check_gradients(distance - 1.0);
        assert!(report.is_ok(), "{report}");
    }
}
