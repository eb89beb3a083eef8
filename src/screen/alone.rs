//! What one column alone, and what all others together, say of the target on rows that they did not learn from.

use std::sync::Arc;

use super::partition::{Partition, Target};
use super::scene::Scene;
use super::view::{Cells, View};
use crate::data::{Predictions, Task, Truth};
use crate::error::Result;
use crate::metrics::{Metric, score};
use crate::pipeline::{Context, parallel};

/// Passes of the additive model over its columns, and the step of each.
const ROUNDS: usize = 40;
const STEP: f64 = 0.3;
/// Keeps the step of a part of few rows small.
const RIDGE: f64 = 2.0;
/// Most columns of the additive model: the best alone.
const WIDTH: usize = 100;

/// By what single columns are measured.
pub const fn metric(task: Task) -> Metric {
    match task {
        Task::Binary => Metric::Auc,
        Task::Multiclass => Metric::BalancedAccuracy,
        Task::Regression => Metric::R2,
    }
}

/// A score on a scale where 0 is chance and 1 is perfect.
pub fn strength(metric: Metric, value: f64, classes: usize) -> f64 {
    match metric {
        Metric::Auc => 2.0 * value - 1.0,
        Metric::BalancedAccuracy => {
            let chance = 1.0 / classes.max(2) as f64;
            (value - chance) / (1.0 - chance)
        }
        _ => value,
    }
}

/// The mean score over the folds of every column alone; `None` where it is undefined in all.
pub fn scores(scene: &Scene<'_>, cx: &Context<'_>) -> Result<Vec<Option<f64>>> {
    let target = scene.target();
    parallel(cx.threads(), scene.views.len(), |i| {
        cx.check()?;
        let view = &scene.views[i];
        let folds = scene.folds.iter().filter_map(|(train, judge)| {
            let tree = judged(scene, judge, &guess(view, &target, train, judge));
            let line = line(view, &scene.truth, train, judge).and_then(|p| judged(scene, judge, &p));
            [tree, line].into_iter().flatten().reduce(f64::max)
        });
        let values: Vec<f64> = folds.collect();
        Ok((!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64))
    })
}

/// The score of an additive model of some columns on the first fold: each round adds to every column's parts a step of
/// what is left of the target there (cyclic boosting, Lou, Caruana & Gehrke 2012). For two classes and for numbers.
pub fn together(scene: &Scene<'_>, columns: &[usize], cx: &Context<'_>) -> Result<Option<f64>> {
    let Some((train, judge)) = scene.folds.first() else { return Ok(None) };
    let target = scene.target();
    let columns = &columns[..columns.len().min(WIDTH)];
    let parts = parallel(cx.threads(), columns.len(), |i| {
        cx.check()?;
        Ok(Partition::learn(&scene.views[columns[i]], &target, train))
    })?;
    let values: Vec<f64> = match &scene.truth {
        Truth::Classes(codes) => codes.iter().map(|c| f64::from(*c)).collect(),
        Truth::Numbers(values) => values.clone(),
    };
    let classes = target.classes > 0;
    let mean = train.iter().map(|&r| values[r]).sum::<f64>() / train.len().max(1) as f64;
    let start = if classes { (mean / (1.0 - mean)).ln().clamp(-20.0, 20.0) } else { mean };
    let mut sums = vec![start; values.len()];
    for _ in 0..ROUNDS {
        cx.check()?;
        for parts in &parts {
            let mut left = vec![(0.0, RIDGE); parts.count];
            for &row in train {
                let (rest, weight) = if classes {
                    let p = 1.0 / (1.0 + (-sums[row]).exp());
                    (values[row] - p, p * (1.0 - p))
                } else {
                    (values[row] - sums[row], 1.0)
                };
                let (sum, weights) = &mut left[usize::from(parts.part[row])];
                *sum += rest;
                *weights += weight;
            }
            let steps: Vec<f64> = left.iter().map(|(sum, weights)| STEP * sum / weights).collect();
            for &row in train.iter().chain(judge) {
                sums[row] += steps[usize::from(parts.part[row])];
            }
        }
    }
    let predictions = if classes {
        let rows = judge.iter().map(|&r| 1.0 / (1.0 + (-sums[r]).exp()));
        Predictions::Classes { labels: labels(2), probabilities: rows.flat_map(|p| [1.0 - p, p]).collect() }
    } else {
        Predictions::Numbers(judge.iter().map(|&r| sums[r]).collect())
    };
    Ok(judged(scene, judge, &predictions))
}

/// What the parts of one column say of the `judge` rows, learned from the `train` rows.
fn guess(view: &View, target: &Target, train: &[usize], judge: &[usize]) -> Predictions {
    let parts = Partition::learn(view, target, train);
    let outcomes = parts.outcomes(target, train);
    let of = |row: &usize| &outcomes[usize::from(parts.part[*row])];
    if target.classes == 0 {
        return Predictions::Numbers(judge.iter().map(|row| of(row)[0] + target.center).collect());
    }
    // Over the share of the class among all rows: the class that is called is the one that balanced accuracy asks for.
    let shares = target.shares(train);
    let scaled = |row: &usize| {
        let odds: Vec<f64> = of(row).iter().zip(&shares).map(|(p, share)| if *share > 0.0 { p / share } else { 0.0 }).collect();
        let sum: f64 = odds.iter().sum();
        odds.into_iter().map(move |o| if sum > 0.0 { o / sum } else { 0.0 })
    };
    Predictions::Classes { labels: labels(target.classes), probabilities: judge.iter().flat_map(scaled).collect() }
}

/// The least squares line of a numeric target on a numeric column: it sees between the steps of a tree.
fn line(view: &View, truth: &Truth, train: &[usize], judge: &[usize]) -> Option<Predictions> {
    let (Cells::Numbers(x), Truth::Numbers(y)) = (&view.cells, truth) else { return None };
    let known: Vec<(f64, f64)> = train.iter().filter_map(|&r| Some((x[r]?, y[r]))).collect();
    let n = known.len() as f64;
    let (mx, my) = (known.iter().map(|p| p.0).sum::<f64>() / n, known.iter().map(|p| p.1).sum::<f64>() / n);
    let (sxx, sxy) = known.iter().fold((0.0, 0.0), |(xx, xy), (x, y)| (xx + (x - mx).powi(2), xy + (x - mx) * (y - my)));
    let slope = sxy / sxx;
    slope.is_finite().then(|| Predictions::Numbers(judge.iter().map(|&r| x[r].map_or(my, |x| my + slope * (x - mx))).collect()))
}

fn judged(scene: &Scene<'_>, judge: &[usize], predictions: &Predictions) -> Option<f64> {
    score(&scene.truth.take(judge), predictions).get(&scene.metric).copied().flatten()
}

fn labels(count: usize) -> Arc<[String]> {
    (0..count).map(|i| i.to_string()).collect()
}
