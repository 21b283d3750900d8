use chainrule::differentiate;

fn main() {
    let f = differentiate!(|x| x * x);
}
