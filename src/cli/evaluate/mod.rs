mod gate;
mod profit;
pub mod show;

use std::path::PathBuf;

use serde_json::json;

use super::App;
use super::coverage::Coverage;
use super::model::ModelArg;
use super::output::Output;
use super::rows::{Answers, Rows};
use crate::artifact::ModelFile;
use crate::assess::{Grouper, Pair, Panel, Partition, partitions};
use crate::data::Task;
use crate::error::{ConfigError, Result, plural};
use crate::metrics::Measure;
use crate::pipeline::{Context, NoCheckpoints, Warning};
use crate::report::{Fairness, Grouping, probability};
use gate::{Ended, Gate, Scores};
use show::{Form, Page};

/// Resamples behind every interval.
pub const RESAMPLES: usize = 1000;

/// Score a model on data it never saw; gates for CI
///
/// Without DATA the test part of the model's own run is scored again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob or `-` with the target column
    data: Option<String>,
    #[command(flatten)]
    model: ModelArg,
    /// Fail (exit 1) if this holds, such as `auc<0.8`, `rmse > baseline*0.9`, `low(auc)<0.75`, `gap(tpr,sex)>0.1`,
    /// `ratio(selection_rate,sex)<0.8`, `tpr@plan=basic<0.5` or `profit<1000`; may be repeated
    #[arg(long, value_name = "EXPR")]
    fail_if: Vec<String>,
    /// Score the groups of a column of DATA, too: its values, or quartiles of a number or date; may be repeated
    #[arg(long, value_name = "COLUMN")]
    by: Vec<String>,
    /// Fewest rows of a group that is judged; smaller ones are only shown
    #[arg(long, value_name = "N", default_value_t = 30)]
    min_rows: usize,
    /// Compare with another model on the same rows
    #[arg(long, value_name = "MODEL")]
    against: Option<PathBuf>,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        if self.min_rows < 2 {
            return Err(ConfigError::Usage(format!("--min-rows {}: give 2 or more", self.min_rows)).into());
        }
        let gates = self.fail_if.iter().map(|text| Gate::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let (path, model) = self.model.load(app)?;
        let task = model.manifest.schema.target.task;
        let valued = profit::of(&model, &path)?.is_some();
        gates.iter().try_for_each(|gate| gate.fits(task, valued))?;
        let session = app.session_of(&NoCheckpoints, &model.manifest);
        let cx = session.context();
        let rows = Rows::read(app, self.data.as_deref(), &path, &model, &cx)?;
        let answers = rows.answers(app, &model, &cx)?;
        let (units, resampled) = rows.units(&model, &cx)?;
        let panel = Panel {
            truth: &rows.truth,
            predictions: &answers.predictions,
            cut: answers.cut(),
            units: units.as_deref(),
            resamples: RESAMPLES,
            min_rows: self.min_rows,
        };

        let columns = self.columns(&gates);
        let sensitive = sensitive(&model, &rows, &cx);
        let by: Vec<Partition> = coded(&columns, &rows, &cx)?.iter().map(|coded| Partition::of(&[coded])).collect();
        let fair = partitions(&coded(&sensitive, &rows, &cx)?, self.min_rows);
        let all: Vec<Partition> = by.iter().chain(&fair).cloned().collect();
        let (scores, mut groupings) = panel.measure(&all, cx.seed().derive("bootstrap", 0), cx.threads());
        let coverage = Coverage::measure(&model, &path, &answers.predictions, &rows.truth, units.as_deref())?;
        let operating = profit::measure(&model, &path, &rows, &answers, units.as_deref(), &cx)?;
        let fair = groupings.split_off(by.len());
        let fairness = (!fair.is_empty()).then(|| Fairness {
            rows: "evaluated".into(),
            threshold: model.manifest.threshold,
            min_rows: self.min_rows,
            resampled: resampled.clone(),
            groupings: fair,
            mitigation: None,
        });
        let against = self.against(app, &rows, &answers, units.as_deref(), &cx)?;

        let held = Scores {
            all: &scores,
            groupings: &groupings,
            min_rows: self.min_rows,
            profit: operating.as_ref().and_then(|o| o.profit).map(|profit| profit.total),
            baseline: &model.manifest.baseline,
            linear: &model.manifest.linear,
        };
        let ended: Vec<Ended> = gates.iter().map(|gate| gate.check(&held)).collect();
        let failed: Vec<String> = ended.iter().filter_map(|e| e.failed.clone()).collect();

        let mut page = Page::new(app.form());
        page.heading(&format!(
            "{} of {}, target \"{}\", model {}",
            plural(rows.height(), "row"),
            rows.source,
            model.manifest.schema.target.name,
            path.display()
        ));
        page.blank_text();
        show::scores(&mut page, &scores);
        if task == Task::Binary && answers.thresholds.is_none() {
            page.line(&format!("called positive from a probability of {} on", probability(model.manifest.threshold)));
        }
        for line in operating.as_ref().and_then(profit::text).into_iter().chain(coverage.text()) {
            page.line(&line);
        }
        if resampled != "rows" {
            page.line(&format!("intervals draw whole {resampled}"));
        }
        self.groups_shown(&mut page, &groupings, fairness.as_ref(), (task, answers.thresholds.is_none()));
        if let Some((name, comparison)) = &against {
            page.heading(&format!("against {name}, on the same rows"));
            show::comparison(&mut page, comparison, ["other", "model"], units.is_some());
        }
        gates_shown(&mut page, &ended);

        let test: serde_json::Map<_, _> = named(&scores, |m| matches!(m, Measure::Metric(_)));
        let mut metrics = json!({"rows": rows.height(), "task": task, "test": test});
        if let Some(metrics) = metrics.as_object_mut() {
            metrics.insert("rates".into(), named(&scores, |m| matches!(m, Measure::Rate(_))).into());
            metrics.insert("threshold".into(), (task == Task::Binary).then_some(model.manifest.threshold).into());
            metrics.insert("coverage".into(), json!(coverage.0));
            metrics.insert("operating".into(), json!(operating));
            metrics.insert("resampled".into(), resampled.into());
            metrics.insert("groups".into(), json!(groupings));
            metrics.insert("gates".into(), ended.iter().map(Ended::as_json).collect::<Vec<_>>().into());
            if let Some(fairness) = fairness {
                metrics.insert("fairness".into(), json!(fairness));
            }
            if let Some((name, comparison)) = against {
                metrics.insert("against".into(), json!({"model": name, "comparison": comparison}));
            }
        }
        Ok(Output { failed, ..Output::new(page.text, metrics) }.artifact("model", &path))
    }

    /// The columns that rows are told apart by: those asked for, then those that gates are on.
    fn columns(&self, gates: &[Gate]) -> Vec<String> {
        let mut columns = self.by.clone();
        columns.extend(gates.iter().filter_map(|gate| gate.column().map(str::to_owned)));
        let mut seen = std::collections::BTreeSet::new();
        columns.retain(|column| seen.insert(column.clone()));
        columns
    }

    /// The groups that were asked for, and those of people; a column that is sensitive is shown among these. `alike` tells
    /// whether all rows have one threshold.
    fn groups_shown(&self, page: &mut Page, asked: &[Grouping], fairness: Option<&Fairness>, (task, alike): (Task, bool)) {
        let sensitive = fairness.map(|f| f.groupings.as_slice()).unwrap_or_default();
        for grouping in asked.iter().filter(|g| sensitive.iter().all(|other| other.columns != g.columns)) {
            show::grouping(page, grouping, task, self.min_rows);
        }
        if let Some(fairness) = fairness {
            show::fairness(page, fairness, task, alike);
        }
    }

    fn against(
        &self,
        app: &App,
        rows: &Rows,
        answers: &Answers,
        units: Option<&[u32]>,
        cx: &Context<'_>,
    ) -> Result<Option<(String, crate::assess::Comparison)>> {
        let Some(other) = &self.against else { return Ok(None) };
        let (path, model) = ModelArg { model: Some(other.clone()) }.load(app)?;
        let theirs = rows.answers_of_other(app, &path, &model, cx)?;
        let pair = Pair { truth: &rows.truth, old: theirs.side(), new: answers.side(), units, resamples: RESAMPLES };
        Ok(Some((path.display().to_string(), pair.compare(cx.seed().derive("bootstrap", 0), cx.threads()))))
    }
}

/// The groups of the rows by each of the columns.
fn coded(columns: &[String], rows: &Rows, cx: &Context<'_>) -> Result<Vec<crate::assess::Coded>> {
    let (table, places, schema) = (&rows.table, rows.places(), &rows.frame.schema);
    let code = |name: &String| Grouper::learn(name, table, &places, schema, cx)?.code(table, &places, schema, cx);
    columns.iter().map(code).collect()
}

/// The sensitive columns that the model was trained with and that the rows have.
fn sensitive(model: &ModelFile, rows: &Rows, cx: &Context<'_>) -> Vec<String> {
    let named = model.manifest.config["columns"]["sensitive"].as_array();
    let names = named.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned));
    let (there, gone): (Vec<String>, Vec<String>) = names.partition(|name| rows.table.data.column(name).is_ok());
    cx.warn_all(gone.iter().map(|name| {
        let message = format!(
            "{} has no column \"{name}\", which is sensitive: how its groups are treated cannot be told",
            rows.table.rows.source
        );
        Warning::new("no_sensitive_column", message).column(name)
    }));
    there
}

/// The measures that pass, by name.
fn named(
    scores: &std::collections::BTreeMap<Measure, crate::metrics::Interval>,
    pass: impl Fn(&Measure) -> bool,
) -> serde_json::Map<String, serde_json::Value> {
    scores.iter().filter(|(m, _)| pass(m)).map(|(m, interval)| (m.name().to_owned(), json!(interval))).collect()
}

fn gates_shown(page: &mut Page, ended: &[Ended]) {
    if ended.is_empty() || !matches!(page.form, Form::Markdown) {
        // On a terminal, those that fail are told on stderr.
        return;
    }
    page.heading("gates");
    for gate in ended {
        match &gate.failed {
            None => page.line(&format!("passed: {}", gate.text)),
            Some(why) => page.line(&format!("failed: {why}")),
        }
    }
}
