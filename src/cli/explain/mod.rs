mod global;
mod rows;
mod text;

use std::path::PathBuf;

use super::App;
use super::model::ModelArg;
use super::output::Output;
use super::subject::{GoalArg, Subject};
use super::told::Place;
use crate::error::Result;
use crate::pipeline::NoCheckpoints;

/// Why a model says what it says: which columns matter, how, and why one row is predicted as it is
///
/// Without --row: permutation importance of every column and of columns that go together, and how predictions go with the
/// most important ones, on DATA or on the test part of the model's run. With --row or --each: Shapley values, which divide
/// the difference between a row's prediction and that of usual rows among the columns. All of it is about the model, not
/// about cause and effect.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob or `-` [default: the test part of the model's run]
    data: Option<String>,
    #[command(flatten)]
    model: ModelArg,
    /// Explain one row: a value of an id column, or `#5` for the fifth; may be repeated
    #[arg(long, value_name = "ID")]
    row: Vec<String>,
    /// Explain every row
    #[arg(long, conflicts_with = "row")]
    each: bool,
    /// Columns that are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    #[command(flatten)]
    goal: GoalArg,
    /// Divide the log-odds instead of the probability
    #[arg(long)]
    log_odds: bool,
    /// Background rows that a row is compared with [default: 64, or as many as the model file holds]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    background: Option<u16>,
    /// Compute Shapley values over all coalitions of up to so many columns, instead of some drawn orders; at most 16
    #[arg(long, value_name = "COLUMNS", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    exact: u8,
    /// Shuffles of each column behind its importance
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(2..))]
    shuffles: u8,
    /// Columns whose curves are computed; may be repeated [default: the --top most important ones]
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["row", "each"])]
    curve: Vec<String>,
    /// Write to a file as well: `.json`, or `.csv` with the importances, the curves of --curve, or the rows
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let place = Place::named(self.out.as_deref())?;
        let (path, model) = self.model.load(app)?;
        let goal = self.goal.goal(&model, self.log_odds)?;
        let session = app.session_of(&NoCheckpoints, &model.manifest);
        let cx = session.context();
        let by_row = self.each || !self.row.is_empty();
        let waiting = place.open()?;
        let subject = if let Some(data) = &self.data {
            Subject::read(app, data, &model, &cx)?
        } else {
            Subject::set_aside(super::rows::Rows::read(app, None, &path, &model, &cx)?, &model)?
        };
        let told = if by_row {
            self.rows(app, &model, goal, subject, &cx)?
        } else {
            self.global(app, &model, goal, &subject.checked(app, &model, &cx)?, &cx)?
        };
        Ok(told.output(app, waiting, "explanation")?.artifact("model", &path))
    }
}
