//! One place that rows come from, and how it is opened.

use std::path::{Path, PathBuf};

use url::Url;

use super::address;
use super::blocks::{self, Blocks};
use super::config::Format;
use super::database::{Ask, Select, postgres, sqlite};
use super::dialect::Settings;
use super::files::STDIN;
use super::input::Input;
use super::limits::Limits;
use super::remote::{self, Fetched, Object};
use crate::error::{Error, Result};
use crate::pipeline::{Context, Warning};

/// One place, and what messages call it: what the user typed, or the name of a file. Nothing else of it is shown.
#[derive(Clone)]
pub(super) struct Origin {
    pub shown: String,
    pub place: Place,
}

/// Where rows are. The addresses may hold secrets: they are never printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A file, or `-` for standard input.
    File(PathBuf),
    Http(Url),
    /// One object of a store.
    Object(Object),
    /// All objects that fit a pattern.
    Objects(Object),
    Sqlite(PathBuf, Option<Select>),
    Postgres(Url, Option<Select>),
}

/// How sources are opened.
#[derive(Clone)]
pub(super) struct Opening {
    pub format: Format,
    pub settings: Settings,
    pub limits: Limits,
    /// What is read of a database whose address does not say.
    pub select: Option<Select>,
}

/// An opened source, and what the user should know of how it was opened.
pub(super) type Opened = (Box<dyn Blocks>, Vec<Warning>);

impl Origin {
    pub fn file(path: PathBuf) -> Self {
        Self { shown: path.display().to_string(), place: Place::File(path) }
    }

    /// What an address means; see [`address::place`].
    pub fn address(source: &str, base: &Path) -> Result<Self> {
        Ok(Self { shown: source.to_owned(), place: address::place(source, base)? })
    }

    /// The objects that a pattern stands for, sorted; everything else stands for itself.
    pub fn expand(self, limits: Limits, cx: Option<&Context<'_>>) -> Result<Vec<Self>> {
        let Place::Objects(pattern) = &self.place else { return Ok(vec![self]) };
        let objects = remote::list(pattern, limits, cx)?;
        Ok(objects.into_iter().map(|o| Self { shown: o.to_string(), place: Place::Object(o) }).collect())
    }

    /// Whether both are the same file, address or table.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::File(a), Place::File(b)) => same_file(a, b),
            (Place::Sqlite(a, x), Place::Sqlite(b, y)) => same_file(a, b) && x == y,
            (a, b) => a == b,
        }
    }

    /// Opens it; of a database, at most `rows` rows are asked for.
    pub fn open(&self, opening: &Opening, rows: usize, cx: Option<&Context<'_>>) -> Result<Opened> {
        let Opening { format, settings, limits, select } = opening;
        let ask = |own: &Option<Select>| Ask {
            shown: self.shown.clone(),
            select: own.clone().or_else(|| select.clone()),
            rows,
            limits: *limits,
        };
        match &self.place {
            Place::File(path) => {
                let input = Input::open(path)?;
                if sqlite::is_database(&input.head) && path != Path::new(STDIN) {
                    return sqlite::open(path, ask(&None), cx);
                }
                Ok((blocks::of(input, path, *format, settings)?, self.unused(opening)))
            }
            Place::Http(url) => self.fetched(remote::fetch(url, &self.shown, *limits, cx)?, opening),
            Place::Object(object) => self.fetched(remote::fetch_object(object, &self.shown, *limits, cx)?, opening),
            Place::Objects(_) => Err(Error::Internal(format!("the pattern {} was not expanded", self.shown))),
            Place::Sqlite(path, own) => sqlite::open(path, ask(own), cx),
            Place::Postgres(url, own) => postgres::open(url, ask(own), cx),
        }
    }

    fn fetched(&self, fetched: Fetched, opening: &Opening) -> Result<Opened> {
        let format = match opening.format {
            Format::Auto if blocks::by_name(&fetched.hint).is_none() => fetched.media.unwrap_or(Format::Auto),
            format => format,
        };
        let mut notes = self.unused(opening);
        if fetched.unmeasured {
            let message = format!(
                "{}: the server did not say how long it is; if the connection broke, the last rows are missing",
                self.shown
            );
            notes.push(Warning::new("unknown_length", message));
        }
        let input = Input::spooled(self.shown.clone(), fetched.file)?;
        Ok((blocks::of(input, &fetched.hint, format, &opening.settings)?, notes))
    }

    /// What is said where a query was set for what is no database.
    fn unused(&self, opening: &Opening) -> Vec<Warning> {
        let key = match opening.select {
            None => return Vec::new(),
            Some(Select::Table(_)) => "table",
            Some(Select::Query(_)) => "query",
        };
        let message = format!("{} is no database: [collect] {key} has no effect on it", self.shown);
        vec![Warning::new("unused_query", message)]
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    let real = |file: &Path| file.canonicalize().unwrap_or_else(|_| file.to_owned());
    real(a) == real(b)
}
