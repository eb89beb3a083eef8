//! Columns that repeat, are empty, constant, too many or missing.

use super::super::samples::{add_column, binary, map_column, select};
use super::super::workdir::{TINY, Workdir};
use super::{fit_predict, refused};

#[test]
fn check_fit2d_1feature() {
    fit_predict(&select(&binary(120, 1), &["amount", "y"]));
    fit_predict(&select(&binary(120, 1), &["colour", "y"]));
}

#[test]
fn check_fit_0features() {
    refused(&select(&binary(120, 1), &["y"]), &[3, 5], &[]);
}

#[test]
fn check_constant_column() {
    let (dir, constant) = fit_predict(&add_column(&binary(120, 1), "same", |_| "7".into()));
    // It teaches nothing: any other value leaves the predictions as they are.
    dir.write("u.csv", add_column(&binary(120, 1), "same", |_| "8".into()));
    assert_eq!(dir.ok("predict u.csv -m run/model.mkt").stdout, constant.stdout);
}

#[test]
fn check_only_constant_columns() {
    let rows: String = ["1,x,yes\n", "1,x,no\n"].repeat(30).concat();
    refused(&format!("a,b,y\n{rows}"), &[3, 5], &[]);
}

#[test]
fn check_duplicate_columns() {
    // The same values under two names are fine; the same name twice is told, never silently another name.
    let table = binary(120, 1);
    let amounts: Vec<_> = table.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    fit_predict(&add_column(&table, "amount2", |row| amounts[row].into()));
    let dir = Workdir::new();
    dir.write("t.csv", add_column(&table, "amount", |row| amounts[row].into()));
    let ran = dir.run(&format!("train t.csv --target y --out run {TINY}"));
    assert!(matches!(ran.code, 0 | 3), "{ran}");
    ran.assert_no_panic();
    ran.says(&["\"amount\"", "twice"]);
}

#[test]
fn check_all_missing_column() {
    fit_predict(&add_column(&binary(120, 1), "nothing", |_| String::new()));
    fit_predict(&add_column(&binary(120, 1), "nothing", |_| "NA".into()));
}

#[test]
fn check_mostly_missing_column() {
    fit_predict(&add_column(&binary(200, 1), "seldom", |row| if row % 50 == 0 { row.to_string() } else { String::new() }));
}

#[test]
fn check_every_level_once() {
    fit_predict(&add_column(&binary(120, 1), "code", |row| format!("{}-{row}-x y z w v", row * 77 % 120)));
}

#[test]
fn check_more_columns_than_rows() {
    let mut table = binary(60, 1);
    for column in 0..150 {
        table = add_column(&table, &format!("x{column}"), |row| format!("{}.5", (row * (column + 3)) % 17));
    }
    fit_predict(&table);
}

#[test]
fn check_column_order_and_extra_columns() {
    let dir = Workdir::trained();
    let expected = dir.ok("predict t.csv").stdout;
    let table = dir.read("t.csv");
    dir.write("order.csv", select(&table, &["y", "colour", "visits", "amount", "id"]));
    dir.write("blind.csv", select(&table, &["id", "amount", "visits", "colour"]));
    dir.write("extra.csv", add_column(&add_column(&table, "more", |row| row.to_string()), "y2", |_| "ü".into()));
    for name in ["order", "blind", "extra"] {
        assert_eq!(dir.ok(&format!("predict {name}.csv")).stdout, expected, "{name}");
    }
}

#[test]
fn check_missing_column_is_named() {
    let dir = Workdir::trained();
    for column in ["amount", "visits", "colour"] {
        let rest: Vec<_> = ["id", "amount", "visits", "colour"].into_iter().filter(|name| *name != column).collect();
        dir.write("part.csv", select(&binary(10, 1), &rest));
        dir.fails(3, "predict part.csv").says(&["part.csv", column]);
    }
}

#[test]
fn check_unicode_and_odd_names() {
    let names = "编号,\"amount, net\",\"vi\"\"sits\",Größe 🎈,y";
    let table = binary(120, 1).replacen("id,amount,visits,colour,y", names, 1).replace(",red,", ",红 \u{1f534},");
    let (dir, _) = fit_predict(&table);
    assert!(dir.read("run/data.json").contains("Größe 🎈"));
}

#[test]
fn check_formulas_and_markup_stay_text() {
    let table = map_column(&binary(120, 1), "colour", |_, cell| match cell {
        "red" => "<script>alert(1)</script>".into(),
        "green" => "=1+1".into(),
        _ => "'; DROP TABLE t".into(),
    });
    let (dir, _) = fit_predict(&table);
    assert!(!dir.read("run/report.html").contains("<script>alert(1)"));
}

#[test]
fn check_long_texts_stay_out_of_the_model() {
    let (long, longer) = ("x".repeat(1 << 20), "x".repeat((1 << 20) + 1));
    let csv = map_column(&binary(200, 1), "colour", |row, cell| match row % 10 {
        0 => long.clone(),
        5 => longer.clone(),
        _ => cell.to_owned(),
    });
    let (dir, ran) = fit_predict(&csv);
    assert!(!ran.stderr.contains(&"x".repeat(1000)), "a text of a megabyte is told");
    let model = dir.bytes("run/model.mkt");
    assert!(model.len() < 1 << 20, "a text of a megabyte is in the model file");
    // They are levels like any other, each its own.
    let levels = String::from_utf8_lossy(&model);
    for bytes in ["1048576-bytes", "1048577-bytes"] {
        assert!(levels.contains(bytes), "{bytes} is no level");
    }
}

/// Programs write truth values into CSV files in words of their own; a file of another kind has them, not words.
#[test]
fn check_truth_values_of_another_kind_of_file() {
    let flagged = add_column(&binary(200, 1), "flag", |row| if row % 3 == 0 { "True" } else { "False" }.into());
    let csv = map_column(&flagged, "y", |_, cell| if cell == "yes" { "True" } else { "False" }.into());
    let (dir, from_csv) = fit_predict(&csv);
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let value = |cell: &str| match cell {
        "" => "null".to_owned(),
        "True" | "False" => cell.to_lowercase(),
        cell => format!("\"{cell}\""),
    };
    let record = |cells: Vec<&str>| {
        let members: Vec<_> = names.iter().zip(cells).map(|(name, cell)| format!("\"{name}\":{}", value(cell))).collect();
        format!("{{{}}}\n", members.join(","))
    };
    dir.write("t.ndjson", lines.map(record).collect::<Vec<_>>().concat());
    let ran = dir.ok("predict t.ndjson -m run/model.mkt");
    assert_eq!(ran.stdout, from_csv.stdout);
    assert!(!ran.stderr.contains("flag"), "{ran}");
    dir.ok("evaluate t.ndjson -m run/model.mkt");
}
