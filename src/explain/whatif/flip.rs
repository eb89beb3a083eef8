//! The smallest change of a row that flips a decision (counterfactual explanations; Wachter et al. 2018), over the columns
//! that may change and the values that training rows had.

use super::search::One;
use super::vary::Vary;
use super::{Condition, Decision, Known};
use crate::data::{Dataset, Frame, Predictions};
use crate::error::{Error, Result};
use crate::explain::cells::{Cells, frame_of};
use crate::explain::mix::Place;
use crate::learn::{Encoded, Fitted};
use crate::pipeline::{Context, Pipeline, parallel};

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
    pub(super) fitted: &'a Fitted<M>,
    pub(super) known: Known<'a>,
    pub(super) decision: Decision,
    pub(super) allowed: Vec<Allowed>,
    pub(super) conditions: &'a [Condition],
    /// Most columns that change.
    pub(super) most: usize,
}

/// A column that may change.
pub struct Allowed {
    pub vary: Vary,
    pub direction: Direction,
    pub place: Place,
    /// Its values, encoded.
    pub set: Encoded,
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
        let places = Place::all(fitted);
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
        let data = self.fitted.encode(frame)?;
        let predictions = self.fitted.predict_encoded(data.clone(), cx)?;
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
pub fn encoded<M>(fitted: &Fitted<M>, column: &str, cells: &Cells) -> Result<Encoded> {
    let frame = frame_of(&fitted.schema, &fitted.normalizer, cells.len(), &[(column.to_owned(), cells.clone())])?;
    fitted.encode(&frame)
}
