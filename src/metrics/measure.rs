//! What can be measured on a group of rows: the metrics, and the plain rates that groups are compared by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Metric;
use crate::data::Task;

/// A share or a mean of rows. Those of two classes are at the model's threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Share of rows that are truly positive.
    BaseRate,
    /// Share of rows that are called positive.
    SelectionRate,
    /// Share of the positive rows that are called so (recall, sensitivity).
    Tpr,
    /// Share of the negative rows that are called positive.
    Fpr,
    /// Share of the positive rows that are missed.
    Fnr,
    /// Share of the rows called positive that are so (precision).
    Ppv,
    /// Share of the rows called negative that are so.
    Npv,
    /// Mean of the truth, in the unit of the target.
    MeanTruth,
    /// Mean predicted probability of the positive class, or mean prediction in the unit of the target.
    MeanPredicted,
    /// Mean prediction less mean truth: above 0 the rows are rated too high.
    Bias,
}

impl Rate {
    /// The rates of a task, in order; none for three or more classes.
    #[must_use]
    pub const fn of(task: Task) -> &'static [Self] {
        match task {
            Task::Binary => &[
                Self::BaseRate,
                Self::SelectionRate,
                Self::Tpr,
                Self::Fpr,
                Self::Fnr,
                Self::Ppv,
                Self::Npv,
                Self::MeanPredicted,
                Self::Bias,
            ],
            Task::Multiclass => &[],
            Task::Regression => &[Self::MeanTruth, Self::MeanPredicted, Self::Bias],
        }
    }

    /// The name in files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BaseRate => "base_rate",
            Self::SelectionRate => "selection_rate",
            Self::Tpr => "tpr",
            Self::Fpr => "fpr",
            Self::Fnr => "fnr",
            Self::Ppv => "ppv",
            Self::Npv => "npv",
            Self::MeanTruth => "mean_truth",
            Self::MeanPredicted => "mean_predicted",
            Self::Bias => "bias",
        }
    }

    /// Whether it is a share of rows that are right or not, one by one.
    #[must_use]
    pub const fn is_share(self) -> bool {
        !matches!(self, Self::MeanTruth | Self::MeanPredicted | Self::Bias)
    }
}

/// A metric or a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Measure {
    Metric(Metric),
    Rate(Rate),
}

impl Measure {
    /// All measures of a task, metrics first.
    pub fn of(task: Task) -> impl Iterator<Item = Self> {
        let metrics = Metric::of(task).iter().map(|&m| Self::Metric(m));
        metrics.chain(Rate::of(task).iter().map(|&r| Self::Rate(r)))
    }

    /// The name in files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Metric(metric) => metric.name(),
            Self::Rate(rate) => rate.name(),
        }
    }

    /// The measure of that name; `recall` and `precision` are other names of `tpr` and `ppv`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = match name {
            "recall" => "tpr",
            "precision" => "ppv",
            name => name,
        };
        [Task::Binary, Task::Multiclass, Task::Regression].into_iter().flat_map(Self::of).find(|m| m.name() == name)
    }

    /// Whether more is better; `None` where neither is.
    #[must_use]
    pub const fn higher_is_better(self) -> Option<bool> {
        match self {
            Self::Metric(metric) => Some(metric.higher_is_better()),
            Self::Rate(Rate::Tpr | Rate::Ppv | Rate::Npv) => Some(true),
            Self::Rate(Rate::Fpr | Rate::Fnr) => Some(false),
            Self::Rate(_) => None,
        }
    }

    /// Whether it is a share of rows, each of them right or not.
    #[must_use]
    pub const fn is_share(self) -> bool {
        match self {
            Self::Metric(metric) => matches!(metric, Metric::Accuracy | Metric::Top3),
            Self::Rate(rate) => rate.is_share(),
        }
    }

    /// Whether it is never below 0, so that the ratio of two of them says something.
    #[must_use]
    pub const fn has_ratio(self) -> bool {
        match self {
            Self::Metric(metric) => !matches!(metric, Metric::Mcc | Metric::Gini | Metric::R2),
            Self::Rate(rate) => rate.is_share(),
        }
    }
}

impl From<Metric> for Measure {
    fn from(metric: Metric) -> Self {
        Self::Metric(metric)
    }
}

impl From<Rate> for Measure {
    fn from(rate: Rate) -> Self {
        Self::Rate(rate)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_name_leads_back_and_is_the_key_in_files() {
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            for measure in Measure::of(task) {
                assert_eq!(Measure::from_name(measure.name()), Some(measure));
                let map = BTreeMap::from([(measure, 1)]);
                let text = serde_json::to_string(&map).unwrap();
                assert_eq!(text, format!("{{\"{}\":1}}", measure.name()));
                assert_eq!(serde_json::from_str::<BTreeMap<Measure, i32>>(&text).unwrap(), map);
            }
        }
        assert_eq!(Measure::from_name("recall"), Some(Measure::Rate(Rate::Tpr)));
        assert_eq!(Measure::from_name("sensitivity"), None);
    }
}
