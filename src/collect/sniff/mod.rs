//! How a CSV text is written: what stands between and around its fields, and where its header is.
//!
//! Every combination of a delimiter and a quote is tried on many records and scored by how alike the records are and how
//! many cells look like values, after van den Burg, Nazábal and Sutton (2019), "Wrangling messy CSV files by detecting row
//! and type patterns".

mod cell;
mod header;
mod preamble;
mod rows;

use super::dialect::{Dialect, Quote, Settings};
use crate::pipeline::Warning;
use cell::is_value;
pub(super) use header::{is_missing, is_plain};
pub(super) use rows::{Cell, Row};
use rows::{Rows, read};

/// In the order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Tried where none of the others parts the fields.
const RARE: [u8; 5] = [0x01, 0x1f, b'^', b'~', b' '];

/// What was found, with what the user should know of it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub dialect: Dialect,
    pub notes: Vec<Warning>,
}

/// Finds what the settings leave open. `complete` says that nothing follows the sample.
///
/// A delimiter that splits the header always comes before one that does not: a file of ragged records is then refused
/// with its line, where another delimiter would quietly make one column of it.
pub(super) fn find(sample: &[u8], complete: bool, settings: &Settings, path: &str) -> Found {
    let mut notes = Vec::new();
    let mut settings = settings.clone();
    if settings.skip.is_none()
        && let Some(named) = named_delimiter(sample)
    {
        settings.skip = Some(1);
        settings.delimiter = settings.delimiter.or(Some(named));
    }
    let sample = &sample[preamble::lines(sample, settings.skip.unwrap_or(0))..];
    let quotes = match settings.quote {
        Quote::Auto => vec![Some(b'"'), Some(b'\'')],
        Quote::None => vec![None],
        Quote::Byte(quote) => vec![Some(quote)],
    };
    let delimiters = settings.delimiter.map_or_else(|| DELIMITERS.to_vec(), |set| vec![set]);
    let fixed = settings.skip.is_some();
    let mut best = best(sample, complete, &delimiters, &quotes, fixed);
    if settings.delimiter.is_none() && !best.splits {
        let rare = RARE.into_iter().filter(|d| sample.contains(d)).collect::<Vec<_>>();
        let other = rare.iter().map(|d| Candidate::new(sample, complete, *d, quotes[0], fixed)).find(Candidate::is_certain);
        best = other.unwrap_or(best);
    }
    let parting = if best.splits || settings.delimiter.is_some() { None } else { parting(sample, complete, quotes[0]) };
    let Candidate { rows, start, .. } = best;
    let skipped = settings.skip.unwrap_or(0) + if start == 0 { 0 } else { rows.list[start].line };
    let mut note = |code: &str, message: String| notes.push(Warning::new(code, format!("{path}: {message}")));
    if let Some(delimiter) = parting {
        note(
            "one_column",
            format!(
                "read as one column under {:?}, although nearly all lines hold as many {:?}; set [collect] delimiter, or skip_rows \
                 if the header stands further down",
                rows.list.get(start).map(|_| rows.text(start)).unwrap_or_default(),
                delimiter as char
            ),
        );
    }
    if RARE.contains(&rows.delimiter) && settings.delimiter.is_none() {
        note(
            "delimiter",
            format!("fields are parted by {:?}; set [collect] delimiter if that is wrong", rows.delimiter as char),
        );
    }
    if rows.quote == Some(b'\'') && settings.quote == Quote::Auto {
        note("quote", "fields stand between single quotes ('); set [collect] quote = '\"' if they are part of the text".into());
    }
    if start > 0 {
        let text = rows.text(0);
        note(
            "preamble",
            format!(
                "{skipped} lines before the header are left out, the first: {text:?}; set [collect] skip_rows = 0 if they are rows"
            ),
        );
    }
    let named = settings.header.unwrap_or_else(|| {
        let missing = header::is_missing(&rows.list[start.min(rows.list.len())..]);
        if missing {
            let message = "the first line looks like values, not names; columns are called column_1, column_2, …; set \
                           [collect] header = true if it is a header";
            note("no_header", message.into());
        }
        !missing
    });
    let dialect = Dialect { delimiter: rows.delimiter, quote: rows.quote, skip: skipped, header: named };
    Found { dialect, notes }
}

/// The delimiter that a first line such as `sep=;` names, as Excel writes and reads it.
fn named_delimiter(sample: &[u8]) -> Option<u8> {
    let line = sample.split(|b| *b == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// The delimiter that parts nearly all records alike, though not the first ones.
fn parting(sample: &[u8], complete: bool, quote: Option<u8>) -> Option<u8> {
    DELIMITERS.into_iter().find(|delimiter| {
        let rows = read(sample, complete, *delimiter, quote).list;
        let width = preamble::usual_width(&rows);
        let alike = rows.iter().filter(|row| row.fields.len() == width).count();
        width > 1 && alike >= 3 && alike * 10 >= rows.len() * 9
    })
}

fn best<'a>(sample: &'a [u8], complete: bool, delimiters: &[u8], quotes: &[Option<u8>], fixed: bool) -> Candidate<'a> {
    let mut best = Candidate::new(sample, complete, delimiters[0], quotes[0], fixed);
    for quote in quotes {
        for delimiter in delimiters {
            let other = Candidate::new(sample, complete, *delimiter, *quote, fixed);
            // Single quotes are quotes only where nearly all texts stand between them.
            let allowed = *quote != Some(b'\'') || quotes.len() == 1 || other.rows.mostly_quoted();
            if allowed && (other.splits, other.score) > (best.splits, best.score) {
                best = other;
            }
        }
    }
    best
}

/// The sample as one combination reads it.
struct Candidate<'a> {
    rows: Rows<'a>,
    /// The record that is the header, or the first of the table.
    start: usize,
    /// Whether the header has more than one field.
    splits: bool,
    score: f64,
}

impl<'a> Candidate<'a> {
    fn new(sample: &'a [u8], complete: bool, delimiter: u8, quote: Option<u8>, fixed: bool) -> Self {
        let rows = read(sample, complete, delimiter, quote);
        let start = if fixed { 0 } else { preamble::length(&rows) };
        let table = &rows.list[start.min(rows.list.len())..];
        let width = table.first().map_or(0, |header| header.fields.len());
        let (mut agree, mut cells, mut values) = (0, 0, 0);
        for row in table {
            agree += usize::from(row.fields.len() == width);
            cells += row.fields.len();
            values += row.fields.iter().filter(|f| f.quoted || is_value(f.text, delimiter)).count();
        }
        let behind = table.len().saturating_sub(1) + usize::from(rows.fault);
        let agree = if behind == 0 { 1.0 } else { agree.saturating_sub(1) as f64 / behind as f64 };
        let values = if cells == 0 { 1.0 } else { values as f64 / cells as f64 };
        let parts = if width > 1 { (width - 1) as f64 / width as f64 } else { 0.5 };
        // What is left out speaks against a reading that needs it left out; quotes that are found, for one that sees them.
        let whole = if start == 0 { 1.0 } else { 0.8 };
        let quotes = if quote == Some(b'\'') { 1.01 } else { 1.0 };
        Self { rows, start, splits: width > 1, score: agree * values * parts * whole * quotes }
    }

    /// Whether a delimiter that may also be a letter of texts does part the fields: in every record, under a header, and
    /// with numbers behind it.
    fn is_certain(&self) -> bool {
        let table = &self.rows.list[self.start.min(self.rows.list.len())..];
        self.splits
            && table.len() >= 3
            && !self.rows.fault
            && table.iter().all(|r| r.fields.len() == table[0].fields.len() && r.fields.iter().all(|f| !f.text.is_empty()))
            && header::is_plain(table)
    }
}

#[cfg(test)]
mod tests;
