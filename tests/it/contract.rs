//! What rows to predict are held to by the model file.

use super::samples::{binary, map_column, select};
use super::workdir::Workdir;

/// A trained model and four rows: one as usual, one of an unseen colour, one of an amount out of range, one with a gap.
fn odd() -> Workdir {
    let dir = Workdir::trained();
    let rows = map_column(&binary(4, 9), "colour", |row, cell| if row == 1 { "violet".into() } else { cell.into() });
    let rows = map_column(&rows, "amount", |row, cell| match row {
        2 => "100000".into(),
        3 => String::new(),
        _ => cell.into(),
    });
    // Rows of another draw can lie beyond the training rows by themselves: these stay within them.
    dir.write("odd.csv", map_column(&rows, "amount", |_, cell| if cell == "100000" { cell.into() } else { within(cell) }));
    let usual = map_column(&dir.read("t.csv"), "amount", |_, cell| within(cell));
    dir.write("usual.csv", usual);
    dir
}

/// An amount moved into the middle of the range of the training rows; a gap stays one.
fn within(cell: &str) -> String {
    cell.parse::<f64>().map_or_else(|_| cell.to_owned(), |amount| amount.clamp(35.0, 65.0).to_string())
}

#[test]
fn by_default_odd_values_are_predicted_and_told() {
    let dir = odd();
    let ran = dir.ok("predict odd.csv");
    assert_eq!(ran.rows().len(), 5);
    ran.says(&["1 value is a level that the training rows did not have", "1 value is outside the range"]);
    let health: Vec<&str> = ran.stderr.lines().filter(|l| l.starts_with("data health:")).collect();
    assert_eq!(health, ["data health: 4 rows; 1 unseen level, 1 out of range, 1 missing"]);
    let usual = dir.ok("predict usual.csv");
    assert!(usual.stderr.contains("data health: 300 rows; every value like the training rows"), "{usual}");
    assert!(!dir.ok("predict odd.csv -q").stderr.contains("health"));
    let json = dir.ok("predict odd.csv -o p.csv --format json").json();
    assert!(json["metrics"]["health"].as_str().unwrap().contains("1 unseen level"), "{json}");
    assert_eq!(json["metrics"]["null_rates"][0]["train"], 0.0, "{json}");
}

#[test]
fn flags_say_what_is_odd_in_each_row() {
    let dir = odd();
    let rows = dir.ok("predict odd.csv --flags").rows();
    let flags: Vec<&str> = rows.iter().map(|row| row.last().unwrap().as_str()).collect();
    assert_eq!(flags, ["flags", "", "unseen:colour", "out_of_range:amount", "missing:amount"]);
    // The flags change nothing else.
    let plain: Vec<Vec<String>> = rows.iter().map(|row| row[..row.len() - 1].to_vec()).collect();
    assert_eq!(plain, dir.ok("predict odd.csv").rows());
}

#[test]
fn what_is_an_error_names_its_row_and_writes_nothing() {
    let dir = odd();
    dir.fails(3, "predict odd.csv -o p.csv --on-unseen error").says(&["\"colour\", row 2", "violet", "--on-unseen"]);
    dir.fails(3, "predict odd.csv -o p.csv --on-out-of-range error").says(&["\"amount\", row 3", "100000"]);
    assert!(!dir.exists("p.csv"));
    dir.ok("predict usual.csv -o p.csv --on-unseen error --on-out-of-range error");
}

#[test]
fn what_is_null_is_predicted_as_a_gap() {
    let dir = odd();
    let gaps = map_column(&dir.read("odd.csv"), "amount", |row, cell| if row == 2 { String::new() } else { cell.into() });
    dir.write("gaps.csv", map_column(&gaps, "colour", |row, cell| if row == 1 { String::new() } else { cell.into() }));
    let null = dir.ok("predict odd.csv --on-unseen null --on-out-of-range null");
    assert_eq!(null.stdout, dir.ok("predict gaps.csv").stdout);
    null.says(&["1 unseen level, 1 out of range, 1 missing"]);
    assert_ne!(null.stdout, dir.ok("predict odd.csv").stdout);
}

#[test]
fn a_missing_column_is_an_error_unless_asked_for() {
    let dir = odd();
    let whole = dir.read("t.csv");
    dir.write("part.csv", select(&whole, &["id", "amount", "visits"]));
    dir.write("empty.csv", map_column(&whole, "colour", |_, _| String::new()));
    dir.fails(3, "predict part.csv").says(&["part.csv", "colour"]);
    dir.fails(3, "predict part.csv --on-missing-column error").says(&["colour"]);
    for answer in ["warn", "null"] {
        let ran = dir.ok(&format!("predict part.csv --on-missing-column {answer}"));
        ran.says(&["part.csv has no column \"colour\"", "\"colour\" 100.0 % missing (at training 0.0 %)"]);
        assert_eq!(ran.stdout, dir.ok("predict empty.csv").stdout);
    }
    // Another table altogether is refused all the same.
    dir.write("other.csv", "a,b\n1,2\n");
    dir.fails(3, "predict other.csv --on-missing-column warn");
}

#[test]
fn the_flag_stands_above_what_the_model_was_trained_with() {
    let dir = odd();
    let set = "--set normalize.unseen=error";
    dir.ok(&format!("train t.csv --target y --out strict {} {set}", super::workdir::TINY));
    dir.fails(3, "predict odd.csv -m strict").says(&["violet"]);
    dir.ok("predict odd.csv -m strict --on-unseen warn");
    dir.ok("predict odd.csv -m strict --on-unseen null");
}
