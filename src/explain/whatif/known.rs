use chrono::{NaiveDate, NaiveDateTime};

use crate::data::{Kind, Schema};
use crate::error::{ConfigError, did_you_mean};
use crate::normalize::{Encoding, FittedNormalizer};
use crate::profile::{Profile, Values};

/// What a model file says of its columns.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub schema: &'a Schema,
    pub normalizer: &'a FittedNormalizer,
    pub profile: Option<&'a Profile>,
}

impl<'a> Known<'a> {
    /// Splits `COLUMN` or `COLUMN<sign>REST` at the sign after the longest name of a column that the model uses.
    ///
    /// # Errors
    /// Names the columns there are.
    pub fn column<'t>(self, flag: &str, text: &'t str, signs: &[&str]) -> Result<(&'a str, &'t str), ConfigError> {
        let begins = |name: &str| {
            let rest = text.strip_prefix(name)?;
            (rest.is_empty() || signs.iter().any(|sign| rest.trim_start().starts_with(sign))).then_some(rest.trim_start())
        };
        let used = || self.normalizer.used();
        let found = used().filter_map(|name| Some((name, begins(name)?))).max_by_key(|(name, _)| name.len());
        found.ok_or_else(|| {
            let end = signs.iter().filter_map(|sign| text.find(sign)).min().unwrap_or(text.len());
            let name = text[..end].trim();
            let all = used().take(20).map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
            let hint = did_you_mean(name, used());
            ConfigError::Usage(format!("{flag} {text}: the model does not learn from \"{name}\"; it does from {all}{hint}"))
        })
    }

    /// Kind of a column.
    #[must_use]
    pub fn kind(self, column: &str) -> Kind {
        self.schema.column(column).map_or(Kind::Category, |c| c.kind)
    }

    /// How a column becomes numbers.
    #[must_use]
    pub fn encoding(self, column: &str) -> Option<&'a Encoding> {
        self.normalizer.encoding(column)
    }

    /// Smallest and largest training value of a number or date.
    #[must_use]
    pub fn range(self, column: &str) -> Option<[f64; 2]> {
        match self.encoding(column)? {
            Encoding::Number { range, .. } => Some(*range),
            Encoding::Date { range, .. } => Some(range.map(|v| v as f64)),
            _ => None,
        }
    }

    /// The levels that training rows had, the frequent ones first, then the rare ones.
    #[must_use]
    pub fn levels(self, column: &str) -> (&'a [String], &'a [String]) {
        match self.encoding(column) {
            Some(Encoding::Onehot { levels, rare, .. } | Encoding::Embedding { levels, rare, .. }) => (levels, rare),
            _ => (&[], &[]),
        }
    }

    /// Standard deviation of the training rows, or a quarter of their range in files without histograms; never 0.
    #[must_use]
    pub fn width(self, column: &str) -> f64 {
        let histogram = self.profile.and_then(|p| p.columns.iter().find(|c| c.name == column));
        let sd = histogram.and_then(|h| match &h.values {
            Values::Numbers(bins) | Values::Dates(bins) => bins.moments.map(|[_, sd]| sd),
            Values::Levels { .. } => None,
        });
        let quarter = self.range(column).map(|[low, high]| (high - low) / 4.0);
        sd.filter(|sd| *sd > 0.0).or(quarter).filter(|w| w.is_finite() && *w > 0.0).unwrap_or(1.0)
    }

    /// Deciles of the training rows of a number or date; eleven even steps in files without histograms.
    #[must_use]
    pub fn steps(self, column: &str) -> Vec<f64> {
        let Some([low, high]) = self.range(column) else { return Vec::new() };
        let histogram = self.profile.and_then(|p| p.columns.iter().find(|c| c.name == column));
        let cuts = histogram.and_then(|h| match &h.values {
            Values::Numbers(bins) | Values::Dates(bins) => Some(bins.cuts.clone()),
            Values::Levels { .. } => None,
        });
        let mut steps = cuts.unwrap_or_else(|| (0..=10).map(|i| low + (high - low) * f64::from(i) / 10.0).collect());
        steps.retain(|v| (low..=high).contains(v));
        steps.extend([low, high]);
        steps.sort_by(f64::total_cmp);
        steps.dedup();
        steps
    }

    /// Whether all that is known of a number are whole numbers.
    #[must_use]
    pub fn is_whole(self, column: &str) -> bool {
        self.steps(column).iter().all(|v| v.fract() == 0.0) && self.range(column).is_some()
    }
}

/// A day or a moment as microseconds since 1970-01-01: `2024-03-05` or `2024-03-05T14:30:00`.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let time = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok();
    day().or_else(time).map(|t| t.and_utc().timestamp_micros())
}
