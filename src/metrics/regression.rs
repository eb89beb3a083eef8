//! Metrics of numbers.

use super::{Metric, Rate, Sample, ratio, unit};

/// Rows from the smallest error to the largest, so that the median is a matter of counting.
pub(super) struct Rows {
    sorted: Vec<Row>,
    order: Vec<u32>,
    /// What numbers are divided by before they are squared.
    unit: f64,
}

struct Row {
    /// Absolute error, in the unit of the target.
    error: f64,
    truth: f64,
    prediction: f64,
}

impl Rows {
    /// Sorts the rows.
    pub fn new(truth: &[f64], predictions: &[f64]) -> Self {
        let read = truth.iter().zip(predictions);
        let read = read.map(|(&truth, &prediction)| Row { error: (truth - prediction).abs(), truth, prediction });
        let mut rows: Vec<(Row, u32)> = read.zip(0..).collect();
        // Rows that compare equal are the same, so the input's order leaves no trace.
        rows.sort_unstable_by(|(a, i), (b, j)| {
            let error = a.error.total_cmp(&b.error).then(a.truth.total_cmp(&b.truth));
            error.then(a.prediction.total_cmp(&b.prediction)).then(i.cmp(j))
        });
        let (sorted, order): (Vec<Row>, Vec<u32>) = rows.into_iter().unzip();
        let unit = unit(sorted.iter().flat_map(|row| [row.error, row.truth]));
        Self { sorted, order, unit }
    }

    /// The error at a rank counted from 0.
    fn at(&self, counts: &[u32], rank: u64) -> f64 {
        let mut below = 0;
        for (row, &count) in self.sorted.iter().zip(counts) {
            below += u64::from(count);
            if rank < below {
                return row.error;
            }
        }
        f64::NAN
    }
}

impl Sample for Rows {
    fn len(&self) -> usize {
        self.sorted.len()
    }

    fn order(&self) -> &[u32] {
        &self.order
    }

    fn rates(&self, counts: &[u32]) -> Vec<(Rate, Option<f64>)> {
        let (mut rows, mut truth, mut predicted) = (0.0, 0.0, 0.0);
        for (row, &count) in self.sorted.iter().zip(counts) {
            let count = f64::from(count);
            rows += count;
            truth += count * row.truth;
            predicted += count * row.prediction;
        }
        vec![
            (Rate::MeanTruth, ratio(truth, rows)),
            (Rate::MeanPredicted, ratio(predicted, rows)),
            (Rate::Bias, ratio(predicted - truth, rows)),
        ]
    }

    fn values(&self, counts: &[u32]) -> Vec<(Metric, Option<f64>)> {
        let drawn =
            || self.sorted.iter().zip(counts).filter(|(_, count)| **count > 0).map(|(row, &count)| (row, f64::from(count)));
        // Measured from one of the truths, a constant truth has a spread of exactly 0.
        let origin = drawn().next().map_or(0.0, |(row, _)| row.truth);
        let distance = |row: &Row| (row.truth - origin) / self.unit;
        let (mut rows, mut absolute, mut squared, mut relative, mut sum) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut zero = false;
        for (row, count) in drawn() {
            rows += count;
            absolute += count * row.error;
            squared += count * (row.error / self.unit).powi(2);
            relative += count * row.error / row.truth.abs();
            sum += count * distance(row);
            zero |= row.truth == 0.0;
        }
        let mean = sum / rows;
        let spread: f64 = drawn().map(|(row, count)| count * (distance(row) - mean).powi(2)).sum();
        let total: u64 = counts.iter().map(|&c| u64::from(c)).sum();
        let median = f64::midpoint(self.at(counts, total.saturating_sub(1) / 2), self.at(counts, total / 2));
        vec![
            (Metric::Rmse, ratio(squared, rows).map(|mean| mean.sqrt() * self.unit)),
            (Metric::Mae, ratio(absolute, rows)),
            (Metric::Mape, ratio(relative, rows).filter(|_| !zero)),
            (Metric::R2, ratio(squared, spread).map(|unexplained| 1.0 - unexplained)),
            (Metric::Medae, Some(median)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{near, once, scores};

    #[test]
    fn by_hand() {
        // Errors 1, 0, 2, 3; truth has mean 5 and squares 9 + 1 + 1 + 9.
        let s = once(&Rows::new(&[2.0, 4.0, 6.0, 8.0], &[3.0, 4.0, 4.0, 11.0]));
        near(&s, Metric::Rmse, (14.0_f64 / 4.0).sqrt());
        near(&s, Metric::Mae, 1.5);
        near(&s, Metric::Mape, (0.5 + 0.0 + 1.0 / 3.0 + 0.375) / 4.0);
        near(&s, Metric::R2, 1.0 - 14.0 / 20.0);
        near(&s, Metric::Medae, 1.5);
    }

    #[test]
    fn a_constant_truth_has_no_r2_and_a_zero_no_mape() {
        // 0.1 is no binary fraction: the mean of many is not 0.1, and a naive variance not 0.
        let s = once(&Rows::new(&[0.1; 7], &[0.2; 7]));
        assert_eq!(s[&Metric::R2], None);
        near(&s, Metric::Mape, 1.0);
        let s = once(&Rows::new(&[0.0, -0.0, 1.0], &[0.0, 1.0, 1.0]));
        assert_eq!(s[&Metric::Mape], None);
        near(&s, Metric::R2, -0.5);
        near(&s, Metric::Medae, 0.0);
    }

    #[test]
    fn squares_beyond_all_numbers_leave_their_root() {
        // The rows of `by_hand`, whose squares would be infinite, and 0.
        for unit in [1e200, 1e-200] {
            let times = |values: [f64; 4]| values.map(|v| v * unit);
            let s = once(&Rows::new(&times([2.0, 4.0, 6.0, 8.0]), &times([3.0, 4.0, 4.0, 11.0])));
            assert!((s[&Metric::Rmse].unwrap() / unit - (14.0_f64 / 4.0).sqrt()).abs() < 1e-12, "{s:?}");
            near(&s, Metric::R2, 1.0 - 14.0 / 20.0);
        }
    }

    #[test]
    fn counting_a_row_twice_equals_repeating_it() {
        let rows = Rows::new(&[1.0, 2.0, 0.0, 5.0], &[1.5, 3.0, 9.0, 7.0]);
        // Errors in order: 0.5, 1, 2, 9. The row with truth 0 is not drawn, so `mape` is defined.
        let counted = scores(&rows, &[3, 0, 2, 0]);
        let repeated = once(&Rows::new(&[1.0, 1.0, 5.0, 5.0, 1.0], &[1.5, 1.5, 7.0, 7.0, 1.5]));
        for (metric, value) in repeated {
            near(&counted, metric, value.unwrap());
        }
        assert_eq!(scores(&rows, &[1, 0, 0, 1])[&Metric::Medae], Some(4.75));
    }
}
