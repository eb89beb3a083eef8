//! `mkt report`: every form and language, from a run and from a model file alone.

use serde_json::Value;

use super::samples;
use super::workdir::{TINY, Workdir};

#[test]
fn every_form_holds_the_numbers_of_the_run() {
    let dir = Workdir::trained();
    let metrics = dir.json("runs/first/metrics.json");
    dir.ok("report -o r.html");
    dir.ok("report -o r.json");
    let markdown = dir.ok("report --format md").stdout;
    dir.ok("report -o r.md");
    assert_eq!(dir.read("r.md"), markdown);
    let page = dir.read("r.html");
    assert!(markdown.starts_with("# Predicting y\n"), "{markdown}");
    for (name, test) in metrics["test"].as_object().unwrap() {
        let digits = if name == "lift10" { 2 } else { 4 };
        let value = format!("{:.digits$}", test["value"].as_f64().unwrap());
        assert!(page.contains(&value), "{name} {value} is not on the page");
        assert!(markdown.contains(&value), "{name} {value} is not in the Markdown");
    }
    let record = dir.json("r.json");
    assert_eq!(record["model"]["test"], metrics["test"]);
    let object = dir.ok("report --format json").json();
    assert_eq!(object["metrics"]["report"], record);
    assert_eq!(object["metrics"]["test"], metrics["test"]);
}

#[test]
fn the_figures_agree_with_the_scores() {
    let dir = Workdir::trained();
    let record = dir.json("runs/first/report.json");
    let details = &record["details"];
    let number = |value: &Value| value.as_f64().unwrap();
    let test = |metric: &str| number(&record["model"]["test"][metric]["value"]);
    let tenths = details["tenths"].as_array().unwrap();
    let sum = |key: &str| tenths.iter().map(|t| number(&t[key])).sum::<f64>();
    let lift = number(&tenths[0]["positives"]) / number(&tenths[0]["rows"]) / (sum("positives") / sum("rows"));
    assert!((lift - test("lift10")).abs() < 1e-9, "{lift}");
    let ks = details["separation"].as_array().unwrap().iter().map(|p| number(&p[1]) - number(&p[2])).fold(0.0, f64::max);
    assert!((ks - test("ks")).abs() < 1e-9, "{ks}");
    let cut = &details["cuts"][50];
    let accuracy = (number(&cut["hits"]) + number(&cut["rejected"])) / sum("rows");
    assert!((accuracy - test("accuracy")).abs() < 1e-9, "{accuracy}");
}

#[test]
fn a_report_can_be_chinese() {
    let dir = Workdir::trained();
    dir.ok("report --language zh -o zh.html");
    let page = dir.read("zh.html");
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("效果如何") && !page.contains("How good is it?"));
    let set = "--set report.language=zh --set report.formats=[\"html\",\"md\"] --set report.intended_use=retention";
    dir.ok(&format!("train t.csv --target y --out runs/zh {TINY} {set}"));
    assert!(dir.read("runs/zh/report.md").contains("## 效果如何"));
    assert!(dir.read("runs/zh/report.html").contains("retention"));
    dir.ok("report -m runs/zh --language en -o en.html");
    assert!(dir.read("en.html").contains("How good is it?"));
    // The setting is as good as the flag, wherever it is written; the flag wins.
    let english = |out: &str| dir.read(out).contains("How good is it?");
    dir.ok("report -m runs/zh --set report.language=en --set report.intended_use=winback -o set.html");
    assert!(english("set.html") && dir.read("set.html").contains("winback") && !dir.read("set.html").contains("retention"));
    let mut variable = dir.command("report -m runs/zh -o variable.html");
    assert!(variable.env("MKT_REPORT__LANGUAGE", "en").status().unwrap().success() && english("variable.html"));
    dir.write("en.toml", "[report]\nlanguage = \"en\"\n");
    dir.ok("report -m runs/zh -c en.toml -o file.html");
    assert!(english("file.html"));
    dir.ok("report -m runs/zh -c en.toml --language zh -o flag.html");
    assert!(!english("flag.html"));
    dir.fails(2, "report -m runs/zh --set report.formats=md").says(&["report.formats", "report.language"]);
    // The model file alone knows its language, too, and what it is for.
    dir.write("alone/m.mkt", dir.bytes("runs/zh/model.mkt"));
    dir.ok("report -m alone/m.mkt");
    let page = dir.read("alone/m.html");
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("retention"));
}

#[test]
fn a_chinese_report_says_its_warnings_in_chinese() {
    let dir = Workdir::new();
    let table = samples::binary(300, 1);
    // An address in each row, values that are no numbers, a constant, texts, spaces and gaps.
    let table = samples::add_column(&table, "mail", |row| format!("p{row}@example.com"));
    let table = samples::add_column(&table, "note", |row| format!("said {} words of {}", row * 7, row));
    let table = samples::add_column(&table, "same", |_| "scaled".into());
    let table = samples::add_column(&table, "gaps", |row| if row % 3 == 0 { String::new() } else { (row % 17).to_string() });
    let table = samples::map_column(&table, "amount", |row, cell| if row == 40 { "n.k.x".into() } else { cell.to_owned() });
    let table =
        samples::map_column(&table, "colour", |row, cell| if row % 5 == 0 { format!(" {cell} ") } else { cell.to_owned() });
    dir.write("t.csv", table);
    dir.ok(&format!("train t.csv --target y --out runs/zh {TINY} --set report.language=zh"));
    let warnings = dir.json("runs/zh/report.json")["warnings"].as_array().unwrap().clone();
    let codes: Vec<&str> = warnings.iter().map(|w| w["code"].as_str().unwrap()).collect();
    for code in ["personal_data", "odd_value", "dropped_column"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    let page = dir.read("runs/zh/report.html");
    // What could not be said in Chinese is marked as English.
    let english: Vec<&str> = page.split("lang=\"en\"").skip(1).map(|rest| &rest[..rest.find('<').unwrap_or(0)]).collect();
    assert!(english.is_empty(), "{english:?}");
    assert!(page.contains("电子邮箱地址") && page.contains("“same”不用于学习"), "{codes:?}");
}

#[test]
fn errors_through_time_stand_at_their_dates() {
    let dir = Workdir::new();
    // Four rows a day, the newest first.
    let day = |row: usize| format!("2024-{:02}-{:02}", 1 + (299 - row) / 4 / 28, 1 + (299 - row) / 4 % 28);
    dir.write("t.csv", samples::add_column(&samples::regression(300, 1), "day", day));
    dir.ok(&format!("train t.csv --target y --out runs/r {TINY} --set columns.time=day"));
    let details = dir.json("runs/r/report.json")["details"].clone();
    assert_eq!(details["dated"], true);
    let bins = details["by_time"].as_array().unwrap();
    let rows: u64 = bins.iter().map(|b| b["rows"].as_u64().unwrap()).sum();
    assert_eq!(rows, details["rows"].as_u64().unwrap());
    let days = |value: &serde_json::Value| value.as_f64().unwrap() / 86_400e6;
    // The test part is the newest fifth: 2024-03-04 is 19786 days after 1970-01-01, 2024-03-19 is 19801.
    let (first, last) = (days(&bins[0]["by"][0]), days(&bins[bins.len() - 1]["by"][2]));
    assert!((19_780.0..19_795.0).contains(&first) && last == 19_801.0, "{first} {last}");
    assert!(dir.read("runs/r/report.html").contains("2024-03-"));
}

#[test]
fn a_target_beyond_all_squares_is_scored_and_its_numbers_stay_short() {
    let dir = Workdir::new();
    let large = |csv: &str| samples::map_column(csv, "y", |_, y| format!("{:e}", y.parse::<f64>().unwrap() * 1e200));
    let table = samples::add_column(&large(&samples::regression(200, 1)), "tiny", |row| format!("{}e-180", row * 37 % 101));
    dir.write("t.csv", table);
    dir.ok(&format!("train t.csv --target y --out runs/r {TINY}"));
    let metrics = dir.json("runs/r/metrics.json");
    for (name, value) in [("rmse", &metrics["test"]["rmse"]["value"]), ("sd", &metrics["cv"]["rmse"]["sd"])] {
        assert!((1e190..1e210).contains(&value.as_f64().unwrap_or(0.0)), "{name}: {metrics}");
    }
    assert!(metrics["test"]["r2"]["value"].as_f64().is_some_and(|r2| r2 <= 1.0), "{metrics}");
    // Points of figures are not read.
    let page = dir.read("runs/r/report.html");
    let told = page.split("</svg>").map(|part| part.split("<svg").next().unwrap()).collect::<String>();
    let longest = told.split(|c: char| !c.is_ascii_digit() && c != '.').map(str::len).max();
    assert!(longest < Some(40), "{longest:?}");
}

#[test]
fn a_model_file_alone_says_what_it_does_not_know() {
    let dir = Workdir::trained();
    dir.write("alone/m.mkt", dir.bytes("runs/first/model.mkt"));
    dir.ok("report -m alone/m.mkt");
    let page = dir.read("alone/m.html");
    let auc = dir.json("runs/first/metrics.json")["test"]["auc"]["value"].as_f64().unwrap();
    assert!(page.contains("made from the model file alone") && page.contains(&format!("{auc:.4}")));
    assert!(!page.contains("NaN"));
    let markdown = dir.ok("report -m alone/m.mkt --format md").stdout;
    assert!(markdown.contains("made from the model file alone"), "{markdown}");
}

#[test]
fn a_record_of_an_older_version_still_makes_a_page() {
    let dir = Workdir::trained();
    let mut record = dir.json("runs/first/report.json");
    for key in ["details", "decisions", "fairness", "explanations", "language", "intended_use", "notes", "partial"] {
        record.as_object_mut().unwrap().remove(key);
    }
    dir.write("runs/first/report.json", record.to_string());
    dir.ok("report -o old.html");
    assert!(dir.read("old.html").contains("ROC curve"));
}

#[test]
fn forms_that_do_not_fit_are_refused() {
    let dir = Workdir::trained();
    dir.fails(2, "report --format html -o r.md").says(&["--format", "r.md"]);
    dir.fails(2, "report --format json -o -");
    dir.fails(2, "predict t.csv --format html").says(&["report"]);
    dir.fails(4, "report -m nope.mkt -o r.html").says(&["nope.mkt"]);
}
