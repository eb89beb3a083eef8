//! Tests of two models on the same rows, for rows that are independent of each other.
#![expect(clippy::doc_markdown, reason = "DeLong and McNemar are people")]

/// Two-sided test that two models have the same AUC (DeLong, DeLong & Clarke-Pearson 1988), by midranks as in Sun & Xu
/// (2014).
///
/// Returns the standard error of the difference and the p-value; `None` with fewer than two rows of either class, or
/// where the difference has no variance.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn delong(codes: &[u32], one: &[f64], other: &[f64]) -> Option<(f64, f64)> {
    assert!(codes.len() == one.len() && codes.len() == other.len(), "every row has one truth and two scores");
    let (first, second) = (Components::new(codes, one), Components::new(codes, other));
    let (m, n) = (first.positive.len(), first.negative.len());
    if m < 2 || n < 2 {
        return None;
    }
    let variance = |a: &[f64], b: &[f64]| {
        let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let mean = difference.iter().sum::<f64>() / difference.len() as f64;
        difference.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (difference.len() - 1) as f64
    };
    let variance =
        variance(&first.positive, &second.positive) / m as f64 + variance(&first.negative, &second.negative) / n as f64;
    let error = variance.sqrt();
    (error > 0.0).then(|| (error, two_sided((first.auc() - second.auc()) / error)))
}

/// For each positive row the share of negative ones below it, and for each negative row the share of positive ones
/// above it; equal scores count one half.
struct Components {
    positive: Vec<f64>,
    negative: Vec<f64>,
}

impl Components {
    fn new(codes: &[u32], scores: &[f64]) -> Self {
        let of =
            |class: bool| codes.iter().zip(scores).filter(|(c, _)| (**c == 1) == class).map(|(_, &s)| s).collect::<Vec<f64>>();
        let (positive, negative) = (of(true), of(false));
        let sorted = |values: &[f64]| {
            let mut values = values.to_vec();
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        let (up, down) = (sorted(&positive), sorted(&negative));
        // Rows below, and half of those equal.
        let below = |sorted: &[f64], score: f64| {
            let less = sorted.partition_point(|s| *s < score);
            let equal = sorted.partition_point(|s| *s <= score) - less;
            (less as f64 + equal as f64 / 2.0) / sorted.len().max(1) as f64
        };
        Self {
            positive: positive.iter().map(|&score| below(&down, score)).collect(),
            negative: negative.iter().map(|&score| 1.0 - below(&up, score)).collect(),
        }
    }

    fn auc(&self) -> f64 {
        self.positive.iter().sum::<f64>() / self.positive.len() as f64
    }
}

/// Two-sided exact test that two models are right equally often (McNemar 1947): `only_one` rows are called rightly by
/// the first alone, `only_other` by the second alone. 1 where they never differ.
#[must_use]
pub fn mcnemar(only_one: usize, only_other: usize) -> f64 {
    let n = only_one + only_other;
    let fewer = only_one.min(only_other);
    if 2 * fewer == n {
        return 1.0;
    }
    // Terms of the binomial distribution as logarithms: 2^-n is below the smallest number from n = 1075 on.
    let mut term = -(n as f64) * std::f64::consts::LN_2;
    let mut sum = term;
    for k in 0..fewer {
        term += ((n - k) as f64 / (k + 1) as f64).ln();
        let (high, low) = if term > sum { (term, sum) } else { (sum, term) };
        sum = high + (low - high).exp().ln_1p();
    }
    (2.0 * sum.exp()).min(1.0)
}

/// Probability that a standard normal number is farther from 0 than `z`, to a relative error below 2e-7.
#[must_use]
pub fn two_sided(z: f64) -> f64 {
    // The complementary error function by Chebyshev fitting (Press et al. 2007, sec. 6.2.2).
    const TERMS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    let polynomial = TERMS.iter().rev().fold(0.0, |sum, term| sum * t + term);
    (t * (polynomial - x * x).exp()).min(1.0)
}

/// P-values adjusted for their number, so that each below 0.05 is right with 95 % confidence for all at once
/// (Holm 1979), in the order given.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut largest = 0.0_f64;
    for (place, &i) in order.iter().enumerate() {
        largest = largest.max(p[i] * (p.len() - place) as f64).min(1.0);
        adjusted[i] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delong_by_hand() {
        // Positives 3, 2 over negatives 1, 0 by the first; by the second 3, 0.5 over 1, 0.
        let codes = [1, 1, 0, 0];
        let (error, p) = delong(&codes, &[3.0, 2.0, 1.0, 0.0], &[3.0, 0.5, 1.0, 0.0]).unwrap();
        // Components of the second: positives 1, 1/2, negatives 1/2, 1. Differences 0, 1/2 each: variance 1/8 over 2, twice.
        assert!((error - 0.125_f64.sqrt()).abs() < 1e-12, "{error}");
        // z = 0.25 / 0.35355 = 0.70711.
        assert!((p - 0.479_5).abs() < 1e-4, "{p}");
        assert_eq!(delong(&codes, &[3.0, 2.0, 1.0, 0.0], &[3.0, 2.0, 1.0, 0.0]), None);
        assert_eq!(delong(&[1, 0, 0], &[0.0; 3], &[1.0, 0.0, 0.0]), None);
    }

    #[test]
    fn mcnemar_by_hand() {
        // Two or fewer of eight: (1 + 8 + 28) / 256, twice.
        assert!((mcnemar(2, 6) - 74.0 / 256.0).abs() < 1e-12);
        assert!((mcnemar(6, 2) - 74.0 / 256.0).abs() < 1e-12);
        assert!((mcnemar(0, 5) - 2.0 / 32.0).abs() < 1e-12);
        assert_eq!(mcnemar(0, 0), 1.0);
        assert_eq!(mcnemar(3, 3), 1.0);
        // Far beyond the smallest number: z = 10, by the normal distribution about 1e-23.
        let p = mcnemar(4500, 5500);
        assert!(p > 1e-24 && p < 3e-23, "{p}");
    }

    #[test]
    fn the_normal_distribution_agrees_with_the_tables() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_310_5), (1.959_964, 0.05), (-2.575_829, 0.01), (5.0, 5.733_031e-7)] {
            assert!((two_sided(z) / p - 1.0).abs() < 1e-6, "{z}: {}", two_sided(z));
        }
    }

    #[test]
    fn holm_by_hand() {
        let adjusted = holm(&[0.01, 0.04, 0.03]);
        let wanted = [0.03, 0.06, 0.06];
        assert!(adjusted.iter().zip(wanted).all(|(a, w)| (a - w).abs() < 1e-12), "{adjusted:?}");
        assert_eq!(holm(&[]), Vec::<f64>::new());
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }
}
