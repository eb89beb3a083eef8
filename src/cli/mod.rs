//! The command line: one file per verb, each with its arguments and a `run`.

mod app;
mod check;
mod completions;
mod coverage;
mod diff;
mod drift;
mod evaluate;
mod explain;
mod flags;
mod guard;
mod init;
mod inspect;
mod judged;
mod keys;
mod man;
mod model;
mod names;
mod output;
mod plot;
mod predict;
mod progress;
mod report;
mod rows;
mod runs;
mod schema;
mod subject;
mod table;
mod told;
mod train;
mod whatif;

pub use app::App;
pub use guard::{guarded, remember_panics};
pub use output::{Output, failure, print, usage_failure};

use clap::{Parser, Subcommand};

use crate::error::{ConfigError, Result};
use app::{FormatArg, Global};

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
    Diff(diff::Args),
    Predict(predict::Args),
    Explain(explain::Args),
    Whatif(whatif::Args),
    Drift(drift::Args),
    Report(report::Args),
    Inspect(inspect::Args),
    Runs(runs::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
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
            Verb::Diff(_) => "diff",
            Verb::Predict(_) => "predict",
            Verb::Explain(_) => "explain",
            Verb::Whatif(_) => "whatif",
            Verb::Drift(_) => "drift",
            Verb::Report(_) => "report",
            Verb::Inspect(_) => "inspect",
            Verb::Runs(_) => "runs",
            Verb::Schema(_) => "schema",
            Verb::Completions(_) => "completions",
            Verb::Man(_) => "man",
        }
    }

    /// Runs the verb.
    ///
    /// # Errors
    /// Whatever keeps it from its result.
    pub fn run(&self, app: &App) -> Result<Output> {
        let fits = match app.global.format {
            FormatArg::Text | FormatArg::Json => true,
            FormatArg::Md => matches!(self.verb, Verb::Report(_) | Verb::Evaluate(_) | Verb::Diff(_) | Verb::Runs(_)),
            FormatArg::Html => matches!(self.verb, Verb::Report(_)),
        };
        if !fits {
            let verb = self.verb();
            let message =
                format!("--format md is for report, evaluate, diff and runs, html for report; {verb} writes text or json");
            return Err(ConfigError::Usage(message).into());
        }
        self.verb.fits(self.verb(), &app.global)?;
        match &self.verb {
            Verb::Init(args) => args.run(app),
            Verb::Check(args) => args.run(app),
            Verb::Train(args) => args.run(app),
            Verb::Evaluate(args) => args.run(app),
            Verb::Diff(args) => args.run(app),
            Verb::Predict(args) => args.run(app),
            Verb::Explain(args) => args.run(app),
            Verb::Whatif(args) => args.run(app),
            Verb::Drift(args) => args.run(app),
            Verb::Report(args) => args.run(app),
            Verb::Inspect(args) => args.run(app),
            Verb::Runs(args) => args.run(app),
            Verb::Schema(args) => Ok(args.run(app)),
            Verb::Completions(args) => Ok(args.run()),
            Verb::Man(args) => args.run(),
        }
    }
}
