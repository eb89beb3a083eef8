use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Explanations;
use super::config::Language;
use super::decisions::Decisions;
use super::details::Details;
use super::fairness::Fairness;
use crate::data::{ColumnHealth, History, RuleCount, Task};
use crate::metrics::{Interval, Metric, Spread};
use crate::pipeline::{Alike, Warning, alike};

/// Everything a report says about one run; the same numbers feed the terminal, the page and `metrics.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub schema_version: u32,
    pub mkt_version: String,
    /// Name of the run.
    pub name: String,
    /// The source as the user named it.
    pub source: String,
    pub task: Task,
    /// Name of the target column.
    pub target: String,
    /// Class labels in the order of their codes; for a binary task the positive one is last; empty for regression.
    pub labels: Vec<String>,
    pub rows: RowCounts,
    /// How often each label stands in the rows used, in the order of `labels`; empty for regression.
    pub class_counts: Vec<usize>,
    pub columns: Vec<ColumnHealth>,
    /// What cleaning touched.
    pub cleaned: Vec<RuleCount>,
    /// How the rows were split, in words.
    pub split: String,
    /// The network, in words.
    pub network: String,
    /// Metrics of the summary, in order; empty shows the usual ones of the task.
    #[serde(default)]
    pub shown: Vec<Metric>,
    pub model: Scored,
    /// The prior (classes) or the mean (numbers).
    pub baseline: Scored,
    /// Ridge or logistic regression on the same inputs.
    pub linear: Scored,
    pub histories: Vec<History>,
    /// What the figures show; on the test part where there is one, else out of fold.
    pub curves: Curves,
    /// More figures, and how the columns are spread.
    #[serde(default)]
    pub details: Details,
    /// Most important first.
    pub importance: Vec<Importance>,
    /// How the groups of the sensitive columns are treated; absent where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fairness: Option<Fairness>,
    /// The threshold and the intervals; absent in records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Decisions>,
    /// Why and where the model is right; absent in records of older versions.
    #[serde(default)]
    pub explanations: Option<Explanations>,
    pub warnings: Vec<Warning>,
    pub timing: Timing,
    /// Most memory the process held, in MiB; absent where the system does not tell.
    pub peak_rss_mb: Option<f64>,
    /// Checksum of the rows learned from and judged by.
    pub data_hash: String,
    pub seed: u64,
    /// The language of the page.
    #[serde(default)]
    pub language: Language,
    /// What the user says the model is for.
    #[serde(default)]
    pub intended_use: String,
    /// What else the user wants readers to know.
    #[serde(default)]
    pub notes: String,
    /// Whether it was made from a model file alone, which knows less than the folder of its run.
    #[serde(default)]
    pub partial: bool,
}

/// Rows on their way from the source to the model.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct RowCounts {
    pub collected: usize,
    /// Left after cleaning.
    pub used: usize,
    pub train: usize,
    pub test: usize,
}

/// Scores of one model through the folds and on the test part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scored {
    pub cv: BTreeMap<Metric, Spread>,
    /// Empty where there is no test part.
    pub test: BTreeMap<Metric, Interval>,
}

/// The points of the figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// `test` or `out of fold`.
    pub rows: String,
    /// Binary: false-positive rate, true-positive rate.
    pub roc: Vec<[f64; 2]>,
    /// Binary: recall, precision.
    pub precision_recall: Vec<[f64; 2]>,
    /// Classes: mean predicted probability, observed share, rows in the bin.
    pub calibration: Vec<[f64; 3]>,
    /// Classes: `confusion[truth][predicted]`.
    pub confusion: Vec<Vec<usize>>,
    /// Regression: truth, prediction, at most 2000 rows drawn with the seed.
    pub scatter: Vec<[f64; 2]>,
}

/// How much the main metric suffers when one column is shuffled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    pub column: String,
    /// Loss of the main metric, positive where the column helps: mean and standard deviation over shuffles.
    pub mean: f64,
    pub sd: f64,
}

/// Seconds of each part of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    pub collect_s: f64,
    pub clean_s: f64,
    pub normalize_s: f64,
    pub train_s: f64,
    pub validate_s: f64,
    pub total_s: f64,
}

impl Record {
    /// What people are warned of: what scores say themselves is left out.
    #[must_use]
    pub fn told(&self) -> Vec<Alike<'_>> {
        alike(self.warnings.iter().filter(|warning| !warning.is_note()))
    }

    /// Whether a rival scores at least as well on the test part, by the main metric.
    #[must_use]
    pub fn fails_on_test(&self, rival: &Scored) -> bool {
        let metric = Metric::main(self.task);
        let [own, other] = [&self.model, rival].map(|scored| scored.test.get(&metric).and_then(|i| i.value));
        let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
        own.zip(other).is_some_and(|(own, other)| sign * (own - other) <= 0.0)
    }

    /// Whether a true value of 0 leaves the error as a share of it without a meaning.
    #[must_use]
    pub fn is_mape_undefined(&self) -> bool {
        let (folds, test) = (self.model.cv.get(&Metric::Mape), self.model.test.get(&Metric::Mape));
        let undefined =
            folds.is_some_and(|s| s.folds.iter().any(Option::is_none)) || test.is_some_and(|interval| interval.value.is_none());
        self.task == Task::Regression && undefined
    }

    /// Whether each group of the sensitive columns is decided by its own threshold.
    #[must_use]
    pub fn has_group_thresholds(&self) -> bool {
        let mitigation = self.fairness.as_ref().and_then(|f| f.mitigation.as_ref());
        mitigation.is_some_and(|m| !m.thresholds.is_empty())
    }

    /// What a row has to be expected to gain at least, where each is decided by its own amounts.
    #[must_use]
    pub fn least_gain(&self) -> Option<f64> {
        self.decisions.as_ref()?.threshold.as_ref()?.least_gain
    }

    /// How many columns the final model sees.
    #[must_use]
    pub fn learned(&self) -> usize {
        let seen = |c: &&ColumnHealth| c.role != "target" && !c.encoding.is_empty() && !c.encoding.starts_with("left out");
        self.columns.iter().filter(seen).count()
    }
}
