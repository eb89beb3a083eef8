//! Choosing a correction of probabilities by predictions out of fold.

use super::recipe::is_weighed;
use crate::calibrate::{Calibrate, Calibration};
use crate::config::Config;
use crate::data::{Predictions, Truth};
use crate::metrics::{Metric, Spread, score};
use crate::report::{Gain, Scored};
use crate::validate::HeldOut;

/// The correction asked for. Rows that are weighed on purpose make probabilities that are off on purpose: only what is set
/// by name takes that back.
pub fn method(config: &Config) -> Calibrate {
    match config.calibrate.method {
        Calibrate::Auto if is_weighed(config) => Calibrate::None,
        method => method,
    }
}

/// The correction that the rows say, and what it makes of them: those of each fold corrected by what the others say.
pub fn choose(setting: Calibrate, said: HeldOut) -> (Option<Calibration>, HeldOut) {
    let mut best: Option<(Calibrate, HeldOut)> = None;
    for candidate in setting.candidates(&class_counts(&said)) {
        let corrected = crossed(candidate, &said);
        let before = best.as_ref().map_or(&said, |(_, best)| best);
        if setting != Calibrate::Auto || clearly_better(&corrected, before) {
            best = Some((candidate, corrected));
        }
    }
    match best {
        Some((candidate, corrected)) => (candidate.fit(&said.truth, &said.predictions), corrected),
        None => (None, said),
    }
}

/// The rows of each fold corrected by what those of the others say.
fn crossed(candidate: Calibrate, said: &HeldOut) -> HeldOut {
    let correct = |fold: usize| {
        let (own, others) = (said.of_fold(fold).predictions, said.beside_fold(fold));
        match candidate.fit(&others.truth, &others.predictions) {
            Some(calibration) => calibration.apply(own),
            None => own,
        }
    };
    let all = said.folds().into_iter().map(correct).reduce(|mut all, next| {
        all.extend(next);
        all
    });
    HeldOut { predictions: all.unwrap_or_else(|| said.predictions.clone()), ..said.clone() }
}

/// Whether the log-loss is lower by more than its uncertainty.
fn clearly_better(corrected: &HeldOut, before: &HeldOut) -> bool {
    let scored = |rows: &HeldOut| {
        let of_fold = |fold| {
            let own = rows.of_fold(fold);
            score(&own.truth, &own.predictions).get(&Metric::Logloss).copied().flatten()
        };
        let losses = rows.folds().into_iter().map(of_fold).collect();
        Scored { cv: [(Metric::Logloss, Spread::of(losses))].into(), ..Scored::default() }
    };
    Gain::of(Metric::Logloss, &scored(corrected), &scored(before)).is_some_and(|gain| gain.mean > 0.0 && gain.is_clear())
}

/// Rows of each class; empty for numbers.
fn class_counts(said: &HeldOut) -> Vec<usize> {
    let (Truth::Classes(codes), Predictions::Classes { labels, .. }) = (&said.truth, &said.predictions) else {
        return Vec::new();
    };
    let mut counts = vec![0; labels.len()];
    codes.iter().for_each(|c| counts[*c as usize] += 1);
    counts
}
