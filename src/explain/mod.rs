//! Why a model says what it says: what each column contributes to the prediction of a row.
//!
//! ```text
//! Background ─┐
//!             ├─ Explainer: Frame ──▶ Explained (base + contributions = prediction) ──▶ Reason, in words
//! Fitted ─────┘
//! ```
//!
//! A column is the column of the table, whatever the network makes of it: its one-hot levels, its embedding and its
//! indicator of gaps move together.

mod aim;
mod background;
mod cells;
mod config;
mod dependence;
mod ensemble;
mod explainer;
mod grid;
mod groups;
mod importance;
mod mix;
mod reasons;
mod segments;
mod shapley;
mod summary;
#[cfg(test)]
mod tests;
mod value;
pub mod whatif;

pub use aim::{Aim, Goal};
pub use background::Background;
pub use cells::Cells;
pub use config::ExplainConfig;
pub use dependence::{dependence, respond};
pub use ensemble::{first, members};
pub use explainer::{Explained, Explainer};
pub use groups::{BOUND, groups, strengths};
pub use importance::{ShuffleLoss, importance};
pub use reasons::{Reason, reasons, strongest};
pub use segments::segments;
pub use shapley::{Attribution, Coalition, Effort, Game, shapley};
pub use summary::{Explain, aims, companions, example, group_importance};
pub use value::{signed, words};
