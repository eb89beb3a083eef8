//! Reads sources into tables: CSV, TSV, JSON, NDJSON, Parquet, Arrow and Excel files, packed or not, one or many, from disk,
//! standard input, web servers or object stores; and tables or queries of `SQLite` and `PostgreSQL`.
//!
//! One file per kind of source; [`Collect`] reads everything, [`Chunks`] a few rows at a time.

mod address;
mod awaited;
mod blocks;
mod chunks;
mod config;
mod csv;
mod database;
mod decimals;
mod dialect;
mod encoding;
mod excel;
mod files;
mod fits;
mod footer;
mod foreign;
mod input;
mod ipc;
mod irregular;
mod join;
mod json;
mod limits;
mod mend;
mod names;
mod origin;
mod pages;
mod parquet;
mod records;
mod remote;
mod scan;
mod sniff;
mod spool;
mod stack;
mod survey;
mod typed;
mod watched;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use address::is_address;
pub use chunks::Chunks;
pub use config::{CollectConfig, Decimal, Format, SampleRows, Sources, Streaming};
pub use encoding::Encoding;
pub use excel::{Area, SheetChoice};
pub use foreign::{VERB as DECODE, decode_in_child, serve};
pub use join::{How, JoinConfig, Names, TableConfig, Types, Typing, Validate, Watch};
pub use stack::stack;
pub use survey::{CELL, FIXED, Survey};

use crate::data::Table;
use crate::error::{CollectError, ConfigError, LimitError, Result};
use crate::pipeline::{Context, Event, Pipeline};
use database::Select;
use dialect::{Quote, Settings};
use files::{expand, setting};
use fits::Fits;
use join::Combine;
use limits::Limits;
use origin::{Opening, Origin};

/// Fewest rows of a sample that a table is known by.
pub const FEWEST_SAMPLED: usize = 2000;
/// Rows read between two looks at whether to go on.
const BLOCK: usize = 1 << 16;

/// Reads the source, and the test source behind it.
#[derive(Clone, Debug)]
pub struct Collect {
    config: CollectConfig,
    settings: Settings,
    select: Option<Select>,
    limits: Limits,
    base: PathBuf,
    /// How several sources become one table.
    combine: Option<Combine>,
}

impl Collect {
    /// Checks the settings; relative paths start at `base`. No file is looked at yet.
    ///
    /// # Errors
    /// [`ConfigError`] where no source is named or a setting cannot be used.
    pub fn new(config: &CollectConfig, base: &Path) -> Result<Self> {
        if config.source.is_empty() && config.tables.is_empty() {
            return Err(ConfigError::NoSource.into());
        }
        for (key, sources) in [("source", &config.source), ("test", &config.test)] {
            if sources.0.iter().any(|source| source.trim().is_empty()) {
                return Err(setting(key, "an empty name; name a file, a pattern, an address, or `-` for standard input"));
            }
            sources.0.iter().try_for_each(|source| address::check(key, source))?;
        }
        config.check_tables()?;
        let select = Select::new(config.table.as_deref(), config.query.as_deref())?;
        let limits = Limits::new(config)?;
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
        let (sheet, range) = (config.sheet.clone(), config.range);
        let settings = Settings { encoding: config.encoding, delimiter, quote, header, skip, keep_all: false, sheet, range };
        let combine = Combine::new(config, base)?;
        Ok(Self { config: config.clone(), settings, select, limits, base: base.into(), combine })
    }

    /// Lends the rules by which the columns of several sources get their types.
    #[must_use]
    pub fn with_typing(mut self, typing: Arc<dyn Typing>) -> Self {
        if let Some(combine) = &mut self.combine {
            combine.typing = Some(typing);
        }
        self
    }

    /// Takes every record for a row, also one that looks like a line of sums or has other fields than the header: a row to
    /// predict gets its answer wherever it stands.
    #[must_use]
    pub const fn keep_all(mut self) -> Self {
        self.settings.keep_all = true;
        self
    }

    /// The files of the source, patterns expanded and sorted; `-` is standard input, and an address stands as it was typed.
    ///
    /// # Errors
    /// [`CollectError::NoMatch`] for a pattern that fits no file; [`ConfigError`] for what is no pattern and no address.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        Ok(expand(&self.config.source, &self.base)?.into_iter().map(|origin| origin.shown.into()).collect())
    }

    /// The rows of the source in tables of at most `rows` rows, whatever the size of its files; the test source is
    /// left out. What is remote is fetched by the iterator: give it a context with [`Chunks::with`].
    ///
    /// # Errors
    /// As [`Collect::files`]. Files are opened by the iterator, one after the other.
    pub fn chunks(&self, rows: usize) -> Result<Chunks<'static>> {
        if let Some(combine) = &self.combine {
            return self.combined(combine, rows, &|| Ok(()));
        }
        let mut chunks = self.learned(expand(&self.config.source, &self.base)?, rows)?;
        chunks.left = self.config.limit.unwrap_or(usize::MAX);
        Ok(chunks)
    }

    /// The rows of the test source, numbered from 0, as [`Collect::chunks`]; `None` where there is none.
    ///
    /// # Errors
    /// As [`Collect::files`], and if a file is learned from, too.
    pub fn test_chunks(&self, rows: usize, cx: &Context<'_>) -> Result<Option<Chunks<'static>>> {
        let learned = self.origins(&self.config.source, cx)?;
        let origins = self.test_origins(&learned, cx)?;
        (!origins.is_empty()).then(|| self.judging(origins, &learned, rows)).transpose()
    }

    /// How the source is called in messages.
    #[must_use]
    pub fn source(&self) -> String {
        self.combine.as_ref().map_or_else(|| self.config.source.display(), Combine::display)
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

    /// The rows to learn from.
    fn learned(&self, origins: Vec<Origin>, rows: usize) -> Result<Chunks<'static>> {
        let fits = Fits::new(&self.config, "", &origins, &expand(&self.config.test, &self.base)?)?;
        Ok(Chunks::new(origins, self.opening(fits), self.config.source.display(), rows))
    }

    /// The rows that only judge; `learned` are the places of the others.
    fn judging(&self, origins: Vec<Origin>, learned: &[Origin], rows: usize) -> Result<Chunks<'static>> {
        let fits = Fits::new(&self.config, "", &origins, learned)?;
        Ok(Chunks::new(origins, self.opening(fits), self.config.test.display(), rows))
    }

    fn opening(&self, fits: Fits) -> Opening {
        let (settings, limits, select) = (self.settings.clone(), self.limits, self.select.clone());
        Opening { format: self.config.format, settings, limits, select, fits }
    }

    /// All places of sources, patterns of object stores expanded too.
    fn origins(&self, sources: &Sources, cx: &Context<'_>) -> Result<Vec<Origin>> {
        let mut origins = Vec::new();
        for origin in expand(sources, &self.base)? {
            origins.extend(origin.expand(self.limits, Some(cx))?);
        }
        Ok(origins)
    }

    /// The places of the test source, none of which may be read for training too.
    fn test_origins(&self, learned: &[Origin], cx: &Context<'_>) -> Result<Vec<Origin>> {
        let origins = self.origins(&self.config.test, cx)?;
        match origins.iter().find(|origin| learned.iter().any(|l| l.is(origin))) {
            Some(origin) => {
                let message = format!("{} is in source too; rows that judge a model must not train it", origin.shown);
                Err(setting("test", message))
            }
            None => Ok(origins),
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
        let (mut chunks, test) = if let Some(combine) = &self.combine {
            (self.combined(combine, BLOCK, &|| cx.check())?, None)
        } else {
            let origins = self.origins(&self.config.source, cx)?;
            let test_origins = self.test_origins(&origins, cx)?;
            let test = (!test_origins.is_empty()).then(|| self.judging(test_origins, &origins, BLOCK)).transpose()?;
            let mut chunks = self.learned(origins, BLOCK)?.with(cx);
            chunks.left = self.config.limit.unwrap_or(usize::MAX);
            (chunks, test)
        };
        let mut frames = Vec::new();
        let limit = self.config.max_memory.bytes();
        let mut rows = read(&mut chunks, &mut frames, 0, limit, cx)?;
        let mut test_from = None;
        if let Some(test) = test {
            test_from = Some(rows);
            let mut test = test.with(cx);
            test.first = chunks.first.take();
            rows += read(&mut test, &mut frames, rows, limit, cx)?;
        }
        cx.event(&Event::Step { stage: self.name(), done: rows as u64, total: rows as u64 });
        let data = stack(frames, &chunks.source)?;
        Ok(Table { test_from, ..Table::new(data, chunks.source) })
    }
}

/// Reads everything, telling the progress and the warnings; returns the number of rows, which is never 0.
fn read(
    chunks: &mut Chunks<'_>,
    frames: &mut Vec<polars::prelude::DataFrame>,
    before: usize,
    limit: u64,
    cx: &Context<'_>,
) -> Result<usize> {
    let mut rows = 0;
    while let Some(table) = chunks.next() {
        cx.check()?;
        cx.warn_all(chunks.warnings());
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
    cx.warn_all(chunks.warnings());
    if rows == 0 { Err(CollectError::NoRows { path: chunks.source.clone() }.into()) } else { Ok(rows) }
}
