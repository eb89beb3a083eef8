//! A uniform sample of the rows of a source, in one pass.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use polars::prelude::{Column, DataFrame, DataType, IdxCa, IntoColumn, NewChunkedArray, PlSmallStr, StringChunkedBuilder};

use crate::clean::{Order, mix};
use crate::collect::{Chunks, Collect, stack};
use crate::data::{Rows, Table};
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
    picked: DataFrame,
    /// Checksum and number of each picked row.
    keys: Vec<(u64, usize)>,
    hash: String,
    /// What the values of columns are more than the numbers of their rows, where that is always the same.
    ahead: HashMap<PlSmallStr, i64>,
    orders: Vec<(String, Order)>,
}

fn draw(mut chunks: Chunks, wanted: usize, before: usize, hash_all: &mut blake3::Hasher, cx: &Context<'_>) -> Result<Drawn> {
    let source = chunks.source().to_owned();
    let salt = cx.seed().derive("sample", 0).rng().bits();
    // No row with a larger checksum is among the smallest. It only falls: an old value keeps too many, never too few.
    let bar = AtomicU64::new(u64::MAX);
    let mut last = Vec::new();
    let read = || {
        let table = chunks.next();
        let warnings = chunks.warnings();
        let Some(table) = table else {
            last.extend(warnings);
            return None;
        };
        Some(table.map(|table| (table, warnings)))
    };
    let pick = |read: Result<(Table, Vec<Warning>)>| -> Result<(Part, Vec<Warning>)> {
        let (table, warnings) = read?;
        let first = before + table.rows.first;
        let top = bar.load(Ordering::Relaxed);
        let all = (0..table.height()).map(|i| (mix(salt ^ (first + i) as u64), i));
        let (keys, places): (Vec<_>, Vec<_>) = all.filter(|(key, _)| *key < top).map(|(key, i)| ((key, first + i), i)).unzip();
        let counted = |column: &Column| Some((column.name().clone(), ahead(column, table.rows.first)?));
        let ahead = table.data.columns().iter().filter_map(counted).collect();
        let order = |column: &Column| Some((column.name().to_string(), Order::of(column)?));
        let orders = table.data.columns().iter().filter_map(order).collect();
        let part = Part { rows: table.height(), picked: copy(&table.data, &places)?, keys, hash: hash(&table), ahead, orders };
        Ok((part, warnings))
    };
    let (mut frames, mut rows) = (Vec::new(), 0);
    let mut keys: Vec<Vec<(u64, usize)>> = Vec::new();
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
        frames.push(part.picked);
        keys.push(part.keys);
        if keys.iter().map(Vec::len).sum::<usize>() > wanted + wanted / 4 {
            bar.fetch_min(shrink(&mut frames, &mut keys, wanted)?, Ordering::Relaxed);
        }
        cx.event(&Event::Step { stage: "collect", done: (before + rows) as u64, total: 0 });
        Ok(())
    })?;
    cx.warn_all(last);
    shrink(&mut frames, &mut keys, wanted)?;
    // Records of NDJSON may have keys that no record before them had.
    let data = stack(frames, &source)?;
    let whole: Vec<usize> = (0..data.height()).collect();
    let data = copy(&data, &whole)?;
    let counting = ahead_all.filter(|_| rows >= 20).unwrap_or_default().into_keys();
    let mut counting: Vec<String> = counting.map(|name| name.to_string()).collect();
    counting.sort_unstable();
    Ok(Drawn { data, picked: keys.into_iter().flatten().map(|(_, row)| row).collect(), rows, counting, orders })
}

/// Keeps the rows with the `wanted` smallest checksums, and returns the checksum that no further row may reach.
fn shrink(frames: &mut [DataFrame], keys: &mut [Vec<(u64, usize)>], wanted: usize) -> Result<u64> {
    let mut all: Vec<u64> = keys.iter().flatten().map(|(key, _)| *key).collect();
    if all.len() <= wanted {
        return Ok(u64::MAX);
    }
    let (_, bar, _) = all.select_nth_unstable(wanted);
    let bar = *bar;
    for (frame, keys) in frames.iter_mut().zip(keys) {
        let places: Vec<usize> = (0..keys.len()).filter(|&i| keys[i].0 < bar).collect();
        if places.len() < keys.len() {
            *frame = copy(frame, &places)?;
            *keys = places.iter().map(|&i| keys[i]).collect();
        }
    }
    Ok(bar)
}

/// Some rows of a frame, in memory of their own: polars itself would hold on to the texts of all.
pub fn copy(frame: &DataFrame, places: &[usize]) -> Result<DataFrame> {
    #[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
    let index = IdxCa::from_iter_values("".into(), places.iter().map(|&i| i as u32));
    let columns = frame.columns().iter().map(|column| {
        let taken = column.take(&index)?;
        if *taken.dtype() != DataType::String {
            return Ok(taken);
        }
        let mut texts = StringChunkedBuilder::new(taken.name().clone(), places.len());
        taken.str()?.iter().for_each(|text| texts.append_option(text));
        Ok(texts.finish().into_column())
    });
    Ok(DataFrame::new(places.len(), columns.collect::<Result<Vec<Column>>>()?)?)
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
