use std::fmt;

/// Settings or arguments that cannot be used (exit code 2).
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("config {path}: {message}")]
    File { path: String, message: String },
    /// `what` is `key "epoch" in [train]` or `section [trian]`.
    #[error("{origin}: unknown {what}{hint}")]
    UnknownKey { origin: String, what: String, hint: String },
    /// What was written somewhere has not the form of a setting.
    #[error("{origin}: {message}")]
    Value { origin: String, message: String },
    /// A setting that has its form, and still cannot be used.
    #[error("{key}: {message}")]
    Setting { key: Key, message: String },
    #[error("no source: name a file (`mkt train DATA --target COL`) or a config (`-c mkt.toml`)")]
    NoSource,
    #[error("no target: name the column to predict with --target COL, or as `column` in [target]")]
    NoTarget,
    #[error("device \"{name}\" is not compiled in; build with `cargo build --release --features {name}`, or use --device flex")]
    Device { name: String },
    #[error("device \"{name}\" does not work here: {message}")]
    DeviceFailed { name: String, message: String },
    #[error("{0}")]
    Usage(String),
}

impl ConfigError {
    /// A setting that cannot be used, and why.
    #[must_use]
    pub fn setting(section: &'static str, key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Setting { key: Key::new(section, key), message: message.into() }
    }

    /// A setting whose value is none of those that it may have, which `range` says in words.
    #[must_use]
    pub fn range(section: &'static str, key: &str, value: impl fmt::Display, range: impl fmt::Display) -> Self {
        Self::setting(section, key, format!("{value} is out of range; use {range}"))
    }
}

/// A setting by its name. Where it was written is known to who put the layers of the config together, not to the stage
/// that cannot use it: that is filled in on the way up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    section: &'static str,
    /// Below the section, such as `folds` or `tables.orders.sheet`; empty for the section itself.
    name: String,
    /// Such as `mkt.toml:12`, `MKT_TRAIN__EPOCHS` or `--set train.epochs`.
    place: Option<String>,
}

impl Key {
    #[must_use]
    pub fn new(section: &'static str, name: impl Into<String>) -> Self {
        Self { section, name: name.into(), place: None }
    }

    /// Fills in where it was written, by the place of `section.key`.
    pub(crate) fn find(&mut self, place: impl FnOnce(&str) -> Option<String>) {
        let dot = if self.name.is_empty() { "" } else { "." };
        if self.place.is_none() {
            self.place = place(&format!("{}{dot}{}", self.section, self.name));
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { section, name, place } = self;
        match place {
            // A flag or a variable says by itself which setting it is.
            Some(place) if place.starts_with("--") || !place.contains(':') => return write!(f, "{place}"),
            Some(place) => write!(f, "{place}: ")?,
            None => {}
        }
        if name.is_empty() { write!(f, "[{section}]") } else { write!(f, "[{section}] {name}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_named_with_its_value_and_its_place() {
        let mut error = ConfigError::range("validate", "folds", 1, "2 to 100");
        assert_eq!(error.to_string(), "[validate] folds: 1 is out of range; use 2 to 100");
        if let ConfigError::Setting { key, .. } = &mut error {
            key.find(|key| (key == "validate.folds").then(|| "mkt.toml:7".into()));
        }
        assert_eq!(error.to_string(), "mkt.toml:7: [validate] folds: 1 is out of range; use 2 to 100");
        let mut error = ConfigError::range("validate", "folds", 1, "2 to 100");
        if let ConfigError::Setting { key, .. } = &mut error {
            key.find(|_| Some("--set validate.folds".into()));
            // The first to know is right.
            key.find(|_| Some("mkt.toml:7".into()));
        }
        assert_eq!(error.to_string(), "--set validate.folds: 1 is out of range; use 2 to 100");
        assert_eq!(ConfigError::setting("threshold", "", "x").to_string(), "[threshold]: x");
    }
}
