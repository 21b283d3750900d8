//! Slices of what the macro does not see the type of, fields and elements of structs, lent one after the other.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Parts {
        pub scale: f64,
        pub pair: [f64; 2],
        pub list: Vec<f64>,
        pub rows: Vec<Vec<f64>>,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Kind {
        List(Vec<f64>),
        Nothing,
    }

    #[differentiable]
    fn made(x: f64, y: f64) -> Parts {
        let list = vec![x, y, x * y, 1.5];
        Parts { scale: x, pair: [y, x + y], list, rows: vec![vec![x, y], vec![y, x, x]] }
    }

    #[differentiable]
    fn stretch(of: &mut [f64], by: f64) {
        for v in of.iter_mut() {
            *v = v.sin() * by;
        }
    }

    #[differentiable]
    fn product(of: &[f64], from: f64) -> f64 {
        let mut p = from;
        for v in of {
            p *= v;
        }
        p
    }

    #[differentiable]
    fn total(parts: &Parts) -> f64 {
        let mut sum = parts.scale * parts.pair[0] * parts.pair[1];
        for (i, v) in parts.list.iter().enumerate() {
            sum += v * sum * (i + 1) as f64;
        }
        for row in &parts.rows {
            sum += product(row, sum);
        }
        sum
    }

    #[differentiable]
    fn one_after_the_other(parts: &mut Parts, by: f64) {
        stretch(&mut parts.pair, by);
        stretch(&mut parts.list[..1], by);
        for i in 1..3 {
            stretch(&mut parts.list[i..i + 1], by);
        }
        for chunk in parts.list.chunks_mut(2) {
            stretch(chunk, by);
        }
    }

    #[differentiable]
    fn rows_and_halves(parts: &mut Parts, by: f64) {
        for row in parts.rows.iter_mut() {
            stretch(&mut row[1..], by);
        }
        if let Some(row) = parts.rows.last_mut() {
            stretch(row, by);
            stretch(&mut row[1..], by);
        }
        let (left, right) = parts.list.split_at_mut(2);
        stretch(left, by);
        stretch(&mut right[..1], by);
    }

    #[differentiable]
    #[at(0.5, 1.25)]
    fn of_fields(x: f64, y: f64) -> f64 {
        let mut parts: Parts = made(x, y);
        one_after_the_other(&mut parts, x);
        rows_and_halves(&mut parts, y);
        total(&parts)
    }

    #[differentiable]
    fn in_a_list(list: &mut [Parts], by: f64) {
        stretch(&mut list[1].list, by);
        stretch(&mut list[0].list[..1], by);
        stretch(&mut list[1].pair[..1], by);
    }

    #[differentiable]
    fn in_a_variant(kind: &mut Kind, by: f64) {
        match kind {
            Kind::List(list) => {
                stretch(&mut list[1..], by);
                stretch(&mut list[..1], by);
            }
            Kind::Nothing => {}
        }
    }

    #[differentiable]
    #[at(0.5, 1.25)]
    fn of_elements_and_variants(x: f64, y: f64) -> f64 {
        let mut list: Vec<Parts> = vec![made(x, y), made(y, x)];
        in_a_list(&mut list, x);
        let mut kind = Kind::List(list[0].list.clone());
        in_a_variant(&mut kind, y);
        let of_kind = match kind {
            Kind::List(list) => product(&list[1..], x) + product(&list[..1], y),
            Kind::Nothing => x,
        };
        of_kind * total(&list[0]) + total(&list[1])
    }

    #[differentiable]
    fn scale_all(list: &mut [Parts], by: f64) {
        for parts in list.iter_mut() {
            parts.scale *= by;
        }
    }

    #[differentiable]
    #[at(0.5)]
    fn of_a_local_list(x: f64) -> f64 {
        let mut list = vec![Parts { scale: x, pair: [x, 1.0], list: vec![x], rows: vec![] }; 5];
        scale_all(&mut list, x);
        scale_all(&mut list[1..4], x);
        list[1].scale * list[0].scale
    }
}
