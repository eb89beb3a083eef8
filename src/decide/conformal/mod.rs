//! How far predictions can be off: intervals for numbers, sets for classes, right for a chosen share of new rows whatever
//! the model and the distribution (Vovk, Gammerman & Shafer 2005).
//!
//! They are learned from predictions out of fold and stand around those of the final model, which has learned from more
//! rows and so misses by less, if anything; where the learning curve of the folds tells by how much, intervals are narrower
//! by that ([`Conformal::times`]). Barber et al. (2021) prove a guarantee for the variant that keeps the models of
//! all folds (CV+), which would make a model file as many times larger; training measures on the test part that
//! this one holds. Rows that are not of one kind with those learned from, such as later ones, are outside of any guarantee.

mod classes;
mod coverage;
mod difficulty;
mod scores;
#[cfg(test)]
mod tests;

pub use classes::joined;
pub use coverage::{coverage, covered};

use serde::{Deserialize, Serialize};

use crate::data::{Predictions, Truth, not_below_zero};
use difficulty::Difficulty;
use scores::Scores;

/// Fewest rows that say how far predictions can be off.
const FEWEST: usize = 20;

/// What was learned from predictions out of fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conformal {
    misses: Misses,
    /// Whether models were judged by later rows than they learned from: then nothing is guaranteed.
    pub over_time: bool,
    /// Whether no truth is below 0, and so no interval reaches below.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    never_negative: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Misses {
    /// Absolute errors in units of what is usual for such a prediction.
    Numbers { difficulty: Difficulty, scores: Scores },
    /// One less the probability of the truth.
    Classes { scores: Scores },
}

/// Rows predicted by models that never saw them.
#[derive(Clone, Copy, Debug)]
pub struct OutOfFold<'a> {
    pub predictions: &'a Predictions,
    pub truth: &'a Truth,
    /// The number of the fold of each row.
    pub folds: &'a [usize],
}

impl Conformal {
    /// Learns how far predictions miss; nothing from fewer than twenty rows, or where a number is not finite.
    ///
    /// # Panics
    /// If predictions and truth differ in kind or length.
    #[must_use]
    pub fn learn(rows: OutOfFold<'_>, over_time: bool) -> Option<Self> {
        let misses = match (rows.predictions, rows.truth) {
            (Predictions::Numbers(values), Truth::Numbers(truth)) => {
                if !values.iter().chain(truth).all(|v| v.is_finite()) {
                    return None;
                }
                let scores = Difficulty::scores(values, truth, rows.folds);
                let difficulty = Difficulty::learn(values, truth, Difficulty::parts(values.len()))?;
                Misses::Numbers { difficulty, scores: Scores::new(scores) }
            }
            (Predictions::Classes { labels, probabilities }, Truth::Classes(codes)) => {
                if !probabilities.iter().all(|p| p.is_finite()) {
                    return None;
                }
                Misses::Classes { scores: Scores::new(classes::scores(codes, probabilities, labels.len())) }
            }
            _ => panic!("truth and predictions of one task are of one kind"),
        };
        Some(Self { misses, over_time, never_negative: false }).filter(|c| c.rows() >= FEWEST)
    }

    /// The same for a target that is never negative, or may be.
    #[must_use]
    pub fn never_negative(self, never_negative: bool) -> Self {
        Self { never_negative, ..self }
    }

    /// The same for the model that is kept, whose errors of numbers are so large a share of those out of fold, as it knows
    /// more rows than the models of the folds. Sets of classes stay as they are.
    #[must_use]
    pub fn times(self, share: f64) -> Self {
        let misses = match self.misses {
            Misses::Numbers { difficulty, scores } => Misses::Numbers { difficulty, scores: scores.times(share) },
            Misses::Classes { scores } => Misses::Classes { scores },
        };
        Self { misses, ..self }
    }

    /// Rows that it was learned from.
    #[must_use]
    pub const fn rows(&self) -> usize {
        match &self.misses {
            Misses::Numbers { scores, .. } | Misses::Classes { scores } => scores.rows(),
        }
    }

    /// Whether it is of a model of so many classes, 0 for numbers, and can be computed with, whoever wrote it.
    #[must_use]
    pub fn is_sound(&self, classes: usize) -> bool {
        match &self.misses {
            Misses::Numbers { difficulty, scores } => classes == 0 && difficulty.is_sound() && scores.is_sound(),
            Misses::Classes { scores } => classes > 0 && scores.is_sound(),
        }
    }

    /// Whether its rows are enough for a level.
    #[must_use]
    pub fn serves(&self, level: f64) -> bool {
        match &self.misses {
            Misses::Numbers { scores, .. } | Misses::Classes { scores } => scores.at(level).is_some(),
        }
    }

    /// Lowest and highest value that may be the truth of a prediction; nothing for classes, or where [`Self::serves`] says no.
    #[must_use]
    pub fn interval(&self, prediction: f64, level: f64) -> Option<[f64; 2]> {
        let Misses::Numbers { difficulty, scores } = &self.misses else { return None };
        let half = scores.at(level)? * difficulty.of(prediction);
        let low = prediction - half;
        Some([if self.never_negative { not_below_zero(low) } else { low }, prediction + half])
    }

    /// Classes that may be the truth of a row, the most probable first; nothing for numbers, or where [`Self::serves`] says
    /// no.
    #[must_use]
    pub fn set(&self, probabilities: &[f64], level: f64) -> Option<Vec<usize>> {
        let Misses::Classes { scores } = &self.misses else { return None };
        classes::set(scores, probabilities, level)
    }
}
