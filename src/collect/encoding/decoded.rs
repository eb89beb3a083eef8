//! A text of any encoding as UTF-8, piece by piece.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_8};

use super::decide::{Found, decide, utf16};
use super::{Encoding, is_utf32, mark};
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

/// Bytes from the first letter outside of ASCII on that decide.
const WINDOW: usize = 4 << 20;
/// First bytes in which UTF-16 without a mark shows.
const HEAD: usize = 1 << 14;
/// Letters kept before the first one outside of ASCII: they belong to its word.
const BEFORE: usize = 64;
/// What begins a change of letters in ISO-2022-JP, all of whose bytes look like ASCII, and those that begin Japanese ones.
const ESCAPE: u8 = 0x1b;
const JAPANESE: [&[u8]; 5] = [b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I", b"\x1b$(D"];
/// Bytes decoded at a time.
const BLOCK: usize = 1 << 16;

/// A reader of UTF-8. Bytes that cannot be read are an error that names them, and never replaced.
pub struct Decoded {
    name: String,
    raw: Box<dyn Read + Send>,
    state: State,
    /// Bytes that were looked at and not handed out yet.
    held: Cursor<Vec<u8>>,
    /// Bytes of the source handed out or decoded, and the line they end in.
    offset: u64,
    line: u64,
    note: Option<Warning>,
}

enum State {
    /// Nothing but ASCII so far, with the last letters: all encodings agree.
    Ascii(Vec<u8>),
    /// Handed out as it is; whoever takes it as text finds out what is not UTF-8.
    Utf8,
    Other(Box<Other>),
}

struct Other {
    decoder: Decoder,
    encoding: &'static encoding_rs::Encoding,
    raw: Vec<u8>,
    text: Cursor<Vec<u8>>,
    ended: bool,
}

impl Decoded {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// If they cannot be read, are the mark of UTF-32, or of another encoding than the one set.
    pub fn open(name: String, mut raw: Box<dyn Read + Send>, encoding: Encoding) -> Result<Self> {
        let mut head = Vec::with_capacity(HEAD);
        let failed = |e| Error::from(failed(&name, e));
        (&mut raw).take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if is_utf32(&head) {
            return Err(CollectError::Utf32 { path: name }.into());
        }
        let mut decoded = Self { name, raw, state: State::Utf8, held: Cursor::new(Vec::new()), offset: 0, line: 1, note: None };
        let marked = mark(&head);
        if let (Encoding::Named(set), Some((found, _))) = (encoding, marked)
            && set != found
        {
            let (set, found) = (set.name(), found.name());
            return Err(CollectError::Mark { path: decoded.name, set, found }.into());
        }
        let chosen = match (encoding, marked) {
            (Encoding::Named(named), _) | (Encoding::Auto, Some((named, _))) => Some(named),
            (Encoding::Auto, None) => utf16(&head),
        };
        match chosen {
            None => decoded.state = State::Ascii(Vec::new()),
            Some(named) if named == UTF_8 => {}
            Some(named) => decoded.decode_with(named),
        }
        if let (Encoding::Auto, None, Some(named)) = (encoding, marked, chosen) {
            let message = format!(
                "{}: read as {}, which its zero bytes show; set [collect] encoding if that is wrong",
                decoded.name,
                named.name()
            );
            decoded.note = Some(Warning::new("encoding", message));
        }
        let skipped = marked.map_or(0, |(_, length)| length);
        decoded.offset = skipped as u64;
        head.drain(..skipped);
        decoded.held = Cursor::new(head);
        Ok(decoded)
    }

    /// The file as messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was decided of the encoding, once.
    pub const fn note(&mut self) -> Option<Warning> {
        self.note.take()
    }

    /// Bytes of the source before the first one that is handed out: those of a mark.
    pub fn skipped(&self) -> u64 {
        self.offset
    }

    fn decode_with(&mut self, encoding: &'static encoding_rs::Encoding) {
        let decoder = encoding.new_decoder_without_bom_handling();
        let other = Other { decoder, encoding, raw: Vec::new(), text: Cursor::new(Vec::new()), ended: false };
        self.state = State::Other(Box::new(other));
    }

    /// Bytes of the source as they are.
    fn take(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.held.read(buffer)? {
            0 => {
                if !self.held.get_ref().is_empty() {
                    self.held = Cursor::new(Vec::new());
                }
                self.raw.read(buffer)
            }
            n => Ok(n),
        }
    }

    /// ASCII up to the first letter outside of it, which decides the encoding.
    fn ascii(&mut self, buffer: &mut [u8], mut before: Vec<u8>) -> io::Result<usize> {
        let mut n = self.take(buffer)?;
        let ascii = encoding_rs::Encoding::ascii_valid_up_to(&buffer[..n]);
        if let Some(at) = memchr::memchr(ESCAPE, &buffer[..ascii]) {
            self.put_back(&buffer[at..n]);
            if at == 0 {
                return self.escape(buffer, before);
            }
            n = at;
        } else if ascii < n {
            self.put_back(&buffer[ascii..n]);
            let complete = self.hold(WINDOW)?;
            before.extend_from_slice(&buffer[..ascii]);
            self.count(&buffer[..ascii]);
            self.settle(&before[before.len().saturating_sub(BEFORE)..], complete)?;
            return if ascii > 0 { Ok(ascii) } else { self.read(buffer) };
        }
        self.count(&buffer[..n]);
        if n >= BEFORE {
            before.clear();
        }
        before.extend_from_slice(&buffer[n.saturating_sub(BEFORE)..n]);
        before.drain(..before.len().saturating_sub(BEFORE));
        self.state = State::Ascii(before);
        Ok(n)
    }

    /// An escape begins letters of ISO-2022-JP, else it is a control code like any other.
    fn escape(&mut self, buffer: &mut [u8], mut before: Vec<u8>) -> io::Result<usize> {
        self.hold(4)?;
        if JAPANESE.iter().any(|sequence| self.held.get_ref().starts_with(sequence)) {
            let message = format!(
                "{}: read as ISO-2022-JP, which an escape sequence in line {} shows; set [collect] encoding if that is wrong",
                self.name, self.line
            );
            self.note = Some(Warning::new("encoding", message));
            self.decode_with(encoding_rs::ISO_2022_JP);
            return self.read(buffer);
        }
        let n = self.take(&mut buffer[..1])?;
        self.count(&buffer[..n]);
        before.push(ESCAPE);
        self.state = State::Ascii(before);
        Ok(n)
    }

    /// Puts bytes that were taken back before those that are held.
    fn put_back(&mut self, bytes: &[u8]) {
        let from = usize::try_from(self.held.position()).unwrap_or(usize::MAX);
        let left = &self.held.get_ref()[from.min(self.held.get_ref().len())..];
        self.held = Cursor::new([bytes, left].concat());
    }

    /// Holds so many bytes, and says whether there are no more than these. What is held has not been touched.
    fn hold(&mut self, wanted: usize) -> io::Result<bool> {
        let held = self.held.get_mut();
        let missing = wanted.saturating_sub(held.len());
        Ok((&mut self.raw).take(missing as u64).read_to_end(held)? < missing)
    }

    fn count(&mut self, ascii: &[u8]) {
        self.offset += ascii.len() as u64;
        self.line += memchr::memchr_iter(b'\n', ascii).count() as u64;
    }

    /// Decides by what is held, with the letters `before` it.
    fn settle(&mut self, before: &[u8], complete: bool) -> io::Result<()> {
        let word = before.len() - before.iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        let window = [&before[word..], self.held.get_ref()].concat();
        let (path, line, byte) = (self.name.clone(), self.line, self.offset);
        match decide(&window, complete) {
            Found::Utf8 => self.state = State::Utf8,
            Found::Broken(at) => {
                let line = line + memchr::memchr_iter(b'\n', &window[..at]).count() as u64;
                let byte = byte + at as u64 - (before.len() - word) as u64;
                return Err(io::Error::other(CollectError::NotUtf8 { path, line, byte }));
            }
            Found::Unclear(candidates) => {
                let candidates = candidates.join(" or ");
                return Err(io::Error::other(CollectError::UnclearEncoding { path, line, byte, candidates }));
            }
            Found::Other { encoding, cells, example, rival } => {
                let name = encoding.name();
                let rival = rival.map_or_else(String::new, |r| format!("; so little text could be {r}, too"));
                let message = format!(
                    "{path}: not UTF-8 from line {line} on; read as {name}, decided by {cells} different texts such as \
                     {example:?}{rival}; set [collect] encoding if that is wrong"
                );
                self.note = Some(Warning::new("encoding", message));
                self.decode_with(encoding);
            }
        }
        Ok(())
    }

    /// Decodes the next block into `other.text`, which is empty at the end only.
    fn decode(&mut self, other: &mut Other) -> io::Result<()> {
        let mut text = std::mem::take(other.text.get_mut());
        text.clear();
        text.resize(3 * BLOCK + 16, 0);
        let mut filled = 0;
        while filled == 0 && !other.ended {
            other.raw.resize(BLOCK, 0);
            let mut raw = std::mem::take(&mut other.raw);
            let n = self.take(&mut raw)?;
            let last = n == 0;
            // Room for three bytes of text per byte is enough for every encoding, so that the input is always used up.
            let (result, read, written) = other.decoder.decode_to_utf8_without_replacement(&raw[..n], &mut text[..], last);
            other.raw = raw;
            filled = written;
            other.ended = last;
            let decoded = &text[..written];
            if let DecoderResult::Malformed(length, behind) = result {
                let length = u64::from(length) + u64::from(behind);
                return Err(self.undecodable(other, decoded, self.offset + read as u64 - length));
            }
            if let Some(at) = control(decoded).filter(|_| other.encoding.is_single_byte()) {
                let byte = self.offset + decoded[..at].iter().filter(|b| !(0x80..0xc0).contains(*b)).count() as u64;
                return Err(self.undecodable(other, &decoded[..at], byte));
            }
            self.line += memchr::memchr_iter(b'\n', decoded).count() as u64;
            self.offset += n as u64;
        }
        text.truncate(filled);
        other.text = Cursor::new(text);
        Ok(())
    }

    fn undecodable(&self, other: &Other, before: &[u8], byte: u64) -> io::Error {
        let line = self.line + memchr::memchr_iter(b'\n', before).count() as u64;
        let encoding = other.encoding.name();
        io::Error::other(CollectError::Undecodable { path: self.name.clone(), line, byte, encoding })
    }
}

/// The place of a control code between U+0080 and U+009F, which stands for a byte that no letter has.
fn control(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xc2, text).find(|at| text.get(at + 1).is_some_and(|b| (0x80..0xa0).contains(b)))
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        match std::mem::replace(&mut self.state, State::Utf8) {
            State::Utf8 => self.take(buffer),
            State::Ascii(before) => self.ascii(buffer, before),
            State::Other(mut other) => {
                let mut result = other.text.read(buffer);
                if let Ok(0) = result
                    && !other.ended
                {
                    result = match self.decode(&mut other) {
                        Ok(()) => other.text.read(buffer),
                        Err(e) => Err(e),
                    };
                }
                self.state = State::Other(other);
                result
            }
        }
    }
}

/// What a failure to read is called: one of the encoding says itself what it is.
pub fn failed(path: &str, error: io::Error) -> CollectError {
    match error.downcast::<CollectError>() {
        Ok(ours) => ours,
        Err(source) => CollectError::Io { path: path.into(), source },
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030, SHIFT_JIS, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;

    /// A source that gives a few bytes at a time.
    struct Drops(Cursor<Vec<u8>>, usize);

    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = buffer.len().min(self.1);
            self.0.read(&mut buffer[..n])
        }
    }

    fn read(bytes: &[u8], encoding: &str, drop: usize) -> Result<(String, Option<String>), String> {
        let raw = Box::new(Drops(Cursor::new(bytes.to_vec()), drop));
        let encoding = Encoding::try_from(encoding.to_owned()).unwrap();
        let mut decoded = Decoded::open("x.csv".into(), raw, encoding).map_err(|e| e.to_string())?;
        let mut text = Vec::new();
        decoded.read_to_end(&mut text).map_err(|e| failed("x.csv", e).to_string())?;
        let note = decoded.note().map(|w| w.message);
        Ok((String::from_utf8(text).map_err(|e| format!("not UTF-8 at {}", e.utf8_error().valid_up_to()))?, note))
    }

    const TABLE: &str = "客户编号,城市,金额\nK1,北京,10\nK2,上海,20\nK3,广州,30\n";

    #[test]
    fn the_same_text_comes_out_of_every_encoding() {
        let little: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let with = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let gbk = GB18030.encode(TABLE).0.into_owned();
        for (bytes, set) in [
            (TABLE.as_bytes().to_vec(), "auto"),
            (with(b"\xef\xbb\xbf", TABLE.as_bytes()), "auto"),
            (with(b"\xef\xbb\xbf", TABLE.as_bytes()), "utf-8"),
            (with(b"\xff\xfe", &little), "auto"),
            (with(b"\xfe\xff", &big), "auto"),
            (with(b"\xff\xfe", &little), "utf-16le"),
            (little.clone(), "auto"),
            (big.clone(), "auto"),
            (little, "utf-16le"),
            (big, "utf-16be"),
            (gbk.clone(), "auto"),
            (gbk.clone(), "gbk"),
            (gbk, "gb18030"),
        ] {
            for drop in [1, 3, 1000] {
                assert_eq!(read(&bytes, set, drop).unwrap().0, TABLE, "{set} {drop}");
            }
        }
    }

    #[test]
    fn a_decision_is_told_with_what_it_reads() {
        let note = read(&GB18030.encode(TABLE).0, "auto", 100).unwrap().1.unwrap();
        assert!(
            note.contains("read as gb18030") && note.contains("\"客户编号\"") && note.contains("[collect] encoding"),
            "{note}"
        );
        assert_eq!(read(TABLE.as_bytes(), "auto", 100).unwrap().1, None);
        let note = read(&WINDOWS_1252.encode("a,b\n1,caf\u{e9}\n").0, "auto", 100).unwrap().1.unwrap();
        assert!(note.contains("line 2") && note.contains("\"café\""), "{note}");
    }

    #[test]
    fn the_first_other_letter_decides_wherever_it_stands() {
        let ascii = "1234567,abcdefgh\n".repeat(400_000);
        assert!(ascii.len() > WINDOW);
        let bytes = [ascii.as_bytes(), &GB18030.encode("北京,广州\n上海,深圳\n").0].concat();
        let (text, note) = read(&bytes, "auto", 1 << 20).unwrap();
        assert!(text.ends_with("北京,广州\n上海,深圳\n") && text.len() == ascii.len() + 28);
        assert!(note.unwrap().contains("from line 400001 on"));
    }

    #[test]
    fn bytes_that_cannot_be_read_are_named_and_never_replaced() {
        let message = |bytes: &[u8], set: &str| {
            let message = read(bytes, set, 1000).unwrap_err();
            for drop in [1, 2, 5] {
                assert_eq!(read(bytes, set, drop).unwrap_err(), message);
            }
            message
        };
        let bad = |text: &str, encoding: &'static encoding_rs::Encoding| [&encoding.encode(text).0, &b"\xff,x\n"[..]].concat();
        assert!(message(&bad("a\n城市\n", GB18030), "gbk").starts_with("x.csv, line 3, byte 7: not GBK"));
        assert!(message(&bad("城市\n", BIG5), "big5").starts_with("x.csv, line 2, byte 5: not Big5"));
        assert!(message(&bad("a\nカ\n", SHIFT_JIS), "shift_jis").starts_with("x.csv, line 3, byte 5: not Shift_JIS"));
        assert!(message(b"a\n\xe9\x81\n", "windows-1252").starts_with("x.csv, line 2, byte 3: not windows-1252"));
        assert!(message(b"a\0\n\0b", "utf-16le").starts_with("x.csv, line 2, byte 4: not UTF-16LE"));
        assert!(
            message(&"é".repeat(9).into_bytes().into_iter().chain(*b"\n\xff").collect::<Vec<_>>(), "auto")
                .starts_with("x.csv, line 2, byte 19: not UTF-8")
        );
    }

    #[test]
    fn escapes_of_iso_2022_jp_are_seen_and_others_left_alone() {
        const NAMES: &str = "id,名前\n1,東京\n2,大阪\n";
        let bytes = [&b"# \x1b[0m\n"[..], &encoding_rs::ISO_2022_JP.encode(NAMES).0].concat();
        assert!(bytes.is_ascii());
        for drop in [1, 2, 3, 5, 1000] {
            let (text, note) = read(&bytes, "auto", drop).unwrap();
            assert_eq!(text, format!("# \u{1b}[0m\n{NAMES}"), "{drop}");
            let note = note.unwrap();
            assert!(note.contains("ISO-2022-JP") && note.contains("line 2"), "{note}");
            assert_eq!(read(b"a\x1b[1mb\x1b", "auto", drop).unwrap(), ("a\u{1b}[1mb\u{1b}".to_owned(), None));
        }
    }

    #[test]
    fn a_mark_that_contradicts_the_setting_is_refused() {
        let message = read(b"\xef\xbb\xbfa,b\n", "gbk", 9).unwrap_err();
        assert!(message.contains("byte-order mark of UTF-8") && message.contains("GBK"), "{message}");
        assert!(read(b"\xff\xfe\0\0a\0\0\0", "auto", 9).unwrap_err().contains("UTF-32"));
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same(bytes in prop::collection::vec(any::<u8>(), 0..80), drop in 1_usize..9, set in prop::sample::select(vec!["auto", "gbk", "utf-16be", "shift_jis", "windows-1252"])) {
            prop_assert_eq!(read(&bytes, set, drop), read(&bytes, set, 1000));
        }

        #[test]
        fn what_is_written_in_an_encoding_is_read_back(text in "[a-z,\n张三李四王五北京上海广州年龄]{0,60}", drop in 1_usize..50) {
            let bytes = GB18030.encode(&text).0;
            prop_assert_eq!(read(&bytes, "gb18030", drop).unwrap().0, text);
        }
    }
}
