//! What the macro writes, pretty-printed, and run.
//!
//! Each source is expanded twice: by rustc, to be run, and in this process, to be shown.
//! `UPDATE_EXPECT=1 cargo test --test snapshots` takes over a change of the output.

use chainrule::{Differentiable, differentiable};
use expect_test::{Expect, expect};

/// Annotates the functions, and keeps each one's text under another name.
macro_rules! sources {
    ($($name:ident: $(#[$attr:meta])* fn $function:ident ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {$(
        #[differentiable]
        $(#[$attr])* fn $function ($($args)*) $(-> $result)? $body

        const $name: &str = stringify!(fn $function ($($args)*) $(-> $result)? $body);
    )*};
}

/// Compares the text of one generated function.
fn check(source: &str, function: &str, expected: Expect) {
    let source = source.parse().expect("the source is Rust");
    let tokens = autodiff_transform::expand(proc_macro2::TokenStream::new(), source);
    let file: syn::File = syn::parse2(tokens).expect("the expansion is Rust");
    let found = file.items.iter().find_map(|item| derived(item, function));
    let found = found.unwrap_or_else(|| panic!("no function `{function}`"));
    let file = syn::File { shebang: None, attrs: Vec::new(), items: vec![found] };
    let text = prettyplease::unparse(&file).replace("__rt", "rt");
    assert!(text.lines().count() <= 60, "too long to be read:\n{text}");
    expected.assert_eq(&text);
}

/// The function of this name in the `impl` inside `const _`, without its attributes.
fn derived(item: &syn::Item, name: &str) -> Option<syn::Item> {
    let syn::Item::Const(item) = item else { return None };
    let syn::Expr::Block(block) = &*item.expr else { return None };
    block.block.stmts.iter().find_map(|stmt| {
        let syn::Stmt::Item(syn::Item::Impl(item)) = stmt else { return None };
        item.items.iter().find_map(|item| match item {
            syn::ImplItem::Fn(item) if item.sig.ident == name => Some(syn::Item::Fn(syn::ItemFn {
                attrs: Vec::new(),
                vis: syn::Visibility::Inherited,
                sig: item.sig.clone(),
                block: Box::new(item.block.clone()),
            })),
            _ => None,
        })
    })
}

sources! {
    ROSENBROCK: fn rosenbrock(x: f64, y: f64) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }
    SIGMOID: fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }
    DOT: fn dot(x: &[f64], y: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += x[i] * y[i];
        }
        sum
    }
    NORM: fn norm(x: &[f64]) -> f64 {
        x.iter().map(|v| v * v).sum::<f64>().sqrt()
    }
    CARRIED: fn carried(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for v in x {
            s = 0.5 * s + (v * s).sin();
        }
        s
    }
    RELU: fn relu(x: &[f64], y: &mut [f64]) {
        for i in 0..x.len() {
            y[i] = if x[i] > 0.0 { x[i] } else { 0.0 };
        }
    }
    RELAX: fn relax(u: &mut [f64], rate: f64) {
        for i in 1..u.len() {
            u[i] += rate * (u[i - 1] - u[i]);
        }
    }
    ROOT: fn root(x: f64) -> f64 {
        let mut y = 1.0;
        while (y * y - x).abs() > 1e-9 {
            y = 0.5 * (y + x / y);
        }
        y
    }
    ROTATE: fn rotate(m: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        let mut out = [0.0; 3];
        for i in 0..3 {
            for j in 0..3 {
                out[i] += m[i][j] * v[j];
            }
        }
        out
    }
    COMPOSED: fn composed(x: f64, n: usize) -> f64 {
        sigmoid(x * n as f64) * x
    }
    KINETIC: fn kinetic(body: &Body, scale: f64) -> f64 {
        0.5 * scale * body.mass * body.velocity * body.velocity
    }
    AREA: fn area(shape: &Shape) -> f64 {
        match shape {
            Shape::Circle { radius } => 3.0 * radius.powi(2),
            Shape::Square(side) => side * side,
        }
    }
}

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    velocity: f64,
    #[allow(dead_code)]
    name: String,
}

#[derive(Clone, Differentiable)]
enum Shape {
    Circle { radius: f64 },
    Square(f64),
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} is not {expected}");
}

#[test]
fn straight_line_code_in_both_modes() {
    check(
        ROSENBROCK,
        "__tangent",
        expect![[r#"
            fn __tangent<__K: rt::Lanes<F64 = __L>, __L: rt::Lane<f64>>(
                x: f64,
                y: f64,
                x_dot: impl rt::ValueSlot<__L>,
                y_dot: impl rt::ValueSlot<__L>,
                lanes: __K,
            ) -> (f64, __L) {
                let x_dot = x_dot.open(rt::zero_lane::<__L>);
                let y_dot = y_dot.open(rt::zero_lane::<__L>);
                let t = 1.0 - x;
                let t_2 = y - x * x;
                (
                    t.powi(2) + 100.0 * t_2.powi(2),
                    -x_dot * (2.0 * t) + (y_dot - x_dot * (2.0 * x)) * (2.0 * t_2 * 100.0),
                )
            }
        "#]],
    );
    check(
        ROSENBROCK,
        "adjoint",
        expect![[r#"
            fn adjoint(x: f64, y: f64, seed: f64, x_bar: &mut f64, y_bar: &mut f64) -> f64 {
                let t = 1.0 - x;
                let t_2 = y - x * x;
                *y_bar += seed * (100.0 * 2.0 * t_2);
                *x_bar -= seed * (400.0 * t_2 * x + 2.0 * t);
                t.powi(2) + 100.0 * t_2.powi(2)
            }
        "#]],
    );
    check(
        ROSENBROCK,
        "value_and_grad",
        expect![[r#"
        fn value_and_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
            let mut x_bar = 0.0_f64;
            let mut y_bar = 0.0_f64;
            let value = Self::adjoint(x, y, 1.0_f64, &mut x_bar, &mut y_bar);
            (value, (x_bar, y_bar))
        }
    "#]],
    );
    let (dx, dy) = rosenbrock::grad(1.2, 1.0);
    close(dx, -2.0 * (1.0 - 1.2) - 400.0 * 1.2 * (1.0 - 1.44));
    close(dy, 200.0 * (1.0 - 1.44));
}

#[test]
fn a_pullback() {
    check(
        SIGMOID,
        "vjp",
        expect![[r#"
            fn vjp(x: f64) -> (f64, impl Fn(f64) -> f64 + use<>) {
                let mut tape = rt::Tape::take();
                let (value, record) = Self::__forward(x, &mut tape);
                let pullback = move |seed: f64| {
                    let mut tape = tape.replay();
                    let mut x_bar = 0.0_f64;
                    Self::__reverse(
                        x,
                        record,
                        rt::Active(seed),
                        rt::Active(&mut x_bar),
                        &mut tape,
                        rt::One,
                    );
                    x_bar
                };
                (value, pullback)
            }
        "#]],
    );
    let (y, pullback) = sigmoid::vjp(2.0);
    close(pullback(3.0), 3.0 * y * (1.0 - y));
}

#[test]
fn independent_iterations_need_no_tape() {
    check(
        DOT,
        "adjoint",
        expect![[r#"
            fn adjoint(
                x: &[f64],
                y: &[f64],
                seed: f64,
                x_bar: &mut [f64],
                y_bar: &mut [f64],
            ) -> f64 {
                let x_bar = rt::as_long_mut(x_bar, x.len());
                let y_bar = rt::as_long_mut(y_bar, y.len());
                let mut sum: f64 = 0.0;
                for i in 0..x.len() {
                    let x_now = x[i];
                    let y_now = y[i];
                    sum += x_now * y_now;
                    x_bar[i] += seed * y_now;
                    y_bar[i] += seed * x_now;
                }
                sum
            }
        "#]],
    );
    assert_eq!(dot::grad(&[1.0, 2.0], &[3.0, 4.0]), (vec![3.0, 4.0], vec![1.0, 2.0]));
}

#[test]
fn an_iterator_chain() {
    check(
        NORM,
        "adjoint",
        expect![[r#"
            fn adjoint(x: &[f64], seed: f64, x_bar: &mut [f64]) -> f64 {
                let x_bar = rt::as_long_mut(x_bar, x.len());
                let mut sum: f64 = -0.0;
                for index in 0..x.len() {
                    let v = x[index];
                    sum += v * v;
                }
                let t = sum.sqrt();
                let sum_now_bar = rt::scale(seed, 0.5 / t);
                for index in 0..x.len() {
                    let v = x[index];
                    x_bar[index] += 2.0 * sum_now_bar * v;
                }
                t
            }
        "#]],
    );
    assert_eq!(norm::grad(&[3.0, 4.0]), [0.6000000000000001, 0.8]);
}

#[test]
fn a_loop_carried_value() {
    check(
        CARRIED,
        "adjoint",
        expect![[r#"
            fn adjoint(x: &[f64], seed: f64, x_bar: &mut [f64]) -> f64 {
                let x_bar = rt::as_long_mut(x_bar, x.len());
                let mut s: f64 = 1.0;
                let s_now_each = &mut *rt::Scratch::new(0.0_f64, x.len());
                for index in 0..x.len() {
                    let v = x[index];
                    let s_now = s;
                    let t = v * s_now;
                    s = 0.5 * s_now + t.sin();
                    s_now_each[index] = s_now;
                }
                let mut s_bar = seed;
                for index in (0..x.len()).rev() {
                    let s_now = s_now_each[index];
                    let v = x[index];
                    let t = v * s_now;
                    let t_bar = s_bar * t.cos();
                    s_bar = t_bar * v + s_bar * 0.5;
                    x_bar[index] += t_bar * s_now;
                }
                s
            }
        "#]],
    );
    let (_, directional) = carried::jvp(&[0.5, 2.0], &[1.0, 0.0]);
    close(carried::grad(&[0.5, 2.0])[0], directional);
}

#[test]
fn buffers_written_and_overwritten() {
    check(
        RELU,
        "adjoint",
        expect![[r#"
            fn adjoint(x: &[f64], y: &mut [f64], x_bar: &mut [f64], y_bar: &mut [f64]) {
                let x_bar = rt::as_long_mut(x_bar, x.len());
                let y_bar = rt::as_long_mut(y_bar, y.len());
                for i in 0..x.len() {
                    let value: f64 = if x[i] > 0.0 { x[i] } else { 0.0 };
                    y[i] = value;
                }
                for i in 0..x.len() {
                    let value_bar = y_bar[i];
                    y_bar[i] = 0.0;
                    if x[i] > 0.0 {
                        x_bar[i] += value_bar;
                    }
                }
            }
        "#]],
    );
    check(
        RELAX,
        "adjoint",
        expect![[r#"
            fn adjoint(u: &mut [f64], rate: f64, u_bar: &mut [f64], rate_bar: &mut f64) {
                let u_bar = rt::as_long_mut(u_bar, u.len());
                let t_each = &mut *rt::Scratch::new(0.0_f64, u.len());
                for i in 1..u.len() {
                    let t = u[i - 1] - u[i];
                    u[i] += rate * t;
                    t_each[i] = t;
                }
                let mut rate_bar_sum: f64 = -0.0;
                for i in (1..u.len()).rev() {
                    let t = t_each[i];
                    let t_2_bar = u_bar[i];
                    rate_bar_sum += t_2_bar * t;
                    let t_bar = t_2_bar * rate;
                    u_bar[i] -= t_bar;
                    u_bar[i - 1] += t_bar;
                }
                *rate_bar += rate_bar_sum;
            }
        "#]],
    );
    let (mut y, mut x_bar, mut y_bar) = ([7.0; 2], [0.0; 2], [1.0; 2]);
    relu::adjoint(&[-1.0, 2.0], &mut y, &mut x_bar, &mut y_bar);
    assert_eq!((y, x_bar, y_bar), ([0.0, 2.0], [0.0, 1.0], [0.0, 0.0]));
    let (mut u, mut u_bar, mut rate_bar) = ([1.0, 3.0], [0.0, 1.0], 0.0);
    relax::adjoint(&mut u, 0.5, &mut u_bar, &mut rate_bar);
    assert_eq!((u, u_bar, rate_bar), ([1.0, 2.0], [0.5, 0.5], -2.0));
}

#[test]
fn a_loop_of_unknown_length() {
    check(
        ROOT,
        "adjoint",
        expect![[r#"
            fn adjoint(x: f64, seed: f64, x_bar: &mut f64) -> f64 {
                let tape = &mut rt::Tape::take();
                let mut y: f64 = 1.0;
                let mut count = 0;
                while (y * y - x).abs() > 1e-9 {
                    count += 1;
                    let y_now = y;
                    let t = x / y_now;
                    y = 0.5 * (y_now + t);
                    tape.push::<(f64, f64)>((y_now, t));
                }
                let mut y_bar = seed;
                let mut x_bar_sum: f64 = -0.0;
                for _ in 0..count {
                    let (y_now, t) = tape.pop::<(f64, f64)>();
                    let t_2_bar = y_bar * 0.5;
                    x_bar_sum += rt::scale(t_2_bar, 1.0 / y_now);
                    y_bar = t_2_bar + rt::scale(t_2_bar, -(t / y_now));
                }
                *x_bar += x_bar_sum;
                y
            }
        "#]],
    );
    close(root::grad(2.0), root::jvp(2.0, 1.0).1);
}

#[test]
fn arrays_of_fixed_length() {
    check(
        ROTATE,
        "adjoint",
        expect![[r#"
            fn adjoint(
                m: [[f64; 3]; 3],
                v: [f64; 3],
                seed: [f64; 3],
                m_bar: &mut [[f64; 3]; 3],
                v_bar: &mut [f64; 3],
            ) -> [f64; 3] {
                let mut out: [f64; 3] = [0.0; 3];
                let out_bar = seed;
                for i in 0usize..3 {
                    for j in 0usize..3 {
                        let m_now = m[i][j];
                        let v_now = v[j];
                        out[i] += m_now * v_now;
                        let t_bar = out_bar[i];
                        m_bar[i][j] += t_bar * v_now;
                        v_bar[j] += t_bar * m_now;
                    }
                }
                out
            }
        "#]],
    );
    let m = [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    let (rotated, pullback) = rotate::vjp(m, [1.0, 2.0, 3.0]);
    assert_eq!(rotated, [-2.0, 1.0, 3.0]);
    assert_eq!(pullback([1.0, 0.0, 0.0]).1, [0.0, -1.0, 0.0]);
}

#[test]
fn a_call() {
    check(
        COMPOSED,
        "__tangent",
        expect![[r#"
            fn __tangent<__K: rt::Lanes<F64 = __L>, __L: rt::Lane<f64>>(
                x: f64,
                n: usize,
                x_dot: impl rt::ValueSlot<__L>,
                _: impl rt::ValueSlot<()>,
                lanes: __K,
            ) -> (f64, __L) {
                let x_dot = x_dot.open(rt::zero_lane::<__L>);
                let t = n as f64;
                let (called, called_dot) = sigmoid::__tangent(x * t, rt::Active(x_dot * t), lanes);
                (called * x, called_dot * x + x_dot * called)
            }
        "#]],
    );
    check(
        COMPOSED,
        "__forward",
        expect![[r#"
            fn __forward(x: f64, n: usize, tape: &mut rt::Tape) -> (f64, (f64,)) {
                let (called, sigmoid_record) = sigmoid::__forward(x * (n as f64), &mut *tape);
                if !sigmoid::__is_light(32) {
                    tape.push(sigmoid_record);
                }
                let record = (called,);
                (called * x, record)
            }
        "#]],
    );
    check(
        COMPOSED,
        "__reverse",
        expect![[r#"
            fn __reverse<__K: rt::Lanes<F64 = __L>, __L: rt::Lane<f64>>(
                x: f64,
                n: usize,
                record: (f64,),
                seed: impl rt::ValueSlot<__L>,
                x_bar: impl rt::MutSlot<__L>,
                _: impl rt::MutSlot<()>,
                tape: &mut rt::Tape,
                lanes: __K,
            ) {
                let seed = seed.open(rt::zero_lane::<__L>);
                let mut x_bar_scratch = None;
                let x_bar = x_bar.open(&mut x_bar_scratch, rt::zero_lane::<__L>);
                let t = n as f64;
                let t_2 = x * t;
                let sigmoid_record;
                if sigmoid::__is_light(32) {
                    (_, sigmoid_record) = sigmoid::__forward(t_2, &mut *tape);
                } else {
                    sigmoid_record = tape.pop();
                }
                let mut t_2_bar: __L = rt::empty_sum::<__L>();
                sigmoid::__reverse(
                    t_2,
                    sigmoid_record,
                    rt::Active(seed * x),
                    rt::Active(&mut t_2_bar),
                    &mut *tape,
                    lanes,
                );
                *x_bar += seed * record.0 + t_2_bar * t;
            }
        "#]],
    );
    close(composed::grad(0.5, 3), composed::jvp(0.5, 3, 1.0).1);
}

#[test]
fn structs_and_enums() {
    check(
        KINETIC,
        "adjoint",
        expect![[r#"
            fn adjoint(
                body: &Body,
                scale: f64,
                seed: f64,
                body_bar: &mut <Body as rt::Differentiable>::Tangent,
                scale_bar: &mut f64,
            ) -> f64 {
                let t = 0.5 * scale;
                let body_mass = body.mass;
                let body_velocity = body.velocity;
                let t_3 = t * body_mass * body_velocity;
                let t_2_bar = seed * (body_velocity * body_velocity);
                rt::add::<f64, _>(&mut body_bar.velocity, seed * (2.0 * t_3));
                rt::add::<f64, _>(&mut body_bar.mass, t_2_bar * t);
                *scale_bar += t_2_bar * (body_mass * 0.5);
                t_3 * body_velocity
            }
        "#]],
    );
    check(
        AREA,
        "adjoint",
        expect![[r#"
            fn adjoint(
                shape: &Shape,
                seed: f64,
                shape_bar: &mut <Shape as rt::Differentiable>::Tangent,
            ) -> f64 {
                let tag = match shape {
                    Shape::Circle { radius: _ } => 0usize,
                    Shape::Square(_) => 1usize,
                };
                let value = match tag {
                    0 => {
                        let shape_radius = *match shape {
                            Shape::Circle { radius: payload, .. } => payload,
                            _ => ::core::unreachable!(),
                        };
                        3.0 * shape_radius.powi(2)
                    }
                    _ => {
                        let shape_now = *match shape {
                            Shape::Square { 0: payload, .. } => payload,
                            _ => ::core::unreachable!(),
                        };
                        shape_now * shape_now
                    }
                };
                match tag {
                    0 => {
                        let shape_radius = *match shape {
                            Shape::Circle { radius: payload, .. } => payload,
                            _ => ::core::unreachable!(),
                        };
                        rt::add::<
                            f64,
                            _,
                        >(shape_bar.__Circle_radius_mut(), seed * (3.0 * 2.0 * shape_radius));
                    }
                    _ => {
                        let shape_now = *match shape {
                            Shape::Square { 0: payload, .. } => payload,
                            _ => ::core::unreachable!(),
                        };
                        rt::add::<f64, _>(shape_bar.__Square_0_mut(), seed * (2.0 * shape_now));
                    }
                }
                value
            }
        "#]],
    );
    let body = Body { mass: 2.0, velocity: 3.0, name: "probe".into() };
    let (body_bar, _) = kinetic::grad(&body, 1.0);
    assert_eq!((body_bar.mass, body_bar.velocity), (4.5, 6.0));
    let ShapeTangent::Square(side) = area::grad(&Shape::Square(2.0)) else {
        panic!("the tangent is of the value's variant");
    };
    assert_eq!(side, 4.0);
    let ShapeTangent::Circle { radius } = area::grad(&Shape::Circle { radius: 2.0 }) else {
        panic!("the tangent is of the value's variant");
    };
    assert_eq!(radius, 12.0);
}
