//! Choosing a correction of probabilities by out-of-fold predictions, and judging it on rows it was not fitted on.

use crate::assess::Mitigate;
use crate::calibrate::{Calibrate, Calibration};
use crate::config::Config;
use crate::data::{Predictions, Truth};
use crate::learn::Fitted;
use crate::metrics::{Metric, Scores, spread};
use crate::report::{Gain, Scored};
use crate::train::{ClassWeight, Model};
use crate::validate::CrossValidated;

/// The correction asked for. Rows that are weighed on purpose make probabilities that are off on purpose: only what is set
/// by name takes that back.
pub fn method(config: &Config) -> Calibrate {
    match config.calibrate.method {
        Calibrate::Auto if is_weighed(config) => Calibrate::None,
        method => method,
    }
}

/// Whether the network learns from rows that are weighed on purpose.
pub fn is_weighed(config: &Config) -> bool {
    config.train.class_weight == ClassWeight::Balanced || config.fairness.mitigate == Mitigate::Reweigh
}

/// What correcting with one candidate makes of the folds.
struct Corrected {
    /// Of each fold, fitted on the rows of the others.
    fitted: Vec<Option<Calibration>>,
    predictions: Vec<Predictions>,
    scores: Vec<Scores>,
}

/// Corrects the predictions of each fold by what the rows of the other folds say, and returns the correction for the
/// final model, which all of them say. So the scores of the folds stay those of rows that nothing was fitted on.
pub fn calibrate(setting: Calibrate, validated: &mut CrossValidated<Fitted<Model>>) -> Option<Calibration> {
    let mut chosen: Option<(Calibrate, Corrected)> = None;
    for candidate in setting.candidates(&class_counts(&validated.truth, &validated.predictions)) {
        let corrected = correct(candidate, validated);
        let before = chosen.as_ref().map_or(&validated.scores, |(_, best)| &best.scores);
        if setting != Calibrate::Auto || clearly_better(&corrected.scores, before) {
            chosen = Some((candidate, corrected));
        }
    }
    let (candidate, corrected) = chosen?;
    let last = candidate.fit(&validated.truth, &validated.predictions);
    validated.fitted.iter_mut().zip(corrected.fitted).for_each(|(model, calibration)| model.calibration = calibration);
    validated.replace(corrected.predictions);
    last
}

fn correct(candidate: Calibrate, validated: &CrossValidated<Fitted<Model>>) -> Corrected {
    let all: Vec<usize> = (0..validated.rows.len()).collect();
    let one = |k: usize| {
        let others = validated.beside_fold(k, &all);
        let fitted = candidate.fit(&validated.truth.take(&others), &validated.predictions.take(&others));
        let raw = validated.predictions.take(&validated.of_fold(k));
        let predictions = match &fitted {
            Some(calibration) => calibration.apply(raw),
            None => raw,
        };
        (fitted, predictions)
    };
    let (fitted, predictions): (Vec<_>, Vec<_>) = (0..validated.fitted.len()).map(one).unzip();
    Corrected { scores: validated.judge(&predictions), fitted, predictions }
}

/// Whether the log-loss is lower by more than its uncertainty.
fn clearly_better(scores: &[Scores], before: &[Scores]) -> bool {
    let scored = |scores: &[Scores]| Scored { cv: spread(scores), ..Scored::default() };
    Gain::of(Metric::Logloss, &scored(scores), &scored(before)).is_some_and(|gain| gain.mean > 0.0 && gain.is_clear())
}

/// Rows of each class; empty for numbers.
fn class_counts(truth: &Truth, predictions: &Predictions) -> Vec<usize> {
    let (Truth::Classes(codes), Predictions::Classes { labels, .. }) = (truth, predictions) else { return Vec::new() };
    let mut counts = vec![0; labels.len()];
    codes.iter().for_each(|c| counts[*c as usize] += 1);
    counts
}
