use std::collections::HashMap;

use super::cells::Cells;
use crate::data::{Frame, day, plain};
use crate::error::Result;
use crate::metrics::quantile;

/// Fewest levels that are told apart where there are more.
const LEVELS: usize = 24;

/// Values of one column, spread over those that rows have.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    pub column: String,
    pub cells: Cells,
    /// Each in words.
    pub words: Vec<String>,
    /// Place of each on the axis; `None` for a level and a gap.
    pub at: Vec<Option<f64>>,
    /// Rows that are nearer to each than to another.
    pub rows: Vec<usize>,
}

impl Grid {
    /// Up to `steps` values: numbers and dates at even steps of rank, levels (at least 24, as a day has hours) by falling
    /// frequency, or in their order where all of them are numbers, and the gap where at least
    /// one row in a hundred has one. Nothing lies outside of what the rows have.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn of(frame: &Frame, column: &str, steps: usize) -> Result<Self> {
        let cells = Cells::read(frame.column(column)?)?;
        let grid = match &cells {
            Cells::Numbers(values) => {
                let (at, rows) = ranked(values.iter().flatten().copied(), steps);
                let words = at.iter().map(|v| plain(*v)).collect();
                Self::new(column, Cells::Numbers(at.iter().copied().map(Some).collect()), words, at, rows)
            }
            Cells::Dates(values) => {
                let (at, rows) = ranked(values.iter().flatten().map(|v| *v as f64), steps);
                #[expect(clippy::cast_possible_truncation, reason = "microseconds of a date lie within i64")]
                let moments: Vec<i64> = at.iter().map(|v| *v as i64).collect();
                let words = moments.iter().map(|v| day(*v)).collect();
                Self::new(column, Cells::Dates(moments.into_iter().map(Some).collect()), words, at, rows)
            }
            Cells::Texts(values) => {
                let counts = levels(values.iter().flatten().map(String::as_str), steps);
                let words: Vec<String> = counts.iter().map(|(level, _)| (*level).to_owned()).collect();
                Self {
                    column: column.into(),
                    cells: Cells::Texts(words.iter().cloned().map(Some).collect()),
                    at: vec![None; words.len()],
                    rows: counts.iter().map(|(_, count)| *count).collect(),
                    words,
                }
            }
        };
        let missing = cells.missing();
        Ok(if 100 * missing >= frame.height().max(1) { grid.with_gap(missing) } else { grid })
    }

    fn new(column: &str, cells: Cells, words: Vec<String>, at: Vec<f64>, rows: Vec<usize>) -> Self {
        Self { column: column.into(), cells, words, at: at.into_iter().map(Some).collect(), rows }
    }

    fn with_gap(mut self, rows: usize) -> Self {
        match &mut self.cells {
            Cells::Numbers(values) => values.push(None),
            Cells::Dates(values) => values.push(None),
            Cells::Texts(values) => values.push(None),
        }
        self.words.push("missing".into());
        self.at.push(None);
        self.rows.push(rows);
        self
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }
}

/// Levels with their rows: the most frequent ones, in the order of their frequency, or as numbers where all are numbers.
fn levels<'a>(values: impl Iterator<Item = &'a str>, steps: usize) -> Vec<(&'a str, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    values.for_each(|v| *counts.entry(v).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.truncate(steps.max(LEVELS));
    if counts.iter().all(|(level, _)| number(level).is_finite()) {
        counts.sort_by(|a, b| number(a.0).total_cmp(&number(b.0)));
    }
    counts
}

/// The number that a level is, such as a code; not a number for any other.
fn number(level: &str) -> f64 {
    level.parse().unwrap_or(f64::NAN)
}

/// Up to `steps` different values at even steps of rank, the smallest and largest among them, and the rows nearest to each.
fn ranked(values: impl Iterator<Item = f64>, steps: usize) -> (Vec<f64>, Vec<usize>) {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() > steps {
        let last = (steps - 1).max(1) as f64;
        // The value itself rather than one between two: whole numbers stay whole.
        let nth = |i: usize| {
            let between = quantile(&sorted, i as f64 / last).unwrap_or_default();
            sorted[sorted.partition_point(|v| *v < between).min(sorted.len() - 1)]
        };
        distinct = (0..steps).map(nth).collect();
        distinct.dedup();
    }
    let mut rows = vec![0; distinct.len()];
    for value in sorted {
        let above = distinct.partition_point(|d| *d < value).min(distinct.len() - 1);
        let nearer_below = above > 0 && value - distinct[above - 1] < distinct[above] - value;
        rows[above - usize::from(nearer_below)] += 1;
    }
    (distinct, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_all_there_and_many_stand_at_even_ranks() {
        assert_eq!(ranked([3.0, 1.0, 3.0, 2.0].into_iter(), 5), (vec![1.0, 2.0, 3.0], vec![1, 1, 2]));
        let (at, rows) = ranked((0..101).map(f64::from), 5);
        assert_eq!(at, [0.0, 25.0, 50.0, 75.0, 100.0]);
        // 12.5 would be the middle: 0 to 12 are nearest to 0, 13 to 37 to 25.
        assert_eq!(rows, [13, 25, 25, 25, 13]);
    }

    #[test]
    fn levels_that_are_numbers_stand_in_their_order() {
        let hours: Vec<String> = (0..240).map(|i| (i * 7 % 24).to_string()).collect();
        let found = levels(hours.iter().map(String::as_str), 15);
        let wanted: Vec<String> = (0..24).map(|h| h.to_string()).collect();
        assert_eq!(found, wanted.iter().map(|h| (h.as_str(), 10)).collect::<Vec<_>>());
        assert_eq!(levels(["b", "9", "10", "9", "b", "b"].into_iter(), 15), [("b", 3), ("9", 2), ("10", 1)]);
    }
}
