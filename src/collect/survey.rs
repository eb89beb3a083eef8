//! How large a source is, before it is read.

use std::fs;
use std::io::Read;
use std::path::Path;

use polars::prelude::{ParquetReader, SerReader as _};

use super::Collect;
use super::blocks::by_name;
use super::config::Format;
use super::input::Input;
use super::typed::seekable;
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
        let files = self.files()?;
        let mut found = Survey { rows: 0, exact: true, columns: 0 };
        for file in files.iter().chain(&self.test_files()?) {
            if !fs::metadata(file).is_ok_and(|about| about.is_file()) {
                return Ok(None);
            }
            let format = if self.config.format == Format::Auto { by_name(file) } else { Some(self.config.format) };
            let Some((rows, exact)) = format.map_or(Ok(None), |format| count(file, format))? else { return Ok(None) };
            found.rows += rows;
            found.exact &= exact;
        }
        let Some(first) = self.chunks(1)?.next() else { return Ok(None) };
        found.columns = first?.data.width();
        found.rows = found.rows.min(self.config.limit.map_or(u64::MAX, |limit| limit as u64));
        Ok(Some(found))
    }
}

/// Rows of a file, and whether that is exact; `None` for a kind of file that is not read piece by piece.
fn count(path: &Path, format: Format) -> Result<Option<(u64, bool)>> {
    let name = path.display().to_string();
    let failed = |source| CollectError::Io { path: name.clone(), source };
    let size = fs::metadata(path).map_err(failed)?.len();
    let input = Input::open(path)?;
    match format {
        Format::Parquet => {
            let mut file = seekable(input)?;
            // A damaged file is told where it is read.
            let rows = ParquetReader::new(&mut file).get_metadata().map_or(0, |about| about.num_rows);
            Ok(Some((rows as u64, true)))
        }
        Format::Ipc | Format::Auto => Ok(None),
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
