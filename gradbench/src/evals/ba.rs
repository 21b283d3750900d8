//! `ba`: bundle adjustment, the reprojection errors of points seen by cameras.

use chainrule::ndarray::{ArrayViewMut2, Axis};
use chainrule::{Differentiable, differentiable};
use serde::{Deserialize, Serialize};

use crate::evaluation::{Function, ensure, evaluate};

/// Numbers that describe a camera.
const CAMERA: usize = 11;
/// Coordinates of a point.
const POINT: usize = 3;
/// Entries of each of an observation's two rows in the Jacobian: camera, point and weight.
const ROW: usize = CAMERA + POINT + 1;
/// More than this many of anything is taken for a mistake, not for a size.
const MOST: usize = 10_000_000;

/// A camera with radial distortion.
#[derive(Clone, Debug, Differentiable)]
pub struct Camera {
    /// The rotation by its axis, as long as the angle in radians.
    pub rotation: [f64; 3],
    /// Where the camera stands.
    pub centre: [f64; 3],
    /// The focal length.
    pub focal: f64,
    /// The principal point.
    pub principal: [f64; 2],
    /// The coefficients of the radial distortion.
    pub radial: [f64; 2],
}

/// The inner product.
#[differentiable]
pub fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The vector product.
#[differentiable]
pub fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// `v` turned about `axis` by as many radians as `axis` is long (Rodrigues).
#[differentiable]
pub fn rotate(axis: &[f64; 3], v: &[f64; 3]) -> [f64; 3] {
    let squared = dot(axis, axis);
    if squared == 0.0 {
        let turn = cross(axis, v);
        return [v[0] + turn[0], v[1] + turn[1], v[2] + turn[2]];
    }
    let angle = squared.sqrt();
    let (sin, cos) = angle.sin_cos();
    let unit = [axis[0] / angle, axis[1] / angle, axis[2] / angle];
    let turn = cross(&unit, v);
    let along = dot(&unit, v) * (1.0 - cos);
    [
        v[0] * cos + turn[0] * sin + unit[0] * along,
        v[1] * cos + turn[1] * sin + unit[1] * along,
        v[2] * cos + turn[2] * sin + unit[2] * along,
    ]
}

/// Where the camera sees the point.
#[differentiable]
pub fn project(camera: &Camera, point: &[f64; 3]) -> [f64; 2] {
    let centre = &camera.centre;
    let from_centre = [point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]];
    let [x, y, z] = rotate(&camera.rotation, &from_centre);
    let (x, y) = (x / z, y / z);
    let squared = x * x + y * y;
    let scale = 1.0 + camera.radial[0] * squared + camera.radial[1] * squared * squared;
    [x * scale * camera.focal + camera.principal[0], y * scale * camera.focal + camera.principal[1]]
}

/// How far the point is seen from where it was observed, weighted.
#[differentiable]
pub fn reprojection_error(
    camera: &Camera,
    point: &[f64; 3],
    weight: f64,
    #[constant] feature: &[f64; 2],
) -> [f64; 2] {
    let seen = project(camera, point);
    [weight * (seen[0] - feature[0]), weight * (seen[1] - feature[1])]
}

/// How far the weight is from ±1.
#[differentiable]
pub fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}

/// Who saw what: the camera and the point of an observation, and where the point was seen.
struct Observation {
    camera: usize,
    point: usize,
    feature: [f64; 2],
}

/// The problem, and the buffers for what is computed from it.
pub struct Problem {
    cameras: Vec<Camera>,
    points: Vec<[f64; 3]>,
    weights: Vec<f64>,
    observations: Vec<Observation>,
    errors: Errors,
    jacobian: Jacobian,
}

/// The residuals.
#[derive(Default)]
struct Errors {
    reprojection: Vec<[f64; 2]>,
    weight: Vec<f64>,
}

/// A sparse matrix, row after row: row `i` has the entries from `rows[i]` to `rows[i + 1]`.
#[derive(Default)]
struct Jacobian {
    rows: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl Jacobian {
    /// Makes room for so many observations; what is there is overwritten.
    fn resize(&mut self, observations: usize) {
        let entries = (2 * ROW + 1) * observations;
        self.rows.resize(3 * observations + 1, 0);
        self.columns.resize(entries, 0);
        self.values.resize(entries, 0.0);
    }
}

/// Writes as many columns, from `first` on.
fn number(columns: &mut [usize], first: usize) {
    columns.iter_mut().enumerate().for_each(|(i, column)| *column = first + i);
}

impl Problem {
    /// One camera, one point and one observation, many times over: `n` cameras, `m` points, `p`
    /// observations.
    pub fn repeated(
        [n, m, p]: [usize; 3],
        camera: Camera,
        point: [f64; 3],
        weight: f64,
        feature: [f64; 2],
    ) -> Problem {
        let observation = |i| Observation { camera: i % n, point: i % m, feature };
        Problem {
            cameras: vec![camera; n],
            points: vec![point; m],
            weights: vec![weight; p],
            observations: (0..p).map(observation).collect(),
            errors: Errors::default(),
            jacobian: Jacobian::default(),
        }
    }

    /// The residuals of all observations and weights.
    pub fn objective(&mut self) {
        let Problem { cameras, points, weights, observations, errors, .. } = self;
        errors.reprojection.clear();
        errors.weight.clear();
        errors.reprojection.extend(observations.iter().zip(&*weights).map(|(seen, weight)| {
            let (camera, point) = (&cameras[seen.camera], &points[seen.point]);
            reprojection_error(camera, point, *weight, &seen.feature)
        }));
        errors.weight.extend(weights.iter().map(|weight| weight_error(*weight)));
    }

    /// The Jacobian of all residuals, two rows for each observation, then one for each weight.
    pub fn jacobian(&mut self) {
        let Problem { cameras, points, weights, observations, jacobian, .. } = self;
        jacobian.resize(observations.len());
        let first_point = CAMERA * cameras.len();
        let first_weight = first_point + POINT * points.len();
        let errors = 2 * observations.len();
        let (values, weight_values) = jacobian.values.split_at_mut(ROW * errors);
        let (columns, weight_columns) = jacobian.columns.split_at_mut(ROW * errors);
        let values = values.as_chunks_mut::<{ 2 * ROW }>().0;
        let columns = columns.as_chunks_mut::<ROW>().0.as_chunks_mut::<2>().0;
        let each = observations.iter().zip(&*weights).zip(values).zip(columns);
        for (index, (((seen, weight), values), columns)) in each.enumerate() {
            let (camera, point) = (&cameras[seen.camera], &points[seen.point]);
            let values = ArrayViewMut2::from(values.as_chunks_mut::<ROW>().0);
            let (by_camera, rest) = values.split_at(Axis(1), CAMERA);
            let (by_point, by_weight) = rest.split_at(Axis(1), POINT);
            reprojection_error::jacrev_into(
                camera,
                point,
                *weight,
                &seen.feature,
                by_camera,
                by_point,
                by_weight,
            );
            for columns in columns {
                number(&mut columns[..CAMERA], CAMERA * seen.camera);
                number(&mut columns[CAMERA..ROW - 1], first_point + POINT * seen.point);
                columns[ROW - 1] = first_weight + index;
            }
        }
        for (index, weight) in weights.iter().enumerate() {
            weight_values[index] = weight_error::grad(*weight);
            weight_columns[index] = first_weight + index;
        }
        for (row, start) in jacobian.rows.iter_mut().enumerate() {
            *start = ROW * row.min(errors) + row.saturating_sub(errors);
        }
    }
}

#[derive(Deserialize)]
struct Input {
    n: usize,
    m: usize,
    p: usize,
    cam: [f64; CAMERA],
    x: [f64; POINT],
    w: f64,
    feat: [f64; 2],
}

fn prepare(input: Input) -> Result<Problem, String> {
    let Input { n, m, p, x, w, feat, .. } = input;
    for (name, count) in [("n", n), ("m", m), ("p", p)] {
        ensure((1..=MOST).contains(&count), || format!("`{name}` is {count}, not 1 to {MOST}"))?;
    }
    let [r0, r1, r2, c0, c1, c2, focal, u, v, k1, k2] = input.cam;
    let camera = Camera {
        rotation: [r0, r1, r2],
        centre: [c0, c1, c2],
        focal,
        principal: [u, v],
        radial: [k1, k2],
    };
    Ok(Problem::repeated([n, m, p], camera, x, w, feat))
}

#[derive(Serialize)]
struct SentErrors {
    reproj_error: SentPairs,
    w_err: SentNumbers,
}

#[derive(Serialize)]
struct SentPairs {
    elements: [f64; 2],
    repeated: usize,
}

#[derive(Serialize)]
struct SentNumbers {
    element: f64,
    repeated: usize,
}

impl SentErrors {
    fn of(problem: &Problem) -> SentErrors {
        let Errors { reprojection, weight } = &problem.errors;
        SentErrors {
            reproj_error: SentPairs { elements: reprojection[0], repeated: reprojection.len() },
            w_err: SentNumbers { element: weight[0], repeated: weight.len() },
        }
    }
}

#[derive(Serialize)]
struct SentJacobian {
    rows: Vec<usize>,
    cols: Vec<usize>,
    vals: Vec<f64>,
}

/// The first thirty and the last.
fn excerpt<T: Copy>(list: &[T]) -> Vec<T> {
    list.iter().take(2 * ROW).chain(list.last()).copied().collect()
}

impl SentJacobian {
    fn of(problem: &Problem) -> SentJacobian {
        let Jacobian { rows, columns, values } = &problem.jacobian;
        SentJacobian { rows: excerpt(rows), cols: excerpt(columns), vals: excerpt(values) }
    }
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("objective", |input| {
        evaluate(input, prepare, Problem::objective, |problem, ()| SentErrors::of(problem))
    }),
    ("jacobian", |input| {
        evaluate(input, prepare, Problem::jacobian, |problem, ()| SentJacobian::of(problem))
    }),
];
