//! The hand-written derivatives that `benches/derivatives.rs` measures against are those of the same
//! functions: both agree with the generated ones.

#[path = "../benches/common/by_hand.rs"]
mod by_hand;
#[path = "../examples/mnist/data.rs"]
#[allow(dead_code)] // the network needs its sizes only
mod data;
#[path = "../benches/common/mnist_by_hand.rs"]
mod mnist_by_hand;
#[path = "../examples/mnist/network.rs"]
#[allow(dead_code)] // the example also classifies
mod network;
#[path = "../benches/common/problems.rs"]
mod problems;

/// `n` numbers between -1 and 1.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..n).map(|_| 2.0 * random.f64() - 1.0).collect()
}

/// Asserts that all numbers agree, relative to the largest of them.
#[track_caller]
fn assert_close(generated: &[f64], by_hand: &[f64]) {
    assert_eq!(generated.len(), by_hand.len());
    let largest = by_hand.iter().fold(f64::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
    for (a, b) in generated.iter().zip(by_hand) {
        assert!((a - b).abs() <= 1e-13 * largest, "{a} and {b}");
    }
}

#[test]
fn rosenbrock() {
    let (x, x_dot) = (numbers(1000, 1), numbers(1000, 2));
    let (mut generated, mut expected) = (vec![0.0; 1000], vec![0.0; 1000]);
    let value = problems::rosenbrock::adjoint(&x, 0.7, &mut generated);
    assert_eq!(value, by_hand::rosenbrock_adjoint(&x, 0.7, &mut expected));
    assert_close(&generated, &expected);
    let (value, dot) = problems::rosenbrock::jvp(&x, &x_dot);
    let (expected_value, expected_dot) = by_hand::rosenbrock_jvp(&x, &x_dot);
    assert_eq!(value, expected_value);
    assert_close(&[dot], &[expected_dot]);
}

#[test]
fn dot() {
    let (x, y, x_dot, y_dot) = (numbers(99, 1), numbers(99, 2), numbers(99, 3), numbers(99, 4));
    let mut generated = [vec![0.0; 99], vec![0.0; 99]];
    let mut expected = generated.clone();
    let [x_bar, y_bar] = &mut generated;
    let value = problems::dot::adjoint(&x, &y, 0.7, x_bar, y_bar);
    let [x_bar, y_bar] = &mut expected;
    assert_eq!(value, by_hand::dot_adjoint(&x, &y, 0.7, x_bar, y_bar));
    assert_close(&generated.concat(), &expected.concat());
    let (value, dot) = problems::dot::jvp(&x, &y, &x_dot, &y_dot);
    let (expected_value, expected_dot) = by_hand::dot_jvp(&x, &y, &x_dot, &y_dot);
    assert_eq!(value, expected_value);
    assert_close(&[dot], &[expected_dot]);
}

#[test]
fn axpy() {
    let (x, y, x_dot, y_dot) = (numbers(99, 1), numbers(99, 2), numbers(99, 3), numbers(99, 4));
    let (mut generated, mut expected) = (y.clone(), y.clone());
    let (mut a_bars, mut x_bars) = ([0.0; 2], [vec![0.0; 99], vec![0.0; 99]]);
    let mut y_bars = [y_dot.clone(), y_dot.clone()];
    let [generated_bar, expected_bar] = &mut a_bars;
    let ([x_bar, expected_x_bar], [y_bar, expected_y_bar]) = (&mut x_bars, &mut y_bars);
    problems::axpy::adjoint(0.3, &x, &mut generated, generated_bar, x_bar, y_bar);
    by_hand::axpy_adjoint(0.3, &x, &mut expected, expected_bar, expected_x_bar, expected_y_bar);
    assert_eq!(generated, expected);
    assert_close(&a_bars[..1], &a_bars[1..]);
    assert_close(&x_bars[0], &x_bars[1]);
    assert_close(&y_bars[0], &y_bars[1]);

    let (mut generated, mut expected) = (y.clone(), y);
    let (mut generated_dot, mut expected_dot) = (y_dot.clone(), y_dot);
    problems::axpy::jvp(0.3, &x, &mut generated, 0.9, &x_dot, &mut generated_dot);
    by_hand::axpy_jvp(0.3, &x, &mut expected, 0.9, &x_dot, &mut expected_dot);
    assert_eq!(generated, expected);
    assert_close(&generated_dot, &expected_dot);
}

#[test]
fn log_sum_exp() {
    let (x, x_dot) = (numbers(99, 1), numbers(99, 2));
    let (mut generated, mut expected) = (vec![0.0; 99], vec![0.0; 99]);
    let value = problems::log_sum_exp::adjoint(&x, 0.7, &mut generated);
    assert_eq!(value, by_hand::log_sum_exp_adjoint(&x, 0.7, &mut expected, &mut Vec::new()));
    assert_close(&generated, &expected);
    let (value, dot) = problems::log_sum_exp::jvp(&x, &x_dot);
    let (expected_value, expected_dot) = by_hand::log_sum_exp_jvp(&x, &x_dot);
    assert_eq!(value, expected_value);
    assert_close(&[dot], &[expected_dot]);
}

#[test]
fn rotate() {
    let (angles, v, seed) = ([0.3, -0.8, 1.9], [1.0, -2.0, 0.5], [0.4, 1.1, -0.6]);
    let (mut angles_bars, mut v_bars) = ([[0.1; 3]; 2], [[0.2; 3]; 2]);
    let ([angles_bar, expected_bar], [v_bar, expected_v_bar]) = (&mut angles_bars, &mut v_bars);
    let turned = problems::rotate::adjoint(&angles, &v, seed, angles_bar, v_bar);
    let expected = by_hand::rotate_adjoint(&angles, &v, seed, expected_bar, expected_v_bar);
    assert_close(&turned, &expected);
    assert_close(&angles_bars[0], &angles_bars[1]);
    assert_close(&v_bars[0], &v_bars[1]);
    let (turned, dot) = problems::rotate::jvp(&angles, &v, &seed, &angles);
    let (expected, expected_dot) = by_hand::rotate_jvp(&angles, &v, &seed, &angles);
    assert_close(&turned, &expected);
    assert_close(&dot, &expected_dot);
}

#[test]
fn runge_kutta() {
    let (mut generated, mut expected, mut states) = ([0.0; 3], [0.0; 3], Vec::new());
    let [x, v, damping] = &mut generated;
    let value = problems::runge_kutta::adjoint(1.0, 0.2, 0.8, 0.01, 300, 0.7, x, v, damping);
    let [x, v, damping] = &mut expected;
    let expected_value =
        by_hand::runge_kutta_adjoint(1.0, 0.2, 0.8, 0.01, 300, 0.7, x, v, damping, &mut states);
    assert_close(&[value], &[expected_value]);
    assert_close(&generated, &expected);
    let (value, dot) = problems::runge_kutta::jvp(1.0, 0.2, 0.8, 0.01, 300, 0.3, -0.4, 1.1);
    let (expected_value, expected_dot) =
        by_hand::runge_kutta_jvp(1.0, 0.2, 0.8, 0.01, 300, 0.3, -0.4, 1.1);
    assert_close(&[value, dot], &[expected_value, expected_dot]);
}

#[test]
fn mnist_loss() {
    let mut random = fastrand::Rng::with_seed(1);
    let parameters = network::initial_parameters(&mut random);
    let images: Vec<f32> = (0..4 * data::PIXELS).map(|_| random.f32()).collect();
    let labels = [3, 0, 9, 3];
    let (mut generated, mut expected) =
        (vec![0.0; network::PARAMETERS], vec![0.0; network::PARAMETERS]);
    let loss = network::batch_loss::adjoint(&parameters, &images, &labels, 0.7, &mut generated);
    let by_hand =
        mnist_by_hand::batch_loss_adjoint(&parameters, &images, &labels, 0.7, &mut expected);
    assert!((loss - by_hand).abs() <= 1e-6 * by_hand);
    let largest = expected.iter().fold(0.0f32, |largest, slope| largest.max(slope.abs()));
    for (a, b) in generated.iter().zip(&expected) {
        assert!((a - b).abs() <= 1e-6 * largest, "{a} and {b}");
    }
    let (value, slope) = network::batch_loss::jvp(&parameters, &images, &labels, &generated);
    let along = mnist_by_hand::batch_loss_jvp(&parameters, &images, &labels, &generated);
    assert_eq!(value, loss);
    assert!((slope - along.1).abs() <= 1e-5 * slope.abs(), "{slope} and {}", along.1);
}
