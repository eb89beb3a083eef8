//! Scores from predictions and truth: pure functions, each with its textbook definition.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::Task;

/// A measure of how good predictions are. The order here is the order in every table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    Auc,
    Auprc,
    Logloss,
    Brier,
    Ece,
    Accuracy,
    BalancedAccuracy,
    F1,
    MacroF1,
    Mcc,
    Ks,
    Gini,
    Lift10,
    Top3,
    Rmse,
    Mae,
    Mape,
    R2,
    Medae,
}

/// One metric over the folds; an undefined fold is `None` and left out of mean and sd.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    pub mean: Option<f64>,
    /// Sample standard deviation (n - 1).
    pub sd: Option<f64>,
    pub folds: Vec<Option<f64>>,
}

/// One metric with its 95 % bootstrap interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// One value per metric; `None` where it is undefined.
pub type Scores = BTreeMap<Metric, Option<f64>>;

impl Metric {
    /// The metrics of a task, in order.
    #[must_use]
    pub const fn of(task: Task) -> &'static [Self] {
        match task {
            Task::Binary => &[
                Self::Auc,
                Self::Auprc,
                Self::Logloss,
                Self::Brier,
                Self::Ece,
                Self::Accuracy,
                Self::BalancedAccuracy,
                Self::F1,
                Self::Mcc,
                Self::Ks,
                Self::Gini,
                Self::Lift10,
            ],
            Task::Multiclass => &[Self::Logloss, Self::Accuracy, Self::BalancedAccuracy, Self::MacroF1, Self::Top3],
            Task::Regression => &[Self::Rmse, Self::Mae, Self::Mape, Self::R2, Self::Medae],
        }
    }

    /// The metric that a task is first judged by.
    #[must_use]
    pub const fn main(task: Task) -> Self {
        match task {
            Task::Binary => Self::Auc,
            Task::Multiclass => Self::Logloss,
            Task::Regression => Self::Rmse,
        }
    }

    /// The name in files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auc => "auc",
            Self::Auprc => "auprc",
            Self::Logloss => "logloss",
            Self::Brier => "brier",
            Self::Ece => "ece",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::F1 => "f1",
            Self::MacroF1 => "macro_f1",
            Self::Mcc => "mcc",
            Self::Ks => "ks",
            Self::Gini => "gini",
            Self::Lift10 => "lift10",
            Self::Top3 => "top3",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::Mape => "mape",
            Self::R2 => "r2",
            Self::Medae => "medae",
        }
    }

    /// The metric of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Task::Binary, Task::Multiclass, Task::Regression].iter().flat_map(|t| Self::of(*t)).copied().find(|m| m.name() == name)
    }

    /// Whether more is better.
    #[must_use]
    pub const fn higher_is_better(self) -> bool {
        !matches!(self, Self::Logloss | Self::Brier | Self::Ece | Self::Rmse | Self::Mae | Self::Mape | Self::Medae)
    }
}
