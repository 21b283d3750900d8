//! Sparse Jacobians and Hessians by colouring.
//!
//! Columns that share no row can be found together: one sweep along the sum of their basis vectors
//! gives all of them, and the [`Pattern`] tells which entry belongs to which. The columns of a matrix
//! are *coloured* so that no two of one colour share a row ([`colour_columns`]); so many sweeps of
//! forward mode as there are colours give the matrix. Rows and reverse mode likewise. In a symmetric
//! matrix each entry is there twice, which takes fewer colours still ([`colour_symmetric`]). The number
//! of colours depends on the pattern and mostly not on its size: three for a tridiagonal matrix.
//!
//! `f::jacfwd_compressed(args…)` does that for one point, and gives a matrix with its zeros;
//! `f::jacfwd_compressed_into(args…, &mut groups, …)` for many ([`Groups`]). Here the pattern is used again, and the entries
//! alone are kept.
//!
//! `f::jacobian_pattern(args…)` and `f::hessian_pattern(args…)` find the pattern, or it is known from
//! the problem. That it lacks no entry is checked, by one sweep more for each evaluation.
//!
//! Curtis, Powell & Reid, "On the estimation of sparse Jacobian matrices" (1974); Gebremedhin, Manne &
//! Pothen, "What color is your Jacobian?" (2005).
//!
//! ```
//! use autodiff_runtime::sparse::{Jacobian, Pattern};
//!
//! // y[i] = x[i]² + x[i + 1]: two diagonals, two colours, whatever n is.
//! let n = 1000;
//! let pattern = Pattern::banded(n, n, 0, 1);
//! let plan = Jacobian::new(pattern);
//! assert_eq!(plan.sweeps(), 2);
//!
//! let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
//! let forward = |v: &[f64], y: &mut [f64]| {
//!     for i in 0..n {
//!         y[i] = 2.0 * x[i] * v[i] + if i + 1 < n { v[i + 1] } else { 0.0 };
//!     }
//! };
//! let reverse = |u: &[f64], bar: &mut [f64]| {
//!     for i in 0..n {
//!         bar[i] += 2.0 * x[i] * u[i];
//!         if i > 0 {
//!             bar[i] += u[i - 1];
//!         }
//!     }
//! };
//! let values = plan.values(forward, reverse);
//! assert_eq!(values[..4], [0.0, 1.0, 2.0, 1.0]);
//! ```

mod check;
mod colour;
mod pattern;
mod plan;

pub(crate) use colour::colour_graph;
pub use colour::{Colouring, colour_columns, colour_rows, colour_symmetric};
pub use pattern::Pattern;
pub use plan::{Hessian, Jacobian};

pub use crate::matrices::Groups;
