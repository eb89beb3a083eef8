//! Several sources that become one table, and the kinds of files they come in.

use std::fmt::Write as _;

use super::samples;
use super::workbook::C::{E, N, T};
use super::workbook::{Sheet, book, sheet};
use super::workdir::{TINY, Workdir};

/// Customers, each with a target that follows what they ordered, and their orders.
fn customers_and_orders(rows: usize) -> (String, String) {
    let (mut customers, mut orders) = ("customer,city,y\n".to_owned(), "customer,ordered,paid\n".to_owned());
    for row in 0..rows {
        let bought = (row * 7 + row / 3) % 5;
        let y = if bought >= 2 { "yes" } else { "no" };
        writeln!(customers, "{:04},{},{y}", row + 1, ["Bonn", "Köln", "Aachen"][row % 3]).unwrap();
        for order in 0..bought {
            writeln!(orders, "{:04},2025-0{}-11,{}.50", row + 1, 1 + order, 10 + (row * 13 + order) % 40).unwrap();
        }
    }
    (customers, orders)
}

const SQL: &str = "[collect]\nsql = \"\"\"select c.customer, c.city, c.y, coalesce(o.orders, 0) as orders, o.paid from customers c\n\
                   left join (select customer, count(*) as orders, sum(paid) as paid from orders group by customer) o\n\
                   on o.customer = c.customer\"\"\"\n";
const REST: &str = "[target]\ncolumn = \"y\"\n[columns]\nid = [\"customer\"]\n[columns.type]\norders = \"number\"\n";

fn directory() -> Workdir {
    let dir = Workdir::new();
    let (customers, orders) = customers_and_orders(240);
    dir.write("data/customers.csv", customers).write("data/orders.csv", orders);
    let tables = "[collect.tables]\ncustomers = \"../data/customers.csv\"\norders = \"../data/orders.csv\"\n";
    dir.write("configs/c.toml", format!("{SQL}{tables}{REST}"));
    dir
}

#[test]
fn a_model_of_joined_tables_predicts_from_tables_or_from_a_finished_file() {
    let dir = directory();
    let ran = dir.ok(&format!("train -c configs/c.toml --out runs/a {TINY} --format json"));
    assert_eq!(ran.json()["metrics"]["rows"], 240, "{ran}");
    let inspected = dir.ok("inspect runs/a --format json");
    assert!(!inspected.stdout.contains("customers.csv"), "{inspected}");

    // The tables of the config, from wherever the program runs.
    let predicted = dir.ok("predict -c configs/c.toml -m runs/a");
    let rows = predicted.rows();
    assert_eq!((rows.len(), rows[0].as_slice()), (241, &["customer", "prediction", "p_yes"].map(str::to_owned)[..]));
    assert_eq!(rows[1][0], "0001", "codes keep their zeros, and the rows are sorted");
    // The config that the run kept says the same.
    assert_eq!(dir.ok("predict -c runs/a/config.toml -m runs/a").stdout, predicted.stdout);
    dir.ok("evaluate -m runs/a");

    // A file that has the columns already needs no tables, with the config or without it.
    dir.write("flat.csv", "paid,orders,city,customer\n50.5,3,Bonn,9001\n,0,Köln,9002\n");
    let flat = dir.ok("predict flat.csv -m runs/a");
    assert_eq!((flat.rows().len(), flat.rows()[2][0].as_str()), (3, "9002"));
    assert_eq!(dir.ok("predict flat.csv -c configs/c.toml -m runs/a").stdout, flat.stdout);

    // Other orders, named on the command line.
    dir.write("configs/none.csv", "customer,ordered,paid\n0001,2025-01-11,5\n");
    let other = dir.ok("predict -c configs/c.toml -m runs/a --set collect.tables.orders=none.csv");
    assert!(other.rows().len() == 241 && other.stdout != predicted.stdout);
    dir.fails(2, "predict -m runs/a").says(&["name the rows", "[collect.tables]"]);
}

#[test]
fn the_same_tables_give_the_same_bytes_on_any_number_of_threads() {
    let dir = directory();
    for (run, threads) in [("a", 1), ("b", 2)] {
        dir.ok(&format!("train -c configs/c.toml --out runs/{run} --threads {threads} {TINY}"));
    }
    assert_eq!(dir.bytes("runs/a/model.mkt"), dir.bytes("runs/b/model.mkt"));
}

#[test]
fn joins_say_what_finds_nothing_and_refuse_what_stands_twice() {
    let dir = directory();
    let config = |validate: &str| {
        format!(
            "[collect]\nsource = \"../data/customers.csv\"\n[collect.tables]\norders = \"../data/orders.csv\"\n[[collect.join]]\ntable = \
             \"orders\"\non = \"customer\"\n{validate}\n[target]\ncolumn = \"y\"\n"
        )
    };
    dir.write("configs/once.toml", config(""));
    dir.fails(3, "check -c configs/once.toml").says(&[
        "customer = \"0002\" stands 2 times in orders",
        "validate = \"m:1\"",
        "group by",
    ]);
    dir.write("configs/many.toml", config("validate = \"m:m\""));
    // Whether what is left is worth training on is another question.
    let ran = dir.run("check -c configs/many.toml --format json --set columns.id=customer");
    assert!(matches!(ran.code, 0 | 1), "{ran}");
    let warnings = ran.json()["warnings"].to_string();
    assert!(warnings.contains("unmatched_rows") && warnings.contains("stay, with missing values"), "{ran}");
    dir.write("configs/typo.toml", config("validat = \"m:m\""));
    dir.fails(2, "check -c configs/typo.toml").says(&["configs/typo.toml", "unknown field `validat`"]);
    dir.write("data/orders.csv", "customer,paid\nA1,5\n");
    dir.fails(3, "check -c configs/many.toml").says(&["no row of", "finds its key (customer) in orders"]);
}

#[test]
fn a_query_may_only_look_at_its_tables() {
    let dir = directory();
    for (sql, words) in [
        ("select * from read_csv('data/orders.csv')", "would read a file"),
        ("drop table customers", "only a query is allowed"),
        ("select * from custmers", "did you mean \\\"customers\\\"?"),
        ("select nothing from customers", "nothing"),
        ("select customers.*, paid from customers join orders on orders.paid = customers.customer", "[collect] sql"),
    ] {
        let config = serde_json::json!({
            "collect": {"sql": sql, "tables": {"customers": "../data/customers.csv", "orders": {"source": "../data/orders.csv"}}},
            "target": {"column": "y"},
        });
        dir.write("configs/bad.json", config.to_string());
        dir.fails(2, "check -c configs/bad.json").says(&[&words.replace("\\\"", "\"")]);
    }
    dir.write("configs/key.toml", "[collect.tables.orders]\nsource = \"x\"\nfromat = \"csv\"\n");
    dir.fails(2, "check -c configs/key.toml").says(&["key.toml:3", "did you mean \"format\"?"]);
}

/// The same table in every kind of file.
#[test]
fn tables_are_the_same_in_every_kind_of_file() {
    let dir = Workdir::trained();
    let csv = dir.read("t.csv");
    let mut records: Vec<serde_json::Value> = Vec::new();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for row in &rows {
        let number = |text: &str| text.parse::<f64>().map_or_else(|_| serde_json::json!(text), |n| serde_json::json!(n));
        let cell = |(i, text): (usize, &str)| if i == 0 { serde_json::json!(text) } else { number(text) };
        records.push(header.iter().zip(row.iter().enumerate()).map(|(name, at)| (name.to_owned(), cell(at))).collect());
    }
    let expected = dir.ok("predict t.csv").stdout;
    dir.write("list.json", serde_json::to_string_pretty(&records).unwrap());
    dir.write("answer.json", serde_json::json!({"status": {"code": 200}, "result": {"rows": records}}).to_string());
    let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
    dir.write("lines.ndjson", lines.join("\n"));
    let texts: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let mut cells = vec![vec![T("exported yesterday")], vec![], header.iter().map(T).collect()];
    let cell = |(i, text): (usize, &'_ String)| match text.parse::<f64>() {
        Ok(number) if i > 0 => N(number),
        _ => T(Box::leak(text.clone().into_boxed_str())),
    };
    cells.extend(texts.iter().map(|row| row.iter().enumerate().map(cell).collect::<Vec<_>>()));
    cells.push(vec![]);
    cells.push(vec![E, T("Source: the shop")]);
    let slices: Vec<&[_]> = cells.iter().map(Vec::as_slice).collect();
    let sheets = [sheet("notes", &[&[T("see the other sheet")]]), Sheet { name: "data", ..sheet("", &slices) }];
    dir.write("book.xlsx", book(&sheets, false));
    for file in
        ["list.json", "answer.json", "lines.ndjson", "book.xlsx --set collect.sheet=data", "book.xlsx --set collect.sheet=2"]
    {
        let ran = dir.ok(&format!("predict {file}"));
        assert!(ran.stdout == expected, "{file}: {}", ran.stderr);
    }
    dir.fails(3, "predict book.xlsx").says(&["2 sheets have data: \"notes\", \"data\"", "[collect] sheet"]);
    dir.fails(3, "predict book.xlsx --set collect.sheet=dat").says(&["no sheet \"dat\"", "did you mean \"data\"?"]);
    dir.fails(2, "predict book.xlsx --set collect.range=F1:A2").says(&["range"]);
    let told = dir.ok("predict answer.json -o p.csv --format json").json()["warnings"].to_string();
    assert!(told.contains("the list \\\"result.rows\\\" of an object; 1 other values are left out"), "{told}");
}

#[test]
fn keys_that_records_have_late_are_columns_from_the_first_row_on() {
    let dir = Workdir::new();
    let rows = |late: bool| -> String {
        let table = samples::binary(40_000, 1);
        let records = table.lines().skip(1).enumerate().map(|(row, line)| {
            let cells: Vec<&str> = line.split(',').collect();
            let extra = if late && row >= 38_000 { format!(", \"late\": {{\"k\": {}}}", row % 7) } else { String::new() };
            let (visits, colour) = (cells[2], cells[3]);
            format!(
                "{{\"shop\": {{\"amount\": {}, \"visits\": {visits}}}, \"colour\": \"{colour}\", \"y\": \"{}\"{extra}}}\n",
                cells[1], cells[4]
            )
        });
        records.collect()
    };
    dir.write("t.ndjson", rows(true)).write("n.ndjson", rows(false));
    for more in ["", "--set collect.stream=always --max-memory 1GB"] {
        let ran = dir.ok(&format!("train t.ndjson --target y --out runs/a --force {TINY} {more}"));
        ran.says(&["objects inside the records are read as 3 columns"]);
        let columns = dir.json("runs/a/data.json")["columns"].clone();
        assert!(columns.as_array().unwrap().iter().any(|c| c["name"] == "late.k" && c["role"] == "feature"), "{columns}");
        // The first rows of the file that it was trained on lack the key, too.
        let all = dir.ok("predict t.ndjson");
        assert_eq!(all.rows().len(), 40_001);
        let last = rows(true).lines().last().unwrap().to_owned();
        assert_eq!(dir.pipe("predict -", last).rows().last(), all.rows().last());
        dir.ok("drift t.ndjson");
        dir.fails(3, "predict n.ndjson").says(&["n.ndjson has no column \"late.k\""]);
        dir.fails(3, "drift n.ndjson").says(&["n.ndjson has no column \"late.k\""]);
        let ran = dir.ok("predict n.ndjson --on-missing-column warn -o p.csv");
        ran.says(&["n.ndjson has no column \"late.k\"; all of its values are taken as missing"]);
    }
}

#[test]
fn what_a_query_computes_is_read_as_the_same_types_of_a_file_are() {
    let dir = Workdir::new();
    let mut rows = "a,from,to,y\n".to_owned();
    for row in 0..80 {
        let (day, y) = (1 + row % 28, if row % 3 == 0 { "yes" } else { "no" });
        writeln!(rows, "{}.5,2024-01-{day:02},2024-{:02}-{day:02},{y}", row * 7 % 50, 2 + row % 2).unwrap();
    }
    dir.write("t.csv", rows);
    let sql = "select a, \"to\" - \"from\" as took, cast('12345678901234567.25' as decimal(38, 2)) + cast(a as decimal(20, 2)) as long, y from t";
    dir.write("c.toml", format!("[collect]\nsql = '''{sql}'''\n[collect.tables]\nt = \"t.csv\"\n[target]\ncolumn = \"y\"\n"));
    let ran = dir.ok("check -c c.toml");
    ran.says(&[
        "the query: the durations in \"took\" are read as seconds",
        "the query: 80 values of \"long\" have more digits than a number of 64 bits",
    ]);
    assert!(ran.stdout.contains("took: whole numbers from 2678400 to 5184000"), "{ran}");
}
