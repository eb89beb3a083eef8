//! Whether the first record of a table names its columns.

use std::collections::HashSet;

use super::cell::is_number;
use super::rows::Row;

/// Share of the values of a column from which it is one of numbers.
const NUMBERS: f64 = 0.8;

/// What the first record says of one column.
#[derive(PartialEq)]
enum Sign {
    /// A text above numbers: a name.
    Name,
    /// A value like those below it.
    Value,
    Nothing,
}

/// Whether the first record is one of values: some of its cells are like those below, and none is a name above numbers.
/// In doubt it is a header, since a name read as a value would be learned from.
pub(super) fn is_missing(table: &[Row<'_>]) -> bool {
    let Some((first, below)) = table.split_first() else { return false };
    // A header that comes again stands above each of several tables in one file.
    if below.len() < 2 || first.fields.is_empty() || below.iter().any(|row| same(row, first)) || count_up(first) {
        return false;
    }
    let signs = signs(first, below);
    !signs.contains(&Sign::Name) && signs.iter().filter(|s| **s == Sign::Value).count() * 2 >= signs.len()
}

/// Whether the first record is a header beyond doubt: a text above numbers, and no number among its names.
pub(super) fn is_plain(table: &[Row<'_>]) -> bool {
    let Some((first, below)) = table.split_first() else { return false };
    !first.fields.iter().any(|f| is_number(f.text)) && signs(first, below).contains(&Sign::Name)
}

fn same(a: &Row<'_>, b: &Row<'_>) -> bool {
    a.fields.len() == b.fields.len() && a.fields.iter().zip(&b.fields).all(|(a, b)| a.text == b.text)
}

/// Whole numbers that count up or down are names: years of a wide table, or places.
fn count_up(first: &Row<'_>) -> bool {
    let numbers = first.fields.iter().filter(|f| is_number(f.text));
    let whole: Option<Vec<f64>> = numbers.map(|f| number(f.text).filter(|n| n.fract() == 0.0)).collect();
    whole.is_some_and(|n| n.len() > 1 && n.windows(2).all(|pair| (pair[1] - pair[0]).abs() == 1.0))
}

fn signs(first: &Row<'_>, below: &[Row<'_>]) -> Vec<Sign> {
    (0..first.fields.len())
        .map(|i| {
            let head = first.fields[i].text;
            let values: Vec<&[u8]> =
                below.iter().filter_map(|r| r.fields.get(i)).map(|f| f.text).filter(|t| !t.is_empty()).collect();
            let numbers = values.iter().filter(|v| is_number(v)).count();
            if head.is_empty() || values.is_empty() {
                Sign::Nothing
            } else if numbers as f64 >= NUMBERS * values.len() as f64 {
                match is_number(head) {
                    false => Sign::Name,
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

/// Whether a number is one among others: within their range, or no further outside than that is wide.
fn within(head: &[u8], values: &[&[u8]]) -> bool {
    let Some(head) = number(head) else { return true };
    let numbers: Vec<f64> = values.iter().filter_map(|v| number(v)).collect();
    let (low, high) = numbers.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
    let width = high - low;
    !numbers.is_empty() && (low - width..=high + width).contains(&head)
}

/// A number with a decimal point or comma; dates are none.
fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.replace(',', ".").parse().ok()
}
