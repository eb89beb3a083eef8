use polars::prelude::{Column, DataFrame, IdxCa, NewChunkedArray, PlSmallStr};

use super::{ColumnHealth, RuleCount, Schema, Unusual};
use crate::error::{CleanError, Result};
use std::sync::Arc;

/// The true values of the target.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// Codes into the schema's labels.
    Classes(Vec<u32>),
    Numbers(Vec<f64>),
}

impl Truth {
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(codes) => codes.len(),
            Self::Numbers(values) => values.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends the values of `other`, which must be of the same kind.
    ///
    /// # Panics
    /// If the kinds differ.
    pub fn extend(&mut self, other: Self) {
        match (self, other) {
            (Self::Classes(a), Self::Classes(b)) => a.extend(b),
            (Self::Numbers(a), Self::Numbers(b)) => a.extend(b),
            _ => panic!("one target is of one kind"),
        }
    }

    /// The truth of chosen rows, in the order given.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        match self {
            Self::Classes(codes) => Self::Classes(rows.iter().map(|&r| codes[r]).collect()),
            Self::Numbers(values) => Self::Numbers(rows.iter().map(|&r| values[r]).collect()),
        }
    }
}

/// Rows cleaned one by one: typed columns, nothing learned yet.
///
/// `data` holds the columns that are learned from: numbers as `f64`, dates as `i64`
/// microseconds, all others as text; null is missing.
#[derive(Clone, Debug)]
pub struct Frame {
    pub schema: Arc<Schema>,
    pub data: DataFrame,
    /// Absent where the source has no target column.
    pub truth: Option<Truth>,
    /// Number of each row in the source, counted from 0 over all files, header not counted.
    pub rows: Vec<usize>,
    /// How much each row counts in training.
    pub weights: Option<Vec<f64>>,
    /// Rows of one unit (a group, or exact duplicates) never stand on both sides of a split.
    pub units: Vec<u32>,
    /// Moment of each row, where a time column is named: its rank in order, equal moments sharing one.
    pub time: Option<Vec<i64>>,
    /// Whether the rows stand in the order of time, as a split forward in time puts them.
    pub ordered: bool,
    /// Whether the row came from the separate test source.
    pub test: Vec<bool>,
    /// Name of the fold of each row, where the split is by column.
    pub folds: Option<Vec<String>>,
    /// What cleaning touched; empty for a part of a frame.
    pub counts: Vec<RuleCount>,
    /// Values that did not fit the type of their column; empty for a part of a frame.
    pub unusual: Vec<Unusual>,
    /// What is known of every column of the source; empty for a part of a frame.
    pub health: Vec<ColumnHealth>,
}

impl Frame {
    /// Number of rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Chosen rows, in the order given.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        Self {
            schema: Arc::clone(&self.schema),
            data: self.data.take(&index(rows)).expect("rows of this frame"),
            truth: self.truth.as_ref().map(|t| t.take(rows)),
            rows: rows.iter().map(|&r| self.rows[r]).collect(),
            weights: self.weights.as_ref().map(|w| rows.iter().map(|&r| w[r]).collect()),
            units: rows.iter().map(|&r| self.units[r]).collect(),
            time: self.time.as_ref().map(|t| rows.iter().map(|&r| t[r]).collect()),
            test: rows.iter().map(|&r| self.test[r]).collect(),
            folds: self.folds.as_ref().map(|f| rows.iter().map(|&r| f[r].clone()).collect()),
            ordered: self.ordered,
            counts: Vec::new(),
            unusual: Vec::new(),
            health: Vec::new(),
        }
    }

    /// One of the columns learned from.
    ///
    /// # Errors
    /// Names the column if there is none.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.data.column(name).map_err(|_| {
            let names: Vec<&str> = self.data.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
            CleanError::missing_column(name, &names, "the data").into()
        })
    }

    /// One column with its rows in the order given.
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Panics
    /// If a row is out of range.
    pub fn column_taken(&self, name: &str, rows: &[usize]) -> Result<Column> {
        Ok(self.data.column(name)?.take(&index(rows))?)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
fn index(rows: &[usize]) -> IdxCa {
    IdxCa::from_iter_values("".into(), rows.iter().map(|&r| r as u32))
}
