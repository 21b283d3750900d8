/// The pressure and the compressibility of a gas after Redlich and Kwong.
#[differentiable]
pub fn redlich_kwong(temperature: f64, volume: f64, a: f64, b: f64) -> (f64, f64) {
    let gas_constant = 8.314462618;
    let root = temperature.sqrt();
    let free = volume - b;
    let repulsion = gas_constant * temperature / free;
    let attraction = a / (root * volume * (volume + b));
    let pressure = repulsion - attraction;
    let ideal = gas_constant * temperature / volume;
    let compressibility = pressure / ideal;
    let correction = if compressibility > 1.0 {
        (compressibility - 1.0).ln_1p()
    } else {
        let deficit = 1.0 - compressibility;
        -deficit * deficit
    };
    let damping = (-correction * correction).exp();
    let blended = damping * compressibility + (1.0 - damping);
    (pressure, blended)
}

/// The call price of Black and Scholes, with the normal distribution by a logistic curve.
#[differentiable]
pub fn option_price(spot: f64, strike: f64, rate: f64, volatility: f64, years: f64) -> f64 {
    let deviation = volatility * years.sqrt();
    let drift = (rate + 0.5 * volatility * volatility) * years;
    let upper = ((spot / strike).ln() + drift) / deviation;
    let lower = upper - deviation;
    let discount = (-rate * years).exp();
    let cubic_upper = 0.07056 * upper.powi(3) + 1.5976 * upper;
    let cubic_lower = 0.07056 * lower.powi(3) + 1.5976 * lower;
    let weight_upper = 1.0 / (1.0 + (-cubic_upper).exp());
    let weight_lower = 1.0 / (1.0 + (-cubic_lower).exp());
    let gain = spot * weight_upper;
    let cost = strike * discount * weight_lower;
    let price = gain - cost;
    if price < 0.0 { 0.0 } else { price }
}

/// The smoothed total variation of a signal, with a term for its distance to zero.
#[differentiable]
pub fn total_variation(signal: &[f64], smoothing: f64, weight: f64) -> f64 {
    let mut variation = 0.0;
    let mut energy = 0.0;
    for i in 0..signal.len() {
        let value = signal[i];
        energy += value * value;
        if i + 1 < signal.len() {
            let step = signal[i + 1] - value;
            let softened = (step * step + smoothing * smoothing).sqrt();
            variation += softened - smoothing;
        }
    }
    let mean = energy / signal.len() as f64;
    let penalty = if mean > 1.0 { mean.ln() } else { mean - 1.0 };
    variation + weight * penalty
}

/// A damped pendulum over some steps of the leapfrog method.
#[differentiable]
pub fn pendulum(angle: f64, speed: f64, length: f64, friction: f64, steps: usize) -> f64 {
    let dt = 0.01;
    let gravity = 9.80665;
    let mut angle = angle;
    let mut speed = speed;
    let mut work = 0.0;
    for _ in 0..steps {
        let pull = -gravity / length * angle.sin();
        let drag = -friction * speed;
        let half = speed + 0.5 * dt * (pull + drag);
        angle += dt * half;
        let pull_after = -gravity / length * angle.sin();
        let drag_after = -friction * half;
        speed = half + 0.5 * dt * (pull_after + drag_after);
        work += drag * half * dt;
    }
    let kinetic = 0.5 * length * length * speed * speed;
    let potential = gravity * length * (1.0 - angle.cos());
    kinetic + potential + work
}

/// Relaxation towards the mean of the neighbours, in place.
#[differentiable]
pub fn relax(values: &mut [f64], rate: f64, sweeps: usize) -> f64 {
    let n = values.len();
    let mut change = 0.0;
    for sweep in 0..sweeps {
        let damping = 1.0 / (1.0 + sweep as f64);
        for i in 1..n - 1 {
            let mean = 0.5 * (values[i - 1] + values[i + 1]);
            let step = rate * damping * (mean - values[i]);
            values[i] += step;
            change += step * step;
        }
    }
    let mut total = 0.0;
    for value in values.iter() {
        total += value;
    }
    let average = total / n as f64;
    change + average * average
}

/// The log-likelihood of samples under a mixture of two normal distributions.
#[differentiable]
pub fn mixture(samples: &[f64], share: f64, first: f64, second: f64, width: f64) -> f64 {
    let scale = 1.0 / (width * (2.0 * std::f64::consts::PI).sqrt());
    let mut likelihood = 0.0;
    for &sample in samples {
        let to_first = (sample - first) / width;
        let to_second = (sample - second) / width;
        let one = share * (-0.5 * to_first * to_first).exp();
        let other = (1.0 - share) * (-0.5 * to_second * to_second).exp();
        let density = scale * (one + other);
        likelihood += density.ln();
    }
    let prior = if share > 0.5 { share * (1.0 - share) } else { share * share };
    let spread = (first - second) / width;
    likelihood + prior.ln() - 0.01 * spread * spread
}

/// The angle between two vectors and the area of the parallelogram they span.
#[differentiable]
pub fn angle_and_area(u: &[f64; 3], v: &[f64; 3]) -> [f64; 2] {
    let cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    let mut inner = 0.0;
    let mut squares = 0.0;
    for axis in 0..3 {
        inner += u[axis] * v[axis];
        squares += cross[axis] * cross[axis];
    }
    let area = squares.sqrt();
    let angle = area.atan2(inner);
    let folded = if angle > 1.5 { 3.0 - angle } else { angle };
    [folded, area]
}

/// Kepler's equation by Newton's method, until the step is small.
#[differentiable]
pub fn eccentric_anomaly(mean: f64, eccentricity: f64) -> f64 {
    let mut anomaly = mean + eccentricity * mean.sin();
    let mut rounds = 0;
    loop {
        let error = anomaly - eccentricity * anomaly.sin() - mean;
        let slope = 1.0 - eccentricity * anomaly.cos();
        let step = error / slope;
        anomaly -= step;
        rounds += 1;
        if step.abs() < 1e-12 || rounds == 20 {
            break;
        }
    }
    let cosine = anomaly.cos();
    let sine = anomaly.sin();
    let along = cosine - eccentricity;
    let across = (1.0 - eccentricity * eccentricity).sqrt() * sine;
    across.atan2(along)
}

/// A neuron's mean squared error over rows of inputs.
#[differentiable]
pub fn neuron_error(weights: &[f64], bias: f64, inputs: &[f64], targets: &[f64]) -> f64 {
    let width = weights.len();
    let mut error = 0.0;
    for row in 0..targets.len() {
        let mut sum = bias;
        for i in 0..width {
            sum += weights[i] * inputs[row * width + i];
        }
        let output = sum.tanh();
        let miss = output - targets[row];
        let cost = if miss.abs() > 1.0 { 2.0 * miss.abs() - 1.0 } else { miss * miss };
        error += cost;
    }
    let decay: f64 = weights.iter().map(|w| w * w).sum();
    error / targets.len() as f64 + 1e-3 * decay
}

/// The drag of a sphere over the range of its Reynolds number.
#[differentiable]
pub fn drag(speed: f64, diameter: f64, density: f64, viscosity: f64) -> f64 {
    let reynolds = density * speed * diameter / viscosity;
    let coefficient = if reynolds < 1.0 {
        24.0 / reynolds
    } else if reynolds < 1000.0 {
        let correction = 1.0 + 0.15 * reynolds.powf(0.687);
        24.0 / reynolds * correction
    } else {
        let excess = (reynolds / 1000.0).ln();
        0.44 + 0.01 * excess.sin()
    };
    let radius = 0.5 * diameter;
    let area = std::f64::consts::PI * radius * radius;
    let pressure = 0.5 * density * speed * speed;
    let force = coefficient * area * pressure;
    let weight = 9.80665 * density * area * diameter * 2.0 / 3.0;
    force / weight
}
