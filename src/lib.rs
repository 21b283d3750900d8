//! chainrule differentiates plain Rust functions at compile time.
//!
//! [`#[differentiable]`](macro@differentiable) on a function leaves the function as it is and puts its
//! derivatives beside it, under the same name:
//!
//! ```
//! use chainrule::differentiable;
//!
//! #[differentiable]
//! fn rosenbrock(x: f64, y: f64) -> f64 {
//!     (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
//! }
//!
//! assert_eq!(rosenbrock(1.0, 2.0), 100.0);
//! assert_eq!(rosenbrock::grad(1.0, 2.0), (-400.0, 200.0));
//! ```
//!
//! # The derivatives of a function
//!
//! For `fn f(args) -> R`, with its Jacobian `J`:
//!
//! | name | meaning |
//! | --- | --- |
//! | `f::jvp(args…, tangents…) -> (R, dR)` | forward mode: the value, and `J·tangents` |
//! | `f::vjp(args…) -> (R, pullback)` | reverse mode: the value, and a closure from the cotangent of `R` to those of the arguments |
//! | `f::adjoint(args…, seed, &mut bars…) -> R` | reverse mode for hot loops: adds `Jᵀ·seed` to the caller's buffers |
//! | `f::grad(args…)` | the gradient, where `R` is a float |
//! | `f::value_and_grad(args…)` | both |
//! | `f::grad_into(args…, &mut bars…) -> R` | the gradient in the caller's buffers, whatever was there, where arguments are slices of floats and besides these floats, arrays and tuples of them |
//! | `f::jacobian(args…)` | the Jacobian by the cheaper mode; `f::jacfwd`, `f::jacrev` by this one |
//! | `f::jacobian_into(args…, blocks…)` | the same into the caller's buffers; so for the other two |
//!
//! ```
//! # use chainrule::differentiable;
//! # #[differentiable]
//! # fn rosenbrock(x: f64, y: f64) -> f64 {
//! #     (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
//! # }
//! // How the value changes along the direction (1, 0.5): forward mode, one run for each direction.
//! let (value, change) = rosenbrock::jvp(1.0, 2.0, 1.0, 0.5);
//! assert_eq!((value, change), (100.0, -300.0));
//!
//! // How the value answers to each argument: reverse mode, one run for all of them.
//! let (value, (dx, dy)) = rosenbrock::value_and_grad(1.0, 2.0);
//! assert_eq!((value, dx, dy), (100.0, -400.0, 200.0));
//!
//! // The same in two parts, for when the cotangent is known later than the value.
//! let (value, pullback) = rosenbrock::vjp(1.0, 2.0);
//! assert_eq!((value, pullback(0.5)), (100.0, (-200.0, 100.0)));
//!
//! // The same once more, added to what is there already.
//! let (mut dx, mut dy) = (1000.0, 1000.0);
//! rosenbrock::adjoint(1.0, 2.0, 1.0, &mut dx, &mut dy);
//! assert_eq!((dx, dy), (600.0, 1200.0));
//! ```
//!
//! Only *active* arguments have a tangent: floats, and what is made of them. A single active argument
//! gives a bare value, several give a tuple in their order. Integers, `bool`, strings and arguments
//! marked `#[constant]` are inactive:
//!
//! ```
//! # use chainrule::differentiable;
//! #[differentiable]
//! fn polynomial(x: f64, #[constant] coefficients: &[f64], terms: usize) -> f64 {
//!     let mut sum = 0.0;
//!     for k in 0..terms {
//!         sum += coefficients[k] * x.powi(k as i32);
//!     }
//!     sum
//! }
//!
//! assert_eq!(polynomial::grad(2.0, &[7.0, 5.0, 3.0], 3), 5.0 + 2.0 * 3.0 * 2.0);
//! ```
//!
//! # Slices, in and out
//!
//! The gradient in a slice is a `Vec`, in an array an array; [`Tangent`] types follow the types of the
//! arguments. `adjoint` takes the buffers from the caller. An argument behind `&mut` is input and
//! output at once, and so is its bar: on entry the cotangent of what the function leaves there, on exit
//! the cotangent of what it found.
//!
//! ```
//! # use chainrule::differentiable;
//! #[differentiable]
//! fn energy(x: &[f64]) -> f64 {
//!     x.iter().map(|v| v * v).sum()
//! }
//!
//! #[differentiable]
//! fn scale(x: &mut [f64], factor: f64) {
//!     for v in x.iter_mut() {
//!         *v *= factor;
//!     }
//! }
//!
//! assert_eq!(energy::grad(&[1.0, 2.0, 3.0]), [2.0, 4.0, 6.0]);
//!
//! let (mut x, mut x_bar, mut factor_bar) = ([1.0, 2.0], [1.0, 1.0], 0.0);
//! scale::adjoint(&mut x, 3.0, &mut x_bar, &mut factor_bar);
//! assert_eq!((x, x_bar, factor_bar), ([3.0, 6.0], [3.0, 3.0], 3.0));
//! ```
//!
//! # Jacobians
//!
//! The rows of a Jacobian are the floats in the results, its columns those in one argument, each in the
//! order of declaration: a *block* for each active argument. Where results and argument are floats or
//! arrays of them, the block is an array of the shape of the results, of arrays of the shape of the
//! argument. Otherwise it is an `ndarray::Array2`.
//!
//! ```
//! # use chainrule::differentiable;
//! #[differentiable]
//! fn polar(x: f64, y: f64) -> [f64; 2] {
//!     [x.hypot(y), y.atan2(x)]
//! }
//!
//! #[differentiable]
//! fn affine(x: &[f64], w: &[f64], b: f64) -> Vec<f64> {
//!     w.iter().map(|w| w * x[0] + b).collect()
//! }
//!
//! let (of_x, of_y) = polar::jacobian(3.0, 4.0);
//! assert_eq!((of_x, of_y), ([0.6, -0.16], [0.8, 0.12]));
//!
//! let (of_x, of_w, of_b) = affine::jacobian(&[2.0], &[3.0, 4.0], 1.0);
//! assert_eq!(of_x, chainrule::ndarray::array![[3.0], [4.0]]);
//! assert_eq!(of_w, chainrule::ndarray::array![[2.0, 0.0], [0.0, 2.0]]);
//! assert_eq!(of_b, chainrule::ndarray::array![[1.0], [1.0]]);
//! ```
//!
//! What a function leaves behind its `&mut` arguments are results too, after the value. `f::jacfwd`
//! goes by columns, in forward sweeps, `f::jacrev` by rows, in reverse sweeps, `f::jacobian` by whichever
//! are fewer. A sweep carries eight of them at once. Where most entries are zero, `f::jacfwd_compressed` first asks
//! a sweep of bits, which takes little more than the function itself, which columns share no row, and then finds
//! these together. For many points, `f::jacfwd_compressed_into` keeps the groups of columns. It notices where they are
//! not right, as another branch runs or other elements are read, and finds them again.
//!
//! ```
//! # use chainrule::differentiable;
//! use chainrule::sparse::Groups;
//!
//! #[differentiable]
//! fn differences(x: &[f64]) -> Vec<f64> {
//!     (0..x.len() - 1).map(|i| (x[i + 1] - x[i]).powi(3)).collect()
//! }
//!
//! let mut groups = Groups::new();
//! let mut matrix = chainrule::ndarray::Array2::<f64>::zeros((99, 100));
//! for step in 1..4 {
//!     let x: Vec<f64> = (0..100).map(|i| (i * step) as f64).collect();
//!     differences::jacfwd_compressed_into(&x, &mut groups, &mut matrix);
//!     assert_eq!(matrix[[5, 6]], 3.0 * (step * step) as f64);
//! }
//! assert_eq!(groups.count(), 2);
//! ```
//!
//! # Hessians
//!
//! `#[differentiable(order = 2)]` adds `f::hessian`, in blocks by arguments and exactly symmetric, and
//! `f::hessian_diagonal`, to a function that returns one float. Of one that returns several, `f::hessian`
//! has a matrix for each, the results being the first dimension of its blocks; what is left behind `&mut` is a
//! result, too.
//! `f::gauss_newton(args…, v…)`, `JᵀJ·v`, comes with each function that returns several, of first order
//! too.
//!
//! ```
//! # use chainrule::differentiable;
//! #[differentiable(order = 2)]
//! fn saddle(x: f64, y: f64) -> f64 {
//!     x * x * y - y * y
//! }
//!
//! assert_eq!(saddle::hessian(3.0, 2.0), ((4.0, 6.0), (6.0, -2.0)));
//! assert_eq!(saddle::hessian_diagonal(3.0, 2.0), (4.0, -2.0));
//! // By one of the four compositions of forward and reverse mode.
//! let mode = chainrule::HessianMode::ReverseOverReverse;
//! assert_eq!(saddle::hessian_with(mode, 3.0, 2.0), saddle::hessian(3.0, 2.0));
//! // In buffers of yours: for each argument its blocks by each argument.
//! let ((mut xx, mut xy), (mut yx, mut yy)) = ((0.0, 0.0), (0.0, 0.0));
//! saddle::hessian_into(3.0, 2.0, (&mut xx, &mut xy), (&mut yx, &mut yy));
//! assert_eq!((xx, xy, yx, yy), (4.0, 6.0, 6.0, -2.0));
//!
//! #[differentiable(order = 2)]
//! fn monomials(x: &[f64]) -> Vec<f64> {
//!     vec![x[0] * x[0], x[0] * x[1]]
//! }
//!
//! let of_each = chainrule::ndarray::array![[[2.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]];
//! assert_eq!(monomials::hessian(&[3.0, 5.0]), of_each);
//! ```
//!
//! Where the pattern is known, or used for many points, [`sparse`] takes a few sweeps instead of one for each column;
//! `f::jacobian_pattern` and `f::hessian_pattern` tell where the others are. `batch` maps anything over
//! samples.
//!
//! # Structs and methods
//!
//! [`#[derive(Differentiable)]`](macro@Differentiable) makes a tangent type with the same field names.
//! The derivatives of a method are methods, told apart by a suffix:
//!
//! ```
//! use chainrule::{Differentiable, differentiable};
//!
//! #[derive(Differentiable)]
//! struct Spring {
//!     stiffness: f64,
//!     rest: f64,
//! }
//!
//! #[differentiable]
//! impl Spring {
//!     fn energy(&self, length: f64) -> f64 {
//!         0.5 * self.stiffness * (length - self.rest).powi(2)
//!     }
//! }
//!
//! let spring = Spring { stiffness: 10.0, rest: 1.0 };
//! let (of_spring, of_length) = spring.energy_grad(1.5);
//! assert_eq!((of_spring.stiffness, of_spring.rest, of_length), (0.125, -5.0, 5.0));
//! ```
//!
//! # Calls
//!
//! An annotated function may call others by any path, methods and itself included. An active value
//! handed to a function without a derivative is an error, with three ways out: annotate that function,
//! give it a rule, or cut the derivative with [`detach`].
//!
//! # Derivatives of one's own
//!
//! A rule stated in closed form replaces what the compiler would derive, in both modes:
//!
//! ```
//! # use chainrule::differentiable;
//! #[differentiable(partials(x = -(-x).exp()))]
//! fn inverse_exp(x: f32) -> f32 {
//!     1.0 / x.exp()
//! }
//!
//! // Step by step the derivative at 100 would be ∞·0.
//! assert_eq!(inverse_exp::grad(100.0), -3.783506e-44);
//! ```
//!
//! A function of another crate gets a rule by a wrapper, and `rules(..)` where it is called by its own
//! path:
//!
//! ```
//! # use chainrule::differentiable;
//! mod elsewhere {
//!     pub fn softplus(x: f64) -> f64 {
//!         x.exp().ln_1p()
//!     }
//! }
//!
//! #[differentiable(partials(x = 1.0 / (1.0 + (-x).exp())))]
//! fn softplus(x: f64) -> f64 {
//!     elsewhere::softplus(x)
//! }
//!
//! #[differentiable(rules(elsewhere::softplus = softplus))]
//! fn cost(x: f64) -> f64 {
//!     3.0 * elsewhere::softplus(x)
//! }
//!
//! assert_eq!(cost::grad(0.0), 1.5);
//! ```
//!
//! # At the call site
//!
//! [`differentiate!`] derives a closure where it stands; what the closure captures is constant:
//!
//! ```
//! use chainrule::{differentiable, differentiate};
//!
//! #[differentiable]
//! fn product(x: f64, y: f64) -> f64 {
//!     x * y
//! }
//!
//! let y = 3.0;
//! let f = differentiate!(|x: f64| -> f64 { product(x, y) });
//! assert_eq!(f.grad(2.0), 3.0);
//!
//! // Second derivatives too; a function that the closure calls then needs `order = 2`.
//! let g = differentiate!(|x: [f64; 2]| -> f64 { x[0] * x[1] * y });
//! assert_eq!(g.hessian([1.0, 2.0]), [[0.0, 3.0], [3.0, 0.0]]);
//! assert_eq!(g.hvp([1.0, 2.0], [1.0, 0.0]), [0.0, 3.0]);
//! ```
//!
//! # Checks
//!
//! `f::check_gradients(args…)` compares both modes with each other and with differences of the
//! function's values, for a function of second order that returns a float its Hessian too, by forward
//! over reverse and by reverse over reverse mode, with differences of its gradient.
//! [`assert_gradients!`] panics with the [`Report`]. That is for rules of one's
//! own, and for anybody who trusts no compiler:
//!
//! ```
//! # use chainrule::{assert_gradients, differentiable};
//! #[differentiable(partials(x = 2.0 * x * y, y = x))]
//! fn volume(x: f64, y: f64) -> f64 {
//!     x * x * y
//! }
//!
//! let report = volume::check_gradients(3.0, 2.0);
//! assert_eq!(report.failures().next().unwrap().argument, "y");
//!
//! # #[differentiable]
//! # fn area(x: f64, y: f64) -> f64 {
//! #     x * y
//! # }
//! assert_gradients!(area(3.0, 2.0));
//! ```
//!
//! # What is understood, and what is refused
//!
//! `docs/language.md` in the repository lists the differentiable subset of Rust with an example of each
//! form. Code outside of it is a compile error at the token concerned; a derivative is never guessed.
//! At kinks and poles, where there is no derivative to be right about, `docs/kinks.md` says what comes
//! out.
//!
//! # Features
//!
//! * `std` (default). Without it the crate is `no_std` and needs `alloc`.
//! * `ndarray` (default): matrices whose size is not constant.
//! * `sparse`: sparse matrices as `sprs::CsMat`.
//! * `rayon`: batches over the cores.
//! * `libm`: without `std`, the elementary functions.
#![cfg_attr(not(feature = "std"), no_std)]

pub use autodiff_macros::{Differentiable, differentiable, differentiate};
#[doc(hidden)]
pub use autodiff_runtime::__private;
#[cfg(any(feature = "std", feature = "libm"))]
pub use autodiff_runtime::Real;
pub use autodiff_runtime::sparse;
#[cfg(feature = "sparse")]
pub use autodiff_runtime::sprs;
pub use autodiff_runtime::{
    Differentiable, Entry, Finding, HessianMode, Report, Tangent, Tape, assert_gradients,
    check_gradient, detach,
};
#[cfg(feature = "ndarray")]
pub use autodiff_runtime::{batch, ndarray};

/// The second derivative of a closure needs that of what it calls:
///
/// ```compile_fail,E0080
/// use chainrule::{differentiable, differentiate};
///
/// #[differentiable]
/// fn product(x: f64, y: f64) -> f64 {
///     x * y
/// }
///
/// let f = differentiate!(|x: f64| -> f64 { product(x, 3.0) });
/// assert_eq!(f.grad(2.0), 3.0);
/// f.hessian(2.0);
/// ```
///
/// This is what does not compile there; the rest does:
///
/// ```
/// # use chainrule::{differentiable, differentiate};
/// # #[differentiable]
/// # fn product(x: f64, y: f64) -> f64 {
/// #     x * y
/// # }
/// let f = differentiate!(|x: f64| -> f64 { product(x, 3.0) });
/// assert_eq!(f.grad(2.0), 3.0);
/// ```
#[cfg(doctest)]
struct SecondOrderOfClosures;

/// The README's code is true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
