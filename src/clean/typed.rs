use polars::prelude::{Column as Series, DataFrame, DataType, Int64Chunked, IntoColumn, TimeUnit};

use super::cells::{Cells, Dialect};
use super::infer::Habits;
use super::roles::Roles;
use super::values::{leading_zero, number};
use super::{Clean, doubts, file_decimal, odd_values};
use crate::data::{Column, Kind, Table};
use crate::error::Result;
use crate::pipeline::Warning;

impl Clean {
    /// The columns of a table with the types that their values have, before anything else is done with them: texts that are
    /// numbers as numbers, those that are dates as moments, all others trimmed and without markers of missing values. Codes
    /// with leading zeros stay texts. Columns that have a type of their own keep it.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn typed(&self, table: &Table) -> Result<(DataFrame, Vec<Warning>)> {
        let file_decimal = if self.decimal.is_none() { file_decimal(&table.data) } else { None };
        let habits = Habits { decimal: self.decimal, file_decimal, day_first: self.rules.day_first };
        let dialect = Dialect { null_values: &self.null_values, trim: self.rules.trim, habits, numbered: true };
        let roles = Roles::new(&self.target.column, &self.columns, None, table);
        let mut warnings = Vec::new();
        let mut columns = Vec::with_capacity(table.data.width());
        for series in table.data.columns() {
            if *series.dtype() != DataType::String {
                columns.push(series.clone());
                continue;
            }
            let cells = Cells::read(series, &dialect, &table.rows.source)?;
            // No value tells a type: whoever joins the tables finds one that does.
            if cells.missing() == cells.len() && !self.columns.types.contains_key(series.name().as_str()) {
                columns.push(Series::full_null(series.name().clone(), series.len(), &DataType::Null));
                continue;
            }
            let (guessed, guess) = roles.column(series.name(), &cells, cells.len(), &dialect);
            warnings.extend(doubts(&guessed.name, &guess));
            let kind = match guess.kind {
                kind @ (Kind::Number | Kind::Date) => kind,
                // The rules ask for two numbers; a table of one order has but one.
                _ if is_one_number(&cells) => Kind::Number,
                // Codes that are whole numbers are compared with numbers elsewhere.
                _ if guess.whole && !self.columns.types.contains_key(&guessed.name) => Kind::Number,
                _ => Kind::Category,
            };
            let column = Column { kind, whole: false, ..guessed };
            let typed = cells.typed(&column, &dialect);
            if let Some((row, seen)) = &typed.first_odd {
                warnings.push(odd_values(&column, &typed, table.rows.number(*row) + 1, seen));
            }
            columns.push(match kind {
                Kind::Number => whole(&cells).unwrap_or(typed.series),
                Kind::Date => typed.series.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?,
                _ => typed.series,
            });
            if let Some(last) = columns.last_mut() {
                last.rename(series.name().clone());
            }
        }
        Ok((DataFrame::new(table.height(), columns)?, warnings))
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

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;
    use crate::config::Config;

    #[test]
    fn texts_get_the_types_that_cleaning_would_give_them() {
        let data = df!(
            "code" => ["007", "008", "010"],
            "id" => ["9007199254740993", "2", "3"],
            "paid" => ["1.234,50", "", "2.000,00"],
            "day" => ["31.12.2024", "01.01.2025", "?"],
            "plan" => [" plus", "NA", "basic"],
            "score" => ["1.5", "2", "-"],
            "flag" => [true, false, true],
            "left" => ["", "NA", ""],
        )
        .unwrap();
        let (typed, warnings) = Config::default().clean().typed(&Table::new(data, "x.csv")).unwrap();
        let dtypes: Vec<String> = typed.columns().iter().map(|c| c.dtype().to_string()).collect();
        assert_eq!(dtypes, ["str", "i64", "f64", "datetime[μs]", "str", "f64", "bool", "null"]);
        assert_eq!(typed.column("id").unwrap().i64().unwrap().get(0), Some(9_007_199_254_740_993));
        assert_eq!(typed.column("paid").unwrap().f64().unwrap().iter().collect::<Vec<_>>(), [Some(1234.5), None, Some(2000.0)]);
        assert_eq!(
            typed.column("plan").unwrap().str().unwrap().iter().collect::<Vec<_>>(),
            [Some("plus"), None, Some("basic")]
        );
        assert_eq!(typed.column("day").unwrap().null_count(), 1);
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn a_type_that_the_user_names_counts() {
        let mut config = Config::default();
        config.columns.types.insert("id".into(), Kind::Category);
        let data = df!("id" => ["1", "2"], "when" => ["01/02/2024", "03/04/2024"]).unwrap();
        let (typed, warnings) = config.clean().typed(&Table::new(data, "x.csv")).unwrap();
        assert_eq!(typed.column("id").unwrap().dtype(), &DataType::String);
        assert_eq!(warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>(), ["date_order"]);
    }
}
