use std::sync::Arc;

use super::Vary;
use crate::data::{Frame, Schema};
use crate::error::{ConfigError, Result};
use crate::explain::cells::frame_of;
use crate::normalize::FittedNormalizer;

/// Every combination of the values of some columns, the last column changing fastest.
#[derive(Clone, Debug)]
pub struct Mixes {
    pub varied: Vec<Vary>,
}

impl Mixes {
    /// Most predictions that one question may take.
    pub const MOST: usize = 2_000_000;

    /// Refuses more combinations than can be computed in reasonable time.
    ///
    /// # Errors
    /// Says how many there are, and if a column has no value or is named twice.
    pub fn new(varied: Vec<Vary>, rows: usize) -> Result<Self, ConfigError> {
        for (i, vary) in varied.iter().enumerate() {
            if vary.is_empty() {
                let message = format!("no value of \"{}\" is left: --where rules all of them out", vary.column);
                return Err(ConfigError::Usage(message));
            }
            if varied[..i].iter().any(|v| v.column == vary.column) {
                return Err(ConfigError::Usage(format!("\"{}\" is varied twice; name each column once", vary.column)));
            }
        }
        let count = varied.iter().fold(1_usize, |n, v| n.saturating_mul(v.len()));
        let total = count.saturating_mul(rows.max(1));
        if total > Self::MOST {
            let most = Self::MOST;
            return Err(ConfigError::Usage(format!(
                "{count} combinations of values for {rows} rows are {total} predictions, more than {most}; name fewer values, as in --vary COLUMN=FIRST:LAST:STEP, or fewer rows with --row"
            )));
        }
        Ok(Self { varied })
    }

    /// Number of combinations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.varied.iter().map(Vary::len).product()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which value each column has in the `nth` combination.
    #[must_use]
    pub fn picks(&self, nth: usize) -> Vec<usize> {
        let mut rest = nth;
        let mut picks: Vec<usize> = self
            .varied
            .iter()
            .rev()
            .map(|vary| {
                let pick = rest % vary.len();
                rest /= vary.len();
                pick
            })
            .collect();
        picks.reverse();
        picks
    }

    /// The values of the `nth` combination in words, by column.
    #[must_use]
    pub fn words(&self, nth: usize) -> Vec<String> {
        self.varied.iter().zip(self.picks(nth)).map(|(vary, pick)| vary.words[pick].clone()).collect()
    }

    /// The varied columns that the `nth` combination sets outside of what the training rows had.
    #[must_use]
    pub fn outside(&self, nth: usize) -> Vec<&str> {
        let picks = self.picks(nth);
        self.varied.iter().zip(picks).filter(|(vary, pick)| vary.outside[*pick]).map(|(vary, _)| vary.column.as_str()).collect()
    }

    /// All combinations as rows; other columns are empty.
    ///
    /// # Errors
    /// None for columns of a model.
    pub fn frame(&self, schema: &Arc<Schema>, normalizer: &FittedNormalizer) -> Result<Frame> {
        let picks: Vec<Vec<usize>> = (0..self.len()).map(|nth| self.picks(nth)).collect();
        let column = |(c, vary): (usize, &Vary)| {
            let rows: Vec<usize> = picks.iter().map(|p| p[c]).collect();
            (vary.column.clone(), vary.cells.take(&rows))
        };
        let cells: Vec<_> = self.varied.iter().enumerate().map(column).collect();
        frame_of(schema, normalizer, picks.len(), &cells)
    }
}
