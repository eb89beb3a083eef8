mod certainty;
mod columns;
mod health;
mod names;
mod safe;
mod sheet;
mod writer;

pub use health::warn_unusual;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use polars::prelude::{Column as Series, DataFrame, DataType};
use serde_json::json;

use super::App;
use super::model::ModelArg;
use super::names::Names;
use super::output::Output;
use crate::artifact::{ModelFile, Pending};
use crate::clean::Conform;
use crate::collect::{Chunks, Collect};
use crate::contract::{Answer, Contract};
use crate::data::{Predictions, Role, Table, Unusual};
use crate::error::{CleanError, ConfigError, Error, Result};
use crate::metrics::Cut;
use crate::normalize::Unseen;
use crate::pipeline::{Context, Event, NoCheckpoints, Pipeline, Warning, in_order};
use certainty::{Certainty, CertaintyArgs};
use columns::fill;
use health::{as_json, health, null_rates};
use names::distinct;
use safe::excel_safe;
use sheet::{Keys, Pile, Plan, SheetArgs};
use writer::Writer;

/// Rows that are read, predicted and written at once: few enough for their values to stay in the cache.
pub const CHUNK: usize = 16_384;

/// Score rows, streaming
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob, address or `-` (stdin) [default: the joined tables of the config]
    data: Option<String>,
    #[command(flatten)]
    model: ModelArg,
    /// Where to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Form of the output [default: by the ending of -o, else csv]
    #[arg(long, value_enum, value_name = "FORM")]
    format_out: Option<Form>,
    /// Input columns to repeat in the output, separated by commas; a name with a comma stands in double quotes; Parquet keeps
    /// the types of a typed source [default: the id columns]
    #[arg(long, value_name = "NAMES")]
    columns: Vec<Names>,
    /// What to do with a level that the training rows did not have: predict and tell, end with exit code 3, or take it as
    /// missing [default: as [normalize] unseen was set at training, which is warn unless it was `error`]
    #[arg(long, value_enum, value_name = "ANSWER")]
    on_unseen: Option<OnOdd>,
    /// What to do where a column of the model is not in DATA; `warn` and `null` take all of its values as missing
    #[arg(long, value_enum, value_name = "ANSWER", default_value = "error")]
    on_missing_column: OnOdd,
    /// What to do with a number or date outside the range of the training rows
    #[arg(long, value_enum, value_name = "ANSWER", default_value = "warn")]
    on_out_of_range: OnOdd,
    /// Add a column `flags` that names what is unlike the training rows in each row, such as `unseen:plan`
    #[arg(long)]
    flags: bool,
    #[command(flatten)]
    certainty: CertaintyArgs,
    #[command(flatten)]
    sheet: SheetArgs,
    /// Put a `'` before text that a spreadsheet would take for a formula, in names of columns too; numbers stay
    #[arg(long)]
    excel_safe: bool,
}

/// An answer to what is unlike the training rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnOdd {
    /// Go on and tell.
    Warn,
    /// End with exit code 3.
    Error,
    /// Take it as missing and tell.
    Null,
}

impl OnOdd {
    const fn answer(self) -> Answer {
        match self {
            Self::Warn => Answer::Warn,
            Self::Error => Answer::Error,
            Self::Null => Answer::Null,
        }
    }
}

/// Form of the predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Csv,
    Parquet,
    Ndjson,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let to_stdout = self.out.as_os_str() == "-";
        if to_stdout && app.json() {
            return Err(ConfigError::Usage(
                "--format json prints one object on stdout; name a file for the predictions with -o".into(),
            )
            .into());
        }
        self.check()?;
        let (model_path, mut model) = self.model.load(app)?;
        let contract = self.contract(&mut model);
        let config = self.data.as_ref().map(|data| app.whole(data)).transpose()?;
        let collect = match &config {
            Some(config) => Collect::new(config, Path::new(""))?.keep_all(),
            None => app.joined()?,
        };
        let session = app.session(&NoCheckpoints, 0);
        let cx = session.context();
        let certainty = self.certainty.checked(&model, &model_path, &cx)?;
        let plan = self.sheet.plan(&model, &model_path, &cx)?;
        let conform = Conform { schema: Arc::clone(&model.fitted.schema) };
        let target = if to_stdout { None } else { Some(Pending::create(&self.out)?) };
        let mut writer = Writer::new(self.form(), target);
        let mut pile = plan.as_ref().map(Pile::new);
        let mut unusual = Vec::new();
        let mut rows = 0;
        let _reading = config.as_ref().map(|config| app.reading(&config.source));
        let collect = collect.ready(&cx)?;
        let awaited = model.fitted.schema.columns.iter().filter(|column| column.role != Role::Target).map(|c| c.name.clone());
        let awaited = awaited.chain(Names::all(&self.columns).cloned());
        let mut chunks = collect.chunks(plan.as_ref().map_or(CHUNK, Plan::chunk))?.with(&cx).awaiting(awaited);
        // Some warnings are only known where the rows end.
        let mut last = Vec::new();
        let read = || chunks.next_told(&mut last);
        let with = With { model: &model, conform: &conform, contract, certainty, plan: plan.as_ref() };
        let predict = |read: Result<(Table, Vec<Warning>)>| {
            let (table, warnings) = read?;
            Ok((self.predict(&table, &with, &cx)?, warnings))
        };
        in_order(cx.threads(), read, predict, |part: Result<_>| {
            cx.check()?;
            let (Part { table, unusual: found, keys }, warnings) = part?;
            app.console.warn_all(&warnings);
            contract.accept(&found)?;
            Unusual::add_all(found, &mut unusual);
            rows += table.height();
            match (&mut pile, keys) {
                (Some(pile), Some(keys)) => pile.add(table, keys)?,
                _ => self.write(&mut writer, table)?,
            }
            cx.event(&Event::Step { stage: "predict", done: rows as u64, total: 0 });
            Ok(())
        })?;
        app.console.warn_all(&last);
        self.missed(&chunks, &model, &cx)?;
        let tally = pile.map(|pile| pile.finish(|table| self.write(&mut writer, table))).transpose()?;
        writer.finish()?;
        warn_unusual(app, &unusual);
        let rates = null_rates(&unusual, rows, model.manifest.profile.as_ref(), &model.fitted.normalizer);
        let line = health(&unusual, rows, &rates);
        app.console.say("health", &line);
        if let (Some(plan), Some(tally)) = (&plan, &tally) {
            app.console.say("actions", &plan.words(tally));
        }
        let metrics = json!({
            "rows": rows,
            "unusual": unusual.iter().map(as_json).collect::<Vec<_>>(),
            "health": line,
            "actions": tally.map(|t| json!({"act": t.act, "expected_value": t.value})),
            "null_rates": rates.iter().map(|r| json!({"column": r.column, "data": r.data, "train": r.train})).collect::<Vec<_>>(),
        });
        let output = Output::new("", metrics).artifact("model", &model_path);
        Ok(if to_stdout { output } else { output.artifact("predictions", &self.out) })
    }

    /// The answers of this run. A flag stands above what the model was trained with.
    fn contract(&self, model: &mut ModelFile) -> Contract {
        if self.on_unseen.is_some() {
            model.fitted.normalizer.unseen = Unseen::Rare;
        }
        let unseen = self.on_unseen.map_or(Answer::Warn, OnOdd::answer);
        Contract { unseen, out_of_range: self.on_out_of_range.answer() }
    }

    /// Columns that no record of the source had, which is only known where all are read.
    fn missed(&self, chunks: &Chunks<'_>, model: &ModelFile, cx: &Context<'_>) -> Result<()> {
        let learned = |name: &str| model.fitted.normalizer.columns.iter().any(|(learned, _)| learned == name);
        let asked = |name: &str| Names::all(&self.columns).any(|asked| asked == name);
        let strict = self.on_missing_column == OnOdd::Error;
        if let Some(error) = chunks.missing(|name| asked(name) || (strict && learned(name))) {
            return Err(error.into());
        }
        chunks.never_met().filter(|name| learned(name)).for_each(|name| cx.warn(missing_column(chunks.source(), name)));
        Ok(())
    }

    /// Predicts one part of the rows.
    fn predict(&self, table: &Table, with: &With<'_>, cx: &Context<'_>) -> Result<Part> {
        let With { model, conform, contract, certainty, plan } = with;
        let kept = self.kept(table, model)?;
        let raw = table;
        let mut table = raw.clone();
        if self.on_missing_column != OnOdd::Error {
            let filled = fill(&mut table, &model.fitted.normalizer)?;
            cx.warn_all(filled.into_iter().map(|name| missing_column(&raw.rows.source, &name)));
        }
        let whole = table.clone();
        let mut frame = conform.run(table, cx)?;
        let mut unusual = Vec::new();
        let mut survey = None;
        // The encoding counts by itself; to look at every row once more is only worth its time where that is asked for.
        let flagged = self.flags || plan.is_some();
        if flagged || contract.changes_values() {
            survey = Some(contract.apply(&model.fitted.normalizer, &mut frame)?);
        }
        let predictions = model.fitted.predict(&frame, &mut unusual, &cx.with_threads(1))?;
        let mut after = certainty.map_or_else(Vec::new, |certainty| certainty.columns(&predictions));
        if let Some(survey) = survey {
            unusual = survey.unusual;
            if flagged {
                after.push(Series::new("flags".into(), survey.flags));
            }
        }
        let rows: Vec<usize> = (0..frame.height()).collect();
        let thresholds = model.row_thresholds(&whole, &rows, &mut unusual, cx)?;
        let cut = thresholds.as_deref().map_or(Cut::One(model.manifest.threshold), Cut::Each);
        let Some(plan) = plan else {
            return Ok(Part { table: table_of(kept, &predictions, after, cut)?, unusual, keys: None });
        };
        let around = (kept, after);
        let (table, keys) = plan.part((raw, &frame), model, (&predictions, cut), around, &cx.with_threads(1))?;
        Ok(Part { table, unusual, keys: Some(keys) })
    }

    fn write(&self, writer: &mut Writer, table: DataFrame) -> Result<()> {
        writer.write(if self.excel_safe { excel_safe(&table)? } else { table })
    }

    /// Refuses what could only fail, or mislead, after the work.
    fn check(&self) -> Result<(), ConfigError> {
        let packed = ["gz", "zst", "bz2", "xz", "zip"];
        let ending = self.out.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
        if packed.contains(&ending.as_str()) {
            let plain = self.out.with_extension("");
            return Err(ConfigError::Usage(format!(
                "-o {}: predictions are not packed as {ending}; write {} and pack it, or a .parquet file, which is small by itself",
                self.out.display(),
                plain.display()
            )));
        }
        // A spreadsheet or a database would not open what its name promises.
        let others = ["xlsx", "xls", "xlsm", "xlsb", "ods", "json", "arrow", "ipc", "feather", "db", "sqlite"];
        if self.format_out.is_none() && others.contains(&ending.as_str()) {
            return Err(ConfigError::Usage(format!(
                "-o {}: predictions are not written as {ending}; end the name in .csv, .parquet or .ndjson, or say --format-out",
                self.out.display()
            )));
        }
        let names: Vec<&String> = Names::all(&self.columns).collect();
        match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            Some((_, name)) => Err(ConfigError::Usage(format!("--columns names \"{name}\" twice; name each column once"))),
            None => Ok(()),
        }
    }

    fn form(&self) -> Form {
        self.format_out.unwrap_or_else(|| match self.out.extension().and_then(|e| e.to_str()) {
            Some("parquet" | "pq") => Form::Parquet,
            Some("ndjson" | "jsonl") => Form::Ndjson,
            _ => Form::Csv,
        })
    }

    /// The columns of the input that the output repeats: those asked for, else the ids that are there. A form of typed
    /// columns has them in the types that the source has; one of text, as text.
    fn kept(&self, table: &Table, model: &ModelFile) -> Result<Vec<Series>> {
        let form = self.form();
        let written = |series: &Series| match (form, series.dtype()) {
            (_, DataType::String) => Ok(series.clone()),
            // A column without a value has no type of its own.
            (Form::Parquet, dtype) if *dtype != DataType::Null => Ok(series.clone()),
            _ => series.cast(&DataType::String),
        };
        if self.columns.is_empty() {
            let ids = model.fitted.schema.with_role(Role::Id);
            return ids.filter_map(|id| table.data.column(&id.name).ok()).map(|s| Ok(written(s)?)).collect();
        }
        let find = |name: &String| {
            let series = table.data.column(name).map_err(|_| {
                let known: Vec<&str> =
                    table.data.get_column_names().into_iter().map(polars::prelude::PlSmallStr::as_str).collect();
                Error::from(CleanError::missing_column(name, &known, &table.rows.source))
            })?;
            Ok(written(series)?)
        };
        Names::all(&self.columns).map(find).collect()
    }
}

/// Says that a column of the model is not there.
fn missing_column(origin: &str, name: &str) -> Warning {
    let message = format!("{origin} has no column \"{name}\"; all of its values are taken as missing");
    Warning::new("missing_column", message).column(name)
}

/// What rows are predicted with.
struct With<'a> {
    model: &'a ModelFile,
    conform: &'a Conform,
    contract: Contract,
    certainty: Option<Certainty<'a>>,
    plan: Option<&'a Plan>,
}

/// Some rows of the output.
struct Part {
    table: DataFrame,
    /// What is unlike the training rows.
    unusual: Vec<Unusual>,
    /// What they are ranked by, where they are.
    keys: Option<Keys>,
}

/// The output: kept columns, then the prediction, then probabilities, then what else is told of it.
fn table_of(mut columns: Vec<Series>, predictions: &Predictions, after: Vec<Series>, cut: Cut<'_>) -> Result<DataFrame> {
    match predictions {
        Predictions::Numbers(values) => columns.push(Series::new("prediction".into(), values.as_slice())),
        Predictions::Classes { labels, probabilities } => {
            let k = labels.len();
            let best = |p: &[f64]| (1..k).fold(0, |best, i| if p[i] > p[best] { i } else { best });
            let choose = |(row, p): (usize, &[f64])| if k == 2 { usize::from(p[1] >= cut.at(row)) } else { best(p) };
            let chosen: Vec<&str> = probabilities.chunks(k).enumerate().map(|row| labels[choose(row)].as_str()).collect();
            columns.push(Series::new("prediction".into(), chosen));
            for class in usize::from(k == 2)..k {
                columns.push(Series::new(format!("p_{}", labels[class]).into(), predictions.class(class)));
            }
        }
    }
    columns.extend(after);
    distinct(&mut columns);
    Ok(DataFrame::new(predictions.len(), columns)?)
}
