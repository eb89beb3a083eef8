//! What `mkt predict -o FILE` prints.

use schemars::JsonSchema;

/// The counts of a prediction.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
pub struct Predict {
    rows: usize,
    unusual: Vec<Unusual>,
    /// The state of the data in one line.
    health: String,
    /// With `--actions`: what the decisions came to.
    actions: Option<Actions>,
    /// Shares of missing values, 0 to 1; empty for a model file of an older version.
    null_rates: Vec<NullRate>,
}

/// What the decisions came to.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Actions {
    /// Rows to act on; `null` where nothing is decided.
    act: Option<usize>,
    /// The sum of what is to be expected of them, where `[threshold.value]` was set.
    expected_value: Option<f64>,
}

/// Share of missing values of a column.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct NullRate {
    column: String,
    /// In the rows predicted.
    data: f64,
    /// In the training rows.
    train: f64,
}

/// Values that the training rows had nothing like.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the output; the verb writes it")]
struct Unusual {
    column: String,
    /// `misfit`, `unseen`, `out_of_range` or `missing`
    what: String,
    count: usize,
    /// Counted from 1.
    first_row: usize,
    example: String,
}
