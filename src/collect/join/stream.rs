//! Joined rows that are streamed: the tables that are looked up in are held, with a map of their keys, and the rows that are
//! joined to them come part by part.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::DataFrame;

use super::lookup::{Found, Lookup};
use super::typing::Types;
use super::{Combine, READ, Way, nothing_left, of_table};
use crate::collect::blocks::Blocks;
use crate::collect::chunks::Chunks;
use crate::collect::stack::stack;
use crate::data::{Reservoir, Rows, Table, Unusual};
use crate::error::{CollectError, Error, Result};
use crate::pipeline::{Cancel, Context, Event, Warning};

/// Rows that are looked at before they are streamed, at a time.
const STEP: usize = 1 << 15;
/// Rows by which it is tried whether the tables can be joined at all.
const TRIED: usize = 1000;

/// All that joined rows are streamed with.
#[derive(Debug)]
pub(super) struct Stream {
    /// The table that the others are joined to: its name, and as messages call it.
    name: String,
    first: String,
    types: Box<dyn Types>,
    lookups: Vec<Lookup>,
    /// What is to be told of the other tables.
    told: BTreeMap<String, Vec<Warning>>,
    /// Rows of the sample that the types are of, and rows in all.
    sampled: (usize, usize),
    /// Asked between parts: many of them may have no row that comes of the joins.
    cancel: Cancel,
}

impl Stream {
    /// Reads the tables that are looked up in, which may take `limit` bytes, and decides the types of the first one by all of
    /// its rows and a uniform sample of `sample` of them.
    pub fn prepare(combine: &Combine, limit: u64, sample: usize, cx: &Context<'_>) -> Result<Self> {
        let Way::Joins(name, joins) = &combine.way else {
            return Err(Error::Internal("a query that is streamed".into()));
        };
        let (mut frames, mut told, mut held) = (BTreeMap::new(), BTreeMap::new(), 0);
        for other in combine.tables.keys().filter(|other| *other != name) {
            let mut warnings = Vec::new();
            let frame = combine.table(other, limit.saturating_sub(held), &|| cx.check(), &mut warnings)?;
            held += (frame.height() as u64).saturating_mul(READ * frame.width() as u64);
            frames.insert(other, frame);
            told.insert(other.clone(), warnings);
        }
        let first = combine.shown(name);
        let Decided { types, tried, sampled } = decide(combine, name, sample, cx)?;
        // Names and kinds of columns show before all rows are read.
        let (mut rows, _) = types.typed(&tried)?;
        let mut lookups = Vec::new();
        for join in joins {
            cx.check()?;
            let lookup = Lookup::new(&rows, &first, frames.remove(&join.table).unwrap_or_default(), join)?;
            rows = lookup.join(&rows, &first, &mut Found::default())?;
            lookups.push(lookup);
        }
        Ok(Self { name: name.clone(), first, types, lookups, told, sampled, cancel: cx.cancel() })
    }

    /// What is to be told of the tables where all rows were read, in the order in which tables in memory are told of.
    fn told(&self, reading: Vec<Warning>, odd: &[Unusual], found: Vec<Found>) -> Result<Vec<Warning>> {
        let mut told = self.told.clone();
        let mut own = reading;
        own.extend(of_table(&self.name, self.types.told(odd)));
        let (sample, rows) = self.sampled;
        if sample < rows {
            let message = format!(
                "table {}: the types of its columns, before others are joined to it, are those of a uniform sample of {sample} of {rows} rows",
                self.name
            );
            own.push(Warning::new("streamed", message).source(format!("table {}", self.name)).count(rows));
        }
        told.insert(self.name.clone(), own);
        let mut told: Vec<Warning> = told.into_values().flatten().collect();
        for (lookup, found) in self.lookups.iter().zip(found) {
            told.extend(lookup.told(&self.first, found)?);
        }
        Ok(told)
    }
}

/// What all rows of a table tell.
struct Decided {
    types: Box<dyn Types>,
    /// A few of the rows.
    tried: Table,
    /// Rows of the sample that the types are of, and rows in all.
    sampled: (usize, usize),
}

/// Decides the types of the columns of a table.
fn decide(combine: &Combine, name: &str, sample: usize, cx: &Context<'_>) -> Result<Decided> {
    let (collect, config) = &combine.tables[name];
    let source = config.source.display();
    let mut watch = combine.typing()?.watch(config);
    let reservoir = Reservoir::new(sample, cx.seed().derive("types", 0).rng().bits());
    let mut rows = 0;
    for table in collect.chunks(STEP)? {
        cx.check()?;
        let table = table?;
        watch.see(&table)?;
        reservoir.add(reservoir.pick(&table.data, table.rows.first)?)?;
        rows += table.height();
        cx.event(&Event::Step { stage: "collect", done: rows as u64, total: 0 });
    }
    if rows == 0 {
        return Err(CollectError::NoRows { path: combine.shown(name) }.into());
    }
    let (frames, picked) = reservoir.finish()?;
    let data = stack(frames, &source)?;
    let sampled = data.height();
    let rows_of = Rows { source, first: 0, picked: Some(Arc::from(picked)) };
    let sample = Table { data, rows: rows_of, test_from: None };
    let types = watch.types(&sample)?;
    Ok(Decided { types, tried: Table { data: sample.data.head(Some(TRIED)), ..sample }, sampled: (sampled, rows) })
}

/// The joined rows, part by part.
pub(super) struct Joined {
    stream: Arc<Stream>,
    chunks: Chunks<'static>,
    /// How many rows may still come; those behind them are joined all the same, to be counted.
    left: usize,
    /// Whether any came.
    any: bool,
    found: Vec<Found>,
    odd: Vec<Unusual>,
    /// What is to be told of reading.
    reading: Vec<Warning>,
    told: Vec<Warning>,
}

impl Joined {
    /// Begins with the first row; parts have at most `rows` rows, all together `limit`.
    pub fn open(combine: &Combine, stream: &Arc<Stream>, rows: usize, limit: usize) -> Result<Self> {
        let chunks = combine.tables[&stream.name].0.chunks(rows)?;
        let found = stream.lookups.iter().map(|_| Found::default()).collect();
        let (odd, reading, told) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { stream: Arc::clone(stream), chunks, left: limit, any: false, found, odd, reading, told })
    }
}

impl Blocks for Joined {
    fn header(&self) -> Option<DataFrame> {
        None
    }

    fn next(&mut self, _: usize) -> Result<Option<DataFrame>> {
        let Stream { first, types, lookups, cancel, .. } = &*self.stream;
        while let Some(table) = self.chunks.next() {
            cancel.check()?;
            self.reading.extend(self.chunks.warnings());
            let (mut frame, odd) = types.typed(&table?)?;
            Unusual::add_all(odd, &mut self.odd);
            for (lookup, found) in lookups.iter().zip(&mut self.found) {
                frame = lookup.join(&frame, first, found)?;
            }
            self.any |= frame.height() > 0;
            let frame = frame.head(Some(self.left));
            self.left -= frame.height();
            if frame.height() > 0 {
                return Ok(Some(frame));
            }
        }
        self.reading.extend(self.chunks.warnings());
        let (reading, found) = (std::mem::take(&mut self.reading), std::mem::take(&mut self.found));
        self.told = self.stream.told(reading, &self.odd, found)?;
        if self.any { Ok(None) } else { Err(nothing_left()) }
    }

    fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.told)
    }
}
