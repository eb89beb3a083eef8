//! Two models on the same rows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::data::{Predictions, Truth};
use crate::metrics::paired::{delong, mcnemar};
use crate::metrics::{Cut, Interval, Measure, Metric, Resampler, Scorer};
use crate::report::Change;
use crate::seed::Seed;

/// What a model says of the rows.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub predictions: &'a Predictions,
    pub cut: Cut<'a>,
}

/// Two models on the same rows.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    pub truth: &'a Truth,
    pub old: Side<'a>,
    pub new: Side<'a>,
    /// Rows of one unit are drawn together.
    pub units: Option<&'a [u32]>,
    pub resamples: usize,
}

/// How two models differ on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    pub measures: BTreeMap<Measure, Change>,
    /// Tests that need rows independent of each other; none where units are drawn together.
    pub tests: Vec<Test>,
}

/// A test of one measure: `DeLong` of the AUC, `McNemar, exact` of the accuracy.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Test {
    pub measure: Measure,
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Probability of a difference at least as large between two models that are equally good.
    pub p: f64,
}

impl Pair<'_> {
    /// Each measure of both, their difference with the 95 % interval of the paired bootstrap (Efron & Tibshirani 1993, ch.
    /// 16: a resample draws the same rows for both), and the tests that are customary for a measure.
    ///
    /// # Panics
    /// If truth and predictions differ in kind or length, or a code has no label.
    #[must_use]
    pub fn compare(&self, seed: Seed, threads: usize) -> Comparison {
        let all: Vec<usize> = (0..self.truth.len()).collect();
        let scorer = |side: Side<'_>| Scorer::new(self.truth, side.predictions, side.cut, &all);
        let (old, new) = (scorer(self.old), scorer(self.new));
        let n = old.measures().len();
        let values = |counts: &[u32]| {
            let (old, new) = (old.values(counts), new.values(counts));
            let difference = old.iter().zip(&new).map(|(old, new)| Some((*new)? - (*old)?).filter(|d| d.is_finite()));
            difference.chain(old.iter().copied()).chain(new.iter().copied()).collect()
        };
        let resampler =
            if new.order().is_empty() { Resampler::in_order(all.len()) } else { Resampler::new(new.order(), self.units) };
        let found: Vec<Interval> = resampler.intervals(self.resamples, seed, threads, values);
        let change = |(i, &measure): (usize, &Measure)| {
            (measure, Change::new(measure, found[n + i].value, found[2 * n + i].value, found[i]))
        };
        let measures = old.measures().iter().enumerate().map(change).collect();
        Comparison { measures, tests: if self.units.is_some() { Vec::new() } else { self.tests() } }
    }

    fn tests(&self) -> Vec<Test> {
        let Truth::Classes(codes) = self.truth else { return Vec::new() };
        let mut tests = Vec::new();
        let (old, new) = (self.old.calls(), self.new.calls());
        if old.is_empty() || new.is_empty() {
            return tests;
        }
        let scores = (self.old.predictions.class(1), self.new.predictions.class(1));
        let binary = matches!(self.old.predictions, Predictions::Classes { labels, .. } if labels.len() == 2);
        if binary && let Some((_, p)) = delong(codes, &scores.0, &scores.1) {
            tests.push(Test { measure: Metric::Auc.into(), name: "DeLong", source: "DeLong et al. 1988", p });
        }
        let only = |one: &[u32], other: &[u32]| {
            codes.iter().zip(one.iter().zip(other)).filter(|(truth, (a, b))| a == truth && b != truth).count()
        };
        let p = mcnemar(only(&old, &new), only(&new, &old));
        tests.push(Test { measure: Metric::Accuracy.into(), name: "McNemar, exact", source: "McNemar 1947", p });
        tests
    }
}

impl Side<'_> {
    /// The class that each row is called; empty for numbers, and where a probability is not finite.
    #[must_use]
    pub fn calls(&self) -> Vec<u32> {
        let Predictions::Classes { labels, probabilities } = self.predictions else { return Vec::new() };
        if !probabilities.iter().all(|p| p.is_finite()) {
            return Vec::new();
        }
        let call = |(row, p): (usize, &[f64])| {
            if p.len() == 2 { u32::from(p[1] >= self.cut.at(row)) } else { crate::metrics::argmax(p) }
        };
        probabilities.chunks(labels.len().max(1)).enumerate().map(call).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Verdict;

    fn predictions(scores: &[f64]) -> Predictions {
        let probabilities = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
        Predictions::Classes { labels: ["no".into(), "yes".into()].into(), probabilities }
    }

    fn compare(old: &[f64], new: &[f64], codes: &[u32], units: Option<&[u32]>) -> Comparison {
        let (truth, old, new) = (Truth::Classes(codes.to_vec()), predictions(old), predictions(new));
        let side = |predictions| Side { predictions, cut: Cut::default() };
        Pair { truth: &truth, old: side(&old), new: side(&new), units, resamples: 300 }.compare(Seed::new(3), 2)
    }

    #[test]
    fn the_same_model_differs_by_nothing() {
        let (scores, codes) = ([0.9, 0.4, 0.6, 0.2], [1, 1, 0, 0]);
        let found = compare(&scores, &scores, &codes, None);
        for (measure, change) in &found.measures {
            assert_eq!(change.old, change.new, "{measure:?}");
            assert_eq!(change.difference.value, Some(0.0), "{measure:?}");
            assert_eq!(change.verdict, Verdict::Noise, "{measure:?}");
        }
        assert_eq!(found.tests.len(), 1, "the difference of the two has no variance");
        assert_eq!(found.tests[0].p, 1.0);
    }

    #[test]
    fn a_clear_loss_is_worse_and_what_both_share_cancels_out() {
        // 100 rows, the old one right in 80; the new one also wrong in ten of those.
        let codes: Vec<u32> = (0..100).map(|row| row % 2).collect();
        let right = |wrong: usize| -> Vec<f64> {
            codes.iter().enumerate().map(|(row, &y)| if (y == 1) == (row >= wrong) { 0.9 } else { 0.1 }).collect()
        };
        let found = compare(&right(20), &right(30), &codes, None);
        let accuracy = found.measures[&Metric::Accuracy.into()];
        assert_eq!((accuracy.old, accuracy.new, accuracy.verdict), (Some(0.8), Some(0.7), Verdict::Worse));
        // A share of 10 % that differ: standard error 0.03, not the 0.061 of two samples of their own.
        let half = (accuracy.difference.high.unwrap() - accuracy.difference.low.unwrap()) / 2.0;
        assert!((half - 1.96 * 0.03).abs() < 0.012, "{half}");
        let test = found.tests.iter().find(|t| t.name.starts_with("McNemar")).unwrap();
        assert!((test.p - 2.0 / 1024.0).abs() < 1e-12);
        assert!(found.tests.iter().any(|t| t.name == "DeLong" && t.p < 0.05));
        let units: Vec<u32> = (0..100).map(|row| row / 10).collect();
        assert!(compare(&right(20), &right(30), &codes, Some(&units)).tests.is_empty(), "its rows are not independent");
    }
}
