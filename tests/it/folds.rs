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
