//! The numbers behind the figures of a report that are more than a curve: who is found when the best are taken first,
//! how far errors go, what a threshold does.

mod binary;
mod classes;
mod errors;

pub use binary::{Cut, Tenth, cuts, gain, score_histogram, separation, tenths};
pub use classes::{ClassCurves, class_curves};
pub use errors::{ErrorBin, Hexagons, error_bins, error_quantiles, hexagons};

/// The 95 % interval of a share of which `hits` of `rows` were seen (Wilson 1927): unlike the simple interval it stays
/// within 0 to 1 and holds its promise for few rows and shares near the ends (Brown, Cai & Das Gupta 2001).
///
/// `None` without rows.
#[must_use]
pub fn wilson(hits: f64, rows: f64) -> Option<[f64; 2]> {
    const Z: f64 = 1.959_963_984_540_054;
    if rows <= 0.0 || !hits.is_finite() || !rows.is_finite() {
        return None;
    }
    let (share, z2) = ((hits / rows).clamp(0.0, 1.0), Z * Z);
    let middle = (share + z2 / (2.0 * rows)) / (1.0 + z2 / rows);
    let half = Z * (share * (1.0 - share) / rows + z2 / (4.0 * rows * rows)).sqrt() / (1.0 + z2 / rows);
    // At the ends one side is exactly the share, but for rounding.
    Some([(middle - half).clamp(0.0, share), (middle + half).clamp(share, 1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_by_hand() {
        // 10 of 20: middle 0.5, half 1.96 * sqrt(0.25/20 + 3.8415/1600) / (1 + 3.8415/20) = 0.20070.
        let [low, high] = wilson(10.0, 20.0).unwrap();
        assert!((low - 0.2993).abs() < 1e-4 && (high - 0.7007).abs() < 1e-4, "{low} {high}");
        // None of 10: 0 to z² / (10 + z²) = 0.27753.
        let [low, high] = wilson(0.0, 10.0).unwrap();
        assert!(low == 0.0 && (high - 0.277_53).abs() < 1e-4, "{low} {high}");
        let [low, high] = wilson(10.0, 10.0).unwrap();
        assert!((low - 0.722_47).abs() < 1e-4 && high == 1.0);
        assert_eq!(wilson(0.0, 0.0), None);
    }
}
