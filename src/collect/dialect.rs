//! How a text file is written: as far as the user says so, and as it is read.

use super::encoding::Encoding;
use super::excel::{Area, Part, SheetChoice};
use super::scan::Marks;

/// Checked settings; what is not set is found out by the content.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub encoding: Encoding,
    pub delimiter: Option<u8>,
    pub quote: Quote,
    pub header: Option<bool>,
    /// Lines before the header.
    pub skip: Option<usize>,
    /// Whether every record is a row: also one like a line of sums, or of another width than the table.
    pub keep_all: bool,
    /// Which part of a workbook.
    pub sheet: Option<SheetChoice>,
    pub range: Option<Area>,
}

impl Settings {
    /// What of a workbook is read.
    pub fn part(&self) -> Part {
        let Self { header, skip, keep_all, .. } = *self;
        Part { sheet: self.sheet.clone(), area: self.range, header, skip, keep_all }
    }
}

/// What stands around fields, as far as it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Quote {
    #[default]
    Auto,
    None,
    Byte(u8),
}

/// How the records of one text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub marks: Marks,
    /// Lines before the header, or before the first record.
    pub skip: usize,
    /// Whether the first record behind them names the columns.
    pub header: bool,
    /// Records below it that say more of the columns.
    pub below: usize,
    /// Fields of nearly all records that were looked at, and the number of those records.
    pub width: usize,
    pub seen: usize,
    /// Whether a delimiter ends all records but the header.
    pub ended: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { marks: Marks::default(), skip: 0, header: true, below: 0, width: 0, seen: 0, ended: false }
    }
}

/// Whether some of many records are so few that they tell of mistakes in a table, not of another way to write it.
pub(super) const fn few(some: usize, of: usize) -> bool {
    some.saturating_mul(10) <= of
}
