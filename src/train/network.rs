use std::f64::consts::TAU;

use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use serde::{Deserialize, Serialize};

use super::config::Activation;
use crate::seed::Seed;

/// The shape of a network: numbers and categories are embedded, joined with the dense inputs, and passed through
/// dense layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Number of dense inputs.
    pub numbers: usize,
    /// Which dense inputs are numbers that have a periodic embedding beside them; empty without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub continuous: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periodic: Option<Periodic>,
    /// Levels and dimension of each embedded category.
    pub embeddings: Vec<(usize, usize)>,
    /// Whether every input of the first dense layer is multiplied with a learned scale.
    #[serde(default)]
    pub scale: bool,
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Values per row that come out: one logit, one per class, or one number.
    pub outputs: usize,
    pub activation: Activation,
}

/// The periodic embedding of a number x (Gorishniy et al. 2022, in the form of Holzmüller et al. 2024): waves
/// `cos(w x + p)` of learned frequency and phase, mixed by a linear layer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Periodic {
    /// Waves per number.
    pub frequencies: usize,
    /// Values per number that come out of the mixing.
    pub dimension: usize,
    /// Standard deviation of the first frequencies, in turns per unit of the scaled number.
    pub spread: f64,
}

/// What the values of a matrix do in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Frequencies of the waves, `[features, frequencies]`.
    Frequency,
    /// Their phases, `[features, frequencies]`.
    Phase,
    /// The mixing of the waves, `[features * frequencies, dimension]`.
    Mix,
    /// What is added after the mixing, `[features, dimension]`.
    Shift,
    /// The table of an embedded category, `[levels, dimension]`.
    Table,
    /// Scales of the inputs, `[1, inputs]`.
    Scale,
    /// Weight of a dense layer, `[inputs, units]`.
    Weight,
    /// Bias of a dense layer, `[1, units]`.
    Bias,
}

impl Part {
    /// Whether weight decay acts on it.
    #[must_use]
    pub const fn decays(self) -> bool {
        matches!(self, Self::Weight | Self::Mix | Self::Table)
    }
}

/// One named matrix of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub name: String,
    pub shape: [usize; 2],
    /// Where its values start in the flat vector.
    pub start: usize,
    pub part: Part,
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
pub struct Tensors {
    /// `[rows, numbers]`
    pub numbers: Tensor<2>,
    /// One `[rows]` per embedded category.
    pub codes: Vec<Tensor<1, Int>>,
    /// `[rows, units]` for each hidden layer: 0 for a dropped unit, else 1 / (1 - dropout); empty without dropout.
    pub masks: Vec<Tensor<2>>,
}

impl Network {
    /// A network without embeddings.
    #[must_use]
    pub fn plain(numbers: usize, hidden: &[usize], outputs: usize, activation: Activation) -> Self {
        Self {
            numbers,
            continuous: Vec::new(),
            periodic: None,
            embeddings: Vec::new(),
            scale: false,
            hidden: hidden.to_vec(),
            outputs,
            activation,
        }
    }

    /// Inputs of the first dense layer: dense inputs, periodic embeddings, embedded categories.
    #[must_use]
    pub fn width(&self) -> usize {
        self.numbers + self.periodic_width() + self.embeddings.iter().map(|(_, dim)| dim).sum::<usize>()
    }

    /// Values per row of the periodic embedding.
    #[must_use]
    pub fn periodic_width(&self) -> usize {
        self.periodic.map_or(0, |p| p.dimension * self.continuous.len())
    }

    /// Waves of the periodic embedding, over all numbers.
    #[must_use]
    pub fn angles(&self) -> usize {
        self.periodic.map_or(0, |p| p.frequencies * self.continuous.len())
    }

    /// Every matrix of the network in the order of the flat vector: the periodic embedding, embedded categories, scales,
    /// then weight and bias of each layer.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut start = 0;
        let mut push = |name: String, shape: [usize; 2], part| {
            blocks.push(Block { name, shape, start, part });
            start += shape[0] * shape[1];
        };
        if let (Some(p), features @ 1..) = (self.periodic, self.continuous.len()) {
            push("periodic.frequency".into(), [features, p.frequencies], Part::Frequency);
            push("periodic.phase".into(), [features, p.frequencies], Part::Phase);
            push("periodic.weight".into(), [features * p.frequencies, p.dimension], Part::Mix);
            push("periodic.bias".into(), [features, p.dimension], Part::Shift);
        }
        for (i, &(levels, dim)) in self.embeddings.iter().enumerate() {
            push(format!("embeddings.{i}.weight"), [levels, dim], Part::Table);
        }
        let mut inputs = self.width();
        if self.scale {
            push("scale".into(), [1, inputs], Part::Scale);
        }
        for (i, &units) in self.hidden.iter().chain([&self.outputs]).enumerate() {
            push(format!("layers.{i}.weight"), [inputs, units], Part::Weight);
            push(format!("layers.{i}.bias"), [1, units], Part::Bias);
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
    /// layer, `LeCun` et al. 1998 for `selu`; zero biases; embeddings normal with variance 0.01 / dimension; frequencies
    /// normal with the spread of the network, phases uniform over a turn; scales of one.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "weights are f32, widths are small")]
    pub fn init(&self, seed: Seed) -> Vec<f32> {
        let mut values = Vec::with_capacity(self.len());
        let last = format!("layers.{}.weight", self.hidden.len());
        for (i, block) in self.blocks().iter().enumerate() {
            let mut rng = seed.derive("weights", i as u64).rng();
            let [inputs, outputs] = block.shape.map(|n| n as f64);
            let spread = self.periodic.map_or(0.0, |p| p.spread * TAU);
            let waves = self.periodic.map_or(1.0, |p| p.frequencies as f64);
            let deviation = match block.part {
                Part::Phase => {
                    values.extend((0..block.len()).map(|_| (TAU * (rng.uniform() - 0.5)) as f32));
                    continue;
                }
                Part::Scale => {
                    values.extend(std::iter::repeat_n(1.0, block.len()));
                    continue;
                }
                Part::Bias | Part::Shift => 0.0,
                Part::Frequency => spread,
                Part::Mix => (1.0 / waves).sqrt(),
                // Small: what a level says is learned from its own rows, and rare levels have few.
                Part::Table => 0.1 * (1.0 / outputs).sqrt(),
                Part::Weight if block.name == last || self.activation == Activation::Tanh => (2.0 / (inputs + outputs)).sqrt(),
                Part::Weight if self.activation == Activation::Selu => (1.0 / inputs).sqrt(),
                Part::Weight => (2.0 / inputs).sqrt(),
            };
            // Level 0 of an embedding may have no training rows: it starts, and then stays, at zero.
            let silent = if block.part == Part::Table { block.shape[1] } else { 0 };
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
    ///
    /// # Panics
    /// If there are not as many tensors as [`Network::blocks`].
    #[must_use]
    pub fn forward(&self, weights: &[Tensor<2>], batch: Tensors) -> Tensor<2> {
        let mut weights = weights.iter().cloned();
        let mut next = || weights.next().expect("as many tensors as blocks");
        let mut parts = Vec::with_capacity(2 + self.embeddings.len());
        if let (Some(shape), features @ 1..) = (self.periodic, self.continuous.len()) {
            let [frequency, phase, mix, shift] = [next(), next(), next(), next()];
            let columns = self.continuous.iter().map(|&c| batch.numbers.clone().slice_dim(1, c..c + 1)).collect();
            let x = Tensor::cat(columns, 1).unsqueeze_dim::<3>(2); // [rows, features, 1]
            let waves = (x * frequency.unsqueeze::<3>() + phase.unsqueeze::<3>()).cos(); // [rows, features, frequencies]
            let mix = mix.reshape([features, shape.frequencies, shape.dimension]);
            let mixed = waves.swap_dims(0, 1).matmul(mix).swap_dims(0, 1) + shift.unsqueeze::<3>(); // [rows, features, dimension]
            let [rows, ..] = mixed.dims();
            parts.push(mixed.reshape([rows, features * shape.dimension]));
        }
        parts.extend((0..self.embeddings.len()).zip(batch.codes).map(|(_, codes)| next().select(0, codes))); // [rows, dim]
        if self.numbers > 0 {
            parts.insert(0, batch.numbers); // [rows, numbers]
        }
        let mut x = if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, 1) };
        if self.scale {
            x = x * next();
        }
        let mut masks = batch.masks.into_iter();
        for i in 0..=self.hidden.len() {
            x = x.matmul(next()) + next(); // [rows, units]
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
        Activation::Mish => activation::mish(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> Network {
        Network { embeddings: vec![(3, 2)], ..Network::plain(2, &[2], 1, Activation::Relu) }
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
        let batch = Tensors {
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
