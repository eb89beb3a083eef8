//! The periodic embedding of numbers, a feature at a time, the rows of a block side by side.

use super::functions::sin_cos;
use super::pass::dot;
use super::space::{ROWS, Space};

/// Writes the embeddings of `rows` rows beside their dense inputs, and keeps sine and cosine for the way down.
#[inline(always)]
pub fn up(space: &mut Space, weights: &[f32], inputs: &mut [f32], rows: usize) {
    let Some(shape) = space.network.periodic else { return };
    let (p, e) = (shape.frequencies, shape.dimension);
    let width = space.network.width();
    let [frequency, phase, mix, shift] = space.periodic.clone().map(|range| &weights[range]);
    for (f, &column) in space.network.continuous.iter().enumerate() {
        let mut x = [0.0; ROWS];
        for (x, row) in x.iter_mut().zip(inputs.chunks_exact(width)).take(rows) {
            *x = row[column];
        }
        let [sines, cosines] = &mut space.waves;
        for a in f * p..(f + 1) * p {
            let (sines, cosines) = (&mut sines[a * ROWS..][..ROWS], &mut cosines[a * ROWS..][..ROWS]);
            for i in 0..ROWS {
                (sines[i], cosines[i]) = sin_cos(x[i].mul_add(frequency[a], phase[a]));
            }
        }
        let at = space.network.numbers + f * e;
        for j in 0..e {
            let mut out = [shift[f * e + j]; ROWS];
            for a in f * p..(f + 1) * p {
                let (factor, cosines) = (mix[a * e + j], &space.waves[1][a * ROWS..][..ROWS]);
                for i in 0..ROWS {
                    out[i] = factor.mul_add(cosines[i], out[i]);
                }
            }
            for (row, out) in inputs.chunks_exact_mut(width).zip(&out).take(rows) {
                row[at + j] = *out;
            }
        }
    }
}

/// Adds the gradient of the embedding's parameters.
#[inline(always)]
pub fn down(space: &Space, weights: &[f32], inputs: &[f32], rows: usize, gradient: &mut [f32]) {
    let Some(shape) = space.network.periodic else { return };
    let (p, e) = (shape.frequencies, shape.dimension);
    let width = space.network.width();
    let embedded = width - space.network.numbers;
    let [frequencies, phases, mixes, shifts] = &space.periodic;
    let mix = &weights[mixes.clone()];
    let ones = [1.0; ROWS];
    let mut errors = vec![[0.0; ROWS]; e];
    for (f, &column) in space.network.continuous.iter().enumerate() {
        // Rows beyond the block stay zero in `errors`, and so add nothing to any sum.
        let mut x = [0.0; ROWS];
        for (x, row) in x.iter_mut().zip(inputs.chunks_exact(width)).take(rows) {
            *x = row[column];
        }
        for (i, row) in space.input_errors.chunks_exact(embedded).take(rows).enumerate() {
            for (j, errors) in errors.iter_mut().enumerate() {
                errors[i] = row[f * e + j];
            }
        }
        for (j, errors) in errors.iter().enumerate() {
            gradient[shifts.start + f * e + j] += dot(errors, &ones);
        }
        for a in f * p..(f + 1) * p {
            let (sines, cosines) = (&space.waves[0][a * ROWS..][..ROWS], &space.waves[1][a * ROWS..][..ROWS]);
            let mut angle = [0.0_f32; ROWS];
            for (j, errors) in errors.iter().enumerate() {
                gradient[mixes.start + a * e + j] += dot(errors, cosines);
                let factor = mix[a * e + j];
                for i in 0..ROWS {
                    angle[i] = factor.mul_add(errors[i], angle[i]);
                }
            }
            for i in 0..ROWS {
                angle[i] *= -sines[i];
            }
            gradient[phases.start + a] += dot(&angle, &ones);
            gradient[frequencies.start + a] += dot(&angle, &x);
        }
    }
}
