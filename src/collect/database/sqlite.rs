//! `SQLite`, whose values have types, but not its columns: those are decided over all values.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error as SqliteError, ErrorCode, OpenFlags, Row, Statement};

use super::copy::{Copy, Kind, Value};
use super::{Ask, Select, quoted};
use crate::collect::names::column_names;
use crate::collect::origin::Answered;
use crate::collect::typed::{Measure, justified};
use crate::collect::watched::{Job, Pulse};
use crate::data::EXACT;
use crate::error::{CollectError, Error, Result, one_line};
use crate::pipeline::{Context, Warning};

/// How a database begins.
const HEAD: &[u8] = b"SQLite format 3\0";
/// A database of others may hold views that ask for any amount of memory.
const MEMORY: &str = "536870912";

/// Whether a file that begins so is a database.
pub(in crate::collect) fn is_database(head: &[u8]) -> bool {
    head.starts_with(HEAD)
}

/// Reads a table or query.
///
/// # Errors
/// [`CollectError`] for what cannot be read; [`crate::error::ConfigError`] for a query that cannot be used.
pub(in crate::collect) fn open(path: &Path, ask: Ask, cx: Option<&Context<'_>>) -> Result<Answered> {
    let shown = ask.shown.clone();
    let job = Job { shown: &shown, stage: "fetch (rows)", unit: 1, limits: ask.limits };
    let path = path.to_owned();
    let (ask, file, notes) = job.wait(cx, move |pulse| {
        let (file, notes) = copy(&path, &ask, pulse)?;
        Ok((ask, file, notes))
    })?;
    Ok((ask.read(file)?, notes))
}

fn copy(path: &Path, ask: &Ask, pulse: &Pulse) -> Result<(File, Vec<Warning>)> {
    let db = connect(path, ask, pulse).map_err(|error| match error {
        Failure::Io(source) => CollectError::Io { path: path.display().to_string(), source }.into(),
        Failure::Sqlite(error) => damaged(ask, &error),
    })?;
    let mut notes = Vec::new();
    let Chosen { sql, view } = choose(&db, ask, &mut notes)?;
    // A query of the user may compute for long, a table is only read; what a view does was decided by somebody else.
    if !view {
        pulse.be_patient();
    }
    let size = std::fs::metadata(path).map_err(|source| CollectError::Io { path: path.display().to_string(), source })?.len();
    let mut statement = db.prepare(&sql).map_err(|error| match ask.select {
        Some(Select::Query(_)) => ask.refused(&error.to_string()),
        _ => damaged(ask, &error),
    })?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(ask.refused("it gives no rows, or changes the database; give one select statement"));
    }
    let written: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let (names, warnings) = column_names(&written, &ask.shown);
    notes.extend(warnings);
    // A view may have no end.
    let bearable = |values| if view { justified(&ask.shown, size, values, Measure::Values) } else { Ok(()) };
    let tallies = survey(&mut statement, ask, pulse, bearable)?;
    let mut columns = Vec::new();
    for (name, tally) in names.iter().zip(&tallies) {
        columns.push((name.clone(), tally.kind(name, ask, &mut notes)?));
    }
    pulse.begin(0);
    let kinds: Vec<Kind> = columns.iter().map(|(_, kind)| *kind).collect();
    let mut copy = Copy::new(&ask.shown, columns, ask.limits, pulse)?;
    let mut rows = statement.query([]).map_err(|e| damaged(ask, &e))?;
    let mut done = 0;
    while done < ask.rows
        && let Some(row) = rows.next().map_err(|e| damaged(ask, &e))?
    {
        done += 1;
        for (i, kind) in kinds.iter().enumerate() {
            push(&mut copy, row, i, *kind, &names[i], done, ask)?;
        }
        copy.end_row()?;
    }
    Ok((copy.finish()?, notes))
}

/// Why a database cannot be opened.
enum Failure {
    Io(std::io::Error),
    Sqlite(SqliteError),
}

impl From<SqliteError> for Failure {
    fn from(error: SqliteError) -> Self {
        Self::Sqlite(error)
    }
}

/// Opens a database for reading alone, as it is at this moment.
fn connect(path: &Path, ask: &Ask, pulse: &Pulse) -> Result<Connection, Failure> {
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(HEAD.len() as u64).read_to_end(&mut head)).map_err(Failure::Io)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // `file:` would begin an address with settings.
    let is_address = path.as_os_str().as_encoded_bytes().starts_with(b"file:");
    let path = if is_address { Path::new(".").join(path) } else { path.to_owned() };
    let db = Connection::open_with_flags(&path, flags)?;
    let handle = db.get_interrupt_handle();
    pulse.on_stop(move || handle.interrupt());
    db.busy_timeout(ask.limits.timeout)?;
    db.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
         PRAGMA hard_heap_limit = {MEMORY}; BEGIN;"
    ))?;
    // The first look at the file; all later ones see the same state.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(db)
}

/// What is asked, as SQL.
struct Chosen {
    sql: String,
    /// Whether it is all of a view, which is a query of whoever made the database.
    view: bool,
}

fn choose(db: &Connection, ask: &Ask, notes: &mut Vec<Warning>) -> Result<Chosen> {
    if let Some(Select::Query(query)) = &ask.select {
        return Ok(Chosen { sql: query.clone(), view: false });
    }
    let tables = || -> Result<Vec<(String, bool)>, SqliteError> {
        let sql = "SELECT name, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        db.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let tables = tables().map_err(|e| damaged(ask, &e))?;
    let names = || tables.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let named = if let Some(Select::Table(table)) = &ask.select { Some(table.as_str()) } else { None };
    let (name, view) = match (named, &tables[..]) {
        // As `SQLite`, which tells names apart without looking at case.
        (Some(named), _) => {
            tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(named)).ok_or_else(|| ask.choose(Some(named), &names()))?
        }
        (None, [only]) => {
            let message = format!("{}: the table \"{}\" is read, the only one there is", ask.shown, only.0);
            notes.push(Warning::new("table_chosen", message));
            only
        }
        (None, _) => return Err(ask.choose(None, &names())),
    };
    Ok(Chosen { sql: format!("SELECT * FROM {}", quoted(name)), view: *view })
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    whole: usize,
    /// Whole numbers of more than 53 bits.
    large: usize,
    real: usize,
    text: usize,
    blobs: usize,
}

/// Looks at all values once; `bearable` judges their number now and then.
fn survey(statement: &mut Statement<'_>, ask: &Ask, pulse: &Pulse, bearable: impl Fn(u64) -> Result<()>) -> Result<Vec<Tally>> {
    let mut tallies = vec![Tally::default(); statement.column_count()];
    let mut rows = statement.query([]).map_err(|e| damaged(ask, &e))?;
    let mut done = 0;
    while done < ask.rows
        && let Some(row) = rows.next().map_err(|e| damaged(ask, &e))?
    {
        done += 1;
        for (i, tally) in tallies.iter_mut().enumerate() {
            match row.get_ref(i).map_err(|e| damaged(ask, &e))? {
                ValueRef::Null => {}
                ValueRef::Integer(n) => {
                    tally.whole += 1;
                    tally.large += usize::from(n.unsigned_abs() > EXACT);
                }
                ValueRef::Real(_) => tally.real += 1,
                ValueRef::Text(_) => tally.text += 1,
                ValueRef::Blob(_) => tally.blobs += 1,
            }
        }
        if done.is_multiple_of(1024) {
            pulse.add(1024);
            bearable((done * tallies.len()) as u64)?;
        }
    }
    Ok(tallies)
}

impl Tally {
    fn kind(&self, name: &str, ask: &Ask, notes: &mut Vec<Warning>) -> Result<Kind> {
        let numbers = self.whole + self.real;
        if self.blobs > 0 {
            let (path, column) = (ask.shown.clone(), name.to_owned());
            return Err(CollectError::Type { path, column, dtype: "blob".into() }.into());
        }
        if self.text > 0 {
            if numbers > 0 {
                let message = format!(
                    "{}: column \"{name}\" holds {} texts and {numbers} numbers; all are read as text",
                    ask.shown, self.text
                );
                notes.push(Warning::new("mixed_types", message).column(name).count(self.text.min(numbers)));
            }
            return Ok(Kind::Text);
        }
        if self.large > 0 {
            notes.push(large(&ask.shown, name, self.large));
        }
        Ok(match (self.whole, self.real) {
            (0, 0) => Kind::Text,
            (_, 0) => Kind::Whole,
            _ => Kind::Real,
        })
    }
}

/// What is said of whole numbers that a number of 64 bits with a point cannot hold.
pub(super) fn large(shown: &str, name: &str, count: usize) -> Warning {
    let message = format!(
        "{shown}: {count} whole numbers in \"{name}\" are beyond 2^53; where the column is learned from as a number, their last \
         digits are rounded. If they are names, leave them out ([columns] ignore), or cast them to text in the query"
    );
    Warning::new("large_numbers", message).column(name).count(count)
}

fn push(copy: &mut Copy<'_>, row: &Row<'_>, i: usize, kind: Kind, name: &str, at: usize, ask: &Ask) -> Result<()> {
    let digits;
    let value = match (row.get_ref(i).map_err(|e| damaged(ask, &e))?, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(n), Kind::Text) => {
            digits = n.to_string();
            Value::Text(&digits)
        }
        (ValueRef::Real(x), Kind::Text) => {
            digits = format!("{x:?}");
            Value::Text(&digits)
        }
        (ValueRef::Integer(n), Kind::Real) => Value::Real(n as f64),
        (ValueRef::Integer(n), _) => Value::Whole(n),
        (ValueRef::Real(x), _) => Value::Real(x),
        (ValueRef::Text(bytes), _) => Value::Text(std::str::from_utf8(bytes).map_err(|_| {
            ask.failed(format!("column \"{name}\", row {at}: a text that is not UTF-8; correct it in the database"))
        })?),
        (ValueRef::Blob(_), _) => return Err(ask.failed(format!("column \"{name}\", row {at}: a blob, which is not read"))),
    };
    copy.push(i, value)
}

/// What `SQLite` says of a database that it cannot read.
fn damaged(ask: &Ask, error: &SqliteError) -> Error {
    let message = one_line(&error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            CollectError::Damaged { path: ask.shown.clone(), expected: "a SQLite database", message }.into()
        }
        _ => ask.failed(message),
    }
}
