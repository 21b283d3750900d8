//! `det`: a determinant, expanded by minors.

use chainrule::differentiable;
use serde::Deserialize;

use crate::evaluation::{Function, ensure, evaluate};

/// The determinant of the minor of the `ell` × `ell` matrix `a` that has the `size` rows and columns
/// in two linked lists: row after row `i` is `rows[i]`, column after column `j` is `columns[j]`, and
/// the first ones are `rows[ell]` and `columns[ell]`. The lists are left as they were.
#[differentiable]
pub fn minor(a: &[f64], ell: usize, size: usize, rows: &mut [usize], columns: &mut [usize]) -> f64 {
    let row = rows[ell];
    let mut column = columns[ell];
    if size == 1 {
        return a[row * ell + column];
    }
    rows[ell] = rows[row];
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = ell;
    for _ in 0..size {
        columns[before] = columns[column];
        sum += sign * a[row * ell + column] * minor(a, ell, size - 1, rows, columns);
        columns[before] = column;
        before = column;
        column = columns[column];
        sign = -sign;
    }
    rows[ell] = row;
    sum
}

/// The determinant of an `ell` × `ell` matrix.
#[differentiable]
pub fn determinant(a: &[f64], ell: usize) -> f64 {
    let mut rows: Vec<usize> = (1..=ell).chain([0]).collect();
    let mut columns = rows.clone();
    minor(a, ell, ell, &mut rows, &mut columns)
}

#[derive(Deserialize)]
struct Input {
    #[serde(rename = "A")]
    a: Vec<f64>,
    ell: usize,
}

struct Prepared {
    input: Input,
    a_bar: Vec<f64>,
}

fn prepare(input: Input) -> Result<Prepared, String> {
    let (ell, len) = (input.ell, input.a.len());
    ensure(ell >= 1, || "`ell` is 0".to_owned())?;
    ensure(ell.checked_mul(ell) == Some(len), || {
        format!("`A` has {len} numbers, which is not {ell} × {ell}")
    })?;
    Ok(Prepared { a_bar: vec![0.0; len], input })
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("primal", |input| {
        evaluate(input, prepare, |at| determinant(&at.input.a, at.input.ell), |_, value| value)
    }),
    ("gradient", |input| {
        evaluate(
            input,
            prepare,
            |Prepared { input, a_bar }| {
                a_bar.fill(0.0);
                determinant::adjoint(&input.a, input.ell, 1.0, a_bar);
            },
            |at, ()| at.a_bar.clone(),
        )
    }),
];
