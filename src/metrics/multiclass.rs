//! Metrics of three or more classes, from the probabilities of all.

use super::binary::CLIP;
use super::{Metric, Sample, ratio};

/// Rows of many classes, each reduced to what the metrics ask of it.
pub(super) struct Rows {
    sorted: Vec<Row>,
    order: Vec<u32>,
    classes: usize,
}

struct Row {
    loss: f64,
    truth: u32,
    guess: u32,
    /// Whether the truth is among the three most probable classes.
    top3: bool,
}

/// How often a class is the truth, the guess, and both.
#[derive(Clone, Copy, Default)]
struct Tally {
    truth: f64,
    guess: f64,
    both: f64,
}

impl Rows {
    /// Reads each row once; `probabilities` are row-major, `classes` wide.
    pub fn new(codes: &[u32], probabilities: &[f64], classes: usize) -> Self {
        let read = codes.iter().zip(probabilities.chunks_exact(classes)).map(|(&truth, p)| Row::new(truth, p));
        let mut rows: Vec<(Row, u32)> = read.zip(0..).collect();
        // Rows that compare equal are the same, so the input's order leaves no trace.
        rows.sort_unstable_by(|(a, i), (b, j)| {
            let equal = || (a.truth, a.guess, a.top3, i).cmp(&(b.truth, b.guess, b.top3, j));
            a.loss.total_cmp(&b.loss).then_with(equal)
        });
        let (sorted, order) = rows.into_iter().unzip();
        Self { sorted, order, classes }
    }
}

impl Row {
    fn new(truth: u32, p: &[f64]) -> Self {
        let own = p[truth as usize];
        // Of equal probabilities the first class wins, here and in `argmax`.
        let before = (0..truth).zip(p).filter(|(_, q)| **q >= own).count();
        let after = p[truth as usize + 1..].iter().filter(|q| **q > own).count();
        Self { loss: -own.clamp(CLIP, 1.0 - CLIP).ln(), truth, guess: argmax(p), top3: before + after < 3 }
    }
}

/// The most probable class, the first of equal ones.
pub fn argmax(p: &[f64]) -> u32 {
    let mut best = (0, f64::NEG_INFINITY);
    for (class, &p) in (0..).zip(p) {
        if p > best.1 {
            best = (class, p);
        }
    }
    best.0
}

impl Sample for Rows {
    fn len(&self) -> usize {
        self.sorted.len()
    }

    fn order(&self) -> &[u32] {
        &self.order
    }

    fn values(&self, counts: &[u32]) -> Vec<(Metric, Option<f64>)> {
        let mut tallies = vec![Tally::default(); self.classes];
        let (mut rows, mut loss, mut right, mut top3) = (0.0, 0.0, 0.0, 0.0);
        for (row, &count) in self.sorted.iter().zip(counts) {
            let count = f64::from(count);
            rows += count;
            loss += count * row.loss;
            tallies[row.truth as usize].truth += count;
            tallies[row.guess as usize].guess += count;
            if row.truth == row.guess {
                right += count;
                tallies[row.truth as usize].both += count;
            }
            if row.top3 {
                top3 += count;
            }
        }
        // Classes that the truth lacks have no recall, those that guess and truth lack have no F1.
        let recall = tallies.iter().filter_map(|t| ratio(t.both, t.truth));
        let f1 = tallies.iter().filter_map(|t| ratio(2.0 * t.both, t.truth + t.guess));
        let present = tallies.iter().filter(|t| t.truth > 0.0).count();
        vec![
            (Metric::Logloss, ratio(loss, rows)),
            (Metric::Accuracy, ratio(right, rows)),
            (Metric::BalancedAccuracy, mean(recall).filter(|_| present > 1)),
            (Metric::MacroF1, mean(f1)),
            (Metric::Top3, ratio(top3, rows)),
        ]
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    ratio(sum, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{near, once, scores};

    const FOUR: [f64; 16] = [
        0.7, 0.1, 0.1, 0.1, // truth 0, right
        0.4, 0.3, 0.2, 0.1, // truth 1, second
        0.4, 0.3, 0.2, 0.1, // truth 3, last
        0.1, 0.2, 0.6, 0.1, // truth 2, right
    ];

    #[test]
    fn by_hand() {
        let s = once(&Rows::new(&[0, 1, 3, 2], &FOUR, 4));
        near(&s, Metric::Accuracy, 0.5);
        near(&s, Metric::BalancedAccuracy, 0.5);
        // Class 0: one of one found, three guesses: 2 / 4. Classes 1 and 3: 0. Class 2: 1.
        near(&s, Metric::MacroF1, 1.5 / 4.0);
        near(&s, Metric::Top3, 0.75);
        near(&s, Metric::Logloss, -(0.7_f64.ln() + 0.3_f64.ln() + 0.1_f64.ln() + 0.6_f64.ln()) / 4.0);
    }

    #[test]
    fn absent_classes_do_not_count() {
        // Truth holds 0 and 1 only; 2 is neither truth nor guess.
        let s = once(&Rows::new(&[0, 0, 1], &[0.6, 0.4, 0.0, 0.3, 0.7, 0.0, 0.1, 0.9, 0.0], 3));
        near(&s, Metric::BalancedAccuracy, 0.75);
        near(&s, Metric::MacroF1, 2.0 / 3.0);
        near(&s, Metric::Top3, 1.0);
        let one = once(&Rows::new(&[0, 0], &[0.6, 0.4, 0.0, 0.3, 0.7, 0.0], 3));
        assert_eq!(one[&Metric::BalancedAccuracy], None);
        near(&one, Metric::Accuracy, 0.5);
    }

    #[test]
    fn the_first_of_equal_classes_wins() {
        assert_eq!(argmax(&[0.25, 0.25, 0.25, 0.25]), 0);
        assert_eq!(argmax(&[0.2, 0.4, 0.4]), 1);
        let equal = [0.25; 16];
        let s = once(&Rows::new(&[0, 1, 2, 3], &equal, 4));
        near(&s, Metric::Accuracy, 0.25);
        near(&s, Metric::Top3, 0.75);
    }

    #[test]
    fn counting_a_row_twice_equals_repeating_it() {
        // Prepared order is by loss: rows 0 (0.7), 3 (0.6), 1 (0.3), 2 (0.1).
        let counted = scores(&Rows::new(&[0, 1, 3, 2], &FOUR, 4), &[2, 0, 1, 0]);
        let repeated = once(&Rows::new(&[0, 1, 0], &[&FOUR[..8], &FOUR[..4]].concat(), 4));
        for (metric, value) in repeated {
            near(&counted, metric, value.unwrap());
        }
    }
}
