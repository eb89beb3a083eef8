//! Why a model says what it says.

use serde_json::Value;

use super::samples::{add_column, binary, multiclass, regression, select};
use super::workdir::{TINY, Workdir};

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no {key}: {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Base and contributions sum up to the prediction.
fn assert_additive(row: &Value) {
    let parts: f64 = list(row, "contributions").iter().map(|c| number(&c["contribution"])).sum();
    let (base, prediction) = (number(&row["base"]), number(&row["prediction"]));
    assert!((base + parts - prediction).abs() <= 1e-6 * prediction.abs().max(1e-3), "{row}");
}

#[test]
fn contributions_sum_up_to_what_predict_says() {
    let dir = Workdir::trained();
    dir.write("new.csv", binary(40, 3));
    let metrics = dir.ok("explain new.csv --each --format json").json()["metrics"].clone();
    assert_eq!((metrics["scale"].as_str(), &metrics["background_rows"]), (Some("probability"), &64.into()));
    let predicted = dir.ok("predict new.csv").rows();
    assert_eq!(list(&metrics, "rows").len(), 40);
    for (row, predicted) in list(&metrics, "rows").iter().zip(&predicted[1..]) {
        assert_additive(row);
        assert_eq!(row["ids"]["id"], predicted[0], "{row}");
        assert!((number(&row["prediction"]) - predicted[2].parse::<f64>().unwrap()).abs() < 1e-12, "{row} {predicted:?}");
        let names: Vec<&str> = list(row, "contributions").iter().map(|c| c["column"].as_str().unwrap()).collect();
        assert!(["amount", "visits", "colour"].iter().all(|name| names.contains(name)) && names.len() == 3, "{names:?}");
    }
    // With three columns all coalitions are computed: another seed changes nothing.
    assert_eq!(dir.ok("explain new.csv --each --format json --seed 9").json()["metrics"], metrics);
}

#[test]
fn one_row_is_explained_as_among_all_and_on_any_number_of_threads() {
    let dir = Workdir::trained();
    dir.write("new.csv", binary(30, 3));
    let explain = |rest: &str| dir.ok(&format!("explain new.csv --exact 1 --format json {rest}")).json()["metrics"].clone();
    let all = explain("--each --threads 1");
    assert_eq!(explain("--each --threads 2"), all);
    let one = explain("--row 00007 --row #3");
    assert_eq!(one["rows"][0], all["rows"][7]);
    assert_eq!(one["rows"][1], all["rows"][2]);
    // Drawn orders are near to all of them.
    let exact = dir.ok("explain new.csv --exact 16 --format json --row 00007").json()["metrics"]["rows"][0].clone();
    let of = |row: &Value, column: &str| {
        let found = list(row, "contributions").iter().find(|c| c["column"] == column).unwrap().clone();
        (number(&found["contribution"]), number(&found["error"]))
    };
    for column in ["amount", "visits", "colour"] {
        let ((drawn, error), (all, _)) = (of(&one["rows"][0], column), of(&exact, column));
        assert!((drawn - all).abs() <= 4.0 * error + 1e-9, "{column}: {drawn} and {all}, error {error}");
    }
    let text = dir.ok("explain new.csv --row 00007");
    assert!(text.stdout.contains("row 8, id 00007: probability of yes") && text.stdout.contains("amount"), "{text}");
}

#[test]
fn a_row_of_the_test_part_is_found_by_its_id() {
    let dir = Workdir::trained();
    let rows = dir.ok("explain --each --format json").json()["metrics"].clone();
    let (row, id) = (&rows["rows"][4], rows["rows"][4]["ids"]["id"].as_str().unwrap_or_else(|| panic!("no id: {rows}")));
    assert_eq!(&dir.ok(&format!("explain --row {id} --format json")).json()["metrics"]["rows"][0], row);
    let learned = (0..1000).map(|id| format!("{id:05}")).find(|id| list(&rows, "rows").iter().all(|r| r["ids"]["id"] != **id));
    let ran = dir.fails(2, &format!("explain --row {}", learned.unwrap()));
    assert!(ran.stderr.contains("no \"id\" is "), "{ran}");
}

#[test]
fn what_matters_is_told_with_intervals_and_curves() {
    let dir = Workdir::trained();
    // `twin` repeats `amount`: alone each looks less useful than both together.
    let table = binary(300, 1);
    let amounts: Vec<String> = table.lines().skip(1).map(|l| l.split(',').nth(1).unwrap().to_owned()).collect();
    let twins = add_column(&table, "twin", |row| format!("{:.1}", 3.0 * amounts[row].parse::<f64>().unwrap()));
    dir.write("twins.csv", twins);
    dir.ok(&format!("train twins.csv --target y --out twins --set train.seed=1 {TINY} --set train.epochs=20"));
    let ran = dir.ok("explain -m twins --format json");
    let metrics = ran.json()["metrics"].clone();
    assert_eq!(
        (&metrics["rows"], &metrics["method"], &metrics["metric"]),
        (&60.into(), &"permutation".into(), &"auc".into()),
        "{ran}"
    );
    assert_eq!(list(&metrics, "importance").len(), 4);
    for one in list(&metrics, "importance") {
        for (name, loss) in one["loss"].as_object().unwrap() {
            let [low, mean, high] = ["low", "mean", "high"].map(|end| number(&loss[end]));
            assert!(low <= mean && mean <= high, "{name}: {loss}");
        }
    }
    let group = &metrics["groups"][0];
    assert_eq!(group["columns"], serde_json::json!(["amount", "twin"]), "{metrics}");
    assert!(number(&group["strength"]) > 0.99, "{group}");
    let alone: Vec<f64> = list(group, "alone").iter().map(|l| number(&l["mean"])).collect();
    assert!(alone.iter().all(|a| *a < number(&group["loss"]["mean"])), "{group}");
    let curve = list(&metrics, "dependence").iter().find(|c| c["column"] == "amount").unwrap();
    assert_eq!(curve["goes_with"][0][0], "twin", "{curve}");
    let means: Vec<f64> = list(curve, "grid").iter().map(|p| number(&p["mean"])).collect();
    assert!(means[means.len() - 1] > means[0], "y follows amount: {means:?}");
    let text = dir.ok("explain -m twins");
    for words in ["what matters: how much auc suffers", "amount + twin", "goes with twin", "what causes what"] {
        assert!(text.stdout.contains(words), "{words}: {text}");
    }
}

#[test]
fn without_a_target_columns_matter_by_how_far_they_move_predictions() {
    let dir = Workdir::trained();
    dir.write("bare.csv", select(&binary(50, 3), &["id", "amount", "visits", "colour"]));
    let metrics = dir.ok("explain bare.csv --format json").json()["metrics"].clone();
    assert_eq!(metrics["method"], "mean_abs_shapley", "{metrics}");
    let sizes: Vec<f64> = list(&metrics, "importance").iter().map(|i| number(&i["mean_abs_contribution"])).collect();
    assert!(sizes.len() == 3 && sizes.is_sorted_by(|a, b| a >= b) && sizes[0] > 0.0, "{metrics}");
}

#[test]
fn several_classes_and_numbers_are_explained_in_their_own_unit() {
    let dir = Workdir::new();
    dir.write("m.csv", multiclass(300, 1)).write("r.csv", regression(300, 1));
    dir.train("m.csv", "m");
    dir.train("r.csv", "r");
    let rows = dir.ok("explain m.csv -m m --each --format json").json()["metrics"].clone();
    let predicted = dir.ok("predict m.csv -m m").rows();
    for (row, predicted) in list(&rows, "rows").iter().zip(&predicted[1..]) {
        assert_additive(row);
        assert_eq!(row["class"], predicted[1], "the predicted class is explained");
    }
    let one = dir.ok("explain m.csv -m m --row 00004 --class a --log-odds --format json").json()["metrics"].clone();
    assert_additive(&one["rows"][0]);
    let p: f64 = predicted[5][2].parse().unwrap();
    assert!((number(&one["rows"][0]["prediction"]) - (p / (1.0 - p)).ln()).abs() < 1e-9, "{one}");
    assert_eq!(one["scale"], "log_odds");
    let rows = dir.ok("explain r.csv -m r --each --format json").json()["metrics"].clone();
    assert_eq!(rows["scale"], "target");
    let predicted = dir.ok("predict r.csv -m r").rows();
    for (row, predicted) in list(&rows, "rows").iter().zip(&predicted[1..]) {
        assert_additive(row);
        assert!((number(&row["prediction"]) - predicted[1].parse::<f64>().unwrap()).abs() < 1e-9, "{row}");
    }
    dir.fails(2, "explain r.csv -m r --class a").says(&["--class a", "predicts a number"]);
    dir.fails(2, "explain m.csv -m m --class d").says(&["a, b, c"]);
}

#[test]
fn files_hold_what_the_terminal_says() {
    let dir = Workdir::trained();
    dir.write("new.csv", binary(5, 3));
    let json = dir.ok("explain new.csv --each -o rows.json --format json").json();
    assert_eq!(dir.json("rows.json"), json["metrics"]);
    dir.ok("explain new.csv --each -o rows.csv");
    let lines: Vec<String> = dir.read("rows.csv").lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "row,id_id,class,base,prediction,column,value,contribution,error");
    assert_eq!(lines.len(), 1 + 5 * 3);
    dir.ok("explain -o importance.csv");
    assert!(dir.read("importance.csv").starts_with("column,metric,loss,sd,low,high\n"));
    dir.ok("explain --curve colour -o curve.csv");
    let curve = dir.read("curve.csv");
    assert!(curve.starts_with("column,class,value,mean,low,high,networks_low,networks_high,rows\n"), "{curve}");
    assert_eq!(curve.lines().count(), 4, "{curve}");
}

#[test]
fn what_cannot_be_explained_is_an_error() {
    let dir = Workdir::trained();
    dir.fails(2, "explain t.csv --row nobody").says(&["no \"id\" is \"nobody\"", "#1 to #300"]);
    dir.fails(2, "explain t.csv --row #301").says(&["#1 to #300"]);
    dir.fails(2, "explain -o file.html").says(&[".csv or .json"]);
    dir.fails(3, "explain --curve colours").says(&["colours", "did you mean \"colour\"?"]);
    dir.fails(2, "explain --log-odds --class maybe").says(&["no, yes"]);
    dir.write("part.csv", select(&dir.read("t.csv"), &["id", "amount", "visits"]));
    dir.fails(3, "explain part.csv").says(&["colour"]);
    assert!(!dir.exists("file.html"));
}

#[test]
fn a_model_without_background_rows_compares_with_the_rows_at_hand() {
    let dir = Workdir::trained();
    dir.ok(&format!("train t.csv --target y --out bare {TINY} --set explain.background=0"));
    assert!(dir.ok("inspect bare --format json").json()["metrics"].get("background").is_none());
    let ran = dir.ok("explain t.csv -m bare --row 00003 --format json");
    ran.says(&["holds no background rows"]);
    assert_additive(&ran.json()["metrics"]["rows"][0]);
    dir.write("few.csv", binary(5, 2));
    dir.fails(2, "explain few.csv -m bare --row 00003").says(&["[explain] background above 0"]);
    dir.fails(2, "train t.csv --target y --out x --set explain.background=1001").says(&["use 0 to 1000"]);
}

#[test]
fn the_background_is_of_the_training_rows_and_their_features_alone() {
    let dir = Workdir::trained();
    let background = dir.ok("inspect --format json").json()["metrics"]["background"].clone();
    assert_eq!(background["rows"], 64);
    let names: Vec<&str> = list(&background, "columns").iter().map(|c| c[0].as_str().unwrap()).collect();
    assert_eq!(names, ["amount", "visits", "colour"], "no id and no target");
    // No test row is among them.
    let table = dir.read("t.csv");
    let lines: Vec<Vec<&str>> = table.lines().skip(1).map(|l| l.split(',').collect()).collect();
    let rows = dir.ok("explain --each --format json").json()["metrics"].clone();
    let test: Vec<f64> = list(&rows, "rows")
        .iter()
        .map(|r| lines[usize::try_from(r["row"].as_u64().unwrap()).unwrap() - 1][1].parse().unwrap())
        .collect();
    let kept: Vec<f64> = list(&background["columns"][0][1], "numbers").iter().map(number).collect();
    assert!(test.len() == 60 && kept.len() == 64);
    let shared = kept.iter().filter(|v| test.contains(v)).count();
    assert!(shared <= 5, "amounts have two decimals, few are equal by chance: {shared}");
}

#[test]
fn a_run_keeps_its_explanations() {
    let dir = Workdir::trained();
    let found = dir.json("runs/first/report.json")["explanations"].clone();
    assert_eq!(found["rows"], "the test part");
    assert_eq!(list(&found, "dependence").len(), 3);
    for curve in list(&found, "dependence") {
        assert!(
            list(curve, "lines")
                .iter()
                .all(|line| line[0] == 0.0 && line.as_array().unwrap().len() == list(curve, "grid").len()),
            "{curve}"
        );
    }
    for example in list(&found, "examples") {
        let parts: f64 = list(example, "reasons").iter().map(|r| number(&r["contribution"])).sum();
        let sum = number(&example["base"]) + parts + number(&example["rest"]);
        assert!((sum - number(&example["prediction"])).abs() < 1e-9, "{example}");
    }
    let curve = &found["learning_curve"];
    let rows: Vec<f64> = list(curve, "points").iter().map(|p| number(&p["rows"])).collect();
    // Classes in proportion can take a row more in one of the folds.
    let near = rows.len() == 3 && rows.iter().zip([30.0, 60.0, 120.0]).all(|(rows, wanted)| (rows - wanted).abs() <= 1.0);
    assert!(near, "a quarter, half and all of the rows of two folds of 240: {curve}");
    dir.ok(&format!("train t.csv --target y --out none {TINY} --set report.learning_curve=false"));
    assert!(dir.json("none/report.json")["explanations"]["learning_curve"].is_null());
}
