use serde::{Deserialize, Serialize};

use super::Kind;

/// What is known of one column of the source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ColumnHealth {
    pub name: String,
    pub kind: Kind,
    /// `feature`, `id`, `target`, `weight`, `group`, `time`, `fold` or `ignored`.
    pub role: String,
    /// Why this kind and role.
    pub reason: String,
    pub missing: usize,
    pub distinct: usize,
    /// Smallest, mean and largest value of a number.
    pub range: Option<[f64; 3]>,
    /// Most frequent levels of a category with their counts, at most five.
    pub top: Vec<(String, usize)>,
    /// How the final model sees it: `3 one-hot levels`, `scaled`, or why it was left out.
    pub encoding: String,
}

/// One rule of cleaning and how many rows or values it touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    pub rule: String,
    pub column: Option<String>,
    pub count: usize,
}
