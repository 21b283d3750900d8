//! The bounds that say which types must have a derivative stand in nobody's way.

mod bodies {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Differentiable)]
    pub struct Pair<T> {
        pub first: T,
        pub second: T,
    }

    #[derive(Clone, Differentiable)]
    struct Spring {
        stiffness: f64,
    }

    #[derive(Clone, Differentiable)]
    pub struct View<'a> {
        #[constant]
        pub name: &'a str,
        pub scale: f64,
    }

    #[differentiable]
    fn force(spring: &Spring, x: f64) -> f64 {
        -spring.stiffness * x
    }

    #[differentiable]
    pub fn scaled(pair: &Pair<f64>, k: f64) -> Pair<f64> {
        Pair { first: k * pair.first, second: pair.second }
    }

    #[differentiable]
    pub fn sum<T: chainrule::Real>(pair: &Pair<T>) -> T {
        pair.first + pair.second
    }

    #[differentiable]
    pub fn lengths<'a>(view: &View<'a>) -> f64 {
        view.scale * view.name.len() as f64
    }

    #[differentiable]
    impl Spring {
        fn energy(&self, x: f64) -> f64 {
            0.5 * self.stiffness * x * x
        }
    }

    pub fn stiffness_bar(x: f64) -> (f64, f64) {
        let spring = Spring { stiffness: 2.0 };
        (force::grad(&spring, x).0.stiffness, spring.energy_grad(x).0.stiffness)
    }
}

use bodies::{Pair, View, lengths, scaled, sum};

fn main() {
    assert_eq!(bodies::stiffness_bar(3.0), (-3.0, 4.5));
    let pair = Pair { first: 2.0, second: 3.0 };
    let (_, pullback) = scaled::vjp(&pair, 4.0);
    let (bar, k) = pullback(bodies::PairTangent { first: 1.0, second: 1.0 });
    assert_eq!((bar.first, bar.second, k), (4.0, 1.0, 2.0));
    assert_eq!(sum::grad(&pair).first, 1.0);
    assert_eq!(lengths::grad(&View { name: "abc", scale: 1.0 }).scale, 3.0);
}
