//! JSON: records one per line ([`Ndjson`]), and in one array or an object around it ([`Json`]). Every value is text, so
//! that types are decided later as with CSV.

mod array;
mod columns;
mod form;
mod ndjson;
mod record;

pub(super) use array::Json;
pub(super) use ndjson::Ndjson;

use crate::error::{CollectError, Error};
use crate::pipeline::Warning;
use columns::Columns;
use record::Fault;

/// A longer record is no row of a table.
const LONGEST_MB: usize = 256;

/// A fault of a record that begins in `line`, in words.
fn error(path: &str, line: u64, text: &str, fault: Fault) -> Error {
    let path = path.to_owned();
    match fault {
        Fault::Syntax { at, message } => {
            let before = &text.as_bytes()[..at.min(text.len())];
            let lines = memchr::memchr_iter(b'\n', before).count() as u64;
            let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
            let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
            CollectError::Json { path, line: line + lines, message: format!("{message} at column {column}") }.into()
        }
        Fault::Key { key, message } => CollectError::JsonKey { path, line, key, message }.into(),
    }
}

/// Says which columns were members of objects inside the records.
fn flattened(path: &str, columns: &Columns) -> Option<Warning> {
    let names: Vec<&str> = columns.flattened().collect();
    let first = names.first()?;
    let message = format!("{path}: objects inside the records are read as {} columns such as \"{first}\"", names.len());
    Some(Warning::new("flattened", message).count(names.len()))
}
