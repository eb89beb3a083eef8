//! What is said of levels that are not what they seem: sums of other rows, and one word written in two ways.

use std::collections::{HashMap, HashSet};

use super::infer::YES_NO;
use super::texts::Counted;
use crate::error::{plural, verb};

/// Words for a sum of other rows.
const SUMS: [&str; 24] = [
    "total",
    "totals",
    "subtotal",
    "sub-total",
    "sub total",
    "grand total",
    "sum",
    "summe",
    "zwischensumme",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "somme",
    "sous-total",
    "suma",
    "totale",
    "subtotale",
    "итого",
    "всего",
    "小计",
    "小計",
    "合计",
    "合計",
    "总计",
];
/// Fewest levels beside one that is a word for a sum.
const OTHERS: usize = 3;

/// What is said of rows that seem to sum up others: levels such as `North Total` beside `North`, or `Subtotal` beside several.
pub fn sums(known: &Counted<'_>) -> Option<String> {
    let levels: HashSet<String> = known.texts().map(str::to_lowercase).collect();
    let of_another = |level: &str| {
        let parted = |rest: &str| levels.contains(rest.trim_matches([' ', ':', '-', '\u{ff1a}']));
        SUMS.iter().any(|word| {
            level.strip_prefix(word).is_some_and(|rest| !rest.is_empty() && parted(rest))
                || level.strip_suffix(word).is_some_and(|rest| !rest.is_empty() && parted(rest))
        })
    };
    let others = levels.iter().filter(|level| of_another(level)).count();
    let alone = levels.len() > OTHERS;
    let is_sum = |text: &str| {
        let level = text.to_lowercase();
        (others > 1 && of_another(&level)) || ((alone || others > 1) && SUMS.contains(&level.trim_end_matches([' ', ':'])))
    };
    let (rows, example) = (known.count(is_sum), known.first(is_sum));
    (rows > 0).then(|| {
        format!(
            "{} such as \"{example}\" {} to sum up others, and {} learned from like them; leave sums out with [collect] sql",
            plural(rows, "row"),
            verb(rows, "seem"),
            verb(rows, "are"),
        )
    })
}

/// What is said of levels that may be one: they differ in capitals or spaces alone, or are words for yes, or for no.
pub fn alike(known: &Counted<'_>) -> Option<String> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let words: Vec<String> = known.texts().map(str::to_lowercase).collect();
    let truth = words.len() > 2 && words.iter().all(|word| meaning(word).is_some());
    for (text, word) in known.texts().zip(words) {
        let key = match meaning(&word).filter(|_| truth) {
            Some(place) => place.to_string(),
            // A letter alone may be a class: `a` and `A`.
            None if word.chars().count() > 1 => word.split_whitespace().collect::<Vec<_>>().join(" "),
            None => text.to_owned(),
        };
        if let Some(first) = seen.insert(key, text).filter(|first| *first != text) {
            return Some(format!(
                "levels such as \"{first}\" and \"{text}\" may be one, but are kept apart; write them alike if they are"
            ));
        }
    }
    None
}

/// Whether a word says no or yes: 0 or 1.
fn meaning(word: &str) -> Option<usize> {
    let digit = ["0", "1"].iter().position(|digit| *digit == word);
    digit.or_else(|| YES_NO.iter().find_map(|pair| pair.iter().position(|said| *said == word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_sum_up_others_are_told() {
        let said = |levels: &[&str]| sums(&Counted::of(levels));
        let told = said(&["North", "South", "North Total", "South Total", "North", "Grand Total"]).unwrap();
        assert!(told.starts_with("3 rows such as \"North Total\" seem to sum up others"), "{told}");
        assert!(said(&["a", "b", "c", "Subtotal"]).unwrap().starts_with("1 row such as \"Subtotal\" seems"));
        assert!(said(&["华北", "华东", "华北合计", "华东合计"]).is_some());
        for levels in [&["Wine", "Total Wine", "Beer"][..], &["total", "partial"], &["totally", "ally", "b", "c"], &["a", "b"]]
        {
            assert_eq!(said(levels), None, "{levels:?}");
        }
    }

    #[test]
    fn one_word_in_two_ways_is_told() {
        let said = |levels: &[&str]| alike(&Counted::of(levels));
        assert!(said(&["Paris", "Rome", "paris"]).unwrap().contains("\"Paris\" and \"paris\" may be one"));
        assert!(said(&["yes", "N", "Y", "no", "1"]).unwrap().contains("\"yes\" and \"Y\" may be one"));
        for levels in
            [&["a", "A", "b"][..], &["yes", "no", "maybe"], &["0", "1"], &["Paris", "Paris", "Rome"], &["n", "t", "x"]]
        {
            assert_eq!(said(levels), None, "{levels:?}");
        }
    }
}
