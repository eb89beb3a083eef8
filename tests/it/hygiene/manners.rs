//! What a run must leave alone, and what must not matter to it.

use super::super::samples::{add_column, binary, map_column};
use super::super::workdir::{Ran, Workdir};
use super::fit_predict;

#[test]
fn check_fit_idempotent_and_input_untouched() {
    let dir = Workdir::new();
    let table = binary(150, 1);
    dir.write("t.csv", &table).train("t.csv", "a");
    dir.train("t.csv", "b");
    assert!(dir.bytes("a/model.mkt") == dir.bytes("b/model.mkt"));
    dir.ok("predict t.csv -m a/model.mkt -o p.csv");
    assert_eq!(dir.read("t.csv"), table, "the input was changed");
}

#[test]
fn check_dont_overwrite_the_model_by_predicting() {
    let dir = Workdir::trained();
    let before = (dir.bytes("runs/first/model.mkt"), dir.files("runs/first"));
    dir.ok("predict t.csv");
    dir.ok("evaluate t.csv");
    assert!(before == (dir.bytes("runs/first/model.mkt"), dir.files("runs/first")));
}

#[test]
fn check_a_moved_model_is_whole() {
    let dir = Workdir::trained();
    let expected = dir.ok("predict t.csv").stdout;
    let away = Workdir::new();
    away.write("m.mkt", dir.bytes("runs/first/model.mkt")).write("t.csv", dir.bytes("t.csv"));
    assert_eq!(away.ok("predict t.csv -m m.mkt").stdout, expected);
}

#[test]
fn check_scale_of_a_column_does_not_matter() {
    // Powers of two change no digit of a number, so a scaled column must give the same model.
    let (_, a) = fit_predict(&map_column(&binary(150, 1), "amount", |_, c| format!("{}", c.parse::<f64>().unwrap())));
    let (_, b) = fit_predict(&map_column(&binary(150, 1), "amount", |_, c| format!("{}", 1024.0 * c.parse::<f64>().unwrap())));
    assert_near(&a, &b, 1e-4);
}

#[test]
fn check_a_useless_column_does_not_matter() {
    let (_, a) = fit_predict(&binary(150, 1));
    let (_, b) = fit_predict(&add_column(&binary(150, 1), "same", |_| "x".into()));
    assert_near(&a, &b, 1e-9);
}

/// Expects the same probabilities but for rounding.
fn assert_near(a: &Ran, b: &Ran, tolerance: f64) {
    for (a, b) in a.rows()[1..].iter().zip(&b.rows()[1..]) {
        let (p, q): (f64, f64) = (a[2].parse().unwrap(), b[2].parse().unwrap());
        assert!((p - q).abs() <= tolerance, "{a:?} and {b:?}");
    }
}

#[test]
fn check_learns_a_strong_signal() {
    let dir = Workdir::new();
    dir.write("t.csv", binary(600, 1));
    dir.ok("train t.csv --target y --out run --set train.epochs=30 --set validate.folds=2 --set model.hidden=[16]");
    let auc = dir.json("run/metrics.json")["cv"]["auc"]["mean"].as_f64().unwrap();
    assert!(auc > 0.8, "{auc}");
}
