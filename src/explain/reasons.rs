use std::fmt;

use serde::{Deserialize, Serialize};

use super::value::{signed, words};
use super::{Background, Effort, Explained, Explainer, Goal};
use crate::data::{Dataset, Frame, Predictions};
use crate::error::Result;
use crate::learn::Fitted;
use crate::pipeline::{Context, Pipeline};
use crate::seed::Seed;

/// Background rows behind quick reasons.
const QUICK: usize = 16;

/// Why a row is predicted as it is: one column, its value, and what that adds to the prediction of a usual row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub column: String,
    /// The value in words.
    pub value: String,
    /// In probability for classes, in the unit of the target for numbers.
    pub contribution: f64,
}

/// `contract month-to-month, +0.21`
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {}", self.column, self.value, signed(self.contribution))
    }
}

/// The `top` strongest reasons of every row, strongest first, by quick Shapley values: for the probability of the positive
/// of two classes, of the predicted one of more, or the number. The same row has the same reasons in any frame.
///
/// # Errors
/// If a column is missing or the user asks to stop.
pub fn reasons<M>(
    fitted: &Fitted<M>,
    background: &Background,
    frame: &Frame,
    top: usize,
    cx: &Context<'_>,
) -> Result<Vec<Vec<Reason>>>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    let usual = background.frame(&fitted.schema, &fitted.normalizer, QUICK)?;
    let explainer = Explainer::new(fitted, &usual, cx)?;
    let explained = explainer.explain(frame, Goal::default(), Effort::default(), Seed::new(0), cx)?;
    let columns = explainer.columns();
    explained.iter().enumerate().map(|(row, one)| strongest(one, &columns, frame, row, top)).collect()
}

/// The strongest contributions that are any, in words.
///
/// # Errors
/// If a column is missing.
pub fn strongest(explained: &Explained, columns: &[&str], frame: &Frame, row: usize, top: usize) -> Result<Vec<Reason>> {
    let parts = &explained.parts.contributions;
    let mut order: Vec<usize> = (0..parts.len()).filter(|&c| parts[c] != 0.0).collect();
    order.sort_by(|&a, &b| parts[b].abs().total_cmp(&parts[a].abs()));
    order.truncate(top);
    let reason =
        |c: usize| Ok(Reason { column: columns[c].to_owned(), value: words(frame, columns[c], row)?, contribution: parts[c] });
    order.into_iter().map(reason).collect()
}
