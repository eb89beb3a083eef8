use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metrics::Metric;

/// Something the user should know although the run goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Written", into = "Written")]
pub struct Warning {
    pub code: String,
    /// What was seen.
    pub message: String,
    /// What mends it, such as a line for the config.
    pub fix: Option<String>,
    pub column: Option<String>,
    /// All columns that are meant, where they are several; the first of them is `column`.
    pub columns: Vec<String>,
    /// The file, sheet or table of several that it is said of.
    pub source: Option<String>,
    pub row: Option<usize>,
    pub count: Option<usize>,
}

/// Something the user should know although the run goes on.
///
/// A warning as it is written: the message holds the fix as well, as it did before that had a place of its own.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Warning")]
struct Written {
    /// A word for programs, stable between versions.
    code: String,
    /// What was seen; where there is a fix, that stands at the end.
    message: String,
    /// What mends it, such as a line for the config.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// All columns that are meant, where they are several; the first of them is `column`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    columns: Vec<String>,
    /// The file, sheet or table of several that it is said of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Row number in the source, counted from 1, header not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    /// How many rows or values are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
}

impl From<Warning> for Written {
    fn from(warning: Warning) -> Self {
        let message = whole(&warning.message, warning.fix.as_deref());
        let Warning { code, fix, column, columns, source, row, count, .. } = warning;
        Self { code, message, fix, column, columns, source, row, count }
    }
}

impl From<Written> for Warning {
    fn from(written: Written) -> Self {
        let Written { code, message, fix, column, columns, source, row, count } = written;
        let end = fix.as_ref().map_or_else(String::new, |fix| whole("", Some(fix)));
        let message = message.strip_suffix(&end).unwrap_or(&message).to_owned();
        Self { code, message, fix, column, columns, source, row, count }
    }
}

/// What was seen and what mends it, as one text.
#[must_use]
pub fn whole(message: &str, fix: Option<&str>) -> String {
    fix.map_or_else(|| message.to_owned(), |fix| format!("{message}; fix: {fix}"))
}

impl Warning {
    /// A warning about the run as a whole.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let (column, columns) = (None, Vec::new());
        Self { code: code.into(), message, fix: None, column, columns, source: None, row: None, count: None }
    }

    #[must_use]
    pub fn fix(self, fix: Option<String>) -> Self {
        Self { fix, ..self }
    }

    #[must_use]
    pub fn column(self, column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), ..self }
    }

    /// The same about columns: one, or several together.
    #[must_use]
    pub fn columns(self, columns: &[String]) -> Self {
        let several = if columns.len() > 1 { columns.to_vec() } else { Vec::new() };
        Self { column: columns.first().cloned(), columns: several, ..self }
    }

    /// The columns that are meant.
    #[must_use]
    pub fn names(&self) -> &[String] {
        if self.columns.is_empty() { self.column.as_slice() } else { &self.columns }
    }

    #[must_use]
    pub fn source(self, source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    #[must_use]
    pub fn row(self, row: usize) -> Self {
        Self { row: Some(row), ..self }
    }

    #[must_use]
    pub fn count(self, count: usize) -> Self {
        Self { count: Some(count), ..self }
    }

    /// Whether the scores say it beside the number that is missing: a share of a true value of 0 is a matter of the data, and
    /// nothing to be alarmed by. Programs read it as any other.
    #[must_use]
    pub fn is_note(&self) -> bool {
        self.code == "undefined_metric" && self.column.as_deref() == Some(Metric::Mape.name())
    }

    /// What tells it from others: it is told once, however often its rows are read. Of a source, which may have two lines of
    /// sums, the words count too, though not their numbers, which grow while it is read.
    pub(super) fn key(&self) -> Key {
        let words = self.source.as_ref().map(|_| numberless(&self.message).0);
        (self.code.clone(), self.column.clone(), self.source.clone(), words)
    }

    /// Message and fix without the name of its column, else its source, and without its numbers, and these; nothing where
    /// the name is not in it.
    pub(super) fn shape(&self) -> Option<(String, Vec<String>)> {
        let all = whole(&self.message, self.fix.as_deref());
        let sourceless = self.source.as_deref().and_then(|source| all.strip_prefix(source));
        let message = sourceless.map_or_else(|| all.clone(), |rest| format!("\u{2}{rest}"));
        let Some(column) = self.column.as_deref().filter(|name| !name.is_empty()) else {
            return sourceless.map(|_| numberless(&message));
        };
        let quoted = format!("\"{column}\"");
        let nameless = if message.contains(&quoted) {
            message.replace(&quoted, "\"\u{0}\"")
        } else {
            message.strip_prefix(column).map(|rest| format!("\u{0}{rest}"))?
        };
        Some(numberless(&nameless))
    }

    /// What a sentence about several names: the column, else the source; both where the first is of another source.
    pub(super) fn subject(&self, first: &Self) -> Option<String> {
        match (&self.column, &self.source) {
            (Some(column), Some(source)) if first.source.as_ref() != Some(source) => {
                Some(format!("\"{column}\" of \"{source}\""))
            }
            (Some(name), _) | (None, Some(name)) => Some(format!("\"{name}\"")),
            (None, None) => None,
        }
    }
}

/// What tells a warning from others: its code, column, source, and words.
pub(super) type Key = (String, Option<String>, Option<String>, Option<String>);

/// A text without its numbers, and these.
fn numberless(message: &str) -> (String, Vec<String>) {
    let (mut text, mut numbers) = (String::new(), Vec::new());
    let mut rest = message;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let of_number = |c: char| c.is_ascii_digit() || ".-:".contains(c);
        let end = rest[start..].find(|c| !of_number(c)).map_or(rest.len(), |at| start + at);
        let number = rest[start..end].trim_end_matches(['.', '-', ':']);
        text.push_str(&rest[..start]);
        text.push('\u{1}');
        numbers.push(number.to_owned());
        rest = &rest[start + number.len()..];
    }
    (text + rest, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_read_the_message_whole_and_the_fix_beside() {
        let warning = Warning::new("leak", "\"a; fix: b\" tells all").fix(Some("[columns] ignore = [\"a; fix: b\"]".into()));
        let json = serde_json::to_value(&warning).unwrap();
        assert_eq!(json["message"], "\"a; fix: b\" tells all; fix: [columns] ignore = [\"a; fix: b\"]");
        assert_eq!(json["fix"], "[columns] ignore = [\"a; fix: b\"]");
        assert_eq!(serde_json::from_value::<Warning>(json).unwrap(), warning);
        // Of older versions all is message.
        let old: Warning = serde_json::from_str(r#"{"code": "leak", "message": "x; fix: y"}"#).unwrap();
        assert_eq!((old.message.as_str(), &old.fix), ("x; fix: y", &None));
        let several = Warning::new("target_parts", "both").columns(&["x".into(), "y".into()]);
        let json = serde_json::to_value(&several).unwrap();
        assert_eq!((&json["column"], &json["columns"]), (&"x".into(), &serde_json::json!(["x", "y"])));
        assert_eq!(serde_json::from_value::<Warning>(json).unwrap(), several);
        assert_eq!(several.names(), ["x", "y"]);
        assert_eq!(Warning::new("leak", "one").columns(&["x".into()]), Warning::new("leak", "one").column("x"));
        let plain = serde_json::to_value(Warning::new("a", "b")).unwrap();
        assert_eq!(plain, serde_json::json!({"code": "a", "message": "b"}));
    }

    #[test]
    fn a_share_of_nothing_is_a_note() {
        let undefined = |metric: &str| Warning::new("undefined_metric", format!("{metric} is undefined")).column(metric);
        assert!(undefined("mape").is_note() && !undefined("auc").is_note());
    }
}
