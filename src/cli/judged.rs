use std::sync::Arc;

use polars::prelude::{Column as Series, DataType, IdxCa, NamedFrom, PlSmallStr};

use crate::clean::{Conform, soft_null, trim};
use crate::data::{Frame, Schema, Table, Task};
use crate::error::{CleanError, Result, plural, verb};
use crate::pipeline::{Context, Warning};

/// The rows of a table that judge a model: those at the given places, less those without a target value, which are counted.
///
/// # Errors
/// If the target is not there, no row has a value, or a value is none that the model knows.
pub fn judged(table: &Table, places: Vec<usize>, schema: &Arc<Schema>, cx: &Context<'_>) -> Result<Frame> {
    let (target, origin) = (&schema.target.name, &table.rows.source);
    let names: Vec<&str> = table.data.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
    let series = table.data.column(target).map_err(|_| CleanError::missing_column(target, &names, origin))?;
    let known = has_value(series, schema)?;
    let (places, without): (Vec<usize>, Vec<usize>) = places.into_iter().partition(|place| known[*place]);
    if places.is_empty() {
        let reason = format!("none has a value in \"{target}\"");
        return Err(CleanError::NoRows { origin: origin.clone(), reason }.into());
    }
    if let Some(first) = without.first() {
        let (count, row) = (without.len(), table.rows.number(*first) + 1);
        let (rows, have, are) = (plural(count, "row"), verb(count, "have"), verb(count, "are"));
        let message = format!("{rows} {have} no value in \"{target}\" and {are} left out, the first is row {row}");
        cx.warn(Warning::new("missing_target", message).column(target).row(row).count(count));
    }
    let rows: Vec<usize> = places.iter().map(|&place| table.rows.number(place)).collect();
    let part = take(table, &places)?;
    let mut frame = cx.run(&Conform { schema: Arc::clone(schema) }, part.clone())?;
    frame.unusual.iter_mut().for_each(|u| u.first = rows[u.first]);
    if frame.truth.is_none() {
        return Err(unknown_value(&part, &rows, schema, cx)?.into());
    }
    Ok(Frame { rows, ..frame })
}

/// Whether each row has a value, as cleaning sees it.
fn has_value(series: &Series, schema: &Schema) -> Result<Vec<bool>> {
    if series.dtype().is_primitive_numeric() {
        let numbers = series.cast(&DataType::Float64)?;
        return Ok(numbers.f64()?.iter().map(|v| v.is_some_and(f64::is_finite)).collect());
    }
    let text = series.cast(&DataType::String)?;
    let says = |text: &str| {
        let text = if schema.trim { trim(text) } else { text };
        let marker = schema.target.task == Task::Regression && soft_null(text);
        !text.is_empty() && !marker && !schema.null_values.iter().any(|n| n == text)
    };
    Ok(text.str()?.iter().map(|v| v.is_some_and(says)).collect())
}

#[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
fn take(table: &Table, rows: &[usize]) -> Result<Table> {
    let index = IdxCa::new("".into(), rows.iter().map(|&row| row as u32).collect::<Vec<_>>());
    Ok(Table::new(table.data.take(&index)?, &table.rows.source))
}

/// Names the first value of the target that the model does not know, by what cleaning makes of the target alone.
fn unknown_value(part: &Table, rows: &[usize], schema: &Schema, cx: &Context<'_>) -> Result<CleanError> {
    let column = schema.target.name.clone();
    let alone = Schema { columns: schema.column(&column).cloned().into_iter().collect(), ..schema.clone() };
    let conform = Conform { schema: Arc::new(alone) };
    let known = |height: usize| -> Result<bool> {
        let first = Table::new(part.data.slice(0, height), &part.rows.source);
        Ok(cx.part("target", 0).run(&conform, first)?.truth.is_some())
    };
    // The first `low` rows are known, the first `high` are not.
    let (mut low, mut high) = (0, rows.len());
    while high - low > 1 {
        let middle = low.midpoint(high);
        if known(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    let seen = part.data.column(&column)?.get(low)?.str_value().into_owned();
    let wanted = match schema.target.task {
        Task::Regression => "a number".to_owned(),
        Task::Binary | Task::Multiclass => format!("one of {}", schema.target.labels.join(", ")),
    };
    let message = format!("row {} of {} is {seen:?}, which is not {wanted}", rows[low] + 1, part.rows.source);
    Ok(CleanError::Target { column, message })
}
