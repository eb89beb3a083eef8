//! Tables and queries of databases. What is read is copied into a temporary Parquet file first, so that the memory does not
//! grow with it and the database is let go soon.

pub(super) mod postgres;
pub(super) mod sqlite;

mod copy;
#[cfg(test)]
mod tests;

use std::fs::File;

use super::blocks::Blocks;
use super::files::setting;
use super::limits::Limits;
use super::parquet::Parquet;
use crate::error::{CollectError, Error, Result, did_you_mean, one_line};

/// What is read of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Select {
    /// All of a table or view.
    Table(String),
    /// What a statement gives.
    Query(String),
}

/// What is asked of a database.
pub(super) struct Ask {
    /// The database as messages call it.
    pub shown: String,
    pub select: Option<Select>,
    /// Most rows that are wanted.
    pub rows: usize,
    pub limits: Limits,
}

impl Select {
    /// What the settings say, if they say anything.
    pub fn new(table: Option<&str>, query: Option<&str>) -> Result<Option<Self>> {
        match (table, query) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(setting("query", "give a query or a table, not both")),
            (Some(table), None) => Self::table(table).map(Some).map_err(|message| setting("table", message)),
            (None, Some(query)) => Self::query(query).map(Some).map_err(|message| setting("query", message)),
        }
    }

    fn table(name: &str) -> Result<Self, String> {
        if name.trim().is_empty() || name.contains('\0') {
            return Err("give the name of a table".into());
        }
        Ok(Self::Table(name.into()))
    }

    fn query(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches([';', ' ', '\t', '\r', '\n']);
        if text.is_empty() || text.contains('\0') {
            return Err("give one select statement".into());
        }
        Ok(Self::Query(text.into()))
    }

    /// Takes `table` and `query` out of the query of an address.
    pub fn cut(address: &str) -> Result<(String, Option<Self>), String> {
        let Some((before, query)) = address.split_once('?') else { return Ok((address.into(), None)) };
        let mut select = None;
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            // A `+` is one of SQL, not the space that it is in forms.
            let found = match url::form_urlencoded::parse(pair.replace('+', "%2B").as_bytes()).next() {
                Some((key, value)) if key == "table" => Self::table(&value)?,
                Some((key, value)) if key == "query" => Self::query(&value)?,
                _ => {
                    rest.push(pair);
                    continue;
                }
            };
            if select.replace(found).is_some() {
                return Err("give a query or a table, once".into());
            }
        }
        let rest = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
        Ok((format!("{before}{rest}"), select))
    }
}

impl Ask {
    fn failed(&self, message: impl Into<String>) -> Error {
        CollectError::Fetch { path: self.shown.clone(), message: message.into() }.into()
    }

    /// A statement that cannot be used, by what the database says.
    fn refused(&self, message: &str) -> Error {
        setting("query", format!("{}: {}", self.shown, one_line(message)))
    }

    /// What is said where no table is named, or one that is not there.
    fn choose(&self, named: Option<&str>, tables: &[String]) -> Error {
        const SHOWN: usize = 12;
        let known = tables.iter().take(SHOWN).map(|t| format!("\"{t}\"")).collect::<Vec<_>>().join(", ");
        let more = if tables.len() > SHOWN { format!(" and {} more", tables.len() - SHOWN) } else { String::new() };
        let known = if tables.is_empty() { "it has none that can be read".into() } else { format!("it has {known}{more}") };
        match named {
            Some(name) => {
                let hint = did_you_mean(name, tables.iter().map(String::as_str));
                self.failed(format!("there is no table \"{name}\"; {known}{hint}"))
            }
            None => self.failed(format!("a database; set [collect] table or query; {known}")),
        }
    }

    /// The copy as a source of rows.
    fn read(&self, file: File) -> Result<Box<dyn Blocks>> {
        Ok(Box::new(Parquet::open(&self.shown, file)?))
    }
}

/// A name as SQL writes it, whatever stands in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod select_tests {
    use super::*;

    #[test]
    fn names_are_quoted_whatever_stands_in_them() {
        assert_eq!(quoted("a b"), "\"a b\"");
        assert_eq!(quoted("x\"; drop table y; --"), "\"x\"\"; drop table y; --\"");
    }

    #[test]
    fn a_select_is_a_table_or_one_statement() {
        let query = |text: &str| Select::new(None, Some(text));
        assert_eq!(query(" select 1 ;\n").unwrap(), Some(Select::Query("select 1".into())));
        assert_eq!(Select::new(None, None).unwrap(), None);
        for wrong in [Select::new(Some("a"), Some("b")), Select::new(Some(" "), None), query(";"), query("a\0")] {
            assert_eq!(wrong.unwrap_err().exit_code(), 2);
        }
    }

    #[test]
    fn an_address_keeps_what_is_not_ours() {
        let cut = |address: &str| Select::cut(address).unwrap();
        assert_eq!(cut("p://h/d"), ("p://h/d".into(), None));
        assert_eq!(cut("p://h/d?a=1&table=x%26y&b=%20"), ("p://h/d?a=1&b=%20".into(), Some(Select::Table("x&y".into()))));
        assert_eq!(cut("a.db?query=select%20a+b"), ("a.db".into(), Some(Select::Query("select a+b".into()))));
        assert!(Select::cut("a.db?table=a&query=b").is_err());
    }
}
