use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use polars::prelude::{Column as Series, DataFrame, ParquetWriter};
use serde_json::json;

use super::App;
use super::evaluate::show::{self, Page};
use super::output::Output;
use crate::artifact::{self, Choice, RunFolder, RunLine};
use crate::collect::{CollectConfig, Sources, is_address};
use crate::config::{Layer, Loaded, Stages, commented};
use crate::data::Predictions;
use crate::error::{ConfigError, Result};
use crate::experiment::{self, Outcome, Plan, headline};
use crate::pipeline::Session;
use crate::report::{self, Html, Record, ReportFormat};

/// Collect, clean, cross-validate, fit and report
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// Folder of this run [default: a new one under [output] dir]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on with an unfinished run: the one in --out, else the newest
    #[arg(long)]
    resume: bool,
}

/// What is learned from, where it is not in the config.
#[derive(Clone, Debug, clap::Args)]
pub struct Source {
    /// File, glob, address or `-` (stdin); overrides [collect] source
    data: Option<String>,
    /// Column to predict; overrides [target] column
    #[arg(short, long, value_name = "COL")]
    target: Option<String>,
}

/// The config of a training: file, environment, arguments.
///
/// # Errors
/// Names the setting that cannot be used.
pub fn load(app: &App, source: &Source, file: Option<&Path>) -> Result<Loaded> {
    let mut own = Vec::new();
    if let Some(data) = &source.data {
        // The argument is relative to where the user stands, the config's paths to the config.
        let base = file.and_then(Path::parent).unwrap_or(Path::new(""));
        let mut sources = Sources::from(data.as_str());
        sources.relocate(Path::new(""), base);
        own.push(Layer::flag("collect", "source", json!(sources), "DATA"));
    }
    if let Some(target) = &source.target {
        own.push(Layer::flag("target", "column", json!(target), "--target"));
    }
    let mut loaded = app.load(file, own)?;
    if source.data.is_some() {
        // A table that is named is a finished one.
        let collect = std::mem::take(&mut loaded.config.collect);
        let (limit, test, named) = (collect.limit, collect.test.clone(), collect.source.clone());
        let collect = collect.of_finished(named).fitted(&loaded.base, |key| loaded.describes_source_of_file(key));
        loaded.config.collect = CollectConfig { test, limit, ..collect };
    }
    if file.is_none() {
        loaded.stem = source.data.as_deref().map(stem);
    }
    Ok(loaded)
}

/// Beginning of a run's name: the file's name up to its first point; of an address, without what stands behind `?`.
fn stem(data: &str) -> String {
    let data = if is_address(data) { data.trim_start_matches("sqlite:").split('?').next().unwrap_or_default() } else { data };
    let name = Path::new(data).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String =
        name.split('.').next().unwrap_or_default().chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
    if name.is_empty() || name == "-" { "run".into() } else { name }
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let file = self.config_file(app)?;
        let loaded = load(app, &self.source, file.as_deref())?;
        let stages = loaded.config.stages(&loaded.base, app.device())?;
        let runs = &loaded.runs;
        let stem = if self.resumes_any(app) { String::new() } else { loaded.stem.clone().unwrap_or_else(|| "run".into()) };
        let choice = Choice { runs, stem: &stem, out: self.out.as_deref(), resume: self.resume, force: app.global.force };
        let run = RunFolder::open(&choice)?;
        if run.starts_anew() {
            let message =
                format!("{} was ended before its first checkpoint: it starts from the beginning", run.path().display());
            app.console.say("resume", &message);
        }
        keep_config(&run, &loaded)?;
        app.runs_in(run.path());
        let outcome = work(app, &loaded, &stages, &run).map_err(|error| app.resumed(error))?;
        app.console.finish();
        let path = run.path().to_owned();
        run.finish(runs, &line(&path, runs, &outcome.record))?;
        let record = &outcome.record;
        let page = path.join("report.html");
        let page = page.exists().then(|| page.display().to_string());
        let mut text = report::summary(record, page.as_deref(), app.style());
        if let Some((fairness, mitigation)) = record.fairness.as_ref().and_then(|f| Some((f, f.mitigation.as_ref()?))) {
            let mut below = Page::new(app.form());
            show::mitigation(&mut below, mitigation, fairness);
            text.push('\n');
            text.push_str(&below.text);
        }
        let output = Output::new(text, metrics_json(record));
        Ok(["model.mkt", "metrics.json", "report.html", "report.md", "config.toml", "oof.parquet", "splits.parquet"]
            .iter()
            .filter(|name| path.join(name).exists())
            .fold(output, |output, name| {
                let key = if *name == "report.md" { "markdown" } else { name.split('.').next().unwrap_or(name) };
                output.artifact(key, &path.join(name))
            }))
    }

    /// The config file; a bare `--resume` takes that of the run.
    fn config_file(&self, app: &App) -> Result<Option<PathBuf>> {
        if app.global.config.is_some() || self.source.data.is_some() || !self.resume {
            return Ok(app.global.config.clone());
        }
        let folder = if let Some(out) = &self.out {
            out.clone()
        } else {
            let runs = app.runs()?;
            let nothing = || ConfigError::Usage(format!("nothing to resume: no unfinished run under {}", runs.display()));
            artifact::newest_unfinished(&runs).ok_or_else(nothing)?
        };
        Ok(Some(artifact::begun_config(&folder)))
    }

    fn resumes_any(&self, app: &App) -> bool {
        self.resume && app.global.config.is_none() && self.source.data.is_none()
    }
}

/// Keeps the config in the run's folder. A run that goes on has one already, and goes on with it.
fn keep_config(run: &RunFolder, loaded: &Loaded) -> Result<()> {
    let file = run.file("config.toml");
    if !file.exists() {
        return Ok(run.write("config.toml", resolved(loaded, run.path()).as_bytes())?);
    }
    let begun = crate::config::load(Some(&file), &[])?.config;
    begun.first_difference(&loaded.config).map_or(Ok(()), |(key, before, now)| {
        let run = run.path().display();
        let message = format!("{run} was begun with {key} = {before}, not {now}; go on with that, or start again with --force");
        Err(ConfigError::Usage(message).into())
    })
}

/// Collects, runs the experiment, and writes all that it made into the folder.
fn work(app: &App, loaded: &Loaded, stages: &Stages, run: &RunFolder) -> Result<Outcome> {
    let session = app.session(run, loaded.config.train.seed);
    let plan = Plan::new(&loaded.config, &stages.collect, session.threads)?;
    app.console.say("plan", &plan.words());
    if let Some(plan) = plan.streamed {
        let outcome = experiment::run_streamed(&loaded.config, stages, &run.name(), plan, run.path(), &session)?;
        save(run, &outcome, &loaded.config.report.formats, &session)?;
        return Ok(outcome);
    }
    let reading = app.reading(&loaded.config.collect.source);
    let table = session.context().run(&stages.collect, ())?;
    drop(reading);
    let outcome = experiment::run(&loaded.config, stages, &run.name(), table, &session)?;
    save(run, &outcome, &loaded.config.report.formats, &session)?;
    Ok(outcome)
}

/// The whole config as it is used, its paths relative to the run folder.
fn resolved(loaded: &Loaded, folder: &Path) -> String {
    let mut config = loaded.config.clone();
    config.collect.relocate(&loaded.base, folder);
    let mut dir = Sources(vec![loaded.runs.to_string_lossy().into_owned()]);
    dir.relocate(Path::new(""), folder);
    config.output.dir = dir.0.remove(0);
    commented(&config, &std::collections::BTreeMap::new())
}

/// Writes every file of the run; the mark of its end comes later.
fn save(run: &RunFolder, outcome: &Outcome, formats: &[ReportFormat], session: &Session<'_>) -> Result<()> {
    let record = &outcome.record;
    let pretty = |value: &serde_json::Value| format!("{value:#}\n");
    let data = json!({"rows": record.rows, "columns": record.columns, "cleaned": record.cleaned, "split": record.split});
    run.write("data.json", pretty(&data).as_bytes())?;
    let mut history = String::new();
    for h in &record.histories {
        for e in &h.epochs {
            let line = json!({"fold": h.scope, "epoch": e.epoch, "train_loss": e.train_loss, "stop_loss": e.stop_loss, "seconds": e.seconds, "best": e.epoch == h.best});
            let _ = writeln!(history, "{line}");
        }
    }
    run.write("history.ndjson", history.as_bytes())?;
    parquet(run, "splits.parquet", splits_table(outcome)?)?;
    parquet(run, "oof.parquet", oof_table(outcome)?)?;
    outcome.model.save(&run.file("model.mkt"))?;
    run.write("metrics.json", pretty(&metrics_json(record)).as_bytes())?;
    run.write("report.json", pretty(&json!(record)).as_bytes())?;
    for format in formats {
        match format {
            ReportFormat::Html => {
                let page = session.context().run(&Html, std::sync::Arc::new(record.clone()))?;
                run.write("report.html", page.as_bytes())?;
            }
            ReportFormat::Md => run.write("report.md", report::markdown(record).as_bytes())?,
        }
    }
    Ok(())
}

/// The content of `metrics.json`.
#[must_use]
pub fn metrics_json(record: &Record) -> serde_json::Value {
    let mut metrics = json!({
        "schema_version": 1,
        "task": record.task,
        "rows": record.rows.used,
        "cv": record.model.cv,
        "test": record.model.test,
        "baseline": record.baseline,
        "linear": record.linear,
        "decisions": record.decisions,
        "timing": record.timing,
        "peak_rss_mb": record.peak_rss_mb,
    });
    if let Some(fairness) = &record.fairness {
        metrics["fairness"] = json!(fairness);
    }
    metrics
}

fn parquet(run: &RunFolder, name: &str, mut table: DataFrame) -> Result<()> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut table)?;
    Ok(run.write(name, &bytes)?)
}

fn row_numbers(rows: impl Iterator<Item = usize>) -> Series {
    Series::new("row".into(), rows.map(|r| r as u64).collect::<Vec<_>>())
}

fn splits_table(outcome: &Outcome) -> Result<DataFrame> {
    let parts: Vec<&str> = outcome.assignment.iter().map(|(_, part)| part.as_str()).collect();
    let rows = row_numbers(outcome.assignment.iter().map(|(row, _)| *row));
    Ok(DataFrame::new(parts.len(), vec![rows, Series::new("fold".into(), parts)])?)
}

/// The way from the list of runs to one: its name, unless it lies elsewhere.
fn from_list(path: &Path, runs: &Path) -> String {
    let mut way = Sources(vec![path.to_string_lossy().into_owned()]);
    way.relocate(Path::new(""), runs);
    way.0.remove(0)
}

fn oof_table(outcome: &Outcome) -> Result<DataFrame> {
    let judged = &outcome.out_of_fold;
    let folds: Vec<u32> = judged.folds.iter().map(|f| u32::try_from(*f).unwrap_or(u32::MAX)).collect();
    let mut columns = vec![row_numbers(judged.rows.iter().copied()), Series::new("fold".into(), folds)];
    match &judged.predictions {
        Predictions::Numbers(values) => columns.push(Series::new("prediction".into(), values.as_slice())),
        Predictions::Classes { labels, .. } => {
            for (class, label) in labels.iter().enumerate().skip(usize::from(labels.len() == 2)) {
                columns.push(Series::new(format!("p_{label}").into(), judged.predictions.class(class)));
            }
        }
    }
    let truth = match &judged.truth {
        crate::data::Truth::Numbers(values) => Series::new("truth".into(), values.as_slice()),
        crate::data::Truth::Classes(codes) => {
            let labels: Vec<&str> = codes.iter().map(|c| outcome.record.labels[*c as usize].as_str()).collect();
            Series::new("truth".into(), labels)
        }
    };
    columns.push(truth);
    Ok(DataFrame::new(judged.rows.len(), columns)?)
}

/// What the list of runs, which is in `runs`, says of one.
fn line(path: &Path, runs: &Path, record: &Record) -> RunLine {
    let (metric, [cv, sd, test, baseline, linear]) = headline(record);
    RunLine {
        run: from_list(path, runs),
        task: record.task.name().into(),
        target: record.target.clone(),
        source: record.source.clone(),
        rows: record.rows.used,
        metric: metric.name().into(),
        cv,
        sd,
        test,
        baseline,
        linear,
        total_s: record.timing.total_s,
    }
}
