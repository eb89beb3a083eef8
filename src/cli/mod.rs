//! The command line: one file per verb, each with its arguments and a `run`.

mod app;
mod check;
mod completions;
mod decode;
mod drift;
mod evaluate;
mod guard;
mod init;
mod inspect;
mod judged;
mod man;
mod model;
mod output;
mod predict;
mod progress;
mod report;
mod runs;
mod schema;
mod train;

pub use app::App;
pub use guard::{guarded, remember_panics};
pub use output::{failure, print, usage_failure};

use clap::{Parser, Subcommand};

use crate::error::Result;
use app::Global;
use output::Output;

/// From a messy table to a model one can trust and ship: one command, one binary, one model file.
///
/// Exit codes: 0 done; 1 a gate or check failed; 2 usage or config; 3 input data; 4 model file; 5 training;
/// 6 out of memory, disk or time; 70 a bug; 130, 143, 129 interrupted.
#[derive(Debug, Parser)]
#[command(name = "mkt", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(init::Args),
    Check(check::Args),
    Train(train::Args),
    Evaluate(evaluate::Args),
    Predict(predict::Args),
    Drift(drift::Args),
    Report(report::Args),
    Inspect(inspect::Args),
    Runs(runs::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
    #[command(name = crate::collect::DECODE, hide = true)]
    Decode(decode::Args),
}

impl Cli {
    /// The settings of the whole program.
    #[must_use]
    pub const fn global(&self) -> &Global {
        &self.global
    }

    /// Name of the verb.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self.verb {
            Verb::Init(_) => "init",
            Verb::Check(_) => "check",
            Verb::Train(_) => "train",
            Verb::Evaluate(_) => "evaluate",
            Verb::Predict(_) => "predict",
            Verb::Drift(_) => "drift",
            Verb::Report(_) => "report",
            Verb::Inspect(_) => "inspect",
            Verb::Runs(_) => "runs",
            Verb::Schema(_) => "schema",
            Verb::Completions(_) => "completions",
            Verb::Man(_) => "man",
            Verb::Decode(_) => crate::collect::DECODE,
        }
    }

    /// Runs the verb.
    ///
    /// # Errors
    /// Whatever keeps it from its result.
    pub fn run(&self, app: &App) -> Result<Output> {
        match &self.verb {
            Verb::Init(args) => args.run(app),
            Verb::Check(args) => args.run(app),
            Verb::Train(args) => args.run(app),
            Verb::Evaluate(args) => args.run(app),
            Verb::Predict(args) => args.run(app),
            Verb::Drift(args) => args.run(app),
            Verb::Report(args) => args.run(app),
            Verb::Inspect(args) => args.run(app),
            Verb::Runs(args) => args.run(app),
            Verb::Schema(args) => Ok(args.run(app)),
            Verb::Completions(args) => Ok(args.run()),
            Verb::Man(args) => args.run(),
            Verb::Decode(args) => args.run(app),
        }
    }
}
