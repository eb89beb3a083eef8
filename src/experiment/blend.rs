//! Whether a linear model has a share in the predictions: decided by rows out of fold, and judged on others.
//!
//! A stack of two models (Wolpert 1992) whose shares are not negative and sum to 1 (Breiman 1996, "Stacked regressions").
//! Where a target is close to a weighted sum of the columns, a network needs many rows to find what a linear model
//! knows from the start.

use crate::data::{Frame, Predictions, Training, Truth};
use crate::error::Result;
use crate::learn::{Fitted, Learn};
use crate::metrics::Spread;
use crate::pipeline::{Context, Pipeline};
use crate::train::{Model, TrainLinear};
use crate::validate::HeldOut;

/// Shares are tried in steps of a twentieth: their loss is flat around the best.
const STEPS: u32 = 20;
/// What a share has to save of the loss for its keep: a second kind of model to store, to run and to explain.
const LEAST_GAIN: f64 = 0.01;

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

/// The share of the linear model, as predictions of the same rows by both have it; nothing where it does not pay.
///
/// It pays where the loss of the folds, each with the share that the other ones say, falls by more than the least gain and
/// by more than its standard error.
pub fn share(network: &HeldOut, linear: &HeldOut) -> Option<f64> {
    let (mut before, mut gains) = (Vec::new(), Vec::new());
    for fold in network.folds() {
        let own = Pairs::new(&network.of_fold(fold), &linear.of_fold(fold));
        let others = Pairs::new(&network.beside_fold(fold), &linear.beside_fold(fold));
        let alone = own.loss(0.0);
        before.push(alone);
        gains.push(alone - own.loss(others.best_share()));
    }
    let share = Pairs::new(network, linear).best_share();
    (share > 0.0 && pays(&gains, &before)).then_some(share)
}

/// Whether gains of folds are worth it beside the losses before.
fn pays(gains: &[f64], before: &[f64]) -> bool {
    let spread = |values: &[f64]| Spread::of(values.iter().map(|v| v.is_finite().then_some(*v)).collect());
    let Spread { mean: Some(gain), sd: Some(sd), folds } = spread(gains) else { return false };
    let error = sd / (folds.len() as f64).sqrt();
    spread(before).mean.is_some_and(|loss| gain >= LEAST_GAIN * loss) && gain > error
}

/// What both models say of rows, as the loss takes it: the probability of the true class, or the error.
struct Pairs {
    values: Vec<[f64; 2]>,
    numbers: bool,
}

impl Pairs {
    fn new(network: &HeldOut, linear: &HeldOut) -> Self {
        let said = |predictions: &Predictions, row: usize| match (predictions, &network.truth) {
            (Predictions::Classes { labels, probabilities }, Truth::Classes(codes)) => {
                probabilities[row * labels.len() + codes[row] as usize]
            }
            (Predictions::Numbers(values), Truth::Numbers(truth)) => values[row] - truth[row],
            _ => f64::NAN,
        };
        let values = (0..network.rows.len()).map(|row| [&network.predictions, &linear.predictions].map(|p| said(p, row)));
        Self { values: values.collect(), numbers: matches!(network.truth, Truth::Numbers(_)) }
    }

    /// Root of the mean squared error, or mean log-loss, with a share of the linear model.
    fn loss(&self, share: f64) -> f64 {
        let mixed = self.values.iter().map(|[a, b]| a + share * (b - a));
        let rows = self.values.len() as f64;
        if self.numbers {
            (mixed.map(|error| error * error).sum::<f64>() / rows).sqrt()
        } else {
            mixed.map(|p| -p.max(f64::MIN_POSITIVE).ln()).sum::<f64>() / rows
        }
    }

    /// The share with the least loss, the smallest of them.
    fn best_share(&self) -> f64 {
        let (mut best, mut least) = (0.0, self.loss(0.0));
        for step in 1..=STEPS {
            let share = f64::from(step) / f64::from(STEPS);
            let loss = self.loss(share);
            // It is convex: once it no longer falls, it never does again. On most tables that is at once.
            if loss.is_nan() || loss >= least {
                break;
            }
            (best, least) = (share, loss);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Predictions of as many folds of as many rows each.
    fn held_out(folds: usize, predictions: Predictions, truth: Truth) -> HeldOut {
        let each = truth.len() / folds;
        HeldOut { rows: (0..truth.len()).map(|row| (row, row / each)).collect(), predictions, truth }
    }

    fn numbers(folds: usize, errors: &[f64]) -> HeldOut {
        held_out(folds, Predictions::Numbers(errors.to_vec()), Truth::Numbers(vec![0.0; errors.len()]))
    }

    #[test]
    fn the_share_of_least_squared_error_by_hand() {
        // Errors 2 and -1 against 0 and 1: (2 - 2s)^2 + (2s - 1)^2 is least at s = 3/4.
        let (network, linear) = (numbers(2, &[2.0, -1.0]), numbers(2, &[0.0, 1.0]));
        let pairs = Pairs::new(&network, &linear);
        assert_eq!(pairs.best_share(), 0.75);
        // Of the first row alone the linear model is right, of the second both are as wrong: half and half has no error.
        let of_fold = |fold| Pairs::new(&network.of_fold(fold), &linear.of_fold(fold)).best_share();
        assert_eq!([0, 1].map(of_fold), [1.0, 0.5]);
        // The root of (4 + 1) / 2.
        assert!((pairs.loss(0.0) - 2.5_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn the_share_of_least_log_loss_by_hand() {
        // The truth has .8 and .4 of one, .4 and .8 of the other: -ln(.8 - .4s) - ln(.4 + .4s) is least at s = 1/2.
        let labels: std::sync::Arc<[String]> = ["a".to_owned(), "b".into()].into();
        let said = |p: [f64; 4]| Predictions::Classes { labels: labels.clone(), probabilities: p.to_vec() };
        let truth = Truth::Classes(vec![0, 1]);
        let network = held_out(2, said([0.8, 0.2, 0.6, 0.4]), truth.clone());
        let linear = held_out(2, said([0.4, 0.6, 0.2, 0.8]), truth);
        let both = Pairs::new(&network, &linear);
        assert_eq!(both.best_share(), 0.5);
        assert!((both.loss(0.5) + 0.6_f64.ln()).abs() < 1e-15);
        assert_eq!(Pairs::new(&network.of_fold(0), &linear.of_fold(0)).best_share(), 0.0);
    }

    #[test]
    fn a_share_must_pay_for_its_keep() {
        let before = [10.0, 10.0, 10.0, 10.0];
        assert!(pays(&[0.2, 0.3, 0.1, 0.2], &before));
        assert!(!pays(&[0.05, 0.05, 0.05, 0.06], &before), "less than a hundredth");
        assert!(!pays(&[2.0, -1.0, 1.0, -1.0], &before), "a quarter, with a standard error of three quarters");
        assert!(!pays(&[1.0], &[10.0]), "a single fold says nothing of the error");
        assert!(!pays(&[f64::NAN, f64::NAN], &[1.0, 1.0]));
    }

    #[test]
    fn a_fold_has_no_say_in_how_it_is_judged() {
        // In folds 0 to 2 the linear model is right, in fold 3 it is ten times as wrong as the network.
        let errors = |right: f64, wrong: f64| [right, right, right, wrong].map(|error| [error; 3]).concat();
        let (network, linear) = (numbers(4, &errors(1.0, 1.0)), numbers(4, &errors(0.0, 10.0)));
        let beside = |linear: &HeldOut, fold| share(&network.beside_fold(fold), &linear.beside_fold(fold));
        assert_eq!([3, 0].map(|fold| beside(&linear, fold)), [Some(1.0), None]);
        assert_eq!(beside(&numbers(4, &errors(0.0, 1e6)), 3), Some(1.0));
    }
}
