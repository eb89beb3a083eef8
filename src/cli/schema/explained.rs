//! What the verbs that explain models print.
#![expect(clippy::struct_field_names, reason = "fields are named as the keys of the output")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::metrics::Metric;
use crate::report::{Dependence, GroupImportance, Loss};

/// `mkt explain`: the model as a whole, or, with `--row` or `--each`, rows.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub enum Explain {
    Whole(Whole),
    Rows(Rows),
}

/// Which columns matter, and how.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Whole {
    rows: usize,
    /// `permutation`, or `mean_abs_shapley` for rows without a target
    method: String,
    metric: Metric,
    /// Most important first.
    importance: Vec<Importance>,
    /// Columns that go together, shuffled as one.
    groups: Vec<GroupImportance>,
    /// The same for rows without a target.
    together: Vec<Together>,
    /// From which association on columns go together.
    group_bound: f64,
    dependence: Vec<Dependence>,
}

/// How much a column matters.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Importance {
    column: String,
    /// What each metric loses when the column is shuffled; with `permutation`.
    loss: Option<BTreeMap<Metric, Loss>>,
    /// With `mean_abs_shapley`, and its standard error.
    mean_abs_contribution: Option<f64>,
    error: Option<f64>,
}

/// Columns that go together.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Together {
    columns: Vec<String>,
    /// The weakest association of two of them, 0 to 1.
    strength: f64,
}

/// Why rows are predicted as they are.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Rows {
    /// `probability`, `log_odds` or `target`
    scale: String,
    background_rows: usize,
    rows: Vec<Row>,
}

/// One row: `base` and the contributions sum up to `prediction`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Row {
    /// Counted from 1.
    row: usize,
    /// Values of the id columns.
    ids: BTreeMap<String, String>,
    /// The class whose probability is explained; `null` for a number.
    class: Option<String>,
    /// Mean prediction of the background rows.
    base: f64,
    prediction: f64,
    /// Shapley values, strongest first.
    contributions: Vec<Contribution>,
}

/// What one column contributes.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Contribution {
    column: String,
    value: String,
    contribution: f64,
    /// Standard error, where it can be told.
    error: Option<f64>,
}

/// `mkt whatif`: curves, with `--flip` changes that flip a decision, with `--best` combinations.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub enum Whatif {
    Curves(Curves),
    Flips(Flips),
    Best(Best),
}

/// How predictions go with the varied columns.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Curves {
    /// What is predicted, in words.
    what: String,
    networks: usize,
    /// The mean over the rows for every combination of values.
    mean: Vec<Mean>,
    rows: Vec<Curve>,
}

/// One combination.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Mean {
    values: BTreeMap<String, Value>,
    mean: f64,
    networks: Option<Range>,
    /// Columns whose value lies outside the range of the training rows.
    outside: Vec<String>,
}

/// Smallest and largest among the networks.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Range {
    low: f64,
    high: f64,
}

/// One row.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Curve {
    row: usize,
    ids: BTreeMap<String, String>,
    prediction: f64,
    /// For every combination, in the order of `mean`.
    curve: Vec<Point>,
    /// By column, at the row's own value.
    elasticity: BTreeMap<String, Option<f64>>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Point {
    prediction: f64,
    networks: Option<Range>,
}

/// The smallest change that flips the decision on each row.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Flips {
    flipped: usize,
    rows: Vec<Flipped>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Flipped {
    row: usize,
    ids: BTreeMap<String, String>,
    decision: String,
    value: f64,
    /// `null` where none was found.
    flip: Option<Flip>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Flip {
    decision: String,
    value: f64,
    changes: Vec<Change>,
    distance: f64,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Change {
    column: String,
    from: String,
    to: String,
    distance: f64,
}

/// The combinations with the best mean prediction.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Best {
    what: String,
    combinations: usize,
    rows: usize,
    /// Mean prediction of the rows as they are.
    now: f64,
    best: Vec<Combination>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Combination {
    values: BTreeMap<String, Value>,
    mean: f64,
    networks: Option<Range>,
    /// Why it is unlike the training rows.
    unlike: Vec<String>,
}
