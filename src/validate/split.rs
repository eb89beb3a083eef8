use std::collections::BTreeSet;
use std::fmt::Display;

use super::config::{SplitKind, ValidateConfig};
use crate::data::{Fold, Frame, Truth};
use crate::error::{ConfigError, Error, Result, ValidateError, ending, plural, verb};
use crate::pipeline::{Context, Pipeline, Warning};
use crate::report::count;
use crate::seed::{Rng, Seed};

/// Divides a frame into folds and a test part.
#[derive(Clone, Debug)]
pub struct Split(ValidateConfig);

/// A frame and how its rows are divided.
#[derive(Clone, Debug)]
pub struct Splits {
    pub frame: Frame,
    /// All rows but the test part to learn from, the test part (which may be empty) to judge.
    pub last: Fold,
    /// Folds within the rows of `last.train()`.
    pub folds: Vec<Fold>,
    /// In words, for a report.
    pub words: String,
}

impl Split {
    /// Checks the settings.
    ///
    /// # Errors
    /// Names the key and its range if a value is outside of it.
    pub fn new(config: &ValidateConfig) -> Result<Self, ConfigError> {
        let fail = |key, value: &dyn Display, range| Err(ConfigError::range("validate", key, value, range));
        if !(2..=100).contains(&config.folds) {
            return fail("folds", &config.folds, "2 to 100");
        }
        if !(1..=100).contains(&config.repeats) {
            return fail("repeats", &config.repeats, "1 to 100");
        }
        if !(0.0..=0.9).contains(&config.test_fraction) {
            return fail("test_fraction", &config.test_fraction, "0 to 0.9");
        }
        if config.bootstrap > 100_000 {
            return fail("bootstrap", &config.bootstrap, "0 to 100000");
        }
        match (config.split == SplitKind::Column, config.column.is_some()) {
            (true, false) => {
                let message = "\"column\" needs column, the name of the column with the fold of each row";
                return Err(ConfigError::setting("validate", "split", message));
            }
            (false, true) => {
                let message = "it is for split = \"column\"; set that too, or leave it out";
                return Err(ConfigError::setting("validate", "column", message));
            }
            _ => {}
        }
        Ok(Self(config.clone()))
    }

    /// Whether the kind of split is left to the data.
    #[must_use]
    pub fn is_auto(&self) -> bool {
        self.0.split == SplitKind::Auto
    }

    /// How the rows of a frame are split.
    pub(crate) fn kind(&self, frame: &Frame) -> SplitKind {
        let grouped = frame.schema.with_role(crate::data::Role::Group).next().is_some();
        match self.0.split {
            SplitKind::Auto if frame.time.is_some() => SplitKind::Time,
            SplitKind::Auto if grouped => SplitKind::Group,
            SplitKind::Auto if frame.schema.target.labels.is_empty() => SplitKind::Random,
            SplitKind::Auto => SplitKind::Stratified,
            kind => kind,
        }
    }
}

impl Pipeline for Split {
    type Input = Frame;
    type Output = Splits;

    fn name(&self) -> &'static str {
        "split"
    }

    fn run(&self, frame: Frame, cx: &Context<'_>) -> Result<Splits> {
        let kind = self.kind(&frame);
        let config = &self.0;
        match kind {
            SplitKind::Time if frame.time.is_none() => {
                return Err(split_error("split = \"time\" needs [columns] time, the column that orders the rows"));
            }
            SplitKind::Group if frame.schema.with_role(crate::data::Role::Group).next().is_none() => {
                return Err(split_error("split = \"group\" needs [columns] group, the column whose values stay together"));
            }
            _ => {}
        }
        let ordered = kind == SplitKind::Time;
        let (last, folds) = match kind {
            SplitKind::Time => self.forward(&frame)?,
            SplitKind::Column => Self::by_column(&frame)?,
            _ => self.dealt(&frame, kind == SplitKind::Random, cx.seed())?,
        };
        let left_out = frame.height() - last.train().len() - last.holdout().len();
        if left_out > 0 && frame.test.contains(&true) {
            let (rows, are, they) = (plural(left_out, "row"), verb(left_out, "are"), verb(left_out, "they are"));
            let message = format!("{rows} {are} left out: {they} not earlier than the test source and the gap before it");
            cx.warn(Warning::new("left_out", message).count(left_out));
        }
        let words = words(kind, config, &frame, folds.len(), &last);
        Ok(Splits { frame: Frame { ordered, ..frame }, last, folds, words })
    }
}

impl Split {
    /// Folds at random, whole units to one side, classes in proportion unless `plain`.
    fn dealt(&self, frame: &Frame, plain: bool, seed: Seed) -> Result<(Fold, Vec<Fold>)> {
        let config = &self.0;
        let all: Vec<usize> = (0..frame.height()).collect();
        let (test, rest): (Vec<usize>, Vec<usize>) = if frame.test.contains(&true) {
            all.iter().partition(|&&r| frame.test[r])
        } else {
            let shares = [config.test_fraction, 1.0 - config.test_fraction];
            let parts = deal(frame, &all, &shares, plain, seed.derive("test", 0));
            all.iter().partition(|&&r| config.test_fraction > 0.0 && parts[r] == 0)
        };
        let last = fold(frame, rest.clone(), test)?;
        let mut folds = Vec::new();
        for repeat in 0..config.repeats {
            let shares = vec![1.0 / config.folds as f64; config.folds];
            let parts = deal(frame, &rest, &shares, plain, seed.derive("repeat", repeat as u64));
            for k in 0..config.folds {
                let (holdout, train): (Vec<usize>, Vec<usize>) = (0..rest.len()).partition(|&i| parts[i] == k);
                let pick = |positions: Vec<usize>| positions.into_iter().map(|i| rest[i]).collect();
                folds.push(fold(frame, pick(train), pick(holdout))?);
            }
        }
        if folds.iter().any(|f| f.holdout().is_empty() || f.train().is_empty()) {
            let (rows, folds) = (frame.height(), config.folds);
            let groups = frame.units.iter().collect::<BTreeSet<_>>().len();
            let grouped = groups < rows && frame.schema.with_role(crate::data::Role::Group).next().is_some();
            return Err(if grouped {
                ValidateError::TooFewGroups { groups, folds }
            } else {
                ValidateError::TooFewRows { rows, folds }
            }
            .into());
        }
        Ok((last, folds))
    }

    /// Folds forward in time: blocks of whole moments, each judged by a model of all earlier ones but the gap.
    fn forward(&self, frame: &Frame) -> Result<(Fold, Vec<Fold>)> {
        let config = &self.0;
        let time = frame.time.as_deref().unwrap_or_default();
        let mut order: Vec<usize> = (0..frame.height()).collect();
        order.sort_by_key(|&r| time[r]);
        let separate = frame.test.contains(&true);
        let (mut rest, test): (Vec<usize>, Vec<usize>) = if separate {
            order.iter().partition(|&&r| !frame.test[r])
        } else {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
            let cut = (frame.height() as f64 * (1.0 - config.test_fraction)).round() as usize;
            let cut = whole_moment(&order, time, cut);
            (order[..cut].to_vec(), order[cut..].to_vec())
        };
        if let Some(first) = test.first() {
            rest = before(&rest, time, time[*first], config.gap);
        }
        let mut starts: Vec<usize> =
            (1..=config.folds).map(|k| whole_moment(&rest, time, rest.len() * k / (config.folds + 1))).collect();
        starts.push(rest.len());
        let last = fold(frame, rest.clone(), test)?;
        let mut folds = Vec::new();
        for ends in starts.windows(2) {
            let holdout = rest[ends[0]..ends[1]].to_vec();
            let train =
                holdout.first().map(|first| before(&rest[..ends[0]], time, time[*first], config.gap)).unwrap_or_default();
            if train.is_empty() || holdout.is_empty() {
                let moments = time.iter().collect::<BTreeSet<_>>().len();
                return Err(ValidateError::TooFewMoments { moments, folds: config.folds, gap: config.gap }.into());
            }
            folds.push(fold(frame, train, holdout)?);
        }
        Ok((last, folds))
    }

    /// Folds as a column says.
    fn by_column(frame: &Frame) -> Result<(Fold, Vec<Fold>)> {
        let names = frame.folds.as_deref().unwrap_or_default();
        let is_test = |r: usize| frame.test[r] || names[r] == "test";
        let (test, rest): (Vec<usize>, Vec<usize>) = (0..frame.height()).partition(|&r| is_test(r));
        let distinct: BTreeSet<&String> = rest.iter().map(|&r| &names[r]).collect();
        if distinct.len() < 2 {
            return Err(split_error("the column of [validate] column must name at least two folds besides \"test\""));
        }
        let folds = distinct.iter().map(|name| {
            let (holdout, train) = rest.iter().partition(|&&r| &names[r] == *name);
            fold(frame, train, holdout)
        });
        let folds = folds.collect::<Result<_>>()?;
        Ok((fold(frame, rest, test)?, folds))
    }
}

fn split_error(message: &str) -> Error {
    ValidateError::Split { message: message.into() }.into()
}

fn fold(frame: &Frame, train: Vec<usize>, holdout: Vec<usize>) -> Result<Fold> {
    Fold::new(frame.height(), train, holdout).map_err(|e| Error::Internal(e.to_string()))
}

/// Deals rows to parts of the given shares: whole units, large ones first, each to the part that lacks most of its
/// class. Returns the part of each of `rows`.
///
/// Of unequal shares the largest would get all large units, and a test part would hold rare rows alone, which are harder:
/// there a unit of several rows is drawn, by what each part that has room for it lacks.
fn deal(frame: &Frame, rows: &[usize], shares: &[f64], plain: bool, seed: Seed) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..rows.len()).collect();
    positions.sort_by_key(|&position| frame.units[rows[position]]);
    let mut units: Vec<&[usize]> = positions.chunk_by(|&a, &b| frame.units[rows[a]] == frame.units[rows[b]]).collect();
    let mut rng = seed.rng();
    rng.shuffle(&mut units);
    units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    let class = |position: usize| match &frame.truth {
        Some(Truth::Classes(codes)) if !plain => codes[rows[position]] as usize,
        _ => 0,
    };
    let classes = 1 + (0..rows.len()).map(class).max().unwrap_or(0);
    let mut totals = vec![0.0; classes];
    (0..rows.len()).for_each(|p| totals[class(p)] += 1.0);
    let mut dealt = vec![vec![0.0; classes]; shares.len()];
    let mut parts = vec![0; rows.len()];
    let unequal = shares.windows(2).any(|pair| pair[0] != pair[1]);
    for unit in units {
        // A unit may hold several classes: it goes where its rows in sum are most wanted.
        let lack = |part: usize| {
            let own: f64 = unit.iter().map(|&p| shares[part] * totals[class(p)] - dealt[part][class(p)]).sum();
            let all: f64 = shares[part] * rows.len() as f64 - dealt[part].iter().sum::<f64>();
            (own, all)
        };
        let wanted = || {
            let by_lack = |a: &usize, b: &usize| lack(*a).partial_cmp(&lack(*b)).unwrap_or(std::cmp::Ordering::Equal);
            (0..shares.len()).max_by(|a, b| by_lack(a, b).then(b.cmp(a)))
        };
        let drawn = if unequal && unit.len() > 1 {
            let room = |(own, all): (f64, f64)| if all >= unit.len() as f64 { own.max(0.0) } else { 0.0 };
            draw(&(0..shares.len()).map(|part| room(lack(part))).collect::<Vec<_>>(), &mut rng)
        } else {
            None
        };
        let part = drawn.or_else(wanted).unwrap_or(0);
        for &position in unit {
            parts[position] = part;
            dealt[part][class(position)] += 1.0;
        }
    }
    parts
}

/// One place, as often as its weight says; nothing where there is no weight.
fn draw(weights: &[f64], rng: &mut Rng) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    let mut left = rng.uniform() * total;
    let found = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    found.filter(|_| total > 0.0)
}

/// The first position at or after `cut` where a new moment begins.
fn whole_moment(order: &[usize], time: &[i64], cut: usize) -> usize {
    (cut..order.len()).find(|&i| i == 0 || time[order[i]] != time[order[i - 1]]).unwrap_or(order.len())
}

/// The rows (in order of time) before a moment, the last `gap` distinct moments left out.
fn before(order: &[usize], time: &[i64], moment: i64, gap: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = order.iter().copied().filter(|&r| time[r] < moment).collect();
    for _ in 0..gap {
        if let Some(&last) = rows.last() {
            rows.retain(|&r| time[r] != time[last]);
        }
    }
    rows
}

fn words(kind: SplitKind, config: &ValidateConfig, frame: &Frame, folds: usize, last: &Fold) -> String {
    let how = match kind {
        SplitKind::Random | SplitKind::Auto => "random folds",
        SplitKind::Stratified => "stratified folds",
        SplitKind::Group => "folds of whole groups",
        SplitKind::Time => "folds forward in time",
        SplitKind::Column => "folds by column",
    };
    let repeats = if config.repeats > 1 && folds > config.folds {
        format!(" ({} x {})", config.repeats, config.folds)
    } else {
        String::new()
    };
    let rows = |n| format!("{} row{}", count(n), ending(n == 1, "row"));
    let left_out = match frame.height() - last.train().len() - last.holdout().len() {
        0 => String::new(),
        n => format!(", {} before it left out", rows(n)),
    };
    let test = match last.holdout().len() {
        0 => "no test part".to_owned(),
        n if frame.test.contains(&true) => format!("{} of a separate test source", rows(n)),
        n if kind == SplitKind::Time => format!("the last {} as test part", rows(n)),
        n => format!("{} as test part", rows(n)),
    };
    format!("{folds} {how}{repeats}, {test}{left_out}")
}
