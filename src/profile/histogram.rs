use std::collections::{HashMap, HashSet};

use polars::prelude::{Column as Series, DataType};
use serde::{Deserialize, Serialize};

use super::Profile;
use crate::data::{Kind, day};
use crate::error::Result;
use crate::metrics::quantile;

/// One column of the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub name: String,
    /// Rows without a value.
    pub missing: u64,
    pub values: Values,
}

/// How the known values are spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// Amounts.
    Numbers(Bins),
    /// Moments, in microseconds since 1970-01-01.
    Dates(Bins),
    /// Levels by falling frequency, then by name, each with its rows; all other levels as one.
    Levels { levels: Vec<String>, counts: Vec<u64>, others: u64 },
}

/// Bins between cuts: up to the first cut, then from each cut, itself not counted, up to the next, then beyond the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    pub cuts: Vec<f64>,
    /// One more than cuts.
    pub counts: Vec<u64>,
    /// Mean and standard deviation; absent where they are not finite or there are no values.
    pub moments: Option<[f64; 2]>,
}

/// Rows counted into the bins of a [`Histogram`]: its values in order, other levels for a category, missing ones last.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    pub bins: Vec<u64>,
    /// Sum and number of the known values of a number.
    pub sum: f64,
    pub known: u64,
}

impl Counts {
    /// Adds the rows of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.bins.iter_mut().zip(&other.bins).for_each(|(a, b)| *a += b);
        self.sum += other.sum;
        self.known += other.known;
    }

    /// Mean of the known values of a number.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        Some(self.sum / self.known as f64).filter(|mean| mean.is_finite())
    }
}

impl Histogram {
    /// Learns the bins of a column and counts its rows into them.
    pub(super) fn learn(kind: Option<Kind>, series: &Series) -> Result<Self> {
        let values = match series.dtype() {
            DataType::String => {
                let mut counts: HashMap<&str, u64> = HashMap::new();
                series.str()?.iter().flatten().for_each(|v| *counts.entry(v).or_default() += 1);
                let mut sorted: Vec<(&str, u64)> = counts.into_iter().collect();
                sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
                let (kept, rest): (Vec<_>, Vec<_>) = sorted
                    .into_iter()
                    .enumerate()
                    .partition(|(i, (l, _))| *i < Profile::LEVELS && l.len() <= Profile::LEVEL_BYTES);
                Values::Levels {
                    levels: kept.iter().map(|(_, (level, _))| (*level).to_owned()).collect(),
                    counts: kept.iter().map(|(_, (_, count))| *count).collect(),
                    others: rest.iter().map(|(_, (_, count))| count).sum(),
                }
            }
            _ if kind == Some(Kind::Date) => Values::Dates(Bins::learn(numbers(series)?)),
            _ => Values::Numbers(Bins::learn(numbers(series)?)),
        };
        Ok(Self { name: series.name().to_string(), missing: series.null_count() as u64, values })
    }

    /// Counts the rows of another column of that name.
    pub(super) fn count(&self, series: &Series) -> Result<Counts> {
        let missing = series.null_count() as u64;
        let (mut bins, mut sum, mut known) = (Vec::new(), 0.0, 0);
        match &self.values {
            Values::Numbers(own) | Values::Dates(own) => {
                bins = vec![0; own.counts.len()];
                for value in numbers(series)? {
                    bins[own.bin(value)] += 1;
                    sum += value;
                    known += 1;
                }
            }
            Values::Levels { levels, .. } => {
                let place: HashMap<&str, usize> = levels.iter().map(String::as_str).zip(0..).collect();
                bins.resize(levels.len() + 1, 0);
                for value in series.str()?.iter().flatten() {
                    bins[place.get(value).copied().unwrap_or(levels.len())] += 1;
                }
            }
        }
        bins.push(missing);
        Ok(Counts { bins, sum, known })
    }

    /// The training rows in the order of [`Counts`].
    #[must_use]
    pub fn bins(&self) -> Vec<u64> {
        let mut bins = match &self.values {
            Values::Numbers(bins) | Values::Dates(bins) => bins.counts.clone(),
            Values::Levels { counts, others, .. } => counts.iter().copied().chain([*others]).collect(),
        };
        bins.push(self.missing);
        bins
    }

    /// Whether its values are of that kind.
    #[must_use]
    pub const fn is_of(&self, kind: Kind) -> bool {
        match self.values {
            Values::Numbers(_) => matches!(kind, Kind::Number),
            Values::Dates(_) => matches!(kind, Kind::Date),
            Values::Levels { .. } => matches!(kind, Kind::Category | Kind::Bool | Kind::Text),
        }
    }

    /// What a bin holds, in words.
    #[must_use]
    pub fn words(&self, bin: usize) -> String {
        let (cuts, date) = match &self.values {
            Values::Numbers(bins) => (&bins.cuts, false),
            Values::Dates(bins) => (&bins.cuts, true),
            Values::Levels { levels, .. } => {
                return levels
                    .get(bin)
                    .cloned()
                    .unwrap_or_else(|| if bin == levels.len() { "other levels".into() } else { "missing".into() });
            }
        };
        #[expect(clippy::cast_possible_truncation, reason = "microseconds of a date lie within i64; what does not saturates")]
        let show = |cut: f64| if date { day(cut as i64) } else { format!("{}", rounded(cut)) };
        let last = cuts.len();
        match bin {
            _ if bin > last || last == 0 => (if bin > last { "missing" } else { "any value" }).into(),
            0 => format!("below {}", show(cuts[0].next_up())),
            n if n == last => format!("above {}", show(cuts[n - 1])),
            1 => {
                let (low, high) = (show(cuts[0].next_up()), show(cuts[1]));
                if low == high { low } else { format!("{low} to {high}") }
            }
            n => format!("above {} to {}", show(cuts[n - 1]), show(cuts[n])),
        }
    }

    pub(super) fn is_sound(&self, rows: u64) -> bool {
        let shape = match &self.values {
            Values::Numbers(bins) | Values::Dates(bins) => {
                bins.counts.len() == bins.cuts.len() + 1
                    && bins.counts.len() <= Profile::BINS
                    && bins.cuts.iter().all(|c| c.is_finite())
                    && bins.cuts.is_sorted_by(|a, b| a < b)
                    && bins.moments.is_none_or(|[mean, sd]| mean.is_finite() && sd.is_finite() && sd >= 0.0)
            }
            Values::Levels { levels, counts, .. } => {
                levels.len() == counts.len()
                    && levels.len() <= Profile::LEVELS
                    && levels.iter().all(|l| l.len() <= Profile::LEVEL_BYTES)
                    && levels.iter().collect::<HashSet<_>>().len() == levels.len()
            }
        };
        let sum = self.bins().into_iter().try_fold(0_u64, u64::checked_add);
        // Row counts stay exact in f64.
        shape && rows < 1 << 53 && sum == Some(rows)
    }
}

impl Bins {
    fn learn(mut sorted: Vec<f64>) -> Self {
        sorted.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else {
            return Self { cuts: Vec::new(), counts: vec![0], moments: None };
        };
        // The lowest value stands above the first cut and the highest at the last, so that what is outside of the range
        // has bins of its own, and a constant a bin to itself.
        let deciles = (1..10).filter_map(|i| quantile(&sorted, f64::from(i) / 10.0));
        let mut cuts: Vec<f64> = [low.next_down()].into_iter().chain(deciles).chain([high]).filter(|c| c.is_finite()).collect();
        cuts.dedup();
        let mut bins = Self { counts: vec![0; cuts.len() + 1], cuts, moments: None };
        sorted.iter().for_each(|v| {
            let bin = bins.bin(*v);
            bins.counts[bin] += 1;
        });
        let n = sorted.len() as f64;
        let mean = sorted.iter().map(|v| v / n).sum::<f64>();
        let sd = (sorted.iter().map(|v| (v - mean).powi(2) / n).sum::<f64>()).sqrt();
        bins.moments = (mean.is_finite() && sd.is_finite()).then_some([mean, sd]);
        bins
    }

    fn bin(&self, value: f64) -> usize {
        self.cuts.partition_point(|cut| *cut < value)
    }
}

/// The known values of a number or a date.
fn numbers(series: &Series) -> Result<Vec<f64>> {
    Ok(series.cast(&DataType::Float64)?.f64()?.iter().flatten().collect())
}

/// Four significant digits, for people.
fn rounded(value: f64) -> f64 {
    // The sum of 0 and -0 is 0.
    format!("{value:.3e}").parse().unwrap_or(value) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learn(series: &Series) -> Histogram {
        Histogram::learn(Some(Kind::Number), series).unwrap()
    }

    #[test]
    fn ten_values_fall_into_ten_bins_and_new_ones_beside_them() {
        let series = Series::new("x".into(), (1..=10).map(|i| Some(f64::from(i))).chain([None]).collect::<Vec<_>>());
        let h = learn(&series);
        // Deciles by linear interpolation: 1.9, 2.8, … 9.1. One value in each, none below, none above, one missing.
        assert_eq!(h.bins(), [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1]);
        let counts = h.count(&Series::new("x".into(), [Some(0.0), Some(1.0), Some(1.9), Some(11.0), None, None])).unwrap();
        assert_eq!(counts.bins, [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert!((counts.mean().unwrap() - 13.9 / 4.0).abs() < 1e-12);
        let Values::Numbers(bins) = &h.values else { panic!("numbers") };
        // Mean 5.5, variance (100 - 1) / 12.
        let [mean, sd] = bins.moments.unwrap();
        assert!((mean - 5.5).abs() < 1e-12 && (sd - 8.25_f64.sqrt()).abs() < 1e-12);
        assert_eq!((h.words(0).as_str(), h.words(11).as_str(), h.words(12).as_str()), ("below 1", "above 10", "missing"));
        assert!(h.is_sound(11) && !h.is_sound(12));
    }

    #[test]
    fn a_constant_and_nothing_at_all_have_bins_too() {
        let h = learn(&Series::new("x".into(), [0.0; 5]));
        assert_eq!(h.bins(), [0, 5, 0, 0]);
        assert_eq!(h.count(&Series::new("x".into(), [-1.0, 0.0, 2.0])).unwrap().bins, [1, 1, 1, 0]);
        let h = learn(&Series::new("x".into(), [None::<f64>; 3]));
        assert_eq!(h.bins(), [0, 3]);
        assert_eq!((h.words(0).as_str(), h.words(1).as_str()), ("any value", "missing"));
        assert!(h.is_sound(3));
    }

    #[test]
    fn values_of_any_size_leave_finite_cuts() {
        let h = learn(&Series::new("x".into(), [f64::MIN, f64::MAX, 0.0, 1e308]));
        assert!(h.is_sound(4), "{h:?}");
    }

    #[test]
    fn the_most_frequent_levels_are_counted_and_the_others_are_one() {
        let names: Vec<String> = (0..60).flat_map(|i| vec![format!("l{i:02}"); 60 - i]).collect();
        let h = learn(&Series::new("x".into(), names.clone()));
        let Values::Levels { levels, others, .. } = &h.values else { panic!("levels") };
        assert_eq!((levels.len(), levels[0].as_str()), (50, "l00"));
        assert_eq!(*others, (1..=10).sum::<u64>());
        let counts = h.count(&Series::new("x".into(), [Some("l59"), Some("new"), Some("l01"), None])).unwrap();
        assert_eq!((counts.bins[1], counts.bins[50], counts.bins[51]), (1, 2, 1));
        assert_eq!((h.words(1).as_str(), h.words(50).as_str(), h.words(51).as_str()), ("l01", "other levels", "missing"));
        assert!(h.is_sound(names.len() as u64));
    }

    #[test]
    fn parts_add_up() {
        let h = learn(&Series::new("x".into(), [1.0, 2.0, 3.0]));
        let all = Series::new("x".into(), [Some(0.5), Some(2.0), None, Some(9.0)]);
        let mut sum = h.count(&all.slice(0, 2)).unwrap();
        sum.merge(&h.count(&all.slice(2, 2)).unwrap());
        assert_eq!(sum, h.count(&all).unwrap());
    }
}
