use serde::{Deserialize, Serialize};

/// The losses of one fit, epoch by epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// `fold-0`, …, `final`, with `/member-1` where an ensemble is trained.
    pub scope: String,
    pub epochs: Vec<Epoch>,
    /// The epoch, counted from 1, whose weights were kept.
    pub best: usize,
}

/// One pass over the training rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    pub epoch: usize,
    pub train_loss: f64,
    /// Loss on the rows cut from the training rows for early stopping.
    pub stop_loss: Option<f64>,
    pub seconds: f64,
}
