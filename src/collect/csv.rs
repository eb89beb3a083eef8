//! CSV and TSV: every column as text, types are decided later.

use std::collections::{HashMap, HashSet, VecDeque};

use polars::prelude::{Column, DataFrame, IntoColumn, PlSmallStr, StringChunkedBuilder};

use super::blocks::Blocks;
use super::dialect::Settings;
use super::encoding::Decoded;
use super::footer;
use super::records::{Record, Records};
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// A block ends after so many bytes of text even where more rows were asked for.
const BLOCK: usize = 32 << 20;
/// More lines of sums than this are rows.
const MOST_SUMS: usize = 4;
/// So many renamed columns of a file are told one by one.
const MOST_WARNINGS: usize = 20;

/// An opened CSV file behind its header.
pub(super) struct Csv {
    records: Records,
    names: Vec<PlSmallStr>,
    warnings: Vec<Warning>,
    scratch: String,
    /// Rows that are read but not given yet.
    waiting: VecDeque<Vec<String>>,
    /// Lines of sums so far, with their numbers: rows only if a row follows.
    held: Vec<(u64, Vec<String>)>,
    /// Whether there may be lines of sums.
    sums: bool,
    /// Whether what follows was found to be no rows.
    ended: bool,
    /// Records with quotes inside plain fields, and the line of the first.
    stray: Option<(usize, u64)>,
}

impl Csv {
    /// Reads the header; the delimiter is looked for if none is given.
    pub fn open(text: Decoded, settings: &Settings) -> Result<Self> {
        let mut records = Records::open(text, settings)?;
        let mut written = Vec::new();
        let mut scratch = String::new();
        match records.next()? {
            Some(header) => header.for_each(&mut scratch, |name| written.push(name.to_owned())),
            None => return Err(CollectError::Empty { path: records.name }.into()),
        }
        let named = records.dialect.header;
        let (names, warnings) = if named {
            written.iter_mut().for_each(|name| *name = name.trim().to_owned());
            column_names(&written, &records.name)
        } else {
            ((1..=written.len()).map(|i| format!("column_{i}").into()).collect(), Vec::new())
        };
        let waiting = (!named).then_some(written).into_iter().collect();
        let (held, sums) = (Vec::new(), !settings.keep_sums);
        Ok(Self { records, names, warnings, scratch, waiting, held, sums, stray: None, ended: false })
    }

    /// Leaves out the lines of sums that no row followed.
    fn end(&mut self) {
        let name = &self.records.name;
        self.warnings.extend(self.held.drain(..).map(|(line, fields)| footer::total(name, line, &fields[0])));
        self.ended = true;
    }
}

impl Blocks for Csv {
    fn header(&self) -> Option<DataFrame> {
        let columns = self.names.iter().map(|n| StringChunkedBuilder::new(n.clone(), 0).finish().into_column());
        DataFrame::new(0, columns.collect()).ok()
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        let Self { records, names, scratch, .. } = self;
        let mut builders: Vec<_> = names.iter().map(|n| StringChunkedBuilder::new(n.clone(), 0)).collect();
        let (mut height, mut bytes) = (0, 0);
        while height < rows && bytes < BLOCK {
            if let Some(fields) = self.waiting.pop_front() {
                builders.iter_mut().zip(&fields).for_each(|(column, text)| column.append_value(text));
                height += 1;
                continue;
            }
            if self.ended {
                break;
            }
            let Some(record) = records.next()? else {
                self.end();
                break;
            };
            let line = record.line;
            let (expected, found) = (builders.len(), record.len());
            if found != expected {
                let text = footer::begins(record, expected, scratch);
                let (path, delimiter) = (records.name.clone(), records.dialect.delimiter as char);
                let ragged = CollectError::Ragged { path, line, expected, found, delimiter };
                let note = text.map(|text| footer::note(records, line, &text, expected));
                let Some(note) = note.transpose()?.flatten() else { return Err(ragged.into()) };
                self.end();
                self.warnings.push(note);
                break;
            }
            let sums = if self.sums { footer::sums(record, scratch) } else { None };
            if sums == Some(true) && self.held.len() < MOST_SUMS {
                self.held.push((line, owned(record, scratch)));
                continue;
            }
            if record.has_stray_quote() {
                self.stray = Some(self.stray.map_or((1, line), |(count, first)| (count + 1, first)));
            }
            // Where a row begins like a line of sums, or follows one, such lines are rows.
            self.sums &= sums.is_none() && self.held.is_empty();
            if !self.held.is_empty() {
                self.waiting.extend(self.held.drain(..).map(|(_, fields)| fields));
                self.waiting.push_back(owned(record, scratch));
                continue;
            }
            let mut columns = builders.iter_mut();
            record.for_each(scratch, |text| {
                if let Some(column) = columns.next() {
                    column.append_value(text);
                }
            });
            height += 1;
            bytes += record.bytes();
        }
        if height == 0 {
            return Ok(None);
        }
        let columns: Vec<Column> = builders.into_iter().map(|b| b.finish().into_column()).collect();
        Ok(Some(DataFrame::new(height, columns)?))
    }

    fn warnings(&mut self) -> Vec<Warning> {
        let mut warnings = self.records.notes();
        warnings.append(&mut self.warnings);
        if let Some((count, line)) = self.stray.take() {
            let message = format!(
                "{}: {count} records hold a quote inside a field without quotes around it, first in line {line}; it was kept as a letter",
                self.records.name
            );
            warnings.push(Warning::new("stray_quote", message).count(count));
        }
        warnings
    }
}

fn owned(record: Record<'_>, scratch: &mut String) -> Vec<String> {
    let mut fields = Vec::with_capacity(record.len());
    record.for_each(scratch, |text| fields.push(text.to_owned()));
    fields
}

/// Names for all columns, each once: a repeated one gets `_2`, `_3`, an empty one is `column_N`, both with a warning.
pub(super) fn column_names(written: &[String], path: &str) -> (Vec<PlSmallStr>, Vec<Warning>) {
    let mut warnings = Vec::new();
    // A name that stands in the header belongs to that column, never to a renamed one.
    let mut taken: HashSet<String> = written.iter().cloned().collect();
    // The number to try next, so that many equal names take no longer than as many different ones.
    let mut next: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::with_capacity(written.len());
    for (i, name) in written.iter().enumerate() {
        let place = i + 1;
        let empty = name.is_empty();
        if !empty && !next.contains_key(name.as_str()) {
            next.insert(name, 2);
            names.push(name.as_str().into());
            continue;
        }
        let (stem, first) = if empty { ("column", place) } else { (name.as_str(), next[name.as_str()]) };
        let mut number = first;
        while taken.contains(&format!("{stem}_{number}")) {
            number += 1;
        }
        let free = format!("{stem}_{number}");
        if !empty {
            next.insert(name, number + 1);
        }
        let warning = if empty {
            Warning::new("unnamed_column", format!("{path}: column {place} has no name; it is called \"{free}\""))
        } else {
            let message = format!("{path}: the column name \"{name}\" stands twice; column {place} is called \"{free}\"");
            Warning::new("duplicate_column", message)
        };
        warnings.push(warning.column(&free));
        names.push(free.as_str().into());
        taken.insert(free);
    }
    if warnings.len() > MOST_WARNINGS {
        let more = warnings.len() - MOST_WARNINGS;
        warnings.truncate(MOST_WARNINGS);
        let message = format!("{path}: {more} more columns have no name, or one that stands twice; they are numbered, too");
        warnings.push(Warning::new("column_names", message).count(more));
    }
    if written.iter().all(|name| name.parse::<f64>().is_ok()) {
        let message = format!("{path}: all column names are numbers; if the file has no header line, add one");
        warnings.push(Warning::new("header_numbers", message));
    }
    (names, warnings)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn open(text: &str) -> Csv {
        let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let settings = Settings::default();
        Csv::open(Decoded::open("x.csv".into(), bytes, settings.encoding).unwrap(), &settings).unwrap()
    }

    fn names(header: &str) -> (Vec<String>, Vec<String>) {
        let csv = open(header);
        (csv.names.iter().map(ToString::to_string).collect(), csv.warnings.into_iter().map(|w| w.code).collect())
    }

    #[test]
    fn every_column_gets_a_name_of_its_own() {
        assert_eq!(names("a, b ,\"c,d\"\n"), (vec!["a".into(), "b".into(), "c,d".into()], vec![]));
        let (found, codes) = names("a,a,a_2,a,\n");
        assert_eq!(found, ["a", "a_3", "a_2", "a_4", "column_5"]);
        assert_eq!(codes, ["duplicate_column", "duplicate_column", "unnamed_column"]);
        assert_eq!(names("1,2\n").1, ["header_numbers"]);
        let (many, codes) = names(&",".repeat(99_999));
        assert_eq!((many.len(), many[99_999].as_str(), codes.len()), (100_000, "column_100000", 21));
        let (many, codes) = names(&vec!["a"; 100_000].join(","));
        assert_eq!((many[99_999].as_str(), codes[20].as_str()), ("a_100000", "column_names"));
    }

    #[test]
    fn blocks_have_the_rows_asked_for_and_all_text() {
        let mut csv = open("a;b\n1;\"x\"\"y\"\n\n2; z \n3;\n");
        let first = csv.next(2).unwrap().unwrap();
        assert_eq!(first.shape(), (2, 2));
        let b: Vec<_> = first.column("b").unwrap().str().unwrap().iter().flatten().collect();
        assert_eq!(b, ["x\"y", " z "]);
        let second = csv.next(2).unwrap().unwrap();
        assert_eq!(second.column("a").unwrap().str().unwrap().get(0), Some("3"));
        assert!(csv.next(2).unwrap().is_none());
    }

    #[test]
    fn a_table_without_header_gets_names_by_place() {
        let mut csv = open("5.1,3.5,a\n4.9,3.0,a\n6.3,3.3,b\n4.7,3.2,b\n");
        let frame = csv.next(2).unwrap().unwrap();
        assert_eq!(frame.get_column_names(), ["column_1", "column_2", "column_3"]);
        assert_eq!(frame.column("column_1").unwrap().str().unwrap().get(0), Some("5.1"));
        assert_eq!(csv.next(9).unwrap().unwrap().height(), 2);
        assert_eq!(csv.warnings()[0].code, "no_header");
    }

    #[test]
    fn lines_below_the_table_are_left_out_and_told() {
        for (below, rows) in [
            ("\nSource: the ministry\n", 2),
            ("Total,,8\n", 2),
            ("合计,,8\n\n", 2),
            ("Quelle: Amt\n", 2),
            ("\nNotes\nsecond note\n", 2),
            ("Total,x,8\n", 3),
            ("Total,,8\nc,d,9\n", 4),
            ("Total,,8\nSource: the ministry\n", 2),
            ("Total,,8\n\nSource: the ministry\n", 2),
            ("Sum,,8\nTotal,,8\n", 2),
            ("Total,x,8\nTotal,,8\n", 4),
            ("Total,,8\nc,d,9\nTotal,,8\n", 5),
        ] {
            let mut csv = open(&format!("name,city,value\na,b,3\nb,c,5\n{below}"));
            let mut height = 0;
            while let Some(frame) = csv.next(1).unwrap() {
                height += frame.height();
            }
            assert_eq!(height, rows, "{below:?}");
            assert_eq!(csv.warnings().iter().any(|w| w.code == "footer"), rows == 2, "{below:?}");
        }
    }

    #[test]
    fn a_row_to_predict_is_never_left_out() {
        let settings = Settings { keep_sums: true, ..Settings::default() };
        let bytes = Box::new(Cursor::new(b"name,city,value\nb,c,5\nTotal,,5\n".to_vec()));
        let text = Decoded::open("x.csv".into(), bytes, settings.encoding).unwrap();
        let mut csv = Csv::open(text, &settings).unwrap();
        assert_eq!((csv.next(9).unwrap().unwrap().height(), csv.warnings().len()), (2, 0));
    }

    #[test]
    fn a_ragged_record_is_named() {
        let error = open("a,b\n\"1\n\",2\n3\n").next(9).unwrap_err().to_string();
        assert!(error.starts_with("x.csv, line 4: expected 2 fields as in the header, found 1 (delimiter ',')"), "{error}");
        for below in ["cut", "Notebook\n", "\nx,y,z", "Source\na,b,c\n"] {
            let error = open(&format!("a,b,c\n1,2,3\n{below}")).next(9);
            assert!(below == "\nx,y,z" || error.unwrap_err().to_string().starts_with("x.csv, line"), "{below}");
        }
        let error = open("a,b\n1,2,3\n").next(9).unwrap_err().to_string();
        assert!(error.starts_with("x.csv, line 2: expected 2 fields as in the header, found 3"), "{error}");
    }

    #[test]
    fn stray_quotes_are_told_once_with_their_count() {
        let mut csv = open("a,b\n5\" pipe,1\n\"q\",2\n6\" pipe,3\n");
        csv.next(9).unwrap();
        let warnings = csv.warnings();
        assert_eq!((warnings.len(), warnings[0].count), (1, Some(2)));
        assert!(warnings[0].message.contains("first in line 2"));
        assert!(csv.warnings().is_empty());
    }
}
