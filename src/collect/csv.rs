//! CSV and TSV: every column as text, types are decided later.

use std::collections::VecDeque;

use polars::prelude::{Column, DataFrame, DataType, IntoColumn, PlSmallStr, StringChunkedBuilder};

use super::blocks::Blocks;
use super::dialect::Settings;
use super::encoding::Decoded;
use super::footer;
use super::irregular::{Irregular, unwrapped};
use super::names::column_names;
use super::records::{Record, Records};
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// A block ends after so many bytes of text even where more rows were asked for.
const BLOCK: usize = 32 << 20;
/// More lines of sums than this are rows.
const MOST_SUMS: usize = 4;

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
    /// Whether every record is a row.
    keep_all: bool,
    /// Whether what follows was found to be no rows.
    ended: bool,
    /// The header as it is written, if it names columns; it may come again where files were joined.
    title: Option<Vec<String>>,
    irregular: Irregular,
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
        let dialect = records.dialect;
        for _ in 0..dialect.below {
            records.next()?;
        }
        let (mut title, mut warnings) = (None, Vec::new());
        let names = if dialect.header {
            written.iter_mut().for_each(|name| *name = name.trim().to_owned());
            title = (written.len() > 1).then(|| written.clone());
            if (1..written.len()).contains(&dialect.width) {
                // Found out: as many of the names are empty as there are more names than fields.
                written.retain(|name| !name.is_empty());
                let message = format!(
                    "{}: the header has empty names more than the records have fields; they are left out",
                    records.name
                );
                warnings.push(Warning::new("empty_names", message));
            }
            let (names, notes) = column_names(&written, &records.name);
            warnings.extend(notes);
            names
        } else {
            (1..=written.len()).map(|i| format!("column_{i}").into()).collect()
        };
        records.width = names.len();
        let waiting = (!dialect.header).then_some(written).into_iter().collect();
        let (held, irregular, keep_all) = (Vec::new(), Irregular::new(dialect.seen), settings.keep_all);
        let sums = !keep_all;
        Ok(Self { records, names, warnings, scratch, waiting, held, sums, keep_all, ended: false, title, irregular })
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
        // Not a million empty arrays.
        let columns = self.names.iter().map(|n| Column::full_null(n.clone(), 0, &DataType::String));
        DataFrame::new(0, columns.collect()).ok()
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        let Self { records, names, scratch, .. } = self;
        let mut builders: Vec<_> = names.iter().map(|n| StringChunkedBuilder::new(n.clone(), 0)).collect();
        let blank_rows = records.has_blank_rows();
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
            self.irregular.read();
            if blank_rows && record.is_blank() {
                self.irregular.blank(line);
            }
            if self.title.as_ref().is_some_and(|title| record.is(title)) {
                self.irregular.again(line);
                continue;
            }
            if found != expected {
                let text = footer::begins(record, expected, scratch);
                let (mut fields, long) = (owned(record, scratch), record.is_long());
                let (path, delimiter) = (records.name.clone(), records.dialect.marks.delimiter as char);
                let ragged = CollectError::Ragged { path, line, expected, found, delimiter };
                if let Some(text) = text {
                    let Some(note) = footer::note(records, line, &text, expected)? else { return Err(ragged.into()) };
                    self.end();
                    self.warnings.push(note);
                    break;
                }
                // One that goes over several lines may hold others.
                if long || !self.irregular.ragged(line) {
                    return Err(ragged.into());
                }
                if self.keep_all {
                    if fields.iter().skip(expected).any(|field| !field.trim().is_empty()) {
                        return Err(ragged.into());
                    }
                    fields.resize(expected, String::new());
                    self.waiting.push_back(fields);
                }
                continue;
            }
            let sums = if self.sums { footer::sums(record, scratch) } else { None };
            if sums == Some(true) && self.held.len() < MOST_SUMS {
                self.held.push((line, owned(record, scratch)));
                continue;
            }
            if record.has_stray_quote() {
                self.irregular.stray(line);
            }
            // Where a row begins like a line of sums, or follows one, such lines are rows.
            self.sums &= sums.is_none() && self.held.is_empty();
            if !self.held.is_empty() {
                self.waiting.extend(self.held.drain(..).map(|(_, fields)| fields));
                self.waiting.push_back(owned(record, scratch));
                continue;
            }
            let (mut columns, mut wrapped) = (builders.iter_mut(), false);
            record.for_each(scratch, |field| {
                if let Some(column) = columns.next() {
                    let text = unwrapped(field.trim());
                    wrapped |= text.is_some();
                    column.append_value(text.unwrap_or(field));
                }
            });
            if wrapped {
                self.irregular.wrapped(line);
            }
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
        warnings
    }

    fn counts(&mut self) -> Vec<Warning> {
        self.irregular.warnings(&self.records.name, self.names.len(), self.keep_all)
    }
}

fn owned(record: Record<'_>, scratch: &mut String) -> Vec<String> {
    let mut fields = Vec::with_capacity(record.len());
    record.for_each(scratch, |field| fields.push(unwrapped(field.trim()).unwrap_or(field).to_owned()));
    fields
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

    fn codes(csv: &mut Csv) -> Vec<String> {
        csv.warnings().into_iter().chain(csv.counts()).map(|warning| warning.code).collect()
    }

    #[test]
    fn texts_that_are_written_as_formulas_are_read() {
        for row in ["=\"007\",1\n", "\"=\"\"007\"\"\",1\n"] {
            let mut csv = open(&format!("sku,n\n{}x,2\n", row.repeat(9)));
            let frame = csv.next(99).unwrap().unwrap();
            let sku: Vec<_> = frame.column("sku").unwrap().str().unwrap().iter().flatten().collect();
            assert_eq!((sku[0], sku[9], codes(&mut csv)), ("007", "x", vec!["formula_texts".to_owned()]), "{row}");
        }
    }

    #[test]
    fn what_a_survey_says_below_its_header_is_no_row() {
        let rows: Vec<String> = (0..12).map(|i| format!("2024-01-{:02},{i},a\n", i + 1)).collect();
        let rows = rows.concat();
        let names = "Start,Q1,Q2\n";
        let below = "Start Date,How happy?,Why?\n{id: s},{id: 1},{id: 2}\n";
        let read = |text: &str, settings: Settings| {
            let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
            let mut csv = Csv::open(Decoded::open("x.csv".into(), bytes, settings.encoding).unwrap(), &settings).unwrap();
            (csv.next(99).unwrap().unwrap().height(), codes(&mut csv))
        };
        let all = format!("{names}{below}{rows}");
        assert_eq!(read(&all, Settings::default()), (12, vec!["header_rows".to_owned()]));
        assert_eq!(read(&all, Settings { header: Some(true), ..Settings::default() }), (14, vec![]));
        // A row to predict gets its answer.
        assert_eq!(read(&all, Settings { keep_all: true, ..Settings::default() }).0, 14);
        for row in ["n/a,NA,x\n", "soon,3,a\n", ",none,a\n", "later,,a\n"] {
            assert_eq!(read(&format!("{names}{row}{rows}"), Settings::default()), (13, vec![]), "{row}");
        }
    }

    #[test]
    fn the_balance_of_a_bank_is_no_row() {
        let mut csv = open("Tag;Text;Betrag\n01.02.2024;a;1,5\n02.02.2024;b;2,5\nAnfangssaldo;;10,0\nEndsaldo;;14,0\n");
        assert_eq!((csv.next(99).unwrap().unwrap().height(), codes(&mut csv)), (2, vec!["footer".to_owned(); 2]));
    }

    #[test]
    fn a_table_that_is_too_wide_is_refused_by_its_header() {
        let open = |text: &str| {
            let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
            let settings = Settings { delimiter: Some(b','), ..Settings::default() };
            Csv::open(Decoded::open("x.csv".into(), bytes, settings.encoding).unwrap(), &settings).map(|csv| csv.names.len())
        };
        assert_eq!(open(&format!("{}\n", ",".repeat(249_999))).unwrap(), 250_000);
        // Also one of more bytes than are looked at in one go.
        for columns in [250_000, 3_000_000] {
            let error = open(&format!("{}\n", ",".repeat(columns))).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().starts_with("x.csv has more than 250000 columns"), "{error}");
        }
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
    fn blank_lines_of_a_single_column_are_rows() {
        for keep_all in [false, true] {
            let settings = Settings { keep_all, ..Settings::default() };
            for text in ["a\n1\n\n2\n\n", "a\r\n1\r\n\r\n2\r\n\r\n", "a\n1\n\"\"\n2\n\n"] {
                let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
                let text_of = Decoded::open("x.csv".into(), bytes, settings.encoding).unwrap();
                let mut csv = Csv::open(text_of, &settings).unwrap();
                let mut found = Vec::new();
                while let Some(frame) = csv.next(1).unwrap() {
                    found.push(frame.column("a").unwrap().str().unwrap().get(0).unwrap().to_owned());
                }
                assert_eq!(found, ["1", "", "2", ""], "{text:?}");
                let warnings = csv.counts();
                let blank = if text.contains('"') { (1, 5) } else { (2, 3) };
                assert_eq!((warnings.len(), warnings[0].code.as_str(), warnings[0].count), (1, "blank_rows", Some(blank.0)));
                assert!(warnings[0].message.contains(&format!("first in line {}", blank.1)), "{}", warnings[0].message);
            }
        }
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
        let settings = Settings { keep_all: true, ..Settings::default() };
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

    /// Rows and warnings of a text, its records those of a table of `a,b,c` and the ones given.
    fn among(records: &str, keep_all: bool) -> Result<(Vec<String>, Vec<Warning>)> {
        let text = format!("a,b,c\n{}{records}", "1,x,\n".repeat(40));
        let settings = Settings { keep_all, ..Settings::default() };
        let bytes = Box::new(Cursor::new(text.into_bytes()));
        let mut csv = Csv::open(Decoded::open("x.csv".into(), bytes, settings.encoding)?, &settings)?;
        let (mut rows, mut warnings) = (Vec::new(), Vec::new());
        while let Some(frame) = csv.next(7)? {
            let text = |c: &Column, row| c.str().unwrap().get(row).unwrap().to_owned();
            rows.extend((0..frame.height()).map(|r| frame.columns().iter().map(|c| text(c, r)).collect::<Vec<_>>().join("|")));
            warnings.extend(csv.warnings());
        }
        warnings.extend(csv.warnings());
        warnings.extend(csv.counts());
        Ok((rows.split_off(40), warnings))
    }

    #[test]
    fn a_few_records_of_another_width_are_told_and_no_rows() {
        let (rows, warnings) = among("2,y\n3,z,4\n5,6,7,8\n9,v,0\n", false).unwrap();
        assert_eq!(rows, ["3|z|4", "9|v|0"]);
        assert_eq!((warnings.len(), warnings[0].code.as_str(), warnings[0].count), (1, "ragged", Some(2)));
        assert!(warnings[0].message.starts_with("x.csv: 2 records, first in line 42, "), "{}", warnings[0].message);
        let error = among(&"2,y\n".repeat(5), false).unwrap_err().to_string();
        assert!(error.starts_with("x.csv, line 46: expected 3 fields as in the header, found 2"), "{error}");
        // What a quote left open swallowed is not one record.
        assert!(among("2,\"y\nz\"\n", false).unwrap_err().to_string().starts_with("x.csv, line 42: expected 3 fields"));
    }

    #[test]
    fn a_row_to_predict_is_filled_up() {
        let (rows, warnings) = among("2\n3,z,4,,\n", true).unwrap();
        assert_eq!((rows, warnings[0].count), (vec!["2||".to_owned(), "3|z|4".into()], Some(2)));
        assert!(among("5,6,7,8\n", true).unwrap_err().to_string().contains("found 4"));
    }

    #[test]
    fn a_header_that_comes_again_is_no_row() {
        let (rows, warnings) = among("a,b,c\n2,y,3\na, \"b\",c\na,b,d\n", false).unwrap();
        assert_eq!(rows, ["2|y|3", "a| \"b\"|c", "a|b|d"]);
        assert_eq!((warnings[0].code.as_str(), warnings[0].count), ("stray_quote", Some(1)));
        assert_eq!((warnings[1].code.as_str(), warnings[1].count), ("header_again", Some(1)));
        assert!(warnings[1].message.contains("first in line 42"));
    }

    #[test]
    fn a_quote_too_many_is_a_letter_where_that_makes_a_row() {
        for (record, row) in [
            ("2,\"y,\"3, 4\"", "2|\"y|3, 4"),
            ("2,\"\"y, z\",3", "2|\"y, z|3"),
            ("2,\"5\" pipe, \"\"new\"\"\",3", "2|5\" pipe, \"new\"|3"),
            ("2,y,\"", "2|y|\""),
        ] {
            let (rows, warnings) = among(&format!("{record}\n3,\"z\",4\n"), false).unwrap();
            assert_eq!(rows, [row, "3|z|4"], "{record}");
            assert_eq!((warnings.len(), warnings[0].code.as_str(), warnings[0].count), (1, "stray_quote", Some(1)));
            assert!(warnings[0].message.contains("first in line 42"));
        }
        assert!(
            among("2,\"y\"z,3,4\n", false).unwrap_err().to_string().starts_with("x.csv, line 42: text after a closing quote")
        );
        let error = among(&"2,\"y\"z,3\n".repeat(5), false).unwrap_err().to_string();
        assert!(error.starts_with("x.csv, line 46: text after a closing quote"), "{error}");
    }

    #[test]
    fn what_the_header_has_too_much_or_too_little_is_told() {
        let read = |text: &str| {
            let mut csv = open(text);
            let frame = csv.next(9).unwrap().unwrap();
            let names = frame.get_column_names().iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
            (names, frame.height(), csv.warnings().into_iter().map(|w| w.code).collect::<Vec<_>>())
        };
        assert_eq!(read("a,,b\n1,2\n3,4\n"), ("a|b".into(), 2, vec!["empty_names".into()]));
        assert_eq!(read("a,b\n1,2,\n3,\"4\",\n"), ("a|b".into(), 2, vec!["last_delimiter".into()]));
        assert_eq!(read("a,b\n1,2,\"\n\"\n3,4,\n"), ("a|b".into(), 2, vec!["last_delimiter".into()]));
        assert_eq!(read("a,,b\n1,2,3\n3,4,5\n").2, ["unnamed_column"]);
        assert!(open("a,x,b\n1,2\n3,4\n").next(9).is_err());
    }

    #[test]
    fn stray_quotes_are_told_once_with_their_count() {
        let mut csv = open("a,b\n5\" pipe,1\n\"q\",2\n6\" pipe,3\n");
        csv.next(9).unwrap();
        let warnings = csv.counts();
        assert_eq!((warnings.len(), warnings[0].count), (1, Some(2)));
        assert!(warnings[0].message.contains("first in line 2"));
        assert!(csv.counts().is_empty());
    }
}
