use std::collections::VecDeque;
use std::sync::Arc;

use super::config::Activation;
use super::device::Compute;
use super::model::Model;
use super::network::Network;
use crate::data::{Dataset, Labels, Training, softmax};
use crate::error::Result;
use crate::pipeline::{Context, Pipeline};

/// Logistic, multinomial or ridge regression: the yardstick beside the network.
///
/// Minimises the mean loss plus `|w|^2 / (2 n)` (the strength of scikit-learn's `LogisticRegression(C=1)` and
/// `Ridge(alpha=1)`), the intercept left out, by L-BFGS in double precision.
#[derive(Clone, Debug)]
pub struct TrainLinear {
    /// Where predictions are computed.
    pub device: Compute,
}

impl Pipeline for TrainLinear {
    type Input = (Training<Dataset>, Arc<[String]>);
    type Output = Model;

    fn name(&self) -> &'static str {
        "linear"
    }

    fn run(&self, (data, labels): Self::Input, cx: &Context<'_>) -> Result<Model> {
        let data = data.get();
        super::check(data)?;
        let outputs = if labels.len() > 2 { labels.len() } else { 1 };
        let rows = Rows::new(data);
        let inputs = inputs(data);
        let total: f64 = data.weights.iter().map(|w| f64::from(*w)).sum();
        let penalty = 1.0 / data.height as f64;
        let objective = |weights: &[f64], gradient: &mut [f64]| {
            gradient.fill(0.0);
            let mut loss = 0.0;
            let mut z = vec![0.0; outputs];
            for row in 0..data.height {
                rows.scores(row, weights, &mut z);
                let share = f64::from(data.weights[row]) / total;
                loss += share * residual(data, row, &mut z);
                z.iter_mut().for_each(|z| *z *= share);
                rows.add(row, &z, gradient);
            }
            for (g, w) in gradient.iter_mut().zip(weights).take(inputs * outputs) {
                *g += penalty * w;
                loss += 0.5 * penalty * w * w;
            }
            loss
        };
        // Row-major `[inputs + 1, outputs]`, the intercept last.
        let mut weights = vec![0.0; (inputs + 1) * outputs];
        minimize(objective, &mut weights, || cx.check())?;
        let (network, weights) = network(data, outputs, &weights);
        Ok(Model { network, members: vec![weights], labels, histories: Vec::new(), device: self.device.clone() })
    }
}

/// What was fitted as a network without hidden layers: the weights of the levels of an embedded category are its table.
#[expect(clippy::cast_possible_truncation, reason = "weights are f32, as the inputs")]
fn network(data: &Dataset, outputs: usize, fitted: &[f64]) -> (Network, Vec<f32>) {
    let embeddings = data.cardinalities.iter().map(|&levels| (levels, outputs)).collect();
    let network = Network { embeddings, ..Network::plain(data.numbers.width, &[], outputs, Activation::default()) };
    let (numbers, rest) = fitted.split_at(data.numbers.width * outputs);
    let (tables, bias) = rest.split_at(rest.len() - outputs);
    let unit = |i: usize| (0..outputs).map(move |output| f64::from(u8::from(i % outputs == output)));
    let passed = (0..data.cardinalities.len() * outputs).flat_map(unit);
    let all = tables.iter().copied().chain(numbers.iter().copied()).chain(passed).chain(bias.iter().copied());
    (network, all.map(|w| w as f32).collect())
}

/// Dense inputs plus one per level of every embedded category.
fn inputs(data: &Dataset) -> usize {
    data.numbers.width + data.cardinalities.iter().sum::<usize>()
}

/// The inputs of rows that are gone over many times: those that are not zero, gathered once, where most are.
enum Rows<'a> {
    Dense(&'a Dataset),
    Sparse {
        /// Where the entries of each row begin, and where the last ones end.
        starts: Vec<usize>,
        entries: Vec<(u32, f32)>,
    },
}

impl<'a> Rows<'a> {
    fn new(data: &'a Dataset) -> Self {
        let zeros = data.numbers.values.iter().filter(|x| **x == 0.0).count();
        if 2 * zeros < data.numbers.values.len() {
            return Self::Dense(data);
        }
        let mut starts = Vec::with_capacity(data.height + 1);
        let mut entries = Vec::with_capacity(data.numbers.values.len() - zeros + data.codes.len() + data.height);
        for row in 0..data.height {
            starts.push(entries.len());
            #[expect(clippy::cast_possible_truncation, reason = "inputs are fewer than 2^32, and f32 themselves")]
            each_input(data, row, |input, x| entries.push((input as u32, x as f32)));
        }
        starts.push(entries.len());
        Self::Sparse { starts, entries }
    }

    /// The scores of a row.
    fn scores(&self, row: usize, weights: &[f64], z: &mut [f64]) {
        match (self, z) {
            (Self::Dense(data), z) => scores(data, row, weights, z),
            (Self::Sparse { starts, entries }, [z]) => {
                let entries = &entries[starts[row]..starts[row + 1]];
                *z = entries.iter().map(|(input, x)| f64::from(*x) * weights[*input as usize]).sum();
            }
            (Self::Sparse { starts, entries }, z) => {
                let outputs = z.len();
                z.fill(0.0);
                for (input, x) in &entries[starts[row]..starts[row + 1]] {
                    let weights = &weights[*input as usize * outputs..][..outputs];
                    z.iter_mut().zip(weights).for_each(|(z, w)| *z += f64::from(*x) * w);
                }
            }
        }
    }

    /// Adds the derivative by the weights, given that by the scores of a row.
    fn add(&self, row: usize, z: &[f64], gradient: &mut [f64]) {
        let outputs = z.len();
        let mut add = |input: usize, x: f64| {
            gradient[input * outputs..][..outputs].iter_mut().zip(z).for_each(|(g, r)| *g += x * r);
        };
        match self {
            Self::Dense(data) => each_input(data, row, add),
            Self::Sparse { starts, entries } => {
                entries[starts[row]..starts[row + 1]].iter().for_each(|(input, x)| add(*input as usize, f64::from(*x)));
            }
        }
    }
}

/// Calls `f` with the position and value of each input that is not zero, the intercept last.
fn each_input(data: &Dataset, row: usize, mut f: impl FnMut(usize, f64)) {
    for (input, x) in data.numbers.row(row).iter().enumerate() {
        if *x != 0.0 {
            f(input, f64::from(*x));
        }
    }
    let mut start = data.numbers.width;
    let count = data.cardinalities.len();
    for (code, levels) in data.codes[row * count..][..count].iter().zip(&data.cardinalities) {
        f(start + *code as usize, 1.0);
        start += levels;
    }
    f(start, 1.0);
}

fn scores(data: &Dataset, row: usize, weights: &[f64], z: &mut [f64]) {
    z.fill(0.0);
    let outputs = z.len();
    each_input(data, row, |input, x| {
        z.iter_mut().zip(&weights[input * outputs..][..outputs]).for_each(|(z, w)| *z += x * w);
    });
}

/// Turns scores into the derivative of the loss by the scores, and returns the loss.
fn residual(data: &Dataset, row: usize, z: &mut [f64]) -> f64 {
    match &data.labels {
        Some(Labels::Classes { codes, .. }) if z.len() == 1 => {
            let sign = if codes[row] == 1 { 1.0 } else { -1.0 };
            let margin = sign * z[0];
            let e = (-margin.abs()).exp();
            z[0] = -sign * if margin < 0.0 { 1.0 } else { e } / (1.0 + e);
            (-margin).max(0.0) + e.ln_1p()
        }
        Some(Labels::Classes { codes, .. }) => {
            softmax(z);
            let truth = codes[row] as usize;
            let loss = -z[truth].max(f64::MIN_POSITIVE).ln();
            z[truth] -= 1.0;
            loss
        }
        Some(Labels::Numbers { values: y, .. }) => {
            z[0] -= f64::from(y[row]);
            0.5 * z[0] * z[0]
        }
        None => 0.0,
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// L-BFGS (Liu & Nocedal 1989) for convex objectives with ten pairs and a halving line search (Armijo's condition); ends when the gradient
/// or the progress is small, at the latest after 200 iterations. `objective` fills the gradient and returns the value.
fn minimize(objective: impl Fn(&[f64], &mut [f64]) -> f64, x: &mut [f64], proceed: impl Fn() -> Result<()>) -> Result<()> {
    let n = x.len();
    let mut gradient = vec![0.0; n];
    let mut value = objective(x, &mut gradient);
    let mut pairs: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    for _ in 0..200 {
        proceed()?;
        if gradient.iter().all(|g| g.abs() < 1e-6) {
            break;
        }
        let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut alphas = Vec::with_capacity(pairs.len());
        for (s, y) in pairs.iter().rev() {
            let alpha = dot(s, &direction) / dot(s, y);
            direction.iter_mut().zip(y).for_each(|(d, y)| *d -= alpha * y);
            alphas.push(alpha);
        }
        if let Some((s, y)) = pairs.back() {
            let scale = dot(s, y) / dot(y, y);
            direction.iter_mut().for_each(|d| *d *= scale);
        }
        for ((s, y), alpha) in pairs.iter().zip(alphas.into_iter().rev()) {
            let beta = dot(y, &direction) / dot(s, y);
            direction.iter_mut().zip(s).for_each(|(d, s)| *d += (alpha - beta) * s);
        }
        let slope = dot(&gradient, &direction);
        let mut step = 1.0;
        let (mut next, mut next_gradient) = (vec![0.0; n], vec![0.0; n]);
        let next_value = loop {
            next.iter_mut().zip(x.iter()).zip(&direction).for_each(|((n, x), d)| *n = x + step * d);
            let next_value = objective(&next, &mut next_gradient);
            if next_value <= value + 1e-4 * step * slope || step < 1e-10 {
                break next_value;
            }
            step *= 0.5;
        };
        if next_value >= value {
            break;
        }
        let s: Vec<f64> = next.iter().zip(x.iter()).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        // Relative to both, so that short steps count as well.
        if dot(&s, &y) > 1e-10 * (dot(&s, &s) * dot(&y, &y)).sqrt() {
            pairs.push_back((s, y));
        }
        if pairs.len() > 10 {
            pairs.pop_front();
        }
        let progress = value - next_value;
        x.copy_from_slice(&next);
        gradient = next_gradient;
        value = next_value;
        if progress < 1e-8 * value.abs() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_narrow_valley_is_found() {
        // Half x'Ax - b'x with A = [[1000, 1], [1, 1]] and b = A (1, 2).
        let valley = |x: &[f64], g: &mut [f64]| {
            let ax = [1000.0 * x[0] + x[1], x[0] + x[1]];
            g[0] = ax[0] - 1002.0;
            g[1] = ax[1] - 3.0;
            0.5 * (x[0] * ax[0] + x[1] * ax[1]) - 1002.0 * x[0] - 3.0 * x[1]
        };
        let mut x = [-30.0, 40.0];
        minimize(valley, &mut x, || Ok(())).unwrap();
        assert!((x[0] - 1.0).abs() < 1e-3 && (x[1] - 2.0).abs() < 1e-2, "{x:?}");
    }

    #[test]
    fn losses_and_residuals_by_hand() {
        let data = |labels| Dataset {
            height: 1,
            numbers: crate::data::Matrix::zeros(1, 1),
            continuous: vec![],
            codes: vec![],
            cardinalities: vec![],
            labels: Some(labels),
            weights: vec![1.0],
            units: vec![0],
            ordered: false,
        };
        let mut z = [0.0];
        let loss = residual(&data(Labels::Classes { codes: vec![1], classes: 2 }), 0, &mut z);
        assert!((loss - 2.0_f64.ln()).abs() < 1e-12 && (z[0] + 0.5).abs() < 1e-12);
        let mut z = [0.0, 0.0, 0.0, 0.0];
        let loss = residual(&data(Labels::Classes { codes: vec![2], classes: 4 }), 0, &mut z);
        assert!((loss - 4.0_f64.ln()).abs() < 1e-12);
        assert_eq!(z, [0.25, 0.25, -0.75, 0.25]);
        let mut z = [3.0];
        let numbers = Labels::Numbers { values: vec![1.0], reach: f32::INFINITY };
        assert!((residual(&data(numbers), 0, &mut z) - 2.0).abs() < 1e-12);
        assert!((z[0] - 2.0).abs() < 1e-12);
    }
}
