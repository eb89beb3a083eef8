//! The search for a flip of one row: changes of one column, then of two, …, from those that come nearest.

use std::collections::BTreeSet;

use super::flip::{Allowed, Change, Direction, Flip, FlipSearch, encoded};
use super::known::moment;
use crate::data::{Dataset, Frame, Predictions, day, plain};
use crate::error::{Error, Result};
use crate::explain::{Cells, words};
use crate::learn::Encoded;
use crate::pipeline::{Context, Pipeline};

/// Changes that are built on when one more column has to change: those that come nearest to the flip, and those that come
/// near it at least cost.
const BEAM: usize = 8;
/// Values that are tried between the row's own and one that flips, twice.
const BETWEEN: u32 = 32;
/// In microseconds.
const DAY: f64 = 86_400e6;

/// Values of some columns, by place among the allowed ones and among their values.
#[derive(Clone, Debug)]
struct Trial {
    picks: Vec<(usize, usize)>,
    cost: f64,
    nearness: f64,
}

/// One row whose decision is to flip.
pub struct One<'a, M> {
    pub search: &'a FlipSearch<'a, M>,
    pub frame: &'a Frame,
    pub row: usize,
    /// The row alone.
    pub data: Encoded,
    /// The decision on it.
    pub before: usize,
    pub cx: &'a Context<'a>,
}

/// A column set to a value: its place among the allowed ones, and where the value is encoded.
type Set<'a> = (usize, &'a Encoded, usize);

impl<M> One<'_, M>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    /// The change of fewest columns that flips the decision, of those the one of least cost that was found.
    pub fn flip(&self) -> Result<Option<Flip>> {
        let FlipSearch { allowed, decision, most, .. } = self.search;
        let own: Vec<Cells> = allowed.iter().map(|a| self.own(&a.vary.column)).collect::<Result<_>>()?;
        let candidates: Vec<Vec<(usize, f64)>> = (0..allowed.len()).map(|a| self.candidates(a, &own[a])).collect();
        let mut beam = vec![Trial { picks: Vec::new(), cost: 0.0, nearness: 0.0 }];
        for _ in 0..*most {
            let mut trials = extended(&beam, &candidates);
            if trials.is_empty() {
                break;
            }
            let sets: Vec<Vec<Set<'_>>> =
                trials.iter().map(|t| t.picks.iter().map(|&(a, v)| (a, &allowed[a].set, v)).collect()).collect();
            let predictions = self.predict(&sets)?;
            let flipped = (0..trials.len()).filter(|&i| decision.is_flipped(&predictions, i, self.before));
            if let Some(best) = flipped.min_by(|&a, &b| trials[a].cost.total_cmp(&trials[b].cost)) {
                return self.refined(&trials[best].picks, &own).map(Some);
            }
            for (i, trial) in trials.iter_mut().enumerate() {
                trial.nearness = decision.nearness(&predictions, i, self.before);
            }
            beam = nearest(trials);
        }
        Ok(None)
    }

    /// The row's own value of a column.
    fn own(&self, column: &str) -> Result<Cells> {
        Cells::read(&self.frame.column_taken(column, &[self.row])?)
    }

    /// The values that an allowed column may take, with what they cost.
    fn candidates(&self, nth: usize, own: &Cells) -> Vec<(usize, f64)> {
        let Allowed { vary, direction, .. } = &self.search.allowed[nth];
        let here = place_of(own);
        let may = |v: &usize| {
            let (at, goes) = (vary.at[*v], vary.cells.take(&[*v]) != *own);
            goes && match (direction, at, here) {
                (Direction::Any, ..) => true,
                (Direction::Up, Some(at), Some(here)) => at > here,
                (Direction::Down, Some(at), Some(here)) => at < here,
                _ => false,
            }
        };
        (0..vary.len()).filter(may).map(|v| (v, self.cost(&vary.column, here, vary.at[v]))).collect()
    }

    fn cost(&self, column: &str, from: Option<f64>, to: Option<f64>) -> f64 {
        from.zip(to).map_or(1.0, |(from, to)| (to - from).abs() / self.search.known.width(column))
    }

    /// The row with some columns set, once for each entry.
    fn predict(&self, trials: &[Vec<Set<'_>>]) -> Result<Predictions> {
        let mut data = self.data.take(&vec![0; trials.len()]);
        for (at, trial) in trials.iter().enumerate() {
            trial.iter().for_each(|&(a, set, v)| self.search.allowed[a].place.copy(set, v, &mut data, at));
        }
        self.search.fitted.predict_encoded(data, self.cx)
    }

    /// The same columns, those whose values were left to us moved no farther than the flip needs.
    fn refined(&self, picks: &[(usize, usize)], own: &[Cells]) -> Result<Flip> {
        let FlipSearch { fitted, allowed, decision, .. } = self.search;
        let mut values: Vec<(usize, Cells)> = picks.iter().map(|&(a, v)| (a, allowed[a].vary.cells.take(&[v]))).collect();
        for nth in 0..values.len() {
            let a = values[nth].0;
            let (Some(from), true) = (place_of(&own[a]), allowed[a].vary.free) else { continue };
            let mut from = from;
            for _ in 0..2 {
                let Some(to) = place_of(&values[nth].1) else { break };
                let between = self.between(a, from, to, &values[nth].1);
                if between.is_empty() {
                    break;
                }
                let set = encoded(fitted, &allowed[a].vary.column, &between)?;
                let fixed = values.iter().map(|(a, cells)| Ok((*a, encoded(fitted, &allowed[*a].vary.column, cells)?)));
                let fixed: Vec<(usize, Encoded)> = fixed.collect::<Result<_>>()?;
                let with = |v: usize| {
                    let others = fixed.iter().filter(|(other, _)| *other != a).map(|(other, set)| (*other, set, 0));
                    others.chain([(a, &set, v)]).collect()
                };
                let trials: Vec<Vec<Set<'_>>> = (0..between.len()).map(with).collect();
                let predictions = self.predict(&trials)?;
                let first = (0..between.len()).find(|&v| decision.is_flipped(&predictions, v, self.before));
                let Some(first) = first else { break };
                if let Some(before) = first.checked_sub(1).and_then(|v| place_of(&between.take(&[v]))) {
                    from = before;
                }
                values[nth].1 = between.take(&[first]);
            }
        }
        self.told(&values, own)
    }

    /// Values from the row's own, itself not counted, to one that flips.
    #[expect(clippy::cast_possible_truncation, reason = "microseconds of a date lie within i64")]
    fn between(&self, nth: usize, from: f64, to: f64, like: &Cells) -> Cells {
        let column = &self.search.allowed[nth].vary.column;
        // Away from the row's own value, so that the last is the one that flips.
        let unit = match like {
            Cells::Dates(_) => DAY,
            _ if self.search.known.is_whole(column) => 1.0,
            _ => 0.0,
        };
        let round = |v: f64| {
            if unit == 0.0 {
                v
            } else if to > from {
                ((v / unit).ceil() * unit).min(to)
            } else {
                ((v / unit).floor() * unit).max(to)
            }
        };
        let mut steps: Vec<f64> = (1..=BETWEEN)
            .map(|i| if i == BETWEEN { to } else { round(from + (to - from) * f64::from(i) / f64::from(BETWEEN)) })
            .collect();
        steps.dedup();
        let in_words = |v: f64| if matches!(like, Cells::Dates(_)) { day(v as i64) } else { plain(v) };
        steps.retain(|v| {
            self.search.conditions.iter().filter(|c| c.column == *column).all(|c| c.holds(Some(*v), &in_words(*v)))
        });
        match like {
            Cells::Dates(_) => Cells::Dates(steps.into_iter().map(|v| Some(v as i64)).collect()),
            _ => Cells::Numbers(steps.into_iter().map(Some).collect()),
        }
    }

    /// The change in words, predicted once more: numbers as they are told, where that is enough, else with all digits.
    fn told(&self, values: &[(usize, Cells)], own: &[Cells]) -> Result<Flip> {
        let rounded: Vec<(usize, Cells)> = values.iter().map(|(a, cells)| (*a, as_told(cells))).collect();
        let FlipSearch { fitted, allowed, decision, known, .. } = self.search;
        for values in [&rounded[..], values] {
            let mut frame = self.frame.take(&[self.row]);
            let mut changes = Vec::new();
            for (a, cells) in values {
                let column = &allowed[*a].vary.column;
                let from = words(&frame, column, 0)?;
                frame.data.with_column(cells.series(column))?;
                let to = match cells {
                    Cells::Numbers(numbers) if as_told(cells) != *cells => numbers[0].unwrap_or_default().to_string(),
                    Cells::Dates(moments) if as_told(cells) != *cells => time(moments[0].unwrap_or_default()),
                    _ => words(&frame, column, 0)?,
                };
                let cost = self.cost(column, place_of(&own[*a]), place_of(cells));
                changes.push(Change { column: column.clone(), from, to, cost });
            }
            let predictions = fitted.run(frame, self.cx)?;
            if decision.is_flipped(&predictions, 0, self.before) {
                return Ok(Flip { decisions: [self.before, decision.of(&predictions, 0)], changes, predictions });
            }
        }
        Err(Error::Internal(format!("a change that flips \"{}\" does not when predicted again", known.schema.target.name)))
    }
}

/// A single value as its words say: a number with six digits, the beginning of a day.
fn as_told(cells: &Cells) -> Cells {
    match cells {
        Cells::Numbers(values) => Cells::Numbers(values.iter().map(|v| v.and_then(|v| plain(v).parse().ok())).collect()),
        Cells::Dates(values) => Cells::Dates(values.iter().map(|v| v.and_then(|v| moment(&day(v)))).collect()),
        Cells::Texts(_) => cells.clone(),
    }
}

/// A moment to the second.
fn time(micros: i64) -> String {
    chrono::DateTime::from_timestamp_micros(micros).map_or_else(|| day(micros), |t| t.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// A single number or moment; `None` for levels and gaps.
fn place_of(cells: &Cells) -> Option<f64> {
    match cells {
        Cells::Numbers(values) => values.first().copied().flatten(),
        Cells::Dates(values) => values.first().copied().flatten().map(|v| v as f64),
        Cells::Texts(_) => None,
    }
}

/// Every trial with one more column changed, each set of changes once.
fn extended(beam: &[Trial], candidates: &[Vec<(usize, f64)>]) -> Vec<Trial> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for trial in beam {
        for (a, values) in candidates.iter().enumerate().filter(|(a, _)| trial.picks.iter().all(|(other, _)| other != a)) {
            for &(v, cost) in values {
                let mut picks = trial.picks.clone();
                picks.push((a, v));
                picks.sort_unstable();
                if seen.insert(picks.clone()) {
                    all.push(Trial { picks, cost: trial.cost + cost, nearness: 0.0 });
                }
            }
        }
    }
    all
}

/// The trials to build on: the nearest, and those that came nearest for what they cost.
fn nearest(mut trials: Vec<Trial>) -> Vec<Trial> {
    let by = |key: &dyn Fn(&Trial) -> f64, trials: &mut Vec<Trial>| {
        trials.sort_by(|a, b| key(b).total_cmp(&key(a)).then_with(|| a.picks.cmp(&b.picks)));
        trials.drain(..trials.len().min(BEAM)).collect::<Vec<_>>()
    };
    let worst = trials.iter().map(|t| t.nearness).fold(f64::INFINITY, f64::min);
    let mut beam = by(&|t| t.nearness, &mut trials);
    beam.extend(by(&|t| (t.nearness - worst) / t.cost.max(1e-9), &mut trials));
    beam
}
