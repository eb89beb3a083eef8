//! Permutation importance of columns and of groups of them (Breiman 2001; Fisher et al. 2019).

use std::collections::BTreeMap;

use super::mix::{Place, shuffled};
use crate::data::{Dataset, Frame, Predictions, Truth};
use crate::error::{Error, Result};
use crate::learn::Fitted;
use crate::metrics::{Metric, Scores, moments, score};
use crate::pipeline::{Context, Pipeline, parallel};
use crate::report::Loss;

/// Resamples of the rows behind the intervals; each takes one of the shuffles.
const RESAMPLES: usize = 50;
/// The normal quantile of the ends of the central 95 %.
const Z: f64 = 1.96;

/// How much every metric suffers when some columns are shuffled together.
#[derive(Clone, Debug, PartialEq)]
pub struct ShuffleLoss {
    pub columns: Vec<String>,
    /// Metrics that are undefined on the rows are left out.
    pub losses: BTreeMap<Metric, Loss>,
}

/// Shuffles each set of columns among rows with a target, `shuffles` times, and scores the predictions.
///
/// `sets` holds positions among the columns that reach the network ([`super::Explainer::columns`]). The interval is the loss ±
/// 1.96 standard deviations of losses over bootstrap resamples of the rows with one shuffle each: what other rows and other
/// shuffles would give.
///
/// # Errors
/// If the frame has no target or lacks a column, or the user asks to stop.
pub fn importance<M>(
    fitted: &Fitted<M>,
    frame: &Frame,
    sets: &[Vec<usize>],
    shuffles: usize,
    cx: &Context<'_>,
) -> Result<Vec<ShuffleLoss>>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    let truth = frame.truth.as_ref().ok_or_else(|| Error::Internal("rows without a target cannot judge".into()))?;
    let places = Place::all(fitted);
    let data = fitted.encode(frame)?;
    let whole = fitted.predict_encoded(data.clone(), cx)?;
    let draws: Vec<Vec<usize>> = (0..RESAMPLES)
        .map(|i| {
            let mut rng = cx.seed().derive("importance resample", i as u64).rng();
            (0..frame.height()).map(|_| rng.below(frame.height())).collect()
        })
        .collect();
    let resampled = |predictions: &Predictions, rows: &[usize]| score(&truth.take(rows), &predictions.take(rows));
    let plain = score(truth, &whole);
    let drawn = parallel(cx.threads(), draws.len(), |i| {
        cx.check()?;
        Ok(resampled(&whole, &draws[i]))
    })?;
    let single = cx.with_threads(1);
    parallel(cx.threads(), sets.len(), |nth| {
        let set = &sets[nth];
        let columns: Vec<String> = set.iter().map(|&c| places[c].name.clone()).collect();
        let mut shuffled_scores = Vec::with_capacity(shuffles);
        let mut resampled_scores: Vec<Option<Scores>> = vec![None; draws.len()];
        for shuffle in 0..shuffles {
            cx.check()?;
            let mut order: Vec<usize> = (0..frame.height()).collect();
            cx.seed().derive(&columns.join("\n"), shuffle as u64).rng().shuffle(&mut order);
            let predictions = fitted.predict_encoded(shuffled(&places, &data, set, &order), &single)?;
            shuffled_scores.push(score(truth, &predictions));
            for (i, rows) in draws.iter().enumerate().filter(|(i, _)| i % shuffles == shuffle) {
                resampled_scores[i] = Some(resampled(&predictions, rows));
            }
        }
        let loss = |metric: &Metric| {
            let lost = |before: &Scores, after: &Scores| {
                let (before, after) = (before[metric]?, after[metric]?);
                Some(if metric.higher_is_better() { before - after } else { after - before })
            };
            let losses: Option<Vec<f64>> = shuffled_scores.iter().map(|after| lost(&plain, after)).collect();
            let spread = drawn.iter().zip(&resampled_scores).filter_map(|(b, a)| lost(b, a.as_ref()?));
            let (mean, sd) = moments(&losses?);
            let (_, margin) = moments(&spread.collect::<Vec<_>>());
            Some(Loss { mean, sd, low: mean - Z * margin, high: mean + Z * margin })
        };
        let losses = plain.keys().filter_map(|metric| Some((*metric, loss(metric)?))).collect();
        Ok(ShuffleLoss { columns, losses })
    })
}

/// Mean loss of each row: squared error, or log loss.
#[must_use]
pub fn row_losses(truth: &Truth, predictions: &Predictions) -> Vec<f64> {
    match (truth, predictions) {
        (Truth::Numbers(truth), Predictions::Numbers(values)) => {
            truth.iter().zip(values).map(|(y, p)| (y - p).powi(2)).collect()
        }
        (Truth::Classes(codes), Predictions::Classes { labels, probabilities }) => codes
            .iter()
            .zip(probabilities.chunks(labels.len()))
            .map(|(code, p)| -p[*code as usize].clamp(1e-15, 1.0).ln())
            .collect(),
        _ => Vec::new(),
    }
}
