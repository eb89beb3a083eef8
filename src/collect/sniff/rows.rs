use super::super::scan::{Quotes, scan};
use super::cell::is_number;

/// Records that are looked at.
const RECORDS: usize = 1000;

/// The first records of a text, as one combination of a delimiter and a quote reads them.
pub(super) struct Rows<'a> {
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// The records that are not blank.
    pub list: Vec<Row<'a>>,
    /// Whether something behind them cannot be read.
    pub fault: bool,
}

pub struct Row<'a> {
    /// Lines before it.
    pub line: usize,
    /// Whether a blank line stands before it.
    pub parted: bool,
    pub fields: Vec<Cell<'a>>,
}

#[derive(Clone, Copy)]
pub struct Cell<'a> {
    pub text: &'a [u8],
    pub quoted: bool,
}

pub(super) fn read(sample: &[u8], complete: bool, delimiter: u8, quote: Option<u8>) -> Rows<'_> {
    let mut rows = Rows { delimiter, quote, list: Vec::new(), fault: false };
    let (mut at, mut line, mut parted) = (0, 0, false);
    let mut fields = Vec::new();
    while at < sample.len() && rows.list.len() < RECORDS {
        fields.clear();
        let Ok(found) = scan(&sample[at..], complete, delimiter, quote, &mut fields) else {
            // What cannot be read so speaks against it.
            rows.fault = true;
            break;
        };
        let Some(found) = found else { break };
        let bytes = &sample[at..at + found.len];
        let cell =
            |f: &super::super::scan::Field| Cell { text: bytes[f.start..f.end].trim_ascii(), quoted: f.quotes != Quotes::None };
        let blank = !found.quoted && fields.len() == 1 && fields[0].start == fields[0].end;
        if !blank {
            rows.list.push(Row { line, parted, fields: fields.iter().map(cell).collect() });
        }
        parted = blank;
        line += memchr::memchr_iter(b'\n', bytes).count();
        at += found.len;
    }
    rows
}

impl Rows<'_> {
    /// Whether most of the texts are quoted.
    pub fn mostly_quoted(&self) -> bool {
        let texts = self.list.iter().flat_map(|r| &r.fields).filter(|f| f.quoted || !(f.text.is_empty() || is_number(f.text)));
        let (quoted, plain): (Vec<&Cell<'_>>, Vec<_>) = texts.partition(|f| f.quoted);
        quoted.len() >= 4 && quoted.len() >= 9 * plain.len()
    }

    /// The first letters of a record, for a message.
    pub fn text(&self, row: usize) -> String {
        let fields: Vec<_> = self.list[row].fields.iter().map(|f| String::from_utf8_lossy(f.text)).collect();
        fields.join(&(self.delimiter as char).to_string()).chars().take(60).collect()
    }
}
