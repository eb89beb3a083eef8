/// Settings or arguments that cannot be used (exit code 2).
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("config {path}: {message}")]
    File { path: String, message: String },
    /// `what` is `key "epoch" in [train]` or `section [trian]`.
    #[error("{origin}: unknown {what}{hint}")]
    UnknownKey { origin: String, what: String, hint: String },
    #[error("{origin}: {message}")]
    Value { origin: String, message: String },
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
