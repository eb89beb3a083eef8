use std::borrow::Cow;

use crate::data::Dataset;
use crate::error::Result;
use crate::seed::Seed;

/// Rows that stay together where rows are many: they lie side by side in memory, and come from it together.
const BLOCK: usize = 8;
/// Bytes of dense inputs that a processor's caches hold; a row at a random place among more is waited for.
const CACHED: usize = 8 << 20;

/// Rows to learn from, in an order that each epoch draws anew.
///
/// Few rows are shuffled one by one. Many are copied once, in a random order, and then shuffled in blocks of eight
/// neighbours of the copy: every batch is still made of random rows, read at the speed of rows in order.
pub struct Order<'a> {
    pub data: Cow<'a, Dataset>,
    /// How much each row of `data` counts in the loss.
    pub importance: Cow<'a, [f32]>,
    rows: Vec<usize>,
    block: usize,
}

/// Takes rows: a dataset, the places of rows in it, and how much each row of the dataset counts.
pub type Take<'a> = dyn FnMut(&Dataset, &[usize], &[f32]) -> Result<()> + 'a;

/// Rows to learn from, wherever they lie.
pub trait Rows {
    /// Number of rows.
    fn height(&self) -> usize;

    /// Number of steps of an epoch.
    fn steps(&self, batch: usize) -> usize;

    /// Hands over all rows in the order that follows from the seed, one part after the other.
    ///
    /// # Errors
    /// What `each` returns, or if rows cannot be read.
    fn each(&self, seed: Seed, each: &mut Take<'_>) -> Result<()>;
}

impl Rows for Order<'_> {
    fn height(&self) -> usize {
        self.rows.len()
    }

    fn steps(&self, batch: usize) -> usize {
        self.rows.len().div_ceil(batch)
    }

    fn each(&self, seed: Seed, each: &mut Take<'_>) -> Result<()> {
        each(&self.data, &self.epoch(seed), &self.importance)
    }
}

impl<'a> Order<'a> {
    /// Of chosen rows of a dataset; `importance` is that of all its rows.
    #[must_use]
    pub fn new(data: &'a Dataset, mut rows: Vec<usize>, importance: &'a [f32], seed: Seed) -> Self {
        if rows.len() * data.numbers.width * size_of::<f32>() <= CACHED {
            return Self { data: Cow::Borrowed(data), importance: Cow::Borrowed(importance), rows, block: 1 };
        }
        seed.rng().shuffle(&mut rows);
        let importance = rows.iter().map(|&r| importance[r]).collect();
        let data = Cow::Owned(data.take(&rows));
        Self { data, importance, rows: (0..rows.len()).collect(), block: BLOCK }
    }

    /// All rows of an epoch, as places in `data`, in the order that follows from the seed.
    #[must_use]
    pub fn epoch(&self, seed: Seed) -> Vec<usize> {
        let mut blocks: Vec<&[usize]> = self.rows.chunks(self.block).collect();
        seed.rng().shuffle(&mut blocks);
        blocks.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Labels, Matrix};

    /// A row's only input, label and weight are its number.
    fn rows(height: u16) -> Dataset {
        let values: Vec<f32> = (0..height).map(f32::from).collect();
        Dataset {
            height: height.into(),
            numbers: Matrix { values: values.clone(), width: 1 },
            continuous: vec![0],
            codes: (0..height).map(u32::from).collect(),
            cardinalities: vec![height.into()],
            labels: Some(Labels::Numbers { values: values.clone(), reach: f32::INFINITY }),
            weights: values,
            units: (0..height).map(u32::from).collect(),
            ordered: false,
        }
    }

    fn seen(order: &Order<'_>, seed: u64) -> Vec<f32> {
        order.epoch(Seed::new(seed)).into_iter().map(|r| order.data.numbers.values[r]).collect()
    }

    #[test]
    fn every_chosen_row_is_seen_once_in_an_epoch_with_all_that_belongs_to_it() {
        let small = rows(100);
        let mut wide = rows(300);
        // Wide enough to be copied.
        wide.numbers = Matrix { values: (0..300_u16).flat_map(|r| vec![f32::from(r); 10_000]).collect(), width: 10_000 };
        for data in [&small, &wide] {
            let chosen: Vec<usize> = (0..data.height).filter(|r| r % 3 > 0).collect();
            let order = Order::new(data, chosen.clone(), &data.weights, Seed::new(1));
            let mut found = Vec::new();
            for place in order.epoch(Seed::new(2)) {
                let row = order.data.numbers.row(place)[0];
                let labels = order.data.labels.as_ref();
                assert!(matches!(labels, Some(Labels::Numbers { values: y, .. }) if y[place] == row));
                assert_eq!((order.importance[place], order.data.codes[place] as f32), (row, row));
                found.push(order.data.codes[place] as usize);
            }
            found.sort_unstable();
            assert_eq!(found, chosen);
        }
    }

    #[test]
    fn epochs_differ_and_follow_from_the_seed() {
        let data = rows(100);
        let order = Order::new(&data, (0..100).collect(), &data.weights, Seed::new(1));
        assert_eq!(seen(&order, 2), seen(&order, 2));
        assert_ne!(seen(&order, 2), seen(&order, 3));
    }
}
