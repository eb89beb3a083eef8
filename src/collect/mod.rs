//! Reads sources into tables: CSV, TSV, Parquet, NDJSON and Arrow files, packed or not, one or many, or standard input.
//!
//! One file per kind of source; [`Collect`] reads everything, [`Chunks`] a few rows at a time.

mod blocks;
mod chunks;
mod config;
mod csv;
mod dialect;
mod encoding;
mod files;
mod footer;
mod input;
mod ipc;
mod ndjson;
mod parquet;
mod records;
mod scan;
mod sniff;
mod stack;
mod survey;
mod typed;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use chunks::Chunks;
pub use config::{CollectConfig, Decimal, Format, SampleRows, Sources, Streaming};
pub use encoding::Encoding;
pub use survey::{CELL, FIXED, Survey};

use crate::data::Table;
use crate::error::{CollectError, ConfigError, LimitError, Result};
use crate::pipeline::{Context, Event, Pipeline};
use dialect::{Quote, Settings};
use files::{expand, setting};
use stack::stack;

/// Fewest rows of a sample that a table is known by.
pub const FEWEST_SAMPLED: usize = 2000;
/// Rows read between two looks at whether to go on.
const BLOCK: usize = 1 << 16;

/// Reads the source, and the test source behind it.
#[derive(Clone, Debug)]
pub struct Collect {
    config: CollectConfig,
    settings: Settings,
    base: PathBuf,
}

impl Collect {
    /// Checks the settings; relative paths start at `base`. No file is looked at yet.
    ///
    /// # Errors
    /// [`ConfigError`] where no source is named or a setting cannot be used.
    pub fn new(config: &CollectConfig, base: &Path) -> Result<Self> {
        if config.source.is_empty() {
            return Err(ConfigError::NoSource.into());
        }
        if config.sample.0 < FEWEST_SAMPLED {
            return Err(setting("sample", format!("{} rows are too few; give at least {FEWEST_SAMPLED}", config.sample.0)));
        }
        if config.limit == Some(0) {
            return Err(setting("limit", "0 rows are nothing to read; give at least 1, or leave it out"));
        }
        let delimiter = match config.delimiter {
            None => None,
            Some('"' | '\n' | '\r' | '\0') => {
                return Err(setting("delimiter", "a quote or a line end cannot stand between fields"));
            }
            Some(c) => Some(
                u8::try_from(c)
                    .ok()
                    .filter(u8::is_ascii)
                    .ok_or_else(|| setting("delimiter", format!("'{c}' is not one ASCII character, such as ',' or ';'")))?,
            ),
        };
        let quote = match config.quote.as_deref().map(str::as_bytes) {
            None => Quote::Auto,
            Some([]) => Quote::None,
            Some([c @ (0x21..=0x7e)]) if Some(*c) != delimiter => Quote::Byte(*c),
            Some(_) => {
                return Err(setting(
                    "quote",
                    "give one ASCII character other than the delimiter, such as '\"', or \"\" for none",
                ));
            }
        };
        let (header, skip) = (config.header, config.skip_rows);
        let settings = Settings { encoding: config.encoding, delimiter, quote, header, skip, keep_sums: false };
        Ok(Self { config: config.clone(), settings, base: base.into() })
    }

    /// Takes every record that is as wide as the table for a row, also one that looks like a line of sums: a row to predict
    /// gets its answer wherever it stands.
    #[must_use]
    pub const fn keep_sums(mut self) -> Self {
        self.settings.keep_sums = true;
        self
    }

    /// The files of the source, patterns expanded and sorted; `-` is standard input.
    ///
    /// # Errors
    /// [`CollectError::NoMatch`] for a pattern that fits no file; [`ConfigError`] for what is no pattern.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        expand(&self.config.source, &self.base)
    }

    /// The rows of the source in tables of at most `rows` rows, whatever the size of its files; the test source is
    /// left out.
    ///
    /// # Errors
    /// As [`Collect::files`]. Files are opened by the iterator, one after the other.
    pub fn chunks(&self, rows: usize) -> Result<Chunks> {
        let mut chunks = self.open(self.files()?, &self.config.source, rows);
        chunks.left = self.config.limit.unwrap_or(usize::MAX);
        Ok(chunks)
    }

    /// The rows of the test source, numbered from 0, as [`Collect::chunks`]; `None` where there is none.
    ///
    /// # Errors
    /// As [`Collect::files`], and if a file is learned from, too.
    pub fn test_chunks(&self, rows: usize) -> Result<Option<Chunks>> {
        let files = self.test_files()?;
        Ok((!files.is_empty()).then(|| self.open(files, &self.config.test, rows)))
    }

    /// How the source is called in messages.
    #[must_use]
    pub fn source(&self) -> String {
        self.config.source.display()
    }

    /// Most bytes of memory that a run may take.
    #[must_use]
    pub fn max_memory(&self) -> u64 {
        self.config.max_memory.bytes()
    }

    /// Whether the source is to be streamed.
    #[must_use]
    pub const fn streaming(&self) -> Streaming {
        self.config.stream
    }

    /// Rows of the sample of a table that is streamed.
    #[must_use]
    pub const fn sample(&self) -> usize {
        self.config.sample.0
    }

    fn open(&self, files: Vec<PathBuf>, source: &Sources, rows: usize) -> Chunks {
        Chunks::new(files, self.config.format, self.settings, source.display(), rows)
    }

    /// The files of the test source, none of which may be read for training too.
    fn test_files(&self) -> Result<Vec<PathBuf>> {
        let real = |file: &PathBuf| file.canonicalize().unwrap_or_else(|_| file.clone());
        let learned: Vec<PathBuf> = self.files()?.iter().map(real).collect();
        let files = expand(&self.config.test, &self.base)?;
        match files.iter().find(|file| learned.contains(&real(file))) {
            Some(file) => {
                let message = format!("{} is in source too; rows that judge a model must not train it", file.display());
                Err(setting("test", message))
            }
            None => Ok(files),
        }
    }
}

impl Pipeline for Collect {
    type Input = ();
    type Output = Table;

    fn name(&self) -> &'static str {
        "collect"
    }

    fn run(&self, (): (), cx: &Context<'_>) -> Result<Table> {
        let test_files = self.test_files()?;
        let mut chunks = self.chunks(BLOCK)?;
        let mut frames = Vec::new();
        let limit = self.config.max_memory.bytes();
        let mut rows = read(&mut chunks, &mut frames, 0, limit, cx)?;
        let mut test_from = None;
        if !test_files.is_empty() {
            test_from = Some(rows);
            let mut test = self.open(test_files, &self.config.test, BLOCK);
            test.first = chunks.first.take();
            rows += read(&mut test, &mut frames, rows, limit, cx)?;
        }
        cx.event(&Event::Step { stage: self.name(), done: rows as u64, total: rows as u64 });
        let data = stack(frames, &self.config.source.display())?;
        Ok(Table { test_from, ..Table::new(data, self.config.source.display()) })
    }
}

/// Reads everything, telling the progress and the warnings; returns the number of rows, which is never 0.
fn read(
    chunks: &mut Chunks,
    frames: &mut Vec<polars::prelude::DataFrame>,
    before: usize,
    limit: u64,
    cx: &Context<'_>,
) -> Result<usize> {
    let mut rows = 0;
    while let Some(table) = chunks.next() {
        cx.check()?;
        for warning in chunks.warnings() {
            cx.warn(warning);
        }
        let table = table?;
        rows += table.height();
        let needed = survey::memory(before + rows, table.data.width());
        if needed > limit {
            let hint = "raise --max-memory, set [collect] limit, or give `mkt train` a plain CSV, NDJSON or Parquet file, which it streams";
            return Err(LimitError::Growing { origin: chunks.source.clone(), rows: before + rows, needed, limit, hint }.into());
        }
        cx.event(&Event::Step { stage: "collect", done: (before + rows) as u64, total: 0 });
        if table.height() > 0 {
            frames.push(table.data);
        }
    }
    for warning in chunks.warnings() {
        cx.warn(warning);
    }
    if rows == 0 { Err(CollectError::NoRows { path: chunks.source.clone() }.into()) } else { Ok(rows) }
}
