//! Records that may have different keys, on their way to a frame of text.

use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, IntoColumn, PlSmallStr, StringChunkedBuilder};

use super::record::{self, Fault};
use crate::collect::typed::{Measure, justified};
use crate::error::Result;

/// A block ends after so many bytes, or so many cells, even where more rows were asked for.
const BLOCK: usize = 32 << 20;
const CELLS: usize = 4 << 20;
/// More keys than this are values in the place of keys.
const MOST_KEYS: usize = 10_000;

/// The columns so far, and the rows that were not given yet.
#[derive(Default)]
pub(super) struct Columns {
    /// Keys in the order they were first seen, and their places.
    names: Vec<PlSmallStr>,
    places: HashMap<String, usize>,
    /// Each column and how many rows it has got: one that a row lacks is filled up with nulls when it is next met.
    open: Vec<(StringChunkedBuilder, usize)>,
    height: usize,
    bytes: usize,
    /// Cells that were given, empty ones included.
    cells: u64,
}

impl Columns {
    /// Adds a row.
    pub fn add(&mut self, text: &str) -> Result<(), Fault> {
        let mut position = 0;
        record::read(text, &mut |key, value| {
            let place = self.place(key, position)?;
            position = place + 1;
            let (builder, filled) = &mut self.open[place];
            if *filled > self.height {
                return Err(Fault::Key { key: key.into(), message: "stands twice in the object" });
            }
            fill(builder, filled, self.height);
            match value {
                None => builder.append_null(),
                Some(text) => builder.append_value(text),
            }
            *filled += 1;
            Ok(())
        })?;
        self.height += 1;
        self.bytes += text.len();
        Ok(())
    }

    /// The place of a key; a new one gets the next. Most stand behind the one before them, as in other rows.
    fn place(&mut self, key: &str, likely: usize) -> Result<usize, Fault> {
        let place = match self.names.get(likely) {
            Some(name) if name.as_str() == key => likely,
            _ => match self.places.get(key) {
                Some(place) => *place,
                None if self.names.len() == MOST_KEYS => {
                    let message = "more than 10000 different keys; are these values in the place of keys?";
                    return Err(Fault::Key { key: key.into(), message });
                }
                None => {
                    self.names.push(key.into());
                    self.places.insert(key.into(), self.names.len() - 1);
                    self.names.len() - 1
                }
            },
        };
        while self.open.len() <= place {
            self.open.push((StringChunkedBuilder::new(self.names[self.open.len()].clone(), 0), 0));
        }
        Ok(place)
    }

    /// Whether so many rows wait that they should be given.
    pub fn is_full(&self, rows: usize) -> bool {
        self.height >= rows || self.bytes >= BLOCK || self.height * self.names.len() >= CELLS
    }

    /// Names of columns that stand for members of objects inside the records.
    pub fn flattened(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(PlSmallStr::as_str).filter(|name| name.contains('.'))
    }

    /// The rows that wait, if there are any; `read` bytes of `path` hold them and those before.
    ///
    /// # Errors
    /// Where every row has keys of its own, so that nearly all cells are empty.
    pub fn take(&mut self, path: &str, read: u64) -> Result<Option<DataFrame>> {
        let height = std::mem::take(&mut self.height);
        self.bytes = 0;
        self.cells = self.cells.saturating_add((height as u64).saturating_mul(self.names.len() as u64));
        justified(path, read, self.cells, Measure::Values)?;
        if height == 0 {
            return Ok(None);
        }
        let mut columns = std::mem::take(&mut self.open);
        for name in &self.names[columns.len()..] {
            columns.push((StringChunkedBuilder::new(name.clone(), 0), 0));
        }
        let finish = |(mut builder, mut filled)| -> Column {
            fill(&mut builder, &mut filled, height);
            StringChunkedBuilder::finish(builder).into_column()
        };
        Ok(Some(DataFrame::new(height, columns.into_iter().map(finish).collect())?))
    }
}

/// Appends nulls until a column has `height` rows.
fn fill(builder: &mut StringChunkedBuilder, filled: &mut usize, height: usize) {
    for _ in *filled..height {
        builder.append_null();
    }
    *filled = height;
}
