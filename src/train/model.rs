use std::sync::Arc;

use super::device::Compute;
use super::network::Network;
use crate::data::{Dataset, History, Predictions, softmax};
use crate::error::Result;
use crate::pipeline::{Context, Pipeline, parallel};

/// A trained network or an ensemble of networks of one shape; a linear model is one without hidden layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub network: Network,
    /// Flat weights of each member.
    pub members: Vec<Vec<f32>>,
    /// Class labels in the order of their codes; empty for regression.
    pub labels: Arc<[String]>,
    /// How each member was trained; empty for a model read from a file.
    pub histories: Vec<History>,
    /// Where predictions are computed.
    pub device: Compute,
}

impl Pipeline for Model {
    type Input = Dataset;
    type Output = Predictions;

    fn name(&self) -> &'static str {
        "predict"
    }

    /// Probabilities averaged over the members; for regression the mean, in the scale of the training labels.
    fn run(&self, data: Dataset, cx: &Context<'_>) -> Result<Predictions> {
        // Pieces of fixed size, so that the work divides among threads whatever their number.
        let piece = 4096;
        let pieces = parallel(cx.threads(), data.height.div_ceil(piece), |i| {
            cx.check()?;
            let rows: Vec<usize> = (i * piece..((i + 1) * piece).min(data.height)).collect();
            let mut engine = self.device.engine(&self.network);
            let mut sum: Option<Vec<f64>> = None;
            for member in &self.members {
                let values = self.activate(&engine.outputs(member, &data, &rows)?);
                match &mut sum {
                    None => sum = Some(values),
                    Some(sum) => sum.iter_mut().zip(values).for_each(|(s, v)| *s += v),
                }
            }
            Ok(sum.unwrap_or_default())
        })?;
        let share = 1.0 / self.members.len() as f64;
        let values = pieces.into_iter().flatten().map(|v| v * share).collect();
        Ok(if self.labels.is_empty() {
            Predictions::Numbers(values)
        } else {
            Predictions::Classes { labels: Arc::clone(&self.labels), probabilities: values }
        })
    }
}

impl Model {
    /// Whether it is a weighted sum of its inputs.
    #[must_use]
    pub const fn is_linear(&self) -> bool {
        self.network.hidden.is_empty() && self.network.periodic.is_none()
    }

    /// Probabilities from logits (logistic for two classes, softmax for more), numbers as they are.
    fn activate(&self, outputs: &[f32]) -> Vec<f64> {
        let mut values: Vec<f64> = outputs.iter().map(|v| f64::from(*v)).collect();
        match self.labels.len() {
            0 => values,
            2 => values.into_iter().flat_map(binary).collect(),
            classes => {
                values.chunks_mut(classes).for_each(softmax);
                values
            }
        }
    }
}

/// Probabilities of both classes from one logit.
pub fn binary(z: f64) -> [f64; 2] {
    let p = 1.0 / (1.0 + (-z).exp());
    [1.0 - p, p]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_by_hand() {
        assert_eq!(binary(0.0), [0.5, 0.5]);
        let mut p = [0.0, 3.0_f64.ln(), 1000.0_f64.ln()];
        softmax(&mut p);
        assert!((p[1] - 3.0 / 1004.0).abs() < 1e-12, "{p:?}");
        let mut p = [1e300, -1e300];
        softmax(&mut p);
        assert_eq!(p, [1.0, 0.0]);
    }
}
