//! What is measured: the evals at three sizes, the middle one that of published comparisons.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chainrule::Tape;
use chainrule::ndarray::Array2;
use chainrule::sparse::Groups;
use chainrule_gradbench::evals::ht::matrix::Matrix4;
use chainrule_gradbench::evals::ht::{self, Hand, Observed};
use chainrule_gradbench::evals::{ba, det, gmm, llsq, lse, lstm, ode};

use crate::by_hand;

/// One version of a case, ready to be called again and again.
type Version = Box<dyn FnMut()>;

/// An eval at one size.
pub struct Case {
    /// Its name in the suite.
    pub eval: &'static str,
    /// Its size, for a reader.
    pub size: String,
    /// Makes the primal, the generated derivative and, if there is one, the hand-written one.
    pub versions: Box<dyn Fn() -> Vec<Version>>,
}

impl Case {
    /// The fastest turn of each of the first `count` versions, in seconds, and the bytes of tape that the
    /// derivative needs. The versions take turns, at least so many and for so long together, so that what
    /// else the machine does favours none of them.
    pub fn measure(&self, count: usize, turns: usize, least: Duration) -> (Vec<f64>, usize) {
        let mut versions = (self.versions)();
        versions.truncate(count);
        let mut fastest = vec![f64::INFINITY; versions.len()];
        let ((), bytes) = Tape::measured(|| versions[1]());
        let begin = Instant::now();
        let mut taken = 0;
        while taken < turns || begin.elapsed() < least {
            for (version, fastest) in versions.iter_mut().zip(&mut fastest) {
                let start = Instant::now();
                version();
                *fastest = start.elapsed().as_secs_f64().min(*fastest);
            }
            taken += 1;
        }
        (fastest, bytes)
    }
}

fn case(eval: &'static str, size: String, versions: impl Fn() -> Vec<Version> + 'static) -> Case {
    Case { eval, size, versions: Box::new(versions) }
}

/// `count` numbers between −1 and 1, the same in every run.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count).map(|_| 2.0 * random.f64() - 1.0).collect()
}

/// All cases, or only the smallest of each eval.
pub fn all(all_sizes: bool) -> Vec<Case> {
    let sizes = if all_sizes { 3 } else { 1 };
    let mut cases = Vec::new();
    for index in 0..sizes {
        cases.push(gmm([2, 10, 32][index], 25, 1000));
        cases.push(ba([1000, 31_843, 200_000][index]));
        let correspondences = [100, 1000, 10_000][index];
        cases.extend(
            [Kept::Unchecked, Kept::Checked, Kept::Not].map(|kept| ht(correspondences, kept)),
        );
        cases.push(lstm([2, 4, 4][index], [1024, 4096, 8192][index]));
        cases.push(llsq([1024, 4096, 65_536][index], [16, 128, 128][index]));
        cases.push(lse([1000, 100_000, 1_000_000][index]));
        cases.push(ode([100, 1000, 10_000][index], 100));
        cases.push(det([7, 8, 9][index]));
    }
    cases.sort_by_key(|case| case.eval);
    cases
}

/// The logarithm of a sum of `n` exponentials.
pub fn lse(n: usize) -> Case {
    case("lse", format!("n={n}"), move || {
        let x = numbers(n, 1);
        let (own, mut own_bar) = (x.clone(), vec![0.0; n]);
        let (hand, mut hand_bar) = (x.clone(), vec![0.0; n]);
        vec![
            Box::new(move || {
                black_box(lse::log_sum_exp(black_box(&x)));
            }),
            Box::new(move || {
                black_box(lse::log_sum_exp::grad_into(black_box(&own), &mut own_bar));
            }),
            Box::new(move || {
                black_box(by_hand::log_sum_exp(black_box(&hand), &mut hand_bar));
            }),
        ]
    })
}

/// The fit of a polynomial with `m` coefficients at `n` points.
pub fn llsq(n: usize, m: usize) -> Case {
    case("llsq", format!("n={n} m={m}"), move || {
        let x = numbers(m, 1);
        let (own, mut own_bar) = (x.clone(), vec![0.0; m]);
        let (hand, mut hand_bar, mut powers) = (x.clone(), vec![0.0; m], vec![0.0; m]);
        vec![
            Box::new(move || {
                black_box(llsq::misfit(black_box(&x), n));
            }),
            Box::new(move || {
                own_bar.fill(0.0);
                black_box(llsq::misfit::adjoint(black_box(&own), n, 1.0, &mut own_bar));
            }),
            Box::new(move || {
                black_box(by_hand::misfit(black_box(&hand), n, &mut powers, &mut hand_bar));
            }),
        ]
    })
}

/// A determinant of so many rows.
pub fn det(ell: usize) -> Case {
    case("det", format!("ell={ell}"), move || {
        let a = numbers(ell * ell, 1);
        let (own, mut own_bar) = (a.clone(), vec![0.0; ell * ell]);
        let (hand, mut hand_bar) = (a.clone(), vec![0.0; ell * ell]);
        vec![
            Box::new(move || {
                black_box(det::determinant(black_box(&a), ell));
            }),
            Box::new(move || {
                own_bar.fill(0.0);
                black_box(det::determinant::adjoint(black_box(&own), ell, 1.0, &mut own_bar));
            }),
            Box::new(move || {
                black_box(by_hand::determinant(black_box(&hand), ell, &mut hand_bar));
            }),
        ]
    })
}

/// An equation of `n` components in `s` steps.
pub fn ode(n: usize, s: usize) -> Case {
    case("ode", format!("n={n} s={s}"), move || {
        let x = numbers(n, 1);
        let mut seed = vec![0.0; n];
        seed[n - 1] = 1.0;
        let (own, mut own_bar) = (x.clone(), vec![0.0; n]);
        let (hand, mut hand_bar, mut states) = (x.clone(), vec![0.0; n], Vec::new());
        vec![
            Box::new(move || {
                black_box(ode::integrate(black_box(&x), s));
            }),
            Box::new(move || {
                own_bar.fill(0.0);
                let seed = seed.clone();
                black_box(ode::integrate::adjoint(black_box(&own), s, seed, &mut own_bar));
            }),
            Box::new(move || {
                black_box(by_hand::integrate(black_box(&hand), s, &mut states, &mut hand_bar));
            }),
        ]
    })
}

/// `n` points of `d` coordinates, a mixture of `k` Gaussians.
pub fn gmm(d: usize, k: usize, n: usize) -> Case {
    case("gmm", format!("d={d} k={k} n={n}"), move || {
        let lengths = [k, k * d, k * d, k * (d * (d - 1) / 2)];
        let prior = gmm::Wishart { gamma: 1.0, m: 0 };
        let (x, [alpha, mu, q, l]) = (numbers(n * d, 1), lengths.map(|len| numbers(len, 2)));
        let bars = lengths.map(|len| vec![0.0; len]);
        let (own, own_x, mut own_bars) = ([&alpha, &mu, &q, &l].map(Clone::clone), x.clone(), bars);
        let (hand, hand_x, mut hand_bars) = (own.clone(), x.clone(), own_bars.clone());
        vec![
            Box::new(move || {
                black_box(gmm::log_likelihood(&alpha, &mu, &q, &l, black_box(&x), d, &prior));
            }),
            Box::new(move || {
                let [alpha, mu, q, l] = &own;
                let [alpha_bar, mu_bar, q_bar, l_bar] = &mut own_bars;
                for bar in [&mut *alpha_bar, mu_bar, q_bar, l_bar] {
                    bar.fill(0.0);
                }
                black_box(gmm::log_likelihood::adjoint(
                    alpha,
                    mu,
                    q,
                    l,
                    black_box(&own_x),
                    d,
                    &prior,
                    1.0,
                    alpha_bar,
                    mu_bar,
                    q_bar,
                    l_bar,
                ));
            }),
            Box::new(move || {
                black_box(by_hand::log_likelihood(
                    hand.each_ref().map(Vec::as_slice),
                    black_box(&hand_x),
                    d,
                    &prior,
                    hand_bars.each_mut().map(Vec::as_mut_slice),
                ));
            }),
        ]
    })
}

/// A network of so many layers on `c` characters.
pub fn lstm(layers: usize, c: usize) -> Case {
    const B: usize = 14;
    case("lstm", format!("l={layers} c={c}"), move || {
        let (main, extra) = (numbers(layers * 8 * B, 1), numbers(3 * B, 2));
        let (state, sequence) = (numbers(layers * 2 * B, 3), numbers(c * B, 4));
        let parts = [main, extra, state, sequence];
        let (own, hand) = (parts.clone(), parts.clone());
        let (mut own_main, mut own_extra) = (vec![0.0; layers * 8 * B], vec![0.0; 3 * B]);
        let (mut hand_main, mut hand_extra) = (own_main.clone(), own_extra.clone());
        vec![
            Box::new(move || {
                let [main, extra, state, sequence] = black_box(&parts);
                black_box(lstm::loss(main, extra, state, sequence, B));
            }),
            Box::new(move || {
                let [main, extra, state, sequence] = black_box(&own);
                own_main.fill(0.0);
                own_extra.fill(0.0);
                let bars = (&mut own_main, &mut own_extra);
                black_box(lstm::loss::adjoint(
                    main, extra, state, sequence, B, 1.0, bars.0, bars.1,
                ));
            }),
            Box::new(move || {
                let [main, extra, state, sequence] = black_box(&hand);
                let bars = (&mut hand_main, &mut hand_extra);
                black_box(by_hand::loss(main, extra, state, sequence, B, bars.0, bars.1));
            }),
        ]
    })
}

/// So many observations of points by cameras.
pub fn ba(observations: usize) -> Case {
    case("ba", format!("p={observations}"), move || {
        let camera = ba::Camera {
            rotation: [0.1, -0.2, 0.3],
            centre: [0.5, 0.25, -4.0],
            focal: 400.0,
            principal: [5.0, -8.0],
            radial: [0.1, 0.01],
        };
        let (point, weight, feature) = ([0.5, -0.25, 1.0], 0.4, [3.0, 1.0]);
        let sizes = [49, 7776, observations];
        let mut primal = ba::Problem::repeated(sizes, camera.clone(), point, weight, feature);
        let mut own = ba::Problem::repeated(sizes, camera.clone(), point, weight, feature);
        let mut hand = by_hand::ba::Problem::new(sizes, &camera, point, weight, feature);
        vec![
            Box::new(move || black_box(&mut primal).objective()),
            Box::new(move || black_box(&mut own).jacobian()),
            Box::new(move || black_box(&mut hand).jacobian()),
        ]
    })
}

/// A hand of 544 vertices, each of which follows a bone, and the one that this is attached to.
fn hand() -> Hand {
    const BONES: usize = 22;
    const VERTICES: usize = 544;
    let mut random = fastrand::Rng::with_seed(1);
    let mut matrix =
        || Matrix4 { rows: std::array::from_fn(|_| std::array::from_fn(|_| random.f64() - 0.5)) };
    let base_relatives: Vec<Matrix4> = (0..BONES).map(|_| matrix()).collect();
    let inverse_base_absolutes = (0..BONES).map(|_| matrix()).collect();
    let mut position = || [random.f64(), random.f64(), random.f64(), 1.0];
    let base_positions = (0..VERTICES).map(|_| position()).collect();
    let parent = |bone: usize| match bone {
        0 => None,
        bone if bone % 4 == 1 => Some(0),
        bone => Some(bone - 1),
    };
    Hand {
        parents: (0..BONES).map(parent).collect(),
        base_relatives,
        inverse_base_absolutes,
        base_positions,
        weights: (0..VERTICES)
            .map(|vertex| {
                let bone = vertex % BONES;
                let attached_to = parent(bone).map(|parent| (parent, 0.25));
                [(bone, 0.75)].into_iter().chain(attached_to).collect()
            })
            .collect(),
        is_mirrored: false,
    }
}

/// Whether the groups of columns that share no row are kept, and whether they are checked then.
#[derive(Clone, Copy)]
pub enum Kept {
    Unchecked,
    Checked,
    Not,
}

/// A hand seen by so many correspondences.
pub fn ht(correspondences: usize, kept: Kept) -> Case {
    let how = match kept {
        Kept::Unchecked => "",
        Kept::Checked => ", checked",
        Kept::Not => ", not kept",
    };
    case("ht", format!("c={correspondences}, no u{how}"), move || {
        let observed = || {
            let points = (0..correspondences).map(|i| [i as f64, 1.0, 2.0]).collect();
            Observed::new(points, (0..correspondences).map(|i| [7 * i % 544; 3]).collect())
        };
        let (theta, own_theta) = (numbers(ht::PARAMETERS, 1), numbers(ht::PARAMETERS, 1));
        let (model, own_model) = (hand(), hand());
        let (seen, own_seen) = (observed(), observed());
        let zeros = || Array2::<f64>::zeros((3 * correspondences, ht::PARAMETERS));
        // Once as much is freed the allocator keeps it, where it would give memory back after each call.
        drop(black_box(zeros()));
        let mut jacobian = zeros();
        let mut groups = Groups::unchecked();
        groups.set_checked(matches!(kept, Kept::Checked));
        vec![
            Box::new(move || {
                black_box(ht::residuals(black_box(&theta), &[], &model, &seen));
            }),
            match kept {
                Kept::Not => Box::new(move || {
                    black_box(ht::jacobian(black_box(&own_theta), &[], &own_model, &own_seen));
                }),
                _ => Box::new(move || {
                    let (theta, jacobian) = black_box((&own_theta, &mut jacobian));
                    ht::jacobian_into(theta, &[], &own_model, &own_seen, &mut groups, jacobian);
                }),
            },
        ]
    })
}
