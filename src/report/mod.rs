//! What a run says to people: the terminal summary, the page, and the record behind both.
//!
//! One file per format: [`summary`] for the terminal, [`Html`] for a page to forward. Both read the same [`Record`],
//! say the same sentences (`words`) and write numbers the same way (`number`). Whatever comes from the data passes
//! through `name` first: it may hold anything.

mod html;
mod name;
mod number;
mod record;
#[cfg(test)]
mod sample;
mod text;
mod verdict;
mod words;

pub use html::Html;
pub use record::{ColumnHealth, Curves, Epoch, History, Importance, Record, RowCounts, RuleCount, Scored, Timing};
pub use text::{Style, summary};
