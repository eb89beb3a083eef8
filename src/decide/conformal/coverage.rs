use std::collections::HashMap;

use super::{Conformal, OutOfFold};
use crate::data::{Predictions, Truth};
use crate::metrics::{Interval, quantile};
use crate::report::{CoverageRecord, LevelCoverage};

/// The levels that are measured beside the chosen one.
const LEVELS: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_964;

/// How often the truth lies in the interval or set of its row, at a level and some others: on the test part where there is
/// one, else on each fold by what the other folds teach. Nothing where the rows are too few for the level. `units` has the
/// unit of each of the rows that judge, in their order: rows that are equal, or of one group, are right and wrong together.
/// So are those of one fold, where it is the model that errs and not the rows that are noisy.
#[must_use]
pub fn coverage(
    conformal: &Conformal,
    level: f64,
    test: Option<(&Predictions, &Truth)>,
    out_of_fold: OutOfFold<'_>,
    units: &[u32],
) -> Option<CoverageRecord> {
    let (parts, order) = match test {
        Some((predictions, truth)) => {
            (vec![(conformal.clone(), predictions.clone(), truth.clone())], (0..units.len()).collect())
        }
        None => (crossed(conformal, out_of_fold)?, by_fold(out_of_fold.folds)),
    };
    let units: Vec<u32> = order.into_iter().map(|row| units[row]).collect();
    let models: Vec<u32> = (0_u32..).zip(&parts).flat_map(|(model, part)| vec![model; part.1.len()]).collect();
    let alike: &[&[u32]] = if test.is_some() { &[&units] } else { &[&units, &models] };
    let at = |level| {
        let rows = parts.iter().map(|(c, predictions, truth)| outcomes(c, predictions, truth, level));
        Some(summary(level, &rows.collect::<Option<Vec<_>>>()?.concat(), alike))
    };
    // A set always holds the most probable class. Where it holds no other, that is right more often than was asked for, and
    // no level below tells anything of the sets.
    let classes = matches!(out_of_fold.truth, Truth::Classes(_));
    Some(CoverageRecord {
        rows: if test.is_some() { "test" } else { "out of fold" }.into(),
        count: parts.iter().map(|(_, predictions, _)| predictions.len()).sum(),
        calibrated_on: conformal.rows(),
        at: at(level)?,
        levels: LEVELS.into_iter().filter_map(at).filter(|level| !classes || level.mean_width > 1.0).collect(),
        over_time: conformal.over_time,
    })
}

/// How often the truth lies in the interval or set of its row, at one level; nothing where that has too few rows.
#[must_use]
pub fn covered(
    conformal: &Conformal,
    level: f64,
    predictions: &Predictions,
    truth: &Truth,
    units: Option<&[u32]>,
) -> Option<LevelCoverage> {
    Some(summary(level, &outcomes(conformal, predictions, truth, level)?, units.as_slice()))
}

/// The rows, fold after fold.
fn by_fold(folds: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..folds.len()).collect();
    order.sort_by_key(|&row| folds[row]);
    order
}

/// Each fold, with what the others teach.
fn crossed(whole: &Conformal, rows: OutOfFold<'_>) -> Option<Vec<(Conformal, Predictions, Truth)>> {
    let part = |of: &dyn Fn(usize) -> bool| {
        let rows_of: Vec<usize> = (0..rows.folds.len()).filter(|row| of(rows.folds[*row])).collect();
        let folds: Vec<usize> = rows_of.iter().map(|row| rows.folds[*row]).collect();
        (rows.predictions.take(&rows_of), rows.truth.take(&rows_of), folds)
    };
    let folds: std::collections::BTreeSet<usize> = rows.folds.iter().copied().collect();
    let one = |fold| {
        let (predictions, truth, folds) = part(&|f| f != fold);
        let others = OutOfFold { predictions: &predictions, truth: &truth, folds: &folds };
        let conformal = Conformal::learn(others, whole.over_time)?.never_negative(whole.never_negative);
        let (predictions, truth, _) = part(&|f| f == fold);
        Some((conformal, predictions, truth))
    };
    folds.into_iter().map(one).collect()
}

/// Whether the truth of each row lies within, and how wide its interval or set is.
fn outcomes(conformal: &Conformal, predictions: &Predictions, truth: &Truth, level: f64) -> Option<Vec<(bool, f64)>> {
    match (predictions, truth) {
        (Predictions::Numbers(values), Truth::Numbers(truth)) => {
            let one = |(p, y): (&f64, &f64)| {
                let [low, high] = conformal.interval(*p, level)?;
                Some((low <= *y && *y <= high, high - low))
            };
            values.iter().zip(truth).map(one).collect()
        }
        (Predictions::Classes { labels, probabilities }, Truth::Classes(codes)) => {
            let one = |(p, code): (&[f64], &u32)| {
                let set = conformal.set(p, level)?;
                Some((set.contains(&(*code as usize)), set.len() as f64))
            };
            probabilities.chunks_exact(labels.len()).zip(codes).map(one).collect()
        }
        _ => None,
    }
}

/// `alike` has partitions of the rows, each into those that are right and wrong together; the worst counts.
fn summary(level: f64, outcomes: &[(bool, f64)], alike: &[&[u32]]) -> LevelCoverage {
    let rows = outcomes.len();
    let mut widths: Vec<f64> = outcomes.iter().map(|o| o.1).collect();
    widths.sort_unstable_by(f64::total_cmp);
    let covered: Vec<bool> = outcomes.iter().map(|o| o.0).collect();
    let share = covered.iter().filter(|c| **c).count() as f64 / (rows as f64).max(1.0);
    let known = alike.iter().map(|units| independent(&covered, share, units)).fold(rows as f64, f64::min);
    LevelCoverage {
        level,
        covered: wilson(share, known),
        mean_width: widths.iter().sum::<f64>() / (rows as f64).max(1.0),
        median_width: quantile(&widths, 0.5).unwrap_or(0.0),
    }
}

/// How many independent rows say as much as these, whose units are right and wrong together: the rows over the design
/// effect of the units (Kish 1965), and never more than there are.
fn independent(covered: &[bool], share: f64, units: &[u32]) -> f64 {
    let mut sums: HashMap<u32, f64> = HashMap::new();
    for (&covered, &unit) in covered.iter().zip(units) {
        *sums.entry(unit).or_default() += f64::from(u8::from(covered)) - share;
    }
    let (n, alone) = (covered.len() as f64, share * (1.0 - share));
    if alone <= 0.0 {
        // All are right or all wrong: units cannot be told to differ, so each counts once.
        return sums.len() as f64;
    }
    // Summed in order: a map has none, and rounding would tell.
    let mut squares: Vec<f64> = sums.into_values().map(|sum| sum * sum).collect();
    squares.sort_unstable_by(f64::total_cmp);
    n / (squares.iter().sum::<f64>() / (n * alone)).max(1.0)
}

/// A share of so many rows with its 95 % score interval (Wilson 1927).
fn wilson(share: f64, n: f64) -> Interval {
    if n <= 0.0 {
        return Interval::default();
    }
    let shrink = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / shrink;
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / shrink;
    Interval { value: Some(share), low: Some((middle - half).max(0.0)), high: Some((middle + half).min(1.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_share_by_hand() {
        // 9 of 10: middle (0.9 + 0.192073) / 1.384146 = 0.788985, half 1.959964 * sqrt(0.009 + 0.0096036) / 1.384146.
        let Interval { value, low, high } = wilson(0.9, 10.0);
        assert_eq!(value, Some(0.9));
        assert!((low.unwrap() - 0.595_850).abs() < 1e-5 && (high.unwrap() - 0.982_124).abs() < 1e-5, "{low:?} {high:?}");
        assert_eq!(wilson(1.0, 5.0).high, Some(1.0));
        assert_eq!(wilson(0.0, 0.0), Interval::default());
    }

    #[test]
    fn rows_of_one_unit_count_less() {
        let covered = [true, true, true, true, true, true, false, false];
        // Each by itself counts as one. In pairs that agree, squares of sums are 3 0.25 + 2.25, over 8 0.1875: half as many.
        assert_eq!(independent(&covered, 0.75, &[0, 1, 2, 3, 4, 5, 6, 7]), 8.0);
        assert_eq!(independent(&covered, 0.75, &[0, 0, 1, 1, 2, 2, 3, 3]), 4.0);
        // Units that differ within say no more than rows do.
        assert_eq!(independent(&covered, 0.75, &[0, 1, 2, 3, 4, 5, 4, 5]), 8.0);
        assert_eq!(independent(&[true; 4], 1.0, &[7, 7, 7, 9]), 2.0);
    }
}
