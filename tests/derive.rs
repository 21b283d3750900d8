//! `#[derive(Differentiable)]`: the tangent types of structs and enums and their laws.
#![allow(dead_code, missing_docs)]

use std::fmt::Debug;
use std::marker::PhantomData;

use chainrule::{Differentiable, Tangent};

/// The laws that each tangent obeys, at a value and two of its tangents.
fn obeys_the_laws<D: Differentiable>(value: &D, a: &D::Tangent, b: &D::Tangent) {
    let zero = value.zero_tangent();
    assert_ne!(a, &zero, "the test needs tangents that are not zero");
    let sum = |left: &D::Tangent, right: &D::Tangent| {
        let mut sum = left.clone();
        sum.accumulate(right);
        sum
    };
    assert_eq!(sum(a, b), sum(b, a));
    assert_eq!(sum(a, &zero), *a);
    assert_eq!(sum(&zero, a), *a);
    assert_eq!(a.zero_tangent(), zero);
    let mut cleared = a.clone();
    cleared.set_zero();
    assert_eq!(cleared, zero);
    let count = value.count_components();
    assert_eq!(a.count_components(), count);
    let mut numbered = zero.clone();
    (0..count).for_each(|index| numbered.set_component(index, 1.0 + index as f64));
    let (mut read, mut next) = (Vec::new(), 0.0);
    numbered.read_components(&mut |component| read.push(component));
    assert_eq!(read, (1..=count).map(|at| at as f64).collect::<Vec<f64>>());
    cleared.update_components(&mut |old| {
        next += 1.0;
        old + next
    });
    assert_eq!(cleared, numbered);
}

/// Has no traits at all.
struct Label(&'static str);

/// A mass.
#[derive(Differentiable)]
pub struct Body {
    pub mass: f64,
    pub position: [f64; 3],
    pub(crate) count: usize,
    #[constant]
    label: Label,
    #[constant]
    pub gravity: f64,
    history: Vec<(f64, bool)>,
}

fn body() -> Body {
    Body {
        mass: 2.0,
        position: [1.0, 2.0, 3.0],
        count: 4,
        label: Label("sun"),
        gravity: 9.81,
        history: vec![(1.0, true), (2.0, false)],
    }
}

#[test]
fn a_struct_with_named_fields() {
    let body = body();
    let mut a = body.zero_tangent();
    assert_eq!(
        a,
        BodyTangent {
            mass: 0.0,
            position: [0.0; 3],
            count: (),
            label: (),
            gravity: (),
            history: vec![(0.0, ()); 2],
        }
    );
    a.mass = 1.5;
    a.history[1].0 = 2.5;
    let b = BodyTangent { position: [1.0, 0.0, 2.0], ..a.clone() };
    obeys_the_laws(&body, &a, &b);
    assert_eq!(BodyTangent::default().history, []);
    assert_eq!(
        format!("{a:?}"),
        "BodyTangent { mass: 1.5, position: [0.0, 0.0, 0.0], count: (), label: (), gravity: (), \
         history: [(0.0, ()), (2.5, ())] }"
    );
}

#[derive(Differentiable)]
pub struct Pair(pub f64, #[constant] String, f32);

#[derive(Differentiable)]
struct Unit;

#[derive(Differentiable)]
struct Empty {}

#[test]
fn tuple_and_unit_structs() {
    let pair = Pair(1.0, "constant".into(), 2.0);
    obeys_the_laws(&pair, &PairTangent(1.0, (), 2.0), &PairTangent(3.0, (), 4.0));
    assert_eq!(format!("{:?}", PairTangent::default()), "PairTangent(0.0, (), 0.0)");
    assert_eq!(Unit.zero_tangent(), UnitTangent);
    assert_eq!(format!("{:?}", UnitTangent), "UnitTangent");
    assert_eq!(Empty {}.zero_tangent(), EmptyTangent {});
}

#[derive(Differentiable)]
struct System {
    bodies: Vec<Body>,
    pair: Option<Pair>,
    boxed: Box<Pair>,
}

#[test]
fn nested_structs() {
    let system = System {
        bodies: vec![body(), body()],
        pair: Some(Pair(1.0, String::new(), 2.0)),
        boxed: Box::new(Pair(1.0, String::new(), 2.0)),
    };
    let mut a = system.zero_tangent();
    a.bodies[1].position[2] = 7.0;
    a.boxed.0 = 1.0;
    let mut b = a.clone();
    b.pair = Some(PairTangent(1.0, (), 2.0));
    obeys_the_laws(&system, &a, &b);
}

#[derive(Differentiable)]
struct Point<T, const N: usize = 2> {
    at: [T; N],
    next: Option<Box<Self>>,
    marker: PhantomData<T>,
}

#[derive(Differentiable)]
struct Mixed<'a, T, U: Debug, I: Iterator<Item = f64>>
where
    T: Copy,
{
    value: T,
    #[constant]
    shown: U,
    name: &'a str,
    indices: &'a [usize],
    item: I::Item,
}

#[test]
fn generic_structs() {
    let point = Point {
        at: [1.0f32, 2.0],
        next: Some(Box::new(Point { at: [3.0, 4.0], next: None, marker: PhantomData })),
        marker: PhantomData,
    };
    let mut a = point.zero_tangent();
    a.next.as_mut().expect("it has the value's shape").at[0] = 1.0;
    let mut b = a.clone();
    b.at[1] = 3.0;
    obeys_the_laws(&point, &a, &b);

    let nested = Point { at: [body()], next: None, marker: PhantomData };
    let mut a: PointTangent<Body, 1> = nested.zero_tangent();
    a.at[0].mass = 1.0;
    obeys_the_laws(&nested, &a, &a);

    let mixed: Mixed<'_, f64, Option<u8>, std::vec::IntoIter<f64>> =
        Mixed { value: 1.0, shown: None, name: "x", indices: &[1, 2], item: 2.0 };
    let tangent = |value, item| MixedTangent { value, shown: (), name: (), indices: (), item };
    obeys_the_laws(&mixed, &tangent(1.0, 2.0), &tangent(3.0, 4.0));
}

#[derive(Differentiable)]
enum Shape {
    Circle(f64),
    Rect { width: f64, height: f64 },
    Polygon(#[constant] String, Vec<[f64; 2]>),
    Nothing,
}

#[test]
fn enums() {
    let rect = Shape::Rect { width: 1.0, height: 2.0 };
    let tangent = |width, height| ShapeTangent::Rect { width, height };
    obeys_the_laws(&rect, &tangent(1.0, 2.0), &tangent(3.0, 4.0));
    let polygon = Shape::Polygon("triangle".into(), vec![[0.0; 2]; 3]);
    let tangent = |x| ShapeTangent::Polygon((), vec![[x; 2]; 3]);
    obeys_the_laws(&polygon, &tangent(1.0), &tangent(2.0));
    assert_eq!(Shape::Nothing.zero_tangent(), ShapeTangent::Nothing);
    assert_ne!(ShapeTangent::Nothing, ShapeTangent::Circle(0.0));
    assert_eq!(format!("{:?}", ShapeTangent::Circle(1.0)), "Circle(1.0)");
    let shown = format!("{:?}", ShapeTangent::Rect { width: 1.0, height: 2.0 });
    assert_eq!(shown, "Rect { width: 1.0, height: 2.0 }");
}

#[test]
fn payloads_of_an_established_variant() {
    let mut tangent = Shape::Rect { width: 1.0, height: 2.0 }.zero_tangent();
    *tangent.__Rect_width_mut() += 3.0;
    assert_eq!((*tangent.__Rect_width(), *tangent.__Rect_height()), (3.0, 0.0));
    let tangent = Shape::Polygon(String::new(), vec![[0.0; 2]]).zero_tangent();
    assert_eq!((*tangent.__Polygon_0(), tangent.__Polygon_1()), ((), &vec![[0.0; 2]]));
}

#[test]
#[should_panic = "two tangents of a Shape differ"]
fn tangents_of_different_variants_do_not_add_up() {
    Shape::Nothing.zero_tangent().accumulate(&ShapeTangent::Circle(0.0));
}

#[test]
#[should_panic = "two tangents of a Shape differ"]
fn a_payload_of_another_variant_panics() {
    Shape::Nothing.zero_tangent().__Circle_0();
}

#[derive(Differentiable)]
enum Tree<T> {
    Leaf(T),
    Node(Box<Tree<T>>, Box<Tree<T>>),
}

#[test]
fn recursive_enums() {
    let tree = Tree::Node(Box::new(Tree::Leaf(1.0)), Box::new(Tree::Leaf(2.0)));
    let tangent =
        |a, b| TreeTangent::Node(Box::new(TreeTangent::Leaf(a)), Box::new(TreeTangent::Leaf(b)));
    obeys_the_laws(&tree, &tangent(1.0, 2.0), &tangent(3.0, 4.0));
}

#[derive(Differentiable)]
#[differentiable(tangent = Velocity, crate = chainrule)]
struct Position {
    r#type: f64,
}

#[derive(Differentiable)]
struct Large {
    pixels: [f64; 784],
}

#[test]
fn options_and_raw_names() {
    let velocity = Velocity { r#type: 1.0 };
    obeys_the_laws(&Position { r#type: 1.0 }, &velocity, &velocity);
}

#[test]
fn a_tangent_is_copy_where_its_fields_are() {
    fn is_copy<T: Copy>(_: T) {}
    is_copy(Large { pixels: [0.0; 784] }.zero_tangent());
    is_copy(Pair(1.0, String::new(), 2.0).zero_tangent());
}

/// Derived types have private parts where the user's have.
mod visibility {
    #[derive(chainrule::Differentiable)]
    pub struct Open {
        pub seen: f64,
        hidden: f64,
    }
    pub fn open() -> Open {
        Open { seen: 1.0, hidden: 2.0 }
    }
}

#[test]
fn a_tangent_is_visible_as_its_type_is() {
    use chainrule::Differentiable as _;
    let mut tangent: visibility::OpenTangent = visibility::open().zero_tangent();
    tangent.seen += 1.0;
    assert_eq!(format!("{tangent:?}"), "OpenTangent { seen: 1.0, hidden: 0.0 }");
}
