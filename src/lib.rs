//! `mkt` turns a messy table into a validated, explained, deployable model.
//!
//! One idea: a [stage](pipeline::Pipeline) is a setting that turns an input into an output, and learning is a stage
//! whose output is itself a stage. What flows between them:
//!
//! ```text
//! ()  ── Collect ──▶ Table ── Clean ──▶ Frame ── Split ──▶ Fold, Fold, … and the test part
//!
//! Training<Frame> ── Normalize ──▶ FittedNormalizer ─┐
//!                                                    ├─ Learn ──▶ Fitted: Frame ──▶ Predictions
//! Training<Dataset> ── Train ──▶ Model ──────────────┘
//!
//! Holdout<Frame> ── Fitted ──▶ Predictions ── score ──▶ Scores ──▶ Record ── Html ──▶ report.html
//! ```
//!
//! Only [`Training`](data::Training) rows can be learned from, and only [`Fold::split`](data::Fold::split) makes
//! them, beside the [`Holdout`](data::Holdout) rows that judge: a leak does not compile.
//!
//! Every module may use only those on the floors below its own:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`error`] [`seed`] [`data`] [`metrics`] |
//! | 1 | [`pipeline`] |
//! | 2 | the stages [`collect`] [`clean`] [`normalize`] [`train`] [`report`], never each other |
//! | 3 | [`learn`] (normalize and train), [`contract`] and [`profile`] (what new rows are held to), [`explain`] (why a model says what it says), [`validate`] (knows only the trait), [`decide`] (knows predictions and truth only) |
//! | 4 | [`config`], [`artifact`] |
//! | 5 | [`screen`] and [`experiment`], which put a run together |
//! | 6 | [`cli`] |
//!
//! burn stays in [`train`], clap and printing in [`cli`].
#![forbid(unsafe_code)]

pub mod artifact;
pub mod clean;
pub mod cli;
pub mod collect;
pub mod config;
pub mod contract;
pub mod data;
pub mod decide;
pub mod error;
pub mod experiment;
pub mod explain;
pub mod learn;
pub mod metrics;
pub mod normalize;
pub mod pipeline;
pub mod profile;
pub mod report;
pub mod screen;
pub mod seed;
pub mod train;
pub mod validate;
