//! `PostgreSQL`: a read-only transaction, and `COPY ... TO STDOUT (FORMAT binary)`.

mod connect;
mod decode;
mod password;
mod rows;
mod tls;

use std::fs::File;
use std::io;

use postgres::error::SqlState;
use postgres::{Client, Error as PgError};
use url::Url;

use super::copy::Copy;
use super::{Ask, Select, quoted};
use crate::collect::names::column_names;
use crate::collect::origin::Answered;
use crate::collect::watched::{Job, Pulse};
use crate::error::{CollectError, Error, Result, one_line};
use crate::pipeline::{Context, Warning};
use connect::Server;
use decode::{Counts, Decoder};
use rows::Rows;

/// Reads a table or query.
///
/// # Errors
/// [`CollectError`] for what cannot be read; [`crate::error::ConfigError`] for an address or a query that cannot be used.
pub(in crate::collect) fn open(url: &Url, ask: Ask, cx: Option<&Context<'_>>) -> Result<Answered> {
    let server = Server::new(url, &ask, &|name| std::env::var(name).ok(), std::env::home_dir().as_deref())?;
    let shown = ask.shown.clone();
    let job = Job { shown: &shown, stage: "fetch (rows)", unit: 1, limits: ask.limits };
    let (ask, file, notes) = job.wait(cx, move |pulse| {
        let mut client = server.connect(&ask)?;
        let cancel = client.cancel_token();
        pulse.on_stop(move || server.cancel(&cancel));
        let (file, notes) = copy(&mut client, &ask, pulse)?;
        Ok((ask, file, notes))
    })?;
    Ok((ask.read(file)?, notes))
}

fn copy(client: &mut Client, ask: &Ask, pulse: &Pulse) -> Result<(File, Vec<Warning>)> {
    let said = |error: &PgError| said(ask, error);
    let milliseconds = ask.limits.max_time.as_millis();
    // Texts are cast by the server: in one way, whatever it is set to.
    client
        .batch_execute(&format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {milliseconds};
             SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres';
             SET LOCAL synchronize_seqscans = off"
        ))
        .map_err(|e| said(&e))?;
    let mut notes = Vec::new();
    let sql = statement(client, ask, &mut notes)?;
    let prepared = client.prepare(&sql).map_err(|e| said(&e))?;
    let written: Vec<String> = prepared.columns().iter().map(|c| c.name().to_owned()).collect();
    if written.is_empty() {
        return Err(ask.refused("it gives no columns; give one select statement"));
    }
    let (names, warnings) = column_names(&written, &ask.shown);
    notes.extend(warnings);
    let mut decoders = Vec::new();
    for (column, name) in prepared.columns().iter().zip(&names) {
        let decoder = Decoder::new(column.type_(), column.type_modifier());
        decoders.push(decoder.ok_or_else(|| CollectError::Type {
            path: ask.shown.clone(),
            column: name.to_string(),
            dtype: column.type_().to_string(),
        })?);
    }
    let columns = names.iter().cloned().zip(decoders.iter().map(|d| d.kind())).collect();
    let mut copy = Copy::new(&ask.shown, columns, ask.limits, pulse)?;
    // The first row takes as long as the server computes; others follow it.
    pulse.be_patient();
    let reader = client.copy_out(&outer(&sql, &decoders, ask.rows)).map_err(|e| said(&e))?;
    let broken = |error: io::Error| match error.get_ref().and_then(|e| e.downcast_ref::<PgError>()) {
        Some(error) => said(error),
        None => ask.failed(format!("the server's rows cannot be read: {}", one_line(&error.to_string()))),
    };
    let mut rows = Rows::new(reader, decoders.len()).map_err(broken)?;
    let mut counts = vec![Counts::default(); decoders.len()];
    let mut at = 0_u64;
    while rows.next().map_err(broken)? {
        at += 1;
        pulse.beat();
        for (i, decoder) in decoders.iter().enumerate() {
            let pushed = decoder.read(rows.field(i), &mut counts[i], |value| copy.push(i, value));
            pushed.ok_or_else(|| {
                ask.failed(format!(
                    "column \"{}\", row {at}: a value that cannot be read; cast it to text in the query",
                    names[i]
                ))
            })??;
        }
        copy.end_row()?;
    }
    drop(rows);
    client.batch_execute("COMMIT").map_err(|e| said(&e))?;
    for (count, name) in counts.iter().zip(&names) {
        notes.extend(count.notes(name, &ask.shown));
    }
    Ok((copy.finish()?, notes))
}

/// The statement around the query that gives every column in a form that is read.
fn outer(sql: &str, decoders: &[Decoder], rows: usize) -> String {
    let names: Vec<String> = (0..decoders.len()).map(|i| format!("c{i}")).collect();
    let cast = |(name, decoder): (&String, &Decoder)| if decoder.is_cast() { format!("{name}::text") } else { name.clone() };
    let list = names.iter().zip(decoders).map(cast).collect::<Vec<_>>().join(", ");
    let limit = if i64::try_from(rows).is_ok() { format!(" LIMIT {rows}") } else { String::new() };
    // The query may end in a comment.
    format!("COPY (SELECT {list} FROM (\n{sql}\n) AS q({}){limit}) TO STDOUT (FORMAT binary)", names.join(", "))
}

/// What is asked, as SQL.
fn statement(client: &mut Client, ask: &Ask, notes: &mut Vec<Warning>) -> Result<String> {
    let sql = match &ask.select {
        Some(Select::Query(query)) => query.clone(),
        Some(Select::Table(table)) => format!("SELECT * FROM {}", named(client, table, ask)?),
        None => match &tables(client, ask)?[..] {
            [only] => {
                let message = format!("{}: the table \"{only}\" is read, the only one there is", ask.shown);
                notes.push(Warning::new("table_chosen", message));
                format!("SELECT * FROM {}", named(client, only, ask)?)
            }
            tables => return Err(ask.choose(None, tables)),
        },
    };
    if !sql.to_lowercase().contains("order by") {
        let message = format!(
            "{}: a database gives rows in no order of its own; with ORDER BY in [collect] query a run can be repeated exactly",
            ask.shown
        );
        notes.push(Warning::new("no_order", message));
    }
    Ok(sql)
}

/// A table as SQL writes it: of the search path, whatever letters are in its name, or else `schema.table`.
fn named(client: &mut Client, table: &str, ask: &Ask) -> Result<String> {
    let parts = table.split_once('.').map(|(schema, table)| format!("{}.{}", quoted(schema), quoted(table)));
    for name in [Some(quoted(table)), parts].into_iter().flatten() {
        let found = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name]).map_err(|e| said(ask, &e))?;
        if found.try_get(0).map_err(|e| said(ask, &e))? {
            return Ok(name);
        }
    }
    Err(ask.choose(Some(table), &tables(client, ask)?))
}

/// The tables and views that can be read.
fn tables(client: &mut Client, ask: &Ask) -> Result<Vec<String>> {
    let sql = "SELECT CASE WHEN table_schema = current_schema() THEN table_name ELSE table_schema || '.' || table_name END
               FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
    let rows = client.query(sql, &[]).map_err(|e| said(ask, &e))?;
    rows.iter().map(|row| row.try_get(0).map_err(|e| said(ask, &e))).collect()
}

/// What the server says is wrong.
fn said(ask: &Ask, error: &PgError) -> Error {
    let Some(db) = error.as_db_error() else {
        let source = std::error::Error::source(error).map_or(String::new(), |source| format!(": {source}"));
        return ask.failed(one_line(&format!("{error}{source}")));
    };
    let hint = db.hint().map_or(String::new(), |hint| format!(" ({hint})"));
    let message = one_line(&format!("{}{hint}", db.message()));
    let code = db.code();
    if *code == SqlState::QUERY_CANCELED {
        let message = format!("{message}; raise [collect] max_time if it may take longer");
        return CollectError::Limit { path: ask.shown.clone(), message }.into();
    }
    let of_the_query =
        code.code().starts_with("42") || [SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::FEATURE_NOT_SUPPORTED].contains(code);
    if of_the_query && matches!(ask.select, Some(Select::Query(_))) {
        return ask.refused(&message);
    }
    ask.failed(message)
}
