//! The derivatives of the functions in `problems`, as an expert writes them: the same arithmetic for
//! the value, one pass where one will do, and no memory beyond what the reverse sweep needs.

/// The adjoint of `problems::rosenbrock`.
pub fn rosenbrock_adjoint(x: &[f64], seed: f64, x_bar: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let valley = x[i + 1] - x[i] * x[i];
        let slope = 1.0 - x[i];
        sum += 100.0 * valley * valley + slope * slope;
        let valley_bar = 200.0 * valley * seed;
        x_bar[i + 1] += valley_bar;
        x_bar[i] -= 2.0 * (x[i] * valley_bar + slope * seed);
    }
    sum
}

/// The forward mode of `problems::rosenbrock`.
pub fn rosenbrock_jvp(x: &[f64], x_dot: &[f64]) -> (f64, f64) {
    let (mut sum, mut sum_dot) = (0.0, 0.0);
    for i in 0..x.len() - 1 {
        let valley = x[i + 1] - x[i] * x[i];
        let valley_dot = x_dot[i + 1] - 2.0 * x[i] * x_dot[i];
        let slope = 1.0 - x[i];
        sum += 100.0 * valley * valley + slope * slope;
        sum_dot += 200.0 * valley * valley_dot - 2.0 * slope * x_dot[i];
    }
    (sum, sum_dot)
}

/// The adjoint of `problems::dot`.
pub fn dot_adjoint(x: &[f64], y: &[f64], seed: f64, x_bar: &mut [f64], y_bar: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[i];
        x_bar[i] += y[i] * seed;
        y_bar[i] += x[i] * seed;
    }
    sum
}

/// The forward mode of `problems::dot`.
pub fn dot_jvp(x: &[f64], y: &[f64], x_dot: &[f64], y_dot: &[f64]) -> (f64, f64) {
    let (mut sum, mut sum_dot) = (0.0, 0.0);
    for i in 0..x.len() {
        sum += x[i] * y[i];
        sum_dot += x_dot[i] * y[i] + x[i] * y_dot[i];
    }
    (sum, sum_dot)
}

/// The adjoint of `problems::axpy`; `y_bar` passes through unchanged.
pub fn axpy_adjoint(
    a: f64,
    x: &[f64],
    y: &mut [f64],
    a_bar: &mut f64,
    x_bar: &mut [f64],
    y_bar: &mut [f64],
) {
    let mut sum = 0.0;
    for (((y, &x), x_bar), &y_bar) in y.iter_mut().zip(x).zip(x_bar).zip(&*y_bar) {
        *y += a * x;
        sum += x * y_bar;
        *x_bar += a * y_bar;
    }
    *a_bar += sum;
}

/// The forward mode of `problems::axpy`.
pub fn axpy_jvp(a: f64, x: &[f64], y: &mut [f64], a_dot: f64, x_dot: &[f64], y_dot: &mut [f64]) {
    for (((y, &x), y_dot), &x_dot) in y.iter_mut().zip(x).zip(y_dot).zip(x_dot) {
        *y += a * x;
        *y_dot += a_dot * x + a * x_dot;
    }
}

/// The adjoint of `problems::log_sum_exp`: the gradient is the softmax, and the shift drops out.
pub fn log_sum_exp_adjoint(
    x: &[f64],
    seed: f64,
    x_bar: &mut [f64],
    exponentials: &mut Vec<f64>,
) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    exponentials.clear();
    let mut sum = 0.0;
    for &x in x {
        let exponential = (x - largest).exp();
        exponentials.push(exponential);
        sum += exponential;
    }
    let share = seed / sum;
    for (x_bar, exponential) in x_bar.iter_mut().zip(exponentials) {
        *x_bar += share * *exponential;
    }
    largest + sum.ln()
}

/// The forward mode of `problems::log_sum_exp`.
pub fn log_sum_exp_jvp(x: &[f64], x_dot: &[f64]) -> (f64, f64) {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut sum, mut sum_dot) = (0.0, 0.0);
    for (&x, &x_dot) in x.iter().zip(x_dot) {
        let exponential = (x - largest).exp();
        sum += exponential;
        sum_dot += exponential * x_dot;
    }
    (largest + sum.ln(), sum_dot / sum)
}

/// The matrix of `problems::rotate` and its derivatives in the three angles.
fn rotation(angles: &[f64; 3]) -> [[[f64; 3]; 3]; 4] {
    let (sin_a, cos_a) = angles[0].sin_cos();
    let (sin_b, cos_b) = angles[1].sin_cos();
    let (sin_c, cos_c) = angles[2].sin_cos();
    let matrix = [
        [
            cos_b * cos_c,
            sin_a * sin_b * cos_c - cos_a * sin_c,
            cos_a * sin_b * cos_c + sin_a * sin_c,
        ],
        [
            cos_b * sin_c,
            sin_a * sin_b * sin_c + cos_a * cos_c,
            cos_a * sin_b * sin_c - sin_a * cos_c,
        ],
        [-sin_b, sin_a * cos_b, cos_a * cos_b],
    ];
    let [first, second, third] = matrix;
    let in_a =
        [[0.0, first[2], -first[1]], [0.0, second[2], -second[1]], [0.0, third[2], -third[1]]];
    let in_b = [
        [-sin_b * cos_c, sin_a * first[0], cos_a * first[0]],
        [-sin_b * sin_c, sin_a * second[0], cos_a * second[0]],
        [-cos_b, -sin_a * sin_b, -cos_a * sin_b],
    ];
    let in_c = [second.map(|entry| -entry), first, [0.0; 3]];
    [matrix, in_a, in_b, in_c]
}

fn apply(matrix: &[[f64; 3]; 3], v: &[f64; 3]) -> [f64; 3] {
    let mut result = [0.0; 3];
    for i in 0..3 {
        for j in 0..3 {
            result[i] += matrix[i][j] * v[j];
        }
    }
    result
}

/// The adjoint of `problems::rotate`.
pub fn rotate_adjoint(
    angles: &[f64; 3],
    v: &[f64; 3],
    seed: [f64; 3],
    angles_bar: &mut [f64; 3],
    v_bar: &mut [f64; 3],
) -> [f64; 3] {
    let [matrix, slopes @ ..] = rotation(angles);
    for (angle_bar, slope) in angles_bar.iter_mut().zip(&slopes) {
        let turned = apply(slope, v);
        *angle_bar += seed[0] * turned[0] + seed[1] * turned[1] + seed[2] * turned[2];
    }
    for j in 0..3 {
        v_bar[j] += matrix[0][j] * seed[0] + matrix[1][j] * seed[1] + matrix[2][j] * seed[2];
    }
    apply(&matrix, v)
}

/// The forward mode of `problems::rotate`.
pub fn rotate_jvp(
    angles: &[f64; 3],
    v: &[f64; 3],
    angles_dot: &[f64; 3],
    v_dot: &[f64; 3],
) -> ([f64; 3], [f64; 3]) {
    let [matrix, slopes @ ..] = rotation(angles);
    let mut turned_dot = apply(&matrix, v_dot);
    for (slope, angle_dot) in slopes.iter().zip(angles_dot) {
        let along = apply(slope, v);
        for i in 0..3 {
            turned_dot[i] += along[i] * angle_dot;
        }
    }
    (apply(&matrix, v), turned_dot)
}

/// The stages of one Runge–Kutta step: where the right-hand side is taken, and what it is there.
struct Stages {
    points: [[f64; 2]; 4],
    slopes: [[f64; 2]; 4],
}

/// The nodes and the weights of the classical method, as multiples of the step.
const NODES: [f64; 4] = [0.0, 0.5, 0.5, 1.0];
const WEIGHTS: [f64; 4] = [1.0 / 6.0, 2.0 / 6.0, 2.0 / 6.0, 1.0 / 6.0];

fn right_hand_side([x, v]: [f64; 2], damping: f64) -> [f64; 2] {
    [v, damping * (1.0 - x * x) * v - x]
}

fn stages(state: [f64; 2], damping: f64, h: f64) -> Stages {
    let mut stages = Stages { points: [state; 4], slopes: [[0.0; 2]; 4] };
    for k in 0..4 {
        if k > 0 {
            for axis in 0..2 {
                stages.points[k][axis] = state[axis] + NODES[k] * h * stages.slopes[k - 1][axis];
            }
        }
        stages.slopes[k] = right_hand_side(stages.points[k], damping);
    }
    stages
}

fn advance(state: [f64; 2], slopes: &[[f64; 2]; 4], h: f64) -> [f64; 2] {
    std::array::from_fn(|axis| {
        let [k1, k2, k3, k4] = slopes.map(|slope| slope[axis]);
        state[axis] + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    })
}

/// The adjoint of `problems::runge_kutta`: keeps the state of each step and takes its stages again.
#[allow(clippy::too_many_arguments)] // the arguments of the function and their cotangents
pub fn runge_kutta_adjoint(
    position: f64,
    speed: f64,
    damping: f64,
    h: f64,
    steps: usize,
    seed: f64,
    position_bar: &mut f64,
    speed_bar: &mut f64,
    damping_bar: &mut f64,
    states: &mut Vec<[f64; 2]>,
) -> f64 {
    let mut state = [position, speed];
    states.clear();
    for _ in 0..steps {
        states.push(state);
        state = advance(state, &stages(state, damping, h).slopes, h);
    }
    let mut state_bar = [seed, 0.0];
    for &start in states.iter().rev() {
        let Stages { points, .. } = stages(start, damping, h);
        let mut start_bar = state_bar;
        let mut later_bar = [0.0; 2];
        for k in (0..4).rev() {
            let [x_bar, v_bar] =
                [0, 1].map(|axis| WEIGHTS[k] * h * state_bar[axis] + later_bar[axis]);
            let [x, v] = points[k];
            *damping_bar += (1.0 - x * x) * v * v_bar;
            let point_bar =
                [-(2.0 * damping * x * v + 1.0) * v_bar, x_bar + damping * (1.0 - x * x) * v_bar];
            for axis in 0..2 {
                start_bar[axis] += point_bar[axis];
                later_bar[axis] = NODES[k] * h * point_bar[axis];
            }
        }
        state_bar = start_bar;
    }
    *position_bar += state_bar[0];
    *speed_bar += state_bar[1];
    state[0]
}

/// The forward mode of `problems::runge_kutta`.
#[allow(clippy::too_many_arguments)] // the arguments of the function and their tangents
pub fn runge_kutta_jvp(
    position: f64,
    speed: f64,
    damping: f64,
    h: f64,
    steps: usize,
    position_dot: f64,
    speed_dot: f64,
    damping_dot: f64,
) -> (f64, f64) {
    let mut state = [position, speed];
    let mut state_dot = [position_dot, speed_dot];
    for _ in 0..steps {
        let Stages { points, slopes } = stages(state, damping, h);
        let mut slopes_dot = [[0.0; 2]; 4];
        for k in 0..4 {
            let [x, v] = points[k];
            let before = if k == 0 { [0.0; 2] } else { slopes_dot[k - 1] };
            let [x_dot, v_dot] = [0, 1].map(|axis| state_dot[axis] + NODES[k] * h * before[axis]);
            slopes_dot[k] = [
                v_dot,
                (1.0 - x * x) * (damping_dot * v + damping * v_dot)
                    - (2.0 * damping * x * v + 1.0) * x_dot,
            ];
        }
        state = advance(state, &slopes, h);
        state_dot = advance(state_dot, &slopes_dot, h);
    }
    (state[0], state_dot[0])
}
