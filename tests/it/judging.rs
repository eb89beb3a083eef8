//! Scoring a model on rows: which rows count, and what is told of them.

use super::samples;
use super::workdir::{Ran, TINY, Workdir};

fn codes(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let warnings = json["warnings"].as_array().unwrap_or_else(|| panic!("{ran}"));
    warnings.iter().map(|w| w["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_run_whose_source_has_rows_without_a_target_is_scored_again() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::map_column(&samples::binary(300, 1), "y", |row, y| if row < 50 { "" } else { y }.into()));
    dir.train("t.csv", "runs/r");
    let ran = dir.ok("evaluate --format json");
    let (again, first) =
        (&ran.json()["metrics"]["test"]["auc"]["value"], &dir.json("runs/r/metrics.json")["test"]["auc"]["value"]);
    assert_eq!(again, first, "{ran}");
    assert!(!codes(&ran).contains(&"missing_target".to_owned()), "{ran}");
}

#[test]
fn rows_without_a_target_are_left_out_and_counted() {
    let dir = Workdir::trained();
    let blank = |row: usize, y: &str| if row == 7 || row == 9 { " NA " } else { y }.to_owned();
    dir.write("new.csv", samples::map_column(&samples::binary(100, 5), "y", blank));
    let ran = dir.ok("evaluate new.csv --format json");
    let json = ran.json();
    let told = json["warnings"].as_array().unwrap().iter().find(|w| w["code"] == "missing_target");
    let told = told.unwrap_or_else(|| panic!("{ran}"));
    assert_eq!((&told["count"], &told["row"]), (&2.into(), &8.into()), "{ran}");
    assert_eq!(json["metrics"]["rows"], 98, "{ran}");
    dir.write("none.csv", samples::map_column(&samples::binary(50, 5), "y", |_, _| String::new()));
    dir.fails(3, "evaluate none.csv").says(&["none.csv", "\"y\""]);
}

#[test]
fn a_label_that_the_model_does_not_know_is_named_with_its_row() {
    let dir = Workdir::trained();
    let odd = |row: usize, y: &str| match row {
        3 => String::new(),
        41 | 60 => "maybe".into(),
        _ => y.to_owned(),
    };
    dir.write("new.csv", samples::map_column(&samples::binary(100, 5), "y", odd));
    dir.fails(3, "evaluate new.csv").says(&["row 42 ", "new.csv", "\"maybe\"", "no, yes"]);
    dir.write("r.csv", samples::regression(200, 1)).train("r.csv", "runs/r");
    dir.write(
        "new.csv",
        samples::map_column(&samples::regression(50, 2), "y", |row, y| if row == 5 { "much" } else { y }.into()),
    );
    dir.fails(3, "evaluate new.csv -m runs/r").says(&["row 6 ", "\"much\"", "a number"]);
}

#[test]
fn scores_of_rows_that_were_learned_from_are_told_to_flatter() {
    let dir = Workdir::trained();
    let flatters = |data: &str| codes(&dir.ok(&format!("evaluate {data} --format json"))).contains(&"trained_on".to_owned());
    assert!(flatters("t.csv"));
    dir.write("new.csv", samples::binary(100, 5));
    assert!(!flatters("new.csv"));
}

#[test]
fn every_row_is_scored_whatever_the_config_learns_from() {
    let dir = Workdir::trained();
    dir.write("mkt.toml", "[collect]\nlimit = 10\ntest = \"other.csv\"\n").write("new.csv", samples::binary(100, 5));
    assert_eq!(dir.ok("predict new.csv -c mkt.toml").rows().len(), 101);
    assert_eq!(dir.ok("evaluate new.csv -c mkt.toml --format json").json()["metrics"]["rows"], 100);
}

#[test]
fn a_run_on_standard_input_cannot_be_read_again() {
    let dir = Workdir::new();
    let ran = dir.pipe(&format!("train - --target y --out runs/r {TINY}"), samples::binary(80, 1));
    assert_eq!(ran.code, 0, "{ran}");
    dir.fails(4, "evaluate").says(&["name the data to score"]);
}

#[test]
fn what_cleaning_takes_for_no_value_judges_nothing() {
    let dir = Workdir::new();
    let unseen = |row: usize, y: &str| if row % 20 == 3 { "\u{feff}".to_owned() } else { y.to_owned() };
    dir.write("t.csv", samples::map_column(&samples::binary(400, 1), "y", unseen));
    dir.ok(&format!("train t.csv --target y --out runs/r {TINY}"));
    let judged = dir.ok("evaluate t.csv --format json").json();
    assert_eq!(judged["metrics"]["rows"], 380, "{judged}");
}

#[test]
fn a_gate_needs_a_metric_of_the_task() {
    let dir = Workdir::trained();
    dir.fails(2, "evaluate t.csv --fail-if rmse>3").says(&["binary", "rmse", "auc, auprc"]);
}

#[test]
fn a_score_that_is_undefined_says_why() {
    let dir = Workdir::new();
    let zeros = |row: usize, y: &str| if row.is_multiple_of(7) { "0".into() } else { y.into() };
    dir.write("t.csv", samples::map_column(&samples::regression(200, 1), "y", zeros));
    let ran = dir.ok(&format!("train t.csv --target y {TINY} --format json"));
    let warnings = ran.json()["warnings"].to_string();
    assert!(warnings.contains("mape is undefined") && warnings.contains("a true value is 0 there"), "{ran}");
}

#[test]
fn a_share_of_zero_is_a_note_below_the_scores_and_no_warning_to_people() {
    let dir = Workdir::new();
    let zeros = |row: usize, y: &str| if row.is_multiple_of(7) { "0".into() } else { y.into() };
    dir.write("t.csv", samples::map_column(&samples::regression(200, 1), "y", zeros));
    let ran = dir.ok(&format!("train t.csv --target y --out runs/r {TINY} --set validate.metrics=[\"rmse\",\"mape\"]"));
    assert!(!ran.stderr.contains("mape"), "{ran}");
    assert!(
        ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains("MAPE has no meaning where a true value is 0"),
        "{ran}"
    );
    let page = dir.read("runs/r/report.html");
    assert!(page.contains("MAPE has no meaning where a true value is 0") && !page.contains("undefined_metric"));
    dir.ok("report -o zh.html --language zh");
    assert!(dir.read("zh.html").contains("真实值为 0 时 MAPE 没有意义"));
    assert!(dir.ok("inspect --format json").json()["metrics"]["model"]["test"]["mape"]["value"].is_null());
}

#[test]
fn a_majority_that_is_looked_for_is_told_before_training() {
    let dir = Workdir::new();
    let with = |yes: &'static str, no: &'static str| {
        let cell = move |_: usize, y: &str| if y == "yes" { yes.to_owned() } else { no.to_owned() };
        samples::map_column(&samples::binary(300, 1), "y", cell)
    };
    let told = |table: String| {
        dir.write("t.csv", table);
        let found = dir.ok("check t.csv --target y --format json").json()["warnings"].clone();
        found.as_array().unwrap().iter().find(|w| w["code"] == "positive_class").map(|w| w["fix"].as_str().unwrap().to_owned())
    };
    let labels = |line: &str| {
        dir.ok(&format!("{line} --out runs/r --force {TINY}"));
        dir.ok("inspect --format json").json()["metrics"]["schema"]["target"]["labels"].clone()
    };
    // Which of the two classes has most rows is the same for every pair of words.
    let rows = samples::binary(300, 1);
    let positive = rows.lines().filter(|line| line.ends_with(",yes")).count();
    let named = |most: &'static str, rare: &'static str| if 2 * positive > 300 { with(most, rare) } else { with(rare, most) };
    assert_eq!(told(named("west", "east")), Some("[target] positive = \"east\"".into()));
    assert_eq!(labels("train t.csv --target y"), serde_json::json!(["east", "west"]));
    assert_eq!(labels("train t.csv --target y --set target.positive=east"), serde_json::json!(["west", "east"]));
    assert_eq!(told(named("east", "west")), None, "the last is the rarer");
    assert_eq!(told(named("no fraud", "fraud")), None, "the words are clear");
    assert_eq!(labels("train t.csv --target y"), serde_json::json!(["no fraud", "fraud"]));
    let page = dir.read("runs/r/report.html");
    assert!(page.contains("The positive class is \u{2068}fraud\u{2069}."), "{page}");
}
