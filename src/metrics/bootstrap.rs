//! How sure a score is: the percentile bootstrap over rows (Efron 1979; Efron & Tibshirani 1993, ch. 13).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cut, Metric, Resampler, THRESHOLD, prepare, scores, undefined};
use crate::data::{Predictions, Truth};
use crate::seed::Seed;

/// The ends of the central 95 %.
const ENDS: (f64, f64) = (0.025, 0.975);

/// One metric with its 95 % bootstrap interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// On the rows as they are.
    pub value: Option<f64>,
    /// The 2.5 % quantile over resamples.
    pub low: Option<f64>,
    /// The 97.5 % quantile over resamples.
    pub high: Option<f64>,
}

impl Interval {
    /// The interval of a value that was `drawn` in resamples; those where it is undefined do not count, and a value that
    /// is itself undefined has none.
    ///
    /// A range that does not hold the value is that of a figure which resampling itself moves: to draw rows anew adds to an
    /// expected calibration error, for one. It is moved back by that bias (Efron & Tibshirani 1993, ch. 10), though not below
    /// zero where nothing drawn is.
    #[must_use]
    pub fn of(value: Option<f64>, drawn: impl Iterator<Item = Option<f64>>) -> Self {
        let mut values: Vec<f64> = drawn.flatten().collect();
        values.sort_unstable_by(f64::total_cmp);
        let (Some(middle), Some(low), Some(high)) = (value, quantile(&values, ENDS.0), quantile(&values, ENDS.1)) else {
            return Self { value, low: None, high: None };
        };
        if (low..=high).contains(&middle) {
            return Self { value, low: Some(low), high: Some(high) };
        }
        let bias = values.iter().sum::<f64>() / values.len() as f64 - middle;
        let least = if values[0] < 0.0 { f64::NEG_INFINITY } else { 0.0 };
        Self { value, low: Some((low - bias).max(least)), high: Some(high - bias) }
    }
}

/// All metrics of the task, each with the range that holds 95 % of its values over resamples of the rows.
///
/// A resample in which a metric is undefined is left out of its interval; a metric undefined on the rows
/// themselves has no interval. The result depends on the seed, never on `threads` nor on the order of the rows.
///
/// # Panics
/// If truth and predictions differ in kind or length, or a code has no label.
#[must_use]
pub fn intervals(
    truth: &Truth,
    predictions: &Predictions,
    resamples: usize,
    seed: Seed,
    threads: usize,
) -> BTreeMap<Metric, Interval> {
    intervals_at(truth, predictions, THRESHOLD, resamples, seed, threads)
}

/// Of more rows than this, resamples are drawn of so many.
const MANY: usize = 1_000_000;

/// [`intervals_at`]; of more than a million rows, the values are those of all rows, and the distances of the ends those of
/// resamples of a million of them, shrunk by the root of the shares (Bickel, Götze & van Zwet 1997, for estimates whose error
/// falls with the root of the rows, as all metrics here do).
///
/// # Panics
/// As there.
#[must_use]
pub fn intervals_of_many(
    truth: &Truth,
    predictions: &Predictions,
    threshold: f64,
    resamples: usize,
    seed: Seed,
    threads: usize,
) -> BTreeMap<Metric, Interval> {
    shrunk((truth, predictions), threshold, resamples, MANY, seed, threads)
}

fn shrunk(
    (truth, predictions): (&Truth, &Predictions),
    threshold: f64,
    resamples: usize,
    many: usize,
    seed: Seed,
    threads: usize,
) -> BTreeMap<Metric, Interval> {
    let rows = truth.len();
    if rows <= many {
        return intervals_at(truth, predictions, threshold, resamples, seed, threads);
    }
    let whole = super::score_at(truth, predictions, Cut::One(threshold));
    let mut rng = seed.derive("part", 0).rng();
    let some: Vec<usize> = (0..many).map(|_| rng.below(rows)).collect();
    let part = intervals_at(&truth.take(&some), &predictions.take(&some), threshold, resamples, seed, threads);
    let shrink = (many as f64 / rows as f64).sqrt();
    let interval = |(metric, value): (Metric, Option<f64>)| {
        let Interval { value: middle, low, high } = part.get(&metric).copied().unwrap_or_default();
        let end = |end: Option<f64>| Some(value? + shrink * (end? - middle?));
        (metric, Interval { value, low: end(low), high: end(high) })
    };
    whole.into_iter().map(interval).collect()
}

/// [`intervals`] with rows of two classes called positive from another probability on.
///
/// # Panics
/// As there.
#[must_use]
pub fn intervals_at(
    truth: &Truth,
    predictions: &Predictions,
    threshold: f64,
    resamples: usize,
    seed: Seed,
    threads: usize,
) -> BTreeMap<Metric, Interval> {
    let Some(sample) = prepare(truth, predictions, Cut::One(threshold)) else {
        return undefined(predictions).into_keys().map(|metric| (metric, Interval::default())).collect();
    };
    let metrics = Metric::of(super::task(predictions));
    // In the prepared order, so that it need not be undone for every resample.
    let rows = Resampler::in_order(sample.len());
    let values = |counts: &[u32]| {
        let scores = scores(sample.as_ref(), counts);
        metrics.iter().map(|metric| scores[metric]).collect()
    };
    metrics.iter().copied().zip(rows.intervals(resamples, seed, threads, values)).collect()
}

/// The quantile of sorted values, between two of them by linear interpolation (type 7 of Hyndman & Fan 1996).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position lies within the values, and those are few"
)]
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = share * last as f64;
    let below = position as usize;
    let above = (below + 1).min(last);
    let part = position - below as f64;
    let (low, high) = (sorted[below], sorted[above]);
    let width = high - low;
    // Never below an earlier quantile by rounding, which a weighted mean of equal values can be.
    let between = if width.is_finite() { part.mul_add(width, low) } else { low * (1.0 - part) + high * part };
    Some(between.clamp(low, high))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn binary(rows: usize) -> (Truth, Predictions) {
        let mut rng = Seed::new(5).rng();
        let codes: Vec<u32> = (0..rows).map(|_| u32::from(rng.uniform() < 0.3)).collect();
        let positive = codes.iter().map(|&c| (0.3 * f64::from(c) + 0.7 * rng.uniform()).min(1.0));
        let probabilities = positive.flat_map(|p| [1.0 - p, p]).collect();
        (Truth::Classes(codes), Predictions::Classes { labels: ["no".into(), "yes".into()].into(), probabilities })
    }

    #[test]
    fn a_range_that_resampling_moves_is_moved_back() {
        let draws = |from: u8| (from..=from + 40).map(|i| Some(f64::from(i)));
        // Forty-one draws from 20 to 60 have a mean of 40, and their ends at 21 and 59.
        let plain = Interval::of(Some(30.0), draws(20));
        assert_eq!((plain.low, plain.high), (Some(21.0), Some(59.0)));
        let moved = Interval::of(Some(25.0), draws(30));
        assert_eq!((moved.low, moved.high), (Some(6.0), Some(44.0)));
        // Nothing drawn is below zero.
        let moved = Interval::of(Some(5.0), draws(30));
        assert_eq!((moved.low, moved.high), (Some(0.0), Some(24.0)));
        assert_eq!(Interval::of(None, draws(0)), Interval::default());
    }

    #[test]
    fn intervals_of_a_part_are_those_of_the_whole() {
        let (truth, predictions) = binary(8000);
        let whole = intervals(&truth, &predictions, 400, Seed::new(2), 2);
        let shrunk = shrunk((&truth, &predictions), THRESHOLD, 400, 2000, Seed::new(2), 2);
        for metric in [Metric::Auc, Metric::Logloss, Metric::F1] {
            let (a, b) = (whole[&metric], shrunk[&metric]);
            assert_eq!(a.value, b.value);
            let width = |i: Interval| i.high.unwrap() - i.low.unwrap();
            assert!((width(b) / width(a) - 1.0).abs() < 0.25, "{metric:?}: {a:?} {b:?}");
        }
    }

    #[test]
    fn quantiles_by_hand() {
        let values = [0.0, 10.0, 20.0, 30.0, 40.0];
        assert_eq!(quantile(&values, 0.5), Some(20.0));
        assert_eq!(quantile(&values, 0.025), Some(1.0));
        assert_eq!(quantile(&values, 1.0), Some(40.0));
        assert_eq!(quantile(&[7.0], 0.975), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
        // Half of the largest number, where the distance of the two is none.
        let wide = quantile(&[-f64::MAX, f64::MAX], 0.75).unwrap();
        assert!((wide / f64::MAX - 0.5).abs() < 1e-12, "{wide}");
    }

    proptest! {
        #[test]
        fn quantiles_rise(mut values in proptest::collection::vec(prop_oneof![0.2..0.3, Just(0.23), Just(-1e300), Just(1e308)], 1..40)) {
            values.sort_by(f64::total_cmp);
            let found: Vec<f64> = (0..=100).filter_map(|i| quantile(&values, f64::from(i) / 100.0)).collect();
            prop_assert!(found.is_sorted() && found[0] == values[0] && found[100] == values[values.len() - 1]);
            // What lies between equal values is that value.
            let same = quantile(&[0.23, 0.23], 0.37);
            prop_assert_eq!(same, Some(0.23));
        }
    }

    #[test]
    fn neither_threads_nor_the_order_of_rows_matter_but_the_seed_does() {
        let (truth, predictions) = binary(300);
        let one = intervals(&truth, &predictions, 50, Seed::new(1), 1);
        for threads in [0, 3, 64] {
            assert_eq!(intervals(&truth, &predictions, 50, Seed::new(1), threads), one);
        }
        let backwards: Vec<usize> = (0..300).rev().collect();
        assert_eq!(intervals(&truth.take(&backwards), &predictions.take(&backwards), 50, Seed::new(1), 2), one);
        assert_ne!(intervals(&truth, &predictions, 50, Seed::new(2), 1), one);
    }

    #[test]
    fn the_interval_of_an_accuracy_is_that_of_a_share() {
        // 10 000 rows, 60 % right: the standard error of a share is sqrt(0.6 * 0.4 / 10 000) = 0.0049.
        let codes: Vec<u32> = (0..10_000).map(|i| u32::from(i % 10 < 6)).collect();
        let probabilities = [0.1, 0.9].repeat(10_000);
        let predictions = Predictions::Classes { labels: ["a".into(), "b".into()].into(), probabilities };
        let accuracy = intervals(&Truth::Classes(codes), &predictions, 400, Seed::new(9), 2)[&Metric::Accuracy];
        assert_eq!(accuracy.value, Some(0.6));
        let half = (accuracy.high.unwrap() - accuracy.low.unwrap()) / 2.0;
        assert!((half - 1.96 * 0.0049).abs() < 0.001, "{half}");
    }

    #[test]
    fn the_95_percent_interval_of_a_mean_covers_it_about_that_often() {
        // 200 samples of 60 normal errors: the mean absolute error is sqrt(2 / pi).
        let expected = (2.0 / std::f64::consts::PI).sqrt();
        let covered = (0..200).filter(|&trial| {
            let mut rng = Seed::new(11).derive("trial", trial).rng();
            let errors: Vec<f64> = (0..60).map(|_| rng.normal()).collect();
            let truth = Truth::Numbers(vec![1.0; 60]);
            let predictions = Predictions::Numbers(errors.iter().map(|e| 1.0 + e).collect());
            let mae = intervals(&truth, &predictions, 200, Seed::new(trial), 1)[&Metric::Mae];
            (mae.low.unwrap()..=mae.high.unwrap()).contains(&expected)
        });
        let covered = covered.count();
        assert!((178..=198).contains(&covered), "{covered} of 200");
    }

    #[test]
    fn an_undefined_value_has_no_interval_even_if_some_resamples_define_it() {
        let truth = Truth::Numbers(vec![0.0, 1.0, 2.0, 3.0]);
        let all = intervals(&truth, &Predictions::Numbers(vec![0.5, 1.5, 2.0, 2.0]), 100, Seed::new(3), 1);
        assert_eq!(all[&Metric::Mape], Interval::default());
        assert!(all[&Metric::Mae].low < all[&Metric::Mae].value && all[&Metric::Mae].value < all[&Metric::Mae].high);
        // One row in three is positive: resamples of one class have no auc and are left out.
        let few =
            Predictions::Classes { labels: ["a".into(), "b".into()].into(), probabilities: vec![0.9, 0.1, 0.2, 0.8, 0.6, 0.4] };
        let auc = intervals(&Truth::Classes(vec![0, 1, 0]), &few, 100, Seed::new(3), 1)[&Metric::Auc];
        assert_eq!(auc, Interval { value: Some(1.0), low: Some(1.0), high: Some(1.0) });
    }

    #[test]
    fn without_rows_or_resamples_there_is_no_interval() {
        let none = intervals(&Truth::Numbers(Vec::new()), &Predictions::Numbers(Vec::new()), 10, Seed::new(0), 2);
        assert_eq!(none[&Metric::Rmse], Interval::default());
        let (truth, predictions) = binary(20);
        let auc = intervals(&truth, &predictions, 0, Seed::new(0), 2)[&Metric::Auc];
        assert!(auc.value.is_some() && auc.low.is_none() && auc.high.is_none());
    }
}
