use pulp::{Simd, WithSimd};

use super::functions::activate;
use super::loss::loss;
use super::periodic;
use super::product::{Left, Matrix, Packed, Start, is_packed, pack, pack_transposed, product};
use super::space::{Layer, ROWS, Space};
use crate::data::{Dataset, Labels};
use crate::train::engine::Batch;

/// A column of ones, which sums the rows of a right factor.
const ONES: [f32; ROWS] = [1.0; ROWS];

/// Outputs of chosen rows.
pub struct Forward<'a> {
    pub space: &'a mut Space,
    pub weights: &'a [f32],
    pub data: &'a Dataset,
    pub rows: &'a [usize],
    /// `[rows, outputs]`
    pub outputs: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { space, weights, data, rows, outputs } = self;
        pack_up(simd, space, weights);
        let width = space.outputs();
        let mut inputs = std::mem::take(&mut space.inputs);
        for (rows, outputs) in rows.chunks(ROWS).zip(outputs.chunks_mut(ROWS * width)) {
            let dense = gather(space, weights, data, rows, &mut inputs);
            up(simd, space, weights, dense, rows.len(), 0, &[]);
            if let Some(last) = space.layers.last() {
                outputs.copy_from_slice(&last.values[..outputs.len()]);
            }
        }
        space.inputs = inputs;
    }
}

/// Mean loss of a batch and its gradient.
pub struct Backward<'a> {
    pub space: &'a mut Space,
    pub weights: &'a [f32],
    pub batch: &'a Batch<'a>,
    pub labels: &'a Labels,
    pub shares: &'a [f32],
    pub gradient: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self { space, weights, batch, labels, shares, gradient } = self;
        pack_up(simd, space, weights);
        pack_down::<S>(space, weights);
        gradient.fill(0.0);
        let mut sum = 0.0;
        let mut inputs = std::mem::take(&mut space.inputs);
        for (i, (rows, shares)) in batch.rows.chunks(ROWS).zip(shares.chunks(ROWS)).enumerate() {
            let dense = gather(space, weights, batch.data, rows, &mut inputs);
            fetch(batch.data, batch.rows[i * ROWS + rows.len()..].iter().take(ROWS));
            up(simd, space, weights, dense, rows.len(), i * ROWS, batch.masks);
            if let Some(last) = space.layers.last_mut() {
                sum += loss(labels, rows, shares, &last.values, &mut last.errors);
            }
            down(simd, space, weights, dense, rows.len(), gradient);
            scatter(space, weights, batch.data, rows, &inputs, gradient);
        }
        space.inputs = inputs;
        unscale(space, weights, gradient);
        sum
    }
}

/// Packs every weight for the way up that needs it; a single output above a hidden layer does not.
#[inline(always)]
fn pack_up<S: Simd>(simd: S, space: &mut Space, weights: &[f32]) {
    let scale = space.scale.clone().map(|s| &weights[s]);
    for (l, layer) in space.layers.iter_mut().enumerate() {
        let scale = scale.filter(|_| l == 0);
        layer.plain = scale.is_none() && is_packed::<S>(layer.units);
        if !layer.plain && (layer.units > 1 || l == 0) {
            pack(simd, &weights[layer.weight.clone()], layer.units, scale, &mut layer.up);
        }
    }
}

/// Packs the transpose of every weight for the way down.
#[inline(always)]
fn pack_down<S: Simd>(space: &mut Space, weights: &[f32]) {
    let (numbers, scale) = (space.network.numbers, space.scale.clone().map(|s| &weights[s]));
    for (l, layer) in space.layers.iter_mut().enumerate() {
        let weight = &weights[layer.weight.clone()];
        if l > 0 {
            if layer.units > 1 {
                pack_transposed::<S>(weight, layer.units, None, &mut layer.down);
            }
        } else if layer.inputs > numbers {
            let scale = scale.map(|s| &s[numbers..]);
            pack_transposed::<S>(&weight[numbers * layer.units..], layer.units, scale, &mut layer.down);
        }
    }
}

/// Brings the inputs of a block of rows together: dense values, wherever their rows lie in memory, and embeddings.
#[inline(always)]
fn gather<'a>(space: &mut Space, weights: &[f32], data: &'a Dataset, rows: &'a [usize], inputs: &'a mut [f32]) -> Matrix<'a> {
    let numbers = space.network.numbers;
    let width = space.network.width();
    for (inputs, &row) in inputs.chunks_exact_mut(width).zip(rows) {
        inputs[..numbers].copy_from_slice(data.numbers.row(row));
    }
    periodic::up(space, weights, inputs, rows.len());
    let mut at = numbers + space.network.periodic_width();
    let count = data.cardinalities.len();
    for (c, (table, &(_, dim))) in space.tables.iter().zip(&space.network.embeddings).enumerate() {
        let table = &weights[table.clone()];
        for (inputs, &row) in inputs.chunks_exact_mut(width).zip(rows) {
            inputs[at..at + dim].copy_from_slice(&table[data.codes[row * count + c] as usize * dim..][..dim]);
        }
        at += dim;
    }
    Matrix::new(inputs, width)
}

/// Reads a value of every cache line of rows that come next: they arrive from memory all at once, before they are needed.
#[inline(always)]
fn fetch<'a>(data: &Dataset, rows: impl Iterator<Item = &'a usize>) {
    let sum: f32 = rows.map(|&row| data.numbers.row(row).iter().step_by(16).sum::<f32>()).sum();
    std::hint::black_box(sum);
}

/// From the inputs of `rows` rows to the outputs; `first` is the place of the first row in the batch.
#[inline(always)]
fn up<S: Simd>(simd: S, space: &mut Space, weights: &[f32], inputs: Matrix<'_>, rows: usize, first: usize, masks: &[Vec<f32>]) {
    let hidden = space.network.hidden.len();
    for l in 0..space.layers.len() {
        let (below, layer) = space.layers.split_at_mut(l);
        let layer = &mut layer[0];
        let inputs = below.last().map_or(inputs, |below| Matrix::new(&below.values, below.units));
        let bias = &weights[layer.bias.clone()];
        if layer.units == 1 && l > 0 {
            let weight = &weights[layer.weight.clone()];
            for (out, row) in layer.values[..rows].iter_mut().zip(inputs.values.chunks_exact(layer.inputs)) {
                *out = bias[0] + dot(row, weight);
            }
        } else {
            let left = Left::Plain(inputs);
            let values = if layer.plain { &weights[layer.weight.clone()] } else { &layer.up[..] };
            let right = Packed { values, depth: layer.inputs, width: layer.units };
            product(simd, left, rows, right, Start::Row(bias), &mut layer.values);
        }
        if l < hidden {
            let used = rows * layer.units;
            activate(space.network.activation, &mut layer.values[..used], &mut layer.slopes);
            if let Some(mask) = masks.get(l) {
                let mask = &mask[first * layer.units..][..used];
                for ((value, slope), mask) in layer.values.iter_mut().zip(&mut layer.slopes).zip(mask) {
                    *value *= mask;
                    *slope *= mask;
                }
            }
        }
    }
}

/// From the errors of the outputs to the gradient of every layer, and to the errors of the embedded inputs.
#[inline(always)]
fn down<S: Simd>(simd: S, space: &mut Space, weights: &[f32], inputs: Matrix<'_>, rows: usize, gradient: &mut [f32]) {
    let embedded = space.network.width() - space.network.numbers;
    for l in (0..space.layers.len()).rev() {
        let (below, layer) = space.layers.split_at_mut(l);
        let (mut below, layer) = (below.last_mut(), &layer[0]);
        let errors = &layer.errors[..rows * layer.units];
        let (weight, bias) = (layer.weight.clone(), layer.bias.clone());
        if let (1, Some(below)) = (layer.units, &mut below) {
            gradient[bias.start] = errors.iter().fold(gradient[bias.start], |sum, error| sum + error);
            let right = right(simd, &below.values[..rows * layer.inputs], layer.inputs, &mut space.packed);
            product(simd, Left::Transposed(Matrix::new(errors, 1)), 1, right, Start::Output, &mut gradient[weight.clone()]);
            single_down(simd, errors, &weights[weight], below);
            continue;
        }
        let right = right(simd, errors, layer.units, &mut space.packed);
        product(simd, Left::Transposed(Matrix::new(&ONES[..rows], 1)), 1, right, Start::Output, &mut gradient[bias]);
        let inputs = below.as_deref().map_or(inputs, |below| Matrix::new(&below.values, below.units));
        product(simd, Left::Transposed(inputs), layer.inputs, right, Start::Output, &mut gradient[weight]);
        let errors = Left::Plain(Matrix::new(&layer.errors, layer.units));
        if let Some(below) = below {
            let right = Packed { values: &layer.down, depth: layer.units, width: layer.inputs };
            product(simd, errors, rows, right, Start::Zero, &mut below.errors);
            let used = rows * layer.inputs;
            for (error, slope) in below.errors[..used].iter_mut().zip(&below.slopes) {
                *error *= slope;
            }
        } else if embedded > 0 {
            let right = Packed { values: &layer.down, depth: layer.units, width: embedded };
            product(simd, errors, rows, right, Start::Zero, &mut space.input_errors);
        }
    }
}

/// The errors below a single unit: its error, times the weight and the slope of each input.
#[inline(always)]
fn single_down<S: Simd>(simd: S, errors: &[f32], weight: &[f32], below: &mut Layer) {
    let width = weight.len();
    let places = below.errors.chunks_exact_mut(width).zip(below.slopes.chunks_exact(width));
    for (error, (below, slopes)) in errors.iter().zip(places) {
        let ((below, below_rest), (slopes, slopes_rest)) = (S::as_mut_simd_f32s(below), S::as_simd_f32s(slopes));
        let (weight, weight_rest) = S::as_simd_f32s(weight);
        let all = simd.splat_f32s(*error);
        for ((below, weight), slope) in below.iter_mut().zip(weight).zip(slopes) {
            *below = simd.mul_f32s(simd.mul_f32s(all, *weight), *slope);
        }
        for ((below, weight), slope) in below_rest.iter_mut().zip(weight_rest).zip(slopes_rest) {
            *below = error * weight * slope;
        }
    }
}

/// A matrix `[rows, width]` as the right factor of a product, packed into `room` where it has to be.
#[inline(always)]
fn right<'a, S: Simd>(simd: S, matrix: &'a [f32], width: usize, room: &'a mut [f32]) -> Packed<'a> {
    let depth = matrix.len() / width;
    if is_packed::<S>(width) {
        return Packed { values: matrix, depth, width };
    }
    pack(simd, matrix, width, None, room);
    Packed { values: room, depth, width }
}

/// From the errors of the embedded inputs to the gradient of the embeddings.
#[inline(always)]
fn scatter(space: &Space, weights: &[f32], data: &Dataset, rows: &[usize], inputs: &[f32], gradient: &mut [f32]) {
    let embedded = space.network.width() - space.network.numbers;
    periodic::down(space, weights, inputs, rows.len(), gradient);
    let mut at = space.network.periodic_width();
    let count = data.cardinalities.len();
    for (c, (table, &(_, dim))) in space.tables.iter().zip(&space.network.embeddings).enumerate() {
        let gradient = &mut gradient[table.clone()];
        for (errors, &row) in space.input_errors.chunks_exact(embedded).zip(rows) {
            let gradient = &mut gradient[data.codes[row * count + c] as usize * dim..][..dim];
            gradient.iter_mut().zip(&errors[at..at + dim]).for_each(|(g, e)| *g += e);
        }
        at += dim;
    }
}

/// The first weight was used times the scale of its inputs: divides its gradient between the two.
#[inline(always)]
fn unscale(space: &Space, weights: &[f32], gradient: &mut [f32]) {
    let (Some(scale), Some(layer)) = (space.scale.clone(), space.layers.first()) else { return };
    for i in 0..layer.inputs {
        let from = layer.weight.start + i * layer.units;
        gradient[scale.start + i] = dot(&weights[from..from + layer.units], &gradient[from..from + layer.units]);
        let factor = weights[scale.start + i];
        gradient[from..from + layer.units].iter_mut().for_each(|g| *g *= factor);
    }
}

/// Scalar product, summed in sixteen fixed lanes.
#[inline(always)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let (a, a_rest) = a.as_chunks::<16>();
    let (b, b_rest) = b.as_chunks::<16>();
    for (a, b) in a.iter().zip(b) {
        for i in 0..16 {
            lanes[i] = a[i].mul_add(b[i], lanes[i]);
        }
    }
    for (lane, (a, b)) in lanes.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *lane = a.mul_add(*b, *lane);
    }
    let mut width = 8;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}
