use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metrics::{Metric, moments};

/// Why and where a model says what it says; everything on rows that it did not learn from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanations {
    /// Which rows were looked at, in words.
    pub rows: String,
    /// Columns that go together, shuffled as one; those that matter most first.
    pub groups: Vec<GroupImportance>,
    /// One curve per important column, and class where there are more than two; most important first.
    pub dependence: Vec<Dependence>,
    /// A few rows with their reasons: the highest, middle and lowest prediction.
    pub examples: Vec<Example>,
    pub segments: Segments,
    /// Absent where it was not measured.
    pub learning_curve: Option<LearningCurve>,
}

/// How much the main metric suffers when columns that go together are shuffled together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupImportance {
    pub columns: Vec<String>,
    /// The weakest association of two of them, 0 to 1: rank correlation, Cramér's V or correlation ratio.
    pub strength: f64,
    pub loss: Loss,
    /// The same for each column alone, in the order of `columns`: each can look useless beside the others.
    pub alone: Vec<Loss>,
}

/// A loss of a metric, positive where shuffling makes it worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loss {
    pub mean: f64,
    /// Standard deviation over shuffles.
    pub sd: f64,
    /// 95 % interval, over shuffles and rows.
    pub low: f64,
    pub high: f64,
}

/// How predictions go with one column, all others left as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dependence {
    pub column: String,
    /// The class whose probability is shown; absent for a number.
    pub class: Option<String>,
    pub grid: Vec<GridPoint>,
    /// Individual curves (ICE; Goldstein et al. 2015), each less its first value: `lines[row][grid point]`.
    pub lines: Vec<Vec<f64>>,
    /// The first value of each of them; absent in records of older versions.
    #[serde(default)]
    pub starts: Vec<f64>,
    /// Columns that go with this one, and how strongly: the curve holds combinations that hardly occur.
    pub goes_with: Vec<(String, f64)>,
}

/// One value of a column, and the mean prediction there (partial dependence; Friedman 2001).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GridPoint {
    /// In words.
    pub value: String,
    /// Place on the axis: the number, or microseconds since 1970-01-01; absent for a level and a gap.
    pub at: Option<f64>,
    pub mean: f64,
    /// 95 % interval of the mean over rows.
    pub low: f64,
    pub high: f64,
    /// Smallest and largest mean among the networks of the ensemble: what the model itself is not sure of.
    pub networks: Option<[f64; 2]>,
    /// Rows that are nearer to this value than to another of the grid.
    pub rows: usize,
}

/// One row and its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Row number in the source, counted from 1, header not counted.
    pub row: usize,
    /// The class whose probability is explained; absent for a number.
    pub class: Option<String>,
    /// Mean prediction of the rows that it is compared with.
    pub base: f64,
    pub prediction: f64,
    /// The true value, in words.
    pub truth: String,
    /// Shapley values, strongest first.
    pub reasons: Vec<Part>,
    /// Sum of all other contributions: `base + reasons + rest = prediction`.
    pub rest: f64,
}

/// What one column contributes to a prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub column: String,
    /// Its value in words.
    pub value: String,
    pub contribution: f64,
    /// Standard error; absent where there was one row to compare with.
    pub error: Option<f64>,
}

/// Parts of the rows in which the model is clearly worse than in all others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Segments {
    /// What the loss of a row is, in words.
    pub loss: String,
    /// Mean loss of all rows; none where it is too large for a number.
    pub overall: Option<f64>,
    /// How many segments were compared, by levels and quarters of each column and pairs of those.
    pub compared: usize,
    /// Fewest rows of a segment that was compared.
    pub fewest: usize,
    /// Clearly worse ones (5 % for all of them together; Holm 1979), worst first.
    pub worst: Vec<Segment>,
}

/// One part of the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Column and value in words, one or two of them.
    pub conditions: Vec<(String, String)>,
    pub rows: usize,
    /// Mean loss of its rows and of all others.
    pub loss: f64,
    pub others: f64,
    /// 95 % interval of the difference.
    pub low: f64,
    pub high: f64,
    /// Probability of such a difference by chance, for all segments compared together.
    pub p: f64,
    /// Mean prediction and mean truth of its rows (share of the positive class, or of right calls among several classes):
    /// where they are alike, its rows are hard rather than misjudged.
    pub predicted: f64,
    pub observed: f64,
}

/// What more rows would bring: the score after learning from parts of the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    pub metric: Metric,
    /// Networks averaged: one where the whole ensemble would take long.
    pub networks: usize,
    /// Fewest rows first; the last learned from all.
    pub points: Vec<LearningPoint>,
}

impl LearningCurve {
    /// What the last doubling of the rows brought, as the mean over the folds, and whether that is more than twice its
    /// standard error, in pairs: a hint, not a test, as folds share rows.
    #[must_use]
    pub fn gain(&self) -> Option<(f64, bool)> {
        let [.., before, last] = &self.points[..] else { return None };
        let sign = if self.metric.higher_is_better() { 1.0 } else { -1.0 };
        let gains: Vec<f64> = last.folds.iter().zip(&before.folds).map(|(a, b)| sign * (a - b)).collect();
        let (mean, sd) = moments(&gains);
        Some((mean, mean > 2.0 * sd / (gains.len().max(1) as f64).sqrt()))
    }

    /// How large errors of a number are that `rows` were learned from, as a share of those at the last point: they fall as a
    /// power of the rows (Hestness et al. 2017), here as from the last point but one to the last where that gain is clear, and
    /// no faster than with the square root of the rows, at which what is estimated of fixed quantities improves. 1 where
    /// nothing clear is known, and for classes.
    #[must_use]
    pub fn shrinks(&self, rows: f64) -> f64 {
        let ([.., before, last], Some((_, true)), Metric::Rmse) = (&self.points[..], self.gain(), self.metric) else {
            return 1.0;
        };
        let power = (before.mean / last.mean).ln() / (last.rows / before.rows).ln();
        let share = (last.rows / rows).powf(power.clamp(0.0, 0.5));
        if share.is_finite() { share.min(1.0) } else { 1.0 }
    }
}

/// The score at one size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningPoint {
    /// Mean number of training rows.
    pub rows: f64,
    pub mean: f64,
    /// Standard deviation over the folds.
    pub sd: f64,
    pub folds: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_shrink_as_the_last_doubling_of_the_rows_shows() {
        let curve = |metric, [before, last]: [f64; 2], spread: f64| {
            let point = |rows: f64, mean: f64, sign: f64| {
                let folds = vec![mean - sign * spread, mean, mean + sign * spread];
                LearningPoint { rows, mean, sd: spread, folds }
            };
            let points = vec![point(200.0, 2.0, 1.0), point(400.0, before, 1.0), point(800.0, last, -1.0)];
            LearningCurve { metric, networks: 1, points }
        };
        let shrinks = |means, spread| curve(Metric::Rmse, means, spread).shrinks(1000.0);
        // 2^-0.25 for twice the rows is 1.25^-0.25 = 0.9457 for a quarter more.
        assert!((shrinks([1.0, 0.5_f64.powf(0.25)], 0.0) - 0.9457).abs() < 1e-4);
        // Errors that halve would fall to 0.8; the square root of the rows allows 1.25^-0.5 = 0.8944.
        assert!((shrinks([1.0, 0.5], 0.0) - 0.8944).abs() < 1e-4);
        // Gains of 0.2, 0.1 and 0.0: their mean of 0.1 is below twice the standard error of 0.0577.
        assert_eq!([shrinks([1.0, 0.9], 0.05), shrinks([0.9, 1.0], 0.0)], [1.0, 1.0]);
        assert_eq!(curve(Metric::Logloss, [1.0, 0.5], 0.0).shrinks(1000.0), 1.0);
        assert!((shrinks([1.0, 0.0], 0.0) - 0.8944).abs() < 1e-4, "errors of nothing shrink no faster");
        assert_eq!(curve(Metric::Rmse, [1.0, 0.5], 0.0).gain(), Some((0.5, true)));
    }
}
