use std::sync::Arc;

use burn::tensor::Device;

use super::autodiff::outputs;
use super::network::Network;
use crate::data::{Dataset, History, Predictions};
use crate::error::Result;
use crate::pipeline::{Context, Pipeline, parallel};

/// A trained network or an ensemble of networks of one shape.
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
    pub device: Device,
}

impl Pipeline for Model {
    type Input = Dataset;
    type Output = Predictions;

    fn name(&self) -> &'static str {
        "predict"
    }

    /// Probabilities averaged over the members; for regression the mean, in the scale of the training labels.
    fn run(&self, data: Dataset, cx: &Context<'_>) -> Result<Predictions> {
        let weights: Vec<_> = self.members.iter().map(|m| self.network.tensors(m, &self.device)).collect();
        // Pieces of fixed size, so that the work divides among threads whatever their number.
        let piece = 4096;
        let pieces = parallel(cx.threads(), data.height.div_ceil(piece), |i| {
            cx.check()?;
            let rows = i * piece..((i + 1) * piece).min(data.height);
            let mut sum: Option<Vec<f64>> = None;
            for member in &weights {
                let values = self.activate(&outputs(&self.network, member, &data, rows.clone(), &self.device)?);
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
    /// Probabilities from logits (logistic for two classes, softmax for more), numbers as they are.
    fn activate(&self, outputs: &[f32]) -> Vec<f64> {
        match self.labels.len() {
            0 => outputs.iter().map(|v| f64::from(*v)).collect(),
            2 => outputs.iter().flat_map(|z| binary(f64::from(*z))).collect(),
            classes => outputs.chunks(classes).flat_map(softmax).collect(),
        }
    }
}

fn binary(z: f64) -> [f64; 2] {
    let p = 1.0 / (1.0 + (-z).exp());
    [1.0 - p, p]
}

/// `exp(z_i) / sum exp(z_j)`, shifted by the largest so that nothing overflows.
fn softmax(z: &[f32]) -> Vec<f64> {
    let top = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut p: Vec<f64> = z.iter().map(|z| f64::from(z - top).exp()).collect();
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_by_hand() {
        assert_eq!(binary(0.0), [0.5, 0.5]);
        let p = softmax(&[0.0, 3.0_f32.ln(), 1000.0_f32.ln()]);
        assert!((p[1] - 3.0 / 1004.0).abs() < 1e-6, "{p:?}");
        assert_eq!(softmax(&[1e30, -1e30]), [1.0, 0.0]);
    }
}
