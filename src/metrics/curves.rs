//! The points of a report's figures.

use super::Cut;
use super::binary::THRESHOLD;
use super::multiclass::argmax;
use super::ranking::Ranking;
use crate::data::Predictions;

/// No figure shows more points than this.
const POINTS: usize = 200;

/// Bins of the calibration figure.
const BINS: usize = 10;

/// Receiver operating characteristic: `[false-positive rate, true-positive rate]` from `[0, 0]` to `[1, 1]`.
///
/// The positive class has code 1. Equal scores make one point; at most 200 points are kept, spread evenly along
/// the curve. Empty where it is undefined: one class only, or a score that is not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn roc(truth_codes: &[u32], scores: &[f64]) -> Vec<[f64; 2]> {
    curve(truth_codes, scores, [0.0, 0.0], |hits, misses, [positives, negatives]| [misses / negatives, hits / positives])
}

/// `[recall, precision]` from the highest score down, after scikit-learn's start at `[0, 1]`.
///
/// The positive class has code 1. Equal scores make one point; at most 200 points are kept, spread evenly along
/// the curve. Empty where it is undefined: one class only, or a score that is not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn precision_recall(truth_codes: &[u32], scores: &[f64]) -> Vec<[f64; 2]> {
    curve(truth_codes, scores, [0.0, 1.0], |hits, misses, [positives, _]| [hits / positives, hits / (hits + misses)])
}

/// Calibration: `[mean predicted, observed share, rows]` for ten bins of about equally many rows, lowest first.
///
/// Equal scores stay in one bin, so bins may be larger or missing. Empty without rows or where a score is not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn calibration(truth_codes: &[u32], scores: &[f64]) -> Vec<[f64; 3]> {
    let ranking = Ranking::new(truth_codes, scores);
    if !scores.iter().all(|s| s.is_finite()) {
        return Vec::new();
    }
    let mut bins = [[0.0; 3]; BINS];
    for run in ranking.runs() {
        // The middle of the run, in tenths of all rows.
        let bin = BINS - 1 - BINS * (run.start + run.end - 1) / (2 * scores.len());
        for row in run {
            bins[bin][0] += ranking.scores[row];
            bins[bin][1] += f64::from(u8::from(ranking.positive[row]));
            bins[bin][2] += 1.0;
        }
    }
    bins.into_iter().filter(|[_, _, n]| *n > 0.0).map(|[predicted, observed, n]| [predicted / n, observed / n, n]).collect()
}

/// `confusion[truth][predicted]`: two classes at a probability of 0.5, more by the most probable; empty for numbers.
///
/// # Panics
/// If the lengths differ or a code has no label.
#[must_use]
pub fn confusion(truth_codes: &[u32], predictions: &Predictions) -> Vec<Vec<usize>> {
    confusion_at(truth_codes, predictions, Cut::One(THRESHOLD))
}

/// [`confusion`] with rows of two classes called positive from other probabilities on.
///
/// # Panics
/// As there.
#[must_use]
pub fn confusion_at(truth_codes: &[u32], predictions: &Predictions, cut: Cut<'_>) -> Vec<Vec<usize>> {
    let Predictions::Classes { labels, probabilities } = predictions else { return Vec::new() };
    let classes = labels.len();
    assert_eq!(truth_codes.len(), predictions.len(), "every row has one truth and one prediction");
    let mut counts = vec![vec![0; classes]; classes];
    for (row, (&truth, p)) in truth_codes.iter().zip(probabilities.chunks(classes.max(1))).enumerate() {
        let predicted = if classes == 2 { u32::from(p[1] >= cut.at(row)) } else { argmax(p) };
        counts[truth as usize][predicted as usize] += 1;
    }
    counts
}

/// A start, then one point per run of equal scores, from the hits and misses so far and those of all rows.
fn curve(
    truth_codes: &[u32],
    scores: &[f64],
    start: [f64; 2],
    point: impl Fn(f64, f64, [f64; 2]) -> [f64; 2],
) -> Vec<[f64; 2]> {
    let ranking = Ranking::new(truth_codes, scores);
    let mut passed = Vec::new();
    let (mut hits, mut misses) = (0.0, 0.0);
    for run in ranking.runs() {
        for &positive in &ranking.positive[run] {
            if positive {
                hits += 1.0;
            } else {
                misses += 1.0;
            }
        }
        passed.push((hits, misses));
    }
    if hits == 0.0 || misses == 0.0 || !scores.iter().all(|s| s.is_finite()) {
        return Vec::new();
    }
    let points = passed.into_iter().map(|(h, m)| point(h, m, [hits, misses]));
    thin(std::iter::once(start).chain(points).collect())
}

/// At most [`POINTS`] of the points, the first and the last among them, at about equal distances along the curve:
/// by number alone, the steep start that matters most would be drawn from the fewest.
fn thin(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    if points.len() <= POINTS {
        return points;
    }
    let distance = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() + (a[1] - b[1]).abs();
    let length: f64 = points.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
    let step = length / (POINTS - 2) as f64;
    let mut kept = vec![points[0]];
    let mut walked = 0.0;
    for pair in points.windows(2) {
        walked += distance(pair[0], pair[1]);
        if walked >= step && kept.len() < POINTS - 1 {
            kept.push(pair[1]);
            walked = 0.0;
        }
    }
    let last = points[points.len() - 1];
    if kept.last() != Some(&last) {
        kept.push(last);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Metric, once};
    use crate::seed::Seed;

    #[test]
    fn roc_and_precision_recall_by_hand() {
        // Ranked: 0.9+, then 0.5+ and 0.5- together, then 0.1-.
        let (codes, scores) = ([0, 1, 0, 1], [0.5, 0.9, 0.1, 0.5]);
        assert_eq!(roc(&codes, &scores), [[0.0, 0.0], [0.0, 0.5], [0.5, 1.0], [1.0, 1.0]]);
        assert_eq!(precision_recall(&codes, &scores), [[0.0, 1.0], [0.5, 1.0], [1.0, 2.0 / 3.0], [1.0, 0.5]]);
    }

    #[test]
    fn undefined_curves_are_empty() {
        assert!(roc(&[1, 1], &[0.2, 0.3]).is_empty());
        assert!(precision_recall(&[0, 0], &[0.2, 0.3]).is_empty());
        assert!(roc(&[0, 1], &[f64::NAN, 0.3]).is_empty());
        assert!(calibration(&[0, 1], &[f64::NAN, 0.3]).is_empty());
        assert!(roc(&[], &[]).is_empty() && calibration(&[], &[]).is_empty());
        assert!(confusion(&[], &Predictions::Numbers(Vec::new())).is_empty());
    }

    #[test]
    fn a_long_curve_is_thinned_without_losing_its_shape() {
        let mut rng = Seed::new(2).rng();
        let codes: Vec<u32> = (0..20_000).map(|_| u32::from(rng.uniform() < 0.02)).collect();
        let scores: Vec<f64> = codes.iter().map(|&c| rng.uniform() + 0.6 * f64::from(c)).collect();
        let points = roc(&codes, &scores);
        assert!((100..=200).contains(&points.len()), "{}", points.len());
        assert_eq!((points[0], points[points.len() - 1]), ([0.0, 0.0], [1.0, 1.0]));
        let area: f64 = points.windows(2).map(|p| (p[1][0] - p[0][0]) * f64::midpoint(p[0][1], p[1][1])).sum();
        let auc =
            once(&super::super::binary::Rows::new(&codes, &scores, crate::metrics::Cut::default()))[&Metric::Auc].unwrap();
        assert!((area - auc).abs() < 2e-3, "{area} against {auc}");
        let points = precision_recall(&codes, &scores);
        assert!((100..=200).contains(&points.len()), "{}", points.len());
        let last = points[points.len() - 1];
        assert!(points[0][0].abs() < 1e-12 && (last[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn calibration_bins_hold_equally_many_rows_and_keep_ties_together() {
        let codes: Vec<u32> = (0..20).map(|i| u32::from(i >= 10)).collect();
        let scores: Vec<f64> = (0..20).map(|i| f64::from(i) / 20.0).collect();
        let bins = calibration(&codes, &scores);
        assert_eq!(bins.len(), 10);
        assert!(bins.iter().all(|bin| (bin[2] - 2.0).abs() < 1e-12));
        assert!((bins[0][0] - 0.025).abs() < 1e-12 && bins[4][1] < 1e-12 && bins[5][1] > 0.999);
        // Three levels of 4, 4 and 2 rows make three bins.
        let scores = [0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5, 0.9, 0.9];
        let bins = calibration(&[0, 0, 0, 1, 0, 1, 0, 1, 1, 1], &scores);
        assert_eq!(bins, [[0.1, 0.25, 4.0], [0.5, 0.5, 4.0], [0.9, 1.0, 2.0]]);
    }

    #[test]
    fn confusion_by_hand() {
        let labels = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let two = Predictions::Classes { labels: labels(&["a", "b"]), probabilities: vec![0.5, 0.5, 0.6, 0.4, 0.1, 0.9] };
        assert_eq!(confusion(&[0, 1, 1], &two), [[0, 1], [1, 1]]);
        // The first row is below its own threshold, the second above.
        assert_eq!(confusion_at(&[0, 1, 1], &two, Cut::Each(&[1.1, 0.0, 0.0])), [[1, 0], [0, 2]]);
        let three =
            Predictions::Classes { labels: labels(&["a", "b", "c"]), probabilities: vec![0.2, 0.4, 0.4, 0.1, 0.1, 0.8] };
        assert_eq!(confusion(&[2, 2], &three), [[0, 0, 0], [0, 0, 0], [0, 1, 1]]);
    }
}
