/// Rows that cannot be split or scored as asked (exit code 5).
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    #[error("{rows} rows cannot make {folds} folds and a test part; lower [validate] folds or collect more rows")]
    TooFewRows { rows: usize, folds: usize },
    #[error(
        "class \"{label}\" has {count} rows to learn from, fewer than the {needed} needed; merge it with another class or collect more rows"
    )]
    RareClass { label: String, count: usize, needed: usize },
    #[error("{message}")]
    Split { message: String },
}
