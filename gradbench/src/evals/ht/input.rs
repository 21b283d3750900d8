//! The input as it is sent.

use chainrule::ndarray::Array2;
use chainrule::sparse::Groups;
use serde::Deserialize;

use super::matrix::Matrix4;
use super::{Hand, Observed, PARAMETERS, columns, jacobian_into, residuals};
use crate::evaluation::{Function, ensure, evaluate};

/// Bones that the pose's parameters refer to.
const BONES: usize = 22;

#[derive(Deserialize)]
struct Input {
    theta: Vec<f64>,
    data: Data,
    #[serde(default)]
    us: Vec<[f64; 2]>,
}

#[derive(Deserialize)]
struct Data {
    model: Model,
    correspondences: Vec<usize>,
    points: Vec<[f64; 3]>,
}

#[derive(Deserialize)]
struct Model {
    parents: Vec<i64>,
    base_relatives: Vec<[[f64; 4]; 4]>,
    inverse_base_absolutes: Vec<[[f64; 4]; 4]>,
    base_positions: Vec<[f64; 4]>,
    weights: Vec<Vec<f64>>,
    triangles: Vec<[usize; 3]>,
    is_mirrored: bool,
}

/// The arguments of the residuals.
struct Prepared {
    theta: Vec<f64>,
    us: Vec<f64>,
    hand: Hand,
    observed: Observed,
}

fn hand(model: Model) -> Result<Hand, String> {
    let bones = model.parents.len();
    ensure(bones >= BONES, || format!("{bones} bones are not at least {BONES}"))?;
    let matrices = model.base_relatives.len().min(model.inverse_base_absolutes.len());
    ensure(matrices >= bones, || format!("not all of {bones} bones have matrices"))?;
    let parents = model.parents.iter().enumerate().map(|(bone, &parent)| match parent {
        -1 => Ok(None),
        parent => match usize::try_from(parent) {
            Ok(parent) if parent < bone => Ok(Some(parent)),
            _ => Err(format!("bone {bone} has the parent {parent}, which does not come before it")),
        },
    });
    let vertices = model.base_positions.len();
    ensure(model.weights.len() == vertices, || format!("not {vertices} columns of weights"))?;
    ensure(model.weights.iter().all(|weights| weights.len() == bones), || {
        format!("not {bones} weights in each column")
    })?;
    ensure(model.triangles.iter().flatten().all(|&vertex| vertex < vertices), || {
        "a triangle has a vertex that is not there".to_owned()
    })?;
    let sparse = |weights: &Vec<f64>| {
        weights.iter().copied().enumerate().filter(|(_, weight)| *weight != 0.0).collect()
    };
    let matrices =
        |list: Vec<[[f64; 4]; 4]>| list.into_iter().map(|rows| Matrix4 { rows }).collect();
    Ok(Hand {
        parents: parents.collect::<Result<_, _>>()?,
        base_relatives: matrices(model.base_relatives),
        inverse_base_absolutes: matrices(model.inverse_base_absolutes),
        base_positions: model.base_positions,
        weights: model.weights.iter().map(sparse).collect(),
        is_mirrored: model.is_mirrored,
    })
}

fn prepare(input: Input) -> Result<Prepared, String> {
    let Input { theta, data: Data { model, correspondences, points }, us } = input;
    ensure(theta.len() == PARAMETERS, || format!("`theta` has not {PARAMETERS} numbers"))?;
    let triangles = model.triangles.clone();
    let hand = hand(model)?;
    ensure(correspondences.len() == points.len(), || {
        "there are not as many `points` as `correspondences`".to_owned()
    })?;
    ensure(us.is_empty() || us.len() == points.len(), || {
        "there are not as many `us` as `points`".to_owned()
    })?;
    let known = if us.is_empty() { hand.base_positions.len() } else { triangles.len() };
    ensure(correspondences.iter().all(|&at| at < known), || {
        "a correspondence is not there".to_owned()
    })?;
    let corners = correspondences.into_iter().map(|at| match us.is_empty() {
        true => [at; 3],
        false => triangles[at],
    });
    let observed = Observed::new(points, corners.collect());
    Ok(Prepared { theta, us: us.concat(), hand, observed })
}

fn objective(at: &mut Prepared) -> Vec<f64> {
    residuals(&at.theta, &at.us, &at.hand, &at.observed)
}

/// The arguments, memory for the Jacobian, and which of its columns share no row.
struct Jacobian {
    at: Prepared,
    groups: Groups,
    matrix: Array2<f64>,
}

/// Finds the groups of columns as well. They are those of this input, which is all that they are used for, so
/// that there is nothing to be checked in each run.
fn prepare_jacobian(input: Input) -> Result<Jacobian, String> {
    let at = prepare(input)?;
    let matrix = Array2::zeros((3 * at.observed.points.len(), columns(&at.theta, &at.us)));
    let mut jacobian = Jacobian { at, groups: Groups::unchecked(), matrix };
    derivatives(&mut jacobian);
    Ok(jacobian)
}

fn derivatives(Jacobian { at, groups, matrix }: &mut Jacobian) {
    jacobian_into(&at.theta, &at.us, &at.hand, &at.observed, groups, matrix);
}

fn rows(jacobian: &Jacobian) -> Vec<Vec<f64>> {
    jacobian.matrix.outer_iter().map(|row| row.to_vec()).collect()
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("objective", |input| evaluate(input, prepare, objective, |_, residuals| residuals)),
    ("jacobian", |input| {
        evaluate(input, prepare_jacobian, derivatives, |jacobian, ()| rows(jacobian))
    }),
];
