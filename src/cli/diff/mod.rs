mod flips;
mod shown;

use std::path::PathBuf;

use polars::prelude::DataType;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::App;
use super::evaluate::RESAMPLES;
use super::evaluate::show::{self, Page};
use super::keys::{differences, flat};
use super::model::ModelArg;
use super::output::Output;
use super::rows::{Answers, Rows, of_run, own_rows, test_rows};
use crate::artifact::{Manifest, ModelFile};
use crate::assess::{Comparison, Grouper, Pair, Partition, Segment, losses, segments};
use crate::data::{Role, Task};
use crate::error::{Result, plural};
use crate::experiment::STREAMED;
use crate::metrics::Metric;
use crate::pipeline::{Context, NoCheckpoints, Warning};
use crate::report::Verdict;
pub use flips::Flips;

/// How a new model differs from an old one, and whether that is more than noise
///
/// Both are judged on the same rows: those of --data, or without it those that are in the test part of both runs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Model file or run folder
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Model file or run folder
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Rows with the target column that neither has seen
    #[arg(long, value_name = "TEST")]
    data: Option<String>,
    /// Fewest rows of a segment that is looked at
    #[arg(long, value_name = "N", default_value_t = 50)]
    min_rows: usize,
    /// Fail (exit 1) if NEW is clearly worse: in the main metric (auc, logloss or rmse), or in a segment
    #[arg(long)]
    fail_on_regression: bool,
}

/// One column of two schemas.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ColumnChange {
    column: String,
    /// Kind, role and how it is encoded; nothing where the column is not known.
    old: Option<String>,
    new: Option<String>,
}

/// Two models with their paths.
struct Models {
    old: (PathBuf, ModelFile),
    new: (PathBuf, ModelFile),
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let load = |path: &PathBuf| ModelArg { model: Some(path.clone()) }.load(app);
        let models = Models { old: load(&self.old)?, new: load(&self.new)? };
        let (old, new) = (&models.old.1.manifest, &models.new.1.manifest);
        let session = app.session_of(&NoCheckpoints, new);
        let cx = session.context();
        let task = new.schema.target.task;
        let rows = match &self.data {
            Some(data) => {
                let rows = Rows::read(app, Some(data), &models.new.0, &models.new.1, &cx)?;
                warn_trained_on(&models, &rows, &cx);
                rows
            }
            None => shared_rows(app, &models, &cx)?,
        };
        let after = rows.answers(app, &models.new.1, &cx)?;
        let before = rows.answers_of_other(app, &models.old.0, &models.old.1, &cx)?;
        let (units, resampled) = rows.units(&models.new.1, &cx)?;
        let units = units.as_deref();
        let pair = Pair { truth: &rows.truth, old: before.side(), new: after.side(), units, resamples: RESAMPLES };
        let comparison = pair.compare(cx.seed().derive("bootstrap", 0), cx.threads());
        let (found, looked) = self.segments(&rows, [&before, &after], &models, units, &cx)?;
        let ids = ids(&rows);
        let flips = Flips::of(&rows.truth, before.side(), after.side(), &|row| ids[row].clone());
        let settings = differences(&flat(&old.config), &flat(&new.config));
        let columns = columns(old, new);

        let mut page = Page::new(app.form());
        let (from, to) = (models.old.0.display(), models.new.0.display());
        page.heading(&format!(
            "{from} -> {to}: {} of {}, target \"{}\"",
            plural(rows.height(), "row"),
            rows.source,
            new.schema.target.name
        ));
        page.blank_text();
        show::comparison(&mut page, &comparison, ["old", "new"], units.is_some());
        let main = Metric::main(task);
        page.line(&shown::sentence(main, &comparison, &resampled));
        shown::segments(&mut page, &found, (looked, self.min_rows), task);
        if let Some(flips) = &flips {
            shown::flips(&mut page, flips, &new.schema.target, [&before, &after]);
        }
        shown::differences(&mut page, &settings, &columns);

        let mut failed = Vec::new();
        if self.fail_on_regression {
            failed = regressions(main, &comparison, &found);
        }
        let metrics = json!({
            "rows": rows.height(),
            "task": task,
            "resampled": resampled,
            "measures": comparison.measures,
            "tests": comparison.tests,
            "segments": {"looked_at": looked, "min_rows": self.min_rows, "loss": loss_name(task), "differ": found},
            "flips": flips,
            "config": settings,
            "columns": columns,
        });
        let output = Output { failed, ..Output::new(page.text, metrics) };
        Ok(output.artifact("old", &models.old.0).artifact("new", &models.new.0))
    }

    /// The segments in which the models differ: the levels and quartiles of the columns that one of them learned from.
    fn segments(
        &self,
        rows: &Rows,
        [before, after]: [&Answers; 2],
        models: &Models,
        units: Option<&[u32]>,
        cx: &Context<'_>,
    ) -> Result<(Vec<Segment>, usize)> {
        let (table, places, schema) = (&rows.table, rows.places(), &models.new.1.manifest.schema);
        let mut partitions = Vec::new();
        let features = schema.with_role(Role::Feature).chain(models.old.1.manifest.schema.with_role(Role::Feature));
        let mut seen = std::collections::BTreeSet::new();
        let names = features.map(|column| &column.name).filter(|name| table.data.column(name).is_ok() && seen.insert(*name));
        for name in names {
            cx.check()?;
            let grouper = Grouper::learn(name, table, &places, schema, cx)?;
            partitions.push(Partition::of(&[&grouper.code(table, &places, schema, cx)?]));
        }
        let (old, new) = (losses(&rows.truth, &before.predictions), losses(&rows.truth, &after.predictions));
        Ok(segments(&partitions, (&old, &new), units, self.min_rows))
    }
}

/// The new model's own rows are told by [`Rows::read`].
fn warn_trained_on(models: &Models, rows: &Rows, cx: &Context<'_>) {
    if crate::experiment::hash(&rows.table) == models.old.1.manifest.lineage.data_hash {
        let message = "the old model was trained on these rows; the comparison flatters it, name rows that neither saw";
        cx.warn(Warning::new("trained_on", message).column("old"));
    }
}

/// The rows that are in the test part of both runs, which must be on the same data.
fn shared_rows(app: &App, models: &Models, cx: &Context<'_>) -> Result<Rows> {
    const NEEDED: &str = "name rows to judge both on: mkt diff OLD NEW --data TEST";
    let (path, model) = &models.new;
    let [one, other] = [&models.old.1, model].map(|model| &model.manifest.lineage.data_hash);
    if one != other {
        let why = if one.starts_with(STREAMED) == other.starts_with(STREAMED) {
            "were trained on different data"
        } else {
            "cannot be told to be of the same data: one was streamed"
        };
        return Err(of_run(path, format!("it and {} {why}; {NEEDED}", models.old.0.display())));
    }
    for (path, _) in [&models.old, &models.new] {
        if !path.with_file_name("config.toml").exists() {
            return Err(of_run(
                path,
                format!("it has no config.toml beside the model, so its test part is not known; {NEEDED}"),
            ));
        }
    }
    let shared = || {
        let old: std::collections::BTreeSet<usize> = test_rows(&models.old.0)?.into_iter().collect();
        let new = test_rows(path)?;
        let shared: Vec<usize> = new.iter().copied().filter(|row| old.contains(row)).collect();
        if shared.is_empty() {
            return Err(of_run(path, format!("no row is in the test part of both runs; {NEEDED}")));
        }
        if shared.len() < new.len() || shared.len() < old.len() {
            let message = format!(
                "the runs were split differently: judged on the {} rows that are in the test part of both, of {} and {}",
                shared.len(),
                old.len(),
                new.len()
            );
            cx.warn(Warning::new("shared_test_rows", message).count(shared.len()));
        }
        Ok(shared)
    };
    let (source, table, places) = own_rows(app, (path, model), NEEDED, shared, cx)?;
    Rows::judged(source, table, places, model, cx)
}

/// What each row is called: by the first id column that the table has, else by its number.
fn ids(rows: &Rows) -> Vec<String> {
    let numbered = || rows.frame.rows.iter().map(|row| format!("row {}", row + 1)).collect();
    let schema = &rows.frame.schema;
    let id = schema.with_role(Role::Id).find_map(|id| rows.table.data.column(&id.name).ok());
    let Some(text) = id.and_then(|id| id.cast(&DataType::String).ok()) else { return numbered() };
    let Ok(text) = text.str() else { return numbered() };
    let name = |(place, row): (usize, &usize)| text.get(place).map_or_else(|| format!("row {}", row + 1), str::to_owned);
    rows.places().into_iter().zip(&rows.frame.rows).map(name).collect()
}

/// The columns that are of another kind, role or encoding.
fn columns(old: &Manifest, new: &Manifest) -> Vec<ColumnChange> {
    let words = |manifest: &Manifest, name: &str| {
        let column = manifest.schema.column(name)?;
        let words = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let mut text = format!("{}, {}", words(json!(column.kind)), words(json!(column.role)));
        if let Some((_, encoding)) = manifest.normalizer.columns.iter().find(|(n, _)| n == name) {
            text = format!("{text}, {}", encoding.words());
        }
        Some(text)
    };
    let mut names: Vec<&String> = old.schema.columns.iter().chain(&new.schema.columns).map(|c| &c.name).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let change = |name: &String| ColumnChange { column: name.clone(), old: words(old, name), new: words(new, name) };
    names.into_iter().map(change).filter(|c| c.old != c.new).collect()
}

fn loss_name(task: Task) -> &'static str {
    match task {
        Task::Regression => "absolute error",
        Task::Binary | Task::Multiclass => "brier",
    }
}

/// What is clearly worse.
fn regressions(main: Metric, comparison: &Comparison, found: &[Segment]) -> Vec<String> {
    let mut failed = Vec::new();
    if let Some(change) = comparison.measures.get(&main.into()).filter(|c| c.verdict == Verdict::Worse) {
        failed.push(format!("{} is clearly worse: {}", main.name(), show::signed(main.into(), &change.difference)));
    }
    let worse: Vec<String> = found
        .iter()
        .filter(|s| s.difference > 0.0)
        .map(|s| format!("{} = {} ({})", s.column, s.name, plural(s.rows, "row")))
        .collect();
    if !worse.is_empty() {
        const NAMED: usize = 3;
        let more = worse.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = worse[..worse.len().min(NAMED)].join(", ");
        failed.push(format!("clearly worse in {} of the segments: {named}{more}", worse.len()));
    }
    failed
}
