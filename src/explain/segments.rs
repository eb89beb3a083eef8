//! Parts of the rows in which a model is clearly worse than elsewhere (slice finding; Chung et al. 2019).

use std::collections::HashMap;

use super::cells::Cells;
use super::importance::row_losses;
use crate::data::{Frame, Predictions, Truth, day, plain};
use crate::error::Result;
use crate::metrics::paired::{holm, two_sided};
use crate::metrics::{moments, quantile};
use crate::report::{Segment, Segments};

/// Fewest rows of a segment, and the least share of all rows.
const ROWS: usize = 30;
const SHARE: f64 = 0.01;
/// Most columns whose values are paired, those with the worst segments; most levels of a column; most segments told.
const PAIRED: usize = 40;
const LEVELS: usize = 50;
const TOLD: usize = 8;
/// Probability of telling any segment that is worse by chance alone.
const LEVEL: f64 = 0.05;
/// How much worse a segment has to be, of the loss of saying the same for every row: what is a millionth is clear as well
/// where a model is nearly perfect, but matters to nobody.
const MATTERS: f64 = 0.01;
const Z: f64 = 1.96;

/// Rows with one value, or a range of values, of a column.
struct Slice {
    column: usize,
    words: String,
    /// Ascending.
    rows: Vec<usize>,
}

/// One segment compared with all other rows.
struct Compared {
    rows: Vec<usize>,
    conditions: Vec<(String, String)>,
    inside: f64,
    outside: f64,
    error: f64,
}

impl Compared {
    fn difference(&self) -> f64 {
        self.inside - self.outside
    }

    /// One-sided, of Welch's statistic; the segments have enough rows for the normal distribution.
    fn p(&self) -> f64 {
        if self.error > 0.0 { upper_tail(self.difference() / self.error) } else { 1.0 }
    }
}

/// Compares every level and quarter of every column, and pairs of those, with all other rows.
///
/// # Errors
/// If a column is missing.
pub fn segments(frame: &Frame, columns: &[&str], truth: &Truth, predictions: &Predictions) -> Result<Segments> {
    let losses = row_losses(truth, predictions);
    let n = losses.len();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
    let fewest = ROWS.max((SHARE * n as f64).ceil() as usize);
    // The squares of errors of 1e200 are no numbers.
    let overall = Some(losses.iter().sum::<f64>() / n.max(1) as f64).filter(|loss| loss.is_finite());
    let mut slices = Vec::new();
    for (column, name) in columns.iter().enumerate() {
        slices.extend(slices_of(frame, name, column, fewest, n)?);
    }
    let totals = Totals::new(&losses);
    let mut compared: Vec<Compared> =
        slices.iter().map(|s| totals.compare(s.rows.clone(), vec![condition(s, columns)])).collect();
    let singles = compared.len();
    for (a, b) in pairs(&slices, &compared) {
        let rows = both(&slices[a].rows, &slices[b].rows);
        if rows.len() >= fewest {
            compared.push(totals.compare(rows, vec![condition(&slices[a], columns), condition(&slices[b], columns)]));
        }
    }
    let adjusted = holm(&compared.iter().map(Compared::p).collect::<Vec<_>>());
    let least = MATTERS * plain_loss(truth);
    let mut worse: Vec<usize> =
        (0..compared.len()).filter(|&i| adjusted[i] < LEVEL && compared[i].difference() >= least).collect();
    worse.sort_by(|&a, &b| compared[b].difference().total_cmp(&compared[a].difference()).then(a.cmp(&b)));
    let mut told: Vec<usize> = Vec::new();
    for i in worse {
        // A pair is only told if it is clearly worse than each of its two parts, and rows are told of once.
        let parts = (0..singles).filter(|&s| compared[i].conditions.contains(&compared[s].conditions[0]));
        let news = compared[i].conditions.len() == 1
            || parts.into_iter().all(|s| compared[i].inside - Z * compared[i].error > compared[s].inside);
        let known = told.iter().any(|&t| overlap(&compared[i].rows, &compared[t].rows) > 0.8);
        if news && !known && told.len() < TOLD {
            told.push(i);
        }
    }
    let (predicted, observed, loss) = judged(truth, predictions);
    let mean = |values: &[f64], rows: &[usize]| rows.iter().map(|&r| values[r]).sum::<f64>() / rows.len().max(1) as f64;
    let segment = |i: usize| {
        let Compared { rows, conditions, inside, outside, error } = &compared[i];
        Segment {
            conditions: conditions.clone(),
            rows: rows.len(),
            loss: *inside,
            others: *outside,
            low: inside - outside - Z * error,
            high: inside - outside + Z * error,
            p: adjusted[i],
            predicted: mean(&predicted, rows),
            observed: mean(&observed, rows),
        }
    };
    let worst = told.into_iter().map(segment).collect();
    Ok(Segments { loss: loss.into(), overall, compared: compared.len(), fewest, worst })
}

fn condition(slice: &Slice, columns: &[&str]) -> (String, String) {
    (columns[slice.column].to_owned(), slice.words.clone())
}

/// Positions of the slices to pair: of different columns, all of those that have the worst slices.
fn pairs(slices: &[Slice], compared: &[Compared]) -> Vec<(usize, usize)> {
    let columns = slices.iter().map(|s| s.column + 1).max().unwrap_or(0);
    let mut worst = vec![f64::INFINITY; columns];
    slices.iter().zip(compared).for_each(|(s, c)| worst[s.column] = worst[s.column].min(c.p()));
    let mut order: Vec<usize> = (0..columns).collect();
    order.sort_by(|&a, &b| worst[a].total_cmp(&worst[b]));
    order.truncate(PAIRED);
    let kept: Vec<usize> = (0..slices.len()).filter(|&s| order.contains(&slices[s].column)).collect();
    let later = |(i, &a): (usize, &usize)| kept[i + 1..].iter().map(move |&b| (a, b)).collect::<Vec<_>>();
    kept.iter().enumerate().flat_map(later).filter(|&(a, b)| slices[a].column != slices[b].column).collect()
}

/// The levels of a column, or the quarters of its values, and its gaps, each with enough rows on both sides.
fn slices_of(frame: &Frame, name: &str, column: usize, fewest: usize, n: usize) -> Result<Vec<Slice>> {
    let cells = Cells::read(frame.column(name)?)?;
    let mut slices = match &cells {
        Cells::Numbers(values) => quarters(values, column, &|v| plain(v)),
        #[expect(clippy::cast_possible_truncation, reason = "microseconds of a date lie within i64")]
        Cells::Dates(values) => {
            let values: Vec<Option<f64>> = values.iter().map(|v| v.map(|v| v as f64)).collect();
            quarters(&values, column, &|v| day(v as i64))
        }
        Cells::Texts(values) => levels(values, column),
    };
    slices.retain(|s| s.rows.len() >= fewest && n - s.rows.len() >= fewest);
    Ok(slices)
}

fn levels(values: &[Option<String>], column: usize) -> Vec<Slice> {
    let mut rows: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    values.iter().enumerate().for_each(|(row, v)| rows.entry(v.as_deref()).or_default().push(row));
    let mut rows: Vec<(Option<&str>, Vec<usize>)> = rows.into_iter().collect();
    rows.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    rows.truncate(LEVELS);
    rows.into_iter().map(|(level, rows)| Slice { column, words: level.unwrap_or("missing").into(), rows }).collect()
}

fn quarters(values: &[Option<f64>], column: usize, words: &dyn Fn(f64) -> String) -> Vec<Slice> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> = [0.25, 0.5, 0.75].iter().filter_map(|share| quantile(&sorted, *share)).collect();
    cuts.dedup();
    let mut parts = vec![Vec::new(); cuts.len() + 1];
    let mut gaps = Vec::new();
    for (row, value) in values.iter().enumerate() {
        match value {
            Some(v) => parts[cuts.partition_point(|cut| cut < v)].push(row),
            None => gaps.push(row),
        }
    }
    let value = |row: &usize| values[*row].unwrap_or_default();
    let part = |rows: Vec<usize>| {
        let low = rows.iter().map(value).fold(f64::INFINITY, f64::min);
        let high = rows.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
        // Two moments of one day are that day.
        let [from, to] = [words(low), words(high)];
        let words = if from == to { from } else { format!("{from} to {to}") };
        Slice { column, words, rows }
    };
    let mut slices: Vec<Slice> = parts.into_iter().filter(|rows| !rows.is_empty()).map(part).collect();
    slices.push(Slice { column, words: "missing".into(), rows: gaps });
    slices
}

/// Sums over all rows, so that what is outside of a segment needs no second look.
struct Totals<'a> {
    losses: &'a [f64],
    sum: f64,
    squares: f64,
}

impl<'a> Totals<'a> {
    fn new(losses: &'a [f64]) -> Self {
        Self { losses, sum: losses.iter().sum(), squares: losses.iter().map(|l| l * l).sum() }
    }

    fn compare(&self, rows: Vec<usize>, conditions: Vec<(String, String)>) -> Compared {
        let sum: f64 = rows.iter().map(|&r| self.losses[r]).sum();
        let squares: f64 = rows.iter().map(|&r| self.losses[r].powi(2)).sum();
        let moments = |sum: f64, squares: f64, n: f64| {
            let mean = sum / n;
            (mean, ((squares - n * mean * mean).max(0.0) / (n - 1.0).max(1.0)) / n)
        };
        let (n, all) = (rows.len() as f64, self.losses.len() as f64);
        let (inside, own) = moments(sum, squares, n);
        let (outside, other) = moments(self.sum - sum, self.squares - squares, all - n);
        Compared { rows, conditions, inside, outside, error: (own + other).sqrt() }
    }
}

/// The mean loss of saying the same for every row, the mean or the shares of the classes.
fn plain_loss(truth: &Truth) -> f64 {
    match truth {
        Truth::Numbers(values) => moments(values).1.powi(2),
        Truth::Classes(codes) => {
            let mut shares = vec![0.0; codes.iter().max().map_or(0, |last| *last as usize + 1)];
            codes.iter().for_each(|&code| shares[code as usize] += 1.0 / codes.len() as f64);
            -shares.into_iter().filter(|share| *share > 0.0).map(|share| share * share.ln()).sum::<f64>()
        }
    }
}

/// What is predicted and what is true of each row, comparable on the mean; and what its loss is, in words.
fn judged(truth: &Truth, predictions: &Predictions) -> (Vec<f64>, Vec<f64>, &'static str) {
    match (truth, predictions) {
        (Truth::Numbers(truth), Predictions::Numbers(values)) => (values.clone(), truth.clone(), "squared error"),
        (Truth::Classes(codes), Predictions::Classes { labels, probabilities }) if labels.len() > 2 => {
            let top = |p: &[f64]| (1..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best });
            let called: Vec<usize> = probabilities.chunks(labels.len()).map(top).collect();
            let sure = probabilities.chunks(labels.len()).zip(&called).map(|(p, &c)| p[c]).collect();
            let right = codes.iter().zip(&called).map(|(t, c)| f64::from(u8::from(*t as usize == *c))).collect();
            (sure, right, "log loss")
        }
        (Truth::Classes(codes), _) => (predictions.class(1), codes.iter().map(|c| f64::from(*c)).collect(), "log loss"),
        _ => (Vec::new(), Vec::new(), ""),
    }
}

/// Rows that are in both, of ascending rows.
fn both(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut rest = b.iter().peekable();
    a.iter()
        .filter(|row| {
            while rest.next_if(|other| other < row).is_some() {}
            rest.peek() == Some(row)
        })
        .copied()
        .collect()
}

/// Rows in both over rows in either (Jaccard).
fn overlap(a: &[usize], b: &[usize]) -> f64 {
    let shared = both(a, b).len();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

/// Probability of a standard normal above `z`.
fn upper_tail(z: f64) -> f64 {
    let outside = two_sided(z) / 2.0;
    if z >= 0.0 { outside } else { 1.0 - outside }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::cells::tests::frame;
    use crate::seed::Seed;

    #[test]
    fn tails_of_the_tables() {
        for (z, p) in [(0.0, 0.5), (1.959_964, 0.025), (-1.0, 0.841_344_7), (5.0, 2.866_516e-7)] {
            assert!((upper_tail(z) / p - 1.0).abs() < 1e-5, "{z}: {}", upper_tail(z));
        }
    }

    #[test]
    fn quarters_of_a_day_are_that_day() {
        let hours = [1.0, 2.0, 3.0, 4.0, 26.0, 27.0, 28.0, 29.0].map(|hour| Some(hour * 3_600e6));
        #[expect(clippy::cast_possible_truncation, reason = "two days")]
        let found = quarters(&hours, 0, &|v| day(v as i64));
        let words: Vec<&str> = found.iter().map(|slice| slice.words.as_str()).collect();
        assert_eq!(words, ["1970-01-01", "1970-01-01", "1970-01-02", "1970-01-02", "missing"]);
    }

    #[test]
    fn holm_by_hand() {
        assert_eq!(holm(&[0.01, 0.04, 0.03, 0.5]), [0.04, 0.09, 0.09, 0.5]);
    }

    #[test]
    fn rows_of_both() {
        assert_eq!(both(&[1, 3, 5, 9], &[0, 3, 4, 5]), [3, 5]);
        assert_eq!(overlap(&[1, 2], &[2, 3]), 1.0 / 3.0);
    }

    /// Numbers whose error is ten times as large where a = "x" and b is in its last quarter.
    #[test]
    fn the_planted_segment_is_found_and_nothing_else() {
        let mut rng = Seed::new(1).rng();
        let n = 4000;
        let a: Vec<Option<String>> = (0..n).map(|_| Some(["x", "y", "z"][rng.below(3)].to_owned())).collect();
        let b: Vec<Option<f64>> = (0..n).map(|_| Some(rng.uniform())).collect();
        let c: Vec<Option<f64>> = (0..n).map(|_| Some(rng.normal())).collect();
        let bad = |i: usize| a[i].as_deref() == Some("x") && b[i] > Some(0.75);
        let truth: Vec<f64> = (0..n).map(|i| rng.normal() * if bad(i) { 10.0 } else { 1.0 }).collect();
        let frame = frame(&[("a", Cells::Texts(a.clone())), ("b", Cells::Numbers(b.clone())), ("c", Cells::Numbers(c))]);
        let found = segments(&frame, &["a", "b", "c"], &Truth::Numbers(truth), &Predictions::Numbers(vec![0.0; n])).unwrap();
        let worst = &found.worst[0];
        assert_eq!(worst.conditions[0], ("a".into(), "x".into()));
        assert!(worst.conditions[1].0 == "b" && worst.conditions[1].1.starts_with("0.7"), "{worst:?}");
        assert!(worst.low > 60.0 && worst.high < 140.0 && worst.p < 1e-6, "{worst:?}");
        assert!(found.worst.iter().all(|s| s.conditions.iter().all(|(column, _)| column != "c")), "{found:?}");
    }

    #[test]
    fn what_is_clearly_worse_by_next_to_nothing_is_not_told() {
        // Errors of about 1 in every other row, of truths that go up to 10 and to a million.
        let n = 1000;
        let truth = |unit: f64| Truth::Numbers((0..n).map(|i| unit * (i % 100) as f64).collect());
        let off =
            |unit: f64| (0..n).map(move |i| unit * (i % 100) as f64 + f64::from(u8::from(i % 2 == 0)) + (i % 7) as f64 * 0.01);
        let a: Vec<Option<String>> = (0..n).map(|i| Some(["x", "y"][i % 2].to_owned())).collect();
        let frame = frame(&[("a", Cells::Texts(a))]);
        let found = |unit: f64| segments(&frame, &["a"], &truth(unit), &Predictions::Numbers(off(unit).collect())).unwrap();
        assert_eq!((found(0.1).worst.len(), found(1e4).worst.len()), (1, 0));
        assert!((plain_loss(&Truth::Classes(vec![0, 2, 2, 0])) - std::f64::consts::LN_2).abs() < 1e-12);
        assert!((plain_loss(&Truth::Numbers(vec![1.0, 2.0, 6.0])) - 7.0).abs() < 1e-12);
    }

    #[test]
    fn where_nothing_is_worse_nothing_is_told() {
        for seed in 0..10 {
            let mut rng = Seed::new(seed).rng();
            let n = 1000;
            let columns: Vec<(String, Cells)> =
                (0..8).map(|c| (format!("c{c}"), Cells::Numbers((0..n).map(|_| Some(rng.normal())).collect()))).collect();
            let truth = Truth::Classes((0..n).map(|_| u32::from(rng.uniform() < 0.3)).collect());
            let predictions =
                Predictions::Classes { labels: ["n".into(), "y".into()].into(), probabilities: [0.7, 0.3].repeat(n) };
            let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
            let cells: Vec<(&str, Cells)> = columns.iter().map(|(name, cells)| (name.as_str(), cells.clone())).collect();
            let found = segments(&frame(&cells), &names, &truth, &predictions).unwrap();
            assert!(found.compared > 100 && found.worst.len() <= 1, "{found:?}");
        }
    }
}
