use burn::tensor::{Device, Int, Tensor, TensorData, activation};

use super::engine::{Batch, Engine};
use super::network::{Network, Tensors};
use crate::data::{Dataset, Labels};
use crate::error::{Error, Result};

/// Rows per forward pass. Always the same number, the last block filled up with zeros, so that a row's result
/// never depends on the rows beside it.
const BLOCK: usize = 256;

/// Chosen rows of a dataset as a batch on a device.
fn tensors(data: &Dataset, rows: &[usize], height: usize, device: &Device) -> Tensors {
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
    Tensors {
        codes: codes.collect(),
        numbers: Tensor::from_data(TensorData::new(numbers, [height, width]), device),
        masks: Vec::new(),
    }
}

fn values(tensor: Tensor<2>) -> Result<Vec<f32>> {
    tensor.into_data().try_to_vec::<f32>().map_err(|e| Error::Internal(format!("tensor is not f32: {e:?}")))
}

/// Computes networks by burn on any device, gradients by its automatic differentiation.
pub struct Autodiff {
    network: Network,
    /// Without automatic differentiation.
    device: Device,
}

impl Autodiff {
    #[must_use]
    pub fn new(network: &Network, device: &Device) -> Self {
        Self { network: network.clone(), device: device.clone() }
    }
}

impl Engine for Autodiff {
    fn gradient(&mut self, weights: &[f32], batch: &Batch<'_>, gradient: &mut [f32]) -> Result<f64> {
        let (data, rows, height) = (batch.data, batch.rows, batch.rows.len());
        let mut inputs = tensors(data, rows, height, &self.device);
        let layers = batch.masks.iter().zip(&self.network.hidden);
        let mask = |(mask, units): (&Vec<f32>, &usize)| {
            let mask = mask[..height * units].to_vec();
            Tensor::from_data(TensorData::new(mask, [height, *units]), &self.device)
        };
        inputs.masks = layers.map(mask).collect();
        let tracked = self.network.tensors(weights, &self.device.clone().autodiff());
        let weights: Vec<Tensor<2>> = tracked.into_iter().map(Tensor::require_grad).collect();
        let output = self.network.forward(&weights, inputs); // [rows, outputs]
        let shares = Tensor::<2>::from_data(TensorData::new(batch.shares(), [height, 1]), &self.device);
        let loss = (losses(data, rows, output, &self.device)? * shares).sum();
        let gradients = loss.backward();
        let value = f64::from(loss.into_scalar::<f32>());
        let mut start = 0;
        for weight in &weights {
            let part = &mut gradient[start..start + weight.shape().num_elements()];
            match weight.grad(&gradients) {
                Some(gradient) => part.copy_from_slice(&values(gradient)?),
                None => part.fill(0.0),
            }
            start += part.len();
        }
        Ok(value)
    }

    fn outputs(&mut self, weights: &[f32], data: &Dataset, rows: &[usize]) -> Result<Vec<f32>> {
        let weights = self.network.tensors(weights, &self.device);
        let mut all = Vec::with_capacity(rows.len() * self.network.outputs);
        for rows in rows.chunks(BLOCK) {
            let block = values(self.network.forward(&weights, tensors(data, rows, BLOCK, &self.device)))?;
            all.extend_from_slice(&block[..rows.len() * self.network.outputs]);
        }
        Ok(all)
    }
}

/// Loss of each row, `[rows, 1]`: log-loss for classes, for numbers the squared error, beyond `reach` that of
/// [Huber (1964)](https://doi.org/10.1214/aoms/1177703732), doubled: `r (2 |e| - r)`.
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
        Some(Labels::Numbers { values, reach }) => {
            let error = output - column(rows.iter().map(|&r| values[r]).collect());
            let within = error.clone().clamp(-reach, *reach);
            Ok(within.clone() * (error * 2.0 - within))
        }
        None => Err(Error::Internal("a dataset without labels cannot be learned from".into())),
    }
}
