use std::collections::HashMap;

use polars::prelude::{Column as Series, PlSmallStr};
use serde::{Deserialize, Serialize};

use super::config::Unseen;
use super::dates::DateParts;
use super::scale::Scale;
use super::target::TargetScale;
use crate::data::{Dataset, Frame, Labels, Matrix, Oddity, Truth, Unusual, day};
use crate::error::{CleanError, Result};
use crate::pipeline::{Context, Pipeline};

/// How one column becomes numbers, as learned from the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// One scaled value, and an indicator of a gap where the training rows had gaps.
    Number {
        scale: Scale,
        /// Stands for a missing value.
        fill: f64,
        indicator: bool,
        /// Smallest and largest training value.
        range: [f64; 2],
        /// Bounds that values are moved to.
        clip: Option<[f64; 2]>,
        /// Frequent values, sorted, each of which has an embedding beside the scaled value.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        levels: Vec<f64>,
        /// Values that are taken as missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        disguised: Vec<f64>,
    },
    /// One value per level, one for "missing" and one for the rare levels where the training rows had such; a level
    /// that they did not have counts as rare, and is all zeros where nothing was rare.
    Onehot { levels: Vec<String>, missing: bool, rare: Vec<String> },
    /// One code: 0 is reserved for rare and unseen levels, then each level, then "missing" where there were gaps.
    Embedding { levels: Vec<String>, missing: bool, rare: Vec<String> },
    /// Days and cyclic parts.
    Date { parts: DateParts, range: [i64; 2] },
    /// Not used.
    Dropped { reason: String },
}

impl Encoding {
    /// Dense values per row.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Number { indicator, .. } => 1 + usize::from(*indicator),
            Self::Onehot { levels, missing, rare } => levels.len() + usize::from(*missing) + usize::from(!rare.is_empty()),
            Self::Date { parts, .. } => parts.width(),
            Self::Embedding { .. } | Self::Dropped { .. } => 0,
        }
    }

    /// Levels of an embedded category, the reserved one included.
    #[must_use]
    pub fn cardinality(&self) -> Option<usize> {
        match self {
            Self::Embedding { levels, missing, .. } => Some(1 + levels.len() + usize::from(*missing)),
            Self::Number { levels, .. } if !levels.is_empty() => Some(1 + levels.len()),
            _ => None,
        }
    }

    /// Whether its numbers can be computed with, whoever wrote them.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Number { scale, fill, range, clip, levels, .. } => {
                levels.is_sorted()
                    && scale.is_sound()
                    && fill.is_finite()
                    && range[0] <= range[1]
                    && clip.is_none_or(|[low, high]| low <= high)
            }
            Self::Date { parts, range } => parts.is_sound() && range[0] <= range[1],
            Self::Onehot { .. } | Self::Embedding { .. } | Self::Dropped { .. } => true,
        }
    }

    /// In words, for a report.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Number { indicator: false, .. } => "scaled".into(),
            Self::Number { disguised, .. } if disguised.is_empty() => "scaled, with an indicator of gaps".into(),
            Self::Number { disguised, .. } => {
                let values = disguised.iter().map(f64::to_string).collect::<Vec<_>>().join(" and ");
                format!("scaled, {values} taken as missing, with an indicator of gaps")
            }
            Self::Onehot { levels, .. } => format!("{} one-hot levels", levels.len()),
            Self::Embedding { levels, .. } => format!("embedding of {} levels", levels.len()),
            Self::Date { parts, .. } => format!("{} parts of the date", parts.width()),
            Self::Dropped { reason } => format!("left out: {reason}"),
        }
    }
}

/// What was learned from the training rows: turns any frame of the same schema into numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedNormalizer {
    /// Name and encoding of each column learned from, in order.
    pub columns: Vec<(String, Encoding)>,
    /// Absent for classes.
    pub target: Option<TargetScale>,
    /// Number of classes; 0 for regression.
    pub classes: usize,
    pub unseen: Unseen,
}

impl Pipeline for FittedNormalizer {
    type Input = Frame;
    type Output = Dataset;

    fn name(&self) -> &'static str {
        "normalize"
    }

    fn run(&self, frame: Frame, _: &Context<'_>) -> Result<Dataset> {
        self.encode(&frame, &mut Vec::new())
    }
}

impl FittedNormalizer {
    /// Turns a frame into numbers and counts what the training rows had nothing like.
    ///
    /// # Errors
    /// If a column is missing.
    ///
    /// # Panics
    /// If a column of the frame does not have the type of its schema.
    pub fn encode(&self, frame: &Frame, unusual: &mut Vec<Unusual>) -> Result<Dataset> {
        let height = frame.height();
        let width: usize = self.columns.iter().map(|(_, e)| e.width()).sum();
        let mut numbers = Matrix::zeros(height, width);
        let embedded: Vec<usize> = self.columns.iter().filter_map(|(_, e)| e.cardinality()).collect();
        let mut codes = vec![0; height * embedded.len()];
        let (mut start, mut nth) = (0, 0);
        for (name, encoding) in &self.columns {
            let series = frame.data.column(name).map_err(|_| missing(name, frame))?;
            let mut seen = Seen { column: name, rows: &frame.rows, found: [None, None, None, None] };
            match encoding {
                Encoding::Number { levels, .. } => {
                    dense(encoding, series, &mut numbers, start, &mut seen)?;
                    if !levels.is_empty() {
                        each_value(levels, series, |row, level| codes[row * embedded.len() + nth] = level)?;
                    }
                }
                Encoding::Date { .. } => dense(encoding, series, &mut numbers, start, &mut seen)?,
                Encoding::Onehot { levels, missing, rare } => {
                    each_level(levels, rare, *missing, series, &mut seen, |row, level| {
                        let place = level.checked_sub(1).or_else(|| (!rare.is_empty()).then(|| encoding.width() - 1));
                        if let Some(place) = place {
                            numbers.values[row * width + start + place] = 1.0;
                        }
                    })?;
                }
                Encoding::Embedding { levels, missing, rare } => {
                    each_level(levels, rare, *missing, series, &mut seen, |row, level| {
                        codes[row * embedded.len() + nth] = u32::try_from(level).unwrap_or(0);
                    })?;
                }
                Encoding::Dropped { .. } => {}
            }
            start += encoding.width();
            nth += usize::from(encoding.cardinality().is_some());
            seen.finish(unusual);
        }
        Ok(Dataset {
            height,
            numbers,
            continuous: self.continuous(),
            codes,
            cardinalities: embedded,
            labels: frame.truth.as_ref().map(|truth| self.labels(truth)),
            weights: frame.weights.as_ref().map_or_else(|| vec![1.0; height], |w| narrow(w)),
            units: frame.units.clone(),
            ordered: frame.ordered,
        })
    }

    /// Which dense values are scaled numbers or days, as opposed to indicators, levels and points on circles.
    #[must_use]
    pub fn continuous(&self) -> Vec<usize> {
        let mut start = 0;
        let mut found = Vec::new();
        for (_, encoding) in &self.columns {
            if matches!(encoding, Encoding::Number { .. } | Encoding::Date { .. }) {
                found.push(start);
            }
            start += encoding.width();
        }
        found
    }

    /// Refuses rows with levels that the training rows did not have, where the settings say so.
    ///
    /// # Errors
    /// Names the first such value.
    pub fn accept(&self, unusual: &[Unusual]) -> Result<(), CleanError> {
        match unusual.iter().find(|u| self.unseen == Unseen::Error && u.what == Oddity::Unseen) {
            None => Ok(()),
            Some(u) => Err(CleanError::Unseen { column: u.column.clone(), row: u.first + 1, seen: u.example.clone() }),
        }
    }

    fn labels(&self, truth: &Truth) -> Labels {
        match truth {
            Truth::Classes(codes) => Labels::Classes { codes: codes.clone(), classes: self.classes },
            Truth::Numbers(values) => {
                let scaled = |y: &f64| self.target.as_ref().map_or(*y, |scale| scale.forward(*y));
                Labels::Numbers(narrow(&values.iter().map(scaled).collect::<Vec<_>>()))
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|v| *v as f32).collect()
}

fn missing(name: &str, frame: &Frame) -> CleanError {
    let names: Vec<&str> = frame.data.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
    CleanError::missing_column(name, &names, "the data")
}

/// Writes the values of a number or date column from `start` on.
fn dense(encoding: &Encoding, series: &Series, out: &mut Matrix, start: usize, seen: &mut Seen<'_>) -> Result<()> {
    let width = out.width;
    match encoding {
        Encoding::Number { scale, fill, indicator, range, clip, disguised, .. } => {
            for (row, value) in series.f64()?.iter().enumerate() {
                let out = &mut out.values[row * width + start..];
                let value = value.filter(|v| !disguised.contains(v));
                match value {
                    None => seen.note(Oddity::Missing, row, String::new),
                    Some(v) if v < range[0] || v > range[1] => seen.note(Oddity::OutOfRange, row, || v.to_string()),
                    Some(_) => {}
                }
                let known = value.unwrap_or(*fill);
                out[0] = scale.apply(clip.map_or(known, |[low, high]| known.clamp(low, high)));
                if *indicator {
                    out[1] = f32::from(u8::from(value.is_none()));
                }
            }
        }
        Encoding::Date { parts, range } => {
            for (row, value) in series.i64()?.iter().enumerate() {
                match value {
                    None => seen.note(Oddity::Missing, row, String::new),
                    // Later moments are the point of a forecast; only those far outside are worth a word.
                    Some(v) if v < range[0] || v > range[1].saturating_add(range[1].saturating_sub(range[0])) => {
                        seen.note(Oddity::OutOfRange, row, || day(v));
                    }
                    Some(_) => {}
                }
                parts.write(value, &mut out.values[row * width + start..][..parts.width()]);
            }
        }
        _ => {}
    }
    Ok(())
}

/// The number itself, but 0 for -0, which is the same value in other bits.
pub fn positive_zero(value: f64) -> f64 {
    value + 0.0
}

/// Calls `set` with the level of every known number: 0 is reserved for those that are none of the frequent ones.
fn each_value(levels: &[f64], series: &Series, mut set: impl FnMut(usize, u32)) -> Result<()> {
    for (row, value) in series.f64()?.iter().enumerate() {
        let level = value.and_then(|v| levels.binary_search_by(|l| l.total_cmp(&positive_zero(v))).ok());
        set(row, level.map_or(0, |level| u32::try_from(level + 1).unwrap_or(0)));
    }
    Ok(())
}

/// Calls `set` with the level of every row: 0 is reserved, the level of a gap stands last.
fn each_level(
    levels: &[String],
    rare: &[String],
    has_missing: bool,
    series: &Series,
    seen: &mut Seen<'_>,
    mut set: impl FnMut(usize, usize),
) -> Result<()> {
    let rare = rare.iter().map(|level| (level.as_str(), 0));
    let index: HashMap<&str, usize> = levels.iter().map(String::as_str).zip(1..).chain(rare).collect();
    for (row, value) in series.str()?.iter().enumerate() {
        let level = if let Some(text) = value {
            index.get(text).copied().unwrap_or_else(|| {
                seen.note(Oddity::Unseen, row, || text.to_owned());
                0
            })
        } else {
            seen.note(Oddity::Missing, row, String::new);
            if has_missing { levels.len() + 1 } else { 0 }
        };
        set(row, level);
    }
    Ok(())
}

/// Counts the unusual values of one column.
struct Seen<'a> {
    column: &'a str,
    rows: &'a [usize],
    found: [Option<Unusual>; 4],
}

impl Seen<'_> {
    fn note(&mut self, what: Oddity, row: usize, example: impl FnOnce() -> String) {
        let (column, rows) = (self.column, self.rows);
        let found = self.found[what as usize].get_or_insert_with(|| Unusual {
            column: column.to_owned(),
            what,
            count: 0,
            first: rows[row],
            example: example(),
        });
        found.count += 1;
    }

    fn finish(self, into: &mut Vec<Unusual>) {
        for one in self.found.into_iter().flatten() {
            one.add_to(into);
        }
    }
}
