//! What is said of numbers among texts, and of amounts that are not all written alike: nothing is read so, or left out, without
//! a word.

use std::collections::HashSet;

use super::compact::weeks;
use super::infer::nearly_all;
use super::number::{Notation, mixed_units};
use super::texts::Counted;
use super::values::{before_exponent, leading_zero, number};
use crate::data::{name as names, plain};
use crate::error::{plural, verb};

/// Fewest different numbers that make a column of texts one of numbers but for some cells.
const DIFFERENT: usize = 10;
/// Fewest different numbers of two digits behind the point of versions.
const MINORS: usize = 5;
/// Days since 1900 that a spreadsheet shows as dates from 1982 to 2064.
const SHEET_DAYS: std::ops::RangeInclusive<f64> = 30_000.0..=60_000.0;
/// Most letters around a number of which it may be an amount.
const AROUND: usize = 8;

/// What is said of amounts of which some are written in another way than the others.
pub fn mixed(known: &Counted<'_>, notation: &Notation) -> Option<String> {
    let counted = |test: &dyn Fn(&str) -> bool| {
        let (rows, example) = (known.count(test), known.first(test));
        (rows > 0).then(|| (format!("{} such as \"{example}\"", plural(rows, "value")), verb(rows, "are")))
    };
    if let Some(side) = notation.side {
        let (mark, other) = (side.mark(), side.other().mark());
        let marked = |text: &str| [mark, other].iter().any(|mark| text.to_ascii_uppercase().contains(mark));
        return counted(&marked)
            .map(|(values, _)| format!("{values}: amounts with {mark} are read as negative, all others as positive"));
    }
    if notation.bounds {
        let bound = |text: &str| text.contains(['<', '>', '≤', '≥', '＜', '＞']);
        return counted(&bound).map(|(values, are)| {
            format!("{values} {are} read as the number behind the sign; to keep texts, set \"category\" in [columns.type]")
        });
    }
    let bare = |text: &str| !text.contains(['%', '％']);
    let shares = if notation.unit == "%" { counted(&bare) } else { None };
    shares.map(|(values, are)| format!("{values} {are} without the % of the others, and {are} read as written"))
}

/// What is said of plain numbers that may be something else; `whole` says that all are whole.
pub fn other_reading(name: &str, known: &Counted<'_>, whole: bool) -> Option<String> {
    if !whole {
        let (short, long) = versions(known)?;
        return Some(format!(
            "\"{short}\" and \"{long}\" are read as one number; if they are versions or names, set \"category\" in [columns.type]"
        ));
    }
    let exponent = known.first(|text| before_exponent(text).is_some());
    if !exponent.is_empty() {
        let value = plain(number(exponent, false)?);
        return Some(format!("\"{exponent}\" is read as {value}; if it is a name, set \"category\" in [columns.type]"));
    }
    let day = |text: &str| text.len() == 5 && number(text, false).is_some_and(|v| SHEET_DAYS.contains(&v));
    if names::date(name) && known.texts().all(day) {
        return Some(format!(
            "whole numbers such as \"{}\" seem to be days as spreadsheets count them, but are read as numbers; show them as \
             dates there to have dates",
            known.first(|_| true)
        ));
    }
    weeks(known)
}

/// Two texts that are one number, where all could be versions: `1.1` and `1.10` beside `1.9`, but nothing such as `1.05`.
fn versions<'a>(known: &Counted<'a>) -> Option<(&'a str, &'a str)> {
    let mut seen: HashSet<&str> = HashSet::new();
    for text in known.texts() {
        let (before, after) = text.split_once('.')?;
        let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(before, 2) || !digits(after, 2) || leading_zero(after) {
            return None;
        }
        seen.insert(text);
    }
    let two = seen.iter().filter(|text| text.rsplit('.').next().is_some_and(|after| after.len() == 2)).count();
    let pair = |long: &'a str| Some((*seen.get(long.strip_suffix('0')?)?, long));
    if two < MINORS { None } else { known.texts().find_map(pair) }
}

/// What is said of texts, a different one in nearly every row, that hold an amount or a moment each.
pub fn in_names(known: &Counted<'_>) -> Option<String> {
    let most = |test: fn(&str) -> bool| known.count(test) * 20 >= known.rows() * 19;
    let units = || mixed_units(known).is_some_and(|(a, b)| a.chars().count() > 1 && b.chars().count() > 1);
    let what = if most(holds_amount) || units() {
        "a number"
    } else if most(holds_moment) {
        "a moment"
    } else {
        return None;
    };
    let example = known.first(|_| true);
    Some(format!(
        "texts such as \"{example}\" seem to hold {what}, but are taken for names of the rows and not learned from; write \
         them plainly if they say more"
    ))
}

/// What is said of texts that are numbers of two notations, as those of files of two countries.
fn of_two_notations(known: &Counted<'_>) -> Option<String> {
    let point = |text: &str| text.contains('.') && number(text, false).is_some();
    let comma = |text: &str| text.contains(',') && number(text, true).is_some();
    let any = |text: &str| number(text, true).is_some();
    let [a, b] = [known.first(point), known.first(comma)];
    let both = !a.is_empty() && !b.is_empty() && nearly_all(known.count(any), known.rows());
    both.then(|| {
        format!(
            "values such as \"{a}\" and \"{b}\" have different marks before decimals, and are read as texts; write them alike"
        )
    })
}

/// What is said of texts most of which are numbers, and the others words.
pub fn among_levels(known: &Counted<'_>) -> Option<String> {
    if let Some(told) = of_two_notations(known) {
        return Some(told);
    }
    let (numbers, words) = known.parted(|text| number(text, false).is_some());
    let rows = known.rows();
    let plain = words.texts().all(is_word);
    if 4 * numbers.rows() < rows || numbers.different() < DIFFERENT || words.is_empty() || !plain {
        return None;
    }
    let example = words.first(|_| true);
    Some(format!(
        "{} of {rows} values are numbers, but {} such as \"{example}\" {} not: all are read as texts; to read numbers, add \
         \"{example}\" to [collect] null_values",
        numbers.rows(),
        words.rows(),
        verb(words.rows(), "are"),
    ))
}

/// Whether a text beside numbers is no number of another kind: `2a` is another name, but `<5`, `65+` and `2.5 (est.)` are not.
pub fn is_word(text: &str) -> bool {
    let at_least = text.strip_suffix('+').is_some_and(|rest| number(rest, false).is_some());
    at_least || text.starts_with(['<', '>', '≤', '≥']) || !text.contains(|c: char| c.is_ascii_digit()) || holds_amount(text)
}

/// Whether a text holds one number with decimals, and little else.
fn holds_amount(text: &str) -> bool {
    // A spreadsheet takes what stands behind an apostrophe for a text.
    if text.strip_prefix('\'').is_some_and(|rest| number(rest, false).is_some()) {
        return true;
    }
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let marks =
        (1..bytes.len()).filter(|&at| matches!(bytes[at], b'.' | b',') && digit(bytes.get(at - 1)) && digit(bytes.get(at + 1)));
    let others = text.chars().filter(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',')).count();
    !text.starts_with(char::is_alphabetic) && (1..=2).contains(&marks.count()) && others <= AROUND
}

/// Whether a text holds a year and a time of day.
fn holds_moment(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    let year = runs.any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")));
    let bytes = text.as_bytes();
    year && bytes.windows(4).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_hold_a_number_or_a_moment_are_known() {
        for text in ["4.28**", "6.95 ± 0.89", "677,57 H", "1,234.50 pts", "'12.5", "'7356"] {
            assert!(holds_amount(text), "{text}");
        }
        for text in ["10.0.80.188", "INV-0042", "1.2.3.4", "X3.3.20031", "a long text with 4.5 in it", "12", "A.5"] {
            assert!(!holds_amount(text), "{text}");
        }
        assert!(holds_moment("Tue 5 Mar 2024 at 10:30") && !holds_moment("10:30") && !holds_moment("room 2024"));
    }

    #[test]
    fn plain_numbers_that_may_be_names_or_days_are_told() {
        let said = |name: &str, values: &[&str]| {
            let whole = values.iter().all(|text| !text.contains('.'));
            other_reading(name, &Counted::of(values), whole).unwrap_or_default()
        };
        let versions = ["1.1", "1.2", "1.10", "1.11", "1.12", "1.13", "2.14"];
        assert!(said("v", &versions).starts_with("\"1.1\" and \"1.10\" are read as one number"));
        assert_eq!(said("v", &["1.1", "1.2", "1.10", "1.11", "1.12", "1.13", "2.05"]), "");
        assert_eq!(said("v", &["1.10", "1.25", "1.12", "1.13", "1.14", "1.15"]), "");
        assert_eq!(
            said("code", &["12345", "1E5", "777"]),
            "\"1E5\" is read as 100000; if it is a name, set \"category\" in [columns.type]"
        );
        assert!(said("order_date", &["45123", "45200"]).contains("days as spreadsheets count them"));
        assert_eq!(
            (said("price", &["45123", "45200"]), said("order_date", &["45123", "145200"])),
            (String::new(), String::new())
        );
    }

    #[test]
    fn words_among_numbers_are_told() {
        let numbers: Vec<String> = (0..40).map(|i| (i % 20).to_string()).collect();
        let mut all: Vec<&str> = numbers.iter().map(String::as_str).collect();
        all.extend(["not tested"; 4]);
        let told = among_levels(&Counted::of(&all)).unwrap();
        assert!(told.contains("40 of 44 values") && told.contains("4 such as \"not tested\" are not"), "{told}");
        all.push("2.5 (est.)");
        assert!(among_levels(&Counted::of(&all)).is_some());
        // Rooms, grades: the others are numbers of a kind.
        all.push("2a");
        assert_eq!(among_levels(&Counted::of(&all)), None);
        assert_eq!(among_levels(&Counted::of(&["1", "2", "x"])), None);
        let told = among_levels(&Counted::of(&["1.5", "2,5", "3"])).unwrap();
        assert!(told.starts_with("values such as \"1.5\" and \"2,5\" have different marks"), "{told}");
        assert_eq!(among_levels(&Counted::of(&["1.5", "2.5", "3"])), None);
    }
}
