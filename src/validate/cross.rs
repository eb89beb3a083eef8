use std::collections::{BTreeSet, HashSet};

use crate::data::{Fold, Frame, Predictions, Training, Truth};
use crate::error::{Error, Result};
use crate::metrics::{Scores, score};
use crate::pipeline::{Context, Event, Pipeline, parallel};

/// Learns and judges once per fold. It knows of the learner only that it is a stage from training rows to a stage
/// from rows to predictions.
pub struct CrossValidate<'a, L: Pipeline> {
    pub learner: &'a L,
    pub folds: &'a [Fold],
    /// What is kept of what was learned in a fold, once it has judged; all of it may not fit into memory.
    pub keep: fn(L::Output) -> L::Output,
}

/// What cross-validation found.
#[derive(Clone, Debug)]
pub struct CrossValidated<M> {
    /// What was learned in each fold.
    pub fitted: Vec<M>,
    pub scores: Vec<Scores>,
    /// What these say of the rows of their folds.
    pub held_out: HeldOut,
}

impl<M> CrossValidated<M> {
    /// Puts other predictions of each fold in the place of those that there are.
    pub fn replace(&mut self, folds: Vec<Predictions>) {
        self.scores = folds.iter().enumerate().map(|(k, said)| score(&self.held_out.of_fold(k).truth, said)).collect();
        let all = folds.into_iter().reduce(|mut all, next| {
            all.extend(next);
            all
        });
        if let Some(all) = all {
            self.held_out.predictions = all;
        }
    }
}

/// Predictions of rows by models that never saw them.
#[derive(Clone, Debug)]
pub struct HeldOut {
    /// Position in the frame and number of the fold of each prediction, fold after fold.
    pub rows: Vec<(usize, usize)>,
    pub predictions: Predictions,
    pub truth: Truth,
}

impl HeldOut {
    /// The folds that there are.
    #[must_use]
    pub fn folds(&self) -> BTreeSet<usize> {
        self.rows.iter().map(|row| row.1).collect()
    }

    /// Positions in the frame.
    #[must_use]
    pub fn positions(&self) -> Vec<usize> {
        self.rows.iter().map(|row| row.0).collect()
    }

    /// Those of one fold.
    #[must_use]
    pub fn of_fold(&self, fold: usize) -> Self {
        self.only(|row| row.1 == fold)
    }

    /// Those that may be learned from where a fold judges: where folds are drawn repeatedly, a row stands in several, and
    /// none of its predictions may be used where one of them judges.
    #[must_use]
    pub fn beside_fold(&self, fold: usize) -> Self {
        let own: HashSet<usize> = self.rows.iter().filter(|row| row.1 == fold).map(|row| row.0).collect();
        self.only(|row| !own.contains(&row.0))
    }

    /// Every row once, as the first fold that judged it did.
    #[must_use]
    pub fn once(&self) -> Self {
        let mut seen = HashSet::new();
        self.only(|row| seen.insert(row.0))
    }

    fn only(&self, mut keep: impl FnMut(&(usize, usize)) -> bool) -> Self {
        let places: Vec<usize> = (0..self.rows.len()).filter(|&place| keep(&self.rows[place])).collect();
        let rows = places.iter().map(|&place| self.rows[place]).collect();
        Self { rows, predictions: self.predictions.take(&places), truth: self.truth.take(&places) }
    }
}

impl<L> Pipeline for CrossValidate<'_, L>
where
    L: Pipeline<Input = Training<Frame>> + Sync,
    L::Output: Pipeline<Input = Frame, Output = Predictions> + Send,
{
    type Input = Frame;
    type Output = CrossValidated<L::Output>;

    fn name(&self) -> &'static str {
        "validate"
    }

    fn run(&self, frame: Frame, cx: &Context<'_>) -> Result<Self::Output> {
        let total = self.folds.len() as u64;
        let done = std::sync::atomic::AtomicU64::new(0);
        let folds = parallel(cx.threads(), self.folds.len(), |k| {
            let cx_fold = cx.part("fold", k);
            let (training, holdout) = self.folds[k].split(&frame);
            let fitted = cx_fold.run(self.learner, training)?;
            let holdout = holdout.into_inner();
            let truth = holdout.truth.clone().ok_or_else(|| Error::Internal("rows without a target cannot judge".into()))?;
            let predictions = fitted.run(holdout, &cx_fold)?;
            let done = 1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            cx.event(&Event::Step { stage: "validate", done, total });
            Ok(((self.keep)(fitted), score(&truth, &predictions), predictions, truth))
        })?;
        let rows = self.folds.iter().enumerate().flat_map(|(k, f)| f.holdout().iter().map(move |&r| (r, k))).collect();
        let (mut fitted, mut scores) = (Vec::new(), Vec::new());
        let mut all: Option<(Predictions, Truth)> = None;
        for (model, s, p, t) in folds {
            fitted.push(model);
            scores.push(s);
            match &mut all {
                None => all = Some((p, t)),
                Some((predictions, truth)) => {
                    predictions.extend(p);
                    truth.extend(t);
                }
            }
        }
        let (predictions, truth) = all.ok_or_else(|| Error::Internal("cross-validation without folds".into()))?;
        Ok(CrossValidated { fitted, scores, held_out: HeldOut { rows, predictions, truth } })
    }
}
