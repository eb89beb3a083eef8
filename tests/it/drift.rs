//! How far rows are from those that a model learned from.

use serde_json::Value;

use super::samples::{binary, map_column, select};
use super::workdir::Workdir;

fn column<'a>(json: &'a Value, name: &str) -> &'a Value {
    json["metrics"]["columns"].as_array().unwrap().iter().find(|c| c["column"] == name).unwrap()
}

#[test]
fn rows_of_the_same_kind_are_stable() {
    let dir = Workdir::trained();
    dir.write("new.csv", binary(2000, 7));
    let ran = dir.ok("drift new.csv --format json");
    let json = ran.json();
    assert_eq!((&json["metrics"]["rows"], &json["metrics"]["train_rows"]), (&2000.into(), &240.into()), "{ran}");
    for name in ["amount", "visits", "colour"] {
        let one = column(&json, name);
        assert!(one["psi"].as_f64().unwrap() < 0.15 && one["js"].as_f64().unwrap() < 0.2, "{one}");
        assert_eq!(one["verdict"], "stable", "{one}");
    }
}

#[test]
fn a_moved_column_fails_and_is_the_first() {
    let dir = Workdir::trained();
    let moved = map_column(&binary(600, 7), "amount", |_, cell| format!("{:.2}", cell.parse::<f64>().unwrap() + 20.0));
    dir.write("moved.csv", &moved);
    let ran = dir.run("drift moved.csv");
    assert_eq!(ran.code, 1, "{ran}");
    ran.says(&["failed: \"amount\" has drifted: psi"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let header = lines.iter().position(|l| l.contains("psi")).unwrap();
    assert!(lines[header + 1].trim_start().starts_with("amount"), "{ran}");
    let end = |line: &str| line.find("  drifted").or_else(|| line.find("  stable")).or_else(|| line.find("  verdict"));
    assert_eq!(end(lines[header]), end(lines[header + 1]), "{ran}");

    let json = dir.run("drift moved.csv --format json").json();
    assert_eq!(json["error"]["code"], "gate", "{json}");
    let shift = column(&json, "amount")["mean_shift"].as_f64().unwrap();
    assert!((1.5..2.5).contains(&shift), "20 of a standard deviation of 10: {shift}");
    // Another threshold, too few rows: no failure.
    dir.ok("drift moved.csv --fail-above 50");
    let few: Vec<&str> = moved.lines().take(51).collect();
    dir.write("few.csv", few.join("\n"));
    let ran = dir.ok("drift few.csv");
    assert!(ran.stdout.contains("nothing is judged: 50 rows"), "{ran}");
    assert_eq!(dir.run("drift few.csv --min-rows 50").code, 1);
}

#[test]
fn new_levels_and_gaps_are_drift_too() {
    let dir = Workdir::trained();
    let table = map_column(&binary(600, 7), "colour", |row, cell| if row % 2 == 0 { "violet".into() } else { cell.into() });
    dir.write("t2.csv", map_column(&table, "visits", |row, cell| if row % 2 == 0 { String::new() } else { cell.into() }));
    let ran = dir.run("drift t2.csv --format json");
    assert_eq!(ran.code, 1, "{ran}");
    let json = ran.json();
    assert_eq!(column(&json, "colour")["moved_most"]["what"], "other levels", "{json}");
    assert_eq!(column(&json, "visits")["missing"]["data"], 0.5, "{json}");
    assert_eq!(column(&json, "visits")["verdict"], "drifted", "{json}");
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let dir = Workdir::trained();
    dir.write("part.csv", select(&dir.read("t.csv"), &["id", "amount", "visits"]))
        .write("none.csv", "id,amount,visits,colour\n");
    dir.fails(3, "drift part.csv").says(&["colour"]);
    dir.fails(3, "drift none.csv").says(&["none.csv"]);
    dir.fails(2, "drift t.csv --fail-above=-1").says(&["--fail-above"]);
    dir.fails(2, "drift t.csv --fail-above nan").says(&["--fail-above"]);
}

#[test]
fn the_profile_is_of_the_training_rows_and_the_same_every_time() {
    let dir = Workdir::trained();
    dir.train("t.csv", "again");
    assert!(dir.bytes("again/model.mkt") == dir.bytes("runs/first/model.mkt"));
    let manifest = dir.ok("inspect --format json").json()["metrics"].clone();
    let profile = &manifest["profile"];
    assert_eq!(profile["rows"], manifest["lineage"]["train_rows"]);
    let colour = profile["columns"].as_array().unwrap().iter().find(|c| c["name"] == "colour").unwrap();
    let levels = &colour["values"]["levels"];
    let counts: Vec<u64> = levels["counts"].as_array().unwrap().iter().map(|c| c.as_u64().unwrap()).collect();
    assert_eq!(counts.iter().sum::<u64>(), 240);
    assert!(counts.is_sorted_by(|a, b| a >= b), "{colour}");
}
