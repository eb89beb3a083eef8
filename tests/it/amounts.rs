//! Values as people write them: one decision per column, kept with the model.

use std::fmt::Write as _;

use super::samples;
use super::workdir::{Ran, TINY, Workdir};

/// The sample table with its amount written in another way.
fn written(way: impl Fn(f64) -> String) -> String {
    let quoted = |text: String| if text.contains(',') { format!("\"{text}\"") } else { text };
    samples::map_column(&samples::binary(200, 1), "amount", |_, cell| {
        quoted(way((100.0 * cell.parse::<f64>().unwrap() * 100.0).round() / 100.0))
    })
}

fn grouped(value: f64, group: &str, decimal: &str) -> String {
    let text = format!("{value:.2}");
    let (whole, fraction) = text.split_once('.').unwrap();
    let whole = if whole.len() > 3 {
        format!("{}{group}{}", &whole[..whole.len() - 3], &whole[whole.len() - 3..])
    } else {
        whole.to_owned()
    };
    format!("{whole}{decimal}{fraction}")
}

/// How a number is written.
type Way = fn(f64) -> String;

fn column(ran: &Ran, name: &str) -> serde_json::Value {
    let columns = ran.json()["metrics"]["columns"].clone();
    columns.as_array().unwrap().iter().find(|c| c["name"] == name).unwrap().clone()
}

#[test]
fn amounts_are_the_same_however_they_are_written() {
    let dir = Workdir::new();
    dir.write("t.csv", written(|v| format!("{v:.2}")));
    dir.ok(&format!("train t.csv --target y --out runs/plain {TINY}"));
    let expected = dir.ok("predict t.csv -m runs/plain/model.mkt").stdout;
    let ways: [(&str, Way); 7] = [
        ("1.234,5", |v| grouped(v, ".", ",")),
        ("1,234.5", |v| grouped(v, ",", ".")),
        ("1 234,5", |v| grouped(v, "\u{202f}", ",")),
        ("1'234.5 CHF", |v| format!("CHF {}", grouped(v, "'", "."))),
        ("1234.5 CC", |v| format!("{v:.2} CC")),
        ("1.234,5 €", |v| format!("{} €", grouped(v, ".", ","))),
        ("1,234.5 $", |v| format!("${}", grouped(v, ",", "."))),
    ];
    for (i, (picture, way)) in ways.into_iter().enumerate() {
        let table = written(way);
        dir.write("o.csv", &table);
        let ran = dir.ok("init o.csv --target y -o c.toml --force --format json");
        let amount = column(&ran, "amount");
        assert_eq!((&amount["kind"], &amount["format"]), (&"number".into(), &picture.into()), "{ran}");
        assert!(amount["reason"].as_str().unwrap().contains(picture), "{ran}");
        dir.ok(&format!("train o.csv --target y --out runs/{i} {TINY}"));
        let model = format!("-m runs/{i}/model.mkt");
        let batch = dir.ok(&format!("predict o.csv {model}"));
        assert_eq!(batch.stdout, expected, "{picture}");
        // A row alone does not tell its notation: the model does.
        let rows = batch.rows();
        let header = table.lines().next().unwrap();
        for (row, line) in table.lines().enumerate().skip(1).take(3) {
            let one = dir.pipe(&format!("predict - {model}"), format!("{header}\n{line}\n"));
            assert_eq!(one.rows()[1], rows[row], "{one}");
        }
        // The config that was written reads the table alike.
        dir.ok(&format!("train -c c.toml --out runs/c{i} {TINY}"));
        assert_eq!(dir.ok(&format!("predict o.csv -m runs/c{i}/model.mkt")).stdout, expected, "{picture}");
    }
}

#[test]
fn a_value_in_another_notation_is_counted_not_guessed() {
    let dir = Workdir::new();
    dir.write("t.csv", written(|v| format!("{} €", grouped(v, ".", ","))));
    dir.ok(&format!("train t.csv --target y --out runs/a {TINY}"));
    let ran = dir.pipe("predict - --format json -o p.csv", "id,amount,visits,colour\n1,\"1,234.50 €\",3,red\n2,5 km,3,red\n");
    let told = ran.json()["warnings"].to_string();
    assert!(told.contains("odd_value") && told.contains("\"amount\\\" 2"), "{ran}");
}

#[test]
fn what_the_values_leave_open_is_told_with_the_setting_that_decides() {
    let dir = Workdir::new();
    let table =
        samples::map_column(&samples::binary(100, 1), "amount", |row, _| format!("\"{},{:03}\"", row % 9 + 1, row * 7 % 1000));
    dir.write("t.csv", &table);
    let ran = dir.ok("init t.csv --target y -o c.toml --format json");
    assert!(ran.json()["warnings"].to_string().contains("[collect] decimal"), "{ran}");
    assert_eq!(column(&ran, "amount")["format"], "1,234.5");
    let set = dir.ok("init t.csv --target y -o c.toml --force --format json --set collect.decimal=,");
    assert!(!set.json()["warnings"].to_string().contains("decimal_mark"), "{set}");
    let dates = samples::map_column(&samples::binary(100, 1), "amount", |row, _| {
        format!("{:02}/{:02}/2024", row % 12 + 1, row % 11 + 1)
    });
    dir.write("d.csv", &dates);
    let ran = dir.ok("init d.csv --target y -o c.toml --force --format json");
    assert!(ran.json()["warnings"].to_string().contains("[clean] day_first"), "{ran}");
    assert_eq!(column(&ran, "amount")["format"], "%m/%d/%Y");
    let set = dir.ok("init d.csv --target y -o c.toml --force --format json --set clean.day_first=true");
    assert_eq!(column(&set, "amount")["format"], "%d/%m/%Y");
    assert!(!set.json()["warnings"].to_string().contains("date_order"), "{set}");
}

#[test]
fn markers_among_numbers_are_missing_and_counted() {
    let dir = Workdir::new();
    let markers = ["-", "无", "#DIV/0!", "n.a."];
    let table = samples::map_column(&samples::binary(200, 1), "amount", |row, cell| {
        if row % 10 == 0 { markers[row / 10 % 4].to_owned() } else { cell.to_owned() }
    });
    dir.write("t.csv", &table);
    let ran = dir.ok(&format!("train t.csv --target y --out runs/a {TINY}"));
    let data = dir.json("runs/a/data.json").to_string();
    assert!(data.contains("marker of a missing value among numbers or dates"), "{ran}\n{data}");
    assert!(!ran.stderr.contains("odd_value") && !ran.stderr.contains("not a number"), "{ran}");
}

/// Seconds as a clock shows them.
fn clock(seconds: usize) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[test]
fn times_are_the_seconds_that_they_show() {
    let dir = Workdir::new();
    let at = |row: usize| row * 7919 % 86_400;
    let took = |row: usize| 60 + row * 104_729 % 500_000;
    let table = |at: &dyn Fn(usize) -> String, took: &dyn Fn(usize) -> String| {
        samples::add_column(&samples::add_column(&samples::binary(200, 1), "at", at), "took", took)
    };
    dir.write("n.csv", table(&|row| at(row).to_string(), &|row| took(row).to_string()));
    let text = table(&|row| clock(at(row)), &|row| format!("PT{}H{}S", took(row) / 3600, took(row) % 3600));
    dir.write("t.csv", &text);
    let half =
        |row: usize| format!("{}:{:02} {}", (at(row) / 3600 + 11) % 12 + 1, at(row) / 60 % 60, ["AM", "PM"][at(row) / 43_200]);
    dir.write("h.csv", table(&half, &|row| clock(took(row))));
    let ran = dir.ok("init h.csv --target y -o c.toml --format json");
    assert_eq!((&column(&ran, "at")["kind"], &column(&ran, "took")["kind"]), (&"number".into(), &"number".into()), "{ran}");
    for more in ["", "--set collect.stream=always --max-memory 1GB"] {
        for name in ["n", "t"] {
            let ran = dir.ok(&format!("train {name}.csv --target y --out runs/{name} --force --format json {TINY} {more}"));
            let told = ran.json()["warnings"].to_string();
            assert_eq!(told.contains("times of day such as") && told.contains("read as seconds"), name == "t", "{ran}");
        }
        let expected = dir.ok("predict n.csv -m runs/n/model.mkt").stdout;
        let ran = dir.ok("predict t.csv -m runs/t/model.mkt");
        assert_eq!(ran.stdout, expected, "{more}");
        let mut lines = text.lines();
        let one = format!("{}\n{}\n", lines.next().unwrap(), lines.nth(6).unwrap());
        assert_eq!(dir.pipe("predict - -m runs/t/model.mkt", one).rows()[1], ran.rows()[7]);
    }
    let ran = dir.ok("init t.csv --target y -o c.toml --force --format json --set columns.type.at=category");
    assert_eq!(column(&ran, "at")["kind"], "category");
    assert!(!ran.json()["warnings"].to_string().contains("times of day"), "{ran}");
}

#[test]
fn a_model_of_typed_dates_reads_those_of_a_text() {
    let dir = Workdir::new();
    let mut rows = String::new();
    for row in 0..120 {
        let (day, y) = (1 + row % 28, if row % 3 == 0 { "yes" } else { "no" });
        writeln!(rows, "{{\"x\": {}, \"day\": \"2024-0{}-{day:02}\", \"y\": \"{y}\"}}", row * 7 % 50, 1 + row % 9).unwrap();
    }
    dir.write("t.ndjson", rows);
    // A query gives its dates the type of dates.
    let sql = "[collect]\nsql = \"select x, cast(day as date) as day, y from t\"\n[collect.tables]\nt = \"t.ndjson\"\n";
    dir.write("c.toml", format!("{sql}[target]\ncolumn = \"y\"\n"));
    dir.ok(&format!("train -c c.toml --out run {TINY}"));
    dir.write("one.csv", "x,day\n7,2024-03-05\n")
        .write("two.csv", "x,day\n7,2024-03-05T00:00:00\n")
        .write("odd.csv", "x,day\n7,05.03.24\n");
    let [one, two, odd] = ["one", "two", "odd"].map(|name| dir.ok(&format!("predict {name}.csv -m run")));
    assert!(!one.stderr.contains("do not fit") && !one.stderr.contains("of the wrong type"), "{one}");
    assert_eq!(one.stdout, two.stdout);
    odd.says(&["of the wrong type"]);
}

#[test]
fn a_target_of_numbers_with_texts_is_refused_or_told() {
    let dir = Workdir::new();
    let with = |text: &str, rows: &[usize], most: usize| {
        let value = |row: usize| if rows.contains(&row) { text.to_owned() } else { (row * 7 % most).to_string() };
        samples::add_column(&samples::binary(300, 1), "t", value)
    };
    dir.write("slip.csv", with("T", &[7], 50));
    dir.fails(3, "check slip.csv --target t").says(&["row 8 of slip.csv", "\"T\" is not a number", "[collect] null_values"]);
    let rows: Vec<usize> = (0..300).step_by(10).collect();
    dir.write("many.csv", with("n.k.", &rows, 50));
    let ran = dir.ok("init many.csv --target t -o c.toml --format json");
    let told = ran.json()["warnings"].as_array().unwrap().iter().find(|w| w["code"] == "unread_numbers").cloned().unwrap();
    assert_eq!((&told["row"], &told["count"]), (&1.into(), &30.into()), "{ran}");
    assert!(told["message"].as_str().unwrap().contains("add \"n.k.\" to [collect] null_values"), "{ran}");
    // What the warning says is done.
    let ran = dir.ok("init many.csv --target t -o c.toml --force --format json --set collect.null_values=['n.k.']");
    assert_eq!(column(&ran, "t")["kind"], "number", "{ran}");
    // Markers that every column of numbers knows are no value here either.
    dir.write("marked.csv", with("-", &rows, 50));
    dir.ok(&format!("train marked.csv --target t --out run {TINY}"));
    assert_eq!(dir.json("run/metrics.json")["task"], "regression");
    assert!(dir.json("run/data.json").to_string().contains("no target value, row dropped"), "{}", dir.json("run/data.json"));
    dir.ok("evaluate marked.csv -m run").says(&["30 rows have no value in \"t\" and are left out, the first is row 1"]);
}

#[test]
fn a_model_of_typed_truth_values_reads_digits_and_one_of_digits_reads_words() {
    let dir = Workdir::new();
    let table = |no: &str, yes: &str| {
        let rows = (0..120).map(|row| {
            let y = if row % 5 < 2 { "yes" } else { "no" };
            format!("{{\"x\": {}, \"f\": {}, \"y\": \"{y}\"}}\n", row * 7 % 50, if row % 3 == 0 { yes } else { no })
        });
        rows.collect::<Vec<_>>().concat()
    };
    dir.write("words.ndjson", table("false", "true")).write("digits.ndjson", table("0", "1"));
    dir.ok(&format!("train words.ndjson --target y --out words {TINY}"));
    dir.ok(&format!("train digits.ndjson --target y --out digits {TINY}"));
    for model in ["words", "digits"] {
        let [a, b] = ["words", "digits"].map(|name| dir.ok(&format!("predict {name}.ndjson -m {model}")));
        assert_eq!(a.stdout, b.stdout, "{model}");
        assert!(!a.stderr.contains("levels that") && !b.stderr.contains("levels that"), "{a}\n{b}");
    }
}
