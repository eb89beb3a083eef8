//! How often intervals or sets hold the truth of rows that `mkt evaluate` scores.

use std::path::Path;

use crate::artifact::ModelFile;
use crate::data::{Predictions, Task, Truth};
use crate::decide::{IntervalsConfig, covered};
use crate::error::Result;
use crate::report::{LevelCoverage, number, percent};

/// Coverage at the level of the model's settings; nothing for a model that has no intervals or sets.
#[derive(Clone, Copy, Debug)]
pub struct Coverage(pub Option<LevelCoverage>, Task);

impl Coverage {
    /// Measures it.
    ///
    /// # Errors
    /// If the model file's settings do not parse.
    pub fn measure(
        model: &ModelFile,
        path: &Path,
        predictions: &Predictions,
        truth: &Truth,
        units: Option<&[u32]>,
    ) -> Result<Self> {
        let manifest = &model.manifest;
        let level = manifest.section::<IntervalsConfig>("intervals", path)?.level;
        let found = manifest.conformal.as_ref().and_then(|c| covered(c, level, predictions, truth, units));
        Ok(Self(found, manifest.schema.target.task))
    }

    /// One line, or nothing.
    pub fn text(&self) -> Option<String> {
        let Self(Some(found), task) = self else { return None };
        let (value, low, high) = (found.covered.value?, found.covered.low?, found.covered.high?);
        let what = match task {
            Task::Regression => format!("intervals, {} wide on average", number(found.mean_width)),
            _ => format!("sets of {:.2} classes on average", found.mean_width),
        };
        let (value, low, high) = (percent(value), percent(low), percent(high));
        Some(format!("{value} [{low}, {high}] within {what}, meant for {}", percent(found.level)))
    }
}
