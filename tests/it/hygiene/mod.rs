//! Forty checks that any estimator must pass, after scikit-learn's `check_estimator`, each as a user would do it.
//!
//! A check either trains and predicts, or is refused with the right exit code and one line.

mod columns;
mod manners;
mod numbers;
mod rows;
mod targets;

use super::workdir::{Ran, TINY, Workdir};

/// Trains on a table of target `y` and predicts the same table.
fn fit_predict(csv: &str) -> (Workdir, Ran) {
    let dir = Workdir::new();
    dir.write("t.csv", csv).train("t.csv", "run");
    let ran = dir.ok("predict t.csv -m run/model.mkt");
    assert_eq!(ran.rows().len(), csv.lines().count(), "a prediction for every row: {ran}");
    assert_finite(&ran);
    (dir, ran)
}

fn assert_finite(ran: &Ran) {
    let rows = ran.rows();
    let from = rows[0].iter().position(|name| name == "prediction").unwrap();
    for cell in rows[1..].iter().flat_map(|row| &row[from..]) {
        let number = cell.parse::<f64>();
        assert!(!cell.is_empty() && number.is_ok_and(f64::is_finite) || cell.chars().all(char::is_alphabetic), "{cell}: {ran}");
        assert!(!matches!(cell.to_lowercase().as_str(), "nan" | "inf" | "-inf"), "{ran}");
    }
}

/// Trains and expects to be refused.
fn refused(csv: &str, codes: &[i32], words: &[&str]) {
    let dir = Workdir::new();
    let ran = dir.write("t.csv", csv).run(&format!("train t.csv --target y --out run {TINY}"));
    assert!(codes.contains(&ran.code), "{ran}");
    ran.assert_failed(ran.code);
    ran.says(words);
    assert!(!dir.exists("run/DONE"), "{ran}");
}

/// Predictions without the header, as one text per row.
fn lines(ran: &Ran) -> Vec<String> {
    ran.stdout.lines().skip(1).map(str::to_owned).collect()
}
