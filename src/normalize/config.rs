use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How numbers are scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Numbers {
    /// `(x - mean) / sd`.
    Standard,
    /// `(x - min) / (max - min)`.
    Minmax,
    /// `(x - median) / IQR`, then smoothly clipped to (-3, 3) by `x / sqrt(1 + (x / 3)^2)` (Holzmüller et al. 2024).
    Robust,
    /// The normal score of the value's rank among the training rows.
    #[default]
    Quantile,
    /// As they are.
    None,
}

/// What stands for a missing number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// The median of the training rows, and an indicator beside it where the training rows have gaps.
    #[default]
    Median,
    /// The mean of the training rows, and an indicator as above.
    Mean,
}

/// How categories become numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Categories {
    /// One-hot up to `onehot_max` levels, a learned embedding above.
    #[default]
    Auto,
    Onehot,
    Embedding,
}

/// What happens to a level that the training rows did not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unseen {
    /// It shares a reserved level with the rare ones, and is counted.
    #[default]
    Rare,
    /// It ends the run.
    Error,
}

/// How dates become numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dates {
    /// The days as a number, and month, weekday and hour as sine and cosine where they vary.
    #[default]
    Parts,
    /// Left out.
    None,
}

/// How a numeric target is scaled for training; predictions are in its own unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TargetScaling {
    /// `(y - mean) / sd`.
    #[default]
    Standard,
    /// The logarithm, then as `standard`: for amounts whose errors count in percent. A prediction is then the typical (median) value rather than the mean.
    Log,
    /// As it is.
    None,
}

/// How columns become numbers for the network. Everything is learned on training rows only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NormalizeConfig {
    /// `quantile`, `robust`, `standard`, `minmax` or `none`.
    pub numbers: Numbers,
    /// `median` or `mean` stands for a missing number.
    pub missing: Missing,
    /// Whether the smallest or largest value of a number is taken as missing where it is one that is written for that (0, -1 to -9, 99, 999 and the like), at least three rows have it and it lies far from all others, such as 0 for a length or 999 for a number of days; it is then named in a warning.
    pub disguised_gaps: bool,
    /// `auto`, `onehot` or `embedding`.
    pub categories: Categories,
    /// Most levels that are one-hot encoded where `categories` is `auto`, 0 to 1000.
    pub onehot_max: usize,
    /// A number also has a learned embedding of each frequent value where one value fills at least half of the rows beside at most 255 others, or where the target jumps from each value to the next, as it does along numbers of shops; if these are at most so many, 0 to 10000; 0 never.
    pub number_levels: usize,
    /// Levels with fewer training rows share the reserved level for rare and unseen ones, 1 or more.
    pub min_frequency: usize,
    /// `rare` or `error` for a level that the training rows did not have.
    pub unseen: Unseen,
    /// `parts` or `none`.
    pub dates: Dates,
    /// `standard`, `log` or `none`: how a numeric target is scaled for training. `log` needs targets above 0, is for errors that count in percent, and predicts the typical (median) value rather than the mean.
    pub target: TargetScaling,
    /// Whether predicted numbers stay between the smallest and the largest target of the training rows. Leave it off where the target grows over time. Where no training row is below 0, no prediction is, whatever is set here.
    pub clamp_target: bool,
}

impl Default for NormalizeConfig {
    fn default() -> Self {
        Self {
            numbers: Numbers::default(),
            missing: Missing::default(),
            disguised_gaps: true,
            categories: Categories::default(),
            onehot_max: 32,
            number_levels: 1000,
            min_frequency: 5,
            unseen: Unseen::default(),
            dates: Dates::default(),
            target: TargetScaling::default(),
            clamp_target: false,
        }
    }
}
