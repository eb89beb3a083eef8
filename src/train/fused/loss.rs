use super::functions::{exp, ln_1p};
use crate::data::Labels;

/// Loss of a block of rows, weighted by their shares and summed, and its derivative by the outputs `[rows, outputs]`.
#[inline(always)]
pub fn loss(labels: &Labels, rows: &[usize], shares: &[f32], outputs: &[f32], errors: &mut [f32]) -> f64 {
    match labels {
        Labels::Classes { codes, classes: 2 } => logistic(codes, rows, shares, outputs, errors),
        Labels::Classes { codes, classes } => softmax(codes, *classes, rows, shares, outputs, errors),
        Labels::Numbers { values, reach } => {
            let mut sum = 0.0;
            for (i, &row) in rows.iter().enumerate() {
                let error = outputs[i] - values[row];
                let within = error.clamp(-reach, *reach);
                errors[i] = 2.0 * shares[i] * within;
                sum += f64::from(shares[i]) * f64::from(within) * (2.0 * f64::from(error) - f64::from(within));
            }
            sum
        }
    }
}

/// `(1 - y) z - ln s(z)`, which is `max(z, 0) - y z + ln(1 + e^-|z|)`.
#[inline(always)]
fn logistic(codes: &[u32], rows: &[usize], shares: &[f32], outputs: &[f32], errors: &mut [f32]) -> f64 {
    // Sixteen rows at a time in arrays of that length, so that every row goes through the same vector code.
    let mut sum = 0.0;
    let blocks = rows.chunks(16).zip(shares.chunks(16)).zip(outputs.chunks(16).zip(errors.chunks_mut(16)));
    for ((rows, shares), (outputs, errors)) in blocks {
        let (mut y, mut z, mut share) = ([0.0; 16], [0.0; 16], [0.0; 16]);
        for (i, &row) in rows.iter().enumerate() {
            y[i] = if codes[row] == 1 { 1.0 } else { 0.0 };
            z[i] = outputs[i];
            share[i] = shares[i];
        }
        let (mut slopes, mut losses) = ([0.0; 16], [0.0_f32; 16]);
        for i in 0..16 {
            let e = exp(-z[i].abs());
            let low = e / (1.0 + e);
            let p = if z[i] < 0.0 { low } else { 1.0 - low };
            slopes[i] = share[i] * (p - y[i]);
            let top = if z[i] < 0.0 { 0.0 } else { z[i] };
            losses[i] = share[i] * (y[i].mul_add(-z[i], top) + ln_1p(e));
        }
        errors[..rows.len()].copy_from_slice(&slopes[..rows.len()]);
        // Rows beyond the last have no share.
        sum += losses.iter().map(|l| f64::from(*l)).sum::<f64>();
    }
    sum
}

#[inline(always)]
fn softmax(codes: &[u32], classes: usize, rows: &[usize], shares: &[f32], outputs: &[f32], errors: &mut [f32]) -> f64 {
    let mut total = 0.0;
    let pairs = outputs.chunks_exact(classes).zip(errors.chunks_exact_mut(classes));
    for ((&row, &share), (z, errors)) in rows.iter().zip(shares).zip(pairs) {
        let truth = codes[row] as usize;
        let top = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for (error, z) in errors.iter_mut().zip(z) {
            *error = exp(z - top);
            sum += *error;
        }
        for error in errors.iter_mut() {
            *error *= share / sum;
        }
        errors[truth] -= share;
        total += f64::from(share) * (f64::from(sum).ln() + f64::from(top) - f64::from(z[truth]));
    }
    total
}
