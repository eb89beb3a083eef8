use std::sync::Arc;

use polars::prelude::DataFrame;

/// Where the rows of a table came from: enough to name a row in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What the user would call the source: a path, a pattern or `stdin`.
    pub source: String,
    /// Number of the first row, counted from 0 over all files, header not counted.
    pub first: usize,
    /// Number of every row, ascending, where they were picked from among others.
    pub picked: Option<Arc<[usize]>>,
}

impl Rows {
    /// Number of a row in the source, counted from 0.
    ///
    /// # Panics
    /// If rows were picked, and it is none of them.
    #[must_use]
    pub fn number(&self, row: usize) -> usize {
        self.picked.as_ref().map_or(self.first + row, |picked| picked[row])
    }

    /// Where the rows of these numbers stand in the table.
    ///
    /// # Panics
    /// If one is none of its rows.
    #[must_use]
    pub fn places(&self, numbers: &[usize]) -> Vec<usize> {
        let place = |number: &usize| match &self.picked {
            Some(picked) => picked.binary_search(number).expect("a row of this table"),
            None => number - self.first,
        };
        numbers.iter().map(place).collect()
    }
}

/// Columns as they were read, untyped (text) from CSV and typed from Parquet, Arrow or NDJSON.
#[derive(Clone, Debug)]
pub struct Table {
    pub data: DataFrame,
    pub rows: Rows,
    /// Rows from this one on came from the separate test source.
    pub test_from: Option<usize>,
}

impl Table {
    /// A table without a separate test part.
    #[must_use]
    pub fn new(data: DataFrame, source: impl Into<String>) -> Self {
        Self { data, rows: Rows { source: source.into(), ..Rows::default() }, test_from: None }
    }

    /// Number of rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.data.height()
    }
}
