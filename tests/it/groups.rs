//! Scores by group, gates on them, and whether groups are treated alike.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mkt::seed::Seed;
use serde_json::Value;

use super::samples::{self, add_column, map_column, select};
use super::workdir::{TINY, Workdir};

/// Rows in which `sex` goes with `amount`, which `y` follows: men are positive more often.
fn people(rows: usize, seed: u64) -> String {
    let mut rng = Seed::new(seed).rng();
    let mut text = String::from("id,amount,visits,sex,customer,y\n");
    for row in 0..rows {
        let man = rng.uniform() < 0.5;
        let amount = 50.0 + 10.0 * rng.normal() + if man { 6.0 } else { -6.0 };
        let y = if rng.uniform() < 1.0 / (1.0 + (-0.25 * (amount - 50.0)).exp()) { "yes" } else { "no" };
        let (visits, sex) = (rng.below(9), if man { "m" } else { "f" });
        writeln!(text, "{row:05},{amount:.2},{visits},{sex},c{},{y}", row / 4).unwrap();
    }
    text
}

/// Settings that learn the rows of [`people`] well enough.
const LEARN: &str = "--set train.epochs=15 --set validate.folds=2 --set model.hidden=[8] --set model.ensemble=1 \
                     --set validate.bootstrap=50 --set columns.sensitive=[\"sex\"] --set columns.ignore=[\"customer\"]";

/// Whether two numbers of JSON are the same but for rounding.
fn near(a: &Value, b: f64) -> bool {
    a.as_f64().is_some_and(|a| (a - b).abs() < 1e-9)
}

fn group<'a>(grouping: &'a Value, name: &str) -> &'a Value {
    let groups = grouping["groups"].as_array().unwrap_or_else(|| panic!("{grouping}"));
    groups.iter().find(|g| g["name"] == name).unwrap_or_else(|| panic!("no {name} in {grouping}"))
}

/// Rows, positive ones, called ones and those that are both, by the value of a column, from what `predict` wrote.
fn counted(rows: &[Vec<String>], column: usize) -> BTreeMap<String, [f64; 4]> {
    let mut counts: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    for row in &rows[1..] {
        let (truth, call) = (row[1] == "yes", row[2] == "yes");
        let of = counts.entry(row[column].clone()).or_default();
        for (count, add) in of.iter_mut().zip([true, truth, call, truth && call]) {
            *count += f64::from(u8::from(add));
        }
    }
    counts
}

#[test]
fn groups_are_scored_as_their_predictions_say() {
    let dir = Workdir::trained();
    dir.write("new.csv", samples::binary(300, 5));
    let ran = dir.ok("evaluate new.csv --by colour --by amount --format json");
    let metrics = &ran.json()["metrics"];
    let grouping = &metrics["groups"][0];
    let counts = counted(&dir.ok("predict new.csv --columns colour,y").rows(), 0);
    assert_eq!(counts.len(), 3);
    let mut selected = Vec::new();
    for (name, [rows, positives, called, hits]) in counts {
        let group = group(grouping, &name);
        let value = |measure: &str| &group["values"][measure]["value"];
        assert!(near(&group["rows"], rows) && near(&group["positives"], positives), "{group}");
        assert!(near(value("selection_rate"), called / rows), "{group}");
        assert!(near(value("base_rate"), positives / rows), "{group}");
        assert!(near(value("tpr"), hits / positives), "{group}");
        assert!(near(value("fpr"), (called - hits) / (rows - positives)), "{group}");
        assert!(near(value("ppv"), hits / called), "{group}");
        let tpr = &group["values"]["tpr"];
        assert!(tpr["low"].as_f64() <= tpr["value"].as_f64() && tpr["value"].as_f64() <= tpr["high"].as_f64(), "{group}");
        selected.push(called / rows);
    }
    selected.sort_by(f64::total_cmp);
    let gap = &grouping["gaps"]["selection_rate"];
    assert!(near(&gap["difference"]["value"], selected[2] - selected[0]), "{gap}");
    assert!(near(&gap["ratio"]["value"], selected[0] / selected[2]), "{gap}");
    // A number of many values is told apart by its quartiles.
    let quartiles = metrics["groups"][1]["groups"].as_array().unwrap();
    let names: Vec<&str> = quartiles.iter().map(|g| &g["name"].as_str().unwrap()[..2]).collect();
    assert_eq!(names, ["q1", "q2", "q3", "q4"]);
    assert!(quartiles.iter().all(|g| g["rows"].as_u64().unwrap() == 75), "{ran}");
}

#[test]
fn gates_on_groups_decide_the_exit_code() {
    let dir = Workdir::trained();
    dir.write("new.csv", samples::binary(300, 5));
    let line = |gates: &[&str]| {
        let gates: Vec<String> = gates.iter().map(|gate| format!("--fail-if {gate}")).collect();
        format!("evaluate new.csv {}", gates.join(" "))
    };
    dir.ok(&line(&[
        "gap(tpr,colour)>1",
        "ratio(selection_rate,colour)<0",
        "low(auc)<0",
        "tpr@colour=red<0",
        "fpr@amount=q1>1",
    ]));
    for (gate, words) in [
        ("gap(selection_rate,amount)>0.01", "the gap of selection_rate by amount is"),
        ("low(auc)<0.999", "the low end of auc is"),
        ("tpr@colour=red<=1", "tpr of colour = red is"),
        ("tpr@colour=violet<0", "no row has colour = violet, only blue, green, red"),
    ] {
        let ran = dir.run(&line(&[gate]));
        assert_eq!(ran.code, 1, "{ran}");
        ran.says(&[words]);
    }
    let ran = dir.run("evaluate new.csv --by colour --min-rows 1000 --fail-if gap(tpr,colour)>1");
    assert_eq!(ran.code, 1, "{ran}");
    ran.says(&["fewer than two groups by colour have at least --min-rows 1000 rows"]);
    let json = dir.run("evaluate new.csv --fail-if gap(tpr,colour)>1 --fail-if auc<2 --format json").json();
    let gates = json["metrics"]["gates"].as_array().unwrap();
    assert_eq!([&gates[0]["passed"], &gates[1]["passed"]], [true, false], "{json}");
    assert_eq!(json["exit_code"], 1);
    // What cannot be meant is refused before anything is read.
    dir.fails(2, "evaluate nope.csv --fail-if gap(tpr)>0.1").says(&["gap(tpr,sex)", "METRIC@COLUMN=VALUE"]);
    dir.fails(2, "evaluate nope.csv --fail-if gap(rmse,colour)>0.1").says(&["a binary model has no rmse"]);
    dir.fails(2, "evaluate new.csv --min-rows 1").says(&["--min-rows"]);
    dir.fails(3, "evaluate new.csv --by color").says(&["did you mean \"colour\"?"]);
}

#[test]
fn groups_stand_in_text_and_markdown() {
    let dir = Workdir::trained();
    let hostile = |row: usize, _: &str| if row.is_multiple_of(2) { "女|<b>" } else { "m" }.to_owned();
    dir.write("new.csv", map_column(&add_column(&samples::binary(200, 5), "sex", |_| String::new()), "sex", hostile));
    let text = dir.ok("evaluate new.csv --by sex").stdout;
    let line = |start: &str| text.lines().find(|l| l.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{text}"));
    let (groups, rows) = (line("group "), line("rows "));
    // Two groups stand side by side, aligned by their width: the Chinese letter takes two columns.
    let end = |line: &str, word: &str| unicode_width::UnicodeWidthStr::width(&line[..line.find(word).unwrap() + word.len()]);
    assert_eq!(end(groups, " m"), end(rows, " 100"), "{text}");
    assert_eq!(end(groups, " 女|<b>"), unicode_width::UnicodeWidthStr::width(rows), "{text}");
    let markdown = dir.run("evaluate new.csv --by sex --fail-if auc<2 --format md");
    assert_eq!(markdown.code, 1, "{markdown}");
    for words in ["| metric | value |", "| 女\\|\\<b\\> | 100 |", "### by sex", "- failed: auc\\<2"] {
        assert!(markdown.stdout.contains(words), "{words} {markdown}");
    }
    for verb in ["predict new.csv", "train new.csv --target y", "inspect", "check new.csv --target y"] {
        dir.fails(2, &format!("{verb} --format md")).says(&["--format md is for"]);
    }
}

#[test]
fn another_model_is_compared_on_the_same_rows() {
    let dir = Workdir::trained();
    dir.write("new.csv", samples::binary(300, 5));
    let ran = dir.ok("evaluate new.csv --against runs/first --format json");
    let against = &ran.json()["metrics"]["against"]["comparison"];
    assert_eq!(against["measures"]["auc"]["verdict"], "noise", "{ran}");
    assert!(near(&against["measures"]["auc"]["difference"]["value"], 0.0), "{ran}");
    dir.write("r.csv", samples::regression(200, 1)).train("r.csv", "runs/r");
    dir.fails(4, "evaluate new.csv -m runs/first --against runs/r").says(&["runs/r", "only models of one target"]);
}

#[test]
fn rows_of_one_group_are_drawn_together() {
    let dir = Workdir::new();
    dir.write("t.csv", people(400, 1));
    dir.ok(&format!("train t.csv --target y --out runs/g --set columns.group=\"customer\" {TINY}"));
    let ran = dir.ok("evaluate --format json");
    let json = ran.json();
    assert_eq!(json["metrics"]["resampled"], "groups of customer", "{ran}");
    let first = dir.json("runs/g/metrics.json");
    assert_eq!(first["test"]["auc"]["value"], json["metrics"]["test"]["auc"]["value"], "{ran}");
    dir.write("new.csv", select(&people(200, 2), &["id", "amount", "visits", "sex", "y"]));
    let ran = dir.ok("evaluate new.csv --format json");
    let codes: Vec<Value> = ran.json()["warnings"].as_array().unwrap().iter().map(|w| w["code"].clone()).collect();
    assert!(codes.contains(&"no_group_column".into()), "{ran}");
    assert_eq!(ran.json()["metrics"]["resampled"], "rows");
}

#[test]
fn how_sensitive_groups_are_treated_is_in_the_record_and_told() {
    let dir = Workdir::new();
    dir.write("t.csv", people(600, 1));
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {LEARN}"));
    let told = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("groups by sex: ") && told.contains("clearly below four fifths; equalized odds"), "{ran}");
    let table = dir.ok("evaluate").stdout;
    assert!(table.contains("fairness on the evaluated rows at threshold 0.5") && table.contains("apart in"), "{table}");
    let fairness = dir.json("runs/a/metrics.json")["fairness"].clone();
    assert_eq!((&fairness["rows"], &fairness["resampled"]), (&"test".into(), &"rows".into()));
    assert_eq!(dir.json("runs/a/report.json")["fairness"], fairness);
    let again = dir.ok("evaluate --format json").json()["metrics"]["fairness"].clone();
    let gap = |fairness: &Value, measure: &str| fairness["groupings"][0]["gaps"][measure]["difference"]["value"].clone();
    for measure in ["selection_rate", "tpr", "fpr", "auc"] {
        assert_eq!(gap(&again, measure), gap(&fairness, measure), "{measure}");
    }
    let spread = |g: &Value| g["groupings"][0]["equalized_odds"]["difference"]["value"].clone();
    assert_eq!(spread(&again), spread(&fairness));
    // Without the column there is nothing to tell, which is told.
    dir.write("new.csv", select(&people(100, 2), &["id", "amount", "visits", "customer", "y"]));
    dir.ok("evaluate new.csv").says(&["no column \"sex\", which is sensitive"]);
    dir.ok("predict new.csv");
}

/// The out-of-fold or test gap of the true-positive rate without and with mitigation.
fn gaps(fairness: &Value, measure: &str) -> (f64, f64) {
    let of = |grouping: &Value| grouping["gaps"][measure]["difference"]["value"].as_f64().unwrap();
    (of(&fairness["mitigation"]["before"][0]), of(&fairness["groupings"][0]))
}

#[test]
fn thresholds_of_groups_bring_them_together_and_are_kept_in_the_model() {
    let dir = Workdir::new();
    dir.write("t.csv", people(1500, 1));
    let set = "--set fairness.mitigate=\"thresholds\" --set fairness.criterion=\"demographic_parity\"";
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {LEARN} {set}"));
    ran.says(&["each group of \"sex\" has its own threshold"]);
    let fairness = dir.json("runs/a/metrics.json")["fairness"].clone();
    let (before, after) = gaps(&fairness, "selection_rate");
    assert!(before > 0.3 && after < before / 2.0, "{before} {after}");
    let cost = &fairness["mitigation"]["cost"]["accuracy"];
    assert!(cost["old"].as_f64() > cost["new"].as_f64(), "men and women differ in truth: {cost}");
    // The model applies them: predictions of the same probability differ by group, and the run's scores come again.
    let accuracy = dir.ok("evaluate --format json").json()["metrics"]["test"]["accuracy"]["value"].clone();
    assert_eq!(accuracy, dir.json("runs/a/metrics.json")["test"]["accuracy"]["value"]);
    assert_eq!(accuracy, *cost.get("new").unwrap());
    // The confusion matrix of the report is that of these decisions, and no other threshold is tried.
    let record = dir.json("runs/a/report.json");
    let counts = |of: &Value| of.as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect::<Vec<_>>();
    let matrix: Vec<Vec<f64>> = record["curves"]["confusion"].as_array().unwrap().iter().map(counts).collect();
    let rows: f64 = matrix.iter().flatten().sum();
    assert!(((matrix[0][0] + matrix[1][1]) / rows - accuracy.as_f64().unwrap()).abs() < 1e-12, "{matrix:?}");
    assert!(record["details"]["threshold"].is_null(), "{}", record["details"]["threshold"]);
    let page = dir.read("runs/a/report.html");
    assert!(page.contains("Thresholds of the groups") && page.contains("each group by its own threshold"));
    assert!(!page.contains("id=\"threshold\""));
    let thresholds = fairness["mitigation"]["thresholds"].as_array().unwrap().clone();
    dir.write("new.csv", people(300, 2));
    let rows = dir.ok("predict new.csv --columns sex,y").rows();
    for row in &rows[1..] {
        let own = thresholds.iter().find(|t| t["levels"][0] == row[0].as_str()).unwrap();
        let called = row[3].parse::<f64>().unwrap() >= own["threshold"].as_f64().unwrap();
        assert_eq!(row[2], if called { "yes" } else { "no" }, "{row:?} {own}");
    }
    assert!(dir.ok("inspect").stdout.contains("thresholds by sex: f "));
    // One by one as all at once, and not without the column.
    let first = dir.read("new.csv").lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(dir.pipe("predict - --columns sex,y", first).rows()[1], rows[1]);
    dir.write("blind.csv", select(&dir.read("new.csv"), &["id", "amount", "visits", "y"]));
    dir.fails(3, "predict blind.csv").says(&["\"sex\"", "has a threshold for each of its groups"]);
    dir.write("odd.csv", map_column(&dir.read("new.csv"), "sex", |row, sex| if row == 3 { "x" } else { sex }.into()));
    dir.ok("predict odd.csv").says(&["a level that the training rows did not have", "row 4", "\"x\""]);
    dir.fails(3, "predict odd.csv --on-unseen error").says(&["\"sex\", row 4"]);
}

#[test]
fn without_a_test_part_thresholds_are_judged_on_rows_they_were_not_chosen_on() {
    let dir = Workdir::new();
    dir.write("t.csv", people(800, 1));
    let set = "--set fairness.mitigate=\"thresholds\" --set validate.test_fraction=0";
    dir.ok(&format!("train t.csv --target y --out runs/a {LEARN} {set}"));
    let fairness = dir.json("runs/a/metrics.json")["fairness"].clone();
    assert_eq!(fairness["rows"], "out of fold");
    let (before, after) = gaps(&fairness, "tpr");
    assert!(after < before, "{before} {after}");
    // Chosen and judged on the same rows, the rates would be alike to within one row.
    assert!(after > 0.001, "{after}");
}

#[test]
fn what_thresholds_of_groups_bring_is_told_and_not_what_one_for_all_would() {
    let dir = Workdir::new();
    dir.write("t.csv", people(800, 1));
    let profit = "--set threshold.optimize=\"profit\" --set threshold.value.tp=3 --set threshold.value.fp=-2";
    let set = format!("--set fairness.mitigate=\"thresholds\" {profit}");
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {LEARN} {set}"));
    let record = dir.json("runs/a/report.json");
    let number = |of: &Value| of.as_f64().unwrap();
    let cell = |record: &Value, row: usize, column: usize| number(&record["curves"]["confusion"][row][column]);
    let test = &record["decisions"]["threshold"]["test"];
    let total = &test["profit"]["total"]["value"];
    assert!(near(total, 3.0 * cell(&record, 1, 1) - 2.0 * cell(&record, 0, 1)), "{total} {}", record["curves"]["confusion"]);
    assert!(near(&test["called"], cell(&record, 0, 1) + cell(&record, 1, 1)), "{test}");
    let told = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("by the threshold of its group") && told.contains(&format!("profit {total}").replace(".0", "")),
        "{ran}"
    );
    let again = dir.ok("evaluate --format json").json()["metrics"]["operating"].clone();
    assert_eq!(&again["profit"]["total"]["value"], total);
    // Folds that are drawn twice have every row twice; it is one row where it judges.
    dir.ok(&format!(
        "train t.csv --target y --out runs/b {LEARN} {set} --set validate.test_fraction=0 --set validate.repeats=2"
    ));
    let record = dir.json("runs/b/report.json");
    let rows: f64 = (0..4).map(|i| cell(&record, i / 2, i % 2)).sum();
    let out_of_fold = &record["decisions"]["threshold"]["out_of_fold"];
    assert_eq!((rows, &out_of_fold["rows"], &record["details"]["rows"]), (800.0, &800.into(), &800.into()));
    // All of the page is of the same decisions.
    assert!(near(&out_of_fold["called"], cell(&record, 0, 1) + cell(&record, 1, 1)), "{out_of_fold}");
}

#[test]
fn reweighing_changes_the_model_and_tells_what_it_costs() {
    let dir = Workdir::new();
    dir.write("t.csv", people(1500, 1));
    let set = "--set fairness.mitigate=\"reweigh\"";
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {LEARN} {set}"));
    assert!(ran.stdout.contains("rows weighed in training"), "{ran}");
    let fairness = dir.json("runs/a/metrics.json")["fairness"].clone();
    let (before, after) = gaps(&fairness, "selection_rate");
    // Amount alone tells, alike in both groups: weights flatten the model, and who is selected hardly changes.
    assert!(before > 0.2 && after != before && (after - before).abs() < 0.1, "{before} {after}");
    assert!(fairness["mitigation"]["cost"]["auc"]["difference"]["low"].is_number(), "{fairness}");
    // Nothing of the groups is needed to predict.
    dir.write("blind.csv", select(&people(50, 2), &["id", "amount", "visits", "y"]));
    dir.ok("predict blind.csv");
}

#[test]
fn mitigation_that_cannot_be_is_refused() {
    let dir = Workdir::new();
    dir.write("t.csv", people(200, 1)).write("r.csv", samples::regression(200, 1));
    let thresholds = "--set fairness.mitigate=\"thresholds\"";
    dir.fails(2, &format!("train t.csv --target y {thresholds} {TINY}")).says(&["needs [columns] sensitive"]);
    dir.fails(2, &format!("train r.csv --target y --set columns.sensitive=[\"colour\"] {thresholds} {TINY}"))
        .says(&["for two classes", "regression"]);
    dir.fails(2, &format!("train t.csv --target y --set fairness.min_rows=1 {TINY}")).says(&["fairness.min_rows"]);
    // A number has groups, too, which are shown.
    let ran = dir.ok(&format!("train r.csv --target y --out runs/r --set columns.sensitive=[\"colour\"] {TINY}"));
    assert!(ran.stdout.contains("by colour") && ran.stdout.contains("rmse"), "{ran}");
}
