use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ExplainConfig;
use super::cells::{Cells, frame_of};
use crate::data::{Dataset, Frame, Predictions, Schema, Training};
use crate::error::Result;
use crate::learn::Fitted;
use crate::normalize::{Encoding, FittedNormalizer};
use crate::pipeline::{Context, Pipeline};

/// Rows that are looked at to draw the few that are kept.
const LOOKED_AT: usize = 2048;

/// A few training rows that stand for all: what "usual" means when a prediction is explained.
///
/// They hold the columns that the model learned from and nothing else. Every first half, quarter, … of them is spread
/// over the range of predictions as all of them are, so that fewer of them can be used where time is short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Background {
    pub rows: usize,
    pub columns: Vec<(String, Cells)>,
}

impl Background {
    /// Draws up to `rows` training rows: a systematic sample along the predictions, so that few rows already have the
    /// mean and spread of all.
    ///
    /// # Errors
    /// If the user asks to stop.
    pub fn draw<M>(training: &Training<Frame>, fitted: &Fitted<M>, rows: usize, cx: &Context<'_>) -> Result<Option<Self>>
    where
        M: Pipeline<Input = Dataset, Output = Predictions>,
    {
        let frame = training.get();
        if rows == 0 || frame.height() == 0 {
            return Ok(None);
        }
        let mut rng = cx.seed().derive("background", 0).rng();
        let mut all: Vec<usize> = (0..frame.height()).collect();
        rng.shuffle(&mut all);
        all.truncate(LOOKED_AT);
        let sample = frame.take(&all);
        let predictions = fitted.run(sample.clone(), cx)?;
        let along = most_varied(&predictions);
        let mut order: Vec<usize> = (0..sample.height()).collect();
        order.sort_by(|&a, &b| along[a].total_cmp(&along[b]));
        let (count, start) = (rows.min(order.len()), rng.uniform());
        let step = order.len() as f64 / count as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among the rows")]
        let nth = |i: usize| order[(((i as f64 + start) * step) as usize).min(order.len() - 1)];
        let chosen: Vec<usize> = scattered(count).into_iter().map(nth).collect();
        Ok(Some(Self::of(&sample.take(&chosen), &fitted.normalizer)?))
    }

    /// All rows of a frame, the columns that are learned from.
    fn of(frame: &Frame, normalizer: &FittedNormalizer) -> Result<Self> {
        let columns = normalizer.used().map(|name| Ok((name.to_owned(), Cells::read(frame.column(name)?)?)));
        Ok(Self { rows: frame.height(), columns: columns.collect::<Result<_>>()? })
    }

    /// The first rows as a frame; columns that are not learned from are empty.
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn frame(&self, schema: &Arc<Schema>, normalizer: &FittedNormalizer, first: usize) -> Result<Frame> {
        frame_of(schema, normalizer, self.rows, &self.columns)
            .map(|frame| frame.take(&(0..self.rows.min(first)).collect::<Vec<_>>()))
    }

    /// Whether it has the columns of the normalizer, each as long as it says, whoever wrote it.
    #[must_use]
    pub fn is_sound(&self, normalizer: &FittedNormalizer) -> bool {
        let used: Vec<_> = normalizer.columns.iter().filter(|(_, encoding)| encoding.is_used()).collect();
        let fits = |((name, encoding), (own, cells)): (&&(String, Encoding), &(String, Cells))| {
            name == own && cells.len() == self.rows && cells.is_of(encoding)
        };
        (1..=ExplainConfig::MOST).contains(&self.rows)
            && used.len() == self.columns.len()
            && used.iter().zip(&self.columns).all(fits)
    }
}

/// The number, or the probability that differs most between the rows.
fn most_varied(predictions: &Predictions) -> Vec<f64> {
    let Predictions::Classes { labels, .. } = predictions else {
        return super::Aim::Number.values(predictions);
    };
    let spread = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
    };
    let classes = (0..labels.len()).map(|class| predictions.class(class));
    classes.max_by(|a, b| spread(a).total_cmp(&spread(b))).unwrap_or_default()
}

/// `0..count` in an order whose every beginning is spread over all of it (van der Corput 1935).
fn scattered(count: usize) -> Vec<usize> {
    let bits = count.next_power_of_two().trailing_zeros();
    let reversed = |i: usize| if bits == 0 { 0 } else { i.reverse_bits() >> (usize::BITS - bits) };
    (0..count.next_power_of_two()).map(reversed).filter(|i| *i < count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_is_spread_out() {
        assert_eq!(scattered(8), [0, 4, 2, 6, 1, 5, 3, 7]);
        assert_eq!(scattered(1), [0]);
        let mut odd = scattered(11);
        odd.sort_unstable();
        assert_eq!(odd, (0..11).collect::<Vec<_>>());
    }
}
