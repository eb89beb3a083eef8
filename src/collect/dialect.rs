//! How a text file is written: as far as the user says so, and as it is read.

use super::encoding::Encoding;
use super::excel::{Area, Part, SheetChoice};

/// Checked settings; what is not set is found out by the content.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub encoding: Encoding,
    pub delimiter: Option<u8>,
    pub quote: Quote,
    pub header: Option<bool>,
    /// Lines before the header.
    pub skip: Option<usize>,
    /// Whether every record as wide as the table is a row, lines of sums too.
    pub keep_sums: bool,
    /// Which part of a workbook.
    pub sheet: Option<SheetChoice>,
    pub range: Option<Area>,
}

impl Settings {
    /// What of a workbook is read.
    pub fn part(&self) -> Part {
        let Self { header, skip, keep_sums, .. } = *self;
        Part { sheet: self.sheet.clone(), area: self.range, header, skip, keep_sums }
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
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// Lines before the header, or before the first record.
    pub skip: usize,
    /// Whether the first record behind them names the columns.
    pub header: bool,
}

impl Default for Dialect {
    /// RFC 4180.
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"'), skip: 0, header: true }
    }
}
