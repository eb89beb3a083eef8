//! Probabilities that are off are corrected, and the scores of the folds stay honest.

use super::samples;
use super::workdir::Workdir;

const SMALL: &str = "--set model.hidden=[8] --set model.ensemble=1 --set train.epochs=8 --set validate.folds=4";

/// A table in which one row in eight or so is `yes`, so that equal weights for both classes overrate it.
fn rare() -> String {
    let mut seen = 0;
    let table = samples::binary(3000, 11);
    let keep = |line: &&str| {
        seen += usize::from(line.ends_with("yes"));
        !line.ends_with("yes") || seen % 6 == 0
    };
    table.lines().filter(keep).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn balanced_classes_give_probabilities_that_come_true() {
    let dir = Workdir::new();
    dir.write("t.csv", rare());
    let train = |method: &str| {
        let run = format!("runs/{method}");
        let set = format!("--set train.class_weight=balanced --set calibrate.method={method}");
        let ran = dir.ok(&format!("train t.csv --target y {SMALL} {set} --out {run}"));
        (ran, dir.json(&format!("{run}/metrics.json")))
    };
    let (_, raw) = train("none");
    // Weighed on purpose: what nobody asked for by name does not take that back.
    let (_, left) = train("auto");
    assert_eq!((&left["cv"], &left["test"]), (&raw["cv"], &raw["test"]));
    let (ran, corrected) = train("scaling");
    assert!(ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains("corrected: log-odds times"), "{ran}");
    let value = |metrics: &serde_json::Value, part: &str, metric: &str| {
        let value = &metrics[part][metric];
        value["mean"].as_f64().or(value["value"].as_f64()).unwrap()
    };
    for part in ["cv", "test"] {
        let loss = |metrics| value(metrics, part, "logloss");
        assert!(loss(&corrected) < 0.8 * loss(&raw), "{part}: {} {}", loss(&corrected), loss(&raw));
        assert!(value(&corrected, part, "ece") < 0.08, "{part}: {corrected}");
        // A slope and an offset keep the order of the rows, and so the AUC.
        assert!((value(&corrected, part, "auc") - value(&raw, part, "auc")).abs() < 1e-9, "{part}");
    }
    // The model file corrects as the run did.
    let again = dir.ok("evaluate -m runs/scaling --format json");
    assert_eq!(again.json()["metrics"]["test"]["logloss"]["value"], corrected["test"]["logloss"]["value"], "{again}");
}

#[test]
fn a_rising_curve_is_kept_in_the_model_file() {
    let dir = Workdir::new();
    dir.write("t.csv", rare());
    let set = "--set calibrate.method=isotonic";
    let ran = dir.ok(&format!("train t.csv --target y {SMALL} {set} --out runs/r"));
    assert!(ran.stdout.contains("rising curve"), "{ran}");
    let again = dir.ok("evaluate -m runs/r --format json");
    let first = dir.json("runs/r/metrics.json");
    assert_eq!(again.json()["metrics"]["test"]["brier"]["value"], first["test"]["brier"]["value"], "{again}");
}

#[test]
fn a_logarithm_needs_targets_above_zero() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::regression(200, 3));
    let log = format!("train t.csv --target y {SMALL} --set normalize.target=log --set normalize.clamp_target=true");
    dir.ok(&format!("{log} --out runs/r"));
    assert!(dir.json("runs/r/metrics.json")["test"]["rmse"]["value"].as_f64().unwrap().is_finite());
    dir.write(
        "t.csv",
        samples::map_column(&samples::regression(200, 3), "y", |row, y| if row % 7 == 0 { "-2" } else { y }.into()),
    );
    dir.fails(3, &log).says(&["\"y\"", "-2", "logarithm"]);
}
