use polars::df;

use super::*;
use crate::config::Config;

#[test]
fn texts_get_the_types_that_cleaning_would_give_them() {
    let data = df!(
        "code" => ["007", "008", "010"],
        "id" => ["9007199254740993", "2", "3"],
        "paid" => ["1.234,50", "", "2.000,00"],
        "day" => ["31.12.2024", "01.01.2025", "?"],
        "plan" => [" plus", "NA", "basic"],
        "score" => ["1.5", "2", "-"],
        "flag" => [true, false, true],
        "left" => ["", "NA", ""],
    )
    .unwrap();
    let (typed, warnings) = Config::default().clean().typed(&Table::new(data, "x.csv")).unwrap();
    let dtypes: Vec<String> = typed.columns().iter().map(|c| c.dtype().to_string()).collect();
    assert_eq!(dtypes, ["str", "i64", "f64", "datetime[μs]", "str", "f64", "bool", "null"]);
    assert_eq!(typed.column("id").unwrap().i64().unwrap().get(0), Some(9_007_199_254_740_993));
    assert_eq!(typed.column("paid").unwrap().f64().unwrap().iter().collect::<Vec<_>>(), [Some(1234.5), None, Some(2000.0)]);
    assert_eq!(typed.column("plan").unwrap().str().unwrap().iter().collect::<Vec<_>>(), [Some("plus"), None, Some("basic")]);
    assert_eq!(typed.column("day").unwrap().null_count(), 1);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn whole_numbers_stay_numbers_whatever_they_name() {
    let texts = |number: fn(i64) -> i64| (0..40).map(|i| number(i).to_string()).collect::<Vec<_>>();
    let data = df!(
        "month" => texts(|i| 202_001 + i / 12 * 100 + i % 12),
        "account" => texts(|i| 1_018_130_000_000_007 + i * 190_000_000_000_001),
        "phone" => texts(|i| 6_100_000_007 + i * 37_000_001),
    )
    .unwrap();
    let (typed, _) = Config::default().clean().typed(&Table::new(data, "x.csv")).unwrap();
    let dtypes: Vec<String> = typed.columns().iter().map(|c| c.dtype().to_string()).collect();
    assert_eq!(dtypes, ["i64"; 3]);
}

#[test]
fn a_type_that_the_user_names_counts() {
    let mut config = Config::default();
    config.columns.types.insert("id".into(), Kind::Category);
    let data = df!("id" => ["1", "2"], "when" => ["01/02/2024", "03/04/2024"]).unwrap();
    let (typed, warnings) = config.clean().typed(&Table::new(data, "x.csv")).unwrap();
    assert_eq!(typed.column("id").unwrap().dtype(), &DataType::String);
    assert_eq!(warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>(), ["date_order"]);
}

/// Parts of a table of several kinds of columns, with the sample that has every `step`th row.
fn parts(rows: usize, step: usize) -> (Table, Vec<Table>, Table) {
    let texts = |text: fn(usize) -> String| (0..rows).map(text).collect::<Vec<_>>();
    let data = df!(
        "id" => texts(|i| (9_007_199_254_740_993 + i * 3).to_string()),
        "late" => texts(|i| if i == 37 { "2.5".into() } else { (i * 7 % 50).to_string() }),
        "paid" => texts(|i| format!("{}.{:03},50", i % 9 + 1, i * 7 % 1000)),
        "day" => texts(|i| if i == 38 { "25/03/2024".into() } else { format!("{:02}/{:02}/2024", 1 + i % 12, 1 + i % 9) }),
        "plan" => texts(|i| [" plus", "NA", "basic"][i % 3].into()),
        "odd" => texts(|i| if i == 39 { "lots".into() } else { format!("{}.5", i * 31) }),
        "once" => texts(|i| if i == 37 { "x".into() } else { String::new() }),
        "left" => texts(|_| "n/a".into()),
        "flag" => (0..rows).map(|i| i % 2 == 0).collect::<Vec<_>>(),
    )
    .unwrap();
    let table = Table::new(data, "x.csv");
    let part = |first: usize| {
        let data = table.data.slice(i64::try_from(first).unwrap(), 16);
        Table { data, rows: Rows { first, ..table.rows.clone() }, test_from: None }
    };
    let parts = (0..rows).step_by(16).map(part).collect();
    #[expect(clippy::cast_possible_truncation, reason = "few rows")]
    let picked = polars::prelude::IdxCa::from_vec("".into(), (0..rows as u32).step_by(step).collect());
    let sample = Table::new(table.data.take(&picked).unwrap(), "x.csv");
    (table, parts, sample)
}

fn in_parts(clean: &Clean, parts: &[Table], sample: &Table) -> (DataFrame, Vec<Warning>) {
    let mut watched = Watched::new(clean.clone());
    parts.iter().for_each(|part| watched.see(part).unwrap());
    let types = watched.types(sample).unwrap();
    let (mut all, mut odd) = (DataFrame::empty(), Vec::new());
    for part in parts {
        let (frame, found) = types.typed(part).unwrap();
        all = if all.width() == 0 { frame } else { all.vstack(&frame).unwrap() };
        Unusual::add_all(found, &mut odd);
    }
    (all, types.told(&odd))
}

#[test]
fn the_parts_of_a_table_get_the_types_of_the_whole() {
    let clean = Config::default().clean();
    let (table, parts, _) = parts(120, 1);
    let (whole, warnings) = clean.typed(&table).unwrap();
    assert_eq!(
        whole.dtypes().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["i64", "f64", "f64", "datetime[μs]", "str", "f64", "str", "null", "bool"]
    );
    assert_eq!(warnings.iter().map(|w| (w.code.as_str(), w.row)).collect::<Vec<_>>(), [("odd_value", Some(40))]);
    let (all, told) = in_parts(&clean, &parts, &table);
    assert!(all.equals_missing(&whole), "{all}\n{whole}");
    assert_eq!(told, warnings);
}

#[test]
fn one_row_outside_of_the_sample_settles_what_it_settles_of_the_whole() {
    let clean = Config::default().clean();
    // Every fifth row: neither that with 2.5, nor the day above 12, nor the text among numbers.
    let (table, parts, sample) = parts(120, 5);
    let (whole, warnings) = clean.typed(&table).unwrap();
    let (all, told) = in_parts(&clean, &parts, &sample);
    assert!(all.equals_missing(&whole), "{all}\n{whole}");
    assert_eq!(told, warnings);
}

#[test]
fn rows_that_are_no_longer_what_they_were_are_refused() {
    let clean = Config::default().clean();
    let (_, parts, sample) = parts(120, 1);
    let mut watched = Watched::new(clean);
    parts.iter().for_each(|part| watched.see(part).unwrap());
    let types = watched.types(&sample).unwrap();
    for (column, value) in [("id", "a"), ("left", "7")] {
        let other = Table::new(df!(column => [value]).unwrap(), "x.csv");
        assert!(types.typed(&other).unwrap_err().to_string().contains("must not change while it is read"));
    }
    // A part without a column has it all the same.
    let (frame, _) = types.typed(&Table::new(df!("plan" => ["basic"]).unwrap(), "x.csv")).unwrap();
    assert_eq!((frame.width(), frame.column("id").unwrap().dtype()), (9, &DataType::Int64));
}
