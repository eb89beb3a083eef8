use std::io;

/// A model file or run folder that cannot be used (exit code 4).
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("cannot read model {path}: {source}")]
    Io { path: String, source: io::Error },
    #[error("no model found: train one with `mkt train`, or name one with -m MODEL or $MKT_MODEL")]
    NoneFound,
    #[error("{path} is not a usable model file: {reason}")]
    Damaged { path: String, reason: String },
    #[error("{path} was written by a newer mkt (format {found}, this program reads up to {known}); update mkt")]
    Newer { path: String, found: u32, known: u32 },
    #[error(
        "{path} holds no histograms of its training rows, as it was written by an older mkt; train it again to measure drift"
    )]
    NoProfile { path: String },
    #[error(
        "{path} does not say how far its predictions can be off, as it was written by an older mkt or has too few rows for that; train it again for intervals or sets"
    )]
    NoConformal { path: String },
    #[error("run {path} cannot be used: {reason}")]
    Run { path: String, reason: String },
}

/// A result that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error("cannot write {path}: {source}")]
    Io { path: String, source: io::Error },
    #[error("{path} exists already; choose another --out, or pass --force to replace it")]
    Exists { path: String },
    #[error("{path} holds an unfinished run; pass --resume to go on or --force to start again")]
    Unfinished { path: String },
    #[error("{path} holds files that are not of a run; choose another --out, or pass --force to write among them")]
    NoRun { path: String },
    #[error("another mkt is writing {path}; wait for it, or choose another --out")]
    Locked { path: String },
}

impl OutputError {
    /// 6 where a resource ran out, else 2: the path given cannot be used.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Io { source, .. }
                if matches!(
                    source.kind(),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
                ) =>
            {
                6
            }
            _ => 2,
        }
    }
}
