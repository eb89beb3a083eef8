//! Numbers of any size, and what is none.

use super::super::samples::{binary, map_column, regression};
use super::super::workdir::{TINY, Workdir};
use super::{assert_finite, fit_predict};

#[test]
fn check_estimators_nan_inf_in_features() {
    for odd in ["NaN", "nan", "inf", "-inf", "Infinity", "1e400", "-1e400"] {
        fit_predict(&map_column(
            &binary(120, 1),
            "amount",
            |row, cell| {
                if row % 40 == 7 { odd.into() } else { cell.to_owned() }
            },
        ));
    }
}

#[test]
fn check_predict_nan_inf() {
    let dir = Workdir::trained();
    for odd in ["", "NaN", "inf", "-inf", "1e308", "-1e308", "1e400", "-0", "9223372036854775808"] {
        dir.write("n.csv", map_column(&binary(20, 2), "amount", |_, _| odd.into()));
        let ran = dir.run("predict n.csv");
        assert!(matches!(ran.code, 0 | 3), "{odd}: {ran}");
        ran.assert_no_panic();
        if ran.code == 0 {
            assert_finite(&ran);
        }
    }
}

#[test]
fn check_regression_target_nan_is_dropped_or_refused() {
    let csv = map_column(&regression(120, 1), "y", |row, cell| if row % 10 == 3 { String::new() } else { cell.to_owned() });
    let (dir, _) = fit_predict(&csv);
    assert_eq!(dir.json("run/metrics.json")["rows"], 108);
    let dir = Workdir::new();
    dir.write("t.csv", csv);
    dir.fails(3, &format!("train t.csv --target y --out run --set clean.missing_target=error {TINY}")).says(&["\"y\""]);
}

#[test]
fn check_large_and_small_numbers() {
    for factor in [1e-30, 1e-9, 1e9, 1e30] {
        let scaled = |_, cell: &str| format!("{:e}", cell.parse::<f64>().unwrap() * factor);
        fit_predict(&map_column(&binary(120, 1), "amount", scaled));
        fit_predict(&map_column(&regression(120, 1), "y", scaled));
    }
}

#[test]
fn check_numbers_far_from_zero() {
    // All digits that matter are the last ones.
    fit_predict(&map_column(&binary(120, 1), "amount", |_, cell| {
        format!("1000000{:05.2}", cell.parse::<f64>().unwrap().abs())
    }));
}

#[test]
fn check_numbers_that_are_none_do_not_hide_a_column() {
    let spellings = ["inf", "-inf", "Infinity", "-1E999", "1e400", "∞"];
    let csv = map_column(
        &binary(300, 1),
        "amount",
        |row, cell| {
            if row % 50 == 20 { spellings[row / 50].into() } else { cell.to_owned() }
        },
    );
    let dir = Workdir::new();
    dir.write("t.csv", csv);
    let ran = dir.ok(&format!("train t.csv --target y --out run --format json {TINY}"));
    let warnings = ran.json()["warnings"].clone();
    let odd = warnings.as_array().unwrap().iter().find(|w| w["code"] == "odd_value").unwrap_or_else(|| panic!("{ran}"));
    assert_eq!((&odd["column"], &odd["count"], &odd["row"]), (&"amount".into(), &6.into(), &21.into()), "{ran}");
    let columns = dir.json("run/data.json")["columns"].clone();
    let amount = columns.as_array().unwrap().iter().find(|c| c["name"] == "amount").unwrap().clone();
    assert_eq!((&amount["kind"], &amount["role"], &amount["missing"]), (&"number".into(), &"feature".into(), &6.into()));
}

#[test]
fn check_predict_blank_lines_of_one_column() {
    let dir = Workdir::new();
    let row = |i: usize| format!("{},{}", i % 37, if i % 37 > 18 { "yes" } else { "no" });
    dir.write("t.csv", format!("a,y\n{}\n", (0..200).map(row).collect::<Vec<_>>().join("\n")));
    dir.ok(&format!("train t.csv --target y --out runs/one {TINY}"));
    let ran = dir.pipe("predict -", "a\n1\n\n30\n\n");
    assert_eq!((ran.code, ran.rows().len()), (0, 5), "{ran}");
    ran.says(&["2 records, first in line 3, hold nothing"]);
    assert_eq!(ran.rows()[2], ran.rows()[4]);
}
