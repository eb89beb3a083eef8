use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::App;
use super::evaluate::show::{Form, Page};
use super::keys::{Differs, differences, flat, shown};
use super::output::Output;
use super::table::Table;
use crate::artifact::{RunLine, list};
use crate::data::Task;
use crate::error::{ConfigError, Result, did_you_mean, plural, verb};
use crate::metrics::Metric;
use crate::pipeline::{NoCheckpoints, Warning};
use crate::report::{scaled, score};

/// Settings that are told apart in a line of text; the rest are counted.
const SHOWN: usize = 4;

/// The runs so far, best first for each target
///
/// Beside each stands what its config has otherwise than that of the best run of the same target.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Metric to compare by, or `newest` or `seconds` [default: the main metric of each task]
    #[arg(long, value_name = "METRIC")]
    sort: Option<String>,
    /// Show only so many runs of each target
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = one_or_more)]
    limit: Option<usize>,
    /// Show only runs of a task
    #[arg(long, value_enum, value_name = "TASK")]
    task: Option<TaskArg>,
}

/// A number of runs to show.
fn one_or_more(text: &str) -> std::result::Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| "give a whole number of 1 or more, or leave it out for all".into())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TaskArg {
    Binary,
    Multiclass,
    Regression,
}

impl TaskArg {
    const fn task(self) -> Task {
        match self {
            Self::Binary => Task::Binary,
            Self::Multiclass => Task::Multiclass,
            Self::Regression => Task::Regression,
        }
    }
}

/// What the runs of a target are put in order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Main,
    By(Metric),
    Newest,
    Seconds,
}

/// A run with its scores in the metric that it is compared by.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Entry {
    #[serde(flatten)]
    line: RunLine,
    /// Place in time, counted from 1.
    number: usize,
    /// What its config has otherwise than the best run (`old`) of the target; nothing where a config cannot be read.
    differs: Option<Vec<Differs>>,
    /// Whether its folder is not where the list has it.
    #[serde(skip)]
    gone: bool,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let order = self.order()?;
        let folder = app.runs()?;
        let session = app.session(&NoCheckpoints, 0);
        let (runs, damaged) = list(&folder)?;
        if damaged > 0 {
            let (lines, are) = (plural(damaged, "line"), verb(damaged, "are"));
            let message = format!("{lines} of {} cannot be read and {are} left out", folder.join("runs.jsonl").display());
            session.context().warn(Warning::new("damaged_line", message).count(damaged));
        }
        let mut groups: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
        for (line, number) in runs.into_iter().zip(1..) {
            if self.task.is_some_and(|task| task.task().name() != line.task) {
                continue;
            }
            let line = if let Order::By(metric) = order { by_metric(&folder, line, metric) } else { Some(line) };
            // A run of another task has no such metric.
            let Some(line) = line else { continue };
            let key = (line.target.clone(), line.metric.clone());
            groups.entry(key).or_default().push(Entry { line, number, differs: None, gone: false });
        }
        let mut shown = Vec::new();
        for (_, mut runs) in groups {
            // The best one first, by which the others are measured, whatever the order.
            runs.sort_by(|a, b| better(&a.line).total_cmp(&better(&b.line)));
            let config = |entry: &Entry| config(&folder, &entry.line);
            let best = runs.first().and_then(config);
            match order {
                Order::Newest => runs.sort_by_key(|entry| std::cmp::Reverse(entry.number)),
                Order::Seconds => runs.sort_by(|a, b| a.line.total_s.total_cmp(&b.line.total_s)),
                Order::Main | Order::By(_) => {}
            }
            runs.truncate(self.limit.unwrap_or(usize::MAX));
            for run in &mut runs {
                run.gone = !folder.join(&run.line.run).exists();
                run.differs = best.as_ref().and_then(|best| Some(differences(best, &config(run)?)));
            }
            shown.extend(runs);
        }
        if shown.is_empty() {
            let what =
                if self.task.is_some() || matches!(order, Order::By(_)) { "finished run of that kind" } else { "finished run" };
            return Ok(Output::new(format!("no {what} under {}\n", folder.display()), json!({"runs": []})));
        }
        let mut page = Page::new(app.form());
        match page.form {
            Form::Markdown => page.table(&table(&shown.iter().collect::<Vec<_>>(), 3, true)),
            // On a terminal what all runs of a target share stands above them, so that more of them fits beside.
            Form::Text(width) => {
                for of_target in shown.chunk_by(|a, b| (&a.line.target, &a.line.metric) == (&b.line.target, &b.line.metric)) {
                    page.heading(&format!("{}, {}", of_target[0].line.target, of_target[0].line.metric));
                    let runs: Vec<&Entry> = of_target.iter().collect();
                    let whole = table(&runs, 1, true);
                    let fits = whole.text(usize::MAX).lines().all(|line| line.width() <= width);
                    page.table(&if fits { whole } else { table(&runs, 1, false) });
                    let said =
                        runs.iter().map(|run| (&run.line.run, words(run))).filter(|(_, words)| !fits && !words.is_empty());
                    for (n, (run, words)) in said.enumerate() {
                        if n == 0 {
                            page.gap();
                        }
                        page.line(&format!("{run}, other than the best: {words}"));
                    }
                }
            }
        }
        Ok(Output::new(page.text, json!({"runs": shown})))
    }

    fn order(&self) -> Result<Order, ConfigError> {
        match self.sort.as_deref() {
            None => Ok(Order::Main),
            Some("newest") => Ok(Order::Newest),
            Some("seconds") => Ok(Order::Seconds),
            Some(name) => Metric::from_name(name).map(Order::By).ok_or_else(|| {
                let all = [Task::Binary, Task::Multiclass, Task::Regression].into_iter().flat_map(Metric::of).map(|m| m.name());
                let hint = did_you_mean(name, all.chain(["newest", "seconds"]));
                ConfigError::Usage(format!("--sort {name}: give a metric, newest or seconds{hint}"))
            }),
        }
    }
}

/// Lower is better; a run without a score comes last.
fn better(line: &RunLine) -> f64 {
    let sign = if Metric::from_name(&line.metric).is_some_and(Metric::higher_is_better) { -1.0 } else { 1.0 };
    line.cv.or(line.test).filter(|v| v.is_finite()).map_or(f64::INFINITY, |v| sign * v)
}

/// The same run in another metric, from the scores in its folder; nothing where its task has no such metric, and no
/// scores where the folder is gone.
fn by_metric(folder: &Path, line: RunLine, metric: Metric) -> Option<RunLine> {
    let task = [Task::Binary, Task::Multiclass, Task::Regression].into_iter().find(|t| t.name() == line.task)?;
    if !Metric::of(task).contains(&metric) {
        return None;
    }
    let text = std::fs::read_to_string(folder.join(&line.run).join("metrics.json")).unwrap_or_default();
    let scores: Value = serde_json::from_str(&text).unwrap_or_default();
    let name = metric.name();
    let mean = |of: &Value| of["cv"][name]["mean"].as_f64();
    Some(RunLine {
        metric: name.into(),
        cv: mean(&scores),
        sd: scores["cv"][name]["sd"].as_f64(),
        test: scores["test"][name]["value"].as_f64(),
        baseline: mean(&scores["baseline"]),
        linear: mean(&scores["linear"]),
        ..line
    })
}

/// The settings of a run, its source as the user named it among them; nothing where they cannot be read any more.
fn config(folder: &Path, line: &RunLine) -> Option<BTreeMap<String, Value>> {
    let loaded = crate::config::load(Some(&folder.join(&line.run).join("config.toml")), &[]).ok()?;
    let mut settings = flat(&serde_json::to_value(&loaded.config).ok()?);
    settings.insert("collect.source".into(), line.source.clone().into());
    Some(settings)
}

/// The runs with the first so many of what names them, and, if wanted, what differs.
fn table(runs: &[&Entry], names: usize, differs: bool) -> Table {
    const NAMES: [&str; 3] = ["run", "target", "metric"];
    let scores = ["cv", "± sd", "test", "baseline", "linear", "rows", "seconds", "differs from the best"];
    let differ = differs && runs.iter().any(|run| !words(run).is_empty());
    let scores = &scores[..scores.len() - usize::from(!differ)];
    let mut table = Table::new(names, &[&NAMES[..names], scores].concat());
    for run in runs {
        let line = &run.line;
        let metric = Metric::from_name(&line.metric).unwrap_or(Metric::Auc);
        let show = |value: Option<f64>| score(metric, value);
        let mut cells = vec![line.run.clone(), line.target.clone(), line.metric.clone()];
        cells.truncate(names);
        cells.extend([
            show(line.cv),
            line.sd.map_or_else(|| show(None), |sd| scaled(metric, sd, line.cv.unwrap_or(sd))),
            show(line.test),
            show(line.baseline),
            show(line.linear),
            line.rows.to_string(),
            format!("{:.1}", line.total_s),
        ]);
        if differ {
            cells.push(words(run));
        }
        table.row(cells);
    }
    table
}

/// The settings that are other ones, as they are here.
fn words(run: &Entry) -> String {
    let Some(differs) = &run.differs else {
        // Older versions listed a run elsewhere by its name alone.
        let why = if run.gone { "folder not found: removed, or elsewhere" } else { "config cannot be read" };
        return why.into();
    };
    let mut parts: Vec<String> = differs
        .iter()
        .take(SHOWN)
        .map(|d| crate::report::short(&format!("{} = {}", d.key, shown(d.new.as_ref())), 60))
        .collect();
    if differs.len() > parts.len() {
        parts.push(format!("and {} more", differs.len() - parts.len()));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(metric: &str, cv: Option<f64>) -> RunLine {
        let text = json!({"run": "a", "task": "", "target": "", "source": "", "rows": 1, "metric": metric, "total_s": 1.0,
            "cv": cv, "sd": null, "test": null, "baseline": null, "linear": null});
        serde_json::from_value::<RunLine>(text).unwrap()
    }

    #[test]
    fn a_metric_sorts_the_way_it_points_and_nothing_comes_last() {
        assert!(better(&line("auc", Some(0.9))) < better(&line("auc", Some(0.8))));
        assert!(better(&line("rmse", Some(1.0))) < better(&line("rmse", Some(2.0))));
        assert!(better(&line("auc", None)).is_infinite());
    }

    #[test]
    fn differences_are_told_as_they_are_here() {
        let differs = |n: usize| -> Vec<Differs> {
            (0..n).map(|i| Differs { key: format!("a.k{i}"), old: None, new: Some(json!(i)) }).collect()
        };
        let said = |differs, gone| words(&Entry { line: line("auc", None), number: 1, differs, gone });
        assert_eq!(said(Some(differs(2)), false), "a.k0 = 0; a.k1 = 1");
        assert!(said(Some(differs(6)), false).ends_with("a.k3 = 3; and 2 more"));
        assert_eq!(said(Some(Vec::new()), false), "");
        assert_eq!(said(None, false), "config cannot be read");
        assert!(said(None, true).starts_with("folder not found"));
    }
}
