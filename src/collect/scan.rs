//! Where one record of a CSV text ends, and its fields: RFC 4180, byte by byte, without copying.

use memchr::{memchr, memchr2};

/// A field as a range of the record's bytes, quotes around it left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub start: usize,
    pub end: usize,
    pub quotes: Quotes,
}

/// How a field is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    None,
    Around,
    /// Around it, and doubled inside.
    Doubled,
    /// Around it, with a backslash before those inside.
    Escaped,
    /// Around it, and some inside that are letters.
    Stray,
}

/// What parts the fields of a record, and what stands around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// Whether a backslash inside quotes makes a letter of the byte behind it.
    pub escape: bool,
    /// Whether a space behind a delimiter belongs to it.
    pub spaced: bool,
}

impl Default for Marks {
    /// RFC 4180.
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"'), escape: false, spaced: false }
    }
}

impl Marks {
    /// Where the field behind a delimiter begins.
    pub fn behind(self, bytes: &[u8], delimiter: usize) -> usize {
        delimiter + 1 + usize::from(self.spaced && bytes.get(delimiter + 1) == Some(&b' '))
    }
}

/// A record was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes of the record, its line end included.
    pub len: usize,
    /// Whether a field is quoted, so that the record may stand on several lines.
    pub quoted: bool,
}

/// The bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The quote at this place is never closed.
    OpenQuote(usize),
    /// Something other than a delimiter or a line end stands here, behind a closing quote.
    AfterQuote(usize),
}

/// What follows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another field, which begins here.
    Field(usize),
    /// Another record, or nothing.
    Record(usize),
}

/// Finds the first record and appends its fields; `None` where the record does not end within `bytes`.
///
/// `last` says that nothing follows `bytes`, so that their end ends the record. A quote opens a field only as its first
/// byte, else it is a letter like any other; with no `quote`, none does. Spaces behind a closing quote are dropped.
pub(super) fn scan(bytes: &[u8], last: bool, marks: Marks, fields: &mut Vec<Field>) -> Result<Option<Found>, Fault> {
    let mut at = 0;
    let mut any_quotes = false;
    loop {
        let opens = bytes.get(at).is_some() && bytes.get(at).copied() == marks.quote;
        any_quotes |= opens;
        let found = if opens { quoted(bytes, at, last, marks)? } else { plain(bytes, at, last, marks) };
        let Some((field, next)) = found else { return Ok(None) };
        fields.push(field);
        match next {
            Next::Field(start) => at = start,
            Next::Record(len) => return Ok(Some(Found { len, quoted: any_quotes })),
        }
    }
}

/// The field between the quote at `at` and the one that closes it; `None` where more bytes are needed to know.
pub(super) fn quoted(bytes: &[u8], at: usize, last: bool, marks: Marks) -> Result<Option<(Field, Next)>, Fault> {
    let Some((end, quotes)) = closing_quote(bytes, at, last, marks)? else { return Ok(None) };
    let next = after_quote(bytes, end, last, marks)?;
    Ok(next.map(|next| (Field { start: at + 1, end, quotes }, next)))
}

/// What follows the quote at `end` that closes a field; `None` where more bytes are needed to know.
pub(super) fn after_quote(bytes: &[u8], end: usize, last: bool, marks: Marks) -> Result<Option<Next>, Fault> {
    let mut next = end + 1;
    while bytes.get(next) == Some(&b' ') && marks.delimiter != b' ' {
        next += 1;
    }
    match (bytes.get(next), bytes.get(next + 1)) {
        (Some(&b), None) if b == marks.delimiter && marks.spaced && !last => Ok(None),
        (Some(&b), _) if b == marks.delimiter => Ok(Some(Next::Field(marks.behind(bytes, next)))),
        (Some(b'\n'), _) => Ok(Some(Next::Record(next + 1))),
        (Some(b'\r'), Some(b'\n')) => Ok(Some(Next::Record(next + 2))),
        (None, _) | (Some(b'\r'), None) => Ok(last.then_some(Next::Record(bytes.len()))),
        _ => Err(Fault::AfterQuote(next)),
    }
}

/// The field without quotes around it that begins at `at`; `None` where it does not end within `bytes`.
pub(super) fn plain(bytes: &[u8], at: usize, last: bool, marks: Marks) -> Option<(Field, Next)> {
    let field = |end| Field { start: at, end, quotes: Quotes::None };
    match memchr2(marks.delimiter, b'\n', &bytes[at..]).map(|n| at + n) {
        Some(end) if bytes[end] == marks.delimiter => {
            let whole = last || !marks.spaced || end + 1 < bytes.len();
            whole.then(|| (field(end), Next::Field(marks.behind(bytes, end))))
        }
        None if !last => None,
        end => {
            let end = end.unwrap_or(bytes.len());
            let text = if end > at && bytes[end - 1] == b'\r' { end - 1 } else { end };
            Some((field(text), Next::Record(bytes.len().min(end + 1))))
        }
    }
}

/// The place of the quote that closes the one at `open`; `None` where more bytes are needed to know.
fn closing_quote(bytes: &[u8], open: usize, last: bool, marks: Marks) -> Result<Option<(usize, Quotes)>, Fault> {
    let quote = bytes[open];
    let mut from = open + 1;
    let mut quotes = Quotes::Around;
    loop {
        let rest = &bytes[from.min(bytes.len())..];
        let found = if marks.escape { memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
        match found.map(|n| from + n) {
            Some(at) if bytes[at] != quote => {
                quotes = Quotes::Escaped;
                from = at + 2;
            }
            Some(at) if bytes.get(at + 1) == Some(&quote) => {
                if quotes == Quotes::Around {
                    quotes = Quotes::Doubled;
                }
                from = at + 2;
            }
            Some(at) if last || at + 1 < bytes.len() => return Ok(Some((at, quotes))),
            None if last => return Err(Fault::OpenQuote(open)),
            _ => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> (Vec<&str>, usize) {
        let mut fields = Vec::new();
        let found = scan(text.as_bytes(), true, Marks::default(), &mut fields).unwrap().unwrap();
        (fields.iter().map(|f| &text[f.start..f.end]).collect(), found.len)
    }

    #[test]
    fn a_record_ends_at_a_line_end_outside_of_quotes() {
        assert_eq!(fields("a,b\nc"), (vec!["a", "b"], 4));
        assert_eq!(fields("a,b\r\nc"), (vec!["a", "b"], 5));
        assert_eq!(fields("a,b"), (vec!["a", "b"], 3));
        assert_eq!(fields("a,b\r"), (vec!["a", "b"], 4));
        assert_eq!(fields("a,\n"), (vec!["a", ""], 3));
        assert_eq!(fields("a,"), (vec!["a", ""], 2));
        assert_eq!(fields(","), (vec!["", ""], 1));
        assert_eq!(fields("\"a\n,\",b\n"), (vec!["a\n,", "b"], 8));
        assert_eq!(fields("a,\"b\"\r\nc"), (vec!["a", "b"], 7));
        assert_eq!(fields("a,\"b\" ,c"), (vec!["a", "b", "c"], 8));
    }

    #[test]
    fn a_quote_opens_a_field_only_as_its_first_letter() {
        assert_eq!(fields("5\" pipe, \"x\"\n").0, ["5\" pipe", " \"x\""]);
        let mut found = Vec::new();
        scan(b"\"a\"\"b\",\"c\"", true, Marks::default(), &mut found).unwrap();
        assert_eq!(found[0], Field { start: 1, end: 5, quotes: Quotes::Doubled });
        assert_eq!(found[1].quotes, Quotes::Around);
    }

    #[test]
    fn a_space_belongs_to_the_delimiter_where_all_have_one() {
        let marks = Marks { spaced: true, ..Marks::default() };
        for (text, expected) in [("a, b,\"c\", \"d, e\"\n", &["a", "b", "c", "d, e"][..]), ("a,  b, ", &["a", " b", ""])] {
            let mut found = Vec::new();
            scan(text.as_bytes(), true, marks, &mut found).unwrap();
            assert_eq!(found.iter().map(|f| &text[f.start..f.end]).collect::<Vec<_>>(), expected);
        }
        assert_eq!(scan(b"a,", false, marks, &mut Vec::new()), Ok(None));
        assert_eq!(scan(b"\"a\",", false, marks, &mut Vec::new()), Ok(None));
    }

    #[test]
    fn a_backslash_keeps_a_quote_from_closing() {
        let marks = Marks { escape: true, ..Marks::default() };
        let text = br#""5\" pipe, \\","C:\new""#;
        let mut found = Vec::new();
        scan(text, true, marks, &mut found).unwrap();
        assert_eq!(found[0], Field { start: 1, end: 13, quotes: Quotes::Escaped });
        assert_eq!(&text[found[1].start..found[1].end], br"C:\new");
        assert_eq!(scan(br#""a\"#, false, marks, &mut Vec::new()), Ok(None));
        assert_eq!(scan(br#""a\"#, true, marks, &mut Vec::new()), Err(Fault::OpenQuote(0)));
    }

    #[test]
    fn faults_say_where() {
        let fault = |text: &[u8]| scan(text, true, Marks::default(), &mut Vec::new()).unwrap_err();
        assert_eq!(fault(b"a,\"b\n"), Fault::OpenQuote(2));
        assert_eq!(fault(b"\"a\"b,c\n"), Fault::AfterQuote(3));
        assert_eq!(fault(b"\"a\"\rb\n"), Fault::AfterQuote(3));
    }

    #[test]
    fn every_cut_of_a_record_asks_for_more() {
        let text = b"ab,\"c\"\"d\n\" ,e\r\nrest";
        for cut in 0..15 {
            assert_eq!(scan(&text[..cut], false, Marks::default(), &mut Vec::new()), Ok(None), "cut at {cut}");
        }
        assert_eq!(scan(&text[..15], false, Marks::default(), &mut Vec::new()), Ok(Some(Found { len: 15, quoted: true })));
    }
}
