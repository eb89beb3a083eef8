use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData, activation};

use super::network::{Batch, Network};
use crate::data::{Dataset, Labels};
use crate::error::{Error, Result};

/// Rows per forward pass. Always the same number, the last block filled up with zeros, so that a row's result
/// never depends on the rows beside it.
const BLOCK: usize = 256;

/// Chosen rows of a dataset as a batch on a device.
fn batch(data: &Dataset, rows: &[usize], height: usize, device: &Device) -> Batch {
    let width = data.numbers.width;
    let mut numbers = vec![0.0; height * width];
    for (target, &row) in numbers.chunks_mut(width.max(1)).zip(rows) {
        target.copy_from_slice(data.numbers.row(row));
    }
    let count = data.cardinalities.len();
    let codes = (0..count).map(|c| {
        let mut codes = vec![0_i64; height];
        for (target, &row) in codes.iter_mut().zip(rows) {
            *target = i64::from(data.codes[row * count + c]);
        }
        Tensor::<1, Int>::from_data(TensorData::new(codes, [height]), device)
    });
    Batch {
        codes: codes.collect(),
        numbers: Tensor::from_data(TensorData::new(numbers, [height, width]), device),
        masks: Vec::new(),
    }
}

fn values(tensor: Tensor<2>) -> Result<Vec<f32>> {
    tensor.into_data().try_to_vec::<f32>().map_err(|e| Error::Internal(format!("tensor is not f32: {e:?}")))
}

/// Logits or scaled numbers of a range of rows, row-major `[rows, outputs]`.
///
/// # Errors
/// If the device does not return `f32`.
pub fn outputs(
    network: &Network,
    weights: &[Tensor<2>],
    data: &Dataset,
    rows: Range<usize>,
    device: &Device,
) -> Result<Vec<f32>> {
    let rows: Vec<usize> = rows.collect();
    outputs_of(network, weights, data, &rows, device)
}

/// [`outputs`] of chosen rows.
///
/// # Errors
/// If the device does not return `f32`.
pub fn outputs_of(
    network: &Network,
    weights: &[Tensor<2>],
    data: &Dataset,
    rows: &[usize],
    device: &Device,
) -> Result<Vec<f32>> {
    let mut all = Vec::with_capacity(rows.len() * network.outputs);
    for rows in rows.chunks(BLOCK) {
        let block = values(network.forward(weights, batch(data, rows, BLOCK, device)))?;
        all.extend_from_slice(&block[..rows.len() * network.outputs]);
    }
    Ok(all)
}

/// Mean loss of a batch and its gradient, by burn's automatic differentiation on any device.
pub struct Autodiff {
    network: Network,
    /// With automatic differentiation.
    device: Device,
}

impl Autodiff {
    #[must_use]
    pub fn new(network: Network, device: Device) -> Self {
        Self { network, device: device.autodiff() }
    }

    /// Loss per row, weighted and averaged over `rows`, and its gradient in the order of the flat weights.
    ///
    /// `importance` has one value per row of the dataset. `masks` holds one row-major `[rows, units]` matrix per
    /// hidden layer, or nothing.
    ///
    /// # Errors
    /// If the dataset has no labels or the device does not return `f32`.
    pub fn gradient(
        &self,
        weights: &[f32],
        data: &Dataset,
        importance: &[f32],
        rows: &[usize],
        masks: Vec<Vec<f32>>,
    ) -> Result<(f64, Vec<f32>)> {
        let height = rows.len();
        let plain = self.device.clone().inner();
        let mut inputs = batch(data, rows, height, &plain);
        let layers = masks.into_iter().zip(&self.network.hidden);
        inputs.masks = layers.map(|(mask, units)| Tensor::from_data(TensorData::new(mask, [height, *units]), &plain)).collect();
        let weights: Vec<Tensor<2>> =
            self.network.tensors(weights, &self.device).into_iter().map(Tensor::require_grad).collect();
        let output = self.network.forward(&weights, inputs); // [rows, outputs]
        let total: f64 = rows.iter().map(|&r| f64::from(importance[r])).sum();
        #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
        let share: Vec<f32> = rows.iter().map(|&r| (f64::from(importance[r]) / total) as f32).collect();
        let share = Tensor::<2>::from_data(TensorData::new(share, [height, 1]), &plain);
        let loss = (losses(data, rows, output, &plain)? * share).sum();
        let gradients = loss.backward();
        let value = f64::from(loss.into_scalar::<f32>());
        let mut flat = Vec::with_capacity(self.network.len());
        for weight in &weights {
            match weight.grad(&gradients) {
                Some(gradient) => flat.extend(values(gradient)?),
                None => flat.extend(std::iter::repeat_n(0.0, weight.shape().num_elements())),
            }
        }
        Ok((value, flat))
    }
}

/// Loss of each row, `[rows, 1]`: log-loss for classes, squared error for numbers.
fn losses(data: &Dataset, rows: &[usize], output: Tensor<2>, device: &Device) -> Result<Tensor<2>> {
    let height = rows.len();
    let column = |values: Vec<f32>| Tensor::<2>::from_data(TensorData::new(values, [height, 1]), device);
    match &data.labels {
        Some(Labels::Classes { codes, classes: 2 }) => {
            let y = column(rows.iter().map(|&r| if codes[r] == 1 { 1.0 } else { 0.0 }).collect());
            // -(y log s(z) + (1 - y) log(1 - s(z))) = (1 - y) z - log s(z)
            Ok((y.neg() + 1.0) * output.clone() - activation::log_sigmoid(output))
        }
        Some(Labels::Classes { codes, classes }) => {
            let mut hot = vec![0.0; height * classes];
            for (hot, &row) in hot.chunks_mut(*classes).zip(rows) {
                hot[codes[row] as usize] = -1.0;
            }
            let hot = Tensor::<2>::from_data(TensorData::new(hot, [height, *classes]), device);
            Ok((activation::log_softmax(output, 1) * hot).sum_dim(1))
        }
        Some(Labels::Numbers(y)) => {
            let error = output - column(rows.iter().map(|&r| y[r]).collect());
            Ok(error.clone() * error)
        }
        None => Err(Error::Internal("a dataset without labels cannot be learned from".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Matrix;
    use crate::seed::Seed;
    use crate::train::config::Activation;

    fn dataset(labels: Labels) -> Dataset {
        let mut rng = Seed::new(5).rng();
        #[expect(clippy::cast_possible_truncation, reason = "test data")]
        let values = (0..12 * 3).map(|_| rng.normal() as f32).collect();
        Dataset {
            height: 12,
            numbers: Matrix { values, width: 3 },
            codes: (0..12).map(|i| i % 4).collect(),
            cardinalities: vec![4],
            labels: Some(labels),
            weights: vec![1.0; 12],
            units: (0..12).collect(),
            ordered: false,
        }
    }

    fn network(outputs: usize) -> Network {
        Network { numbers: 3, embeddings: vec![(4, 2)], hidden: vec![5, 4], outputs, activation: Activation::Tanh }
    }

    /// Central differences in every weight, for each of the three losses.
    #[test]
    fn gradients_agree_with_differences() {
        let cases = [
            (1, Labels::Classes { codes: (0..12).map(|i| i % 2).collect(), classes: 2 }),
            (3, Labels::Classes { codes: (0..12).map(|i| i % 3).collect(), classes: 3 }),
            (1, Labels::Numbers((0..12_u8).map(|i| f32::from(i) / 6.0 - 1.0).collect())),
        ];
        for (outputs, labels) in cases {
            let data = dataset(labels);
            let importance: Vec<f32> = (0..12_u8).map(|i| 1.0 + f32::from(i % 3)).collect();
            let rows = [0, 3, 5, 6, 7, 11];
            let engine = Autodiff::new(network(outputs), Device::flex());
            let weights = network(outputs).init(Seed::new(2));
            let loss = |w: &[f32]| engine.gradient(w, &data, &importance, &rows, vec![]).unwrap().0;
            let (_, gradient) = engine.gradient(&weights, &data, &importance, &rows, vec![]).unwrap();
            for i in 0..weights.len() {
                let mut w = weights.clone();
                w[i] += 1e-2;
                let above = loss(&w);
                w[i] -= 2e-2;
                let slope = (above - loss(&w)) / 2e-2;
                assert!((slope - f64::from(gradient[i])).abs() < 2e-3, "{i}: {slope} {}", gradient[i]);
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbours() {
        let data = dataset(Labels::Numbers(vec![0.0; 12]));
        let device = Device::flex();
        let weights = network(3).tensors(&network(3).init(Seed::new(3)), &device);
        let all = outputs(&network(3), &weights, &data, 0..12, &device).unwrap();
        for row in 0..12 {
            let one = outputs(&network(3), &weights, &data, row..row + 1, &device).unwrap();
            assert_eq!(one, all[row * 3..][..3]);
        }
    }
}
