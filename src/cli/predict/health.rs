//! What is told of rows that are unlike the training rows.

use std::collections::HashMap;

use serde_json::json;

use crate::cli::App;
use crate::contract::word;
use crate::data::{Oddity, Unusual};
use crate::error::plural;
use crate::normalize::{Encoding, FittedNormalizer};
use crate::pipeline::Warning;
use crate::profile::{Histogram, Profile};
use crate::report::percent;

/// Difference of the shares of missing values from which it is worth a word, and the fewest rows that show it.
const GAPS: f64 = 0.1;
const ROWS: usize = 20;
/// Most columns that a warning names.
const NAMED: usize = 8;

/// One warning line for each way in which rows are unlike the training rows.
pub fn warn_unusual(app: &App, unusual: &[Unusual]) {
    for (what, code, one, many) in [
        (
            Oddity::Misfit,
            "odd_value",
            "value does not fit the type of its column and is taken as missing",
            "values do not fit the type of their column and are taken as missing",
        ),
        (
            Oddity::Unseen,
            "unseen_level",
            "value is a level that the training rows did not have",
            "values are levels that the training rows did not have",
        ),
        (
            Oddity::OutOfRange,
            "out_of_range",
            "value is outside the range of the training rows",
            "values are outside the range of the training rows",
        ),
        (Oddity::Missing, "missing_value", "value is missing", "values are missing"),
    ] {
        let found: Vec<&Unusual> = unusual.iter().filter(|u| u.what == what).collect();
        let Some(first) = found.iter().max_by_key(|u| u.count) else { continue };
        let total: usize = found.iter().map(|u| u.count).sum();
        let words = if total == 1 { one } else { many };
        let columns = columns(&found);
        let example = if first.example.is_empty() { String::new() } else { format!(", such as {:?}", first.example) };
        let message =
            format!("{total} {words} ({columns}), the first of \"{}\" in row {}{example}", first.column, first.first + 1);
        let warning = Warning::new(code, message).row(first.first + 1).count(total);
        // Of two models on the same rows both see the same.
        if !app.console.warnings().contains(&warning) {
            app.console.warn(&warning);
        }
    }
}

/// Columns with their counts; of many, those that have most.
fn columns(found: &[&Unusual]) -> String {
    let mut most: Vec<&&Unusual> = found.iter().collect();
    if most.len() > NAMED {
        most.sort_by_key(|u| std::cmp::Reverse(u.count));
        most.truncate(NAMED);
    }
    let named = most.iter().map(|u| format!("\"{}\" {}", u.column, u.count)).collect::<Vec<_>>().join(", ");
    if found.len() > NAMED { format!("{named}, and {}", plural(found.len() - NAMED, "more column")) } else { named }
}

pub fn as_json(unusual: &Unusual) -> serde_json::Value {
    json!({"column": unusual.column, "what": word(unusual.what), "count": unusual.count, "first_row": unusual.first + 1, "example": unusual.example})
}

/// Share of missing values of each column, here and among the training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct NullRate {
    pub column: String,
    pub data: f64,
    pub train: f64,
}

/// The columns whose rows are known from training, with their gaps; without those whose gaps are not counted alike now and
/// then, because nothing is learned from them or because a value stands for a gap.
pub fn null_rates(unusual: &[Unusual], rows: usize, profile: Option<&Profile>, normalizer: &FittedNormalizer) -> Vec<NullRate> {
    let Some(profile) = profile else { return Vec::new() };
    let encodings: HashMap<&str, &Encoding> = normalizer.columns.iter().map(|(name, e)| (name.as_str(), e)).collect();
    let alike = |c: &&Histogram| {
        encodings.get(c.name.as_str()).is_some_and(|encoding| match encoding {
            Encoding::Dropped { .. } => false,
            Encoding::Number { disguised, .. } => disguised.is_empty(),
            _ => true,
        })
    };
    let gaps = unusual.iter().filter(|u| u.what == Oddity::Missing);
    let gaps: HashMap<&str, usize> = gaps.map(|u| (u.column.as_str(), u.count)).collect();
    let missing = |name: &str| gaps.get(name).copied().unwrap_or(0) as f64 / rows.max(1) as f64;
    let rate = |c: &Histogram| NullRate {
        column: c.name.clone(),
        data: missing(&c.name),
        train: c.missing as f64 / (profile.rows as f64).max(1.0),
    };
    profile.columns.iter().filter(alike).map(rate).collect()
}

/// The state of the data in one line.
pub fn health(unusual: &[Unusual], rows: usize, rates: &[NullRate]) -> String {
    let count = |what| unusual.iter().filter(|u| u.what == what).map(|u| u.count).sum::<usize>();
    let found: Vec<String> = [
        (Oddity::Unseen, "unseen level"),
        (Oddity::OutOfRange, "out of range"),
        (Oddity::Misfit, "of the wrong type"),
        (Oddity::Missing, "missing"),
    ]
    .into_iter()
    .map(|(what, words)| (what, count(what), words))
    .filter(|(_, count, _)| *count > 0)
    .map(|(what, count, words)| if what == Oddity::Unseen { plural(count, words) } else { format!("{count} {words}") })
    .collect();
    let values = if found.is_empty() { "every value like the training rows".to_owned() } else { found.join(", ") };
    let far = |r: &&NullRate| rows >= ROWS && (r.data - r.train).abs() >= GAPS;
    // The line is for programs, too, which look for plain spaces.
    let plain = |share: f64| percent(share).replace('\u{202f}', " ");
    let gaps: Vec<String> = rates
        .iter()
        .filter(far)
        .map(|r| format!("\"{}\" {} missing (at training {})", r.column, plain(r.data), plain(r.train)))
        .collect();
    let gaps = if gaps.is_empty() { String::new() } else { format!("; {}", gaps.join(", ")) };
    format!("data health: {}; {values}{gaps}", plural(rows, "row"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(what: Oddity, count: usize) -> Unusual {
        Unusual { column: "a".into(), what, count, first: 0, example: String::new() }
    }

    #[test]
    fn of_many_columns_those_with_most_are_named() {
        let all: Vec<Unusual> = (1..=10).map(|i| Unusual { column: format!("c{i}"), ..some(Oddity::Missing, i) }).collect();
        let few: Vec<&Unusual> = all.iter().take(2).collect();
        assert_eq!(columns(&few), "\"c1\" 1, \"c2\" 2");
        let many: Vec<&Unusual> = all.iter().collect();
        let told = "\"c10\" 10, \"c9\" 9, \"c8\" 8, \"c7\" 7, \"c6\" 6, \"c5\" 5, \"c4\" 4, \"c3\" 3, and 2 more columns";
        assert_eq!(columns(&many), told);
    }

    #[test]
    fn health_is_one_line() {
        assert_eq!(health(&[], 7, &[]), "data health: 7 rows; every value like the training rows");
        let rates =
            [NullRate { column: "a".into(), data: 0.3, train: 0.0 }, NullRate { column: "b".into(), data: 0.3, train: 0.25 }];
        assert_eq!(
            health(&[some(Oddity::Missing, 30), some(Oddity::Unseen, 2)], 100, &rates),
            "data health: 100 rows; 2 unseen levels, 30 missing; \"a\" 30.0 % missing (at training 0.0 %)"
        );
        assert!(!health(&[], 10, &rates).contains("at training"), "ten rows say nothing of a share");
    }
}
