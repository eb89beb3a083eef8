//! Columns that somebody waits for: of records with keys of their own, such as those of JSON, a column is known from the first
//! record on that has it, and the rows before are given out by then.

use std::collections::HashSet;

use polars::prelude::{Column, DataFrame, DataType, PlSmallStr};

use crate::error::{CleanError, Result};

/// The columns that are given with every table, whether or not a record has had them.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    names: Vec<String>,
    /// Those that a record had.
    met: HashSet<String>,
    /// Those that were given empty.
    given: HashSet<String>,
    /// All columns of the records so far.
    known: Vec<PlSmallStr>,
}

impl Awaited {
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect(), ..Self::default() }
    }

    /// Whether a table lacks a column that may still come.
    pub fn lacks(&self, frame: &DataFrame) -> bool {
        self.names.iter().any(|name| !self.met.contains(name) && frame.column(name).is_err())
    }

    /// The table with the columns that it lacks, empty: where `more` rows follow, which may have them, and where rows before
    /// had them, or were given them so.
    pub fn fill(&mut self, mut frame: DataFrame, more: bool) -> Result<DataFrame> {
        self.known = frame.get_column_names_owned();
        let rows = frame.height();
        for name in &self.names {
            if frame.column(name).is_ok() {
                self.met.insert(name.clone());
            } else if more || self.met.contains(name) || self.given.contains(name) {
                self.given.insert(name.clone());
                frame.with_column(Column::full_null(name.as_str().into(), rows, &DataType::String))?;
            }
        }
        Ok(frame)
    }

    /// The columns that were given empty in every table.
    pub fn never_met(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str).filter(|name| self.given.contains(*name) && !self.met.contains(*name))
    }

    /// What is said where a column that is needed was in no record of a source.
    pub fn missing(&self, needed: impl Fn(&str) -> bool, origin: &str) -> Option<CleanError> {
        let name = self.never_met().find(|name| needed(name))?;
        let known: Vec<&str> = self.known.iter().map(PlSmallStr::as_str).collect();
        Some(CleanError::missing_column(name, &known, origin))
    }
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    #[test]
    fn columns_that_come_late_are_there_from_the_first_row_on() {
        let mut awaited = Awaited::new(["a", "late", "never"].map(str::to_owned));
        let frames = [df!("a" => ["1"]).unwrap(), df!("a" => ["2"], "late" => ["x"]).unwrap(), df!("a" => ["3"]).unwrap()];
        assert!(awaited.lacks(&frames[0]));
        for (at, frame) in frames.into_iter().enumerate() {
            let filled = awaited.fill(frame, at < 2).unwrap();
            assert_eq!(filled.get_column_names().len(), 3);
        }
        assert_eq!(awaited.never_met().collect::<Vec<_>>(), ["never"]);
        assert!(awaited.missing(|name| name == "late", "x").is_none());
        let error = awaited.missing(|_| true, "x.ndjson").unwrap().to_string();
        assert!(error.starts_with("x.ndjson has no column \"never\""), "{error}");
    }

    #[test]
    fn what_no_row_has_of_a_source_that_is_given_whole_is_left_out() {
        let mut awaited = Awaited::new(["late".to_owned()]);
        let filled = awaited.fill(df!("a" => ["1"]).unwrap(), false).unwrap();
        assert_eq!((filled.width(), awaited.never_met().count()), (1, 0));
    }
}
