//! Two models side by side, and the list of all runs.

use std::fmt::Write as _;

use super::samples;
use super::workdir::{Ran, TINY, Workdir};

/// A table with a run that learned well and one that was kept from the column that matters most.
fn two_runs() -> Workdir {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(600, 1)).write("new.csv", samples::binary(1500, 7));
    let set = "--set train.epochs=15 --set validate.folds=2 --set model.hidden=[8] --set model.ensemble=1 --set validate.bootstrap=20";
    dir.ok(&format!("train t.csv --target y --out runs/good {set}"));
    dir.ok(&format!("train t.csv --target y --out runs/blind {set} --set columns.ignore=[\"amount\"]"));
    dir
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let dir = Workdir::trained();
    let ran = dir.ok("diff runs/first runs/first --fail-on-regression");
    let words =
        ["noise", "0 of 60 flip", "the models do not differ in any of at least 50 rows", "config and columns: the same"];
    for words in words.into_iter().chain(["accuracy: p = 1.0000 (exact test of McNemar 1947)"]) {
        assert!(ran.stdout.contains(words), "{words}: {ran}");
    }
    assert!(!ran.stdout.contains("base_rate"), "what both have alike is no comparison: {ran}");
    let json = dir.ok("diff runs/first runs/first/model.mkt --format json").json();
    let metrics = &json["metrics"];
    assert_eq!(metrics["flips"]["flipped"], 0);
    assert_eq!(metrics["rows"], 60);
    for (name, change) in metrics["measures"].as_object().unwrap() {
        assert!(change["verdict"] == "noise" || change["verdict"] == "undefined", "{name}: {change}");
    }
    assert_eq!(metrics["config"], serde_json::json!([]));
}

#[test]
fn intervals_are_drawn_by_the_seed_that_is_named() {
    let dir = two_runs();
    let drawn = |verb: &str, seed: &str| {
        let json = dir.ok(&format!("{verb} --format json {seed}")).json()["metrics"].clone();
        if verb.starts_with("diff") { json["measures"]["auc"]["difference"].clone() } else { json["test"]["auc"].clone() }
    };
    for verb in ["diff runs/good runs/blind", "evaluate -m runs/good"] {
        let (own, other) = (drawn(verb, ""), drawn(verb, "--seed 99"));
        assert_eq!(own["value"], other["value"], "{verb}");
        assert!(own["low"] != other["low"] || own["high"] != other["high"], "{verb}: {own}");
        assert_eq!(other, drawn(verb, "--seed 99"), "{verb}");
    }
}

#[test]
fn a_worse_model_is_told_where_and_how_and_fails_if_asked() {
    let dir = two_runs();
    let ran = dir.run("diff runs/good runs/blind --data new.csv --fail-on-regression");
    assert_eq!(ran.code, 1, "{ran}");
    ran.says(&["auc is clearly worse", "of the segments: "]);
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains("the new model is clearly worse"), "{ran}");
    for words in
        ["amount  q1 up to", "columns.ignore", "example", "(test of DeLong et al. 1988)", "McNemar", "number, feature, scaled"]
    {
        assert!(ran.stdout.contains(words), "{words}: {ran}");
    }
    assert!(
        words.join(" ").contains("called y = yes from a probability of 0.5 on (old), from a probability of 0.5 on (new)"),
        "{ran}"
    );
    let mut told: Vec<&str> = ran.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    let all = told.len();
    told.sort_unstable();
    told.dedup();
    assert!(all > 0 && told.len() == all, "what both models see is told once: {ran}");
    // The other way round it is better, and nothing fails.
    let json = dir.ok("diff runs/blind runs/good --data new.csv --fail-on-regression --format json").json();
    let metrics = &json["metrics"];
    assert_eq!(metrics["measures"]["auc"]["verdict"], "better", "{json}");
    assert!(metrics["segments"]["looked_at"].as_u64().unwrap() > 8, "{json}");
    // What flips can be counted in the predictions, and examples are named by their ids.
    let calls = |run: &str| -> Vec<Vec<String>> { dir.ok(&format!("predict new.csv -m {run}")).rows() };
    let (good, blind) = (calls("runs/good"), calls("runs/blind"));
    let flipped = good[1..].iter().zip(&blind[1..]).filter(|(a, b)| a[1] != b[1]).count();
    assert_eq!(metrics["flips"]["flipped"], flipped, "{json}");
    let example = &metrics["flips"]["examples"][0];
    let row = good.iter().position(|row| example["row"] == row[0].as_str()).unwrap_or_else(|| panic!("{example}"));
    assert_eq!((&example["new"], &example["old"]), (&good[row][1].as_str().into(), &blind[row][1].as_str().into()));
    let markdown = dir.ok("diff runs/blind runs/good --data new.csv --format md").stdout;
    assert!(markdown.contains("| metric | old | new |") && markdown.contains("### segments"), "{markdown}");
    // Rows that are equal without the column are kept together, so the runs were split differently: rows of both test parts
    // judge.
    let shared = dir.ok("diff runs/blind runs/good --format json").json();
    let told = shared["warnings"].as_array().unwrap().iter().find(|w| w["code"] == "shared_test_rows");
    assert_eq!(told.unwrap_or_else(|| panic!("{shared}"))["count"], shared["metrics"]["rows"], "{shared}");
}

#[test]
fn what_cannot_be_compared_says_what_is_needed() {
    let dir = Workdir::trained();
    dir.write("u.csv", samples::binary(200, 3)).train("u.csv", "runs/other");
    dir.fails(4, "diff runs/first runs/other").says(&["trained on different data", "--data TEST"]);
    dir.ok("diff runs/first runs/other --data u.csv").says(&["the model was trained on these rows"]);
    dir.ok("diff runs/other runs/first --data u.csv").says(&["the old model was trained on these rows"]);
    dir.write("r.csv", samples::regression(200, 1)).train("r.csv", "runs/r");
    dir.fails(4, "diff runs/r runs/first --data u.csv").says(&["only models of one target"]);
    dir.fails(4, "diff runs/first runs/nope").says(&["runs/nope"]);
    dir.write("alone.mkt", dir.bytes("runs/first/model.mkt"));
    dir.fails(4, "diff runs/first alone.mkt").says(&["no config.toml", "--data TEST"]);
    // Another seed splits the same rows otherwise: those in both test parts judge.
    dir.ok(&format!("train t.csv --target y --out runs/seed --seed 9 {TINY}"));
    let ran = dir.ok("diff runs/first runs/seed --format json");
    let rows = ran.json()["metrics"]["rows"].as_u64().unwrap();
    assert!(rows > 0 && rows < 60, "{ran}");
    assert!(ran.stderr.contains("split differently"), "{ran}");
    // Numbers have no decisions to flip.
    let ran = dir.ok("diff runs/r runs/r --format json").json();
    assert!(ran["metrics"]["flips"].is_null() && ran["metrics"]["measures"]["rmse"]["verdict"] == "noise", "{ran}");
}

#[test]
fn runs_are_listed_best_first_with_what_they_have_otherwise() {
    let dir = two_runs();
    let ran = dir.ok("runs");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "y, auc");
    assert!(lines[1].contains("seconds") && lines[2].contains("good") && lines[3].contains("blind"), "{ran}");
    assert!(ran.stdout.contains("columns.ignore = [\"amount\"]"), "{ran}");
    // Where that does not fit beside the scores it stands below them, and no line is wider than the terminal.
    let narrow = Ran::of("runs, narrow", dir.command("runs").env("COLUMNS", "60").spawn().unwrap());
    assert!(narrow.stdout.contains("blind, other than the best: columns.ignore"), "{narrow}");
    assert!(narrow.stdout.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    let json = dir.ok("runs --sort brier --limit 1 --format json").json();
    let runs = json["metrics"]["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &runs[0]["run"], &runs[0]["metric"]), (1, &"good".into(), &"brier".into()));
    let brier = dir.json("runs/good/metrics.json")["cv"]["brier"]["mean"].clone();
    assert_eq!(runs[0]["cv"], brier);
    let newest = dir.ok("runs --sort newest --format json").json();
    assert_eq!(newest["metrics"]["runs"][0]["run"], "blind");
    assert_eq!(newest["metrics"]["runs"][0]["differs"][0]["key"], "columns.ignore", "the best run is what it differs from");
    assert!(dir.ok("runs --format md").stdout.contains("| good | y | auc |"));
    assert!(dir.ok("runs --task regression").stdout.contains("no finished run of that kind"));
    assert!(dir.ok("runs --sort rmse").stdout.contains("no finished run of that kind"));
    dir.fails(2, "runs --sort acu").says(&["did you mean \"auc\"?"]);
    // A run elsewhere is named by the way there, so that one of the same name stays, and its config is found.
    dir.ok(&format!("train t.csv --target y --out elsewhere/good {TINY}"));
    let json = dir.ok("runs --format json").json();
    let runs = json["metrics"]["runs"].as_array().unwrap();
    let names: Vec<&str> = runs.iter().map(|run| run["run"].as_str().unwrap()).collect();
    assert!(names.contains(&"../elsewhere/good") && names.contains(&"good"), "{json}");
    assert!(runs.iter().all(|run| !run["differs"].is_null()), "{json}");
}

#[test]
fn a_long_and_damaged_list_of_runs_is_read_all_the_same() {
    let dir = Workdir::trained();
    let mut list = String::new();
    for n in 0..400 {
        writeln!(
            list,
            "{{\"run\":\"gone-{n}\",\"task\":\"binary\",\"target\":\"y\",\"source\":\"t.csv\",\"rows\":9,\"metric\":\"auc\",\"cv\":0.{n:03},\"sd\":null,\"test\":null,\"baseline\":0.5,\"linear\":null,\"total_s\":1.0}}"
        )
        .unwrap();
    }
    let mut bytes = list.into_bytes();
    bytes.extend(b"{\"run\": \"torn\n\xff\xfe\n[]\n\n");
    bytes.extend(dir.bytes("runs/runs.jsonl"));
    dir.write("runs/runs.jsonl", bytes);
    let ran = dir.ok("runs --format json");
    let json = ran.json();
    assert_eq!(json["metrics"]["runs"].as_array().unwrap().len(), 401, "{ran}");
    assert_eq!(json["warnings"][0]["count"], 3, "{ran}");
    let text = dir.ok("runs --limit 3").stdout;
    // The target, the head and three runs.
    assert_eq!(text.lines().take_while(|l| !l.is_empty()).count(), 5, "{text}");
}
