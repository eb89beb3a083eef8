//! Targets of any kind, and what cannot be learned.

use super::super::samples::{add_column, binary, map_column, multiclass, regression};
use super::super::workdir::{Ran, TINY, Workdir};
use super::{fit_predict, refused};

#[test]
fn check_classifiers_one_label() {
    refused(&map_column(&binary(120, 1), "y", |_, _| "yes".into()), &[5], &["one value"]);
}

#[test]
fn check_rows_without_weight_teach_nothing() {
    let dir = Workdir::new();
    let table = binary(200, 1);
    let labels: Vec<&str> = table.lines().skip(1).collect();
    let weighed = |name: &str, counts: &dyn Fn(usize) -> bool| {
        dir.write(name, add_column(&table, "w", |row| u8::from(counts(row)).to_string()));
        dir.fails(5, &format!("train {name} --target y --set columns.weight=w {TINY}")).stderr
    };
    let few = weighed("few.csv", &|row| row < 5);
    assert!(few.contains("rows to learn from have a weight above 0; at least 10 are needed"), "{few}");
    let one = weighed("one.csv", &|row| labels[row].ends_with("yes"));
    assert!(one.contains("have the same target value"), "{one}");
}

#[test]
fn check_classifiers_one_label_in_a_fold() {
    let table = map_column(&binary(120, 1), "y", |row, _| if row < 3 { "yes" } else { "no" }.into());
    let dir = Workdir::new();
    let ran = dir.write("t.csv", table).run(&format!("train t.csv --target y --out run {TINY}"));
    assert!(matches!(ran.code, 0 | 5), "{ran}");
    ran.assert_no_panic();
    if ran.code == 0 {
        assert!(!dir.read("run/metrics.json").contains("NaN"));
    }
}

#[test]
fn check_classifiers_classes_of_any_kind() {
    for (yes, no) in [("1", "0"), ("TRUE", "FALSE"), ("2", "1"), ("是", "否"), ("-1", "1"), ("b c", "a")] {
        let (_, ran) =
            fit_predict_any(&map_column(&binary(120, 1), "y", |_, cell| if cell == "yes" { yes } else { no }.into()));
        let predicted: std::collections::BTreeSet<_> = ran.rows()[1..].iter().map(|row| row[1].clone()).collect();
        assert!(predicted.iter().all(|label| label == yes || label == no), "{predicted:?} {ran}");
    }
}

/// [`fit_predict`] for labels of any text.
fn fit_predict_any(csv: &str) -> (Workdir, Ran) {
    let dir = Workdir::new();
    dir.write("t.csv", csv).train("t.csv", "run");
    let ran = dir.ok("predict t.csv -m run/model.mkt");
    (dir, ran)
}

#[test]
fn check_positive_class_is_the_one_named() {
    let dir = Workdir::new();
    dir.write("t.csv", binary(200, 1));
    dir.ok(&format!("train t.csv --target y --out run --set target.positive=no {TINY}"));
    assert_eq!(dir.ok("predict t.csv -m run/model.mkt").rows()[0], ["id", "prediction", "p_no"]);
    dir.fails(3, &format!("train t.csv --target y --out x --set target.positive=maybe {TINY}")).says(&["maybe", "yes"]);
}

#[test]
fn check_probabilities_are_probabilities() {
    for (csv, from) in [(binary(200, 1), 2), (multiclass(200, 1), 2)] {
        let (_, ran) = fit_predict(&csv);
        for row in &ran.rows()[1..] {
            let p: Vec<f64> = row[from..].iter().map(|cell| cell.parse().unwrap()).collect();
            assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{row:?}");
        }
    }
}

#[test]
fn check_regressors_constant_target() {
    refused(&map_column(&regression(120, 1), "y", |_, _| "3.5".into()), &[5], &["one value"]);
}

#[test]
fn check_regressors_int_target() {
    fit_predict(&map_column(&regression(200, 1), "y", |_, cell| format!("{:.0}", cell.parse::<f64>().unwrap())));
}

/// The squares of their errors are no numbers, but all that is written can be read again.
#[test]
fn check_regressors_targets_beyond_all_bounds() {
    let dir = Workdir::new();
    dir.write("t.csv", map_column(&regression(120, 1), "y", |_, cell| format!("{cell}e200")));
    dir.ok(&format!("train t.csv --target y --out run {TINY}"));
    dir.ok("report -m run -o r.html");
    dir.ok("evaluate t.csv -m run");
}

#[test]
fn check_one_target_far_from_all_others_does_not_hide_them() {
    let dir = Workdir::new();
    let far = |row: usize, y: &str| if row == 700 { "100000".to_owned() } else { y.to_owned() };
    let table = regression(2000, 1);
    dir.write("test.csv", regression(500, 2)).write("far.csv", map_column(&table, "y", far));
    dir.write("t.csv", table);
    let rmse = |table: &str| {
        let set = "--set collect.test='test.csv' --set model.preset='fast' --set model.blend='none' --set validate.folds=2";
        dir.ok(&format!("train {table}.csv --target y --out runs/{table} {set}"));
        dir.json(&format!("runs/{table}/metrics.json"))["test"]["rmse"]["value"].as_f64().unwrap()
    };
    // The noise has a standard deviation of 1, the targets one of 27.
    let (plain, far) = (rmse("t"), rmse("far"));
    assert!(far < 1.5 * plain, "{far} with the far row, {plain} without");
}

#[test]
fn check_text_in_a_numeric_target_is_refused() {
    let csv = map_column(&regression(120, 1), "y", |row, cell| if row == 30 { "lots".into() } else { cell.to_owned() });
    let dir = Workdir::new();
    dir.write("t.csv", csv);
    let ran = dir.run(&format!("train t.csv --target y --out run --set target.task=regression {TINY}"));
    ran.assert_failed(3);
    ran.says(&["lots", "31"]);
}
