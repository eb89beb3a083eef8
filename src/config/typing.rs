//! The rules of cleaning, lent to the stage that collects: it joins tables, whose columns have to have their types before.

use polars::prelude::DataFrame;

use super::Config;
use crate::clean::{Clean, Types, Watched};
use crate::collect::{self, CollectConfig, Decimal};
use crate::data::{Table, Unusual};
use crate::error::Result;
use crate::pipeline::Warning;

/// Columns get the types that cleaning would give them.
#[derive(Debug)]
pub(super) struct TypedAsCleaned(pub Config);

impl TypedAsCleaned {
    /// The rules for a table that is written so.
    fn clean(&self, written: &CollectConfig) -> Clean {
        let mut config = self.0.clone();
        // What one table says of its notation comes before what all say.
        if written.decimal != Decimal::Auto {
            config.collect.decimal = written.decimal;
        }
        config.collect.null_values.extend(written.null_values.iter().cloned());
        config.clean()
    }
}

impl collect::Typing for TypedAsCleaned {
    fn typed(&self, table: &Table, written: &CollectConfig) -> Result<(DataFrame, Vec<Warning>)> {
        self.clean(written).typed(table)
    }

    fn watch(&self, written: &CollectConfig) -> Box<dyn collect::Watch> {
        Box::new(Watched::new(self.clean(written)))
    }
}

impl collect::Watch for Watched {
    fn see(&mut self, part: &Table) -> Result<()> {
        Self::see(self, part)
    }

    fn types(self: Box<Self>, sample: &Table) -> Result<Box<dyn collect::Types>> {
        Ok(Box::new((*self).types(sample)?))
    }
}

impl collect::Types for Types {
    fn typed(&self, part: &Table) -> Result<(DataFrame, Vec<Unusual>)> {
        Self::typed(self, part)
    }

    fn told(&self, odd: &[Unusual]) -> Vec<Warning> {
        Self::told(self, odd)
    }
}
