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

    /// From which probability on a row is worth more than `least` by [`Worth::expected_gain`]: the rule of Bayes. Beyond 1
    /// where none is enough, as for a row without amounts; a row that gains less the more probable it is, is called where
    /// it gains enough in any case.
    #[must_use]
    pub fn threshold(&self, row: usize, least: f64) -> f64 {
        let Some([tp, fp, tn, fn_]) = self.0[row] else { return NEVER };
        let (sure, never) = (tp - fn_, fp - tn);
        if never > least && sure > least {
            0.0
        } else if sure > never && sure > least {
            // What is worth just as much is not called: of equally good decisions the one that acts on fewer.
            ((least - never) / (sure - never)).next_up()
        } else {
            NEVER
        }
    }
}

/// A threshold that no probability reaches.
const NEVER: f64 = 2.0;

/// The gain that rows must exceed, so that no more than a share of them does; 0 where they pay.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
pub fn least_gain(gains: impl Iterator<Item = Option<f64>>, share: Option<f64>) -> f64 {
    let mut gains: Vec<f64> = gains.map(|gain| gain.unwrap_or(0.0)).collect();
    // Shares of rows are quotients: they are compared with room for rounding.
    let most = share.map_or(gains.len(), |share| (share * gains.len() as f64 + 1e-6) as usize);
    gains.sort_unstable_by(|a, b| b.total_cmp(a));
    let Some(first_out) = gains.get(most).copied().filter(|gain| *gain > 0.0) else { return 0.0 };
    // In the middle between two gains, so that none is on either side by its last digits.
    match gains[..most].iter().rev().find(|gain| **gain > first_out) {
        Some(last_in) => f64::midpoint(first_out, *last_in),
        None => first_out * (1.0 + 1e-9),
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
    fn each_row_is_called_from_where_it_pays() {
        let config = ValueConfig { tp: Amount::Column("margin".into()), fp: Amount::Constant(-5.0), ..ValueConfig::default() };
        let margins = || Ok(vec![Some(15.0), Some(0.0), None, Some(-1.0), Some(95.0)]);
        let worth = Worth::read(&config, 5, |_| margins()).unwrap();
        let at = |row, least| worth.threshold(row, least);
        // 15 p > 5 (1 - p) from a quarter on; 100 p > 10 from a tenth on, and to be worth more than 15 from a fifth on.
        assert!((at(0, 0.0) - 0.25).abs() < 1e-12 && (at(4, 5.0) - 0.1).abs() < 1e-12 && (at(4, 15.0) - 0.2).abs() < 1e-12);
        assert!(at(0, 0.0) > 0.25, "what is worth nothing is left");
        // Nothing to gain, nothing known, only to lose.
        assert!([1, 2, 3].into_iter().all(|row| at(row, 0.0) > 1.0));
        for row in [0, 4] {
            for p in [0.04, 0.06, 0.2, 0.3, 0.9] {
                assert_eq!(p >= at(row, 0.0), worth.expected_gain(row, p).unwrap() > 0.0, "{row} {p}");
            }
        }
        // To act pays in any case; and it costs the most where it is needed.
        let odd = ValueConfig { tp: Amount::Constant(1.0), fp: Amount::Constant(2.0), ..ValueConfig::default() };
        assert_eq!(Worth::read(&odd, 1, |_| margins()).unwrap().threshold(0, 0.0), 0.0);
        let odd = ValueConfig { tp: Amount::Constant(-9.0), fp: Amount::Constant(1.0), ..ValueConfig::default() };
        assert!(Worth::read(&odd, 1, |_| margins()).unwrap().threshold(0, 0.0) > 1.0);
    }

    #[test]
    fn a_capacity_takes_the_rows_that_gain_most() {
        let gains = [Some(3.0), None, Some(5.0), Some(-1.0), Some(3.0), Some(1.0)];
        let above = |share| {
            let least = least_gain(gains.into_iter(), share);
            gains.into_iter().flatten().filter(|gain| *gain > least).count()
        };
        // Four pay. A third is two rows, but the second and the third are equal: one.
        assert_eq!([None, Some(0.9), Some(0.5), Some(0.34), Some(0.1)].map(above), [4, 4, 3, 1, 0]);
        assert_eq!(least_gain(gains.into_iter(), None), 0.0);
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
