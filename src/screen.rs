//! A look for leaks before training: does one column alone give the target away?

use std::fmt;

use serde::Serialize;

use crate::config::Stages;
use crate::data::{Frame, Predictions, Task, Truth};
use crate::error::Result;
use crate::metrics::{Metric, score};
use crate::pipeline::{Context, Pipeline, parallel};
use crate::validate::Splits;

/// A column that predicts the target alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    pub column: String,
    pub metric: Metric,
    /// Score of a linear model of this column alone, on rows it did not see.
    pub value: f64,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, metric, value } = self;
        write!(
            f,
            "\"{column}\" alone predicts the target ({} {value:.4}); if it is known only after the fact, add it to [columns] ignore",
            metric.name()
        )
    }
}

/// Score from which a single column is too good to be true, with the metric it is measured by.
const fn limit(task: Task) -> (Metric, f64) {
    match task {
        Task::Binary => (Metric::Auc, 0.985),
        Task::Multiclass => (Metric::BalancedAccuracy, 0.985),
        Task::Regression => (Metric::R2, 0.985),
    }
}

/// Fits a linear model of each column alone on the first fold and judges it there.
///
/// # Errors
/// If the user asks to stop.
pub fn screen(stages: &Stages, splits: &Splits, cx: &Context<'_>) -> Result<Vec<Finding>> {
    let (metric, limit) = limit(splits.frame.schema.target.task);
    let names: Vec<String> = splits.frame.data.get_column_names().into_iter().map(ToString::to_string).collect();
    let side = cx.part("screen", 0);
    let values = parallel(cx.threads(), names.len(), |i| {
        side.check()?;
        let only = |frame: Frame| -> Result<Frame> { Ok(Frame { data: frame.data.select([names[i].as_str()])?, ..frame }) };
        let (training, holdout) = splits.folds[0].split(&splits.frame);
        let holdout = only(holdout.into_inner())?;
        let truth = holdout.truth.clone();
        // A column that cannot be learned from alone, such as a constant one, gives nothing away.
        let predictions: Option<Predictions> = match stages.linear.run(training.try_map(only)?, &side) {
            Ok(fitted) => Some(fitted.run(holdout, &side)?),
            Err(crate::error::Error::Train(_)) => None,
            Err(other) => return Err(other),
        };
        let both: Option<(Truth, Predictions)> = truth.zip(predictions);
        Ok(both.and_then(|(truth, predictions)| score(&truth, &predictions).get(&metric).copied().flatten()))
    })?;
    let findings = names.into_iter().zip(values).filter_map(|(column, value)| Some(Finding { column, metric, value: value? }));
    Ok(findings.filter(|f| f.value >= limit).collect())
}
