use std::ops::Range;

use super::Coalition;
use crate::data::{Dataset, Matrix};
use crate::normalize::{Encoding, FittedNormalizer};

/// Whether a column reaches the network.
#[must_use]
pub const fn is_used(encoding: &Encoding) -> bool {
    !matches!(encoding, Encoding::Dropped { .. })
}

/// Where the values of one column of the table stand in an encoded row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub name: String,
    numbers: Range<usize>,
    code: Option<usize>,
}

impl Place {
    /// The places of all columns that reach the network, in order.
    pub fn all(normalizer: &FittedNormalizer) -> Vec<Self> {
        let (mut start, mut nth) = (0, 0);
        let mut places = Vec::new();
        for (name, encoding) in &normalizer.columns {
            let numbers = start..start + encoding.width();
            let code = encoding.cardinality().map(|_| nth);
            start = numbers.end;
            nth += usize::from(code.is_some());
            if is_used(encoding) {
                places.push(Self { name: name.clone(), numbers, code });
            }
        }
        places
    }

    /// Whether two rows are the same here to the network.
    pub fn same(&self, a: (&Dataset, usize), b: (&Dataset, usize)) -> bool {
        let code = |(data, row): (&Dataset, usize)| self.code.map(|c| data.codes[row * data.cardinalities.len() + c]);
        a.0.numbers.row(a.1)[self.numbers.clone()] == b.0.numbers.row(b.1)[self.numbers.clone()] && code(a) == code(b)
    }

    /// Overwrites a row here by another.
    pub fn copy(&self, from: &Dataset, row: usize, to: &mut Dataset, at: usize) {
        let width = to.numbers.width;
        to.numbers.values[at * width..][self.numbers.clone()].copy_from_slice(&from.numbers.row(row)[self.numbers.clone()]);
        if let Some(code) = self.code {
            let count = to.cardinalities.len();
            to.codes[at * count + code] = from.codes[row * count + code];
        }
    }
}

/// The background rows of the coalitions, the columns that each names replaced by those of one row.
pub fn mixed(places: &[Place], background: &Dataset, own: (&Dataset, usize), coalitions: &[Coalition]) -> Dataset {
    let (height, width, count) = (coalitions.len(), background.numbers.width, background.cardinalities.len());
    let mut values = Vec::with_capacity(height * width);
    let mut codes = Vec::with_capacity(height * count);
    for c in coalitions {
        values.extend_from_slice(background.numbers.row(c.background));
        codes.extend_from_slice(&background.codes[c.background * count..][..count]);
    }
    let mut data = Dataset {
        height,
        numbers: Matrix { values, width },
        continuous: background.continuous.clone(),
        codes,
        cardinalities: background.cardinalities.clone(),
        labels: None,
        weights: vec![1.0; height],
        units: (0..).take(height).collect(),
        ordered: false,
    };
    for (at, c) in coalitions.iter().enumerate() {
        c.own.iter().for_each(|&column| places[column].copy(own.0, own.1, &mut data, at));
    }
    data
}

/// Rows whose chosen columns are those of other rows: of row `order[i]` in row `i`.
pub fn shuffled(places: &[Place], data: &Dataset, columns: &[usize], order: &[usize]) -> Dataset {
    let mut mixed = Dataset { labels: None, ..data.clone() };
    for (at, &row) in order.iter().enumerate() {
        columns.iter().for_each(|&column| places[column].copy(data, row, &mut mixed, at));
    }
    mixed
}
