//! The values of one column between the source and their type.

use std::borrow::Cow;

use polars::prelude::{
    ChunkAgg, Column as Series, DataType, Float64Chunked, InitHashMaps, Int64Chunked, IntoColumn, NewChunkedArray, PlHashMap,
    TimeUnit, UInt64Chunked,
};

use super::dates;
use super::infer::{Guess, Habits};
use super::number::Writing;
use super::texts::{Counted, Texts};
use super::values;
use crate::data::{Column, ColumnHealth, EXACT, Kind, Role};
use crate::error::{CleanError, Result};

/// How text becomes values, for every column alike.
#[derive(Clone, Debug)]
pub struct Dialect<'a> {
    pub null_values: &'a [String],
    pub trim: bool,
    pub habits: Habits,
    /// Whether equal texts are looked for, which pays where more is to be found out than one value per row.
    pub numbered: bool,
}

/// One column as read: text, or the numbers and dates that the source itself had.
pub enum Cells<'a> {
    Text {
        /// Borrowed from the source where it has text of its own: a copy of every cell would be most of the time.
        values: Texts<'a>,
        trimmed: usize,
        nulls: usize,
    },
    /// Not a number is missing; infinite ones are none that a column can hold, and counted where it gets its type.
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

/// Takes from a text what does not belong to its value.
struct Cleaner<'a> {
    dialect: &'a Dialect<'a>,
    /// First bytes of the markers of missing values, by which most cells are told from all of them.
    begins: [bool; 256],
}

/// A text without the spaces around it, and without marks of no width, such as where files were joined: nobody sees them.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\u{feff}\u{200b}\u{200e}\u{200f}".contains(c))
}

impl<'a> Cleaner<'a> {
    fn new(dialect: &'a Dialect<'a>) -> Self {
        let mut begins = [false; 256];
        dialect.null_values.iter().filter_map(|n| n.bytes().next()).for_each(|b| begins[usize::from(b)] = true);
        Self { dialect, begins }
    }

    fn trim<'t>(&self, text: &'t str) -> &'t str {
        match text.as_bytes() {
            // Nothing to do, as nearly always.
            [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
            _ if self.dialect.trim => trim(text),
            _ => text,
        }
    }

    /// Whether a trimmed text stands for a missing value.
    fn is_null(&self, text: &str) -> bool {
        let marker = |first: &u8| self.begins[usize::from(*first)] && self.dialect.null_values.iter().any(|n| n == text);
        text.as_bytes().first().is_none_or(marker)
    }
}

/// A column of numbers that are written as text, read in one go, as [`Cells::typed`] reads it; `None` for other columns.
pub fn numbers(series: &Series, column: &Column, dialect: &Dialect<'_>) -> Option<Typed> {
    let texts = series.str().ok().filter(|_| column.kind == Kind::Number)?;
    let writing = column.format.as_deref().and_then(Writing::of_picture);
    let cleaner = Cleaner::new(dialect);
    let mut odd = Odd::default();
    let values = texts.iter().enumerate().map(|(row, text)| {
        let text = cleaner.trim(text?);
        if cleaner.is_null(text) { None } else { odd.note(amount(text, writing.as_ref(), dialect), text, row, 1) }
    });
    let values = Float64Chunked::from_iter_options(column.name.as_str().into(), values);
    Some(Typed { series: values.into_column(), odd: odd.count, first_odd: odd.first })
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
            DataType::String => Ok(Self::text(series.str()?.iter().map(|v| v.map(Cow::Borrowed)), series.len(), dialect)),
            DataType::Boolean => {
                let words = series.bool()?.iter().map(|v| v.map(|v| Cow::Borrowed(if v { "true" } else { "false" })));
                Ok(Self::text(words, series.len(), dialect))
            }
            t if t.is_primitive_numeric() && !inexact(series) => {
                let numbers = series.cast(&DataType::Float64)?;
                Ok(Self::Numbers(numbers.f64()?.iter().map(|v| v.filter(|v| !v.is_nan())).collect()))
            }
            DataType::Date | DataType::Datetime(_, _) => {
                let moments = series.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?.cast(&DataType::Int64)?;
                Ok(Self::Dates(moments.i64()?.iter().collect()))
            }
            DataType::Null => Ok(Self::Numbers(vec![None; series.len()])),
            DataType::List(_) | DataType::Struct(_) | DataType::Binary => Err(unsupported().into()),
            _ => {
                let text = series.cast(&DataType::String).map_err(|_| unsupported())?;
                Ok(Self::text(text.str()?.iter().map(|v| v.map(|v| Cow::Owned(v.to_owned()))), series.len(), dialect))
            }
        }
    }

    fn text(values: impl Iterator<Item = Option<Cow<'a, str>>>, rows: usize, dialect: &Dialect<'_>) -> Self {
        let (mut trimmed, mut nulls) = (0, 0);
        let cleaner = Cleaner::new(dialect);
        let values = values.map(|value| {
            let whole = value?;
            let text = cleaner.trim(&whole);
            let shorter = text.len() != whole.len();
            trimmed += usize::from(shorter);
            if cleaner.is_null(text) {
                nulls += usize::from(!whole.is_empty());
                return None;
            }
            if let Some(compared) = values::compared(text) {
                return Some(Cow::Owned(compared));
            }
            Some(match whole {
                Cow::Borrowed(whole) if shorter => Cow::Borrowed(cleaner.trim(whole)),
                Cow::Owned(_) if shorter => Cow::Owned(text.to_owned()),
                same => same,
            })
        });
        let values = if dialect.numbered { Texts::new(values, rows) } else { Texts::Many(values.collect()) };
        Self::Text { values, trimmed, nulls }
    }

    /// What the column seems to be, by its first `rows` values.
    pub fn guess(&self, name: &str, rows: usize, dialect: &Dialect<'_>) -> Guess {
        match self {
            Self::Text { values, .. } => Guess::of_text(name, &values.counted(rows), rows, dialect.habits),
            Self::Numbers(values) => {
                let all = values[..rows].iter().flatten().copied();
                let (known, infinite): (Vec<f64>, Vec<f64>) = all.partition(|v| v.is_finite());
                if known.is_empty() && infinite.is_empty() {
                    Guess::of_text(name, &Counted::of(&[]), rows, dialect.habits)
                } else {
                    let known: Vec<(f64, usize)> = known.into_iter().map(|v| (v, 1)).collect();
                    Guess::of_typed(name, &known, &infinite, rows)
                }
            }
            Self::Dates(_) => {
                Guess { reason: "dates in the source".into(), ..Guess::of_kind(Kind::Date, &Counted::of(&[]), dialect.habits) }
            }
        }
    }

    /// The texts of the first `rows` rows, where the source has texts.
    pub fn texts(&self, rows: usize) -> Option<Counted<'_>> {
        match self {
            Self::Text { values, .. } => Some(values.counted(rows)),
            Self::Numbers(_) | Self::Dates(_) => None,
        }
    }

    /// The guess for a type that the user named.
    pub fn of_kind(&self, kind: Kind, rows: usize, habits: Habits) -> Guess {
        let nothing = Counted::of(&[]);
        match self {
            Self::Text { values, .. } => Guess::of_kind(kind, &values.counted(rows), habits),
            Self::Numbers(values) => {
                let whole = values[..rows].iter().flatten().all(|v| v.fract() == 0.0);
                Guess { whole: whole && kind != Kind::Number, ..Guess::of_kind(kind, &nothing, habits) }
            }
            Self::Dates(_) => Guess::of_kind(kind, &nothing, habits),
        }
    }

    /// The different labels of the first `rows` rows, sorted as text.
    pub fn labels(&self, rows: usize, whole: bool) -> Vec<String> {
        let mut labels: Vec<String> = match self {
            Self::Text { values, .. } => values.counted(rows).texts().map(|text| written(text, whole).into_owned()).collect(),
            _ => (0..rows).filter_map(|row| self.label(row, whole)).collect(),
        };
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// One value as text, as a label or id is written.
    pub fn label(&self, row: usize, whole: bool) -> Option<String> {
        match self {
            Self::Text { values, .. } => values.get(row).map(|text| written(text, whole).into_owned()),
            Self::Numbers(values) => values[row].map(|v| values::whole(&v.to_string())),
            Self::Dates(values) => values[row].map(|v| v.to_string()),
        }
    }

    /// One value as a number as its column is written, or a plain one; `Err` holds a text that is none.
    pub fn number(&self, row: usize, writing: Option<&Writing>, dialect: &Dialect<'_>) -> Result<Option<f64>, String> {
        match self {
            Self::Text { values, .. } => match values.get(row) {
                None => Ok(None),
                Some(text) => match amount(text, writing, dialect) {
                    None if !values::soft_null(text) => Err(text.to_owned()),
                    number => Ok(number),
                },
            },
            Self::Numbers(values) => match values[row] {
                Some(v) if v.is_infinite() => Err(v.to_string()),
                value => Ok(value),
            },
            Self::Dates(values) => Ok(values[row].map(|v| v as f64)),
        }
    }

    /// Every value as a label.
    pub fn labelled(&self, name: &str, whole: bool) -> Series {
        match self {
            Self::Text { values, .. } if !whole => {
                Series::new(name.into(), (0..values.len()).map(|row| values.get(row)).collect::<Vec<_>>())
            }
            Self::Text { values, .. } => {
                Series::new(name.into(), values.map(|text, _, _| Some(written(text, true).into_owned())))
            }
            _ => Series::new(name.into(), (0..self.len()).map(|row| self.label(row, whole)).collect::<Vec<_>>()),
        }
    }

    /// How many texts lost spaces around them, and how many were markers of a missing value.
    pub const fn touched(&self) -> (usize, usize) {
        match self {
            Self::Text { trimmed, nulls, .. } => (*trimmed, *nulls),
            Self::Numbers(_) | Self::Dates(_) => (0, 0),
        }
    }

    /// Number of values that are missing before any type is known.
    pub fn missing(&self) -> usize {
        match self {
            Self::Text { values, .. } => values.missing(),
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
        let mut odd = Odd::default();
        let series = match column.kind {
            Kind::Number => {
                let writing = column.format.as_deref().and_then(Writing::of_picture);
                match self {
                    Self::Text { values, .. } => {
                        let read = |text: &str, row, count| odd.note(amount(text, writing.as_ref(), dialect), text, row, count);
                        Series::new(name.into(), values.map(read))
                    }
                    Self::Numbers(values) => {
                        let finite = |(row, value): (usize, &Option<f64>)| match *value {
                            Some(v) if v.is_infinite() => odd.note(None, &v.to_string(), row, 1),
                            value => value,
                        };
                        let values = values.iter().enumerate().map(finite);
                        Float64Chunked::from_iter_options(name.into(), values).into_column()
                    }
                    Self::Dates(values) => {
                        Series::new(name.into(), values.iter().map(|v| v.map(|v| v as f64)).collect::<Vec<_>>())
                    }
                }
            }
            Kind::Date => {
                // Where the source had dates of its own, texts of another one can be read in one way only.
                let format = column.format.as_deref().unwrap_or(dates::COMPACT);
                let iso = |text: &str| if format == dates::COMPACT { dates::date(text, dates::ISO) } else { None };
                let moment = |text: &str| dates::date(text, format).or_else(|| iso(text));
                match self {
                    Self::Text { values, .. } => {
                        Series::new(name.into(), values.map(|text, row, count| odd.note(moment(text), text, row, count)))
                    }
                    Self::Numbers(values) => {
                        // Days as whole numbers are dates; other numbers are none.
                        let days = values.iter().enumerate().map(|(row, v)| {
                            let text = (*v)?.to_string();
                            odd.note(moment(&text), &text, row, 1)
                        });
                        Series::new(name.into(), days.collect::<Vec<_>>())
                    }
                    Self::Dates(values) => Series::new(name.into(), values.as_slice()),
                }
            }
            Kind::Category | Kind::Bool | Kind::Text => match self {
                Self::Text { values, .. } if column.kind == Kind::Bool && (column.format.is_some() || column.whole) => {
                    let level = |text: &str| column.level(&written(text, column.whole)).to_owned();
                    Series::new(name.into(), values.map(|text, _, _| Some(level(text))))
                }
                Self::Numbers(_) if column.kind == Kind::Bool => {
                    let level = |row| self.label(row, column.whole).map(|label| column.level(&label).to_owned());
                    Series::new(name.into(), (0..self.len()).map(level).collect::<Vec<_>>())
                }
                _ => self.labelled(name, column.whole),
            },
        };
        Typed { series, odd: odd.count, first_odd: odd.first }
    }
}

/// Texts that do not fit the type of their column; markers of missing values are none.
#[derive(Default)]
struct Odd {
    count: usize,
    first: Option<(usize, String)>,
}

impl Odd {
    /// Counts a text that has no value. Texts come in the order of their first rows.
    fn note<T>(&mut self, value: Option<T>, text: &str, row: usize, count: usize) -> Option<T> {
        if value.is_none() && !values::soft_null(text) {
            self.count += count;
            self.first.get_or_insert_with(|| (row, values::compared(text).unwrap_or_else(|| text.to_owned())));
        }
        value
    }
}

/// Whether there are whole numbers that `f64` does not tell apart, such as long account numbers: they stay the text that
/// they are written as.
fn inexact(series: &Series) -> bool {
    let signed = |v: &Int64Chunked| [v.min(), v.max()].into_iter().flatten().any(|v| v.unsigned_abs() > EXACT);
    let unsigned = |v: &UInt64Chunked| v.max().is_some_and(|v| v > EXACT);
    series.i64().is_ok_and(signed) || series.u64().is_ok_and(unsigned)
}

/// A text as a label: a whole number in one way only, where the labels are such.
fn written(text: &str, whole: bool) -> Cow<'_, str> {
    if whole { Cow::Owned(values::whole(text)) } else { Cow::Borrowed(text) }
}

/// The number that a text shows as its column is written, or plainly.
fn amount(text: &str, writing: Option<&Writing>, dialect: &Dialect<'_>) -> Option<f64> {
    writing.map_or_else(|| values::number(text, dialect.habits.comma()), |writing| writing.read(text))
}

/// What a report says about the column.
pub fn health(column: &Column, typed: &Series) -> ColumnHealth {
    let mut top = Vec::new();
    let distinct = if let Ok(text) = typed.str() {
        let mut counts: PlHashMap<&str, usize> = PlHashMap::new();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_that_f64_does_not_tell_apart_keep_their_digits() {
        let dialect = Dialect { null_values: &[], trim: true, habits: Habits::default(), numbered: false };
        let labels = |series: Series| Cells::read(&series, &dialect, "t.parquet").unwrap().labels(2, true);
        let long = Series::new("id".into(), [9_007_199_254_740_993_i64, 9_007_199_254_740_992]);
        assert_eq!(labels(long), ["9007199254740992", "9007199254740993"]);
        assert_eq!(
            labels(Series::new("id".into(), [u64::MAX, u64::MAX - 1])),
            ["18446744073709551614", "18446744073709551615"]
        );
        let short = Series::new("id".into(), [7_i64, -3]);
        assert!(matches!(Cells::read(&short, &dialect, "t.parquet").unwrap(), Cells::Numbers(_)));
    }

    #[test]
    fn marks_without_width_are_no_part_of_a_text() {
        let dialect = Dialect { null_values: &[], trim: true, habits: Habits::default(), numbered: true };
        let series = Series::new("a".into(), ["\u{feff}red", "red\u{200b}", "red", "\u{feff}"]);
        let cells = Cells::read(&series, &dialect, "t").unwrap();
        assert_eq!((cells.labels(4, false), cells.missing(), cells.touched().0), (vec!["red".to_owned()], 1, 3));
    }

    #[test]
    fn infinite_numbers_of_a_typed_source_are_told_as_those_of_a_text() {
        let dialect = Dialect { null_values: &["NaN".to_owned()], trim: true, habits: Habits::default(), numbered: true };
        let mut values: Vec<f64> = (0..300_u32).map(|i| f64::from(i * 7 % 50) + 0.5).collect();
        values.extend([f64::INFINITY, f64::NAN, f64::NEG_INFINITY]);
        for more in [0, 20] {
            values.extend(vec![f64::NEG_INFINITY; more]);
            let typed = Series::new("v".into(), values.as_slice());
            let text = Series::new("v".into(), values.iter().map(ToString::to_string).collect::<Vec<_>>());
            let told = [typed, text].map(|series| {
                let cells = Cells::read(&series, &dialect, "t").unwrap();
                let guess = cells.guess("v", series.len(), &dialect);
                let (kind, reason) = (guess.kind, guess.reason);
                let column = Column { name: "v".into(), kind, role: Role::Feature, reason, format: None, whole: false };
                let read = cells.typed(&column, &dialect);
                (column, read.odd, read.first_odd, read.series.null_count(), cells.number(300, None, &dialect))
            });
            assert_eq!(told[0], told[1]);
            let (column, odd, first, missing, number) = &told[0];
            assert_eq!((column.kind, *odd, *missing), (Kind::Number, 2 + more, 3 + more));
            assert_eq!((first.clone(), number.clone()), (Some((300, "inf".to_owned())), Err("inf".to_owned())));
        }
        let all = Series::new("v".into(), [f64::INFINITY; 3]);
        assert_eq!(Cells::read(&all, &dialect, "t").unwrap().guess("v", 3, &dialect).kind, Kind::Number);
    }
}
