//! Functions of `ndarray`'s arrays against the same functions over slices, whose derivatives the corpus
//! checks.

use chainrule::ndarray::{self, Array1, Array2, Array3, ArrayD, IxDyn, array};
use chainrule::{Differentiable, HessianMode, Real, assert_gradients, differentiable};

#[path = "common/arrays.rs"]
mod common;

use common::{assert_close, flat};

/// A layer: matrix product, sum, an elementwise function, and `ndarray`'s own reductions.
#[differentiable(order = 2)]
fn layer(w: &Array2<f64>, x: &Array1<f64>, b: &Array1<f64>) -> f64 {
    let y = (w.dot(x) + b).tanh();
    let centred = &y - y.mean().unwrap();
    centred.dot(&centred) + 0.5 * y.sum() - y.product()
}

#[differentiable(order = 2)]
fn layer_of_slices(w: &[f64], x: &[f64], b: &[f64]) -> f64 {
    let (rows, columns) = (b.len(), x.len());
    let mut y = vec![0.0; rows];
    for i in 0..rows {
        for j in 0..columns {
            y[i] += w[i * columns + j] * x[j];
        }
        y[i] = (y[i] + b[i]).tanh();
    }
    let (sum, product) = (y.iter().sum::<f64>(), y.iter().product::<f64>());
    let mean = sum / rows as f64;
    y.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() + 0.5 * sum - product
}

/// 11 rows, so that `ndarray` adds up in several accumulators.
fn points() -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let w = Array2::from_shape_fn((11, 3), |(i, j)| ((7 * i + 3 * j) % 11) as f64 / 9.0 - 0.4);
    let x = array![0.3, -1.1, 0.7];
    let b = Array1::from_shape_fn(11, |i| 0.2 * (i as f64).sin() - 0.1);
    (w, x, b)
}

#[test]
fn a_layer() {
    let (w, x, b) = points();
    for _ in 0..2 {
        let (value, (w_bar, x_bar, b_bar)) = layer::value_and_grad(&w, &x, &b);
        assert_eq!(value.to_bits(), layer(&w, &x, &b).to_bits());
        let (ws, xs, bs) = (flat(&w), flat(&x), flat(&b));
        let expected = layer_of_slices::grad(&ws, &xs, &bs);
        assert_close("w", &flat(&w_bar), &expected.0);
        assert_close("x", &flat(&x_bar), &expected.1);
        assert_close("b", &flat(&b_bar), &expected.2);
        assert_eq!(w_bar.dim(), (11, 3));
        let (dw, dx, db) = (&w * 0.3 + 0.1, &x - 0.2, &b * 2.0);
        let (value, dot) = layer::jvp(&w, &x, &b, &dw, &dx, &db);
        assert_eq!(value.to_bits(), layer(&w, &x, &b).to_bits());
        let (_, expected) = layer_of_slices::jvp(&ws, &xs, &bs, &flat(&dw), &flat(&dx), &flat(&db));
        assert_close("jvp", &[dot], &[expected]);
    }
    assert_gradients!(layer(&w, &x, &b));
}

#[test]
fn a_layer_at_second_order() {
    let (w, x, b) = points();
    let (ws, xs, bs) = (flat(&w), flat(&x), flat(&b));
    let (dw, dx, db) = (&w * 0.3 + 0.1, &x - 0.2, &b * 2.0);
    let found = layer::hvp(&w, &x, &b, &dw, &dx, &db);
    let backwards = layer::hvp_reverse(&w, &x, &b, &dw, &dx, &db);
    let expected = layer_of_slices::hvp(&ws, &xs, &bs, &flat(&dw), &flat(&dx), &flat(&db));
    for (name, found) in [("hvp", found), ("hvp_reverse", backwards)] {
        assert_close(name, &flat(&found.0), &expected.0);
        assert_close(name, &flat(&found.1), &expected.1);
        assert_close(name, &flat(&found.2), &expected.2);
    }
    for mode in [
        HessianMode::ForwardOverForward,
        HessianMode::ForwardOverReverse,
        HessianMode::ReverseOverForward,
        HessianMode::ReverseOverReverse,
    ] {
        let found = layer::hessian_with(mode, &w, &x, &b);
        let expected = layer_of_slices::hessian_with(mode, &ws, &xs, &bs);
        assert_close("∂²/∂x²", &flat(&found.1.1), &flat(&expected.1.1));
        assert_close("∂²/∂w∂b", &flat(&found.0.2), &flat(&expected.0.2));
    }
}

macro_rules! checked {
    ($($(#[$attr:meta])* $name:ident($($arg:expr),*);)*) => {$(
        $(#[$attr])*
        #[test]
        fn $name() {
            assert_gradients!(super::$name($($arg),*));
        }
    )*};
}

#[differentiable]
fn operators(a: &Array1<f64>, b: &Array1<f64>, k: f64) -> Array1<f64> {
    let mut sum = a + b;
    sum += &(k * a);
    sum *= 2.0;
    let quotient = 1.0 / b;
    sum -= &quotient;
    -(sum * a) / k
}

#[differentiable]
fn products(a: &Array2<f64>, b: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let c = a.dot(b);
    let d = v.dot(a);
    (&c * &c).sum() + a.t().dot(v).sum() * d.dot(&d)
}

/// Sums in `ndarray`'s own order, of more than eight summands.
#[differentiable]
fn matrix_product(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    a.dot(b)
}

#[differentiable]
fn row_product(v: &Array1<f64>, a: &Array2<f64>) -> Array1<f64> {
    v.dot(a)
}

#[differentiable]
fn column_product(a: &Array2<f64>, v: &Array1<f64>) -> Array1<f64> {
    a.dot(v)
}

#[test]
fn products_are_those_of_ndarray() {
    let value = |i: usize, j: usize| ((13 * i + 7 * j) as f64 * 0.37).sin() / 3.0;
    for (m, n, k) in [(2, 3, 2), (17, 23, 9), (40, 31, 33)] {
        let (a, b) = (
            Array2::from_shape_fn((m, n), |(i, j)| value(i, j)),
            Array2::from_shape_fn((n, k), |(i, j)| value(j, i + 3)),
        );
        let (v, w) =
            (Array1::from_shape_fn(m, |i| value(i, 5)), Array1::from_shape_fn(n, |i| value(i, 9)));
        let bits = |array: &[f64]| array.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&flat(&matrix_product::vjp(&a, &b).0)), bits(&flat(&a.dot(&b))));
        assert_eq!(bits(&flat(&row_product::vjp(&v, &a).0)), bits(&flat(&v.dot(&a))));
        assert_eq!(bits(&flat(&column_product::vjp(&a, &w).0)), bits(&flat(&a.dot(&w))));
    }
}

#[differentiable]
fn elementwise(a: &Array2<f64>, k: f64) -> Array2<f64> {
    let shifted = a.mapv(|v| v * k + 1.0);
    shifted.exp() + a.map(|v| v.sin()) - a.powi(3) + a.mapv(f64::cos)
}

#[differentiable]
fn made(x: f64, y: f64, v: &[f64]) -> f64 {
    let m = array![[x, y], [y * y, 2.0]];
    let a = Array1::from_vec(v.to_vec());
    let b = Array2::from_shape_fn((2, v.len()), |(i, j)| x * v[j] + i as f64);
    let c = Array1::from_elem(2, x * y);
    m.dot(&b.dot(&a)).dot(&c)
}

#[differentiable]
fn in_place(u: &mut Array2<f64>, k: f64, steps: usize) {
    let (rows, columns) = u.dim();
    for _ in 0..steps {
        let old = u.clone();
        for i in 1..rows - 1 {
            for j in 1..columns - 1 {
                let around = old[[i - 1, j]] + old[[i + 1, j]] + old[[i, j - 1]] + old[(i, j + 1)];
                u[[i, j]] += k * (around - 4.0 * old[[i, j]]) * old[[i, j]];
            }
        }
    }
}

#[differentiable]
fn changed(y: &mut Array1<f64>, x: &Array1<f64>, k: f64) {
    y.scaled_add(k, x);
    y.mapv_inplace(|v| v * v);
    let old = y.clone();
    y.fill(k);
    *y += &old;
    let product = x * &*y;
    y.assign(&product);
}

#[differentiable]
fn iterated(a: &Array2<f64>, b: &Array3<f64>, c: &ArrayD<f64>) -> f64 {
    let mut sum = 0.0;
    for v in a {
        sum += v * v;
    }
    sum * b.iter().map(|v| v.sin()).sum::<f64>()
        + c.iter().zip(a.iter()).map(|(c, a)| c * a).sum::<f64>()
}

#[differentiable]
fn iterated_in_place(a: &mut Array2<f64>) {
    for v in a.iter_mut() {
        *v *= v.exp();
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Dense {
    w: Array2<f64>,
    b: Array1<f64>,
    #[constant]
    name: String,
}

#[differentiable]
impl Dense {
    fn forward(&self, x: &Array1<f64>) -> Array1<f64> {
        let (w, b): (&Array2<f64>, &Array1<f64>) = (&self.w, &self.b);
        (w.dot(x) + b).tanh()
    }
}

#[differentiable]
fn network(first: &Dense, second: &Dense, x: &Array1<f64>) -> f64 {
    let hidden = first.forward(x);
    let y: Array1<f64> = second.forward(&hidden);
    y.dot(&y)
}

#[differentiable]
fn generic<T: Real>(x: &Array1<T>, k: T) -> T {
    let mut sum = k;
    for i in 1..x.len() {
        sum += x[i] * x[i - 1] * sum.sin();
    }
    sum
}

#[differentiable]
fn rows(x: &[Array1<f64>], y: Option<Array1<f64>>) -> f64 {
    let mut sum = 0.0;
    for v in x {
        if v.sum() > 0.0 {
            sum += v.dot(v);
        }
    }
    match y {
        Some(y) => sum * y.sum(),
        None => sum,
    }
}

mod check {
    use super::*;

    fn v() -> Array1<f64> {
        array![0.4, 0.25, -0.3]
    }

    fn m() -> Array2<f64> {
        array![[1.0, 2.0, 3.0], [0.4, -0.5, 0.6]]
    }

    fn dense(w: Array2<f64>) -> Dense {
        let dense = Dense { w, b: array![0.1, -0.2], name: "dense".into() };
        assert_eq!(dense.name.len(), 5);
        dense
    }

    checked! {
        operators(&v(), &array![1.1, -0.7, 0.5], 0.7);
        products(&m(), &m().t().to_owned(), &array![0.3, -0.8]);
        elementwise(&m(), -0.4);
        made(0.3, 0.7, &[0.4, -0.1, 0.9]);
        in_place(&mut Array2::from_shape_fn((4, 5), |(i, j)| (i * i + j) as f64 / 7.0), 0.1, 3);
        changed(&mut v(), &array![1.1, -0.7, 0.5], 0.6);
        iterated(
            &m(),
            &Array3::from_shape_fn((2, 3, 2), |(i, j, k)| (i + j * k) as f64 / 3.0),
            &ArrayD::from_elem(IxDyn(&[3, 2]), 0.7)
        );
        iterated_in_place(&mut m());
        network(&dense(m()), &dense(array![[0.3, -0.2], [0.9, 0.4]]), &v());
        generic(&v(), 0.3);
        rows(&[v(), v() * -2.0], Some(v()));
    }
}

/// The derivatives of a matrix that lies in memory column by column.
#[differentiable]
fn mixed(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    let (left, right) = (a.clone(), b.clone());
    (a - b).sum() + (a * right).product() + (left / b).sum()
}

/// Sums over arrays whose memory is in the order of another operand's.
#[test]
fn mixed_layouts() {
    let a = Array2::from_shape_fn((7, 5), |(i, j)| 1.0 + ((3 * i + 5 * j) % 7) as f64 / 9.0);
    let b = a.mapv(|v| 1.7 - 0.3 * v);
    let columns = |a: &Array2<f64>| a.t().as_standard_layout().into_owned().reversed_axes();
    for (a, b) in [(&a, &columns(&b)), (&columns(&a), &b), (&columns(&a), &columns(&b))] {
        let (value, _) = mixed::value_and_grad(a, b);
        assert_eq!(value.to_bits(), mixed(a, b).to_bits());
        assert_gradients!(mixed(a, b));
    }
}

#[test]
fn other_layouts() {
    let (w, x, b) = points();
    let columns = w.t().as_standard_layout().into_owned().reversed_axes();
    assert!(!columns.is_standard_layout());
    let (value, grad) = layer::value_and_grad(&columns, &x, &b);
    assert_eq!(value.to_bits(), layer(&columns, &x, &b).to_bits());
    let expected = layer::grad(&w, &x, &b);
    assert_close("w", &flat(&grad.0), &flat(&expected.0));
    assert_close("x", &flat(&grad.1), &flat(&expected.1));
}

#[differentiable]
fn single(w: &Array2<f32>, x: &Array1<f32>) -> f32 {
    let y = w.dot(x).mapv(|v| v.tanh());
    y.dot(&y) + y.mean().unwrap()
}

#[test]
fn in_single_precision() {
    let w = array![[1.0_f32, 2.0, 3.0], [0.4, -0.5, 0.6]];
    let x = array![0.1_f32, 0.2, -0.3];
    assert_gradients!(single(&w, &x));
    let y: Array1<f32> = w.dot(&x).mapv(f32::tanh);
    let slope = y.mapv(|v| (2.0 * v + 0.5) * (1.0 - v * v));
    let (_, x_bar) = single::grad(&w, &x);
    for (found, expected) in x_bar.iter().zip(w.t().dot(&slope)) {
        assert!((found - expected).abs() < 1e-6);
    }
}

/// A parameter of a constant type may be anything.
#[differentiable]
fn with_constant(x: &Array1<f64>, #[constant] view: ndarray::ArrayView1<'_, f64>) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i] * view[i];
    }
    sum
}

#[test]
fn constants() {
    let k = array![1.0, 2.0, 3.0];
    let grad = with_constant::grad(&array![0.5, 0.25, 2.0], k.view());
    assert_eq!(grad, array![1.0, 1.0, 12.0]);
}

#[differentiable]
fn added(a: &Array1<f64>, b: &Array1<f64>) -> f64 {
    (a + b).sum()
}

#[test]
#[should_panic = "broadcasting is not differentiated"]
fn broadcasting() {
    assert_eq!(added(&array![1.0, 2.0], &array![3.0]), 9.0);
    added::grad(&array![1.0, 2.0], &array![3.0]);
}

/// Without the passes that make code shorter.
#[differentiable(no_opt)]
fn unoptimised(w: &Array2<f64>, x: &Array1<f64>, b: &Array1<f64>) -> f64 {
    let y = (w.dot(x) + b).tanh();
    let centred = &y - y.mean().unwrap();
    centred.dot(&centred) + 0.5 * y.sum() - y.product()
}

#[test]
fn without_optimisation() {
    let (w, x, b) = points();
    let (value, found) = unoptimised::value_and_grad(&w, &x, &b);
    assert_eq!(value.to_bits(), layer(&w, &x, &b).to_bits());
    let expected = layer::grad(&w, &x, &b);
    assert_close("w", &flat(&found.0), &flat(&expected.0));
    assert_close("x", &flat(&found.1), &flat(&expected.1));
}
