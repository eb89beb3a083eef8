//! Deciding by a model: thresholds, sheets to act by, intervals and sets.

use mkt::artifact::ModelFile;
use mkt::train::DeviceKind;
use serde_json::Value;

use super::samples::{self, map_column};
use super::workdir::{Ran, TINY, Workdir};

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The cells of a column of CSV output.
fn column(ran: &Ran, name: &str) -> Vec<String> {
    let rows = ran.rows();
    let at = rows[0].iter().position(|n| n == name).unwrap_or_else(|| panic!("{name} is missing: {ran}"));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn numbers(ran: &Ran, name: &str) -> Vec<f64> {
    column(ran, name).iter().map(|cell| cell.parse().unwrap_or_else(|_| panic!("{cell:?} of {name}"))).collect()
}

/// The output without its line breaks.
fn words(ran: &Ran) -> String {
    ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table of two classes, and a run on it with more settings.
fn trained(settings: &str) -> (Workdir, Ran) {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    let ran = dir.ok(&format!("train t.csv --target y --out runs/r {TINY} {settings}"));
    (dir, ran)
}

#[test]
fn a_chosen_threshold_is_kept_and_used_by_every_verb() {
    let (dir, ran) = trained("--set threshold.optimize=recall>=0.95");
    assert!(words(&ran).contains("chosen for recall>=0.95"), "{ran}");
    let metrics = dir.json("runs/r/metrics.json");
    let threshold = &metrics["decisions"]["threshold"];
    let cut = float(&threshold["threshold"]);
    assert!(cut < 0.5 && cut > 0.0, "{threshold}");
    assert!(float(&threshold["out_of_fold"]["recall"]["value"]) >= 0.95, "{threshold}");
    assert!(float(&threshold["low"]) <= cut && cut <= float(&threshold["high"]), "{threshold}");
    assert_eq!(threshold["folds"].as_array().map(Vec::len), Some(2));
    assert_eq!(dir.ok("inspect runs/r --format json").json()["metrics"]["threshold"], threshold["threshold"]);
    // The scores of the test part are at the threshold, and the same again.
    let again = dir.ok("evaluate --format json").json();
    for metric in ["f1", "mcc", "accuracy", "auc"] {
        assert_eq!(again["metrics"]["test"][metric]["value"], metrics["test"][metric]["value"], "{metric}");
    }
    let plain = dir.ok(&format!("train t.csv --target y --out runs/plain {TINY}"));
    assert!(!words(&plain).contains("chosen for"), "{plain}");
    let plain = dir.json("runs/plain/metrics.json");
    assert_eq!(plain["decisions"]["threshold"]["threshold"], 0.5);
    assert_eq!((&plain["test"]["auc"], &plain["cv"]["auc"]), (&metrics["test"]["auc"], &metrics["cv"]["auc"]));
    assert_ne!(plain["test"]["f1"], metrics["test"]["f1"]);
    let ran = dir.ok("predict t.csv -m runs/r");
    for (p, called) in numbers(&ran, "p_yes").into_iter().zip(column(&ran, "prediction")) {
        assert_eq!(called, if p >= cut { "yes" } else { "no" }, "{p} against {cut}");
    }
}

#[test]
fn profit_decides_within_its_capacity() {
    let value = "--set threshold.value.tp=10 --set threshold.value.fp=-4";
    let profit = |settings: &str| {
        let (dir, _) = trained(&format!("{value} {settings}"));
        dir.json("runs/r/metrics.json")["decisions"]["threshold"].clone()
    };
    let (free, tight) =
        (profit("--set threshold.optimize=profit"), profit("--set threshold.optimize=profit --set threshold.capacity=0.1"));
    let total = |t: &Value| float(&t["out_of_fold"]["profit"]["total"]["value"]);
    assert!(total(&free) >= total(&tight), "{free} {tight}");
    let best = |t: &Value| {
        let curve = t["out_of_fold"]["curve"].as_array().unwrap().clone();
        curve.iter().map(|point| float(&point["profit"])).fold(f64::NEG_INFINITY, f64::max)
    };
    assert!(total(&free) >= best(&free), "no point of the curve is better: {free}");
    let of = &free["out_of_fold"]["profit"];
    assert!(total(&free) >= float(&of["of_all"]) && total(&free) >= float(&of["of_none"]), "{free}");
    let (called, rows) = (float(&tight["out_of_fold"]["called"]), float(&tight["out_of_fold"]["rows"]));
    assert!(called > 0.0 && called <= 0.1 * rows, "{tight}");
    assert_eq!(tight["capacity"], 0.1);
}

#[test]
fn a_threshold_without_sense_is_refused_before_any_training() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(100, 1)).write("m.csv", samples::multiclass(100, 1));
    let train = |data: &str, settings: &str| dir.fails(2, &format!("train {data} --target y --out runs/r {settings}"));
    train("m.csv", "--set threshold.optimize=f1").says(&["two classes", "\"y\" has 3"]);
    train("t.csv", "--set threshold.optimize=f3").says(&["threshold.optimize", "use none, f1"]);
    train("t.csv", "--set threshold.optimize=profit").says(&["[threshold.value]"]);
    train("t.csv", "--set threshold.optimize=top_n").says(&["needs n"]);
    train("t.csv", "--set intervals.level=90").says(&["intervals.level", "0.5 to 0.999"]);
    let value = |name: &str| format!("train t.csv --target y --out runs/r {TINY} --set threshold.value.tp={name}");
    dir.fails(3, &value("colour")).says(&["\"colour\"", "amounts"]);
    dir.fails(3, &value("margin")).says(&["no column \"margin\""]);
}

#[test]
fn a_sheet_ranks_and_decides() {
    let (dir, _) = trained("--set threshold.optimize=profit --set threshold.value.tp=amount --set threshold.value.fp=-20");
    dir.write("new.csv", samples::binary(95, 7));
    let ran = dir.ok("predict new.csv --actions");
    ran.says(&["actions: ", "of 95 rows to act on"]);
    let header: Vec<String> = ran.rows()[0].clone();
    assert_eq!(header[..6], ["id", "score", "rank", "decile", "expected_value", "decision"], "{ran}");
    assert_eq!(header[6..], ["reason_1", "reason_2", "reason_3", "flags"], "{ran}");
    // The strongest reason names a column, its value and what that adds.
    assert!(column(&ran, "reason_1").iter().any(|r| r.starts_with("amount ") && r.contains(", +")), "{ran}");
    let bare = dir.ok("predict new.csv --actions --reasons 0");
    assert!(!bare.rows()[0].contains(&"reason_1".to_owned()), "{bare}");
    assert_eq!(column(&bare, "decision"), column(&ran, "decision"));
    let (scores, ranks, deciles) = (numbers(&ran, "score"), numbers(&ran, "rank"), numbers(&ran, "decile"));
    let plain = dir.ok("predict new.csv");
    assert_eq!(scores, numbers(&plain, "p_yes"), "in the order of the input");
    assert_eq!(column(&ran, "id"), column(&plain, "id"));
    // Places 1 to 95, better scores first; tenths of nine or ten rows.
    let mut order: Vec<usize> = (0..95).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    for (place, &row) in order.iter().enumerate() {
        assert_eq!(ranks[row], (place + 1) as f64);
        assert_eq!(deciles[row], (place * 10 / 95 + 1) as f64);
    }
    // Acting is worth the amount where the row is positive and costs 20 where it is not.
    let amounts: Vec<f64> =
        dir.read("new.csv").lines().skip(1).map(|l| l.split(',').nth(1).unwrap().parse().unwrap()).collect();
    for ((p, value), amount) in scores.iter().zip(numbers(&ran, "expected_value")).zip(amounts) {
        assert!((value - (p * amount - (1.0 - p) * 20.0)).abs() < 1e-9, "{p} {amount}: {value}");
    }
    // Each row is decided by what acting is expected to bring, not by one threshold for all, and called so everywhere.
    let values = numbers(&ran, "expected_value");
    let decided = |row: usize| if values[row] > 0.0 { "act" } else { "skip" };
    let decisions = column(&ran, "decision");
    assert!((0..95).all(|row| decisions[row] == decided(row)), "{ran}");
    assert!(decisions.iter().any(|word| word == "act") && decisions.iter().any(|word| word == "skip"), "{ran}");
    for (called, act) in column(&plain, "prediction").iter().zip(&decisions) {
        assert_eq!(called == "yes", act == "act", "{plain}");
    }
    ran.says(&["expected value above 0"]);

    let sorted = dir.ok("predict new.csv --actions --sort score --capacity 5");
    assert_eq!(numbers(&sorted, "rank"), (1..=95).map(f64::from).collect::<Vec<_>>());
    let acted: Vec<String> = column(&sorted, "decision");
    assert!(acted[..5].iter().zip(&order).all(|(word, row)| word == decided(*row)), "{sorted}");
    assert!(acted[5..].iter().all(|word| word == "skip"), "{sorted}");
    let by_value = dir.ok("predict new.csv --actions --sort value");
    assert!(numbers(&by_value, "expected_value").is_sorted_by(|a, b| a >= b), "{by_value}");
    assert_eq!(numbers(&by_value, "rank"), (1..=95).map(f64::from).collect::<Vec<_>>());
    let mixed = dir.ok("predict new.csv --actions --sort value --rank-by score");
    let mut places = numbers(&mixed, "rank");
    assert!(!places.is_sorted(), "{mixed}");
    places.sort_by(f64::total_cmp);
    assert_eq!(places, (1..=95).map(f64::from).collect::<Vec<_>>());
    for form in ["parquet", "ndjson"] {
        let json = dir.ok(&format!("predict new.csv --actions -o sheet.{form} --format json")).json();
        assert!(float(&json["metrics"]["actions"]["act"]) >= 1.0, "{json}");
    }
    let line: Value = serde_json::from_str(dir.read("sheet.ndjson").lines().next().unwrap()).unwrap();
    assert_eq!(float(&line["rank"]), ranks[0]);
}

#[test]
fn a_sheet_without_a_choice_acts_on_as_many_as_asked() {
    let dir = Workdir::trained();
    let ran = dir.ok("predict t.csv --actions --capacity 17");
    let ranks = numbers(&ran, "rank");
    for (rank, decision) in ranks.iter().zip(column(&ran, "decision")) {
        assert_eq!(decision, if *rank <= 17.0 { "act" } else { "skip" });
    }
    ran.says(&["actions: 17 of 300 rows"]);
    dir.fails(2, "predict t.csv --capacity 17").says(&["--actions"]);
    dir.fails(2, "predict t.csv --actions --sort value").says(&["[threshold.value]"]);
    dir.fails(2, "predict t.csv --actions --capacity 0").says(&["--capacity 0"]);
    dir.write("m.csv", samples::multiclass(200, 1)).train("m.csv", "runs/m");
    dir.fails(2, "predict m.csv -m runs/m --actions").says(&["3 classes"]);
    dir.write("r.csv", samples::regression(200, 1)).train("r.csv", "runs/n");
    let ranked = dir.ok("predict r.csv -m runs/n --actions --sort score --intervals 0.8");
    assert!(numbers(&ranked, "score").is_sorted_by(|a, b| a >= b), "{ranked}");
    assert!(numbers(&ranked, "low").iter().zip(numbers(&ranked, "high")).all(|(low, high)| *low < high));
    assert!(!ranked.rows()[0].contains(&"decision".to_owned()), "nothing says on whom to act: {ranked}");
}

#[test]
fn text_that_a_spreadsheet_would_run_is_made_harmless_on_request() {
    let dir = Workdir::trained();
    let payloads = [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "=HYPERLINK(\"\"http://x\"\")",
        "+-1",
        "＝1+1",
        "-",
        "=",
        "@",
        "-1e9x",
        "--5",
    ];
    let quoted = |row: usize, cell: &str| payloads.get(row).map_or_else(|| cell.to_owned(), |p| format!("\"{p}\""));
    let table = map_column(&samples::binary(20, 3), "id", quoted);
    dir.write("new.csv", samples::add_column(&table, "-note", |row| if row == 0 { "-17".into() } else { "@x".into() }));
    let mut command = dir.command("predict new.csv --excel-safe --columns");
    command.arg("id,amount,-note");
    let ran = Ran::of("predict --excel-safe", command.spawn().unwrap());
    assert_eq!(ran.code, 0, "{ran}");
    let (header, rows) = (ran.rows()[0].clone(), ran.rows()[1..].to_vec());
    assert_eq!(header[..3], ["id", "amount", "'-note"], "{ran}");
    for (row, payload) in rows.iter().zip(payloads) {
        assert_eq!(row[0], format!("'{}", payload.replace("\"\"", "\"")));
    }
    assert!(rows[payloads.len()..].iter().all(|row| !row[0].starts_with('\'')), "{ran}");
    assert_eq!((rows[0][2].as_str(), rows[1][2].as_str()), ("-17", "'@x"), "a number is no formula");
    // Without the flag every cell comes back as it was.
    let plain = dir.ok("predict new.csv --columns id");
    assert_eq!(column(&plain, "id")[4], payloads[4]);
}

#[test]
fn what_is_never_negative_is_not_predicted_below_zero() {
    let dir = Workdir::new();
    // Half of the rows are 0, as with sales of a slow article: a network alone passes below.
    let sales = samples::map_column(&samples::regression(400, 1), "y", |_, y| {
        format!("{:.1}", (y.parse::<f64>().unwrap() - 95.0).max(0.0))
    });
    let with_loss = samples::map_column(&sales, "y", |row, y| if row == 7 { "-0.5".into() } else { y.to_owned() });
    dir.write("sales.csv", &sales).write("profit.csv", with_loss);
    let least = |table: &str| {
        dir.ok(&format!("train {table}.csv --target y --out runs/{table} --set validate.test_fraction=0 {TINY}"));
        let rows = dir.ok(&format!("predict sales.csv -m runs/{table} --intervals 0.9")).rows();
        let column = |at: usize| rows[1..].iter().map(|row| row[at].parse::<f64>().unwrap()).fold(f64::MAX, f64::min);
        [1, 2].map(column)
    };
    assert_eq!(least("sales"), [0.0, 0.0]);
    let [prediction, low] = least("profit");
    assert!(prediction < 0.0 && low < -1.0, "one training row below 0 leaves it free: {prediction} {low}");
    // What is explained, and tried, is what is predicted.
    let rows = dir.ok("explain sales.csv -m runs/sales --each --format json").json()["metrics"]["rows"].clone();
    let held = rows.as_array().unwrap().iter().filter(|row| row["prediction"] == 0.0);
    let of = |value: &serde_json::Value| value.as_f64().unwrap();
    let off = |row: &serde_json::Value| {
        let parts = row["contributions"].as_array().unwrap().iter().map(|part| of(&part["contribution"])).sum::<f64>();
        (of(&row["base"]) + parts).abs()
    };
    let off: Vec<f64> = held.map(off).collect();
    assert!(off.len() > 10 && off.iter().all(|off| *off < 1e-9), "{off:?}");
    let curve = dir.ok("whatif sales.csv -m runs/sales --row 00001 --vary amount=20:80:5 --format json").stdout;
    assert!(!curve.contains("\"prediction\":-"), "{curve}");
}

#[test]
fn intervals_hold_the_truth_as_often_as_meant() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::regression(1500, 1)).write("new.csv", samples::regression(2000, 2));
    // One network of eight units errs by more or less than those of the folds by the luck of its draw: four of 32 are alike.
    let settings = "--set train.epochs=20 --set validate.folds=10 --set model.hidden=[32] --set model.ensemble=4";
    let trained = dir.ok(&format!("train t.csv --target y --out runs/r {TINY} {settings}"));
    assert!(words(&trained).contains("within intervals"), "{trained}");
    let coverage = &dir.json("runs/r/metrics.json")["decisions"]["coverage"];
    assert_eq!((&coverage["rows"], &coverage["calibrated_on"]), (&"test".into(), &1200.into()), "{coverage}");
    for level in [0.8, 0.9] {
        let ran = dir.ok(&format!("predict new.csv --columns y --intervals {level}"));
        let (low, high, truth) = (numbers(&ran, "low"), numbers(&ran, "high"), numbers(&ran, "y"));
        let inside = (0..truth.len()).filter(|&row| low[row] <= truth[row] && truth[row] <= high[row]).count();
        let share = inside as f64 / truth.len() as f64;
        // The model has learned from more rows than those of the folds, and errs by less, if anything.
        assert!((-0.035..0.05).contains(&(share - level)), "{share} against {level}");
    }
    let measured = &dir.ok("evaluate new.csv --format json").json()["metrics"]["coverage"];
    assert!((-0.035..0.05).contains(&(float(&measured["covered"]["value"]) - 0.9)), "{measured}");
    assert!(dir.ok("evaluate new.csv").stdout.contains("within intervals"));
    dir.fails(2, "predict new.csv --sets 0.9").says(&["--intervals"]);
    dir.fails(2, "predict new.csv --intervals 90").says(&["out of range"]);
    dir.fails(2, "predict new.csv --intervals 0.9 --sets 0.9");
}

#[test]
fn sets_hold_the_true_class_as_often_as_meant() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::multiclass(1500, 1)).write("new.csv", samples::multiclass(2000, 2));
    dir.ok(&format!("train t.csv --target y --out runs/r {TINY} --set train.epochs=10"));
    let ran = dir.ok("predict new.csv --columns y --sets 0.9");
    let held =
        column(&ran, "set").iter().zip(column(&ran, "y")).filter(|(set, y)| set.split('|').any(|label| label == y)).count();
    let share = held as f64 / 2000.0;
    assert!((0.865..0.95).contains(&share), "{share}");
    // The prediction is the first of its set.
    assert!(
        column(&ran, "set").iter().zip(column(&ran, "prediction")).all(|(set, first)| set.split('|').next() == Some(&first))
    );
    dir.fails(2, "predict new.csv --intervals 0.9").says(&["--sets"]);
}

#[test]
fn an_older_model_without_errors_is_told_to_be_trained_again() {
    let dir = Workdir::trained();
    let mut model = ModelFile::load(&dir.path("runs/first/model.mkt"), DeviceKind::Auto).unwrap();
    model.manifest.conformal = None;
    model.save(&dir.path("old.mkt")).unwrap();
    dir.fails(4, "predict t.csv -m old.mkt --sets 0.9").says(&["old.mkt", "train it again"]);
    dir.ok("predict t.csv -m old.mkt");
    model.manifest.background = None;
    model.save(&dir.path("bare.mkt")).unwrap();
    dir.ok("predict t.csv -m bare.mkt --actions").says(&["no reasons are given"]);
    dir.fails(2, "predict t.csv -m bare.mkt --actions --reasons 2").says(&["bare.mkt", "train it again"]);
    dir.ok("evaluate t.csv -m old.mkt");
    // 240 rows to learn errors from are too few for one in a thousand.
    dir.fails(2, "predict t.csv --sets 0.999").says(&["240 rows"]);
}

#[test]
fn the_profit_of_the_test_part_is_that_of_the_decisions_that_predict_makes() {
    let dir = Workdir::new();
    let sales = samples::add_column(&samples::binary(600, 3), "margin", |row| (row * 7 % 60).to_string());
    // One row has no amount: it is not called, and brings nothing.
    let sales = samples::map_column(&sales, "margin", |row, cell| if row == 599 { String::new() } else { cell.to_owned() });
    let cut = sales.match_indices('\n').nth(400).unwrap().0 + 1;
    let test = format!("{}{}", &sales[..=sales.find('\n').unwrap()], &sales[cut..]);
    dir.write("t.csv", &sales[..cut]).write("new.csv", &test);
    let rows: Vec<(f64, bool)> = test
        .lines()
        .skip(1)
        .map(|line| (line.rsplit(',').next().unwrap().parse().unwrap_or(0.0), line.split(',').nth(4) == Some("yes")))
        .collect();
    assert_eq!(rows.len(), 200);
    let train = |more: &str| {
        let settings = "--set threshold.optimize=profit --set threshold.value.tp=margin --set threshold.value.fp=-9";
        let kept = "--set columns.ignore=[\"margin\"] --set collect.test=\"new.csv\"";
        dir.ok(&format!("train t.csv --target y --out runs/r {TINY} --force {kept} {settings} {more}"));
        let sheet = dir.ok("predict new.csv --actions --reasons 0");
        let acted: Vec<bool> = column(&sheet, "decision").iter().map(|word| word == "act").collect();
        let scores = numbers(&sheet, "score");
        let least = (0..200).filter(|row| acted[*row]).map(|row| scores[row]).fold(1.0, f64::min);
        assert!((0..200).any(|row| !acted[row] && scores[row] > least), "one threshold would have done: {sheet}");
        let called: Vec<bool> = column(&dir.ok("predict new.csv"), "prediction").iter().map(|word| word == "yes").collect();
        assert_eq!(acted, called);
        let brought: f64 =
            acted.iter().zip(&rows).filter(|(act, _)| **act).map(|(_, row)| if row.1 { row.0 } else { -9.0 }).sum();
        let number = acted.iter().filter(|act| **act).count() as f64;
        assert!(!acted[199], "a row without an amount");
        let trained = dir.json("runs/r/metrics.json")["decisions"]["threshold"].clone();
        let evaluated = dir.ok("evaluate new.csv --format json").json()["metrics"]["operating"].clone();
        for found in [&trained["test"], &evaluated] {
            assert_eq!((float(&found["profit"]["total"]["value"]), float(&found["called"])), (brought, number), "{found}");
        }
        (number, trained)
    };
    let (free, trained) = train("");
    assert_eq!(trained["least_gain"], 0.0);
    assert!(free > 20.0 && trained["folds"].as_array().unwrap().is_empty(), "{trained}");
    // A tenth of the rows out of fold at most.
    let (few, trained) = train("--set threshold.capacity=0.1");
    let out_of_fold = &trained["out_of_fold"];
    assert!(
        float(&out_of_fold["called"]) <= 0.1 * float(&out_of_fold["rows"]) && float(&trained["least_gain"]) > 0.0,
        "{trained}"
    );
    assert!(few < free, "{few} of {free}");
    // Of those called the ones that are worth most are kept, which are not those of the highest scores.
    let sheet = dir.ok("predict new.csv --actions --reasons 0 --capacity 5");
    let value = |cell: &String| cell.parse().unwrap_or(f64::NEG_INFINITY);
    let values: Vec<f64> = column(&sheet, "expected_value").iter().map(value).collect();
    let mut best: Vec<usize> = (0..200).collect();
    best.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let acted: Vec<usize> = (0..200).filter(|row| column(&sheet, "decision")[*row] == "act").collect();
    assert!(acted.len() == 5 && acted.iter().all(|row| values[*row] >= values[best[4]]), "{sheet}");
    let by_score = dir.ok("predict new.csv --actions --reasons 0 --rank-by score --capacity 5");
    assert_ne!(column(&by_score, "decision"), column(&sheet, "decision"));
    // The amounts are needed where every row is decided by them.
    dir.write("bare.csv", samples::binary(20, 7));
    dir.fails(3, "predict bare.csv").says(&["\"margin\""]);
    let both = "--set fairness.mitigate=thresholds --set columns.sensitive=[\"colour\"]";
    let settings = "--set threshold.optimize=profit --set threshold.value.tp=margin --set threshold.value.fp=-9";
    dir.fails(2, &format!("check t.csv --target y {settings} {both}")).says(&[
        "fairness.mitigate",
        "amounts from \"margin\", so",
        "there is none to move",
        "use \"reweigh\"",
    ]);
    // What it says to do can be done.
    let instead = both.replace("thresholds", "reweigh");
    dir.ok(&format!("train t.csv --target y --out runs/f {TINY} {settings} {instead}"));
    assert_eq!(dir.json("runs/f/metrics.json")["fairness"]["mitigation"]["method"], "reweigh");
}

#[test]
fn a_model_that_predicts_forward_in_time_promises_nothing() {
    let dir = Workdir::new();
    let day = |row: usize| format!("2024-{:02}-{:02}", 1 + row / 28, 1 + row % 28);
    dir.write("t.csv", samples::add_column(&samples::regression(300, 1), "day", day));
    dir.ok(&format!("train t.csv --target y --out runs/r {TINY} --set columns.time=day"));
    dir.ok("predict t.csv --intervals 0.9").says(&["forward in time"]);
    assert_eq!(dir.json("runs/r/metrics.json")["decisions"]["coverage"]["over_time"], true);
}

#[test]
fn evaluate_says_what_acting_brings() {
    let dir = Workdir::new();
    let table = |rows, seed| samples::add_column(&samples::binary(rows, seed), "margin", |row| (row % 7).to_string());
    dir.write("t.csv", table(400, 1)).write("new.csv", table(95, 7));
    let settings = "--set threshold.value.tp=margin --set threshold.value.fp=-2 --set threshold.value.fn=-1";
    dir.ok(&format!("train t.csv --target y --out runs/r {TINY} --set columns.ignore=[\"margin\"] {settings}"));
    let ran = dir.ok("evaluate new.csv --format json").json();
    let truth: Vec<bool> = dir.read("new.csv").lines().skip(1).map(|l| l.split(',').nth(4) == Some("yes")).collect();
    let called: Vec<bool> = column(&dir.ok("predict new.csv"), "prediction").iter().map(|c| c == "yes").collect();
    let worth = |row: usize, called: bool| match (truth[row], called) {
        (true, true) => (row % 7) as f64,
        (false, true) => -2.0,
        (true, false) => -1.0,
        (false, false) => 0.0,
    };
    let sum = |called: &dyn Fn(usize) -> bool| (0..95).map(|row| worth(row, called(row))).sum::<f64>();
    let found = &ran["metrics"]["operating"];
    let profit = &found["profit"];
    assert_eq!(float(&profit["total"]["value"]), sum(&|row| called[row]), "{found}");
    assert_eq!((float(&profit["of_all"]), float(&profit["of_none"])), (sum(&|_| true), sum(&|_| false)), "{found}");
    assert_eq!(float(&found["called"]), called.iter().filter(|c| **c).count() as f64, "{found}");
    assert!(float(&profit["total"]["low"]) < float(&profit["total"]["high"]), "{found}");
    assert!(words(&dir.ok("evaluate new.csv")).contains("rows called positive; of acting on all"));
    // Rows without the amounts are judged all the same, and it is said that they have no profit.
    dir.write("bare.csv", samples::binary(95, 7));
    let bare = dir.ok("evaluate bare.csv --format json");
    bare.says(&["no column \"margin\"", "[threshold.value]"]);
    assert!(bare.json()["metrics"]["operating"].is_null(), "{bare}");
    assert_eq!(bare.json()["metrics"]["test"]["auc"], ran["metrics"]["test"]["auc"]);
}
