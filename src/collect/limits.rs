use std::time::Duration;

use super::config::CollectConfig;
use super::files::setting;
use crate::error::{CollectError, Result};

/// Seconds without progress, unless set.
const TIMEOUT: u64 = 30;
/// Seconds for one source, unless set.
const MAX_TIME: u64 = 4 * 60 * 60;
/// MiB of one source, unless set.
const MAX_SIZE: u64 = 64 * 1024;

/// More columns are not read: each takes some kilobytes in a run, whatever it holds.
pub(super) const MOST_COLUMNS: usize = 250_000;

/// Refuses a source with so many `columns`, known so far, that no run could learn from them.
pub(super) fn not_too_wide(path: &str, columns: usize) -> Result<(), CollectError> {
    if columns > MOST_COLUMNS {
        return Err(CollectError::Wide { path: path.into(), limit: MOST_COLUMNS });
    }
    Ok(())
}

/// How long and how much may be fetched from one remote source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub timeout: Duration,
    pub max_time: Duration,
    /// In bytes.
    pub max_size: u64,
}

impl Limits {
    pub fn new(config: &CollectConfig) -> Result<Self> {
        let checked = |key: &str, value: Option<u64>, usual: u64, most: u64| match value {
            None => Ok(usual),
            Some(value) if (1..=most).contains(&value) => Ok(value),
            Some(value) => Err(setting(key, format!("{value} is not between 1 and {most}"))),
        };
        Ok(Self {
            timeout: Duration::from_secs(checked("timeout", config.timeout, TIMEOUT, 3600)?),
            max_time: Duration::from_secs(checked("max_time", config.max_time, MAX_TIME, 30 * 24 * 3600)?),
            max_size: checked("max_size", config.max_size, MAX_SIZE, 1 << 30)? << 20,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_defaults_and_ranges() {
        let limits = |config: &str| Limits::new(&toml::from_str(config).unwrap());
        assert_eq!(limits("").unwrap().timeout, Duration::from_secs(30));
        assert_eq!(limits("max_size = 2").unwrap().max_size, 2 << 20);
        for config in ["timeout = 0", "timeout = 3601", "max_time = 0", "max_size = 0", "max_size = 9000000000"] {
            assert_eq!(limits(config).unwrap_err().exit_code(), 2, "{config}");
        }
    }
}
