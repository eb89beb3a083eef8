//! How far two histograms over the same bins are apart.

/// Added to every bin, so that an empty one does not make the index infinite: half a row (Jeffreys' prior).
const PRIOR: f64 = 0.5;

/// Population stability index, 0 where both are spread alike: the sum over the bins of `(a - e) ln(a / e)` with the shares
/// `e` of the training rows and `a` of the others (Siddiqi 2006), every bin that is not empty on both sides given half a
/// row more. By custom, below 0.1 is stable and above 0.25 another population.
///
/// # Panics
/// If the numbers of bins differ.
#[must_use]
pub fn psi(expected: &[u64], actual: &[u64]) -> f64 {
    let bins = used(expected, actual);
    let share = |counts: &[u64]| {
        let sum: f64 = bins.iter().map(|&i| counts[i] as f64 + PRIOR).sum();
        bins.iter().map(|&i| (counts[i] as f64 + PRIOR) / sum).collect::<Vec<f64>>()
    };
    share(expected).iter().zip(share(actual)).map(|(e, a)| (a - e) * (a / e).ln()).sum()
}

/// Jensen-Shannon distance, 0 where both are spread alike to 1 where they share no bin: the root of the divergence to the
/// base 2 (Endres & Schindelin 2003). 0 where one side has no rows.
///
/// # Panics
/// If the numbers of bins differ.
#[must_use]
pub fn jensen_shannon(expected: &[u64], actual: &[u64]) -> f64 {
    assert_eq!(expected.len(), actual.len(), "both are counted into the same bins");
    let sum = |counts: &[u64]| counts.iter().map(|c| *c as f64).sum::<f64>();
    let (n, m) = (sum(expected), sum(actual));
    if n == 0.0 || m == 0.0 {
        return 0.0;
    }
    let part = |p: f64, middle: f64| if p > 0.0 { p * (p / middle).log2() } else { 0.0 };
    let divergence: f64 = expected
        .iter()
        .zip(actual)
        .map(|(e, a)| {
            let (e, a) = (*e as f64 / n, *a as f64 / m);
            let middle = f64::midpoint(e, a);
            f64::midpoint(part(e, middle), part(a, middle))
        })
        .sum();
    divergence.clamp(0.0, 1.0).sqrt()
}

/// The index that rows of one population show by chance: `(bins - 1) (1 / n + 1 / m)`, the mean of its distribution
/// (Yurdakul 2018). Infinite where one side has no rows.
#[must_use]
pub fn by_chance(expected: &[u64], actual: &[u64]) -> f64 {
    let rows = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
    used(expected, actual).len().saturating_sub(1) as f64 * (1.0 / rows(expected) + 1.0 / rows(actual))
}

/// Bins that are not empty on both sides.
fn used(expected: &[u64], actual: &[u64]) -> Vec<usize> {
    assert_eq!(expected.len(), actual.len(), "both are counted into the same bins");
    (0..expected.len()).filter(|&i| expected[i] + actual[i] > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_index_by_hand() {
        // Shares 49.5 + 0.5 of 100 … : (50, 50) against (75, 25) rows less half a row each.
        // With the half row: 50.5 / 101 = 0.5 each; 75.5 / 101 and 25.5 / 101.
        let (a, b) = (75.5_f64 / 101.0, 25.5_f64 / 101.0);
        let wanted = (a - 0.5) * (a / 0.5).ln() + (b - 0.5) * (b / 0.5).ln();
        assert!((psi(&[50, 50], &[75, 25]) - wanted).abs() < 1e-12);
        // A bin that is empty on both sides changes nothing.
        assert!((psi(&[50, 0, 50], &[75, 0, 25]) - wanted).abs() < 1e-12);
        // With many rows the half row is nothing: 0.25 ln 1.5 - 0.25 ln 0.5 = 0.25 ln 3 = 0.274653.
        assert!((psi(&[5_000_000, 5_000_000], &[7_500_000, 2_500_000]) - 0.274_653_07).abs() < 1e-6);
    }

    #[test]
    fn the_distance_by_hand() {
        assert_eq!(jensen_shannon(&[5, 5], &[50, 50]), 0.0);
        assert_eq!(jensen_shannon(&[5, 0], &[0, 7]), 1.0);
        assert_eq!(jensen_shannon(&[5, 0], &[0, 0]), 0.0);
        // (1/2, 1/2) and (1, 0), middle (3/4, 1/4): half of (1/2 log2(2/3) + 1/2 log2 2) and half of log2(4/3).
        let divergence = 0.5 * (0.5 * (2.0_f64 / 3.0).log2() + 0.5) + 0.5 * (4.0_f64 / 3.0).log2();
        assert!((jensen_shannon(&[1, 1], &[9, 0]) - divergence.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn chance_by_hand() {
        assert!((by_chance(&[50, 50, 0, 1], &[10, 10, 0, 0]) - 2.0 * (1.0 / 101.0 + 1.0 / 20.0)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn both_are_symmetric_bounded_and_zero_for_the_same(
            pairs in proptest::collection::vec((0_u64..1000, 0_u64..1000), 1..20)
        ) {
            let (a, b): (Vec<u64>, Vec<u64>) = pairs.into_iter().unzip();
            prop_assert!((jensen_shannon(&a, &b) - jensen_shannon(&b, &a)).abs() < 1e-9);
            prop_assert!((psi(&a, &b) - psi(&b, &a)).abs() < 1e-9);
            prop_assert!(psi(&a, &b) >= -1e-12 && psi(&a, &b).is_finite());
            prop_assert!((0.0..=1.0).contains(&jensen_shannon(&a, &b)));
            prop_assert!(psi(&a, &a).abs() < 1e-12 && jensen_shannon(&a, &a) < 1e-6);
        }
    }
}
