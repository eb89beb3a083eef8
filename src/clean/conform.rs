use std::sync::Arc;

use polars::prelude::DataFrame;

use super::cells::{Cells, Dialect, Typed, numbers};
use super::infer::Habits;
use super::{learned_from, missing_column, target};
use crate::data::{Column, Frame, Oddity, Rows, Schema, Table, Unusual};
use crate::error::Result;
use crate::pipeline::{Context, Pipeline};

/// Cleans a table to a schema that is already known, as for new rows to predict.
#[derive(Clone, Debug)]
pub struct Conform {
    pub schema: Arc<Schema>,
}

impl Pipeline for Conform {
    type Input = Table;
    type Output = Frame;

    fn name(&self) -> &'static str {
        "clean"
    }

    /// Every row stays, in order; the target is read where it is there, and has to be known in every row.
    fn run(&self, table: Table, _: &Context<'_>) -> Result<Frame> {
        let schema = &self.schema;
        let origin = &table.rows.source;
        let habits = Habits { decimal: schema.decimal_comma.then_some(','), ..Habits::default() };
        let dialect = Dialect { null_values: &schema.null_values, trim: schema.trim, habits, numbered: false };
        let (mut data, mut unusual) = (Vec::new(), Vec::new());
        for column in schema.columns.iter().filter(|c| learned_from(c)) {
            let series = table.data.column(&column.name).map_err(|_| missing_column(&column.name, &table.data, origin))?;
            let typed = match numbers(series, column, &dialect) {
                Some(typed) => typed,
                None => Cells::read(series, &dialect, origin)?.typed(column, &dialect),
            };
            unusual.extend(misfit(column, &typed, &table.rows));
            data.push(typed.series);
        }
        let rows = table.height();
        let truth = match table.data.column(&schema.target.name) {
            Ok(series) => target::known(schema, &Cells::read(series, &dialect, origin)?, &dialect),
            Err(_) => None,
        };
        Ok(Frame {
            schema: Arc::clone(schema),
            data: DataFrame::new(rows, data)?,
            truth,
            rows: (0..rows).map(|row| table.rows.number(row)).collect(),
            weights: None,
            units: (0..).take(rows).collect(),
            time: None,
            ordered: false,
            test: vec![true; rows],
            folds: None,
            counts: Vec::new(),
            unusual,
            health: Vec::new(),
        })
    }
}

/// The values that did not fit the type of their column.
pub fn misfit(column: &Column, typed: &Typed, rows: &Rows) -> Option<Unusual> {
    let (row, seen) = typed.first_odd.as_ref()?;
    let (first, example) = (rows.number(*row), seen.clone());
    Some(Unusual { column: column.name.clone(), what: Oddity::Misfit, count: typed.odd, first, example })
}
