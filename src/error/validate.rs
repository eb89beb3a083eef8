/// Rows that cannot be split or scored as asked (exit code 5).
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    #[error("{rows} rows cannot make {folds} folds and a test part; lower [validate] folds or collect more rows")]
    TooFewRows { rows: usize, folds: usize },
    #[error(
        "{groups} groups cannot make {folds} folds and a test part; lower [validate] folds, or group by a column of more values"
    )]
    TooFewGroups { groups: usize, folds: usize },
    #[error(
        "{moments} different moments of [columns] time cannot make {folds} folds forward in time and a test part, {gap} moments of [validate] gap before each; lower folds or gap, or order by a column of more values"
    )]
    TooFewMoments { moments: usize, folds: usize, gap: usize },
    #[error("{message}")]
    Split { message: String },
}
