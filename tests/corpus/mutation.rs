//! Elements, whole arrays, sub-slices, `swap`, `fill`, `copy_from_slice`, `split_at_mut`, chunks.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn elements(x: [f64; 3]) -> f64 {
        let mut a = x;
        a[0] *= a[1];
        a[1] = a[0] + x[2];
        a[2] -= a[1] * a[0];
        a[0] * a[1] * a[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn mutable_array_parameter(mut x: [f64; 3]) -> f64 {
        for i in 1..3 {
            x[i] += x[i - 1] * x[i - 1];
        }
        x[2] * x[1]
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn whole_array(x: f64, y: f64) -> f64 {
        let mut a = [x, y, x * y];
        let b = a;
        a = [a[2], a[0] * 2.0, y];
        a[1] += b[1];
        let c = a;
        a = [0.0; 3];
        a[0] = c[0] * c[1];
        a[0] + c[2] * b[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 4)]
    fn overwritten_in_loop(x: &[f64], rounds: usize) -> f64 {
        let mut a = [0.0; 3];
        for i in 0..3 {
            a[i] = x[i];
        }
        for _ in 0..rounds {
            for i in 0..3 {
                a[i] = a[i] * a[(i + 1) % 3] * 0.5 + x[i];
            }
        }
        a[0] + a[1] * a[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn swaps(x: [f64; 4]) -> f64 {
        let mut a = x;
        a.swap(0, 3);
        a[0] *= 2.0;
        a.swap(1, 2);
        a.swap(1, 1);
        a[0] * a[0] + a[1] * a[2] * a[2] + a[3]
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn swap_and_replace_of_scalars(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x * x, y);
        std::mem::swap(&mut a, &mut b);
        let old = std::mem::replace(&mut a, x);
        a * b * old
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0, 3.0])]
    fn fill(x: f64, y: [f64; 3]) -> f64 {
        let mut a = y;
        let before = a[1] * a[2];
        a.fill(x * x);
        a[1] += y[1];
        before * a[0] * a[1] * a[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn fill_a_part(x: [f64; 4]) -> f64 {
        let mut a = x;
        a[1..3].fill(x[0] * x[3]);
        a[0] * a[1] + a[2] * a[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn copy_from_slice(x: &[f64]) -> f64 {
        let mut a = [1.0; 4];
        a[2..].copy_from_slice(&x[..2]);
        a[0] = a[2] * x[3];
        let pair = [a[0] * 2.0, x[2]];
        a[..2].copy_from_slice(&pair);
        a[0] * a[1] + a[2] * a[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn mutable_sub_slice(x: [f64; 4]) -> f64 {
        let mut a = x;
        let part = &mut a[1..3];
        part[0] *= part[1];
        part[1] += x[0];
        a[0] * a[1] * a[2] * a[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn split_at_mut(x: [f64; 4]) -> f64 {
        let mut a = x;
        let (left, right) = a.split_at_mut(2);
        left[0] *= right[1];
        right[0] += left[0] * left[1];
        left[1] = right[0] * right[0];
        a[0] * a[1] + a[2] * a[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0, 0.25, 1.5])]
    fn chunks_mut(x: [f64; 6]) -> f64 {
        let mut a = x;
        for pair in a.chunks_mut(2) {
            pair[0] *= pair[1];
            pair[1] += pair[0];
        }
        for (i, triple) in a.chunks_exact_mut(3).enumerate() {
            triple[2] = triple[0] * triple[1] + i as f64;
        }
        a[0] * a[2] + a[3] * a[5]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn iter_mut(x: [f64; 3]) -> f64 {
        let mut a = x;
        for v in a.iter_mut() {
            *v = *v * *v + 1.0;
        }
        for v in &mut a {
            *v *= 2.0;
        }
        for (i, v) in a.iter_mut().enumerate() {
            *v += i as f64 * x[0];
        }
        a[0] * a[1] * a[2]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 3.0]])]
    fn nested_arrays(x: [[f64; 2]; 2]) -> f64 {
        let mut a = x;
        a[0][1] *= a[1][0];
        a[1] = [a[0][0], a[0][1] * x[1][1]];
        let row = a[1];
        a[0][0] = row[0] * row[1];
        a[0][0] + a[0][1] * a[1][1]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn reversed_and_rotated(x: [f64; 4]) -> f64 {
        let mut a = x;
        a.reverse();
        a[0] *= a[1];
        a.rotate_left(1);
        a[0] * a[0] + a[1] * 2.0 + a[2] * a[3]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn element_alias(x: [f64; 4]) -> f64 {
        let mut a = x;
        let target = &mut a[2];
        *target *= x[0];
        *target += 1.0;
        let (first, rest) = a.split_first_mut().unwrap();
        *first += rest[0] * rest[1];
        a[0] * a[2]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0], 2)]
    fn index_changes_between_reads(x: [f64; 4], start: usize) -> f64 {
        let mut a = x;
        let mut i = start;
        a[i] *= a[0];
        i += 1;
        a[i] *= a[i - 1];
        i = 0;
        a[i] += a[3];
        a[0] * a[1] + a[2] * a[i + 1]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn conditional_writes(x: [f64; 4]) -> f64 {
        let mut a = x;
        for i in 0..4 {
            if a[i] > 1.0 {
                a[i] = a[i].ln();
            } else if i > 0 {
                a[i - 1] += a[i] * a[i];
            }
        }
        a[0] * a[1] + a[2] * a[3]
    }

    #[differentiable]
    #[at(0.5, 5)]
    fn recurrence_table(x: f64, n: usize) -> f64 {
        let mut t = [0.0; 8];
        t[0] = 1.0;
        t[1] = x;
        for k in 2..=n {
            t[k] = 2.0 * x * t[k - 1] - t[k - 2];
        }
        t[n] * t[n - 1]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 3.0]], 3)]
    fn rows_exchanged_by_a_new_array(x: [[f64; 2]; 2], n: usize) -> f64 {
        let mut m = x;
        for _ in 0..n {
            m = [m[1], [m[0][0] * m[1][1], m[0][1]]];
        }
        m[0][0] * m[1][1] + m[0][1] * m[1][0]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 3.0], [0.25, 1.5]], 1, 1)]
    #[at([[0.5, 2.0], [-1.0, 3.0], [0.25, 1.5]], 0, 2)]
    fn row_assigned_to_a_row(x: [[f64; 2]; 3], i: usize, j: usize) -> f64 {
        let mut m = x;
        m[i] = m[j];
        m[j][0] *= m[i][1];
        m[0][0] * m[1][1] + m[2][0] * m[1][0] + m[i][1] * m[0][1]
    }
}
