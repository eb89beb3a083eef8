//! CSV files as other programs write them: the same table in every dialect gives the same config.

use super::samples;
use super::workdir::{TINY, Workdir};

#[test]
fn the_same_table_in_other_dialects_is_read_alike() {
    let dir = Workdir::new();
    let table = samples::binary(200, 1);
    dir.write("t.csv", &table);
    let (header, rows) = table.split_once('\n').unwrap();
    let expected = dir.ok("init t.csv --target y -o -").stdout;
    let quoted = |q: char| {
        let lines = table.lines().map(|l| l.split(',').map(|c| format!("{q}{c}{q}")).collect::<Vec<_>>().join(",") + "\n");
        lines.collect::<String>()
    };
    for (text, code) in [
        (table.replace(',', ";"), None),
        (table.replace(',', "\t"), None),
        (table.replace(',', "|"), None),
        (table.replace(',', "^"), Some("delimiter")),
        (table.replace('\n', "\r\n"), None),
        (table.replace('\n', "\r"), Some("line_ends")),
        (quoted('"'), None),
        (quoted('\''), Some("quote")),
        (format!("sep=,\n{table}"), None),
        (format!("Sales of the year\n\n{table}"), Some("preamble")),
        (format!("# made by hand\n# twice\n{table}"), Some("preamble")),
        (format!("{table}\nSource: our shop\n"), Some("footer")),
        (format!("{table}Total,,712,,\n"), Some("footer")),
        (format!("Sales of the year,,,,\n,,,,\n{table}"), Some("preamble")),
        (table.replace("id,amount", "id,,amount"), Some("empty_names")),
        (format!("{header}\n{}", rows.replace('\n', ",\n")), Some("last_delimiter")),
        (format!("{table}{header}"), Some("header_again")),
        (format!("{table}1,2,red\n"), Some("ragged")),
        (quoted('"').replace(',', ", "), None),
    ] {
        dir.write("o.csv", &text);
        let ran = dir.ok("init o.csv --target y -o c.toml --force --format json");
        let warnings = ran.json()["warnings"].clone();
        let codes: Vec<&str> = warnings.as_array().unwrap().iter().map(|w| w["code"].as_str().unwrap()).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{ran}");
        assert_eq!(dir.read("c.toml").replace("o.csv", "t.csv"), expected, "{}", &text[..80]);
    }
}

#[test]
fn a_table_without_header_is_trained_and_predicted_by_place() {
    let dir = Workdir::new();
    let table = samples::binary(200, 1);
    let (_, rows) = table.split_once('\n').unwrap();
    dir.write("t.csv", rows);
    let line = format!("train t.csv --target column_5 --out runs/a {TINY}");
    dir.ok(&line).says(&["column_1", "[collect] header"]);
    assert_eq!(dir.ok("predict t.csv").rows().len(), 201);
    let one = rows.lines().next().unwrap();
    assert_eq!(dir.pipe("predict - --set collect.header=false", one).rows().len(), 2);
    dir.fails(3, "train t.csv --target column_5 --set collect.header=true").says(&["column_5"]);
}

#[test]
fn broken_records_are_not_learned_from_but_each_is_predicted() {
    let dir = Workdir::trained();
    let table = dir.read("t.csv");
    // One record without a field, one with a quote too many.
    let lines: Vec<String> = table
        .lines()
        .enumerate()
        .map(|(i, line)| match i {
            7 => line.rsplit_once(',').unwrap().0.to_owned(),
            9 => ["red", "green", "blue"].iter().fold(line.to_owned(), |l, c| l.replace(c, &format!("\"{c}"))),
            _ => line.to_owned(),
        })
        .collect();
    dir.write("broken.csv", lines.join("\n"));
    let codes = |ran: &super::workdir::Ran| {
        let warnings = ran.json()["warnings"].as_array().unwrap().clone();
        let of_reading = |w: &serde_json::Value| ["ragged", "stray_quote"].contains(&w["code"].as_str().unwrap());
        warnings.into_iter().filter(of_reading).map(|w| w["message"].to_string()).collect::<Vec<_>>()
    };
    let ran = dir.ok(&format!("train broken.csv --target y --out runs/b {TINY} --format json"));
    assert_eq!(ran.json()["metrics"]["rows"], 299, "{ran}");
    let told = codes(&ran);
    assert!(told.len() == 2 && told[0].contains("first in line 8") && told[0].contains("left out"), "{ran}");
    assert!(told[1].contains("first in line 10"), "{ran}");
    let ran = dir.ok("predict broken.csv -m runs/first -o p.csv --format json");
    assert!(codes(&ran)[0].contains("missing values at its end"), "{ran}");
    assert_eq!(dir.read("p.csv").lines().count(), 301);
    // One in three is no mistake.
    dir.write("other.csv", table.lines().take(4).chain(["1,2,3"]).collect::<Vec<_>>().join("\n"));
    dir.fails(3, "predict other.csv -m runs/first").says(&["other.csv, line 5: expected 5 fields as in the header, found 3"]);
}

#[test]
fn settings_override_what_would_be_found() {
    let dir = Workdir::new();
    let table = samples::binary(100, 1);
    dir.write("t.csv", format!("skip\nthis\n{table}"));
    dir.ok("check t.csv --target y --set collect.skip_rows=2");
    dir.fails(3, "check t.csv --target y --set collect.skip_rows=0").says(&["read as one column", "skip_rows"]);
    dir.fails(2, "check t.csv --target y --set collect.quote=ab").says(&["quote"]);
    dir.fails(2, "check t.csv --target y --set collect.quote=, --set collect.delimiter=,").says(&["quote"]);
}
