//! Metrics of two classes, from the probability of the positive one.

use super::ranking::Ranking;
use super::{Cut, Metric, Rate, Sample, ratio};

/// Bins of the calibration error (Naeini, Cooper & Hauskrecht 2015), equally wide over `[0, 1]`.
const BINS: usize = 10;

/// Probabilities are kept this far from 0 and 1 before their logarithm is taken.
pub(super) const CLIP: f64 = 1e-15;

/// From this probability on a row is called positive, where nothing else is chosen.
pub const THRESHOLD: f64 = 0.5;

/// Rows of two classes, ranked.
pub(super) struct Rows {
    ranking: Ranking,
    terms: Vec<Terms>,
}

/// What one row adds to the sums.
struct Terms {
    loss: f64,
    square: f64,
    /// Truth less probability, and the bin it falls into.
    gap: f64,
    bin: usize,
    /// Whether it is called positive.
    called: bool,
}

impl Rows {
    /// Ranks the rows; the positive class has code 1, `scores` are its probabilities.
    pub fn new(codes: &[u32], scores: &[f64], cut: Cut<'_>) -> Self {
        let ranking = Ranking::new(codes, scores);
        let rows = ranking.scores.iter().zip(&ranking.positive).zip(&ranking.order);
        let terms = rows.map(|((&p, &y), &row)| Terms::new(p, y, cut.at(row as usize))).collect();
        Self { ranking, terms }
    }
}

impl Terms {
    fn new(p: f64, positive: bool, threshold: f64) -> Self {
        // Clipped after it is turned round, so that errors of both kinds cost the same.
        let own = if positive { p } else { 1.0 - p };
        let loss = -own.clamp(CLIP, 1.0 - CLIP).ln();
        let gap = f64::from(u8::from(positive)) - p;
        // A value on an edge belongs to the bin below, as in scikit-learn's `calibration_curve`.
        let bin = (1..10_u8).filter(|&edge| f64::from(edge) * 0.1 < p).count();
        Self { loss, square: gap * gap, gap, bin, called: p >= threshold }
    }
}

/// Hits and misses among the rows called positive.
#[derive(Clone, Copy, Default)]
struct Called {
    /// Truly positive.
    hits: f64,
    /// Truly negative.
    misses: f64,
}

impl Called {
    fn rows(self) -> f64 {
        self.hits + self.misses
    }
}

impl Sample for Rows {
    fn len(&self) -> usize {
        self.terms.len()
    }

    fn order(&self) -> &[u32] {
        &self.ranking.order
    }

    fn rates(&self, counts: &[u32]) -> Vec<(Rate, Option<f64>)> {
        let (mut called, mut rejected, mut predicted) = (Called::default(), Called::default(), 0.0);
        for (((terms, &positive), &count), p) in
            self.terms.iter().zip(&self.ranking.positive).zip(counts).zip(&self.ranking.scores)
        {
            let count = f64::from(count);
            predicted += count * p;
            let side = if terms.called { &mut called } else { &mut rejected };
            *if positive { &mut side.hits } else { &mut side.misses } += count;
        }
        let (positives, negatives) = (called.hits + rejected.hits, called.misses + rejected.misses);
        let rows = positives + negatives;
        vec![
            (Rate::BaseRate, ratio(positives, rows)),
            (Rate::SelectionRate, ratio(called.rows(), rows)),
            (Rate::Tpr, ratio(called.hits, positives)),
            (Rate::Fpr, ratio(called.misses, negatives)),
            (Rate::Fnr, ratio(rejected.hits, positives)),
            (Rate::Ppv, ratio(called.hits, called.rows())),
            (Rate::Npv, ratio(rejected.misses, rejected.rows())),
            (Rate::MeanPredicted, ratio(predicted, rows)),
            (Rate::Bias, ratio(predicted - positives, rows)),
        ]
    }

    fn values(&self, counts: &[u32]) -> Vec<(Metric, Option<f64>)> {
        // Counts are summed as `f64`, which is exact up to 2^53.
        let rows: f64 = counts.iter().map(|&c| f64::from(c)).sum();
        let positives: f64 = counts.iter().zip(&self.ranking.positive).filter(|(_, y)| **y).map(|(&c, _)| f64::from(c)).sum();
        let negatives = rows - positives;
        let top = (rows / 10.0).ceil();

        let (mut loss, mut square, mut gaps) = (0.0, 0.0, [0.0; BINS]);
        // Pairs of a positive and a negative row in which the positive one ranks higher; a tie counts one half.
        let mut ordered = 0.0;
        let (mut precision, mut gap, mut top_hits) = (0.0, 0.0_f64, 0.0);
        let (mut above, mut called) = (Called::default(), Called::default());
        for run in self.ranking.runs() {
            let mut here = Called::default();
            for ((terms, &positive), &count) in
                self.terms[run.clone()].iter().zip(&self.ranking.positive[run.clone()]).zip(&counts[run])
            {
                let count = f64::from(count);
                loss += count * terms.loss;
                square += count * terms.square;
                gaps[terms.bin] += count * terms.gap;
                if positive {
                    here.hits += count;
                } else {
                    here.misses += count;
                }
                if terms.called {
                    *if positive { &mut called.hits } else { &mut called.misses } += count;
                }
            }
            ordered += here.misses * (above.hits + here.hits / 2.0);
            // Each of the equal scores has the same share of the places left among the top tenth.
            let places = (top - above.rows()).clamp(0.0, here.rows());
            if places > 0.0 {
                top_hits += here.hits * places / here.rows();
            }
            above.hits += here.hits;
            above.misses += here.misses;
            if here.hits > 0.0 {
                precision += here.hits * above.hits / above.rows();
            }
            gap = gap.max(above.hits * negatives - above.misses * positives);
        }

        let both = positives > 0.0 && negatives > 0.0;
        let auc = ratio(ordered, positives * negatives);
        let missed = positives - called.hits;
        let rejected = negatives - called.misses;
        let (recall, specificity) = (called.hits / positives, rejected / negatives);
        let calibration: f64 = gaps.iter().map(|g| g.abs()).sum();
        vec![
            (Metric::Auc, auc),
            (Metric::Auprc, both.then(|| precision / positives)),
            (Metric::Logloss, ratio(loss, rows)),
            (Metric::Brier, ratio(square, rows)),
            (Metric::Ece, ratio(calibration, rows)),
            (Metric::Accuracy, ratio(called.hits + rejected, rows)),
            (Metric::BalancedAccuracy, both.then(|| f64::midpoint(recall, specificity))),
            (Metric::F1, ratio(2.0 * called.hits, called.rows() + positives)),
            (Metric::Mcc, both.then(|| mcc(called, missed, rejected))),
            (Metric::Ks, ratio(gap, positives * negatives)),
            (Metric::Gini, auc.map(|auc| 2.0 * auc - 1.0)),
            (Metric::Lift10, ratio(top_hits * rows, top * positives)),
        ]
    }
}

/// Correlation of truth and call (Matthews 1975); 0 where all rows get the same call, as in scikit-learn.
fn mcc(called: Called, missed: f64, rejected: f64) -> f64 {
    let product = called.rows() * (called.hits + missed) * (rejected + called.misses) * (rejected + missed);
    ratio(called.hits * rejected - called.misses * missed, product.sqrt()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{near, once, scores};

    fn sample(codes: &[u32], scores: &[f64]) -> Rows {
        Rows::new(codes, scores, Cut::default())
    }

    #[test]
    fn by_hand() {
        // Ranked: 0.9+ 0.8- 0.6+ 0.3- 0.2-; pairs in order: 3 + 2 of 6.
        let s = once(&sample(&[1, 0, 1, 0, 0], &[0.9, 0.8, 0.6, 0.3, 0.2]));
        near(&s, Metric::Auc, 5.0 / 6.0);
        near(&s, Metric::Gini, 2.0 / 3.0);
        near(&s, Metric::Auprc, f64::midpoint(1.0, 2.0 / 3.0));
        near(&s, Metric::Logloss, -(0.9_f64.ln() + 0.2_f64.ln() + 0.6_f64.ln() + 0.7_f64.ln() + 0.8_f64.ln()) / 5.0);
        near(&s, Metric::Brier, (0.01 + 0.64 + 0.16 + 0.09 + 0.04) / 5.0);
        // One row in each bin: the gaps are 0.1, 0.8, 0.4, 0.3 and 0.2.
        near(&s, Metric::Ece, 1.8 / 5.0);
        // Hits 2, false alarms 1, missed 0, rejected 2.
        near(&s, Metric::Accuracy, 0.8);
        near(&s, Metric::BalancedAccuracy, f64::midpoint(1.0, 2.0 / 3.0));
        near(&s, Metric::F1, 0.8);
        near(&s, Metric::Mcc, 4.0 / 36.0_f64.sqrt());
        near(&s, Metric::Ks, 2.0 / 3.0);
        near(&s, Metric::Lift10, 2.5);
    }

    #[test]
    fn equal_scores_share_their_places() {
        // The top tenth of 20 rows is two: the single best row, and one place for four equal ones of which one is positive.
        let mut codes = vec![0; 20];
        let mut scores = vec![0.1; 20];
        (codes[0], scores[0]) = (1, 0.9);
        codes[1] = 1;
        scores[1..5].fill(0.7);
        let s = once(&sample(&codes, &scores));
        near(&s, Metric::Lift10, (1.25 / 2.0) / 0.1);
        // The second positive beats 15 of 18 negatives and ties with 3.
        near(&s, Metric::Auc, (18.0 + 16.5) / 36.0);
        let constant = once(&sample(&codes, &[0.1; 20]));
        near(&constant, Metric::Auc, 0.5);
        near(&constant, Metric::Ks, 0.0);
        near(&constant, Metric::Lift10, 1.0);
        near(&constant, Metric::Mcc, 0.0);
        near(&constant, Metric::F1, 0.0);
    }

    #[test]
    fn one_class_leaves_comparisons_undefined() {
        use Metric::{Auc, Auprc, BalancedAccuracy, F1, Gini, Ks, Lift10, Mcc};
        let s = once(&sample(&[0, 0], &[0.2, 0.4]));
        for metric in [Auc, Auprc, BalancedAccuracy, F1, Gini, Ks, Lift10, Mcc] {
            assert_eq!(s[&metric], None, "{metric:?}");
        }
        near(&s, Metric::Accuracy, 1.0);
        near(&s, Metric::Brier, 0.1);
        let s = once(&sample(&[1, 1], &[0.2, 0.6]));
        assert_eq!((s[&Auc], s[&Auprc], s[&BalancedAccuracy]), (None, None, None));
        near(&s, Metric::F1, 2.0 / 3.0);
        near(&s, Metric::Lift10, 1.0);
    }

    #[test]
    fn a_certain_error_costs_the_clipped_logarithm_and_a_half_counts_as_positive() {
        let s = once(&sample(&[1, 0, 0], &[0.0, 1.0, 0.5]));
        near(&s, Metric::Logloss, (2.0_f64.ln() - 2.0 * 1e-15_f64.ln()) / 3.0);
        near(&s, Metric::Accuracy, 0.0);
    }

    #[test]
    fn the_threshold_moves_what_is_called_and_nothing_else() {
        let (codes, probabilities) = ([1, 0, 1, 0, 0], [0.9, 0.8, 0.6, 0.3, 0.2]);
        let (half, high) = (once(&sample(&codes, &probabilities)), once(&Rows::new(&codes, &probabilities, Cut::One(0.85))));
        // Hits 1, false alarms 0, missed 1, rejected 3.
        near(&high, Metric::Accuracy, 0.8);
        near(&high, Metric::F1, 2.0 / 3.0);
        near(&high, Metric::BalancedAccuracy, 0.75);
        for metric in [Metric::Auc, Metric::Logloss, Metric::Ks, Metric::Lift10] {
            assert_eq!(half[&metric], high[&metric]);
        }
        // What is on the threshold is called.
        near(&once(&Rows::new(&codes, &probabilities, Cut::One(0.9))), Metric::F1, 2.0 / 3.0);
    }

    #[test]
    fn edges_of_the_bins_belong_to_the_bin_below() {
        let bin = |p| Terms::new(p, true, THRESHOLD).bin;
        assert_eq!([bin(0.0), bin(0.1), bin(0.100_001), bin(0.5), bin(0.95), bin(1.0)], [0, 0, 1, 4, 9, 9]);
    }

    #[test]
    fn counting_a_row_twice_equals_repeating_it() {
        let rows = sample(&[1, 0, 1, 0], &[0.9, 0.7, 0.4, 0.1]);
        let repeated = sample(&[1, 1, 0, 0, 0], &[0.9, 0.9, 0.1, 0.1, 0.1]);
        let (counted, repeated) = (scores(&rows, &[2, 0, 0, 3]), once(&repeated));
        for (metric, value) in repeated {
            near(&counted, metric, value.unwrap());
        }
    }

    #[test]
    fn rates_by_hand_under_thresholds_of_each_row() {
        // Called at 0.6: rows 0 (+) and 1 (-); at 0.25 for the last two also row 3 (-): hits 1, false alarms 2.
        let (codes, scores) = ([1, 0, 1, 0, 0], [0.9, 0.8, 0.5, 0.3, 0.2]);
        let sample = Rows::new(&codes, &scores, Cut::Each(&[0.6, 0.6, 0.6, 0.25, 0.25]));
        let rates: std::collections::BTreeMap<Rate, f64> =
            sample.rates(&[1; 5]).into_iter().map(|(rate, value)| (rate, value.unwrap())).collect();
        let near = |rate: Rate, wanted: f64| assert!((rates[&rate] - wanted).abs() < 1e-12, "{rate:?}: {}", rates[&rate]);
        near(Rate::BaseRate, 0.4);
        near(Rate::SelectionRate, 0.6);
        near(Rate::Tpr, 0.5);
        near(Rate::Fnr, 0.5);
        near(Rate::Fpr, 2.0 / 3.0);
        near(Rate::Ppv, 1.0 / 3.0);
        near(Rate::Npv, 0.5);
        near(Rate::MeanPredicted, 0.54);
        near(Rate::Bias, 0.14);
        crate::metrics::near(&once(&sample), Metric::Accuracy, 0.4);
        // The last row three times, the others once: three of seven are called.
        let counted = sample.rates(&[1, 1, 1, 1, 3]);
        assert_eq!(counted[1], (Rate::SelectionRate, Some(3.0 / 7.0)));
    }
}
