use serde::{Deserialize, Serialize};

/// Most scores that are kept one by one; of more, so many quantiles are.
const KEPT: usize = 1000;

/// How badly predictions missed, row by row out of fold, sorted: what new rows are compared with.
///
/// Of up to a thousand rows every score is kept, of more the quantiles at each thousandth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    rows: usize,
    values: Vec<f64>,
}

impl Scores {
    /// Sorts the scores and keeps what is needed of them.
    #[must_use]
    pub fn new(mut scores: Vec<f64>) -> Self {
        scores.sort_unstable_by(f64::total_cmp);
        let rows = scores.len();
        let values =
            if rows <= KEPT { scores } else { (1..KEPT).map(|j| scores[place(rows, j as f64 / KEPT as f64) - 1]).collect() };
        Self { rows, values }
    }

    /// Of predictions that miss by so much less, or more.
    #[must_use]
    pub fn times(mut self, factor: f64) -> Self {
        self.values.iter_mut().for_each(|value| *value *= factor);
        self
    }

    /// Number of rows that were scored.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// The score that a new row stays within with a chance of at least `level`, if it is of one kind with the rows here:
    /// the ⌈(n + 1) level⌉-th smallest of n (Vovk, Gammerman & Shafer 2005; Lei et al. 2018). Nothing where so many rows
    /// cannot tell, as from n/(n + 1) on.
    ///
    /// Between two kept quantiles it is the higher one.
    #[must_use]
    pub fn at(&self, level: f64) -> Option<f64> {
        let place = if self.rows <= KEPT { place(self.rows, level) } else { place(KEPT - 1, level) };
        self.values.get(place.checked_sub(1)?).copied()
    }

    /// Whether the scores can be used, whoever wrote them.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.values.len() == self.rows.min(if self.rows <= KEPT { KEPT } else { KEPT - 1 })
            && self.values.is_sorted()
            && self.values.iter().all(|v| v.is_finite())
    }
}

/// ⌈(n + 1) level⌉, where a product that is whole but for rounding counts as whole.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n + 1")]
fn place(n: usize, level: f64) -> usize {
    ((n as f64 + 1.0) * level - 1e-9).ceil().max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_place_of_the_quantile_by_hand() {
        let nine = Scores::new([9, 1, 8, 2, 7, 3, 6, 4, 5].map(f64::from).into());
        // (9 + 1) * 0.9 = 9, * 0.8 = 8, * 0.75 = 7.5, * 0.5 = 5.
        assert_eq!([0.9, 0.8, 0.75, 0.5].map(|level| nine.at(level).unwrap()), [9.0, 8.0, 8.0, 5.0]);
        // 9.5 is beyond the ninth.
        assert_eq!(nine.at(0.95), None);
        assert_eq!(Scores::new(Vec::new()).at(0.5), None);
        // 20 * 0.95 = 19, although 0.95 is not quite that as a float.
        assert_eq!(Scores::new((1..20).map(f64::from).collect()).at(0.95), Some(19.0));
    }

    #[test]
    fn of_many_rows_the_quantiles_stay() {
        let scores = Scores::new((1..=100_000).map(f64::from).collect());
        assert_eq!((scores.values.len(), scores.rows()), (999, 100_000));
        assert!(scores.is_sound());
        // (100 000 + 1) * 0.9 = 90 000.9.
        assert_eq!(scores.at(0.9), Some(90_001.0));
        assert_eq!(scores.at(0.9002), Some(90_101.0), "the next thousandth");
        assert_eq!(scores.at(0.999), Some(99_901.0));
        assert_eq!(scores.at(0.9995), None);
    }

    #[test]
    fn broken_scores_are_seen() {
        let broken = |rows, values: &[f64]| !Scores { rows, values: values.into() }.is_sound();
        assert!(broken(2, &[2.0, 1.0]) && broken(3, &[1.0, 2.0]) && broken(1, &[f64::NAN]) && broken(5000, &[1.0; 1000]));
        assert!(Scores { rows: 0, values: Vec::new() }.is_sound());
    }

    proptest! {
        #[test]
        fn the_kept_quantile_is_never_below_the_exact_one(rows in 1001_usize..3000, level in 0.5_f64..0.998) {
            let exact = place(rows, level);
            let kept = Scores::new((1..=rows).map(|i| i as f64).collect()).at(level).unwrap();
            prop_assert!(kept >= exact as f64);
            prop_assert!(kept - exact as f64 <= rows as f64 / 1000.0 + 2.0);
        }
    }
}
