//! Groups of rows in which one model is worse than another.

use schemars::JsonSchema;
use serde::Serialize;

use super::partition::Partition;
use crate::data::{Predictions, Truth};
use crate::metrics::paired::{holm, two_sided};

/// A group of rows in which the mean loss of two models clearly differs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Segment {
    pub column: String,
    /// The value, or the range of values.
    pub name: String,
    pub rows: usize,
    /// Mean loss of the old and the new model.
    pub old: f64,
    pub new: f64,
    /// New less old, above 0 is worse, with its 95 % interval.
    pub difference: f64,
    pub low: f64,
    pub high: f64,
    /// P-value of no difference, adjusted for all groups that were looked at (Holm 1979).
    pub p: f64,
}

/// What each row costs: for classes the squared distance of probabilities and truth (Brier 1950; half of it for two
/// classes, so that it is the score of that name), for numbers the absolute error.
///
/// # Panics
/// If truth and predictions differ in kind.
#[must_use]
pub fn losses(truth: &Truth, predictions: &Predictions) -> Vec<f64> {
    match (truth, predictions) {
        (Truth::Numbers(truth), Predictions::Numbers(values)) => truth.iter().zip(values).map(|(t, v)| (t - v).abs()).collect(),
        (Truth::Classes(codes), Predictions::Classes { labels, probabilities }) => {
            let k = labels.len();
            let row = |(&code, p): (&u32, &[f64])| {
                let square = |(class, p): (u32, &f64)| (p - f64::from(u8::from(class == code))).powi(2);
                let sum: f64 = (0..).zip(p).map(square).sum();
                if k == 2 { sum / 2.0 } else { sum }
            };
            codes.iter().zip(probabilities.chunks(k.max(1))).map(row).collect()
        }
        _ => panic!("truth and predictions of one task are of one kind"),
    }
}

/// The groups of at least `min_rows` rows whose mean loss differs with 95 % confidence for all of them at once, the largest
/// loss first, and how many groups were looked at.
///
/// The difference is judged by its standard error; rows of one unit count as one observation (Liang & Zeger 1986).
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn segments(
    partitions: &[Partition],
    losses: (&[f64], &[f64]),
    units: Option<&[u32]>,
    min_rows: usize,
) -> (Vec<Segment>, usize) {
    let (old, new) = losses;
    let mut found = Vec::new();
    for partition in partitions {
        // One group alone is the whole, which is judged elsewhere.
        let large = partition.groups.iter().filter(|g| g.rows.len() >= min_rows.max(2) && !g.rest);
        for group in large.filter(|_| partition.groups.len() > 1) {
            let rows = group.rows.len() as f64;
            let mean = |losses: &[f64]| group.rows.iter().map(|&row| losses[row]).sum::<f64>() / rows;
            let (before, after) = (mean(old), mean(new));
            let difference = after - before;
            let Some(error) = error(&group.rows, &|row| new[row] - old[row] - difference, units) else { continue };
            if !(error > 0.0 && difference.is_finite()) {
                continue;
            }
            found.push(Segment {
                column: partition.columns.join(", "),
                name: group.name(),
                rows: group.rows.len(),
                old: before,
                new: after,
                difference,
                low: difference - Z * error,
                high: difference + Z * error,
                p: two_sided(difference / error),
            });
        }
    }
    let looked = found.len();
    let adjusted = holm(&found.iter().map(|s| s.p).collect::<Vec<_>>());
    found.iter_mut().zip(adjusted).for_each(|(segment, p)| segment.p = p);
    found.retain(|segment| segment.p < 0.05);
    found.sort_by(|a, b| b.difference.total_cmp(&a.difference));
    (found, looked)
}

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_964;

/// Standard error of the mean of deviations; nothing where there are fewer than two units.
fn error(rows: &[usize], deviation: &dyn Fn(usize) -> f64, units: Option<&[u32]>) -> Option<f64> {
    let n = rows.len() as f64;
    let sums: Vec<f64> = match units {
        None => rows.iter().map(|&row| deviation(row)).collect(),
        Some(units) => {
            let mut sums = std::collections::BTreeMap::new();
            rows.iter().for_each(|&row| *sums.entry(units[row]).or_insert(0.0) += deviation(row));
            sums.into_values().collect()
        }
    };
    let k = sums.len() as f64;
    (k > 1.0).then(|| (sums.iter().map(|s| s * s).sum::<f64>() * k / (k - 1.0)).sqrt() / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::partition::Part;

    fn partition(column: &str, groups: &[std::ops::Range<usize>]) -> Partition {
        let part = |(i, rows): (usize, &std::ops::Range<usize>)| Part {
            levels: vec![format!("{column}{i}")],
            rows: rows.clone().collect(),
            rest: false,
        };
        Partition { columns: vec![column.into()], groups: groups.iter().enumerate().map(part).collect() }
    }

    #[test]
    fn losses_by_hand() {
        let labels = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let two = Predictions::Classes { labels: labels(2), probabilities: vec![0.7, 0.3, 0.2, 0.8] };
        let found = losses(&Truth::Classes(vec![0, 0]), &two);
        assert!((found[0] - 0.09).abs() < 1e-12 && (found[1] - 0.64).abs() < 1e-12, "{found:?}");
        let three = Predictions::Classes { labels: labels(3), probabilities: vec![0.5, 0.25, 0.25] };
        assert!((losses(&Truth::Classes(vec![1]), &three)[0] - (0.25 + 0.5625 + 0.0625)).abs() < 1e-12);
        assert_eq!(losses(&Truth::Numbers(vec![1.0]), &Predictions::Numbers(vec![-2.0])), [3.0]);
    }

    #[test]
    fn only_the_group_that_got_worse_is_found() {
        // Noise of +-0.1 everywhere; 0.2 more in the second half.
        let old = vec![0.5; 400];
        let new: Vec<f64> =
            (0..400).map(|row| 0.5 + if row % 2 == 0 { 0.1 } else { -0.1 } + if row < 200 { 0.0 } else { 0.2 }).collect();
        let halves = partition("h", &[0..200, 200..400]);
        let (found, looked) = segments(std::slice::from_ref(&halves), (&old, &new), None, 50);
        assert_eq!((looked, found.len()), (2, 1));
        let segment = &found[0];
        assert_eq!((segment.column.as_str(), segment.name.as_str(), segment.rows), ("h", "h1", 200));
        assert!((segment.difference - 0.2).abs() < 1e-12);
        // The standard error of 200 deviations of 0.1 each: 0.1 * sqrt(200 * 200 / 199) / 200.
        let error = 0.1 * (200.0_f64 * 200.0 / 199.0).sqrt() / 200.0;
        assert!((segment.high - segment.difference - 1.959_964 * error).abs() < 1e-9);
        // Too few rows, or one group alone, are not looked at.
        assert_eq!(segments(&[halves], (&old, &new), None, 201).1, 0);
        assert_eq!(segments(&[partition("all", std::slice::from_ref(&(0..400)))], (&old, &new), None, 50).1, 0);
    }

    #[test]
    fn of_many_groups_alike_none_is_called_worse() {
        let mut rng = crate::seed::Seed::new(8).rng();
        let old: Vec<f64> = (0..8000).map(|_| rng.normal()).collect();
        let new: Vec<f64> = (0..8000).map(|_| rng.normal()).collect();
        let groups: Vec<_> = (0..80).map(|g| g * 100..(g + 1) * 100).collect();
        let (found, looked) = segments(&[partition("g", &groups)], (&old, &new), None, 50);
        assert_eq!((looked, found.len()), (80, 0), "{found:?}");
    }

    #[test]
    fn rows_of_one_unit_count_once() {
        // Twenty units of ten equal rows.
        let old = vec![0.0; 400];
        let new: Vec<f64> = (0..400).map(|row| if row / 10 % 2 == 0 { 0.4 } else { -0.2 }).collect();
        let units: Vec<u32> = (0..400).map(|row| row / 10).collect();
        let halves = [partition("h", &[0..200, 200..400])];
        assert_eq!(segments(&halves, (&old, &new), None, 50).0.len(), 2);
        assert!(segments(&halves, (&old, &new), Some(&units), 50).0.is_empty());
    }
}
