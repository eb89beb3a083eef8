//! What a model would say of rows that were otherwise.

use serde_json::Value;

use super::samples::{binary, map_column, multiclass, regression};
use super::workdir::{Ran, Workdir};

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no {key}: {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// The column of numbers of a prediction.
fn predicted(ran: &Ran, column: usize) -> Vec<f64> {
    ran.rows()[1..].iter().map(|row| row[column].parse().unwrap()).collect()
}

#[test]
fn curves_are_what_predict_says_of_changed_rows() {
    let dir = Workdir::trained();
    let table = binary(6, 3);
    dir.write("new.csv", &table);
    let answer = dir.ok("whatif new.csv --vary amount=40:60:10 --vary colour=red,blue --format json").json()["metrics"].clone();
    let means = list(&answer, "mean");
    assert_eq!(means.len(), 6);
    for (mix, mean) in means.iter().enumerate() {
        let (amount, colour) = (&mean["values"]["amount"], mean["values"]["colour"].as_str().unwrap());
        let changed = map_column(&table, "amount", |_, _| amount.to_string());
        dir.write("changed.csv", map_column(&changed, "colour", |_, _| colour.to_owned()));
        let expected = predicted(&dir.ok("predict changed.csv"), 2);
        for (row, expected) in list(&answer, "rows").iter().zip(&expected) {
            assert!((number(&row["curve"][mix]["prediction"]) - expected).abs() < 1e-12, "{mean} {row}");
        }
        let average = expected.iter().sum::<f64>() / 6.0;
        assert!((number(&mean["mean"]) - average).abs() < 1e-12, "{mean}");
    }
    assert_eq!(means[1]["values"], serde_json::json!({"amount": 40.0, "colour": "blue"}));
    let own = predicted(&dir.ok("predict new.csv"), 2);
    assert!(list(&answer, "rows").iter().zip(own).all(|(row, own)| (number(&row["prediction"]) - own).abs() < 1e-12));
}

#[test]
fn values_are_those_of_the_training_rows_where_none_are_named() {
    let dir = Workdir::trained();
    dir.write("new.csv", binary(3, 3));
    let answer = dir.ok("whatif new.csv --vary colour --format json").json()["metrics"].clone();
    let mut levels: Vec<&str> = list(&answer, "mean").iter().map(|m| m["values"]["colour"].as_str().unwrap()).collect();
    levels.sort_unstable();
    assert_eq!(levels, ["blue", "green", "red"]);
    let answer = dir.ok("whatif new.csv --vary amount --format json").json()["metrics"].clone();
    let values: Vec<f64> = list(&answer, "mean").iter().map(|m| number(&m["values"]["amount"])).collect();
    assert!((9..=13).contains(&values.len()) && values.is_sorted(), "{values:?}");
    assert!(list(&answer, "mean").iter().all(|m| list(m, "outside").is_empty()), "{answer}");
    let text = dir.ok("whatif new.csv --vary amount=0:100:50 --row 00001");
    assert!(text.stdout.contains("* outside the range of the training rows"), "{text}");
    assert!(text.stdout.contains("elasticity by amount"), "{text}");
}

#[test]
fn an_ensemble_says_what_it_is_not_sure_of() {
    let dir = Workdir::new();
    dir.write("r.csv", regression(300, 1));
    let tiny = super::workdir::TINY.replace("model.ensemble=1", "model.ensemble=3");
    dir.ok(&format!("train r.csv --target y --out r {tiny} --set train.epochs=20"));
    let answer =
        dir.ok("whatif r.csv -m r --vary amount=45:55:5 --row 00001 --row 00002 --format json").json()["metrics"].clone();
    assert_eq!(answer["networks"], 3);
    for row in list(&answer, "rows") {
        for point in list(row, "curve") {
            let [low, value, high] = [&point["networks"]["low"], &point["prediction"], &point["networks"]["high"]].map(number);
            assert!(low < high && low <= value && value <= high, "{point}");
        }
        // y is about 100 and grows by 2.5 with each of an amount of about 50: d ln y / d ln x is about 1.2.
        // A row far from there lies where the network is flat.
        let elasticity = number(&row["elasticity"]["amount"]);
        let usual = (85.0..115.0).contains(&number(&row["prediction"]));
        assert!(if usual { 0.2 } else { -1.0 } < elasticity && elasticity < 3.0, "{row}");
    }
    dir.ok("whatif r.csv -m r --vary amount=45:55:5 --row 00001 -o curve.csv");
    let curve = dir.read("curve.csv");
    assert!(curve.starts_with("row,id_id,set_amount,prediction,low,high,outside\n") && curve.lines().count() == 4, "{curve}");
}

/// Applies the changes that a flip names to a table.
fn changed(table: &str, rows: &[Value]) -> String {
    let mut table = table.to_owned();
    for (row, found) in rows.iter().enumerate() {
        for change in found["flip"]["changes"].as_array().into_iter().flatten() {
            let (column, to) = (change["column"].as_str().unwrap(), change["to"].as_str().unwrap());
            table = map_column(&table, column, |at, cell| if at == row { to.to_owned() } else { cell.to_owned() });
        }
    }
    table
}

#[test]
fn flips_flip_when_predicted_and_keep_to_what_is_allowed() {
    let dir = Workdir::trained();
    let table = binary(40, 3);
    dir.write("new.csv", &table);
    let before: Vec<Vec<String>> = dir.ok("predict new.csv").rows()[1..].to_vec();
    for (flags, columns) in [
        ("--allow amount,visits,colour", &["amount", "visits", "colour"][..]),
        ("--allow amount", &["amount"]),
        ("--vary visits --vary colour=red", &["visits", "colour"]),
        ("--allow amount --only-up amount", &["amount"]),
        ("--vary amount --where amount<=52", &["amount"]),
    ] {
        let answer = dir.ok(&format!("whatif new.csv --flip {flags} --format json")).json()["metrics"].clone();
        let rows = list(&answer, "rows");
        dir.write("changed.csv", changed(&table, rows));
        let after: Vec<Vec<String>> = dir.ok("predict changed.csv").rows()[1..].to_vec();
        for (row, found) in rows.iter().enumerate() {
            assert_eq!(found["decision"], before[row][1], "{found}");
            let flipped = !found["flip"].is_null();
            assert_eq!(flipped, before[row][1] != after[row][1], "{flags}: {found}");
            for change in found["flip"]["changes"].as_array().into_iter().flatten() {
                assert!(columns.contains(&change["column"].as_str().unwrap()), "{flags}: {change}");
                let value = |key: &str| change[key].as_str().unwrap().parse::<f64>();
                if flags.contains("only-up") {
                    assert!(value("to").unwrap() > value("from").unwrap(), "{change}");
                }
                if flags.contains("where") {
                    assert!(value("to").unwrap() <= 52.0, "{change}");
                }
                if change["column"] == "visits" {
                    assert_eq!(value("to").unwrap().fract(), 0.0, "visits are whole: {change}");
                }
            }
        }
        if flags == "--allow amount,visits,colour" {
            assert!(number(&answer["flipped"]) > 20.0, "y follows amount: {answer}");
        }
    }
}

#[test]
fn a_flip_is_small() {
    let dir = Workdir::trained();
    let table = binary(40, 3);
    dir.write("new.csv", &table);
    let answer = dir.ok("whatif new.csv --flip --allow amount --format json").json()["metrics"].clone();
    // Nine tenths of the way do not flip it.
    let rows = list(&answer, "rows");
    let short = map_column(&table, "amount", |row, cell| {
        let Some(change) = rows[row]["flip"]["changes"].get(0) else { return cell.to_owned() };
        let [from, to] = ["from", "to"].map(|key| change[key].as_str().unwrap().parse::<f64>().unwrap());
        (from + 0.9 * (to - from)).to_string()
    });
    dir.write("short.csv", short);
    let after = dir.ok("predict short.csv").rows();
    let found = rows.iter().zip(&after[1..]).filter(|(row, _)| !row["flip"].is_null());
    assert!(found.clone().count() > 10);
    assert!(found.clone().all(|(row, after)| row["decision"] == after[1]), "{answer}");
}

#[test]
fn several_classes_and_numbers_flip_too() {
    let dir = Workdir::new();
    dir.write("m.csv", multiclass(300, 1)).write("r.csv", regression(300, 1));
    dir.ok(&format!("train m.csv --target y --out m {} --set train.epochs=20", super::workdir::TINY));
    dir.ok(&format!("train r.csv --target y --out r {} --set train.epochs=20", super::workdir::TINY));
    let few = |table: String| table.lines().take(21).collect::<Vec<_>>().join("\n") + "\n";
    let (m, r) = (few(multiclass(300, 1)), few(regression(300, 1)));
    dir.write("m20.csv", &m).write("r20.csv", &r);
    let answer =
        dir.ok("whatif m20.csv -m m --flip --allow amount,visits,colour --class c --format json").json()["metrics"].clone();
    dir.write("changed.csv", changed(&m, list(&answer, "rows")));
    let after = dir.ok("predict changed.csv -m m").rows();
    for (row, after) in list(&answer, "rows").iter().zip(&after[1..]) {
        assert!(row["flip"].is_null() || after[1] == "c", "{row}");
        assert!(row["decision"] != "c" || row["flip"].is_null(), "{row}");
    }
    let answer = dir.ok("whatif r20.csv -m r --flip --allow amount --at 100 --format json").json()["metrics"].clone();
    dir.write("changed.csv", changed(&r, list(&answer, "rows")));
    let (before, after) = (predicted(&dir.ok("predict r20.csv -m r"), 1), predicted(&dir.ok("predict changed.csv -m r"), 1));
    for (row, found) in list(&answer, "rows").iter().enumerate() {
        assert_eq!(found["decision"], if before[row] >= 100.0 { "at least 100" } else { "below 100" });
        assert_eq!(!found["flip"].is_null(), (before[row] >= 100.0) != (after[row] >= 100.0), "{found}");
    }
    dir.fails(2, "whatif r20.csv -m r --flip --allow amount").says(&["--at VALUE"]);
    dir.fails(2, "whatif m20.csv -m m --flip --allow amount --at 0.5").says(&["no threshold"]);
}

#[test]
fn the_best_mix_is_the_best_of_all() {
    let dir = Workdir::trained();
    let table = binary(5, 3);
    dir.write("new.csv", &table);
    let line = "whatif new.csv --vary amount=30:70:10 --vary colour --fix visits=7";
    let best = |rest: &str| dir.ok(&format!("{line} --top 20 {rest} --format json")).json()["metrics"].clone();
    let (largest, smallest) = (best("--best"), best("--best min"));
    assert_eq!(largest["combinations"], 15);
    let fixed = map_column(&table, "visits", |_, _| "7".into());
    let mut means = Vec::new();
    for amount in ["30", "40", "50", "60", "70"] {
        for colour in ["red", "green", "blue"] {
            let changed = map_column(&fixed, "amount", |_, _| amount.into());
            dir.write("changed.csv", map_column(&changed, "colour", |_, _| colour.into()));
            means.push(predicted(&dir.ok("predict changed.csv"), 2).iter().sum::<f64>() / 5.0);
        }
    }
    means.sort_by(|a, b| b.total_cmp(a));
    let found: Vec<f64> = list(&largest, "best").iter().map(|b| number(&b["mean"])).collect();
    assert!(found.len() == 15 && found.iter().zip(&means).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} {means:?}");
    assert!((number(&smallest["best"][0]["mean"]) - means[14]).abs() < 1e-12, "{smallest}");
    let bounded = best("--best --where amount<=50 --where colour!=red");
    assert_eq!(bounded["combinations"], 6);
    assert!(list(&bounded, "best").iter().all(|b| number(&b["values"]["amount"]) <= 50.0 && b["values"]["colour"] != "red"));
    let far = dir.ok("whatif new.csv --vary amount=0:1000:500 --best").stdout;
    assert!(far.contains("careful: amount is outside the range of the training rows"), "{far}");
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let dir = Workdir::trained();
    dir.fails(2, "whatif t.csv").says(&["--vary price=10:20:1"]);
    dir.fails(2, "whatif t.csv --vary colours").says(&["did you mean \"colour\"?", "\"amount\""]);
    dir.fails(2, "whatif t.csv --vary id").says(&["does not learn from \"id\""]);
    dir.fails(2, "whatif t.csv --vary colour=violet").says(&["no level \"violet\"", "\"red\""]);
    dir.fails(2, "whatif t.csv --vary amount=1:x:2").says(&["\"x\" is not a number"]);
    dir.fails(2, "whatif t.csv --vary amount=0:5000:1 --vary visits").says(&["more than 2000000", "--row"]);
    dir.fails(2, "whatif t.csv --vary amount --vary amount=1,2").says(&["varied twice"]);
    dir.fails(2, "whatif t.csv --vary amount --fix colour").says(&["give one value"]);
    dir.fails(2, "whatif t.csv --vary amount --fix amount=3").says(&["both fixed and varied"]);
    dir.fails(2, "whatif t.csv --vary amount --where colour=red").says(&["not varied"]);
    dir.fails(2, "whatif t.csv --vary colour --where colour<red").says(&["no order"]);
    dir.fails(2, "whatif t.csv --vary amount=1,2 --where amount>5").says(&["rules all of them out"]);
    dir.fails(2, "whatif t.csv --flip --allow colour --only-up colour").says(&["no order"]);
    dir.fails(2, "whatif t.csv --flip --allow amount --only-up visits").says(&["may not change"]);
    dir.fails(2, "whatif t.csv --flip --allow amount --at 7").says(&["from 0 to 1"]);
    dir.fails(2, "whatif t.csv --vary amount -o curve.txt").says(&[".csv or .json"]);
    dir.fails(2, "whatif t.csv --vary amount --flip --best");
    dir.fails(3, "whatif nope.csv --vary amount");
}
