//! On which side of the last split each row of a streamed table stands, by a rule that looks at that row alone.

use crate::clean::{Part, keys};
use crate::data::{Frame, Role};
use crate::error::{Error, LimitError, Result};
use crate::seed::{Seed, mix};
use crate::validate::SplitKind;

/// A row keeps its side whatever part of the table it is met in, so that a sample has the sides of the whole.
#[derive(Clone, Debug)]
pub struct Sides {
    rule: Rule,
    /// Mixed into every checksum.
    salt: u64,
    /// Share of the rows that judge.
    test: f64,
    /// Share of the rows learned from, or of the latest of them, that decide when to stop.
    stop: f64,
    /// Where rows are ordered in time: from this moment on they decide when to stop.
    stop_from: Option<i64>,
}

/// What decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// All rows of the source are learned from: the test source judges, or nothing does.
    Source,
    /// The checksum of the group.
    Group,
    /// The checksum of all that is learned from: equal rows stand on one side.
    Key,
    /// The number of the row: where rows are equal so often that these would be too few units to divide.
    Row,
    /// The moment: later rows judge, those between are left out.
    Time { test_from: i64, train_to: i64 },
    /// The column of folds.
    Column,
}

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Train,
    /// Learned from only to decide when to stop.
    Stop,
    Test,
    /// Not used: within the gap before the test part.
    Left,
}

impl Sides {
    /// The rule for a table, by a sample of it; `kind` is the kind of split, `source` whether a test source judges.
    ///
    /// # Errors
    /// If the rows can only be ordered by comparing all of them.
    pub fn new(frame: &Frame, kind: SplitKind, source: bool, share: f64, gap: usize, seed: Seed) -> Result<Self> {
        let salt = seed.derive("sides", 0).rng().bits();
        let mut sides = Self { rule: Rule::Source, salt, test: share, stop: 0.0, stop_from: None };
        sides.rule = match kind {
            _ if source && kind != SplitKind::Time => Rule::Source,
            SplitKind::Column => Rule::Column,
            SplitKind::Time => Self::time(frame, source, share, gap)?,
            _ if share == 0.0 => Rule::Source,
            // The key of a row is that of its group, however rows are divided into folds.
            _ if frame.schema.with_role(Role::Group).next().is_some() => Rule::Group,
            _ => {
                let mut different = keys(frame.data.columns(), frame.height())?;
                different.sort_unstable();
                different.dedup();
                if 5 * different.len() >= frame.height() { Rule::Key } else { Rule::Row }
            }
        };
        Ok(sides)
    }

    fn time(frame: &Frame, source: bool, share: f64, gap: usize) -> Result<Rule> {
        let name = frame.schema.with_role(Role::Time).next().map(|c| c.name.clone()).unwrap_or_default();
        let refuse =
            |reason: String| -> Error { LimitError::Split { reason: format!("by time of \"{name}\": {reason}") }.into() };
        let dates = frame.data.column(&name).is_ok_and(|column| column.i64().is_ok());
        let Some(time) = frame.time.as_deref().filter(|_| dates) else {
            return Err(refuse("its values are no dates, so that their order is only known when all rows are".into()));
        };
        if source {
            return Err(refuse("rows ordered in time with a test source of their own are only split in memory".into()));
        }
        let mut moments = time.to_vec();
        moments.sort_unstable();
        if share == 0.0 {
            return Ok(Rule::Time { test_from: i64::MAX, train_to: i64::MAX });
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
        let cut = (moments.len() as f64 * (1.0 - share)).round() as usize;
        let from = moments.get(cut).copied().unwrap_or(i64::MAX);
        // A whole moment judges: if the cut goes through one, the next.
        let begins = cut == 0 || moments[cut - 1] < from;
        let test_from = if begins { from } else { moments.iter().copied().find(|m| *m > from).unwrap_or(i64::MAX) };
        let mut before: Vec<i64> = moments.into_iter().filter(|m| *m < test_from).collect();
        before.dedup();
        let train_to = match gap {
            0 => test_from.saturating_sub(1),
            gap => before.len().checked_sub(gap + 1).map_or(i64::MIN, |last| before[last]),
        };
        Ok(Rule::Time { test_from, train_to })
    }

    /// Also cuts off rows that decide when to stop: a share of those learned from, and no more than the share `most`; the
    /// latest where rows are ordered in time, as far as whole moments allow. `times` are the moments of the sample.
    #[must_use]
    pub fn with_stop(self, share: f64, most: f64, times: Option<&[i64]>) -> Self {
        let share = share.min(most);
        let mut learned: Vec<i64> = match (self.rule, times) {
            (Rule::Time { train_to, .. }, Some(times)) => times.iter().copied().filter(|t| *t <= train_to).collect(),
            _ => return Self { stop: share, ..self },
        };
        learned.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
        let at = (learned.len() as f64 * (1.0 - share)).round() as usize;
        let Some(from) = learned.get(at).copied().filter(|_| share > 0.0) else { return self };
        // Moments may be few, and the last one of many rows: of too many, some decide.
        let late = learned.iter().filter(|time| **time >= from).count() as f64 / learned.len() as f64;
        Self { stop_from: Some(from), stop: (most / late).min(1.0), ..self }
    }

    /// The side of a row of a part.
    pub fn side(&self, part: &Part, row: usize) -> Side {
        let frame = &part.frame;
        let test = match self.rule {
            Rule::Source => false,
            Rule::Group | Rule::Key => self.below(part.keys[row], self.test),
            Rule::Row => self.below(frame.rows[row] as u64, self.test),
            Rule::Column => frame.folds.as_ref().is_some_and(|folds| folds[row] == "test"),
            Rule::Time { test_from, train_to } => {
                let moment = frame.time.as_ref().map_or(i64::MIN, |time| time[row]);
                if moment < test_from && moment > train_to {
                    return Side::Left;
                }
                moment >= test_from
            }
        };
        if test {
            return Side::Test;
        }
        let late = match (self.stop_from, &frame.time) {
            (Some(from), Some(time)) => time[row] >= from,
            _ => true,
        };
        // Another checksum of the same key: units stay whole here, too.
        let key = if self.rule == Rule::Row { frame.rows[row] as u64 } else { part.keys[row] };
        let stop = late && self.below(mix(key ^ self.salt), self.stop);
        if stop { Side::Stop } else { Side::Train }
    }

    /// Whether a key is among a share of all.
    fn below(&self, key: u64, share: f64) -> bool {
        (mix(key ^ self.salt) as f64) < share * u64::MAX as f64
    }

    /// In words.
    pub fn words(&self) -> &'static str {
        match self.rule {
            Rule::Source => "the test source",
            Rule::Group => "a share of the groups, each whole",
            Rule::Key => "a share of all rows, equal ones on one side",
            Rule::Row => "a share of all rows",
            Rule::Time { .. } => "the latest rows",
            Rule::Column => "the rows that the column names",
        }
    }
}
