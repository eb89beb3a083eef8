//! Records with a quote that neither opens nor closes a field: read so that they are as wide as the table.
//!
//! Such a record is either a fault, or of another width by RFC 4180. It is taken as one line, and the quote as a letter; that is
//! believed only where it gives the fields that all other records have.

use memchr::memchr_iter;

use super::scan::{Field, Found, Marks, Next, Quotes, after_quote, plain, quoted};

/// How a field is read whose opening quote is not closed as it should be.
#[derive(Clone, Copy)]
enum Reading {
    /// Up to the next delimiter: the quote is a letter, unless another one ends the field.
    Plain,
    /// Up to the next quote that a delimiter follows: those before it are letters.
    Quoted,
}

/// The record of `width` fields that the first line of `bytes` is, if a quote of it is a letter. `bytes` hold the whole line.
pub(super) fn mend(bytes: &[u8], marks: Marks, width: usize, fields: &mut Vec<Field>) -> Option<Found> {
    let quote = marks.quote?;
    let len = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
    let line = &bytes[..len];
    [Reading::Plain, Reading::Quoted].into_iter().find_map(|reading| {
        fields.clear();
        let mut at = 0;
        loop {
            let opens = line.get(at) == Some(&quote);
            let (field, next) = if opens { open(line, at, marks, reading)? } else { plain(line, at, true, marks)? };
            fields.push(field);
            match next {
                Next::Field(start) => at = start,
                Next::Record(_) => break,
            }
        }
        (fields.len() == width).then_some(Found { len, quoted: false })
    })
}

/// The field that begins with the quote at `at`: between quotes if they are as they should be.
fn open(line: &[u8], at: usize, marks: Marks, reading: Reading) -> Option<(Field, Next)> {
    if let Ok(Some(found)) = quoted(line, at, true, marks) {
        return Some(found);
    }
    if matches!(reading, Reading::Quoted) {
        let closed = memchr_iter(line[at], &line[at + 1..]).map(|n| at + 1 + n).find_map(|end| {
            let next = after_quote(line, end, true, marks).ok().flatten()?;
            Some((Field { start: at + 1, end, quotes: Quotes::Stray }, next))
        });
        if closed.is_some() {
            return closed;
        }
    }
    let (field, next) = plain(line, at, true, marks)?;
    let closed = field.end > at + 1 && line[field.end - 1] == line[at];
    let inner = Field { start: at + 1, end: field.end - 1, quotes: Quotes::Stray };
    Some((if closed { inner } else { field }, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(line: &str, width: usize) -> Option<Vec<&str>> {
        let mut fields = Vec::new();
        let found = mend(line.as_bytes(), Marks::default(), width, &mut fields)?;
        assert_eq!(found.len, line.find('\n').map_or(line.len(), |end| end + 1));
        Some(fields.iter().map(|f| &line[f.start..f.end]).collect())
    }

    #[test]
    fn a_quote_too_many_is_a_letter() {
        assert_eq!(mended("1,\"b,c,\"d, e\"\n", 4), Some(vec!["1", "\"b", "c", "d, e"]));
        assert_eq!(mended("1,\"\"b, c\",\"d\"\r\n2", 3), Some(vec!["1", "\"b, c", "d"]));
        assert_eq!(mended("1,\"\"b\",2\n", 3), Some(vec!["1", "\"b", "2"]));
        assert_eq!(mended("1,x,\"\n2,\"y\",z\n", 3), Some(vec!["1", "x", "\""]));
        assert_eq!(mended("\"He said \"hi\" twice, or\",2", 2), Some(vec!["He said \"hi\" twice, or", "2"]));
        assert_eq!(mended("\"5\" pipe\",2", 2), Some(vec!["5\" pipe", "2"]));
        assert_eq!(mended("\"table, 48\"\",\"round\",2", 3), Some(vec!["table, 48\"", "round", "2"]));
    }

    #[test]
    fn another_width_than_that_of_the_table_proves_nothing() {
        assert_eq!(mended("1,\"b,c\n", 2), None);
        assert_eq!(mended("1,\"b\"c,d,e\n", 3), None);
    }
}
