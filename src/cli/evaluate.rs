use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use polars::prelude::{ParquetReader, SerReader};
use serde_json::json;

use super::App;
use super::coverage::Coverage;
use super::judged::judged;
use super::model::ModelArg;
use super::output::Output;
use crate::artifact::ModelFile;
use crate::collect::Collect;
use crate::data::{Frame, Table, Task};
use crate::error::{ConfigError, Error, ModelError, Result};
use crate::metrics::{Interval, Metric, intervals_at};
use crate::pipeline::{Context, NoCheckpoints, Warning};
use crate::report::{Scored, number, range, score};

/// Score a model on data it never saw; gates for CI
///
/// Without DATA the test part of the model's own run is scored again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob or `-` with the target column
    data: Option<String>,
    #[command(flatten)]
    model: ModelArg,
    /// Fail (exit 1) if this holds, such as `auc<0.8` or `rmse > baseline*0.9`; may be repeated
    #[arg(long, value_name = "EXPR")]
    fail_if: Vec<String>,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let gates = self.fail_if.iter().map(|text| Gate::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let (path, model) = self.model.load(app)?;
        let task = model.manifest.schema.target.task;
        gates.iter().try_for_each(|gate| gate.fits(task))?;
        let session = app.session(&NoCheckpoints, model.manifest.lineage.seed);
        let cx = session.context();
        let (source, frame) = match &self.data {
            Some(data) => (data.clone(), all_rows(app, data, &model, &cx)?),
            None => test_part(app, &path, &model, &cx)?,
        };
        let target = &model.manifest.schema.target.name;
        let truth = frame.truth.clone().ok_or_else(|| Error::Internal("rows without a target".into()))?;
        let mut unusual = Vec::new();
        let predictions = model.fitted.predict(&frame, &mut unusual, &cx)?;
        super::predict::warn_unusual(app, &unusual);
        let (threshold, seed) = (model.manifest.threshold, cx.seed().derive("bootstrap", 0));
        let scores = intervals_at(&truth, &predictions, threshold, 1000, seed, cx.threads());
        let coverage = Coverage::measure(&model, &path, &predictions, &truth)?;
        let failed = gates.iter().filter_map(|gate| gate.check(&scores, &model)).collect();
        let mut text = format!("{} rows of {source}, target \"{target}\", model {}\n\n", frame.height(), path.display());
        for (metric, interval) in &scores {
            let between = range(*metric, interval).unwrap_or_default();
            let _ = writeln!(text, "  {:<18}{:>10}  {between}", metric.name(), score(*metric, interval.value));
        }
        if task == Task::Binary {
            let _ = writeln!(text, "\n  called positive from a probability of {threshold:.4} on");
        }
        text.push_str(&coverage.text());
        let metrics =
            json!({"rows": frame.height(), "task": task, "test": scores, "threshold": threshold, "coverage": coverage.0});
        Ok(Output { failed, ..Output::new(text, metrics) }.artifact("model", &path))
    }
}

/// The rows of DATA that have a target.
fn all_rows(app: &App, data: &str, model: &ModelFile, cx: &Context<'_>) -> Result<Frame> {
    let config = app.whole(data)?;
    let reading = app.reading(&config.source);
    let table = cx.run(&Collect::new(&config, Path::new(""))?, ())?;
    drop(reading);
    if crate::experiment::hash(&table) == model.manifest.lineage.data_hash {
        let message = "the model was trained on these rows; the score flatters it, name rows that it never saw";
        cx.warn(Warning::new("trained_on", message));
    }
    judged(&table, (0..table.height()).collect(), &model.fitted.schema, cx)
}

/// The rows that the model's own run set aside.
pub fn test_part(app: &App, model_path: &Path, model: &ModelFile, cx: &Context<'_>) -> Result<(String, Frame)> {
    let folder = model_path.parent().unwrap_or(Path::new(""));
    let fail = |reason: String| -> Error { ModelError::Run { path: folder.display().to_string(), reason }.into() };
    let config = folder.join("config.toml");
    if !config.exists() {
        return Err(fail("it has no config.toml beside the model; name the data to score: mkt evaluate DATA".into()));
    }
    let loaded = app.load(Some(&config), Vec::new())?;
    let collect = &loaded.config.collect;
    if collect.source.0.iter().chain(&collect.test.0).any(|s| s == "-") {
        return Err(fail("its rows came from standard input; name the data to score: mkt evaluate DATA".into()));
    }
    let rows = test_rows(&folder.join("splits.parquet")).map_err(|e| fail(format!("splits.parquet: {e}")))?;
    if rows.is_empty() {
        return Err(fail("its run set no test part aside; name the data to score: mkt evaluate DATA".into()));
    }
    let table: Table = cx.run(&Collect::new(collect, &loaded.base)?, ())?;
    if rows.iter().any(|r| *r >= table.height()) {
        return Err(fail("the source has fewer rows than at training; name the data to score: mkt evaluate DATA".into()));
    }
    let hash = crate::experiment::hash(&table);
    if hash != model.manifest.lineage.data_hash {
        return Err(fail("the source has changed since training; name the data to score: mkt evaluate DATA".into()));
    }
    let source = format!("the test part of {}", table.rows.source);
    Ok((source, judged(&table, rows, &model.fitted.schema, cx)?))
}

fn test_rows(path: &PathBuf) -> std::result::Result<Vec<usize>, String> {
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let table = ParquetReader::new(file).finish().map_err(|e| crate::error::one_line(&e.to_string()))?;
    let column = |name| table.column(name).map_err(|e| crate::error::one_line(&e.to_string()));
    let folds = column("fold")?.str().map_err(|e| e.to_string())?;
    let rows = column("row")?.u64().map_err(|e| e.to_string())?;
    let test = rows.iter().zip(folds.iter()).filter(|(_, fold)| *fold == Some("test"));
    Ok(test.filter_map(|(row, _)| row.and_then(|r| usize::try_from(r).ok())).collect())
}

/// What a gate compares a metric with.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Number(f64),
    /// A yardstick's score on the test part, times the first and plus the second number.
    Yardstick {
        linear: bool,
        times: f64,
        plus: f64,
    },
}

/// One `--fail-if`.
#[derive(Clone, Debug, PartialEq)]
struct Gate {
    text: String,
    metric: Metric,
    less: bool,
    equal: bool,
    bound: Bound,
}

impl Gate {
    fn parse(text: &str) -> Result<Self, ConfigError> {
        let fail = |why: &str| {
            ConfigError::Usage(format!("--fail-if \"{text}\": {why}; write for instance auc<0.8 or auc < baseline+0.05"))
        };
        let at = text.find(['<', '>']).ok_or_else(|| fail("there is no < or >"))?;
        let (name, rest) = text.split_at(at);
        let name = name.trim();
        let less = rest.starts_with('<');
        let equal = rest[1..].starts_with('=');
        let bound = rest[1 + usize::from(equal)..].trim();
        let metric = Metric::from_name(name).ok_or_else(|| {
            let all = [Task::Binary, Task::Multiclass, Task::Regression];
            let names = all.into_iter().flat_map(Metric::of).map(|m| m.name());
            fail(&format!("there is no metric \"{name}\"{}", crate::error::did_you_mean(name, names)))
        })?;
        let bound =
            Self::bound(bound).ok_or_else(|| fail(&format!("\"{bound}\" is neither a number nor baseline or linear")))?;
        Ok(Self { text: text.into(), metric, less, equal, bound })
    }

    /// A metric that models of the task do not have could never pass.
    fn fits(&self, task: Task) -> Result<(), ConfigError> {
        let metrics = Metric::of(task);
        if metrics.contains(&self.metric) {
            return Ok(());
        }
        let names = metrics.iter().map(|m| m.name()).collect::<Vec<_>>().join(", ");
        let (text, name, task) = (&self.text, self.metric.name(), task.name());
        Err(ConfigError::Usage(format!("--fail-if \"{text}\": a {task} model has no {name}; its metrics are {names}")))
    }

    fn bound(text: &str) -> Option<Bound> {
        if let Ok(number) = text.parse::<f64>() {
            return number.is_finite().then_some(Bound::Number(number));
        }
        let (linear, rest) = match text.strip_prefix("baseline") {
            Some(rest) => (false, rest.trim()),
            None => (true, text.strip_prefix("linear")?.trim()),
        };
        let number = |rest: &str| rest.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        match rest.chars().next() {
            None => Some(Bound::Yardstick { linear, times: 1.0, plus: 0.0 }),
            Some('*') => Some(Bound::Yardstick { linear, times: number(&rest[1..])?, plus: 0.0 }),
            Some('+') => Some(Bound::Yardstick { linear, times: 1.0, plus: number(&rest[1..])? }),
            Some('-') => Some(Bound::Yardstick { linear, times: 1.0, plus: -number(&rest[1..])? }),
            Some(_) => None,
        }
    }

    /// Why the gate fails, if it does. A metric or yardstick that is undefined cannot pass.
    fn check(&self, scores: &std::collections::BTreeMap<Metric, Interval>, model: &ModelFile) -> Option<String> {
        let (text, name) = (&self.text, self.metric.name());
        let Some(value) = scores.get(&self.metric).and_then(|i| i.value) else {
            return Some(format!("{text}: {name} is undefined on these rows"));
        };
        let bound = match self.bound {
            Bound::Number(number) => number,
            Bound::Yardstick { linear, times, plus } => {
                let scored = if linear { &model.manifest.linear } else { &model.manifest.baseline };
                match yardstick(scored, self.metric) {
                    Some(score) => times * score + plus,
                    None => return Some(format!("{text}: the yardstick has no {name}")),
                }
            }
        };
        let holds = (if self.less { value < bound } else { value > bound }) || (self.equal && value == bound);
        holds.then(|| format!("{text}: {name} is {}, the bound {}", number(value), number(bound)))
    }
}

/// A yardstick's score on the test part of its run, else through its folds.
fn yardstick(scored: &Scored, metric: Metric) -> Option<f64> {
    scored.test.get(&metric).and_then(|i| i.value).or_else(|| scored.cv.get(&metric).and_then(|s| s.mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_read_as_written() {
        let gate = Gate::parse("auc < 0.8").unwrap();
        assert_eq!((gate.metric, gate.less, gate.equal, gate.bound), (Metric::Auc, true, false, Bound::Number(0.8)));
        let gate = Gate::parse("rmse>=baseline*0.9").unwrap();
        assert_eq!(
            (gate.less, gate.equal, gate.bound),
            (false, true, Bound::Yardstick { linear: false, times: 0.9, plus: 0.0 })
        );
        let gate = Gate::parse("auc<linear-0.01").unwrap();
        assert_eq!(gate.bound, Bound::Yardstick { linear: true, times: 1.0, plus: -0.01 });
    }

    #[test]
    fn a_gate_is_on_a_metric_of_the_task() {
        let gate = Gate::parse("auc<0.8").unwrap();
        assert!(gate.fits(Task::Binary).is_ok());
        let message = gate.fits(Task::Regression).unwrap_err().to_string();
        assert!(message.contains("a regression model has no auc; its metrics are rmse, mae"), "{message}");
    }

    #[test]
    fn a_wrong_gate_says_what_is_wrong() {
        let message = |text: &str| Gate::parse(text).unwrap_err().to_string();
        assert!(message("auc=0.8").contains("there is no < or >"));
        assert!(message("acc<0.8").contains("did you mean \"auc\"?") || message("acc<0.8").contains("no metric"));
        assert!(message("auc<high").contains("neither a number"));
        assert!(message("auc<nan").contains("neither a number"));
    }
}
