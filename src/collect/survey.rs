//! How large a source is, before it is read.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::Collect;
use super::blocks::{by_name, of};
use super::config::Format;
use super::dialect::Settings;
use super::files::expand;
use super::input::Input;
use super::origin::Place;
use crate::error::{CollectError, Result};

/// Bytes of memory that one cell takes at most while a table is cleaned, validated and learned from in memory: text, typed
/// value, the copies of folds, and what the network sees; measured on tables of 5 to 60 columns.
pub const CELL: u64 = 80;
/// Bytes that any run takes: the program itself, weights, buffers.
pub const FIXED: u64 = 80_000_000;
/// Bytes of text that are looked at for the length of a line.
const SAMPLE: u64 = 1 << 20;
/// How many times smaller a table of text is taken to be when packed.
const PACKED: u64 = 5;

/// What is known of a source before its rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Rows, of the test source too.
    pub rows: u64,
    /// Whether the number of rows is not just estimated by the length of the first lines.
    pub exact: bool,
    pub columns: usize,
}

impl Survey {
    /// Bytes that a run in memory would take, about.
    #[must_use]
    pub fn memory(&self) -> u64 {
        memory(usize::try_from(self.rows).unwrap_or(usize::MAX), self.columns)
    }
}

/// Bytes that so many rows would take in memory, about.
pub(super) fn memory(rows: usize, columns: usize) -> u64 {
    (rows as u64).saturating_mul(columns as u64).saturating_mul(CELL).saturating_add(FIXED)
}

impl Collect {
    /// Looks at the beginnings of all files, and counts the rows of Parquet files; `None` where the source is none of plain
    /// files of text or Parquet, so that nothing is known before it is read.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn survey(&self) -> Result<Option<Survey>> {
        if self.combine.is_some() {
            return Ok(None);
        }
        let mut found = Survey { rows: 0, exact: true, columns: 0 };
        for sources in [&self.config.source, &self.config.test] {
            for origin in expand(sources, &self.base)? {
                let Place::File(file) = &origin.place else { return Ok(None) };
                if !fs::metadata(file).is_ok_and(|about| about.is_file()) {
                    return Ok(None);
                }
                let Some((rows, exact)) = count(file, self.config.format, &self.settings)? else { return Ok(None) };
                found.rows += rows;
                found.exact &= exact;
            }
        }
        let Some(first) = self.chunks(1)?.next() else { return Ok(None) };
        found.columns = first?.data.width();
        found.rows = found.rows.min(self.config.limit.map_or(u64::MAX, |limit| limit as u64));
        Ok(Some(found))
    }
}

/// Rows of a file, and whether that is exact; `None` for a kind of file that is not read piece by piece.
fn count(path: &Path, format: Format, settings: &Settings) -> Result<Option<(u64, bool)>> {
    let format = if format == Format::Auto { by_name(path).unwrap_or(Format::Auto) } else { format };
    let name = path.display().to_string();
    let failed = |source| CollectError::Io { path: name.clone(), source };
    let size = fs::metadata(path).map_err(failed)?.len();
    let input = Input::open(path)?;
    match format {
        Format::Parquet => Ok(of(input, format, settings)?.rows().map(|rows| (rows, true))),
        Format::Ipc | Format::Json | Format::Excel | Format::Auto => Ok(None),
        Format::Csv | Format::Tsv | Format::Ndjson => {
            let plain = input.file.is_some();
            let mut bytes = Vec::new();
            input.bytes.take(SAMPLE).read_to_end(&mut bytes).map_err(failed)?;
            let lines = memchr::memchr_iter(b'\n', &bytes).count().max(1) as u64;
            let all = if plain { size } else { size.saturating_mul(PACKED) };
            let header = u64::from(format != Format::Ndjson);
            Ok(Some(((all.saturating_mul(lines) / (bytes.len() as u64).max(1)).saturating_sub(header), false)))
        }
    }
}
