//! The second pass: every row cleaned, encoded and spooled on the side where it belongs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{Column, DataType};

use super::sample::CHUNK;
use super::sides::{Side, Sides};
use crate::clean::{Clean, Part};
use crate::collect::{Chunks, Collect};
use crate::data::{Dataset, Packing, RuleCount, Schema, Spool, Table, Truth, Unusual};
use crate::error::{CollectError, Error, Result};
use crate::normalize::FittedNormalizer;
use crate::pipeline::{Context, Event, Warning, in_order};
use crate::seed::mix;

/// What the pass needs to know.
pub struct Pass<'a> {
    pub collect: &'a Collect,
    pub clean: &'a Clean,
    pub schema: &'a Arc<Schema>,
    pub normalizer: &'a FittedNormalizer,
    pub sides: &'a Sides,
    /// Share of the test part that is judged.
    pub judged: f64,
    /// Rows of the source and of the test source, as the first pass counted them.
    pub rows: [usize; 2],
    /// Where rows are spooled.
    pub folder: &'a Path,
}

/// Every row, where it belongs.
pub struct Spooled {
    pub packing: Packing,
    pub train: Spool,
    pub stop: Dataset,
    pub test: Spool,
    /// Rows of the test part, also those that are not judged.
    pub test_rows: usize,
    /// Rows that stand in the gap before the test part.
    pub left_out: usize,
    /// Rows on the side learned from that have no weight.
    pub weightless: usize,
    /// Rows of each class, on all sides.
    pub class_rows: Vec<usize>,
    /// Sum of the weights of each class, of rows to learn from.
    pub class_weights: Vec<f64>,
    pub counts: Vec<RuleCount>,
    pub unusual: Vec<Unusual>,
    /// Whether a number to learn from is below 0.
    pub negative: bool,
}

/// What one chunk comes to.
struct Encoded {
    rows: usize,
    train: Vec<u8>,
    stop: Vec<u8>,
    test: Vec<u8>,
    test_rows: usize,
    left_out: usize,
    weightless: usize,
    class_rows: Vec<usize>,
    class_weights: Vec<f64>,
    counts: Vec<RuleCount>,
    unusual: Vec<Unusual>,
    negative: bool,
    warnings: Vec<Warning>,
}

impl Pass<'_> {
    /// Reads, cleans, encodes and spools all rows.
    ///
    /// # Errors
    /// If a row cannot be read or cleaned, the disk is full, or the source is not what the first pass read.
    pub fn run(&self, cx: &Context<'_>) -> Result<Spooled> {
        let packing = self.normalizer.packing();
        let classes = self.schema.target.labels.len();
        let mut stop = Vec::new();
        let mut all = Spooled {
            train: Spool::create(self.folder, packing.bytes())?,
            test: Spool::create(self.folder, packing.bytes())?,
            stop: packing.unpack(&[]).0,
            packing,
            test_rows: 0,
            left_out: 0,
            weightless: 0,
            class_rows: vec![0; classes],
            class_weights: vec![0.0; classes],
            counts: Vec::new(),
            unusual: Vec::new(),
            negative: false,
        };
        let mut counts = BTreeMap::new();
        self.source(self.collect.chunks(CHUNK)?, 0, false, &mut all, &mut stop, &mut counts, cx)?;
        if let Some(chunks) = self.collect.test_chunks(CHUNK, cx)? {
            self.source(chunks, self.rows[0], true, &mut all, &mut stop, &mut counts, cx)?;
        }
        all.train.flush()?;
        all.test.flush()?;
        all.stop = all.packing.unpack(&stop).0;
        all.counts = counts.into_iter().map(|((column, rule), count)| RuleCount { rule, column, count }).collect();
        Ok(all)
    }

    #[expect(clippy::too_many_arguments, reason = "what two sources add to")]
    fn source(
        &self,
        mut chunks: Chunks,
        before: usize,
        judges: bool,
        all: &mut Spooled,
        stop: &mut Vec<u8>,
        counts: &mut BTreeMap<(Option<String>, String), usize>,
        cx: &Context<'_>,
    ) -> Result<()> {
        let total = self.rows.iter().sum::<usize>() as u64;
        let packing = all.packing.clone();
        let read = || {
            let table = chunks.next()?;
            let warnings = chunks.warnings();
            Some(table.map(|table| (table, warnings)))
        };
        let encode = |read: Result<(Table, Vec<Warning>)>| {
            let (mut table, warnings) = read?;
            table.rows.first += before;
            self.encode(&table, warnings, judges, &packing)
        };
        let mut rows = 0;
        in_order(cx.threads(), read, encode, |part| {
            cx.check()?;
            let part = part?;
            cx.warn_all(part.warnings);
            all.train.add(&part.train)?;
            all.test.add(&part.test)?;
            stop.extend(part.stop);
            all.test_rows += part.test_rows;
            all.left_out += part.left_out;
            all.weightless += part.weightless;
            all.class_rows.iter_mut().zip(part.class_rows).for_each(|(a, b)| *a += b);
            all.class_weights.iter_mut().zip(part.class_weights).for_each(|(a, b)| *a += b);
            all.negative |= part.negative;
            Unusual::add_all(part.unusual, &mut all.unusual);
            part.counts.into_iter().for_each(|c| *counts.entry((c.column, c.rule)).or_default() += c.count);
            rows += part.rows;
            cx.event(&Event::Step { stage: "spool", done: (before + rows) as u64, total });
            Ok(())
        })?;
        if rows != self.rows[usize::from(judges)] {
            return Err(CollectError::Changed { path: self.collect.source() }.into());
        }
        Ok(())
    }

    /// The rows with every column that the first pass met: those of NDJSON have what their own keys name.
    fn whole(&self, table: &Table) -> Result<Table> {
        let lacks = |name: &&str| table.data.column(name).is_err();
        let missing = self.schema.columns.iter().map(|c| c.name.as_str()).filter(lacks);
        let missing = missing.map(|name| Column::full_null(name.into(), table.height(), &DataType::String));
        Ok(Table { data: table.data.hstack(&missing.collect::<Vec<_>>())?, ..table.clone() })
    }

    fn encode(&self, table: &Table, warnings: Vec<Warning>, judges: bool, packing: &Packing) -> Result<Encoded> {
        let part = self.clean.part(self.schema, &self.whole(table)?)?;
        let Part { frame, keys } = &part;
        let truth = frame.truth.as_ref().ok_or_else(|| Error::Internal("a part without a target".into()))?;
        let data = self.normalizer.encode(frame, &mut Vec::new())?;
        let classes = self.schema.target.labels.len();
        let mut out = Encoded {
            rows: table.height(),
            train: Vec::new(),
            stop: Vec::new(),
            test: Vec::new(),
            test_rows: 0,
            left_out: 0,
            weightless: 0,
            class_rows: vec![0; classes],
            class_weights: vec![0.0; classes],
            counts: frame.counts.clone(),
            unusual: frame.unusual.clone(),
            negative: false,
            warnings,
        };
        for (row, key) in keys.iter().enumerate() {
            let side = if judges { Side::Test } else { self.sides.side(&part, row) };
            let class = if let Truth::Classes(codes) = truth { Some(codes[row] as usize) } else { None };
            if let Some(class) = class {
                out.class_rows[class] += 1;
            }
            let number = if let Truth::Numbers(values) = truth { values[row] } else { 0.0 };
            out.negative |= matches!(side, Side::Train | Side::Stop) && number < 0.0;
            // A batch of rows without weight would have no mean loss.
            let learned = data.weights[row] > 0.0;
            let to = match side {
                Side::Left => {
                    out.left_out += 1;
                    continue;
                }
                Side::Test => {
                    out.test_rows += 1;
                    let drawn = mix(mix(*key) ^ frame.rows[row] as u64) as f64;
                    if self.judged < 1.0 && drawn >= self.judged * u64::MAX as f64 {
                        continue;
                    }
                    &mut out.test
                }
                Side::Train | Side::Stop if !learned => {
                    out.weightless += 1;
                    continue;
                }
                Side::Stop => &mut out.stop,
                Side::Train => {
                    if let Some(class) = class {
                        out.class_weights[class] += f64::from(data.weights[row]);
                    }
                    &mut out.train
                }
            };
            packing.pack(&data, truth, row, to);
        }
        Ok(out)
    }
}
