//! The sample tables are what the generator makes, and hold the dirt that their README tells of.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::tables;

fn committed(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file)).unwrap()
}

#[test]
fn the_generator_makes_the_committed_bytes() {
    let made = tables::all();
    for table in &made {
        // `assert_eq` on the whole would print megabytes.
        let file = committed(table.file);
        let differs = file.lines().zip(table.csv.lines()).position(|(a, b)| a != b);
        assert!(file == table.csv, "{} differs, first in line {:?}", table.file, differs.map(|line| line + 1));
        assert!(table.csv.len() < 1_000_000, "{} is too large to commit", table.file);
        for (name, csv) in &table.beside {
            assert!(committed(name) == *csv, "{name} differs");
            assert!(csv.len() < 1_000_000, "{name} is too large to commit");
            assert_eq!(table.truth["beside"][name], csv.lines().count() - 1, "{name}");
        }
    }
    assert_eq!(committed("truth.json"), tables::truth(&made));
}

#[test]
fn the_readme_tells_the_best_scores() {
    let readme = committed("README.md");
    for table in tables::all() {
        let line = readme.lines().find(|line| line.starts_with(&format!("| `{}`", table.file))).unwrap();
        assert!(line.contains(&format!("| {} |", table.truth["rows"])), "{line}");
        for (score, value) in table.truth["best"].as_object().unwrap() {
            assert!(line.contains(&format!(" {value}")), "{score} of {line}");
        }
    }
}

#[test]
fn the_tables_hold_the_rows_and_copies_that_the_truth_tells() {
    for table in tables::all() {
        let rows: Vec<_> = table.csv.lines().skip(1).collect();
        let distinct: HashSet<_> = rows.iter().collect();
        assert_eq!(table.truth["rows"], rows.len(), "{}", table.file);
        // A copy of a copy or a row drawn twice would make these differ by more than the copies.
        assert_eq!(table.truth["duplicates"], rows.len() - distinct.len(), "{}", table.file);
    }
}

#[test]
fn the_best_scores_are_where_the_tables_aim() {
    for (table, score, aim) in [
        ("churn", "auc", 0.86),
        ("conversion", "auc", 0.85),
        ("demand", "r2", 0.90),
        ("credit", "auc", 0.82),
        ("article", "auc", 0.93),
        ("renewal", "auc", 0.85),
    ] {
        let made = tables::all().into_iter().find(|made| made.truth["table"] == table).unwrap();
        let best = made.truth["best"][score].as_f64().unwrap();
        assert!((best - aim).abs() < 0.01, "{table}: {best}");
    }
}

#[test]
fn some_levels_come_late_in_the_file_only() {
    for (file, level) in
        [("churn.csv", "student"), ("conversion.csv", "拉萨"), ("demand.csv", ",0440,"), ("credit.csv", "boat")]
    {
        let text = committed(file);
        let lines: Vec<_> = text.lines().collect();
        let first = lines.iter().position(|line| line.contains(level)).expect(level);
        assert!(first > lines.len() * 8 / 10, "{level} stands in line {first} of {file} already");
    }
}
