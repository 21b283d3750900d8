//! Several directions in a sweep: equal to the last bit to as many sweeps of one direction; and
//! patterns of bits, which must hold every derivative that is not zero.

use chainrule::__private::{Active, Bits, Inactive, Pack, Pattern, Tape, Wide};
use chainrule::{Differentiable, differentiable};

/// Four directions for each of `N` floats, none of them simple.
fn directions<const N: usize>() -> [[f64; 4]; N] {
    std::array::from_fn(|i| std::array::from_fn(|lane| ((3 * i + 5 * lane) as f64 * 0.7).sin()))
}

fn lane<const N: usize>(all: &[[f64; 4]; N], lane: usize) -> [f64; N] {
    std::array::from_fn(|i| all[i][lane])
}

fn bits<const N: usize>() -> [Pattern<1>; N] {
    std::array::from_fn(|i| {
        let mut pattern = Pattern::default();
        chainrule::__private::Lane::<f64>::lane_set(&mut pattern, i, 1.0);
        pattern
    })
}

/// A function of four floats to three: both modes in lanes, and its pattern.
macro_rules! agrees {
    ($name:ident, $f:ident, $x:expr) => {
        #[test]
        fn $name() {
            let x: [f64; 4] = $x;
            let dots = directions::<4>();
            let packed = dots.map(Pack);
            let (value, found) = $f::__tangent(&x, Active(&packed), Wide::<4>);
            assert_eq!(value, $f(&x));
            for at in 0..4 {
                let (_, expected) = $f::jvp(&x, &lane(&dots, at));
                let found = found.map(|pack| pack.0[at].to_bits());
                assert_eq!(found, expected.map(f64::to_bits), "direction {at}");
            }

            let seeds = directions::<3>();
            let mut tape = Tape::take();
            let (_, record) = $f::__forward(&x, &mut tape);
            let mut bars = [Pack([0.0; 4]); 4];
            let slot = Active(&mut bars);
            let seed = Active(seeds.map(Pack));
            $f::__reverse(&x, record, seed, slot, &mut tape, Wide::<4>);
            let (_, pullback) = $f::vjp(&x);
            for at in 0..4 {
                let expected = pullback(lane(&seeds, at));
                let found = bars.map(|pack| pack.0[at].to_bits());
                assert_eq!(found, expected.map(f64::to_bits), "cotangent {at}");
            }

            let (_, pattern) = $f::__tangent(&x, Active(&bits()), Bits::<1>);
            let jacobian: [[f64; 4]; 3] = $f::jacfwd(&x);
            for (row, pattern) in jacobian.iter().zip(&pattern) {
                for column in (0..4).filter(|column| row[*column] != 0.0) {
                    assert!(pattern.contains(column), "{pattern:?} for {row:?}");
                }
            }
        }
    };
}

#[differentiable]
fn loops(x: &[f64; 4]) -> [f64; 3] {
    let mut y = [0.0; 3];
    let mut s = x[0];
    for i in 0..3 {
        s = (s * x[i]).sin() / (1.0 + x[i + 1] * x[i + 1]);
        if s > 0.1 {
            s = s.sqrt() + 2.0 * s;
        }
        y[i] += s.max(x[3]) - x[i].abs().powf(1.5);
    }
    y[0] -= y[2] * y[1];
    y
}
agrees!(of_loops, loops, [0.5, -1.2, 0.3, 0.8]);
agrees!(of_loops_elsewhere, loops, [1.5, 0.7, -2.0, -0.4]);

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    at: [f64; 2],
    steps: usize,
    path: Vec<f64>,
}

#[differentiable]
impl Body {
    fn energy(&self, g: f64) -> f64 {
        let mut energy = self.mass * g * self.at[1];
        for step in 0..self.steps {
            energy += self.path[step] * self.at[0];
        }
        energy
    }
}

#[differentiable]
fn structs(x: &[f64; 4]) -> [f64; 3] {
    let mut body = Body { mass: x[0], at: [x[1], x[2]], steps: 2, path: vec![x[3], x[1] * x[1]] };
    let before = body.energy(9.81);
    body.at[0] *= body.mass.exp();
    let moved = Body { mass: 2.0 * body.mass, ..body.clone() };
    let pair = (moved.energy(x[3]), Some(body.at[0]));
    let extra = match pair.1 {
        Some(at) => at * at,
        None => 0.0,
    };
    [before, pair.0, extra.to_degrees()]
}
agrees!(of_structs, structs, [0.5, -1.2, 0.3, 0.8]);

#[differentiable]
fn casts(x: &[f64; 4]) -> [f64; 3] {
    let low = x[0] as f32;
    let mut path = [low; 3];
    for i in 0..3 {
        path[i] = (path[i] * x[i + 1] as f32).sin();
    }
    [path[0] as f64, path[1] as f64 * x[3], (path[2] * low) as f64]
}
agrees!(of_casts, casts, [0.5, -1.2, 0.3, 0.8]);

#[differentiable]
fn prefix(y: &mut [f64], n: usize, x: &[f64]) -> f64 {
    if n == 0 {
        return 0.0;
    }
    y[n - 1] = x[n - 1] * (n as f64);
    let rest = prefix(&mut y[..n - 1], n - 1, &x[..n - 1]);
    y[n - 1] += rest * rest;
    y[n - 1] + rest
}

#[differentiable]
fn calls(x: &[f64; 4]) -> [f64; 3] {
    let mut y = vec![x[0]; 4];
    let last = prefix(&mut y, 4, x);
    let mut z = y.clone();
    z.swap(0, 2);
    z.push(last);
    [z[0] * z[1], z[4], y.iter().map(|v| v * v).sum::<f64>()]
}
agrees!(of_calls, calls, [0.5, -1.2, 0.3, 0.8]);

#[differentiable(partials(x = y * result, y = x * result))]
fn exp_of_product(x: f64, y: f64) -> f64 {
    (x * y).exp()
}

fn norm_of(x: &[f64], scale: f64) -> f64 {
    scale * x.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn norm_jvp(x: &[f64], scale: f64, x_dot: &[f64], scale_dot: f64) -> (f64, f64) {
    let norm = norm_of(x, 1.0);
    let along: f64 = x.iter().zip(x_dot).map(|(v, d)| v * d).sum();
    (scale * norm, scale_dot * norm + scale * along / norm)
}

fn norm_vjp(x: &[f64], scale: f64) -> (f64, impl Fn(f64) -> (Vec<f64>, f64)) {
    let norm = norm_of(x, 1.0);
    let pullback =
        move |seed: f64| (x.iter().map(|v| seed * scale * v / norm).collect(), seed * norm);
    (scale * norm, pullback)
}

#[differentiable(jvp = norm_jvp, vjp = norm_vjp)]
fn norm(x: &[f64], scale: f64) -> f64 {
    norm_of(x, scale)
}

#[differentiable]
fn rules(x: &[f64; 4]) -> [f64; 3] {
    [exp_of_product(x[0], x[1]), norm(&x[1..], x[0] * x[0]), norm(x, 2.0) - x[3]]
}
agrees!(of_rules, rules, [0.5, -1.2, 0.3, 0.8]);

#[test]
fn patterns_are_exact_where_nothing_branches() {
    #[differentiable]
    fn banded(x: &[f64]) -> Vec<f64> {
        let n = x.len();
        let mut y = vec![0.0; n];
        for i in 0..n {
            y[i] = x[i] * x[i];
            if i > 0 {
                y[i] -= x[i - 1];
            }
        }
        y
    }
    let x = vec![0.0; 100];
    let mut dots = vec![Pattern::<2>::default(); 100];
    for (i, dot) in dots.iter_mut().enumerate() {
        chainrule::__private::Lane::<f64>::lane_set(dot, i, 1.0);
    }
    let (_, pattern) = banded::__tangent(&x, Active(&dots), Bits::<2>);
    for (i, row) in pattern.iter().enumerate() {
        let expected: Vec<usize> = (i.saturating_sub(1)..=i).collect();
        assert_eq!(row.iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn inactive_arguments_need_no_lanes() {
    #[differentiable]
    fn scaled(x: f64, by: f64, #[constant] shift: f64) -> f64 {
        x * by + shift
    }
    let dot = Active(Pack([1.0, -2.0, 0.5]));
    let (_, found) = scaled::__tangent(2.0, 3.0, 1.0, dot, Inactive, Inactive, Wide::<3>);
    assert_eq!(found, Pack([3.0, -6.0, 1.5]));
}

#[test]
fn a_jacobian_may_need_more_sweeps_than_one() {
    #[differentiable]
    fn products(x: &[f64], m: usize) -> Vec<f64> {
        let mut y = vec![0.0; m];
        for (i, y) in y.iter_mut().enumerate() {
            *y = x[i % x.len()] * x[(i * i + 1) % x.len()];
        }
        y
    }
    for (n, m) in [(1, 1), (7, 3), (8, 8), (9, 17), (20, 16)] {
        let x: Vec<f64> = (0..n).map(|i| (i as f64).sin() + 1.5).collect();
        let (forward, reverse) = (products::jacfwd(&x, m), products::jacrev(&x, m));
        for column in 0..n {
            let mut dot = vec![0.0; n];
            dot[column] = 1.0;
            let expected = products::jvp(&x, m, &dot).1;
            assert_eq!(forward.column(column).to_vec(), expected, "{n} by {m}");
            assert_eq!(reverse.column(column).to_vec(), expected, "{n} by {m}");
        }
    }
}

/// Where the macro sees the types, it tells the number of lanes itself.
#[test]
fn the_macro_takes_as_many_lanes_as_the_runtime_would() {
    use autodiff_transform::emit;
    use chainrule::__private as rt;

    let counts = || (0..40).map(Some).chain([None]);
    for columns in counts() {
        assert_eq!(emit::lanes_for(columns), rt::lanes_for(columns), "{columns:?}");
        for rows in counts() {
            let (told, asked) =
                (emit::lanes_for_cheaper(columns, rows), rt::lanes_for_cheaper(columns, rows));
            assert_eq!(told, asked, "{columns:?} {rows:?}");
        }
    }
}
