//! Iterator chains and closures: each function is compiled by rustc *and* lowered from its own
//! source, interpreted, and both must agree to the last bit, in results and in what stands behind
//! `&mut` arguments afterwards.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::interp::{Interpreter, Program, Value};
use autodiff_transform::ir::{self, Function};
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;

/// A native value as one of the interpreter's.
trait ToValue {
    fn to_value(&self) -> Value<f64>;
}

impl ToValue for f64 {
    fn to_value(&self) -> Value<f64> {
        Value::Float(*self)
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value<f64> {
        Value::Bool(*self)
    }
}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        impl ToValue for $ty {
            fn to_value(&self) -> Value<f64> {
                Value::Int(*self as i128)
            }
        }
    )*};
}
integers!(usize i32 u32 u8 i64);

impl ToValue for () {
    fn to_value(&self) -> Value<f64> {
        Value::Unit
    }
}

impl<T: ToValue> ToValue for [T] {
    fn to_value(&self) -> Value<f64> {
        Value::Array(self.iter().map(T::to_value).collect())
    }
}

impl<T: ToValue, const N: usize> ToValue for [T; N] {
    fn to_value(&self) -> Value<f64> {
        self[..].to_value()
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value<f64> {
        Value::Vec(self.iter().map(T::to_value).collect())
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<f64> {
        (**self).to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for &mut T {
    fn to_value(&self) -> Value<f64> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<f64> {
        Value::Option(self.as_ref().map(|value| Box::new(value.to_value())))
    }
}

impl<A: ToValue, B: ToValue> ToValue for (A, B) {
    fn to_value(&self) -> Value<f64> {
        Value::Tuple(vec![self.0.to_value(), self.1.to_value()])
    }
}

impl<A: ToValue, B: ToValue, C: ToValue> ToValue for (A, B, C) {
    fn to_value(&self) -> Value<f64> {
        Value::Tuple(vec![self.0.to_value(), self.1.to_value(), self.2.to_value()])
    }
}

/// All bits of a value, so that `-0.0` is not `0.0` and NaN equals itself.
fn bits(value: &Value<f64>) -> String {
    match value {
        Value::Float(float) => format!("{float:?}/{:016x}", float.to_bits()),
        Value::Array(elems) | Value::Vec(elems) => {
            format!("[{}]", elems.iter().map(bits).collect::<Vec<_>>().join(", "))
        }
        Value::Tuple(elems) => {
            format!("({})", elems.iter().map(bits).collect::<Vec<_>>().join(", "))
        }
        Value::Option(Some(payload)) => format!("Some({})", bits(payload)),
        other => format!("{other:?}"),
    }
}

fn lowered(source: &str) -> Result<Function, Vec<String>> {
    let item: syn::ItemFn = syn::parse_str(source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let output = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    match output {
        Some(output) => {
            let function = output.function;
            if let Err(error) = ir::verify::verify(&function) {
                panic!("{error}\n{function}");
            }
            Ok(function)
        }
        None => Err(diagnostics.messages().collect()),
    }
}

/// Runs a lowered function and returns its results and final arguments.
fn interpreted(function: &Function, args: Vec<Value<f64>>) -> (String, Vec<String>) {
    let mut program = Program::default();
    program.insert(&[], function.clone());
    let mut interpreter = Interpreter::<f64>::new(&program, 1_000_000);
    let finished =
        interpreter.run(function, args).unwrap_or_else(|error| panic!("{error}\n{function}"));
    let result = match &finished.results[..] {
        [] => bits(&Value::Unit),
        [one] => bits(one),
        many => bits(&Value::Tuple(many.to_vec())),
    };
    (result, finished.params.iter().map(bits).collect())
}

/// Compiles the function, lowers its source, and compares both on each list of arguments.
macro_rules! same {
    (
        fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block
        $($values:tt)*
    ) => {
        #[test]
        fn $name() {
            #[allow(
                unused, clippy::all, clippy::pedantic, clippy::ptr_arg,
            )]
            fn $name($($arg: $ty),*) $(-> $ret)? $body
            let function = lowered(stringify!(fn $name($($arg: $ty),*) $(-> $ret)? $body))
                .unwrap_or_else(|errors| panic!("refused: {errors:#?}"));
            same!(@cases function $name ($($arg: $ty),*) $($values)*);
        }
    };
    (@cases $function:ident $name:ident $params:tt) => {};
    (@cases $function:ident $name:ident $params:tt ($($value:expr),* $(,)?) $($rest:tt)*) => {
        same!(@case $function $name $params ($($value),*));
        same!(@cases $function $name $params $($rest)*);
    };
    (@case $function:ident $name:ident ($($arg:ident: $ty:ty),*) ($($value:expr),*)) => {{
        $(#[allow(unused_mut)] let mut $arg = $value;)*
        let args: Vec<Value<f64>> = vec![$($arg.to_value()),*];
        let (result, params) = interpreted(&$function, args);
        let native = bits(&$name($(Lend::lend(&mut $arg)),*).to_value());
        assert_eq!(native, result, "result\n{}", $function);
        let after: Vec<Value<f64>> = vec![$($arg.to_value()),*];
        for ((after, param), passed) in after.iter().zip(&params).zip(&$function.params) {
            if passed.passing == ir::Passing::RefMut {
                assert_eq!(&bits(after), param, "what is behind `&mut`\n{}", $function);
            }
        }
    }};
}

/// A parameter made from a value of the test's.
trait Lend<'a, Owned> {
    fn lend(owned: &'a mut Owned) -> Self;
}

impl<'a, T> Lend<'a, Vec<T>> for &'a [T] {
    fn lend(owned: &'a mut Vec<T>) -> Self {
        owned
    }
}

impl<'a, T> Lend<'a, Vec<T>> for &'a mut [T] {
    fn lend(owned: &'a mut Vec<T>) -> Self {
        owned
    }
}

impl<'a, T> Lend<'a, T> for &'a T {
    fn lend(owned: &'a mut T) -> Self {
        owned
    }
}

impl<'a, T> Lend<'a, T> for &'a mut T {
    fn lend(owned: &'a mut T) -> Self {
        owned
    }
}

impl<'a, T: Clone> Lend<'a, T> for T {
    fn lend(owned: &'a mut T) -> Self {
        owned.clone()
    }
}

/// Sums.
mod sums {
    use super::*;

    same! {
        fn plain(x: &[f64]) -> f64 { x.iter().sum() }
        (vec![]) (vec![-0.0]) (vec![0.1, 0.2, 0.3, 1e17, -1e17])
    }
    same! {
        fn turbofish(x: &[f64]) -> f64 { x.iter().sum::<f64>() * 2.0 }
        (vec![]) (vec![0.1, 0.2])
    }
    same! {
        fn annotated(x: &[f64]) -> f64 { let s: f64 = x.iter().copied().sum(); s + 1.0 }
        (vec![0.1, 0.7])
    }
    same! {
        fn product(x: &[f64]) -> f64 { x.iter().product() }
        (vec![]) (vec![3.0, -0.0, 2.0]) (vec![1.1, 1.3, 1.7])
    }
    same! {
        fn mapped(x: &[f64]) -> f64 { x.iter().map(|v| v * v).sum::<f64>() }
        (vec![]) (vec![0.1, 0.2, 0.3])
    }
    same! {
        fn by_pattern(x: &[f64]) -> f64 { x.iter().map(|&v| v * v - 1.0).product::<f64>() }
        (vec![]) (vec![0.1, 0.2, 0.3])
    }
    same! {
        fn array_by_value(x: [f64; 3]) -> f64 { x.into_iter().map(|v| v * 0.5).sum() }
        ([1.0, 2.0, 3.5])
    }
    same! {
        fn array_by_ref(x: &[f64; 3]) -> f64 { x.iter().sum() }
        ([1.0, 2.0, 3.5])
    }
    same! {
        fn vec_by_value(x: Vec<f64>) -> f64 { x.into_iter().sum() }
        (vec![1.0, 2.0, 3.5])
    }
    same! {
        fn sub_slice(x: &[f64]) -> f64 { x[1..].iter().sum::<f64>() + x[..2].iter().sum::<f64>() }
        (vec![1.0, 2.0, 3.5])
    }
    same! {
        fn dot(x: &[f64], y: &[f64]) -> f64 { x.iter().zip(y).map(|(a, b)| a * b).sum() }
        (vec![1.0, 2.0, 3.5], vec![0.1, 0.2]) (vec![], vec![1.0]) (vec![1.0], vec![2.0])
    }
    same! {
        fn dot_iter(x: &[f64], y: &[f64]) -> f64 { x.iter().zip(y.iter()).map(|(&a, &b)| a * b).sum() }
        (vec![1.0, 2.0, 3.5], vec![0.1, 0.2])
    }
    same! {
        fn zip_three(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
            x.iter().zip(y).zip(z).map(|((a, b), c)| a * b - c).sum()
        }
        (vec![1.0, 2.0, 3.5], vec![0.1, 0.2, 9.0], vec![3.0])
    }
    same! {
        fn enumerated(x: &[f64]) -> f64 { x.iter().enumerate().map(|(i, v)| i as f64 * v).sum() }
        (vec![1.0, 2.0, 3.5])
    }
    same! {
        fn filtered(x: &[f64]) -> f64 { x.iter().filter(|v| **v > 0.0).sum() }
        (vec![1.0, -2.0, 3.5]) (vec![-1.0])
    }
    same! {
        fn filtered_pattern(x: &[f64]) -> f64 { x.iter().filter(|&&v| v > 0.0).map(|v| v.ln()).sum() }
        (vec![1.0, -2.0, 3.5])
    }
    same! {
        fn filtered_enumerated(x: &[f64]) -> f64 {
            x.iter().filter(|v| **v > 0.0).enumerate().map(|(i, v)| v * i as f64).sum()
        }
        (vec![1.0, -2.0, 3.5, 4.0])
    }
    same! {
        fn reversed(x: &[f64]) -> f64 { x.iter().rev().fold(1.0, |a, v| a / (v + a)) }
        (vec![1.0, 2.0, 3.5]) (vec![])
    }
    same! {
        fn reversed_enumerate(x: &[f64]) -> f64 {
            x.iter().rev().enumerate().map(|(i, v)| v * i as f64).sum()
        }
        (vec![1.0, 2.0, 3.5])
    }
    same! {
        fn enumerate_reversed(x: &[f64]) -> f64 {
            x.iter().enumerate().rev().fold(0.5, |a, (i, v)| a * v + i as f64)
        }
        (vec![1.0, 2.0, 3.5])
    }
    same! {
        fn zip_reversed(x: &[f64], y: &[f64]) -> f64 {
            x.iter().zip(y).rev().fold(0.5, |a, (p, q)| a * p + q)
        }
        (vec![1.0, 2.0, 3.5], vec![7.0, 8.0]) (vec![1.0], vec![2.0, 3.0, 4.0])
    }
    same! {
        fn zip_with_reversed(x: &[f64], y: &[f64]) -> f64 {
            x.iter().zip(y.iter().rev()).map(|(p, q)| p * q).sum()
        }
        (vec![1.0, 2.0, 3.5], vec![7.0, 8.0])
    }
    same! {
        fn skipped(x: &[f64], n: usize) -> f64 { x.iter().skip(n).sum() }
        (vec![1.0, 2.0, 3.5], 1) (vec![1.0, 2.0], 2) (vec![1.0], 5) (vec![], 0)
    }
    same! {
        fn taken(x: &[f64], n: usize) -> f64 { x.iter().take(n).sum() }
        (vec![1.0, 2.0, 3.5], 1) (vec![1.0, 2.0], 2) (vec![1.0], 5) (vec![], 0) (vec![2.0], 0)
    }
    same! {
        fn skip_take(x: &[f64]) -> f64 { x.iter().skip(1).take(2).map(|v| v * 3.0).sum() }
        (vec![1.0, 2.0, 3.5, 9.0]) (vec![1.0]) (vec![])
    }
    same! {
        fn take_skip_rev(x: &[f64]) -> f64 {
            x.iter().take(4).skip(1).rev().fold(0.1, |a, v| a * v + 1.0)
        }
        (vec![1.0, 2.0, 3.5, 9.0, 11.0]) (vec![1.0]) (vec![])
    }
    same! {
        fn stepped(x: &[f64]) -> f64 { x.iter().step_by(3).sum() }
        (vec![1.0, 2.0, 3.5, 9.0, 11.0, 12.0, 13.0]) (vec![1.0]) (vec![])
    }
    same! {
        fn stepped_rev(x: &[f64]) -> f64 {
            x.iter().step_by(2).rev().fold(0.1, |a, v| a * v + 1.0)
                + x.iter().rev().step_by(2).fold(0.1, |a, v| a * v + 1.0)
        }
        (vec![1.0, 2.0, 3.5, 9.0]) (vec![1.0, 2.0, 3.0]) (vec![])
    }
    same! {
        fn filter_skip_take_step(x: &[f64]) -> f64 {
            x.iter().filter(|v| **v > 0.0).skip(1).step_by(2).take(2).sum()
        }
        (vec![1.0, -2.0, 3.5, 9.0, 11.0, -1.0, 12.0, 13.0, 14.0]) (vec![1.0]) (vec![])
    }
    same! {
        fn windows(x: &[f64]) -> f64 { x.windows(2).map(|w| w[1] - w[0]).map(|d| d * d).sum() }
        (vec![1.0, 2.0, 3.5]) (vec![1.0]) (vec![])
    }
    same! {
        fn windows_by(x: &[f64], n: usize) -> f64 {
            x.windows(n).map(|w| w.iter().product::<f64>()).sum()
        }
        (vec![1.0, 2.0, 3.5, 0.1], 3) (vec![1.0, 2.0], 3) (vec![1.0, 2.0], 1)
    }
    same! {
        fn windows_rev(x: &[f64]) -> f64 {
            x.windows(2).rev().enumerate().fold(0.0, |a, (i, w)| a * 0.5 + w[0] * w[1] * i as f64)
        }
        (vec![1.0, 2.0, 3.5, 0.1]) (vec![1.0])
    }
    same! {
        fn chunks(x: &[f64]) -> f64 {
            x.chunks(3).map(|c| c.iter().sum::<f64>() * c.len() as f64).product()
        }
        (vec![1.0, 2.0, 3.5, 0.1, 7.0]) (vec![1.0, 2.0, 3.0]) (vec![1.0]) (vec![])
    }
    same! {
        fn chunks_rev(x: &[f64], n: usize) -> f64 {
            x.chunks(n).rev().fold(1.0, |a, c| a * 0.3 + c[0] * c.len() as f64)
        }
        (vec![1.0, 2.0, 3.5, 0.1, 7.0], 2) (vec![1.0, 2.0, 3.0], 3)
    }
    same! {
        fn chunks_exact(x: &[f64]) -> f64 { x.chunks_exact(2).map(|c| c[0] * c[1]).sum() }
        (vec![1.0, 2.0, 3.5, 0.1, 7.0]) (vec![1.0]) (vec![])
    }
    same! {
        fn chained(x: &[f64], y: &[f64]) -> f64 {
            x.iter().chain(y.iter()).map(|v| v.sin()).sum()
        }
        (vec![1.0, 2.0], vec![3.0]) (vec![], vec![1.0]) (vec![], vec![])
    }
    same! {
        fn chained_stateful(x: &[f64], y: &[f64]) -> f64 {
            x.iter().chain(y).enumerate().skip(1).take(3).fold(0.0, |a, (i, v)| a * 0.5 + v * i as f64)
        }
        (vec![1.0, 2.0], vec![3.0, 4.0, 5.0]) (vec![], vec![1.0]) (vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![6.0])
    }
    same! {
        fn chained_rev(x: &[f64], y: &[f64]) -> f64 {
            x.iter().chain(y).rev().fold(0.0, |a, v| a * 0.5 + v)
        }
        (vec![1.0, 2.0], vec![3.0, 4.0, 5.0])
    }
    same! {
        fn once_chained(x: &[f64], y: f64) -> f64 {
            std::iter::once(y).chain(x.iter().copied()).fold(1.0, |a, v| a * v + 0.1)
        }
        (vec![1.0, 2.0], 0.5)
    }
    same! {
        fn taken_while(x: &[f64]) -> f64 { x.iter().take_while(|v| **v > 0.0).map(|v| v * 2.0).sum() }
        (vec![1.0, 2.0, -1.0, 4.0]) (vec![-1.0]) (vec![1.0])
    }
    same! {
        fn skipped_while(x: &[f64]) -> f64 { x.iter().skip_while(|v| **v > 0.0).sum() }
        (vec![1.0, 2.0, -1.0, 4.0]) (vec![-1.0, 2.0]) (vec![1.0])
    }
    same! {
        fn chained_taken_while(x: &[f64], y: &[f64]) -> f64 {
            x.iter().chain(y).take_while(|v| **v > 0.0).sum()
        }
        (vec![1.0, 2.0], vec![4.0, -1.0, 5.0]) (vec![-1.0], vec![2.0])
    }
    same! {
        fn range_map(n: usize, x: f64) -> f64 { (0..n).map(|i| x.powi(i as i32)).sum() }
        (0, 2.0) (5, 1.1)
    }
    same! {
        fn range_inclusive(n: i32, x: f64) -> f64 { (1..=n).map(|k| x.powi(k) / k as f64).sum() }
        (0, 2.0) (5, 1.1) (-3, 2.0)
    }
    same! {
        fn range_rev(n: usize, x: f64) -> f64 {
            (1..n).rev().fold(x, |a, i| a * x + 1.0 / i as f64)
        }
        (0, 2.0) (5, 1.1)
    }
    same! {
        fn range_steps(n: usize) -> f64 {
            (0..n).step_by(3).rev().fold(0.5, |a, i| a * 0.7 + i as f64)
                + (0..n).rev().step_by(3).fold(0.5, |a, i| a * 0.7 + i as f64)
        }
        (9) (10) (0) (1)
    }
    same! {
        fn range_skip_zip(x: &[f64]) -> f64 {
            (0..10).skip(2).zip(x).map(|(i, v)| v * i as f64).sum()
        }
        (vec![1.0, 2.0, 3.5])
    }
    same! {
        fn endless_zip(x: &[f64]) -> f64 { (1..).zip(x).map(|(i, v)| v / i as f64).sum() }
        (vec![1.0, 2.0, 3.5]) (vec![])
    }
    same! {
        fn endless_take(x: f64, n: usize) -> f64 { (1..).map(|i| x / i as f64).take(n).sum() }
        (1.5, 4) (1.5, 0)
    }
    same! {
        fn endless_filter_take(x: f64) -> f64 {
            (0usize..).filter(|i| i % 3 == 1).map(|i| x * i as f64).take(3).sum()
        }
        (1.5)
    }
    same! {
        fn nested(a: &[Vec<f64>], x: &[f64]) -> f64 {
            a.iter().map(|row| row.iter().zip(x).map(|(p, q)| p * q).sum::<f64>()).map(|v| v * v).sum()
        }
        (vec![vec![1.0, 2.0], vec![3.0, -1.0]], vec![0.5, 0.25])
    }
    same! {
        fn flat_mapped(a: &[Vec<f64>]) -> f64 {
            a.iter().flat_map(|row| row.iter().map(|v| v + 1.0)).fold(0.0, |s, v| s * 0.5 + v)
        }
        (vec![vec![1.0, 2.0], vec![], vec![3.0, -1.0]])
    }
    same! {
        fn flattened(a: &[Vec<f64>]) -> f64 { a.iter().flatten().take(3).sum() }
        (vec![vec![1.0, 2.0], vec![], vec![3.0, -1.0]])
    }
    same! {
        fn flat_ranges(n: usize, x: f64) -> f64 {
            (0..n).flat_map(|i| (0..i).map(move |j| i * 10 + j)).map(|k| x * k as f64).sum()
        }
        (4, 0.3)
    }
    same! {
        fn integers(x: &[f64], k: &[usize]) -> f64 {
            let n: usize = k.iter().sum();
            let m = k.iter().map(|&i| i * 2).sum::<usize>();
            x[0] * n as f64 + m as f64
        }
        (vec![1.5], vec![1, 2, 3])
    }
    same! {
        fn literal_array(a: f64, b: f64) -> f64 { [a, b, a * b].iter().map(|v| v.exp()).sum() }
        (0.1, 0.2)
    }
    same! {
        fn inspected(x: &[f64]) -> f64 {
            let mut n = 0;
            let s: f64 = x.iter().inspect(|_| n += 1).sum();
            s * n as f64
        }
        (vec![1.0, 2.0])
    }
    same! {
        fn split(x: &[f64]) -> f64 {
            let (a, b) = (&x[..2], &x[2..]);
            a.iter().zip(b).map(|(p, q)| p * q).sum()
        }
        (vec![1.0, 2.0, 3.0, 4.0, 5.0])
    }
}

/// Folds, reductions and searches.
mod folds {
    use super::*;

    same! {
        fn horner(c: &[f64], x: f64) -> f64 { c.iter().rev().fold(0.0, |acc, c| acc * x + c) }
        (vec![1.0, 2.0, 3.0], 0.3) (vec![], 1.0)
    }
    same! {
        fn added(x: &[f64]) -> f64 { x.iter().fold(0.0, |s, v| s + v * v) }
        (vec![1.0, 2.0, 3.0]) (vec![])
    }
    same! {
        fn pair(x: &[f64]) -> f64 {
            let (s, p) = x.iter().fold((0.0, 1.0), |(s, p), v| (s + v, p * v));
            s * p
        }
        (vec![1.1, 2.0, 3.0]) (vec![])
    }
    same! {
        fn swapped(x: &[f64]) -> f64 {
            let (a, b) = x.iter().fold((0.0, 1.0), |(a, b), v| (b, a + b * v));
            a - b
        }
        (vec![1.1, 2.0, 3.0]) (vec![])
    }
    same! {
        fn whole_pair(x: &[f64]) -> (f64, f64) {
            x.iter().fold((0.0, 1.0), |acc, v| (acc.1, acc.0 + acc.1 * v))
        }
        (vec![1.1, 2.0, 3.0])
    }
    same! {
        fn nested_pair(x: &[f64]) -> f64 {
            let ((a, b), n) = x.iter().fold(((0.0, 1.0), 0), |((a, b), n), v| ((a + v, b * v), n + 1));
            (a + b) / n as f64
        }
        (vec![1.1, 2.0, 3.0])
    }
    same! {
        fn array_accumulator(x: &[f64]) -> f64 {
            let m = x.iter().enumerate().fold([0.0; 3], |mut acc, (i, v)| {
                acc[i % 3] += v * v;
                acc
            });
            m[0] + 2.0 * m[1] + 3.0 * m[2]
        }
        (vec![1.1, 2.0, 3.0, 4.0])
    }
    same! {
        fn mutable_scalar(x: &[f64]) -> f64 {
            x.iter().fold(1.0, |mut acc, v| { acc += v; acc *= 0.5; acc })
        }
        (vec![1.1, 2.0, 3.0, 4.0])
    }
    same! {
        fn from_variable(x: &[f64], start: f64) -> f64 {
            let mut init = start * 2.0;
            let s = x.iter().fold(init, |acc, v| acc * v);
            init += s;
            init
        }
        (vec![1.1, 2.0], 0.4)
    }
    same! {
        fn maximum(x: &[f64]) -> f64 {
            x.iter().fold(-1e308, |a, &b| if b > a { b } else { a })
        }
        (vec![1.1, 2.0, -3.0])
    }
    same! {
        fn branches(x: &[f64]) -> f64 {
            x.iter().fold(1.0, |a, &b| if b > 0.0 { a * b } else { a - b })
        }
        (vec![1.1, 2.0, -3.0, 4.0])
    }
    same! {
        fn early_return(x: &[f64]) -> f64 {
            x.iter().map(|&v| { if v < 0.0 { return 0.5; } let w = v.sqrt(); w * 2.0 }).sum()
        }
        (vec![1.1, -2.0, 3.0])
    }
    same! {
        fn counted(x: &[f64]) -> f64 {
            let n = x.iter().count();
            let m = x.iter().filter(|v| **v > 0.0).count();
            x[0] * n as f64 + m as f64
        }
        (vec![1.1, -2.0, 3.0])
    }
    same! {
        fn all_any(x: &[f64]) -> f64 {
            let mut s = x[0];
            if x.iter().all(|v| *v > 0.0) { s += 1.0; }
            if x.iter().any(|&v| v > 2.0) { s += 10.0; }
            if x.iter().chain(x.iter()).any(|&v| v > 2.5) { s += 100.0; }
            s
        }
        (vec![1.1, -2.0, 3.0]) (vec![0.1, 1.0]) (vec![2.2])
    }
}

/// `for` loops over chains.
mod loops {
    use super::*;

    same! {
        fn slice(x: &[f64]) -> f64 { let mut s = 0.0; for v in x { s += v * v; } s }
        (vec![1.1, -2.0, 3.0]) (vec![])
    }
    same! {
        fn reference(x: Vec<f64>) -> f64 { let mut s = 1.0; for v in &x { s *= v + 1.0; } s + x[0] }
        (vec![1.1, -2.0, 3.0])
    }
    same! {
        fn array(x: [f64; 3]) -> f64 { let mut s = 1.0; for v in x { s = s * v - 0.5; } s }
        ([1.1, -2.0, 3.0])
    }
    same! {
        fn array_written_meanwhile(x: [f64; 3]) -> f64 {
            let mut y = x;
            let mut s = 0.0;
            for v in y { y[1] = 100.0; y[2] += v; s += v; }
            s + y[1] + y[2]
        }
        ([1.1, -2.0, 3.0])
    }
    same! {
        fn pattern(x: &[(f64, f64)]) -> f64 { let mut s = 0.0; for &(a, b) in x { s += a * b; } s }
        (vec![(1.1, -2.0), (3.0, 4.0)])
    }
    same! {
        fn iter_mut(x: &mut [f64], k: f64) { for v in x.iter_mut() { *v *= k; } }
        (vec![1.1, -2.0, 3.0], 0.3)
    }
    same! {
        fn by_mut_reference(x: &mut [f64], k: f64) { for v in &mut x[1..] { *v = k - *v; } }
        (vec![1.1, -2.0, 3.0], 0.3)
    }
    same! {
        fn reborrowed(x: &mut [f64], k: f64) {
            for v in &mut *x { *v += k; }
            for v in x { *v *= *v; }
        }
        (vec![1.1, -2.0, 3.0], 0.3)
    }
    same! {
        fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
            for (y, x) in y.iter_mut().zip(x) { *y += a * x; }
        }
        (0.5, vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]) (0.5, vec![1.0], vec![4.0, 5.0])
    }
    same! {
        fn enumerated(x: &[f64], y: &mut [f64]) {
            for (i, v) in x.iter().enumerate() { y[i] = v * i as f64; }
        }
        (vec![1.0, 2.0, 3.0], vec![0.0; 3])
    }
    same! {
        fn exits(x: &[f64]) -> f64 {
            let mut s = 0.0;
            for (i, &v) in x.iter().enumerate() {
                if v < 0.0 { continue; }
                if i > 3 { break; }
                s += v * (i + 1) as f64;
            }
            s
        }
        (vec![1.0, -2.0, 3.0, 4.0, 5.0])
    }
    same! {
        fn filtered_exits(x: &[f64]) -> f64 {
            let mut s = 0.0;
            for (i, &v) in x.iter().filter(|v| **v > 0.0).enumerate() {
                if i == 1 { continue; }
                s += v * (i + 1) as f64;
                if s > 15.0 { break; }
            }
            s
        }
        (vec![1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    }
    same! {
        fn returns(x: &[f64]) -> f64 {
            for w in x.windows(2) { if w[1] < w[0] { return w[0] * 10.0; } }
            x[0]
        }
        (vec![1.0, 2.0, -3.0, 4.0]) (vec![1.0, 2.0])
    }
    same! {
        fn labelled(a: &[Vec<f64>]) -> f64 {
            let mut s = 0.0;
            'rows: for row in a {
                for v in row.iter() {
                    if *v < 0.0 { continue 'rows; }
                    if *v > 9.0 { break 'rows; }
                    s += v;
                }
                s *= 0.5;
            }
            s
        }
        (vec![vec![1.0, 2.0], vec![3.0, -1.0, 5.0], vec![4.0], vec![10.0], vec![6.0]])
    }
    same! {
        fn chunks_mut(x: &mut [f64]) {
            for c in x.chunks_mut(2) { let first = c[0]; for v in c.iter_mut() { *v += first; } }
        }
        (vec![1.0, 2.0, 3.0]) (vec![1.0, 2.0]) (vec![])
    }
    same! {
        fn chunks_exact_mut(x: &mut [f64], k: &[f64]) {
            for (c, k) in x.chunks_exact_mut(2).zip(k) { c[0] *= k; c[1] -= c[0]; }
        }
        (vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![0.5, 0.25])
    }
    same! {
        fn rows_mut(a: &mut [Vec<f64>], x: &[f64]) {
            for (row, k) in a.iter_mut().zip(x) { for v in row.iter_mut() { *v *= k; } }
        }
        (vec![vec![1.0, 2.0], vec![3.0]], vec![0.5, 0.25])
    }
    same! {
        fn reversed_range(x: &mut [f64]) {
            for i in (1..x.len()).rev() { x[i - 1] += 0.5 * x[i]; }
        }
        (vec![1.0, 2.0, 3.0]) (vec![])
    }
    same! {
        fn rev_then_step(x: &[f64]) -> f64 {
            let mut s = 0.1;
            for i in (0..x.len()).rev().step_by(2) { s = s * 0.5 + x[i]; }
            for i in (0..x.len()).step_by(2).rev() { s = s * 0.5 + x[i]; }
            s
        }
        (vec![1.0, 2.0, 3.0, 4.0]) (vec![1.0, 2.0, 3.0])
    }
    same! {
        fn bound_chain(x: &[f64], y: &[f64]) -> f64 {
            let pairs = x.iter().zip(y);
            let mut s = 0.0;
            for (a, b) in pairs { s += a * b; }
            s
        }
        (vec![1.0, 2.0, 3.0], vec![4.0, 5.0])
    }
    same! {
        fn bound_then_adapted(x: &[f64], n: usize) -> f64 {
            let mut n = n;
            let it = x.iter().skip(n);
            n = 0;
            it.map(|v| v * 2.0).sum::<f64>() + n as f64
        }
        (vec![1.0, 2.0, 3.0], 1)
    }
    same! {
        fn over_chain(x: &[f64], y: &[f64]) -> f64 {
            let mut s = 0.0;
            for v in x.iter().chain(y) { if *v < 0.0 { continue; } s = s * 0.5 + v; }
            s
        }
        (vec![1.0, -2.0], vec![3.0])
    }
    same! {
        fn mutable_item(x: &[f64]) -> f64 {
            let mut s = 0.0;
            for mut v in x.iter().copied() { v *= 2.0; v += 1.0; s += v; }
            for (mut i, v) in x.iter().enumerate() { i += 1; s += v * i as f64; }
            s
        }
        (vec![1.0, -2.0])
    }
    same! {
        fn mutable_index(x: &[f64]) -> f64 {
            let mut s = 0.0;
            for mut i in (0..x.len()).rev() { s += x[i]; i += 1; s *= i as f64; }
            s
        }
        (vec![1.0, -2.0])
    }
    same! {
        fn for_each(x: &mut [f64], y: &[f64]) -> f64 {
            let mut s = 0.0;
            x.iter_mut().zip(y).for_each(|(a, b)| { *a += b; s += *a; });
            s
        }
        (vec![1.0, -2.0, 3.0], vec![0.5, 0.25])
    }
    same! {
        fn side_effects_in_zip(x: &[f64], y: &[f64]) -> f64 {
            let mut n = 0;
            let s: f64 = x.iter().map(|v| { n += 1; v * 2.0 }).zip(y).map(|(a, b)| a * b).sum();
            s * n as f64
        }
        (vec![1.0, -2.0, 3.0], vec![0.5, 0.25]) (vec![1.0], vec![0.5, 0.25])
    }
    same! {
        fn side_effects_in_skip(x: &[f64]) -> f64 {
            let mut n = 0;
            let s: f64 = x.iter().map(|v| { n += 1; v * n as f64 }).skip(2).sum();
            s * n as f64
        }
        (vec![1.0, -2.0, 3.0, 4.0])
    }
}

/// `collect`.
mod collections {
    use super::*;

    same! {
        fn annotated(x: &[f64]) -> f64 {
            let y: Vec<f64> = x.iter().map(|v| v * v).collect();
            y[0] + y.iter().sum::<f64>()
        }
        (vec![1.0, -2.0])
    }
    same! {
        fn turbofish(x: &[f64]) -> f64 {
            let y = x.iter().filter(|v| **v > 0.0).map(|v| v.sqrt()).collect::<Vec<_>>();
            y.iter().product()
        }
        (vec![1.0, -2.0, 3.0]) (vec![])
    }
    same! {
        fn returned(x: &[f64], k: f64) -> Vec<f64> { x.iter().map(|v| v * k).collect() }
        (vec![1.0, -2.0], 0.1) (vec![], 1.0)
    }
    same! {
        fn mutable(x: &[f64]) -> Vec<f64> {
            let mut y: Vec<f64> = x.iter().copied().collect();
            for v in y.iter_mut() { *v += 1.0; }
            y[0] *= 2.0;
            y
        }
        (vec![1.0, -2.0])
    }
    same! {
        fn pairs(x: &[f64]) -> Vec<(f64, f64)> { x.iter().map(|&v| (v, v * v)).collect() }
        (vec![1.0, -2.0])
    }
    same! {
        fn vectors(x: &[f64], n: usize) -> Vec<Vec<f64>> {
            (0..n).map(|i| x.iter().map(|v| v * i as f64).collect()).collect()
        }
        (vec![1.0, -2.0], 2)
    }
    same! {
        fn reversed_evens(x: &[f64]) -> Vec<f64> { x.iter().step_by(2).rev().cloned().collect() }
        (vec![1.0, -2.0, 3.0, 4.0])
    }
}

/// Closures.
mod closures {
    use super::*;

    same! {
        fn named(x: f64, y: f64) -> f64 { let f = |v: f64| v * v + y; f(x) + f(2.0) * f(x + y) }
        (1.5, 0.3)
    }
    same! {
        fn two_arguments(x: f64, y: f64) -> f64 { let f = |a, b| a * x - b; f(x, y) + f(y, x) }
        (1.5, 0.3)
    }
    same! {
        fn shadowed(x: f64) -> f64 {
            let k = x * 2.0;
            let f = |v: f64| v * k;
            let k = 100.0;
            f(3.0) + k
        }
        (1.5)
    }
    same! {
        fn moved_copy(x: f64) -> f64 {
            let mut k = x;
            let f = move |v: f64| v * k;
            k += 10.0;
            f(3.0) + k
        }
        (1.5)
    }
    same! {
        fn moved_state(x: f64) -> f64 {
            let mut k = x;
            let mut f = move || { k += 1.0; k };
            let (a, b) = (f(), f());
            a * b + k
        }
        (1.5)
    }
    same! {
        fn mutating(x: &[f64]) -> f64 {
            let mut s = 0.0;
            let mut add = |v: f64| s += v * v;
            add(x[0]);
            add(x[1]);
            for v in x { add(*v); }
            s
        }
        (vec![1.0, 2.0, 3.0])
    }
    same! {
        fn early(x: f64) -> f64 {
            let f = |v: f64| -> f64 { if v < 0.0 { return -1.0; } v * 3.0 };
            f(x) + f(-x)
        }
        (1.5)
    }
    same! {
        fn calling_another(x: f64) -> f64 {
            let f = |v: f64| v * x;
            let g = |v: f64| f(f(v)) + 1.0;
            g(2.0) + g(x)
        }
        (1.5)
    }
    same! {
        fn in_a_map(x: &[f64], k: f64) -> f64 {
            let f = |v: &f64| v * k;
            let g = |v: f64| v + k;
            x.iter().map(f).map(|v| g(v)).map(g).sum()
        }
        (vec![1.0, 2.0], 0.5)
    }
    same! {
        fn with_loops(x: f64, n: usize) -> f64 {
            let power = |base: f64, n: usize| {
                let mut p = 1.0;
                for _ in 0..n { p *= base; }
                p
            };
            power(x, n) + power(2.0, 3)
        }
        (1.5, 4)
    }
    same! {
        fn tuples(x: f64, y: f64) -> f64 {
            let f = |(a, b): (f64, f64)| (a * b, a + b);
            let (p, s) = f((x, y));
            p / s
        }
        (1.5, 0.3)
    }
    same! {
        fn slices(x: &[f64]) -> f64 {
            let norm = |v: &[f64]| v.iter().map(|a| a * a).sum::<f64>();
            norm(x) + norm(&x[1..])
        }
        (vec![1.0, 2.0])
    }
    same! {
        fn arguments_are_copies(x: f64) -> f64 {
            let mut k = x;
            let mut f = |mut v: f64| { v += 1.0; v };
            let a = f(k);
            k += a;
            f(k) + k
        }
        (1.5)
    }
    same! {
        fn arguments_in_order(x: f64) -> f64 {
            let mut n = x;
            let mut next = || { n *= 2.0; n };
            let f = |a: f64, b: f64| a - b;
            f(next(), next()) + x
        }
        (1.5)
    }
    same! {
        fn returned_from_block(x: f64) -> f64 {
            let f = { let k = x * x; move |v: f64| v * k };
            f(2.0)
        }
        (1.5)
    }
    same! {
        fn function_values(x: &[f64]) -> f64 {
            let g = f64::sqrt;
            g(x[0]) + x.iter().copied().map(f64::sqrt).sum::<f64>() + x.iter().map(|v| g(*v)).sum::<f64>()
        }
        (vec![1.0, 2.0])
    }
    same! {
        fn largest(x: &[f64]) -> f64 { x.iter().copied().fold(-1e308, f64::max) }
        (vec![1.0, 2.0, -1.0]) (vec![])
    }
    same! {
        fn smallest_by_closure(x: &[f64]) -> f64 { x.iter().fold(1e308, |a, &b| a.min(b)) }
        (vec![1.0, 2.0, -1.0])
    }
    same! {
        fn array_map(x: [f64; 3], k: f64) -> [f64; 3] { x.map(|v| v * k) }
        ([1.0, 2.0, 3.0], 0.5)
    }
    same! {
        fn array_map_pairs(x: [f64; 3]) -> f64 {
            let y = x.map(|v| (v, v * v));
            y[0].0 + y[1].1 * y[2].0
        }
        ([1.0, 2.0, 3.0])
    }
    same! {
        fn from_fn(x: &[f64]) -> f64 {
            let y: [f64; 3] = std::array::from_fn(|i| x[i] * i as f64);
            y.iter().sum()
        }
        (vec![1.0, 2.0, 3.0])
    }
    same! {
        fn from_fn_matrix(x: f64) -> [[f64; 2]; 3] {
            std::array::from_fn(|i| std::array::from_fn(|j| x * (i * 10 + j) as f64))
        }
        (0.3)
    }
    same! {
        fn from_fn_turbofish(x: f64) -> f64 {
            let y = core::array::from_fn::<f64, 4, _>(|i| x + i as f64);
            y[3] * y[1]
        }
        (0.3)
    }
}

/// Terminals that give an `Option`.
mod options {
    use super::*;

    same! {
        fn reduced(x: &[f64]) -> f64 { x.iter().copied().reduce(|a, b| a * 0.5 + b).unwrap() }
        (vec![1.0]) (vec![1.0, 2.0, 3.0])
    }
    same! {
        fn reduced_or(x: &[f64]) -> f64 { x.iter().copied().reduce(f64::max).unwrap_or(-7.0) }
        (vec![]) (vec![1.0, 2.0, -3.0])
    }
    same! {
        fn reduced_filtered(x: &[f64]) -> f64 {
            x.iter().copied().filter(|v| *v > 0.0).reduce(|a, b| a * b).unwrap_or(0.5)
        }
        (vec![]) (vec![1.5, -2.0, 3.0])
    }
    same! {
        fn last(x: &[f64]) -> f64 { *x.iter().last().unwrap() }
        (vec![1.0, 2.0])
    }
    same! {
        fn last_filtered(x: &[f64]) -> f64 {
            if let Some(v) = x.iter().filter(|v| **v > 0.0).last() { v * 2.0 } else { 0.5 }
        }
        (vec![1.0, 2.0, -1.0]) (vec![])
    }
    same! {
        fn max_by(x: &[f64]) -> f64 {
            let m = x.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
            let n = x.iter().copied().min_by(|a, b| b.partial_cmp(a).unwrap()).unwrap();
            m * 10.0 + n
        }
        (vec![1.0, 2.0, -1.0]) (vec![2.0])
    }
    same! {
        fn arg_max(x: &[f64]) -> f64 {
            let (i, v) = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
            v * i as f64
        }
        (vec![1.0, 2.0, 2.0, -1.0]) (vec![2.0])
    }
    same! {
        fn arg_min(x: &[f64]) -> f64 {
            let (i, v) = x
                .iter()
                .enumerate()
                .min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap())
                .unwrap();
            v * i as f64
        }
        (vec![1.0, -2.0, -2.0, 1.0])
    }
    same! {
        fn position(x: &[f64]) -> f64 {
            match x.iter().position(|v| *v > 1.5) { Some(i) => x[i] * i as f64, None => -1.0 }
        }
        (vec![1.0, 2.0, 3.0]) (vec![1.0])
    }
    same! {
        fn filter_mapped(x: &[f64]) -> f64 {
            x.iter().filter_map(|&v| if v > 0.0 { Some(v * 2.0) } else { None }).sum()
        }
        (vec![1.0, -2.0, 3.0])
    }
}
