//! Columns that steer training instead of being learned from: weights, moments, folds.

use std::cmp::Ordering;
use std::collections::HashMap;

use polars::prelude::{Column as Series, DataType};

use super::values;
use crate::data::Rows;
use crate::error::{CleanError, Result};

/// Weights outside of these would be 0 or without end as the single-precision numbers that training adds up.
const WEIGHTS: std::ops::RangeInclusive<f64> = 1e-30..=1e30;

/// How much each row counts.
pub fn weights(series: &Series, rows: &Rows) -> Result<Vec<f64>> {
    let numbers = series.cast(&DataType::Float64)?;
    let read = |(row, value): (usize, Option<f64>)| {
        value.filter(|v| *v == 0.0 || WEIGHTS.contains(v)).ok_or_else(|| {
            let seen = value.map_or_else(|| "no number".to_owned(), |v| format!("{v:?}"));
            let expected = "weight: 0, or a number from 1e-30 to 1e30";
            special(series, rows, row, seen, expected).into()
        })
    };
    numbers.f64()?.iter().enumerate().map(read).collect()
}

/// The name of the fold of each row.
pub fn folds(series: &Series, rows: &Rows) -> Result<Vec<String>> {
    let read = |(row, value): (usize, Option<&str>)| {
        value.map(str::to_owned).ok_or_else(|| special(series, rows, row, String::new(), "name of a fold").into())
    };
    series.str()?.iter().enumerate().map(read).collect()
}

/// The moments of rows that are parts of a table: only dates can be compared with those of other parts.
pub fn moments(series: &Series, rows: &Rows) -> Result<Vec<i64>> {
    let missing = |row: usize| special(series, rows, row, String::new(), "moment in time");
    series.i64()?.iter().enumerate().map(|(row, v)| v.ok_or_else(|| missing(row).into())).collect()
}

/// The order of the rows in time: the moment itself; for numbers and text their rank, where text with numbers in it
/// orders by the numbers (`week 2` before `week 10`).
pub fn ranks(series: &Series, rows: &Rows) -> Result<Vec<i64>> {
    let missing = |row: usize| special(series, rows, row, String::new(), "moment in time");
    if series.i64().is_ok() {
        return moments(series, rows);
    }
    if let Ok(numbers) = series.f64() {
        let mut sorted: Vec<f64> = numbers.iter().flatten().collect();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let rank = |v: f64| i64::try_from(sorted.partition_point(|s| *s < v)).unwrap_or(i64::MAX);
        return numbers.iter().enumerate().map(|(row, v)| v.map(rank).ok_or_else(|| missing(row).into())).collect();
    }
    let text = series.str()?;
    let mut sorted: Vec<&str> = text.iter().flatten().collect();
    sorted.sort_by(|a, b| natural(a, b));
    sorted.dedup();
    let rank: HashMap<&str, i64> = sorted.into_iter().zip(0..).collect();
    text.iter().enumerate().map(|(row, v)| v.map(|v| rank[v]).ok_or_else(|| missing(row).into())).collect()
}

fn special(series: &Series, rows: &Rows, row: usize, seen: String, expected: &'static str) -> CleanError {
    let row = rows.number(row) + 1;
    CleanError::Special { origin: rows.source.clone(), column: series.name().to_string(), row, seen, expected }
}

/// Order of texts in which runs of digits compare as numbers; texts that are numbers come first.
fn natural(a: &str, b: &str) -> Ordering {
    values::by_number(a, b, |a, b| pieces(a).cmp(&pieces(b)).then_with(|| a.cmp(b)))
}

/// The text cut into what is not digits and the digits that follow, without their leading zeros: longer ones are
/// larger.
fn pieces(text: &str) -> Vec<(&str, usize, &str)> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len()));
        let (digits, after) = after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
        let digits = digits.trim_start_matches('0');
        pieces.push((word, digits.len(), digits));
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_text_order_by_their_size() {
        let mut weeks = ["Week 10", "Week 2", "Week 1", "Week 02b"];
        weeks.sort_by(|a, b| natural(a, b));
        assert_eq!(weeks, ["Week 1", "Week 2", "Week 02b", "Week 10"]);
        let mut mixed = ["5x", "1e2", "9"];
        mixed.sort_by(|a, b| natural(a, b));
        assert_eq!(mixed, ["9", "1e2", "5x"]);
        let series = Series::new("w".into(), ["2024-Q2", "2023-Q4", "2024-Q2"]);
        assert_eq!(ranks(&series, &Rows::default()).unwrap(), [1, 0, 1]);
    }

    #[test]
    fn a_weight_must_be_a_number_of_zero_or_more() {
        let series = Series::new("w".into(), [1.0, -2.0]);
        let message = weights(&series, &Rows::default()).unwrap_err().to_string();
        assert!(message.contains("\"w\"") && message.contains("row 2") && message.contains("-2"), "{message}");
        // A sum of these in single precision would be no number.
        for beyond in [1e300, 1e-300, f64::INFINITY, f64::NAN] {
            assert!(weights(&Series::new("w".into(), [1.0, beyond]), &Rows::default()).is_err(), "{beyond}");
        }
        assert_eq!(weights(&Series::new("w".into(), [0.0, 1e-30, 1e30]), &Rows::default()).unwrap(), [0.0, 1e-30, 1e30]);
    }
}
