//! NDJSON: one JSON object per line.

use std::io::{BufRead, BufReader, Read};

use polars::prelude::DataFrame;

use super::columns::Columns;
use super::{LONGEST_MB, error, flattened};
use crate::collect::blocks::Blocks;
use crate::collect::encoding::{Decoded, failed};
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

/// An opened NDJSON file.
pub struct Ndjson {
    name: String,
    lines: BufReader<Decoded>,
    /// Number of the line at hand, from 1, and of the byte it starts at.
    line: u64,
    byte: u64,
    columns: Columns,
    rows: usize,
    told: bool,
}

impl Ndjson {
    /// Nothing is read yet: the columns are only known from the rows.
    pub fn open(text: Decoded) -> Self {
        let (name, byte) = (text.name().to_owned(), text.skipped());
        let lines = BufReader::with_capacity(1 << 20, text);
        Self { name, lines, line: 0, byte, columns: Columns::default(), rows: 0, told: false }
    }

    /// The next line that is not blank, without its end; false where there is none.
    fn next_line(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        loop {
            self.byte += text.len() as u64;
            text.clear();
            self.line += 1;
            let limit = (LONGEST_MB << 20) as u64;
            let read = (&mut self.lines).take(limit).read_until(b'\n', text);
            match read.map_err(|e| failed(&self.name, e))? {
                0 => return Ok(false),
                n if n as u64 == limit && !text.ends_with(b"\n") => {
                    let path = self.name.clone();
                    return Err(CollectError::LongRecord { path, line: self.line, limit_mb: LONGEST_MB }.into());
                }
                _ => {}
            }
            if !text.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn add(&mut self, text: &[u8]) -> Result<()> {
        let text = std::str::from_utf8(text).map_err(|e| {
            let byte = self.byte + e.valid_up_to() as u64;
            Error::from(CollectError::NotUtf8 { path: self.name.clone(), line: self.line, byte })
        })?;
        self.columns.add(text).map_err(|fault| error(&self.name, self.line, text, fault))
    }
}

impl Blocks for Ndjson {
    fn header(&self) -> Option<DataFrame> {
        None
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        let mut text = Vec::new();
        while !self.columns.is_full(rows) && self.next_line(&mut text)? {
            self.add(&text)?;
        }
        // The position of the last line is not known to a later call.
        self.byte += text.len() as u64;
        let frame = self.columns.take(&self.name, self.byte)?;
        self.rows += frame.as_ref().map_or(0, DataFrame::height);
        if self.rows == 0 {
            return Err(CollectError::Empty { path: self.name.clone() }.into());
        }
        Ok(frame)
    }

    fn warnings(&mut self) -> Vec<Warning> {
        self.lines.get_mut().note().into_iter().collect()
    }

    /// A key may first be met in the last row.
    fn counts(&mut self) -> Vec<Warning> {
        let flat = if self.told { None } else { flattened(&self.name, &self.columns) };
        self.told |= flat.is_some();
        flat.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::super::encoding::Encoding;
    use super::*;

    fn open(text: &str) -> Ndjson {
        bytes(text.as_bytes())
    }

    fn bytes(text: &[u8]) -> Ndjson {
        let bytes = Box::new(Cursor::new(text.to_vec()));
        Ndjson::open(Decoded::open("x.ndjson".into(), bytes, Encoding::Auto).unwrap())
    }

    fn column<'a>(frame: &'a DataFrame, name: &str) -> Vec<Option<&'a str>> {
        frame.column(name).unwrap().str().unwrap().iter().collect()
    }

    #[test]
    fn keys_become_columns_in_the_order_they_are_met() {
        let text = "\u{feff}{\"b\":1,\"a\":\"x\"}\r\n\n{\"a\":null,\"c\":true}\n{\"b\":-2.50,\"c\":\"é\\n\"}";
        let frame = open(text).next(9).unwrap().unwrap();
        assert_eq!(frame.get_column_names(), ["b", "a", "c"]);
        assert_eq!(column(&frame, "b"), [Some("1"), None, Some("-2.50")]);
        assert_eq!(column(&frame, "a"), [Some("x"), None, None]);
        assert_eq!(column(&frame, "c"), [None, Some("true"), Some("é\n")]);
    }

    #[test]
    fn later_blocks_keep_the_columns_of_earlier_ones() {
        let mut file = open("{\"a\":1}\n{\"b\":2}\n{\"a\":3}\n");
        assert_eq!(file.next(1).unwrap().unwrap().shape(), (1, 1));
        let second = file.next(2).unwrap().unwrap();
        assert_eq!(column(&second, "a"), [None, Some("3")]);
        assert_eq!(column(&second, "b"), [Some("2"), None]);
        assert!(file.next(1).unwrap().is_none());
    }

    #[test]
    fn objects_inside_are_flattened_and_that_is_told_once() {
        let mut file = open("{\"id\":9007199254740993,\"at\":{\"city\":\"x\",\"zip\":\"01\"}}\n{\"at\":{\"zip\":\"02\"}}\n");
        let frame = file.next(9).unwrap().unwrap();
        assert_eq!(frame.get_column_names(), ["id", "at.city", "at.zip"]);
        assert_eq!(column(&frame, "id"), [Some("9007199254740993"), None]);
        assert_eq!(column(&frame, "at.zip"), [Some("01"), Some("02")]);
        let warnings = file.counts();
        assert_eq!((warnings.len(), warnings[0].code.as_str(), warnings[0].count), (1, "flattened", Some(2)));
        assert!(file.counts().is_empty() && file.warnings().is_empty());
    }

    #[test]
    fn what_is_flattened_is_counted_over_all_rows() {
        let mut file = open("{\"at\":{\"city\":\"x\"}}\n{\"at\":{\"zip\":\"02\"},\"late\":{\"k\":1}}\n");
        while file.next(1).unwrap().is_some() {
            assert!(file.warnings().is_empty());
        }
        assert_eq!(file.counts()[0].count, Some(3));
    }

    #[test]
    fn other_encodings_are_decoded_and_told() {
        let text = "{\"城市\":\"北京\"}\n{\"城市\":\"上海\"}\n";
        let mut file = bytes(&encoding_rs::GB18030.encode(text).0);
        assert_eq!(column(&file.next(9).unwrap().unwrap(), "城市"), [Some("北京"), Some("上海")]);
        assert_eq!(file.warnings().len(), 1);
        let error = bytes(b"\xef\xbb\xbf{\"a\":1}\n{\"a\":\"\xff\"}\n").next(9).unwrap_err().to_string();
        assert!(error.starts_with("x.ndjson, line 2, byte 17: not UTF-8"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_said_with_line_and_key() {
        let message = |text: &str| open(text).next(9).unwrap_err().to_string();
        assert!(message("{\"a\":1}\n{\"a\":[1]}\n").starts_with("x.ndjson, line 2, key \"a\": a list is not read"));
        assert!(message("\n{\"a\":1,\"a\":2}").starts_with("x.ndjson, line 2, key \"a\": stands twice"));
        assert!(message("{\"a.b\":1,\"a\":{\"b\":2}}").starts_with("x.ndjson, line 1, key \"a.b\": stands twice"));
        assert!(message("{\"a\":1}\n{\"a\":}\n").starts_with("x.ndjson, line 2: expected a value at column 6"));
        assert!(message("[1]\n").starts_with("x.ndjson, line 1: expected an object at column 1"));
        assert_eq!(message(" \n"), "x.ndjson is empty; it needs a header and at least one row");
    }

    #[test]
    fn rows_with_keys_of_their_own_are_refused_before_they_fill_the_memory() {
        let rows = |n: usize| (0..n).map(|i| format!("{{\"k{i}\":1}}\n")).collect::<Vec<_>>().concat();
        let read = |text: &str| {
            let mut ndjson = open(text);
            while ndjson.next(usize::MAX)?.is_some() {}
            Ok::<_, Error>(())
        };
        assert!(read(&rows(2000)).is_ok());
        let error = read(&rows(9000)).unwrap_err().to_string();
        assert!(error.starts_with("x.ndjson declares ") && error.contains("more than 100 times as many"), "{error}");
    }
}
