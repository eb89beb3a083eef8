mod explained;
mod judged;
mod predicted;

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
use explained::{Explain, Whatif};
use judged::{Diff, Drift, Evaluate, Runs};
use predicted::Predict;

/// JSON Schemas for editors and scripts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of the config file, of metrics.json, or of what a verb prints with `--format json`
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    Config,
    Metrics,
    Predict,
    Evaluate,
    Diff,
    Explain,
    Whatif,
    Drift,
    Runs,
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

/// What a verb prints with `--format json`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Printed<M> {
    schema_version: u32,
    mkt_version: String,
    /// The verb.
    command: String,
    /// `ok` or `failed`
    status: String,
    exit_code: u8,
    warnings: Vec<Warning>,
    /// Paths of files by what they are, such as `model`.
    artifacts: BTreeMap<String, String>,
    metrics: Answer<M>,
    /// Why it failed: an error, or a gate that did not pass.
    error: Option<Failure>,
}

/// Nothing where the verb failed before it had an answer.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
enum Answer<M> {
    Found(M),
    Nothing(Nothing),
}

/// No answer.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Failure {
    /// A word for programs, stable between versions.
    code: String,
    message: String,
}

impl Args {
    pub fn run(&self, app: &App) -> Output {
        let schema: Value = match self.of {
            Of::Config => schema_for!(Config).to_value(),
            Of::Metrics => schema_for!(Metrics).to_value(),
            Of::Predict => schema_for!(Printed<Predict>).to_value(),
            Of::Evaluate => schema_for!(Printed<Evaluate>).to_value(),
            Of::Diff => schema_for!(Printed<Diff>).to_value(),
            Of::Explain => schema_for!(Printed<Explain>).to_value(),
            Of::Whatif => schema_for!(Printed<Whatif>).to_value(),
            Of::Drift => schema_for!(Printed<Drift>).to_value(),
            Of::Runs => schema_for!(Printed<Runs>).to_value(),
        };
        let text = if app.json() { String::new() } else { format!("{schema:#}\n") };
        Output::new(text, json!({"schema": schema}))
    }
}
