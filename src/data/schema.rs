use std::sync::OnceLock;

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
    /// How the values of a column that is text in the source are written: `strftime` formats of dates, parted by `|`, a
    /// picture of numbers or times that are not written plainly, such as `1.234,5 €` or `h:mm:ss`, or the words for both truth values, such as
    /// `False|True`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whether the levels are whole numbers, so that `1`, `01` and `1.0` are the same level.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

impl Column {
    /// A truth value in the words that training had for it, as other kinds of files write others: `true` as `True` or `1`. Any
    /// other text as it is.
    #[must_use]
    pub fn level<'a>(&'a self, text: &'a str) -> &'a str {
        let own = match &self.format {
            _ if self.kind != Kind::Bool => None,
            Some(words) => words.split_once('|'),
            None => self.whole.then_some(("0", "1")),
        };
        let Some((no, yes)) = own else { return text };
        let is = |words: [&str; 3]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if is([no, "0", "false"]) {
            no
        } else if is([yes, "1", "true"]) {
            yes
        } else {
            text
        }
    }
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
    #[serde(skip)]
    pub names: NameIndex,
}

/// The places of the columns in the order of their names, found out when a column is first asked for: of a million columns,
/// each is looked for by its name.
///
/// NOTE: A clone finds them out anew, so that its columns may be changed until one of them is asked for.
#[derive(Debug, Default)]
pub struct NameIndex(OnceLock<Box<[u32]>>);

impl Clone for NameIndex {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for NameIndex {
    /// They follow from the columns.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Schema {
    /// The column of that name; of several, the first.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        let columns = &self.columns;
        let named = |place: u32| columns[place as usize].name.as_str();
        let places = self.names.0.get_or_init(|| {
            let mut places: Box<[u32]> = (0..).take(columns.len()).collect();
            places.sort_by_key(|place| named(*place));
            places
        });
        let at = places.partition_point(|place| named(*place) < name);
        places.get(at).map(|place| &columns[*place as usize]).filter(|column| column.name == name)
    }

    /// Columns with that role, in order.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |c| c.role == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_values_are_written_as_at_training() {
        let format = Some("False|True".to_owned());
        let (name, reason) = (String::new(), String::new());
        let column = Column { name, kind: Kind::Bool, role: Role::Feature, reason, format, whole: false };
        assert_eq!(["true", "FALSE", "True", "yes"].map(|text| column.level(text)), ["True", "False", "True", "yes"]);
        assert_eq!(["0", "1", "2"].map(|text| column.level(text)), ["False", "True", "2"]);
        let digits = Column { format: None, whole: true, ..column.clone() };
        assert_eq!(["true", "False", "1", "yes"].map(|text| digits.level(text)), ["1", "0", "1", "yes"]);
        assert_eq!(Column { format: None, ..column }.level("true"), "true");
    }

    #[test]
    fn a_column_is_found_by_its_name_also_in_a_clone_that_was_changed() {
        let column = |name: &str| Column {
            name: name.into(),
            kind: Kind::Number,
            role: Role::Feature,
            reason: name.to_uppercase(),
            format: None,
            whole: false,
        };
        let target = Target { name: "b".into(), task: Task::Binary, labels: Vec::new() };
        let columns = ["c", "a", "é", "b"].map(column).to_vec();
        let (null_values, names) = (Vec::new(), NameIndex::default());
        let schema = Schema { columns, target, null_values, trim: true, decimal_comma: false, names };
        let found = |schema: &Schema, name: &str| schema.column(name).map(|c| c.reason.clone());
        for name in ["a", "b", "c", "é"] {
            assert_eq!(found(&schema, name), Some(name.to_uppercase()));
        }
        assert!(["", "aa", "d", "z"].iter().all(|name| schema.column(name).is_none()));
        let mut other = schema.clone();
        other.columns[0] = column("x");
        assert_eq!((found(&other, "x"), found(&other, "c")), (Some("X".into()), None));
    }
}
