//! Every way a run can end badly: one enum per stage with the facts in its fields, one [`Error`] around them.
//!
//! A message is one line, lower case: what was seen, where, and what to do about it.

mod artifact;
mod clean;
mod collect;
mod config;
mod limit;
mod secret;
mod train;
mod validate;
mod words;

pub use artifact::{ModelError, OutputError};
pub use clean::CleanError;
pub use collect::CollectError;
pub use config::{ConfigError, Key};
pub use limit::LimitError;
pub use secret::{percent_decoded, secret_in, without_secrets};
pub use train::TrainError;
pub use validate::ValidateError;
pub use words::{ending, plural, verb};

/// Shorthand for results of the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a run ended without its result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings or arguments are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The source cannot be read.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The table does not hold what is asked of it.
    #[error(transparent)]
    Clean(#[from] CleanError),
    /// The rows cannot be split as asked.
    #[error(transparent)]
    Validate(#[from] ValidateError),
    /// Training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The model file cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A result cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// More memory would be needed than the run may take.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The user or the system asked the program to stop.
    #[error("interrupted by {}{}", signal_name(*signal), hint.as_deref().unwrap_or_default())]
    Interrupted { signal: i32, hint: Option<String> },
    /// The reader of our output went away; not a failure.
    #[error("output closed")]
    Closed,
    /// A bug in the program.
    #[error("internal: {0}; please report this")]
    Internal(String),
}

impl Error {
    /// The exit code of the process.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::Config(_) => 2,
            Self::Collect(e) => e.exit_code(),
            Self::Clean(_) => 3,
            Self::Model(_) => 4,
            Self::Validate(_) | Self::Train(_) => 5,
            Self::Output(e) => e.exit_code(),
            Self::Limit(_) => 6,
            Self::Internal(_) => 70,
            Self::Interrupted { signal, .. } => u8::try_from(128 + signal).unwrap_or(130),
        }
    }

    /// The same error; an interruption also tells how to go on.
    #[must_use]
    pub fn with_hint(self, how: impl FnOnce() -> String) -> Self {
        match self {
            Self::Interrupted { signal, hint: None } => Self::Interrupted { signal, hint: Some(format!("; {}", how())) },
            other => other,
        }
    }

    /// The same error; a setting that it names also tells where it was written, by the place of `section.key`.
    #[must_use]
    pub fn with_place(mut self, place: impl FnOnce(&str) -> Option<String>) -> Self {
        match &mut self {
            Self::Config(ConfigError::Setting { key, .. }) => key.find(place),
            Self::Clean(CleanError::MissingColumn { key: Some(key), .. }) => key.find(place),
            _ => {}
        }
        self
    }

    /// A word for programs, stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "config",
            Self::Collect(_) => "input",
            Self::Clean(_) => "data",
            Self::Validate(_) => "split",
            Self::Train(_) => "train",
            Self::Model(_) => "model",
            Self::Output(_) => "output",
            Self::Limit(_) => "limit",
            Self::Interrupted { .. } => "interrupted",
            Self::Closed => "closed",
            Self::Internal(_) => "internal",
        }
    }
}

/// A polars failure where none is possible for our own columns.
impl From<polars::error::PolarsError> for Error {
    fn from(error: polars::error::PolarsError) -> Self {
        Self::Internal(one_line(&error.to_string()))
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        1 => "SIGHUP",
        2 => "Ctrl-C",
        15 => "SIGTERM",
        _ => "a signal",
    }
}

/// A message of another library on one line of at most 200 characters.
#[must_use]
pub fn one_line(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 200 { line.chars().take(199).chain(['…']).collect() } else { line }
}

/// `; did you mean "x"?` where one of the known names is near, else the empty string.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    // Spaces around a name are not seen, and easily typed.
    let plain = |name: &str| name.trim().to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&plain(name), &plain(k)), k))
        .filter(|(distance, _)| *distance <= 1 + name.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map_or_else(String::new, |(_, k)| format!("; did you mean \"{k}\"?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("epoch", ["epochs", "seed"]), "; did you mean \"epochs\"?");
        assert_eq!(did_you_mean("churn", ["Churn", "tenure"]), "; did you mean \"Churn\"?");
        assert_eq!(did_you_mean("  a ", ["b", "a"]), "; did you mean \"a\"?");
        assert_eq!(did_you_mean("zebra", ["epochs", "seed"]), "");
    }

    #[test]
    fn long_messages_of_libraries_are_cut_to_one_line() {
        assert_eq!(one_line("a\n  b"), "a b");
        assert_eq!(one_line(&"x".repeat(500)).chars().count(), 200);
    }
}
