//! Small matrices, as far as a hand needs them.

use chainrule::{Differentiable, differentiable};

/// A 3 × 3 matrix by rows.
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Matrix3 {
    /// The rows.
    pub rows: [[f64; 3]; 3],
}

/// A 4 × 4 matrix by rows: a map of homogeneous coordinates.
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Matrix4 {
    /// The rows.
    pub rows: [[f64; 4]; 4],
}

#[differentiable]
impl Matrix3 {
    /// The rotation by the Euler angles: about x first, then y, then z.
    pub fn from_angles(x: f64, y: f64, z: f64) -> Matrix3 {
        let (sin_x, cos_x) = x.sin_cos();
        let (sin_y, cos_y) = y.sin_cos();
        let (sin_z, cos_z) = z.sin_cos();
        Matrix3 {
            rows: [
                [
                    cos_z * cos_y,
                    cos_z * sin_y * sin_x - sin_z * cos_x,
                    cos_z * sin_y * cos_x + sin_z * sin_x,
                ],
                [
                    sin_z * cos_y,
                    sin_z * sin_y * sin_x + cos_z * cos_x,
                    sin_z * sin_y * cos_x - cos_z * sin_x,
                ],
                [-sin_y, cos_y * sin_x, cos_y * cos_x],
            ],
        }
    }

    /// The rotation about `axis` by as many radians as it is long; none if that is next to nothing.
    pub fn from_axis(axis: &[f64; 3]) -> Matrix3 {
        let angle = (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]).sqrt();
        if angle < 1e-4 {
            return Matrix3 { rows: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] };
        }
        let (x, y, z) = (axis[0] / angle, axis[1] / angle, axis[2] / angle);
        let (sin, cos) = angle.sin_cos();
        let rest = 1.0 - cos;
        Matrix3 {
            rows: [
                [x * x + (1.0 - x * x) * cos, x * y * rest - z * sin, x * z * rest + y * sin],
                [x * y * rest + z * sin, y * y + (1.0 - y * y) * cos, y * z * rest - x * sin],
                [x * z * rest - y * sin, z * y * rest + x * sin, z * z + (1.0 - z * z) * cos],
            ],
        }
    }

    /// This map after scaling the coordinates.
    pub fn scaled(&self, scale: &[f64; 3]) -> Matrix3 {
        let mut scaled = *self;
        for i in 0..3 {
            for j in 0..3 {
                scaled.rows[i][j] *= scale[j];
            }
        }
        scaled
    }

    /// Where the map takes `v`.
    pub fn apply(&self, v: &[f64; 3]) -> [f64; 3] {
        let mut image = [0.0; 3];
        for i in 0..3 {
            for j in 0..3 {
                image[i] += self.rows[i][j] * v[j];
            }
        }
        image
    }
}

#[differentiable]
impl Matrix4 {
    /// This map after another.
    pub fn after(&self, first: &Matrix4) -> Matrix4 {
        let mut rows = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..4 {
                for j in 0..4 {
                    rows[i][j] += self.rows[i][k] * first.rows[k][j];
                }
            }
        }
        Matrix4 { rows }
    }

    /// This map after a rotation about the origin.
    pub fn after_rotation(&self, rotation: &Matrix3) -> Matrix4 {
        let mut rows = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..3 {
                for j in 0..3 {
                    rows[i][j] += self.rows[i][k] * rotation.rows[k][j];
                }
            }
            rows[i][3] = self.rows[i][3];
        }
        Matrix4 { rows }
    }

    /// The coordinates of where the map takes `v`, `weight` times, added to `sum`.
    pub fn add_weighted(&self, weight: f64, v: &[f64; 4], sum: &mut [f64; 3]) {
        for i in 0..3 {
            let row = &self.rows[i];
            sum[i] += weight * (row[0] * v[0] + row[1] * v[1] + row[2] * v[2] + row[3] * v[3]);
        }
    }
}
