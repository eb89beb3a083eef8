//! What a run says to people: the terminal summary, the page, and the record behind both.

mod record;

pub use record::{ColumnHealth, Curves, Epoch, History, Importance, Record, RowCounts, RuleCount, Scored, Timing};
