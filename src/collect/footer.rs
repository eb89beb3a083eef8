//! Lines below a table: sources, notes and totals, which are no rows.

use super::records::{Record, Records};
use crate::error::{Result, plural, verb};
use crate::pipeline::Warning;

/// More lines than this below a table are no footer.
const LONGEST: usize = 20;
/// First words of lines that tell of a table.
const ABOUT: [&str; 14] = [
    "source",
    "note",
    "quelle",
    "quellen",
    "hinweis",
    "hinweise",
    "stand:",
    "fuente",
    "nota",
    "来源",
    "数据来源",
    "資料來源",
    "注",
    "备注",
];
/// What the first cell of a line of sums says.
const TOTAL: [&str; 21] = [
    "total",
    "totals",
    // Of a bank.
    "opening balance",
    "closing balance",
    "saldo",
    "anfangssaldo",
    "endsaldo",
    "期初余额",
    "期末余额",
    "grand total",
    "sum",
    "summe",
    "gesamt",
    "insgesamt",
    "somme",
    "suma",
    "totale",
    "合计",
    "总计",
    "合計",
    "總計",
];

/// The text of a record below `expected` columns that may begin a footer: alone in its line, and behind a blank line or
/// with a word for a source or a note. Any other short record is an error: it may be a row that was cut off.
pub(super) fn begins(record: Record<'_>, expected: usize, scratch: &mut String) -> Option<String> {
    let text = alone(record, expected, scratch)?;
    (record.parted || is_about(&text)).then_some(text)
}

/// Whether a text begins like a line that tells of a table: its source, a note.
pub(super) fn is_about(text: &str) -> bool {
    let lower = text.to_lowercase();
    ABOUT.iter().any(|word| begins_with(&lower, word))
}

/// Whether the first cell of a row says that the others are sums.
pub(super) fn is_total(first: &str) -> bool {
    TOTAL.contains(&first.trim().trim_end_matches([':', '：']).trim().to_lowercase().as_str())
}

/// Whether a text begins with a word, or more than one of it: `notebook` does not begin with `note`. Words of other scripts
/// have no end that could be seen.
fn begins_with(text: &str, word: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(char::is_alphabetic);
    let open = !word.bytes().all(|b| b.is_ascii_alphabetic());
    text.strip_prefix(word).is_some_and(|rest| open || ends(rest.strip_prefix('s').unwrap_or(rest)))
}

/// The only text of a record that is shorter than the table is wide.
fn alone(record: Record<'_>, expected: usize, scratch: &mut String) -> Option<String> {
    let (mut text, mut filled) = (String::new(), 0);
    record.for_each(scratch, |field| {
        if !field.trim().is_empty() {
            filled += 1;
            field.trim().clone_into(&mut text);
        }
    });
    (expected > 1 && record.len() < expected && filled == 1).then_some(text)
}

/// What is said of a footer that begins in `line`; `None` where something else follows before the text ends.
pub(super) fn note(records: &mut Records, line: u64, text: &str, expected: usize) -> Result<Option<Warning>> {
    let (mut lines, mut scratch) = (1, String::new());
    while let Some(record) = records.next()? {
        lines += 1;
        if lines > LONGEST || alone(record, expected, &mut scratch).is_none() {
            return Ok(None);
        }
    }
    let (name, text): (_, String) = (&records.name, text.chars().take(60).collect());
    let (left, are) = (plural(lines, "line"), verb(lines, "are"));
    let message = format!("{name}: {left} below the table {are} left out, the first is line {line}: {text:?}");
    Ok(Some(Warning::new("footer", message).count(lines)))
}

/// Whether a record of full length that begins with a word for sums has an empty cell, as a line of sums has; `None` where
/// it begins with anything else.
pub(super) fn sums(record: Record<'_>, scratch: &mut String) -> Option<bool> {
    // Nearly every record is told by its first letter.
    if !matches!(record.first_byte().to_ascii_lowercase(), b't' | b's' | b'g' | b'i' | b'o' | b'c' | b'a' | b'e' | 0xe5..=0xe7)
    {
        return None;
    }
    let (mut first, mut empty, mut at) = (false, false, 0);
    record.for_each(scratch, |field| {
        let field = field.trim();
        empty |= field.is_empty();
        first |= at == 0 && is_total(field);
        at += 1;
    });
    first.then_some(empty)
}

/// What is said of a line of sums that ends the table.
pub(super) fn total(name: &str, line: u64, first: &str) -> Warning {
    let message =
        format!("{name}: line {line} at the end of the table begins with {first:?} and is left out as a line of sums");
    Warning::new("footer", message).count(1)
}
