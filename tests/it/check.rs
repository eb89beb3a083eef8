//! What `mkt check` finds, each on a table made to hold it, and that a sound table holds nothing.

use mkt::seed::Seed;
use serde_json::Value;

use super::samples::{add_column, binary, map_column, multiclass, regression};
use super::workdir::{Ran, TINY, Workdir};

/// Findings of a table of target `y`.
fn findings(table: &str, more: &str) -> Vec<Value> {
    let (_, ran) = check(table, more);
    ran.json()["metrics"]["findings"].as_array().unwrap_or_else(|| panic!("{ran}")).clone()
}

fn check(table: &str, more: &str) -> (Workdir, Ran) {
    let dir = Workdir::new();
    dir.write("t.csv", table);
    let ran = dir.run(&format!("check t.csv --target y --format json {more}"));
    (dir, ran)
}

/// The finding of a code, which must be there once: its severity, columns and fix.
#[track_caller]
fn found(table: &str, more: &str, code: &str) -> (String, Vec<String>, String) {
    let all = findings(table, more);
    let of_code: Vec<&Value> = all.iter().filter(|f| f["code"] == code).collect();
    assert_eq!(of_code.len(), 1, "{code}: {all:#?}");
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let columns = of_code[0]["columns"].as_array().unwrap().iter().map(text).collect();
    (text(&of_code[0]["severity"]), columns, text(&of_code[0]["fix"]))
}

/// The values of the target, row by row.
fn target(table: &str) -> Vec<String> {
    table.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
}

/// Moves the target to the right end again after columns were added.
fn with(table: &str, name: &str, value: impl Fn(usize) -> String) -> String {
    super::samples::select(&add_column(table, name, value), &{
        let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
        let (y, rest) = header.split_last().unwrap();
        let mut order = rest.to_vec();
        order.extend([name, y]);
        order
    })
}

#[test]
fn a_sound_table_raises_no_alarm() {
    for table in [binary(600, 1), multiclass(600, 1), regression(600, 1)] {
        let all = findings(&table, "");
        // The id is recognised and told; that one input of three carries most is no leak.
        assert!(all.iter().all(|f| f["severity"] == "note"), "{all:#?}");
    }
}

#[test]
fn a_column_that_gives_the_target_away_without_a_line_is_found() {
    // High in the middle only: a straight line through it says nothing.
    let table = binary(600, 1);
    let y = target(&table);
    let mut rng = Seed::new(3).rng();
    let noise: Vec<f64> = (0..600).map(|_| rng.uniform()).collect();
    let middle = |row: usize| {
        let outer = if row.is_multiple_of(2) { noise[row] } else { 2.0 + noise[row] };
        format!("{:.4}", if y[row] == "yes" { 1.0 + noise[row] } else { outer })
    };
    let (severity, columns, fix) = found(&with(&table, "later", middle), "", "leak");
    assert_eq!((severity.as_str(), columns, fix.as_str()), ("error", vec!["later".into()], "[columns] ignore = [\"later\"]"));
    // The fix keeps what is left out already, and mends it.
    let table = with(&table, "later", middle);
    let (_, _, fix) = found(&table, "--set columns.ignore=[\"colour\"]", "leak");
    assert_eq!(fix, "[columns] ignore = [\"colour\", \"later\"]");
    assert!(findings(&table, "--set columns.ignore=[\"later\"]").iter().all(|f| f["severity"] == "note"));
}

#[test]
fn a_column_that_says_as_much_as_all_others_is_a_warning() {
    let table = binary(1200, 1);
    let mut rng = Seed::new(5).rng();
    let y = target(&table);
    let late = |draw: f64, row: usize| if draw < 0.85 { y[row].clone() } else { ["no", "yes"][row % 2].to_owned() };
    let draws: Vec<f64> = (0..1200).map(|_| rng.uniform()).collect();
    let table = with(&table, "called", |row| format!("{}{}", late(draws[row], row), row % 3));
    let (severity, columns, _) = found(&table, "", "out_of_proportion");
    assert_eq!((severity.as_str(), columns), ("warning", vec!["called".into()]));
}

#[test]
fn the_target_in_other_words_is_a_copy() {
    let table = binary(400, 1);
    let y = target(&table);
    let renamed = with(&table, "left", |row| if y[row] == "yes" { "gone".into() } else { "here".into() });
    assert_eq!(found(&renamed, "", "target_copy").0, "error");
    let table = regression(400, 1);
    let y: Vec<f64> = target(&table).iter().map(|v| v.parse().unwrap()).collect();
    let logged = with(&table, "log", |row| format!("{:.9}", (y[row] + 500.0).ln()));
    assert_eq!(found(&logged, "", "target_copy").1, ["log"]);
}

#[test]
fn parts_that_sum_to_the_target_are_found() {
    let table = regression(400, 1);
    let y: Vec<f64> = target(&table).iter().map(|v| v.parse().unwrap()).collect();
    let share = |row: usize| (y[row] * [0.2, 0.5, 0.7][row % 3]).round();
    let table = with(&table, "casual", |row| format!("{:.3}", share(row)));
    let table = with(&table, "registered", |row| format!("{:.3}", y[row] - share(row)));
    let (severity, columns, fix) = found(&table, "", "target_parts");
    assert_eq!((severity.as_str(), columns.len()), ("error", 2));
    assert_eq!(fix, "[columns] ignore = [\"casual\", \"registered\"]");
}

#[test]
fn a_column_that_is_filled_for_one_class_only_is_found() {
    let table = binary(600, 1);
    let y = target(&table);
    let reason = |row: usize| if y[row] == "yes" { ["price", "service"][row % 2].to_owned() } else { String::new() };
    let (severity, columns, _) = found(&with(&table, "reason", reason), "", "missing_by_target");
    assert_eq!((severity.as_str(), columns), ("error", vec!["reason".into()]));
    let half = |row: usize| if row.is_multiple_of(2) { reason(row) } else { String::new() };
    assert_eq!(found(&with(&table, "reason", half), "", "missing_by_target").0, "warning");
    // Of several classes a rare one says little of the scores: birds among rodents have no weight.
    let several = map_column(&multiclass(1000, 1), "y", |row, cell| if row % 25 == 3 { "rare".into() } else { cell.into() });
    let y = target(&several);
    let weight = |of: &'static str| {
        let y = y.clone();
        with(&several, "weight", move |row| if y[row] == of { String::new() } else { (row % 97).to_string() })
    };
    assert_eq!(found(&weight("rare"), "", "missing_by_target").0, "note");
    assert_eq!(found(&weight("b"), "", "missing_by_target").0, "error");
}

#[test]
fn a_column_that_is_no_longer_filled_is_found() {
    let table = with(&binary(600, 1), "day", |row| format!("2024-{:02}-{:02}", 1 + row / 2 / 28, 1 + row / 2 % 28));
    let table = with(&table, "phase", |row| if row < 500 { ["a", "b"][row % 2].into() } else { String::new() });
    let (severity, columns, _) = found(&table, "--set columns.time=day", "missing_lately");
    assert_eq!((severity.as_str(), columns), ("warning", vec!["phase".into()]));
}

#[test]
fn dates_after_the_row_after_today_and_without_an_order_are_found() {
    let day = |row: usize| format!("2024-{:02}-{:02}", 1 + row / 2 / 28, 1 + row / 2 % 28);
    let table = with(&binary(600, 1), "day", day);
    let (severity, _, fix) = found(&table, "", "time_unset");
    assert_eq!((severity.as_str(), fix.as_str()), ("warning", "[columns] time = \"day\""));
    // Who names a split has decided.
    let chosen = findings(&table, "--set validate.split=stratified");
    assert!(chosen.iter().all(|f| f["code"] != "time_unset"), "{chosen:#?}");
    let closed = |row: usize| if row.is_multiple_of(3) { format!("2025-03-{:02}", 1 + row % 28) } else { "2023-05-01".into() };
    let table = with(&table, "closed", closed);
    assert_eq!(found(&table, "--set columns.time=day", "date_after_row").1, ["closed"]);
    let never = with(&table, "end", |row| if row % 4 == 0 { "9999-12-31".into() } else { "2023-05-01".into() });
    let (_, columns, fix) = found(&never, "--set columns.time=day", "future_date");
    assert_eq!((columns, fix.as_str()), (vec!["end".to_owned()], "[collect] null_values = [\"9999-12-31\"]"));
}

#[test]
fn a_moment_that_goes_with_the_target_is_to_order_the_rows_not_to_be_left_out() {
    let line = |row: usize| {
        let noise = |step: usize| row * step % 101;
        let day = format!("2024-{:02}-{:02}", 1 + row / 2 / 28, 1 + row / 2 % 28);
        format!("\n{day},{},{},{},{}", noise(37), noise(59), noise(83), 3 * row + 8 * noise(71))
    };
    let table = format!("day,a,b,c,y{}\n", (0..600).map(line).collect::<String>());
    let found = findings(&table, "");
    assert!(found.iter().any(|f| f["code"] == "time_unset" && f["fix"] == "[columns] time = \"day\""), "{found:#?}");
    assert!(found.iter().all(|f| f["code"] != "out_of_proportion"), "{found:#?}");
}

/// A price that climbs by 3 a row, with so much noise that the day alone says 98.5 to 99.9 % of it, and the other columns
/// nothing; `moment` names the rows.
fn price(name: &str, moment: impl Fn(usize) -> String) -> String {
    let line = |row: usize| {
        let noise = |step: usize| row * step % 101;
        format!("\n{},{},{},{},{}", moment(row), noise(37), noise(59), noise(83), 3 * row + noise(71))
    };
    format!("{name},a,b,c,y{}\n", (0..600).map(line).collect::<String>())
}

#[test]
fn a_price_that_climbs_over_time_is_no_leak() {
    let day = |row: usize| format!("{}-{:02}-{:02}", 2000 + row / 300, 1 + row % 300 / 25, 1 + row % 25);
    let scattered = |row: usize| row * 7 % 600;
    let year = |row: usize| format!("{:.2}", 1950.0 + row as f64 / 12.0);
    // In the order of the days; in none, with the only date; by a number that is named after a time.
    for table in [price("day", day), super::samples::reordered(&price("day", day), scattered), price("year", year)] {
        let name = table.split(',').next().unwrap();
        let (severity, columns, fix) = found(&table, "", "time_unset");
        assert_eq!((severity.as_str(), columns), ("warning", vec![name.to_owned()]));
        assert_eq!(fix, format!("[columns] time = \"{name}\""));
        let all = findings(&table, "");
        assert!(all.iter().all(|f| f["severity"] != "error" && f["code"] != "out_of_proportion"), "{all:#?}");
        assert!(all.iter().any(|f| f["code"] == "time_unset" && f["value"].as_f64().unwrap() > 0.985), "{all:#?}");
    }
    // A number without a name that says so, in no order, is taken for what it looks like.
    let number = super::samples::reordered(&price("level", year), scattered);
    assert_eq!(found(&number, "", "leak").1, ["level"]);
}

#[test]
fn a_date_that_tells_the_class_or_that_the_target_is_reckoned_from_stays_a_leak() {
    // Closed on a later day where it ended badly: the date of the outcome, not of the row.
    let table = binary(600, 1);
    let y = target(&table);
    let closed =
        |row: usize| format!("20{}-{:02}-{:02}", if y[row] == "yes" { 12 } else { 11 }, 1 + row % 12, 1 + row * 5 % 28);
    assert_eq!(found(&with(&table, "closed", closed), "", "leak").0, "error");
    // The months since 2000, from the day.
    let month = |row: usize| (row / 25, format!("{}-{:02}-{:02}", 2000 + row / 300, 1 + row % 300 / 25, 1 + row % 25));
    let rows: Vec<String> = (0..1500).map(|row| format!("{},{},{}\n", month(row).1, row * 37 % 101, month(row).0)).collect();
    let (severity, columns, _) = found(&format!("day,a,y\n{}", rows.concat()), "", "leak");
    assert_eq!((severity.as_str(), columns), ("error", vec!["day".to_owned()]));
    // The year and the quarter of the day, in so few rows that no tree tells them from a trend.
    for (task, year) in [("regression", true), ("auto", false)] {
        let line = |row: usize| {
            let (y, month) = (2000 + row / 12, 1 + row % 12);
            let part = if year { y } else { 1 + row % 12 / 3 };
            format!("{y}-{month:02}-{:02},{},{part}\n", 1 + row * 5 % 28, row * 37 % 101)
        };
        let table = format!("day,a,y\n{}", (0..240).map(line).collect::<String>());
        let (severity, columns, _) = found(&table, &format!("--set target.task={task}"), "target_copy");
        assert_eq!((severity.as_str(), columns), ("error", vec!["day".to_owned()]));
    }
}

#[test]
fn rows_on_both_sides_groups_and_rare_classes_are_found() {
    let dir = Workdir::new();
    let table = binary(400, 1);
    dir.write("t.csv", &table).write("test.csv", binary(100, 1));
    let ran = dir.run("check t.csv --target y --set collect.test=test.csv --format json");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.json()["metrics"]["findings"].as_array().unwrap().iter().any(|f| f["code"] == "test_overlap"), "{ran}");

    let customers = with(&table, "customer_id", |row| format!("c{}", row / 4));
    let customers = map_column(&customers, "y", |row, _| if (row / 4) % 3 == 0 { "yes".into() } else { "no".into() });
    let (severity, columns, fix) = found(&customers, "", "group_across_folds");
    assert_eq!((severity.as_str(), columns), ("warning", vec!["customer_id".into()]));
    assert_eq!(fix, "[columns] group = \"customer_id\"");
    let grouped = findings(&customers, "--set columns.group=customer_id");
    assert!(grouped.iter().all(|f| f["code"] != "group_across_folds"), "{grouped:#?}");

    let rare = map_column(&multiclass(400, 1), "y", |row, cell| if row % 200 == 7 { "rare".into() } else { cell.into() });
    assert_eq!(found(&rare, "", "rare_class").0, "warning");
}

#[test]
fn numbers_of_things_with_several_rows_are_groups_and_amounts_are_not() {
    let draw = |seed: usize| seed * 2_654_435_761 % 1_000;
    // Thirty firms of ten years each: its level is a firm's own, and so is its sector.
    let line = |row: usize| {
        let (firm, year) = (row / 10, row % 10);
        format!("{firm},s{},{},{}\n", draw(firm + 7) % 3, 2000 + year, 10 * draw(firm) + draw(row))
    };
    let table = |first: &str| format!("{first},sector,year,y\n{}", (0..300).map(line).collect::<String>());
    let (severity, columns, fix) = found(&table("firm"), "", "group_across_folds");
    assert_eq!((severity.as_str(), columns), ("warning", vec!["firm".to_owned()]));
    assert_eq!(fix, "[columns] group = \"firm\"");
    let all = findings(&table("firm"), "");
    let said = all.iter().find(|f| f["code"] == "group_across_folds").unwrap()["message"].as_str().unwrap();
    assert!(said.contains("all rows of a value have the same \"sector\""), "{said}");
    let none = |table: &str, settings: &str| {
        let all = findings(table, settings);
        assert!(all.iter().all(|f| f["code"] != "group_across_folds"), "{all:#?}");
    };
    none(&table("firm"), "--set columns.group=firm");
    // Years have properties, too; and without one there is nothing but a rough amount.
    none(&table("yr"), "");
    none(&map_column(&table("firm"), "sector", |row, _| format!("s{}", draw(row) % 3)), "");
    // "No" is the number of something only where something shows it.
    assert_eq!(found(&table("No"), "", "group_across_folds").0, "warning");
    none(&map_column(&table("NO"), "sector", |row, _| format!("s{}", draw(row) % 3)), "");
    // An amount that the target goes along with, and its band.
    let amount = |row: usize| format!("{},b{},{}\n", row / 10, row / 100, row / 10 * 40 + draw(row));
    none(&format!("size,band,y\n{}", (0..300).map(amount).collect::<String>()), "");
}

#[test]
fn columns_that_stand_for_classes_are_the_target() {
    let table = multiclass(400, 1);
    let y = target(&table);
    let is = |class: &str, row: usize| u8::from(y[row] == class).to_string();
    let one = with(&table, "is_a", |row| is("a", row));
    let (severity, columns, _) = found(&one, "", "leak");
    assert_eq!((severity.as_str(), columns), ("warning", vec!["is_a".to_owned()]));
    let two = with(&one, "is_b", |row| is("b", row));
    let (severity, columns, fix) = found(&two, "", "target_parts");
    assert_eq!((severity.as_str(), columns.len()), ("error", 2));
    assert_eq!(fix, "[columns] ignore = [\"is_a\", \"is_b\"]");
}

#[test]
fn row_numbers_without_a_name_are_not_learned_from() {
    // As a table looks whose rows were shuffled and thinned out before it was written with its row numbers.
    let beside = |name: &str| {
        let line = |(i, line): (usize, &str)| {
            let first = if i == 0 { name.to_owned() } else { (i * 7919 % 10_007).to_string() };
            format!("{first},{line}\n")
        };
        binary(300, 1).lines().enumerate().map(line).collect::<String>()
    };
    for (name, called) in [("", "column_1"), ("Unnamed: 0", "Unnamed: 0"), ("rownames", "rownames")] {
        let (severity, columns, _) = found(&beside(name), "", "id");
        assert!(severity == "note" && columns.iter().any(|c| c == called), "{name}: {columns:?}");
    }
    // Without any names the first column is one like the others.
    let named = beside("x");
    let bare = named.split_once('\n').unwrap().1;
    let dir = Workdir::new();
    dir.write("t.csv", bare);
    let ran = dir.run("check t.csv --target column_6 --format json --set collect.header=false");
    assert_eq!(ran.json()["metrics"]["columns"][0]["role"], "feature", "{ran}");
}

#[test]
fn one_row_is_not_many() {
    let table = binary(200, 1);
    let twice = format!("{table}{}\n", table.lines().nth(5).unwrap());
    let all = findings(&twice, "--set clean.drop_duplicates=keep");
    assert!(all.iter().any(|f| f["message"].as_str().unwrap().starts_with("1 row is equal")), "{all:#?}");
    let rare = map_column(&multiclass(400, 1), "y", |row, cell| if row == 7 { "rare".into() } else { cell.into() });
    let all = findings(&rare, "");
    let told = |f: &Value| f["code"] == "rare_class" && !f["message"].as_str().unwrap().contains("1 rows");
    assert!(all.iter().any(told), "{all:#?}");
}

#[test]
fn ids_and_outputs_of_other_models_are_found() {
    let table = with(&binary(400, 1), "counter", |row| (1000 + 3 * row).to_string());
    let all = findings(&table, "");
    let ids: Vec<_> = all.iter().filter(|f| f["code"] == "id").collect();
    assert_eq!((ids.len(), &ids[0]["columns"][0], &ids[1]["columns"][0]), (2, &"counter".into(), &"id".into()), "{all:#?}");
    let y = target(&table);
    let decile = |row: usize| (1 + row * 7 % 6 + if y[row] == "yes" { 2 } else { 0 }).to_string();
    let (severity, columns, _) = found(&with(&table, "risk_decile", decile), "", "model_output");
    assert_eq!((severity.as_str(), columns), ("warning", vec!["risk_decile".into()]));
}

#[test]
fn personal_data_are_found_and_never_shown() {
    let table = with(&binary(300, 1), "mail", |row| format!("someone{row}@example.org"));
    let luhn = |row: usize| {
        let body = format!("4111{:011}", row * 7919);
        let check = (0..10).find(|check| {
            let digits = format!("{body}{check}");
            let sum: u32 = digits
                .bytes()
                .rev()
                .enumerate()
                .map(|(i, b)| {
                    let d = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
                    if d > 9 { d - 9 } else { d }
                })
                .sum();
            sum.is_multiple_of(10)
        });
        format!("{body}{}", check.unwrap())
    };
    let table = with(&table, "paid with", luhn);
    let all = findings(&table, "");
    let columns: Vec<&Value> = all.iter().filter(|f| f["code"] == "personal_data").map(|f| &f["columns"][0]).collect();
    assert_eq!(columns, ["mail", "paid with"], "{all:#?}");
    let shown = Value::from(all).to_string();
    assert!(shown.contains("hash") && !shown.contains("someone") && !shown.contains("4111"), "{shown}");
    let left = findings(&table, "--set columns.ignore=[\"mail\",\"paid*\"]");
    assert!(left.iter().all(|f| f["code"] != "personal_data"), "{left:#?}");
}

#[test]
fn fail_on_decides_the_exit_code_and_training_goes_on() {
    let table = with(&binary(400, 1), "day", |row| format!("2024-{:02}-{:02}", 1 + row / 2 / 28, 1 + row / 2 % 28));
    let (dir, ran) = check(&table, "");
    assert_eq!(ran.code, 0, "a warning does not fail by default: {ran}");
    for (fail_on, code) in [("error", 0), ("warning", 1), ("note", 1)] {
        let ran = dir.run(&format!("check t.csv --target y --fail-on {fail_on}"));
        assert_eq!(ran.code, code, "{ran}");
        assert!(ran.stdout.contains("warning[time_unset]: \"day\"") && ran.stdout.contains("  fix: [columns] time"), "{ran}");
    }
    let y = target(&table);
    dir.write("leak.csv", with(&table, "left", |row| y[row].clone()));
    dir.run("check leak.csv --target y").assert_check_failed();
    let trained = dir.ok(&format!("train leak.csv --target y --out run {TINY} --format json"));
    let warnings = trained.json()["warnings"].as_array().unwrap().clone();
    let codes: Vec<&Value> = warnings.iter().map(|w| &w["code"]).collect();
    assert!(codes.contains(&&"target_copy".into()) && codes.contains(&&"time_unset".into()), "{warnings:#?}");
    // The fix stands by itself, and at the end of the message as ever.
    let of_day = warnings.iter().find(|w| w["code"] == "time_unset").unwrap();
    let (message, fix) = (of_day["message"].as_str().unwrap(), of_day["fix"].as_str().unwrap());
    assert!(fix.starts_with("[columns] ") && message.ends_with(&format!("; fix: {fix}")), "{of_day}");
    assert!(dir.read("run/report.html").contains("<p class=\"fix\">Fix: <code>[columns] "));
    assert!(!dir.read("run/report.html").contains("; fix: "));
}

#[test]
fn what_is_the_same_of_several_columns_is_said_once_and_kept_apart_for_programs() {
    let dir = Workdir::new();
    let table = ["same", "also", "too"].iter().fold(binary(300, 1), |table, name| add_column(&table, name, |_| "x".into()));
    dir.write("t.csv", table);
    let ran = dir.ok(&format!("train t.csv --target y --out runs/r --format json {TINY}"));
    let lines: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("is not learned from")).collect();
    assert_eq!(lines.len(), 1, "{ran}");
    assert!(lines[0].contains("\"same\" is not") && lines[0].ends_with("the same goes for \"also\", \"too\""), "{}", lines[0]);
    let of = |warnings: &Value| {
        let all = warnings.as_array().unwrap().iter().filter(|w| w["code"] == "dropped_column");
        all.map(|w| w["column"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(&ran.json()["warnings"]), ["same", "also", "too"]);
    assert_eq!(of(&dir.json("runs/r/report.json")["warnings"]), ["same", "also", "too"]);
    assert_eq!(dir.read("runs/r/report.html").matches("the same goes for").count(), 1);
    let events = dir.ok(&format!("train t.csv --target y --out runs/e --progress json {TINY}")).stderr;
    let count = events.lines().filter(|l| l.contains("\"event\":\"warning\"") && l.contains("dropped_column")).count();
    assert_eq!(count, 3, "{events}");
}

impl Ran {
    /// Expects exit code 1 and a reason on stderr.
    fn assert_check_failed(&self) {
        assert_eq!(self.code, 1, "{self}");
        assert!(self.stderr.contains("failed: target_copy \"left\""), "{self}");
    }
}

#[test]
fn moments_that_are_written_as_numbers_are_seen() {
    type Column<'a> = (&'a str, fn(usize) -> String);
    let dir = Workdir::new();
    let table = binary(300, 1);
    let with = |columns: &[Column<'_>]| {
        dir.write("t.csv", columns.iter().fold(table.clone(), |table, (name, value)| add_column(&table, name, value)));
        dir.ok("check t.csv --target y").stdout
    };
    let said = with(&[("timestamp", |i| (964_981_247 + i * 86_000).to_string())]);
    assert!(said.contains("warning[time_unset]: \"timestamp\"") && said.contains("[columns] time = \"timestamp\""), "{said}");
    // The rows of a year and a month, in any order.
    let year = |i: usize| (2019 + i % 4).to_string();
    let month = |i: usize| (1 + i * 7 % 12).to_string();
    let said = with(&[("Year", year), ("Month", month)]);
    assert!(said.contains("note[time_unset]: \"Year\" and \"Month\" say when a row was"), "{said}");
    assert!(said.contains("[columns] time = \"Year\""), "{said}");
    for columns in
        [&[("year_built", year as fn(usize) -> String)][..], &[("seconds", |i| (964_981_247 + i * 86_000).to_string())]]
    {
        let said = with(columns);
        assert!(!said.contains("time_unset"), "{said}");
    }
}
