//! `mkt` turns a messy table into a validated, explained, deployable model.
#![forbid(unsafe_code)]

pub mod collect;
pub mod data;
pub mod error;
pub mod metrics;
pub mod pipeline;
pub mod report;
pub mod seed;
