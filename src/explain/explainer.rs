use super::mix::{Place, mixed};
use super::{Aim, Attribution, Coalition, Effort, Game, Goal, shapley};
use crate::data::{Dataset, Frame, Predictions};
use crate::error::{CleanError, Result};
use crate::learn::{Encoded, Fitted};
use crate::pipeline::{Context, Pipeline, parallel};
use crate::seed::Seed;

/// Explains rows against background rows.
pub struct Explainer<'a, M> {
    fitted: &'a Fitted<M>,
    places: Vec<Place>,
    background: Encoded,
    bases: Predictions,
}

/// The prediction of one row, divided among the columns in the order of [`Explainer::columns`].
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    pub aim: Aim,
    pub parts: Attribution,
}

impl<'a, M> Explainer<'a, M>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    /// Encodes and predicts the background rows once.
    ///
    /// # Errors
    /// If there are none, a column is missing, or the user asks to stop.
    pub fn new(fitted: &'a Fitted<M>, background: &Frame, cx: &Context<'_>) -> Result<Self> {
        if background.height() == 0 {
            let reason = "a prediction is explained by comparing it with others".to_owned();
            return Err(CleanError::NoRows { origin: "the background".into(), reason }.into());
        }
        let data = fitted.encode(background)?;
        let bases = fitted.predict_encoded(data.clone(), cx)?;
        Ok(Self { fitted, places: Place::all(fitted), background: data, bases })
    }

    /// Names of the columns that contribute.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        self.places.iter().map(|p| p.name.as_str()).collect()
    }

    /// Explains every row of a frame, in order. A row's result depends on no other row.
    ///
    /// # Errors
    /// If a column is missing or the user asks to stop.
    pub fn explain(&self, frame: &Frame, goal: Goal, effort: Effort, seed: Seed, cx: &Context<'_>) -> Result<Vec<Explained>> {
        let data = self.fitted.encode(frame)?;
        let predictions = self.fitted.predict_encoded(data.clone(), cx)?;
        let single = cx.with_threads(1);
        parallel(cx.threads(), frame.height(), |row| {
            cx.check()?;
            let aim = goal.aim(&predictions, row);
            let whole = aim.values(&predictions.take(&[row])).first().copied().unwrap_or_default();
            let game = Against { explainer: self, data: &data, row, aim, whole, bases: aim.values(&self.bases), cx: &single };
            Ok(Explained { aim, parts: shapley(&game, effort, seed)? })
        })
    }
}

/// One row against the background.
struct Against<'a, M> {
    explainer: &'a Explainer<'a, M>,
    data: &'a Encoded,
    row: usize,
    aim: Aim,
    whole: f64,
    bases: Vec<f64>,
    cx: &'a Context<'a>,
}

impl<M> Game for Against<'_, M>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    fn columns(&self) -> usize {
        self.explainer.places.len()
    }

    fn whole(&self) -> f64 {
        self.whole
    }

    fn bases(&self) -> &[f64] {
        &self.bases
    }

    fn players(&self, background: usize) -> Vec<usize> {
        let differs = |p: &Place| !p.same((self.data, self.row), (&self.explainer.background, background));
        self.explainer.places.iter().enumerate().filter(|(_, p)| differs(p)).map(|(c, _)| c).collect()
    }

    fn values(&self, coalitions: &[Coalition]) -> Result<Vec<f64>> {
        let Explainer { fitted, places, background, .. } = self.explainer;
        let data = mixed(places, background, (self.data, self.row), coalitions);
        Ok(self.aim.values(&fitted.predict_encoded(data, self.cx)?))
    }
}
