use serde::{Deserialize, Serialize};

use super::config::Numbers;
use crate::metrics;

/// A learned map from a number to the scale of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// `(x - center) / width`.
    Linear { center: f64, width: f64 },
    /// `Linear`, then `z / sqrt(1 + (z / 3)^2)`, which stays within (-3, 3).
    Clipped { center: f64, width: f64 },
    /// Normal score by linear interpolation between the sorted knots, which stand at equal steps of rank.
    Quantile { knots: Vec<f64> },
}

/// Most knots of a quantile scale.
const KNOTS: usize = 1000;
/// Normal scores stay within the quantiles of this share and one minus it: ±3.09.
const TAIL: f64 = 1e-3;

impl Scale {
    /// Learns the scale from the known values of the training rows, sorted.
    ///
    /// A constant column has width 1, so that it becomes 0.
    #[must_use]
    pub fn fit(kind: Numbers, sorted: &[f64]) -> Self {
        let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else {
            return Self::Linear { center: 0.0, width: 1.0 };
        };
        let width = |w: f64| if w.is_finite() && w > 0.0 { w } else { 1.0 };
        match kind {
            Numbers::None => Self::Linear { center: 0.0, width: 1.0 },
            Numbers::Minmax => Self::Linear { center: *low, width: width(high - low) },
            Numbers::Standard => {
                let (center, deviation) = moments(sorted);
                Self::Linear { center, width: width(deviation) }
            }
            Numbers::Robust => {
                let center = quantile(sorted, 0.5);
                let spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
                // Half the range where the middle half of the values is one value, as in the paper's preprocessing.
                let spread = if spread > 0.0 { spread } else { (high - low) / 2.0 };
                Self::Clipped { center, width: width(spread) }
            }
            Numbers::Quantile => {
                let count = KNOTS.min(sorted.len()).max(2);
                let last = (count - 1) as f64;
                Self::Quantile { knots: (0..count).map(|i| quantile(sorted, i as f64 / last)).collect() }
            }
        }
    }

    /// Whether its numbers can be computed with, whoever wrote them.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Linear { center, width } | Self::Clipped { center, width } => center.is_finite() && *width > 0.0,
            Self::Quantile { knots } => knots.len() >= 2 && knots.iter().all(|k| k.is_finite()) && knots.is_sorted(),
        }
    }

    /// The scaled value.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
    pub fn apply(&self, x: f64) -> f32 {
        match self {
            Self::Linear { center, width } => (((x - center) / width).clamp(-1e6, 1e6)) as f32,
            Self::Clipped { center, width } => {
                let z = (x - center) / width;
                if z.is_finite() { (z / (1.0 + (z / 3.0).powi(2)).sqrt()) as f32 } else { (3.0 * z.signum()) as f32 }
            }
            Self::Quantile { knots } => normal_score(rank(knots, x).clamp(TAIL, 1.0 - TAIL)) as f32,
        }
    }
}

/// Mean and population standard deviation.
#[must_use]
pub fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    // Divided by the largest size first, so that neither sum overflows.
    let size = values.iter().fold(0.0_f64, |size, v| size.max(v.abs()));
    if size == 0.0 {
        return (0.0, 0.0);
    }
    let mean = values.iter().map(|v| v / size).sum::<f64>() / n;
    let variance = values.iter().map(|v| (v / size - mean).powi(2)).sum::<f64>() / n;
    (mean * size, variance.sqrt() * size)
}

/// [`metrics::quantile`] of values that are known to be some; 0 of none.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    metrics::quantile(sorted, share).unwrap_or_default()
}

/// Share of the training values below `x`: interpolated between knots, the middle of the plateau where knots are equal.
fn rank(knots: &[f64], x: f64) -> f64 {
    let last = (knots.len() - 1) as f64;
    let first_above = knots.partition_point(|k| *k <= x);
    let equal = first_above > 0 && knots[first_above - 1] == x;
    let first_equal = if equal { knots.partition_point(|k| *k < x) } else { first_above };
    if first_equal < first_above {
        return (first_equal + first_above - 1) as f64 / 2.0 / last;
    }
    if first_above == 0 {
        return 0.0;
    }
    if first_above == knots.len() {
        return 1.0;
    }
    let (low, high) = (knots[first_above - 1], knots[first_above]);
    ((first_above - 1) as f64 + (x - low) / (high - low)) / last
}

/// Inverse of the normal distribution function (Acklam 2003, relative error below 1.2e-9).
#[must_use]
#[expect(clippy::excessive_precision, clippy::unreadable_literal, reason = "the published coefficients")]
pub fn normal_score(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383577518672690e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] =
        [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    let poly = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, c| sum * x + c);
    if p < 0.02425 {
        let q = (-2.0 * p.ln()).sqrt();
        poly(&C, q) / (poly(&D, q) * q + 1.0)
    } else if p > 1.0 - 0.02425 {
        -normal_score(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        poly(&A, r) * q / (poly(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f32, b: f64) {
        assert!((f64::from(a) - b).abs() < 1e-6, "{a} {b}");
    }

    #[test]
    fn scales_by_hand() {
        let sorted = [1.0, 2.0, 3.0, 4.0, 10.0];
        near(Scale::fit(Numbers::Minmax, &sorted).apply(5.5), 0.5);
        // mean 4, deviations -3 -2 -1 0 6, variance 50 / 5 = 10
        near(Scale::fit(Numbers::Standard, &sorted).apply(7.0), 3.0 / 10.0_f64.sqrt());
        // median 3, IQR 4 - 2 = 2; z = 3.5 -> 3.5 / sqrt(1 + 3.5^2 / 9)
        near(Scale::fit(Numbers::Robust, &sorted).apply(10.0), 3.5 / (1.0_f64 + 12.25 / 9.0).sqrt());
        near(Scale::fit(Numbers::Quantile, &sorted).apply(3.0), 0.0);
        near(Scale::fit(Numbers::Quantile, &sorted).apply(1.5), normal_score(0.125));
        near(Scale::fit(Numbers::None, &sorted).apply(1.5), 1.5);
    }

    #[test]
    fn extremes_stay_finite() {
        for kind in [Numbers::Standard, Numbers::Minmax, Numbers::Robust, Numbers::Quantile, Numbers::None] {
            for sorted in [&[5.0, 5.0][..], &[-1e300, 0.0, 1e300], &[]] {
                for x in [f64::MAX, f64::MIN, 0.0] {
                    assert!(Scale::fit(kind, sorted).apply(x).is_finite(), "{kind:?} {sorted:?} {x}");
                }
            }
        }
    }

    #[test]
    fn a_plateau_takes_its_middle_rank() {
        assert!((rank(&[0.0, 0.0, 0.0, 1.0, 2.0], 0.0) - 0.25).abs() < 1e-12);
        assert!((rank(&[0.0, 1.0, 2.0], 0.5) - 0.25).abs() < 1e-12);
        assert_eq!((rank(&[0.0, 1.0], -5.0), rank(&[0.0, 1.0], 5.0)), (0.0, 1.0));
    }

    #[test]
    fn normal_scores_of_the_tables() {
        for (p, z) in [(0.5, 0.0), (0.975, 1.959_963_985), (0.001, -3.090_232_306), (0.9, 1.281_551_566)] {
            assert!((normal_score(p) - z).abs() < 1e-7, "{p}");
        }
    }
}
