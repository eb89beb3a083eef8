use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of values a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Amounts and measurements: `f64`, missing is null.
    Number,
    /// One of a limited set of levels, as text.
    Category,
    /// A day or a moment: microseconds since 1970-01-01, without a time zone.
    Date,
    /// Free text: reported, not learned from.
    Text,
    /// Two levels that mean yes and no, as text.
    Bool,
}

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Learned from.
    Feature,
    /// Names a row; passed through to the predictions.
    Id,
    /// Learned towards.
    Target,
    /// How much a row counts in training.
    Weight,
    /// Rows with the same value never stand on both sides of a split.
    Group,
    /// Orders the rows; later rows never train a model that predicts earlier ones.
    Time,
    /// Names the fold of a row, for `split = "column"`.
    Fold,
    /// Read and reported, not used.
    Ignored,
}

/// One column of the schema: what it is, what it is for, and why we think so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub role: Role,
    /// Why this kind and role, in words for the user.
    pub reason: String,
    /// How the values of a column that is text in the source are written: `strftime` formats of dates, parted by `|`, or a
    /// picture of numbers that are not written plainly, such as `1.234,5 €`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whether the levels are whole numbers, so that `1`, `01` and `1.0` are the same level.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// One of two classes.
    Binary,
    /// One of three or more classes.
    Multiclass,
    /// A number.
    Regression,
}

impl Task {
    /// The word for it in files and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Multiclass => "multiclass",
            Self::Regression => "regression",
        }
    }
}

/// The target column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub name: String,
    pub task: Task,
    /// Labels in the order of their codes: sorted, for a binary target the positive one last; empty for a number.
    pub labels: Vec<String>,
}

/// Every column of the source in its order, and the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    pub columns: Vec<Column>,
    pub target: Target,
    /// Text that means "missing", compared after trimming.
    pub null_values: Vec<String>,
    /// Whether spaces around text are removed.
    pub trim: bool,
    /// Whether numbers in text have a decimal comma instead of a point.
    pub decimal_comma: bool,
}

impl Schema {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Columns with that role, in order.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |c| c.role == role)
    }
}
