use chainrule as renamed;

fn main() {
    let y = 3.0;
    let f = renamed::differentiate!(crate = renamed, order = 2, |x: f64| -> f64 { x * x * y });
    f.hessian(2.0);
    let g = renamed::differentiate!(crate = elsewhere, |x: f64| -> f64 { x * y });
    g.grad(2.0);
}
