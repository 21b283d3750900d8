//! Elements put into order by what they are, and other changes of a `Vec`'s length.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[differentiable]
    #[at(&[0.5, 2.0, 0.25, 1.5, 3.0])]
    #[at(&[0.5, 2.0, 0.25, 1.5])]
    fn median(x: &[f64]) -> f64 {
        let mut sorted = x.to_vec();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let middle = sorted.len() / 2;
        match sorted.len() % 2 {
            0 => 0.5 * (sorted[middle - 1] + sorted[middle]),
            _ => sorted[middle],
        }
    }

    #[differentiable]
    #[at(&mut [0.5, 2.0, 0.25, 1.5], 1.25)]
    fn largest_first(x: &mut [f64], k: f64) {
        for v in x.iter_mut() {
            *v *= *v * k;
        }
        x.sort_unstable_by(|a, b| b.partial_cmp(a).unwrap());
        for i in 1..x.len() {
            x[i] += k * x[i - 1];
        }
    }

    #[differentiable]
    #[at(&[0.5, 2.0, 0.25, 1.5, 3.0, 0.75], 2)]
    fn trimmed_mean_of_halves(x: &[f64], cut: usize) -> f64 {
        let mut sum = 0.0;
        for half in x.chunks(3) {
            let mut half = half.to_vec();
            half.sort_by(|a, b| (a - 1.0).abs().partial_cmp(&(b - 1.0).abs()).unwrap());
            let far = half.split_off(cut);
            half.truncate(cut);
            sum += half.iter().sum::<f64>() * far.iter().product::<f64>();
        }
        sum
    }

    #[derive(Clone, Differentiable)]
    struct Point {
        x: f64,
        y: f64,
    }

    #[differentiable]
    #[at(&[Point { x: 0.5, y: 1.0 }, Point { x: -1.0, y: 2.0 }, Point { x: 2.0, y: 0.5 }])]
    fn length_from_left_to_right(points: &[Point]) -> f64 {
        let mut path: Vec<Point> = points.to_vec();
        path.sort_by(|a, b| a.x.partial_cmp(&b.x).unwrap());
        let mut length = 0.0;
        for i in 1..path.len() {
            length += (path[i].x - path[i - 1].x).hypot(path[i].y - path[i - 1].y);
        }
        length
    }

    #[differentiable]
    #[at([[0.5, 2.0, 0.25], [1.5, 0.75, 3.0]], 0.7)]
    fn sorted_parts(rows: [[f64; 3]; 2], k: f64) -> f64 {
        let mut rows = rows;
        for i in 0..2 {
            rows[i].sort_by(|a, b| a.partial_cmp(b).unwrap());
            rows[i][1..].sort_by(|a, b| (a * k).partial_cmp(&(b * k)).unwrap().reverse());
        }
        rows[0][0] * rows[1][1] + k * rows[0][2] * rows[1][2]
    }
}
