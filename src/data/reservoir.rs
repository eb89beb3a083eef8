use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use polars::error::PolarsResult;
use polars::prelude::{Column, DataFrame, DataType, IdxCa, IntoColumn, NewChunkedArray, StringChunkedBuilder};

use crate::seed::mix;

/// A uniform sample of rows that come in parts: those whose numbers have the smallest checksums.
///
/// Parts are looked at in any order, on any number of threads, and added in the order of their rows: the sample depends on
/// the rows and the salt alone.
#[derive(Debug)]
pub struct Reservoir {
    wanted: usize,
    /// Mixed into every checksum.
    salt: u64,
    /// No row with a larger checksum is among the smallest. It only falls: an old value keeps too many, never too few.
    bar: AtomicU64,
    kept: Mutex<Kept>,
}

/// The rows of a part that may be among those of the sample.
#[derive(Debug)]
pub struct Picked {
    rows: DataFrame,
    /// Checksum and number of each.
    keys: Vec<(u64, usize)>,
}

#[derive(Debug, Default)]
struct Kept {
    parts: Vec<Picked>,
    rows: usize,
}

impl Reservoir {
    /// An empty one, for `wanted` rows.
    #[must_use]
    pub fn new(wanted: usize, salt: u64) -> Self {
        Self { wanted, salt, bar: AtomicU64::new(u64::MAX), kept: Mutex::default() }
    }

    /// Looks at a part, whose first row has the number `first`.
    ///
    /// # Errors
    /// If polars cannot take the rows.
    pub fn pick(&self, part: &DataFrame, first: usize) -> PolarsResult<Picked> {
        let bar = self.bar.load(Ordering::Relaxed);
        let all = (0..part.height()).map(|i| (mix(self.salt ^ (first + i) as u64), i));
        let (keys, places): (Vec<_>, Vec<_>) = all.filter(|(key, _)| *key < bar).map(|(key, i)| ((key, first + i), i)).unzip();
        Ok(Picked { rows: copy_rows(part, &places)?, keys })
    }

    /// Adds what was picked of the next part.
    ///
    /// # Errors
    /// As [`Reservoir::pick`].
    pub fn add(&self, picked: Picked) -> PolarsResult<()> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.rows += picked.keys.len();
        kept.parts.push(picked);
        if kept.rows > self.wanted + self.wanted / 4 {
            self.bar.fetch_min(kept.shrink(self.wanted)?, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The rows of the sample, those of each part by themselves, and the numbers of all of them.
    ///
    /// # Errors
    /// As [`Reservoir::pick`].
    pub fn finish(self) -> PolarsResult<(Vec<DataFrame>, Vec<usize>)> {
        let mut kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        kept.shrink(self.wanted)?;
        let (frames, keys): (Vec<_>, Vec<_>) = kept.parts.into_iter().map(|part| (part.rows, part.keys)).unzip();
        Ok((frames, keys.into_iter().flatten().map(|(_, row)| row).collect()))
    }
}

impl Kept {
    /// Keeps the rows with the `wanted` smallest checksums, and returns the checksum that no further row may reach.
    fn shrink(&mut self, wanted: usize) -> PolarsResult<u64> {
        let mut all: Vec<u64> = self.parts.iter().flat_map(|part| &part.keys).map(|(key, _)| *key).collect();
        if all.len() <= wanted {
            return Ok(u64::MAX);
        }
        let (_, bar, _) = all.select_nth_unstable(wanted);
        let bar = *bar;
        for part in &mut self.parts {
            let places: Vec<usize> = (0..part.keys.len()).filter(|&i| part.keys[i].0 < bar).collect();
            if places.len() < part.keys.len() {
                part.rows = copy_rows(&part.rows, &places)?;
                part.keys = places.iter().map(|&i| part.keys[i]).collect();
            }
        }
        self.rows = self.parts.iter().map(|part| part.keys.len()).sum();
        Ok(bar)
    }
}

/// Some rows of a frame, by their places, in memory of their own: polars itself would hold on to the texts of all.
///
/// # Errors
/// If polars cannot take the rows.
pub fn copy_rows(frame: &DataFrame, places: &[usize]) -> PolarsResult<DataFrame> {
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
    DataFrame::new(places.len(), columns.collect::<PolarsResult<Vec<Column>>>()?)
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    #[test]
    fn the_sample_is_that_of_the_whole_whatever_its_parts_are() {
        let frame = df!("n" => (0..1000_i64).collect::<Vec<_>>()).unwrap();
        let sample = |part: usize| {
            let reservoir = Reservoir::new(90, 7);
            for first in (0..1000).step_by(part) {
                let rows = frame.slice(i64::try_from(first).unwrap(), part);
                reservoir.add(reservoir.pick(&rows, first).unwrap()).unwrap();
            }
            let (frames, rows) = reservoir.finish().unwrap();
            let values = frames.iter().flat_map(|f| f.column("n").unwrap().i64().unwrap().iter().flatten().collect::<Vec<_>>());
            assert!(values.map(|v| usize::try_from(v).unwrap()).eq(rows.iter().copied()));
            rows
        };
        let whole = sample(1000);
        assert!(whole.len() == 90 && whole.is_sorted());
        assert_eq!([sample(64), sample(1)], [whole.clone(), whole]);
    }

    #[test]
    fn fewer_rows_than_wanted_are_all_taken() {
        let frame = df!("t" => ["a", "b"]).unwrap();
        let reservoir = Reservoir::new(9, 1);
        reservoir.add(reservoir.pick(&frame, 5).unwrap()).unwrap();
        let (frames, rows) = reservoir.finish().unwrap();
        assert!(frames[0].equals(&frame) && rows == [5, 6]);
    }
}
