use std::collections::HashMap;

use polars::prelude::{Column as Series, DataType};

use crate::data::{Kind, Truth};
use crate::error::Result;

/// One column learned from, over the rows that are looked at.
pub struct View {
    pub name: String,
    pub kind: Kind,
    pub cells: Cells,
}

/// The values of a column; `None` is missing.
pub enum Cells {
    /// Numbers, and dates in microseconds.
    Numbers(Vec<Option<f64>>),
    /// Levels, numbered by first appearance.
    Levels { codes: Vec<Option<u32>>, count: usize },
}

impl View {
    /// Reads a column of a frame.
    pub fn read(kind: Kind, series: &Series) -> Result<Self> {
        let cells = if series.dtype() == &DataType::String {
            let (codes, count) = numbering(series.str()?.iter());
            Cells::Levels { codes, count }
        } else {
            Cells::Numbers(series.cast(&DataType::Float64)?.f64()?.iter().collect())
        };
        Ok(Self { name: series.name().to_string(), kind, cells })
    }

    pub const fn len(&self) -> usize {
        match &self.cells {
            Cells::Numbers(values) => values.len(),
            Cells::Levels { codes, .. } => codes.len(),
        }
    }

    /// Each value by the number of its first appearance, and how many there are: two columns with the same numbers say
    /// the same in other words.
    pub fn numbering(&self) -> (Vec<Option<u32>>, usize) {
        match &self.cells {
            Cells::Levels { codes, count } => (codes.clone(), *count),
            Cells::Numbers(values) => numbering(values.iter().map(|v| v.map(|v| (v + 0.0).to_bits()))),
        }
    }
}

/// The values of the target by the number of their first appearance, and how many there are.
pub fn target_numbering(truth: &Truth) -> (Vec<Option<u32>>, usize) {
    match truth {
        Truth::Classes(codes) => numbering(codes.iter().map(|c| Some(*c))),
        Truth::Numbers(values) => numbering(values.iter().map(|v| Some((v + 0.0).to_bits()))),
    }
}

fn numbering<K: std::hash::Hash + Eq>(values: impl Iterator<Item = Option<K>>) -> (Vec<Option<u32>>, usize) {
    let mut numbers = HashMap::new();
    let codes = values.map(|v| v.map(|v| number_of(&mut numbers, v))).collect();
    (codes, numbers.len())
}

#[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
fn number_of<K: std::hash::Hash + Eq>(numbers: &mut HashMap<K, u32>, value: K) -> u32 {
    let next = numbers.len() as u32;
    *numbers.entry(value).or_insert(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recodings_have_the_same_numbers() {
        let words = View::read(Kind::Category, &Series::new("a".into(), [Some("y"), Some("n"), None, Some("y")])).unwrap();
        let digits = View::read(Kind::Number, &Series::new("b".into(), [Some(7.0), Some(-0.0), None, Some(7.0)])).unwrap();
        assert_eq!(words.numbering(), digits.numbering());
        assert_eq!(words.numbering(), (vec![Some(0), Some(1), None, Some(0)], 2));
    }
}
