use chainrule::differentiate;

fn main() {
    let f = differentiate!(|x: f64| -> f64 { unsafe { x.sqrt() } });
    println!("{}", f.grad(2.0));
}
