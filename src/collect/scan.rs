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

/// Finds the first record and appends its fields; `None` where the record does not end within `bytes`.
///
/// `last` says that nothing follows `bytes`, so that their end ends the record. A quote opens a field only as its first
/// byte, else it is a letter like any other; with no `quote`, none does. Spaces behind a closing quote are dropped.
pub(super) fn scan(
    bytes: &[u8],
    last: bool,
    delimiter: u8,
    quote: Option<u8>,
    fields: &mut Vec<Field>,
) -> Result<Option<Found>, Fault> {
    let mut at = 0;
    let mut any_quotes = false;
    loop {
        if let Some(&first) = bytes.get(at)
            && Some(first) == quote
        {
            any_quotes = true;
            let Some((end, quotes)) = closing_quote(bytes, at, last, first)? else { return Ok(None) };
            fields.push(Field { start: at + 1, end, quotes });
            let mut next = end + 1;
            while bytes.get(next) == Some(&b' ') && delimiter != b' ' {
                next += 1;
            }
            match (bytes.get(next), bytes.get(next + 1)) {
                (Some(&b), _) if b == delimiter => at = next + 1,
                (Some(b'\n'), _) => return Ok(Some(Found { len: next + 1, quoted: any_quotes })),
                (Some(b'\r'), Some(b'\n')) => return Ok(Some(Found { len: next + 2, quoted: any_quotes })),
                (None, _) | (Some(b'\r'), None) if last => return Ok(Some(Found { len: bytes.len(), quoted: any_quotes })),
                (None, _) | (Some(b'\r'), None) => return Ok(None),
                _ => return Err(Fault::AfterQuote(next)),
            }
        } else {
            match memchr2(delimiter, b'\n', &bytes[at..]) {
                Some(n) if bytes[at + n] == delimiter => {
                    fields.push(Field { start: at, end: at + n, quotes: Quotes::None });
                    at += n + 1;
                }
                None if !last => return Ok(None),
                end => {
                    let end = end.map_or(bytes.len(), |n| at + n);
                    let text = if end > at && bytes[end - 1] == b'\r' { end - 1 } else { end };
                    fields.push(Field { start: at, end: text, quotes: Quotes::None });
                    return Ok(Some(Found { len: bytes.len().min(end + 1), quoted: any_quotes }));
                }
            }
        }
    }
}

/// The place of the quote that closes the one at `open`; `None` where more bytes are needed to know.
fn closing_quote(bytes: &[u8], open: usize, last: bool, quote: u8) -> Result<Option<(usize, Quotes)>, Fault> {
    let mut from = open + 1;
    let mut quotes = Quotes::Around;
    loop {
        match memchr(quote, &bytes[from..]).map(|n| from + n) {
            Some(at) if bytes.get(at + 1) == Some(&quote) => {
                quotes = Quotes::Doubled;
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
        let found = scan(text.as_bytes(), true, b',', Some(b'"'), &mut fields).unwrap().unwrap();
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
        scan(b"\"a\"\"b\",\"c\"", true, b',', Some(b'"'), &mut found).unwrap();
        assert_eq!(found[0], Field { start: 1, end: 5, quotes: Quotes::Doubled });
        assert_eq!(found[1].quotes, Quotes::Around);
    }

    #[test]
    fn faults_say_where() {
        let fault = |text: &[u8]| scan(text, true, b',', Some(b'"'), &mut Vec::new()).unwrap_err();
        assert_eq!(fault(b"a,\"b\n"), Fault::OpenQuote(2));
        assert_eq!(fault(b"\"a\"b,c\n"), Fault::AfterQuote(3));
        assert_eq!(fault(b"\"a\"\rb\n"), Fault::AfterQuote(3));
    }

    #[test]
    fn every_cut_of_a_record_asks_for_more() {
        let text = b"ab,\"c\"\"d\n\" ,e\r\nrest";
        for cut in 0..15 {
            assert_eq!(scan(&text[..cut], false, b',', Some(b'"'), &mut Vec::new()), Ok(None), "cut at {cut}");
        }
        assert_eq!(scan(&text[..15], false, b',', Some(b'"'), &mut Vec::new()), Ok(Some(Found { len: 15, quoted: true })));
    }
}
