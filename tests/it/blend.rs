//! A share of a linear model in the predictions.

use super::samples;
use super::workdir::Workdir;

/// Few rows of a target that is a weighted sum of the columns: networks of few epochs are far behind a linear model.
const SET: &str = "--set train.epochs=8 --set validate.folds=4 --set model.hidden=[8] --set model.ensemble=2 \
                   --set model.dropout=0.1 --set validate.bootstrap=20";

fn sum() -> Workdir {
    let dir = Workdir::new();
    let sum = |_: usize, line: &str| {
        let cell = |i: usize| line.split(',').nth(i).unwrap().to_owned();
        let number = |i: usize| cell(i).parse::<f64>().unwrap();
        let red = f64::from(u8::from(cell(3) == "red"));
        format!("{:.3}", 3.0 * number(1) - 20.0 * number(2) + 25.0 * red)
    };
    let table = samples::regression(200, 3);
    let rows: Vec<&str> = table.lines().skip(1).collect();
    dir.write("t.csv", samples::map_column(&table, "y", |row, _| sum(row, rows[row])));
    dir
}

#[test]
fn a_linear_model_takes_over_where_the_target_is_a_sum() {
    let dir = sum();
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {SET}"));
    let metrics = dir.json("runs/a/metrics.json");
    let rmse = |who: &serde_json::Value| who["cv"]["rmse"]["mean"].as_f64().unwrap();
    let alone = dir.ok(&format!("train t.csv --target y --out runs/alone {SET} --set model.blend=none"));
    assert!(!alone.stdout.contains("linear model"), "{alone}");
    assert!(rmse(&metrics) < 0.5 * dir.json("runs/alone/metrics.json")["cv"]["rmse"]["mean"].as_f64().unwrap(), "{ran}");
    assert!(rmse(&metrics) <= 1.01 * rmse(&metrics["linear"]), "{ran}");
    assert!(ran.stdout.contains("a linear model"), "{ran}");
    assert!(dir.ok("inspect runs/a/model.mkt").stdout.contains("a linear model"));
    // The scores of the run come again from the file.
    let again = dir.ok("evaluate -m runs/a/model.mkt --format json").json()["metrics"]["test"]["rmse"]["value"].clone();
    assert_eq!(again, metrics["test"]["rmse"]["value"]);
    dir.ok("explain -m runs/a/model.mkt");
}

#[test]
fn a_share_is_kept_in_the_file_and_explained() {
    let dir = sum();
    // A corner that the linear model cannot follow: both have their part in it.
    let table = dir.read("t.csv");
    let corner: Vec<bool> = table.lines().skip(1).map(|l| l.contains("red") && l.split(',').nth(2).unwrap() > "4").collect();
    let bent = |row: usize, y: &str| format!("{:.3}", y.parse::<f64>().unwrap() + if corner[row] { 30.0 } else { 0.0 });
    dir.write("t.csv", samples::map_column(&table, "y", bent));
    let set = SET.replace("epochs=8", "epochs=24");
    for (run, refit, part) in [("a", true, 1), ("folds", false, 4)] {
        let ran = dir.ok(&format!("train t.csv --target y --out runs/{run} {set} --set train.refit={refit}"));
        assert!(ran.stdout.replace("\n           ", " ").contains("% of the prediction from a linear model"), "{ran}");
        let model = format!("-m runs/{run}/model.mkt");
        let again = dir.ok(&format!("evaluate {model} --format json")).json()["metrics"]["test"]["rmse"]["value"].clone();
        assert_eq!(again, dir.json(&format!("runs/{run}/metrics.json"))["test"]["rmse"]["value"]);
        // One by one as all at once.
        let rows = dir.ok(&format!("predict t.csv {model}")).rows();
        let first = dir.read("t.csv").lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
        assert_eq!(dir.pipe(&format!("predict - {model}"), first).rows()[1], rows[1]);
        let inspected = dir.ok(&format!("inspect runs/{run}/model.mkt --format json")).json();
        assert!(inspected.to_string().contains("weight"), "{inspected}");
        let bytes = std::fs::read(dir.path(&format!("runs/{run}/model.mkt"))).unwrap();
        let header = String::from_utf8_lossy(&bytes[..bytes.len().min(2_000_000)]).into_owned();
        assert!(header.contains(&format!("parts.{part}.members.0")), "{run} has no part {part}");
        dir.ok(&format!("explain t.csv {model} --row 00001"));
        dir.ok(&format!("whatif {model} t.csv --vary amount=40:60:10"));
    }
}
