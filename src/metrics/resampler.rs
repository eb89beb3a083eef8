//! Drawing rows anew: one by one, or whole units whose rows belong together.

use std::panic::resume_unwind;
use std::thread::{self, Builder};

use super::Interval;
use crate::seed::Seed;

/// What is drawn with replacement, as often as there are units.
///
/// Rows of one unit (a customer with several orders) are not independent of each other: drawn one by one they would
/// make intervals too narrow, so whole units are drawn (the cluster bootstrap: Davison & Hinkley 1997, sec. 3.8).
pub struct Resampler {
    /// Rows, unit after unit.
    members: Vec<u32>,
    /// Where each unit ends in `members`; absent where each row is one.
    ends: Option<Vec<usize>>,
}

impl Resampler {
    /// Units in the order in which they first appear in `order`, which names every row once.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn new(order: &[u32], units: Option<&[u32]>) -> Self {
        let Some(units) = units else { return Self { members: order.to_vec(), ends: None } };
        let mut places = std::collections::HashMap::new();
        let mut rows: Vec<Vec<u32>> = Vec::new();
        for &row in order {
            let place = *places.entry(units[row as usize]).or_insert(rows.len());
            if place == rows.len() {
                rows.push(Vec::new());
            }
            rows[place].push(row);
        }
        let ends = rows.iter().scan(0, |end, unit| {
            *end += unit.len();
            Some(*end)
        });
        Self { ends: Some(ends.collect()), members: rows.concat() }
    }

    /// So many rows, each a unit.
    #[must_use]
    pub fn in_order(rows: usize) -> Self {
        Self { members: (0..).take(rows).collect(), ends: None }
    }

    /// How many units there are.
    #[must_use]
    pub fn units(&self) -> usize {
        self.ends.as_ref().map_or(self.members.len(), Vec::len)
    }

    /// How often each row stands in the resample of that number.
    fn draw(&self, seed: Seed, index: usize, counts: &mut [u32]) {
        counts.fill(0);
        let mut rng = seed.derive("resample", index as u64).rng();
        let units = self.units();
        for _ in 0..units {
            let unit = rng.below(units);
            match &self.ends {
                None => counts[self.members[unit] as usize] += 1,
                Some(ends) => {
                    let start = if unit == 0 { 0 } else { ends[unit - 1] };
                    self.members[start..ends[unit]].iter().for_each(|&row| counts[row as usize] += 1);
                }
            }
        }
    }

    /// Each of the numbers that `values` works out of counts of rows, with the range that holds 95 % of its values over
    /// the resamples. With fewer than two units there are no resamples, and so no ranges.
    ///
    /// The result depends on the seed, never on `threads`.
    ///
    /// # Panics
    /// If `values` does, or gives now more numbers and now fewer.
    pub fn intervals<F>(&self, resamples: usize, seed: Seed, threads: usize, values: F) -> Vec<Interval>
    where
        F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        let rows = self.members.len();
        let once = values(&vec![1; rows]);
        let resamples = if self.ends.is_some() && self.units() < 2 { 0 } else { resamples };
        let threads = threads.clamp(1, resamples.max(1));
        let every = |first: usize| -> Vec<Vec<Option<f64>>> {
            let mut counts = vec![0; rows];
            let one = |index: usize| {
                self.draw(seed, index, &mut counts);
                values(&counts)
            };
            (first..resamples).step_by(threads).map(one).collect()
        };
        let every = &every;
        let drawn = thread::scope(|scope| {
            let begin = |first| Builder::new().spawn_scoped(scope, move || every(first));
            let others: Vec<_> = (1..threads).map(|first| (first, begin(first))).collect();
            let mut all = every(0);
            for (first, other) in others {
                // Where the system gives no more threads, this one does the work.
                all.extend(
                    other.map_or_else(|_| every(first), |other| other.join().unwrap_or_else(|panic| resume_unwind(panic))),
                );
            }
            all
        });
        (0..once.len()).map(|i| Interval::of(once[i], drawn.iter().map(|values| values[i]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_units_are_drawn() {
        let units = [7, 3, 7, 3, 9];
        let rows = Resampler::new(&[4, 0, 1, 2, 3], Some(&units));
        assert_eq!(rows.units(), 3);
        assert_eq!(rows.members, [4, 0, 2, 1, 3]);
        let mut counts = [0; 5];
        for index in 0..50 {
            rows.draw(Seed::new(1), index, &mut counts);
            assert!(counts[0] == counts[2] && counts[1] == counts[3], "{counts:?}");
            assert_eq!(counts[0] + counts[1] + counts[4], 3);
        }
    }

    #[test]
    fn rows_that_repeat_their_unit_make_the_interval_of_the_units() {
        // 50 units of 20 equal rows: the mean is that of 50 numbers, whatever number of rows there is.
        let values: Vec<f64> = (0..1000).map(|row| f64::from(row / 20 % 2)).collect();
        let units: Vec<u32> = (0..1000).map(|row| row / 20).collect();
        let order: Vec<u32> = (0..1000).collect();
        let mean = |counts: &[u32]| {
            let sum: f64 = counts.iter().zip(&values).map(|(&c, v)| f64::from(c) * v).sum();
            vec![Some(sum / counts.iter().map(|&c| f64::from(c)).sum::<f64>())]
        };
        let width = |units| {
            let found = Resampler::new(&order, units).intervals(2000, Seed::new(2), 2, mean)[0];
            assert_eq!(found.value, Some(0.5));
            found.high.unwrap() - found.low.unwrap()
        };
        // Standard errors sqrt(0.25 / 1000) and sqrt(0.25 / 50), times 2 * 1.96.
        let (alone, together) = (width(None), width(Some(&units)));
        assert!((alone - 0.062).abs() < 0.006, "{alone}");
        assert!((together - 0.277).abs() < 0.025, "{together}");
    }

    #[test]
    fn one_unit_has_no_interval() {
        let found = Resampler::new(&[0, 1], Some(&[5, 5])).intervals(100, Seed::new(0), 2, |_| vec![Some(1.0)]);
        assert_eq!(found, [Interval { value: Some(1.0), low: None, high: None }]);
    }

    #[test]
    fn threads_change_nothing() {
        let rows = Resampler::in_order(30);
        let values = |counts: &[u32]| vec![Some(f64::from(counts[3])), None];
        let one = rows.intervals(40, Seed::new(4), 1, values);
        for threads in [0, 3, 64] {
            assert_eq!(rows.intervals(40, Seed::new(4), threads, values), one);
        }
    }
}
