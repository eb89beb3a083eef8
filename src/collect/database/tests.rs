use std::path::Path;

use polars::prelude::{DataType, TimeUnit};
use rusqlite::Connection;

use super::copy::{Copy, Kind, Value};
use crate::collect::blocks::Blocks;
use crate::collect::limits::Limits;
use crate::collect::parquet::Parquet;
use crate::collect::watched::Pulse;
use crate::collect::{Collect, CollectConfig};
use crate::data::Table;
use crate::pipeline::Session;

/// The table that a query on a new database gives, and the codes of the warnings.
fn read(sql: &str, query: &str) -> (Table, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let config = format!("source = '''{}'''\nquery = '''{query}'''", path.display());
    let collect = Collect::new(&toml::from_str(&config).unwrap(), Path::new("")).unwrap();
    let session = Session::silent();
    let table = session.context().run(&collect, ()).unwrap();
    (table, session.warnings().into_iter().map(|w| w.code).collect())
}

fn values(table: &Table, column: &str) -> Vec<String> {
    let column = table.data.column(column).unwrap().cast(&DataType::String).unwrap();
    column.str().unwrap().iter().map(|v| v.unwrap_or("null").to_owned()).collect()
}

#[test]
fn types_are_decided_over_all_values() {
    let sql = "CREATE TABLE t (w, r, m, n, t);
               INSERT INTO t VALUES (1, 1, 1, NULL, 'a'), (NULL, 2.5, 'x', NULL, ''), (-3, NULL, 2.5, NULL, NULL)";
    let (table, codes) = read(sql, "SELECT * FROM t ORDER BY rowid");
    let types: Vec<_> = table.data.dtypes();
    assert_eq!(types, [DataType::Int64, DataType::Float64, DataType::String, DataType::String, DataType::String]);
    assert_eq!(values(&table, "w"), ["1", "null", "-3"]);
    assert_eq!(values(&table, "r"), ["1.0", "2.5", "null"]);
    assert_eq!(values(&table, "m"), ["1", "x", "2.5"]);
    assert_eq!(values(&table, "n"), ["null"; 3]);
    assert_eq!(values(&table, "t"), ["a", "", "null"]);
    assert_eq!(codes, ["mixed_types"]);
}

#[test]
fn large_whole_numbers_keep_all_digits_and_are_told() {
    let sql = "CREATE TABLE t (id INTEGER, s); INSERT INTO t VALUES (9007199254740993, 'a'), (9223372036854775807, 1)";
    let (table, codes) = read(sql, "SELECT id, s FROM t ORDER BY id");
    assert_eq!(values(&table, "id"), ["9007199254740993", "9223372036854775807"]);
    assert_eq!(codes, ["large_numbers", "mixed_types"]);
}

#[test]
fn equal_names_are_told_apart() {
    let (table, codes) = read("CREATE TABLE t (a); INSERT INTO t VALUES (1)", "SELECT a, a, 2 AS \"\" FROM t");
    let names: Vec<&str> = table.data.get_column_names().into_iter().map(polars::prelude::PlSmallStr::as_str).collect();
    assert_eq!(names, ["a", "a_2", "column_3"]);
    assert_eq!(codes, ["duplicate_column", "unnamed_column"]);
}

#[test]
fn more_rows_than_are_written_at_once_come_in_order() {
    let numbers = "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < 149999) SELECT x FROM n";
    let (table, _) = read("CREATE TABLE t (a)", numbers);
    let column = table.data.column("x").unwrap().i64().unwrap().clone();
    assert_eq!(column.len(), 150_000);
    assert!(column.iter().enumerate().all(|(i, v)| v == i64::try_from(i).ok()));
}

#[test]
fn the_copy_keeps_types_and_refuses_others() {
    let columns = vec![("d".into(), Kind::Date), ("m".into(), Kind::Moment), ("b".into(), Kind::Bool)];
    let limits = Limits::new(&CollectConfig::default()).unwrap();
    let pulse = Pulse::default();
    let mut copy = Copy::new("x", columns, limits, &pulse).unwrap();
    for (i, value) in [Value::Date(-1), Value::Moment(1_500_000), Value::Bool(true)].into_iter().enumerate() {
        copy.push(i, value).unwrap();
    }
    copy.end_row().unwrap();
    assert!(copy.push(0, Value::Text("x")).unwrap_err().to_string().contains("column \"d\" gives other values"));
    let mut blocks = Parquet::open("x", copy.finish().unwrap()).unwrap();
    let frame = blocks.next(10).unwrap().unwrap();
    assert_eq!(frame.dtypes(), [DataType::Date, DataType::Datetime(TimeUnit::Microseconds, None), DataType::Boolean]);
    let text = |name: &str| frame.column(name).unwrap().cast(&DataType::String).unwrap().get(0).unwrap().to_string();
    assert_eq!((text("d"), text("m")), ("\"1969-12-31\"".into(), "\"1970-01-01 00:00:01.500000\"".into()));
}
