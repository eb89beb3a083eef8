use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::metrics::quantile;

/// Rows that stand together by one number, and how far off their predictions are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorBin {
    pub rows: usize,
    /// Lowest, mean and highest of what the rows are ordered by.
    pub by: [f64; 3],
    /// The 5, 25, 50, 75 and 95 % points of truth less prediction.
    pub residuals: [f64; 5],
    /// Means of truth less prediction and of its size.
    pub bias: f64,
    pub mae: f64,
}

/// A plane of numbers counted into hexagons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hexagons {
    /// From the middle of a hexagon to that of its neighbour beside it, and to the row above it, in units of the axes.
    pub step: [f64; 2],
    /// Middle and rows of each hexagon that has some.
    pub cells: Vec<[f64; 3]>,
}

/// Truth less prediction in `bins` parts of about equally many rows, in the order of `by`; equal values of it stay
/// together. Empty where a number is not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn error_bins(truth: &[f64], predicted: &[f64], by: &[f64], bins: usize) -> Vec<ErrorBin> {
    assert!(truth.len() == predicted.len() && truth.len() == by.len(), "every row has its numbers");
    if ![truth, predicted, by].iter().all(|values| values.iter().all(|v| v.is_finite())) {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..by.len()).collect();
    order.sort_unstable_by(|&a, &b| {
        by[a].total_cmp(&by[b]).then(truth[a].total_cmp(&truth[b])).then(predicted[a].total_cmp(&predicted[b]))
    });
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut place = 0;
    for run in order.chunk_by(|&a, &b| by[a] == by[b]) {
        // The middle of the run decides.
        parts.entry((2 * place + run.len()) * bins / (2 * order.len())).or_default().extend(run);
        place += run.len();
    }
    parts.into_values().map(|rows| ErrorBin::of(truth, predicted, by, &rows)).collect()
}

impl ErrorBin {
    fn of(truth: &[f64], predicted: &[f64], by: &[f64], rows: &[usize]) -> Self {
        let n = rows.len() as f64;
        let mut residuals: Vec<f64> = rows.iter().map(|&r| truth[r] - predicted[r]).collect();
        let bias = residuals.iter().sum::<f64>() / n;
        let mae = residuals.iter().map(|r| r.abs()).sum::<f64>() / n;
        residuals.sort_unstable_by(f64::total_cmp);
        let mean = rows.iter().map(|&r| by[r]).sum::<f64>() / n;
        Self {
            rows: rows.len(),
            by: [by[rows[0]], mean, by[rows[rows.len() - 1]]],
            residuals: [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| quantile(&residuals, q).unwrap_or(0.0)),
            bias,
            mae,
        }
    }
}

/// `[share, size]`: so large a share of the predictions is off by no more; for 1, 5, 10, …, 95, 99 and 100 %. Empty
/// without rows or where a number is not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn error_quantiles(truth: &[f64], predicted: &[f64]) -> Vec<[f64; 2]> {
    assert_eq!(truth.len(), predicted.len(), "every row has one truth and one prediction");
    let mut sizes: Vec<f64> = truth.iter().zip(predicted).map(|(t, p)| (t - p).abs()).collect();
    if sizes.is_empty() || sizes.iter().any(|s| !s.is_finite()) {
        return Vec::new();
    }
    sizes.sort_unstable_by(f64::total_cmp);
    let shares = [1].into_iter().chain((5..100).step_by(5)).chain([99, 100]).map(|percent| f64::from(percent) / 100.0);
    shares.filter_map(|share| Some([share, quantile(&sizes, share)?])).collect()
}

/// Counts points into hexagons, about `across` of them beside each other (Carr et al. 1987): thousands of dots hide how
/// many they are. Empty without points or where a number is not finite.
#[must_use]
pub fn hexagons(points: &[[f64; 2]], across: usize) -> Hexagons {
    let range = |axis: usize| {
        let values = || points.iter().map(move |p| p[axis]);
        [values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)]
    };
    let ([left, right], [low, high]) = (range(0), range(1));
    if !(right - left).is_finite() || !(high - low).is_finite() || across == 0 {
        return Hexagons::default();
    }
    // Where all values of an axis are one, any step does.
    let step = |width: f64, at: f64| if width > 0.0 { width / across as f64 } else { at.abs().max(1.0) };
    let step = [step(right - left, left), step(high - low, low) * 3.0_f64.sqrt() / 2.0];
    let mut cells: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for &[x, y] in points {
        *cells.entry(cell((x - left) / step[0], (y - low) / step[1])).or_default() += 1;
    }
    let middle = |(row, column): (i64, i64)| {
        let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
        [left + (column as f64 + shift) * step[0], low + row as f64 * step[1]]
    };
    let cells = cells.into_iter().map(|(at, n)| {
        let [x, y] = middle(at);
        [x, y, n as f64]
    });
    Hexagons { step, cells: cells.collect() }
}

/// Row and column of the hexagon whose middle is nearest; odd rows are shifted by half a step to the right.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
fn cell(x: f64, y: f64) -> (i64, i64) {
    let distance = |row: f64| {
        let shift = if (row as i64).rem_euclid(2) == 1 { 0.5 } else { 0.0 };
        let column = (x - shift).round();
        // Rows are √3/2 as far apart as columns.
        ((x - shift - column).powi(2) + 0.75 * (y - row).powi(2), row as i64, column as i64)
    };
    let (below, above) = (distance(y.floor()), distance(y.floor() + 1.0));
    if above.0 < below.0 { (above.1, above.2) } else { (below.1, below.2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_by_prediction_by_hand() {
        let truth = [1.0, 3.0, 10.0, 14.0];
        let predicted = [2.0, 2.0, 12.0, 11.0];
        let bins = error_bins(&truth, &predicted, &predicted, 2);
        // The two equal predictions stay together: residuals -1 and 1; then 11 and 12: residuals 3 and -2.
        assert_eq!(bins.iter().map(|b| b.rows).collect::<Vec<_>>(), [2, 2]);
        assert_eq!((bins[0].bias, bins[0].mae, bins[0].by), (0.0, 1.0, [2.0, 2.0, 2.0]));
        assert_eq!((bins[1].bias, bins[1].mae, bins[1].by), (0.5, 2.5, [11.0, 11.5, 12.0]));
        assert_eq!(bins[1].residuals[2], 0.5);
        assert!((bins[1].residuals[0] - -1.75).abs() < 1e-12);
        assert!(error_bins(&[f64::NAN], &[1.0], &[1.0], 2).is_empty() && error_bins(&[], &[], &[], 2).is_empty());
    }

    #[test]
    fn error_quantiles_by_hand() {
        // Sizes 0, 1, 2, 3, 4: the middle is 2, nine tenths 3.6.
        let quantiles = error_quantiles(&[0.0, 1.0, -2.0, 3.0, 4.0], &[0.0; 5]);
        let at = |share: f64| quantiles.iter().find(|q| (q[0] - share).abs() < 1e-9).unwrap()[1];
        assert!((at(0.5) - 2.0).abs() < 1e-12 && (at(0.9) - 3.6).abs() < 1e-12 && (at(1.0) - 4.0).abs() < 1e-12);
        assert!(error_quantiles(&[], &[]).is_empty());
    }

    #[test]
    fn every_point_falls_into_one_near_hexagon() {
        let points: Vec<[f64; 2]> =
            (0..500).map(f64::from).map(|i| [(i * 0.37).sin() * 50.0, (i * 0.11).cos() * 3.0]).collect();
        let hexagons = hexagons(&points, 20);
        assert_eq!(hexagons.cells.iter().map(|c| c[2]).sum::<f64>(), 500.0);
        for p in &points {
            // The corner of a hexagon is 1/√3 of a step from its middle.
            let near = |c: &[f64; 3]| {
                let (dx, dy) = ((p[0] - c[0]) / hexagons.step[0], (p[1] - c[1]) / hexagons.step[1]);
                dx * dx + 0.75 * dy * dy <= 1.0 / 3.0 + 1e-9
            };
            assert!(hexagons.cells.iter().any(near), "{p:?}");
        }
        assert_eq!(super::hexagons(&[[2.0, 2.0]; 3], 20).cells, [[2.0, 2.0, 3.0]]);
        assert!(super::hexagons(&[], 20).cells.is_empty() && super::hexagons(&[[f64::NAN, 0.0]], 20).cells.is_empty());
    }
}
