//! What a model is worth on rows beyond its scores: by group, beside another model, and whether groups are treated alike.
//!
//! Everything here judges predictions that are already made; only [`Reweigh`] takes part in learning, on training rows.

mod config;
mod fairness;
mod pair;
mod panel;
mod partition;
mod reweigh;
mod segments;
mod thresholds;

pub use config::{Criterion, FairnessConfig, Mitigate};
pub use fairness::{Sensitive, partitions};
pub use pair::{Comparison, Pair, Side, Test};
pub use panel::Panel;
pub use partition::{Coded, Grouper, MISSING, Part, Partition, units};
pub use reweigh::Reweigh;
pub use segments::{Segment, losses, segments};
pub use thresholds::GroupThresholds;
