use std::ops::Range;

use super::product::packed_len;
use crate::train::network::{Network, Part};

/// Rows that pass through the network together: few enough for all their values to stay in the cache.
pub const ROWS: usize = 64;

/// Buffers of one network, made once: a step allocates nothing here.
pub struct Space {
    pub network: Network,
    /// Where the parameters of the periodic embedding stand in the flat weights: frequency, phase, weight, bias.
    pub periodic: [Range<usize>; 4],
    /// Table of each embedded category.
    pub tables: Vec<Range<usize>>,
    /// Scale of each input, if there is one.
    pub scale: Option<Range<usize>>,
    /// `[ROWS, width]`: dense inputs, periodic embeddings, embedded categories.
    pub inputs: Vec<f32>,
    /// `[ROWS, width - numbers]`: derivative of the loss by the embedded inputs.
    pub input_errors: Vec<f32>,
    /// Sine and cosine of every angle of the periodic embedding, `[features * frequencies, ROWS]` each.
    pub waves: [Vec<f32>; 2],
    pub layers: Vec<Layer>,
    /// Errors of a layer, packed.
    pub packed: Vec<f32>,
}

/// Buffers of one dense layer.
pub struct Layer {
    pub inputs: usize,
    pub units: usize,
    pub weight: Range<usize>,
    pub bias: Range<usize>,
    /// Whether the weight needs no packing for the way up.
    pub plain: bool,
    /// The weight, packed for the way up.
    pub up: Vec<f32>,
    /// Its transpose, packed for the way down; of the first layer only the part that embeddings feed.
    pub down: Vec<f32>,
    /// `[ROWS, units]`: what comes out.
    pub values: Vec<f32>,
    /// `[ROWS, units]`: derivative of what comes out by the sum that goes into the activation.
    pub slopes: Vec<f32>,
    /// `[ROWS, units]`: derivative of the loss by that sum.
    pub errors: Vec<f32>,
}

impl Space {
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let blocks = network.blocks();
        let ranges =
            |part: Part| blocks.iter().filter(move |b| b.part == part).map(|b| b.start..b.start + b.len()).collect::<Vec<_>>();
        let one = |part: Part| ranges(part).first().cloned();
        let width = network.width();
        let embedded = width - network.numbers;
        let (weights, biases) = (ranges(Part::Weight), ranges(Part::Bias));
        let mut inputs = width;
        let mut layers = Vec::with_capacity(weights.len());
        for (weight, bias) in weights.into_iter().zip(biases) {
            let units = bias.len();
            let below = if layers.is_empty() { embedded } else { inputs };
            layers.push(Layer {
                inputs,
                units,
                weight,
                bias,
                plain: false,
                up: vec![0.0; packed_len(inputs, units)],
                down: vec![0.0; packed_len(units, below)],
                values: vec![0.0; ROWS * units],
                slopes: vec![0.0; ROWS * units],
                errors: vec![0.0; ROWS * units],
            });
            inputs = units;
        }
        let angles = network.angles() * ROWS;
        let widest = layers.iter().map(|l| l.units).max().unwrap_or(1);
        Self {
            network: network.clone(),
            periodic: [Part::Frequency, Part::Phase, Part::Mix, Part::Shift].map(|part| one(part).unwrap_or_default()),
            tables: ranges(Part::Table),
            scale: one(Part::Scale),
            inputs: vec![0.0; ROWS * width],
            input_errors: vec![0.0; ROWS * embedded],
            waves: [vec![0.0; angles], vec![0.0; angles]],
            layers,
            packed: vec![0.0; packed_len(ROWS, widest)],
        }
    }

    /// Values per row that come out.
    #[must_use]
    pub const fn outputs(&self) -> usize {
        self.network.outputs
    }
}
