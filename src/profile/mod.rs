//! What the training rows look like, column by column: gaps, histograms, levels. And how far other rows are from them.
//!
//! A [`Profile`] is learned from the rows that the final model learns from, and stands in its file. It is bounded whatever
//! the table: at most [`Profile::BINS`] bins of a number, [`Profile::LEVELS`] levels of a category.

mod distance;
mod histogram;

pub use distance::{by_chance, jensen_shannon, psi};
pub use histogram::{Bins, Counts, Histogram, Values};

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::data::{Frame, Training};
use crate::error::Result;

/// The columns that a model learned from, as its training rows had them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Training rows.
    pub rows: u64,
    pub columns: Vec<Histogram>,
}

impl Profile {
    /// Most bins of a number: ten between its deciles, one below and one above its range.
    pub const BINS: usize = 12;
    /// Most levels of a category that are counted one by one, the most frequent ones; all others are one.
    pub const LEVELS: usize = 50;
    /// Longest name of a level that is kept, in bytes: longer ones count among the others.
    pub const LEVEL_BYTES: usize = 200;

    /// Learns the profile of every column.
    ///
    /// # Errors
    /// If a column does not have the type of its schema.
    pub fn learn(frame: &Training<Frame>) -> Result<Self> {
        let frame = frame.get();
        let columns = frame.data.columns().iter().map(|series| {
            let kind = frame.schema.column(series.name()).map(|c| c.kind);
            Histogram::learn(kind, series)
        });
        Ok(Self { rows: frame.height() as u64, columns: columns.collect::<Result<_>>()? })
    }

    /// Counts the rows of a frame into the same bins, one entry per column in order.
    ///
    /// # Errors
    /// Names the column that is missing.
    pub fn count(&self, frame: &Frame) -> Result<Vec<Counts>> {
        self.columns.iter().map(|column| column.count(frame.column(&column.name)?)).collect()
    }

    /// Whether its numbers can be computed with and its size is what a table can make, whoever wrote it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let names: HashSet<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        names.len() == self.columns.len() && self.columns.iter().all(|column| column.is_sound(self.rows))
    }
}
