//! Whether the first record of a table names its columns.

use std::collections::HashSet;

use super::cell::is_number;
use super::rows::{Row, usual_width};

/// Share of the values of a column from which it is one of numbers.
const NUMBERS: f64 = 0.8;
/// Numbers that may be years.
const YEARS: std::ops::RangeInclusive<f64> = 1800.0..=2100.0;

/// What the first record says of one column.
#[derive(PartialEq)]
enum Sign {
    /// A text above numbers: a name.
    Name,
    /// A value like those below it.
    Value,
    Nothing,
}

/// What the first record is, by the columns below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Names,
    /// Names, although so many of them look like values.
    Doubtful(usize),
    Values,
}

/// Whether the first record is one of values: some of its cells are like those below, and none is a name above numbers.
/// In doubt it is a header, since a name read as a value would be learned from.
pub(super) fn first(table: &[Row<'_>]) -> First {
    let Some((first, below)) = table.split_first() else { return First::Names };
    // A header that comes again stands above each of several tables in one file.
    if below.len() < 2 || first.fields.is_empty() || below.iter().any(|row| same(row, first)) || count_up(first) {
        return First::Names;
    }
    let signs = signs(first, below);
    let values = signs.iter().filter(|sign| **sign == Sign::Value).count();
    // Nothing at all is no name either.
    let written = first.fields.iter().filter(|cell| !is_nothing(cell.text)).count();
    match values {
        0 => First::Names,
        _ if !signs.contains(&Sign::Name) && values * 2 >= written => First::Values,
        values => First::Doubtful(values),
    }
}

/// Whether the first record is one of values.
pub fn is_missing(table: &[Row<'_>]) -> bool {
    first(table) == First::Values
}

/// Most records below a header that say more of the columns: questions and ids of a survey, units.
const MOST_BELOW: usize = 3;
/// Fewer rows than this do not tell that a column is one of numbers.
const FEWEST: usize = 8;
/// Share of the values of a column that are numbers beyond doubt.
const NEARLY_ALL: f64 = 0.95;

/// The number of records right below the header that are no rows: each has texts above the numbers of two columns or more,
/// and no number above any.
pub(super) fn names_below(table: &[Row<'_>]) -> usize {
    let Some((first, below)) = table.split_first() else { return 0 };
    let Some(rest) = below.get(MOST_BELOW..).filter(|rest| rest.len() >= FEWEST) else { return 0 };
    let numbers: Vec<usize> = (0..first.fields.len())
        .filter(|column| {
            let values = || rest.iter().filter_map(|row| row.fields.get(*column)).filter(|cell| !is_nothing(cell.text));
            let (all, numbers) = (values().count(), values().filter(|cell| is_number(cell.text)).count());
            all >= FEWEST && numbers as f64 >= NEARLY_ALL * all as f64
        })
        .collect();
    let says = |row: &&Row<'_>| {
        let cells = || numbers.iter().filter_map(|column| row.fields.get(*column)).filter(|cell| !is_nothing(cell.text));
        let filled = row.fields.iter().filter(|cell| !is_nothing(cell.text)).count();
        // A unit may be all that a line says.
        let enough = cells().count() >= 2 || (cells().count() == 1 && filled == 1 && row.fields.len() > 1);
        row.fields.len() == first.fields.len() && enough && !cells().any(|cell| is_number(cell.text))
    };
    below.iter().take(MOST_BELOW).take_while(says).count()
}

/// Whether the first record names groups of columns, some of none and some of several, and the second the columns themselves.
pub(super) fn is_of_groups(table: &[Row<'_>]) -> bool {
    let [first, second, ..] = table else { return false };
    let different = |row: &Row<'_>| row.fields.iter().map(|cell| cell.text).collect::<HashSet<_>>().len() == row.fields.len();
    let named = second.fields.iter().all(|cell| !is_nothing(cell.text) && !is_number(cell.text));
    !different(first) && different(second) && named && names_below(table) > 0
}

/// Whether the first record is a header beyond doubt: a text above numbers, and no number among its names.
pub fn is_plain(table: &[Row<'_>]) -> bool {
    let Some((first, below)) = table.split_first() else { return false };
    !first.fields.iter().any(|f| is_number(f.text)) && signs(first, below).contains(&Sign::Name)
}

/// The fields that records should have, and whether a delimiter ends all of them but the header: as the header has, unless it
/// has empty names too many, or all records an empty field behind the last name.
pub(super) fn width(header: &Row<'_>, below: &[Row<'_>]) -> (usize, bool) {
    let written = header.fields.len();
    let usual = usual_width(below);
    let empty = header.fields.iter().filter(|f| f.text.is_empty()).count();
    let ended = usual == written + 1 && below.iter().all(|r| r.fields.len() < usual || r.fields[written].text.is_empty());
    if 0 < usual && usual < written && written - usual == empty { (usual, false) } else { (written, ended) }
}

fn same(a: &Row<'_>, b: &Row<'_>) -> bool {
    a.fields.len() == b.fields.len() && a.fields.iter().zip(&b.fields).all(|(a, b)| a.text == b.text)
}

/// Whole numbers in equal steps are names: years of a wide table, or places. Two numbers are always so, and count only as
/// years.
fn count_up(first: &Row<'_>) -> bool {
    let numbers = first.fields.iter().filter(|f| is_number(f.text));
    let whole: Option<Vec<f64>> = numbers.map(|f| number(f.text).filter(|n| n.fract() == 0.0)).collect();
    whole.is_some_and(|n| match n[..] {
        [] | [_] => false,
        [a, b] => a != b && n.iter().all(|year| YEARS.contains(year)),
        [a, b, ..] => a != b && n.windows(2).all(|pair| pair[1] - pair[0] == b - a),
    })
}

fn signs(first: &Row<'_>, below: &[Row<'_>]) -> Vec<Sign> {
    (0..first.fields.len())
        .map(|i| {
            let head = first.fields[i].text;
            let values: Vec<&[u8]> =
                below.iter().filter_map(|r| r.fields.get(i)).map(|f| f.text).filter(|t| !t.is_empty()).collect();
            let numbers = values.iter().filter(|v| is_number(v)).count();
            if is_nothing(head) || values.is_empty() {
                Sign::Nothing
            } else if numbers as f64 >= NUMBERS * values.len() as f64 {
                match is_number(head) {
                    false => Sign::Name,
                    true if is_date(head) && values.iter().filter(|v| number(v).is_some()).count() * 2 > values.len() => {
                        Sign::Name
                    }
                    true if within(head, &values) => Sign::Value,
                    true => Sign::Nothing,
                }
            } else if is_number(head) {
                Sign::Nothing
            } else {
                let different: HashSet<&[u8]> = values.iter().copied().collect();
                if different.contains(head) && different.len() * 2 <= values.len() { Sign::Value } else { Sign::Nothing }
            }
        })
        .collect()
}

/// Whether a cell is empty or says that a value is missing.
fn is_nothing(text: &[u8]) -> bool {
    text.is_empty()
        || ["nan", "na", "n/a", "null", "none", "?", "-"].iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a number is one among others: within their range, or no further outside than that is wide.
fn within(head: &[u8], values: &[&[u8]]) -> bool {
    let Some(head) = number(head) else { return true };
    let numbers: Vec<f64> = values.iter().filter_map(|v| number(v)).collect();
    let (low, high) = numbers.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
    let width = high - low;
    !numbers.is_empty() && (low - width..=high + width).contains(&head)
}

/// Whether a text that counts as a number is a date or a time: with signs inside that stand in no amount.
fn is_date(text: &[u8]) -> bool {
    let points = text.split(|b| *b == b'.').map(<[u8]>::len).collect::<Vec<_>>();
    let pointed = matches!(points[..], [1..=2, 1..=2, 2 | 4]);
    number(text).is_none() && (pointed || text.iter().skip(1).any(|b| matches!(b, b'-' | b'/' | b':')))
}

/// A number with a decimal point or comma; dates are none.
fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.replace(',', ".").parse().ok()
}
