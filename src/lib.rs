//! `mkt` turns a messy table into a validated, explained, deployable model.
#![forbid(unsafe_code)]

pub mod artifact;
pub mod clean;
pub mod cli;
pub mod collect;
pub mod config;
pub mod data;
pub mod error;
pub mod experiment;
pub mod learn;
pub mod metrics;
pub mod normalize;
pub mod pipeline;
pub mod report;
pub mod screen;
pub mod seed;
pub mod train;
pub mod validate;
