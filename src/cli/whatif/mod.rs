mod ask;
mod curves;
mod flips;
mod mixes;

use std::path::PathBuf;

use super::App;
use super::model::ModelArg;
use super::names::Names;
use super::output::Output;
use super::subject::{GoalArg, Subject};
use super::told::Place;
use crate::error::Result;
use crate::explain::whatif::Known;
use crate::pipeline::NoCheckpoints;
use clap::ValueEnum;

/// What a model would say of rows that were otherwise: curves, the smallest change that flips a decision, the best mix
///
/// Values are named as COLUMN=FIRST:LAST:STEP, COLUMN=A,B, or left out: then those of the training rows are taken, deciles of a
/// number, all levels of a category. Several --vary make a grid. It is the model that answers: that its prediction changes
/// with a column does not say that the world would.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob or `-` with the rows to change
    data: String,
    #[command(flatten)]
    model: ModelArg,
    /// Column to change and its values, such as `price=10:20:1`, `contract=monthly,yearly` or `contract`; may be repeated
    #[arg(long, value_name = "COLUMN[=VALUES]")]
    vary: Vec<String>,
    /// Set a column of all rows to one value first, such as `region=north`; may be repeated
    #[arg(long, value_name = "COLUMN=VALUE")]
    fix: Vec<String>,
    /// Only values for which this holds, such as `price<=15`; the column has to be varied; may be repeated
    #[arg(long = "where", value_name = "CONDITION")]
    conditions: Vec<String>,
    /// Only these rows: a value of an id column, or `#5` for the fifth; may be repeated
    #[arg(long, value_name = "ID")]
    row: Vec<String>,
    #[command(flatten)]
    goal: GoalArg,
    /// The smallest change that flips the decision on each row, in the columns of --vary and --allow: fewest columns, then
    /// least distance in standard deviations of the training rows, a level counting one
    #[arg(long)]
    flip: bool,
    /// Further columns that a flip may change, with values of the training rows; separated by commas, a name with a comma in
    /// double quotes
    #[arg(long, value_name = "COLUMNS", requires = "flip")]
    allow: Vec<Names>,
    /// A column that a flip may only raise; may be repeated
    #[arg(long, value_name = "COLUMN", requires = "flip")]
    only_up: Vec<String>,
    /// A column that a flip may only lower; may be repeated
    #[arg(long, value_name = "COLUMN", requires = "flip")]
    only_down: Vec<String>,
    /// From where on the decision is yes: a number for regression, a probability of the positive class [default: the model's
    /// own threshold]
    #[arg(long, value_name = "VALUE", requires = "flip")]
    at: Option<f64>,
    /// Most columns that a flip changes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..), requires = "flip")]
    max_changes: u8,
    /// The combinations of the varied values with the best mean prediction over the rows
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, default_missing_value = "max", conflicts_with = "flip")]
    best: Option<Which>,
    /// Combinations of --best, and rows of other answers, that are shown
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// Write to a file as well: `.csv` or `.json`
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Which prediction is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let place = Place::named(self.out.as_deref())?;
        let (path, model) = self.model.load(app)?;
        let session = app.session_of(&NoCheckpoints, &model.manifest);
        let cx = session.context();
        let known = Known {
            schema: &model.fitted.schema,
            normalizer: &model.fitted.normalizer,
            profile: model.manifest.profile.as_ref(),
        };
        let question = self.question(&model, known)?;
        let waiting = place.open()?;
        let subject = Subject::read(app, &self.data, &model, &cx)?.pick(&self.row)?.checked(app, &model, &cx)?;
        let subject = question.fixed(subject)?;
        let told = match (self.flip, self.best) {
            (true, _) => self.flips(&model, known, &question, &subject, &cx)?,
            (_, Some(which)) => self.mixes(&model, &question, &subject, which, &cx)?,
            _ => self.curves(&model, &question, &subject, &cx)?,
        };
        Ok(told.output(app, waiting, "answer")?.artifact("model", &path))
    }
}
