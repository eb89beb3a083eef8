//! A uniform sample of the rows of a source, in one pass.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, DataType, PlSmallStr};

use crate::clean::Order;
use crate::collect::{Chunks, Collect, stack};
use crate::data::{Picked, Reservoir, Rows, Table};
use crate::error::{CollectError, Result};
use crate::experiment::hash;
use crate::pipeline::{Context, Event, Pipeline, Warning, in_order};

/// Rows that are read at once.
pub const CHUNK: usize = 1 << 15;

/// Draws rows, each set of them equally likely: those whose numbers have the smallest checksums.
pub struct Draw<'a> {
    pub collect: &'a Collect,
    /// Rows wanted of the source; of a test source a quarter of it.
    pub rows: usize,
}

/// A sample, and what a pass over all rows tells.
pub struct Sample {
    /// In the order of the source, the rows of a test source behind it.
    pub table: Table,
    /// Rows of the source.
    pub rows: usize,
    /// Rows of the test source.
    pub test_rows: usize,
    /// Columns that count the rows of the source: each value is one more than the one before.
    pub counting: Vec<String>,
    /// Columns of dates of whose two first numbers one is the day in some row of the source, and which.
    pub orders: BTreeMap<String, Order>,
    /// Checksum of all rows.
    pub hash: String,
}

impl Pipeline for Draw<'_> {
    type Input = ();
    type Output = Sample;

    fn name(&self) -> &'static str {
        "collect"
    }

    fn run(&self, (): (), cx: &Context<'_>) -> Result<Sample> {
        let mut hash = blake3::Hasher::new();
        let source = draw(self.collect.chunks(CHUNK)?, self.rows, 0, &mut hash, cx)?;
        if source.rows == 0 {
            return Err(CollectError::NoRows { path: self.collect.source() }.into());
        }
        let (counting, orders) = (source.counting, source.orders);
        let (mut data, mut picked) = (source.data, source.picked);
        let (mut test_rows, mut test_from) = (0, None);
        if let Some(chunks) = self.collect.test_chunks(CHUNK, cx)? {
            test_from = Some(picked.len());
            let test = draw(chunks, self.rows.div_ceil(4), source.rows, &mut hash, cx)?;
            data = stack(vec![data, test.data], &self.collect.source())?;
            picked.extend(test.picked);
            test_rows = test.rows;
        }
        let rows = Rows { source: self.collect.source(), first: 0, picked: Some(Arc::from(picked)) };
        let table = Table { data, rows, test_from };
        Ok(Sample { table, rows: source.rows, test_rows, counting, orders, hash: hash.finalize().to_hex().to_string() })
    }
}

/// What was drawn of one source.
struct Drawn {
    data: DataFrame,
    picked: Vec<usize>,
    rows: usize,
    counting: Vec<String>,
    orders: BTreeMap<String, Order>,
}

/// What one chunk adds.
struct Part {
    rows: usize,
    picked: Picked,
    hash: String,
    /// What the values of columns are more than the numbers of their rows, where that is always the same.
    ahead: HashMap<PlSmallStr, i64>,
    orders: Vec<(String, Order)>,
}

fn draw(mut chunks: Chunks, wanted: usize, before: usize, hash_all: &mut blake3::Hasher, cx: &Context<'_>) -> Result<Drawn> {
    let source = chunks.source().to_owned();
    let reservoir = Reservoir::new(wanted, cx.seed().derive("sample", 0).rng().bits());
    let mut last = Vec::new();
    let read = || chunks.next_told(&mut last);
    let pick = |read: Result<(Table, Vec<Warning>)>| -> Result<(Part, Vec<Warning>)> {
        let (table, warnings) = read?;
        let counted = |column: &Column| Some((column.name().clone(), ahead(column, table.rows.first)?));
        let ahead = table.data.columns().iter().filter_map(counted).collect();
        let order = |column: &Column| Some((column.name().to_string(), Order::of(column)?));
        let orders = table.data.columns().iter().filter_map(order).collect();
        let picked = reservoir.pick(&table.data, before + table.rows.first)?;
        let part = Part { rows: table.height(), picked, hash: hash(&table), ahead, orders };
        Ok((part, warnings))
    };
    let mut rows = 0;
    let mut orders: BTreeMap<String, Order> = BTreeMap::new();
    let mut ahead_all: Option<HashMap<PlSmallStr, i64>> = None;
    in_order(cx.threads(), read, pick, |part| {
        cx.check()?;
        let (part, warnings) = part?;
        cx.warn_all(warnings);
        hash_all.update(part.hash.as_bytes());
        match &mut ahead_all {
            None => ahead_all = Some(part.ahead),
            Some(all) => all.retain(|name, ahead| part.ahead.get(name) == Some(ahead)),
        }
        part.orders.into_iter().for_each(|(name, order)| orders.entry(name).or_default().add(order));
        rows += part.rows;
        reservoir.add(part.picked)?;
        cx.event(&Event::Step { stage: "collect", done: (before + rows) as u64, total: 0 });
        Ok(())
    })?;
    cx.warn_all(last);
    let (frames, picked) = reservoir.finish()?;
    // Records of NDJSON may have keys that no record before them had.
    let mut data = stack(frames, &source)?;
    data.rechunk_mut();
    let counting = ahead_all.filter(|_| rows >= 20).unwrap_or_default().into_keys();
    let mut counting: Vec<String> = counting.map(|name| name.to_string()).collect();
    counting.sort_unstable();
    Ok(Drawn { data, picked, rows, counting, orders })
}

/// What the values of a column are more than the numbers of their rows, if that is the same in all.
fn ahead(column: &Column, first: usize) -> Option<i64> {
    let number = |row: usize| i64::try_from(first + row).ok();
    let mut found = None;
    let mut same = |row: usize, value: Option<i64>| {
        let ahead = value?.checked_sub(number(row)?)?;
        (*found.get_or_insert(ahead) == ahead).then_some(())
    };
    if let Ok(text) = column.str() {
        text.iter().enumerate().try_for_each(|(row, v)| same(row, v.and_then(|v| v.trim().parse().ok())))?;
    } else if column.dtype().is_integer() {
        let numbers = column.cast(&DataType::Int64).ok()?;
        numbers.i64().ok()?.iter().enumerate().try_for_each(|(row, v)| same(row, v))?;
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::collect::CollectConfig;
    use crate::pipeline::{Cancel, NoCheckpoints, Session, Silent};
    use crate::seed::Seed;

    fn sample(text: &str, rows: usize, threads: usize) -> Sample {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        let config = CollectConfig { source: path.to_str().unwrap().into(), ..CollectConfig::default() };
        let collect = Collect::new(&config, Path::new("")).unwrap();
        let session = Session::new(&Silent, &NoCheckpoints, Cancel::default(), Seed::new(3), threads);
        session.context().run(&Draw { collect: &collect, rows }, ()).unwrap()
    }

    fn text(rows: usize) -> String {
        std::iter::once("n,v,y\n".to_owned()).chain((0..rows).map(|i| format!("{},{},a\n", i + 5, i * 7 % 13))).collect()
    }

    #[test]
    fn a_sample_is_uniform_in_order_and_the_same_on_any_number_of_threads() {
        let text = text(200_000);
        let one = sample(&text, 5000, 1);
        assert_eq!((one.rows, one.table.height()), (200_000, 5000));
        let numbers = one.table.rows.picked.clone().unwrap();
        assert!(numbers.is_sorted());
        let mean = numbers.iter().sum::<usize>() as f64 / 5000.0;
        // Three standard deviations of the mean of 5000 uniform numbers.
        assert!((mean - 100_000.0).abs() < 3.0 * 200_000.0 / 12.0_f64.sqrt() / 5000.0_f64.sqrt(), "{mean}");
        let first = one.table.data.column("n").unwrap().str().unwrap().get(0).unwrap().to_owned();
        assert_eq!(first, (numbers[0] + 5).to_string());
        let two = sample(&text, 5000, 3);
        assert!(two.table.data.equals(&one.table.data) && two.hash == one.hash);
        assert_eq!(one.counting, ["n"]);
    }

    #[test]
    fn a_small_table_is_its_own_sample() {
        let all = sample(&text(300), 5000, 2);
        assert_eq!((all.table.height(), all.rows, all.test_rows), (300, 300, 0));
        assert!(sample(&text(300).replace("300,", "301,"), 5000, 2).counting.is_empty());
    }
}
