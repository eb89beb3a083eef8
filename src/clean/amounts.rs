use super::cells::{Cells, Dialect};
use super::infer::Habits;
use super::missing_column;
use crate::data::{Kind, Schema, Table};
use crate::error::{CleanError, Result};

/// One column of numbers as cleaning reads it, whether or not it is learned from; gaps and what is no number are nothing.
///
/// # Errors
/// If the column is not there or holds something else.
pub fn amounts(table: &Table, schema: &Schema, name: &str) -> Result<Vec<Option<f64>>> {
    let origin = &table.rows.source;
    let (Some(column), Ok(series)) = (schema.column(name), table.data.column(name)) else {
        return Err(missing_column(name, &table.data, origin).into());
    };
    if column.kind != Kind::Number {
        let (column, seen) = (name.to_owned(), column.reason.clone());
        return Err(CleanError::Amounts { origin: origin.clone(), column, seen }.into());
    }
    let habits = Habits { decimal: schema.decimal_comma.then_some(','), ..Habits::default() };
    let dialect = Dialect { null_values: &schema.null_values, trim: schema.trim, habits, numbered: false };
    let typed = Cells::read(series, &dialect, origin)?.typed(column, &dialect);
    Ok(typed.series.f64()?.iter().collect())
}
