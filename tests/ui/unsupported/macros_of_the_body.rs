//! Macros of the body by whose names something else is meant.

use chainrule::differentiable;

/// What is known of `vec!` would be taken for what this one does.
#[differentiable]
fn own_vec(x: f64) -> f64 {
    macro_rules! vec {
        ($($item:expr),*) => { [$(2.0 * $item),*] };
    }
    let v = vec![x, x];
    v[0] + v[1]
}

#[differentiable]
fn own_assert(x: f64) -> f64 {
    let k = {
        macro_rules! assert {
            ($value:expr) => {};
        }
        assert!(x > 0.0);
        3.0
    };
    k * x
}

/// The derivatives have all macros at their beginning.
#[differentiable]
fn twice(x: f64) -> f64 {
    macro_rules! factor {
        () => {
            2.0
        };
    }
    let y = x * factor!();
    macro_rules! factor {
        () => {
            3.0
        };
    }
    y * y * factor!()
}

macro_rules! outer {
    () => {
        2.0
    };
}

#[differentiable]
fn above(x: f64) -> f64 {
    let y = x * outer!();
    macro_rules! outer {
        () => {
            3.0
        };
    }
    y * y * outer!()
}

#[differentiable]
fn inner(x: f64) -> f64 {
    let y = {
        macro_rules! outer {
            () => {
                3.0
            };
        }
        x * outer!()
    };
    y * y * outer!()
}

/// Another name of the same kind is no problem.
#[differentiable]
fn unambiguous(x: f64) -> f64 {
    macro_rules! factor {
        () => {
            2.0
        };
    }
    let factor = x * factor!();
    factor * factor!()
}

fn main() {}
