//! Tests of the program as a user meets it, and of the files that come with it.
//!
//! Sizes are small by default; `MKT_SLOW_TESTS=1` runs the kills, signals and seeds in full number.
//! `MKT_TEST_BINARY` names another build of `mkt` to test.

mod amounts;
mod blend;
mod bytes;
mod calibrate;
mod check;
mod config_files;
mod configs;
mod contract;
mod crash;
mod damaged;
mod databases;
mod decide;
mod dialects;
mod diff;
mod drift;
mod encodings;
mod errors;
mod explain;
mod folds;
mod generator;
mod groups;
mod hostile_models;
mod hygiene;
mod joins;
mod judging;
mod leakage;
mod pipes;
mod places;
mod readme;
mod real_data;
mod report;
mod samples;
mod schemas;
mod servers;
mod size;
mod stalled;
mod tables;
mod verbs;
mod web;
mod whatif;
mod workbook;
mod workdir;
