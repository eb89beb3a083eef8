use crate::memory::words;

/// A run that would need more memory than it may take (exit code 6).
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    #[error(
        "{origin}: its first {rows} rows alone need about {} of memory, more than the {} allowed (--max-memory); {hint}",
        words(*needed),
        words(*limit)
    )]
    Growing { origin: String, rows: usize, needed: u64, limit: u64, hint: &'static str },
    #[error(
        "{origin} cannot be streamed ({reason}), and needs about {} in memory, where {} are allowed (--max-memory)",
        words(*needed),
        words(*limit)
    )]
    NotStreamed { origin: String, needed: u64, limit: u64, reason: String },
    #[error(
        "{} of memory are too little for {columns} columns: at least {} are needed; raise --max-memory, or leave columns out",
        words(*limit),
        words(*needed)
    )]
    TooSmall { columns: usize, needed: u64, limit: u64 },
    #[error(
        "the networks for this table need about {} beside the {} that the run holds, more than the {} allowed (--max-memory): {copies} times {weights} weights, of {inputs} inputs; leave columns out, set model.preset = \"fast\", or a smaller model.ensemble, model.hidden or validate.folds, or raise --max-memory",
        words(*needed),
        words(*used),
        words(*limit)
    )]
    Networks { inputs: usize, weights: usize, copies: usize, needed: u64, used: u64, limit: u64 },
    #[error(
        "rows that are streamed cannot be split {reason}; raise --max-memory so that they fit, or split them in another way"
    )]
    Split { reason: String },
    #[error(
        "rows that are streamed cannot be searched for duplicates, which takes all of them at once; set [clean] drop_duplicates = \"keep\", or raise --max-memory so that they fit"
    )]
    Duplicates,
    #[error(
        "[fairness] mitigate = \"reweigh\" takes all rows at once, and the table is larger than memory; use \"thresholds\", or raise --max-memory"
    )]
    Reweigh,
    #[error("the system gives no more threads; end other programs, or raise what ulimit -u and -v allow")]
    Threads,
}
