//! The smallest change of a row that flips a decision (counterfactual explanations; Wachter et al. 2018), over the columns
//! that may change and the values that training rows had.

use std::collections::BTreeSet;

use super::vary::Vary;
use super::{Condition, Known};
use crate::data::{Dataset, Frame, Predictions, day};
use crate::error::{Error, Result};
use crate::explain::cells::{Cells, frame_of};
use crate::explain::mix::Place;
use crate::explain::{plain, words};
use crate::learn::Fitted;
use crate::pipeline::{Context, Pipeline, parallel};

/// Changes that are built on when one more column has to change: those that come nearest to the flip, and those that come
/// near it at least cost.
const BEAM: usize = 8;
/// Values that are tried between the row's own and one that flips, twice.
const BETWEEN: u32 = 32;

/// What is decided by a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// The positive of two classes, from this probability on.
    Positive(f64),
    /// A number of at least this.
    AtLeast(f64),
    /// The most probable class; the flip leads to the given one, or to any other.
    Class(Option<usize>),
}

impl Decision {
    /// The decision on a row: 0 or 1, or the class.
    #[must_use]
    pub fn of(self, predictions: &Predictions, row: usize) -> usize {
        match (self, predictions) {
            (Self::AtLeast(bound) | Self::Positive(bound), Predictions::Numbers(values)) => usize::from(values[row] >= bound),
            (Self::Positive(bound) | Self::AtLeast(bound), Predictions::Classes { labels, probabilities }) => {
                usize::from(probabilities[row * labels.len() + labels.len() - 1] >= bound)
            }
            (Self::Class(_), Predictions::Classes { labels, probabilities }) => {
                let p = &probabilities[row * labels.len()..][..labels.len()];
                (1..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best })
            }
            (Self::Class(_), Predictions::Numbers(_)) => 0,
        }
    }

    /// Whether a row that was decided as `before` is flipped.
    fn is_flipped(self, predictions: &Predictions, row: usize, before: usize) -> bool {
        let now = self.of(predictions, row);
        match self {
            Self::Class(Some(wanted)) => now == wanted,
            _ => now != before,
        }
    }

    /// How near a row is to the flip; larger is nearer.
    fn nearness(self, predictions: &Predictions, row: usize, before: usize) -> f64 {
        match (self, predictions) {
            (Self::Class(wanted), Predictions::Classes { labels, probabilities }) => {
                let p = &probabilities[row * labels.len()..][..labels.len()];
                let most = |keep: &dyn Fn(usize) -> bool| (0..p.len()).filter(|c| keep(*c)).map(|c| p[c]).fold(0.0, f64::max);
                match wanted {
                    Some(wanted) => p[wanted] - most(&|c| c != wanted),
                    None => most(&|c| c != before) - p[before],
                }
            }
            (_, Predictions::Numbers(values)) => {
                if before == 0 {
                    values[row]
                } else {
                    -values[row]
                }
            }
            (_, Predictions::Classes { labels, probabilities }) => {
                let p = probabilities[row * labels.len() + labels.len() - 1];
                if before == 0 { p } else { -p }
            }
        }
    }
}

/// Which way a number may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Any,
    Up,
    Down,
}

/// One column that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub column: String,
    /// Values in words.
    pub from: String,
    pub to: String,
    /// Standard deviations of the training rows for a number or date; 1 for a level.
    pub cost: f64,
}

/// A row whose decision is flipped by some changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// Decisions before and after.
    pub decisions: [usize; 2],
    pub changes: Vec<Change>,
    /// The changed row, predicted.
    pub predictions: Predictions,
}

impl Flip {
    /// Sum of the costs.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.changes.iter().map(|c| c.cost).sum()
    }
}

/// Looks for flips.
pub struct FlipSearch<'a, M> {
    fitted: &'a Fitted<M>,
    known: Known<'a>,
    decision: Decision,
    allowed: Vec<Allowed>,
    conditions: &'a [Condition],
    /// Most columns that change.
    most: usize,
}

/// A column that may change.
struct Allowed {
    vary: Vary,
    direction: Direction,
    place: Place,
    /// Its values, encoded.
    set: Dataset,
}

/// Values of some columns, by place among the allowed ones and among their values.
#[derive(Clone, Debug)]
struct Trial {
    picks: Vec<(usize, usize)>,
    cost: f64,
    nearness: f64,
}

impl<'a, M> FlipSearch<'a, M>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    /// Prepares a search over columns, each with the values and the direction it may take.
    ///
    /// # Errors
    /// If a column does not reach the network.
    pub fn new(
        fitted: &'a Fitted<M>,
        known: Known<'a>,
        decision: Decision,
        columns: Vec<(Vary, Direction)>,
        conditions: &'a [Condition],
        most: usize,
    ) -> Result<Self> {
        let places = Place::all(&fitted.normalizer);
        let allow = |(vary, direction): (Vary, Direction)| {
            let place = places.iter().find(|p| p.name == vary.column).cloned();
            let place = place.ok_or_else(|| Error::Internal(format!("\"{}\" does not reach the network", vary.column)))?;
            let vary = vary.keep(conditions);
            let set = encoded(fitted, &vary.column, &vary.cells)?;
            Ok(Allowed { vary, direction, place, set })
        };
        let allowed = columns.into_iter().map(allow).collect::<Result<_>>()?;
        Ok(Self { fitted, known, decision, allowed, conditions, most })
    }

    /// For every row the change of fewest columns that flips the decision, of those the one of least cost that was found;
    /// `None` where none does, or where the wanted class is the predicted one.
    ///
    /// # Errors
    /// If a column is missing or the user asks to stop.
    pub fn run(&self, frame: &Frame, cx: &Context<'_>) -> Result<Vec<Option<Flip>>> {
        let data = self.fitted.normalizer.encode(frame, &mut Vec::new())?;
        let predictions = self.fitted.predict_dataset(data.clone(), cx)?;
        let single = cx.with_threads(1);
        parallel(cx.threads(), frame.height(), |row| {
            cx.check()?;
            let before = self.decision.of(&predictions, row);
            if self.decision.is_flipped(&predictions, row, before) {
                return Ok(None);
            }
            let one = One { search: self, frame, row, data: data.take(&[row]), before, cx: &single };
            one.flip()
        })
    }
}

/// The values of one column as encoded rows, all other columns empty.
fn encoded<M>(fitted: &Fitted<M>, column: &str, cells: &Cells) -> Result<Dataset> {
    let frame = frame_of(&fitted.schema, &fitted.normalizer, cells.len(), &[(column.to_owned(), cells.clone())])?;
    fitted.normalizer.encode(&frame, &mut Vec::new())
}

/// The search for one row.
struct One<'a, M> {
    search: &'a FlipSearch<'a, M>,
    frame: &'a Frame,
    row: usize,
    /// The row alone.
    data: Dataset,
    before: usize,
    cx: &'a Context<'a>,
}

/// A column set to a value: its place among the allowed ones, and where the value is encoded.
type Set<'a> = (usize, &'a Dataset, usize);

impl<M> One<'_, M>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    fn flip(&self) -> Result<Option<Flip>> {
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
        self.search.fitted.predict_dataset(data, self.cx)
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
                if between.len() == 0 {
                    break;
                }
                let set = encoded(fitted, &allowed[a].vary.column, &between)?;
                let fixed = values.iter().map(|(a, cells)| Ok((*a, encoded(fitted, &allowed[*a].vary.column, cells)?)));
                let fixed: Vec<(usize, Dataset)> = fixed.collect::<Result<_>>()?;
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
        let whole = self.search.known.is_whole(column);
        // Away from the row's own value, so that the last is the one that flips.
        let round = |v: f64| match whole {
            false => v,
            true if to > from => v.ceil(),
            true => v.floor(),
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

    /// The change in words, predicted once more.
    fn told(&self, values: &[(usize, Cells)], own: &[Cells]) -> Result<Flip> {
        let FlipSearch { fitted, allowed, decision, known, .. } = self.search;
        let mut frame = self.frame.take(&[self.row]);
        let mut changes = Vec::new();
        for (a, cells) in values {
            let column = &allowed[*a].vary.column;
            let from = words(&frame, column, 0)?;
            frame.data.with_column(cells.series(column))?;
            let cost = self.cost(column, place_of(&own[*a]), place_of(cells));
            changes.push(Change { column: column.clone(), from, to: words(&frame, column, 0)?, cost });
        }
        let predictions = fitted.predict(&frame, &mut Vec::new(), self.cx)?;
        let after = decision.of(&predictions, 0);
        if !decision.is_flipped(&predictions, 0, self.before) {
            return Err(Error::Internal(format!("a change of \"{}\" did not flip the decision", known.schema.target.name)));
        }
        Ok(Flip { decisions: [self.before, after], changes, predictions })
    }
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
