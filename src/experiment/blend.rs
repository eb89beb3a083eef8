//! Whether a linear model has a share in the predictions: decided by rows out of fold, and judged on others.
//!
//! A stack of two models (Wolpert 1992) whose shares are not negative and sum to 1 (Breiman 1996, "Stacked regressions").
//! Where a target is close to a weighted sum of the columns, a network needs many rows to find what a linear model
//! knows from the start.

use super::calibrate::is_weighed;
use crate::config::Config;
use crate::data::{Frame, Predictions, Training, Truth};
use crate::error::Result;
use crate::learn::{Fitted, Learn};
use crate::metrics::{Metric, Scores, Spread};
use crate::pipeline::{Context, Pipeline};
use crate::train::{Blend, Model, TrainLinear};
use crate::validate::CrossValidated;

/// Shares are tried in steps of a twentieth: their loss is flat around the best.
const STEPS: u32 = 20;
/// What a share has to save of the loss for its keep: a second kind of model to store, to run and to explain.
const LEAST_GAIN: f64 = 0.01;

/// Gives the linear model the share in each fold that the rows of the other folds say, and returns that of the final
/// model, which all of them say. So the scores of the folds stay those of rows that nothing was fitted on.
///
/// Nothing is changed where the settings leave it out, where rows are weighed on purpose for the network alone, and where
/// the loss of the folds does not fall by a hundredth and by more than its standard error.
pub fn blend(
    config: &Config,
    validated: &mut CrossValidated<Fitted<Model>>,
    linear: &CrossValidated<Fitted<Model>>,
) -> Option<f64> {
    if config.model.blend == Blend::None || is_weighed(config) {
        return None;
    }
    let all: Vec<usize> = (0..validated.rows.len()).collect();
    let last = best_share(validated, linear, &all);
    if last == 0.0 {
        return None;
    }
    let folds = 0..validated.fitted.len();
    let shares: Vec<f64> = folds.map(|k| best_share(validated, linear, &validated.beside_fold(k))).collect();
    let mix = |(k, &share): (usize, &f64)| {
        let [net, line] = [&validated.predictions, &linear.predictions].map(|all| all.take(&validated.of_fold(k)));
        Predictions::weighted([(1.0 - share, net), (share, line)])
    };
    let predictions: Vec<Predictions> = shares.iter().enumerate().filter_map(mix).collect();
    if !pays(&validated.judge(&predictions), &validated.scores) {
        return None;
    }
    validated.replace(predictions);
    for ((fitted, linear), share) in validated.fitted.iter_mut().zip(&linear.fitted).zip(shares) {
        if share > 0.0 {
            *fitted = fitted.clone().blend(linear, share);
        }
    }
    Some(last)
}

/// What the network says, with the share of a linear model that was found.
pub struct Blended<'a, L> {
    pub learner: &'a L,
    pub linear: &'a Learn<TrainLinear>,
    pub share: Option<f64>,
}

impl<L: Pipeline<Input = Training<Frame>, Output = Fitted<Model>>> Pipeline for Blended<'_, L> {
    type Input = Training<Frame>;
    type Output = Fitted<Model>;

    fn name(&self) -> &'static str {
        "learn"
    }

    fn run(&self, training: Training<Frame>, cx: &Context<'_>) -> Result<Fitted<Model>> {
        let Some(share) = self.share else { return self.learner.run(training, cx) };
        let linear = self.linear.run(training.clone(), cx)?;
        if share < 1.0 { Ok(self.learner.run(training, cx)?.blend(&linear, share)) } else { Ok(linear) }
    }
}

/// The share of the linear model with the least loss over chosen predictions: log-loss, or squared error.
fn best_share<M>(network: &CrossValidated<M>, linear: &CrossValidated<M>, rows: &[usize]) -> f64 {
    let pairs = pairs(network, linear, rows);
    let loss = |step: &u32| {
        let share = f64::from(*step) / f64::from(STEPS);
        let mixed = pairs.iter().map(|[a, b]| a + share * (b - a));
        match network.truth {
            Truth::Classes(_) => mixed.map(|p| -p.max(f64::MIN_POSITIVE).ln()).sum::<f64>(),
            Truth::Numbers(_) => mixed.map(|error| error * error).sum(),
        }
    };
    let best = (0..=STEPS).min_by(|a, b| loss(a).total_cmp(&loss(b)));
    best.map_or(0.0, |step| f64::from(step) / f64::from(STEPS))
}

/// What both say of rows, as the loss takes it: the probability of the true class, or the error.
fn pairs<M>(network: &CrossValidated<M>, linear: &CrossValidated<M>, rows: &[usize]) -> Vec<[f64; 2]> {
    let said = |predictions: &Predictions, row: usize| match (predictions, &network.truth) {
        (Predictions::Classes { labels, probabilities }, Truth::Classes(codes)) => {
            probabilities[row * labels.len() + codes[row] as usize]
        }
        (Predictions::Numbers(values), Truth::Numbers(truth)) => values[row] - truth[row],
        _ => f64::NAN,
    };
    rows.iter().map(|&row| [&network.predictions, &linear.predictions].map(|p| said(p, row))).collect()
}

/// Whether the loss of the folds falls by more than the least gain and its standard error.
fn pays(after: &[Scores], before: &[Scores]) -> bool {
    let loss = |scores: &Scores| [Metric::Logloss, Metric::Rmse].iter().find_map(|m| scores.get(m).copied().flatten());
    let before = Spread::of(before.iter().map(loss).collect());
    let gains = before.folds.iter().zip(after).map(|(before, after)| Some((*before)? - loss(after)?)).collect();
    let Spread { mean: Some(gain), sd: Some(sd), folds } = Spread::of(gains) else { return false };
    let error = sd / (folds.len() as f64).sqrt();
    before.mean.is_some_and(|loss| gain >= LEAST_GAIN * loss) && gain > error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::score;

    fn validated(predictions: Predictions, truth: Truth) -> CrossValidated<()> {
        let rows = (0..truth.len()).map(|row| (row, row % 2)).collect();
        CrossValidated { fitted: vec![(), ()], scores: Vec::new(), rows, predictions, truth }
    }

    #[test]
    fn the_share_of_least_squared_error_by_hand() {
        // Errors 2 and -1 against 0 and 1: (2 - 2s)^2 + (2s - 1)^2 is least at s = 3/4.
        let truth = Truth::Numbers(vec![10.0, 20.0]);
        let network = validated(Predictions::Numbers(vec![12.0, 19.0]), truth.clone());
        let linear = validated(Predictions::Numbers(vec![10.0, 21.0]), truth);
        assert_eq!(best_share(&network, &linear, &[0, 1]), 0.75);
        // Of the first row alone the linear model is right, of the second both are as wrong: half and half has no error.
        assert_eq!(best_share(&network, &linear, &[0]), 1.0);
        assert_eq!(best_share(&network, &linear, &[1]), 0.5);
    }

    #[test]
    fn the_share_of_least_log_loss_by_hand() {
        // The truth has .8 and .4 of one, .4 and .8 of the other: -ln(.8 - .4s) - ln(.4 + .4s) is least at s = 1/2.
        let labels: std::sync::Arc<[String]> = ["a".to_owned(), "b".into()].into();
        let said = |p: [f64; 4]| Predictions::Classes { labels: labels.clone(), probabilities: p.to_vec() };
        let truth = Truth::Classes(vec![0, 1]);
        let network = validated(said([0.8, 0.2, 0.6, 0.4]), truth.clone());
        let linear = validated(said([0.4, 0.6, 0.2, 0.8]), truth);
        assert_eq!(best_share(&network, &linear, &[0, 1]), 0.5);
        assert_eq!(best_share(&network, &linear, &[0]), 0.0);
    }

    #[test]
    fn a_share_must_pay_for_its_keep() {
        let folds = |losses: &[f64]| losses.iter().map(|&loss| Scores::from([(Metric::Rmse, Some(loss))])).collect::<Vec<_>>();
        let before = folds(&[10.0, 10.0, 10.0, 10.0]);
        assert!(pays(&folds(&[9.8, 9.7, 9.9, 9.8]), &before));
        // Less than a hundredth.
        assert!(!pays(&folds(&[9.95, 9.95, 9.95, 9.94]), &before));
        // Gains of 2, -1, 1 and -1: a quarter, with a standard error of three quarters.
        assert!(!pays(&folds(&[8.0, 11.0, 9.0, 11.0]), &before));
        assert!(!pays(&folds(&[9.0]), &folds(&[10.0])), "a single fold says nothing of the error");
    }

    #[test]
    fn the_folds_are_judged_by_shares_of_the_other_folds() {
        // Even rows are best left to the network, odd ones to the linear model: each fold gets the share of the other.
        let truth = Truth::Numbers(vec![0.0; 4]);
        let network = validated(Predictions::Numbers(vec![0.0, 1.0, 0.0, 1.0]), truth.clone());
        let linear = validated(Predictions::Numbers(vec![1.0, 0.0, 1.0, 0.0]), truth.clone());
        let share = |fold| best_share(&network, &linear, &network.beside_fold(fold));
        assert_eq!([share(0), share(1)], [1.0, 0.0]);
        assert_eq!(score(&truth, &network.predictions)[&Metric::Rmse], Some(0.5_f64.sqrt()));
    }
}
