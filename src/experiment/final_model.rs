//! The final model of a run.

use crate::assess::Mitigate;
use crate::config::{Config, Stages};
use crate::data::{Frame, Training};
use crate::error::Result;
use crate::learn::Fitted;
use crate::pipeline::{Context, Pipeline, Warning};
use crate::train::Model;
use crate::validate::CrossValidated;

/// Learned anew from all training rows, or what the folds learned, as `[train] refit` says.
///
/// # Errors
/// Whatever keeps the learner from its output.
pub fn learn<L>(
    config: &Config,
    stages: &Stages,
    learner: &L,
    validated: &CrossValidated<Fitted<Model>>,
    training: Training<Frame>,
    cx: &Context<'_>,
) -> Result<Fitted<Model>>
where
    L: Pipeline<Input = Training<Frame>, Output = Fitted<Model>>,
{
    if stages.learn.train.refit() {
        return cx.run(learner, training);
    }
    let against = if training.get().ordered {
        Some("most folds do not know the latest rows")
    } else if config.fairness.mitigate == Mitigate::Reweigh {
        Some("its cost is told beside one fit without weights")
    } else {
        None
    };
    if let Some(reason) = against {
        warn(reason, cx);
        return cx.run(learner, training);
    }
    let schema = training.get().schema.clone();
    let normalizer = cx.run(&stages.learn.normalize, training)?;
    let mut fitted = Fitted::bag(schema, normalizer, &validated.fitted);
    // They were told as those of the folds.
    fitted.parts.iter_mut().for_each(|part| part.model.histories.clear());
    Ok(fitted)
}

/// Tells that the final model is trained anew although the settings say otherwise.
pub fn warn(reason: &str, cx: &Context<'_>) {
    let message = format!("the final model is trained on all training rows, although refit = false: {reason}");
    cx.warn(Warning::new("refit", message));
}
