//! One whole run: clean, split, cross-validate beside two yardsticks, fit, judge on the test part.

mod details;
mod record;

pub use record::headline;

use std::time::Instant;

use crate::artifact::{Lineage, Manifest, ModelFile, network_words};
use crate::config::{Config, Stages};
use crate::data::{Fold, Frame, Predictions, Table, Truth};
use crate::error::{Error, Result};
use crate::learn::{Fitted, Prior};
use crate::metrics::{self, Metric, Scores};
use crate::normalize::Encoding;
use crate::pipeline::{Context, Pipeline, Session, Warning};
use crate::profile::Profile;
use crate::report::{Record, RowCounts, Scored, Timing};
use crate::screen::{Severity, screen};
use crate::train::Model;
use crate::validate::{CrossValidate, CrossValidated, PermutationImportance, Splits};

/// What a run found and made.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub record: Record,
    pub model: ModelFile,
    /// Row number in the source, and `test` or the number of the fold that judged it.
    pub assignment: Vec<(usize, String)>,
    pub out_of_fold: Judged,
}

/// Predictions of rows by models that never saw them.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Row numbers in the source.
    pub rows: Vec<usize>,
    /// Number of the fold of each row.
    pub folds: Vec<usize>,
    pub predictions: Predictions,
    pub truth: Truth,
}

/// Cleans what was collected and divides it.
///
/// # Errors
/// Whatever keeps a stage from its output.
pub fn prepare(stages: &Stages, table: Table, cx: &Context<'_>) -> Result<Splits> {
    let frame = cx.run(&stages.clean, table)?;
    cx.run(&stages.split, frame)
}

/// Runs an experiment on collected rows.
///
/// # Errors
/// Whatever keeps a stage from its output.
pub fn run(config: &Config, stages: &Stages, name: &str, table: Table, session: &Session<'_>) -> Result<Outcome> {
    let start = Instant::now();
    let cx = session.context();
    let (source, collected) = (table.rows.source.clone(), table.height());
    let data_hash = hash(&table);
    let splits = prepare(stages, table.clone(), &cx)?;
    let Splits { frame, last, folds, words } = &splits;
    for finding in screen(stages, &table, &splits, &cx)?.into_iter().filter(|f| f.severity >= Severity::Warning) {
        let warning = Warning::new(finding.code.name(), finding.to_string());
        cx.warn(finding.columns.first().map_or(warning.clone(), |column| warning.column(column)));
    }
    drop(table);

    let validated = cx.run(&CrossValidate { learner: &stages.learn, folds }, frame.clone())?;
    let side = cx.part("yardstick", 0).with_threads(cx.threads());
    let linear = side.run(&CrossValidate { learner: &stages.linear, folds }, frame.clone())?;
    let prior = side.run(&CrossValidate { learner: &Prior, folds }, frame.clone())?;

    let (training, holdout) = last.split(frame);
    let profile = Profile::learn(&training)?;
    let finals = cx.named("final");
    let fitted = finals.run(&stages.learn, training.clone())?;
    let linear_last = side.run(&stages.linear, training.clone())?;
    let prior_last = side.run(&Prior, training)?;

    let judge = Judge { config, last, frame, cx: &cx };
    let tested = judge.predict(&fitted)?;
    let model_scores = judge.scored(&validated.scores, tested.as_ref())?;
    let linear_scores = judge.scored(&linear.scores, judge.predict(&linear_last)?.as_ref())?;
    let prior_scores = judge.scored(&prior.scores, judge.predict(&prior_last)?.as_ref())?;
    for (name, encoding) in &fitted.normalizer.columns {
        if let Encoding::Dropped { reason } = encoding {
            cx.warn(Warning::new("dropped_column", format!("\"{name}\" is not learned from: {reason}")).column(name));
        }
        if let Encoding::Number { disguised, .. } = encoding {
            for value in disguised {
                let message = format!(
                    "\"{name}\": {value} stands in several rows far from all other values, and is taken as missing; if it is meant, set [normalize] disguised_gaps = false"
                );
                cx.warn(Warning::new("disguised_gap", message).column(name));
            }
        }
    }
    let importance = if last.holdout().is_empty() {
        let (_, holdout) = folds[0].split(frame);
        cx.run(&PermutationImportance { fitted: &validated.fitted[0] }, holdout)?
    } else {
        cx.run(&PermutationImportance { fitted: &fitted }, holdout)?
    };

    let curves = match &tested {
        Some((predictions, truth)) => record::curves("test", predictions, truth, &cx),
        None => record::curves("out of fold", &validated.predictions, &validated.truth, &cx),
    };
    let details = details::of(&splits, tested.as_ref(), &validated, 0.5)?;
    let record = Record {
        schema_version: 1,
        mkt_version: env!("CARGO_PKG_VERSION").into(),
        name: name.into(),
        source,
        task: frame.schema.target.task,
        target: frame.schema.target.name.clone(),
        labels: frame.schema.target.labels.clone(),
        rows: RowCounts { collected, used: frame.height(), train: last.train().len(), test: last.holdout().len() },
        class_counts: record::class_counts(frame),
        columns: record::health(frame, &fitted),
        cleaned: frame.counts.clone(),
        split: words.clone(),
        network: network_words(&fitted.model.network, fitted.model.members.len()),
        shown: config.validate.metrics.iter().filter_map(|name| Metric::from_name(name)).collect(),
        model: model_scores,
        baseline: prior_scores,
        linear: linear_scores,
        histories: record::histories(&validated, &fitted),
        curves,
        details,
        importance: record::ranked(importance),
        decisions: None,
        fairness: None,
        explanations: None,
        warnings: session.warnings(),
        timing: Timing {
            collect_s: session.seconds("collect"),
            clean_s: session.seconds("clean"),
            normalize_s: session.seconds("normalize"),
            train_s: session.seconds("train"),
            validate_s: session.seconds("validate"),
            total_s: session.seconds("collect") + start.elapsed().as_secs_f64(),
        },
        peak_rss_mb: record::peak_rss_mb(),
        data_hash,
        seed: config.train.seed,
        language: config.report.language,
        intended_use: config.report.intended_use.clone(),
        notes: config.report.notes.clone(),
        partial: false,
    };
    let model = model_file(config, &record, profile, fitted);
    let assignment = assignment(&splits);
    let out_of_fold = out_of_fold(frame, validated);
    Ok(Outcome { record, model, assignment, out_of_fold })
}

/// Judges learned stages on the test part.
struct Judge<'a> {
    config: &'a Config,
    last: &'a Fold,
    frame: &'a Frame,
    cx: &'a Context<'a>,
}

impl Judge<'_> {
    /// Predictions and truth of the test part, if there is one.
    fn predict<M: Pipeline<Input = Frame, Output = Predictions>>(&self, fitted: &M) -> Result<Option<(Predictions, Truth)>> {
        if self.last.holdout().is_empty() {
            return Ok(None);
        }
        let holdout = self.last.split(self.frame).1.into_inner();
        let truth = holdout.truth.clone().ok_or_else(|| Error::Internal("a test part without a target".into()))?;
        Ok(Some((fitted.run(holdout, self.cx)?, truth)))
    }

    fn scored(&self, folds: &[Scores], test: Option<&(Predictions, Truth)>) -> Result<Scored> {
        self.cx.check()?;
        for (metric, _) in folds.iter().flatten().filter(|(_, value)| value.is_none()) {
            let message = format!(
                "{} is undefined in at least one fold and left out of its mean, for instance because a class is missing there",
                metric.name()
            );
            self.cx.warn(Warning::new("undefined_metric", message).column(metric.name()));
        }
        let seed = self.cx.seed().derive("bootstrap", 0);
        let intervals = |(predictions, truth): &(Predictions, Truth)| {
            metrics::intervals(truth, predictions, self.config.validate.bootstrap, seed, self.cx.threads())
        };
        Ok(Scored { cv: metrics::spread(folds), test: test.map(intervals).unwrap_or_default() })
    }
}

fn assignment(splits: &Splits) -> Vec<(usize, String)> {
    let mut part = vec![String::new(); splits.frame.height()];
    splits.last.train().iter().for_each(|&r| part[r] = "train".into());
    splits.last.holdout().iter().for_each(|&r| part[r] = "test".into());
    // Repeats draw the folds anew; the first is the one that is named.
    for (k, fold) in splits.folds.iter().enumerate() {
        fold.holdout()
            .iter()
            .filter(|&&r| part[r] == "train")
            .copied()
            .collect::<Vec<_>>()
            .iter()
            .for_each(|&r| part[r] = k.to_string());
    }
    splits.frame.rows.iter().copied().zip(part).collect()
}

fn out_of_fold(frame: &Frame, validated: CrossValidated<Fitted<Model>>) -> Judged {
    let (rows, folds) = validated.rows.iter().map(|&(position, fold)| (frame.rows[position], fold)).unzip();
    Judged { rows, folds, predictions: validated.predictions, truth: validated.truth }
}

fn model_file(config: &Config, record: &Record, profile: Profile, fitted: Fitted<Model>) -> ModelFile {
    let manifest = Manifest {
        mkt_version: record.mkt_version.clone(),
        schema: (*fitted.schema).clone(),
        normalizer: fitted.normalizer.clone(),
        network: fitted.model.network.clone(),
        members: fitted.model.members.len(),
        threshold: 0.5,
        config: config.without_paths(),
        model: record.model.clone(),
        baseline: record.baseline.clone(),
        linear: record.linear.clone(),
        lineage: Lineage {
            data_hash: record.data_hash.clone(),
            train_rows: record.rows.train,
            test_rows: record.rows.test,
            seed: record.seed,
        },
        profile: Some(profile),
    };
    ModelFile { manifest, fitted }
}

/// Checksum of names and values of a table.
#[must_use]
pub fn hash(table: &Table) -> String {
    let mut hash = blake3::Hasher::new();
    for column in table.data.columns() {
        hash.update(column.name().as_bytes());
        hash.update(b"\0");
        let text = column.cast(&polars::prelude::DataType::String);
        if let Some(text) = text.as_ref().ok().and_then(|c| c.str().ok()) {
            for value in text.iter() {
                match value {
                    Some(value) => {
                        hash.update(&(value.len() as u64).to_le_bytes());
                        hash.update(value.as_bytes());
                    }
                    None => {
                        hash.update(&u64::MAX.to_le_bytes());
                    }
                }
            }
        }
    }
    hash.finalize().to_hex().to_string()
}
