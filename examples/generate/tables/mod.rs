//! Tables of a known ground truth and realistic dirt, a function of [`SEED`] alone.
//!
//! Each table draws clean rows, computes the true probability (or mean) from a nonlinear function with
//! interactions, draws the target from it, and only then spoils the cells.

mod article;
mod churn;
mod conversion;
mod credit;
mod demand;
mod renewal;
mod score;
mod sheet;

use serde_json::{Value, json};

/// Where all the randomness of the tables starts.
pub const SEED: u64 = 20_250_601;

/// One table ready to be written.
pub struct Made {
    /// File name, such as `churn.csv`.
    pub file: &'static str,
    pub csv: String,
    /// Other files that belong to the table, such as the orders of its customers.
    pub beside: Vec<(&'static str, String)>,
    /// Rows, target and best reachable scores, as in `truth.json`.
    pub truth: Value,
}

/// Every table, in the order of `truth.json`.
pub fn all() -> Vec<Made> {
    vec![churn::make(), conversion::make(), demand::make(), credit::make(), article::make(), renewal::make()]
}

/// The text of `truth.json`.
pub fn truth(made: &[Made]) -> String {
    let tables: Vec<_> = made.iter().map(|table| &table.truth).collect();
    format!("{:#}\n", json!({ "schema_version": 1, "seed": SEED, "tables": tables }))
}

/// Adds the fields of one JSON object to another.
fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
