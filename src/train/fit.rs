use std::time::Instant;

use super::checkpoint::State;
use super::config::{ClassWeight, ModelConfig, TrainConfig};
use super::cut::cut;
use super::device::Compute;
use super::dropout::Dropout;
use super::engine::{Batch, Engine};
use super::network::Network;
use super::optimizer::{clip, learning_rate};
use super::order::{Order, Rows};
use super::settings::Settings;
use crate::data::{Dataset, Epoch, History, Labels};
use crate::error::{Result, TrainError};
use crate::pipeline::{Context, Event, Warning};
use crate::seed::Seed;

/// One network being trained on one dataset.
pub struct Fit<'a> {
    pub network: &'a Network,
    pub model: &'a ModelConfig,
    pub train: &'a TrainConfig,
    pub data: &'a Dataset,
    pub device: &'a Compute,
    pub stop: Stop,
}

/// Which rows are cut off for early stopping: one seed for all networks of an ensemble, another part for each.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    pub seed: Seed,
    pub member: usize,
}

impl Fit<'_> {
    /// Trains, or goes on where a checkpoint of the same settings and rows stands, and returns the weights to keep.
    ///
    /// # Errors
    /// If the loss is no longer finite, the user asks to stop, or a checkpoint cannot be written.
    pub fn run(&self, cx: &Context<'_>) -> Result<(Vec<f32>, History)> {
        let (mut rows, mut stop_rows) = self.cut();
        // A batch of rows without weight would have no mean loss.
        rows.retain(|&r| self.data.weights[r] > 0.0);
        stop_rows.retain(|&r| self.data.weights[r] > 0.0);
        if rows.is_empty() {
            return Err(TrainError::TooFewRows { rows: 0, needed: 1 }.into());
        }
        let importance = self.importance(&rows);
        let order = Order::new(self.data, rows, &importance, cx.seed().derive("copy", 0));
        self.learn(&order, &stop_rows, &importance, "", cx)
    }

    /// Trains on rows that may lie elsewhere than in the dataset of this fit, which then holds the rows that decide when to
    /// stop. `checksum` is that of the rows elsewhere.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn learn(
        &self,
        rows: &dyn Rows,
        stop_rows: &[usize],
        importance: &[f32],
        checksum: &str,
        cx: &Context<'_>,
    ) -> Result<(Vec<f32>, History)> {
        let settings =
            Settings::new(self.model, self.train, matches!(self.data.labels, Some(Labels::Numbers { .. })), rows.height());
        let dropout = Dropout::new(settings.dropout);
        let mut engine = self.device.engine(self.network);
        let mut gradient = vec![0.0; self.network.len()];
        let blocks = self.network.blocks();
        let mut state = self.resume(checksum, cx);
        let batch = settings.batch_size;
        let steps = rows.steps(batch) as u64;
        // One `[batch, units]` per hidden layer; a last batch of fewer rows uses the first of them.
        let layers = if dropout.is_some() { self.network.hidden.as_slice() } else { &[] };
        let mut masks: Vec<Vec<f32>> = layers.iter().map(|units| vec![0.0; batch * units]).collect();
        let epochs = settings.epochs;
        let total = steps * epochs as u64;
        let start = Instant::now();
        let mut saved = Instant::now();
        while !state.progress.done {
            let epoch = state.progress.epochs.len() + 1;
            let begin = Instant::now();
            let seed = cx.seed().derive("epoch", epoch as u64);
            let mut random = seed.derive("dropout", 0).rng();
            let mut sum = 0.0;
            rows.each(seed.derive("order", 0), &mut |data, places, importance| {
                for rows in places.chunks(batch) {
                    cx.check()?;
                    if let Some(dropout) = &dropout {
                        masks.iter_mut().for_each(|mask| dropout.fill(mask, &mut random));
                    }
                    let batch = Batch { data, rows, importance, masks: &masks };
                    let loss = engine.gradient(&state.weights, &batch, &mut gradient)?;
                    self.finite(loss, epoch, cx)?;
                    sum += loss * batch.rows.len() as f64;
                    clip(&mut gradient, self.train.gradient_clip);
                    let rate = learning_rate(self.train, state.optimizer.steps, total);
                    state.optimizer.step(self.train, rate, settings.weight_decay, &blocks, &mut state.weights, &gradient);
                }
                Ok(())
            })?;
            let train_loss = sum / rows.height() as f64;
            let stop_loss = if stop_rows.is_empty() {
                None
            } else {
                Some(self.loss(&mut *engine, &state.weights, stop_rows, importance)?)
            };
            self.finite(stop_loss.unwrap_or(train_loss), epoch, cx)?;
            record(&mut state, &settings, Epoch { epoch, train_loss, stop_loss, seconds: begin.elapsed().as_secs_f64() });
            if self.train.max_time > 0.0 && start.elapsed().as_secs_f64() >= self.train.max_time && !state.progress.done {
                cx.warn(Warning::new("max_time", "training stopped at max_time; a faster machine gives another model"));
                state.progress.done = true;
            }
            cx.event(&Event::Epoch { scope: cx.scope(), epoch, epochs, train_loss, stop_loss });
            if state.progress.done || saved.elapsed().as_millis() >= 500 {
                cx.checkpoints().save(cx.scope(), &|out| state.write(out))?;
                saved = Instant::now();
            }
        }
        let history = History { scope: cx.scope().to_owned(), epochs: state.progress.epochs, best: state.progress.best };
        Ok((state.best_weights, history))
    }

    /// Where a checkpoint of the same settings and rows stands, else the beginning.
    fn resume(&self, checksum: &str, cx: &Context<'_>) -> State {
        let fingerprint = self.fingerprint(checksum, cx.seed());
        if let Some(saved) = cx.checkpoints().load(cx.scope()) {
            let state = State::from_bytes(&saved.state, self.network.len(), &fingerprint);
            if saved.fallback && state.is_some() {
                let message = format!("the newest checkpoint of {} is damaged; going on from the one before it", cx.scope());
                cx.warn(Warning::new("damaged_checkpoint", message));
            }
            if let Some(state) = state {
                return state;
            }
            let message =
                format!("the checkpoint of {} is damaged or of other settings or rows; training it from the start", cx.scope());
            cx.warn(Warning::new("stale_checkpoint", message));
        }
        State::new(self.network.init(cx.seed().derive("init", 0)), fingerprint)
    }

    /// Checksum of all that the result of this fit depends on.
    fn fingerprint(&self, checksum: &str, seed: Seed) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(format!("{:?} {:?} {:?} {seed:?} {:?}", self.network, self.model, self.train, self.device).as_bytes());
        let data = self.data;
        hash.update(format!("{} {:?} {}{checksum}", data.height, data.cardinalities, data.ordered).as_bytes());
        let mut numbers = |values: &[f32]| add(&mut hash, values.iter().map(|v| v.to_le_bytes()));
        numbers(&data.numbers.values);
        numbers(&data.weights);
        if let Some(Labels::Numbers { values, reach }) = &data.labels {
            numbers(values);
            numbers(&[*reach]);
        }
        let mut codes = |values: &[u32]| add(&mut hash, values.iter().map(|v| v.to_le_bytes()));
        codes(&data.codes);
        codes(&data.units);
        if let Some(Labels::Classes { codes: labels, .. }) = &data.labels {
            codes(labels);
        }
        hash.finalize().to_hex().to_string()
    }

    /// Rows to learn from and rows that decide when to stop: the latest where rows are ordered in time, else whole units
    /// drawn at random.
    fn cut(&self) -> (Vec<usize>, Vec<usize>) {
        let data = self.data;
        let all = || (0..data.height).collect::<Vec<_>>();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
        let wanted = (data.height as f64 * self.train.stop_fraction).round() as usize;
        if self.train.early_stopping == Some(0) || wanted == 0 || data.height < 20 {
            return (all(), Vec::new());
        }
        if data.ordered {
            let mut fit = all();
            let stop = fit.split_off(data.height - wanted);
            return (fit, stop);
        }
        let codes = match &data.labels {
            Some(Labels::Classes { codes, .. }) => Some(codes.as_slice()),
            _ => None,
        };
        cut(&data.units, codes, self.stop.seed, self.stop.member, wanted)
    }

    /// Weight of each row in the loss; 0 for rows that are not learned from only matters to the class balance.
    #[expect(clippy::cast_possible_truncation, reason = "importance is f32")]
    fn importance(&self, rows: &[usize]) -> Vec<f32> {
        let mut importance = self.data.weights.clone();
        if let (ClassWeight::Balanced, Some(Labels::Classes { codes, classes })) = (self.train.class_weight, &self.data.labels)
        {
            let mut sums = vec![0.0; *classes];
            rows.iter().for_each(|&r| sums[codes[r] as usize] += f64::from(self.data.weights[r]));
            let total: f64 = sums.iter().sum();
            for (weight, code) in importance.iter_mut().zip(codes) {
                let sum = sums[*code as usize];
                if sum > 0.0 {
                    *weight *= (total / (*classes as f64 * sum)) as f32;
                }
            }
        }
        importance
    }

    /// Mean loss of chosen rows, without dropout.
    fn loss(&self, engine: &mut dyn Engine, weights: &[f32], rows: &[usize], importance: &[f32]) -> Result<f64> {
        let outputs = engine.outputs(weights, self.data, rows)?;
        let (mut sum, mut total) = (0.0, 0.0);
        for (output, &row) in outputs.chunks(self.network.outputs).zip(rows) {
            let weight = f64::from(importance[row]);
            let z: Vec<f64> = output.iter().map(|z| f64::from(*z)).collect();
            let loss = match &self.data.labels {
                Some(Labels::Classes { codes, classes: 2 }) => softplus(if codes[row] == 1 { -z[0] } else { z[0] }),
                Some(Labels::Classes { codes, .. }) => {
                    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    top + z.iter().map(|z| (z - top).exp()).sum::<f64>().ln() - z[codes[row] as usize]
                }
                Some(Labels::Numbers { values, reach }) => {
                    let error = z[0] - f64::from(values[row]);
                    let within = error.clamp(-f64::from(*reach), f64::from(*reach));
                    within * (2.0 * error - within)
                }
                None => 0.0,
            };
            sum += weight * loss;
            total += weight;
        }
        Ok(sum / total)
    }

    fn finite(&self, loss: f64, epoch: usize, cx: &Context<'_>) -> Result<()> {
        if loss.is_finite() {
            return Ok(());
        }
        let scope = cx.scope().to_owned();
        Err(TrainError::NotFinite { scope, epoch, loss, learning_rate: self.train.learning_rate }.into())
    }
}

/// Notes an epoch: keeps its weights if it is the best, and ends training if it was the last.
fn record(state: &mut State, settings: &Settings, epoch: Epoch) {
    let progress = &mut state.progress;
    let best = progress.best.checked_sub(1).and_then(|b| progress.epochs[b].stop_loss);
    let better = match (epoch.stop_loss, best) {
        (Some(loss), Some(best)) => loss < best,
        _ => true,
    };
    if better {
        progress.best = epoch.epoch;
        state.best_weights.clone_from(&state.weights);
    }
    let waited = epoch.epoch - progress.best;
    progress.done = epoch.epoch >= settings.epochs || (epoch.stop_loss.is_some() && waited >= settings.patience);
    progress.epochs.push(epoch);
}

/// Adds values to a checksum, many at a time: one by one they would take longer than a short training.
fn add(hash: &mut blake3::Hasher, values: impl Iterator<Item = [u8; 4]>) {
    let mut values = values.flatten();
    let mut bytes = Vec::with_capacity(1 << 16);
    loop {
        bytes.clear();
        bytes.extend(values.by_ref().take(1 << 16));
        if bytes.is_empty() {
            return;
        }
        hash.update(&bytes);
    }
}

/// `ln(1 + e^z)` without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softplus_by_hand() {
        assert!((softplus(0.0) - 2.0_f64.ln()).abs() < 1e-15);
        assert_eq!(softplus(800.0), 800.0);
        assert!(softplus(-800.0) >= 0.0);
    }
}
