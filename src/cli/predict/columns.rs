use polars::prelude::{Column as Series, DataType};

use crate::data::Table;
use crate::error::Result;
use crate::normalize::FittedNormalizer;

/// Adds the columns that the model needs and the table lacks, empty, and names them. A table that has none of them is left
/// as it is: it is another table, and to predict from gaps alone would say nothing.
pub fn fill(table: &mut Table, normalizer: &FittedNormalizer) -> Result<Vec<String>> {
    let lacks = |name: &&String| table.data.column(name).is_err();
    let names: Vec<String> = normalizer.columns.iter().map(|(name, _)| name).filter(lacks).cloned().collect();
    if names.len() == normalizer.columns.len() {
        return Ok(Vec::new());
    }
    let rows = table.height();
    for name in &names {
        table.data.with_column(Series::full_null(name.as_str().into(), rows, &DataType::String))?;
    }
    Ok(names)
}
