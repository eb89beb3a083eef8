//! Nothing is learned from rows that judge: six sentinels, each of which a leak would trip.

use std::collections::HashMap;

use mkt::seed::Seed;
use polars::prelude::{DataType, ParquetReader, SerReader as _};

use super::samples;
use super::workdir::{TINY, Workdir, slow};

/// Fold (or `test`) of every row, by row number, from `splits.parquet`: its first two columns. Empty for a row that is
/// never judged.
fn splits(dir: &Workdir, run: &str) -> HashMap<u64, String> {
    let file = std::fs::File::open(dir.path(&format!("{run}/splits.parquet"))).unwrap();
    let frame = ParquetReader::new(file).finish().unwrap();
    let rows = frame.columns()[0].cast(&DataType::UInt64).unwrap();
    let folds = frame.columns()[1].cast(&DataType::String).unwrap();
    let rows = rows.u64().unwrap().iter().map(Option::unwrap);
    rows.zip(folds.str().unwrap().iter().map(|fold| fold.unwrap_or_default().to_owned())).collect()
}

fn cv_auc(dir: &Workdir, run: &str) -> f64 {
    dir.json(&format!("{run}/metrics.json"))["cv"]["auc"]["mean"].as_f64().unwrap()
}

/// Seeds to average over, and how far from 0.5 the mean may be.
fn seeds(few: u64) -> u64 {
    if slow() { 20 } else { few }
}

#[test]
fn sentinel_1_a_changed_test_row_changes_nothing_that_was_learned() {
    let dir = Workdir::new();
    let part = |row: usize| if row % 5 == 4 { "test".into() } else { (row % 2).to_string() };
    let clean = samples::add_column(&samples::binary(200, 1), "part", part);
    let spoiled =
        samples::map_column(
            &clean,
            "amount",
            |row, cell| {
                if part(row) == "test" { "1000000.25".into() } else { cell.to_owned() }
            },
        );
    dir.write("clean.csv", clean).write("spoiled.csv", spoiled).write("new.csv", samples::binary(50, 2));
    for name in ["clean", "spoiled"] {
        let set = "--set validate.split=column --set validate.column=part";
        dir.ok(&format!("train {name}.csv --target y --out runs/{name} {set} {TINY}"));
    }
    let predict = |name: &str| dir.ok(&format!("predict new.csv -m runs/{name}/model.mkt")).stdout;
    assert_eq!(predict("clean"), predict("spoiled"), "the model has seen the test part");
    let metrics = |name: &str| dir.json(&format!("runs/{name}/metrics.json"));
    let (clean, spoiled) = (metrics("clean"), metrics("spoiled"));
    assert_eq!(clean["cv"], spoiled["cv"], "the folds have seen the test part");
    assert_eq!(clean["linear"]["cv"], spoiled["linear"]["cv"]);
    assert_ne!(clean["test"]["logloss"], spoiled["test"]["logloss"], "the sentinel itself must bite");
}

#[test]
fn sentinel_1b_a_changed_fold_changes_no_other_fold() {
    let dir = Workdir::new();
    // Two folds: the model that judges fold 0 learns from fold 1 alone, so labels of fold 0 can only change the score.
    let part = |row: usize| if row % 5 == 4 { "test".into() } else { (row % 2).to_string() };
    let clean = samples::add_column(&samples::binary(600, 1), "part", part);
    let flip = |row: usize, cell: &str| match (part(row).as_str(), cell) {
        ("0", "yes") => "no".into(),
        ("0", _) => "yes".into(),
        _ => cell.to_owned(),
    };
    dir.write("clean.csv", &clean).write("flipped.csv", samples::map_column(&clean, "y", flip));
    for name in ["clean", "flipped"] {
        let set = "--set validate.split=column --set validate.column=part";
        dir.ok(&format!("train {name}.csv --target y --out runs/{name} {set} {TINY}"));
    }
    // What is done to probabilities, and whether anything is, is not decided by labels that judge them: mirrored labels cry
    // for a correction.
    let said = |name: &str| -> Vec<f64> {
        let file = std::fs::File::open(dir.path(&format!("runs/{name}/oof.parquet"))).unwrap();
        let frame = ParquetReader::new(file).finish().unwrap();
        let numbers = |column| frame.column(column).unwrap().cast(&DataType::Float64).unwrap();
        let (folds, p) = (numbers("fold"), numbers("p_yes"));
        let rows = folds.f64().unwrap().iter().zip(p.f64().unwrap().iter());
        rows.filter(|(fold, _)| *fold == Some(0.0)).map(|(_, p)| p.unwrap()).collect()
    };
    assert!(said("clean").len() == 240 && said("clean") == said("flipped"), "fold 0 has a say in what is said of it");
    let fold = |name: &str| dir.json(&format!("runs/{name}/metrics.json"))["cv"]["auc"]["folds"][0].as_f64().unwrap();
    // The same model judged on mirrored labels: its area is mirrored too.
    let (clean, flipped) = (fold("clean"), fold("flipped"));
    assert!((clean + flipped - 1.0).abs() < 1e-9, "{clean} and {flipped} are not mirror images");
}

#[test]
fn sentinel_2_a_shuffled_target_scores_as_chance() {
    let dir = Workdir::new();
    let rows = 400;
    // A text of many levels invites encoders that look at the target.
    let table = samples::add_column(&samples::binary(rows, 1), "shop", |row| format!("shop-{}", row * 7 % 60));
    let n = seeds(4);
    let mut sum = 0.0;
    for seed in 0..n {
        let mut labels: Vec<_> = table.lines().skip(1).map(|line| line.split(',').nth(4).unwrap()).collect();
        Seed::new(seed).derive("shuffle", 0).rng().shuffle(&mut labels);
        dir.write("t.csv", samples::map_column(&table, "y", |row, _| labels[row].into()));
        dir.ok(&format!("train t.csv --target y --out runs/{seed} --seed {seed} {TINY}"));
        sum += cv_auc(&dir, &format!("runs/{seed}"));
    }
    // One run's area has a standard deviation of about sqrt(1 / (3 * 320)) = 0.032 around 0.5: three of the mean's.
    let (mean, error) = (sum / n as f64, 0.032 / (n as f64).sqrt());
    assert!((mean - 0.5).abs() < 3.0 * error, "{mean} over {n} seeds");
}

#[test]
fn sentinel_3_an_unseen_category_is_counted_and_treated_as_any_other() {
    let dir = Workdir::trained();
    let table = samples::binary(40, 2);
    let paint = |colour: &str| samples::map_column(&table, "colour", |_, _| colour.into());
    dir.write("pink.csv", paint("pink")).write("mauve.csv", paint("mauve")).write("known.csv", &table);
    let pink = dir.ok("predict pink.csv --format json -o pink-p.csv").json();
    let warnings = pink["warnings"].as_array().unwrap();
    let about = |w: &&serde_json::Value| w["message"].as_str().is_some_and(|text| text.contains("colour"));
    let warning = warnings.iter().find(about).unwrap_or_else(|| panic!("{pink}"));
    assert_eq!(warning["count"], 40, "{pink}");
    dir.ok("predict mauve.csv -o mauve-p.csv");
    assert_eq!(dir.read("pink-p.csv"), dir.read("mauve-p.csv"));
    let known = dir.ok("predict known.csv --format json -o p.csv").json();
    assert!(!known["warnings"].as_array().unwrap().iter().any(|w| about(&w)), "{known}");
}

#[test]
fn sentinel_4_exact_copies_stay_on_one_side() {
    let dir = Workdir::new();
    // Every row three times, without an id that would tell that they are the same row.
    let table = samples::select(&samples::binary(100, 1), &["amount", "visits", "colour", "y"]);
    let mut lines = table.lines();
    let header = lines.next().unwrap();
    let rows: Vec<_> = lines.collect();
    let tripled: String = [&rows[..]; 3].concat().join("\n");
    dir.write("t.csv", format!("{header}\n{tripled}"));
    dir.ok(&format!("train t.csv --target y --out run --set clean.drop_duplicates=keep {TINY}"));
    let folds = splits(&dir, "run");
    assert_eq!(folds.len(), 300);
    assert!((0..100).all(|row| folds[&row] == folds[&(row + 100)] && folds[&row] == folds[&(row + 200)]));
    assert!(folds.values().any(|fold| fold == "test") && folds.values().any(|fold| fold != "test"));
}

#[test]
fn sentinel_4b_a_group_stays_on_one_side() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::add_column(&samples::binary(300, 1), "family", |row| format!("f{}", row % 37)));
    dir.ok(&format!("train t.csv --target y --out run --set columns.group=family {TINY}"));
    let folds = splits(&dir, "run");
    assert!((37..300).all(|row| folds[&row] == folds[&(row % 37)]));
}

#[test]
fn sentinel_5_a_time_split_never_learns_from_later_rows() {
    let dir = Workdir::new();
    // Three rows a day, the days in a scrambled order.
    let day = |row: usize| row * 41 % 100;
    let date = |row: usize| format!("2024-{:02}-{:02}", 1 + day(row) / 28, 1 + day(row) % 28);
    let table = samples::add_column(&samples::binary(300, 1), "day", date);
    dir.write("t.csv", &table);
    // The last days' rows lose their meaning: all they could teach is wrong.
    let late = |row: usize| day(row) >= 80;
    dir.write("late.csv", samples::map_column(&table, "amount", |row, c| if late(row) { "9999.5".into() } else { c.into() }));
    for name in ["t", "late"] {
        dir.ok(&format!("train {name}.csv --target y --out runs/{name} --set columns.time=day {TINY}"));
    }
    let folds = splits(&dir, "runs/t");
    let days = |fold: &str| -> Vec<usize> {
        (0..300).filter(|&r| folds.get(&(r as u64)).is_some_and(|f| f == fold)).map(day).collect()
    };
    let first_test = days("test").into_iter().min().unwrap();
    assert!(folds.len() > 200, "{} rows have a place", folds.len());
    let names: std::collections::BTreeSet<_> = folds.values().filter(|fold| !matches!(fold.as_str(), "" | "test")).collect();
    assert!(!names.is_empty());
    for fold in names {
        assert!(days(fold).into_iter().max().unwrap() < first_test, "fold {fold} holds rows of the test's days");
    }
    let metrics = |name: &str| dir.json(&format!("runs/{name}/metrics.json"))["cv"].clone();
    assert_eq!(metrics("t"), metrics("late"), "the folds have seen the last days");
}

#[test]
fn sentinel_6_columns_are_chosen_within_the_folds() {
    let dir = Workdir::new();
    // 120 columns of noise and 80 rows: whoever chooses the best columns on all rows finds a signal.
    let n = seeds(3);
    let mut sum = 0.0;
    for seed in 0..n {
        let mut rng = Seed::new(seed).derive("noise", 0).rng();
        let header: Vec<_> = (0..120).map(|i| format!("x{i}")).chain(["y".into()]).collect();
        let mut text = header.join(",") + "\n";
        for row in 0..80 {
            let mut cells: Vec<_> = (0..120).map(|_| format!("{:.2}", rng.normal())).collect();
            cells.push(if row % 2 == 0 { "yes" } else { "no" }.into());
            text += &(cells.join(",") + "\n");
        }
        dir.write("t.csv", text);
        dir.ok(&format!("train t.csv --target y --out runs/{seed} --seed {seed} {TINY}"));
        sum += cv_auc(&dir, &format!("runs/{seed}"));
    }
    // One area over 64 rows has a standard deviation of about sqrt(1 / (3 * 64)) = 0.072.
    let (mean, error) = (sum / n as f64, 0.072 / (n as f64).sqrt());
    assert!((mean - 0.5).abs() < 3.0 * error, "{mean} over {n} seeds");
}
