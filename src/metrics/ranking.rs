//! Rows in the order of their scores, with equal scores bound together.

use std::ops::Range;

/// Rows of two classes from the highest score to the lowest.
pub(super) struct Ranking {
    pub scores: Vec<f64>,
    pub positive: Vec<bool>,
    /// Which row of the input stands at each place.
    pub order: Vec<u32>,
    /// Where each run of equal scores ends (exclusive).
    ends: Vec<usize>,
}

impl Ranking {
    /// Sorts rows by score; the positive class has code 1.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn new(codes: &[u32], scores: &[f64]) -> Self {
        assert_eq!(codes.len(), scores.len(), "every row has one truth and one score");
        let mut rows: Vec<(f64, bool, u32)> =
            scores.iter().zip(codes).zip(0..).map(|((&s, &c), row)| (s, c == 1, row)).collect();
        // By the class too, so that rows which compare equal are the same and the input's order leaves no trace.
        rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
        let order = rows.iter().map(|row| row.2).collect();
        let (scores, positive): (Vec<f64>, Vec<bool>) = rows.into_iter().map(|(score, positive, _)| (score, positive)).unzip();
        let mut ends = Vec::new();
        let mut end = 0;
        for run in scores.chunk_by(|a, b| a == b) {
            end += run.len();
            ends.push(end);
        }
        Self { scores, positive, order, ends }
    }

    /// The runs of equal scores, highest first.
    pub fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_form_one_run_and_zero_has_no_sign() {
        let ranking = Ranking::new(&[0, 1, 1, 0, 1], &[0.5, 0.0, 0.9, -0.0, 0.5]);
        assert_eq!(ranking.runs().collect::<Vec<_>>(), [0..1, 1..3, 3..5]);
        assert_eq!(ranking.positive, [true, true, false, true, false]);
        assert_eq!(ranking.order, [2, 4, 0, 1, 3]);
        assert_eq!(Ranking::new(&[], &[]).runs().count(), 0);
    }
}
