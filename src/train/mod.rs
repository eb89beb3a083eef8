//! Learning: training rows in, a [`Model`] out.
//!
//! burn defines the network and differentiates it on any device; [`Engine`] is the interface that it shares with a pass
//! written by hand for the CPU, whose gradients it judges. The loop, the optimizer, the first weights and every random
//! choice are our own, so that the same seed gives the same bytes.

#[cfg(test)]
mod agreement;
mod autodiff;
mod checkpoint;
mod config;
mod cut;
mod device;
mod dropout;
mod engine;
mod fit;
mod fused;
#[cfg(test)]
mod golden;
mod linear;
mod model;
mod network;
mod optimizer;
mod order;
mod settings;
mod stream;

pub use config::{Activation, Blend, ClassWeight, ModelConfig, ModelKind, OptimizerKind, Preset, Rates, Schedule, TrainConfig};
pub use device::{Compute, DeviceKind};
pub use engine::{Batch, Engine};
pub use linear::TrainLinear;
pub use model::Model;
pub use network::{Block, Network, Part, Periodic};
pub use optimizer::Optimizer;
pub use order::{Order, Rows};
pub use settings::Settings;
pub use stream::Stream;

use std::sync::Arc;

use crate::data::{Dataset, Labels, Training};
use crate::error::{ConfigError, Result, TrainError};
use crate::pipeline::{Context, Pipeline, parallel};
use fit::{Fit, Stop};

/// Checked settings of a network and of its training.
#[derive(Clone, Debug)]
pub struct Train {
    model: ModelConfig,
    config: TrainConfig,
    device: Compute,
}

/// Fewest rows that a network is trained on.
const FEWEST_ROWS: usize = 10;

impl Train {
    /// Checks the settings and opens the device.
    ///
    /// # Errors
    /// Names the key and its range if a value is outside of it, or the device if it is not compiled in.
    pub fn new(model: &ModelConfig, train: &TrainConfig, device: DeviceKind) -> Result<Self, ConfigError> {
        let range = |section: &'static str, key: &str, value: f64, low: f64, high: f64| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            // The largest number there is bounds nothing that anybody could write.
            let range = if high == f64::MAX { format!("{low} or more") } else { format!("{low} to {high}") };
            Err(ConfigError::range(section, key, value, range))
        };
        for units in &model.hidden {
            range("model", "hidden", *units as f64, 1.0, 8192.0)?;
        }
        range("model", "frequencies", model.frequencies as f64, 0.0, 256.0)?;
        range("model", "frequency_mix", model.frequency_mix as f64, 1.0, 64.0)?;
        range("model", "frequency_spread", model.frequency_spread, 1e-6, 1e3)?;
        range("model", "dropout", model.dropout.unwrap_or_default(), 0.0, 0.9)?;
        range("model", "ensemble", model.ensemble as f64, 0.0, 64.0)?;
        range("train", "epochs", train.epochs as f64, 0.0, 100_000.0)?;
        range("train", "batch_size", train.batch_size as f64, 0.0, 65536.0)?;
        range("train", "learning_rate", train.learning_rate, 1e-12, 10.0)?;
        range("train", "weight_decay", train.weight_decay.unwrap_or_default(), 0.0, 10.0)?;
        range("train", "betas", train.betas[0], 0.0, 0.999_999)?;
        range("train", "betas", train.betas[1], 0.0, 0.999_999)?;
        range("train", "epsilon", train.epsilon, 0.0, 1.0)?;
        range("train", "gradient_clip", train.gradient_clip, 0.0, f64::MAX)?;
        range("train", "stop_fraction", train.stop_fraction, 0.02, 0.5)?;
        range("train", "max_time", train.max_time, 0.0, f64::MAX)?;
        Ok(Self { model: model.clone(), config: train.clone(), device: device.open()? })
    }

    /// The same settings for so many networks.
    #[must_use]
    pub fn with_networks(&self, networks: usize) -> Self {
        Self { model: ModelConfig { ensemble: networks, ..self.model.clone() }, ..self.clone() }
    }

    /// Whether the final model is to be trained anew, whatever the folds learned.
    #[must_use]
    pub const fn refit(&self) -> bool {
        self.config.refit
    }
}

impl ModelConfig {
    /// The network for a dataset: an embedding of dimension `min(8, (levels + 1) / 2)` per category.
    #[must_use]
    pub fn network(&self, data: &Dataset) -> Network {
        let periodic = (self.frequencies > 0 && !data.continuous.is_empty()).then_some(Periodic {
            frequencies: self.frequencies,
            dimension: self.frequency_mix,
            spread: self.frequency_spread,
        });
        Network {
            numbers: data.numbers.width,
            continuous: if periodic.is_some() { data.continuous.clone() } else { Vec::new() },
            periodic,
            scale: self.scale,
            embeddings: data.cardinalities.iter().map(|&levels| (levels, levels.div_ceil(2).min(8))).collect(),
            hidden: self.hidden.clone(),
            outputs: match data.labels {
                Some(Labels::Classes { classes, .. }) if classes > 2 => classes,
                _ => 1,
            },
            activation: self.activation,
        }
    }
}

impl Pipeline for Train {
    /// Rows and the class labels in the order of their codes, empty for regression.
    type Input = (Training<Dataset>, Arc<[String]>);
    type Output = Model;

    fn name(&self) -> &'static str {
        "train"
    }

    fn run(&self, (data, labels): Self::Input, cx: &Context<'_>) -> Result<Model> {
        let data = data.get();
        check(data)?;
        let network = self.model.network(data);
        // Networks that wait for each other share the time.
        let networks = self.model.networks(data.height);
        let rounds = networks.div_ceil(cx.threads());
        let train = TrainConfig { max_time: self.config.max_time / rounds as f64, ..self.config.clone() };
        let members = parallel(cx.threads(), networks, |i| {
            let stop = Stop { seed: cx.seed().derive("stop", 0), member: i };
            let fit = Fit { network: &network, model: &self.model, train: &train, data, device: &self.device, stop };
            fit.run(&cx.part("member", i))
        })?;
        let (members, histories) = members.into_iter().unzip();
        Ok(Model { network, members, labels, histories, device: self.device.clone() })
    }
}

/// Refuses rows without inputs.
fn check_inputs(data: &Dataset) -> Result<(), TrainError> {
    if data.numbers.width == 0 && data.cardinalities.is_empty() {
        return Err(TrainError::NoInputs { reason: "every column is constant, mostly missing, an id or ignored".into() });
    }
    Ok(())
}

/// Refuses rows that nothing can be learned from.
fn check(data: &Dataset) -> Result<(), TrainError> {
    if data.height < FEWEST_ROWS {
        return Err(TrainError::TooFewRows { rows: data.height, needed: FEWEST_ROWS });
    }
    check_inputs(data)?;
    let weighed: Vec<usize> = (0..data.height).filter(|&row| data.weights[row] > 0.0).collect();
    if weighed.len() < FEWEST_ROWS {
        return Err(TrainError::TooFewWeighed { rows: weighed.len(), all: data.height, needed: FEWEST_ROWS });
    }
    let first = weighed[0];
    let one_value = match &data.labels {
        Some(Labels::Classes { codes, .. }) => weighed.iter().all(|&row| codes[row] == codes[first]),
        Some(Labels::Numbers { values, .. }) => weighed.iter().all(|&row| values[row].to_bits() == values[first].to_bits()),
        None => false,
    };
    if one_value { Err(TrainError::OneClass { rows: weighed.len() }) } else { Ok(()) }
}
