//! Values and derivatives on small generated inputs against what is known of them otherwise: closed
//! forms, hand-written derivatives, and central differences.

#[path = "../benches/gradbench/by_hand/mod.rs"]
#[allow(dead_code)] // the matrix assembled of the rows is only measured
mod by_hand;

use chainrule_gradbench::evals::ht::matrix::Matrix4;
use chainrule_gradbench::evals::ht::{self, Hand, Observed};
use chainrule_gradbench::evals::{ba, det, gmm, llsq, lse, lstm, ode};

/// Numbers between −1 and 1.
fn numbers(random: &mut fastrand::Rng, count: usize) -> Vec<f64> {
    (0..count).map(|_| 2.0 * random.f64() - 1.0).collect()
}

/// Asserts that each number is right to `tolerance`, relative to the largest.
fn assert_close(ours: &[f64], reference: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), reference.len(), "{what}: length");
    let largest = reference.iter().fold(0.0, |largest: f64, number| largest.max(number.abs()));
    for (index, (ours, reference)) in ours.iter().zip(reference).enumerate() {
        let error = (ours - reference).abs();
        assert!(error <= tolerance * largest, "{what}[{index}]: {ours}, reference {reference}");
    }
}

/// The gradient of `f` at `x` by central differences.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let mut at = x.to_vec();
    (0..x.len())
        .map(|i| {
            let mut beside = |x: f64| {
                let before = std::mem::replace(&mut at[i], x);
                let value = f(&at);
                at[i] = before;
                value
            };
            (beside(x[i] + STEP) - beside(x[i] - STEP)) / (2.0 * STEP)
        })
        .collect()
}

#[test]
fn log_sum_exp_has_the_softmax() {
    let mut random = fastrand::Rng::with_seed(1);
    for n in [1, 2, 7, 40] {
        let x: Vec<f64> = numbers(&mut random, n).iter().map(|x| 30.0 * x).collect();
        let total: f64 = x.iter().map(|x| x.exp()).sum();
        assert_close(&[lse::log_sum_exp(&x)], &[total.ln()], 1e-13, "value");
        let softmax: Vec<f64> = x.iter().map(|x| x.exp() / total).collect();
        assert_close(&lse::log_sum_exp::grad(&x), &softmax, 1e-12, "gradient");
        let mut bar = vec![0.0; n];
        by_hand::log_sum_exp(&x, &mut bar);
        assert_close(&bar, &softmax, 1e-12, "by hand");
    }
}

#[test]
fn misfit_has_the_normal_equations() {
    let mut random = fastrand::Rng::with_seed(2);
    for (n, m) in [(2_i32, 1), (9, 3), (16, 5), (31, 12)] {
        let x = numbers(&mut random, m);
        let mut gradient = vec![0.0; m];
        let mut value = 0.0;
        for i in 0..n {
            let t = f64::from(2 * i - (n - 1)) / f64::from(n - 1);
            let sign = f64::from((2 * i - (n - 1)).signum());
            let fit: f64 = x.iter().zip(0..).map(|(x, j)| x * t.powi(j)).sum();
            value += 0.5 * (sign - fit).powi(2);
            for (slope, j) in gradient.iter_mut().zip(0..) {
                *slope -= (sign - fit) * t.powi(j);
            }
        }
        assert_close(&[llsq::misfit(&x, n as usize)], &[value], 1e-12, "value");
        assert_close(&llsq::misfit::grad(&x, n as usize), &gradient, 1e-11, "gradient");
        let mut bar = vec![0.0; m];
        by_hand::misfit(&x, n as usize, &mut vec![0.0; m], &mut bar);
        assert_close(&bar, &gradient, 1e-11, "by hand");
    }
}

/// The determinant by elimination.
fn eliminated(mut a: Vec<f64>, ell: usize) -> f64 {
    let mut determinant = 1.0;
    for k in 0..ell {
        let pivot = (k..ell).max_by(|i, j| a[i * ell + k].abs().total_cmp(&a[j * ell + k].abs()));
        let pivot = pivot.unwrap();
        if pivot != k {
            determinant = -determinant;
            (0..ell).for_each(|j| a.swap(k * ell + j, pivot * ell + j));
        }
        determinant *= a[k * ell + k];
        for i in k + 1..ell {
            let factor = a[i * ell + k] / a[k * ell + k];
            (k..ell).for_each(|j| a[i * ell + j] -= factor * a[k * ell + j]);
        }
    }
    determinant
}

#[test]
fn determinant_has_the_cofactors() {
    let mut random = fastrand::Rng::with_seed(3);
    for ell in 1..=6 {
        let a = numbers(&mut random, ell * ell);
        assert_close(&[det::determinant(&a, ell)], &[eliminated(a.clone(), ell)], 1e-12, "value");
        // A determinant is linear in each entry: its derivative is what replacing the row shows.
        let cofactor = |at: usize| {
            let (row, mut changed) = (at / ell, a.clone());
            changed[row * ell..(row + 1) * ell].fill(0.0);
            changed[at] = 1.0;
            eliminated(changed, ell)
        };
        let cofactors: Vec<f64> = (0..ell * ell).map(cofactor).collect();
        assert_close(&det::determinant::grad(&a, ell), &cofactors, 1e-11, "gradient");
        let mut bar = vec![0.0; ell * ell];
        by_hand::determinant(&a, ell, &mut bar);
        assert_close(&bar, &cofactors, 1e-11, "by hand");
    }
}

#[test]
fn runge_kutta_is_linear_in_each_factor() {
    let mut random = fastrand::Rng::with_seed(4);
    for (n, steps) in [(1, 1), (3, 4), (6, 30)] {
        let x = numbers(&mut random, n);
        let y = ode::integrate(&x, steps);
        let mut seed = vec![0.0; n];
        seed[n - 1] = 1.0;
        let mut x_bar = vec![0.0; n];
        let again = ode::integrate::adjoint(&x, steps, seed, &mut x_bar);
        assert_eq!(again, y);
        // The last component is a multiple of the product of all factors.
        let slopes: Vec<f64> = x.iter().map(|x| y[n - 1] / x).collect();
        assert_close(&x_bar, &slopes, 1e-12, "gradient");
        // With enough steps the multiple is that of the exact solution.
        let exact = x.iter().zip(1..).fold(1.0, |y, (x, i)| y * x * 2.0 / f64::from(i));
        let fine = ode::integrate(&x, 1000)[n - 1];
        assert_close(&[fine], &[exact], 1e-9, "value");
        let mut bar = vec![0.0; n];
        let value = by_hand::integrate(&x, steps, &mut Vec::new(), &mut bar);
        assert_close(&[value], &[y[n - 1]], 1e-13, "value by hand");
        assert_close(&bar, &slopes, 1e-12, "by hand");
    }
}

#[test]
fn the_mixture_agrees_with_hand_written_code() {
    let mut random = fastrand::Rng::with_seed(5);
    for (d, k, n, m) in [(1, 1, 1, 0), (2, 3, 7, 2), (5, 4, 20, 1)] {
        let lengths = [k, k * d, k * d, k * (d * (d - 1) / 2)];
        let parts = lengths.map(|len| numbers(&mut random, len));
        let x = numbers(&mut random, n * d);
        let prior = gmm::Wishart { gamma: 0.75, m };
        let [alpha, mu, q, l] = &parts;
        let mut bars = lengths.map(|len| vec![0.0; len]);
        let value = by_hand::log_likelihood(
            parts.each_ref().map(Vec::as_slice),
            &x,
            d,
            &prior,
            bars.each_mut().map(Vec::as_mut_slice),
        );
        let (ours, (alpha_bar, mu_bar, q_bar, l_bar)) =
            gmm::log_likelihood::value_and_grad(alpha, mu, q, l, &x, d, &prior);
        assert_close(&[ours], &[value], 1e-12, "value");
        for (ours, reference) in [alpha_bar, mu_bar, q_bar, l_bar].iter().zip(&bars) {
            assert_close(ours, reference, 1e-10, "gradient");
        }
        let by_means = differences(mu, |mu| gmm::log_likelihood(alpha, mu, q, l, &x, d, &prior));
        assert_close(&bars[1], &by_means, 1e-6, "differences");
        let by_q = differences(q, |q| gmm::log_likelihood(alpha, mu, q, l, &x, d, &prior));
        assert_close(&bars[2], &by_q, 1e-6, "differences");
    }
}

#[test]
fn one_gaussian_has_its_density() {
    // One Gaussian of one dimension with precision e^2q: a sum of normal densities and the prior.
    let (alpha, mean, q) = (0.5_f64, 0.25_f64, -0.5_f64);
    let x = [1.0, -0.5, 0.75];
    let prior = gmm::Wishart { gamma: 1.0, m: 1 };
    let normal =
        |x: f64| q - 0.5 * ((x - mean) * q.exp()).powi(2) - 0.5 * (2.0 * std::f64::consts::PI).ln();
    // For p = 3: −3/2 ln 2 − ln Γ(3/2).
    let constant = -1.5 * 2f64.ln() - (0.5 * std::f64::consts::PI.sqrt()).ln();
    let expected =
        x.iter().copied().map(normal).sum::<f64>() - 0.5 * (2.0 * q).exp() + q + constant;
    let value = gmm::log_likelihood(&[alpha], &[mean], &[q], &[], &x, 1, &prior);
    assert_close(&[value], &[expected], 1e-13, "value");
}

#[test]
fn the_network_agrees_with_hand_written_code() {
    let mut random = fastrand::Rng::with_seed(6);
    for (layers, b, steps) in [(1, 1, 2), (2, 3, 5), (3, 4, 9)] {
        let main = numbers(&mut random, layers * 8 * b);
        let extra = numbers(&mut random, 3 * b);
        let state = numbers(&mut random, layers * 2 * b);
        let sequence = numbers(&mut random, steps * b);
        let (mut main_bar, mut extra_bar) = (vec![0.0; main.len()], vec![0.0; extra.len()]);
        let value =
            by_hand::loss(&main, &extra, &state, &sequence, b, &mut main_bar, &mut extra_bar);
        let (ours, (by_main, by_extra)) =
            lstm::loss::value_and_grad(&main, &extra, &state, &sequence, b);
        assert_close(&[ours], &[value], 1e-13, "value");
        assert_close(&by_main, &main_bar, 1e-11, "main");
        assert_close(&by_extra, &extra_bar, 1e-11, "extra");
        let by_main = differences(&main, |main| lstm::loss(main, &extra, &state, &sequence, b));
        assert_close(&main_bar, &by_main, 1e-6, "differences");
    }
}

#[test]
fn a_camera_agrees_with_hand_written_code() {
    let mut random = fastrand::Rng::with_seed(7);
    for turn in [0.0, 1e-3, 1.0] {
        let mut three = || std::array::from_fn::<f64, 3, _>(|_| 2.0 * random.f64() - 1.0);
        let rotation = three().map(|r| turn * r);
        let ([x, y, z], point, [u, v, _], [k1, k2, w]) = (three(), three(), three(), three());
        let camera = ba::Camera {
            rotation,
            centre: [x, y, z - 4.0],
            focal: 1.5,
            principal: [u, v],
            radial: [k1, k2],
        };
        let feature = [0.25, -0.5];
        let (error, rows) = by_hand::ba::jacobian_rows(&camera, &point, w, &feature);
        let ours = ba::reprojection_error(&camera, &point, w, &feature);
        assert_close(&ours, &error, 1e-13, "value");
        for (row, seed) in rows.iter().zip([[1.0, 0.0], [0.0, 1.0]]) {
            let (_, pullback) = ba::reprojection_error::vjp(&camera, &point, w, &feature);
            let (camera_bar, point_bar, weight_bar) = pullback(seed);
            let parts: [&[f64]; 7] = [
                &camera_bar.rotation,
                &camera_bar.centre,
                &[camera_bar.focal],
                &camera_bar.principal,
                &camera_bar.radial,
                &point_bar,
                &[weight_bar],
            ];
            assert_close(&parts.concat(), row, 1e-12, "row");
        }
        let by_point = differences(&point, |point| {
            ba::reprojection_error(&camera, point.try_into().unwrap(), w, &feature)[0]
        });
        assert_close(&rows[0][11..14], &by_point, 1e-6, "differences");
    }
}

/// A small hand of random bones.
fn hand(random: &mut fastrand::Rng, is_mirrored: bool) -> Hand {
    const BONES: usize = 22;
    const VERTICES: usize = 30;
    let mut matrix =
        || Matrix4 { rows: std::array::from_fn(|_| std::array::from_fn(|_| random.f64() - 0.5)) };
    let base_relatives = (0..BONES).map(|_| matrix()).collect();
    let inverse_base_absolutes = (0..BONES).map(|_| matrix()).collect();
    let mut position = || [random.f64(), random.f64(), random.f64(), 1.0];
    Hand {
        parents: (0..BONES).map(|bone| (bone % 4 != 0).then(|| bone - 1)).collect(),
        base_relatives,
        inverse_base_absolutes,
        base_positions: (0..VERTICES).map(|_| position()).collect(),
        weights: (0..VERTICES)
            .map(|vertex| (0..3).map(|i| ((vertex + 7 * i) % BONES, 0.5)).collect())
            .collect(),
        is_mirrored,
    }
}

#[test]
fn a_hand_agrees_with_differences() {
    let mut random = fastrand::Rng::with_seed(8);
    for (is_mirrored, by_triangle, scale) in
        [(false, false, 1.0), (true, true, 1.0), (false, true, 0.0)]
    {
        let hand = hand(&mut random, is_mirrored);
        let mut theta = numbers(&mut random, ht::PARAMETERS);
        // Next to no global rotation has a branch of its own, in which it has no derivative.
        theta[..3].iter_mut().for_each(|angle| *angle *= scale);
        let count = 9;
        let us = if by_triangle { numbers(&mut random, 2 * count) } else { Vec::new() };
        let points = (0..count).map(|i| [i as f64, 0.5, -0.5]).collect();
        let corners = |i| if by_triangle { [3 * i, 3 * i + 1, 3 * i + 2] } else { [3 * i; 3] };
        let observed = Observed::new(points, (0..count).map(corners).collect());
        let jacobian = ht::jacobian(&theta, &us, &hand, &observed);
        let own = if by_triangle { 2 } else { 0 };
        assert_eq!(jacobian.dim(), (3 * count, own + ht::PARAMETERS));
        for row in 0..3 * count {
            let at = |theta: &[f64], us: &[f64]| ht::residuals(theta, us, &hand, &observed)[row];
            let ours = jacobian.row(row).to_vec();
            let (by_u, by_theta) = ours.split_at(own);
            let first = if scale == 0.0 { 3 } else { 0 };
            let reference = differences(&theta, |theta| at(theta, &us));
            assert_close(&by_theta[first..], &reference[first..], 1e-6, "theta");
            if by_triangle {
                let reference = differences(&us, |us| at(&theta, us));
                let first = 2 * (row / 3);
                assert_close(by_u, &reference[first..first + 2], 1e-6, "u");
            }
        }
    }
}
