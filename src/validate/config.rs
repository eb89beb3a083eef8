use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How rows are divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SplitKind {
    /// `time` where `[columns] time` is set, `group` where `group` is set, else `stratified` for classes and `random` for numbers.
    #[default]
    Auto,
    /// At random.
    Random,
    /// At random, every part with the classes in proportion.
    Stratified,
    /// Rows of one group on one side, classes in proportion as far as groups permit.
    Group,
    /// Forward: every model is judged by rows later than those it learned from.
    Time,
    /// As a column says: its value names the fold, `test` the test part.
    Column,
}

/// How the model is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ValidateConfig {
    /// Number of folds, 2 to 100.
    pub folds: usize,
    /// How often the folds are drawn anew, 1 to 100; time and column splits are drawn once.
    pub repeats: usize,
    /// `auto`, `random`, `stratified`, `group`, `time` or `column`. Rows equal in every feature stay together in all but `time` and `column`, unless each stands more than five times on average.
    pub split: SplitKind,
    /// Column that names the fold of each row, for `split = "column"`.
    pub column: Option<String>,
    /// Share of the rows that nothing touches until the end, 0 to 0.9; 0 makes no test part. Not used where `[collect] test` names a source.
    pub test_fraction: f64,
    /// For `time`: how many distinct moments are left out between the rows learned from and those that judge.
    pub gap: usize,
    /// Metrics of the summary, in order; empty shows the usual ones of the task. All are computed in any case.
    pub metrics: Vec<String>,
    /// Resamples behind the 95 % intervals on the test part, 0 to 100000; 0 makes none.
    pub bootstrap: usize,
}

impl Default for ValidateConfig {
    fn default() -> Self {
        Self {
            folds: 5,
            repeats: 1,
            split: SplitKind::Auto,
            column: None,
            test_fraction: 0.2,
            gap: 0,
            metrics: Vec::new(),
            bootstrap: 1000,
        }
    }
}
