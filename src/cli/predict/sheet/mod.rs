//! `--actions`: a sheet to act by. Ranks are only known once every row is, so rows wait in a [`Spool`], and only what they
//! are ranked by stays in memory.

mod spool;

use std::ops::Range;
use std::path::Path;

use clap::ValueEnum;
use polars::prelude::{Column as Series, DataFrame, IdxCa, NewChunkedArray};

use super::CHUNK;
use super::names::distinct;
use crate::artifact::ModelFile;
use crate::clean::amounts;
use crate::data::{Frame, Predictions, Table, Task};
use crate::decide::{Optimize, ThresholdConfig, Worth, decile, ranks};
use crate::error::{ConfigError, Result, plural};
use crate::explain::reasons;
use crate::metrics::Cut;
use crate::pipeline::{Context, Warning};
use crate::report::{number, probability};
use spool::Spool;

/// Reasons of each row, unless another number is asked for, and the largest that can be.
const REASONS: usize = 3;
const MOST_REASONS: usize = 20;

/// Rows that are explained at once.
const EXPLAINED: usize = 512;

/// Rows that are sorted at once.
const BLOCK: usize = 500_000;

/// What the sheet shows and in which order.
#[derive(Clone, Debug, clap::Args)]
pub struct SheetArgs {
    /// Write a sheet to act by instead of plain predictions: score, rank, decile (1 is the best tenth), expected value
    /// where `[threshold.value]` was set at training, decision, reasons, flags
    #[arg(long)]
    actions: bool,
    /// Act on no more than the N best rows
    #[arg(long, value_name = "N", requires = "actions")]
    capacity: Option<usize>,
    /// Order of the rows, best first [default: as in DATA]
    #[arg(long, value_enum, value_name = "KEY", requires = "actions")]
    sort: Option<Key>,
    /// What rank, decile and --capacity go by [default: as --sort, else score, and for --capacity value where each row is
    /// decided by its own amounts]
    #[arg(long, value_enum, value_name = "KEY", requires = "actions")]
    rank_by: Option<Key>,
    /// How many columns of which reasons, strongest first, to give for each score, 0 to 20; most of the time of a sheet goes
    /// into them [default: 3, or 0 where the model keeps no rows to compare with]
    #[arg(long, value_name = "N", requires = "actions")]
    reasons: Option<usize>,
}

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Key {
    /// Probability of the positive class, or the predicted number.
    Score,
    /// Expected value of acting.
    Value,
}

/// Checked against a model.
#[derive(Clone, Debug)]
pub struct Plan {
    args: SheetArgs,
    config: ThresholdConfig,
    /// Smallest score to act on, where the model has one.
    threshold: Option<f64>,
    /// What a row has to gain at least in its place, where each is decided by its own amounts.
    least_gain: Option<f64>,
    /// How many reasons each row has.
    reasons: usize,
}

/// What some rows are ranked by.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    scores: Vec<f64>,
    values: Vec<Option<f64>>,
    /// Whether each row is called positive; nothing where no threshold decides.
    called: Vec<bool>,
    /// Columns in front of the score.
    front: usize,
}

impl SheetArgs {
    /// How the sheet is made, if it is asked for.
    ///
    /// # Errors
    /// If the model has no such sheet.
    pub fn plan(&self, model: &ModelFile, path: &Path, cx: &Context<'_>) -> Result<Option<Plan>> {
        if !self.actions {
            return Ok(None);
        }
        let usage = |message: String| Err(ConfigError::Usage(message).into());
        let target = &model.manifest.schema.target;
        if target.task == Task::Multiclass {
            let (name, n) = (&target.name, target.labels.len());
            return usage(format!("--actions ranks rows by one score; \"{name}\" has {n} classes, so predict without it"));
        }
        let config: ThresholdConfig = model.manifest.section("threshold", path)?;
        if [self.sort, self.rank_by].contains(&Some(Key::Value)) && !config.value.is_set() {
            return usage(
                "to order by value the model must know it; set [threshold.value] and train again, or order by score".into(),
            );
        }
        if self.capacity == Some(0) {
            return usage("--capacity 0 leaves nobody to act on; use 1 or more".into());
        }
        // A threshold that nobody chose would only get into the way of a number of rows that somebody did.
        let free = self.capacity.is_some() && matches!(config.optimize, Optimize::None | Optimize::TopN);
        let threshold = (target.task == Task::Binary && !free).then_some(model.manifest.threshold);
        let reasons = self.reasons(model, path, cx)?;
        let least_gain = model.manifest.least_gain;
        Ok(Some(Plan { args: self.clone(), config, threshold, least_gain, reasons }))
    }

    fn reasons(&self, model: &ModelFile, path: &Path, cx: &Context<'_>) -> Result<usize> {
        match (self.reasons, &model.manifest.background) {
            (Some(n), _) if n > MOST_REASONS => {
                Err(ConfigError::Usage(format!("--reasons {n}: out of range; use 0 to {MOST_REASONS}")).into())
            }
            (Some(n), None) if n > 0 => {
                let why = "keeps no training rows to compare with ([explain] background = 0, or an older mkt)";
                let message = format!("--reasons {n}: {} {why}; train it again, or use --reasons 0", path.display());
                Err(ConfigError::Usage(message).into())
            }
            (None, None) => {
                let message = "the model keeps no training rows to compare with, so no reasons are given; train it again with [explain] background above 0";
                cx.warn(Warning::new("no_reasons", message));
                Ok(0)
            }
            (n, _) => Ok(n.unwrap_or(REASONS)),
        }
    }
}

impl Plan {
    /// Rows that are worked on at once: reasons take so long that even few rows are worth all threads.
    pub const fn chunk(&self) -> usize {
        if self.reasons > 0 { EXPLAINED } else { CHUNK }
    }

    fn decides(&self) -> bool {
        self.threshold.is_some() || self.args.capacity.is_some()
    }

    /// In words, for the line at the end.
    pub fn words(&self, tally: &Tally) -> String {
        let rows = tally.rows;
        let Some(act) = tally.act else { return format!("actions: {} ranked", plural(rows, "row")) };
        let from = |threshold: f64| match self.least_gain {
            Some(least) => format!("expected value above {}", number(least)),
            None => format!("probability from {} on", probability(threshold)),
        };
        let limits = [self.threshold.map(from), self.args.capacity.map(|n| format!("the {n} best at most"))];
        let limits = limits.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let value = tally.value.map_or_else(String::new, |v| format!("; expected value {}", number(v)));
        format!("actions: {act} of {} to act on ({limits}){value}", plural(rows, "row"))
    }

    /// Fills in what needs all rows; the table holds those from `first` on, with its score behind `front` columns.
    fn complete(
        &self,
        table: &mut DataFrame,
        front: usize,
        first: usize,
        ranks: &[usize],
        acts: &dyn Fn(usize) -> bool,
    ) -> Result<()> {
        let own = first..first + table.height();
        let all = ranks.len();
        let tenth = |rank: usize| u32::try_from(decile(rank, all)).unwrap_or(u32::MAX);
        let mut put = |at: usize, mut series: Series| -> Result<()> {
            series.rename(table.columns()[at].name().clone());
            table.with_column(series)?;
            Ok(())
        };
        put(front + 1, Series::new("".into(), ranks[own.clone()].iter().map(|r| *r as u64).collect::<Vec<_>>()))?;
        put(front + 2, Series::new("".into(), ranks[own.clone()].iter().map(|r| tenth(*r)).collect::<Vec<_>>()))?;
        if self.decides() {
            let at = front + 3 + usize::from(self.config.value.is_set());
            let words: Vec<&str> = own.map(|row| if acts(row) { "act" } else { "skip" }).collect();
            put(at, Series::new("".into(), words))?;
        }
        Ok(())
    }

    /// The sheet of some rows without what needs all of them, and what they are ranked by. `before` are the columns in front,
    /// `after` those behind.
    ///
    /// # Errors
    /// If a column of amounts is not there, or the user asks to stop.
    pub fn part(
        &self,
        (table, frame): (&Table, &Frame),
        model: &ModelFile,
        (predictions, cut): (&Predictions, Cut<'_>),
        (before, after): (Vec<Series>, Vec<Series>),
        cx: &Context<'_>,
    ) -> Result<(DataFrame, Keys)> {
        let scores = match predictions {
            Predictions::Numbers(values) => values.clone(),
            Predictions::Classes { .. } => predictions.class(1),
        };
        let rows = scores.len();
        let called = match self.threshold {
            Some(_) => scores.iter().enumerate().map(|(row, p)| *p >= cut.at(row)).collect(),
            None => Vec::new(),
        };
        let mut keys = Keys { scores, values: Vec::new(), called, front: before.len() };
        let mut columns = before;
        columns.push(Series::new("score".into(), keys.scores.as_slice()));
        columns.push(Series::new("rank".into(), vec![0_u64; rows]));
        columns.push(Series::new("decile".into(), vec![0_u32; rows]));
        if self.config.value.is_set() {
            let worth = Worth::read(&self.config.value, rows, |name| amounts(table, &model.fitted.schema, name))?;
            keys.values = keys.scores.iter().enumerate().map(|(row, p)| worth.expected_gain(row, *p)).collect();
            columns.push(Series::new("expected_value".into(), keys.values.as_slice()));
        }
        if self.decides() {
            columns.push(Series::new("decision".into(), vec![""; rows]));
        }
        if let Some(background) = model.manifest.background.as_ref().filter(|_| self.reasons > 0) {
            let found = reasons(&model.fitted, background, frame, self.reasons, cx)?;
            columns.extend((0..self.reasons).map(|nth| {
                let words: Vec<Option<String>> = found.iter().map(|row| row.get(nth).map(ToString::to_string)).collect();
                Series::new(format!("reason_{}", nth + 1).into(), words)
            }));
        }
        columns.extend(after);
        distinct(&mut columns);
        Ok((DataFrame::new(rows, columns)?, keys))
    }
}

/// Rows that wait for their ranks.
pub struct Pile<'a> {
    plan: &'a Plan,
    spool: Spool,
    keys: Keys,
}

/// What the decisions came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    pub rows: usize,
    /// Rows to act on; nothing where nothing is decided.
    pub act: Option<usize>,
    /// The sum of what is to be expected of them, where the model knows amounts.
    pub value: Option<f64>,
}

impl<'a> Pile<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        Self { plan, spool: Spool::new(), keys: Keys::default() }
    }

    /// Puts rows on the pile.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn add(&mut self, table: DataFrame, keys: Keys) -> Result<()> {
        self.keys.front = keys.front;
        self.keys.scores.extend(keys.scores);
        self.keys.values.extend(keys.values);
        self.keys.called.extend(keys.called);
        self.spool.push(table)
    }

    /// Ranks all rows and hands them on in the order asked for.
    ///
    /// # Errors
    /// If they cannot be read again, or what `write` returns.
    pub fn finish(mut self, mut write: impl FnMut(DataFrame) -> Result<()>) -> Result<Tally> {
        let SheetArgs { capacity, sort, rank_by, .. } = self.plan.args;
        let by = |key: Key| match key {
            Key::Score => ranks(&self.keys.scores.iter().copied().map(Some).collect::<Vec<_>>()),
            Key::Value => ranks(&self.keys.values),
        };
        let named = rank_by.or(sort);
        let key = named.unwrap_or(Key::Score);
        let ranks = by(key);
        let places = sort.map(|sort| if sort == key { ranks.clone() } else { by(sort) });
        // Where amounts decide, the row of the highest score is not the one that is worth most.
        let most = if named.is_none() && self.plan.least_gain.is_some() { by(Key::Value) } else { ranks.clone() };
        let acting = acting(&most, &self.keys.called, capacity);
        let acts = |row: usize| acting[row];
        let complete = |mut table: DataFrame, first: usize| {
            self.plan.complete(&mut table, self.keys.front, first, &ranks, &acts).map(|()| table)
        };
        let mut first = 0;
        match &places {
            None => self.spool.each(|table| {
                let rows = table.height();
                write(complete(table, first)?)?;
                first += rows;
                Ok(())
            })?,
            Some(places) => {
                for start in (0..places.len().max(1)).step_by(BLOCK) {
                    write(block(&mut self.spool, places, start..start + BLOCK, complete)?)?;
                }
            }
        }
        let rows = ranks.len();
        let chosen = || (0..rows).filter(|row| acts(*row));
        Ok(Tally {
            rows,
            act: self.plan.decides().then(|| chosen().count()),
            value: self.plan.config.value.is_set().then(|| chosen().filter_map(|row| self.keys.values[row]).sum()),
        })
    }
}

/// Which rows are acted on: the best, by such ranks, of those that are called, or of all where none is.
///
/// Those called need not have the first ranks: these may go by value, and groups may have thresholds of their own.
fn acting(ranks: &[usize], called: &[bool], capacity: Option<usize>) -> Vec<bool> {
    let mut chosen: Vec<usize> = (0..ranks.len()).filter(|row| called.get(*row).is_none_or(|called| *called)).collect();
    chosen.sort_unstable_by_key(|row| ranks[*row]);
    let mut acting = vec![false; ranks.len()];
    chosen.into_iter().take(capacity.unwrap_or(usize::MAX)).for_each(|row| acting[row] = true);
    acting
}

/// The rows of some places, counted from 0, in their order.
fn block(
    spool: &mut Spool,
    places: &[usize],
    wanted: Range<usize>,
    mut complete: impl FnMut(DataFrame, usize) -> Result<DataFrame>,
) -> Result<DataFrame> {
    let (mut first, mut found, mut order) = (0, None::<DataFrame>, Vec::new());
    spool.each(|table| {
        let rows: Vec<usize> = (first..first + table.height()).filter(|row| wanted.contains(&(places[*row] - 1))).collect();
        let own = complete(table.clone(), first)?.take(&index(rows.iter().map(|row| row - first)))?;
        first += table.height();
        order.extend(rows.iter().map(|row| places[*row]));
        match &mut found {
            None => found = Some(own),
            Some(found) => {
                found.vstack_mut(&own)?;
            }
        }
        Ok(())
    })?;
    let mut sorted: Vec<usize> = (0..order.len()).collect();
    sorted.sort_unstable_by_key(|row| order[*row]);
    Ok(found.unwrap_or_default().take(&index(sorted.into_iter()))?)
}

#[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
fn index(rows: impl Iterator<Item = usize>) -> IdxCa {
    IdxCa::from_iter_values("".into(), rows.map(|row| row as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capacity_is_filled_from_the_rows_that_are_called() {
        let (ranks, called) = ([4, 1, 3, 2, 5], [true, false, true, false, true]);
        assert_eq!(acting(&ranks, &called, Some(2)), [true, false, true, false, false]);
        assert_eq!(acting(&ranks, &called, None), called);
        assert_eq!(acting(&ranks, &[], Some(2)), [false, true, false, true, false]);
    }

    #[test]
    fn blocks_of_places_make_one_order() {
        let mut spool = Spool::new();
        for part in [[4.0, 1.0, 3.0], [0.0, 5.0, 2.0]] {
            spool.push(DataFrame::new(3, vec![Series::new("x".into(), part)]).unwrap()).unwrap();
        }
        let places = ranks(&[4.0, 1.0, 3.0, 0.0, 5.0, 2.0].map(Some));
        let mut firsts = Vec::new();
        let mut seen = Vec::new();
        for start in [0, 4] {
            let sorted = block(&mut spool, &places, start..start + 4, |table, first| {
                firsts.push(first);
                Ok(table)
            });
            let sorted = sorted.unwrap();
            seen.push(sorted.columns()[0].f64().unwrap().iter().flatten().collect::<Vec<_>>());
        }
        assert_eq!(seen, [vec![5.0, 4.0, 3.0, 2.0], vec![1.0, 0.0]]);
        assert_eq!(firsts, [0, 3, 0, 3]);
    }
}
