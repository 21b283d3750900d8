//! Functions that change `&mut` arguments, with and without a result beside them.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn square_in_place(y: &mut [f64]) {
        for i in 0..y.len() {
            y[i] = y[i] * y[i];
        }
    }

    #[differentiable]
    #[at(0.5, [1.0, 2.0, 3.0], [0.5, -1.0, 0.25])]
    fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
        for i in 0..x.len() {
            y[i] += a * x[i];
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [9.0, 9.0, 9.0])]
    fn overwrite(x: &[f64], out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] = x[i].sin() * x[0];
        }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn scalar_reference(x: f64, y: &mut f64) {
        *y *= x;
        *y += x * *y;
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn two_scalar_references(x: &mut f64, y: &mut f64) -> f64 {
        let t = *x;
        *x = *y * t;
        *y = t + *x;
        *x * *y
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 0.25)]
    fn result_beside_a_buffer(y: &mut [f64], x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..y.len() {
            y[i] *= x;
            s += y[i] * y[i];
        }
        y[0] += s;
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn array_reference(y: &mut [f64; 3]) -> f64 {
        y[0] *= y[1];
        y[2] -= y[0];
        y[1] = 0.5;
        y[2] * y[0]
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn swaps_and_fills(y: &mut [f64]) {
        y.swap(0, 3);
        let x = y[1] * y[2];
        y[1..3].fill(x);
        y[0] *= y[1];
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0])]
    fn iterated(y: &mut [f64]) {
        let k = y[0];
        for v in y.iter_mut() {
            *v = *v * k + 1.0;
        }
        y.iter_mut().skip(1).for_each(|v| *v *= 2.0);
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 3.0], 2)]
    fn heat_step(u: &mut [f64], rounds: usize) {
        let n = u.len();
        for _ in 0..rounds {
            let mut previous = u[0];
            for i in 1..n - 1 {
                let here = u[i];
                u[i] = here + 0.25 * (previous - 2.0 * here + u[i + 1]) + 0.1 * here * here;
                previous = here;
            }
        }
    }

    #[differentiable]
    #[at([0.5, 2.0], [1.0, -0.5], 0.125, 3)]
    fn leapfrog(q: &mut [f64], p: &mut [f64], h: f64, steps: usize) -> f64 {
        for _ in 0..steps {
            for i in 0..q.len() {
                p[i] -= 0.5 * h * q[i].sin();
            }
            for i in 0..q.len() {
                q[i] += h * p[i];
            }
            for i in 0..q.len() {
                p[i] -= 0.5 * h * q[i].sin();
            }
        }
        let mut energy = 0.0;
        for i in 0..q.len() {
            energy += 0.5 * p[i] * p[i] - q[i].cos();
        }
        energy
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 1.5)]
    #[at([0.5, 2.0, -1.0], -1.5)]
    fn early_exit_leaves_the_rest(y: &mut [f64], limit: f64) {
        if limit < 0.0 {
            return;
        }
        for i in 0..y.len() {
            if y[i] > limit {
                y[i] = limit;
                return;
            }
            y[i] *= limit;
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [0.0, 0.0, 0.0])]
    fn cumulative(x: &[f64], out: &mut [f64]) {
        let mut sum = 0.0;
        for (o, v) in out.iter_mut().zip(x) {
            sum += v;
            *o = sum * sum;
        }
    }

    #[differentiable]
    #[at(vec![0.5, 2.0], 3.0)]
    fn growing(v: &mut Vec<f64>, x: f64) {
        v.push(x * v[0]);
        v[1] *= x;
        v.push(x);
    }

    #[differentiable]
    #[at(vec![0.5, 2.0, 3.0])]
    fn shrinking(v: &mut Vec<f64>) -> f64 {
        let last = v.pop().unwrap();
        v[0] *= last;
        last * v[1]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 3.0]])]
    fn transpose_in_place(m: &mut [[f64; 2]; 2]) {
        let t = m[0][1];
        m[0][1] = m[1][0];
        m[1][0] = t;
        for row in m.iter_mut() {
            row[0] *= row[1];
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 7, 0)]
    fn inactive_buffers(y: &mut [f64], n: usize, count: &mut usize) -> f64 {
        let mut s = 0.0;
        for v in y.iter_mut() {
            *count += n;
            *v *= *count as f64;
            s += *v;
        }
        s
    }

    #[differentiable]
    #[at((0.5, 2.0))]
    fn tuple_reference(pair: &mut (f64, f64)) -> f64 {
        pair.0 *= pair.1;
        let (a, b) = *pair;
        *pair = (b, a * b);
        a + b
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn softmax(y: &mut [f64]) {
        let largest = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for v in y.iter_mut() {
            *v = (*v - largest).exp();
            total += *v;
        }
        for v in y.iter_mut() {
            *v /= total;
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], [3.0, 4.0, 5.0])]
    fn exchange(x: &mut [f64], y: &mut [f64]) {
        for i in 0..x.len() {
            std::mem::swap(&mut x[i], &mut y[i]);
            x[i] *= y[i];
        }
    }
}
