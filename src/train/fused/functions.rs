//! Functions of one number that a compiler turns into vector code: no branches, no calls, the same bits everywhere.
#![expect(clippy::many_single_char_names, reason = "formulas")]
#![expect(clippy::excessive_precision, reason = "the published coefficients")]

use std::f32::consts::{FRAC_1_PI, FRAC_1_SQRT_2, LOG2_E, SQRT_2};

use crate::train::config::Activation;

/// Adding this rounds to the nearest whole number, which then stands in the low bits.
const ROUND: f32 = 12_582_912.0;

/// `e^x`, relative error below 2e-7, for x clamped to -87 to 88; NaN stays NaN (Cephes `expf`).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.0, 88.0);
    let shifted = x.mul_add(LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(2.121_944_4e-4, n.mul_add(-0.693_359_375, x));
    let p = 1.987_569_2e-4_f32.mul_add(r, 1.398_2e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_6e-1);
    let p = p.mul_add(r, 0.5);
    let e = p.mul_add(r * r, r) + 1.0;
    e * f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23))
}

/// `ln(1 + u)` for u from 0 to 1, absolute error below 1e-7 (Cephes `logf`).
#[inline(always)]
pub fn ln_1p(u: f32) -> f32 {
    let x = 1.0 + u;
    let large = x > SQRT_2;
    let f = if large { 0.5f32.mul_add(x, -1.0) } else { x - 1.0 };
    let e = if large { std::f32::consts::LN_2 } else { 0.0 };
    let p = 7.037_683_6e-2_f32.mul_add(f, -1.151_461e-1);
    let p = p.mul_add(f, 1.167_699_9e-1);
    let p = p.mul_add(f, -1.242_014_1e-1);
    let p = p.mul_add(f, 1.424_932_3e-1);
    let p = p.mul_add(f, -1.666_805_8e-1);
    let p = p.mul_add(f, 2.000_071_5e-1);
    let p = p.mul_add(f, -2.499_999_4e-1);
    let p = p.mul_add(f, 3.333_333_1e-1);
    let square = f * f;
    (p * f).mul_add(square, square.mul_add(-0.5, f)) + e
}

/// Sine and cosine, absolute error below 2e-7 for angles up to some thousands (Cephes `sinf`, `cosf`).
#[inline(always)]
pub fn sin_cos(x: f32) -> (f32, f32) {
    let shifted = x.mul_add(2.0 * FRAC_1_PI, ROUND);
    let n = shifted - ROUND;
    // Two parts of pi / 2; the clamp keeps the polynomials sane for angles that have no precision left.
    let r = n.mul_add(-1.570_796_4, x);
    let r = n.mul_add(4.371_138_8e-8, r).clamp(-1.0, 1.0);
    let square = r * r;
    let s = (-1.951_529_6e-4_f32).mul_add(square, 8.332_161e-3);
    let s = s.mul_add(square, -1.666_665_5e-1);
    let s = (s * square).mul_add(r, r);
    let c = 2.443_315_7e-5_f32.mul_add(square, -1.388_731_6e-3);
    let c = c.mul_add(square, 4.166_664_6e-2);
    let c = (c * square).mul_add(square, square.mul_add(-0.5, 1.0));
    let quarter = shifted.to_bits();
    let (sin, cos) = if quarter & 1 == 0 { (s, c) } else { (c, s) };
    let sin_sign = (quarter & 2) << 30;
    let cos_sign = (quarter.wrapping_add(1) & 2) << 30;
    (f32::from_bits(sin.to_bits() ^ sin_sign), f32::from_bits(cos.to_bits() ^ cos_sign))
}

/// Applies the activation in place and writes its derivative to `slopes`, equally long.
#[inline(always)]
pub fn activate(kind: Activation, sums: &mut [f32], slopes: &mut [f32]) {
    let slopes = &mut slopes[..sums.len()];
    match kind {
        Activation::Relu => each(sums, slopes, relu),
        Activation::Gelu => each(sums, slopes, gelu),
        Activation::Silu => each(sums, slopes, silu),
        Activation::Selu => each(sums, slopes, selu),
        Activation::Tanh => each(sums, slopes, tanh),
        Activation::Mish => each(sums, slopes, mish),
    }
}

#[inline(always)]
fn each(sums: &mut [f32], slopes: &mut [f32], f: impl Fn(f32) -> (f32, f32)) {
    for i in 0..sums.len() {
        (sums[i], slopes[i]) = f(sums[i]);
    }
}

/// Each function of the sum `z`, and its derivative. NaN stays NaN, so that a loss that ran away is seen.
#[inline(always)]
fn relu(z: f32) -> (f32, f32) {
    // A product, not a choice between values, which becomes one between stores: those are slow.
    let slope = if z <= 0.0 { 0.0 } else { 1.0 };
    (z * slope, slope)
}

#[inline(always)]
fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z))
}

#[inline(always)]
fn silu(z: f32) -> (f32, f32) {
    let s = sigmoid(z);
    (z * s, s * (1.0 - s).mul_add(z, 1.0))
}

/// Klambauer et al. 2017.
#[inline(always)]
fn selu(z: f32) -> (f32, f32) {
    const ALPHA: f32 = 1.673_263_2;
    const LAMBDA: f32 = 1.050_701;
    let e = exp(z) * (ALPHA * LAMBDA);
    // At zero, where the derivative jumps, the side that burn takes.
    if z < 0.0 { (e - ALPHA * LAMBDA, e) } else { (LAMBDA * z, LAMBDA) }
}

#[inline(always)]
fn tanh(z: f32) -> (f32, f32) {
    let t = 1.0 - 2.0 / (exp(2.0 * z) + 1.0);
    (t, t.mul_add(-t, 1.0))
}

/// Misra 2019: `z tanh(ln(1 + e^z))`.
#[inline(always)]
fn mish(z: f32) -> (f32, f32) {
    let e = exp(z.clamp(-87.0, 20.0));
    let n = e * (e + 2.0);
    // n / (n + 2) and e / (1 + e) by one division.
    let share = 1.0 / ((n + 2.0) * (1.0 + e));
    let w = n * (1.0 + e) * share;
    let s = e * (n + 2.0) * share;
    (z * w, (z * s).mul_add(w.mul_add(-w, 1.0), w))
}

/// Hendrycks & Gimpel 2016, by the error function of Abramowitz & Stegun 7.1.26 (absolute error below 2e-7).
#[inline(always)]
fn gelu(z: f32) -> (f32, f32) {
    let x = z.abs() * FRAC_1_SQRT_2;
    let t = 1.0 / 0.327_591_1_f32.mul_add(x, 1.0);
    let p = 1.061_405_4_f32.mul_add(t, -1.453_152);
    let p = p.mul_add(t, 1.421_413_8);
    let p = p.mul_add(t, -0.284_496_74);
    let p = p.mul_add(t, 0.254_829_6);
    let e = exp(-x * x);
    let tail = 0.5 * p * t * e;
    let share = if z < 0.0 { tail } else { 1.0 - tail };
    (z * share, z.mul_add(e * 0.398_942_3, share))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty thousand points from `low` to `high`.
    fn points(low: f32, high: f32) -> impl Iterator<Item = f32> {
        (0..=20_000_u16).map(move |i| low + (high - low) * f32::from(i) / 20_000.0)
    }

    fn close(ours: f32, truth: f64, tolerance: f64, at: f32) {
        assert!((f64::from(ours) - truth).abs() <= tolerance, "at {at}: {ours} {truth}");
    }

    #[test]
    fn elementary_functions_are_those_of_double_precision() {
        for x in points(-80.0, 80.0) {
            let truth = f64::from(x).exp();
            close(exp(x), truth, 3e-7 * truth, x);
        }
        for x in points(0.0, 1.0) {
            close(ln_1p(x), f64::from(x).ln_1p(), 2e-7, x);
        }
        for x in points(-100.0, 100.0) {
            let (sin, cos) = sin_cos(x);
            close(sin, f64::from(x).sin(), 4e-7, x);
            close(cos, f64::from(x).cos(), 4e-7, x);
        }
        assert_eq!((exp(0.0), ln_1p(0.0), sin_cos(0.0)), (1.0, 0.0, (0.0, 1.0)));
    }

    #[test]
    fn slopes_are_the_derivatives() {
        for kind in Activation::ALL {
            let value = |z: f32| {
                let (mut sums, mut slopes) = ([z], [0.0]);
                activate(kind, &mut sums, &mut slopes);
                (sums[0], slopes[0])
            };
            for z in points(-6.0, 6.0).filter(|z| z.abs() > 0.02) {
                let difference = (f64::from(value(z + 0.01).0) - f64::from(value(z - 0.01).0)) / 0.02;
                close(value(z).1, difference, 2e-4, z);
            }
            assert!(value(f32::NAN).0.is_nan(), "{kind:?}");
            assert!([1e30, -1e30].into_iter().all(|z| value(z).0.is_finite() && value(z).1.is_finite()), "{kind:?}");
        }
    }
}
