//! Holds a function's generated derivatives against the reference, at every point and precision.
//!
//! For each point: the primal value of all generated functions is the function's own, bit for bit;
//! the whole Jacobian by `jvp` (column by column) and by `adjoint` (row by row) is the reference's;
//! `⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩` along random directions; a second run answers the same bits; `adjoint` adds
//! to what its buffers hold; `vjp`, `grad` and `value_and_grad` agree with `adjoint`. The reference
//! itself is held against fourth-order central differences, except at kinks.

/// What one run of a function (or of a function derived from it) answers, flattened.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The floats of the result, then of the `&mut` arguments' final state.
    pub values: Vec<f64>,
    /// Result and final state in words, integers and flags included.
    pub text: String,
    /// Tangents of `values`, or cotangents of the active arguments.
    pub derivative: Vec<f64>,
}

/// A run along a direction, or with a seed: `(point, direction)`.
pub type Run = Box<dyn Fn(usize, &[f64]) -> Answer>;

/// The derived functions of one subject: `jvp` by direction, the others by seed.
pub struct Derivatives {
    /// `jvp`.
    pub jvp: Run,
    /// `adjoint` into zeroed buffers.
    pub adjoint: Run,
    /// `adjoint` into buffers of ones, less the ones.
    pub adjoint_onto_ones: Run,
    /// `vjp`, the pullback called twice.
    pub vjp: Run,
    /// `value_and_grad`, with `grad`'s answer checked to be the same; absent unless the result is a
    /// float.
    pub grad: Option<Run>,
}

/// One function at one precision.
pub struct Subject {
    /// The function itself, its active arguments shifted by the second operand.
    pub primal: Run,
    /// What the attribute made of it.
    pub derivatives: Option<Derivatives>,
}

/// One function of the corpus.
pub struct Case {
    /// Module and function.
    pub name: &'static str,
    /// For each point, whether the function is smooth around it.
    pub smooth: &'static [bool],
    /// How many floats the active arguments hold at a point.
    pub inputs: fn(usize) -> usize,
    /// The function over `f64`.
    pub double: Subject,
    /// The function over `f32`, where it exists.
    pub single: Option<Subject>,
    /// The function over `Dual`: value and derivative along a direction.
    pub reference: Run,
}

/// Relative tolerances of a precision, with 1 as the smallest scale.
struct Precision {
    name: &'static str,
    tolerance: f64,
    /// Of the identity of forward and reverse mode, relative to the sum of the terms' magnitudes.
    identity: f64,
}

const DOUBLE: Precision = Precision { name: "f64", tolerance: 1e-12, identity: 1e-12 };
const SINGLE: Precision = Precision { name: "f32", tolerance: 1e-4, identity: 1e-4 };

/// Runs every check on one function.
pub fn check(case: &Case) {
    assert!(!case.smooth.is_empty(), "{} has no points", case.name);
    for point in 0..case.smooth.len() {
        let jacobian = Jacobian::of(case, point);
        if case.smooth[point] {
            jacobian.check_by_differences(case, point);
        }
        check_subject(case, &case.double, point, &jacobian, &DOUBLE);
        if let Some(single) = &case.single {
            check_subject(case, single, point, &jacobian, &SINGLE);
        }
    }
}

/// The reference at a point, one column for each input.
struct Jacobian {
    values: Vec<f64>,
    columns: Vec<Vec<f64>>,
}

impl Jacobian {
    fn of(case: &Case, point: usize) -> Jacobian {
        let inputs = (case.inputs)(point);
        let run = |direction: &[f64]| (case.reference)(point, direction);
        Jacobian {
            values: run(&vec![0.0; inputs]).values,
            columns: (0..inputs).map(|i| run(&unit(inputs, i)).derivative).collect(),
        }
    }

    fn row(&self, output: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[output]).collect()
    }

    fn check_by_differences(&self, case: &Case, point: usize) {
        let inputs = self.columns.len();
        for (i, column) in self.columns.iter().enumerate() {
            let at = |step: f64| {
                let shift: Vec<f64> = unit(inputs, i).iter().map(|u| u * step).collect();
                (case.double.primal)(point, &shift).values
            };
            let h = 2.5e-4;
            let (far_left, left, right, far_right) = (at(-2.0 * h), at(-h), at(h), at(2.0 * h));
            let slopes: Vec<f64> = (0..column.len())
                .map(|k| (far_left[k] - 8.0 * left[k] + 8.0 * right[k] - far_right[k]) / (12.0 * h))
                .collect();
            let what = format!("{}, point {point}: reference by input {i}", case.name);
            assert_close(column, &slopes, 1e-7, &what);
        }
    }
}

fn check_subject(
    case: &Case,
    subject: &Subject,
    point: usize,
    jacobian: &Jacobian,
    precision: &Precision,
) {
    let what = |part: &str| format!("{} ({}), point {point}: {part}", case.name, precision.name);
    let tolerance = precision.tolerance;
    let (inputs, outputs) = (jacobian.columns.len(), jacobian.values.len());
    let primal = (subject.primal)(point, &[]);
    assert_close(&primal.values, &jacobian.values, tolerance, &what("value"));
    let Some(derivatives) = &subject.derivatives else { return };
    let run = |name: &str, run: &Run, direction: &[f64]| {
        let first = run(point, direction);
        let second = run(point, direction);
        assert_same_bits(&primal, &first, &what(&format!("primal value in {name}")));
        assert_same_bits(&first, &second, &what(&format!("second run of {name}")));
        assert_eq!(bits(&first.derivative), bits(&second.derivative), "{}", what(name));
        first.derivative
    };

    for (i, column) in jacobian.columns.iter().enumerate() {
        let tangent = run("jvp", &derivatives.jvp, &unit(inputs, i));
        assert_close(&tangent, column, tolerance, &what(&format!("jvp by input {i}")));
    }
    let reverse = [
        ("adjoint", &derivatives.adjoint),
        ("adjoint onto ones", &derivatives.adjoint_onto_ones),
        ("vjp", &derivatives.vjp),
    ];
    for (name, function) in reverse {
        for output in 0..outputs {
            let cotangent = run(name, function, &unit(outputs, output));
            let part = what(&format!("{name} of output {output}"));
            assert_close(&cotangent, &jacobian.row(output), tolerance, &part);
        }
    }
    if let Some(grad) = &derivatives.grad {
        let gradient = run("grad", grad, &[]);
        assert_close(&gradient, &jacobian.row(0), tolerance, &what("grad"));
    }

    for round in 0..3 {
        let (x_dot, y_bar) = (directions(inputs, round), directions(outputs, round + 100));
        let y_dot = run("jvp", &derivatives.jvp, &x_dot);
        let x_bar = run("adjoint", &derivatives.adjoint, &y_bar);
        let (forward, scale) = inner_product(&y_bar, &y_dot);
        let (reverse, other_scale) = inner_product(&x_bar, &x_dot);
        let slack = precision.identity * scale.max(other_scale);
        let agree = forward == reverse
            || (forward - reverse).abs() <= slack
            || !(case.smooth[point] || forward.is_finite() && reverse.is_finite());
        assert!(agree, "{}: {forward:e} and {reverse:e}", what("inner products"));
    }
}

fn assert_same_bits(expected: &Answer, found: &Answer, what: &str) {
    assert_eq!(bits(&expected.values), bits(&found.values), "{what}: {expected:?}, {found:?}");
    assert_eq!(expected.text, found.text, "{what}");
}

pub(crate) fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: {found:?} for {expected:?}");
    for (index, (&f, &e)) in found.iter().zip(expected).enumerate() {
        let close = f == e
            || f.is_nan() && e.is_nan()
            || (f - e).abs() <= tolerance * 1f64.max(f.abs()).max(e.abs());
        assert!(close, "{what}, entry {index}: {f:e} for {e:e}");
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

pub(crate) fn unit(len: usize, index: usize) -> Vec<f64> {
    (0..len).map(|i| if i == index { 1.0 } else { 0.0 }).collect()
}

/// `⟨x, y⟩` and the sum of its terms' magnitudes.
fn inner_product(x: &[f64], y: &[f64]) -> (f64, f64) {
    assert_eq!(x.len(), y.len());
    x.iter().zip(y).fold((0.0, 0.0), |(sum, scale), (x, y)| (sum + x * y, scale + (x * y).abs()))
}

/// Numbers in ±(1/2, 1), all distinct, that an `f32` holds exactly.
pub(crate) fn directions(len: usize, round: u64) -> Vec<f64> {
    // SplitMix64 (Steele, Lea & Flood 2014).
    let mut state = round.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..len)
        .map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let magnitude = 0.5 + ((z >> 44) as f64) / f64::from(1u32 << 21);
            if z & 1 == 0 { magnitude } else { -magnitude }
        })
        .collect()
}
