//! `ht`: hand tracking, the distances of points from a skinned model of a hand.

mod input;
pub mod matrix;

use chainrule::differentiable;
use chainrule::ndarray::{Array2, ArrayView1, Axis};

pub use self::input::FUNCTIONS;
use self::matrix::{Matrix3, Matrix4};

/// Numbers that describe a pose.
pub const PARAMETERS: usize = 26;

/// A hand: bones, and a skin of triangles that follows them.
pub struct Hand {
    /// The bone that a bone is attached to, which comes before it.
    pub parents: Vec<Option<usize>>,
    /// Each bone's frame in that of its parent, in the base pose.
    pub base_relatives: Vec<Matrix4>,
    /// From the space of the base pose to each bone's frame in it.
    pub inverse_base_absolutes: Vec<Matrix4>,
    /// The skin's vertices in the base pose, in homogeneous coordinates.
    pub base_positions: Vec<[f64; 4]>,
    /// For each vertex the bones that it follows, and how much.
    pub weights: Vec<Vec<(usize, f64)>>,
    /// The skin's triangles, by their vertices.
    pub triangles: Vec<[usize; 3]>,
    /// Whether it is the other hand.
    pub is_mirrored: bool,
}

/// What was seen: points, and for each the vertex it belongs to, or the triangle.
pub struct Observed {
    /// The points.
    pub points: Vec<[f64; 3]>,
    /// Vertices, or triangles where there are coordinates in them.
    pub correspondences: Vec<usize>,
}

/// The angles of each bone about x, y and z: the fingers' first bones turn about x and z, the next two
/// about x, all others do not turn.
#[differentiable]
pub fn angles(theta: &[f64], bones: usize) -> Vec<[f64; 3]> {
    let mut angles = vec![[0.0; 3]; bones];
    for finger in 0..5 {
        let own = &theta[6 + 4 * finger..10 + 4 * finger];
        let first = 2 + 4 * finger;
        angles[first][0] = own[0];
        angles[first][2] = own[1];
        angles[first + 1][0] = own[2];
        angles[first + 2][0] = own[3];
    }
    angles
}

/// For each bone the map from the base pose to the pose.
#[differentiable]
pub fn transforms(theta: &[f64], #[constant] hand: &Hand) -> Vec<Matrix4> {
    let bones = hand.parents.len();
    let angles = angles(theta, bones);
    let mut absolutes: Vec<Matrix4> = Vec::with_capacity(bones);
    let mut transforms: Vec<Matrix4> = Vec::with_capacity(bones);
    for bone in 0..bones {
        let [x, y, z] = angles[bone];
        let rotation: Matrix3 = Matrix3::from_angles(x, y, z);
        let relative: Matrix4 = hand.base_relatives[bone].after_rotation(&rotation);
        let absolute: Matrix4 = match hand.parents[bone] {
            Some(parent) => absolutes[parent].after(&relative),
            None => relative,
        };
        transforms.push(absolute.after(&hand.inverse_base_absolutes[bone]));
        absolutes.push(absolute);
    }
    transforms
}

/// Where the pose puts the vertices that are `wanted`; the others stay at the origin.
#[differentiable]
pub fn vertices(
    theta: &[f64],
    #[constant] hand: &Hand,
    #[constant] wanted: &[bool],
) -> Vec<[f64; 3]> {
    let transforms: Vec<Matrix4> = transforms(theta, hand);
    let global: Matrix3 = Matrix3::from_axis(&[theta[0], theta[1], theta[2]]);
    let mut vertices = vec![[0.0; 3]; wanted.len()];
    for vertex in 0..wanted.len() {
        if !wanted[vertex] {
            continue;
        }
        let mut skinned = [0.0; 3];
        for &(bone, weight) in &hand.weights[vertex] {
            transforms[bone].add_weighted(weight, &hand.base_positions[vertex], &mut skinned);
        }
        if hand.is_mirrored {
            skinned[0] = -skinned[0];
        }
        let turned = global.apply(&skinned);
        for i in 0..3 {
            vertices[vertex][i] = turned[i] + theta[3 + i];
        }
    }
    vertices
}

/// The vertices that the correspondences refer to.
fn wanted(hand: &Hand, observed: &Observed, by_triangle: bool) -> Vec<bool> {
    let mut wanted = vec![false; hand.base_positions.len()];
    for &correspondence in &observed.correspondences {
        if by_triangle {
            for vertex in hand.triangles[correspondence] {
                wanted[vertex] = true;
            }
        } else {
            wanted[correspondence] = true;
        }
    }
    wanted
}

/// The differences of the points seen and where the pose has them. With `us`, two barycentric
/// coordinates for each point, the correspondences are triangles, else vertices.
#[differentiable]
pub fn residuals(
    theta: &[f64],
    us: &[f64],
    #[constant] hand: &Hand,
    #[constant] observed: &Observed,
) -> Vec<f64> {
    let by_triangle = !us.is_empty();
    let wanted: Vec<bool> = wanted(hand, observed, by_triangle);
    let vertices = vertices(theta, hand, &wanted);
    let count = observed.points.len();
    let mut residuals = vec![0.0; 3 * count];
    for i in 0..count {
        let point = observed.points[i];
        let at = observed.correspondences[i];
        if by_triangle {
            let [a, b, c] = hand.triangles[at];
            let (u, v) = (us[2 * i], us[2 * i + 1]);
            for k in 0..3 {
                let on_skin =
                    u * vertices[a][k] + v * vertices[b][k] + (1.0 - u - v) * vertices[c][k];
                residuals[3 * i + k] = point[k] - on_skin;
            }
        } else {
            for k in 0..3 {
                residuals[3 * i + k] = point[k] - vertices[at][k];
            }
        }
    }
    residuals
}

/// The Jacobian by row: with `us` first its derivatives in its own two coordinates, then one for each
/// parameter.
pub fn jacobian(theta: &[f64], us: &[f64], hand: &Hand, observed: &Observed) -> Array2<f64> {
    let own = if us.is_empty() { 0 } else { 2 };
    let mut jacobian = Array2::zeros((3 * observed.points.len(), own + theta.len()));
    let (mut by_us, by_theta) = jacobian.view_mut().split_at(Axis(1), own);
    posed::jacfwd_into(theta, us, hand, observed, by_theta);
    for column in 0..own {
        let us_dot: Vec<f64> = (0..us.len()).map(|i| f64::from(i % 2 == column)).collect();
        let theta_dot = vec![0.0; theta.len()];
        let (_, dots) = residuals::jvp(theta, us, hand, observed, &theta_dot, &us_dot);
        by_us.column_mut(column).assign(&ArrayView1::from(&dots));
    }
    jacobian
}

/// The residuals as a function of the pose alone.
#[differentiable]
fn posed(
    theta: &[f64],
    #[constant] us: &[f64],
    #[constant] hand: &Hand,
    #[constant] observed: &Observed,
) -> Vec<f64> {
    residuals(theta, us, hand, observed)
}
