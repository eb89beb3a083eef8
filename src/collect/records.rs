//! The records of a CSV text, one after the other, from any reader and in little memory.

use std::io::Read;

use memchr::{memchr, memchr_iter};

use super::dialect::{Dialect, Settings, few};
use super::encoding::{Decoded, failed};
use super::irregular::unwrapped;
use super::limits::not_too_wide;
use super::mend::mend;
use super::scan::{Fault, Field, Found, Quotes, scan};
use super::sniff;
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

/// Bytes read at a time.
const BLOCK: usize = 1 << 20;
/// Bytes looked at to find out how the text is written.
const SAMPLE: usize = 1 << 18;
/// A record that goes on for longer is a quote left open, not data.
const LONGEST_MB: usize = 256;

/// A reader of records.
pub(super) struct Records {
    text: Decoded,
    /// The file as messages call it.
    pub name: String,
    pub dialect: Dialect,
    /// What was found out, for the user.
    notes: Vec<Warning>,
    /// Whether lines end in a carriage return alone, as old Macintosh programs write them.
    returns: bool,
    /// Whether a blank line stands before the record at hand.
    parted: bool,
    block: usize,
    buffer: Vec<u8>,
    /// Where the next record starts in the buffer.
    start: usize,
    ended: bool,
    /// The line where the next record starts, from 1, and its place in the text in bytes.
    line: u64,
    byte: u64,
    fields: Vec<Field>,
    /// Fields that a record should have; 0 where that is not known.
    pub width: usize,
    /// Records so far, and those of them that could be read only with a quote as a letter.
    read: usize,
    mended: usize,
}

/// One record; it may stand on several lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    text: &'a str,
    fields: &'a [Field],
    /// The line it starts on, from 1.
    pub line: u64,
    quote: char,
    /// Whether a blank line stands before it.
    pub parted: bool,
    /// Whether a quote that opens a field was taken for a letter, so that the record is as wide as the table.
    pub mended: bool,
}

impl Records {
    /// Reads the first block, finds out what the settings leave open, and skips what stands before the header.
    pub fn open(text: Decoded, settings: &Settings) -> Result<Self> {
        Self::with_block(text, settings, BLOCK)
    }

    fn with_block(text: Decoded, settings: &Settings, block: usize) -> Result<Self> {
        let mut records = Self {
            name: text.name().to_owned(),
            byte: text.skipped(),
            text,
            dialect: Dialect::default(),
            notes: Vec::new(),
            returns: false,
            parted: false,
            block,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            fields: Vec::new(),
            width: 0,
            read: 0,
            mended: 0,
        };
        while records.buffer.len() < SAMPLE && !records.ended {
            records.fill()?;
        }
        if memchr(b'\n', &records.buffer).is_none()
            && memchr(b'\r', &records.buffer[..records.buffer.len().saturating_sub(1)]).is_some()
        {
            records.returns = true;
            records.end_lines(0);
            let message = format!("{}: lines end in a carriage return alone, and are read so", records.name);
            records.notes.push(Warning::new("line_ends", message));
        }
        let sample = &records.buffer[..records.buffer.len().min(SAMPLE)];
        let complete = records.ended && sample.len() == records.buffer.len();
        let found = sniff::find(sample, complete, settings, &records.name);
        records.dialect = found.dialect;
        records.width = found.dialect.width;
        records.notes.extend(found.notes);
        for _ in 0..found.dialect.skip {
            if records.ended && records.start == records.buffer.len() {
                break;
            }
            records.skip_line()?;
        }
        Ok(records)
    }

    /// The next record, blank lines skipped unless they are rows; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Record<'_>>> {
        let (found, mended) = loop {
            if !self.skip_blank_lines()? {
                return Ok(None);
            }
            self.fields.clear();
            match scan(&self.buffer[self.start..], self.ended, self.dialect.marks, &mut self.fields) {
                Ok(None) => {
                    // A header is refused before all of its names are there.
                    not_too_wide(&self.name, self.fields.len())?;
                    self.fill()?;
                }
                Ok(Some(found)) if !found.quoted || self.fits() => break (found, false),
                read => match (self.mend()?, read) {
                    (Some(found), _) => break (found, true),
                    (None, Ok(Some(found))) => break (found, false),
                    (None, Err(fault)) => return Err(self.fault(fault)),
                    (None, Ok(None)) => self.fill()?,
                },
            }
        };
        not_too_wide(&self.name, self.fields.len())?;
        if self.dialect.ended && self.fields.len() == self.width + 1 {
            let text = &self.buffer[self.start..];
            self.fields.pop_if(|last| text[last.start..last.end].trim_ascii().is_empty());
        }
        let bytes = &self.buffer[self.start..self.start + found.len];
        if let Some(nul) = memchr(0, bytes) {
            return Err(CollectError::Nul { path: self.name.clone(), line: self.line_at(nul) }.into());
        }
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let (path, at) = (self.name.clone(), e.valid_up_to());
            CollectError::NotUtf8 { path, line: self.line_at(at), byte: self.byte + (self.start + at) as u64 }
        })?;
        // Returns before the end of the last field: none in nearly every file, so that fields are hardly ever searched.
        let end = self.fields.last().map_or(0, |f| f.end);
        if memchr(b'\r', &bytes[..end]).is_some() {
            let bare = |f: &&Field| f.quotes == Quotes::None && memchr(b'\r', &bytes[f.start..f.end]).is_some();
            if let Some(field) = self.fields.iter().find(bare) {
                return Err(CollectError::CarriageReturn { path: self.name.clone(), line: self.line_at(field.start) }.into());
            }
        }
        self.read += 1;
        self.mended += usize::from(mended);
        let line = self.line;
        self.line += if found.quoted { memchr_iter(b'\n', bytes).count() as u64 } else { 1 };
        self.start += found.len;
        let Self { fields, dialect, parted, .. } = self;
        let quote = dialect.marks.quote.map_or('"', char::from);
        Ok(Some(Record { text, fields, line, quote, parted: *parted, mended }))
    }

    /// Whether a blank line below the header is a record: in a table of one column it has as many fields as any other, and to
    /// leave it out would shift the rows.
    pub const fn has_blank_rows(&self) -> bool {
        self.read > 0 && self.width == 1
    }

    /// Whether the record has as many fields as it should.
    const fn fits(&self) -> bool {
        let more = self.fields.len().wrapping_sub(self.width);
        self.width == 0 || more == 0 || (more == 1 && self.dialect.ended)
    }

    /// The record as it is if a quote in it is a letter, where that gives the fields it should have, as nearly all have without
    /// that; else its fields stay as read.
    fn mend(&mut self) -> Result<Option<Found>> {
        if self.width == 0 || !few(self.mended + 1, self.read.max(self.dialect.seen)) {
            return Ok(None);
        }
        while memchr(b'\n', &self.buffer[self.start..]).is_none() && !self.ended {
            self.fill()?;
        }
        let mut fields = Vec::new();
        let width = self.width + usize::from(self.dialect.ended);
        let found = mend(&self.buffer[self.start..], self.dialect.marks, width, &mut fields);
        if found.is_some() {
            self.fields = fields;
        }
        Ok(found)
    }

    /// Goes to the next line that is not empty, or where these are rows to the next line; false if there is none.
    fn skip_blank_lines(&mut self) -> Result<bool> {
        self.parted = false;
        loop {
            match self.buffer[self.start..] {
                [b'\n', ..] | [b'\r', b'\n', ..] if self.has_blank_rows() => return Ok(true),
                [b'\n', ..] => self.start += 1,
                [b'\r', b'\n', ..] => self.start += 2,
                [] | [b'\r'] if self.ended => return Ok(false),
                [] | [b'\r'] => {
                    self.fill()?;
                    continue;
                }
                _ => return Ok(true),
            }
            self.parted = true;
            self.line += 1;
        }
    }

    /// Drops what was read and adds to the buffer; a record that fills it doubles it.
    fn fill(&mut self) -> Result<()> {
        self.buffer.drain(..self.start);
        self.byte += self.start as u64;
        self.start = 0;
        if self.buffer.len() >= LONGEST_MB << 20 {
            return Err(CollectError::LongRecord { path: self.name.clone(), line: self.line, limit_mb: LONGEST_MB }.into());
        }
        let wanted = self.block.max(self.buffer.len());
        let read = (&mut self.text).take(wanted as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|e| failed(&self.name, e))?;
        self.ended = read < wanted;
        if self.returns {
            self.end_lines(self.buffer.len() - read);
        }
        Ok(())
    }

    /// Makes every carriage return from that place on a line feed.
    fn end_lines(&mut self, from: usize) {
        self.buffer[from..].iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
    }

    /// Goes to the next line, whatever stands in this one.
    fn skip_line(&mut self) -> Result<()> {
        loop {
            if let Some(end) = memchr(b'\n', &self.buffer[self.start..]) {
                self.start += end + 1;
                self.line += 1;
                return Ok(());
            }
            if self.ended {
                self.start = self.buffer.len();
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// What was found out of the text, once.
    pub fn notes(&mut self) -> Vec<Warning> {
        self.text.note().into_iter().chain(self.notes.drain(..)).collect()
    }

    /// The line of a byte of the record at hand.
    fn line_at(&self, at: usize) -> u64 {
        self.line + memchr_iter(b'\n', &self.buffer[self.start..self.start + at]).count() as u64
    }

    fn fault(&self, fault: Fault) -> Error {
        let path = self.name.clone();
        match fault {
            Fault::OpenQuote(at) => CollectError::OpenQuote { path, line: self.line_at(at) }.into(),
            // A return behind a quote is a line end of another kind, and saying so helps more.
            Fault::AfterQuote(at) if self.buffer[self.start + at] == b'\r' => {
                CollectError::CarriageReturn { path, line: self.line_at(at) }.into()
            }
            Fault::AfterQuote(at) => CollectError::AfterQuote { path, line: self.line_at(at) }.into(),
        }
    }
}

impl Record<'_> {
    /// Number of fields, at least 1.
    pub const fn len(self) -> usize {
        self.fields.len()
    }

    /// The fields as texts; `scratch` lends room for those with doubled quotes.
    pub fn for_each(self, scratch: &mut String, mut f: impl FnMut(&str)) {
        for field in self.fields {
            let text = &self.text[field.start..field.end];
            match field.quotes {
                Quotes::None | Quotes::Around => f(text),
                Quotes::Doubled => {
                    scratch.clear();
                    // Between the two of a pair of quotes stands nothing: every second part.
                    for (i, part) in text.split(self.quote).enumerate() {
                        if i % 2 == 1 {
                            scratch.push(self.quote);
                        }
                        scratch.push_str(part);
                    }
                    f(scratch);
                }
                Quotes::Stray | Quotes::Escaped => {
                    scratch.clear();
                    let mut letters = text.chars().peekable();
                    while let Some(letter) = letters.next() {
                        // A backslash before anything else is a letter, as in `C:\new`.
                        let kept = letters.next_if(|next| match letter {
                            '\\' if field.quotes == Quotes::Escaped => *next == self.quote || *next == '\\',
                            letter => letter == self.quote && *next == self.quote,
                        });
                        scratch.push(kept.unwrap_or(letter));
                    }
                    f(scratch);
                }
            }
        }
    }

    /// Whether its fields are these texts, but for spaces around them.
    pub fn is(self, texts: &[String]) -> bool {
        self.fields.len() == texts.len()
            && self.fields.iter().zip(texts).all(|(field, text)| self.text[field.start..field.end].trim() == text)
    }

    /// Whether it is a line without anything in it.
    pub fn is_blank(self) -> bool {
        self.text.trim_end_matches(['\r', '\n']).is_empty()
    }

    /// Whether it stands on several lines.
    pub fn is_long(self) -> bool {
        memchr(b'\n', self.text.trim_end_matches(['\r', '\n']).as_bytes()).is_some()
    }

    /// The first byte of the first field; a line end where it is empty.
    pub fn first_byte(self) -> u8 {
        self.fields.first().and_then(|f| self.text.as_bytes().get(f.start)).copied().unwrap_or(b'\n')
    }

    /// Whether a quote stands in a field that neither opens nor closes it.
    pub fn has_stray_quote(self) -> bool {
        self.mended
            || memchr(b'"', self.text.as_bytes()).is_some()
                && self
                    .fields
                    .iter()
                    .map(|f| (f.quotes, &self.text[f.start..f.end]))
                    .any(|(quotes, text)| quotes == Quotes::None && text.contains('"') && unwrapped(text.trim()).is_none())
    }

    /// Bytes of the record.
    pub const fn bytes(self) -> usize {
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::super::dialect::Quote;
    use super::super::encoding::Encoding;
    use super::*;

    fn text(bytes: &[u8]) -> Result<Decoded> {
        Decoded::open("x.csv".into(), Box::new(Cursor::new(bytes.to_vec())), Encoding::Auto)
    }

    fn read(bytes: &[u8], delimiter: Option<u8>, block: usize) -> Result<Vec<(u64, Vec<String>)>> {
        let settings = Settings { delimiter, quote: Quote::Byte(b'"'), skip: Some(0), ..Settings::default() };
        let mut records = Records::with_block(text(bytes)?, &settings, block)?;
        let mut read = Vec::new();
        let mut scratch = String::new();
        while let Some(record) = records.next()? {
            let mut fields = Vec::new();
            record.for_each(&mut scratch, |f| fields.push(f.to_owned()));
            assert_eq!(fields.len(), record.len());
            read.push((record.line, fields));
        }
        Ok(read)
    }

    fn message(bytes: &[u8]) -> String {
        let error = read(bytes, None, BLOCK).unwrap_err();
        for block in 1..9 {
            assert_eq!(read(bytes, Some(b','), block).unwrap_err().to_string(), error.to_string());
        }
        error.to_string()
    }

    #[test]
    fn lines_are_counted_through_quotes_and_blank_lines() {
        let text = b"\xef\xbb\xbfa,b\r\n\r\n\"1\n\n\"\"x\",2\n\n\n3,4";
        for block in [1, 2, 3, 5, BLOCK] {
            let records = read(text, None, block).unwrap();
            assert_eq!(records[0], (1, vec!["a".to_owned(), "b".into()]));
            assert_eq!(records[1], (3, vec!["1\n\n\"x".to_owned(), "2".into()]));
            assert_eq!(records[2], (8, vec!["3".to_owned(), "4".into()]));
            assert_eq!(records.len(), 3);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert!(message(b"a,b\n1,\"2\n3,4\n").starts_with("x.csv, line 2: the quote that opens here"));
        assert!(message(b"a,b\n\"1\n\",\"x\"y\n").starts_with("x.csv, line 3: text after a closing quote"));
        assert!(message(b"a,b\n1,2\r3,4\n").starts_with("x.csv, line 2: a carriage return alone"));
        assert!(message(b"a\n1\rx").starts_with("x.csv, line 2: a carriage return alone"));
        assert!(message(b"a,b\n\"1\",\"2\"\r\"3\",\"4\"\n").starts_with("x.csv, line 2: a carriage return alone"));
        assert!(message(b"a,b\n1,2\n\"\n\0\",4\n").starts_with("x.csv, line 4: a NUL byte"));
        assert!(
            message("a,b\n1,é\né,\u{fc}\n".as_bytes().strip_suffix(b"\xbc\n").unwrap())
                .starts_with("x.csv, line 3, byte 12: not UTF-8")
        );
        assert!(message(b"a,b\0\n1,2\n").starts_with("x.csv, line 1: a NUL byte"));
    }

    #[test]
    fn no_records_are_no_error_here() {
        for text in ["", "\n", "\r\n\r\n\n", "\u{feff}", "\r"] {
            assert!(read(text.as_bytes(), None, 1).unwrap().is_empty(), "{text:?}");
        }
    }

    #[test]
    fn lines_may_end_in_returns_alone() {
        for block in [1, 3, BLOCK] {
            let records = read(b"a,b\r1,2\r\r3,4\r", Some(b','), block).unwrap();
            assert_eq!(records.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 2, 4]);
            assert_eq!(records[2].1, ["3", "4"]);
        }
    }

    #[test]
    fn more_lines_than_there_are_may_be_skipped() {
        let settings = Settings { skip: Some(usize::MAX), ..Settings::default() };
        assert!(Records::open(text(b"a,b\n1,2\n").unwrap(), &settings).unwrap().next().unwrap().is_none());
    }

    #[test]
    fn single_quotes_are_undoubled() {
        let settings = Settings { quote: Quote::Byte(b'\''), ..Settings::default() };
        let mut records = Records::open(text(b"a,b\n'it''s, \"so\"',2\n").unwrap(), &settings).unwrap();
        records.next().unwrap();
        let mut fields = Vec::new();
        records.next().unwrap().unwrap().for_each(&mut String::new(), |f| fields.push(f.to_owned()));
        assert_eq!(fields, ["it's, \"so\"", "2"]);
    }

    #[test]
    fn quotes_inside_plain_fields_are_noticed() {
        let stray = |csv: &str| {
            let mut records = Records::open(text(csv.as_bytes()).unwrap(), &Settings::default()).unwrap();
            records.next().unwrap().unwrap().has_stray_quote()
        };
        assert!(stray("5\" pipe,2\n"));
        assert!(!stray("\"5\"\" pipe\",2\n"));
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[ab \",;\n\r\t|é]{0,6}", 3), 1..12),
            always in any::<bool>(),
            crlf in any::<bool>(),
            delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
            block in 1_usize..40,
        ) {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter)
                .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
                .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let written = writer.into_inner().unwrap();
            let records = read(&written, Some(delimiter), block).unwrap();
            prop_assert_eq!(records.into_iter().map(|(_, fields)| fields).collect::<Vec<_>>(), rows);
        }

        #[test]
        fn no_bytes_at_all_make_it_panic_or_hang(
            bytes in prop::collection::vec(prop::sample::select(b"ab,;\"\n\r\t \0\xff\xc3\xa9".to_vec()), 0..60),
            block in 1_usize..20,
        ) {
            let whole = read(&bytes, Some(b','), BLOCK).map_err(|e| e.to_string());
            prop_assert_eq!(read(&bytes, Some(b','), block).map_err(|e| e.to_string()), whole);
        }
    }
}
