//! Tables that are streamed, because they do not fit into the memory a run may take.

use super::samples;
use super::workdir::{TINY, Workdir};

const STREAM: &str = "--set collect.stream='always' --max-memory 1GB";

fn metric(dir: &Workdir, run: &str, path: &[&str]) -> f64 {
    let json = dir.json(&format!("{run}/metrics.json"));
    path.iter().fold(&json, |value, key| &value[key]).as_f64().unwrap_or_else(|| panic!("{path:?} of {json}"))
}

#[test]
fn a_table_that_fits_both_ways_gives_the_same_folds_and_nearly_the_same_model() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(20_000, 1)).write("test.csv", samples::binary(4000, 2));
    let train = |run: &str, more: &str| {
        dir.ok(&format!("train t.csv --target y --out {run} --set collect.test='test.csv' {TINY} {more}"))
    };
    train("memory", "");
    let streamed = train("streamed", STREAM);
    streamed.says(&["plan: about", "streamed, with a sample of at most", "streamed: types"]);
    // The sample is the whole table here: all that is learned on it is the same, to the bit.
    let [memory, stream] = ["memory", "streamed"].map(|run| dir.json(&format!("{run}/metrics.json")));
    assert_eq!(memory["cv"], stream["cv"]);
    assert_eq!(memory["linear"], stream["linear"]);
    assert_eq!(memory["rows"], stream["rows"]);
    // The final network sees the same rows in another order.
    for (name, tolerance) in [("auc", 0.01), ("logloss", 0.02), ("brier", 0.01)] {
        let [a, b] = ["memory", "streamed"].map(|run| metric(&dir, run, &["test", name, "value"]));
        assert!((a - b).abs() < tolerance, "{name}: {a} in memory, {b} streamed");
    }
    // Nothing of the spool is left, and the model predicts.
    assert_eq!(dir.files("memory"), dir.files("streamed"));
    let [a, b] = ["memory", "streamed"].map(|run| dir.ok(&format!("predict test.csv -m {run}/model.mkt")).rows());
    let p = |rows: &[Vec<String>]| rows[1..].iter().map(|r| r.last().unwrap().parse::<f64>().unwrap()).collect::<Vec<_>>();
    let (a, b) = (p(&a), p(&b));
    let mean = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len() as f64;
    assert!(mean < 0.05, "{mean}");
    dir.fails(4, "evaluate -m streamed/model.mkt").says(&["streamed"]);
    dir.ok("evaluate test.csv -m streamed/model.mkt");
}

#[test]
fn a_sample_stands_for_the_rows_that_do_not_fit() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(30_000, 3));
    let line = |run: &str, threads: usize| {
        format!("train t.csv --target y --out {run} --threads {threads} --set collect.sample=4000 {STREAM} {TINY}")
    };
    dir.ok(&line("one", 1)).says(&["uniform sample of 4000 of 30000 rows"]);
    dir.ok(&line("two", 2));
    // No result depends on the number of threads.
    assert_eq!(dir.bytes("one/model.mkt"), dir.bytes("two/model.mkt"));
    let rows = dir.json("one/data.json")["rows"].clone();
    let [train, test] = ["train", "test"].map(|part| rows[part].as_u64().unwrap());
    assert_eq!((train + test, rows["collected"].as_u64()), (30_000, Some(30_000)));
    // A fifth of the rows, give or take five standard deviations.
    assert!((5650..6350).contains(&test), "{rows}");
    let auc = metric(&dir, "one", &["test", "auc", "value"]);
    assert!((0.7..0.99).contains(&auc), "{auc}");
    let id = &dir.json("one/data.json")["columns"][0];
    assert_eq!(id["role"], "id", "a column that counts the rows does so in a sample, too: {id}");
}

#[test]
fn later_rows_judge_a_streamed_table_with_a_time() {
    let dir = Workdir::new();
    let day = |row: usize| format!("2024-{:02}-{:02}", 1 + row / 28 % 12, 1 + row % 28);
    dir.write("t.csv", samples::add_column(&samples::binary(12_000, 5), "day", day));
    let line = format!("train t.csv --target y --out run --set columns.time='day' --set collect.sample=3000 {STREAM} {TINY}");
    dir.ok(&line).says(&["streamed"]);
    let rows = dir.json("run/data.json")["rows"].clone();
    let [train, test] = ["train", "test"].map(|part| rows[part].as_u64().unwrap());
    assert_eq!(train + test, 12_000);
    assert!((2100..2700).contains(&test), "{rows}");
    assert!(dir.json("run/data.json")["split"].as_str().unwrap().contains("the latest rows"));
}

#[test]
fn what_cannot_be_done_is_said_before_it_starts() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(3000, 1));
    dir.fails(6, &format!("train t.csv --target y --max-memory 30MB {TINY}")).says(&["--max-memory", "are needed"]);
    dir.fails(6, &format!("train t.csv --target y --max-memory 30MB --set collect.stream='never' {TINY}")).says(&["\"never\""]);
    dir.fails(6, &format!("train t.csv --target y {STREAM} --set clean.drop_duplicates='drop' {TINY}")).says(&["duplicates"]);
    let weeks = samples::add_column(&samples::binary(3000, 1), "week", |row| format!("week {}", row / 100));
    dir.write("w.csv", weeks);
    dir.fails(6, &format!("train w.csv --target y {STREAM} --set columns.time='week' {TINY}"))
        .says(&["split by time of \"week\""]);
    dir.fails(2, "train t.csv --target y --max-memory lots").says(&["no amount of memory"]);
    // Whatever reads a table into memory stops where it does not fit.
    dir.fails(6, "check t.csv --target y --max-memory 30MB").says(&["its first 3000 rows alone need"]);
    let left = std::fs::read_dir(dir.path("runs")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "a run that cannot start leaves nothing");
}
