//! Whether tables that are joined fit into memory, and what is done where they do not.

use std::sync::Arc;

use super::config::Validate;
use super::stream::{Joined, Stream};
use super::{Combine, READ, Way};
use crate::collect::chunks::Chunks;
use crate::collect::config::Streaming;
use crate::collect::files::expand;
use crate::collect::fits::Fits;
use crate::collect::survey::{CELL, FIXED, Survey};
use crate::collect::typed::Pieces;
use crate::collect::{Collect, FEWEST_SAMPLED};
use crate::error::{LimitError, Result};
use crate::pipeline::{Context, Pipeline};

/// Bytes of memory that the key of a row takes.
const KEY: u64 = 64;
/// What can be done where tables are too large.
const INSTEAD: &str = "raise --max-memory, or join them before, such as in a database";

impl Combine {
    /// How large the tables are together, as far as that is known before they are read. How many rows come of them is 0 where
    /// a join, or a query, can make more than there are in the first table.
    pub fn survey(&self, limit: Option<usize>) -> Result<Survey> {
        let mut all = Survey { rows: 0, exact: true, columns: 0, read: 0, held: 0 };
        let (first, joins): (_, &[_]) = match &self.way {
            Way::Joins(first, joins) => (Some(first).filter(|_| joins.iter().all(|join| join.validate.right_once())), joins),
            Way::Query(_) => (None, &[]),
        };
        for (name, (collect, _)) in &self.tables {
            let Some(found) = collect.survey()? else { continue };
            // The keys stand in the rows that are joined, too.
            let keys = joins.iter().find(|join| join.table == *name).map_or(0, |join| join.key().1.len());
            all.columns += found.columns.saturating_sub(keys);
            let bytes = found.rows.saturating_mul(READ * found.columns as u64 + KEY);
            all.read += bytes;
            if first == Some(name) {
                (all.rows, all.exact) = (found.rows.min(limit.map_or(u64::MAX, |limit| limit as u64)), found.exact);
            } else {
                all.held += bytes;
            }
        }
        Ok(all)
    }

    /// Why the joined rows cannot be streamed, however many they are.
    pub fn unstreamed(&self) -> Result<Option<String>> {
        let Way::Joins(first, joins) = &self.way else {
            return Ok(Some("tables that are joined are held in memory where a query joins them".into()));
        };
        if let Some(join) = joins.iter().find(|join| join.validate != Validate::ManyToOne) {
            return Ok(Some(format!(
                "tables that are joined are held in memory, unless every key stands once in each of those that are joined to the first: the join of \"{}\" has validate = \"{}\", not \"m:1\"",
                join.table,
                join.validate.word()
            )));
        }
        Ok(self.tables[first].0.survey()?.is_none().then(|| {
            let first = self.shown(first);
            format!("of tables that are joined, the first is only streamed from files of CSV, NDJSON and Parquet, and {first} is none")
        }))
    }
}

impl Collect {
    /// Why tables that are joined cannot be streamed, however large they are; `None` where they can, or nothing is joined.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn unstreamed(&self) -> Result<Option<String>> {
        self.combine.as_ref().map_or(Ok(None), Combine::unstreamed)
    }

    /// Refuses tables to be joined that are known to need more memory than they may take.
    ///
    /// # Errors
    /// [`LimitError::NotStreamed`], or if a file cannot be read.
    pub fn joins_fit(&self) -> Result<()> {
        let Some(combine) = &self.combine else { return Ok(()) };
        let (limit, needed) = (self.max_memory(), combine.survey(self.config.limit)?.memory());
        if needed <= limit {
            return Ok(());
        }
        let reason = match combine.unstreamed()? {
            Some(reason) => reason,
            None if self.streaming() == Streaming::Never => "[collect] stream is \"never\"".into(),
            None => "tables that are joined are held in memory, but by `mkt check`, `mkt train` and `mkt predict`".into(),
        };
        Err(LimitError::NotStreamed { origin: self.source(), needed, limit, reason: format!("{reason}; {INSTEAD}") }.into())
    }

    /// Itself; or where tables that are joined are to be streamed, because they do not fit into memory or the settings say
    /// so, what [`Collect::streamed`] gives.
    ///
    /// # Errors
    /// As [`Collect::streamed`].
    pub fn ready(self, cx: &Context<'_>) -> Result<Self> {
        let survey = if self.combine.is_some() { self.survey()? } else { None };
        let streams = survey.is_some_and(|survey| match self.streaming() {
            Streaming::Auto => survey.memory() > self.max_memory(),
            Streaming::Always => true,
            Streaming::Never => false,
        });
        if streams { self.streamed(cx) } else { Ok(self) }
    }

    /// A source whose [chunks](Collect::chunks) are read and joined as they are asked for: the tables that others are joined to
    /// are not held. Where nothing is joined, that is the source itself.
    ///
    /// # Errors
    /// If a table cannot be read, does not fit into memory although it is looked up in, has a key twice, or cannot be joined.
    pub fn streamed(&self, cx: &Context<'_>) -> Result<Self> {
        if self.combine.is_some() { cx.run(&Prepare(self), ()) } else { Ok(self.clone()) }
    }

    /// Refuses settings of a table that its source has no use for.
    pub(in crate::collect) fn tables_use_their_settings(&self) -> Result<()> {
        for (name, table) in &self.config.tables {
            Fits::new(&table.0, &format!("tables.{name}."), &expand(&table.0.source, &self.base)?, &[])?;
        }
        Ok(())
    }

    /// Rows by which the types of a table are decided that does not fit into memory.
    fn sample_of_types(&self, survey: &Survey) -> usize {
        let limit = self.max_memory();
        let rest = limit.saturating_sub(FIXED + limit / 4 + survey.held);
        let rows = usize::try_from(rest / (CELL * (survey.columns as u64).max(1))).unwrap_or(usize::MAX);
        rows.clamp(FEWEST_SAMPLED, self.sample())
    }

    /// The rows of several sources together, in tables of at most `rows` rows.
    pub(in crate::collect) fn combined(
        &self,
        combine: &Combine,
        rows: usize,
        go_on: &dyn Fn() -> Result<()>,
    ) -> Result<Chunks<'static>> {
        self.tables_use_their_settings()?;
        let chunks = Chunks::new(Vec::new(), self.opening(Fits::default()), combine.display(), rows);
        let limit = self.config.limit.unwrap_or(usize::MAX);
        if let Some(stream) = &combine.stream {
            return Ok(chunks.ready(Box::new(Joined::open(combine, stream, rows, limit)?), Vec::new()));
        }
        self.joins_fit()?;
        let (frame, warnings) = combine.run(self.max_memory(), go_on)?;
        Ok(chunks.ready(Box::new(Pieces::new(frame.head(Some(limit)))), warnings))
    }
}

/// Gets joined rows ready to be streamed.
struct Prepare<'a>(&'a Collect);

impl Pipeline for Prepare<'_> {
    type Input = ();
    type Output = Collect;

    fn name(&self) -> &'static str {
        "collect"
    }

    fn run(&self, (): (), cx: &Context<'_>) -> Result<Collect> {
        let mut collect = self.0.clone();
        if let Some(combine) = &mut collect.combine {
            self.0.tables_use_their_settings()?;
            let survey = combine.survey(self.0.config.limit)?;
            if let Some(reason) = combine.unstreamed()? {
                let (origin, needed, limit) = (self.0.source(), survey.memory(), self.0.max_memory());
                return Err(LimitError::NotStreamed { origin, needed, limit, reason }.into());
            }
            let stream = Stream::prepare(combine, self.0.max_memory(), self.0.sample_of_types(&survey), cx)?;
            combine.stream = Some(Arc::new(stream));
        }
        Ok(collect)
    }
}
