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

mod closures;
mod collections;
mod folds;
mod loops;
mod more;
mod options;
mod refusals;
mod sums;
