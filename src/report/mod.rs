//! What a run says to people: the terminal summary, the page, and the record behind both.
//!
//! One file per format: [`summary`] for the terminal, [`Html`] for a page to forward, [`markdown`] for pull requests. All
//! read the same [`Record`], say the same sentences (`words`, `findings`) in the words of one catalogue (`language`), and
//! write numbers the same way (`number`). Whatever comes from the data passes
//! through `name` first: it may hold anything.

mod classes;
mod config;
mod decisions;
mod details;
mod explanations;
mod fairness;
mod findings;
mod groups;
mod html;
mod language;
mod markdown;
mod name;
mod number;
mod record;
#[cfg(test)]
mod sample;
mod text;
mod verdict;
mod words;

pub use crate::data::{ColumnHealth, Epoch, History, RuleCount};
pub use config::{Language, ReportConfig, ReportFormat};
pub use decisions::{CoverageRecord, Decisions, LevelCoverage, Operating, OperatingPoint, Profit, ThresholdRecord};
pub use details::{Details, Distribution};
pub use explanations::{
    Dependence, Example, Explanations, GridPoint, GroupImportance, LearningCurve, LearningPoint, Loss, Part, Segment, Segments,
};
pub use fairness::{Change, Fairness, Gap, Group, GroupThreshold, Grouping, Mitigation, Verdict};
pub use html::Html;
pub use markdown::markdown;
pub use name::{class as class_name, clean, clean_message, pad, short};
pub use number::{
    bounded, bounded_signed, count, hundredths, nonzero, number, percent, plus, probability, range, scaled, score,
};
pub use record::{Curves, Importance, Record, RowCounts, Scored, Timing};
pub use text::{Style, summary, wrapped};
pub use verdict::Gain;
pub use words::plural;
