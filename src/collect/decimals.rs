//! Decimal numbers with a fraction, which may have more digits than a number of 64 bits tells apart.

use std::collections::BTreeMap;

use polars::prelude::{Column, Float64Chunked, IntoColumn, NewChunkedArray};

use crate::data::EXACT;
use crate::error::Result;
use crate::pipeline::Warning;

/// Whole numbers below this have fewer digits than a float could round: they come back as they were.
const SAFE: u128 = 10_u128.pow(15);
/// The powers of ten that a float holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22,
];

/// How many values of each column lost digits.
#[derive(Debug, Default)]
pub(super) struct Rounded(BTreeMap<String, usize>);

impl Rounded {
    /// What is said of them, once.
    pub fn notes(&mut self, path: &str) -> Vec<Warning> {
        std::mem::take(&mut self.0).into_iter().map(|(name, count)| rounded(path, &name, count)).collect()
    }
}

/// Says that values lost digits.
pub(super) fn rounded(path: &str, name: &str, count: usize) -> Warning {
    let message = format!(
        "{path}: {count} values of \"{name}\" have more digits than a number of 64 bits; they are rounded to 15 to 17 digits"
    );
    Warning::new("rounded", message).column(name).count(count)
}

/// The nearest numbers to decimals with `scale` digits behind the point.
pub(super) fn numbers(column: &Column, scale: usize, lost: &mut Rounded) -> Result<Column> {
    let steps = column.as_materialized_series().decimal()?;
    let mut count = 0;
    let nearest = steps.physical().iter().map(|steps| {
        steps.map(|steps| {
            let (number, differs) = nearest(steps, scale);
            count += usize::from(differs);
            number
        })
    });
    let numbers = Float64Chunked::from_iter_options(column.name().clone(), nearest);
    if count > 0 {
        *lost.0.entry(column.name().to_string()).or_default() += count;
    }
    Ok(numbers.into_column())
}

/// The number nearest to `steps` of `scale` digits behind the point, and whether it shows other digits.
fn nearest(mut steps: i128, mut scale: usize) -> (f64, bool) {
    if steps.unsigned_abs() >= SAFE {
        while scale > 0 && steps % 10 == 0 {
            (steps, scale) = (steps / 10, scale - 1);
        }
    }
    if let (true, Some(power)) = (steps.unsigned_abs() < SAFE.min(EXACT.into()), POWERS.get(scale)) {
        return (steps as f64 / power, false);
    }
    let digits = format!("{:0>width$}", steps.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    let text = format!("{}{whole}{point}{fraction}", if steps < 0 { "-" } else { "" });
    // Digits with a point are a number.
    let number: f64 = text.parse().unwrap_or(f64::NAN);
    (number, is_rounded(&text, number))
}

/// Whether a number is not what is written, in the digits that are written.
pub(super) fn is_rounded(text: &str, number: f64) -> bool {
    // Zeros at the end are no digits that could be lost.
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    // Up to 15 digits come back as they were.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits > 15 && number.is_finite() && format!("{number:.*}", behind.len()) != text && !whole.is_empty()
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Int128Chunked, IntoSeries, NewChunkedArray};

    use super::*;

    #[test]
    fn decimals_are_the_nearest_numbers() {
        for (steps, scale, number, differs) in [
            (1225, 2, 12.25, false),
            (-1, 2, -0.01, false),
            (0, 18, 0.0, false),
            (100_000_000_000_000_000, 18, 0.1, false),
            (12_250_000_000_000_000_000, 18, 12.25, false),
            (-123_456_789_012_345, 5, -1_234_567_890.123_45, false),
            (9_007_199_254_740_993, 1, 900_719_925_474_099.3, true),
            (12_345_678_901_234_567_890_123, 10, 1_234_567_890_123.456_7, true),
            (-1_000_000_000_000_000_000_000_000_001, 27, -1.0, true),
            (1, 38, 1e-38, false),
        ] {
            assert_eq!(nearest(steps, scale), (number, differs), "{steps} / 10^{scale}");
        }
    }

    #[test]
    fn digits_that_are_lost_are_counted_by_column() {
        let steps = [12_345_678_901_234_567_890_i128, 5, 98_765_432_109_876_543_210];
        let column = Int128Chunked::from_slice("price".into(), &steps).into_decimal_unchecked(30, 10).into_series();
        let mut lost = Rounded::default();
        let read = numbers(&column.into(), 10, &mut lost).unwrap();
        assert_eq!(read.f64().unwrap().get(1), Some(5e-10));
        let notes = lost.notes("x.parquet");
        assert_eq!((notes.len(), notes[0].count, notes[0].code.as_str()), (1, Some(2), "rounded"));
        assert!(notes[0].message.starts_with("x.parquet: 2 values of \"price\" have more digits"), "{notes:?}");
        assert!(lost.notes("x.parquet").is_empty());
    }

    #[test]
    fn more_digits_than_a_number_has_are_told() {
        let rounded = |text: &str| is_rounded(text, text.parse().unwrap());
        assert!(!rounded("0.1") && !rounded("123456789012345") && !rounded("9007199254740992"));
        assert!(!rounded("0.100000000000000000") && !rounded("12.0000000000000000000"));
        assert!(rounded("9007199254740993") && rounded("0.12345678901234567891"));
    }
}
