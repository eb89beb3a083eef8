//! Columns without any value, such as all of a file with a header alone: no value tells their type, but a query asks for one.

use std::collections::{BTreeMap, HashMap};

use polars::error::PolarsResult;
use polars::prelude::{DataFrame, DataType, IntoLazy, LazyFrame, PlSmallStr, TimeUnit};
use polars::sql::SQLContext;

use crate::error::Result;

/// A column of a table.
type Place = (String, PlSmallStr);

/// Gives the columns without values types under which the query runs: that of a column of the same name in another table,
/// else, if there is none or it does not do, whatever makes the query run for one of them. All their values are missing,
/// so that no type makes another result.
///
/// Returns the columns that no type is known of.
pub(super) fn settle(query: &str, tables: &mut BTreeMap<String, DataFrame>) -> Result<Vec<Place>> {
    let mut known: HashMap<PlSmallStr, DataType> = HashMap::new();
    let mut open: Vec<Place> = Vec::new();
    for (table, frame) in tables.iter() {
        for column in frame.columns() {
            if column.dtype().is_null() {
                open.push((table.clone(), column.name().clone()));
            } else {
                known.entry(column.name().clone()).or_insert_with(|| column.dtype().clone());
            }
        }
    }
    for place in &open {
        if let Some(dtype) = known.get(&place.1) {
            set(tables, place, dtype)?;
        }
    }
    open.retain(|(_, name)| !known.contains_key(name));
    if open.is_empty() || plan(query, tables).is_ok() {
        return Ok(open);
    }
    let types = [DataType::Int64, DataType::String, DataType::Float64, DataType::Datetime(TimeUnit::Microseconds, None)];
    for place in &open {
        for dtype in &types {
            set(tables, place, dtype)?;
            if plan(query, tables).is_ok() {
                return Ok(open);
            }
        }
        set(tables, place, &DataType::Null)?;
    }
    Ok(open)
}

fn set(tables: &mut BTreeMap<String, DataFrame>, (table, name): &Place, dtype: &DataType) -> PolarsResult<()> {
    let Some(frame) = tables.get_mut(table) else { return Ok(()) };
    let column = polars::prelude::Column::full_null(name.clone(), frame.height(), dtype);
    frame.replace(name, column)?;
    Ok(())
}

/// The query, with nothing run yet but the look at its types.
fn plan(query: &str, tables: &BTreeMap<String, DataFrame>) -> PolarsResult<()> {
    context(tables).execute(query).and_then(|mut frame: LazyFrame| frame.collect_schema()).map(|_| ())
}

/// The tables by their names.
pub(super) fn context(tables: &BTreeMap<String, DataFrame>) -> SQLContext {
    let context = SQLContext::new();
    for (name, frame) in tables {
        context.register(name, frame.clone().lazy());
    }
    context
}
