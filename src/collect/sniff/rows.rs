use memchr::memchr;

use super::super::mend::mend;
use super::super::scan::{Field, Marks, Quotes, scan};
use super::cell::is_number;

/// Records that are looked at.
const RECORDS: usize = 1000;

/// The first records of a text, as one combination of a delimiter and a quote reads them.
pub(super) struct Rows<'a> {
    pub marks: Marks,
    /// The records that are not blank.
    pub list: Vec<Row<'a>>,
    /// Lines among them that cannot be read: what speaks against the combination.
    pub faults: usize,
    /// Records that could be read only with a quote as a letter.
    pub mended: usize,
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

/// Reads twice where quotes make records that do not fit: what a record with a quote too many is, only the others tell.
pub(super) fn read(sample: &[u8], complete: bool, marks: Marks) -> Rows<'_> {
    let rows = read_once(sample, complete, marks, None);
    let width = usual_width(&rows.list);
    let fits = rows.faults == 0 && rows.list.iter().all(|row| row.fields.len() == width);
    let quotes = || marks.quote.is_some_and(|quote| memchr(quote, sample).is_some());
    if fits || width < 2 || !quotes() { rows } else { read_once(sample, complete, marks, Some(width)) }
}

fn read_once(sample: &[u8], complete: bool, marks: Marks, width: Option<usize>) -> Rows<'_> {
    let mut rows = Rows { marks, list: Vec::new(), faults: 0, mended: 0 };
    let (mut at, mut line, mut parted) = (0, 0, false);
    let mut fields = Vec::new();
    while at < sample.len() && rows.list.len() + rows.faults < RECORDS {
        fields.clear();
        let rest = &sample[at..];
        let read = scan(rest, complete, marks, &mut fields);
        let found = match read {
            Ok(None) => break,
            Ok(Some(found)) if !found.quoted || width.is_none_or(|width| fields.len() == width) => found,
            read => {
                let end = memchr(b'\n', rest).map(|end| end + 1).or(complete.then_some(rest.len()));
                let Some(end) = end else { break };
                let mut other = Vec::new();
                match (width.and_then(|width| mend(&rest[..end], marks, width, &mut other)), read) {
                    (Some(mended), _) => {
                        fields = other;
                        rows.mended += 1;
                        mended
                    }
                    (None, Ok(Some(found))) => found,
                    (None, _) => {
                        rows.faults += 1;
                        (at, line, parted) = (at + end, line + 1, false);
                        continue;
                    }
                }
            }
        };
        let bytes = &rest[..found.len];
        let cell = |f: &Field| Cell { text: bytes[f.start..f.end].trim_ascii(), quoted: f.quotes != Quotes::None };
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

/// The most frequent number of fields, the larger of two.
pub(super) fn usual_width(list: &[Row<'_>]) -> usize {
    let mut widths: Vec<usize> = list.iter().map(|row| row.fields.len()).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| (run.len(), run[0])).map_or(0, |run| run[0])
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
        fields.join(&(self.marks.delimiter as char).to_string()).chars().take(60).collect()
    }
}
