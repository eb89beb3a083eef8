use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::network::{Block, Part};

/// The kind of model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// A fully connected network with learned embeddings for categories of many levels.
    #[default]
    Mlp,
}

/// A set of settings that go together; settings written beside it win.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// The small network of Keras tutorials: 64 rectified units, Adam, 10 epochs, batches of 32.
    Article,
    /// A small network in a fraction of a second.
    Fast,
    /// Eight networks with embeddings of numbers.
    #[default]
    Default,
    /// Sixteen wider networks, for three times the time: better where a number is predicted from many rows.
    Best,
}

/// What a hidden unit does with its sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    #[default]
    Relu,
    Gelu,
    Silu,
    Selu,
    Tanh,
    Mish,
}

impl Activation {
    pub const ALL: [Self; 6] = [Self::Relu, Self::Gelu, Self::Silu, Self::Selu, Self::Tanh, Self::Mish];
}

/// Whether a linear model has a share in the predictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Blend {
    /// Where rows out of fold say that it pays.
    #[default]
    Auto,
    /// The networks alone.
    None,
}

/// The network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelConfig {
    /// The kind of model; only `mlp` so far.
    pub kind: ModelKind,
    /// `default`, `fast`, `best` or `article`: the settings of a network and its training that are not written out themselves.
    pub preset: Preset,
    /// Units of each hidden layer, first to last, each 1 to 8192; `[]` makes a linear model.
    pub hidden: Vec<usize>,
    /// `relu`, `gelu`, `silu`, `selu`, `tanh` or `mish`.
    pub activation: Activation,
    /// Learned waves per number that stand beside it, 0 to 256; 0 for none (periodic embeddings, Gorishniy et al. 2022).
    pub frequencies: usize,
    /// Values that the waves of a number are mixed to, 1 to 64.
    pub frequency_mix: usize,
    /// Spread of the first frequencies, in turns per standard deviation of the number, above 0.
    pub frequency_spread: f64,
    /// Whether each input has a learned scale of its own (Holzmüller et al. 2024).
    pub scale: bool,
    /// Share of hidden units that is dropped at random in each training step, 0 to 0.9. Default: 0.1 for classes and none for
    /// numbers, whose predictions it draws off: sums vary more in training than they do afterwards.
    pub dropout: Option<f64>,
    /// Number of networks whose predictions are averaged, 1 to 64; each has its own weights and its own rows for early stopping.
    /// 0: 4 up to 8000 training rows, and 2 for more.
    pub ensemble: usize,
    /// `auto` or `none`. `auto` gives the linear model, which is fitted beside the networks anyway, the share in the predictions that is best for
    /// the rows out of fold, up to all, where their loss falls by a hundredth and by more than its standard error: where a target is
    /// close to a weighted sum of the columns, it needs fewer rows. Never where rows are streamed, or weighed for the networks
    /// (`class_weight`, `[fairness] mitigate = "reweigh"`).
    pub blend: Blend,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self::preset(Preset::Default)
    }
}

impl ModelConfig {
    /// The network of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let default = Self {
            kind: ModelKind::Mlp,
            preset,
            hidden: vec![128, 64],
            activation: Activation::Mish,
            frequencies: 16,
            frequency_mix: 4,
            frequency_spread: 1.0,
            scale: true,
            dropout: None,
            ensemble: 8,
            blend: Blend::Auto,
        };
        match preset {
            Preset::Default => default,
            Preset::Best => Self { hidden: vec![192, 96], ensemble: 16, ..default },
            Preset::Fast => Self { hidden: vec![64], ensemble: 0, ..default },
            Preset::Article => Self {
                hidden: vec![64],
                activation: Activation::Relu,
                frequencies: 0,
                scale: false,
                dropout: Some(0.0),
                ensemble: 1,
                blend: Blend::None,
                ..default
            },
        }
    }

    /// How many networks learn from so many rows.
    #[must_use]
    pub const fn networks(&self, rows: usize) -> usize {
        match self.ensemble {
            0 if rows <= FEW => 4,
            0 => 2,
            networks => networks,
        }
    }
}

/// Rows up to which four small networks cost no more than a moment.
const FEW: usize = 8000;

/// The rule by which gradients change the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OptimizerKind {
    /// Adam (Kingma & Ba 2015); weight decay is added to the gradient.
    Adam,
    /// `AdamW` (Loshchilov & Hutter 2019); weight decay acts on the weights themselves.
    #[default]
    Adamw,
}

/// How the learning rate changes over the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The same rate throughout.
    Constant,
    /// Half a cosine from the full rate to zero (Loshchilov & Hutter 2017), after a linear rise over the first 5 % of the steps.
    #[default]
    Cosine,
    /// Cosines of growing length, each from zero to the full rate and back (`coslog4` of Holzmüller et al. 2024).
    Cycles,
    /// The full rate for the first half, then half a cosine to zero.
    FlatCosine,
}

/// How the learning rate differs between the parts of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rates {
    /// The same rate for every weight.
    #[default]
    Plain,
    /// Divided by the square root of a layer's inputs for its weights, and further factors for the other parts, as in
    /// the neural tangent parametrization (Holzmüller et al. 2024).
    Scaled,
}

/// How much each class counts in the loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every row counts the same; probabilities stay calibrated.
    #[default]
    None,
    /// Every class counts the same in sum; probabilities are then not calibrated.
    Balanced,
}

/// How the network learns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrainConfig {
    /// Most passes over the training rows, 1 to 100000; 0 chooses by their number. Classes: 32 up to 100,000 rows, then fewer with the
    /// root of their number, at least 8. Numbers: 64 up to 4000 rows, fewer down to 16 from 16,000 on, and as classes from 400,000 on.
    pub epochs: usize,
    /// Rows per step, 1 to 65536; 0 chooses by the number of rows: a hundredth of them, between 32 and 512.
    pub batch_size: usize,
    /// `adamw` or `adam`.
    pub optimizer: OptimizerKind,
    /// Full learning rate, above 0, at most 10.
    pub learning_rate: f64,
    /// `plain` or `scaled`: one learning rate for all, or one by the size of a layer.
    pub rates: Rates,
    /// `cosine`, `cycles`, `flat_cosine` or `constant`.
    pub schedule: Schedule,
    /// Weight decay, 0 to 10; biases and embeddings are left out. Default: 0.05 for classes and 0.02 for numbers.
    pub weight_decay: Option<f64>,
    /// Decay rates of the optimizer's two moments, each from 0 to below 1.
    pub betas: [f64; 2],
    /// Small number that keeps the optimizer from dividing by zero.
    pub epsilon: f64,
    /// Largest norm of a step's gradient, above 0; 0 does not clip.
    pub gradient_clip: f64,
    /// Stop after this many epochs without improvement on rows cut from the training rows, and keep the best epoch's weights; 0 trains all
    /// epochs on all rows. Default: half of the epochs for classes; for numbers all of them, of which the best is kept.
    pub early_stopping: Option<usize>,
    /// Share of the training rows that is cut off for early stopping, 0.02 to 0.5.
    pub stop_fraction: f64,
    /// Whether the final model is trained anew on all training rows. Otherwise it is the models of all folds, averaged: they are there
    /// already, and together as good or a little better on most tables, but the file has as many times the networks as there are
    /// folds, and predicting takes up to as many times as long. Rows in time, rows that are streamed and `[fairness] mitigate = "reweigh"` are
    /// always trained on anew.
    pub refit: bool,
    /// `none` or `balanced`.
    pub class_weight: ClassWeight,
    /// Most seconds that one fit of all networks may take; 0 has no limit. A run that hits it depends on the speed of the machine.
    pub max_time: f64,
    /// Every random choice of a run follows from this number.
    pub seed: u64,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self::preset(Preset::Default)
    }
}

impl TrainConfig {
    /// The training of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let default = Self {
            epochs: 0,
            batch_size: 0,
            optimizer: OptimizerKind::Adamw,
            learning_rate: 0.04,
            rates: Rates::Scaled,
            schedule: Schedule::FlatCosine,
            weight_decay: None,
            betas: [0.9, 0.95],
            epsilon: 1e-8,
            gradient_clip: 1.0,
            early_stopping: None,
            stop_fraction: 0.1,
            refit: true,
            class_weight: ClassWeight::None,
            max_time: 0.0,
            seed: 0,
        };
        match preset {
            Preset::Default | Preset::Best => default,
            Preset::Fast => Self { epochs: 20, ..default },
            Preset::Article => Self {
                epochs: 10,
                batch_size: 32,
                optimizer: OptimizerKind::Adam,
                learning_rate: 1e-3,
                rates: Rates::Plain,
                schedule: Schedule::Constant,
                weight_decay: Some(0.0),
                betas: [0.9, 0.999],
                epsilon: 1e-7,
                gradient_clip: 0.0,
                early_stopping: Some(0),
                ..default
            },
        }
    }

    /// What the learning rate is multiplied with for a block.
    #[must_use]
    pub fn rate(&self, block: &Block) -> f64 {
        match (self.rates, block.part) {
            (Rates::Plain, _) | (Rates::Scaled, Part::Table) => 1.0,
            (Rates::Scaled, Part::Weight) => 1.0 / (block.shape[0] as f64).sqrt(),
            (Rates::Scaled, Part::Scale) => 6.0,
            (Rates::Scaled, _) => 0.1,
        }
    }
}
