use std::fs;

use super::*;
use crate::pipeline::Session;

/// Takes whole numbers for numbers and leaves all else as it is.
#[derive(Debug)]
struct Plain;

impl Typing for Plain {
    fn typed(&self, table: &Table, _: &CollectConfig) -> Result<(DataFrame, Vec<Warning>)> {
        let columns = table.data.columns().iter().map(|column| {
            let number = column.strict_cast(&polars::prelude::DataType::Int64);
            number.unwrap_or_else(|_| column.clone())
        });
        Ok((DataFrame::new(table.height(), columns.collect())?, vec![Warning::new("typed", table.rows.source.clone())]))
    }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in
        [("c.csv", "id,city\n1,x\n2,y\n3,z\n"), ("o.csv", "id,paid\n1,5\n1,6\n3,7\n"), ("t.csv", "id,calls\n1,2\n2,4\n3,6\n")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn collect(config: &str, folder: &Path) -> Result<Collect> {
    Ok(Collect::new(&toml::from_str(config).unwrap(), folder)?.with_typing(Arc::new(Plain)))
}

fn message(config: &str) -> String {
    let error = collect(config, Path::new("")).unwrap_err();
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string()
}

const TABLES: &str = "tables = { c = 'c.csv', o = 'o.csv', t = { source = 't.csv', format = 'csv' } }\n";

#[test]
fn a_query_makes_one_table_of_several() {
    let folder = folder();
    let query = "sql = 'select c.id, city, calls, sum(paid) as paid from c left join o on o.id = c.id join t on t.id = c.id group by c.id, city, calls'";
    let collect = collect(&format!("{TABLES}{query}"), folder.path()).unwrap();
    let session = Session::silent();
    let table = session.context().run(&collect, ()).unwrap();
    assert_eq!((table.data.shape(), table.rows.source.as_str()), ((3, 4), "c, o, t"));
    assert_eq!(
        table.data.column("paid").unwrap().i64().unwrap().iter().map(|v| v.unwrap_or(0)).collect::<Vec<_>>(),
        [11, 0, 7]
    );
    // What is said of one table hides nothing of another.
    let typed = session.warnings().into_iter().filter(|w| w.code == "typed").filter_map(|w| w.source);
    assert_eq!(typed.collect::<Vec<_>>(), ["table c", "table o", "table t"]);
    // The same in parts, and with a limit.
    let mut chunks = collect.chunks(2).unwrap();
    let heights: Vec<(usize, usize)> = chunks.by_ref().map(|t| t.unwrap()).map(|t| (t.rows.first, t.height())).collect();
    assert_eq!((heights, chunks.warnings().len()), (vec![(0, 2), (2, 1)], 3));
    let limited = super::super::Collect::new(&toml::from_str(&format!("{TABLES}{query}\nlimit = 1")).unwrap(), folder.path());
    let limited = limited.unwrap().with_typing(Arc::new(Plain));
    assert_eq!(session.context().run(&limited, ()).unwrap().height(), 1);
}

#[test]
fn joins_begin_with_the_table_that_no_join_names() {
    let folder = folder();
    let joins = "[[join]]\ntable = 't'\non = 'id'\n[[join]]\ntable = 'o'\non = 'id'\nvalidate = 'm:m'\n";
    let session = Session::silent();
    let table = session.context().run(&collect(&format!("{TABLES}{joins}"), folder.path()).unwrap(), ()).unwrap();
    assert_eq!(table.data.get_column_names(), ["id", "city", "calls", "paid"]);
    assert_eq!(table.height(), 4);
    // The source may be that table.
    let source =
        format!("source = 'c.csv'\ntables = {{ t = 't.csv' }}\n{}", &joins[..joins.find("[[join]]\ntable = 'o'").unwrap()]);
    let table = session.context().run(&collect(&source, folder.path()).unwrap(), ()).unwrap();
    assert_eq!((table.data.shape(), table.rows.source.as_str()), ((3, 3), "c.csv, t"));
    let once = joins.replace("validate = 'm:m'", "");
    let error = session.context().run(&collect(&format!("{TABLES}{once}"), folder.path()).unwrap(), ()).unwrap_err();
    assert!(error.to_string().starts_with("the key id = \"1\" stands 2 times in o (rows 1, 2)"), "{error}");
}

#[test]
fn settings_that_say_nothing_or_too_much_are_refused() {
    let join = "[[join]]\ntable = 't'\non = 'id'\n";
    for (config, wanted) in [
        (TABLES.to_owned(), "say how the tables become one"),
        (format!("{TABLES}sql = 'select 1'\n{join}"), "either sql or join"),
        (format!("{TABLES}{join}"), "which of c, o comes first?"),
        (format!("source = 'x.csv'\n{TABLES}{join}"), "nothing is done with the tables c, o"),
        (format!("{TABLES}test = 't.csv'\n{join}"), "a test source does not go with tables"),
        ("tables = { 'a b' = 'x' }\nsql = 'select 1'".into(), "\"a b\" is no name for a table"),
        ("tables = { source = 'x' }\nsql = 'select 1'".into(), "choose another"),
        ("tables = { a = '-' }\nsql = 'select * from a'".into(), "standard input"),
        ("tables = { a = { format = 'csv' } }\nsql = 'select * from a'".into(), "[collect] tables.a: no source"),
        ("tables = { a = { source = 'x', limit = 3 } }\nsql = 'select * from a'".into(), "of its own"),
        ("tables = { a = 'x', t = 'y' }\n[[join]]\ntable = 'z'\non = 'id'".into(), "no table \"z\""),
        ("tables = { a = 'x', t = 'y' }\n[[join]]\ntable = 't'".into(), "name the key with `on`"),
        ("tables = { a = 'x', t = 'y' }\n[[join]]\ntable = 't'\nleft_on = 'a'".into(), "as many columns"),
        ("tables = { a = 'x' }\n[[join]]\ntable = 'a'\non = 'id'".into(), "leave out that of the table to begin with"),
        ("tables = { a = { source = 'x', decimal = ';' } }\nsql = 'select * from a'".into(), ""),
    ] {
        if wanted.is_empty() {
            assert!(toml::from_str::<CollectConfig>(&config).is_err(), "{config}");
        } else {
            assert!(message(&config).contains(wanted), "{config}: {}", message(&config));
        }
    }
}
