use chainrule::differentiate;

fn main() {
    let f = differentiate!(|x: &[f64]| -> f64 { unsafe { *x.get_unchecked(0) } });
    let g: Vec<f64> = f.grad(&[2.0]);
    println!("{}", f.value(&g));
}
