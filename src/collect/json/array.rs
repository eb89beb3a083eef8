//! JSON in one piece: an array of records, an object with one array of records inside, or records behind one another. It is
//! read piece by piece, one record in memory at a time.

use std::io::Read;

use memchr::{memchr_iter, memchr2};
use polars::prelude::DataFrame;

use super::columns::Columns;
use super::form::Form;
use super::{LONGEST_MB, error, flattened};
use crate::collect::blocks::Blocks;
use crate::collect::encoding::{Decoded, failed};
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

/// Bytes read at a time.
const BLOCK: usize = 1 << 16;
/// How a table becomes one that is read.
const RECORDS: &str = "pandas writes one record per row with orient=\"records\"";
/// Deeper objects around the records are none of a table.
const DEEPEST: usize = 16;

/// An opened JSON file.
pub struct Json {
    name: String,
    text: Decoded,
    buffer: Vec<u8>,
    /// Where the rest of the text starts in the buffer.
    start: usize,
    ended: bool,
    /// The line where the rest starts, from 1, and its place in the text in bytes.
    line: u64,
    byte: u64,
    place: Place,
    /// The keys of the objects around the records.
    around: Vec<String>,
    /// The key of the array of records, where there is an object around it.
    found: Option<String>,
    /// The first two numbers of the records, where an object holds them by these.
    numbered: Option<[String; 2]>,
    /// Other values of the objects around the records.
    beside: usize,
    columns: Columns,
    rows: usize,
    told: bool,
}

/// Where in the text the rest starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the first letter.
    Begin,
    /// Before a record of the array, or its end.
    Array,
    /// Behind the array, inside of the objects around it.
    Behind,
    /// Between records that stand behind one another.
    Sequence,
    /// Before the number of a record of an object that holds them by their numbers, or its end.
    Numbered,
    /// Behind all records.
    End,
}

impl Json {
    /// Nothing is read yet: the columns are only known from the rows.
    pub fn open(text: Decoded) -> Self {
        Self {
            name: text.name().to_owned(),
            byte: text.skipped(),
            text,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            place: Place::Begin,
            around: Vec::new(),
            found: None,
            numbered: None,
            beside: 0,
            columns: Columns::default(),
            rows: 0,
            told: false,
        }
    }

    /// The byte so far behind the start, read if need be; `None` behind the end of the text.
    fn peek(&mut self, at: usize) -> Result<Option<u8>> {
        while self.start + at >= self.buffer.len() {
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
        Ok(Some(self.buffer[self.start + at]))
    }

    /// Drops what was read and adds to the buffer; the more it holds, the more is added.
    fn fill(&mut self) -> Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        if self.buffer.len() >= LONGEST_MB << 20 {
            return Err(CollectError::LongRecord { path: self.name.clone(), line: self.line, limit_mb: LONGEST_MB }.into());
        }
        let wanted = BLOCK.max(self.buffer.len());
        let read = (&mut self.text).take(wanted as u64).read_to_end(&mut self.buffer);
        self.ended = read.map_err(|e| failed(&self.name, e))? < wanted;
        Ok(())
    }

    /// Moves the start over bytes that were looked at.
    fn pass(&mut self, bytes: usize) {
        self.line += memchr_iter(b'\n', &self.buffer[self.start..self.start + bytes]).count() as u64;
        self.start += bytes;
        self.byte += bytes as u64;
    }

    /// The first place from `at` on that is no space, and the letter there.
    fn letter(&mut self, mut at: usize) -> Result<(usize, Option<u8>)> {
        loop {
            match self.peek(at)? {
                Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
                other => return Ok((at, other)),
            }
        }
    }

    /// Where the value that begins at `at` ends.
    fn end(&mut self, at: usize) -> Result<usize> {
        match self.peek(at)? {
            Some(b'"') => self.end_of_string(at),
            Some(b'{' | b'[') => self.end_of_nested(at),
            _ => {
                let mut end = at;
                while let Some(byte) = self.peek(end)? {
                    if matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r') {
                        break;
                    }
                    end += 1;
                }
                if end == at { Err(self.wrong(at, "expected a value")) } else { Ok(end) }
            }
        }
    }

    fn end_of_string(&mut self, open: usize) -> Result<usize> {
        let mut at = open + 1;
        loop {
            if self.peek(at)?.is_none() {
                return Err(self.wrong(open, "a string that is not closed"));
            }
            match memchr2(b'"', b'\\', &self.buffer[self.start + at..]) {
                None => at = self.buffer.len() - self.start,
                Some(n) if self.buffer[self.start + at + n] == b'"' => return Ok(at + n + 1),
                Some(n) => at += n + 2,
            }
        }
    }

    fn end_of_nested(&mut self, open: usize) -> Result<usize> {
        let (mut at, mut depth) = (open, 0_usize);
        loop {
            match self.peek(at)? {
                Some(b'"') => at = self.end_of_string(at)?,
                Some(b'{' | b'[') => {
                    depth += 1;
                    at += 1;
                }
                Some(b'}' | b']') => {
                    depth -= 1;
                    at += 1;
                    if depth == 0 {
                        return Ok(at);
                    }
                }
                Some(_) => at += 1,
                None => return Err(self.wrong(open, "an object or a list that is not closed")),
            }
        }
    }

    /// What is wrong so far behind the start.
    fn wrong(&self, at: usize, message: &str) -> Error {
        let before = &self.buffer[self.start..(self.start + at).min(self.buffer.len())];
        let line = self.line + memchr_iter(b'\n', before).count() as u64;
        CollectError::Json { path: self.name.clone(), line, message: message.into() }.into()
    }

    /// Reads up to the first record and decides what stands around it.
    fn begin(&mut self) -> Result<()> {
        let (at, letter) = self.letter(0)?;
        self.pass(at);
        self.place = match letter {
            None => Place::End,
            Some(b'[') => {
                self.pass(1);
                Place::Array
            }
            Some(b'{') => {
                if let Some(records) = self.members(0)? {
                    self.pass(records);
                    Place::Array
                } else {
                    // Nothing but records, which are read again.
                    self.beside = 0;
                    self.object()?
                }
            }
            Some(_) => return Err(self.wrong(0, "expected a list of objects, or objects")),
        };
        Ok(())
    }

    /// What an object without a list of records, at the start, is: a record, or records by their numbers.
    fn object(&mut self) -> Result<Place> {
        let end = self.end(0)?;
        let text = String::from_utf8_lossy(&self.buffer[self.start..self.start + end]);
        match Form::of(&text) {
            Form::Record => Ok(Place::Sequence),
            Form::Numbered(first) => {
                self.numbered = Some(first);
                self.pass(1);
                Ok(Place::Numbered)
            }
            Form::Columns => Err(self.wrong(0, &format!("each column is an object of its rows; {RECORDS}"))),
        }
    }

    /// Looks through the members of objects for an array of records, from `at` on, where an object begins or goes on behind
    /// one of its members; the place behind the bracket that opens the array, or `None` where the outermost object ends.
    fn members(&mut self, mut at: usize) -> Result<Option<usize>> {
        loop {
            let (next, letter) = self.letter(at)?;
            match letter {
                Some(b'{') if self.around.is_empty() => {
                    // The outermost object has no key of its own.
                    self.around.push(String::new());
                    at = next + 1;
                    if let (end, Some(b'}')) = self.letter(at)? {
                        at = end;
                    }
                }
                Some(b'}') => {
                    self.around.pop();
                    at = next + 1;
                    if self.around.is_empty() {
                        self.passed_object(at);
                        return Ok(None);
                    }
                }
                Some(b',') => at = next + 1,
                Some(b'"') => {
                    let end = self.end_of_string(next)?;
                    let key = String::from_utf8_lossy(&self.buffer[self.start + next + 1..self.start + end - 1]).into_owned();
                    let (colon, letter) = self.letter(end)?;
                    if letter != Some(b':') {
                        return Err(self.wrong(end, "expected `:` behind a key"));
                    }
                    let (value, letter) = self.letter(colon + 1)?;
                    match letter {
                        Some(b'{') if self.around.len() < DEEPEST => {
                            self.around.push(key);
                            at = value + 1;
                        }
                        // The columns that pandas describes before the rows.
                        Some(b'[') if key == "fields" && self.around.len() == 2 && self.around[1] == "schema" => {
                            self.beside += 1;
                            at = self.end(value)?;
                        }
                        Some(b'[') if self.letter(value + 1)?.1 == Some(b'{') => {
                            self.found_records(value, &key)?;
                            return Ok(Some(value + 1));
                        }
                        _ => {
                            self.beside += 1;
                            at = self.end(value)?;
                        }
                    }
                }
                _ => return Err(self.wrong(next, "expected a key in double quotes, `,` or `}`")),
            }
            // Behind the records nothing has to be kept.
            if self.found.is_some() {
                self.pass(at);
                at = 0;
            }
        }
    }

    /// The outermost object ended: behind the records there is nothing left to look for.
    fn passed_object(&mut self, at: usize) {
        if self.found.is_some() {
            self.pass(at);
            self.place = Place::End;
        }
    }

    /// Takes an array for that of the records; there may be one only.
    fn found_records(&mut self, at: usize, key: &str) -> Result<()> {
        let path: Vec<&str> = self.around.iter().skip(1).map(String::as_str).chain([key]).collect();
        let path = path.join(".");
        if let Some(first) = &self.found {
            let message =
                format!("two lists of records, \"{first}\" and \"{path}\"; keep one, for instance with jq '.{first}'");
            return Err(self.wrong(at, &message));
        }
        self.found = Some(path);
        Ok(())
    }

    /// Adds the next record to the columns; false where there is none.
    fn add(&mut self) -> Result<bool> {
        loop {
            match self.place {
                Place::Begin => self.begin()?,
                Place::Array => {
                    let (at, letter) = self.letter(0)?;
                    self.pass(at);
                    match letter {
                        Some(b'{') => {
                            self.record()?;
                            let (at, letter) = self.letter(0)?;
                            match letter {
                                Some(b',') => {
                                    self.pass(at + 1);
                                    if let (_, Some(b']')) = self.letter(0)? {
                                        return Err(self.wrong(0, "expected an object behind `,`"));
                                    }
                                }
                                Some(b']') => {}
                                Some(_) => return Err(self.wrong(at, "expected `,` or `]` behind a record")),
                                None => return Err(self.wrong(at, "the list of records is not closed; the file is cut off")),
                            }
                            return Ok(true);
                        }
                        Some(b']') => {
                            self.pass(1);
                            self.place = if self.around.is_empty() { Place::End } else { Place::Behind };
                        }
                        None => return Err(self.wrong(0, "the list of records is not closed; the file is cut off")),
                        Some(_) => {
                            let message = format!("not an object; every item of the list has to be one; {RECORDS}");
                            return Err(self.wrong(0, &message));
                        }
                    }
                }
                Place::Behind => {
                    if let Some(at) = self.members(0)? {
                        self.pass(at);
                        self.place = Place::Array;
                    }
                }
                Place::Sequence => {
                    let (at, letter) = self.letter(0)?;
                    self.pass(at);
                    if letter.is_none() {
                        self.place = Place::End;
                        continue;
                    }
                    self.record()?;
                    return Ok(true);
                }
                Place::Numbered => {
                    let (at, letter) = self.letter(0)?;
                    self.pass(at);
                    if letter == Some(b'"') {
                        let end = self.end_of_string(0)?;
                        let (colon, _) = self.letter(end)?;
                        let (value, _) = self.letter(colon + 1)?;
                        self.pass(value);
                        self.record()?;
                        return Ok(true);
                    }
                    // All of it was looked at before: this is `,` or `}`.
                    self.pass(1);
                    if letter == Some(b'}') {
                        self.place = Place::End;
                    }
                }
                Place::End => {
                    let (at, letter) = self.letter(0)?;
                    return if letter.is_none() {
                        Ok(false)
                    } else {
                        Err(self.wrong(at, "text behind the end of the records"))
                    };
                }
            }
        }
    }

    /// Adds the record that stands at the start.
    fn record(&mut self) -> Result<()> {
        let end = self.end(0)?;
        let bytes = &self.buffer[self.start..self.start + end];
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let (at, path) = (e.valid_up_to(), self.name.clone());
            let line = self.line + memchr_iter(b'\n', &bytes[..at]).count() as u64;
            Error::from(CollectError::NotUtf8 { path, line, byte: self.byte + at as u64 })
        })?;
        self.columns.add(text).map_err(|fault| error(&self.name, self.line, text, fault))?;
        self.pass(end);
        Ok(())
    }
}

impl Blocks for Json {
    fn header(&self) -> Option<DataFrame> {
        None
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        while !self.columns.is_full(rows) && self.add()? {}
        let frame = self.columns.take(&self.name, self.byte)?;
        self.rows += frame.as_ref().map_or(0, DataFrame::height);
        if self.rows == 0 {
            return Err(CollectError::Empty { path: self.name.clone() }.into());
        }
        Ok(frame)
    }

    fn warnings(&mut self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = self.text.note().into_iter().collect();
        if self.place == Place::End && !self.told {
            self.told = true;
            warnings.extend(flattened(&self.name, &self.columns));
            warnings.extend(self.found.as_ref().map(|key| {
                let message = format!(
                    "{}: the rows are the list \"{key}\" of an object; {} other values are left out",
                    self.name, self.beside
                );
                Warning::new("json_list", message).count(self.beside)
            }));
            warnings.extend(self.numbered.as_ref().map(|[first, second]| {
                let message = format!(
                    "{}: the rows are the members \"{first}\", \"{second}\" of an object, whose numbers are left out",
                    self.name
                );
                Warning::new("json_list", message)
            }));
        }
        warnings
    }
}

#[cfg(test)]
mod tests;
