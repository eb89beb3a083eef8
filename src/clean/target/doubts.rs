//! What is said of a target that may be meant otherwise: numbers among which texts stand, markers of missing values that are
//! taken for classes, days.

use std::collections::HashMap;

use super::super::infer::YES_NO;
use super::super::levels;
use super::super::number::mixed_units;
use super::super::texts::Counted;
use super::super::unread::is_word;
use super::super::values::{number, soft_null};
use crate::data::Rows;
use crate::error::{CleanError, plural, verb};
use crate::pipeline::Warning;

/// Of so many different numbers, words beside them are no classes.
const NUMBERS: usize = 10;
/// Markers of missing values that are classes as well: `none` beside `mild` and `severe`.
const CLASSES: [&str; 4] = ["none", "nil", "missing", "nd"];

/// Says which value of a target is no number where the others are.
pub fn slip(target: &str, rows: &Rows, row: usize, seen: &str) -> CleanError {
    let message = format!(
        "row {} of {}: {seen:?} is not a number, as the others are; correct it, add it to [collect] null_values to leave such \
         rows out, or set task = \"multiclass\" if all are names",
        rows.number(row) + 1,
        rows.source
    );
    CleanError::Target { column: target.to_owned(), message }
}

/// Why days are not predicted.
pub fn of_dates(example: &str) -> String {
    format!(
        "its values are dates such as \"{example}\"; predict a number that [collect] sql makes of them, or set \
         task = \"multiclass\" to take each date as a class"
    )
}

/// What the user should know of texts that are taken for classes; `row` finds the first row, counted from 1, of a text.
pub fn of_classes(target: &str, known: &Counted<'_>, row: impl Fn(&str) -> Option<usize>) -> Option<Warning> {
    let marker = || as_class(target, markers(known)?, known, &row);
    among_numbers(target, known, &row).or_else(|| in_units(target, known)).or_else(marker)
}

/// A marker of missing values that is one of the classes.
fn as_class(target: &str, marker: &str, known: &Counted<'_>, row: impl Fn(&str) -> Option<usize>) -> Option<Warning> {
    let (first, rows) = (row(marker)?, known.count(|text| text == marker));
    let message = format!(
        "target \"{target}\": \"{marker}\" is taken as a class, in {}, the first in row {first}; if it marks a missing value, \
         add it to [collect] null_values",
        plural(rows, "row")
    );
    Some(Warning::new("marker_class", message).column(target).row(first).count(rows))
}

/// Numbers among which some words stand.
fn among_numbers(target: &str, known: &Counted<'_>, row: impl Fn(&str) -> Option<usize>) -> Option<Warning> {
    let (numbers, words) = known.parted(|text| number(text, false).is_some());
    let (different, rows) = (numbers.different(), known.rows());
    let few = words.different() <= 2 || 10 * words.rows() <= rows;
    // Of few numbers, the last may stand for all beyond it: `3+`.
    let beyond = |text: &str| different < NUMBERS && text.contains(|c: char| c.is_ascii_digit());
    let plain = !words.is_empty() && words.texts().all(|text| is_word(text) && !beyond(text));
    if different < 2 || 2 * numbers.rows() < rows || !plain || !(few || different >= NUMBERS) {
        return None;
    }
    let (example, count) = (words.first(|_| true), words.rows());
    let first = row(example)?;
    let message = format!(
        "target \"{target}\": {} of {rows} values are numbers, but {count} such as \"{example}\" {} not, the first in row \
         {first}: each value is taken as a class; to leave such rows out, add \"{example}\" to [collect] null_values",
        numbers.rows(),
        verb(count, "are")
    );
    Some(Warning::new("unread_numbers", message).column(target).row(first).count(count))
}

/// Numbers with different units.
fn in_units(target: &str, known: &Counted<'_>) -> Option<Warning> {
    // `1. Industrial` is a class, and `7a` a name.
    let is_unit = |unit: &str| unit.chars().count() > 1;
    let (a, b) = mixed_units(known).filter(|(a, b)| known.different() >= NUMBERS && is_unit(a) && is_unit(b))?;
    let message = format!(
        "target \"{target}\": numbers in mixed units (\"{a}\", \"{b}\") are not compared, and each value is taken as a class; \
         write them in one unit"
    );
    Some(Warning::new("unread_numbers", message).column(target))
}

/// A text that is rather none of the classes: a marker of missing values, or what hardly any row has beside yes and no.
fn markers<'a>(known: &Counted<'a>) -> Option<&'a str> {
    let (rows, different) = (known.rows(), known.different());
    if different < 3 {
        return None;
    }
    let lower = |text: &str| text.to_lowercase();
    let has = |word: &str| known.texts().any(|text| lower(text) == word);
    if let Some(pair) = YES_NO.iter().find(|pair| different == 3 && pair.iter().all(|word| has(word))) {
        let other = known.texts().find(|text| !pair.contains(&lower(text).as_str()))?;
        return (soft_null(other) || 20 * known.count(|text| text == other) <= rows).then_some(other);
    }
    known.texts().find(|text| soft_null(text) && !CLASSES.contains(&lower(text).as_str()))
}

/// `yes` and `Yes` are two labels, but seldom meant as two; so are `yes` and `1`.
pub fn of_case(target: &str, labels: &[String]) -> Option<Warning> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let pair = labels.iter().find_map(|label| seen.insert(label.to_lowercase(), label).map(|before| (before, label)));
    if let Some((before, label)) = pair {
        let message = format!("target \"{target}\" has both \"{before}\" and \"{label}\", taken as two classes");
        return Some(Warning::new("label_case", message).column(target));
    }
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let told = levels::alike(&Counted::of(&labels))?;
    Some(Warning::new("mixed_writing", format!("\"{target}\": {told}")).column(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(values: &[&str]) -> Vec<String> {
        let row = |text: &str| values.iter().position(|v| *v == text).map(|row| row + 1);
        of_classes("y", &Counted::of(values), row).into_iter().map(|w| w.message).collect()
    }

    #[test]
    fn a_text_among_numbers_is_told_with_its_row() {
        let mut values: Vec<String> = (0..40).map(|i| (i % 4).to_string()).collect();
        values.insert(7, "T".into());
        let all: Vec<&str> = values.iter().map(String::as_str).collect();
        let said = told(&all);
        assert!(said[0].contains("40 of 41 values are numbers, but 1 such as \"T\" is not, the first in row 8:"), "{said:?}");
        assert!(said[0].ends_with("add \"T\" to [collect] null_values"), "{said:?}");
        // Rooms, and classes of which most are words.
        for levels in [&["1", "2", "2a", "3"][..], &["0", "1", "2", "3+"], &["1", "A", "B", "C"], &["7", "T"], &["low", "high"]]
        {
            assert!(told(levels).is_empty(), "{levels:?}");
        }
        let units: Vec<String> = (0..24).map(|i| format!("{i} {}", ["km", "mi"][i % 2])).collect();
        let units: Vec<&str> = units.iter().map(String::as_str).collect();
        assert!(told(&units)[0].contains("mixed units"));
        assert!(told(&["1. Industrial", "2. Information"]).is_empty());
    }

    #[test]
    fn a_marker_among_classes_is_told() {
        let said = told(&["yes", "no", "unknown", "yes", "no"]);
        assert!(said[0].contains("\"unknown\" is taken as a class, in 1 row, the first in row 3"), "{said:?}");
        let mut rare: Vec<&str> = ["yes", "no"].repeat(20);
        rare.push("n.k.");
        assert_eq!(told(&rare).len(), 1);
        assert_eq!(told(&["red", "green", "-"]).len(), 1);
        for levels in [&["yes", "no", "maybe"][..], &["none", "mild", "severe"], &["yes", "no"], &["red", "-"]] {
            assert!(told(levels).is_empty(), "{levels:?}");
        }
    }

    #[test]
    fn labels_that_may_be_one_are_told() {
        let said = |labels: &[&str]| {
            let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
            of_case("y", &labels).map(|w| w.code)
        };
        assert_eq!(said(&["NO", "no", "yes"]).as_deref(), Some("label_case"));
        assert_eq!(said(&["0", "1", "no", "yes"]).as_deref(), Some("mixed_writing"));
        assert_eq!(said(&["a", "b", "c"]), None);
    }
}
