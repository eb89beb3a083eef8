//! The columns of tables that are to be joined, in the types that their values have.

mod parts;
#[cfg(test)]
mod tests;

pub use parts::{Types, Watched};

use polars::prelude::{Column as Series, DataFrame, DataType, Int64Chunked, IntoColumn, TimeUnit};

use super::cells::{Cells, Dialect};
use super::infer::Habits;
use super::roles::Roles;
use super::values::{leading_zero, number};
use super::{Clean, compact, conform, dates, doubts, file_decimal, odd_values};
use crate::data::{Column, Kind, Rows, Table, Unusual};
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// What becomes of a column.
#[derive(Clone, Debug)]
enum Way {
    /// The source gives it a type.
    Source(DataType),
    /// No value tells a type: whoever joins the tables finds one that does.
    Nothing,
    As {
        column: Column,
        /// Whether every value is a whole number, which keep all of their digits; where that is not known, the values at
        /// hand tell.
        whole: Option<bool>,
        doubts: Vec<Warning>,
    },
}

impl Clean {
    /// The columns of a table with the types that their values have, before anything else is done with them: texts that are
    /// numbers as numbers, those that are dates as moments, all others trimmed and without markers of missing values. Codes
    /// with leading zeros stay texts. Columns that have a type of their own keep it.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn typed(&self, table: &Table) -> Result<(DataFrame, Vec<Warning>)> {
        let dialect = self.dialect_of(&table.data);
        let roles = Roles::new(&self.target.column, &self.columns, None, table);
        let mut warnings = Vec::new();
        let mut columns = Vec::with_capacity(table.data.width());
        for series in table.data.columns() {
            if *series.dtype() != DataType::String {
                columns.push(series.clone());
                continue;
            }
            let cells = Cells::read(series, &dialect, &table.rows.source)?;
            let known = cells.missing() < cells.len();
            let way = self.way(series.name(), &cells, known, roles, &dialect);
            let (typed, odd) = way.typed(series, &cells, &dialect, &table.rows)?;
            warnings.extend(way.told(odd.as_ref()));
            columns.push(typed);
        }
        Ok((DataFrame::new(table.height(), columns)?, warnings))
    }

    /// How texts are read where the columns of a table tell.
    fn dialect_of(&self, data: &DataFrame) -> Dialect<'_> {
        let file_decimal = if self.decimal.is_none() { file_decimal(data) } else { None };
        let habits = Habits { decimal: self.decimal, file_decimal, day_first: self.rules.day_first };
        Dialect { null_values: &self.null_values, trim: self.rules.trim, habits, numbered: true }
    }

    /// How texts are read where all is decided.
    fn dialect_decided(&self) -> Dialect<'_> {
        let habits = Habits { decimal: self.decimal, ..Habits::default() };
        Dialect { null_values: &self.null_values, trim: self.rules.trim, habits, numbered: false }
    }

    /// Decides over the values of a column; `known` says whether it has any, here or elsewhere.
    fn way(&self, name: &str, cells: &Cells<'_>, known: bool, roles: Roles<'_>, dialect: &Dialect<'_>) -> Way {
        let named = self.columns.types.contains_key(name);
        if !known && !named {
            return Way::Nothing;
        }
        let order = self.orders.get(name).and_then(|order| order.day_first());
        let habits = Habits { day_first: dialect.habits.day_first.or(order), ..dialect.habits };
        let (guessed, guess) = roles.column(name, cells, cells.len(), &Dialect { habits, ..dialect.clone() });
        let months = guess.format.as_deref().is_some_and(|format| format != dates::COMPACT && compact::is_strict(format));
        let kind = match guess.kind {
            // Months such as `202401` are compared with numbers elsewhere; that they are some is seen behind the join.
            Kind::Date if months && !named => Kind::Number,
            kind @ (Kind::Number | Kind::Date) => kind,
            // The rules ask for two numbers; a table of one order has but one.
            _ if is_one_number(cells) => Kind::Number,
            // Codes that are whole numbers are compared with numbers elsewhere.
            _ if guess.whole && !named => Kind::Number,
            _ => Kind::Category,
        };
        let doubts = doubts(name, &guess);
        Way::As { column: Column { kind, whole: false, ..guessed }, whole: None, doubts }
    }
}

impl Way {
    /// The values of a column of text, and those that do not fit its type.
    fn typed(
        &self,
        series: &Series,
        cells: &Cells<'_>,
        dialect: &Dialect<'_>,
        rows: &Rows,
    ) -> Result<(Series, Option<Unusual>)> {
        let name = series.name();
        // What all rows said before holds, unless they are others now.
        let changed = || CollectError::Changed { path: rows.source.clone() };
        let (column, all_whole) = match self {
            Self::Source(_) => return Err(changed().into()),
            Self::Nothing if cells.missing() < cells.len() => return Err(changed().into()),
            Self::Nothing => return Ok((Series::full_null(name.clone(), series.len(), &DataType::Null), None)),
            Self::As { column, whole, .. } => (column, *whole),
        };
        let numbers = if column.kind == Kind::Number && all_whole != Some(false) { whole(cells) } else { None };
        let (mut values, odd) = match numbers {
            Some(numbers) => (numbers, None),
            None if column.kind == Kind::Number && all_whole == Some(true) => return Err(changed().into()),
            None => {
                let typed = cells.typed(column, dialect);
                let odd = conform::misfit(column, &typed, rows);
                (typed.series.cast(&dtype(column.kind))?, odd)
            }
        };
        values.rename(name.clone());
        Ok((values, odd))
    }

    fn dtype(&self) -> DataType {
        match self {
            Self::Source(dtype) => dtype.clone(),
            Self::Nothing => DataType::Null,
            Self::As { column: Column { kind: Kind::Number, .. }, whole: Some(true), .. } => DataType::Int64,
            Self::As { column, .. } => dtype(column.kind),
        }
    }

    /// What the user should know of the column, whose values do not all fit.
    fn told(&self, odd: Option<&Unusual>) -> Vec<Warning> {
        let Self::As { column, doubts, .. } = self else { return Vec::new() };
        let odd = odd.map(|odd| odd_values(column, odd.count, odd.first + 1, &odd.example));
        doubts.iter().cloned().chain(odd).collect()
    }
}

/// What holds the values of a kind.
const fn dtype(kind: Kind) -> DataType {
    match kind {
        Kind::Number => DataType::Float64,
        Kind::Date => DataType::Datetime(TimeUnit::Microseconds, None),
        Kind::Category | Kind::Bool | Kind::Text => DataType::String,
    }
}

/// Whether the one value that there is is a number.
fn is_one_number(cells: &Cells<'_>) -> bool {
    let Cells::Text { values, .. } = cells else { return false };
    let mut known = (0..values.len()).filter_map(|row| values.get(row));
    let first = known.next();
    first.is_some_and(|text| !leading_zero(text) && number(text, false).is_some()) && known.next().is_none()
}

/// Whole numbers in all digits, where every value is one.
fn whole(cells: &Cells<'_>) -> Option<Series> {
    let Cells::Text { values, .. } = cells else { return None };
    let number = |text: &str| text.strip_prefix('+').unwrap_or(text).parse::<i64>().ok();
    let values: Option<Vec<Option<i64>>> =
        (0..values.len()).map(|row| values.get(row).map_or(Some(None), |text| number(text).map(Some))).collect();
    Some(values?.into_iter().collect::<Int64Chunked>().into_column())
}
