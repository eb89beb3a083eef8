//! What the figures of a report are drawn from, beyond the curves.

use std::collections::HashMap;

use polars::prelude::{Column as Series, DataType};

use super::Tested;
use crate::data::{Frame, Kind, Predictions, Role, Truth};
use crate::error::Result;
use crate::metrics::figures::{
    class_curves, cuts, error_bins, error_quantiles, gain, hexagons, score_histogram, separation, tenths,
};
use crate::metrics::{Cut, quantile};
use crate::report::{Details, Distribution};
use crate::validate::{HeldOut, Splits};

/// Classes that get curves of their own.
const CLASSES: usize = 8;
/// From so many rows on, dots hide each other.
const DOTS: usize = 2000;
/// Parts that rows are divided into by prediction, truth or time.
const PARTS: usize = 20;
/// Bars of a distribution.
const BARS: usize = 16;
/// Rows that the ends of a distribution are found by.
const SOME: usize = 10_000;

/// The details of the test part where there is one, else of the rows out of fold; from the threshold on, two classes are
/// called positive; where groups have thresholds of their own, no other one is tried.
pub fn of(splits: &Splits, tested: Option<&Tested>, held_out: &HeldOut, cut: Cut<'_>) -> Result<Details> {
    let frame = &splits.frame;
    let details = if let Some((predictions, truth)) = tested {
        figures(predictions, truth, Moments::of(frame, splits.last.holdout().iter().copied())?, cut)
    } else {
        let moments = Moments::of(frame, held_out.positions().into_iter())?;
        figures(&held_out.predictions, &held_out.truth, moments, cut)
    };
    Ok(Details { distributions: distributions(frame)?, ..details })
}

/// When rows were.
struct Moments {
    /// Microseconds since 1970-01-01 where the time column holds dates, else the rank of each row's moment.
    at: Vec<f64>,
    dates: bool,
}

impl Moments {
    /// Of chosen rows; nothing where no column orders the rows.
    fn of(frame: &Frame, rows: impl Iterator<Item = usize>) -> Result<Option<Self>> {
        let Some(ranks) = &frame.time else { return Ok(None) };
        let rows: Vec<usize> = rows.collect();
        let column = frame.schema.with_role(Role::Time).find(|c| c.kind == Kind::Date);
        if let Some(column) = column {
            let series = frame.column(&column.name)?;
            let known = series.i64()?;
            if let Some(at) = rows.iter().map(|&row| known.get(row).map(|at| at as f64)).collect() {
                return Ok(Some(Self { at, dates: true }));
            }
        }
        Ok(Some(Self { at: rows.iter().map(|&row| ranks[row] as f64).collect(), dates: false }))
    }
}

/// The details of predictions.
fn figures(predictions: &Predictions, truth: &Truth, moments: Option<Moments>, cut: Cut<'_>) -> Details {
    let mut details = Details { rows: truth.len(), ..Details::default() };
    match (predictions, truth) {
        (Predictions::Classes { labels, .. }, Truth::Classes(codes)) if labels.len() == 2 => {
            let scores = predictions.class(1);
            if let Cut::One(threshold) = cut {
                details.threshold = Some(threshold);
                details.cuts = cuts(codes, &scores);
            }
            details.scores = score_histogram(codes, &scores);
            details.gain = gain(codes, &scores);
            details.separation = separation(codes, &scores);
            details.tenths = tenths(codes, &scores);
        }
        (Predictions::Classes { .. }, Truth::Classes(codes)) => {
            details.classes = class_curves(codes, predictions, CLASSES);
        }
        (Predictions::Numbers(predicted), Truth::Numbers(truth)) => {
            if truth.len() > DOTS {
                let points: Vec<[f64; 2]> = truth.iter().zip(predicted).map(|(t, p)| [*t, *p]).collect();
                details.hexagons = hexagons(&points, 40);
            }
            details.by_prediction = error_bins(truth, predicted, predicted, PARTS);
            details.by_truth = error_bins(truth, predicted, truth, PARTS / 2);
            if let Some(moments) = moments {
                details.by_time = error_bins(truth, predicted, &moments.at, PARTS);
                details.dated = moments.dates;
            }
            details.error_quantiles = error_quantiles(truth, predicted);
        }
        _ => {}
    }
    details
}

/// How the columns learned from, and the target, are spread.
fn distributions(frame: &Frame) -> Result<Vec<Distribution>> {
    let mut all: Vec<Distribution> = frame.data.columns().iter().map(distribution).collect::<Result<_>>()?;
    let target = &frame.schema.target;
    match &frame.truth {
        Some(Truth::Numbers(values)) => all.push(numbers(&target.name, || values.iter().copied(), values.len())),
        Some(Truth::Classes(codes)) => {
            let mut counts = vec![0_u64; target.labels.len()];
            codes.iter().for_each(|c| counts[*c as usize] += 1);
            counts.sort_unstable_by(|a, b| b.cmp(a));
            counts.truncate(BARS);
            all.push(Distribution { column: target.name.clone(), bars: counts, ends: None });
        }
        None => {}
    }
    Ok(all)
}

fn distribution(series: &Series) -> Result<Distribution> {
    let name = series.name().as_str();
    if series.dtype() == &DataType::String {
        let mut counts: HashMap<&str, u64> = HashMap::new();
        series.str()?.iter().flatten().for_each(|v| *counts.entry(v).or_default() += 1);
        let mut bars: Vec<u64> = counts.into_values().collect();
        bars.sort_unstable_by(|a, b| b.cmp(a));
        bars.truncate(BARS);
        return Ok(Distribution { column: name.into(), bars, ends: None });
    }
    let values = series.cast(&DataType::Float64)?;
    let values = values.f64()?;
    Ok(numbers(name, || values.iter().flatten(), values.len() - values.null_count()))
}

/// Bars of equal width between the 1 % and the 99 % point, so that one value far away does not squeeze all others into one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the bars")]
fn numbers<I: Iterator<Item = f64>>(name: &str, values: impl Fn() -> I, rows: usize) -> Distribution {
    let step = rows.div_ceil(SOME).max(1);
    let mut some: Vec<f64> = values().filter(|v| v.is_finite()).step_by(step).collect();
    some.sort_unstable_by(f64::total_cmp);
    let (Some(low), Some(high)) = (quantile(&some, 0.01), quantile(&some, 0.99)) else {
        return Distribution { column: name.into(), ..Distribution::default() };
    };
    let mut bars = vec![0_u64; if high > low { BARS } else { 1 }];
    let last = bars.len() - 1;
    for value in values().filter(|v| v.is_finite()) {
        let at = (value - low) / (high - low) * bars.len() as f64;
        bars[if at.is_finite() { (at.max(0.0) as usize).min(last) } else { 0 }] += 1;
    }
    Distribution { column: name.into(), bars, ends: Some([low, high]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_far_away_does_not_squeeze_the_others() {
        // 0 to 998 and a million: the ends are the 1 % and 99 % points, 9.99 and about 989.
        let values: Vec<f64> = (0..999).map(f64::from).chain([1e6]).collect();
        let d = numbers("x", || values.iter().copied(), values.len());
        assert_eq!((d.bars.len(), d.bars.iter().sum::<u64>()), (16, 1000));
        assert!(d.bars.iter().all(|b| (50..90).contains(b)), "{:?}", d.bars);
        assert!(d.ends.unwrap()[1] < 1000.0);
        let one = numbers("x", || [5.0; 3].into_iter(), 3);
        assert_eq!((one.bars, one.ends), (vec![3], Some([5.0, 5.0])));
        assert!(numbers("x", std::iter::empty, 0).bars.is_empty());
    }
}
