//! Structs with `#[derive(Differentiable)]`: nested, generic, tuple structs, inactive fields.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vector {
        pub x: f64,
        pub y: f64,
        pub z: f64,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Body {
        pub mass: f64,
        pub position: Vector,
        pub velocity: Vector,
        pub id: usize,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Celsius(pub f64);

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Pair<T> {
        pub first: T,
        pub second: T,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Layer {
        pub weights: Vec<f64>,
        pub bias: [f64; 2],
        #[constant]
        pub rate: f64,
        pub name: String,
        pub last: Option<f64>,
    }

    #[derive(Clone, Copy, Debug, Default)]
    pub struct Settings {
        pub rounds: usize,
        pub cubic: bool,
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: 2.0, z: -1.0 })]
    fn norm(v: Vector) -> f64 {
        (v.x * v.x + v.y * v.y + v.z * v.z).sqrt()
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: 2.0, z: -1.0 }, Vector { x: 1.0, y: 0.25, z: 3.0 })]
    fn dot(a: &Vector, b: &Vector) -> f64 {
        a.x * b.x + a.y * b.y + a.z * b.z
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: 2.0, z: -1.0 }, Vector { x: 1.0, y: 0.25, z: 3.0 })]
    fn cross(a: Vector, b: Vector) -> Vector {
        Vector { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x }
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: 2.0, z: -1.0 })]
    fn destructured(v: Vector) -> f64 {
        let Vector { x, y, z: height } = v;
        x * y * height
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: 2.0, z: -1.0 })]
    fn destructured_reference(v: &Vector) -> f64 {
        let Vector { x, y, .. } = v;
        x * y + v.z
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn built(x: f64, y: f64) -> f64 {
        let v = Vector { x: x * y, y, z: 1.0 };
        let w = Vector { x: v.y, ..v };
        w.x * v.x + w.z * w.y
    }

    #[differentiable]
    #[at(Body {
        mass: 1.5,
        position: Vector { x: 0.5, y: 2.0, z: -1.0 },
        velocity: Vector { x: 1.0, y: 0.25, z: 3.0 },
        id: 7,
    })]
    fn nested(body: &Body) -> f64 {
        let v = &body.velocity;
        let kinetic = 0.5 * body.mass * (v.x * v.x + v.y * v.y + v.z * v.z);
        kinetic - body.mass / body.position.x + body.id as f64 * body.position.y
    }

    #[differentiable]
    #[at(Body {
        mass: 1.5,
        position: Vector { x: 0.5, y: 2.0, z: -1.0 },
        velocity: Vector { x: 1.0, y: 0.25, z: 3.0 },
        id: 7,
    }, 0.125)]
    fn moved(body: Body, dt: f64) -> Body {
        let mut next = body;
        next.velocity.x -= dt * next.position.x / next.mass;
        next.position.x += dt * next.velocity.x;
        next.id += 1;
        next
    }

    #[differentiable]
    #[at(Body {
        mass: 1.5,
        position: Vector { x: 0.5, y: 2.0, z: -1.0 },
        velocity: Vector { x: 1.0, y: 0.25, z: 3.0 },
        id: 7,
    }, 0.125, 3)]
    fn moved_in_place(body: &mut Body, dt: f64, steps: usize) -> f64 {
        for _ in 0..steps {
            let pull = body.position.y * body.mass;
            body.velocity.y -= dt * pull;
            body.position.y += dt * body.velocity.y;
        }
        body.mass *= 0.5;
        body.position.y * body.mass
    }

    #[differentiable]
    #[at(Celsius(20.5))]
    fn tuple_struct(t: Celsius) -> f64 {
        let Celsius(inner) = t;
        t.0 * 1.8 + inner * inner
    }

    #[differentiable]
    #[at(20.5)]
    fn tuple_struct_result(x: f64) -> Celsius {
        Celsius((x - 32.0) / 1.8)
    }

    #[differentiable]
    #[at(Pair { first: 0.5, second: 2.0 })]
    fn generic_of_floats(p: Pair<f64>) -> f64 {
        p.first * p.second.sin()
    }

    #[differentiable]
    #[at(Pair { first: [0.5, 1.0], second: [2.0, -1.0] })]
    fn generic_of_arrays(p: &Pair<[f64; 2]>) -> f64 {
        p.first[0] * p.second[1] + p.first[1] * p.second[0]
    }

    #[differentiable]
    #[at(Pair { first: 3, second: 4 }, 0.5)]
    fn generic_of_integers(p: Pair<usize>, x: f64) -> f64 {
        x * p.first as f64 + p.second as f64 * x * x
    }

    #[differentiable]
    #[at(0.5)]
    fn generic_swapped(x: f64) -> Pair<f64> {
        let p = Pair { first: x, second: x * x };
        Pair { first: p.second, second: p.first }
    }

    #[differentiable]
    #[at(Layer {
        weights: vec![0.5, 2.0],
        bias: [0.25, 1.0],
        rate: 0.1,
        name: "dense".to_string(),
        last: Some(1.5),
    }, [0.5, -1.0])]
    fn containers_in_fields(layer: &Layer, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..2 {
            s += (layer.weights[i] * x[i] + layer.bias[i]).tanh();
        }
        s * layer.rate + layer.name.len() as f64 * layer.last.unwrap_or(0.0)
    }

    #[differentiable]
    #[at(Layer {
        weights: vec![0.5, 2.0],
        bias: [0.25, 1.0],
        rate: 0.1,
        name: "dense".to_string(),
        last: None,
    }, 0.5)]
    fn containers_changed(layer: &mut Layer, x: f64) {
        layer.weights[0] *= x;
        layer.bias[1] += layer.weights[0] * layer.rate;
        layer.weights.push(x * x);
        layer.last = Some(layer.bias[1] * x);
    }

    #[differentiable]
    #[at([Vector { x: 0.5, y: 2.0, z: -1.0 }, Vector { x: 1.0, y: 0.25, z: 3.0 }])]
    fn slice_of_structs(points: &[Vector]) -> f64 {
        let mut s = 0.0;
        for p in points {
            s += p.x * p.y - p.z;
        }
        for i in 1..points.len() {
            s *= points[i].x - points[i - 1].z;
        }
        s
    }

    #[differentiable]
    #[at([Vector { x: 0.5, y: 2.0, z: -1.0 }, Vector { x: 1.0, y: 0.25, z: 3.0 }], 0.5)]
    fn slice_of_structs_changed(points: &mut [Vector], k: f64) {
        for p in points.iter_mut() {
            p.x *= k;
            p.y += p.x * p.z;
        }
        points.swap(0, 1);
        points[0].z = points[1].x;
        points[1] = Vector { x: k, y: points[0].y, z: 0.0 };
    }

    #[differentiable]
    #[at([0.5, 2.0, 3.0, -1.0])]
    fn array_of_structs(v: [f64; 4]) -> f64 {
        let mut points = [Vector { x: v[0], y: v[1], z: 0.0 }; 3];
        points[1].x = v[2] * points[0].y;
        points[2] = points[1];
        points[2].z += v[3];
        points[0].x * points[1].x + points[2].z * points[2].x
    }

    #[differentiable]
    #[at(0.5, Settings { rounds: 3, cubic: true })]
    #[at(0.5, Settings { rounds: 3, cubic: false })]
    fn inactive_struct(x: f64, #[constant] settings: Settings) -> f64 {
        let mut s = x;
        for _ in 0..settings.rounds {
            s = if settings.cubic { s * s * s + x } else { s * s + x };
        }
        s
    }

    #[differentiable]
    #[at(Vector { x: 0.5, y: 2.0, z: -1.0 })]
    fn field_shorthand_and_update(v: Vector) -> Vector {
        let x = v.x * v.y;
        let mut w = Vector { x, ..v };
        w.z = w.x * w.z;
        w
    }

    #[differentiable]
    #[at(Pair { first: Vector { x: 0.5, y: 2.0, z: -1.0 }, second: Vector { x: 1.0, y: 2.0, z: 3.0 } })]
    fn generic_of_structs(p: Pair<Vector>) -> f64 {
        let Pair { first: Vector { x: a, .. }, second } = p;
        a * second.y + p.first.z * second.z
    }

    #[differentiable]
    #[at(0.5, 4)]
    #[at(2.5, 4)]
    fn struct_state_in_loop(x: f64, n: usize) -> f64 {
        let mut state = Vector { x, y: 1.0, z: 0.0 };
        for i in 0..n {
            if state.x > 2.0 {
                state = Vector { x: state.x.sqrt(), ..state };
                continue;
            }
            state.z += state.x * state.y;
            state.y = state.z + i as f64;
            state.x *= 1.5;
        }
        state.x + state.y * state.z
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Inner {
        pub a: f64,
        pub b: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Outer {
        pub u: f64,
        pub v: [f64; 2],
        pub w: Vec<f64>,
        pub inner: Inner,
        pub n: usize,
    }

    /// Fields that do not come from the base have no derivative where their values have none.
    #[differentiable]
    #[at(Outer { u: 0.5, v: [2.0, -1.0], w: vec![0.25, 3.0], inner: Inner { a: 1.5, b: -0.5 }, n: 2 }, 0.75)]
    fn constants_beside_a_base(s: &Outer, k: f64) -> f64 {
        let t = Outer { u: 2.0, inner: Inner { a: 1.0, ..s.inner.clone() }, n: 3, ..s.clone() };
        let mut r = Outer { v: [1.0, k], w: vec![1.0; 2], ..t.clone() };
        for i in 0..2 {
            r = Outer { u: r.u * s.w[i], v: [0.5, r.u], ..r };
        }
        let mut total = 0.0;
        for s in [s, &t, &r] {
            total += s.u * s.v[0] + s.v[1] * s.w[0] + s.w[1] * s.inner.a + s.inner.b * s.n as f64;
            total *= s.u + 1.0;
        }
        total
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Loose {
        pub u: f64,
        pub list: Vec<f64>,
        pub choice: Option<f64>,
    }

    /// What a field was is of another length, or there at all, where what it becomes is not.
    #[differentiable]
    #[at(Loose { u: 0.5, list: vec![0.25, 3.0, -1.0], choice: Some(1.5) }, 0.75)]
    fn other_shapes_beside_a_base(s: &Loose, k: f64) -> f64 {
        let mut r = s.clone();
        let mut total = 0.0;
        for i in 0..3 {
            total += r.u * r.list[0] + r.choice.unwrap_or(k);
            r = Loose { list: vec![k * s.list[i]; 3 - i], choice: None, ..r };
            total *= r.u + r.list[2 - i];
        }
        total
    }
}
