use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use serde::{Deserialize, Serialize};

use super::config::Activation;
use crate::seed::Seed;

/// The shape of a network: categories are embedded, joined with the numbers, and passed through dense layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Number of dense inputs.
    pub numbers: usize,
    /// Levels and dimension of each embedded category.
    pub embeddings: Vec<(usize, usize)>,
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Values per row that come out: one logit, one per class, or one number.
    pub outputs: usize,
    pub activation: Activation,
}

/// One named matrix of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub name: String,
    pub shape: [usize; 2],
    /// Where its values start in the flat vector.
    pub start: usize,
    /// Whether weight decay acts on it.
    pub decay: bool,
}

impl Block {
    /// Number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.shape[0] * self.shape[1]
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A batch on the device.
pub struct Batch {
    /// `[rows, numbers]`
    pub numbers: Tensor<2>,
    /// One `[rows]` per embedded category.
    pub codes: Vec<Tensor<1, Int>>,
    /// `[rows, units]` for each hidden layer: 0 for a dropped unit, else 1 / (1 - dropout); empty without dropout.
    pub masks: Vec<Tensor<2>>,
}

impl Network {
    /// Inputs of the first dense layer.
    fn width(&self) -> usize {
        self.numbers + self.embeddings.iter().map(|(_, dim)| dim).sum::<usize>()
    }

    /// Every matrix of the network in the order of the flat vector: embeddings, then weight `[in, out]` and bias
    /// `[1, out]` of each layer.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut start = 0;
        let mut push = |name: String, shape: [usize; 2], decay| {
            blocks.push(Block { name, shape, start, decay });
            start += shape[0] * shape[1];
        };
        for (i, &(levels, dim)) in self.embeddings.iter().enumerate() {
            push(format!("embeddings.{i}.weight"), [levels, dim], false);
        }
        let mut inputs = self.width();
        for (i, &units) in self.hidden.iter().chain([&self.outputs]).enumerate() {
            push(format!("layers.{i}.weight"), [inputs, units], true);
            push(format!("layers.{i}.bias"), [1, units], false);
            inputs = units;
        }
        blocks
    }

    /// Number of trainable values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks().iter().map(Block::len).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// First weights from our own seed: He et al. 2015 for rectifiers, Glorot & Bengio 2010 for `tanh` and the last
    /// layer, `LeCun` et al. 1998 for `selu`; zero biases; embeddings normal with variance 1 / dimension.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "weights are f32, widths are small")]
    pub fn init(&self, seed: Seed) -> Vec<f32> {
        let mut values = Vec::with_capacity(self.len());
        let last = format!("layers.{}.weight", self.hidden.len());
        for (i, block) in self.blocks().iter().enumerate() {
            let mut rng = seed.derive("weights", i as u64).rng();
            let [inputs, outputs] = block.shape.map(|n| n as f64);
            let variance = if block.name.ends_with("bias") {
                0.0
            } else if block.name.starts_with("embeddings") {
                1.0 / outputs
            } else if block.name == last || self.activation == Activation::Tanh {
                2.0 / (inputs + outputs)
            } else if self.activation == Activation::Selu {
                1.0 / inputs
            } else {
                2.0 / inputs
            };
            let deviation = variance.sqrt();
            // Level 0 of an embedding may have no training rows: it starts, and then stays, at zero.
            let silent = if block.name.starts_with("embeddings") { block.shape[1] } else { 0 };
            values.extend((0..block.len()).map(|i| if i < silent { 0.0 } else { (deviation * rng.normal()) as f32 }));
        }
        values
    }

    /// The flat vector as tensors on a device, in the order of [`Network::blocks`].
    ///
    /// # Panics
    /// If `values` is not [`Network::len`] long.
    #[must_use]
    pub fn tensors(&self, values: &[f32], device: &Device) -> Vec<Tensor<2>> {
        assert_eq!(values.len(), self.len(), "weights of another network");
        let tensor = |b: &Block| {
            let data = TensorData::new(values[b.start..b.start + b.len()].to_vec(), b.shape);
            Tensor::from_data(data, device)
        };
        self.blocks().iter().map(tensor).collect()
    }

    /// Logits or numbers, `[rows, outputs]`.
    #[must_use]
    pub fn forward(&self, weights: &[Tensor<2>], batch: Batch) -> Tensor<2> {
        let (embeddings, layers) = weights.split_at(self.embeddings.len());
        let mut parts = Vec::with_capacity(1 + embeddings.len());
        if self.numbers > 0 {
            parts.push(batch.numbers); // [rows, numbers]
        }
        parts.extend(embeddings.iter().zip(batch.codes).map(|(table, codes)| table.clone().select(0, codes))); // [rows, dim]
        let mut x = if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, 1) };
        let mut masks = batch.masks.into_iter();
        for (i, layer) in layers.chunks(2).enumerate() {
            x = x.matmul(layer[0].clone()) + layer[1].clone(); // [rows, units]
            if i < self.hidden.len() {
                x = activate(self.activation, x);
                if let Some(mask) = masks.next() {
                    x = x * mask;
                }
            }
        }
        x
    }
}

fn activate(kind: Activation, x: Tensor<2>) -> Tensor<2> {
    match kind {
        Activation::Relu => activation::relu(x),
        Activation::Gelu => activation::gelu(x),
        Activation::Silu => activation::silu(x),
        Activation::Selu => activation::selu(x),
        Activation::Tanh => activation::tanh(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> Network {
        Network { numbers: 2, embeddings: vec![(3, 2)], hidden: vec![2], outputs: 1, activation: Activation::Relu }
    }

    #[test]
    fn blocks_tile_the_flat_vector() {
        let blocks = network().blocks();
        let names: Vec<_> = blocks.iter().map(|b| b.name.as_str()).collect();
        assert_eq!(names, ["embeddings.0.weight", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]);
        assert_eq!(blocks.iter().map(|b| b.start).collect::<Vec<_>>(), [0, 6, 14, 16, 18]);
        assert_eq!(network().len(), 19);
    }

    #[test]
    fn a_forward_pass_by_hand() {
        let device = Device::flex();
        #[rustfmt::skip]
        let values = [
            0.0, 0.0,  1.0, 2.0,  3.0, 4.0,             // three levels of two numbers
            1.0, -1.0,  0.5, 0.0,  1.0, 0.0,  0.0, 1.0, // weight [4, 2]
            0.1, 0.2,                                   // bias
            2.0, 3.0, -1.0,                             // weight [2, 1], bias
        ];
        let batch = Batch {
            numbers: Tensor::from_data([[1.0, 2.0], [1.0, 2.0]], &device),
            codes: vec![Tensor::from_data([1, 0], &device)],
            masks: Vec::new(),
        };
        // row 0: x = (1, 2, 1, 2), sums (1 + 1 + 1 + 0.1, -1 + 2 + 0.2) = (3.1, 1.2), out 2 * 3.1 + 3 * 1.2 - 1 = 8.8
        // row 1: x = (1, 2, 0, 0), sums (2.1, -0.8 -> 0), out 2 * 2.1 - 1 = 3.2
        let out = network().forward(&network().tensors(&values, &device), batch).into_data().try_to_vec::<f32>().unwrap();
        assert!((out[0] - 8.8).abs() < 1e-5 && (out[1] - 3.2).abs() < 1e-5, "{out:?}");
    }

    #[test]
    fn weights_follow_from_the_seed() {
        assert_eq!(network().init(Seed::new(1)), network().init(Seed::new(1)));
        assert_ne!(network().init(Seed::new(1)), network().init(Seed::new(2)));
    }
}
