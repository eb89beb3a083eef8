//! A few columns whose weighted sum is the target.

/// Columns, their weights, and how much they explain.
#[derive(Debug, PartialEq)]
pub struct Fit {
    pub columns: Vec<usize>,
    pub weights: Vec<f64>,
    /// Share of the variance that is explained on rows that were not fitted.
    pub explained: f64,
}

/// Finds two to `most` columns of which a weighted sum and a constant explain at least `limit` of the target's variance.
///
/// Columns are taken one after the other by their correlation with what is left of the target (orthogonal matching
/// pursuit, Pati et al. 1993), those that turn out idle are dropped. The weights are fitted on the even rows, the share is
/// that on the odd ones.
pub fn fit(columns: &[&[f64]], y: &[f64], most: usize, limit: f64) -> Option<Fit> {
    let half = |v: &[f64], odd: usize| v.iter().skip(odd).step_by(2).copied().collect::<Vec<f64>>();
    let (learn, judge) = (half(y, 0), half(y, 1));
    if learn.len() < 10 * most || judge.is_empty() {
        return None;
    }
    let even: Vec<Vec<f64>> = columns.iter().map(|c| half(c, 0)).collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut left = learn.clone();
    while chosen.len() < most && share_left(&left, &learn) > 1.0 - limit {
        let by = |c: &usize| super::copies::correlation(&even[*c], &left).abs();
        let best = (0..columns.len()).filter(|c| !chosen.contains(c)).max_by(|a, b| by(a).total_cmp(&by(b)).then(b.cmp(a)))?;
        chosen.push(best);
        let Some((weights, constant)) = solve(&chosen, &even, &learn) else {
            chosen.pop();
            break;
        };
        left = rest(&chosen, &weights, constant, &even, &learn);
    }
    let odd: Vec<Vec<f64>> = columns.iter().map(|c| half(c, 1)).collect();
    let explained = |chosen: &[usize]| {
        let (weights, constant) = solve(chosen, &even, &learn)?;
        Some((1.0 - share_left(&rest(chosen, &weights, constant, &odd, &judge), &judge), weights))
    };
    explained(&chosen).filter(|(share, _)| *share >= limit)?;
    for column in chosen.clone() {
        let without: Vec<usize> = chosen.iter().copied().filter(|c| *c != column).collect();
        if without.len() >= 2 && explained(&without).is_some_and(|(share, _)| share >= limit) {
            chosen = without;
        }
    }
    chosen.sort_unstable();
    let (explained, weights) = explained(&chosen)?;
    (chosen.len() >= 2).then_some(Fit { columns: chosen, weights, explained })
}

/// Variance of what is left over that of the whole; 1 where the whole is constant.
fn share_left(left: &[f64], whole: &[f64]) -> f64 {
    let n = whole.len() as f64;
    let mean = whole.iter().sum::<f64>() / n;
    let all: f64 = whole.iter().map(|v| (v - mean).powi(2)).sum();
    let share = left.iter().map(|v| v * v).sum::<f64>() / all;
    if share.is_finite() { share } else { 1.0 }
}

fn rest(chosen: &[usize], weights: &[f64], constant: f64, columns: &[Vec<f64>], y: &[f64]) -> Vec<f64> {
    let sum = |row: usize| chosen.iter().zip(weights).map(|(&c, w)| w * columns[c][row]).sum::<f64>();
    y.iter().enumerate().map(|(row, y)| y - constant - sum(row)).collect()
}

/// Least squares of the centred target on the centred columns, by the normal equations; `None` where the columns say the
/// same.
fn solve(chosen: &[usize], columns: &[Vec<f64>], y: &[f64]) -> Option<(Vec<f64>, f64)> {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let means: Vec<f64> = chosen.iter().map(|&c| mean(&columns[c])).collect();
    let center = mean(y);
    let k = chosen.len();
    // One row per equation, the right side last, each divided by the spread of its column.
    let spread: Vec<f64> =
        chosen.iter().zip(&means).map(|(&c, m)| columns[c].iter().map(|v| (v - m).powi(2)).sum::<f64>().sqrt()).collect();
    let product = |i: usize, j: usize| -> f64 {
        let pairs = columns[chosen[i]].iter().zip(&columns[chosen[j]]);
        pairs.map(|(a, b)| (a - means[i]) * (b - means[j])).sum::<f64>() / (spread[i] * spread[j])
    };
    let right = |i: usize| -> f64 {
        columns[chosen[i]].iter().zip(y).map(|(a, y)| (a - means[i]) * (y - center)).sum::<f64>() / spread[i]
    };
    let mut rows: Vec<Vec<f64>> = (0..k).map(|i| (0..k).map(|j| product(i, j)).chain([right(i)]).collect()).collect();
    for i in 0..k {
        let pivot = (i..k).max_by(|a, b| rows[*a][i].abs().total_cmp(&rows[*b][i].abs()))?;
        rows.swap(i, pivot);
        // Columns of spread 1: a pivot this small is what rounding leaves of a column that the others make up.
        if rows[i][i].is_nan() || rows[i][i].abs() < 1e-10 {
            return None;
        }
        for j in i + 1..k {
            let factor = rows[j][i] / rows[i][i];
            let pivot = rows[i].clone();
            rows[j].iter_mut().zip(pivot).skip(i).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
    let mut weights = vec![0.0; k];
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|j| rows[i][j] * weights[j]).sum();
        weights[i] = (rows[i][k] - known) / rows[i][i];
    }
    weights.iter_mut().zip(&spread).for_each(|(w, s)| *w /= s);
    let constant = center - weights.iter().zip(&means).map(|(w, m)| w * m).sum::<f64>();
    weights.iter().all(|w| w.is_finite()).then_some((weights, constant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn draws(name: u64, n: usize) -> Vec<f64> {
        let mut rng = Seed::new(name).rng();
        (0..n).map(|_| 10.0 * rng.normal()).collect()
    }

    #[test]
    fn the_parts_of_a_sum_are_found_among_others() {
        let columns: Vec<Vec<f64>> = (0..6).map(|i| draws(i, 400)).collect();
        let y: Vec<f64> = (0..400).map(|r| columns[1][r] + columns[4][r] - 0.5 * columns[5][r] + 7.0).collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let fit = fit(&slices, &y, 8, 0.9999).unwrap();
        assert_eq!(fit.columns, [1, 4, 5]);
        assert!(fit.weights.iter().zip([1.0, 1.0, -0.5]).all(|(a, b)| (a - b).abs() < 1e-9), "{fit:?}");
        assert!(fit.explained > 1.0 - 1e-12);
    }

    #[test]
    fn noise_of_a_fiftieth_is_no_sum_and_one_column_is_no_part() {
        let columns: Vec<Vec<f64>> = (0..3).map(|i| draws(i, 400)).collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let noise = draws(9, 400);
        let noisy: Vec<f64> = (0..400).map(|r| columns[0][r] + columns[1][r] + 0.02 * noise[r]).collect();
        assert_eq!(fit(&slices, &noisy, 8, 0.9999), None);
        assert_eq!(fit(&slices, &columns[0].clone(), 8, 0.9999), None);
        assert_eq!(fit(&slices[..1], &draws(5, 400), 8, 0.9999), None);
    }
}
