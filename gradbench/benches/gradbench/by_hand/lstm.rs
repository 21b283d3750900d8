//! `lstm`: back through time over what each step has kept.

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// What a step keeps of one cell of one layer.
#[derive(Clone, Copy, Default)]
struct Kept {
    signal: f64,
    hidden: f64,
    cell: f64,
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    tanh: f64,
}

/// The loss and its gradient in the parameters.
pub fn loss(
    main: &[f64],
    extra: &[f64],
    state: &[f64],
    sequence: &[f64],
    b: usize,
    main_bar: &mut [f64],
    extra_bar: &mut [f64],
) -> f64 {
    let (layers, steps) = (main.len() / (8 * b), sequence.len() / b - 1);
    let (w_in, rest) = extra.split_at(b);
    let (w_out, b_out) = rest.split_at(b);
    let mut state = state.to_vec();
    let mut kept = vec![Kept::default(); steps * layers * b];
    let (mut signals, mut shares) = (vec![0.0; steps * b], vec![0.0; steps * b]);
    let mut signal = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..steps {
        for i in 0..b {
            signal[i] = sequence[t * b + i] * w_in[i];
        }
        for layer in 0..layers {
            let own = &main[layer * 8 * b..(layer + 1) * 8 * b];
            let (hidden, cell) = state[layer * 2 * b..(layer + 1) * 2 * b].split_at_mut(b);
            let kept = &mut kept[(t * layers + layer) * b..(t * layers + layer + 1) * b];
            for i in 0..b {
                let gate = |index: usize, x: f64| x * own[index * b + i] + own[(4 + index) * b + i];
                let forget = sigmoid(gate(0, signal[i]));
                let ingate = sigmoid(gate(1, hidden[i]));
                let outgate = sigmoid(gate(2, signal[i]));
                let change = gate(3, hidden[i]).tanh();
                let next = cell[i] * forget + ingate * change;
                let tanh = next.tanh();
                let (signal_now, hidden_now, cell_now) = (signal[i], hidden[i], cell[i]);
                kept[i] = Kept {
                    signal: signal_now,
                    hidden: hidden_now,
                    cell: cell_now,
                    forget,
                    ingate,
                    outgate,
                    change,
                    tanh,
                };
                cell[i] = next;
                hidden[i] = outgate * tanh;
                signal[i] = hidden[i];
            }
        }
        let shares = &mut shares[t * b..(t + 1) * b];
        signals[t * b..(t + 1) * b].copy_from_slice(&signal);
        let mut sum = 2.0;
        for i in 0..b {
            signal[i] = signal[i] * w_out[i] + b_out[i];
            shares[i] = signal[i].exp();
            sum += shares[i];
        }
        let normalizer = sum.ln();
        let expected = &sequence[(t + 1) * b..(t + 2) * b];
        let all: f64 = expected.iter().sum();
        for i in 0..b {
            total += expected[i] * (signal[i] - normalizer);
            shares[i] = expected[i] - all * shares[i] / sum;
        }
    }
    let scale = -1.0 / (b * steps) as f64;
    main_bar.fill(0.0);
    extra_bar.fill(0.0);
    let (w_in_bar, rest) = extra_bar.split_at_mut(b);
    let (w_out_bar, b_out_bar) = rest.split_at_mut(b);
    let mut state_bar = vec![0.0; 2 * b * layers];
    for t in (0..steps).rev() {
        for i in 0..b {
            let bar = scale * shares[t * b + i];
            w_out_bar[i] += bar * signals[t * b + i];
            b_out_bar[i] += bar;
            signal[i] = bar * w_out[i];
        }
        for layer in (0..layers).rev() {
            let own = &main[layer * 8 * b..(layer + 1) * 8 * b];
            let own_bar = &mut main_bar[layer * 8 * b..(layer + 1) * 8 * b];
            let (hidden_bar, cell_bar) =
                state_bar[layer * 2 * b..(layer + 1) * 2 * b].split_at_mut(b);
            let kept = &kept[(t * layers + layer) * b..(t * layers + layer + 1) * b];
            for i in 0..b {
                let at = kept[i];
                let out_bar = signal[i] + hidden_bar[i];
                let next_bar = cell_bar[i] + out_bar * at.outgate * (1.0 - at.tanh * at.tanh);
                let bars = [
                    next_bar * at.cell * at.forget * (1.0 - at.forget),
                    next_bar * at.change * at.ingate * (1.0 - at.ingate),
                    out_bar * at.tanh * at.outgate * (1.0 - at.outgate),
                    next_bar * at.ingate * (1.0 - at.change * at.change),
                ];
                for (gate, (bar, x)) in
                    bars.into_iter().zip([at.signal, at.hidden, at.signal, at.hidden]).enumerate()
                {
                    own_bar[gate * b + i] += bar * x;
                    own_bar[(4 + gate) * b + i] += bar;
                }
                cell_bar[i] = next_bar * at.forget;
                hidden_bar[i] = bars[1] * own[b + i] + bars[3] * own[3 * b + i];
                signal[i] = bars[0] * own[i] + bars[2] * own[2 * b + i];
            }
        }
        for i in 0..b {
            w_in_bar[i] += signal[i] * sequence[t * b + i];
        }
    }
    scale * total
}
