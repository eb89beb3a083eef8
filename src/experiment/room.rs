//! Whether the networks of a run fit into the memory that it may take.

use crate::config::{Config, Stages};
use crate::data::{Dataset, Labels, Matrix};
use crate::error::{LimitError, Result};
use crate::memory;
use crate::pipeline::{Context, Pipeline};
use crate::train::ModelConfig;
use crate::validate::Splits;

/// Copies of the weights while a network learns: weights, the best ones so far, two moments, gradient, packed for both ways.
const FIT: usize = 7;
/// Copies of the final networks while they are written: themselves, the file, and what is read back from it.
const WRITTEN: usize = 3;
/// Vectors in double precision that a linear model is fitted by: ten pairs of steps, and five others.
const LINEAR: usize = 25;
/// Bytes of networks that any run takes, with the program itself and its buffers.
pub const USUAL: u64 = 20_000_000;
/// Copies of the encoded rows of a fold: as they are learned from, and in an order of their own.
const ROWS: usize = 2;

/// How many networks a run holds at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How often rows are cross-validated.
    pub folds: usize,
    pub ensemble: usize,
    pub threads: usize,
    /// Whether all networks of every fold are kept, and not just the first one.
    pub whole: bool,
    /// Whether the final model is learned anew.
    pub refit: bool,
}

impl Held {
    /// As the settings have it; `folds` are drawn, of which the smallest learns from so many rows, and `tested` says whether
    /// rows are left for a test part.
    #[must_use]
    pub const fn new(config: &Config, folds: usize, rows: usize, tested: bool, threads: usize) -> Self {
        let refit = config.train.refit;
        Self { folds, ensemble: config.model.networks(rows), threads, whole: !refit || !tested, refit }
    }

    /// Most copies of the weights of one network at a time.
    #[must_use]
    pub fn copies(self) -> usize {
        let Self { folds, ensemble, threads, whole, refit } = self;
        let kept = folds * if whole { ensemble } else { 1 };
        let validated = kept + threads.min(folds) * (ensemble + FIT);
        let last = if refit { ensemble } else { folds * ensemble };
        let learned = kept + last + if refit { threads.min(ensemble) * FIT } else { 0 };
        validated.max(learned).max(WRITTEN * last)
    }

    /// Bytes that networks of so many weights take.
    #[must_use]
    pub fn bytes(self, weights: usize) -> u64 {
        (self.copies() as u64).saturating_mul(weights as u64).saturating_mul(size_of::<f32>() as u64)
    }
}

/// Weights of a network for a table of so many columns of numbers; other columns have fewer, but for those of many levels.
#[must_use]
pub fn weights_of_columns(model: &ModelConfig, columns: usize) -> usize {
    let numbers = Matrix { values: Vec::new(), width: columns };
    let labels = Some(Labels::Numbers { values: Vec::new(), reach: f32::INFINITY });
    let data = Dataset { numbers, continuous: (0..columns).collect(), labels, ..Dataset::default() };
    model.network(&data).len()
}

/// Refuses a table whose networks do not fit beside what is held already, before any of them is made: what its columns become is
/// only known here.
///
/// # Errors
/// [`LimitError::Networks`], or if a column cannot be learned from.
pub fn check(config: &Config, stages: &Stages, splits: &Splits, cx: &Context<'_>) -> Result<()> {
    let (training, holdout) = splits.last.split(&splits.frame);
    let rows = training.get().height();
    let normalizer = stages.learn.normalize.run(training, &cx.part("room", 0))?;
    let (data, _) = normalizer.packing().unpack(&[]);
    let network = config.model.network(&data);
    let fewest = splits.folds.iter().map(|fold| fold.train().len()).min().unwrap_or(rows);
    let held = Held::new(config, splits.folds.len(), fewest, holdout.get().height() > 0, cx.threads());
    let networks = held.bytes(network.len());
    let inputs = data.numbers.width + data.cardinalities.iter().sum::<usize>();
    let fits = held.threads.min(held.folds) as u64;
    let linear = fits * (LINEAR * size_of::<f64>() * (inputs + 1) * network.outputs) as u64;
    // What the table's own columns take is counted by what they are; levels may become many more.
    let more = data.numbers.width.saturating_sub(splits.frame.data.width());
    let encoded = fits * (ROWS * size_of::<f32>() * rows) as u64 * more as u64;
    let (needed, limit) = (networks.max(linear) + encoded, stages.collect.max_memory());
    let used = memory::held();
    if needed <= USUAL || used.saturating_add(needed) <= limit {
        return Ok(());
    }
    let (inputs, weights) = (network.width(), network.len());
    Err(LimitError::Networks { inputs, weights, copies: held.copies(), needed, used, limit }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_that_are_held_are_counted_by_hand() {
        let held = Held { folds: 5, ensemble: 8, threads: 2, whole: false, refit: true };
        // One of each fold, two folds that learn their last networks: 5 + 2 x (8 + 7).
        assert_eq!((held.copies(), held.bytes(1000)), (35, 140_000));
        // All of each fold: 40 + 2 x 15.
        assert_eq!(Held { whole: true, ..held }.copies(), 70);
        // The networks of the folds are the model, and are written: 3 x 40.
        assert_eq!(Held { whole: true, refit: false, ..held }.copies(), 120);
        // 2 + 1 x (1 + 7) of two folds with one network each.
        assert_eq!(Held { folds: 2, ensemble: 1, threads: 1, ..held }.copies(), 10);
    }

    #[test]
    fn a_column_of_numbers_has_its_waves_and_its_row_of_the_first_layer() {
        let model = ModelConfig::default();
        let more = weights_of_columns(&model, 1001) - weights_of_columns(&model, 1000);
        let (waves, mixed) = (model.frequencies, model.frequency_mix);
        let scale = usize::from(model.scale);
        assert_eq!(more, 2 * waves + waves * mixed + mixed + (1 + mixed) * (model.hidden[0] + scale));
    }
}
