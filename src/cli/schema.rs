use std::collections::BTreeMap;

use clap::ValueEnum;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::App;
use super::output::Output;
use crate::config::Config;
use crate::data::Task;
use crate::metrics::{Interval, Metric, Spread};
use crate::pipeline::Warning;
use crate::report::{Decisions, Fairness, Scored, Timing};

/// JSON Schemas for editors and scripts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of the config file, of metrics.json, or of what `predict --format json` prints
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    Config,
    Metrics,
    Predict,
}

/// `metrics.json`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the file; the record writes it")]
struct Metrics {
    schema_version: u32,
    task: Task,
    /// Rows left after cleaning.
    rows: usize,
    /// Scores through the folds.
    cv: BTreeMap<Metric, Spread>,
    /// Scores on the test part with 95 % bootstrap intervals; empty without a test part.
    test: BTreeMap<Metric, Interval>,
    /// The prior (classes) or the mean (numbers).
    baseline: Scored,
    /// Logistic or ridge regression on the same inputs.
    linear: Scored,
    /// The threshold and what comes of it; how often intervals or sets hold the truth.
    decisions: Decisions,
    timing: Timing,
    /// Most memory the process held, in MiB.
    peak_rss_mb: Option<f64>,
    /// How the groups of the sensitive columns are treated; absent where none is named.
    fairness: Option<Fairness>,
}

/// What `mkt predict -o FILE --format json` prints.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Predict {
    schema_version: u32,
    mkt_version: String,
    /// `predict`
    command: String,
    /// `ok` or `failed`
    status: String,
    exit_code: u8,
    warnings: Vec<Warning>,
    /// Paths: `predictions` and `model`.
    artifacts: BTreeMap<String, String>,
    metrics: PredictMetrics,
    error: Option<BTreeMap<String, String>>,
}

/// The counts of a prediction.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct PredictMetrics {
    rows: usize,
    unusual: Vec<PredictUnusual>,
    /// The state of the data in one line.
    health: String,
    /// With `--actions`: what the decisions came to.
    actions: Option<PredictActions>,
    /// Shares of missing values, 0 to 1; empty for a model file of an older version.
    null_rates: Vec<PredictNullRate>,
}

/// What the decisions came to.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct PredictActions {
    /// Rows to act on; `null` where nothing is decided.
    act: Option<usize>,
    /// The sum of what is to be expected of them, where `[threshold.value]` was set.
    expected_value: Option<f64>,
}

/// Share of missing values of a column.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct PredictNullRate {
    column: String,
    /// In the rows predicted.
    data: f64,
    /// In the training rows.
    train: f64,
}

/// Values that the training rows had nothing like.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct PredictUnusual {
    column: String,
    /// `misfit`, `unseen`, `out_of_range` or `missing`
    what: String,
    count: usize,
    /// Counted from 1.
    first_row: usize,
    example: String,
}

impl Args {
    pub fn run(&self, app: &App) -> Output {
        let schema: Value = match self.of {
            Of::Config => schema_for!(Config).to_value(),
            Of::Metrics => schema_for!(Metrics).to_value(),
            Of::Predict => schema_for!(Predict).to_value(),
        };
        let text = if app.json() { String::new() } else { format!("{schema:#}\n") };
        Output::new(text, json!({"schema": schema}))
    }
}
