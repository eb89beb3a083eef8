//! A query over the tables.

use std::collections::BTreeMap;

use polars::error::PolarsError;
use polars::prelude::{DataFrame, LazyFrame, PlSmallStr, SortMultipleOptions};
use polars::sql::extract_table_identifiers;

use super::untyped::{context, settle};
use crate::collect::decimals::Rounded;
use crate::collect::files::setting;
use crate::collect::typed::{notes, plain};
use crate::error::{CollectError, Error, Result, did_you_mean, one_line};
use crate::pipeline::Warning;

/// Where the columns of a result are from.
const FROM: &str = "the query";
/// Functions of the dialect that read files, which a query may not.
const READERS: [&str; 4] = ["read_csv", "read_parquet", "read_ipc", "read_json"];

/// Refuses what is no query over the tables: statements that change something, and functions that read files.
pub(super) fn check<'a>(query: &str, tables: impl Iterator<Item = &'a String>) -> Result<()> {
    let words = words(query);
    let first = words.first().map_or("", |(_, word)| word.as_str());
    if !matches!(first, "select" | "with" | "from") {
        return Err(setting("sql", "only a query is allowed here: select ... from ... (no other statement)"));
    }
    // By the parser, not by its words alone: a name may stand in quotes.
    let named = extract_table_identifiers(query, false, true).map_err(|e| wrong(&e))?;
    if let Some(reader) = named.iter().find(|name| READERS.contains(&name.to_lowercase().as_str())) {
        return Err(setting("sql", format!("{reader} would read a file; name the file in [collect.tables] instead")));
    }
    let known: Vec<&str> = tables.map(String::as_str).collect();
    // With `with NAME as (...)` a query names parts of its own: what is neither those nor a table is found when it runs.
    let parts = words.iter().any(|(_, word)| word == "with");
    if let Some(name) = named.iter().find(|name| !parts && !known.contains(&name.as_str())) {
        let hint = did_you_mean(name, known.iter().copied());
        return Err(setting("sql", format!("there is no table \"{name}\" in [collect.tables]{hint}")));
    }
    Ok(())
}

/// The result of the query, in an order that does not depend on the number of threads: the one that the query asks for, else
/// by all columns from the left.
///
/// NOTE: `collect` takes the engine in memory, which adds each group up in the order of its rows. The streaming engine adds in
/// another order each time, and sums of floats then differ in their last bits from run to run.
pub(super) fn run(query: &str, mut tables: BTreeMap<String, DataFrame>, warnings: &mut Vec<Warning>) -> Result<DataFrame> {
    let untyped = settle(query, &mut tables)?;
    let frame = context(&tables).execute(query).and_then(LazyFrame::collect).map_err(|e| match untyped.first() {
        None => wrong(&e),
        Some((table, name)) => {
            let others = untyped.len() - 1;
            let more = if others == 0 { String::new() } else { format!(" and of {others} more") };
            let message = sentence(&e);
            setting(
                "sql",
                format!("{message}; no value tells the type of \"{name}\" of {table}{more}: set it in [columns.type]"),
            )
        }
    })?;
    if let Some(nested) = frame.columns().iter().find(|c| c.dtype().is_nested() || c.dtype().is_object()) {
        let (path, column) = (FROM.to_owned(), nested.name().to_string());
        return Err(CollectError::Type { path, column, dtype: nested.dtype().to_string() }.into());
    }
    // Tables come without such types; what a query computes may be the time between two moments, or of more digits than a number.
    let mut lost = Rounded::default();
    warnings.extend(notes(&frame, FROM));
    let frame = plain(&frame, FROM, 0, &mut lost)?;
    warnings.extend(lost.notes(FROM));
    if is_ordered(query) {
        return Ok(frame);
    }
    let names: Vec<PlSmallStr> = frame.get_column_names_owned();
    Ok(frame.sort(names, SortMultipleOptions::default().with_maintain_order(true).with_nulls_last(true))?)
}

fn wrong(error: &PolarsError) -> Error {
    setting("sql", sentence(error))
}

fn sentence(error: &PolarsError) -> String {
    let message = one_line(&error.to_string());
    message.split(" Resolved plan until failure").next().unwrap_or_default().to_owned()
}

/// Whether the query itself, not a part of it in brackets, names an order.
fn is_ordered(query: &str) -> bool {
    let outer: Vec<String> = words(query).into_iter().filter(|(depth, _)| *depth == 0).map(|(_, word)| word).collect();
    outer.windows(2).any(|pair| pair == ["order", "by"])
}

/// The words of a query in small letters, each with the number of brackets around it; comments, texts and names in quotes
/// are none.
fn words(query: &str) -> Vec<(usize, String)> {
    let (mut words, mut depth) = (Vec::new(), 0_usize);
    let mut rest = query;
    while let Some(letter) = rest.chars().next() {
        let behind = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
        let length = match letter {
            '\'' | '"' | '`' => behind(&letter.to_string(), 1),
            '-' if rest.starts_with("--") => behind("\n", 2),
            '/' if rest.starts_with("/*") => behind("*/", 2),
            '(' => {
                depth += 1;
                1
            }
            ')' => {
                depth = depth.saturating_sub(1);
                1
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                words.push((depth, rest[..end].to_lowercase()));
                end
            }
            other => other.len_utf8(),
        };
        rest = &rest[length..];
    }
    words
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    fn ask(query: &str, tables: BTreeMap<String, DataFrame>) -> Result<DataFrame> {
        run(query, tables, &mut Vec::new())
    }

    fn tables() -> BTreeMap<String, DataFrame> {
        let customers = df!("id" => [3_i64, 1, 2], "city" => ["b", "a", "b"]).unwrap();
        let orders = df!("customer" => [1_i64, 1, 3, 9], "paid" => [2.5, 1.5, 8.0, 1.0]).unwrap();
        BTreeMap::from([("customers".into(), customers), ("orders".into(), orders)])
    }

    fn message(query: &str) -> String {
        let error = check(query, tables().keys()).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn tables_are_joined_and_summed_in_a_fixed_order() {
        let query = "select c.id, c.city, count(o.paid) as n, sum(o.paid) as paid from customers c \
                     left join orders o on o.customer = c.id group by c.id, c.city";
        check(query, tables().keys()).unwrap();
        let frame = ask(query, tables()).unwrap();
        assert_eq!(frame.column("id").unwrap().i64().unwrap().iter().flatten().collect::<Vec<_>>(), [1, 2, 3]);
        let paid: Vec<_> = frame.column("paid").unwrap().f64().unwrap().iter().map(|v| v.unwrap_or(0.0)).collect();
        assert_eq!(paid, [4.0, 0.0, 8.0]);
        let ordered = ask("select id from customers order by id desc", tables()).unwrap();
        assert_eq!(ordered.column("id").unwrap().i64().unwrap().iter().flatten().collect::<Vec<_>>(), [3, 2, 1]);
    }

    #[test]
    fn parts_of_a_query_may_have_names() {
        let query = "-- per customer\nwith sums as (select customer, sum(paid) as paid from orders group by customer) \
                     select id, paid from customers join sums on sums.customer = customers.id";
        check(query, tables().keys()).unwrap();
        assert_eq!(ask(query, tables()).unwrap().shape(), (2, 2));
    }

    #[test]
    fn files_are_neither_read_nor_written() {
        for query in [
            "select * from read_csv('/etc/passwd')",
            "select * from \"read_csv\"('/etc/passwd')",
            "select * from customers join READ_PARQUET('x.parquet') p on p.id = customers.id",
            "with x as (select * from read_ipc('x')) select * from x",
            "select * from customers where id in (select id from read_json('x'))",
        ] {
            assert!(message(query).contains("would read a file"), "{query}: {}", message(query));
        }
        for query in [
            "drop table customers",
            "create table x as select 1",
            "delete from customers",
            "show tables",
            "",
            "explain select 1",
        ] {
            assert!(message(query).contains("only a query is allowed"), "{query}");
        }
        assert!(ask("select 1 as a; drop table customers", tables()).is_err());
    }

    #[test]
    fn mistakes_are_told_in_a_line() {
        assert!(
            message("select * from custmers")
                .contains("no table \"custmers\" in [collect.tables]; did you mean \"customers\"?")
        );
        assert!(message("select from where").starts_with("[collect] sql: "));
        let error = ask("select town from customers", tables()).unwrap_err();
        assert_eq!((error.exit_code(), error.to_string().lines().count()), (2, 1));
        assert!(error.to_string().contains("town"), "{error}");
        let nested = ask("select city, array_agg(id) as ids from customers group by city", tables()).unwrap_err();
        assert!(nested.to_string().contains("\"ids\""), "{nested}");
    }

    #[test]
    fn a_table_without_rows_counts_nothing_and_adds_up_to_nothing() {
        let mut tables = tables();
        let nothing = df!("customer" => [None::<i64>; 0], "paid" => [None::<i64>; 0]).unwrap();
        let null = polars::prelude::DataType::Null;
        let columns = nothing.columns().iter().map(|c| c.cast(&null).unwrap()).collect();
        tables.insert("orders".into(), DataFrame::new(0, columns).unwrap());
        // The key is found by trying: no other table has a column of its name.
        let query = "select c.id, coalesce(s.n, 0) as n, s.paid from customers c left join \
                     (select customer, count(*) as n, sum(paid) as paid from orders group by customer) s on s.customer = c.id";
        let frame = ask(query, tables.clone()).unwrap();
        assert_eq!((frame.shape(), frame.column("paid").unwrap().null_count()), ((3, 3), 3));
        let n = frame.column("n").unwrap().cast(&polars::prelude::DataType::Int64).unwrap();
        assert_eq!(n.i64().unwrap().iter().collect::<Vec<_>>(), [Some(0); 3]);
        let error =
            ask("select upper(customer) as a, round(paid, 1) as b, nothing from orders", tables).unwrap_err().to_string();
        assert!(
            error.ends_with("no value tells the type of \"customer\" of orders and of 1 more: set it in [columns.type]"),
            "{error}"
        );
    }

    #[test]
    fn an_order_inside_of_brackets_or_quotes_is_none_of_the_query() {
        assert!(is_ordered("select a from t Order\n By a"));
        for query in
            ["select row_number() over (order by a) from t", "select 'order by' from t", "select a -- order by\nfrom t"]
        {
            assert!(!is_ordered(query), "{query}");
        }
    }
}
