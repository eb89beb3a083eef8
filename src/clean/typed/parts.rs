//! The same where the rows of a table come in parts and are not held.

use std::collections::BTreeMap;

use polars::prelude::{Column as Series, DataFrame, DataType};

use super::{Way, whole};
use crate::clean::cells::Cells;
use crate::clean::roles::Roles;
use crate::clean::{Clean, Order};
use crate::data::{Table, Unusual};
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// What all rows of a table tell of the types of its columns, whose rows come in parts and are not held.
#[derive(Debug)]
pub struct Watched {
    clean: Clean,
    columns: BTreeMap<String, Seen>,
}

/// What one column of text was seen to hold.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Anything at all.
    known: bool,
    /// Nothing but whole numbers.
    whole: bool,
}

impl Watched {
    /// Nothing yet, of a table that is cleaned so.
    #[must_use]
    pub const fn new(clean: Clean) -> Self {
        Self { clean, columns: BTreeMap::new() }
    }

    /// Looks at the next rows.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn see(&mut self, table: &Table) -> Result<()> {
        let dialect = self.clean.dialect_decided();
        let mut orders: Vec<(String, Order)> = Vec::new();
        for series in table.data.columns().iter().filter(|c| *c.dtype() == DataType::String) {
            orders.extend(Order::of(series).map(|order| (series.name().to_string(), order)));
            let seen = self.columns.entry(series.name().to_string()).or_insert(Seen { known: false, whole: true });
            if !seen.known || seen.whole {
                let cells = Cells::read(series, &dialect, &table.rows.source)?;
                seen.known |= cells.missing() < cells.len();
                seen.whole = seen.whole && whole(&cells).is_some();
            }
        }
        orders.into_iter().for_each(|(name, order)| self.clean.orders.entry(name).or_default().add(order));
        Ok(())
    }

    /// Decides by a sample of the rows, which is to have all of the columns.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn types(self, sample: &Table) -> Result<Types> {
        let Self { clean, columns: all } = self;
        let dialect = clean.dialect_of(&sample.data);
        let roles = Roles::new(&clean.target.column, &clean.columns, None, sample);
        let mut columns = Vec::with_capacity(sample.data.width());
        for series in sample.data.columns() {
            let name = series.name().to_string();
            let Some(seen) = all.get(&name).filter(|_| *series.dtype() == DataType::String) else {
                columns.push((name, Way::Source(series.dtype().clone())));
                continue;
            };
            let cells = Cells::read(series, &dialect, &sample.rows.source)?;
            let mut way = clean.way(&name, &cells, seen.known, roles, &dialect);
            if let Way::As { whole, .. } = &mut way {
                *whole = Some(seen.whole);
            }
            columns.push((name, way));
        }
        Ok(Types { columns, clean })
    }
}

/// The types of the columns of a table, decided once for all of its parts.
#[derive(Clone, Debug)]
pub struct Types {
    columns: Vec<(String, Way)>,
    clean: Clean,
}

impl Types {
    /// A part of the table as [`Clean::typed`] gives the whole: the same columns for every part, all missing where the part
    /// has none of the name. Beside it the values that do not fit.
    ///
    /// # Errors
    /// If a column cannot be read, or holds what no row held before.
    pub fn typed(&self, table: &Table) -> Result<(DataFrame, Vec<Unusual>)> {
        let dialect = self.clean.dialect_decided();
        let (mut columns, mut odd) = (Vec::with_capacity(self.columns.len()), Vec::new());
        for (name, way) in &self.columns {
            columns.push(match table.data.column(name) {
                Err(_) => Series::full_null(name.as_str().into(), table.height(), &way.dtype()),
                Ok(series) if *series.dtype() == DataType::String => {
                    let cells = Cells::read(series, &dialect, &table.rows.source)?;
                    let (typed, misfit) = way.typed(series, &cells, &dialect, &table.rows)?;
                    odd.extend(misfit);
                    typed
                }
                Ok(series) if *series.dtype() == way.dtype() => series.clone(),
                Ok(_) => return Err(CollectError::Changed { path: table.rows.source.clone() }.into()),
            });
        }
        Ok((DataFrame::new(table.height(), columns)?, odd))
    }

    /// What the user should know of the columns, of which some values do not fit.
    #[must_use]
    pub fn told(&self, odd: &[Unusual]) -> Vec<Warning> {
        let told = |(name, way): &(String, Way)| way.told(odd.iter().find(|odd| odd.column == *name));
        self.columns.iter().flat_map(told).collect()
    }
}
