/// A source that cannot be read (exit code 3).
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("cannot read {path}: {source}")]
    Io { path: String, source: std::io::Error },
    #[error("no file matches \"{pattern}\"")]
    NoMatch { pattern: String },
}
