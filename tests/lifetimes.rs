//! Structs that borrow what has no derivative, with lifetimes written, left out, and of an `impl`.
#![allow(missing_docs)]
#![deny(warnings)]

use chainrule::{Differentiable, assert_gradients, differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Named<'a> {
    name: &'a str,
    mass: f64,
}

/// Cannot be copied.
#[derive(Debug, Differentiable)]
struct Label<'a> {
    text: &'a str,
    size: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Tagged<'a, 'b, T> {
    tags: &'b [&'a str],
    #[constant]
    table: &'a [T],
    values: [T; 2],
}

#[differentiable]
fn weight(body: &Named<'_>, gravity: f64) -> f64 {
    if body.name.is_empty() { 0.0 } else { body.mass * gravity }
}

#[differentiable]
fn weight_of_named<'n>(body: &Named<'n>, gravity: f64) -> f64 {
    if body.name.is_empty() { 0.0 } else { body.mass * gravity * gravity }
}

#[differentiable]
fn sum_of_masses(first: Named<'_>, others: &[Named<'_>], factor: f64) -> f64 {
    first.mass * factor + others.iter().map(|body| body.mass * body.mass).sum::<f64>()
}

#[differentiable]
fn grow(body: &mut Named<'_>, names: &[&str], factor: f64) {
    body.mass *= factor + names.len() as f64;
}

#[differentiable]
fn area(label: &Label<'_>, scale: f64) -> f64 {
    label.size * label.size * scale * label.text.len() as f64
}

#[differentiable]
fn area_of(label: Label<'_>, scale: f64) -> f64 {
    label.size * scale + label.text.len() as f64
}

#[differentiable]
fn tagged<T: num_traits::Float>(tagged: &Tagged<'_, '_, T>, x: T) -> T {
    match tagged.tags {
        [] => x,
        _ => tagged.values[0] * tagged.values[1] * x * tagged.table[0],
    }
}

#[differentiable]
fn heavier(body: Named<'_>, factor: f64) -> Named<'_> {
    Named { name: body.name, mass: body.mass * factor }
}

#[differentiable]
impl<'a> Named<'a> {
    fn product(&self, other: &Named<'_>) -> f64 {
        self.mass * other.mass
    }
    fn scaled(&self, factor: f64) -> Named<'a> {
        Named { name: self.name, mass: self.mass * factor }
    }
    fn absorb(&mut self, other: Named<'_>) -> f64 {
        self.mass += other.mass * other.mass;
        self.mass * self.mass
    }
}

#[differentiable]
impl Label<'_> {
    fn with_size(&self, size: f64) -> Label<'_> {
        Label { text: self.text, size: size * self.size }
    }
    fn margin(&self, body: &Named<'_>) -> f64 {
        self.size * body.mass
    }
}

#[differentiable]
fn calls(body: &Named<'_>, label: &Label<'_>, k: f64) -> f64 {
    body.product(body) * label.margin(body) + weight(body, k) * weight_of_named(body, k)
}

#[test]
fn derivatives_are_those_of_the_floats() {
    let body = || Named { name: "moon", mass: 2.0 };
    let label = || Label { text: "moon", size: 3.0 };
    assert_gradients!(weight(&body(), 3.0));
    assert_gradients!(weight_of_named(&body(), 3.0));
    assert_gradients!(sum_of_masses(body(), &[body(), body()], 3.0));
    assert_gradients!(grow(&mut body(), &["a", "b"], 3.0));
    let values = Tagged { tags: &["a"], table: &[0.5], values: [2.0, 3.0] };
    assert_gradients!(tagged(&values, 3.0));
    assert_gradients!(heavier(body(), 3.0));
    // mass³·size + mass²·k³ at (2, 3, 3).
    let (value, gradient) = calls::value_and_grad(&body(), &label(), 3.0);
    assert_eq!(value, 24.0 + 108.0);
    assert_eq!((gradient.0.mass, gradient.1.size, gradient.2), (36.0 + 108.0, 8.0, 108.0));
    assert!(body().product_check_gradients(&body()).is_ok());
    assert!(body().scaled_check_gradients(1.5).is_ok());
    assert!(body().absorb_check_gradients(body()).is_ok());
    assert_eq!(area::grad(&label(), 0.5), (LabelTangent { text: (), size: 12.0 }, 36.0));
    assert_eq!(area_of::grad(label(), 0.5), (LabelTangent { text: (), size: 0.5 }, 3.0));
    let tangent = LabelTangent { text: (), size: 1.0 };
    assert_eq!(label().with_size_jvp(2.0, &tangent, 10.0).1.size, 2.0 + 30.0);
}

#[test]
fn matrices_have_the_components_of_the_floats() {
    let body = Named { name: "moon", mass: 2.0 };
    let values = Tagged { tags: &["a"], table: &[0.5], values: [2.0, 3.0] };
    assert_eq!(weight::jacobian(&body, 3.0), (chainrule::ndarray::arr2(&[[3.0]]), 2.0));
    assert_eq!(tagged::jacobian(&values, 3.0).0, chainrule::ndarray::arr2(&[[4.5, 3.0]]));
    assert_eq!(body.product_jacobian(&body).1, chainrule::ndarray::arr2(&[[2.0]]));
}

/// At second order tangents are saved, which have no lifetimes.
mod twice {
    use chainrule::{Differentiable, HessianMode, assert_gradients, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    struct Named<'a> {
        name: &'a str,
        mass: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Pair<'a, T> {
        named: Named<'a>,
        #[constant]
        table: &'a [f64],
        weight: T,
    }

    #[derive(Clone, Debug, Differentiable)]
    enum Body<'a> {
        Full(f64, Named<'a>),
        Empty(&'a str),
    }

    #[differentiable(order = 2)]
    fn energy(body: &Named<'_>, speed: f64) -> f64 {
        body.mass * speed * speed * body.name.len() as f64
    }

    #[differentiable(order = 2)]
    impl Named<'_> {
        fn doubled(&self, speed: f64) -> f64 {
            let mut sum = 0.0;
            for _ in 0..2 {
                sum += energy(self, speed);
            }
            sum
        }
    }

    #[differentiable(order = 2)]
    fn of_pair<'a>(pair: &Pair<'a, f64>, speed: f64) -> f64 {
        pair.named.doubled(speed) * pair.weight * pair.table[0]
    }

    #[differentiable(order = 2)]
    fn of_body(body: Body<'_>, speed: f64) -> f64 {
        match body {
            Body::Full(radius, named) => radius * speed * named.mass * speed,
            Body::Empty(name) => name.len() as f64 * speed,
        }
    }

    #[test]
    fn hessians() {
        let (name, table) = (String::from("ab"), vec![0.5]);
        let named = Named { name: &name, mass: 3.0 };
        for mode in HessianMode::ALL {
            let (_, by_speed) = energy::hessian_with(mode, &named, 0.7);
            assert_eq!((by_speed.0[[0, 0]], by_speed.1), (2.8, 12.0));
        }
        let tangent: NamedTangent = energy::grad(&named, 2.0).0;
        assert_eq!(tangent.mass, 8.0);
        assert_gradients!(named.doubled_check_gradients(0.7));
        let pair = Pair { named: named.clone(), table: &table, weight: 0.2 };
        assert_gradients!(of_pair(&pair, 0.7));
        assert_gradients!(of_body(Body::Full(0.3, named.clone()), 0.7));
        assert_gradients!(of_body(Body::Empty(&name), 0.7));
    }
}

/// Borrows what has no derivative, and is made of it.
#[derive(Clone, Debug, Differentiable)]
struct View<'a> {
    #[constant]
    grid: &'a [f64],
    order: &'a [usize],
    scale: f64,
}

#[differentiable]
impl<'a> View<'a> {
    fn new(#[constant] grid: &'a [f64], order: &'a [usize], scale: f64) -> View<'a> {
        View { grid, order, scale }
    }

    fn at(&self, i: usize) -> f64 {
        self.grid[self.order[i]] * self.scale * self.scale
    }
}

#[differentiable]
fn view<'a>(x: f64, #[constant] grid: &'a [f64], order: &'a [usize]) -> View<'a> {
    View { grid, order, scale: x * x }
}

#[differentiable]
fn seen(view: &View<'_>, x: f64) -> f64 {
    view.at(1) * x
}

#[test]
fn structs_are_made_of_what_they_borrow() {
    let (grid, order) = ([1.0, 2.0, 3.0], [1, 2]);
    let (made, tangent) = view::jvp(0.5, &grid, &order, 2.0);
    assert_eq!((made.scale, tangent.scale), (0.25, 2.0));
    assert_eq!(view::vjp(0.5, &grid, &order).1(tangent), 2.0);
    assert_eq!(View::new_jvp(&grid, &order, 0.5, 3.0).1.scale, 3.0);
    assert_gradients!(seen(&made, 0.75));
    assert_eq!(seen::grad(&made, 0.75).0.scale, 2.0 * 0.25 * 3.0 * 0.75);
}
