//! Honest judging: rows that a model never saw, through folds and on a test part that nothing touches until the end.

mod config;
mod cross;
mod importance;
#[cfg(test)]
mod laws;
mod split;

pub use config::{SplitKind, ValidateConfig};
pub use cross::{CrossValidate, CrossValidated, HeldOut};
pub use importance::{Importances, PermutationImportance};
pub use split::{Split, Splits};
