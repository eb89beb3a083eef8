//! What a model would say of rows that were otherwise: response curves, the smallest change that flips a decision, the mix
//! of attributes with the best prediction.
//!
//! All of it is about the model: that a prediction changes with a column does not say that the world would.

mod best;
mod condition;
mod curves;
mod decision;
mod flip;
mod known;
mod mixes;
mod search;
mod unlike;
mod vary;

pub use best::{Best, best};
pub use condition::Condition;
pub use curves::{Curves, curves, elasticities};
pub use decision::Decision;
pub use flip::{Change, Direction, Flip, FlipSearch};
pub use known::Known;
pub use mixes::Mixes;
pub use unlike::Unlike;
pub use vary::Vary;
