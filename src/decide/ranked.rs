use super::Worth;
use crate::metrics::Resampler;

/// Rows of two classes from the most to the least probable, equal probabilities bound together.
///
/// The order of the input leaves no trace: rows that compare equal are the same.
#[derive(Clone, Debug)]
pub struct Ranked {
    rows: Vec<Row>,
    /// Where each run of equal probabilities ends (exclusive).
    ends: Vec<usize>,
    /// Of which unit each row is, where rows of one are drawn together.
    units: Option<Vec<u32>>,
    /// Thresholds that call all rows positive, and none.
    bounds: [f64; 2],
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    score: f64,
    positive: bool,
    /// What it is worth if it is called positive, and if it is not.
    worth: [f64; 2],
}

/// What comes of calling the rows above a cut positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cut {
    /// Number of runs of equal probabilities above it.
    pub runs: usize,
    /// Rows called positive, and those of them that are.
    pub called: f64,
    pub hits: f64,
    pub rows: f64,
    pub positives: f64,
    /// The sum of what all rows are worth then.
    pub profit: f64,
}

impl Cut {
    /// Share of the rows called positive that are; nothing of none.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        (self.called > 0.0).then(|| self.hits / self.called)
    }

    /// Share of the positive rows that are called so; nothing of none.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        (self.positives > 0.0).then(|| self.hits / self.positives)
    }
}

impl Ranked {
    /// Sorts rows by the probability of the positive class, which has code 1; rows of one unit belong together.
    ///
    /// # Panics
    /// If the lengths differ.
    #[must_use]
    pub fn new(codes: &[u32], scores: &[f64], worth: Option<&Worth>, units: Option<&[u32]>) -> Self {
        assert_eq!(codes.len(), scores.len(), "every row has one truth and one score");
        assert!(worth.is_none_or(|w| w.len() == codes.len()), "every row has its amounts");
        assert!(units.is_none_or(|u| u.len() == codes.len()), "every row has its unit");
        let row = |(row, (&code, &score)): (usize, (&u32, &f64))| {
            let positive = code == 1;
            let worth = worth.map_or([0.0; 2], |w| w.known(row, positive));
            (Row { score, positive, worth }, units.map_or(0, |units| units[row]))
        };
        let mut rows: Vec<(Row, u32)> = codes.iter().zip(scores).enumerate().map(row).collect();
        rows.sort_unstable_by(|(a, unit), (b, other)| {
            let by_worth = || a.worth[0].total_cmp(&b.worth[0]).then_with(|| a.worth[1].total_cmp(&b.worth[1]));
            b.score.total_cmp(&a.score).then(b.positive.cmp(&a.positive)).then_with(by_worth).then(unit.cmp(other))
        });
        let (rows, sorted): (Vec<Row>, Vec<u32>) = rows.into_iter().unzip();
        let mut end = 0;
        let run = |run: &[Row]| {
            end += run.len();
            end
        };
        let ends = rows.chunk_by(|a, b| a.score == b.score).map(run).collect();
        Self { rows, ends, units: units.map(|_| sorted), bounds: [0.0, 1.0] }
    }

    /// Sorts rows by what it is expected to bring to call them positive, which is their score in the place of a probability.
    ///
    /// # Panics
    /// If the lengths differ.
    #[must_use]
    pub fn by_gain(codes: &[u32], gains: &[f64], worth: &Worth, units: Option<&[u32]>) -> Self {
        let ranked = Self::new(codes, gains, Some(worth), units);
        let ends = [ranked.rows.last(), ranked.rows.first()].map(|row| row.map_or(0.0, |row| row.score));
        Self { bounds: [ends[0], ends[1].next_up()], ..ranked }
    }

    /// Draws these rows anew, whole units where there are such.
    #[must_use]
    pub fn resampler(&self) -> Resampler {
        let order: Vec<u32> = (0..).take(self.len()).collect();
        Resampler::new(&order, self.units.as_deref())
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Calls `each` with every cut from none to all rows, row `i` standing `count(i)` times.
    pub fn cuts(&self, count: impl Fn(usize) -> f64, mut each: impl FnMut(&Cut)) {
        let mut cut = Cut::default();
        for (i, row) in self.rows.iter().enumerate() {
            let count = count(i);
            cut.rows += count;
            cut.positives += if row.positive { count } else { 0.0 };
            cut.profit += count * row.worth[1];
        }
        each(&cut);
        let mut start = 0;
        for &end in &self.ends {
            for (i, row) in self.rows[start..end].iter().enumerate() {
                let count = count(start + i);
                cut.called += count;
                cut.hits += if row.positive { count } else { 0.0 };
                cut.profit += count * (row.worth[0] - row.worth[1]);
            }
            cut.runs += 1;
            start = end;
            each(&cut);
        }
    }

    /// A threshold that calls just the rows above a cut positive: in the middle between two probabilities, 0 for all rows.
    /// No threshold calls none where a probability is 1 already. Of gains, it is in the middle between two.
    #[must_use]
    pub fn threshold(&self, runs: usize) -> Option<f64> {
        let score = |run: usize| self.ends.get(run).map(|end| self.rows[end - 1].score);
        match (runs.checked_sub(1).and_then(score), score(runs)) {
            (None, Some(top)) => (top < self.bounds[1]).then_some(self.bounds[1]),
            (_, None) => Some(self.bounds[0]),
            (Some(above), Some(below)) => {
                let middle = f64::midpoint(above, below);
                // Between two neighbours there is no number.
                Some(if middle > below { middle } else { above })
            }
        }
    }

    /// How many runs a threshold calls positive.
    #[must_use]
    pub fn runs_from(&self, threshold: f64) -> usize {
        self.ends.partition_point(|end| self.rows[end - 1].score >= threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Amount, ValueConfig};

    #[test]
    fn every_cut_between_different_probabilities_is_counted() {
        // 0.9+, then 0.5+ and 0.5- together, then 0.1-.
        let config = ValueConfig { tp: Amount::Constant(10.0), fp: Amount::Constant(-3.0), ..ValueConfig::default() };
        let worth = Worth::read(&config, 4, |_| unreachable!()).unwrap();
        let ranked = Ranked::new(&[0, 1, 0, 1], &[0.1, 0.5, 0.5, 0.9], Some(&worth), None);
        let mut seen = Vec::new();
        ranked.cuts(|_| 1.0, |c| seen.push((c.called, c.hits, c.profit)));
        assert_eq!(seen, [(0.0, 0.0, 0.0), (1.0, 1.0, 10.0), (3.0, 2.0, 17.0), (4.0, 2.0, 14.0)]);
        let thresholds: Vec<_> = (0..4).map(|runs| ranked.threshold(runs).unwrap()).collect();
        assert_eq!(thresholds, [1.0, 0.7, 0.3, 0.0]);
        for (runs, threshold) in thresholds.into_iter().enumerate() {
            assert_eq!(ranked.runs_from(threshold), runs);
        }
        // What is on a threshold is called.
        assert_eq!(ranked.runs_from(0.5), 2);
    }

    #[test]
    fn gains_are_cut_beyond_their_ends() {
        let worth = Worth::read(&ValueConfig::default(), 3, |_| unreachable!()).unwrap();
        let ranked = Ranked::by_gain(&[0, 1, 1], &[-4.0, 30.0, 10.0], &worth, None);
        let thresholds: Vec<_> = (0..4).map(|runs| ranked.threshold(runs).unwrap()).collect();
        assert_eq!(thresholds, [30.0_f64.next_up(), 20.0, 3.0, -4.0]);
        assert_eq!(thresholds.into_iter().map(|t| ranked.runs_from(t)).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }

    #[test]
    fn a_row_counts_as_often_as_it_is_drawn() {
        let ranked = Ranked::new(&[1, 0], &[0.8, 0.2], None, None);
        let mut last = Cut::default();
        ranked.cuts(|i| [3.0, 0.0][i], |c| last = *c);
        assert_eq!((last.called, last.hits, last.rows, last.positives), (3.0, 3.0, 3.0, 3.0));
    }

    #[test]
    fn neighbouring_probabilities_are_still_told_apart() {
        let below = 0.3_f64;
        let above = below.next_up();
        let ranked = Ranked::new(&[1, 0], &[above, below], None, None);
        assert_eq!(ranked.runs_from(ranked.threshold(1).unwrap()), 1);
        assert_eq!(Ranked::new(&[1], &[1.0], None, None).threshold(0), None, "a probability of 1 is always called");
    }
}
