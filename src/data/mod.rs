//! What flows between the stages.
//!
//! `Table` (as read) → `Frame` (typed columns) → `Training<Frame>` and `Holdout<Frame>` → `Dataset` (numbers
//! for the network) → `Predictions`.

mod dataset;
mod fold;
mod frame;
mod health;
mod history;
mod moment;
pub mod name;
mod packing;
mod plain;
mod predictions;
mod reservoir;
mod schema;
mod spool;
mod table;
mod unusual;

pub use dataset::{Dataset, Labels, Matrix};
pub use fold::{Fold, Holdout, OverlapError, Training};
pub use frame::{Frame, Truth};
pub use health::{ColumnHealth, RuleCount};
pub use history::{Epoch, History};
pub use moment::day;
pub use packing::Packing;
pub use plain::plain;
pub use predictions::{Predictions, not_below_zero, softmax};
pub use reservoir::{Picked, Reservoir, copy_rows};
pub use schema::{Column, Kind, NameIndex, Role, Schema, Target, Task};
pub use spool::Spool;
pub use table::{Rows, Table};
pub use unusual::{Oddity, Unusual};

/// The largest number up to which `f64` holds every whole number.
pub const EXACT: u64 = 1 << 53;
