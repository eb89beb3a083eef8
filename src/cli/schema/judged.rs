//! What the verbs that judge models and rows print.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::assess::{Comparison, Segment, Test};
use crate::cli::diff::{ColumnChange, Flips};
use crate::cli::keys::Differs;
use crate::cli::runs::Entry;
use crate::data::Task;
use crate::metrics::{Interval, Measure, Metric, Rate};
use crate::report::{Change, Fairness, Grouping, LevelCoverage, Operating};

/// `mkt evaluate`
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Evaluate {
    rows: usize,
    task: Task,
    /// Every metric with its 95 % bootstrap interval.
    test: BTreeMap<Metric, Interval>,
    /// Rates of two classes at the threshold, and means of numbers.
    rates: BTreeMap<Rate, Interval>,
    /// From which probability on a row is called positive; `null` but for two classes.
    threshold: Option<f64>,
    /// How often intervals or sets hold the truth, at the level of the model.
    coverage: Option<LevelCoverage>,
    /// What comes of the threshold, where the model has a `[threshold.value]`.
    operating: Option<Operating>,
    /// What resamples are drawn from: `rows`, or `groups of COLUMN`.
    resampled: String,
    /// By the columns of `--by` and of gates.
    groups: Vec<Grouping>,
    gates: Vec<Gate>,
    /// By the sensitive columns of the model.
    fairness: Option<Fairness>,
    /// With `--against`.
    against: Option<Against>,
}

/// How a condition of `--fail-if` ended.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Gate {
    fail_if: String,
    passed: bool,
    value: Option<f64>,
    bound: Option<f64>,
    /// Why it failed.
    reason: Option<String>,
}

/// Another model on the same rows, as the old one.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Against {
    model: String,
    comparison: Comparison,
}

/// `mkt diff`
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Diff {
    rows: usize,
    task: Task,
    /// What resamples are drawn from: `rows`, or `groups of COLUMN`.
    resampled: String,
    measures: BTreeMap<Measure, Change>,
    /// Tests that need rows independent of each other; none where groups are drawn whole.
    tests: Vec<Test>,
    segments: Segments,
    /// `null` for numbers, which decide nothing by themselves.
    flips: Option<Flips>,
    /// Settings that are other ones.
    config: Vec<Differs>,
    /// Columns that are of another kind, role or encoding.
    columns: Vec<ColumnChange>,
}

/// Parts of the rows.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Segments {
    looked_at: usize,
    min_rows: usize,
    /// What the loss of a row is: `brier` or `absolute error`.
    loss: String,
    /// Those in which the models clearly differ.
    differ: Vec<Segment>,
}

/// `mkt drift`
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Drift {
    rows: u64,
    train_rows: u64,
    fail_above: f64,
    min_rows: u64,
    /// Whether there were enough rows.
    judged: bool,
    /// The farthest first.
    columns: Vec<Drifted>,
}

/// One column.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Drifted {
    column: String,
    /// `number`, `date` or `category`
    kind: String,
    /// Population stability index.
    psi: f64,
    /// Jensen-Shannon distance.
    js: f64,
    /// The index that rows of the same population show by chance.
    psi_by_chance: Option<f64>,
    /// Shares of missing values.
    missing: Shares,
    /// Difference of the means, in standard deviations of the training rows.
    mean_shift: Option<f64>,
    moved_most: Moved,
    /// `stable`, `shifted`, `drifted`, `not judged` or `too few rows`
    verdict: String,
}

/// A share of the training rows and of these.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Shares {
    train: f64,
    data: f64,
}

/// The bin that moved most.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Moved {
    what: String,
    train: f64,
    data: f64,
}

/// `mkt runs`
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Runs {
    runs: Vec<Entry>,
}
