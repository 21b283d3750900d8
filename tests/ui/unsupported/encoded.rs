use std::fmt::Write;

use chainrule::differentiable;

#[differentiable]
fn through_a_vec_of_text(x: &[f64]) -> f64 {
    let texts: Vec<String> = x.iter().map(|v| v.to_string()).collect();
    texts[0].parse::<f64>().unwrap() * x[1]
}

#[differentiable]
fn through_a_tuple(x: f64) -> f64 {
    let text = format!("{x}");
    let copy = text.clone();
    let pair = (copy, 1);
    pair.0.parse::<f64>().unwrap() * x
}

#[differentiable]
fn through_an_option(x: f64) -> f64 {
    let text = Some(format!("{x}"));
    match text {
        Some(text) => text.parse::<f64>().unwrap() * x,
        None => 0.0,
    }
}

#[differentiable]
fn pushed(x: f64) -> f64 {
    let mut texts = Vec::new();
    texts.push(format!("{x}"));
    let y = texts[0].parse::<f64>().unwrap();
    y * x
}

#[differentiable]
fn written(x: f64) -> f64 {
    let mut text: String = String::new();
    write!(text, "{}", x * x).unwrap();
    let y: f64 = text.trim().parse().unwrap();
    y + x
}

#[differentiable]
fn bits_in_an_array(x: &[f64]) -> f64 {
    let mut bits = [0u64; 2];
    for (i, v) in x.iter().enumerate() {
        bits[i] = v.to_bits();
    }
    bits.iter().map(|b| f64::from_bits(*b)).product()
}

#[differentiable]
fn bits_in_a_vec(x: &[f64]) -> f64 {
    let bits: Vec<u64> = x.iter().map(|v| v.to_bits()).collect();
    f64::from_bits(bits[0]) * x[1]
}

#[differentiable]
fn gives_bits(x: f64) -> u64 {
    x.to_bits()
}

#[differentiable]
fn writes_bits(x: f64, bits: &mut u64) {
    *bits = x.to_bits();
}

#[differentiable]
fn gives_text(x: f64) -> (f64, String) {
    (x * x, format!("{x}"))
}

#[differentiable]
fn read(text: &str) -> f64 {
    text.parse().unwrap()
}

#[differentiable]
fn read_by_a_function(x: f64) -> f64 {
    read(&format!("{x}")) * x
}

fn decode(text: &str) -> f64 {
    text.len() as f64
}

#[differentiable]
fn by_a_function_of_text(x: f64) -> f64 {
    let text = format!("{x}");
    let y: Option<f64> = Some(decode(&text));
    let z: Option<f64> = Some(text.as_str()).map(decode);
    y.unwrap_or(1.0) * z.unwrap_or(1.0) * x
}

fn main() {}
