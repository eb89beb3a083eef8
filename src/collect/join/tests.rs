use std::fs;

use super::*;
use crate::pipeline::Session;

/// Takes whole numbers for numbers and leaves all else as it is.
#[derive(Debug)]
struct Plain;

impl Plain {
    fn types(frame: &DataFrame) -> Result<DataFrame> {
        let columns = frame.columns().iter().map(|column| {
            let number = column.strict_cast(&polars::prelude::DataType::Int64);
            number.unwrap_or_else(|_| column.clone())
        });
        Ok(DataFrame::new(frame.height(), columns.collect())?)
    }
}

impl Typing for Plain {
    fn typed(&self, table: &Table, _: &CollectConfig) -> Result<(DataFrame, Vec<Warning>)> {
        Ok((Self::types(&table.data)?, vec![Warning::new("typed", table.rows.source.clone())]))
    }

    fn watch(&self, _: &CollectConfig) -> Box<dyn Watch> {
        Box::new(Self)
    }
}

impl Watch for Plain {
    fn see(&mut self, _: &Table) -> Result<()> {
        Ok(())
    }

    fn types(self: Box<Self>, sample: &Table) -> Result<Box<dyn Types>> {
        Ok(Box::new(PlainTypes { sample: Self::types(&sample.data)?, source: sample.rows.source.clone() }))
    }
}

/// The types of the columns of a sample.
#[derive(Debug)]
struct PlainTypes {
    sample: DataFrame,
    source: String,
}

impl Types for PlainTypes {
    fn typed(&self, part: &Table) -> Result<(DataFrame, Vec<crate::data::Unusual>)> {
        let column = |of: &polars::prelude::Column| match part.data.column(of.name()) {
            Ok(column) => column.strict_cast(of.dtype()),
            Err(_) => Ok(of.clear()),
        };
        let columns = self.sample.columns().iter().map(column).collect::<polars::error::PolarsResult<Vec<_>>>()?;
        Ok((DataFrame::new(part.height(), columns)?, Vec::new()))
    }

    fn told(&self, _: &[crate::data::Unusual]) -> Vec<Warning> {
        vec![Warning::new("typed", self.source.clone())]
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

/// The rows in parts of three and what is told of them, held in memory or streamed.
fn rows_and_warnings(config: &str, folder: &Path, streamed: bool) -> Result<(DataFrame, Vec<Warning>)> {
    let session = Session::silent();
    let collect = collect(config, folder)?;
    let collect = if streamed { collect.streamed(&session.context())? } else { collect };
    let mut chunks = collect.chunks(3)?;
    let (mut parts, mut warnings) = (Vec::new(), Vec::new());
    while let Some(table) = chunks.next() {
        warnings.extend(chunks.warnings());
        let table = table?;
        assert_eq!(table.rows.first, parts.iter().map(DataFrame::height).sum::<usize>());
        assert!((1..=3).contains(&table.height()) && table.rows.source == collect.source());
        parts.push(table.data);
    }
    warnings.extend(chunks.warnings());
    Ok((super::super::stack(parts, "x")?, warnings))
}

#[test]
fn streamed_rows_are_those_in_memory_and_so_is_what_is_told_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let order = |i: usize| format!("{i},{},{}", if i % 9 == 8 { 99 } else { i * 7 % 5 }, i * 3);
    let orders: Vec<String> = (0..40).map(order).collect();
    fs::write(folder.path().join("o.csv"), format!("id,who,paid\n{}\n", orders.join("\n"))).unwrap();
    fs::write(folder.path().join("c.csv"), "who,city,paid\n0,x,1\n1,y,2\n2,x,3\n3,q,4\n4,y,5\n5,y,6\n").unwrap();
    fs::write(folder.path().join("r.csv"), "city,region\nx,north\ny,south\nz,west\n").unwrap();
    let tables = "source = 'o.csv'\ntables = { c = 'c.csv', r = 'r.csv' }\n";
    let joins = |first: &str, second: &str| {
        format!("[[join]]\ntable = 'c'\non = 'who'\nhow = '{first}'\n[[join]]\ntable = 'r'\non = 'city'\nhow = '{second}'\n")
    };
    for (first, second, rows) in [("left", "left", 40), ("inner", "left", 36), ("left", "inner", 28), ("inner", "inner", 28)] {
        for limit in ["", "limit = 7\n"] {
            let config = format!("{limit}{tables}{}", joins(first, second));
            let [held, streamed] = [false, true].map(|streamed| rows_and_warnings(&config, folder.path(), streamed).unwrap());
            assert_eq!(held.0.height(), if limit.is_empty() { rows } else { 7 });
            assert!(streamed.0.equals_missing(&held.0), "{first} {second}: {}\n{}", streamed.0, held.0);
            assert_eq!(streamed.1, held.1);
            let codes: Vec<&str> = held.1.iter().map(|w| w.code.as_str()).collect();
            assert!(codes.contains(&"unmatched_rows") && codes.contains(&"renamed_column"), "{codes:?}");
            let of: Vec<&str> = held.1.iter().filter(|w| w.code == "unused_rows").filter_map(|w| w.source.as_deref()).collect();
            assert_eq!(of, ["table c", "table r"]);
        }
    }
    // So is what is refused.
    for (file, text, words) in [
        ("c.csv", "who,city\n0,x\n1,y\n0,y\n", "the key who = \"0\" stands 2 times in c (rows 1, 3)"),
        ("c.csv", "who,city\na,x\nb,y\n", "is a number (such as \"0\"), but \"who\" of c is a text (such as \"a\")"),
        ("c.csv", "whom,city\n1,x\n2,y\n", "c has no column \"who\" to join by; did you mean \"whom\"?"),
        ("c.csv", "who,city\n500,x\n600,y\n", "no row of o.csv finds its key (who) in c"),
        ("c.csv", "who,city,region_r,region\n1,x,2,3\n", "\"region\" stands in both tables"),
        ("o.csv", "id,who,paid\n", "o.csv has a header but no rows"),
    ] {
        let before = fs::read(folder.path().join(file)).unwrap();
        fs::write(folder.path().join(file), text).unwrap();
        let config = format!("{tables}{}", joins("left", "left"));
        let [held, streamed] =
            [false, true].map(|streamed| rows_and_warnings(&config, folder.path(), streamed).unwrap_err().to_string());
        assert!(held.contains(words) && streamed == held, "{held}\n{streamed}");
        fs::write(folder.path().join(file), before).unwrap();
    }
}

#[test]
fn only_joins_that_look_up_are_streamed() {
    let folder = folder();
    let unstreamed = |config: &str| collect(config, folder.path()).unwrap().unstreamed().unwrap();
    let joins = |validate: &str| {
        format!("{TABLES}[[join]]\ntable = 't'\non = 'id'\n[[join]]\ntable = 'c'\non = 'id'\nvalidate = '{validate}'\n")
    };
    assert_eq!(unstreamed(&joins("m:1")), None);
    for validate in ["1:1", "1:m", "m:m"] {
        let reason = unstreamed(&joins(validate)).unwrap();
        assert!(reason.contains(&format!("the join of \"c\" has validate = \"{validate}\", not \"m:1\"")), "{reason}");
        let refused = rows_and_warnings(&joins(validate), folder.path(), true).unwrap_err();
        assert!(refused.exit_code() == 6 && refused.to_string().contains(&reason), "{refused}");
    }
    assert!(unstreamed(&format!("{TABLES}sql = 'select * from c'")).unwrap().contains("a query"));
    let first = joins("m:1").replace("o = 'o.csv'", "o = { source = 'o.csv', format = 'json' }");
    assert!(unstreamed(&first).unwrap().ends_with("o is none"));
    // The table that is looked up in may be of any kind.
    let other = joins("m:1").replace("format = 'csv'", "format = 'json'");
    assert_eq!(unstreamed(&other), None);
    let survey = collect(&joins("m:1"), folder.path()).unwrap().survey().unwrap().unwrap();
    // Three rows of id and paid, beside two columns more; six rows of two columns each are held.
    assert_eq!((survey.rows, survey.columns, survey.read, survey.held), (3, 4, 9 * 128, 6 * 128));
}
