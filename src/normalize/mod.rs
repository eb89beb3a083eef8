//! From a frame to numbers for the network.
//!
//! [`Normalize`] learns on training rows what a [`FittedNormalizer`] then does to any rows: scales, what stands for a
//! gap, the levels of categories, which columns are left out.

mod config;
mod dates;
mod disguised;
mod fitted;
#[cfg(test)]
mod laws;
mod levels;
mod scale;
mod target;

pub use config::{Categories, Dates, Missing, NormalizeConfig, Numbers, TargetScaling, Unseen};
pub use fitted::{Encoding, FittedNormalizer};
pub use levels::{Learned, jumps};
pub use target::TargetScale;

use polars::prelude::{Column as Series, InitHashMaps, PlHashMap};

use crate::data::{Column, Frame, Kind, Training, Truth};
use crate::error::{CleanError, ConfigError, Result};
use crate::pipeline::{Context, Pipeline, parallel};
use dates::DateParts;
use disguised::disguised;
use levels::beside_a_spike;
use scale::{Scale, moments, quantile};

/// Most bytes of levels: the model file holds them, and its readers take no more than 100 MB beside the weights.
const MOST_LEVELS: usize = 64 << 20;
/// What stands around a level in the file: its quotes, escaped, and a comma.
const ESCAPED: usize = 5;

/// Rules of cleaning that are estimated over rows, and therefore learned here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Leave out columns with a single value.
    pub drop_constant: bool,
    /// Leave out columns with a larger share of missing values.
    pub max_missing: f64,
    /// Move numbers beyond Q1 - 3 IQR and Q3 + 3 IQR to these bounds.
    pub clip_outliers: bool,
}

/// Checked settings of the normalization.
#[derive(Clone, Debug)]
pub struct Normalize {
    config: NormalizeConfig,
    rules: Rules,
}

impl Normalize {
    /// Checks the settings.
    ///
    /// # Errors
    /// Names the key and its range if a value is outside of it.
    pub fn new(config: &NormalizeConfig, rules: Rules) -> Result<Self, ConfigError> {
        if !(0.0..=1.0).contains(&rules.max_missing) {
            return Err(ConfigError::range("clean", "max_missing", rules.max_missing, "0 to 1"));
        }
        if config.min_frequency == 0 {
            return Err(ConfigError::range("normalize", "min_frequency", 0, "1 or more"));
        }
        if config.onehot_max > 1000 {
            return Err(ConfigError::range("normalize", "onehot_max", config.onehot_max, "0 to 1000"));
        }
        Ok(Self { config: config.clone(), rules })
    }
}

impl Pipeline for Normalize {
    type Input = Training<Frame>;
    type Output = FittedNormalizer;

    fn name(&self) -> &'static str {
        "normalize"
    }

    fn run(&self, frame: Training<Frame>, cx: &Context<'_>) -> Result<FittedNormalizer> {
        let frame = frame.get();
        let all = frame.data.columns();
        let columns = parallel(cx.threads(), all.len(), |i| {
            cx.check()?;
            let column = frame.schema.column(all[i].name());
            column.map(|column| Ok((column.name.clone(), self.encoding(column, &all[i], frame)?))).transpose()
        })?;
        let columns: Vec<(String, Encoding)> = columns.into_iter().flatten().collect();
        fit_in_file(&columns, MOST_LEVELS)?;
        let target = match &frame.truth {
            Some(Truth::Numbers(values)) if !values.is_empty() => {
                TargetScale::learn(&frame.schema.target.name, values, self.config.target, self.config.clamp_target)?
            }
            _ => None,
        };
        Ok(FittedNormalizer { columns, target, classes: frame.schema.target.labels.len(), unseen: self.config.unseen })
    }
}

/// Refuses levels that no model file could hold, before anything is trained on them.
fn fit_in_file(columns: &[(String, Encoding)], limit: usize) -> Result<(), CleanError> {
    let bytes = |(_, encoding): &(String, Encoding)| encoding.texts().map(|text| text.len() + ESCAPED).sum::<usize>();
    let all = columns.iter().map(bytes).sum();
    match columns.iter().max_by_key(|column| bytes(column)) {
        Some((column, encoding)) if all > limit => {
            Err(CleanError::Levels { column: column.clone(), levels: encoding.texts().count(), all, limit })
        }
        _ => Ok(()),
    }
}

impl Normalize {
    /// The values of a number that get an embedding of their own.
    fn levels(&self, values: impl Iterator<Item = Option<f64>>, sorted: &[f64], frame: &Frame) -> Vec<f64> {
        let most = self.config.number_levels;
        let spike = beside_a_spike(sorted, self.config.min_frequency);
        if !spike.is_empty() {
            return if spike.len() <= most { spike } else { Vec::new() };
        }
        let Some(truth) = &frame.truth else { return spike };
        let classes = frame.schema.target.labels.len();
        jumps(values, sorted, most, Learned { truth, classes, units: &frame.units, ordered: frame.ordered })
    }

    fn encoding(&self, column: &Column, series: &Series, frame: &Frame) -> Result<Encoding> {
        let (rows, gaps) = (frame.height(), series.null_count());
        let dropped = |reason: String| Ok(Encoding::Dropped { reason });
        if gaps == rows {
            return dropped("no values in the training rows".into());
        }
        if gaps as f64 > self.rules.max_missing * rows as f64 {
            return dropped(format!("{:.1} % missing", 100.0 * gaps as f64 / rows as f64));
        }
        match column.kind {
            Kind::Number => {
                let mut sorted: Vec<f64> = series.f64()?.iter().flatten().collect();
                sorted.sort_unstable_by(f64::total_cmp);
                let gaps_in_disguise = if self.config.disguised_gaps { disguised(&sorted) } else { Vec::new() };
                sorted.retain(|v| !gaps_in_disguise.contains(v));
                let range = [sorted[0], sorted[sorted.len() - 1]];
                if range[0] == range[1] && gaps == 0 && self.rules.drop_constant {
                    return dropped("one value in the training rows".into());
                }
                let clip = self.rules.clip_outliers.then(|| {
                    let (low, high) = (quantile(&sorted, 0.25), quantile(&sorted, 0.75));
                    [low - 3.0 * (high - low), high + 3.0 * (high - low)].map(|bound| bound.clamp(f64::MIN, f64::MAX))
                });
                if let Some([low, high]) = clip {
                    sorted.iter_mut().for_each(|v| *v = v.clamp(low, high));
                }
                let bounded = |v: f64| clip.map_or(v, |[low, high]| v.clamp(low, high));
                let values = series.f64()?.iter().map(|v| v.filter(|v| !gaps_in_disguise.contains(v)).map(bounded));
                let levels = self.levels(values, &sorted, frame);
                let fill = match self.config.missing {
                    Missing::Median => quantile(&sorted, 0.5),
                    Missing::Mean => moments(&sorted).0,
                };
                Ok(Encoding::Number {
                    scale: Scale::fit(self.config.numbers, &sorted),
                    fill,
                    indicator: gaps > 0 || !gaps_in_disguise.is_empty(),
                    range,
                    clip,
                    levels,
                    disguised: gaps_in_disguise,
                })
            }
            Kind::Date => {
                let mut sorted: Vec<i64> = series.i64()?.iter().flatten().collect();
                sorted.sort_unstable();
                let range = [sorted[0], sorted[sorted.len() - 1]];
                if self.config.dates == Dates::None {
                    return dropped("[normalize] dates = \"none\"".into());
                }
                if range[0] == range[1] && self.rules.drop_constant {
                    return dropped("one value in the training rows".into());
                }
                Ok(Encoding::Date { parts: DateParts::fit(&sorted), range })
            }
            Kind::Category | Kind::Bool | Kind::Text => {
                let mut counts: PlHashMap<&str, usize> = PlHashMap::new();
                series.str()?.iter().flatten().for_each(|v| *counts.entry(v).or_default() += 1);
                let missing = gaps > 0;
                if counts.len() == 1 && !missing && self.rules.drop_constant {
                    return dropped("one value in the training rows".into());
                }
                let frequent = |n: usize| n >= self.config.min_frequency;
                let pick = |wanted: bool| {
                    let some = counts.iter().filter(|(_, n)| frequent(**n) == wanted);
                    let mut levels: Vec<String> = some.map(|(level, _)| (*level).to_owned()).collect();
                    levels.sort();
                    levels
                };
                let (levels, rare) = (pick(true), pick(false));
                if levels.is_empty() && !missing {
                    return dropped(format!("no level has {} training rows", self.config.min_frequency));
                }
                let onehot = match self.config.categories {
                    Categories::Auto => levels.len() <= self.config.onehot_max,
                    Categories::Onehot => true,
                    Categories::Embedding => false,
                };
                Ok(if onehot {
                    Encoding::Onehot { levels, missing, rare }
                } else {
                    Encoding::Embedding { levels, missing, rare }
                })
            }
        }
    }
}
