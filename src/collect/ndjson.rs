//! NDJSON: one JSON object per line; every value as text, so that types are decided later as with CSV.

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use polars::prelude::{Column, DataFrame, IntoColumn, PlSmallStr, StringChunkedBuilder};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::blocks::Blocks;
use super::encoding::{Decoded, failed};
use crate::error::{CollectError, Error, Result, one_line};
use crate::pipeline::Warning;

/// A block ends after so many bytes, or so many cells, even where more rows were asked for.
const BLOCK: usize = 32 << 20;
const CELLS: usize = 4 << 20;
/// A longer line is no row of a table.
const LONGEST_MB: usize = 256;
/// More keys than this are values in the place of keys.
const MOST_KEYS: usize = 10_000;

/// An opened NDJSON file.
pub(super) struct Ndjson {
    name: String,
    lines: BufReader<Decoded>,
    /// Number of the line at hand, from 1, and of the byte it starts at.
    line: u64,
    byte: u64,
    rows: usize,
    /// Keys in the order they were first seen, and their places.
    names: Vec<PlSmallStr>,
    places: HashMap<String, usize>,
}

impl Ndjson {
    /// Nothing is read yet: the columns are only known from the rows.
    pub fn open(text: Decoded) -> Self {
        let (name, byte) = (text.name().to_owned(), text.skipped());
        let lines = BufReader::with_capacity(1 << 20, text);
        Self { name, lines, line: 0, byte, rows: 0, names: Vec::new(), places: HashMap::new() }
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

    fn parse(&self, text: &[u8]) -> Result<Row> {
        let (path, line) = (self.name.clone(), self.line);
        let text = std::str::from_utf8(text).map_err(|e| {
            let byte = self.byte + e.valid_up_to() as u64;
            Error::from(CollectError::NotUtf8 { path: path.clone(), line, byte })
        })?;
        serde_json::from_str(text.trim_ascii()).map_err(|e| {
            // The parser knows one line only, so that the line in its message is always the first.
            let full = e.to_string();
            let what = full.rsplit_once(" at line ").map_or(full.as_str(), |(what, _)| what);
            CollectError::Json { path, line, message: format!("{} at column {}", one_line(what), e.column()) }.into()
        })
    }

    fn key_error(&self, key: &str, message: &'static str) -> Error {
        CollectError::JsonKey { path: self.name.clone(), line: self.line, key: key.into(), message }.into()
    }

    /// The place of a key; a new one gets the next.
    fn place(&mut self, key: String) -> Result<usize> {
        if let Some(&place) = self.places.get(&key) {
            return Ok(place);
        }
        let place = self.names.len();
        if place == MOST_KEYS {
            return Err(self.key_error(&key, "more than 10000 different keys; are these values in the place of keys?"));
        }
        self.names.push(key.as_str().into());
        self.places.insert(key, place);
        Ok(place)
    }
}

impl Blocks for Ndjson {
    fn header(&self) -> Option<DataFrame> {
        None
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        // Each column and how many rows it has got: one that a row lacks is filled up with nulls when it is next met.
        let mut columns: Vec<(StringChunkedBuilder, usize)> = Vec::new();
        let (mut height, mut bytes) = (0, 0);
        let mut text = Vec::new();
        while height < rows && bytes < BLOCK && height * self.names.len() < CELLS {
            if !self.next_line(&mut text)? {
                break;
            }
            for (key, cell) in self.parse(&text)?.0 {
                let place = self.place(key)?;
                while columns.len() <= place {
                    columns.push((StringChunkedBuilder::new(self.names[columns.len()].clone(), 0), 0));
                }
                let (builder, filled) = &mut columns[place];
                if *filled > height {
                    return Err(self.key_error(&self.names[place], "stands twice in the object"));
                }
                fill(builder, filled, height);
                match cell {
                    Cell::Null => builder.append_null(),
                    Cell::Text(text) => builder.append_value(text),
                    Cell::Nested => {
                        let message = "a list or an object inside the object is not read; flatten it into keys of its own";
                        return Err(self.key_error(&self.names[place], message));
                    }
                }
                *filled += 1;
            }
            height += 1;
            bytes += text.len();
        }
        if height == 0 {
            let nothing = self.rows == 0;
            return if nothing { Err(CollectError::Empty { path: self.name.clone() }.into()) } else { Ok(None) };
        }
        self.rows += height;
        for name in &self.names[columns.len()..] {
            columns.push((StringChunkedBuilder::new(name.clone(), 0), 0));
        }
        let finish = |(mut builder, mut filled)| -> Column {
            fill(&mut builder, &mut filled, height);
            StringChunkedBuilder::finish(builder).into_column()
        };
        Ok(Some(DataFrame::new(height, columns.into_iter().map(finish).collect())?))
    }

    fn warnings(&mut self) -> Vec<Warning> {
        self.lines.get_mut().note().into_iter().collect()
    }
}

/// Appends nulls until a column has `height` rows.
fn fill(builder: &mut StringChunkedBuilder, filled: &mut usize, height: usize) {
    for _ in *filled..height {
        builder.append_null();
    }
    *filled = height;
}

/// The keys and values of one line in their order.
struct Row(Vec<(String, Cell)>);

enum Cell {
    Null,
    Text(String),
    Nested,
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Row;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Row(cells))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl<'de> Visitor<'de> for Value {
            type Value = Cell;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Cell, E> {
                Ok(Cell::Text(value.to_string()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Cell, E> {
                Ok(Cell::Text(value.to_string()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Cell, E> {
                Ok(Cell::Text(value.to_string()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Cell, E> {
                Ok(Cell::Text(value.to_string()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Cell, E> {
                Ok(Cell::Text(value.to_owned()))
            }
            fn visit_string<E>(self, value: String) -> Result<Cell, E> {
                Ok(Cell::Text(value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Cell::Nested)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Cell::Nested)
            }
        }
        deserializer.deserialize_any(Value)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::encoding::Encoding;
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
        assert_eq!(column(&frame, "b"), [Some("1"), None, Some("-2.5")]);
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
        assert!(message("{\"a\":1}\n{\"a\":[1]}\n").starts_with("x.ndjson, line 2, key \"a\": a list or an object"));
        assert!(message("{\"a\":{\"b\":1}}").starts_with("x.ndjson, line 1, key \"a\": a list or an object"));
        assert!(message("\n{\"a\":1,\"a\":2}").starts_with("x.ndjson, line 2, key \"a\": stands twice"));
        assert!(message("{\"a\":1}\n{\"a\":}\n").starts_with("x.ndjson, line 2: expected value at column 6"));
        assert!(message("[1]\n").starts_with("x.ndjson, line 1: invalid type: sequence, expected an object"));
        assert_eq!(message(" \n"), "x.ndjson is empty; it needs a header and at least one row");
    }
}
