//! Learning as one stage: normalize, then train. What it learns is a stage from a frame to predictions.

use std::collections::HashMap;
use std::sync::Arc;

use crate::calibrate::Calibration;
use crate::data::{Dataset, Frame, Predictions, Schema, Training, Truth, Unusual};
use crate::error::{Error, Result};
use crate::normalize::{Encoding, FittedNormalizer, Normalize};
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
    /// What all training rows say of the columns; new values are held to it.
    pub normalizer: FittedNormalizer,
    /// What predicts: one part, or several whose predictions are mixed: those of the folds, or a network and a linear model.
    pub parts: Vec<Part<M>>,
    /// How its probabilities are corrected, where that was asked for or pays.
    pub calibration: Option<Calibration>,
}

/// A model, and how rows are encoded for it.
#[derive(Clone, Debug)]
pub struct Part<M> {
    /// Its share in the predictions, above 0; those of all parts sum to 1.
    pub weight: f64,
    /// Learned from the rows that the model learned from, where these were a part of the training rows; else it is that of
    /// all.
    pub normalizer: Option<FittedNormalizer>,
    pub model: M,
}

/// Rows as the models of a [`Fitted`] see them: a dataset for each of its parts.
#[derive(Clone, Debug)]
pub struct Encoded(pub Vec<Dataset>);

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
        Ok(Fitted::new(schema, normalizer, model))
    }
}

impl<M: Pipeline<Input = Dataset, Output = Predictions>> Pipeline for Fitted<M> {
    type Input = Frame;
    type Output = Predictions;

    fn name(&self) -> &'static str {
        "predict"
    }

    fn run(&self, frame: Frame, cx: &Context<'_>) -> Result<Predictions> {
        self.predict_encoded(self.encode(&frame)?, cx)
    }
}

impl<M> Fitted<M> {
    /// Learned from all training rows at once.
    #[must_use]
    pub fn new(schema: Arc<Schema>, normalizer: FittedNormalizer, model: M) -> Self {
        Self { schema, normalizer, parts: vec![Part { weight: 1.0, normalizer: None, model }], calibration: None }
    }

    /// What encodes the rows for a part.
    pub fn encoder<'a>(&'a self, part: &'a Part<M>) -> &'a FittedNormalizer {
        part.normalizer.as_ref().unwrap_or(&self.normalizer)
    }

    /// Rows as the models see them.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn encode(&self, frame: &Frame) -> Result<Encoded> {
        let encode = |part| self.encoder(part).encode(frame, &mut Vec::new());
        self.parts.iter().map(encode).collect::<Result<_>>().map(Encoded)
    }
}

impl<M: Clone> Fitted<M> {
    /// What several folds learned as one, whose predictions are averaged: bagging (Breiman 1996) by the folds of
    /// cross-validation (Krogh & Vedelsby 1995). `normalizer` is that of all training rows.
    #[must_use]
    pub fn bag(schema: Arc<Schema>, mut normalizer: FittedNormalizer, folds: &[Self]) -> Self {
        let part = |fold: &Self, part: &Part<M>| Part {
            weight: part.weight / folds.len() as f64,
            normalizer: Some(fold.encoder(part).clone()),
            model: part.model.clone(),
        };
        let parts: Vec<Part<M>> = folds.iter().flat_map(|fold| fold.parts.iter().map(|p| part(fold, p))).collect();
        // What a single fold learns from is learned from.
        let mut used: HashMap<&str, &Encoding> = HashMap::new();
        for (name, encoding) in parts.iter().filter_map(|p| p.normalizer.as_ref()).flat_map(|n| &n.columns) {
            if encoding.is_used() {
                used.entry(name).or_insert(encoding);
            }
        }
        for (name, encoding) in normalizer.columns.iter_mut().filter(|(_, encoding)| !encoding.is_used()) {
            if let Some(used) = used.get(name.as_str()) {
                encoding.clone_from(used);
            }
        }
        Self { schema, normalizer, parts, calibration: None }
    }

    /// The same with a share of its predictions, above 0, at most 1, from what another stage learned of the same rows.
    #[must_use]
    pub fn blend(mut self, other: &Self, share: f64) -> Self {
        let part = |part: &Part<M>| Part {
            weight: share * part.weight,
            normalizer: Some(other.encoder(part).clone()),
            model: part.model.clone(),
        };
        if share >= 1.0 {
            return other.clone();
        }
        self.parts.iter_mut().for_each(|part| part.weight *= 1.0 - share);
        self.parts.extend(other.parts.iter().map(part));
        self
    }
}

impl<M: Pipeline<Input = Dataset, Output = Predictions>> Fitted<M> {
    /// Predicts every row, in order, in the unit of the target, and counts values the training rows had nothing like.
    ///
    /// # Errors
    /// If a column is missing, a level is unseen where the settings refuse that, or the user asks to stop.
    pub fn predict(&self, frame: &Frame, unusual: &mut Vec<Unusual>, cx: &Context<'_>) -> Result<Predictions> {
        Unusual::add_all(frame.unusual.iter().cloned(), unusual);
        let whole = self.normalizer.encode(frame, unusual)?;
        self.normalizer.accept(unusual)?;
        let encode = |part: &Part<M>| match &part.normalizer {
            Some(normalizer) => normalizer.encode(frame, &mut Vec::new()),
            None => Ok(whole.clone()),
        };
        let rows = if let [Part { normalizer: None, .. }] = self.parts.as_slice() {
            Encoded(vec![whole])
        } else {
            Encoded(self.parts.iter().map(encode).collect::<Result<_>>()?)
        };
        self.predict_encoded(rows, cx)
    }

    /// Predictions of encoded rows in the unit of the target, corrected.
    ///
    /// # Errors
    /// If the user asks to stop.
    pub fn predict_encoded(&self, rows: Encoded, cx: &Context<'_>) -> Result<Predictions> {
        let predict = |(part, dataset): (&Part<M>, Dataset)| {
            let predictions = match (part.model.run(dataset, cx)?, &self.encoder(part).target) {
                (Predictions::Numbers(values), Some(scale)) => {
                    Predictions::Numbers(values.into_iter().map(|v| scale.back(v)).collect())
                }
                (predictions, _) => predictions,
            };
            Ok((part.weight, predictions))
        };
        let parts = self.parts.iter().zip(rows.0).map(predict).collect::<Result<Vec<_>>>()?;
        let mixed = Predictions::weighted(parts).ok_or_else(|| Error::Internal("a model without parts".into()))?;
        Ok(self.corrected(mixed))
    }

    /// Probabilities as the correction that was found has them; all else as it is.
    #[must_use]
    pub fn corrected(&self, predictions: Predictions) -> Predictions {
        match &self.calibration {
            Some(calibration) => calibration.apply(predictions),
            None => predictions,
        }
    }
}

impl Encoded {
    /// Number of rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.0.first().map_or(0, |dataset| dataset.height)
    }

    /// Chosen rows.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        Self(self.0.iter().map(|dataset| dataset.take(rows)).collect())
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
