//! How a CSV text is written: what stands between and around its fields, and where its header is.
//!
//! Every combination of a delimiter and a quote is tried on many records and scored by how alike the records are and how
//! many cells look like values, after van den Burg, Nazábal and Sutton (2019), "Wrangling messy CSV files by detecting row
//! and type patterns".

mod cell;
mod header;
mod preamble;
mod rows;

use std::cmp::Reverse;

use super::dialect::{Dialect, Quote, Settings};
use super::scan::Marks;
use crate::error::{plural, verb};
use crate::pipeline::Warning;
use cell::is_value;
use header::First;
pub(super) use header::{is_missing, is_plain};
pub(super) use rows::{Cell, Row};
use rows::{Rows, read, usual_width};

/// In the order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Share of records that must be alike for a table to be seen in them.
const ALIKE: f64 = 0.9;
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
        let rare = RARE.into_iter().filter(|d| sample.contains(d));
        let marks = |delimiter| Marks { delimiter, quote: quotes[0], ..Marks::default() };
        let mut other = rare.map(|delimiter| Candidate::new(sample, complete, marks(delimiter), fixed));
        best = other.find(Candidate::is_certain).unwrap_or(best);
    }
    let parting = if best.splits || settings.delimiter.is_some() { None } else { parting(sample, complete, quotes[0]) };
    let Candidate { rows, start, width, ended, .. } = best;
    let start = start + usize::from(groups_above(&rows.list[start.min(rows.list.len())..], &settings));
    let marks = rows.marks;
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
    if RARE.contains(&marks.delimiter) && settings.delimiter.is_none() {
        note(
            "delimiter",
            format!("fields are parted by {:?}; set [collect] delimiter if that is wrong", marks.delimiter as char),
        );
    }
    if marks.quote == Some(b'\'') && settings.quote == Quote::Auto {
        note("quote", "fields stand between single quotes ('); set [collect] quote = '\"' if they are part of the text".into());
    }
    if marks.escape {
        note("escape", "a backslash stands before quotes inside quoted fields, and is read so".into());
    }
    if ended {
        let message = "a delimiter ends all records but the header; the empty fields behind it are left out";
        note("last_delimiter", message.into());
    }
    if start > 0 {
        let text = rows.text(0);
        note(
            "preamble",
            format!(
                "{} before the header {} left out, the first: {text:?}; set [collect] skip_rows = 0 if {} rows",
                plural(skipped, "line"),
                verb(skipped, "are"),
                verb(skipped, "they are")
            ),
        );
    }
    let named = settings.header.unwrap_or_else(|| {
        let first = header::first(&rows.list[start.min(rows.list.len())..]);
        match first {
            First::Names => {}
            First::Doubtful(values) => note(
                "header_values",
                format!(
                    "the first line is read as names, although {values} of them {} like the values below; set [collect] header = \
                     false if it is a row",
                    verb(values, "look")
                ),
            ),
            First::Values => note(
                "no_header",
                "the first line looks like values, not names; columns are called column_1, column_2, …; set [collect] header = \
                 true if it is a header"
                    .into(),
            ),
        }
        first != First::Values
    });
    // Whoever says that there is a header says that it is one record.
    let below = if named && settings.header.is_none() && !settings.keep_all {
        header::names_below(&rows.list[start.min(rows.list.len())..])
    } else {
        0
    };
    if below > 0 {
        note("header_rows", below_header(below, &rows.text(start + 1)));
    }
    let seen = rows.list.len().saturating_sub(start + usize::from(named) + below) + rows.faults;
    Found { dialect: Dialect { marks, skip: skipped, header: named, below, width, seen, ended }, notes }
}

/// Whether the first record stands above the names, where nobody says what it is.
fn groups_above(table: &[rows::Row<'_>], settings: &Settings) -> bool {
    settings.header.is_none() && settings.skip.is_none() && !settings.keep_all && header::is_of_groups(table)
}

/// What is said of `lines` below the header that are no rows, and how the first of them begins.
fn below_header(lines: usize, first: &str) -> String {
    format!(
        "{} below the header {} more about the columns, such as their units or questions, and {} left out, the first: {first:?}; \
         set [collect] header = true if {} rows",
        plural(lines, "line"),
        verb(lines, "hold"),
        verb(lines, "are"),
        verb(lines, "they are")
    )
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
        let rows = read(sample, complete, Marks { delimiter: *delimiter, quote, ..Marks::default() }).list;
        let width = usual_width(&rows);
        let alike = rows.iter().filter(|row| row.fields.len() == width).count();
        // Of a short file a title is a large share: there all behind it has to be alike.
        let above = rows.iter().take_while(|row| row.fields.len() < width).count();
        let short = complete && alike >= 2 && above <= alike && above + alike == rows.len();
        width > 1 && (short || alike >= 3 && alike as f64 >= ALIKE * rows.len() as f64)
    })
}

/// Whether nearly every delimiter outside of quotes is followed by a space, and some by a quote or a number behind it: then
/// the space belongs to the delimiter. Else it may be part of a text, as RFC 4180 has it.
fn spaced(sample: &[u8], delimiter: u8, quote: Option<u8>) -> bool {
    if delimiter == b' ' || memchr::memmem::find(sample, &[delimiter, b' ']).is_none() {
        return false;
    }
    let (mut all, mut spaced, mut shown, mut inside) = (0_usize, 0, false, false);
    for (i, byte) in sample.iter().enumerate() {
        inside ^= Some(*byte) == quote;
        // Behind one that ends a line stands nothing that could be parted from it.
        if *byte == delimiter && !inside && sample.get(i + 1).is_some_and(|next| !b"\r\n".contains(next)) {
            let space = sample[i + 1] == b' ';
            all += 1;
            spaced += usize::from(space);
            shown |= space && sample.get(i + 2).is_some_and(|next| Some(*next) == quote || next.is_ascii_digit());
        }
    }
    shown && spaced as f64 >= ALIKE * all as f64
}

fn best<'a>(sample: &'a [u8], complete: bool, delimiters: &[u8], quotes: &[Option<u8>], fixed: bool) -> Candidate<'a> {
    let escapes: &[bool] = if memchr::memmem::find(sample, b"\\\"").is_some() { &[false, true] } else { &[false] };
    let read = |delimiter, quote, escape| {
        let marks = Marks { delimiter, quote, escape, spaced: spaced(sample, delimiter, quote) };
        Candidate::new(sample, complete, marks, fixed)
    };
    let mut best = read(delimiters[0], quotes[0], false);
    for quote in quotes {
        for (delimiter, escape) in delimiters.iter().flat_map(|d| escapes.iter().map(move |e| (d, e))) {
            let other = read(*delimiter, *quote, *escape);
            // Single quotes are quotes only where nearly all texts stand between them, or nothing else makes a table.
            let single = *quote == Some(b'\'') && quotes.len() > 1;
            let allowed = !single || other.rows.mostly_quoted() || (other.agree >= ALIKE && best.agree < ALIKE);
            if allowed && other.rank() > best.rank() {
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
    /// Fields of the records.
    width: usize,
    /// Whether a delimiter ends all records but the header.
    ended: bool,
    /// Whether the header has more than one field.
    splits: bool,
    /// Share of the records that are as wide as they should be.
    agree: f64,
    score: f64,
}

impl<'a> Candidate<'a> {
    fn new(sample: &'a [u8], complete: bool, marks: Marks, fixed: bool) -> Self {
        let rows = read(sample, complete, marks);
        let start = if fixed { 0 } else { preamble::length(&rows) };
        let (header, below) =
            rows.list[start.min(rows.list.len())..].split_first().map_or((None, &[][..]), |(h, b)| (Some(h), b));
        let written = header.map_or(0, |header| header.fields.len());
        let (width, ended) = header.map_or((0, false), |header| header::width(header, below));
        let (mut alike, mut cells, mut values) = (0, 0, 0);
        for row in header.into_iter().chain(below) {
            cells += row.fields.len();
            values += row.fields.iter().filter(|f| f.quoted || is_value(f.text, marks.delimiter)).count();
        }
        for row in below {
            alike += usize::from(row.fields.len() == width + usize::from(ended));
        }
        let records = below.len() + rows.faults;
        let agree = if records == 0 { 1.0 } else { alike as f64 / records as f64 };
        let values = if cells == 0 { 1.0 } else { values as f64 / cells as f64 };
        let parts = if written > 1 { (written - 1) as f64 / written as f64 } else { 0.5 };
        // What is left out speaks against a reading that needs it left out; quotes that are found, for one that sees them.
        let whole = if start == 0 { 1.0 } else { 0.8 };
        let quotes = if marks.quote == Some(b'\'') { 1.01 } else { 1.0 };
        Self { start, width, ended, splits: written > 1, agree, score: agree * values * parts * whole * quotes, rows }
    }

    /// What decides between two: then the number of quotes that must be letters for it.
    const fn rank(&self) -> (bool, f64, Reverse<usize>) {
        (self.splits, self.score, Reverse(self.rows.mended))
    }

    /// Whether a delimiter that may also be a letter of texts does part the fields: in every record, under a header, and
    /// with numbers behind it.
    fn is_certain(&self) -> bool {
        let table = &self.rows.list[self.start.min(self.rows.list.len())..];
        self.splits
            && table.len() >= 3
            && self.rows.faults == 0
            && table.iter().all(|r| r.fields.len() == table[0].fields.len() && r.fields.iter().all(|f| !f.text.is_empty()))
            && header::is_plain(table)
    }
}

#[cfg(test)]
mod tests;
