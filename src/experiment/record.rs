//! What a record says beyond the scores.

use std::collections::HashMap;

use crate::data::{ColumnHealth, Frame, History, Predictions, Truth};
use crate::learn::Fitted;
use crate::metrics::{self, Cut, Metric};
use crate::pipeline::Context;
use crate::report::{Curves, Importance, Record, Scored};
use crate::train::Model;
use crate::validate::{CrossValidated, Importances};

/// The points of the figures.
pub fn curves(rows: &str, predictions: &Predictions, truth: &Truth, cut: Cut<'_>, cx: &Context<'_>) -> Curves {
    let mut curves = Curves { rows: rows.into(), ..Curves::default() };
    match (predictions, truth) {
        (Predictions::Classes { labels, .. }, Truth::Classes(codes)) => {
            if labels.len() == 2 {
                let scores = predictions.class(1);
                curves.roc = metrics::roc(codes, &scores);
                curves.precision_recall = metrics::precision_recall(codes, &scores);
                curves.calibration = metrics::calibration(codes, &scores);
            }
            curves.confusion = metrics::confusion_at(codes, predictions, cut);
        }
        (Predictions::Numbers(values), Truth::Numbers(truth)) => {
            let mut order: Vec<usize> = (0..values.len()).collect();
            cx.seed().derive("scatter", 0).rng().shuffle(&mut order);
            order.truncate(2000);
            curves.scatter = order.iter().map(|&r| [truth[r], values[r]]).collect();
        }
        _ => {}
    }
    curves
}

pub fn class_counts(frame: &Frame) -> Vec<usize> {
    let mut counts = vec![0; frame.schema.target.labels.len()];
    if let Some(Truth::Classes(codes)) = &frame.truth {
        codes.iter().for_each(|c| counts[*c as usize] += 1);
    }
    counts
}

/// What is known of the columns, with what the final model makes of them.
pub fn health(frame: &Frame, fitted: &Fitted<Model>) -> Vec<ColumnHealth> {
    let encodings: HashMap<&str, String> =
        fitted.normalizer.columns.iter().map(|(name, encoding)| (name.as_str(), encoding.words())).collect();
    let encoding = |name: &str| encodings.get(name).cloned().unwrap_or_default();
    frame.health.iter().map(|h| ColumnHealth { encoding: encoding(&h.name), ..h.clone() }).collect()
}

pub fn histories(validated: &CrossValidated<Fitted<Model>>, fitted: &Fitted<Model>) -> Vec<History> {
    validated.fitted.iter().chain([fitted]).flat_map(|f| &f.parts).flat_map(|part| part.model.histories.clone()).collect()
}

pub fn ranked(importance: Importances) -> Vec<Importance> {
    let mut ranked: Vec<Importance> =
        importance.into_iter().map(|(column, mean, sd)| Importance { column, mean, sd }).collect();
    ranked.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    ranked
}

/// Most memory that the process held, in MiB; absent where the system does not tell.
#[must_use]
pub fn peak_rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// The main metric's values of a run, for lists of runs.
#[must_use]
pub fn headline(record: &Record) -> (Metric, [Option<f64>; 5]) {
    let metric = Metric::main(record.task);
    let cv = |s: &Scored| s.cv.get(&metric).and_then(|s| s.mean);
    let test = record.model.test.get(&metric).and_then(|i| i.value);
    let sd = record.model.cv.get(&metric).and_then(|s| s.sd);
    (metric, [cv(&record.model), sd, test, cv(&record.baseline), cv(&record.linear)])
}
