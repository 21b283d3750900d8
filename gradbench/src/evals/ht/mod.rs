//! `ht`: hand tracking, the distances of points from a skinned model of a hand.

mod input;
pub mod matrix;

use chainrule::ndarray::{Array2, Axis};
use chainrule::sparse::Groups;
use chainrule::{differentiable, differentiate};

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
    /// Whether it is the other hand.
    pub is_mirrored: bool,
}

/// What was seen: points, and for each the vertex it belongs to, or the triangle.
pub struct Observed {
    /// The points.
    pub points: Vec<[f64; 3]>,
    /// The vertices that any point refers to, in order, each once.
    pub vertices: Vec<usize>,
    /// For each point the vertices it refers to, by their places among those: three of the same where it
    /// belongs to a vertex.
    pub corners: Vec<[usize; 3]>,
}

impl Observed {
    /// The points, and for each the vertices of the skin that it refers to.
    pub fn new(points: Vec<[f64; 3]>, corners: Vec<[usize; 3]>) -> Observed {
        let mut vertices: Vec<usize> = corners.iter().flatten().copied().collect();
        vertices.sort_unstable();
        vertices.dedup();
        // Each is there, before all that are greater.
        let place = |vertex| vertices.partition_point(|&other| other < vertex);
        let corners = corners.iter().map(|of_point| of_point.map(place)).collect();
        Observed { points, vertices, corners }
    }
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

/// Where the pose puts the vertices that are `wanted`.
#[differentiable]
pub fn vertices(
    theta: &[f64],
    #[constant] hand: &Hand,
    #[constant] wanted: &[usize],
) -> Vec<[f64; 3]> {
    let transforms: Vec<Matrix4> = transforms(theta, hand);
    let global: Matrix3 = Matrix3::from_axis(&[theta[0], theta[1], theta[2]]);
    let mut vertices: Vec<[f64; 3]> = Vec::with_capacity(wanted.len());
    for &vertex in wanted {
        let mut skinned = [0.0; 3];
        for &(bone, weight) in &hand.weights[vertex] {
            transforms[bone].add_weighted(weight, &hand.base_positions[vertex], &mut skinned);
        }
        if hand.is_mirrored {
            skinned[0] = -skinned[0];
        }
        let [x, y, z] = global.apply(&skinned);
        vertices.push([x + theta[3], y + theta[4], z + theta[5]]);
    }
    vertices
}

/// The point with these barycentric coordinates, the third of which is what is left of one.
#[differentiable]
fn in_triangle(uv: &[f64; 2], a: &[f64; 3], b: &[f64; 3], c: &[f64; 3]) -> [f64; 3] {
    let [u, v] = *uv;
    let w = 1.0 - u - v;
    [u * a[0] + v * b[0] + w * c[0], u * a[1] + v * b[1] + w * c[1], u * a[2] + v * b[2] + w * c[2]]
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
    let vertices = vertices(theta, hand, &observed.vertices);
    let count = observed.points.len();
    let mut residuals = vec![0.0; 3 * count];
    for i in 0..count {
        let point = observed.points[i];
        let [a, b, c] = observed.corners[i];
        let posed = if by_triangle {
            let uv = [us[2 * i], us[2 * i + 1]];
            in_triangle(&uv, &vertices[a], &vertices[b], &vertices[c])
        } else {
            vertices[a]
        };
        for k in 0..3 {
            residuals[3 * i + k] = point[k] - posed[k];
        }
    }
    residuals
}

/// The number of columns of the Jacobian: with `us` first its derivatives in its own two coordinates, then one
/// for each parameter.
pub fn columns(theta: &[f64], us: &[f64]) -> usize {
    if us.is_empty() { theta.len() } else { 2 + theta.len() }
}

/// The Jacobian by row, in memory of its own, the columns that share no row found anew.
pub fn jacobian(theta: &[f64], us: &[f64], hand: &Hand, observed: &Observed) -> Array2<f64> {
    if us.is_empty() {
        return posed::jacfwd_compressed(theta, us, hand, observed);
    }
    let mut jacobian = Array2::zeros((3 * observed.points.len(), columns(theta, us)));
    jacobian_into(theta, us, hand, observed, &mut Groups::new(), &mut jacobian);
    jacobian
}

/// The same in the caller's memory, the columns that share no row kept in `groups`.
pub fn jacobian_into(
    theta: &[f64],
    us: &[f64],
    hand: &Hand,
    observed: &Observed,
    groups: &mut Groups,
    jacobian: &mut Array2<f64>,
) {
    if us.is_empty() {
        return posed::jacfwd_compressed_into(theta, us, hand, observed, groups, jacobian);
    }
    let (mut by_us, by_theta) = jacobian.view_mut().split_at(Axis(1), 2);
    posed::jacfwd_compressed_into(theta, us, hand, observed, groups, by_theta);
    let vertices = vertices(theta, hand, &observed.vertices);
    for (i, uv) in us.as_chunks::<2>().0.iter().enumerate() {
        let [a, b, c] = observed.corners[i].map(|corner| vertices[corner]);
        let on_skin = differentiate!(|uv: &[f64; 2]| -> [f64; 3] { in_triangle(uv, &a, &b, &c) });
        for (k, by_uv) in on_skin.jacfwd(uv).into_iter().enumerate() {
            by_us[[3 * i + k, 0]] = -by_uv[0];
            by_us[[3 * i + k, 1]] = -by_uv[1];
        }
    }
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
