//! One whole run: clean, split, cross-validate beside two yardsticks, fit, judge on the test part.

mod blend;
mod calibrate;
mod decided;
mod details;
mod fairness;
mod final_model;
mod learning;
mod plan;
mod recipe;
mod record;
mod room;
mod streamed;

pub use plan::{Plan, StreamPlan};
pub use record::headline;
pub use streamed::{Again, Found, STREAMED, run as run_streamed, sampled};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::identity;
use std::time::Instant;

use crate::artifact::{Lineage, Manifest, ModelFile, PartModel, network_words};
use crate::assess::{GroupThresholds, Panel};
use crate::config::{Config, Stages};
use crate::data::{Fold, Frame, Predictions, Role, Table, Truth};
use crate::decide::Conformal;
use crate::error::{Error, Result};
use crate::explain::{Background, Explain, first};
use crate::learn::{Fitted, Part, Prior};
use crate::metrics::{self, Cut, Interval, Measure, Metric, Scores};
use crate::normalize::Encoding;
use crate::pipeline::{Context, Pipeline, Session, Warning};
use crate::profile::Profile;
use crate::report::{Explanations, Importance, LearningCurve, Record, RowCounts, Scored, Timing};
use crate::screen::{Finding, Severity, screen};
use crate::train::Model;
use crate::validate::{CrossValidate, CrossValidated, HeldOut, PermutationImportance, Splits};
use blend::Blended;
use decided::{Calls, Deciding};
use recipe::{Rehearsal, Rehearsals};
use room::Held;

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

/// Predictions and truth of the test part.
type Tested = (Predictions, Truth);

/// Cleans what was collected and divides it.
///
/// # Errors
/// Whatever keeps a stage from its output.
pub fn prepare(stages: &Stages, table: Table, cx: &Context<'_>) -> Result<Splits> {
    let raw = table.clone();
    let frame = cx.run(&stages.clean, table)?;
    decided::check(&stages.threshold, &raw, &frame.schema)?;
    cx.run(&stages.split, frame)
}

/// Runs an experiment on collected rows.
///
/// # Errors
/// Whatever keeps a stage from its output.
pub fn run(config: &Config, stages: &Stages, name: &str, table: Table, session: &Session<'_>) -> Result<Outcome> {
    let start = Instant::now();
    let (source, collected) = (table.rows.source.clone(), table.height());
    let data_hash = hash(&table);
    let splits = prepare(stages, table.clone(), &session.context())?;
    let (config, stages) = &stages.settled(config, splits.last.train().len());
    study(Study { config, stages, name, session, start, source, collected, data_hash }, table, &splits, None)
}

/// What a run on divided rows has to know of where they are from.
struct Study<'a> {
    config: &'a Config,
    stages: &'a Stages,
    name: &'a str,
    session: &'a Session<'a>,
    start: Instant,
    source: String,
    collected: usize,
    data_hash: String,
}

/// Looks at the table, cross-validates, learns and judges; where the rows are a sample of more, the final network is
/// learned from and judged by the rest.
fn study(about: Study<'_>, table: Table, splits: &Splits, rest: Option<&streamed::Rest<'_>>) -> Result<Outcome> {
    let Study { config, stages, name, session, start, source, collected, data_hash } = about;
    let cx = session.context();
    let Splits { frame, last, folds, words } = splits;
    warn_of_findings(stages, &table, splits, &cx)?;
    room::check(config, stages, splits, &cx)?;
    let fair = fairness::Plan::new(config, &table, splits, &cx)?;
    let deciding = Deciding::new(config, stages, &table, splits, &cx)?;
    drop(table);

    let learner = fairness::learner(fair.as_ref(), &stages.learn, frame);
    // Where the final model is learned anew and explained, a network of each fold is enough for the learning curve.
    let whole = Held::new(config, folds.len(), last.train().len(), !last.holdout().is_empty(), cx.threads()).whole;
    let keep = if whole { identity } else { first };
    let mut validated = cx.run(&CrossValidate { learner: &learner, folds, keep }, frame.clone())?;
    let side = cx.part("yardstick", 0).with_threads(cx.threads());
    let mut linear = side.run(&CrossValidate { learner: &stages.linear, folds, keep: identity }, frame.clone())?;
    let mut prior = side.run(&CrossValidate { learner: &Prior, folds, keep: identity }, frame.clone())?;
    // What is streamed is learned by the networks alone.
    let rehearsals = Rehearsals::decide(config, &mut validated, rest.is_none().then_some(&linear), &cx)?;
    let Rehearsal { recipe, held_out: rehearsed } = &rehearsals.last;
    let learner = Blended { learner: &learner, linear: &stages.linear, share: recipe.share };
    let cuts = deciding.choose(&mut validated, &rehearsals)?;
    let (prior_cuts, linear_cuts) = (deciding.choose_plain(&mut prior)?, deciding.choose_plain(&mut linear)?);

    let (training, _) = last.split(frame);
    let profile = Profile::learn(&training)?;
    let finals = cx.named("final");
    let (fitted, streamed) = match rest {
        None => (final_model::learn(config, stages, &learner, &validated, training.clone(), &finals)?, None),
        Some(rest) => rest.learn(training.clone(), &finals).map(|(fitted, all)| (fitted, Some(all)))?,
    };
    let fitted = Fitted { calibration: recipe.calibration.clone(), ..fitted };
    let background = Background::draw(&training, &fitted, config.explain.background, &cx)?;
    let linear_last = side.run(&stages.linear, training.clone())?;
    let prior_last = side.run(&Prior, training)?;

    let judge = Judge { config, last, frame, cx: &cx };
    let tested = judge.predict(&fitted)?;
    let held_out = &*judge.out_of_fold(&validated.held_out);
    let mut calls = deciding.calls_of_judged(&cuts, held_out);
    let mut model_scores = judge.scored(&validated.scores, tested.as_ref(), &calls)?;
    let counts = RowCounts { collected, used: frame.height(), train: last.train().len(), test: last.holdout().len() };
    let (row_counts, class_counts, cleaned) = match streamed {
        None => (counts, record::class_counts(frame), frame.counts.clone()),
        Some(all) => {
            // Groups and amounts are only known of the rows of the sample: their intervals stay.
            if let (Some((predictions, truth)), None, None) = (all.tested, judge.units(last.holdout()), &calls.each) {
                model_scores.test = judge.intervals_of_many(&fitted.corrected(predictions), &truth, cuts.threshold());
            }
            (all.rows, all.class_rows, all.counts)
        }
    };
    let found = fairness::Found { splits, held_out, rehearsed, tested: tested.as_ref() };
    let judged = fair.map(|fair| fair.judge(&judge, &stages.learn, (&deciding, &cuts), found)).transpose()?;
    let (fairness, by_group) = judged.map_or((None, None), |(fairness, chosen)| (Some(fairness), chosen));
    judge.by_groups(by_group.as_ref(), (&mut calls, &mut model_scores), tested.as_ref());
    let [linear_calls, prior_calls] = [&linear_cuts, &prior_cuts].map(|cuts| deciding.calls(cuts, last.holdout()));
    let linear_scores = judge.scored(&linear.scores, judge.predict(&linear_last)?.as_ref(), &linear_calls)?;
    let prior_scores = judge.scored(&prior.scores, judge.predict(&prior_last)?.as_ref(), &prior_calls)?;
    let all = [&cuts, &prior_cuts, &linear_cuts];
    warn_of_columns(&fitted, &cx);
    let curve = learning::learning_curve(config, stages, splits, (&validated, &rehearsals), &cx)?;
    let (decisions, conformal) = deciding.judge(all, by_group.as_ref(), (&fitted, curve.as_ref()), rehearsed, tested.as_ref());
    let (importance, explanations) = explained(splits, &validated, &fitted, background.as_ref(), curve, &cx)?;
    let (rows, predictions, truth) =
        tested.as_ref().map_or(("out of fold", &held_out.predictions, &held_out.truth), |(p, t)| ("test", p, t));
    let curves = record::curves(rows, predictions, truth, calls.cut(), &cx);
    let details = details::of(splits, tested.as_ref(), held_out, calls.cut())?;
    let record = Record {
        schema_version: 1,
        mkt_version: env!("CARGO_PKG_VERSION").into(),
        name: name.into(),
        source,
        task: frame.schema.target.task,
        target: frame.schema.target.name.clone(),
        labels: frame.schema.target.labels.clone(),
        rows: row_counts,
        class_counts,
        columns: record::health(frame, &fitted),
        cleaned,
        split: words.clone(),
        network: network_words(&fitted),
        shown: config.validate.metrics.iter().filter_map(|name| Metric::from_name(name)).collect(),
        model: model_scores,
        baseline: prior_scores,
        linear: linear_scores,
        histories: record::histories(&validated, &fitted),
        curves,
        details,
        importance,
        explanations: Some(explanations),
        fairness,
        decisions: Some(decisions),
        warnings: session.warnings(),
        timing: timing(session, start),
        peak_rss_mb: record::peak_rss_mb(),
        data_hash,
        seed: config.train.seed,
        language: config.report.language,
        intended_use: config.report.intended_use.clone(),
        notes: config.report.notes.clone(),
        partial: false,
    };
    let kept = Kept { threshold: cuts.threshold(), least_gain: cuts.least_gain(), by_group, conformal, background };
    let model = model_file(config, &record, profile, fitted, kept);
    Ok(Outcome { record, model, assignment: assignment(splits), out_of_fold: out_of_fold(frame, validated.held_out) })
}

/// Which columns matter and how, on rows that the explained model never saw.
fn explained(
    splits: &Splits,
    validated: &CrossValidated<Fitted<Model>>,
    fitted: &Fitted<Model>,
    background: Option<&Background>,
    curve: Option<LearningCurve>,
    cx: &Context<'_>,
) -> Result<(Vec<Importance>, Explanations)> {
    let Splits { frame, last, folds, .. } = splits;
    let (judged, rows, holdout) = if last.holdout().is_empty() {
        (&validated.fitted[0], "the rows that judged the first fold", folds[0].split(frame).1)
    } else {
        (fitted, "the test part", last.split(frame).1)
    };
    let importance = record::ranked(cx.run(&PermutationImportance { fitted: judged }, holdout.clone())?);
    let ranked = importance.iter().map(|i| i.column.clone()).collect();
    let explain = Explain { fitted: judged, background, ranked, rows };
    let explanations = cx.run(&explain, holdout)?;
    Ok((importance, Explanations { learning_curve: curve, ..explanations }))
}

/// Tells what the screen found.
fn warn_of_findings(stages: &Stages, table: &Table, splits: &Splits, cx: &Context<'_>) -> Result<()> {
    let found = screen(stages, table, splits, cx)?;
    cx.warn_all(found.iter().filter(|f| f.severity >= Severity::Warning).map(Finding::warning));
    Ok(())
}

/// Tells what predicting with the thresholds of groups takes.
fn warn_of_groups(groups: &GroupThresholds, cx: &Context<'_>) {
    let columns = groups.groupers.iter().map(|g| format!("\"{}\"", g.column.name)).collect::<Vec<_>>().join(", ");
    let message = format!("each group of {columns} has its own threshold: to predict, these columns are needed");
    cx.warn(Warning::new("group_thresholds", message));
}

fn timing(session: &Session<'_>, start: Instant) -> Timing {
    Timing {
        collect_s: session.seconds("collect"),
        clean_s: session.seconds("clean"),
        normalize_s: session.seconds("normalize"),
        train_s: session.seconds("train"),
        validate_s: session.seconds("validate"),
        total_s: session.seconds("collect") + start.elapsed().as_secs_f64(),
    }
}

/// Tells which columns are not learned from, and which of their values are taken as gaps.
fn warn_of_columns(fitted: &Fitted<Model>, cx: &Context<'_>) {
    let mut found = Vec::new();
    for (name, encoding) in &fitted.normalizer.columns {
        if let Encoding::Dropped { reason } = encoding {
            found.push(Warning::new("dropped_column", format!("\"{name}\" is not learned from: {reason}")).column(name));
        }
        if let Encoding::Number { disguised, .. } = encoding {
            for value in disguised {
                let message = format!(
                    "\"{name}\": {value} stands in several rows far from all other values, and is taken as missing; if it is meant, set [normalize] disguised_gaps = false"
                );
                found.push(Warning::new("disguised_gap", message).column(name));
            }
        }
    }
    cx.warn_all(found);
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
    fn predict<M: Pipeline<Input = Frame, Output = Predictions>>(&self, fitted: &M) -> Result<Option<Tested>> {
        if self.last.holdout().is_empty() {
            return Ok(None);
        }
        let holdout = self.last.split(self.frame).1.into_inner();
        let truth = holdout.truth.clone().ok_or_else(|| Error::Internal("a test part without a target".into()))?;
        Ok(Some((fitted.run(holdout, self.cx)?, truth)))
    }

    /// The rows out of fold. Where they judge, as there is no test part, each is one, in however many draws of the folds it
    /// stands.
    fn out_of_fold<'h>(&self, held_out: &'h HeldOut) -> Cow<'h, HeldOut> {
        if self.last.holdout().is_empty() { Cow::Owned(held_out.once()) } else { Cow::Borrowed(held_out) }
    }

    fn scored(&self, folds: &[Scores], test: Option<&Tested>, calls: &Calls) -> Result<Scored> {
        self.cx.check()?;
        let undefined = folds.iter().flatten().filter(|(_, value)| value.is_none()).map(|(metric, _)| {
            let why = match metric {
                Metric::Mape => "a true value is 0 there",
                Metric::R2 => "all true values are equal there",
                Metric::Rmse | Metric::Mae | Metric::Medae => "an error there is beyond all numbers",
                _ => "a class is missing there",
            };
            let message = format!(
                "{} is undefined in at least one fold and left out of its mean, for instance because {why}",
                metric.name()
            );
            Warning::new("undefined_metric", message).column(metric.name())
        });
        self.cx.warn_all(undefined);
        let intervals = |(predictions, truth): &Tested| self.intervals(predictions, truth, calls.cut());
        Ok(Scored { cv: metrics::spread(folds), test: test.map(intervals).unwrap_or_default() })
    }

    /// Decides by thresholds of groups from here on, where there are such, and scores the test part anew by them.
    fn by_groups(&self, found: Option<&fairness::Chosen>, (calls, scores): (&mut Calls, &mut Scored), tested: Option<&Tested>) {
        let Some(fairness::Chosen { groups, judged, .. }) = found else { return };
        if let Some((predictions, truth)) = tested {
            scores.test = self.intervals(predictions, truth, Cut::Each(judged));
        }
        warn_of_groups(groups, self.cx);
        calls.each = Some(judged.clone());
    }

    /// The scores of the test part, with intervals that keep rows of one group together.
    fn intervals(&self, predictions: &Predictions, truth: &Truth, cut: Cut<'_>) -> BTreeMap<Metric, Interval> {
        let units = self.units(self.last.holdout());
        let resamples = self.config.validate.bootstrap;
        let panel = Panel { truth, predictions, cut, units: units.as_deref(), resamples, min_rows: 0 };
        let (scores, _) = panel.measure(&[], self.cx.seed().derive("bootstrap", 0), self.cx.threads());
        let metric = |(measure, interval)| match measure {
            Measure::Metric(metric) => Some((metric, interval)),
            Measure::Rate(_) => None,
        };
        scores.into_iter().filter_map(metric).collect()
    }

    /// The same of so many rows that resamples are drawn of a part.
    fn intervals_of_many(&self, predictions: &Predictions, truth: &Truth, threshold: f64) -> BTreeMap<Metric, Interval> {
        let (resamples, seed) = (self.config.validate.bootstrap, self.cx.seed().derive("bootstrap", 0));
        metrics::intervals_of_many(truth, predictions, threshold, resamples, seed, self.cx.threads())
    }

    /// The group of each of the rows, where rows are grouped.
    fn units(&self, positions: &[usize]) -> Option<Vec<u32>> {
        self.frame.schema.with_role(Role::Group).next()?;
        Some(positions.iter().map(|&position| self.frame.units[position]).collect())
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

fn out_of_fold(frame: &Frame, HeldOut { rows, predictions, truth }: HeldOut) -> Judged {
    let (rows, folds) = rows.into_iter().map(|(position, fold)| (frame.rows[position], fold)).unzip();
    Judged { rows, folds, predictions, truth }
}

/// What the model file keeps to decide by, and to explain with.
struct Kept {
    threshold: f64,
    least_gain: Option<f64>,
    by_group: Option<fairness::Chosen>,
    conformal: Option<Conformal>,
    background: Option<Background>,
}

fn model_file(config: &Config, record: &Record, profile: Profile, fitted: Fitted<Model>, kept: Kept) -> ModelFile {
    let alone = matches!(fitted.parts.as_slice(), [Part { normalizer: None, .. }]);
    let manifest = Manifest {
        mkt_version: record.mkt_version.clone(),
        schema: (*fitted.schema).clone(),
        normalizer: fitted.normalizer.clone(),
        network: fitted.parts[0].model.network.clone(),
        members: fitted.parts[0].model.members.len(),
        parts: if alone { Vec::new() } else { fitted.parts.iter().map(PartModel::from).collect() },
        threshold: kept.threshold,
        least_gain: kept.least_gain,
        group_thresholds: kept.by_group.map(|chosen| chosen.groups),
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
        calibration: fitted.calibration.clone(),
        conformal: kept.conformal,
        background: kept.background,
    };
    ModelFile { manifest, fitted }
}

/// Checksum of names and values of a table.
#[must_use]
pub fn hash(table: &Table) -> String {
    const PIECE: usize = 1 << 16;
    let mut hash = blake3::Hasher::new();
    // In pieces: value by value it would take as long as reading the table.
    let mut bytes = Vec::with_capacity(2 * PIECE);
    for column in table.data.columns() {
        bytes.extend_from_slice(column.name().as_bytes());
        bytes.push(0);
        let text = column.cast(&polars::prelude::DataType::String);
        if let Some(text) = text.as_ref().ok().and_then(|c| c.str().ok()) {
            for value in text.iter() {
                match value {
                    Some(value) => {
                        bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
                        bytes.extend_from_slice(value.as_bytes());
                    }
                    None => bytes.extend_from_slice(&u64::MAX.to_le_bytes()),
                }
                if bytes.len() >= PIECE {
                    hash.update(&bytes);
                    bytes.clear();
                }
            }
        }
    }
    hash.update(&bytes);
    hash.finalize().to_hex().to_string()
}
