//! Rows of a streamed run, read again.

use std::sync::Arc;

use polars::prelude::DataFrame;

use super::STREAMED;
use super::sample::CHUNK;
use crate::collect::{Chunks, Collect, stack};
use crate::data::{Rows, Table, copy_rows};
use crate::error::Result;
use crate::experiment::hash;
use crate::pipeline::{Context, Event, Pipeline, Warning, in_order};

/// Passes over all rows of a source and its test source, and keeps those of given numbers.
pub struct Again<'a> {
    pub collect: &'a Collect,
    /// Ascending.
    pub rows: &'a [usize],
}

/// The rows of given numbers that there are.
pub struct Found {
    pub table: Table,
    /// Checksum of all rows, as the lineage of a streamed run has it.
    pub hash: String,
}

impl Pipeline for Again<'_> {
    type Input = ();
    type Output = Found;

    fn name(&self) -> &'static str {
        "collect"
    }

    fn run(&self, (): (), cx: &Context<'_>) -> Result<Found> {
        let (mut hash, mut frames) = (blake3::Hasher::new(), Vec::new());
        let mut rows = self.keep(self.collect.chunks(CHUNK)?, 0, &mut hash, &mut frames, cx)?;
        if let Some(chunks) = self.collect.test_chunks(CHUNK, cx)? {
            rows += self.keep(chunks, rows, &mut hash, &mut frames, cx)?;
        }
        let source = self.collect.source();
        let data = stack(frames, &source)?;
        let there = &self.rows[..self.rows.partition_point(|row| *row < rows)];
        let rows = Rows { source, first: 0, picked: Some(Arc::from(there)) };
        let hash = format!("{STREAMED}{}", hash.finalize().to_hex());
        Ok(Found { table: Table { data, rows, test_from: None }, hash })
    }
}

impl Again<'_> {
    /// Keeps rows of one source, before which there were others, and returns how many it has.
    fn keep(
        &self,
        mut chunks: Chunks<'_>,
        before: usize,
        hash_all: &mut blake3::Hasher,
        frames: &mut Vec<DataFrame>,
        cx: &Context<'_>,
    ) -> Result<usize> {
        let mut last = Vec::new();
        let read = || chunks.next_told(&mut last);
        let pick = |read: Result<(Table, Vec<Warning>)>| -> Result<(usize, DataFrame, String, Vec<Warning>)> {
            let (table, warnings) = read?;
            let first = before + table.rows.first;
            let from = self.rows.partition_point(|row| *row < first);
            let to = self.rows.partition_point(|row| *row < first + table.height());
            let places: Vec<usize> = self.rows[from..to].iter().map(|row| row - first).collect();
            Ok((table.height(), copy_rows(&table.data, &places)?, hash(&table), warnings))
        };
        let mut rows = 0;
        in_order(cx.threads(), read, pick, |part| {
            cx.check()?;
            let (height, kept, hash, warnings) = part?;
            cx.warn_all(warnings);
            hash_all.update(hash.as_bytes());
            frames.push(kept);
            rows += height;
            cx.event(&Event::Step { stage: "collect", done: (before + rows) as u64, total: 0 });
            Ok(())
        })?;
        cx.warn_all(last);
        Ok(rows)
    }
}
