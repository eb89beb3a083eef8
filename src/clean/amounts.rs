use super::cells::{Cells, Dialect};
use super::infer::Habits;
use super::missing_column;
use crate::data::{Kind, Role, Schema, Table};
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
    let habits = Habits { decimal: schema.decimal_comma.then_some(','), ..Habits::default() };
    let dialect = Dialect { null_values: &schema.null_values, trim: schema.trim, habits, numbered: false };
    let cells = Cells::read(series, &dialect, origin)?;
    let refuse = |seen: String| CleanError::Amounts { origin: origin.clone(), column: name.to_owned(), seen };
    match (column.kind, column.role) {
        (Kind::Number, _) => Ok(cells.typed(column, &dialect).series.f64()?.iter().collect()),
        // What a column holds that is not learned from was not looked at.
        (_, Role::Ignored) => (0..cells.len())
            .map(|row| cells.number(row, None, &dialect).map_err(|text| refuse(format!("\"{text}\"")).into()))
            .collect(),
        _ => Err(refuse(column.reason.clone()).into()),
    }
}
