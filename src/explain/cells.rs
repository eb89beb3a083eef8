use std::sync::Arc;

use polars::prelude::{Column as Series, DataFrame, DataType};
use serde::{Deserialize, Serialize};

use crate::data::{Frame, Schema};
use crate::error::Result;
use crate::normalize::{Encoding, FittedNormalizer};

/// The values of one column, `None` where they are missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cells {
    Numbers(Vec<Option<f64>>),
    /// Microseconds since 1970-01-01.
    Dates(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

impl Cells {
    /// The values of a column of a frame.
    ///
    /// # Errors
    /// None for columns of a frame.
    pub fn read(series: &Series) -> Result<Self> {
        Ok(match series.dtype() {
            DataType::Float64 => Self::Numbers(series.f64()?.iter().collect()),
            DataType::Int64 => Self::Dates(series.i64()?.iter().collect()),
            _ => Self::Texts(series.str()?.iter().map(|v| v.map(str::to_owned)).collect()),
        })
    }

    /// As a column of a frame.
    #[must_use]
    pub fn series(&self, name: &str) -> Series {
        match self {
            Self::Numbers(values) => Series::new(name.into(), values),
            Self::Dates(values) => Series::new(name.into(), values),
            Self::Texts(values) => Series::new(name.into(), values),
        }
    }

    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Dates(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    /// Chosen values, in the order given.
    ///
    /// # Panics
    /// If one is out of range.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(values) => Self::Numbers(rows.iter().map(|&r| values[r]).collect()),
            Self::Dates(values) => Self::Dates(rows.iter().map(|&r| values[r]).collect()),
            Self::Texts(values) => Self::Texts(rows.iter().map(|&r| values[r].clone()).collect()),
        }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many are missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        match self {
            Self::Numbers(values) => values.iter().filter(|v| v.is_none()).count(),
            Self::Dates(values) => values.iter().filter(|v| v.is_none()).count(),
            Self::Texts(values) => values.iter().filter(|v| v.is_none()).count(),
        }
    }

    /// Whether a column of that encoding has such values.
    #[must_use]
    pub const fn is_of(&self, encoding: &Encoding) -> bool {
        match encoding {
            Encoding::Number { .. } => matches!(self, Self::Numbers(_)),
            Encoding::Date { .. } => matches!(self, Self::Dates(_)),
            Encoding::Onehot { .. } | Encoding::Embedding { .. } => matches!(self, Self::Texts(_)),
            Encoding::Dropped { .. } => false,
        }
    }
}

/// A frame of some of the columns that a normalizer wants; all others are empty.
///
/// # Errors
/// If the columns are not `rows` long.
pub fn frame_of(schema: &Arc<Schema>, normalizer: &FittedNormalizer, rows: usize, cells: &[(String, Cells)]) -> Result<Frame> {
    let columns = normalizer.columns.iter().map(|(name, encoding)| {
        let empty = || {
            let dtype = match encoding {
                Encoding::Number { .. } => DataType::Float64,
                Encoding::Date { .. } => DataType::Int64,
                _ => DataType::String,
            };
            Series::full_null(name.as_str().into(), rows, &dtype)
        };
        cells.iter().find(|(own, _)| own == name).map_or_else(empty, |(name, cells)| cells.series(name))
    });
    Ok(bare(schema, DataFrame::new(rows, columns.collect())?))
}

/// A frame of values alone.
fn bare(schema: &Arc<Schema>, data: DataFrame) -> Frame {
    let rows = data.height();
    Frame {
        schema: Arc::clone(schema),
        data,
        truth: None,
        rows: (0..rows).collect(),
        weights: None,
        units: (0..).take(rows).collect(),
        time: None,
        ordered: false,
        test: vec![false; rows],
        folds: None,
        counts: Vec::new(),
        unusual: Vec::new(),
        health: Vec::new(),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::data::{Column, Kind, Role, Target, Task};

    /// A frame of numbers, dates and categories without a target.
    pub fn frame(columns: &[(&str, Cells)]) -> Frame {
        let column = |(name, cells): &(&str, Cells)| Column {
            name: (*name).into(),
            kind: match cells {
                Cells::Numbers(_) => Kind::Number,
                Cells::Dates(_) => Kind::Date,
                Cells::Texts(_) => Kind::Category,
            },
            role: Role::Feature,
            reason: String::new(),
            format: None,
            whole: false,
        };
        let schema = Schema {
            columns: columns.iter().map(column).collect(),
            target: Target { name: "y".into(), task: Task::Regression, labels: Vec::new() },
            null_values: Vec::new(),
            trim: true,
            decimal_comma: false,
            names: crate::data::NameIndex::default(),
        };
        let rows = columns[0].1.len();
        let data = columns.iter().map(|(name, cells)| cells.series(name)).collect();
        bare(&Arc::new(schema), DataFrame::new(rows, data).unwrap())
    }
}
