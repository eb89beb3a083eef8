//! Learning as one stage: normalize, then train. What it learns is a stage from a frame to predictions.

use std::sync::Arc;

use crate::data::{Dataset, Frame, Predictions, Schema, Training, Truth, Unusual};
use crate::error::{Error, Result};
use crate::normalize::{FittedNormalizer, Normalize};
use crate::pipeline::{Context, Pipeline};

/// Normalize, then train with `T`: a network or a linear model.
#[derive(Clone, Debug)]
pub struct Learn<T> {
    pub normalize: Normalize,
    pub train: T,
}

/// What was learned from training rows: enough to predict any rows of the same schema.
#[derive(Clone, Debug)]
pub struct Fitted<M> {
    pub schema: Arc<Schema>,
    pub normalizer: FittedNormalizer,
    pub model: M,
}

impl<T> Pipeline for Learn<T>
where
    T: Pipeline<Input = (Training<Dataset>, Arc<[String]>)>,
    T::Output: Pipeline<Input = Dataset, Output = Predictions>,
{
    type Input = Training<Frame>;
    type Output = Fitted<T::Output>;

    fn name(&self) -> &'static str {
        "learn"
    }

    fn run(&self, frame: Training<Frame>, cx: &Context<'_>) -> Result<Self::Output> {
        let schema = Arc::clone(&frame.get().schema);
        let normalizer = cx.run(&self.normalize, frame.clone())?;
        let dataset = frame.try_map(|frame| normalizer.run(frame, cx))?;
        let labels = schema.target.labels.iter().cloned().collect();
        let model = cx.run(&self.train, (dataset, labels))?;
        Ok(Fitted { schema, normalizer, model })
    }
}

impl<M: Pipeline<Input = Dataset, Output = Predictions>> Pipeline for Fitted<M> {
    type Input = Frame;
    type Output = Predictions;

    fn name(&self) -> &'static str {
        "predict"
    }

    fn run(&self, frame: Frame, cx: &Context<'_>) -> Result<Predictions> {
        let dataset = self.normalizer.encode(&frame, &mut Vec::new())?;
        self.predict_dataset(dataset, cx)
    }
}

impl<M: Pipeline<Input = Dataset, Output = Predictions>> Fitted<M> {
    /// Predicts every row, in order, in the unit of the target, and counts values the training rows had nothing like.
    ///
    /// # Errors
    /// If a column is missing, a level is unseen where the settings refuse that, or the user asks to stop.
    pub fn predict(&self, frame: &Frame, unusual: &mut Vec<Unusual>, cx: &Context<'_>) -> Result<Predictions> {
        frame.unusual.iter().cloned().for_each(|u| u.add_to(unusual));
        let dataset = self.normalizer.encode(frame, unusual)?;
        self.normalizer.accept(unusual)?;
        self.predict_dataset(dataset, cx)
    }

    /// Predictions of encoded rows in the unit of the target.
    ///
    /// # Errors
    /// If the user asks to stop.
    pub fn predict_dataset(&self, dataset: Dataset, cx: &Context<'_>) -> Result<Predictions> {
        Ok(match (self.model.run(dataset, cx)?, self.normalizer.target) {
            (Predictions::Numbers(values), Some(scale)) => {
                Predictions::Numbers(values.into_iter().map(|v| scale.center + scale.width * v).collect())
            }
            (predictions, _) => predictions,
        })
    }
}

/// The yardstick that knows nothing of the columns: class shares, or the mean, of the training rows.
#[derive(Clone, Copy, Debug)]
pub struct Prior;

/// What [`Prior`] learns.
#[derive(Clone, Debug, PartialEq)]
pub enum FittedPrior {
    Shares { labels: Arc<[String]>, shares: Vec<f64> },
    Mean(f64),
}

impl Pipeline for Prior {
    type Input = Training<Frame>;
    type Output = FittedPrior;

    fn name(&self) -> &'static str {
        "prior"
    }

    fn run(&self, frame: Training<Frame>, _: &Context<'_>) -> Result<FittedPrior> {
        let frame = frame.get();
        let rows = frame.height() as f64;
        match &frame.truth {
            Some(Truth::Numbers(values)) => Ok(FittedPrior::Mean(values.iter().sum::<f64>() / rows)),
            Some(Truth::Classes(codes)) => {
                let labels: Arc<[String]> = frame.schema.target.labels.iter().cloned().collect();
                let mut shares = vec![0.0; labels.len()];
                codes.iter().for_each(|c| shares[*c as usize] += 1.0 / rows);
                Ok(FittedPrior::Shares { labels, shares })
            }
            None => Err(Error::Internal("rows without a target cannot be learned from".into())),
        }
    }
}

impl Pipeline for FittedPrior {
    type Input = Frame;
    type Output = Predictions;

    fn name(&self) -> &'static str {
        "predict"
    }

    fn run(&self, frame: Frame, _: &Context<'_>) -> Result<Predictions> {
        let rows = frame.height();
        Ok(match self {
            Self::Mean(mean) => Predictions::Numbers(vec![*mean; rows]),
            Self::Shares { labels, shares } => {
                Predictions::Classes { labels: Arc::clone(labels), probabilities: shares.repeat(rows) }
            }
        })
    }
}
