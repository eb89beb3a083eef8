use std::convert::identity;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use mkt::config::{Layer, Stages, load};
use mkt::data::{Fold, Task, Truth};
use mkt::learn::Fitted;
use mkt::metrics::{Metric, score};
use mkt::pipeline::{Cancel, Context, NoCheckpoints, Pipeline, Session, Silent};
use mkt::seed::Seed;
use mkt::train::DeviceKind;
use mkt::validate::{CrossValidate, Splits};
use serde_json::{Value, json};

/// One fit of every table on its training part, judged on its test part; with `--folds N` judged by folds of the
/// training part alone, which is how settings are chosen.
pub fn run(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut only = Vec::new();
    let mut folds = 0;
    let mut threads = 2;
    let mut layers = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "--only" => only = words.next().unwrap_or(&"").split(',').collect(),
            "--folds" => folds = words.next().and_then(|n| n.parse().ok()).unwrap_or(3),
            "--threads" => threads = words.next().and_then(|n| n.parse().ok()).unwrap_or(2),
            setting => layers.push(Layer::set(setting)?),
        }
    }
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| folder.join(name).join("spec.json").exists() && (only.is_empty() || only.contains(&name.as_str())))
        .collect();
    names.sort();
    for name in names {
        println!("{}", table(&folder.join(&name), &name, folds, threads, &layers)?);
    }
    Ok(())
}

fn table(folder: &Path, name: &str, folds: usize, threads: usize, layers: &[Layer]) -> Result<Value> {
    let text = std::fs::read_to_string(folder.join("spec.json"))?;
    let spec: Value = serde_json::from_str(&text).unwrap_or_default();
    let file = |name: &str| Value::from(folder.join(name).display().to_string());
    let mut own = vec![
        Layer::flag("collect", "source", file("train.csv"), "FOLDER"),
        Layer::flag("target", "column", spec["target"].clone(), "spec.json"),
        Layer::flag("target", "task", spec["task"].clone(), "spec.json"),
    ];
    if let Some(positive) = spec["positive"].as_str() {
        own.push(Layer::flag("target", "positive", positive.into(), "spec.json"));
    }
    // Codes that stand for categories, as the other programs are told.
    for column in spec["cat"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        own.push(Layer::set(&format!("columns.type.{column}=category"))?);
    }
    if folds == 0 {
        own.push(Layer::flag("collect", "test", file("test.csv"), "FOLDER"));
    } else {
        own.push(Layer::flag("validate", "folds", folds.into(), "--folds"));
        own.push(Layer::flag("validate", "test_fraction", 0.into(), "--folds"));
    }
    own.extend_from_slice(layers);
    let config = load(None, &own)?.config;
    let stages = config.stages(Path::new(""), DeviceKind::Auto)?;
    let session = Session::new(&Silent, &NoCheckpoints, Cancel::default(), Seed::new(config.train.seed), threads);
    let cx = session.context();
    let table = cx.run(&stages.collect, ())?;
    let splits = mkt::experiment::prepare(&stages, table, &cx)?;
    anyhow::ensure!(folds == 0 || config.train.refit, "--folds judges single fits: leave train.refit=false out");
    let chosen: Vec<&Fold> = if folds == 0 { vec![&splits.last] } else { splits.folds.iter().collect() };
    let (mut values, mut seconds) = (Vec::new(), Vec::new());
    let mut others = Vec::new();
    for (i, fold) in chosen.into_iter().enumerate() {
        let part = cx.part("fold", i).with_threads(threads);
        let (value, took, all) = fit(&stages, &splits, fold, &part)?;
        values.push(value);
        seconds.push(took);
        others.push(all);
    }
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    Ok(json!({
        "table": name, "metric": main_metric(splits.frame.schema.target.task).name(), "value": mean(&values),
        "folds": values, "fit_s": mean(&seconds), "threads": threads, "all": others,
    }))
}

/// The metric that tables are compared by: log-loss for more than two classes.
fn main_metric(task: Task) -> Metric {
    match task {
        Task::Binary => Metric::Auc,
        Task::Multiclass => Metric::Logloss,
        Task::Regression => Metric::Rmse,
    }
}

/// One fit; of all folds of the training part, where their models are averaged.
fn fit(stages: &Stages, splits: &Splits, fold: &Fold, cx: &Context<'_>) -> Result<(f64, f64, Value)> {
    let (learn, frame) = (&stages.learn, &splits.frame);
    let (training, holdout) = fold.split(frame);
    let begin = Instant::now();
    let fitted = if learn.train.refit() {
        cx.run(learn, training)?
    } else {
        let validated = cx.run(&CrossValidate { learner: learn, folds: &splits.folds, keep: identity }, frame.clone())?;
        let schema = training.get().schema.clone();
        Fitted::bag(schema, cx.run(&learn.normalize, training)?, &validated.fitted)
    };
    let took = begin.elapsed().as_secs_f64();
    let holdout = holdout.get().clone();
    let truth = holdout.truth.clone().unwrap_or(Truth::Numbers(Vec::new()));
    let scores = score(&truth, &fitted.run(holdout, cx)?);
    let value = scores.get(&main_metric(frame.schema.target.task)).copied().flatten().unwrap_or(f64::NAN);
    let histories = || fitted.parts.iter().flat_map(|part| &part.model.histories);
    let best: Vec<usize> = histories().map(|h| h.best).collect();
    let epochs: Vec<usize> = histories().map(|h| h.epochs.len()).collect();
    let pick = |m: Metric| scores.get(&m).copied().flatten();
    Ok((
        value,
        took,
        json!({"best": best, "epochs": epochs, "logloss": pick(Metric::Logloss), "accuracy": pick(Metric::Accuracy)}),
    ))
}
