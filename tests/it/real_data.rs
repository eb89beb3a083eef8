//! The whole program on real public tables, against programs that others use. Runs where `MKT_REAL_DATA` names the
//! folder of the tables; they are not part of the project.

use std::io::Read as _;
use std::path::PathBuf;

use serde_json::Value;

use super::workdir::Workdir;

/// A table, and what scikit-learn's `MLPClassifier`/`MLPRegressor` and the article's Keras network (64 relu units,
/// Adam, 10 epochs) reach on the same test rows with their defaults and a usual preprocessing.
struct Table {
    file: &'static str,
    target: &'static str,
    /// Further settings: what to ignore, which task, which class.
    set: &'static [&'static str],
    metric: &'static str,
    sklearn: f64,
    keras: f64,
    /// Columns whose kind and role are plain to see.
    types: &'static [(&'static str, &'static str, &'static str)],
}

const COMPAS_UNUSED: &str = "columns.ignore=[\"id\",\"compas_screening_date\",\"age_cat\",\"decile_score*\",\"days_*\",\"c_jail*\",\"c_offense_date\",\"c_arrest_date\",\"c_days_from_compas\",\"is_recid\",\"r_*\",\"is_violent_recid\",\"violent_recid\",\"vr_*\",\"type_of_assessment\",\"score_text\",\"screening_date\",\"v_*\",\"in_custody\",\"out_custody\",\"priors_count_2\",\"start\",\"end\",\"event\"]";

const TABLES: [Table; 10] = [
    Table {
        file: "telco_churn.csv",
        target: "Churn",
        set: &[],
        metric: "auc",
        sklearn: 0.8193,
        keras: 0.8321,
        types: &[
            ("customerID", "category", "id"),
            ("TotalCharges", "number", "feature"),
            ("Partner", "bool", "feature"),
            ("SeniorCitizen", "bool", "feature"),
            ("Contract", "category", "feature"),
        ],
    },
    Table {
        file: "adult.csv.gz",
        target: "income",
        set: &[],
        metric: "auc",
        sklearn: 0.8969,
        keras: 0.9110,
        types: &[("age", "number", "feature"), ("workclass", "category", "feature"), ("fnlwgt", "number", "feature")],
    },
    Table {
        file: "bank_marketing.csv.gz",
        target: "y",
        set: &["columns.ignore=[\"duration\"]"],
        metric: "auc",
        sklearn: 0.7676,
        keras: 0.7894,
        types: &[
            ("balance", "number", "feature"),
            ("month", "category", "feature"),
            ("housing", "bool", "feature"),
            ("duration", "number", "ignored"),
        ],
    },
    Table {
        file: "online_shoppers.csv",
        target: "Revenue",
        set: &[],
        metric: "auc",
        sklearn: 0.9048,
        keras: 0.9250,
        types: &[
            ("Browser", "category", "feature"),
            ("TrafficType", "category", "feature"),
            ("Weekend", "bool", "feature"),
            ("BounceRates", "number", "feature"),
        ],
    },
    Table {
        file: "german_credit.csv",
        target: "default",
        set: &["target.positive=\"2\""],
        metric: "auc",
        sklearn: 0.7905,
        keras: 0.8119,
        types: &[("amount", "number", "feature"), ("checking_balance", "category", "feature")],
    },
    Table {
        file: "compas_two_years.csv",
        target: "two_year_recid",
        set: &[COMPAS_UNUSED],
        metric: "auc",
        sklearn: 0.6790,
        keras: 0.7257,
        types: &[("age", "number", "feature"), ("c_charge_desc", "category", "feature"), ("id", "category", "ignored")],
    },
    Table {
        file: "california_housing.csv",
        target: "median_house_value",
        set: &[],
        metric: "rmse",
        sklearn: 54270.0,
        keras: 57860.0,
        types: &[("total_bedrooms", "number", "feature"), ("ocean_proximity", "category", "feature")],
    },
    Table {
        file: "bike_sharing_hour.csv",
        target: "cnt",
        set: &["columns.ignore=[\"instant\",\"dteday\",\"casual\",\"registered\"]"],
        metric: "rmse",
        sklearn: 53.63,
        keras: 103.8,
        types: &[
            ("hr", "category", "feature"),
            ("season", "category", "feature"),
            ("temp", "number", "feature"),
            ("dteday", "date", "ignored"),
        ],
    },
    Table {
        file: "diamonds.csv",
        target: "price",
        set: &[],
        metric: "rmse",
        sklearn: 1107.0,
        keras: 703.8,
        types: &[("cut", "category", "feature"), ("carat", "number", "feature")],
    },
    Table {
        file: "wine_quality_white.csv",
        target: "quality",
        set: &[],
        metric: "logloss",
        sklearn: 1.0382,
        keras: 1.0686,
        types: &[("fixed acidity", "number", "feature"), ("alcohol", "number", "feature")],
    },
];

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("MKT_REAL_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: MKT_REAL_DATA does not name the folder of real tables");
    }
    folder
}

/// Row `i` (0-based) is a test row iff `i * 2654435761 mod 2^32 < 0.2 * 2^32`.
fn is_test(row: u32) -> bool {
    row.wrapping_mul(2_654_435_761) < 858_993_460
}

/// Writes `train.csv` and `test.csv`, every field as it was.
fn split(dir: &Workdir, path: &PathBuf) {
    let raw = std::fs::read(path).unwrap();
    let mut text = String::new();
    if raw.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(&raw[..]).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(raw).unwrap();
    }
    let delimiter = if text.lines().next().unwrap().contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let mut parts = [csv::Writer::from_writer(Vec::new()), csv::Writer::from_writer(Vec::new())];
    for part in &mut parts {
        part.write_record(reader.headers().unwrap()).unwrap();
    }
    for (row, record) in (0_u32..).zip(reader.records()) {
        parts[usize::from(is_test(row))].write_record(&record.unwrap()).unwrap();
    }
    let [train, test] = parts.map(|part| part.into_inner().unwrap());
    dir.write("train.csv", train).write("test.csv", test);
}

fn train(dir: &Workdir, table: &Table) -> Value {
    let mut command = dir.command(
        "train train.csv --set collect.test=test.csv --set validate.folds=2 --set validate.bootstrap=300 --out run --format json -q",
    );
    command.args(["--target", table.target]);
    for set in table.set {
        command.args(["--set", set]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}: {}", table.file, String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn scores_on_real_tables_are_at_least_those_of_scikit_learn_and_keras() {
    let Some(folder) = folder() else { return };
    for table in &TABLES {
        let dir = Workdir::new();
        split(&dir, &folder.join(table.file));
        let metrics = &train(&dir, table)["metrics"];
        let test = &metrics["test"][table.metric];
        let (value, low, high) = (&test["value"], test["low"].as_f64().unwrap(), test["high"].as_f64().unwrap());
        eprintln!(
            "{}: {} {value} [{low:.4}, {high:.4}], scikit-learn {}, keras {}",
            table.file, table.metric, table.sklearn, table.keras
        );
        // Within noise: the better end of the 95 % interval reaches the better of the two.
        let reached =
            if table.metric == "auc" { high >= table.sklearn.max(table.keras) } else { low <= table.sklearn.min(table.keras) };
        assert!(reached, "{}: {test} misses {} and {}", table.file, table.sklearn, table.keras);
        // The model file is whole: it reads back, and every test row gets a prediction.
        let rows = dir.read("test.csv").lines().count();
        dir.ok("predict test.csv -m run/model.mkt -o predicted.csv -q");
        assert_eq!(dir.read("predicted.csv").lines().count(), rows, "{}", table.file);
        let data = dir.json("run/data.json");
        for (name, kind, role) in table.types {
            let column = data["columns"].as_array().unwrap().iter().find(|c| c["name"] == *name).unwrap();
            assert_eq!(
                (&column["kind"], &column["role"]),
                (&Value::from(*kind), &Value::from(*role)),
                "{}: {column}",
                table.file
            );
        }
    }
}

#[test]
fn other_real_tables_train_or_say_why_not() {
    let Some(folder) = folder() else { return };
    let dir = Workdir::new();
    let run = |file: &str, rest: &str| {
        let path = folder.join(file);
        dir.run(&format!(
            "train {} {rest} --set train.epochs=3 --set validate.folds=2 --set model.ensemble=1 --set validate.bootstrap=20 -q",
            path.display()
        ))
    };
    for (file, rest) in [
        ("bank_marketing_additional.csv.gz", "--target y --set columns.ignore=[\"duration\"]"),
        ("norway_car_sales.csv", "--target Quantity --set columns.ignore=[\"Pct\"]"),
        ("etth1.csv", "--target OT --set columns.time=date"),
        ("air_passengers.csv", "--target value --set columns.time=date"),
        ("movielens_small_ratings.csv", "--target rating --set target.task=regression"),
    ] {
        let ran = run(file, rest);
        assert_eq!(ran.code, 0, "{ran}");
    }
    // Text alone is not learned from: that is said, as an error in the data.
    run("sms_spam.csv", "--target label").assert_failed(3);
    // Labels of the test source that no training row has.
    let test = folder.join("adult_test.csv");
    let ran = run("adult.csv.gz", &format!("--target income --set collect.test={}", test.display()));
    ran.assert_failed(3);
    assert!(ran.stderr.contains("<=50K."), "{ran}");
}

/// Codes and severities of what `mkt check` finds, by column.
fn findings(file: &std::path::Path, rest: &str) -> (i32, Vec<(String, String, String)>) {
    let dir = Workdir::new();
    let ran = dir.run(&format!("check {} {rest} --format json -q", file.display()));
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let of = |f: &Value| {
        let columns = f["columns"].as_array().unwrap().iter().map(text).collect::<Vec<_>>();
        (text(&f["code"]), text(&f["severity"]), columns.join(" "))
    };
    (ran.code, ran.json()["metrics"]["findings"].as_array().unwrap_or_else(|| panic!("{ran}")).iter().map(of).collect())
}

#[test]
fn clean_tables_raise_no_alarm() {
    let Some(folder) = folder() else { return };
    // What is worth a warning in them, and is one: page values are computed from finished orders, and so say more than all
    // else; the bank's macro-economic table has its call length left out; two wines of a class are too few; cars are sold month
    // after month.
    for (file, rest, warned) in [
        ("telco_churn.csv", "--target Churn", vec![]),
        ("german_credit.csv", "--target default", vec![]),
        ("adult.csv.gz", "--target income", vec![]),
        ("diamonds.csv", "--target price", vec![]),
        ("california_housing.csv", "--target median_house_value", vec![]),
        ("online_shoppers.csv", "--target Revenue", vec![("out_of_proportion", "PageValues")]),
        ("wine_quality_white.csv", "--target quality", vec![("rare_class", "quality")]),
        ("wine_quality_white.csv", "--target quality --set target.task=regression", vec![]),
        ("bank_marketing.csv.gz", "--target y --set columns.ignore=[\"duration\"]", vec![]),
        ("bank_marketing_additional.csv.gz", "--target y --set columns.ignore=[\"duration\"]", vec![]),
        ("norway_car_sales.csv", "--target Quantity --set columns.ignore=[\"Pct\"]", vec![("time_unset", "Year")]),
    ] {
        let (code, found) = findings(&folder.join(file), rest);
        assert_eq!(code, 0, "{file}: {found:?}");
        let heavy: Vec<(&str, &str)> =
            found.iter().filter(|f| f.1 != "note").map(|(code, _, columns)| (code.as_str(), columns.as_str())).collect();
        assert_eq!(heavy, warned, "{file}: {found:?}");
    }
}

#[test]
fn known_leaks_of_real_tables_are_caught() {
    let Some(folder) = folder() else { return };
    let at_least = |found: &[(String, String, String)], column: &str| {
        let weight = |s: &str| ["note", "warning", "error"].iter().position(|w| *w == s);
        found.iter().filter(|f| f.2.split(' ').any(|c| c == column)).filter_map(|f| weight(&f.1)).max().unwrap_or(0)
    };
    for (file, rest, columns) in [
        ("bank_marketing.csv.gz", "--target y", "duration"),
        ("bank_marketing_additional.csv.gz", "--target y", "duration"),
        ("bike_sharing_hour.csv", "--target cnt", "casual registered"),
        ("norway_car_sales.csv", "--target Quantity", "Pct"),
        (
            "compas_two_years.csv",
            "--target two_year_recid",
            "decile_score v_decile_score is_recid r_charge_degree r_offense_date r_jail_in r_jail_out vr_offense_date \
             compas_screening_date screening_date c_jail_in c_jail_out c_offense_date in_custody out_custody",
        ),
    ] {
        let (code, found) = findings(&folder.join(file), rest);
        for column in columns.split_whitespace() {
            assert!(at_least(&found, column) >= 1, "{file}, {column}: {found:#?}");
        }
        let fails = matches!(file, "bike_sharing_hour.csv" | "compas_two_years.csv");
        assert_eq!(code, i32::from(fails), "{file}: {found:#?}");
    }
}
