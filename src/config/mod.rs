//! The settings of a run: defaults, then the file, then `MKT_SECTION__KEY`, then `--set`.

mod commented;
mod json;
mod layers;
mod load;
mod typing;

pub use commented::{commented, reference, template};
pub use layers::Layer;
pub use load::{Loaded, Places, load};

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assess::{FairnessConfig, Mitigate};
use crate::calibrate::CalibrateConfig;
use crate::clean::{Clean, CleanConfig, ColumnsConfig, ConstantColumns, NULL_VALUES, Outliers, TargetConfig};
use crate::collect::{Collect, CollectConfig, Decimal};
use crate::decide::{IntervalsConfig, Threshold, ThresholdConfig, ValueConfig};
use crate::error::{ConfigError, Result};
use crate::explain::ExplainConfig;
use crate::learn::Learn;
use crate::metrics::Metric;
use crate::normalize::{Normalize, NormalizeConfig, Numbers, Rules};
use crate::report::ReportConfig;
use crate::train::{DeviceKind, ModelConfig, Preset, Train, TrainConfig, TrainLinear};
use crate::validate::{Split, ValidateConfig};
use typing::TypedAsCleaned;

/// Every setting, one section per stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub collect: CollectConfig,
    pub target: TargetConfig,
    pub columns: ColumnsConfig,
    pub clean: CleanConfig,
    pub normalize: NormalizeConfig,
    pub model: ModelConfig,
    pub train: TrainConfig,
    pub calibrate: CalibrateConfig,
    pub validate: ValidateConfig,
    pub threshold: ThresholdConfig,
    pub intervals: IntervalsConfig,
    pub fairness: FairnessConfig,
    pub explain: ExplainConfig,
    pub report: ReportConfig,
    pub output: OutputConfig,
}

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutputConfig {
    /// The folder that holds the runs. Set in a config file it is relative to that file, else to where the program runs.
    pub dir: String,
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self { dir: "runs".into() }
    }
}

/// The checked stages of a run.
#[derive(Clone, Debug)]
pub struct Stages {
    pub collect: Collect,
    pub clean: Clean,
    pub split: Split,
    pub learn: Learn<Train>,
    pub linear: Learn<TrainLinear>,
    pub threshold: Threshold,
}

impl Stages {
    /// The settings and stages of a run that learns from so many rows: how many networks there are is settled before the folds,
    /// so that their scores are those of the model that is kept.
    #[must_use]
    pub fn settled(&self, config: &Config, rows: usize) -> (Config, Self) {
        let networks = config.model.networks(rows);
        let model = ModelConfig { ensemble: networks, ..config.model.clone() };
        let learn = Learn { train: self.learn.train.with_networks(networks), ..self.learn.clone() };
        (Config { model, ..config.clone() }, Self { learn, ..self.clone() })
    }
}

impl Config {
    /// The settings of a preset, all others at their defaults.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let normalize = match preset {
            Preset::Article => NormalizeConfig { numbers: Numbers::Standard, number_levels: 0, ..NormalizeConfig::default() },
            _ => NormalizeConfig::default(),
        };
        let (model, train) = (ModelConfig::preset(preset), TrainConfig::preset(preset));
        Self { normalize, model, train, ..Self::default() }
    }

    /// Checks every setting and turns the sections into stages; relative paths are relative to `base`.
    ///
    /// # Errors
    /// Names the key and its range if a value is outside of it.
    pub fn stages(&self, base: &Path, device: DeviceKind) -> Result<Stages> {
        if self.collect.source.is_empty() && self.collect.tables.is_empty() {
            return Err(ConfigError::NoSource.into());
        }
        if self.target.column.is_empty() {
            return Err(ConfigError::NoTarget.into());
        }
        for name in &self.validate.metrics {
            if Metric::from_name(name).is_none() {
                let message = format!("there is no metric \"{name}\"; see `mkt schema metrics`");
                return Err(ConfigError::setting("validate", "metrics", message).into());
            }
        }
        self.check_fairness()?;
        self.intervals.check()?;
        self.explain.check()?;
        let rules = Rules {
            drop_constant: self.clean.constant_columns == ConstantColumns::Drop,
            max_missing: self.clean.max_missing,
            clip_outliers: self.clean.outliers == Outliers::Clip,
        };
        // The yardstick scales numbers as an analyst would for a linear model, whatever suits the network.
        let plain = NormalizeConfig { numbers: Numbers::Standard, number_levels: 0, ..self.normalize.clone() };
        Ok(Stages {
            collect: self.collector(base)?,
            clean: self.clean(),
            split: Split::new(&self.validate)?,
            learn: Learn {
                normalize: Normalize::new(&self.normalize, rules)?,
                train: Train::new(&self.model, &self.train, device)?,
            },
            linear: Learn { normalize: Normalize::new(&plain, rules)?, train: TrainLinear { device: device.open()? } },
            threshold: Threshold::new(&self.threshold)?,
        })
    }

    /// The stage that collects; relative paths are relative to `base`.
    ///
    /// # Errors
    /// If a setting of `[collect]` cannot be used.
    pub fn collector(&self, base: &Path) -> Result<Collect> {
        Ok(Collect::new(&self.collect, base)?.with_typing(Arc::new(TypedAsCleaned(self.clone()))))
    }

    fn check_fairness(&self) -> Result<(), ConfigError> {
        if self.fairness.min_rows < 2 {
            return Err(ConfigError::range("fairness", "min_rows", self.fairness.min_rows, "2 or more"));
        }
        let mitigate = self.fairness.mitigate;
        if mitigate != Mitigate::None && self.columns.sensitive.is_empty() {
            let message = format!("\"{}\" needs [columns] sensitive, the columns that name the groups", mitigate.name());
            return Err(ConfigError::setting("fairness", "mitigate", message));
        }
        if mitigate == Mitigate::Thresholds && self.threshold.is_by_row() {
            return Err(ConfigError::setting("fairness", "mitigate", no_threshold_to_move(&self.threshold.value)));
        }
        Ok(())
    }

    /// The stage that cleans.
    #[must_use]
    pub fn clean(&self) -> Clean {
        let markers = NULL_VALUES.iter().map(|s| (*s).to_owned());
        Clean {
            target: self.target.clone(),
            columns: self.columns.clone(),
            rules: self.clean.clone(),
            null_values: markers.chain(self.collect.null_values.iter().cloned()).collect(),
            decimal: match self.collect.decimal {
                Decimal::Auto => None,
                Decimal::Point => Some('.'),
                Decimal::Comma => Some(','),
            },
            fold_column: self.validate.column.clone(),
            orders: BTreeMap::new(),
        }
    }

    /// The first setting, paths left out, that is another one in `other`: its key and both values.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<(String, String, String)> {
        let plain = |config: &Self| {
            let (collect, output) = (config.collect.clone().without_paths(), OutputConfig::default());
            serde_json::to_value(Self { collect, output, ..config.clone() }).ok()
        };
        let (ours, theirs) = (plain(self)?, plain(other)?);
        let sections = ours.as_object()?.iter().filter_map(|(section, keys)| Some((section, keys.as_object()?)));
        let values = sections.flat_map(|(section, keys)| keys.iter().map(move |(key, value)| (section, key, value)));
        values
            .map(|(section, key, value)| (format!("{section}.{key}"), value, &theirs[section][key]))
            .find_map(|(key, ours, theirs)| (ours != theirs).then(|| (key, ours.to_string(), theirs.to_string())))
    }

    /// The settings that shape a model, without paths: the same wherever the run takes place.
    #[must_use]
    pub fn without_paths(&self) -> serde_json::Value {
        let collect = self.collect.clone().without_paths();
        let mut value = serde_json::to_value(Self { collect, ..self.clone() }).unwrap_or_default();
        if let Some(sections) = value.as_object_mut() {
            sections.shift_remove("output");
            // What the model is for, and in which language that is said, goes with it; which files were written does not.
            if let Some(report) = sections.get_mut("report").and_then(|r| r.as_object_mut()) {
                report.shift_remove("formats");
            }
            if let Some(collect) = sections.get_mut("collect").and_then(|c| c.as_object_mut()) {
                for key in ["source", "test", "query", "table", "timeout", "max_time", "max_size"] {
                    collect.shift_remove(key);
                }
            }
        }
        value
    }
}

/// Why groups get no thresholds where rows are decided by their amounts.
///
/// The best decisions that treat groups alike follow from Lagrange multipliers: for equal selection rates each group has a
/// least gain of its own, for equal true-positive rates an addition to `tp`, for equalized odds one to `tp` and one to `fp`. So
/// what differs by group are amounts, which can be written into the columns, and no threshold.
fn no_threshold_to_move(value: &ValueConfig) -> String {
    let columns: BTreeSet<String> = value.columns().map(|name| format!("\"{name}\"")).collect();
    format!(
        "\"thresholds\" moves the threshold of a group, and there is none to move: [threshold.value] takes amounts from {}, so \
         [threshold] optimize = \"profit\" decides each row by its own; use \"reweigh\", which changes what is learned, or \
         numbers in [threshold.value]",
        columns.into_iter().collect::<Vec<_>>().join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named_and_paths_make_none() {
        let one = Config::default();
        let mut two = one.clone();
        two.collect.source = "d.csv".into();
        two.output.dir = "elsewhere".into();
        assert_eq!(one.first_difference(&two), None);
        two.train.seed = 5;
        assert_eq!(one.first_difference(&two), Some(("train.seed".into(), one.train.seed.to_string(), "5".into())));
    }
}
