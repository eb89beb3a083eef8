use std::sync::{Mutex, PoisonError};

use polars::prelude::{Column as Series, PlHashMap, PlSmallStr};
use serde::{Deserialize, Serialize};

use super::config::Unseen;
use super::dates::DateParts;
use super::scale::Scale;
use super::target::TargetScale;
use crate::data::{Dataset, Frame, Labels, Matrix, Oddity, Packing, Truth, Unusual, day};
use crate::error::{CleanError, Result};
use crate::pipeline::{Context, Pipeline, parallel};

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
    /// Whether the column reaches the network.
    #[must_use]
    pub const fn is_used(&self) -> bool {
        !matches!(self, Self::Dropped { .. })
    }

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

    /// All levels of a category, rare ones last.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let (levels, rare): (&[String], &[String]) = match self {
            Self::Onehot { levels, rare, .. } | Self::Embedding { levels, rare, .. } => (levels, rare),
            Self::Number { .. } | Self::Date { .. } | Self::Dropped { .. } => (&[], &[]),
        };
        levels.iter().chain(rare).map(String::as_str)
    }

    /// Number of each level of a category, counted from 1; rare ones are 0.
    fn index(&self) -> PlHashMap<&str, usize> {
        match self {
            Self::Onehot { levels, rare, .. } | Self::Embedding { levels, rare, .. } => {
                let rare = rare.iter().map(|level| (level.as_str(), 0));
                levels.iter().map(String::as_str).zip(1..).chain(rare).collect()
            }
            Self::Number { .. } | Self::Date { .. } | Self::Dropped { .. } => PlHashMap::default(),
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
            Self::Number { indicator, disguised, levels, .. } => {
                let values = disguised.iter().map(f64::to_string).collect::<Vec<_>>().join(" and ");
                let gaps = if disguised.is_empty() { String::new() } else { format!(", {values} taken as missing") };
                let beside = match (indicator, levels.len()) {
                    (false, 0) => String::new(),
                    (true, 0) => ", with an indicator of gaps".into(),
                    (false, n) => format!(", with embeddings of {n} values"),
                    (true, n) => format!(", with an indicator of gaps and embeddings of {n} values"),
                };
                format!("scaled{gaps}{beside}")
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

    fn run(&self, frame: Frame, cx: &Context<'_>) -> Result<Dataset> {
        self.encode_on(cx.threads(), &frame, &mut Vec::new())
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
        self.encode_on(1, frame, unusual)
    }

    /// [`FittedNormalizer::encode`] on so many threads; the result does not depend on their number.
    ///
    /// # Errors
    /// If a column is missing.
    ///
    /// # Panics
    /// If a column of the frame does not have the type of its schema.
    pub fn encode_on(&self, threads: usize, frame: &Frame, unusual: &mut Vec<Unusual>) -> Result<Dataset> {
        let height = frame.height();
        let width: usize = self.columns.iter().map(|(_, e)| e.width()).sum();
        let embedded: Vec<usize> = self.columns.iter().filter_map(|(_, e)| e.cardinality()).collect();
        let mut places = Vec::with_capacity(self.columns.len());
        let (mut start, mut nth) = (0, 0);
        for (name, encoding) in &self.columns {
            let series = frame.data.column(name).map_err(|_| missing(name, frame))?;
            places.push(Place { name, encoding, series, levels: encoding.index(), start, nth });
            start += encoding.width();
            nth += usize::from(encoding.cardinality().is_some());
        }
        let mut numbers = Matrix::zeros(height, width);
        let mut codes = vec![0; height * embedded.len()];
        // Block by block, so that the rows of one stay in the cache from the first column to the last.
        let count = height.div_ceil(BLOCK);
        let mut dense = numbers.values.chunks_mut((BLOCK * width).max(1));
        let mut embeddings = codes.chunks_mut((BLOCK * embedded.len()).max(1));
        let blocks: Vec<Mutex<Block<'_>>> = (0..count)
            .map(|i| {
                let (numbers, codes) = (dense.next().unwrap_or_default(), embeddings.next().unwrap_or_default());
                Mutex::new(Block { first: i * BLOCK, numbers, width, codes, embedded: embedded.len() })
            })
            .collect();
        let found = parallel(threads, count, |i| {
            let mut block = blocks[i].lock().unwrap_or_else(PoisonError::into_inner);
            places.iter().map(|place| place.write(&mut block, &frame.rows)).collect::<Result<Vec<_>>>()
        })?;
        drop(blocks);
        let of = |column: usize| found.iter().flat_map(move |block| &block[column]).cloned();
        Unusual::add_all((0..places.len()).flat_map(of), unusual);
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

    /// How a column is encoded.
    #[must_use]
    pub fn encoding(&self, column: &str) -> Option<&Encoding> {
        self.columns.iter().find(|(name, _)| name == column).map(|(_, encoding)| encoding)
    }

    /// Names of the columns that reach the network, in order.
    pub fn used(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|(_, encoding)| encoding.is_used()).map(|(name, _)| name.as_str())
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

    /// How rows that it encoded are packed.
    #[must_use]
    pub fn packing(&self) -> Packing {
        let columns: Vec<(usize, bool)> =
            self.columns.iter().map(|(_, e)| (e.width(), matches!(e, Encoding::Onehot { .. }))).collect();
        let cardinalities = self.columns.iter().filter_map(|(_, e)| e.cardinality()).collect();
        Packing::new(&columns, self.continuous(), cardinalities, self.classes, self.reach())
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
                Labels::Numbers { values: narrow(&values.iter().map(scaled).collect::<Vec<_>>()), reach: self.reach() }
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
    fn reach(&self) -> f32 {
        self.target.and_then(|target| target.reach).map_or(f32::INFINITY, |reach| reach as f32)
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

/// Rows that are encoded together.
const BLOCK: usize = 4096;

/// The part of a dataset that one block of rows fills.
struct Block<'a> {
    /// Its first row in the frame.
    first: usize,
    numbers: &'a mut [f32],
    /// Dense values per row.
    width: usize,
    codes: &'a mut [u32],
    /// Codes per row.
    embedded: usize,
}

/// One column on its way into a dataset.
struct Place<'a> {
    name: &'a str,
    encoding: &'a Encoding,
    series: &'a Series,
    /// Number of each level, rare ones 0; empty but for categories.
    levels: PlHashMap<&'a str, usize>,
    /// Its first dense value.
    start: usize,
    /// Its code among those of a row.
    nth: usize,
}

impl Place<'_> {
    /// Writes the rows of a block and returns what is unusual in them.
    fn write(&self, block: &mut Block<'_>, rows: &[usize]) -> Result<Vec<Unusual>> {
        let (width, embedded) = (block.width, block.embedded);
        let height = BLOCK.min(rows.len() - block.first);
        let rows = &rows[block.first..block.first + height];
        let series = self.series.slice(i64::try_from(block.first).unwrap_or(i64::MAX), height);
        let mut seen = Seen { column: self.name, rows, found: [None, None, None, None] };
        let first = |row: usize| row * width + self.start;
        match self.encoding {
            Encoding::Number { scale, fill, indicator, range, clip, levels, disguised } => {
                for (row, value) in series.f64()?.iter().enumerate() {
                    let known = value.filter(|v| !disguised.contains(v));
                    match known {
                        None => seen.note(Oddity::Missing, row, String::new),
                        Some(v) if v < range[0] || v > range[1] => seen.note(Oddity::OutOfRange, row, || v.to_string()),
                        Some(_) => {}
                    }
                    let out = &mut block.numbers[first(row)..];
                    let filled = known.unwrap_or(*fill);
                    out[0] = scale.apply(clip.map_or(filled, |[low, high]| filled.clamp(low, high)));
                    if *indicator {
                        out[1] = f32::from(u8::from(known.is_none()));
                    }
                    if !levels.is_empty() {
                        block.codes[row * embedded + self.nth] = level_of(levels, value);
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
                    parts.write(value, &mut block.numbers[first(row)..][..parts.width()]);
                }
            }
            Encoding::Onehot { levels, missing, rare } => {
                let others = (!rare.is_empty()).then(|| self.encoding.width() - 1);
                self.each_level(levels.len(), *missing, &series, &mut seen, |row, level| {
                    if let Some(place) = level.checked_sub(1).or(others) {
                        block.numbers[first(row) + place] = 1.0;
                    }
                })?;
            }
            Encoding::Embedding { levels, missing, .. } => {
                self.each_level(levels.len(), *missing, &series, &mut seen, |row, level| {
                    block.codes[row * embedded + self.nth] = u32::try_from(level).unwrap_or(0);
                })?;
            }
            Encoding::Dropped { .. } => {}
        }
        Ok(seen.found.into_iter().flatten().collect())
    }

    /// Calls `set` with the level of every row: 0 is reserved, the level of a gap stands last.
    fn each_level(
        &self,
        levels: usize,
        has_missing: bool,
        series: &Series,
        seen: &mut Seen<'_>,
        mut set: impl FnMut(usize, usize),
    ) -> Result<()> {
        for (row, value) in series.str()?.iter().enumerate() {
            let level = if let Some(text) = value {
                self.levels.get(text).copied().unwrap_or_else(|| {
                    seen.note(Oddity::Unseen, row, || text.to_owned());
                    0
                })
            } else {
                seen.note(Oddity::Missing, row, String::new);
                if has_missing { levels + 1 } else { 0 }
            };
            set(row, level);
        }
        Ok(())
    }
}

/// The number itself, but 0 for -0, which is the same value in other bits.
pub fn positive_zero(value: f64) -> f64 {
    value + 0.0
}

/// The level of a number: 0 is reserved for those that are none of the frequent ones.
fn level_of(levels: &[f64], value: Option<f64>) -> u32 {
    let level = value.and_then(|v| levels.binary_search_by(|l| l.total_cmp(&positive_zero(v))).ok());
    level.map_or(0, |level| u32::try_from(level + 1).unwrap_or(0))
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
}
