//! What more rows would bring.

use std::collections::HashSet;

use super::blend::Blended;
use super::recipe::Rehearsals;
use crate::config::{Config, Stages};
use crate::data::{Fold, Frame, Predictions, Truth};
use crate::error::{Error, Result};
use crate::explain::members;
use crate::learn::{Fitted, Learn};
use crate::metrics::{Metric, moments, score};
use crate::pipeline::{Context, Pipeline, parallel};
use crate::report::{LearningCurve, LearningPoint};
use crate::train::{Model, Settings};
use crate::validate::{CrossValidated, Splits};

/// Shares of the training rows that are learned from beside all of them.
const SHARES: [f64; 2] = [0.25, 0.5];
const NAMES: [&str; 2] = ["quarter", "half"];
/// Fewest rows of the smallest part.
const FEWEST: f64 = 30.0;
/// Most folds.
const FOLDS: usize = 5;
/// What `auto` allows: so many networks share the time of the folds, or so many multiplications, about a second.
const MEMBERS: usize = 7;
const WORK: f64 = 2e10;

/// The scores after learning from a quarter, half and all of each fold's training rows, by one network of the ensemble,
/// with the share that the linear model has in the fold.
///
/// `None` where the settings leave it out or there are too few rows. `auto` leaves it out where it would take more than about a
/// tenth of the time of the folds and more than about a second; that goes by numbers of rows, weights and epochs, so that
/// it does not depend on the machine.
///
/// # Errors
/// If the user asks to stop.
pub fn learning_curve(
    config: &Config,
    stages: &Stages,
    splits: &Splits,
    (validated, rehearsals): (&CrossValidated<Fitted<Model>>, &Rehearsals),
    cx: &Context<'_>,
) -> Result<Option<LearningCurve>> {
    let folds = &splits.folds[..splits.folds.len().min(config.validate.folds).min(FOLDS)];
    let numbers = matches!(splits.frame.truth, Some(Truth::Numbers(_)));
    let smallest = folds.iter().map(|f| f.train().len()).min().unwrap_or(0) as f64;
    if smallest * SHARES[0] < FEWEST || !wanted(config, validated, folds, numbers) {
        return Ok(None);
    }
    let alone = Learn { normalize: stages.learn.normalize.clone(), train: stages.learn.train.with_networks(1) };
    let metric = Metric::main(splits.frame.schema.target.task);
    let jobs: Vec<(usize, usize)> = (0..SHARES.len()).flat_map(|s| (0..folds.len()).map(move |k| (s, k))).collect();
    let parts = parallel(cx.threads(), jobs.len(), |job| {
        let (share, k) = jobs[job];
        // A name of its own: the checkpoints of the fold itself are of all its rows.
        let cx = cx.part(NAMES[share], k);
        let fold = part(&splits.frame, &folds[k], SHARES[share], &cx)?;
        let (training, holdout) = fold.split(&splits.frame);
        let learner = Blended { learner: &alone, linear: &stages.linear, share: rehearsals.folds[k].recipe.share };
        match learner.run(training, &cx) {
            Ok(fitted) => Ok(Some((fold.train().len(), judge(&fitted, holdout.get(), metric, &cx)?))),
            // So few rows may lack a class: then there is no curve, as with too few rows.
            Err(Error::Train(_)) => Ok(None),
            Err(error) => Err(error),
        }
    })?;
    let mut points = Vec::new();
    for parts in parts.chunks(folds.len()) {
        let Some(parts) = parts.iter().copied().collect::<Option<Vec<_>>>() else { return Ok(None) };
        points.extend(point(&parts));
    }
    let mut whole = Vec::new();
    for (fold, fitted) in folds.iter().zip(&validated.fitted) {
        let one = members(fitted).into_iter().next();
        let holdout = fold.split(&splits.frame).1;
        whole.push((fold.train().len(), judge(one.as_ref().unwrap_or(fitted), holdout.get(), metric, cx)?));
    }
    points.extend(point(&whole));
    Ok((points.len() == SHARES.len() + 1).then_some(LearningCurve { metric, networks: 1, points }))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a number of rows")]
fn wanted(config: &Config, validated: &CrossValidated<Fitted<Model>>, folds: &[Fold], numbers: bool) -> bool {
    config.report.learning_curve.unwrap_or_else(|| {
        let rows = folds.iter().map(|f| f.train().len());
        let parts = rows.clone().flat_map(|rows| SHARES.map(|share| share * rows as f64));
        let passed: f64 =
            parts.map(|rows| rows * Settings::new(&config.model, &config.train, numbers, rows as usize).epochs as f64).sum();
        let weights = validated.fitted.iter().flat_map(|f| &f.parts).next().map_or(0, |part| part.model.network.len());
        // Forward, and twice that backward.
        let work = 3.0 * passed * weights as f64;
        rows.min().is_some_and(|rows| config.model.networks(rows) >= MEMBERS) || work <= WORK
    })
}

/// The fold with a part of its training rows, whole units, in their order.
fn part(frame: &Frame, fold: &Fold, share: f64, cx: &Context<'_>) -> Result<Fold> {
    let mut units: Vec<u32> = fold.train().iter().map(|&r| frame.units[r]).collect();
    units.sort_unstable();
    units.dedup();
    cx.seed().derive("part of the rows", 0).rng().shuffle(&mut units);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the units")]
    let count = (units.len() as f64 * share).ceil() as usize;
    let kept: HashSet<u32> = units.into_iter().take(count).collect();
    let train = fold.train().iter().copied().filter(|&r| kept.contains(&frame.units[r])).collect();
    Fold::new(frame.height(), train, fold.holdout().to_vec()).map_err(|e| Error::Internal(e.to_string()))
}

fn judge(fitted: &Fitted<Model>, holdout: &Frame, metric: Metric, cx: &Context<'_>) -> Result<Option<f64>> {
    let truth: &Truth = holdout.truth.as_ref().ok_or_else(|| Error::Internal("rows without a target cannot judge".into()))?;
    let predictions: Predictions = fitted.run(holdout.clone(), cx)?;
    Ok(score(truth, &predictions).get(&metric).copied().flatten())
}

/// One size; `None` where the metric is undefined in a fold.
fn point(parts: &[(usize, Option<f64>)]) -> Option<LearningPoint> {
    let folds = parts.iter().map(|(_, value)| *value).collect::<Option<Vec<f64>>>()?;
    let (mean, sd) = moments(&folds);
    let rows = parts.iter().map(|(rows, _)| *rows as f64).sum::<f64>() / folds.len() as f64;
    Some(LearningPoint { rows, mean, sd, folds })
}
