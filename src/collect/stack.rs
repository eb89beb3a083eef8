//! Many frames below one another.

use polars::prelude::{Column, DataFrame, PlSmallStr};

use crate::error::{CollectError, Result};

/// One frame with the rows of all, and every column that any of them has, in the order they are met; what a frame
/// lacks is null in its rows. The rows stay in the pieces they were read in: joining those takes as long as reading.
///
/// # Errors
/// If a column has other types in other frames.
pub fn stack(frames: Vec<DataFrame>, path: &str) -> Result<DataFrame> {
    let mut frames = frames.into_iter();
    let mut all = frames.next().unwrap_or_default();
    for mut frame in frames {
        if all.get_column_names() != frame.get_column_names() {
            add_missing(&mut all, &frame)?;
            add_missing(&mut frame, &all)?;
            frame = frame.select(all.get_column_names().into_iter().map(PlSmallStr::as_str))?;
        }
        if let Some((above, below)) = all.columns().iter().zip(frame.columns()).find(|(a, b)| a.dtype() != b.dtype()) {
            return Err(CollectError::TypesDiffer {
                path: path.into(),
                column: below.name().to_string(),
                found: below.dtype().to_string(),
                expected: above.dtype().to_string(),
                first: "the first file".into(),
            }
            .into());
        }
        all.vstack_mut_owned(frame)?;
    }
    Ok(all)
}

/// Adds the columns of `other` that `frame` lacks, all null.
fn add_missing(frame: &mut DataFrame, other: &DataFrame) -> Result<()> {
    let known = frame.schema().clone();
    let height = frame.height();
    let missing = other.columns().iter().filter(|c| !known.contains(c.name()));
    let missing: Vec<Column> = missing.map(|c| Column::full_null(c.name().clone(), height, c.dtype())).collect();
    *frame = frame.hstack(&missing)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    #[test]
    fn columns_are_joined_by_name_and_gaps_are_null() {
        let frames = vec![df!("a" => ["1"]).unwrap(), df!("b" => ["2"], "a" => ["3"]).unwrap(), df!("b" => ["4"]).unwrap()];
        let expected = df!("a" => [Some("1"), Some("3"), None], "b" => [None, Some("2"), Some("4")]).unwrap();
        assert!(stack(frames, "x").unwrap().equals_missing(&expected));
    }

    #[test]
    fn types_that_differ_are_refused() {
        let error = stack(vec![df!("a" => ["1"]).unwrap(), df!("a" => [1]).unwrap()], "x").unwrap_err().to_string();
        assert!(error.starts_with("column \"a\" of x is i32, but str in the first file"), "{error}");
    }
}
