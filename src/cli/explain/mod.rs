mod global;
mod rows;
mod text;

use std::path::PathBuf;

use polars::prelude::{CsvWriter, DataFrame, SerWriter};
use serde_json::Value;

use super::App;
use super::model::ModelArg;
use super::output::Output;
use super::subject::{GoalArg, Subject};
use super::wrap::wrapped;
use crate::artifact::Pending;
use crate::error::{ConfigError, Result};
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

/// A form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

/// What was found, in every form.
struct Told {
    text: String,
    metrics: Value,
    table: DataFrame,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let form = self.out.as_deref().map(form).transpose()?;
        let (path, model) = self.model.load(app)?;
        let goal = self.goal.goal(&model, self.log_odds)?;
        let session = app.session_of(&NoCheckpoints, &model.manifest);
        let cx = session.context();
        let by_row = self.each || !self.row.is_empty();
        // A place that cannot be written is told before the work.
        let pending = self.out.as_deref().map(Pending::create).transpose()?;
        let subject = if let Some(data) = &self.data {
            Subject::read(app, data, &model, &cx)?
        } else {
            let super::rows::Rows { source, frame, .. } = super::rows::Rows::read(app, None, &path, &model, &cx)?;
            Subject { source, frame, ids: Vec::new(), learned_from: false }
        };
        let told = if by_row {
            self.rows(app, &model, goal, subject, &cx)?
        } else {
            self.global(app, &model, goal, &subject.checked(app, &model, &cx)?, &cx)?
        };
        let mut output = Output::new(wrapped(&told.text, app.style().width), told.metrics).artifact("model", &path);
        if let (Some(out), Some(form), Some(pending)) = (&self.out, form, pending) {
            write(pending, form, &output.metrics, told.table)?;
            output = output.artifact("explanation", out);
        }
        Ok(output)
    }
}

/// The form of a file by its ending.
fn form(path: &std::path::Path) -> Result<Form, ConfigError> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("csv") => Ok(Form::Csv),
        Some("json") => Ok(Form::Json),
        _ => Err(ConfigError::Usage(format!("-o {}: give a name that ends in .csv or .json", path.display()))),
    }
}

fn write(mut pending: Pending, form: Form, metrics: &Value, mut table: DataFrame) -> Result<()> {
    let bytes = match form {
        Form::Json => format!("{metrics:#}\n").into_bytes(),
        Form::Csv => {
            let mut bytes = Vec::new();
            CsvWriter::new(&mut bytes).finish(&mut table)?;
            bytes
        }
    };
    pending.add(&bytes)?;
    Ok(pending.finish()?)
}
