//! `mkt report`: every form and language, from a run and from a model file alone.

use serde_json::Value;

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
