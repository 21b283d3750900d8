//! Checks of derivatives: both modes against each other and against differences.
//!
//! `f::check_gradients(args…)` computes the whole Jacobian by forward mode, by reverse mode and by
//! central differences with an adaptive step ([`differences`]), and compares entry by entry. The
//! [`Report`] says which argument and which component disagree.

mod differences;
mod report;

pub use report::{Entry, Finding, Report};

use alloc::vec;
use alloc::vec::Vec;

use crate::lanes::{Lanes, One};
use crate::matrices::{Blocks, Consumer, Dot, by_columns, by_rows};
use crate::{Differentiable, Tape};

/// A function, evaluated with one component of its arguments changed.
#[derive(Default)]
pub struct Probe {
    change: Option<(usize, f64)>,
    /// The names of the arguments, and how many components they have.
    names: Vec<(&'static str, usize)>,
    inputs: Vec<f64>,
    outputs: Vec<f64>,
    /// Whether an argument is of `f32`, as far as was asked: when nothing is changed.
    single: bool,
}

impl Probe {
    /// Changes the argument, if the component to be changed is one of its.
    pub fn argument<T: Differentiable>(&mut self, name: &'static str, value: &mut T) {
        let before = self.inputs.len();
        match self.change {
            None => self.single |= is_single(value),
            Some((component, new)) => {
                let mut at = before;
                value.update_components(&mut |old| {
                    at += 1;
                    if at == component + 1 { new } else { old }
                });
            }
        }
        value.read_components(&mut |component| self.inputs.push(component));
        self.names.push((name, self.inputs.len() - before));
    }

    /// Takes a part of the results.
    pub fn result<T: Differentiable>(&mut self, value: &T) {
        value.read_components(&mut |component| self.outputs.push(component));
    }

    fn run(change: Option<(usize, f64)>, function: &mut impl FnMut(&mut Probe)) -> Probe {
        let mut probe = Probe { change, ..Probe::default() };
        function(&mut probe);
        probe
    }
}

/// Whether a component forgets what an `f32` cannot hold.
fn is_single<T: Differentiable>(value: &mut T) -> bool {
    const NUDGED: f64 = 1.0 + f64::EPSILON;
    let mut old = Vec::new();
    value.update_components(&mut |component| {
        old.push(component);
        NUDGED
    });
    let mut single = false;
    value.read_components(&mut |component| single |= component != NUDGED);
    let mut old = old.into_iter();
    value.update_components(&mut |nudged| old.next().unwrap_or(nudged));
    single
}

/// A Jacobian in the order of rows.
struct Dense {
    columns: usize,
    entries: Vec<f64>,
}

impl<I> Blocks<I> for Dense {
    fn put_entry(&mut self, _inputs: &I, row: usize, column: usize, value: f64) {
        self.entries[row * self.columns + column] = value;
    }

    fn check(&self, _rows: usize, _inputs: &I) {}

    fn clear(&mut self) {
        self.entries.fill(0.0);
    }
}

/// A function's Jacobian by forward and by reverse mode.
pub struct BothModes {
    forward: Dense,
    reverse: Dense,
}

/// The consumer that computes a Jacobian by forward and by reverse mode.
pub struct InBothModes;

impl<K: Lanes, I: Differentiable, O: Differentiable> Consumer<K, I, O> for InBothModes {
    type Output = BothModes;

    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        mut forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) -> BothModes {
        let dense = |rows, inputs: &I| {
            let columns = inputs.count_components();
            Dense { columns, entries: vec![0.0; rows * columns] }
        };
        let by_columns = by_columns::<K, I, O, _>(&inputs, tangent, dense);
        let mut tape = Tape::take();
        let (seed, state) = forward(&mut tape);
        let by_rows =
            by_rows::<K, I, O, _, _>(&inputs, &seed, &state, &mut tape, (reverse, single), dense);
        BothModes { forward: by_columns, reverse: by_rows }
    }
}

impl BothModes {
    /// Compares them with each other and with differences of `function`.
    pub fn check(self, mut function: impl FnMut(&mut Probe)) -> Report {
        let start = Probe::run(None, &mut function);
        let (rows, columns) = (start.outputs.len(), start.inputs.len());
        let mut report = Report::new(start.single, rows);
        for column in 0..columns {
            let derivatives = differences::column(column, &start, &mut function);
            for (row, (by_differences, uncertainty)) in derivatives.into_iter().enumerate() {
                let at = row * columns + column;
                let (argument, component) = locate(&start.names, column);
                report.add(Entry {
                    argument,
                    component,
                    result: row,
                    first: None,
                    forward: Some(self.forward.entries[at]),
                    reverse: Some(self.reverse.entries[at]),
                    differences: by_differences,
                    uncertainty,
                });
            }
        }
        report
    }
}

impl Report {
    /// Adds the second derivatives of a function with one result: the products of its Hessian with each
    /// basis vector, in two ways, against differences of its gradient, which `gradient` gives to its probe.
    #[doc(hidden)]
    pub fn second<I: Differentiable, G: Differentiable, H: Differentiable>(
        mut self,
        mut inputs: I,
        mut gradient: impl FnMut(&mut Probe),
        mut forward: impl FnMut(&I) -> G,
        mut reverse: impl FnMut(&I) -> H,
    ) -> Report {
        let start = Probe::run(None, &mut gradient);
        for column in 0..start.inputs.len() {
            inputs.set_component(column, 1.0);
            let (forward, reverse) = (components(&forward(&inputs)), components(&reverse(&inputs)));
            inputs.set_component(column, 0.0);
            let (argument, component) = locate(&start.names, column);
            let derivatives = differences::column(column, &start, &mut gradient);
            for (row, (differences, uncertainty)) in derivatives.into_iter().enumerate() {
                self.add(Entry {
                    argument,
                    component,
                    result: 0,
                    first: Some(locate(&start.names, row)),
                    forward: Some(forward[row]),
                    reverse: Some(reverse[row]),
                    differences,
                    uncertainty,
                });
            }
        }
        self
    }
}

fn components(value: &impl Differentiable) -> Vec<f64> {
    let mut found = Vec::new();
    value.read_components(&mut |value| found.push(value));
    found
}

/// The argument that a column belongs to, and which of its components it is.
fn locate(names: &[(&'static str, usize)], column: usize) -> (&'static str, usize) {
    let mut column = column;
    for &(name, count) in names {
        if column < count {
            return (name, column);
        }
        column -= count;
    }
    ("", column)
}

/// Checks a gradient that somebody has written or computed, against differences.
///
/// `at` has `n` components, `gradient` gives as many.
///
/// ```
/// use autodiff_runtime::check_gradient;
///
/// let value = |x: &[f64]| x[0] * x[0] * x[1];
/// let right = |x: &[f64]| vec![2.0 * x[0] * x[1], x[0] * x[0]];
/// let wrong = |x: &[f64]| vec![2.0 * x[0] * x[1], x[0]];
///
/// assert!(check_gradient(value, right, &[3.0, 2.0]).is_ok());
/// let report = check_gradient(value, wrong, &[3.0, 2.0]);
/// assert_eq!(report.failures().next().unwrap().component, 1);
/// println!("{report}");
/// ```
///
/// # Panics
/// If the gradient has another length than `at`.
pub fn check_gradient(
    mut value: impl FnMut(&[f64]) -> f64,
    mut gradient: impl FnMut(&[f64]) -> Vec<f64>,
    at: &[f64],
) -> Report {
    let given = gradient(at);
    assert_eq!(given.len(), at.len(), "chainrule: the gradient has another length than the point");
    let mut function = |probe: &mut Probe| {
        let mut moved = at.to_vec();
        probe.argument("x", &mut moved);
        probe.result(&value(&moved));
    };
    let start = Probe::run(None, &mut function);
    let mut report = Report::new(false, 1);
    for (component, given) in given.into_iter().enumerate() {
        let (differences, uncertainty) = differences::column(component, &start, &mut function)[0];
        report.add(Entry {
            argument: "x",
            component,
            result: 0,
            first: None,
            forward: None,
            reverse: Some(given),
            differences,
            uncertainty,
        });
    }
    report
}

/// Panics with the report, if it has failures; what [`crate::assert_gradients!`] calls.
#[doc(hidden)]
#[track_caller]
pub fn assert_report(report: &Report) {
    assert!(report.is_ok(), "{report}");
}

/// Asserts that a function's derivatives are right at a point: both modes agree with each other and
/// with differences.
///
/// Takes a call of an annotated function by its path, `assert_gradients!(area(2.0, 3.0))`, or else a
/// [`Report`]: that of a method, `body.energy_check_gradients(..)`; in parentheses that of a function with
/// type arguments or with a companion of another name, `assert_gradients!((Area::check_gradients(2.0)))`.
///
/// ```
/// use autodiff_runtime::{assert_gradients, check_gradient};
///
/// let report = check_gradient(|x| x[0] * x[0], |x| vec![2.0 * x[0]], &[3.0]);
/// assert_gradients!(report.with_tolerance(1e-9));
/// ```
///
/// # Panics
/// With the report, if an entry of the Jacobian disagrees.
#[macro_export]
macro_rules! assert_gradients {
    ($($path:ident)::+ ($($arg:expr),* $(,)?)) => {
        $crate::__private::assert_report(&$($path)::+::check_gradients($($arg),*))
    };
    ($report:expr) => {
        $crate::__private::assert_report(&$report)
    };
}
