//! How sure each prediction is: `--intervals` and `--sets`.

use std::path::Path;

use polars::prelude::Column as Series;

use crate::artifact::ModelFile;
use crate::data::{Predictions, Task};
use crate::decide::{Conformal, check_level, joined};
use crate::error::{ConfigError, ModelError, Result};
use crate::pipeline::{Context, Warning};

/// What is told beside each prediction.
#[derive(Clone, Debug, clap::Args)]
pub struct CertaintyArgs {
    /// Add columns `low` and `high` between which the true number lies for this share of rows, such as 0.9
    #[arg(long, value_name = "LEVEL", conflicts_with = "sets")]
    intervals: Option<f64>,
    /// Add a column `set` of the classes that may be the true one, the most probable first and joined by `|`: it is among
    /// them for this share of rows, such as 0.9
    #[arg(long, value_name = "LEVEL")]
    sets: Option<f64>,
}

/// Checked against a model.
#[derive(Clone, Copy, Debug)]
pub struct Certainty<'a> {
    conformal: &'a Conformal,
    level: f64,
}

impl CertaintyArgs {
    /// What is to be told, if anything.
    ///
    /// # Errors
    /// If the level is out of range, the model is of another task, or does not know.
    pub fn checked<'a>(&self, model: &'a ModelFile, path: &Path, cx: &Context<'_>) -> Result<Option<Certainty<'a>>> {
        let (flag, level) = match (self.intervals, self.sets) {
            (Some(level), _) => ("--intervals", level),
            (None, Some(level)) => ("--sets", level),
            (None, None) => return Ok(None),
        };
        let usage = |message: String| ConfigError::Usage(format!("{flag} {level}: {message}"));
        check_level(level).map_err(|range| usage(format!("out of range; use {range}")))?;
        let numbers = model.manifest.schema.target.task == Task::Regression;
        match (numbers, self.intervals.is_some()) {
            (true, false) => return Err(usage("the model predicts numbers; use --intervals".into()).into()),
            (false, true) => return Err(usage("the model predicts classes; use --sets".into()).into()),
            _ => {}
        }
        let missing = || ModelError::NoConformal { path: path.display().to_string() };
        let conformal = model.manifest.conformal.as_ref().ok_or_else(missing)?;
        if !conformal.serves(level) {
            let message = format!("the model learned its errors from {} rows, too few for this level", conformal.rows());
            return Err(usage(message).into());
        }
        if conformal.over_time {
            let message = "the model predicts forward in time, where rows may change and no share of them can be promised; \
                           mkt evaluate measures it on rows whose truth is known";
            cx.warn(Warning::new("interval_over_time", message));
        }
        Ok(Some(Certainty { conformal, level }))
    }
}

impl Certainty<'_> {
    /// The columns for the output.
    #[must_use]
    pub fn columns(&self, predictions: &Predictions) -> Vec<Series> {
        match predictions {
            Predictions::Numbers(values) => {
                let ends: Vec<Option<[f64; 2]>> = values.iter().map(|p| self.conformal.interval(*p, self.level)).collect();
                let end = |i: usize| ends.iter().map(|ends| ends.map(|e| e[i])).collect::<Vec<_>>();
                vec![Series::new("low".into(), end(0)), Series::new("high".into(), end(1))]
            }
            Predictions::Classes { labels, probabilities } => {
                let set = |p: &[f64]| self.conformal.set(p, self.level).map(|set| joined(&set, labels));
                vec![Series::new("set".into(), probabilities.chunks_exact(labels.len()).map(set).collect::<Vec<_>>())]
            }
        }
    }
}
