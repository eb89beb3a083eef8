use pulp::{Simd, WithSimd};

use super::functions::activate;
use super::loss::loss;
use super::periodic;
use super::product::{Left, Matrix, Packed, Start, is_packed, pack, pack_transposed, product};
use super::space::{Layer, ROWS, Space};
use crate::data::{Dataset, Labels};
use crate::train::engine::Batch;

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
        let layer = &mut layer[0];
        let errors = &layer.errors[..rows * layer.units];
        bias_down(errors, &mut gradient[layer.bias.clone()]);
        let weight = &weights[layer.weight.clone()];
        let weight_gradient = &mut gradient[layer.weight.clone()];
        let Some(below) = below.last_mut() else {
            weight_down(simd, layer, inputs, rows, &mut space.packed, weight_gradient);
            if embedded > 0 {
                let left = Left::Plain(Matrix::new(&layer.errors, layer.units));
                let right = Packed { values: &layer.down, depth: layer.units, width: embedded };
                product(simd, left, rows, right, Start::Zero, &mut space.input_errors);
            }
            return;
        };
        if layer.units == 1 {
            single_down(errors, &below.values, weight_gradient);
            let slopes = below.slopes.chunks_exact(layer.inputs);
            for ((error, slopes), below) in errors.iter().zip(slopes).zip(below.errors.chunks_exact_mut(layer.inputs)) {
                below.iter_mut().zip(weight.iter().zip(slopes)).for_each(|(b, (w, s))| *b = error * w * s);
            }
        } else {
            weight_down(simd, layer, Matrix::new(&below.values, below.units), rows, &mut space.packed, weight_gradient);
            let left = Left::Plain(Matrix::new(&layer.errors, layer.units));
            let right = Packed { values: &layer.down, depth: layer.units, width: layer.inputs };
            product(simd, left, rows, right, Start::Zero, &mut below.errors);
            let used = rows * layer.inputs;
            for (error, slope) in below.errors[..used].iter_mut().zip(&below.slopes) {
                *error *= slope;
            }
        }
    }
}

/// Adds the sums of the errors over the rows to the gradient of a bias; sixteen units at a time stay in registers.
#[inline(always)]
fn bias_down(errors: &[f32], gradient: &mut [f32]) {
    let units = gradient.len();
    let (whole, rest) = gradient.as_chunks_mut::<16>();
    let from = 16 * whole.len();
    for (c, sums) in whole.iter_mut().enumerate() {
        let mut all = *sums;
        for row in errors.chunks_exact(units) {
            let row = &row[16 * c..][..16];
            for i in 0..16 {
                all[i] += row[i];
            }
        }
        *sums = all;
    }
    for (c, sum) in rest.iter_mut().enumerate() {
        *sum = errors[from + c..].iter().step_by(units).fold(*sum, |sum, error| sum + error);
    }
}

/// [`weight_down`] of a single unit, sixteen inputs at a time.
#[inline(always)]
fn single_down(errors: &[f32], inputs: &[f32], gradient: &mut [f32]) {
    let width = gradient.len();
    let (whole, rest) = gradient.as_chunks_mut::<16>();
    let from = 16 * whole.len();
    for (c, sums) in whole.iter_mut().enumerate() {
        let mut all = *sums;
        for (row, error) in inputs.chunks_exact(width).zip(errors) {
            let row = &row[16 * c..][..16];
            for i in 0..16 {
                all[i] = row[i].mul_add(*error, all[i]);
            }
        }
        *sums = all;
    }
    for (c, sum) in rest.iter_mut().enumerate() {
        let column = inputs[from + c..].iter().step_by(width).zip(errors);
        *sum = column.fold(*sum, |sum, (value, error)| value.mul_add(*error, sum));
    }
}

/// Adds the product of the transposed inputs and the errors to the gradient of a weight.
#[inline(always)]
fn weight_down<S: Simd>(simd: S, layer: &Layer, inputs: Matrix<'_>, rows: usize, packed: &mut [f32], gradient: &mut [f32]) {
    let errors = &layer.errors[..rows * layer.units];
    let values = if is_packed::<S>(layer.units) {
        errors
    } else {
        pack(simd, errors, layer.units, None, packed);
        packed
    };
    let left = Left::Transposed(inputs);
    let right = Packed { values, depth: rows, width: layer.units };
    product(simd, left, layer.inputs, right, Start::Output, gradient);
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
