use chainrule::differentiate;

fn main() {
    let k = 2.0;
    let f = differentiate!(order = 2, |x: &mut [f64], y: f64| -> f64 {
        x[0] *= k * y;
        x[0] * x[1]
    });
    f.hessian(&mut [1.0, 2.0], 0.5);
}
