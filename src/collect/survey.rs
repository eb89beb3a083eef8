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
/// Bytes of text that are looked at for the length of a line; a file of fewer is read whole, and its rows are counted.
const SAMPLE: u64 = 1 << 20;
/// So many times more are looked at where lines are so long that those hold fewer than [`LINES`] of them.
const MORE: usize = 16;
const LINES: usize = 16;
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
    /// Bytes that tables take at least while they are read to be joined; 0 where none are.
    pub read: u64,
    /// Bytes of those that are held also where the rows that they are joined to are streamed.
    pub held: u64,
}

impl Survey {
    /// Bytes that a run in memory would take, about.
    #[must_use]
    pub fn memory(&self) -> u64 {
        memory(usize::try_from(self.rows).unwrap_or(usize::MAX), self.columns).max(FIXED.saturating_add(self.read))
    }
}

/// Bytes that so many rows would take in memory, about.
pub(super) fn memory(rows: usize, columns: usize) -> u64 {
    (rows as u64).saturating_mul(columns as u64).saturating_mul(CELL).saturating_add(FIXED)
}

impl Collect {
    /// Looks at the beginnings of all files, and counts the rows of Parquet files; `None` where the source is none of plain
    /// files of text or Parquet, so that nothing is known before it is read, and where tables are joined that cannot be
    /// streamed.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn survey(&self) -> Result<Option<Survey>> {
        if let Some(combine) = &self.combine {
            self.tables_use_their_settings()?;
            return if combine.unstreamed()?.is_some() { Ok(None) } else { combine.survey(self.config.limit).map(Some) };
        }
        let mut found = Survey { rows: 0, exact: true, columns: 0, read: 0, held: 0 };
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
            let all = if input.file.is_some() { size } else { size.saturating_mul(PACKED) };
            let (mut text, mut bytes, mut whole) = (input.bytes, Vec::new(), false);
            for _ in 0..MORE {
                let read = text.by_ref().take(SAMPLE).read_to_end(&mut bytes).map_err(failed)?;
                whole = (read as u64) < SAMPLE;
                if whole || memchr::memchr_iter(b'\n', &bytes).nth(LINES).is_some() {
                    break;
                }
            }
            // Where it cannot be read to its end, the run may not have to.
            if whole && let Ok(rows) = all_rows(path, format, settings) {
                return Ok(Some((rows, true)));
            }
            Ok(Some((rows_by_length(&bytes, all, format != Format::Ndjson), false)))
        }
    }
}

/// All rows of a file, counted.
fn all_rows(path: &Path, format: Format, settings: &Settings) -> Result<u64> {
    let mut file = of(Input::open(path)?, format, settings)?;
    let mut rows = 0;
    while let Some(frame) = file.next(super::BLOCK)? {
        rows += frame.height() as u64;
    }
    Ok(rows)
}

/// How many rows a text of `all` bytes has, about, by the length of its first lines; that of a header, which may be far
/// longer or shorter, is no measure.
fn rows_by_length(first: &[u8], all: u64, has_header: bool) -> u64 {
    let header = if has_header { memchr::memchr(b'\n', first).map_or(first.len(), |at| at + 1) } else { 0 };
    let end = memchr::memrchr(b'\n', first).map_or(first.len(), |at| at + 1).max(header);
    let lines = memchr::memchr_iter(b'\n', &first[header..end]).count() as u64;
    let left = all.saturating_sub(header as u64);
    if lines == 0 { 1 } else { left.saturating_mul(lines) / (end - header) as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_estimated_by_the_lines_below_the_header() {
        // 4 bytes a row, behind 100 of a header.
        let text = format!("{}\n{}", "x".repeat(99), "1,2\n".repeat(10));
        assert_eq!(rows_by_length(text.as_bytes(), 100 + 4 * 60, true), 60);
        // The last line may be cut.
        assert_eq!(rows_by_length(&text.as_bytes()[..130], 100 + 4 * 60, true), 60);
        assert_eq!(rows_by_length(b"{}\n{}\n{", 300, false), 100);
        assert_eq!((rows_by_length(b"a,b", 3, true), rows_by_length(b"a\n1", 3, true)), (1, 1));
    }

    #[test]
    fn rows_of_a_small_file_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let header: Vec<String> = (0..2000).map(|i| format!("a_long_name_of_column_{i}")).collect();
        let row = vec!["1"; 2000].join(",");
        std::fs::write(&path, format!("{}\n{}", header.join(","), format!("{row}\n").repeat(60))).unwrap();
        assert_eq!(count(&path, Format::Auto, &Settings::default()).unwrap(), Some((60, true)));
        // Quoted line ends are none of rows.
        std::fs::write(&path, "a,b\n\"x\ny\",1\nz,2\n").unwrap();
        assert_eq!(count(&path, Format::Auto, &Settings::default()).unwrap(), Some((2, true)));
        // Rows of a megabyte each: a header and 20 of them.
        let wide = format!("{}\n", "1".repeat(1 << 20));
        std::fs::write(&path, format!("a\n{}", wide.repeat(20))).unwrap();
        assert_eq!(count(&path, Format::Auto, &Settings::default()).unwrap(), Some((20, false)));
    }
}
