use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ConfigError;

/// What the threshold of a target of two classes is chosen for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Optimize {
    /// It is not chosen: 0.5.
    #[default]
    None,
    F1,
    Mcc,
    BalancedAccuracy,
    /// The sum of [`ValueConfig`] over the rows.
    Profit,
    /// The most recall among thresholds of at least this precision.
    Precision(f64),
    /// The most precision among thresholds of at least this recall.
    Recall(f64),
    /// As many rows as `n` says.
    TopN,
}

impl TryFrom<String> for Optimize {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is nothing to choose a threshold for; use none, f1, mcc, balanced_accuracy, profit, top_n, precision>=0.8 or recall>=0.9"
            )
        };
        let bound = |text: &str| {
            let share: f64 = text.trim().strip_prefix(">=").and_then(|n| n.trim().parse().ok()).ok_or_else(wrong)?;
            if share > 0.0 && share <= 1.0 { Ok(share) } else { Err(format!("\"{text}\": a share lies above 0, up to 1")) }
        };
        Ok(match text.trim() {
            "none" => Self::None,
            "f1" => Self::F1,
            "mcc" => Self::Mcc,
            "balanced_accuracy" => Self::BalancedAccuracy,
            "profit" => Self::Profit,
            "top_n" => Self::TopN,
            other => match (other.strip_prefix("precision"), other.strip_prefix("recall")) {
                (Some(rest), _) => Self::Precision(bound(rest)?),
                (_, Some(rest)) => Self::Recall(bound(rest)?),
                _ => return Err(wrong()),
            },
        })
    }
}

impl fmt::Display for Optimize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::F1 => f.write_str("f1"),
            Self::Mcc => f.write_str("mcc"),
            Self::BalancedAccuracy => f.write_str("balanced_accuracy"),
            Self::Profit => f.write_str("profit"),
            Self::Precision(share) => write!(f, "precision>={share}"),
            Self::Recall(share) => write!(f, "recall>={share}"),
            Self::TopN => f.write_str("top_n"),
        }
    }
}

impl From<Optimize> for String {
    fn from(optimize: Optimize) -> Self {
        optimize.to_string()
    }
}

/// From which probability on a row is called positive; for targets of two classes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThresholdConfig {
    /// What the threshold is chosen for, on predictions out of fold: `none` (it is 0.5), `f1`, `mcc`, `balanced_accuracy`, `profit` (the sum of `[threshold.value]`; where that names columns, each row is decided by its own amounts), `precision>=0.8` (the most recall with it), `recall>=0.9` (the most precision with it) or `top_n` (the `n` best rows).
    #[schemars(with = "String")]
    pub optimize: Optimize,
    /// For `top_n`: how many rows are called positive, of a list as long as the whole table; below 1 a share of the rows.
    pub n: Option<f64>,
    /// For `profit`: most rows that can be acted on, of a list as long as the whole table; below 1 a share of the rows. Default: no limit.
    pub capacity: Option<f64>,
    /// Gain (above 0) or cost (below 0) of a row: `tp` where it is called positive and is, `fp` where it is called so and is not, `tn` and `fn` where it is not called so. A number, or the name of a column of numbers. Each is 0 unless set.
    pub value: ValueConfig,
}

impl ThresholdConfig {
    /// Whether every row is decided by its own amounts, not by one threshold.
    #[must_use]
    pub fn is_by_row(&self) -> bool {
        self.optimize == Optimize::Profit && self.value.columns().next().is_some()
    }
}

/// Gain or cost of a row by what it is called and what it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ValueConfig {
    /// Called positive, and is.
    pub tp: Amount,
    /// Called positive, and is not.
    pub fp: Amount,
    /// Not called positive, and is not.
    pub tn: Amount,
    /// Not called positive, but is.
    #[serde(rename = "fn")]
    pub fn_: Amount,
}

impl ValueConfig {
    /// The four amounts with their keys.
    #[must_use]
    pub const fn amounts(&self) -> [(&'static str, &Amount); 4] {
        [("tp", &self.tp), ("fp", &self.fp), ("tn", &self.tn), ("fn", &self.fn_)]
    }

    /// The columns that amounts are taken from, as often as they are named.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.amounts().into_iter().filter_map(|(_, amount)| match amount {
            Amount::Column(name) => Some(name.as_str()),
            Amount::Constant(_) => None,
        })
    }

    /// Whether anything is worth anything.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.amounts().iter().any(|(_, amount)| **amount != Amount::default())
    }
}

/// The same amount for every row, or a column that has one for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    Constant(f64),
    Column(String),
}

impl Default for Amount {
    fn default() -> Self {
        Self::Constant(0.0)
    }
}

/// How far predictions can be off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IntervalsConfig {
    /// Share of rows whose true value lies in their interval (numbers) or set of classes, from 0.5 to 0.999: training and `mkt evaluate` measure these on rows that nothing was learned from. Every model file serves all levels, with `mkt predict --intervals` and `--sets`.
    pub level: f64,
}

impl Default for IntervalsConfig {
    fn default() -> Self {
        Self { level: 0.9 }
    }
}

impl IntervalsConfig {
    /// Checks the level.
    ///
    /// # Errors
    /// If it is out of range.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_level(self.level).map_err(|range| ConfigError::range("intervals", "level", self.level, range))
    }
}

/// Refuses a level that nobody means or that no number of rows can keep.
///
/// # Errors
/// The range, in words.
pub fn check_level(level: f64) -> Result<(), &'static str> {
    if (0.5..=0.999).contains(&level) { Ok(()) } else { Err("0.5 to 0.999, such as 0.9 for nine rows of ten") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_optimize_reads_back_and_a_wrong_word_says_what_there_is() {
        for text in ["none", "f1", "mcc", "balanced_accuracy", "profit", "top_n", "precision>=0.8", "recall>=0.95"] {
            assert_eq!(Optimize::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        assert_eq!(Optimize::try_from("precision >= 1".to_owned()), Ok(Optimize::Precision(1.0)));
        let wrong = |text: &str| Optimize::try_from(text.to_owned()).unwrap_err();
        assert!(wrong("f2").contains("use none, f1, mcc"), "{}", wrong("f2"));
        assert!(wrong("precision").contains("precision>=0.8") && wrong("precision>0.8").contains("precision>=0.8"));
        assert!(wrong("recall>=80").contains("up to 1") && wrong("recall>=nan").contains("up to 1"));
    }

    #[test]
    fn an_amount_is_a_number_or_a_column() {
        let config: ThresholdConfig = toml::from_str("optimize = \"profit\"\n[value]\ntp = 40\nfn = \"margin\"").unwrap();
        assert_eq!(config.value.tp, Amount::Constant(40.0));
        assert_eq!(config.value.fn_, Amount::Column("margin".into()));
        assert!(config.value.is_set() && !ValueConfig::default().is_set());
    }
}
