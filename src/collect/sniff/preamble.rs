//! Lines before the header: titles, comments, blank lines.

use super::header;
use super::rows::{Row, Rows, usual_width};

/// More lines than this before a header are no preamble.
const LONGEST: usize = 50;

/// Bytes of so many first lines.
pub(super) fn lines(sample: &[u8], count: usize) -> usize {
    match count {
        0 => 0,
        _ => memchr::memchr_iter(b'\n', sample).nth(count - 1).map_or(sample.len(), |at| at + 1),
    }
}

/// The number of records before the header: those far shorter than the table is wide, and comments.
///
/// A title must be told from a header by what follows: a blank line, or a header above numbers. Without it, nothing is
/// left out, and a record of another length is refused with its line.
pub(super) fn length(rows: &Rows<'_>) -> usize {
    let list = &rows.list;
    let width = usual_width(list);
    let is_comment = |row: &Row<'_>| row.fields.first().is_some_and(|f| !f.quoted && f.text.starts_with(b"#"));
    let comments = list.iter().take(LONGEST).take_while(|row| is_comment(row)).count();
    // A single line with a number sign may be the header itself; where they go on below, they are values.
    let header = comments == 1 && list[0].fields.len() == width;
    let values = list.len() == comments || list[comments..].iter().any(is_comment);
    let comments = if header || values { 0 } else { comments };
    let is_title = |row: &Row<'_>| {
        let filled = row.fields.iter().filter(|f| !f.text.is_empty()).count();
        row.fields.len() <= width / 2 || (width >= 4 && row.fields.len() == width && filled <= 1)
    };
    let titles = list[comments..].iter().take(LONGEST).take_while(|row| is_title(row)).count();
    let start = comments + titles;
    let Some(header) = list.get(start).filter(|row| row.fields.len() == width) else { return comments };
    if titles == 0 || header.parted || header::is_plain(&list[start..]) { start } else { comments }
}
