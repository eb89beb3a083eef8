use serde::{Deserialize, Serialize};

use crate::metrics::figures::{ClassCurves, Cut, ErrorBin, Hexagons, Tenth};

/// What the figures beyond the curves are drawn from, on the rows that [`super::Curves`] are of. Parts that a task has no
/// use for are empty, and so are all in records of older versions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Rows behind the figures.
    pub rows: usize,
    /// Binary: smallest probability that the run calls positive.
    pub threshold: Option<f64>,
    /// Binary: negatives and positives by score, in hundredths.
    pub scores: Vec<[usize; 2]>,
    /// Binary: what a hundred thresholds do.
    pub cuts: Vec<Cut>,
    /// Binary: share of the rows, share of the positives among them.
    pub gain: Vec<[f64; 2]>,
    /// Binary: score, shares of the negatives and of the positives below or at it.
    pub separation: Vec<[f64; 3]>,
    /// Binary: the rows in ten parts, highest scores first.
    pub tenths: Vec<Tenth>,
    /// Multiclass: the most frequent classes, each against all others.
    pub classes: Vec<ClassCurves>,
    /// Regression: truth and prediction of all rows, counted; empty where a dot for each can be seen.
    pub hexagons: Hexagons,
    /// Regression: errors by prediction, by truth, and through time.
    pub by_prediction: Vec<ErrorBin>,
    pub by_truth: Vec<ErrorBin>,
    pub by_time: Vec<ErrorBin>,
    /// Whether `by_time` counts microseconds since 1970-01-01, and not rows in their order.
    #[serde(default)]
    pub dated: bool,
    /// Regression: a share of the predictions, and by how much they are off at most.
    pub error_quantiles: Vec<[f64; 2]>,
    /// How the values of columns are spread.
    pub distributions: Vec<Distribution>,
}

/// How the values of a column are spread.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    pub column: String,
    /// Rows in bins of equal width, or of each level, most frequent first; what lies beyond the ends counts in the outer bins.
    pub bars: Vec<u64>,
    /// Lower end of the first and upper end of the last bin; absent for levels.
    pub ends: Option<[f64; 2]>,
}

impl Details {
    /// The distribution of that column.
    #[must_use]
    pub fn distribution(&self, column: &str) -> Option<&Distribution> {
        self.distributions.iter().find(|d| d.column == column)
    }
}
