/// A table that does not hold what is asked of it (exit code 3).
#[derive(Debug, thiserror::Error)]
pub enum CleanError {
    #[error("{origin} has no column \"{name}\"{hint}; its columns are: {columns}")]
    MissingColumn { origin: String, name: String, hint: String, columns: String },
    #[error("{origin} has no rows left: {reason}")]
    NoRows { origin: String, reason: String },
    #[error(
        "column \"{column}\" of {origin}, row {row}: {seen:?} is not a {expected}; correct it, add it to [collect] null_values, or set the column's type in [columns.type]"
    )]
    Value { origin: String, column: String, row: usize, seen: String, expected: &'static str },
    #[error(
        "column \"{column}\", row {row}: {seen:?} is a level that the training rows did not have; [normalize] unseen = \"rare\" would take it as a rare one"
    )]
    Unseen { column: String, row: usize, seen: String },
    #[error("column \"{column}\" of {origin}, row {row}: {seen:?} is not a {expected}")]
    Special { origin: String, column: String, row: usize, seen: String, expected: &'static str },
    #[error("target \"{column}\": {message}")]
    Target { column: String, message: String },
    #[error("column \"{column}\" of {origin}: type {dtype} is not supported; write it as number, text or date")]
    Type { origin: String, column: String, dtype: String },
    #[error("no column of {origin} is left to learn from: {reason}")]
    NoFeatures { origin: String, reason: String },
}
