//! The values of one column between the source and their type.

use std::borrow::Cow;
use std::collections::HashMap;

use polars::prelude::{ChunkAgg, Column as Series, DataType, TimeUnit};

use super::dates;
use super::infer::{Guess, Habits};
use super::number::Notation;
use super::values;
use crate::data::{Column, ColumnHealth, Kind, Role};
use crate::error::{CleanError, Result};

/// How text becomes values, for every column alike.
#[derive(Clone, Debug)]
pub struct Dialect<'a> {
    pub null_values: &'a [String],
    pub trim: bool,
    pub habits: Habits,
}

/// One column as read: text, or the numbers and dates that the source itself had.
pub enum Cells<'a> {
    Text {
        /// Borrowed from the source where it has text of its own: a copy of every cell would be most of the time.
        values: Vec<Option<Cow<'a, str>>>,
        trimmed: usize,
        nulls: usize,
    },
    Numbers(Vec<Option<f64>>),
    /// Microseconds since 1970-01-01.
    Dates(Vec<Option<i64>>),
}

/// A column in its final type, with the values that did not fit it.
pub struct Typed {
    pub series: Series,
    /// Values that became missing because they do not fit the type: how many, and the first with its position.
    pub odd: usize,
    pub first_odd: Option<(usize, String)>,
}

impl<'a> Cells<'a> {
    /// Reads a column of the source.
    ///
    /// # Errors
    /// If the source's own type is one that has no place in a table, such as a list.
    pub fn read(series: &'a Series, dialect: &Dialect<'_>, origin: &str) -> Result<Self> {
        let unsupported = || CleanError::Type {
            origin: origin.to_owned(),
            column: series.name().to_string(),
            dtype: series.dtype().to_string(),
        };
        match series.dtype() {
            DataType::String => Ok(Self::text(series.str()?.iter().map(|v| v.map(Cow::Borrowed)), dialect)),
            DataType::Boolean => {
                let words = series.bool()?.iter().map(|v| v.map(|v| Cow::Borrowed(if v { "true" } else { "false" })));
                Ok(Self::text(words, dialect))
            }
            t if t.is_primitive_numeric() => {
                let numbers = series.cast(&DataType::Float64)?;
                Ok(Self::Numbers(numbers.f64()?.iter().map(|v| v.filter(|v| v.is_finite())).collect()))
            }
            DataType::Date | DataType::Datetime(_, _) => {
                let moments = series.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?.cast(&DataType::Int64)?;
                Ok(Self::Dates(moments.i64()?.iter().collect()))
            }
            DataType::Null => Ok(Self::Numbers(vec![None; series.len()])),
            DataType::List(_) | DataType::Struct(_) | DataType::Binary => Err(unsupported().into()),
            _ => {
                let text = series.cast(&DataType::String).map_err(|_| unsupported())?;
                Ok(Self::text(text.str()?.iter().map(|v| v.map(|v| Cow::Owned(v.to_owned()))), dialect))
            }
        }
    }

    fn text(values: impl Iterator<Item = Option<Cow<'a, str>>>, dialect: &Dialect<'_>) -> Self {
        let (mut trimmed, mut nulls) = (0, 0);
        // Most cells are told from all markers by their first byte.
        let mut begins = [false; 256];
        dialect.null_values.iter().filter_map(|n| n.bytes().next()).for_each(|b| begins[usize::from(b)] = true);
        let values = values
            .map(|value| {
                let whole = value?;
                let text = if dialect.trim { whole.trim() } else { &whole };
                let shorter = text.len() != whole.len();
                trimmed += usize::from(shorter);
                let marker = |first: &u8| begins[usize::from(*first)] && dialect.null_values.iter().any(|n| n == text);
                if text.as_bytes().first().is_none_or(marker) {
                    nulls += usize::from(!whole.is_empty());
                    return None;
                }
                Some(match whole {
                    Cow::Borrowed(whole) if shorter => Cow::Borrowed(whole.trim()),
                    Cow::Owned(_) if shorter => Cow::Owned(text.to_owned()),
                    same => same,
                })
            })
            .collect();
        Self::Text { values, trimmed, nulls }
    }

    /// What the column seems to be, by its first `rows` values.
    pub fn guess(&self, name: &str, rows: usize, dialect: &Dialect<'_>) -> Guess {
        match self {
            Self::Text { values, .. } => {
                let values: Vec<Option<&str>> = values[..rows].iter().map(Option::as_deref).collect();
                Guess::of_text(name, &values, dialect.habits)
            }
            Self::Numbers(values) => {
                let known: Vec<f64> = values[..rows].iter().flatten().copied().collect();
                if known.is_empty() {
                    Guess::of_text(name, &[], dialect.habits)
                } else {
                    Guess::of_numbers(name, &known, 0, rows)
                }
            }
            Self::Dates(_) => Guess { reason: "dates in the source".into(), ..Guess::of_kind(Kind::Date, &[], dialect.habits) },
        }
    }

    /// The guess for a type that the user named.
    pub fn of_kind(&self, kind: Kind, rows: usize, habits: Habits) -> Guess {
        match self {
            Self::Text { values, .. } => {
                let values: Vec<Option<&str>> = values[..rows].iter().map(Option::as_deref).collect();
                Guess::of_kind(kind, &values, habits)
            }
            Self::Numbers(values) => {
                let whole = values[..rows].iter().flatten().all(|v| v.fract() == 0.0);
                Guess { whole: whole && kind != Kind::Number, ..Guess::of_kind(kind, &[], habits) }
            }
            Self::Dates(_) => Guess::of_kind(kind, &[], habits),
        }
    }

    /// One value as text, as a label or id is written.
    pub fn label(&self, row: usize, whole: bool) -> Option<String> {
        match self {
            Self::Text { values, .. } if whole => values[row].as_deref().map(values::whole),
            Self::Text { values, .. } => values[row].as_deref().map(str::to_owned),
            Self::Numbers(values) => values[row].map(|v| values::whole(&v.to_string())),
            Self::Dates(values) => values[row].map(|v| v.to_string()),
        }
    }

    /// One value as a number in a notation, or a plain one; `Err` holds a text that is none.
    pub fn number(&self, row: usize, notation: Option<&Notation>, dialect: &Dialect<'_>) -> Result<Option<f64>, String> {
        match self {
            Self::Text { values, .. } => match &values[row] {
                None => Ok(None),
                Some(text) => match notation {
                    None => values::number(text, dialect.habits.comma()),
                    Some(notation) => notation.read(text),
                }
                .map(Some)
                .ok_or_else(|| text.to_string()),
            },
            Self::Numbers(values) => Ok(values[row]),
            Self::Dates(values) => Ok(values[row].map(|v| v as f64)),
        }
    }

    /// One value as a moment; `Err` holds a text that is none.
    pub fn moment(&self, row: usize, format: Option<&str>) -> Result<Option<i64>, String> {
        match self {
            Self::Text { values, .. } => match &values[row] {
                None => Ok(None),
                Some(text) => format.and_then(|f| dates::date(text, f)).map(Some).ok_or_else(|| text.to_string()),
            },
            Self::Numbers(values) => values[row].map_or(Ok(None), |v| Err(v.to_string())),
            Self::Dates(values) => Ok(values[row]),
        }
    }

    /// Number of values that are missing before any type is known.
    pub fn missing(&self) -> usize {
        match self {
            Self::Text { values, .. } => values.iter().filter(|v| v.is_none()).count(),
            Self::Numbers(values) => values.iter().filter(|v| v.is_none()).count(),
            Self::Dates(values) => values.iter().filter(|v| v.is_none()).count(),
        }
    }

    pub const fn len(&self) -> usize {
        match self {
            Self::Text { values, .. } => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Dates(values) => values.len(),
        }
    }

    /// The column in the type that the schema names.
    pub fn typed(&self, column: &Column, dialect: &Dialect<'_>) -> Typed {
        let name = column.name.as_str();
        let (mut odd, mut first_odd) = (0, None);
        let mut note = |row, text: String| {
            if !values::soft_null(&text) {
                odd += 1;
                first_odd.get_or_insert((row, text));
            }
        };
        let rows = 0..self.len();
        let series = match column.kind {
            Kind::Number => {
                let notation = column.format.as_deref().and_then(Notation::of_picture);
                let values: Vec<Option<f64>> = rows
                    .map(|row| {
                        self.number(row, notation.as_ref(), dialect).unwrap_or_else(|text| {
                            note(row, text);
                            None
                        })
                    })
                    .collect();
                Series::new(name.into(), values)
            }
            Kind::Date => {
                let format = column.format.as_deref();
                let values: Vec<Option<i64>> = rows
                    .map(|row| {
                        self.moment(row, format).unwrap_or_else(|text| {
                            note(row, text);
                            None
                        })
                    })
                    .collect();
                Series::new(name.into(), values)
            }
            Kind::Category | Kind::Bool | Kind::Text => match self {
                Self::Text { values, .. } if !column.whole => {
                    Series::new(name.into(), values.iter().map(Option::as_deref).collect::<Vec<_>>())
                }
                _ => Series::new(name.into(), rows.map(|row| self.label(row, column.whole)).collect::<Vec<_>>()),
            },
        };
        Typed { series, odd, first_odd }
    }
}

/// What a report says about the column.
pub fn health(column: &Column, typed: &Series) -> ColumnHealth {
    let mut top = Vec::new();
    let distinct = if let Ok(text) = typed.str() {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        text.iter().flatten().for_each(|label| *counts.entry(label).or_default() += 1);
        let distinct = counts.len();
        if matches!(column.kind, Kind::Category | Kind::Bool) && column.role != Role::Id {
            top = counts.into_iter().map(|(label, count)| (label.to_owned(), count)).collect();
            top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            top.truncate(5);
        }
        distinct
    } else if let Ok(numbers) = typed.f64() {
        different(numbers.iter().flatten().map(f64::to_bits).collect())
    } else {
        typed.i64().map_or(0, |moments| different(moments.iter().flatten().collect()))
    };
    let range =
        typed.f64().ok().and_then(|v| Some([v.min()?, v.mean()?, v.max()?])).filter(|r| r.iter().all(|v| v.is_finite()));
    let role = serde_json::to_value(column.role).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    ColumnHealth {
        name: column.name.clone(),
        kind: column.kind,
        role,
        reason: column.reason.clone(),
        missing: typed.null_count(),
        distinct,
        range,
        top,
        encoding: String::new(),
    }
}

/// How many different values there are.
fn different<T: Ord>(mut values: Vec<T>) -> usize {
    values.sort_unstable();
    values.dedup();
    values.len()
}
