//! What a run says to people: the terminal summary, the page, and the record behind both.

mod config;
mod record;

pub use crate::data::{ColumnHealth, Epoch, History, RuleCount};
pub use config::{Language, ReportConfig, ReportFormat};
pub use record::{Curves, Importance, Record, RowCounts, Scored, Timing};
