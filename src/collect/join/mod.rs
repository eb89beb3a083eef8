//! Several sources that become one table: joined one after the other, or by a query.
//!
//! A customer has many orders and tickets; a model learns from one row per customer. [`Combine`] reads each source as if it
//! stood alone, gives its columns the types that cleaning would give them, so that numbers and dates can be compared and
//! added up, and joins. Where the tables that are joined are only looked up in, the rows they are joined to can be
//! [streamed](Stream).

mod config;
mod fit;
mod keys;
mod lookup;
mod sql;
mod stream;
mod typing;
mod untyped;

pub use config::{How, JoinConfig, Names, TableConfig, Validate};
pub use typing::{Types, Typing, Watch};

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::DataFrame;

use super::chunks::no_rows;
use super::config::CollectConfig;
use super::files::{STDIN, setting};
use super::survey::FIXED;
use super::{BLOCK, Collect};
use crate::data::Table;
use crate::error::{CollectError, Error, LimitError, Result, did_you_mean};
use crate::pipeline::Warning;
use stream::Stream;

/// Bytes of memory that a cell takes at least while a table is read and its columns get their types.
const READ: u64 = 32;
/// What a query calls the rows of `[collect] source`.
const SOURCE: &str = "source";

/// The sources, and how they become one table.
#[derive(Clone, Debug)]
pub(super) struct Combine {
    tables: BTreeMap<String, (Collect, CollectConfig)>,
    way: Way,
    pub typing: Option<Arc<dyn Typing>>,
    /// What joined rows are streamed with, where they are.
    stream: Option<Arc<Stream>>,
}

#[derive(Clone, Debug)]
enum Way {
    Query(String),
    /// The first table, and those that are joined to it in order.
    Joins(String, Vec<JoinConfig>),
}

impl Combine {
    /// Checks the settings; `None` where there is one source only.
    pub fn new(config: &CollectConfig, base: &Path) -> Result<Option<Self>> {
        let CollectConfig { tables, sql, join, .. } = config;
        if tables.is_empty() && sql.is_none() && join.is_empty() {
            return Ok(None);
        }
        if !config.test.is_empty() {
            let message = "a test source does not go with tables; let [validate] split the rows, for instance by time";
            return Err(setting("test", message));
        }
        let mut sources = BTreeMap::new();
        for (name, table) in tables {
            let place = format!("tables.{name}");
            check_name(name).map_err(|message| setting(&place, message))?;
            if table.0.combines() || !table.0.test.is_empty() || table.0.limit.is_some() {
                return Err(setting(&place, "a table has no tables, sql, join, test or limit of its own"));
            }
            if table.0.source.is_empty() {
                return Err(setting(&place, "no source; write a path, or `source` among its keys"));
            }
            sources.insert(name.clone(), (*table.0).clone());
        }
        if !config.source.is_empty() {
            let alone = CollectConfig { tables: BTreeMap::new(), sql: None, join: Vec::new(), limit: None, ..config.clone() };
            sources.insert(SOURCE.into(), alone);
        }
        if sources.values().flat_map(|s| &s.source.0).any(|path| path == STDIN) {
            return Err(setting("tables", "standard input cannot be one of several tables; write it to a file"));
        }
        let way = match (sql, join.is_empty()) {
            (Some(_), false) => return Err(setting("sql", "set either sql or join, not both")),
            (Some(sql), true) => {
                sql::check(sql, sources.keys())?;
                Way::Query(sql.clone())
            }
            (None, true) => {
                let message = "say how the tables become one: with sql = \"select ...\", or with [[collect.join]]";
                return Err(setting("tables", message));
            }
            (None, false) => joins(&sources, join)?,
        };
        let read = |(name, config): (String, CollectConfig)| Ok((name, (Collect::new(&config, base)?, config)));
        let tables = sources.into_iter().map(read).collect::<Result<_>>()?;
        Ok(Some(Self { tables, way, typing: None, stream: None }))
    }

    /// The tables' names, for messages.
    pub fn display(&self) -> String {
        self.tables.keys().map(|name| self.shown(name)).collect::<Vec<_>>().join(", ")
    }

    /// The name of a table, for messages.
    fn shown(&self, name: &str) -> String {
        if name == SOURCE { self.tables[name].1.source.display() } else { name.to_owned() }
    }

    fn typing(&self) -> Result<&dyn Typing> {
        self.typing.as_deref().ok_or_else(|| Error::Internal("several tables, and nobody who types them".into()))
    }

    /// Reads all sources, which may take `limit` bytes each, and makes them one table. `go_on` is asked between blocks.
    pub fn run(&self, limit: u64, go_on: &dyn Fn() -> Result<()>) -> Result<(DataFrame, Vec<Warning>)> {
        let mut warnings = Vec::new();
        let mut frames = BTreeMap::new();
        for name in self.tables.keys() {
            frames.insert(name.clone(), self.table(name, limit, go_on, &mut warnings)?);
        }
        go_on()?;
        let frame = match &self.way {
            Way::Query(query) => sql::run(query, frames, &mut warnings)?,
            Way::Joins(first, joins) => {
                let mut rows = frames.remove(first).unwrap_or_default();
                let first = self.shown(first);
                if rows.height() == 0 {
                    return Err(CollectError::NoRows { path: first }.into());
                }
                for join in joins {
                    go_on()?;
                    let table = frames.remove(&join.table).unwrap_or_default();
                    let (joined, notes) = lookup::join(&rows, &first, table, join)?;
                    warnings.extend(notes);
                    rows = joined;
                }
                rows
            }
        };
        if frame.height() == 0 { Err(nothing_left()) } else { Ok((frame, warnings)) }
    }

    /// All of one table with the types of its values, in at most `limit` bytes.
    fn table(&self, name: &str, limit: u64, go_on: &dyn Fn() -> Result<()>, warnings: &mut Vec<Warning>) -> Result<DataFrame> {
        let (collect, config) = &self.tables[name];
        let table = whole(collect, config, limit, go_on, warnings)?;
        if table.height() == 0 {
            warnings.push(no_rows(&self.shown(name)));
        }
        let (frame, notes) = self.typing()?.typed(&table, config)?;
        warnings.extend(of_table(name, notes));
        Ok(frame)
    }
}

/// What is said of the columns of a table; it hides nothing of another.
fn of_table(name: &str, notes: Vec<Warning>) -> impl Iterator<Item = Warning> {
    let of = move |note: Warning| {
        Warning { message: format!("table {name}: {}", note.message), ..note }.source(format!("table {name}"))
    };
    notes.into_iter().map(of)
}

fn nothing_left() -> Error {
    let message = "no row is left of the tables together; look at the keys, and at the conditions of the query";
    CollectError::Joined { message: message.into() }.into()
}

/// All rows of one source.
fn whole(
    collect: &Collect,
    config: &CollectConfig,
    limit: u64,
    go_on: &dyn Fn() -> Result<()>,
    warnings: &mut Vec<Warning>,
) -> Result<Table> {
    let mut chunks = collect.chunks(BLOCK)?;
    let source = config.source.display();
    let (mut frames, mut rows) = (Vec::new(), 0);
    while let Some(table) = chunks.next() {
        go_on()?;
        warnings.extend(chunks.warnings());
        let data = table?.data;
        rows += data.height();
        let needed = FIXED + (rows as u64).saturating_mul(READ * data.width() as u64);
        if needed > limit {
            let hint =
                "raise --max-memory, or join the tables before, such as in a database: those that are looked up in are held";
            return Err(LimitError::Growing { origin: source, rows, needed, limit, hint }.into());
        }
        frames.push(data);
    }
    warnings.extend(chunks.warnings());
    let data = super::stack::stack(frames, &source)?;
    Ok(Table::new(data, source))
}

/// Names of tables are names in SQL, too.
fn check_name(name: &str) -> Result<(), String> {
    let plain =
        name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if name == SOURCE {
        return Err("the name \"source\" is that of the rows of [collect] source; choose another".into());
    }
    if plain { Ok(()) } else { Err(format!("\"{name}\" is no name for a table; use letters, digits and _")) }
}

/// Checks the joins, and finds the table that they start with: the source, else the only one that none of them names.
fn joins(sources: &BTreeMap<String, CollectConfig>, joins: &[JoinConfig]) -> Result<Way> {
    let mut named = BTreeSet::new();
    for join in joins {
        let table = &join.table;
        if table == SOURCE || !sources.contains_key(table) {
            let hint = did_you_mean(table, sources.keys().map(String::as_str));
            return Err(setting("join", format!("there is no table \"{table}\" in [collect.tables]{hint}")));
        }
        if !named.insert(table.clone()) {
            return Err(setting("join", format!("table \"{table}\" is joined twice")));
        }
        let (left, right) = (join.left_on.0.len(), join.right_on.0.len());
        if join.on.is_empty() == (left == 0) || left != right {
            let message =
                format!("table \"{table}\": name the key with `on`, or with as many columns in `left_on` as in `right_on`");
            return Err(setting("join", message));
        }
    }
    let first: Vec<&String> = sources.keys().filter(|name| !named.contains(*name)).collect();
    let source = first.iter().find(|name| **name == SOURCE);
    match (first.as_slice(), source) {
        ([first], _) => Ok(Way::Joins((*first).clone(), joins.to_vec())),
        ([], _) => Err(setting("join", "every table is joined to something; leave out that of the table to begin with")),
        (_, Some(_)) => {
            let unused: Vec<&str> = first.iter().filter(|n| **n != SOURCE).map(|n| n.as_str()).collect();
            Err(setting("join", format!("nothing is done with the tables {}; join or drop them", unused.join(", "))))
        }
        (several, None) => {
            let several: Vec<&str> = several.iter().map(|n| n.as_str()).collect();
            let message =
                format!("which of {} comes first? Join all tables but one, or name it as [collect] source", several.join(", "));
            Err(setting("join", message))
        }
    }
}

#[cfg(test)]
mod tests;
