//! A run on a table that is larger than memory.
//!
//! Two passes over the source. The first draws a uniform sample, which goes through the experiment as a table in memory
//! does: types, screen, cross-validation, scales. The second cleans and encodes every row by what the sample taught and
//! spools it; the final network learns from all rows of its side, and all rows of the test part judge it. Which side a row
//! stands on follows from the row alone, so that the sample has the sides of the whole.

mod again;
mod pass;
mod sample;
mod sides;

use std::path::Path;
use std::time::Instant;

use super::plan::StreamPlan;
use super::{Outcome, Study, decided, final_model, study};
use crate::assess::Mitigate;
use crate::clean::{Clean, Duplicates};
use crate::config::{Config, Stages};
use crate::data::{Frame, Predictions, Role, RuleCount, Table, Training, Truth};
use crate::error::{Error, LimitError, Result, plural, verb};
use crate::learn::{Encoded, Fitted};
use crate::pipeline::{Context, NoCheckpoints, Pipeline, Session, Silent, Warning};
use crate::report::RowCounts;
use crate::train::{Model, Stream};
use crate::validate::{SplitKind, Splits};
pub use again::{Again, Found};
use pass::{Pass, Spooled};
use sample::{Draw, Sample};
use sides::Sides;

/// Most rows that decide when to stop: more would not decide better, and they stay in memory.
const MOST_STOP: f64 = 100_000.0;
/// Rows that are predicted at once.
const WINDOW: usize = 1 << 15;
/// What begins the checksum of the rows of a streamed run.
pub const STREAMED: &str = "streamed-";

/// Runs an experiment on a source that is streamed; rows are spooled on the disk of `folder`.
///
/// # Errors
/// Whatever keeps a stage from its output, or if the split asked for cannot be streamed.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of rows")]
pub fn run(
    config: &Config,
    stages: &Stages,
    name: &str,
    plan: StreamPlan,
    folder: &Path,
    session: &Session<'_>,
) -> Result<Outcome> {
    if config.fairness.mitigate == Mitigate::Reweigh {
        return Err(LimitError::Reweigh.into());
    }
    let Drawn { stages, sample, clean, sides, splits, learned, start } = draw(config, stages, plan, session)?;
    let test = if sample.test_rows > 0 { sample.test_rows as f64 } else { sample.rows as f64 - learned };
    let judged = (plan.judged as f64 / test.max(1.0)).min(1.0);
    let Sample { table, rows, test_rows, hash, .. } = sample;
    let (config, stages) = &stages.settled(config, learned as usize);
    let sampled = table.height();
    let rest = Rest { stages, clean: &clean, sampled, rows: [rows, test_rows], sides: &sides, judged, folder };
    let about = Study {
        config,
        stages,
        name,
        session,
        start,
        source: table.rows.source.clone(),
        collected: rows + test_rows,
        data_hash: format!("{STREAMED}{hash}"),
    };
    study(about, table, &splits, Some(&rest))
}

/// The rows of a sample, cleaned and divided as a run divides them, and how many rows it is drawn from: what a check looks at.
///
/// # Errors
/// As [`run`].
pub fn sampled(config: &Config, stages: &Stages, plan: StreamPlan, session: &Session<'_>) -> Result<(Table, Splits, usize)> {
    let Drawn { stages, sample, splits, .. } = draw(config, stages, plan, session)?;
    decided::check(&stages.threshold, &sample.table, &splits.frame.schema)?;
    Ok((sample.table, splits, sample.rows + sample.test_rows))
}

/// A sample of the rows, and what it tells of all of them.
struct Drawn {
    /// Those of the run, with the tables that are looked up in.
    stages: Stages,
    sample: Sample,
    clean: Clean,
    sides: Sides,
    splits: Splits,
    /// Rows that are learned from, about.
    learned: f64,
    /// When the sample had been read: what is collected before is counted by itself.
    start: Instant,
}

fn draw(config: &Config, stages: &Stages, plan: StreamPlan, session: &Session<'_>) -> Result<Drawn> {
    let cx = session.context();
    if config.clean.drop_duplicates == Duplicates::Drop {
        return Err(LimitError::Duplicates.into());
    }
    // Tables that are looked up in are read once, for both passes.
    let stages = Stages { collect: stages.collect.streamed(&cx)?, ..stages.clone() };
    let sample = cx.run(&Draw { collect: &stages.collect, rows: plan.sample }, ())?;
    let start = Instant::now();
    let cleaning = Sampled::new(&stages.clean, &sample, session);
    let (mut frame, clean) = cx.run(&cleaning, sample.table.clone())?;
    let kind = stages.split.kind(&frame);
    let (source, share) = (sample.test_rows > 0, config.validate.test_fraction);
    let sides = Sides::new(&frame, kind, source, share, config.validate.gap, cx.seed())?;
    mark(&mut frame, &clean, &sides, source, &sample)?;
    let learned = frame.test.iter().filter(|test| !**test).count() as f64 / frame.height() as f64 * sample.rows as f64;
    let stop = if config.train.early_stopping == Some(0) { 0.0 } else { config.train.stop_fraction };
    let times = if kind == SplitKind::Time { frame.time.as_deref() } else { None };
    let sides = sides.with_stop(stop, MOST_STOP / learned, times);
    // What the split tells counts rows of the sample; those of all rows are told later.
    let quiet = Session::new(&Silent, &NoCheckpoints, session.cancel.clone(), session.seed, session.threads);
    let mut splits = quiet.context().run(&stages.split, frame)?;
    let folds = splits.words.split(", ").next().unwrap_or_default();
    let judges = if splits.last.holdout().is_empty() { "no test part" } else { sides.words() };
    splits.words = format!("{folds}, within the sample; test part: {judges}");
    Ok(Drawn { stages, sample, clean, sides, splits, learned, start })
}

/// Cleans a sample. What is counted is told later, of all rows.
struct Sampled<'a> {
    clean: Clean,
    counting: &'a [String],
    session: &'a Session<'a>,
}

impl<'a> Sampled<'a> {
    fn new(clean: &Clean, sample: &'a Sample, session: &'a Session<'a>) -> Self {
        let mut clean = clean.clone();
        // A sample has gaps where the whole has none: what counts all rows is told by the first pass.
        let free = |name: &&String| {
            let c = &clean.columns;
            **name != clean.target.column
                && !c.types.contains_key(*name)
                && ![&c.weight, &c.group, &c.time, &clean.fold_column].iter().any(|n| n.as_ref() == Some(*name))
        };
        let counting: Vec<String> = sample.counting.iter().filter(free).cloned().collect();
        clean.columns.id.extend(counting);
        // One row in millions can settle what all of the sample leave open.
        clean.orders.clone_from(&sample.orders);
        Self { clean, counting: &sample.counting, session }
    }
}

impl Pipeline for Sampled<'_> {
    type Input = Table;
    type Output = (Frame, Clean);

    fn name(&self) -> &'static str {
        "clean"
    }

    fn run(&self, table: Table, cx: &Context<'_>) -> Result<(Frame, Clean)> {
        let quiet = Session::new(&Silent, &NoCheckpoints, self.session.cancel.clone(), self.session.seed, cx.threads());
        let mut frame = self.clean.run(table, &quiet.context())?;
        cx.warn_all(quiet.warnings().into_iter().filter(|w| w.code != "odd_value"));
        let mut schema = (*frame.schema).clone();
        for column in schema.columns.iter_mut().filter(|c| c.role == Role::Id && self.counting.contains(&c.name)) {
            column.reason = "a whole number for every row, each one more than the one before: numbers the rows".into();
        }
        for health in &mut frame.health {
            if let Some(column) = schema.columns.iter().find(|c| c.name == health.name) {
                health.reason.clone_from(&column.reason);
            }
        }
        frame.schema = std::sync::Arc::new(schema);
        // The types of the sample hold for all rows: none is decided anew.
        Ok((frame, self.clean.clone()))
    }
}

/// Marks the rows of a sample that judge, as the rule of all rows has it.
fn mark(frame: &mut Frame, clean: &Clean, sides: &Sides, source: bool, sample: &Sample) -> Result<()> {
    if source {
        return Ok(());
    }
    let part = clean.part(&frame.schema, &sample.table)?;
    let mut side = std::collections::HashMap::new();
    for (place, row) in part.frame.rows.iter().enumerate() {
        side.insert(*row, sides.side(&part, place) == sides::Side::Test);
    }
    frame.test = frame.rows.iter().map(|row| side.get(row).copied().unwrap_or(false)).collect();
    Ok(())
}

/// All the rows beyond a sample.
pub(super) struct Rest<'a> {
    stages: &'a Stages,
    clean: &'a Clean,
    /// Rows of the sample.
    sampled: usize,
    /// Rows of the source and of the test source.
    rows: [usize; 2],
    sides: &'a Sides,
    judged: f64,
    folder: &'a Path,
}

/// What the rest is, and was judged by.
pub(super) struct Whole {
    /// Predictions and truth of the test part.
    pub tested: Option<(Predictions, Truth)>,
    pub rows: RowCounts,
    pub class_rows: Vec<usize>,
    pub counts: Vec<RuleCount>,
}

impl Rest<'_> {
    /// Learns the scales from the rows of the sample, and the network from all rows of its side; judges all of the test part.
    pub fn learn(&self, training: Training<Frame>, cx: &Context<'_>) -> Result<(Fitted<Model>, Whole)> {
        let schema = std::sync::Arc::clone(&training.get().schema);
        let (sampled, learn) = (training.get().height(), &self.stages.learn);
        if !learn.train.refit() {
            final_model::warn("the folds know only a sample of the rows", cx);
        }
        let mut normalizer = cx.run(&learn.normalize, training)?;
        let pass = Pass {
            collect: &self.stages.collect,
            clean: self.clean,
            schema: &schema,
            normalizer: &normalizer,
            sides: self.sides,
            judged: self.judged,
            rows: self.rows,
            folder: self.folder,
        };
        let spooled = cx.run(&Spooling(pass), ())?;
        if let (Some(scale), true) = (&mut normalizer.target, spooled.negative) {
            scale.never_negative = false;
        }
        let labels = schema.target.labels.iter().cloned().collect();
        let model = cx.run(&Streaming { stages: self.stages, spooled: &spooled, labels }, ())?;
        let fitted = Fitted::new(schema, normalizer, model);
        let tested = predict(&fitted, &spooled, cx)?;
        self.tell(&spooled, sampled, cx);
        // As in memory: rows without a weight stand on their side, though nothing is learned from them.
        let train = spooled.train.len() + spooled.stop.height + spooled.weightless;
        let rows = RowCounts {
            collected: self.rows.iter().sum(),
            used: train + spooled.test_rows + spooled.left_out,
            train,
            test: spooled.test_rows,
        };
        Ok((fitted, Whole { tested, rows, class_rows: spooled.class_rows, counts: spooled.counts }))
    }

    /// Says what was learned from which rows.
    fn tell(&self, spooled: &Spooled, sampled: usize, cx: &Context<'_>) {
        for odd in &spooled.unusual {
            let (row, count, column) = (odd.first + 1, odd.count, &odd.column);
            let message = format!(
                "{} of \"{column}\" {} not fit its type and {} taken as missing, the first in row {row}: {:?}",
                plural(count, "value"),
                verb(count, "do"),
                verb(count, "are"),
                odd.example
            );
            cx.warn(Warning::new("odd_value", message).column(column).row(row).count(count));
        }
        let (all, train, test) = (self.rows.iter().sum::<usize>(), spooled.train.len(), spooled.test_rows);
        let error = 50.0 / (sampled as f64).sqrt();
        let judged = if spooled.test.len() < test {
            format!("a uniform part of {} rows", spooled.test.len())
        } else {
            "all of them".to_owned()
        };
        let stop = spooled.stop.height;
        let message = format!(
            "streamed: types, levels, scales, what is said of columns, cross-validation, importance and the yardsticks are those of a uniform sample of {} of {all} rows (a quantile of {sampled} rows is off by {error:.2} % of the rows, one standard error, or less); the network learned from {train} rows, {stop} more decided when to stop; of the {test} rows of the test part, {judged} judge it",
            self.sampled,
        );
        cx.warn(Warning::new("streamed", message).count(all));
        if spooled.left_out > 0 {
            let (rows, are) = (plural(spooled.left_out, "row"), verb(spooled.left_out, "are"));
            let message = format!("{rows} in the gap before the test part {are} left out");
            cx.warn(Warning::new("left_out", message).count(spooled.left_out));
        }
        let message = "rows that are equal in every column are kept and not counted: that would take all rows at once";
        cx.warn(Warning::new("duplicates_kept", message));
    }
}

/// The second pass as a stage.
struct Spooling<'a>(Pass<'a>);

impl Pipeline for Spooling<'_> {
    type Input = ();
    type Output = Spooled;

    fn name(&self) -> &'static str {
        "spool"
    }

    fn run(&self, (): (), cx: &Context<'_>) -> Result<Spooled> {
        self.0.run(cx)
    }
}

/// Training from the spool as a stage.
struct Streaming<'a> {
    stages: &'a Stages,
    spooled: &'a Spooled,
    labels: std::sync::Arc<[String]>,
}

impl Pipeline for Streaming<'_> {
    type Input = ();
    type Output = Model;

    fn name(&self) -> &'static str {
        "train"
    }

    fn run(&self, (): (), cx: &Context<'_>) -> Result<Model> {
        let Spooled { train, packing, stop, class_weights, .. } = self.spooled;
        let stream = Stream { rows: train, packing, stop, classes: class_weights };
        self.stages.learn.train.stream(&stream, std::sync::Arc::clone(&self.labels), cx)
    }
}

/// Predictions and truth of all rows that judge.
fn predict(fitted: &Fitted<Model>, spooled: &Spooled, cx: &Context<'_>) -> Result<Option<(Predictions, Truth)>> {
    let mut all: Option<(Predictions, Truth)> = None;
    let mut bytes = Vec::new();
    for first in (0..spooled.test.len()).step_by(WINDOW) {
        cx.check()?;
        bytes.clear();
        spooled.test.read(first, WINDOW, &mut bytes)?;
        let (data, truth) = spooled.packing.unpack(&bytes);
        let predictions = fitted.predict_encoded(Encoded(vec![data]), cx)?;
        match &mut all {
            None => all = Some((predictions, truth)),
            Some((p, t)) => {
                p.extend(predictions);
                t.extend(truth);
            }
        }
    }
    if all.is_none() && spooled.test_rows > 0 {
        return Err(Error::Internal("a test part that nothing is left of".into()));
    }
    Ok(all)
}
