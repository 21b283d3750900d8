//! `ba`: the two rows of an observation, by one forward and two backward sweeps that share it, written
//! to a matrix of compressed rows.

use chainrule_gradbench::evals::ba::Camera;

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The error, and its derivatives in the camera, the point and the weight.
pub fn jacobian_rows(
    camera: &Camera,
    point: &[f64; 3],
    weight: f64,
    feature: &[f64; 2],
) -> ([f64; 2], [[f64; 15]; 2]) {
    let v: [f64; 3] = std::array::from_fn(|i| point[i] - camera.centre[i]);
    let squared = dot(&camera.rotation, &camera.rotation);
    let angle = squared.sqrt();
    let (sin, cos) = angle.sin_cos();
    let is_turned = squared != 0.0;
    let unit = if is_turned { camera.rotation.map(|r| r / angle) } else { camera.rotation };
    let (turn, along) = (cross(&unit, &v), dot(&unit, &v));
    let rotated: [f64; 3] = std::array::from_fn(|i| match is_turned {
        true => v[i] * cos + turn[i] * sin + unit[i] * along * (1.0 - cos),
        false => v[i] + turn[i],
    });
    let [x, y] = [rotated[0] / rotated[2], rotated[1] / rotated[2]];
    let rho = x * x + y * y;
    let [k1, k2] = camera.radial;
    let scale = 1.0 + k1 * rho + k2 * rho * rho;
    let scale_by_rho = k1 + 2.0 * k2 * rho;
    let (bent, f) = ([x * scale, y * scale], camera.focal);
    let seen: [f64; 2] = std::array::from_fn(|i| bent[i] * f + camera.principal[i] - feature[i]);
    let rows = std::array::from_fn(|row| {
        let wf = weight * f;
        let own = [x, y][row];
        let mut by_image = [2.0 * own * scale_by_rho * x * wf, 2.0 * own * scale_by_rho * y * wf];
        by_image[row] += scale * wf;
        let [bx, by] = by_image.map(|by| by / rotated[2]);
        let bar = [bx, by, -(x * bx + y * by)];
        let (by_unit_turn, by_turn) = (cross(&v, &bar), cross(&bar, &unit));
        let bar_along = dot(&unit, &bar);
        let (mut point_bar, mut rotation_bar) = ([0.0; 3], [0.0; 3]);
        if is_turned {
            let mut unit_bar = [0.0; 3];
            for i in 0..3 {
                point_bar[i] = bar[i] * cos + by_turn[i] * sin + unit[i] * bar_along * (1.0 - cos);
                unit_bar[i] =
                    by_unit_turn[i] * sin + (1.0 - cos) * (bar[i] * along + v[i] * bar_along);
            }
            let angle_bar = -sin * dot(&v, &bar) + cos * dot(&turn, &bar) + sin * along * bar_along
                - dot(&unit_bar, &unit) / angle;
            for i in 0..3 {
                rotation_bar[i] = unit_bar[i] / angle + angle_bar * unit[i];
            }
        } else {
            for i in 0..3 {
                point_bar[i] = bar[i] + by_turn[i];
                rotation_bar[i] = by_unit_turn[i];
            }
        }
        let [r0, r1, r2] = rotation_bar;
        let [p0, p1, p2] = point_bar;
        let mut principal = [0.0; 2];
        principal[row] = weight;
        let [u, w] = principal;
        let by_radial = own * wf * rho;
        let by_focal = weight * bent[row];
        [
            r0,
            r1,
            r2,
            -p0,
            -p1,
            -p2,
            by_focal,
            u,
            w,
            by_radial,
            by_radial * rho,
            p0,
            p1,
            p2,
            seen[row],
        ]
    });
    (seen.map(|seen| weight * seen), rows)
}

/// One camera, point and observation many times over, and the Jacobian of it.
pub struct Problem {
    pub cameras: Vec<Camera>,
    pub points: Vec<[f64; 3]>,
    pub weights: Vec<f64>,
    /// Camera, point and where it was seen.
    pub observations: Vec<(usize, usize, [f64; 2])>,
    rows: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl Problem {
    pub fn new(
        [n, m, p]: [usize; 3],
        camera: &Camera,
        point: [f64; 3],
        weight: f64,
        feature: [f64; 2],
    ) -> Problem {
        Problem {
            cameras: vec![camera.clone(); n],
            points: vec![point; m],
            weights: vec![weight; p],
            observations: (0..p).map(|i| (i % n, i % m, feature)).collect(),
            rows: vec![0; 3 * p + 1],
            columns: vec![0; 31 * p],
            values: vec![0.0; 31 * p],
        }
    }

    pub fn jacobian(&mut self) {
        let Problem { cameras, points, weights, observations, rows, columns, values } = self;
        let (first_point, p) = (11 * cameras.len(), weights.len());
        let first_weight = first_point + 3 * points.len();
        for index in 0..p {
            let (camera, point, feature) = observations[index];
            let weight = weights[index];
            let (_, found) = jacobian_rows(&cameras[camera], &points[point], weight, &feature);
            for (row, found) in found.iter().enumerate() {
                let start = 30 * index + 15 * row;
                rows[2 * index + row] = start;
                values[start..start + 15].copy_from_slice(found);
                let columns = &mut columns[start..start + 15];
                for i in 0..11 {
                    columns[i] = 11 * camera + i;
                }
                for i in 0..3 {
                    columns[11 + i] = first_point + 3 * point + i;
                }
                columns[14] = first_weight + index;
            }
        }
        for index in 0..p {
            rows[2 * p + index] = 30 * p + index;
            values[30 * p + index] = -2.0 * weights[index];
            columns[30 * p + index] = first_weight + index;
        }
        rows[3 * p] = 31 * p;
    }
}
