//! Second derivatives: the tangent of what each operand contributes, against the second partial
//! derivatives that hyper-dual numbers use. A contribution that is right at a point for the wrong
//! reason, such as a branch that returns the value a product has there, shows here.

use autodiff_transform::ir::Ty;
use autodiff_transform::ir::interp::{HyperDual, Interpreter, Program, Value};
use autodiff_transform::ops::Prim;
use autodiff_transform::transform::{normalize, tangent};

use crate::cases::CASES;
use crate::{Rule, close, operand_type};

/// Points with a zero among the operands where the function is smooth.
const AT_ZERO: &[(Prim, &[f64])] = &[
    (Prim::Mul, &[0.0, 1.3]),
    (Prim::Mul, &[0.0, 0.0]),
    (Prim::Div, &[0.0, -2.0]),
    (Prim::Powi, &[0.0, 2.0]),
    (Prim::Powi, &[1.5, 0.0]),
    (Prim::Powi, &[0.0, 3.0]),
    (Prim::Powf, &[0.497, 0.0]),
    (Prim::Powf, &[3.0, -0.0]),
    (Prim::Sin, &[0.0]),
    (Prim::Tan, &[0.0]),
    (Prim::Tanh, &[0.0]),
    (Prim::Asin, &[0.0]),
    (Prim::Atan, &[0.0]),
    (Prim::Asinh, &[0.0]),
    (Prim::Atanh, &[0.0]),
    (Prim::ExpM1, &[0.0]),
    (Prim::Atan2, &[0.0, 1.0]),
    (Prim::Atan2, &[1.0, 0.0]),
    (Prim::Hypot, &[0.0, -1.3]),
    (Prim::MulAdd, &[0.0, 0.0, 1.0]),
    (Prim::Scale, &[0.0, 1.3]),
];

/// `∂²/∂xᵢ∂xⱼ` by hyper-dual numbers.
fn reference(rule: &Rule, i: usize, j: usize) -> f64 {
    let (function, values) = rule.function(|_, _, value| Some(value.clone())).expect("a value");
    let one = |chosen: bool| if chosen { 1.0 } else { 0.0 };
    let mut args: Vec<Value<HyperDual>> = (0..)
        .zip(&values)
        .map(|(index, value)| {
            value.map(&mut |&value| HyperDual {
                value,
                a: one(index == i),
                b: one(index == j),
                ab: 0.0,
            })
        })
        .collect();
    args.push(Value::Float(HyperDual { value: 1.0, ..HyperDual::default() }));
    let program = Program::default();
    let finished = Interpreter::new(&program, 10).run(&function, args).expect("it runs");
    match finished.results[..] {
        [Value::Float(value)] => value.ab,
        ref other => panic!("{rule} gives {other:?}"),
    }
}

/// The tangent along operand `j` of what operand `i` contributes.
fn derived(rule: &Rule, i: usize, j: usize) -> Option<f64> {
    let (function, mut values) =
        rule.function(|args, d, value| rule.prim.contribution(i, d.clone(), args, value))?;
    values.push(Value::float(1.0));
    let tangents: Vec<Value<f64>> = values
        .iter()
        .enumerate()
        .map(|(index, value)| match value {
            Value::Float(_) => Value::float(if index == j { 1.0 } else { 0.0 }),
            _ => Value::Unit,
        })
        .collect();
    values.extend(tangents);
    let tangent = tangent(&normalize(&function));
    let program = Program::default();
    let finished = Interpreter::new(&program, 100).run(&tangent, values).expect("it runs");
    match finished.results[..] {
        [Value::Float(_), Value::Float(dot)] => Some(dot),
        ref other => panic!("the tangent of {rule} gives {other:?}"),
    }
}

fn check(rule: &Rule) {
    let is_float = |i: &usize| matches!(operand_type(rule.prim, *i), Ty::Float(_));
    let floats: Vec<usize> = (0..rule.point.len()).filter(is_float).collect();
    for &i in &floats {
        for &j in &floats {
            let expected = reference(rule, i, j);
            let found = derived(rule, i, j).unwrap_or(0.0);
            assert!(
                close(found, expected),
                "{rule}: the derivative by {j} of the contribution of {i} is {found}, not {expected}"
            );
        }
    }
}

#[test]
fn contributions_have_the_right_derivatives() {
    for case in CASES {
        for point in case.points {
            check(&Rule { prim: case.prim, point, as_literal: None });
        }
    }
    for &(prim, point) in AT_ZERO {
        check(&Rule { prim, point, as_literal: None });
    }
}
