//! Tables that are joined and streamed: what comes of them is what comes of a join in memory.

use std::fmt::Write as _;

use super::samples;
use super::workdir::{TINY, Workdir};

const STREAM: &str = "--set collect.stream='always' --max-memory 1GB";
const CONFIG: &str = "[collect]\nsource = 'orders.csv'\n[collect.tables]\ncustomers = 'customers.csv'\nregions = 'regions.csv'\n\
                      [[collect.join]]\ntable = 'customers'\non = 'k'\n[[collect.join]]\ntable = 'regions'\non = 'region'\n\
                      [target]\ncolumn = 'y'\n";
/// What only one of both ways has to say, or says in its own words.
const OWN: [&str; 4] = ["streamed", "duplicates_kept", "undefined_metric", "low_coverage"];

/// Orders of customers, some of whom are not known, and of customers who live in regions.
fn directory(orders: usize) -> Workdir {
    let dir = Workdir::new();
    let table = samples::add_column(&samples::binary(orders, 1), "k", |row| format!("{}", row * 7 % 503));
    let table = samples::add_column(&table, "part", |row| ["test", "a", "b", "a", "b"][row % 5].into());
    let table = samples::add_column(&table, "on", |row| format!("{:02}.{:02}.2024", 1 + row % 28, 1 + row % 12));
    dir.write("orders.csv", samples::map_column(&table, "amount", |row, cell| if row == 77 { "lots" } else { cell }.into()));
    let mut customers = "k,colour,region,since,credit\n".to_owned();
    for k in 0..500 {
        let since = format!("{:02}/{:02}/2019", 1 + k % 12, 13 + k % 9);
        writeln!(customers, "{k},c{},{},{since},{}.5", k % 4, ["n", "s", "w", "o", "z"][k % 5], k * 31 % 97).unwrap();
    }
    dir.write("customers.csv", customers + "600,c1,n,01/13/2019,3\n");
    dir.write("regions.csv", "region,density\nn,3.5\ns,1.25\nw,2\no,7\nq,9\n").write("j.toml", CONFIG);
    dir
}

/// Warnings of the rows, as the program tells them.
fn told(ran: &super::workdir::Ran) -> Vec<serde_json::Value> {
    let all = ran.json()["warnings"].as_array().unwrap().clone();
    all.into_iter().filter(|w| !OWN.contains(&w["code"].as_str().unwrap())).collect()
}

#[test]
fn joined_tables_that_fit_both_ways_give_the_same_rows_folds_and_warnings() {
    let dir = directory(20_000);
    let set = "--set validate.split=column --set validate.column=part --set model.blend=none --format json";
    let train = |run: &str, more: &str| told(&dir.ok(&format!("train -c j.toml --out {run} {set} {TINY} {more}")));
    let (memory, streamed) = (train("memory", ""), train("streamed", STREAM));
    assert_eq!(memory, streamed);
    let codes: Vec<&str> = memory.iter().filter_map(|w| w["code"].as_str()).collect();
    // What one join says hides nothing of the other.
    let each =
        ["odd_value", "unmatched_rows", "unused_rows", "renamed_column"].map(|c| codes.iter().filter(|k| **k == c).count());
    assert_eq!(each, [1, 2, 2, 1], "{codes:?}");
    let [a, b] = ["memory", "streamed"].map(|run| dir.json(&format!("{run}/data.json")));
    assert_eq!((&a["rows"], &a["cleaned"]), (&b["rows"], &b["cleaned"]));
    // How a column of ids is known, and how the network sees it, is told in other words.
    let columns = |data: &serde_json::Value| {
        let mut columns = data["columns"].as_array().unwrap().clone();
        columns.iter_mut().filter(|c| c["role"] == "id").for_each(|c| c["reason"] = "an id".into());
        columns
    };
    assert_eq!(columns(&a), columns(&b));
    let [a, b] = ["memory", "streamed"].map(|run| dir.json(&format!("{run}/metrics.json")));
    // The sample is the whole table here: all that is learned on it is the same, to the bit.
    assert_eq!((&a["cv"], &a["linear"]["cv"]), (&b["cv"], &b["linear"]["cv"]));
    // The final network sees the same rows in another order.
    for (name, tolerance) in [("auc", 0.01), ("logloss", 0.02), ("brier", 0.01)] {
        let [a, b] = [&a, &b].map(|metrics| metrics["test"][name]["value"].as_f64().unwrap());
        assert!((a - b).abs() < tolerance, "{name}: {a} in memory, {b} streamed");
    }
    assert_eq!(dir.files("memory"), dir.files("streamed"));

    // New rows are predicted the same way on both, and on any number of threads.
    let predict = |more: &str| dir.ok(&format!("predict -c j.toml -m memory -o - {more}"));
    let held = predict("");
    assert_eq!(held.rows().len(), 20_001);
    for threads in [1, 3] {
        let ran = predict(&format!("--set collect.stream=always --threads {threads}"));
        assert!(ran.stdout == held.stdout && ran.stderr == held.stderr, "{}{}", ran.stderr, held.stderr);
    }
    // By itself where they do not fit; the types are those of a sample then, which is told.
    let ran = predict("--max-memory 90MB");
    assert!(ran.stdout == held.stdout && ran.stderr.contains("a uniform sample of 2000 of 20000 rows"), "{}", ran.stderr);
    // Read again, the rows that each run set aside score what they scored.
    for run in ["memory", "streamed"] {
        let again = dir.ok(&format!("evaluate -m {run} --format json")).json();
        let [now, then] = [&again["metrics"]["test"], &dir.json(&format!("{run}/metrics.json"))["test"]]
            .map(|test| test["auc"]["value"].as_f64().unwrap());
        assert!((now - then).abs() < 1e-6, "{run}: {now} beside {then}");
    }
}

#[test]
fn joined_tables_that_do_not_fit_are_streamed_of_themselves_and_a_sample_tells_their_types() {
    let dir = directory(40_000);
    let line = |run: &str, threads: usize| {
        format!("train -c j.toml --out {run} --threads {threads} --set collect.sample=4000 --max-memory 115MB {TINY}")
    };
    let ran = dir.ok(&line("one", 1));
    ran.says(&["plan: about", "streamed, with a sample of at most", "table source: the types of its columns, before others"]);
    // One row in 40 000 is no number, whatever the sample holds.
    ran.says(&[
        "table source: 1 value of \"amount\" is not a number",
        "in row 78: \"lots\"",
        "237 of 40000 rows of orders.csv",
    ]);
    dir.ok(&line("two", 2));
    assert_eq!(dir.bytes("one/model.mkt"), dir.bytes("two/model.mkt"));
    let rows = dir.json("one/data.json")["rows"].clone();
    assert_eq!((rows["collected"].as_u64(), rows["used"].as_u64()), (Some(40_000), Some(40_000)));

    // Rows that find nothing are left out, and the others counted.
    dir.write("inner.toml", CONFIG.replace("on = 'k'", "on = 'k'\nhow = 'inner'"));
    dir.ok(&line("inner", 2).replace("j.toml", "inner.toml")).says(&["are left out"]);
    let rows = dir.json("inner/data.json")["rows"].clone();
    assert_eq!((rows["collected"].as_u64(), rows["used"].as_u64()), (Some(39_763), Some(39_763)));
    dir.ok("evaluate -m inner --format json");
    dir.write("regions.csv", dir.read("regions.csv").replace("n,3.5", "n,3.75"));
    dir.fails(4, "evaluate -m inner").says(&["changed since training"]);
}

#[test]
fn what_cannot_be_joined_is_refused_on_both_ways_in_the_same_words() {
    let dir = directory(3000);
    let customers = dir.read("customers.csv");
    for (table, words) in [
        (customers.clone() + "7,c1,n,01/13/2019,3\n", "the key k = \"7\" stands 2 times in customers (rows 8, 502)"),
        (
            samples::map_column(&customers, "k", |_, k| format!("K{k}")),
            "the key \"k\" of orders.csv is a number (such as \"0\")",
        ),
        (samples::map_column(&customers, "k", |_, k| format!("9{k}0")), "no row of orders.csv finds its key (k) in customers"),
        (customers.replace("k,colour", "key,colour"), "customers has no column \"k\" to join by"),
    ] {
        dir.write("customers.csv", table);
        let [held, streamed] = ["", STREAM].map(|way| dir.fails(3, &format!("train -c j.toml {way} {TINY}")));
        held.says(&[words]);
        streamed.says(&[words]);
    }
}
