/// Training that failed (exit code 5).
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error(
        "the loss became {loss} in epoch {epoch} of {scope}; lower [train] learning_rate (now {learning_rate}) or set gradient_clip"
    )]
    NotFinite { scope: String, epoch: usize, loss: f64, learning_rate: f64 },
    #[error("target \"{target}\" has {seen} in all {rows} rows to learn from; there is nothing to predict")]
    OneValue { target: String, seen: String, rows: usize },
    #[error("all {rows} rows to learn from have the same target value; there is nothing to predict")]
    OneClass { rows: usize },
    #[error("{rows} rows are too few to learn from; at least {needed} are needed")]
    TooFewRows { rows: usize, needed: usize },
    #[error("{rows} of {all} rows to learn from have a weight above 0; at least {needed} are needed")]
    TooFewWeighed { rows: usize, all: usize, needed: usize },
    #[error("no column is left to learn from: {reason}")]
    NoInputs { reason: String },
}
