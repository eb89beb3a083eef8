//! Who gives the columns of a table as it was read the types that its values have. The rules are those of cleaning, which is
//! another stage: whoever puts the stages together lends them.

use std::fmt;

use polars::prelude::DataFrame;

use crate::collect::config::CollectConfig;
use crate::data::{Table, Unusual};
use crate::error::Result;
use crate::pipeline::Warning;

/// The rules.
pub trait Typing: fmt::Debug + Send + Sync {
    /// The columns as numbers, moments and texts, and what the user should know; `written` says how the source is written.
    ///
    /// # Errors
    /// If a column cannot have the type that the settings name.
    fn typed(&self, table: &Table, written: &CollectConfig) -> Result<(DataFrame, Vec<Warning>)>;

    /// Begins to look at a table whose rows come in parts and are not held.
    fn watch(&self, written: &CollectConfig) -> Box<dyn Watch>;
}

/// What sees all rows of a table, and then decides the types of its columns.
pub trait Watch {
    /// Looks at the next rows.
    ///
    /// # Errors
    /// If a column cannot be read.
    fn see(&mut self, part: &Table) -> Result<()>;

    /// Decides by a sample of the rows, which has all of the columns, and by what all rows told.
    ///
    /// # Errors
    /// If a column cannot be read.
    fn types(self: Box<Self>, sample: &Table) -> Result<Box<dyn Types>>;
}

/// The types of the columns of a table, the same for all of its parts.
pub trait Types: fmt::Debug + Send + Sync {
    /// A part with them, the same columns for every part, and the values that do not fit.
    ///
    /// # Errors
    /// If a column cannot be read, or the rows are no longer those that were seen.
    fn typed(&self, part: &Table) -> Result<(DataFrame, Vec<Unusual>)>;

    /// What the user should know of the columns, of which some values do not fit.
    fn told(&self, odd: &[Unusual]) -> Vec<Warning>;
}
