//! Lowering: snippets of Rust against the IR they become.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use proc_macro2::TokenStream;
use quote::quote;

fn lowered(item: TokenStream) -> Result<ir::Function, Vec<String>> {
    let item: syn::ItemFn = syn::parse2(item).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let output = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    match output {
        Some(output) => Ok(output.function),
        None => Err(diagnostics.messages().collect()),
    }
}

/// Lowers, verifies, and prints.
fn shown(item: TokenStream) -> String {
    let function = lowered(item).unwrap_or_else(|errors| panic!("refused: {errors:#?}"));
    let text = function.to_string();
    if let Err(error) = ir::verify::verify(&function) {
        panic!("{error}\n{text}");
    }
    println!("{text}");
    text
}

#[test]
fn straight_line() {
    shown(quote! {
        fn f(x: f64, y: f64) -> f64 {
            let a = x * y;
            let mut b = a + 2.0;
            b += x.powi(2).sin() - f64::max(x, y);
            let (s, c) = y.sin_cos();
            b -= s * c;
            b
        }
    });
}

#[test]
fn early_return_nests() {
    shown(quote! {
        fn f(x: f64, n: usize) -> f64 {
            if x < 0.0 { return 0.0; }
            let mut s = 0.0;
            for i in 0..n {
                if i == 3 { continue; }
                if s > 10.0 { return s; }
                s += x;
            }
            s * 2.0
        }
    });
}

#[test]
fn loops() {
    shown(quote! {
        fn f(x: f64) -> f64 {
            let mut y = x;
            let mut k = 0;
            while (y * y - x).abs() > 1e-10 && k < 20 {
                y = 0.5 * (y + x / y);
                k += 1;
            }
            let z = loop {
                y *= 0.5;
                if y < 1.0 { break y * 2.0; }
            };
            'outer: for i in 0..10usize {
                for j in (0..=i).rev() {
                    if j == 3 { continue 'outer; }
                    if i * j > 20 { break 'outer; }
                    y += z * (i as f64);
                }
            }
            y
        }
    });
}

#[test]
fn matches() {
    shown(quote! {
        fn f(x: f64, n: i32, o: Option<f64>, s: &Shape) -> f64 {
            let a = match n {
                0 => x,
                1 | 2 => x * x,
                k if k > 10 => 3.0,
                3..=5 => x.sin(),
                _ => 0.0,
            };
            let b = match o { Some(v) if v > 0.0 => v * x, Some(v) => -v, None => 1.0 };
            let c = match s {
                Shape::Circle(r) => r * r,
                Shape::Rect { w, h } => w * h,
                Shape::Empty => 0.0,
            };
            let Some(d) = o else { return a + b; };
            if let Some(e) = o && e > 2.0 { return e; }
            a + b + c + d
        }
    });
}

#[test]
fn slices() {
    shown(quote! {
        fn f(x: &[f64], y: &mut [f64], k: usize) -> f64 {
            let (head, tail) = y.split_at_mut(k);
            head[0] = x[1];
            tail.fill(0.0);
            tail.swap(0, 1);
            let sub = &x[1..k];
            let mut v = vec![0.0; k];
            v[0] = sub[2];
            v.push(x[0]);
            let last = v.pop().unwrap();
            let w = v;
            y[0] += w[0] * x.last().unwrap() + last;
            println!("{k} {} {sub:?}", y[0]);
            if let Some(t) = x.get(3) { return *t; }
            helper(x, k) * helper2(&w, y)
        }
    });
}
