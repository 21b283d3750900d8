//! Integers whose type is told by the suffix of a literal alone, or by what is derived from one: shifted,
//! negated and added up, they are other numbers in another type.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at(0.7)]
    fn shifted_and_cast(p: f64) -> f64 {
        p * p * (1u64 << 53) as f64 / (1u128 << 60) as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn added_up(p: f64) -> f64 {
        p * p * (3_000_000_000u32 + 1) as f64 + p * (200u8 + 50) as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn negated_bits(p: f64) -> f64 {
        let m = !0u8;
        p * p * m as f64 + p * (!0u16) as f64
    }

    #[differentiable]
    #[at(0.7, 40)]
    #[at(0.7, 3)]
    fn shifted_by_an_argument(p: f64, n: u32) -> f64 {
        let next = |s: f64| s / (1u64 << n) as f64;
        p * next(p)
    }

    #[differentiable]
    #[at(0.7, 3)]
    fn in_a_variable(p: f64, n: usize) -> f64 {
        let k = 1usize << (n + 30);
        let mut y = p;
        for _ in 0..n {
            y = y * y + p / k as f64;
        }
        y * k as f64
    }

    #[differentiable]
    #[at(0.7, 3)]
    #[at(0.7, 1)]
    fn in_branches(p: f64, n: usize) -> f64 {
        let x = if n > 1 { 1u64 } else { 2 };
        let k = match n {
            3 => 1u64,
            _ => 2,
        } << 40;
        let big = p * if n > 2 { (!0u16) as f64 } else { 1.0 };
        big * (x << 40) as f64 / k as f64
    }

    #[differentiable]
    #[at(0.7, 2)]
    #[at(0.7, 0)]
    fn in_tuples_and_arrays(p: f64, i: usize) -> f64 {
        let pair = (!0u8, 3u64);
        let list = [1u64, 2, 3];
        let mut y = p * (pair.1 << 40) as f64 / pair.0 as f64;
        for k in [1u64 << 40, 2] {
            y += p * p * k as f64;
        }
        y * p / (list[i] << 40) as f64
    }

    #[differentiable]
    #[at(0.7, 4)]
    fn kept_for_the_reverse_sweep(p: f64, n: usize) -> f64 {
        let mut y = p;
        for i in 0..n {
            let scale = if i % 2 == 0 { 1u64 << 35 } else { 3 };
            y = (y * (scale << 2) as f64 / (1u64 << 37) as f64).sin() * p;
        }
        y
    }

    #[differentiable]
    #[at(0.7)]
    fn signs(p: f64) -> f64 {
        p * p * (-1i8 as u8) as f64 + p * (-1i64 >> 40) as f64 + p * (300u16 as u8) as f64
    }

    #[differentiable]
    #[at(0.7)]
    fn told_by_annotations(p: f64) -> f64 {
        let w: u64 = 1;
        let big: u64 = 1 << 40;
        let all: u8 = !0;
        p * p * (w << 50) as f64 / big as f64 + p * all as f64
    }

    #[differentiable]
    #[at(0.7, 9)]
    fn a_generator(p: f64, steps: usize) -> f64 {
        let mut state = 42u64;
        let mut sum = 0.0;
        for _ in 0..steps {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let u = (state >> 11) as f64 / (1u64 << 53) as f64;
            sum += (p * u).sin() * p;
        }
        sum
    }
}
