//! Which columns go together.

use std::collections::HashMap;

use polars::prelude::Column as Series;

use crate::data::Frame;
use crate::error::Result;

/// From this association on, two columns are shuffled together.
pub const BOUND: f64 = 0.7;
/// Most rows that are looked at, and most pairs times rows.
const ROWS: usize = 2000;
const WORK: usize = 100_000_000;
/// Fewest rows with both values.
const FEWEST: usize = 20;

/// A column as something that can be compared with others.
enum Values {
    /// Ranks, `NaN` where missing.
    Ranks(Vec<f64>),
    /// Code of the level; a gap is a level.
    Levels(Vec<usize>, usize),
}

impl Values {
    fn of(series: &Series) -> Result<Self> {
        if let Ok(numbers) = series.f64() {
            return Ok(Self::Ranks(ranks(&numbers.iter().collect::<Vec<_>>())));
        }
        if let Ok(dates) = series.i64() {
            return Ok(Self::Ranks(ranks(&dates.iter().map(|v| v.map(|v| v as f64)).collect::<Vec<_>>())));
        }
        let mut codes: HashMap<Option<&str>, usize> = HashMap::new();
        let levels: Vec<usize> = series
            .str()?
            .iter()
            .map(|v| {
                let next = codes.len();
                *codes.entry(v).or_insert(next)
            })
            .collect();
        Ok(Self::Levels(levels, codes.len()))
    }
}

/// How strongly two columns go together, 0 to 1, of every pair of columns with `strengths[a][b]`.
///
/// Numbers and dates: absolute correlation of the ranks where both are known (Spearman 1904). Levels: Cramér's V without its bias (Bergsma 2013). One of
/// each: the correlation ratio of the ranks, without its bias (Kelley 1935).
///
/// # Errors
/// If a column is missing.
pub fn strengths(frame: &Frame, columns: &[&str]) -> Result<Vec<Vec<f64>>> {
    let pairs = (columns.len() * columns.len() / 2).max(1);
    let rows = frame.height().min((WORK / pairs).clamp(200, ROWS));
    let values = columns.iter().map(|name| Values::of(&frame.column(name)?.head(Some(rows))));
    let values: Vec<Values> = values.collect::<Result<_>>()?;
    let mut strengths = vec![vec![0.0; columns.len()]; columns.len()];
    for a in 0..columns.len() {
        strengths[a][a] = 1.0;
        for b in 0..a {
            let strength = association(&values[a], &values[b]);
            (strengths[a][b], strengths[b][a]) = (strength, strength);
        }
    }
    Ok(strengths)
}

fn association(a: &Values, b: &Values) -> f64 {
    match (a, b) {
        (Values::Ranks(a), Values::Ranks(b)) => rank_correlation(a, b).abs(),
        (Values::Levels(a, na), Values::Levels(b, nb)) => cramers_v(a, *na, b, *nb),
        (Values::Ranks(x), Values::Levels(levels, n)) | (Values::Levels(levels, n), Values::Ranks(x)) => {
            correlation_ratio(x, levels, *n)
        }
    }
}

/// Ranks of the known values, equal ones sharing their middle; `NaN` where there is none.
fn ranks(values: &[Option<f64>]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_some()).collect();
    order.sort_by(|&a, &b| values[a].partial_cmp(&values[b]).unwrap_or(std::cmp::Ordering::Equal));
    let mut ranks = vec![f64::NAN; values.len()];
    let mut place = 0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        run.iter().for_each(|&i| ranks[i] = place as f64 + (run.len() - 1) as f64 / 2.0);
        place += run.len();
    }
    ranks
}

/// Correlation of ranks where both are known.
fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let known = || a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let sum = |f: &dyn Fn(f64, f64) -> f64| known().map(|(a, b)| f(*a, *b)).sum::<f64>();
    let n = known().count();
    if n < FEWEST {
        return 0.0;
    }
    let (ma, mb) = (sum(&|a, _| a) / n as f64, sum(&|_, b| b) / n as f64);
    let size = (sum(&|a, _| (a - ma).powi(2)) * sum(&|_, b| (b - mb).powi(2))).sqrt();
    if size > 0.0 { sum(&|a, b| (a - ma) * (b - mb)) / size } else { 0.0 }
}

fn cramers_v(a: &[usize], na: usize, b: &[usize], nb: usize) -> f64 {
    let n = a.len() as f64;
    if a.len() < FEWEST || na < 2 || nb < 2 {
        return 0.0;
    }
    let (mut rows, mut columns, mut cells) = (vec![0.0; na], vec![0.0; nb], vec![0.0_f64; na * nb]);
    for (&a, &b) in a.iter().zip(b) {
        rows[a] += 1.0;
        columns[b] += 1.0;
        cells[a * nb + b] += 1.0;
    }
    // chi2 / n = sum of n_ab^2 / (n_a n_b) - 1
    let part = |(i, count): (usize, &f64)| count * count / (rows[i / nb] * columns[i % nb]);
    let phi2 = cells.iter().enumerate().filter(|(_, count)| **count > 0.0).map(part).sum::<f64>() - 1.0;
    let corrected = |k: f64| k - (k - 1.0).powi(2) / (n - 1.0);
    let (ka, kb) = (na as f64, nb as f64);
    let phi2 = (phi2 - (ka - 1.0) * (kb - 1.0) / (n - 1.0)).max(0.0);
    let most = corrected(ka).min(corrected(kb)) - 1.0;
    if most > 0.0 { (phi2 / most).sqrt().min(1.0) } else { 0.0 }
}

/// Of ranks by levels.
fn correlation_ratio(x: &[f64], levels: &[usize], count: usize) -> f64 {
    let known = || x.iter().zip(levels).filter(|(x, _)| !x.is_nan());
    let n = known().count() as f64;
    if n < FEWEST as f64 {
        return 0.0;
    }
    let mean = known().map(|(x, _)| x).sum::<f64>() / n;
    let (mut sums, mut counts, mut total) = (vec![0.0; count], vec![0.0; count], 0.0);
    for (x, &level) in known() {
        sums[level] += x - mean;
        counts[level] += 1.0;
        total += (x - mean).powi(2);
    }
    let between: f64 = sums.iter().zip(&counts).filter(|(_, n)| **n > 0.0).map(|(s, n)| s * s / n).sum();
    let k = counts.iter().filter(|n| **n > 0.0).count() as f64;
    if total <= 0.0 || n <= k {
        return 0.0;
    }
    let within = (total - between) / (n - k) * (n - 1.0);
    (1.0 - within / total).max(0.0).sqrt()
}

/// Columns of which every two go together at least as strongly as `bound`, strongest pairs first (complete linkage):
/// groups of two or more, each with its weakest association.
#[must_use]
pub fn groups(strengths: &[Vec<f64>], bound: f64) -> Vec<(Vec<usize>, f64)> {
    let n = strengths.len();
    let mut pairs: Vec<(usize, usize)> = (0..n).flat_map(|a| (0..a).map(move |b| (b, a))).collect();
    pairs.retain(|&(a, b)| strengths[a][b] >= bound);
    pairs.sort_by(|x, y| strengths[y.0][y.1].total_cmp(&strengths[x.0][x.1]).then(x.cmp(y)));
    let mut group: Vec<usize> = (0..n).collect();
    let members = |group: &[usize], g: usize| (0..n).filter(|&c| group[c] == g).collect::<Vec<_>>();
    for (a, b) in pairs {
        let (own, other) = (members(&group, group[a]), members(&group, group[b]));
        if group[a] != group[b] && own.iter().all(|&x| other.iter().all(|&y| strengths[x][y] >= bound)) {
            let (from, to) = (group[b], group[a]);
            group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
        }
    }
    let all = (0..n).map(|g| members(&group, g)).filter(|m| m.len() > 1);
    let weakest = |m: &[usize]| m.iter().flat_map(|&a| m.iter().map(move |&b| strengths[a][b])).fold(1.0, f64::min);
    all.map(|m| (m.clone(), weakest(&m))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn equal_values_share_a_rank() {
        let found = ranks(&[Some(3.0), Some(1.0), None, Some(3.0), Some(2.0)]);
        assert!(found[2].is_nan());
        assert_eq!([found[0], found[1], found[3], found[4]], [2.5, 0.0, 2.5, 1.0]);
    }

    #[test]
    fn associations_by_hand() {
        let ranked = |f: &dyn Fn(f64) -> f64| ranks(&(0..50).map(|x| Some(f(f64::from(x)))).collect::<Vec<_>>());
        let (up, down) = (ranked(&|x| x), ranked(&|x| -x.powi(3)));
        assert!((rank_correlation(&up, &down) + 1.0).abs() < 1e-12);
        let halves: Vec<usize> = (0..50).map(|i| usize::from(i >= 25)).collect();
        // Ranks 0 to 49 about 24.5: the halves lie 12.5 off, of a variance of (50^2 - 1) / 12 = 208.25.
        let plain: f64 = 12.5 * 12.5 / 208.25;
        let wanted = (1.0 - (1.0 - plain) * 49.0 / 48.0).sqrt();
        assert!((correlation_ratio(&up, &halves, 2) - wanted).abs() < 1e-12);
        assert!((cramers_v(&halves, 2, &halves, 2) - 1.0).abs() < 1e-9);
        let turns: Vec<usize> = (0..50).map(|i| i % 2).collect();
        assert!(cramers_v(&halves, 2, &turns, 2) < 0.05);
        assert_eq!(cramers_v(&halves, 2, &[0; 50], 1), 0.0);
        assert_eq!(rank_correlation(&ranked(&|_| 1.0), &up), 0.0);
    }

    #[test]
    fn chance_is_no_association() {
        let mut rng = Seed::new(2).rng();
        let levels: Vec<usize> = (0..400).map(|_| rng.below(30)).collect();
        let others: Vec<usize> = (0..400).map(|_| rng.below(30)).collect();
        let x = ranks(&(0..400).map(|_| Some(rng.normal())).collect::<Vec<_>>());
        assert!(cramers_v(&levels, 30, &others, 30) < 0.15);
        assert!(correlation_ratio(&x, &levels, 30) < 0.2);
    }

    #[test]
    fn every_two_of_a_group_go_together() {
        // 0-1 and 1-2 go together, 0-2 do not: the stronger pair wins. 3 stands alone, 4 and 5 are one.
        let mut s = vec![vec![0.0; 6]; 6];
        for (a, b, v) in [(0, 1, 0.8), (1, 2, 0.9), (0, 2, 0.3), (4, 5, 0.71)] {
            (s[a][b], s[b][a]) = (v, v);
        }
        (0..6).for_each(|i| s[i][i] = 1.0);
        let found = groups(&s, 0.7);
        assert_eq!(found, [(vec![1, 2], 0.9), (vec![4, 5], 0.71)]);
    }
}
