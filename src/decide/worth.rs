use std::collections::HashMap;

use super::config::{Amount, ValueConfig};
use crate::error::Result;

/// What each row is worth by what it is called and what it is: `[tp, fp, tn, fn]`, nothing where an amount is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth(Vec<Option<[f64; 4]>>);

impl Worth {
    /// The amounts of every row; `column` has those that are a column's.
    ///
    /// # Errors
    /// What `column` returns.
    pub fn read(config: &ValueConfig, rows: usize, mut column: impl FnMut(&str) -> Result<Vec<Option<f64>>>) -> Result<Self> {
        let mut columns: HashMap<&str, Vec<Option<f64>>> = HashMap::new();
        for (_, amount) in config.amounts() {
            if let Amount::Column(name) = amount
                && !columns.contains_key(name.as_str())
            {
                columns.insert(name, column(name)?);
            }
        }
        let of = |amount: &Amount, row: usize| match amount {
            Amount::Constant(value) => Some(*value),
            Amount::Column(name) => columns[name.as_str()][row],
        };
        let one = |row| {
            let mut amounts = [0.0; 4];
            for (place, (_, amount)) in amounts.iter_mut().zip(config.amounts()) {
                *place = of(amount, row)?;
            }
            Some(amounts)
        };
        Ok(Self((0..rows).map(one).collect()))
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Rows of which an amount is missing.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.0.iter().filter(|w| w.is_none()).count()
    }

    /// The same for chosen rows, in the order given.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn take(&self, rows: impl IntoIterator<Item = usize>) -> Self {
        Self(rows.into_iter().map(|row| self.0[row]).collect())
    }

    /// What a row of that truth is worth if it is called positive, and if it is not; nothing of nothing known.
    #[must_use]
    pub fn known(&self, row: usize, positive: bool) -> [f64; 2] {
        self.0[row].map_or([0.0; 2], |[tp, fp, tn, fn_]| if positive { [tp, fn_] } else { [fp, tn] })
    }

    /// How much more is to be expected of calling a row positive than of not doing so.
    #[must_use]
    pub fn expected_gain(&self, row: usize, probability: f64) -> Option<f64> {
        self.0[row].map(|[tp, fp, tn, fn_]| probability * (tp - fn_) + (1.0 - probability) * (fp - tn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn config() -> ValueConfig {
        ValueConfig { tp: Amount::Column("margin".into()), fp: Amount::Constant(-2.0), ..ValueConfig::default() }
    }

    #[test]
    fn amounts_come_from_numbers_and_columns() {
        let worth = Worth::read(&config(), 3, |name| {
            assert_eq!(name, "margin");
            Ok(vec![Some(10.0), None, Some(4.0)])
        })
        .unwrap();
        assert_eq!((worth.known(0, true), worth.known(0, false)), ([10.0, 0.0], [-2.0, 0.0]));
        assert_eq!((worth.known(1, true), worth.unknown()), ([0.0, 0.0], 1));
        // 0.25 * 10 - 0.75 * 2.
        assert_eq!(worth.expected_gain(0, 0.25), Some(1.0));
        assert_eq!(worth.expected_gain(1, 0.25), None);
        assert_eq!(worth.take([2, 0]).known(0, true), [4.0, 0.0]);
    }

    #[test]
    fn not_to_act_may_cost_too() {
        let config = ValueConfig { fn_: Amount::Constant(-30.0), fp: Amount::Constant(-5.0), ..ValueConfig::default() };
        let worth = Worth::read(&config, 1, |_| Err(Error::Internal("no column is named".into()))).unwrap();
        assert_eq!(worth.known(0, true), [0.0, -30.0]);
        // Half of the time 30 are saved, half of the time 5 are lost.
        assert_eq!(worth.expected_gain(0, 0.5), Some(12.5));
    }
}
