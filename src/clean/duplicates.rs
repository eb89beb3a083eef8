//! Which rows are equal, exactly.

use polars::prelude::{Column as Series, DataType, InitHashMaps, PlHashMap};

/// Numbers the classes of equal rows: rows share a number iff they are equal in every column added so far.
pub struct Classes {
    numbers: Vec<u32>,
    count: usize,
}

impl Classes {
    /// All rows equal.
    pub fn new(rows: usize) -> Self {
        Self { numbers: vec![0; rows], count: usize::from(rows > 0) }
    }

    /// Splits the classes by one more column.
    pub fn refine(&mut self, column: &Series) {
        if self.all_distinct() {
            return;
        }
        match column.dtype() {
            DataType::String => {
                if let Ok(text) = column.str() {
                    self.split(text.iter());
                }
            }
            DataType::Float64 => {
                if let Ok(numbers) = column.f64() {
                    self.split(numbers.iter().map(|v| v.map(f64::to_bits)));
                }
            }
            _ => {
                if let Ok(numbers) = column.i64() {
                    self.split(numbers.iter());
                }
            }
        }
    }

    /// Splits the classes by any value per row.
    #[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
    pub fn split<K: std::hash::Hash + Eq>(&mut self, keys: impl Iterator<Item = K>) {
        let mut seen: PlHashMap<(u32, K), u32> = PlHashMap::with_capacity(self.count);
        for (number, key) in self.numbers.iter_mut().zip(keys) {
            let next = seen.len() as u32;
            *number = *seen.entry((*number, key)).or_insert(next);
        }
        self.count = seen.len();
    }

    /// Number of classes.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether no two rows are equal.
    pub fn all_distinct(&self) -> bool {
        self.count == self.numbers.len()
    }

    /// The class of each row, counted from 0 by first appearance.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// For each row, whether an equal one stands before it.
    pub fn repeated(&self) -> Vec<bool> {
        let mut seen = vec![false; self.count];
        self.numbers.iter().map(|n| std::mem::replace(&mut seen[*n as usize], true)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_equal_only_in_all_columns() {
        let mut classes = Classes::new(4);
        classes.refine(&Series::new("a".into(), ["x", "x", "y", "x"]));
        assert_eq!(classes.numbers(), [0, 0, 1, 0]);
        classes.refine(&Series::new("b".into(), [1.0, 2.0, 1.0, 1.0]));
        assert_eq!(classes.numbers(), [0, 1, 2, 0]);
        assert_eq!(classes.repeated(), [false, false, false, true]);
        assert!(!classes.all_distinct());
    }
}
