//! Scores from predictions and truth: pure functions, each with its textbook definition.
//!
//! Each task has one file that prepares its rows once (sorted, with everything that concerns one row worked
//! out) and then scores them under any multiplicities in one pass. So the same code gives the plain scores,
//! where every row counts once, and those of a bootstrap resample, where a row counts as often as it was drawn.
//! Prepared rows have an order of their own: the order of the input rows changes no bit of any result.

mod binary;
mod bootstrap;
mod curves;
mod cut;
pub mod figures;
#[cfg(test)]
mod golden;
mod measure;
mod metric;
mod multiclass;
pub mod paired;
#[cfg(test)]
mod properties;
mod ranking;
mod regression;
mod resampler;
mod scorer;
mod spread;

pub use binary::THRESHOLD;
pub(crate) use bootstrap::quantile;
pub use bootstrap::{Interval, intervals, intervals_at, intervals_of_many};
pub use curves::{calibration, confusion, confusion_at, precision_recall, roc};
pub use cut::Cut;
pub use measure::{Measure, Rate};
pub use metric::Metric;
pub(crate) use multiclass::argmax;
pub use resampler::Resampler;
pub use scorer::Scorer;
pub use spread::{Spread, spread};

use std::collections::BTreeMap;

use crate::data::{Predictions, Task, Truth};

/// One value per metric; `None` where it is undefined.
pub type Scores = BTreeMap<Metric, Option<f64>>;

/// All metrics of the task, in the definitions of scikit-learn where it has them.
///
/// Two labels are a binary task whose positive class has code 1; other numbers of labels are multiclass.
/// A metric is `None` where its definition divides by nothing: one class in the truth for those that compare
/// classes, a constant truth for `r2`, a zero in the truth for `mape`, no rows. If any prediction is not finite,
/// all are `None`. No value is ever NaN or infinite.
///
/// # Panics
/// If truth and predictions differ in kind or length, or a code has no label.
#[must_use]
pub fn score(truth: &Truth, predictions: &Predictions) -> Scores {
    score_at(truth, predictions, Cut::One(THRESHOLD))
}

/// [`score`] with rows of two classes called positive from another probability on; tasks of other kinds have no use for it.
///
/// # Panics
/// As there.
#[must_use]
pub fn score_at(truth: &Truth, predictions: &Predictions, cut: Cut<'_>) -> Scores {
    prepare(truth, predictions, cut).map_or_else(|| undefined(predictions), |sample| once(sample.as_ref()))
}

/// The rows of one task, prepared to be scored many times.
trait Sample: Sync {
    /// Number of rows, at least 1.
    fn len(&self) -> usize;

    /// Which row of the input stands at each place of the prepared order.
    fn order(&self) -> &[u32];

    /// The rates of the task under the same counts as [`Sample::values`], in order.
    fn rates(&self, _counts: &[u32]) -> Vec<(Rate, Option<f64>)> {
        Vec::new()
    }

    /// The metrics of the task with row `i` of the prepared order standing `counts[i]` times. At least one count
    /// is above 0. A value may be infinite or NaN where sums overflow; [`scores`] takes care of it.
    fn values(&self, counts: &[u32]) -> Vec<(Metric, Option<f64>)>;
}

/// The rows ready to be scored; `None` if there are none or if a number is not finite.
/// The rows ready to be scored, two classes told apart at a threshold; `None` if there are no rows or a number is not finite.
fn prepare(truth: &Truth, predictions: &Predictions, cut: Cut<'_>) -> Option<Box<dyn Sample>> {
    assert_eq!(truth.len(), predictions.len(), "every row has one truth and one prediction");
    if truth.is_empty() {
        return None;
    }
    let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
    match (truth, predictions) {
        (Truth::Classes(codes), Predictions::Classes { labels, probabilities }) => {
            assert!(codes.iter().all(|&c| (c as usize) < labels.len()), "every code has a label");
            finite(probabilities).then(|| match labels.len() {
                2 => Box::new(binary::Rows::new(codes, &predictions.class(1), cut)) as Box<dyn Sample>,
                classes => Box::new(multiclass::Rows::new(codes, probabilities, classes)),
            })
        }
        (Truth::Numbers(truth), Predictions::Numbers(values)) => {
            (finite(truth) && finite(values)).then(|| Box::new(regression::Rows::new(truth, values)) as Box<dyn Sample>)
        }
        _ => panic!("truth and predictions of one task are of one kind"),
    }
}

/// The scores under the given multiplicities.
fn scores(sample: &dyn Sample, counts: &[u32]) -> Scores {
    sample.values(counts).into_iter().map(|(metric, value)| (metric, value.filter(|v| v.is_finite()))).collect()
}

/// The scores with every row counted once.
fn once(sample: &dyn Sample) -> Scores {
    scores(sample, &vec![1; sample.len()])
}

/// The metrics of the task, none of them defined.
fn undefined(predictions: &Predictions) -> Scores {
    Metric::of(task(predictions)).iter().map(|&metric| (metric, None)).collect()
}

/// The task that predictions are of: two labels are binary, whatever it was called.
fn task(predictions: &Predictions) -> Task {
    match predictions {
        Predictions::Classes { labels, .. } if labels.len() == 2 => Task::Binary,
        Predictions::Classes { .. } => Task::Multiclass,
        Predictions::Numbers(_) => Task::Regression,
    }
}

/// `part / whole`, undefined where the whole is nothing.
fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// The power of two below the largest size, by which numbers are divided before they are squared, so that squares neither
/// overflow nor vanish; powers of two leave all digits as they are.
pub(crate) fn unit(values: impl Iterator<Item = f64>) -> f64 {
    let size = values.fold(0.0_f64, |size, v| size.max(v.abs()));
    let exponent = if size > 0.0 && size.is_finite() { size.log2().floor() } else { 0.0 };
    exponent.clamp(-1000.0, 1000.0).exp2()
}

/// Mean and sample standard deviation; 0 of fewer than two.
#[must_use]
pub fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let unit = unit(values.iter().copied());
    let mean = values.iter().map(|v| v / unit).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v / unit - mean).powi(2)).sum();
    (mean * unit, (squares / (n - 1.0).max(1.0)).sqrt() * unit)
}

/// Fails unless a metric is defined and has the value worked out by hand.
#[cfg(test)]
fn near(scores: &Scores, metric: Metric, expected: f64) {
    let value = scores[&metric].unwrap();
    assert!((value - expected).abs() < 1e-12, "{metric:?}: {value}, expected {expected}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rows_and_broken_predictions_leave_every_metric_undefined() {
        let labels = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let none = Predictions::Classes { labels: labels(2), probabilities: Vec::new() };
        let scores = score(&Truth::Classes(Vec::new()), &none);
        assert_eq!(scores.len(), 12);
        assert!(scores.values().all(Option::is_none));

        let broken = Predictions::Classes { labels: labels(3), probabilities: vec![0.5, f64::NAN, 0.5] };
        let scores = score(&Truth::Classes(vec![0]), &broken);
        assert!(scores.keys().eq(Metric::of(Task::Multiclass)) && scores.values().all(Option::is_none));

        let scores = score(&Truth::Numbers(vec![1.0]), &Predictions::Numbers(vec![f64::INFINITY]));
        assert!(scores.keys().eq(Metric::of(Task::Regression)) && scores.values().all(Option::is_none));
    }

    #[test]
    fn what_overflows_is_undefined_not_infinite() {
        let scores = |x: f64| score(&Truth::Numbers(vec![x, -x]), &Predictions::Numbers(vec![-x, x]));
        assert!(scores(1.5e308).values().all(Option::is_none));
        // A square of which is no number.
        let scores = scores(1e300);
        assert_eq!([scores[&Metric::Rmse], scores[&Metric::Mae]], [Some(2e300); 2]);
        assert_eq!(scores[&Metric::Mape], Some(2.0));
    }

    #[test]
    fn moments_by_hand() {
        assert_eq!(moments(&[]), (0.0, 0.0));
        assert_eq!(moments(&[3.0]), (3.0, 0.0));
        // Squares 4 + 1 + 9 over two degrees of freedom.
        assert_eq!(moments(&[1.0, 2.0, 6.0]), (3.0, 7.0_f64.sqrt()));
        let (mean, sd) = moments(&[1e200, 2e200, 6e200]);
        assert!((mean / 1e200 - 3.0).abs() < 1e-12 && (sd / 1e200 - 7.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(unit([0.0, -5.0, 3.0].into_iter()), 4.0);
        assert_eq!(unit([0.0, f64::INFINITY].into_iter()), 1.0);
    }

    #[test]
    #[should_panic(expected = "every row has one truth")]
    fn lengths_must_agree() {
        let _ = score(&Truth::Numbers(vec![1.0]), &Predictions::Numbers(Vec::new()));
    }

    #[test]
    #[should_panic(expected = "of one kind")]
    fn kinds_must_agree() {
        let _ = score(&Truth::Classes(vec![0]), &Predictions::Numbers(vec![1.0]));
    }
}
