//! The models of the folds, averaged, as the final model.

use serde_json::Value;

use super::samples;
use super::workdir::{TINY, Workdir};

#[test]
fn models_of_the_folds_are_averaged_kept_and_explained() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(300, 1));
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {TINY} --set train.refit=false"));
    assert!(ran.stdout.contains("of each of 2 folds"), "{ran}");
    assert!(dir.ok("inspect").stdout.contains("of each of 2 folds"));
    // The scores of the run come again from the file.
    let metrics = dir.json("runs/a/metrics.json");
    let again: Value = dir.ok("evaluate --format json").json()["metrics"]["test"]["auc"]["value"].clone();
    assert_eq!(again, metrics["test"]["auc"]["value"]);
    // One by one as all at once.
    let rows = dir.ok("predict t.csv").rows();
    let first = dir.read("t.csv").lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(dir.pipe("predict -", first).rows()[1], rows[1]);
}

#[test]
fn folds_and_the_final_model_are_of_as_many_networks() {
    let dir = Workdir::new();
    // The final network learns from 8800 rows, each fold from 7040: on either side of where `fast` halves its networks.
    dir.write("t.csv", samples::binary(11_000, 1));
    let set = "--set model.preset=fast --set train.epochs=1 --set validate.folds=5 --set validate.bootstrap=20";
    dir.ok(&format!("train t.csv --target y --out runs/a {set}"));
    let history = dir.read("runs/a/history.ndjson");
    let members = |fold: &str| {
        let lines = history.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let scopes = lines.map(|line| line["fold"].as_str().unwrap().to_owned());
        scopes.filter(|scope| scope.starts_with(fold)).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!((members("fold-0/"), members("final/")), (2, 2), "{history}");
}
