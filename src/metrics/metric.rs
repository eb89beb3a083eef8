//! The names of the metrics, and which task has which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::Task;

/// A measure of how good predictions are. The order here is the order in every table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Area under the ROC curve, 0 to 1: how often a positive row ranks above a negative one, a tie counting one half.
    Auc,
    /// Average precision, 0 to 1: the precision at each positive row, averaged; equal scores are one step.
    Auprc,
    /// Mean negative logarithm of the probability of the truth, that kept within `[1e-15, 1 - 1e-15]`; from 0.
    Logloss,
    /// Mean square of truth less probability, 0 to 1 (Brier 1950).
    Brier,
    /// Expected calibration error, 0 to 1: probability against share in ten equally wide bins, weighted by rows.
    Ece,
    /// Share of rows called rightly: from the threshold on (0.5 unless chosen), or by the most probable class.
    Accuracy,
    /// Mean over the classes in the truth of the share called rightly.
    BalancedAccuracy,
    /// Harmonic mean of precision and recall from the threshold on (0.5 unless chosen).
    F1,
    /// Mean of F1 over the classes found in truth or call.
    MacroF1,
    /// Matthews correlation of truth and call from the threshold on (0.5 unless chosen), -1 to 1.
    Mcc,
    /// Largest true-positive rate less false-positive rate over all thresholds, 0 to 1 (Kolmogorov-Smirnov).
    Ks,
    /// `2 auc - 1`, -1 to 1.
    Gini,
    /// Share of positives in the tenth of the rows (rounded up) with the highest scores, over the share in all;
    /// equal scores share their places.
    Lift10,
    /// Share of rows whose true class is among the three most probable.
    Top3,
    /// Root of the mean squared error, in the unit of the target.
    Rmse,
    /// Mean absolute error, in the unit of the target.
    Mae,
    /// Mean of absolute error over absolute truth, 1 being 100 %.
    Mape,
    /// Share of the variance of the truth that is explained, up to 1; 0 for predicting its mean.
    R2,
    /// Median absolute error, in the unit of the target.
    Medae,
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_metric() {
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            assert!(Metric::of(task).contains(&Metric::main(task)));
            for metric in Metric::of(task) {
                assert_eq!(Metric::from_name(metric.name()), Some(*metric));
                assert_eq!(serde_json::to_value(metric).unwrap(), metric.name());
            }
        }
        assert_eq!(Metric::from_name("AUC"), None);
    }
}
