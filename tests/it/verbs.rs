//! The verbs, one after the other as a user meets them, and what each prints where.

use polars::df;
use polars::prelude::{DataType, ParquetReader, ParquetWriter, SerReader as _};

use super::samples;
use super::workdir::{Ran, TINY, Workdir};

/// The one run below `runs/` that is finished.
fn finished_run(dir: &Workdir) -> String {
    let entries = std::fs::read_dir(dir.path("runs")).unwrap().flatten();
    let mut runs: Vec<_> = entries.filter(|run| run.path().join("DONE").exists()).collect();
    assert_eq!(runs.len(), 1);
    format!("runs/{}", runs.remove(0).file_name().into_string().unwrap())
}

#[test]
fn a_config_is_written_checked_trained_and_used_without_more_flags() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(300, 1));
    dir.ok("init t.csv --target y -o mkt.toml");
    let config = dir.read("mkt.toml");
    let sections = ["[collect]", "[target]", "[columns]", "[clean]", "[normalize]", "[model]", "[train]", "[validate]"];
    for word in sections.into_iter().chain(["[report]", "[output]", "t.csv", "#"]) {
        assert!(config.contains(word), "{word} is missing in\n{config}");
    }
    dir.ok("check -c mkt.toml");
    assert!(!dir.exists("runs"), "a check leaves nothing behind");
    dir.ok(&format!("train -c mkt.toml {TINY}"));

    let run = finished_run(&dir);
    let files = ["config.toml", "data.json", "splits.parquet", "oof.parquet", "history.ndjson", "metrics.json"];
    for file in files.into_iter().chain(["report.html", "model.mkt", "DONE"]) {
        assert!(dir.exists(&format!("{run}/{file}")), "{file} is missing in {:?}", dir.files(&run));
    }
    assert_eq!(dir.read("runs/runs.jsonl").lines().count(), 1);

    dir.ok("evaluate");
    dir.ok("evaluate t.csv");
    let shown = dir.ok("predict t.csv");
    assert_eq!(shown.rows().len(), 301);
    dir.ok("predict t.csv -o p.csv");
    assert_eq!(dir.read("p.csv"), shown.stdout);
    assert_eq!(dir.ok(&format!("predict t.csv -m {run}/model.mkt")).stdout, shown.stdout);
    dir.ok("report -o again.html");
    assert!(dir.read("again.html").trim_start().to_lowercase().starts_with("<!doctype html>"));
    let inspected = dir.ok(&format!("inspect {run}/model.mkt")).stdout;
    assert!(inspected.contains("amount") && inspected.contains("colour"), "{inspected}");
    let runs = dir.ok("runs").stdout;
    assert!(runs.contains(run.trim_start_matches("runs/")), "{runs}");
}

#[test]
fn an_old_config_is_not_overwritten() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1)).write("mkt.toml", "# mine\n");
    dir.fails(2, "init t.csv --target y -o mkt.toml").says(&["mkt.toml", "--force"]);
    assert_eq!(dir.read("mkt.toml"), "# mine\n");
    dir.ok("init t.csv --target y -o mkt.toml --force");
    assert!(dir.read("mkt.toml").contains("[target]"));
}

#[test]
fn a_finished_run_is_not_overwritten() {
    let dir = Workdir::trained();
    let old = dir.bytes("runs/first/model.mkt");
    let line = format!("train t.csv --target y --out runs/first --seed 9 {TINY}");
    dir.fails(2, &line).says(&["runs/first", "--force"]);
    assert!(dir.bytes("runs/first/model.mkt") == old);
    dir.ok(&format!("{line} --force"));
    assert!(dir.bytes("runs/first/model.mkt") != old);
}

#[test]
fn the_metrics_file_is_as_documented() {
    let dir = Workdir::trained();
    let metrics = dir.json("runs/first/metrics.json");
    assert_eq!(metrics["schema_version"], 1);
    assert_eq!(metrics["task"], "binary");
    assert_eq!(metrics["rows"], 300);
    let names = "auc auprc logloss brier ece accuracy balanced_accuracy f1 mcc ks gini lift10";
    for part in [&metrics, &metrics["baseline"], &metrics["linear"]] {
        for name in names.split(' ') {
            let cv = &part["cv"][name];
            assert_eq!(cv["folds"].as_array().map(Vec::len), Some(2), "{name}: {part}");
            assert!(cv.get("mean").is_some() && cv.get("sd").is_some(), "{name}: {part}");
            let test = &part["test"][name];
            assert!(test.get("value").is_some() && test.get("low").is_some() && test.get("high").is_some(), "{name}: {part}");
        }
    }
    for name in ["collect_s", "clean_s", "normalize_s", "train_s", "validate_s", "total_s"] {
        assert!(metrics["timing"][name].as_f64().is_some_and(|s| s >= 0.0), "{name}: {metrics}");
    }
    // The signal is strong: whatever the three epochs missed, a linear model finds most of it.
    assert!(metrics["linear"]["cv"]["auc"]["mean"].as_f64().unwrap() > 0.75, "{metrics}");
    assert!((metrics["baseline"]["cv"]["auc"]["mean"].as_f64().unwrap() - 0.5).abs() < 1e-9, "{metrics}");
}

fn assert_envelope(ran: &Ran, command: &str, code: i32) {
    let json = ran.json();
    assert_eq!(ran.code, code, "{ran}");
    assert_eq!(json["schema_version"], 1, "{ran}");
    assert_eq!(json["mkt_version"], env!("CARGO_PKG_VERSION"), "{ran}");
    assert_eq!(json["command"], command, "{ran}");
    assert_eq!(json["status"], if code == 0 { "ok" } else { "failed" }, "{ran}");
    assert_eq!(json["exit_code"], code, "{ran}");
    for warning in json["warnings"].as_array().unwrap_or_else(|| panic!("{ran}")) {
        assert!(warning["code"].is_string() && warning["message"].is_string(), "{ran}");
    }
    assert!(json["artifacts"].is_object() && json["metrics"].is_object(), "{ran}");
    if code == 0 {
        assert!(json.get("error").is_none(), "{ran}");
    } else {
        assert!(json["error"]["code"].is_string() && json["error"]["message"].is_string(), "{ran}");
    }
}

#[test]
fn with_format_json_every_verb_prints_one_object() {
    let dir = Workdir::trained();
    let train = format!("train t.csv --target y --out runs/second {TINY}");
    for line in [
        "init t.csv --target y -o mkt.toml",
        "check -c mkt.toml",
        &train,
        "evaluate t.csv",
        "diff runs/first runs/first",
        "predict t.csv -o p.csv",
        "drift t.csv",
        "explain t.csv",
        "whatif t.csv --vary amount --row #1",
        "report -o r.html",
        "inspect runs/first/model.mkt",
        "runs",
    ] {
        let ran = dir.run(&format!("{line} --format json"));
        assert_envelope(&ran, line.split(' ').next().unwrap(), 0);
    }
}

#[test]
fn with_format_json_failures_are_one_object_too() {
    let dir = Workdir::trained();
    dir.write("bad.mkt", "not a model");
    for (code, line) in [
        (3, "init nope.csv --target y -o mkt.toml"),
        (2, "check -c nope.toml"),
        (3, "train t.csv --target nope"),
        (2, "train t.csv --target y --set train.epochs=no"),
        (4, "evaluate t.csv -m bad.mkt"),
        (1, "evaluate t.csv --fail-if auc<1.1"),
        (4, "diff bad.mkt runs/first"),
        (3, "predict nope.csv -o p.csv"),
        (3, "drift nope.csv"),
        (4, "drift t.csv -m bad.mkt"),
        (2, "drift t.csv --fail-above 0"),
        (3, "explain nope.csv"),
        (2, "whatif t.csv"),
        (4, "report -m bad.mkt -o r.html"),
        (4, "inspect bad.mkt"),
    ] {
        let ran = dir.run(&format!("{line} --format json"));
        assert_envelope(&ran, line.split(' ').next().unwrap(), code);
    }
}

#[test]
fn gates_decide_the_exit_code() {
    let dir = Workdir::trained();
    dir.ok("evaluate t.csv --fail-if auc<0.0 --fail-if logloss>99");
    let ran = dir.run("evaluate t.csv --fail-if auc<0.0 --fail-if auc<1.1");
    assert_eq!(ran.code, 1, "{ran}");
    ran.says(&["auc", "1.1"]);
    dir.fails(2, "evaluate t.csv --fail-if acu<0.5").says(&["acu", "auc"]);
}

#[test]
fn stdout_carries_the_result_only() {
    let dir = Workdir::trained();
    let rows = dir.ok("predict t.csv --progress plain -v").rows();
    assert_eq!(rows[0], ["id", "prediction", "p_yes"]);
    assert!(rows.iter().all(|row| row.len() == 3));
    let ran = dir.ok(&format!("train t.csv --target y --out runs/json --progress json --format json {TINY}"));
    ran.json();
    assert!(ran.stderr.lines().any(|line| line.starts_with('{')), "progress as JSON lines is wanted: {ran}");
    // A short run has no progress to tell; how long the stages took is told to who asks.
    let plain = dir.ok("check t.csv --target y --progress plain");
    assert!(!plain.stderr.contains("collect:"), "{plain}");
    dir.ok("check t.csv --target y --progress none -v").says(&["collect: ", " s"]);
    let quiet = dir.ok("check t.csv --target y -v -q");
    assert!(quiet.stderr.is_empty(), "{quiet}");
    let file = dir.ok("predict t.csv -o p.csv --progress none");
    assert!(!file.stdout.contains("p_yes"), "{file}");
}

#[test]
fn predictions_come_in_three_formats() {
    let dir = Workdir::trained();
    let csv = dir.ok("predict t.csv").rows();
    dir.ok("predict t.csv -o p.parquet");
    let parquet = dir.bytes("p.parquet");
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    dir.ok("predict t.csv -o p.ndjson");
    let ndjson = dir.read("p.ndjson");
    assert_eq!(ndjson, dir.ok("predict t.csv --format-out ndjson").stdout);
    assert_eq!(ndjson.lines().count(), csv.len() - 1);
    for (line, row) in ndjson.lines().zip(&csv[1..]) {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(object["id"], row[0].as_str());
        assert_eq!(object["prediction"], row[1].as_str());
        assert!((object["p_yes"].as_f64().unwrap() - row[2].parse::<f64>().unwrap()).abs() < 1e-12, "{line} {row:?}");
    }
}

#[test]
fn columns_of_a_typed_source_keep_their_types_in_parquet() {
    let dir = Workdir::trained();
    let mut rows = df!("amount" => [50.0, 60.0], "visits" => [1, 7], "colour" => ["red", "blue"], "n" => [7_i64, 8], "day" => [19_000, 19_001], "ok" => [true, false]).unwrap();
    let day = rows.column("day").unwrap().cast(&DataType::Date).unwrap();
    rows.replace("day", day).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut rows).unwrap();
    dir.write("rows.parquet", bytes);
    let kept = |line: &str| {
        dir.ok(line);
        let table = ParquetReader::new(std::io::Cursor::new(dir.bytes("p.parquet"))).finish().unwrap();
        table.columns().iter().map(|c| c.dtype().clone()).collect::<Vec<_>>()
    };
    let types = kept("predict rows.parquet --columns n,day,ok,colour -o p.parquet");
    assert_eq!(types[..4], [DataType::Int64, DataType::Date, DataType::Boolean, DataType::String]);
    // A CSV file has text alone.
    assert_eq!(kept("predict t.csv --columns id,visits -o p.parquet")[..2], [DataType::String, DataType::String]);
    let rows = dir.ok("predict rows.parquet --columns n,day,ok").rows();
    assert_eq!(rows[1][..3], ["7", "2022-01-08", "true"]);
}

#[test]
fn asked_for_columns_stand_before_the_predictions() {
    let dir = Workdir::trained();
    let rows = dir.ok("predict t.csv --columns amount,colour").rows();
    assert_eq!(rows[0], ["amount", "colour", "prediction", "p_yes"]);
    let first: Vec<_> = samples::binary(1, 1).lines().nth(1).unwrap().split(',').map(str::to_owned).collect();
    assert_eq!(rows[1][..2], [first[1].clone(), first[3].clone()]);
}

#[test]
fn three_classes_and_numbers_have_their_columns() {
    let dir = Workdir::new();
    dir.write("c.csv", samples::multiclass(300, 1)).train("c.csv", "runs/c");
    let rows = dir.ok("predict c.csv -m runs/c/model.mkt").rows();
    assert_eq!(rows[0], ["id", "prediction", "p_a", "p_b", "p_c"]);
    for row in &rows[1..] {
        let p: Vec<f64> = row[2..].iter().map(|cell| cell.parse().unwrap()).collect();
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{row:?}");
        let best = (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap();
        assert_eq!(row[1], ["a", "b", "c"][best], "{row:?}");
    }
    dir.write("r.csv", samples::regression(300, 1)).train("r.csv", "runs/r");
    let rows = dir.ok("predict r.csv -m runs/r/model.mkt").rows();
    assert_eq!(rows[0], ["id", "prediction"]);
    assert!(rows[1..].iter().all(|row| row[1].parse::<f64>().unwrap().is_finite()));
}

#[test]
fn schemas_completions_and_the_manual_are_printed() {
    let dir = Workdir::new();
    for what in ["config", "metrics", "predict", "evaluate", "diff", "explain", "whatif", "drift", "runs"] {
        let schema = dir.ok(&format!("schema {what}")).json();
        assert!(schema["$schema"].is_string(), "{schema}");
    }
    let config = dir.ok("schema config").json();
    for section in
        ["collect", "target", "columns", "clean", "normalize", "model", "train", "validate", "explain", "report", "output"]
    {
        assert!(config["properties"][section].is_object(), "{section}: {config}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(dir.ok(&format!("completions {shell}")).stdout.contains("evaluate"));
    }
    assert!(dir.ok("man").stdout.contains(".TH"));
    for verb in
        "init check train evaluate diff predict explain whatif drift report inspect runs schema completions man".split(' ')
    {
        assert!(dir.ok(&format!("{verb} --help")).stdout.contains("Usage"), "{verb}");
    }
}

/// A name may have the comma in it that parts names.
#[test]
fn columns_with_commas_are_asked_for_in_quotes() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(80, 1).replacen("amount", "\"amount, EUR\"", 1));
    dir.ok(&format!("train t.csv --target y --out run {TINY}"));
    let mut command = dir.command("predict t.csv -m run --columns");
    let ran = Ran::of("predict", command.arg("id,\"amount, EUR\"").spawn().unwrap());
    assert_eq!((ran.code, ran.stdout.lines().next()), (0, Some("id,\"amount, EUR\",prediction,p_yes")), "{ran}");
}
