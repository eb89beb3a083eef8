//! What a record says of groups of rows: how each is treated, how far they are apart, and what was done about it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metrics::{Interval, Measure};

/// How the groups that the sensitive columns name are treated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fairness {
    /// Which rows were judged: `test` or `out of fold`.
    pub rows: String,
    /// Smallest probability that is called positive; for other tasks than two classes it means nothing.
    pub threshold: f64,
    /// Groups with fewer rows are shown, not judged.
    pub min_rows: usize,
    /// What the bootstrap drew: `rows`, or `groups of COLUMN`.
    pub resampled: String,
    /// One per sensitive column, then all of them together where there are several and at least two such groups are large
    /// enough.
    pub groupings: Vec<Grouping>,
    /// What was done about differences, and what it costs; absent where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigation: Option<Mitigation>,
}

/// Rows told apart by one column, or by several together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grouping {
    pub columns: Vec<String>,
    pub groups: Vec<Group>,
    /// How far the judged groups are apart in each measure.
    pub gaps: BTreeMap<Measure, Gap>,
    /// For two classes: the larger of the differences, and the smaller of the ratios, of true- and false-positive rate
    /// (equalized odds: Hardt, Price & Srebro 2016).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equalized_odds: Option<Gap>,
}

/// One group of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The value, the range of values (`q1 up to 29`), or the values of several columns.
    pub name: String,
    pub rows: usize,
    /// How many of them are truly positive; absent for other tasks than two classes.
    pub positives: Option<usize>,
    /// Whether it has rows enough.
    pub judged: bool,
    pub values: BTreeMap<Measure, Interval>,
}

/// How far the judged groups are apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// Largest value less smallest; the interval is that of the difference between these two groups, and includes 0 where
    /// they may be alike. Undefined with fewer than two judged groups, or where one of them has no value.
    pub difference: Interval,
    /// Smallest value over largest; undefined for measures that can be below 0, too. Of `selection_rate`, four fifths are
    /// the customary bound (Uniform Guidelines, EEOC 1978).
    pub ratio: Interval,
    /// The groups with the smallest and the largest value; empty where it is undefined.
    pub lowest: String,
    pub highest: String,
}

impl Gap {
    /// Whether the interval of the ratio leaves open on which side of four fifths it is.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!((self.ratio.low, self.ratio.high), (Some(low), Some(high)) if low < 0.8 && high >= 0.8)
    }

    /// Whether the smallest rate at which groups are selected is four fifths of the largest (EEOC 1978), and how sure that
    /// is; nothing where the ratio is undefined.
    #[must_use]
    pub fn four_fifths(&self) -> Option<&'static str> {
        let below = |end: Option<f64>| end.is_some_and(|end| end < 0.8);
        Some(match (self.ratio.value? < 0.8, below(self.ratio.low), below(self.ratio.high)) {
            (true, _, true) => "clearly below four fifths",
            (true, _, false) => "below four fifths, but not clearly",
            (false, true, _) => "above four fifths, but not clearly",
            (false, false, _) => "above four fifths",
        })
    }
}

/// What was done about differences between groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mitigation {
    /// `reweigh` or `thresholds`.
    pub method: String,
    /// What the thresholds of the groups make alike; absent for other methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    /// Threshold of each group; empty for other methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<GroupThreshold>,
    /// The groups without it, on the same rows.
    pub before: Vec<Grouping>,
    /// What it changes: `old` is without it, `new` with it, on the same rows.
    pub cost: BTreeMap<Measure, Change>,
}

/// From which probability on rows of a group are called positive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupThreshold {
    /// The value of each column.
    pub levels: Vec<String>,
    pub threshold: f64,
    /// Rows it was chosen on.
    pub rows: usize,
}

/// One measure of two models on the same rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    pub old: Option<f64>,
    pub new: Option<f64>,
    /// New less old, with the 95 % interval of the paired bootstrap.
    pub difference: Interval,
    pub verdict: Verdict,
}

/// What is to be said of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Better,
    Worse,
    /// Another value, of a measure that has no good side.
    Changed,
    /// The interval includes 0.
    Noise,
    /// The measure or the interval is undefined.
    #[default]
    Undefined,
}

impl Verdict {
    /// The word in tables and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Changed => "changed",
            Self::Noise => "noise",
            Self::Undefined => "undefined",
        }
    }
}

impl Change {
    /// Judges a difference by its interval.
    #[must_use]
    pub fn new(measure: Measure, old: Option<f64>, new: Option<f64>, difference: Interval) -> Self {
        let verdict = match (difference.low, difference.high) {
            (Some(low), Some(high)) if low <= 0.0 && high >= 0.0 => Verdict::Noise,
            (Some(low), Some(_)) => match measure.higher_is_better() {
                Some(higher) if higher == (low > 0.0) => Verdict::Better,
                Some(_) => Verdict::Worse,
                None => Verdict::Changed,
            },
            _ => Verdict::Undefined,
        };
        Self { old, new, difference, verdict }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Metric, Rate};

    #[test]
    fn a_change_is_judged_by_its_interval_and_the_side_of_the_measure() {
        let verdict = |measure: Measure, low: f64, high: f64| {
            let difference = Interval { value: Some(f64::midpoint(low, high)), low: Some(low), high: Some(high) };
            Change::new(measure, Some(0.5), Some(0.6), difference).verdict
        };
        assert_eq!(verdict(Metric::Auc.into(), 0.01, 0.05), Verdict::Better);
        assert_eq!(verdict(Metric::Auc.into(), -0.05, -0.01), Verdict::Worse);
        assert_eq!(verdict(Metric::Logloss.into(), 0.01, 0.05), Verdict::Worse);
        assert_eq!(verdict(Rate::SelectionRate.into(), 0.01, 0.05), Verdict::Changed);
        assert_eq!(verdict(Metric::Auc.into(), 0.0, 0.05), Verdict::Noise);
        assert_eq!(verdict(Metric::Auc.into(), -0.1, 0.05), Verdict::Noise);
        assert_eq!(Change::new(Metric::Auc.into(), None, None, Interval::default()).verdict, Verdict::Undefined);
    }
}
