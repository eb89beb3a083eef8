use std::fmt;

use serde::Serialize;

use crate::clean::ColumnsConfig;
use crate::metrics::Metric;
use crate::pipeline::{Warning, whole};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; no harm by itself.
    Note,
    /// Likely harm, but there are tables where it is right.
    Warning,
    /// Scores of this table would mean nothing.
    Error,
}

/// What was found: a word for programs, stable between versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// One column gives the target away.
    Leak,
    /// One column says as much of the target as all others together.
    OutOfProportion,
    /// The target under another name or in other words.
    TargetCopy,
    /// Columns whose sum or product is the target.
    TargetParts,
    /// Whether a value is there depends on the outcome.
    MissingByTarget,
    /// A column that is empty where the model will be used.
    MissingLately,
    /// A score or prediction of another model.
    ModelOutput,
    /// A column that names or numbers the rows.
    Id,
    /// Rows of one entity stand on both sides of the folds.
    GroupAcrossFolds,
    /// Test rows that were also learned from.
    TestOverlap,
    /// Rows that stand twice.
    Duplicates,
    /// A class with too few rows.
    RareClass,
    /// Dates after today.
    FutureDate,
    /// Dates after the moment of their row.
    DateAfterRow,
    /// Dates in rows that are split at random.
    TimeUnset,
    /// E-mail addresses, phone, card or identity numbers.
    PersonalData,
}

impl Code {
    /// The word itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::OutOfProportion => "out_of_proportion",
            Self::TargetCopy => "target_copy",
            Self::TargetParts => "target_parts",
            Self::MissingByTarget => "missing_by_target",
            Self::MissingLately => "missing_lately",
            Self::ModelOutput => "model_output",
            Self::Id => "id",
            Self::GroupAcrossFolds => "group_across_folds",
            Self::TestOverlap => "test_overlap",
            Self::Duplicates => "duplicates",
            Self::RareClass => "rare_class",
            Self::FutureDate => "future_date",
            Self::DateAfterRow => "date_after_row",
            Self::TimeUnset => "time_unset",
            Self::PersonalData => "personal_data",
        }
    }
}

/// One reason not to train yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    pub code: Code,
    pub severity: Severity,
    /// The columns meant; empty where rows are.
    pub columns: Vec<String>,
    /// What was seen, with its numbers, and why it matters. No value of a cell stands in it but the target's labels.
    pub message: String,
    /// A line for the config that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// By what the evidence is measured, where it is a score on rows that were not learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

impl Finding {
    /// A finding about columns, without a fix.
    pub fn new<S: Into<String>>(
        code: Code,
        severity: Severity,
        columns: impl IntoIterator<Item = S>,
        message: impl Into<String>,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        Self { code, severity, columns, message: message.into(), fix: None, metric: None, value: None }
    }

    /// The same as a warning of a run.
    #[must_use]
    pub fn warning(&self) -> Warning {
        Warning::new(self.code.name(), &self.message).fix(self.fix_in_words()).columns(&self.columns)
    }

    #[must_use]
    pub fn fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }

    #[must_use]
    pub fn scored(self, metric: Metric, value: f64) -> Self {
        Self { metric: Some(metric), value: Some(value), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&whole(&self.message, self.fix_in_words().as_deref()))
    }
}

/// What is left out already, of a fix that leaves out more: so many names are repeated, more would hide the new ones.
const REPEATED: usize = 3;

impl Finding {
    /// The fix for people: of a long list only what is new in it.
    fn fix_in_words(&self) -> Option<String> {
        let fix = self.fix.as_ref()?;
        let names = |list: &str| {
            let table: toml::Table = toml::from_str(&format!("names = {list}")).ok()?;
            let names = table.get("names")?.as_array()?;
            names.iter().map(|name| Some(name.as_str()?.to_owned())).collect::<Option<Vec<String>>>()
        };
        let all = fix.strip_prefix(IGNORE).and_then(names).unwrap_or_default();
        let (new, old): (Vec<String>, Vec<String>) = all.into_iter().partition(|name| self.columns.contains(name));
        Some(if old.len() > REPEATED { format!("add {} to [columns] ignore", quoted(&new)) } else { fix.clone() })
    }
}

const IGNORE: &str = "[columns] ignore = ";

/// The line that leaves columns out, beside those that are left out already.
pub fn ignore<S: AsRef<str>>(config: &ColumnsConfig, columns: &[S]) -> String {
    let mut names = config.ignore.clone();
    names.extend(columns.iter().map(|c| c.as_ref().to_owned()));
    format!("{IGNORE}{}", list(&names))
}

/// Names as TOML writes a list of them.
pub fn list(names: &[String]) -> String {
    toml::Value::Array(names.iter().cloned().map(toml::Value::String).collect()).to_string()
}

/// A name as TOML writes it.
pub fn text(name: &str) -> String {
    toml::Value::String(name.to_owned()).to_string()
}

/// Names in quotes, as messages show them.
pub fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|n| format!("\"{}\"", n.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_keeps_what_is_left_out_already_and_quotes_names() {
        let config = ColumnsConfig { ignore: vec!["old".into()], ..ColumnsConfig::default() };
        assert_eq!(ignore(&config, &["a \"b\""]), "[columns] ignore = [\"old\", 'a \"b\"']");
    }

    #[test]
    fn of_a_long_list_people_read_what_is_new() {
        let told = |old: usize| {
            let config = ColumnsConfig { ignore: (0..old).map(|i| format!("c{i}")).collect(), ..ColumnsConfig::default() };
            let finding = Finding::new(Code::Leak, Severity::Error, ["x"], "m").fix(ignore(&config, &["x"]));
            assert!(finding.fix.as_ref().unwrap().ends_with("\"x\"]"), "programs get a whole line");
            finding.to_string()
        };
        assert_eq!(told(1), "m; fix: [columns] ignore = [\"c0\", \"x\"]");
        assert_eq!(told(4), "m; fix: add \"x\" to [columns] ignore");
    }

    #[test]
    fn severities_are_ordered_and_codes_are_as_serialized() {
        assert!(Severity::Note < Severity::Warning && Severity::Warning < Severity::Error);
        let code = serde_json::to_value(Code::MissingByTarget).unwrap();
        assert_eq!(code, Code::MissingByTarget.name());
    }
}
