//! What a model's predictions are used for: from which probability on to act, on whom first, and how far a prediction
//! can be off.
//!
//! Everything here looks at predictions and truth alone, so that it holds for whatever made them. [`Threshold`] chooses
//! a threshold on predictions out of fold; [`Conformal`] learns from the same rows how far predictions miss.

mod config;
mod conformal;
mod operating;
mod rank;
mod ranked;
mod threshold;
mod worth;

pub use config::{Amount, IntervalsConfig, Optimize, ThresholdConfig, ValueConfig, check_level};
pub use conformal::{Conformal, OutOfFold, coverage, covered, joined};
pub use operating::{judge, judge_by_own, judge_by_row};
pub use rank::{decile, ranks};
pub use ranked::Ranked;
pub use threshold::{Choice, Chosen, Threshold};
pub use worth::{Worth, least_gain};
