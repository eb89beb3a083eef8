use std::collections::HashMap;
use std::ops::Range;

use super::Coalition;
use crate::data::{Dataset, Matrix};
use crate::learn::{Encoded, Fitted};
use crate::normalize::FittedNormalizer;

/// Where the values of one column of the table stand in encoded rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub name: String,
    /// In the dataset of each part of the model.
    slices: Vec<Slice>,
}

/// Where they stand in the rows of one dataset: nowhere if its model did not learn from the column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Slice {
    numbers: Range<usize>,
    code: Option<usize>,
}

impl Place {
    /// The places of all columns that reach a network, in order.
    pub fn all<M>(fitted: &Fitted<M>) -> Vec<Self> {
        let mut parts: Vec<_> = fitted.parts.iter().map(|part| slices(fitted.encoder(part))).collect();
        let place = |name: &str| Self {
            name: name.to_owned(),
            slices: parts.iter_mut().map(|slices| slices.remove(name).unwrap_or_default()).collect(),
        };
        fitted.normalizer.used().map(place).collect()
    }

    /// Whether two rows are the same here to every network.
    pub fn same(&self, (a, row): (&Encoded, usize), (b, other): (&Encoded, usize)) -> bool {
        self.slices.iter().zip(a.0.iter().zip(&b.0)).all(|(slice, (a, b))| slice.same((a, row), (b, other)))
    }

    /// Overwrites a row here by another.
    pub fn copy(&self, from: &Encoded, row: usize, to: &mut Encoded, at: usize) {
        for (slice, (from, to)) in self.slices.iter().zip(from.0.iter().zip(&mut to.0)) {
            slice.copy(from, row, to, at);
        }
    }
}

/// The slice of every column that reaches a network.
fn slices(normalizer: &FittedNormalizer) -> HashMap<&str, Slice> {
    let (mut start, mut nth) = (0, 0);
    let mut slices = HashMap::new();
    for (name, encoding) in normalizer.columns.iter().filter(|(_, encoding)| encoding.is_used()) {
        let numbers = start..start + encoding.width();
        let code = encoding.cardinality().map(|_| nth);
        start = numbers.end;
        nth += usize::from(code.is_some());
        slices.insert(name.as_str(), Slice { numbers, code });
    }
    slices
}

impl Slice {
    fn same(&self, a: (&Dataset, usize), b: (&Dataset, usize)) -> bool {
        let code = |(data, row): (&Dataset, usize)| self.code.map(|c| data.codes[row * data.cardinalities.len() + c]);
        a.0.numbers.row(a.1)[self.numbers.clone()] == b.0.numbers.row(b.1)[self.numbers.clone()] && code(a) == code(b)
    }

    fn copy(&self, from: &Dataset, row: usize, to: &mut Dataset, at: usize) {
        let width = to.numbers.width;
        to.numbers.values[at * width..][self.numbers.clone()].copy_from_slice(&from.numbers.row(row)[self.numbers.clone()]);
        if let Some(code) = self.code {
            let count = to.cardinalities.len();
            to.codes[at * count + code] = from.codes[row * count + code];
        }
    }
}

/// The background rows of the coalitions, the columns that each names replaced by those of one row.
pub fn mixed(places: &[Place], background: &Encoded, own: (&Encoded, usize), coalitions: &[Coalition]) -> Encoded {
    let mut rows = Encoded(background.0.iter().map(|dataset| drawn(dataset, coalitions)).collect());
    for (at, c) in coalitions.iter().enumerate() {
        c.own.iter().for_each(|&column| places[column].copy(own.0, own.1, &mut rows, at));
    }
    rows
}

/// The background row of each coalition.
fn drawn(background: &Dataset, coalitions: &[Coalition]) -> Dataset {
    let (height, width, count) = (coalitions.len(), background.numbers.width, background.cardinalities.len());
    let mut values = Vec::with_capacity(height * width);
    let mut codes = Vec::with_capacity(height * count);
    for c in coalitions {
        values.extend_from_slice(background.numbers.row(c.background));
        codes.extend_from_slice(&background.codes[c.background * count..][..count]);
    }
    Dataset {
        height,
        numbers: Matrix { values, width },
        continuous: background.continuous.clone(),
        codes,
        cardinalities: background.cardinalities.clone(),
        labels: None,
        weights: vec![1.0; height],
        units: (0..).take(height).collect(),
        ordered: false,
    }
}

/// Rows whose chosen columns are those of other rows: of row `order[i]` in row `i`.
pub fn shuffled(places: &[Place], rows: &Encoded, columns: &[usize], order: &[usize]) -> Encoded {
    let mut mixed = rows.clone();
    for (at, &row) in order.iter().enumerate() {
        columns.iter().for_each(|&column| places[column].copy(rows, row, &mut mixed, at));
    }
    mixed
}
