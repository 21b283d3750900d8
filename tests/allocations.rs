//! What adjoint code allocates.
//!
//! Straight-line code and loops of constant trip count keep everything in registers or on the stack:
//! no allocation at all, the first call included. Other loops, and memory that is overwritten in a
//! loop, may take a tape on the first call; from then on it is there already, and nothing is allocated.
//!
//! Each thread counts its own allocations, so that tests may run side by side.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use chainrule::ndarray::{ArrayViewMut2, Axis};
use chainrule::{Differentiable, differentiable};

#[path = "../benches/common/problems.rs"]
mod problems;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting.
struct Counting;

// SAFETY: every method passes its arguments on to `System`, whose contract is the same; counting
// touches a thread-local without destructor, which does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `f` allocates.
fn allocations<R>(f: impl FnOnce() -> R) -> usize {
    let before = ALLOCATIONS.get();
    black_box(f());
    ALLOCATIONS.get() - before
}

/// Asserts that `f` allocates nothing once it has run twice.
fn assert_steady(name: &str, mut f: impl FnMut()) {
    f();
    f();
    for call in 3..6 {
        assert_eq!(allocations(&mut f), 0, "{name}, call {call}");
    }
}

/// Straight-line code.
#[differentiable]
fn distance(x: f64, y: f64, z: f64) -> f64 {
    let squares = x * x + y * y + z * z;
    let length = squares.sqrt();
    length * (-length).exp() + (x * y).sin() / (2.0 + z.cos())
}

/// A constant trip count, overwriting a scalar in each iteration.
#[differentiable]
fn newton_root(a: f64) -> f64 {
    let mut root = a;
    for _ in 0..6 {
        root = 0.5 * (root + a / root);
    }
    root
}

/// Nested loops over arrays that are overwritten as a whole.
#[differentiable]
fn smooth(values: &[f64; 8], weight: f64) -> f64 {
    let mut current = *values;
    for _ in 0..3 {
        let mut next = current;
        for i in 1..7 {
            next[i] = current[i] + weight * (current[i - 1] - 2.0 * current[i] + current[i + 1]);
        }
        current = next;
    }
    let mut energy = 0.0;
    for value in current {
        energy += value * value;
    }
    energy
}

/// A loop-carried value over a slice, which has to be recorded.
#[differentiable]
fn recurrence(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for &x in x {
        s = 0.5 * s + (x * s).sin();
    }
    s
}

/// A loop that nobody knows the length of.
#[differentiable]
fn halvings(x: f64) -> f64 {
    let mut value = x;
    while value > 1.0 {
        value = 0.5 * value * (1.0 + 0.1 * value.sin());
    }
    value
}

/// Overwrites its buffer again and again, so that the reverse sweep has to take it back; a vector is as
/// long in the end as in the beginning.
#[differentiable]
#[allow(clippy::ptr_arg)] // a vector's buffer is not a slice's
fn relax(u: &mut [f64], history: &mut Vec<f64>, weight: f64, sweeps: usize) -> f64 {
    let mut sum = 0.0;
    for _ in 0..sweeps {
        for i in 1..u.len() - 1 {
            u[i] += weight * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[i];
        }
        let k = history.len() / 2;
        history[k] *= u[k];
        sum += history[k];
    }
    sum
}

/// Hands its buffers on.
#[differentiable]
#[allow(clippy::ptr_arg)] // a vector's buffer is not a slice's
fn relax_twice(u: &mut [f64], history: &mut Vec<f64>, weight: f64, sweeps: usize) -> f64 {
    let first = relax(u, history, weight, sweeps);
    u[0] = u[1] * first;
    first * relax(u, history, weight, sweeps)
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| ()), 0);
    assert_eq!(allocations(|| vec![1.0; 100]), 1);
}

#[test]
fn straight_line_code_does_not_allocate() {
    let (mut x_bar, mut y_bar, mut z_bar) = (0.0, 0.0, 0.0);
    let count =
        allocations(|| distance::adjoint(0.3, 0.4, 1.2, 1.0, &mut x_bar, &mut y_bar, &mut z_bar));
    assert_eq!(count, 0, "adjoint");
    assert_eq!(allocations(|| distance::grad(0.3, 0.4, 1.2)), 0, "grad");
    assert_eq!(allocations(|| distance::jvp(0.3, 0.4, 1.2, 1.0, 0.0, 0.0)), 0, "jvp");
    assert!(x_bar != 0.0 && y_bar != 0.0 && z_bar != 0.0);
}

#[test]
fn loops_of_constant_trip_count_do_not_allocate() {
    let mut a_bar = 0.0;
    assert_eq!(allocations(|| newton_root::adjoint(2.0, 1.0, &mut a_bar)), 0, "newton_root");
    assert!((a_bar - 0.5 / 2.0f64.sqrt()).abs() < 1e-12);

    let (mut angles_bar, mut v_bar) = ([0.0; 3], [0.0; 3]);
    let (angles, v, seed) = ([0.1, 0.2, 0.3], [1.0, 2.0, 3.0], [1.0, 0.0, 0.0]);
    let count =
        allocations(|| problems::rotate::adjoint(&angles, &v, seed, &mut angles_bar, &mut v_bar));
    assert_eq!(count, 0, "rotate");
    assert_eq!(v_bar[0], 0.2f64.cos() * 0.3f64.cos());
}

#[test]
fn repeated_adjoints_do_not_allocate() {
    let n = 1000;
    let x: Vec<f64> = (0..n).map(|i| (i as f64 * 0.37).sin()).collect();
    let y: Vec<f64> = (0..n).map(|i| (i as f64 * 0.11).cos()).collect();
    let (mut x_bar, mut y_bar) = (vec![0.0; n], vec![0.0; n]);
    let mut bars = [0.0; 3];
    let [first, second, third] = &mut bars;

    let values = [0.0, 1.0, 4.0, 2.0, -1.0, 3.0, 0.5, 1.0];
    let mut values_bar = [0.0; 8];
    assert_steady("smooth", || {
        smooth::adjoint(&values, 0.2, 1.0, &mut values_bar, first);
    });
    assert_steady("recurrence", || {
        recurrence::adjoint(&x, 1.0, &mut x_bar);
    });
    assert_steady("halvings", || {
        halvings::adjoint(900.0, 1.0, first);
    });
    assert_steady("rosenbrock", || {
        problems::rosenbrock::adjoint(&x, 1.0, &mut x_bar);
    });
    assert_steady("dot", || {
        problems::dot::adjoint(&x, &y, 1.0, &mut x_bar, &mut y_bar);
    });
    let mut state = y.clone();
    assert_steady("axpy", || {
        problems::axpy::adjoint(0.5, &x, &mut state, first, &mut x_bar, &mut y_bar);
    });
    let (mut u, mut history) = (y.clone(), x.clone());
    let mut weight_bar = 0.0;
    assert_steady("relax", || {
        u.copy_from_slice(&y);
        history.copy_from_slice(&x);
        let (u_bar, history_bar) = (&mut x_bar, &mut y_bar);
        relax::adjoint(&mut u, &mut history, 0.1, 3, 1.0, u_bar, history_bar, &mut weight_bar);
    });
    assert_steady("relax_twice", || {
        u.copy_from_slice(&y);
        history.copy_from_slice(&x);
        let (u_bar, history_bar) = (&mut x_bar, &mut y_bar);
        relax_twice::adjoint(
            &mut u,
            &mut history,
            0.1,
            3,
            1.0,
            u_bar,
            history_bar,
            &mut weight_bar,
        );
    });
    assert_steady("log_sum_exp", || {
        problems::log_sum_exp::adjoint(&x, 1.0, &mut x_bar);
    });
    assert_steady("runge_kutta", || {
        problems::runge_kutta::adjoint(1.0, 0.0, 0.8, 0.01, 500, 1.0, first, second, third);
    });
}

#[derive(Clone, Differentiable)]
struct Lens {
    axis: [f64; 3],
    focal: f64,
    bend: [[f64; 2]; 2],
}

/// Structs, arrays, floats and a constant, all of known sizes.
#[differentiable]
fn image(lens: &Lens, point: [f64; 3], weight: f64, #[constant] seen: &[f64; 2]) -> [f64; 2] {
    let along = lens.axis[0] * point[0] + lens.axis[1] * point[1] + lens.axis[2] * point[2];
    let x = [(point[0] / along).sin(), point[1] / along];
    let mut image = [0.0; 2];
    for i in 0..2 {
        for j in 0..2 {
            image[i] += lens.bend[i][j] * x[j];
        }
        image[i] = weight * (lens.focal * image[i] - seen[i]);
    }
    image
}

#[test]
fn matrices_into_the_callers_buffers_need_none() {
    let lens = Lens { axis: [0.5, 0.25, 1.0], focal: 2.0, bend: [[1.0, 0.5], [-0.25, 2.0]] };
    let (point, weight, seen) = ([1.0, -0.5, 2.0], 0.75, [0.5, 0.25]);
    // By rows: eight numbers of the lens, three of the point, the weight.
    let mut expected = [[0.0; 12]; 2];
    for (row, seed) in expected.iter_mut().zip([[1.0, 0.0], [0.0, 1.0]]) {
        let (lens_bar, point_bar, weight_bar) = image::vjp(&lens, point, weight, &seen).1(seed);
        let LensTangent { axis, focal, bend } = lens_bar;
        let parts = [&axis[..], &[focal], bend.as_flattened(), &point_bar, &[weight_bar]];
        row.copy_from_slice(&parts.concat());
    }
    macro_rules! check {
        ($($function:ident)*) => {$(
            // Arrays, nested ones, slices and scalars, for whatever argument.
            let (mut by_lens, mut by_point, mut by_weight) = ([[0.0; 8]; 2], [0.0; 6], [0.0; 2]);
            let run = || image::$function(
                &lens, point, weight, &seen, &mut by_lens, &mut by_point[..], &mut by_weight,
            );
            assert_eq!(allocations(run), 0, stringify!($function));
            for row in 0..2 {
                let parts = [&by_lens[row][..], &by_point[3 * row..3 * row + 3], &[by_weight[row]]];
                let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-14;
                assert!(parts.concat().iter().zip(&expected[row]).all(close));
            }
            // All beside each other in one buffer.
            let mut rows = [[0.0; 12]; 2];
            let run = || {
                let (by_lens, rest) = ArrayViewMut2::from(&mut rows).split_at(Axis(1), 8);
                let (by_point, by_weight) = rest.split_at(Axis(1), 3);
                image::$function(&lens, point, weight, &seen, by_lens, by_point, by_weight);
            };
            assert_eq!(allocations(run), 0, stringify!($function));
            let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-14;
            assert!(rows.as_flattened().iter().zip(expected.as_flattened()).all(close));
        )*};
    }
    check!(jacfwd_into jacrev_into jacobian_into);
}

#[test]
fn matrices_of_constant_sizes_need_none() {
    #[differentiable]
    fn polar(r: f64, angle: f64) -> [f64; 2] {
        [r * angle.cos(), r * angle.sin()]
    }
    assert_eq!(allocations(|| polar::jacfwd(2.0, 0.5)), 0);
    assert_eq!(allocations(|| polar::jacrev(2.0, 0.5)), 0);
    assert_eq!(polar::jacfwd(2.0, 0.0), ([1.0, 0.0], [0.0, 2.0]));
}

/// A Hessian in the caller's buffer: of arrays nothing is allocated, of slices what is as long as they
/// are, and no matrix.
#[test]
fn hessians_in_buffers() {
    #[differentiable(order = 2)]
    fn of_array(x: [f64; 9]) -> f64 {
        let mut sum = 0.0;
        for i in 1..9 {
            sum += (x[i] - x[i - 1] * x[i - 1]).powi(2);
        }
        sum
    }
    #[differentiable(order = 2)]
    fn of_slice(x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 1..x.len() {
            sum += (x[i] - x[i - 1] * x[i - 1]).powi(2);
        }
        sum
    }
    let x = [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8, 0.9];
    let mut in_array = [[0.0; 9]; 9];
    assert_eq!(allocations(|| of_array::hessian_into(x, &mut in_array)), 0);
    assert_eq!(in_array, of_array::hessian(x));
    let mut in_slice = [0.0; 81];
    let run = |in_slice: &mut [f64]| allocations(|| of_slice::hessian_into(&x, in_slice));
    run(&mut in_slice);
    // Tangents of the argument, and the gradient with its tangents for each of two sweeps.
    let count = run(&mut in_slice);
    assert!(count <= 8, "{count}");
    let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-14 * (1.0 + a.abs());
    assert!(in_slice.iter().zip(in_array.as_flattened()).all(same));
}
