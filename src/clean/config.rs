use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::{Kind, Task};

/// What is to be predicted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TargetConfig {
    /// Name of the column to predict.
    pub column: String,
    /// `auto`, `binary`, `multiclass` or `regression`; `auto` decides by the values and says so.
    pub task: TaskChoice,
    /// For two classes, the label whose probability is wanted; empty takes the word for yes (`yes`, `true`, `是`, …) or for the event (`spam`, not `ham`; `cancer`, not `no cancer`), else the last label in sorted order, with a warning where most rows have it.
    pub positive: String,
}

/// The task, or the request to decide by the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskChoice {
    /// Two values: binary; text, or at most ten whole numbers: multiclass; else regression.
    #[default]
    Auto,
    Binary,
    Multiclass,
    Regression,
}

impl TaskChoice {
    /// The task, if it is chosen.
    #[must_use]
    pub const fn task(self) -> Option<Task> {
        match self {
            Self::Auto => None,
            Self::Binary => Some(Task::Binary),
            Self::Multiclass => Some(Task::Multiclass),
            Self::Regression => Some(Task::Regression),
        }
    }
}

/// What the other columns are for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnsConfig {
    /// Columns that name a row: not learned from, passed through to the predictions.
    pub id: Vec<String>,
    /// Columns that are not used, for instance because they are known only after the fact; `x*` means all that start with x.
    pub ignore: Vec<String>,
    /// Column that says how much a row counts in training.
    pub weight: Option<String>,
    /// Column whose equal values are kept on one side of every split, such as the customer of an order.
    pub group: Option<String>,
    /// Column that orders the rows in time; with it, validation predicts forward only.
    pub time: Option<String>,
    /// Columns that name protected groups; not learned from, kept for reports.
    pub sensitive: Vec<String>,
    /// Types that override the guess: `NAME = "number"`, `"category"`, `"date"`, `"text"` or `"bool"`.
    #[serde(rename = "type")]
    pub types: BTreeMap<String, Kind>,
}

/// Whether exact duplicates are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// Dropped where the table has an id column, so that they are the same row twice; else kept, and together in one fold unless each stands more than five times on average.
    #[default]
    Auto,
    /// Dropped; the first is kept.
    Drop,
    /// Kept, and together in one fold unless each stands more than five times on average.
    Keep,
}

/// What happens to rows without a target value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MissingTarget {
    #[default]
    Drop,
    Error,
}

/// What happens to columns with a single value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConstantColumns {
    #[default]
    Drop,
    Keep,
}

/// What happens to numbers far from all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outliers {
    /// Left as they are; the robust scaling dampens them.
    #[default]
    Keep,
    /// Moved to the nearest of the bounds Q1 - 3 IQR and Q3 + 3 IQR (Tukey 1977), learned on the training rows.
    Clip,
}

/// How rows and values are cleaned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CleanConfig {
    /// `auto`, `drop` or `keep` rows that are equal in every column.
    pub drop_duplicates: Duplicates,
    /// Remove spaces around text.
    pub trim: bool,
    /// Whether the day stands before the month in dates such as 03/04/2024. Default: by the values of the column; where
    /// they allow both, month first with slashes and day first with points or hyphens, with a warning.
    pub day_first: Option<bool>,
    /// `drop` rows without a target value, or take them as an `error`.
    pub missing_target: MissingTarget,
    /// `drop` or `keep` columns with a single value in the training rows.
    pub constant_columns: ConstantColumns,
    /// Leave out columns with a larger share of missing values in the training rows, 0 to 1.
    pub max_missing: f64,
    /// `keep` or `clip` numbers far from all others.
    pub outliers: Outliers,
}

impl Default for CleanConfig {
    fn default() -> Self {
        Self {
            drop_duplicates: Duplicates::default(),
            trim: true,
            day_first: None,
            missing_target: MissingTarget::default(),
            constant_columns: ConstantColumns::default(),
            max_missing: 0.98,
            outliers: Outliers::default(),
        }
    }
}

/// Texts that mean "missing" besides the empty one.
pub const NULL_VALUES: [&str; 28] = [
    "?",
    "NA",
    "N/A",
    "n/a",
    "N.A.",
    "n.a.",
    "#N/A",
    "#NA",
    "#N/A N/A",
    "<NA>",
    "NaN",
    "nan",
    "NAN",
    "null",
    "Null",
    "NULL",
    "(null)",
    "<null>",
    "\\N",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "缺失",
    "缺失值",
    "缺失數據",
];
