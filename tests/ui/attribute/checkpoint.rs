use chainrule::{differentiable, differentiate};

#[differentiable]
fn misplaced(x: f64, n: usize) -> f64 {
    #[checkpoint]
    let mut s = x;
    for _ in 0..n {
        #[checkpoint]
        if s > 1.0 {
            s = s.sin();
        }
    }
    s
}

#[differentiable]
fn none_kept(x: f64, n: usize) -> f64 {
    let mut s = x;
    #[checkpoint(0)]
    for _ in 0..n {
        s = s.sin();
    }
    #[checkpoint = n]
    for _ in 0..n {
        s = s.cos();
    }
    s
}

#[differentiable]
fn twice(x: f64) -> f64 {
    let mut s = x;
    #[checkpoint]
    #[checkpoint(3)]
    while s < 10.0 {
        s *= 2.0;
    }
    s
}

#[differentiable(partials(x = 1.0))]
fn with_a_rule(x: f64, n: usize) -> f64 {
    let mut s = x;
    #[checkpoint]
    for _ in 0..n {
        s += 1.0;
    }
    s
}

fn main() {
    let f = differentiate!(|x: f64| -> f64 {
        #[checkpoint]
        let y = x.sin();
        y
    });
    println!("{} {}", misplaced(1.0, 2) + none_kept(1.0, 2) + twice(1.0), f.grad(1.0));
    println!("{}", with_a_rule::grad(1.0, 2));
}
