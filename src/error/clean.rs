use super::{Key, did_you_mean};

/// A table that does not hold what is asked of it (exit code 3).
#[derive(Debug, thiserror::Error)]
pub enum CleanError {
    /// `key` is the setting that names it, if one does.
    #[error("{}{origin} has no column \"{name}\", only {columns}{hint}", key.as_ref().map_or_else(String::new, |k| format!("{k}: ")))]
    MissingColumn { origin: String, name: String, hint: String, columns: String, key: Option<Box<Key>> },
    #[error("{origin} has no rows left: {reason}")]
    NoRows { origin: String, reason: String },
    #[error(
        "column \"{column}\" of {origin}, row {row}: {seen:?} is not a {expected}; correct it, add it to [collect] null_values, or set the column's type in [columns.type]"
    )]
    Value { origin: String, column: String, row: usize, seen: String, expected: &'static str },
    #[error(
        "column \"{column}\", row {row}: {seen:?} is a level that the training rows did not have; [normalize] unseen = \"rare\" would take it as a rare one"
    )]
    Unseen { column: String, row: usize, seen: String },
    #[error(
        "column \"{column}\", row {row}: {seen:?} is {what}; {flag} warn would let it pass, {flag} null takes it as missing"
    )]
    Contract { column: String, row: usize, seen: String, what: &'static str, flag: &'static str },
    #[error("column \"{column}\" of {origin}, row {row}: {seen:?} is not a {expected}")]
    Special { origin: String, column: String, row: usize, seen: String, expected: &'static str },
    #[error(
        "column \"{column}\" of {origin} does not hold amounts ({seen}), which [threshold.value] asks for; name a column of numbers, or set its type to \"number\" in [columns.type]"
    )]
    Amounts { origin: String, column: String, seen: String },
    #[error("target \"{column}\": {message}")]
    Target { column: String, message: String },
    #[error("column \"{column}\" of {origin}: type {dtype} is not supported; write it as number, text or date")]
    Type { origin: String, column: String, dtype: String },
    #[error(
        "the {levels} different texts of column \"{column}\" are too much for a model file: those of all columns come to {} MB of {} MB; leave it out with [columns] ignore, or set its type to \"text\" in [columns.type]",
        all >> 20,
        limit >> 20
    )]
    Levels { column: String, levels: usize, all: usize, limit: usize },
    #[error("no column of {origin} is left to learn from: {reason}")]
    NoFeatures { origin: String, reason: String },
}

impl CleanError {
    /// A column that is not among those that are there.
    #[must_use]
    pub fn missing_column(name: &str, names: &[&str], origin: &str) -> Self {
        const SHOWN: usize = 20;
        let shown = names.iter().take(SHOWN).map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
        let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
        let hint = did_you_mean(name, names.iter().copied());
        Self::MissingColumn { origin: origin.into(), name: name.into(), hint, columns: shown + &more, key: None }
    }

    /// The same error; a column that is not there is one that this setting names.
    #[must_use]
    pub fn named_by(mut self, section: &'static str, name: impl Into<String>) -> Self {
        if let Self::MissingColumn { key, .. } = &mut self {
            *key = Some(Box::new(Key::new(section, name)));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_comes_with_the_nearest_and_the_first_of_the_others() {
        let message = |names: &[&str]| CleanError::missing_column("Colour", names, "t.csv").to_string();
        let text = message(&["id", "colour"]);
        assert_eq!(text, "t.csv has no column \"Colour\", only \"id\", \"colour\"; did you mean \"colour\"?");
        let named = CleanError::missing_column("w", &["id"], "t.csv").named_by("columns", "weight");
        assert_eq!(named.to_string(), "[columns] weight: t.csv has no column \"w\", only \"id\"");
        assert!(message(&["x"; 25]).ends_with("\"x\" and 5 more"));
    }

    #[test]
    fn a_weight_is_not_told_to_be_a_marker_of_missing() {
        let (origin, column, seen) = ("t.csv".to_owned(), "w".to_owned(), "-1".to_owned());
        let weight = CleanError::Special {
            origin: origin.clone(),
            column: column.clone(),
            row: 1,
            seen: seen.clone(),
            expected: "weight",
        };
        assert!(!weight.to_string().contains("null_values"));
        let number = CleanError::Value { origin, column, row: 1, seen, expected: "number" };
        assert!(number.to_string().contains("[collect] null_values"));
    }
}
