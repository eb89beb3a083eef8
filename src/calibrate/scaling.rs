//! A slope for the log-probabilities and an offset per class, by Newton's method.

use super::Calibration;
use crate::data::softmax;

/// What the smallest probability is taken for, whose logarithm is finite.
const FLOOR: f64 = 1e-12;
/// Most classes that get an offset of their own; the equations grow with their square.
const MOST_OFFSETS: usize = 32;
const MOST_STEPS: usize = 50;

/// Minimises the log-loss of `softmax(slope * ln p + offsets)`, with a penalty as of half a row that keeps the slope near
/// 1 and the offsets near 0, so that classes that do not overlap have a finite answer.
pub fn scaling(codes: &[u32], probabilities: &[f64], classes: usize) -> Calibration {
    let logs: Vec<f64> = probabilities.iter().map(|p| p.max(FLOOR).ln()).collect();
    let free = if classes > MOST_OFFSETS { 1 } else { classes };
    // `x[0]` is the slope, `x[c]` the offset of class c.
    let mut x = vec![0.0; free];
    x[0] = 1.0;
    let mut loss = value(&x, codes, &logs, classes);
    for _ in 0..MOST_STEPS {
        let (gradient, hessian) = derivatives(&x, codes, &logs, classes);
        let step = solve(hessian, gradient);
        let mut share = 1.0;
        let better = loop {
            let next: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x - share * s).collect();
            // A slope of zero or less would turn the order of the rows round.
            let there = if next[0] > 0.0 { value(&next, codes, &logs, classes) } else { f64::INFINITY };
            if there < loss {
                break Some((next, there));
            }
            share /= 2.0;
            if share < 1e-6 {
                break None;
            }
        };
        let Some((next, there)) = better else { break };
        let gain = loss - there;
        (x, loss) = (next, there);
        if gain < 1e-10 * codes.len() as f64 {
            break;
        }
    }
    let mut offsets = vec![0.0; classes];
    offsets[1..free].copy_from_slice(&x[1..]);
    Calibration::Scaling { slope: x[0], offsets }
}

/// Corrects the probabilities of one row in place.
pub fn apply(slope: f64, offsets: &[f64], p: &mut [f64]) {
    p.iter_mut().zip(offsets).for_each(|(p, offset)| *p = slope * p.max(FLOOR).ln() + offset);
    softmax(p);
}

fn scores<'a>(x: &'a [f64], logs: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    logs.iter().enumerate().map(|(c, l)| x[0] * l + if c == 0 { 0.0 } else { x.get(c).copied().unwrap_or(0.0) })
}

fn penalty(x: &[f64]) -> f64 {
    0.5 * ((x[0] - 1.0).powi(2) + x[1..].iter().map(|b| b * b).sum::<f64>())
}

/// Log-loss summed over the rows, plus the penalty.
fn value(x: &[f64], codes: &[u32], logs: &[f64], classes: usize) -> f64 {
    let mut z = vec![0.0; classes];
    let mut sum = penalty(x);
    for (code, logs) in codes.iter().zip(logs.chunks(classes)) {
        z.iter_mut().zip(scores(x, logs)).for_each(|(z, s)| *z = s);
        let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        sum += top + z.iter().map(|z| (z - top).exp()).sum::<f64>().ln() - z[*code as usize];
    }
    sum
}

/// Gradient and Hessian of [`value`]: with `phi_c` the derivative of the score of class c, the mean of `phi` under the
/// probabilities less that of the true class, and its covariance.
fn derivatives(x: &[f64], codes: &[u32], logs: &[f64], classes: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = x.len();
    let mut gradient: Vec<f64> = x.to_vec();
    gradient[0] -= 1.0;
    let mut hessian: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let mut p = vec![0.0; classes];
    for (code, logs) in codes.iter().zip(logs.chunks(classes)) {
        p.iter_mut().zip(scores(x, logs)).for_each(|(p, s)| *p = s);
        softmax(&mut p);
        let mean: f64 = p.iter().zip(logs).map(|(p, l)| p * l).sum();
        gradient[0] += mean - logs[*code as usize];
        hessian[0][0] += p.iter().zip(logs).map(|(p, l)| p * (l - mean).powi(2)).sum::<f64>();
        for i in 1..n {
            gradient[i] += p[i] - f64::from(u8::from(i == *code as usize));
            let with_slope = p[i] * (logs[i] - mean);
            hessian[0][i] += with_slope;
            hessian[i][0] += with_slope;
            for j in 1..n {
                hessian[i][j] += p[i] * (f64::from(u8::from(i == j)) - p[j]);
            }
        }
    }
    (gradient, hessian)
}

/// Solves `a x = b` for a symmetric matrix whose eigenvalues are at least 1 (the penalty's), by elimination.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        let (above, below) = a.split_at_mut(i + 1);
        let pivot = &above[i];
        for (k, row) in below.iter_mut().enumerate() {
            let factor = row[i] / pivot[i];
            row.iter_mut().zip(pivot).for_each(|(r, p)| *r -= factor * p);
            b[i + 1 + k] -= factor * b[i];
        }
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - known) / a[i][i];
    }
    b
}
